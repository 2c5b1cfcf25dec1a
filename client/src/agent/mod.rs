//! The agent: one process that reads meters, commits every period, proves what was traded and settles.
//!
//! [`sources`] reads inputs, each in its own task. [`intake`] keeps what they say in the [`journal`] before
//! it counts, and [`assembly`] makes periods of it. [`engine`] commits, proves ([`settling`]) and writes
//! down what became of each period, through one of several [`nodes`], as long as the [`clock`] can be
//! believed. [`standing`] orders by forecast beside it. [`status`] and [`service`] say how it is, [`check`]
//! what is wrong, [`report`] what a month brought. A kill at any moment loses nothing: what was read is in
//! the journal, what was committed to in the store, what was sent is on the chain or is sent again.

pub mod assembly;
pub mod check;
pub mod clock;
pub mod config;
pub mod engine;
pub mod example;
pub mod held;
pub mod intake;
pub mod journal;
pub mod lane;
pub mod log;
pub mod nodes;
pub mod report;
pub mod run;
pub mod service;
pub mod settling;
pub mod sources;
pub mod standing;
pub mod status;
pub mod time;
pub mod wallets;
