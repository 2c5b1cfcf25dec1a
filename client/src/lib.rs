//! The client for operators, meters and traders of Meterproof.
//!
//! `main` reads the command line ([`cli`]) and hands it to [`commands`]. What commands share:
//! [`chain`] and [`rpc`] talk to a node, [`store`] and [`keys`] keep secrets, [`readings`],
//! [`meters`], [`openings`], [`device_key`], [`units`] and [`types`] read what people and meters
//! write, [`timetable`] doubts what a node says of periods, [`output`] prints.
#![forbid(unsafe_code)]

pub mod chain;
pub mod cli;
pub mod commands;
pub mod device_key;
pub mod error;
mod hints;
pub mod keys;
pub mod meters;
pub mod openings;
pub mod output;
pub mod password;
pub mod proof;
pub mod readings;
pub mod rpc;
pub mod store;
pub mod timetable;
pub mod types;
pub mod units;
