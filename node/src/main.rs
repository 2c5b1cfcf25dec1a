//! The Meterproof validator and full node.
// The large errors are the SDK's.
#![allow(clippy::result_large_err)]

mod answers;
mod chain_spec;
mod cli;
mod client;
mod command;
mod genesis;
mod in_order;
mod new_chain;
mod rpc;
mod service;

fn main() -> sc_cli::Result<()> {
	command::run()
}
