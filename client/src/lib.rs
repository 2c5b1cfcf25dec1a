//! The client for operators, meters, traders and validators of Meterproof.
//!
//! `main` reads the command line ([`cli`]) and hands it to [`commands`]. What commands share:
//! [`chain`] and [`rpc`] talk to a node, `metadata` binds signatures to what calls were encoded by,
//! `seen` reads what is signed as it was looked at, [`store`] and [`keys`] keep secrets,
//! [`readings`], [`telegrams`], [`meters`], [`openings`], [`device_key`], [`units`] and [`types`] read
//! what people and meters write, [`disclosure`] is what an auditor is shown, [`timetable`] doubts what a
//! node says of periods, [`roots`] is what gateways commit to, [`output`] prints. [`agent`] does
//! unattended what the commands do by hand.
//!
//! ```
//! use meterproof_client::{types::GroupClaim, units};
//!
//! let group = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY/1/electricity/export";
//! let claim: GroupClaim = format!("{group}=1500").parse().unwrap();
//! assert_eq!((claim.group.zone, claim.quantity), (1, Some(1_500)));
//! assert_eq!(units::parse_money("12.5"), Ok(12_500_000_000_000));
//! ```
#![forbid(unsafe_code)]

pub mod agent;
pub mod chain;
pub mod cli;
pub mod commands;
mod connection;
pub mod device_key;
pub mod disclosure;
pub mod error;
mod hints;
pub mod keys;
mod metadata;
pub mod meters;
mod mortality;
pub mod openings;
pub mod output;
pub mod pairs;
pub mod password;
pub mod proof;
pub mod readings;
pub mod roots;
pub mod rpc;
mod seen;
pub mod standing;
pub mod store;
pub mod telegrams;
pub mod timetable;
pub mod types;
pub mod units;
