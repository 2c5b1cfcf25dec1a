//! Confidential payments: wallets on several nodes, forks, interruptions, and everything that is
//! refused on the way. Scenarios that can share nodes do, since an anchor takes its time.

#[path = "payments/copies.rs"]
mod copies;
#[path = "payments/decoded.rs"]
mod decoded;
#[path = "payments/forks.rs"]
mod forks;
#[path = "payments/interruptions.rs"]
mod interruptions;
#[path = "payments/linkability.rs"]
mod linkability;
#[path = "payments/refused.rs"]
mod refused;
#[path = "payments/refused_by_the_node.rs"]
mod refused_by_the_node;
#[path = "payments/settlements.rs"]
mod settlements;
#[path = "payments/two_wallets.rs"]
mod two_wallets;
#[path = "payments/views.rs"]
mod views;

use anyhow::Result;
use meterproof_driver::{network, programs::Programs, serial, setting::Setting};

/// Two people on two of three validators.
#[test]
fn people_pay_each_other_through_several_nodes() -> Result<()> {
	serial::scenario(|| {
		let programs = Programs::find()?;
		let folder = tempfile::Builder::new().prefix("meterproof-e2e-").tempdir()?;
		let nodes = network::start(&programs, folder.path())?;
		let people = two_wallets::People::new(&programs, folder.path(), &nodes)?;
		two_wallets::pay_each_other(&people)?;
		copies::exactly_one_of_two_copies_pays(&people)?;
		forks::a_node_that_is_behind_is_told(&programs, folder.path(), &people)?;
		forks::what_a_fork_takes_back_never_was_the_wallets(&programs, nodes, &people)
	})
}

/// One node: what is refused, what is cut off, what others see.
#[test]
fn bad_payments_are_refused_and_lose_nothing() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let parties = refused::Parties::new(&setting)?;
		refused::by_the_client(&setting, &parties)?;
		refused_by_the_node::all(&setting, &parties)?;
		let scan = interruptions::Scan::begin(&setting, &parties)?;
		linkability::two_payments_have_nothing_in_common(&setting, &parties)?;
		views::a_viewing_key_sees_and_does_not_pay(&setting, &parties)?;
		views::a_disclosure_proves_one_payment_for_one_purpose(&setting, &parties)?;
		scan.go_on(&setting, &parties)?;
		interruptions::a_killed_node_loses_no_note(setting, &parties)
	})
}
