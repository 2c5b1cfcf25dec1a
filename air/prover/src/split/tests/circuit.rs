//! Every constraint catches what it is there for; no cell that matters is free.

use super::{split, violations, Deal};
use crate::{
	split::{prove, trace::fill},
	system::{
		testing::{freedom, Checker, Violations},
		SecretTrace,
	},
};
use meterproof_programs::split::{PublicInputs, SplitAir};

const DEALS: [Deal; 3] = [
	Deal { quantity: 5_000, rate: 3_000_000_000_000, delivered: 4_321 },
	Deal { quantity: u32::MAX, rate: (1 << 28) - 1, delivered: u32::MAX },
	Deal { quantity: 1, rate: (1 << 60) - 1, delivered: 0 },
];

fn filled(deals: &[Deal]) -> (PublicInputs, SecretTrace) {
	let (statement, deliveries) = split(deals);
	let inputs = PublicInputs::new(&statement).unwrap();
	let trace = fill(&inputs, &statement, &deliveries).unwrap();
	(inputs, trace)
}

#[test]
fn an_honest_trace_violates_nothing() {
	for deals in [&DEALS[..], &DEALS[..1], &[DEALS[0]; 7], &[DEALS[1]; 8], &[DEALS[2]; 15]] {
		let (inputs, trace) = filled(deals);
		assert_eq!(violations(&inputs, &trace), Violations::default());
	}
}

#[test]
fn it_can_be_proved() {
	let (statement, deliveries) = split(&DEALS);
	let proof = prove(&statement, &deliveries, |_| ()).unwrap();
	assert_eq!(meterproof_verifier::verify_split(&statement, &proof), Ok(()));
}

/// Of all that stands before the blinding, exactly this much can be chosen. Any cell that no
/// constraint bound would add to it.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation")]
fn nothing_can_be_chosen_but_the_witness() {
	// In each block: the key, the randomness of the seller's note, both owners, the rest of what
	// the commitment to the quantity hides, and the inputs of the idle slot.
	let (key, randomness, owners, salt, idle) = (4, 4, 2 * 4, 7, 12);
	let block = key + randomness + owners + salt + idle;
	// State, digits, remaining amount, worth, left, rate and kept in the first row of the blinding.
	let blinding = 12 + 2 + 1 + 1 + 1 + 1 + 4;
	// Where nothing is delivered, the rate is what worth starts from makes it.
	let rate = 1;
	let (inputs, trace) = filled(&DEALS);
	let blocks = inputs.blocks().len();
	let checker = Checker::<SplitAir>::new(&inputs, &trace);
	assert_eq!(freedom(&checker, &trace, false), blocks * block + blinding + rate);
	// Asserted: the key's and the quantity's commitments, both owners, the seller's note; the
	// buyer's note is then what the others make it. Worth, left and rate at each start.
	let asserted = 5 * 4;
	assert_eq!(freedom(&checker, &trace, true), blocks * (block - asserted) + blinding - 3);
}
