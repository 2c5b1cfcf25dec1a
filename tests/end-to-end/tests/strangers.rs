//! What people meet who have nobody to ask: nodes that are reached from elsewhere, calls with one bad
//! item, chains that begin anew, accounts that several programs use, wallets that are emptied, validators
//! that are silent, and trading without the client.

#[path = "strangers/begun.rs"]
mod begun;
#[path = "strangers/orders.rs"]
mod orders;
#[path = "strangers/programs.rs"]
mod programs;
#[path = "strangers/reached.rs"]
mod reached;
#[path = "strangers/restarted.rs"]
mod restarted;
#[path = "strangers/traders.rs"]
mod traders;
#[path = "strangers/wallets.rs"]
mod wallets;

use anyhow::Result;
use meterproof_driver::{programs::Programs, serial, setting::Setting};

/// A full node, started as operations.md says.
#[test]
fn a_node_is_reached_by_name_and_answers_every_item() -> Result<()> {
	serial::scenario(|| {
		let folder = tempfile::Builder::new().prefix("meterproof-e2e-").tempdir()?;
		let node = reached::open_node(&Programs::find()?, folder.path())?;
		reached::by_address_and_by_name(&node)?;
		reached::every_item_has_its_answer(&node)?;
		reached::names_are_those_of_the_document(&node)?;
		reached::what_is_its_owners_is_refused(&node)
	})
}

/// One development chain, and another one with the same genesis after it.
#[test]
fn what_one_node_can_be_asked_for_and_what_it_forgets() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let wallet = wallets::filled(&setting)?;
		let household = setting.household_with_gateway("Bob", 1)?;
		setting.attest(&[&household])?;
		traders::twelve_at_once(&setting)?;
		// Their book is cleared while the others trade.
		let orders = orders::placed_without_the_client(&setting, &household)?;
		programs::trade_without_the_client(&setting, &household)?;
		orders.are_filled()?;
		wallets::what_is_shown_can_be_paid_and_all_of_it(&setting, &wallet)?;
		restarted::is_noticed_by_name(setting, &household, &wallet)
	})
}

#[test]
fn a_chain_of_ones_own_is_made_by_one_command() -> Result<()> {
	serial::scenario(|| {
		let folder = tempfile::Builder::new().prefix("meterproof-e2e-").tempdir()?;
		let programs = Programs::find()?;
		begun::what_is_wrong_with_a_genesis_has_a_name(&programs, folder.path())?;
		begun::a_validator_without_keys_says_so(&programs, folder.path())?;
		begun::its_validator_makes_blocks_and_ends_in_order(&programs, folder.path())
	})
}
