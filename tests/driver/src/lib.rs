//! Starts real nodes and speaks to them as an outsider does: plain HTTP and JSON, and the client
//! program. Nothing of Substrate is linked.
//!
//! The node and the client are taken from `METERPROOF_NODE` and `METERPROOF_CLIENT`, or from the
//! target folder of the running test. Everything that takes time is waited for by its condition,
//! with a deadline ([`wait::until`]).
//!
//! ```no_run
//! use meterproof_driver::{
//!     node::{Node, Settings},
//!     programs::Programs,
//! };
//! use serde_json::json;
//!
//! let folder = std::env::temp_dir().join("a-node");
//! let node = Node::start(&Programs::find()?, Settings::dev(&folder)?)?;
//! println!("{}", node.chain().rpc().call("metering_period", json!([]))?);
//! node.end()?;
//! # Ok::<(), anyhow::Error>(())
//! ```

pub mod account;
pub mod agent;
pub mod chain;
pub mod client;
pub mod clock;
pub mod command_line;
pub mod disk;
pub mod folder;
pub mod interrupt;
pub mod liar;
pub mod light;
pub mod links;
pub mod meter;
pub mod metrics;
pub mod network;
pub mod node;
pub mod operator;
pub mod payer;
pub mod pool;
pub mod ports;
pub mod process;
pub mod programs;
pub mod prover;
pub mod readings;
pub mod rpc;
pub mod sealer;
pub mod serial;
pub mod setting;
pub mod settle;
pub mod specification;
pub mod statement;
pub mod wait;
pub mod wallet;
