mod accept;
mod hostile;
mod refuse;
mod replay;

use crate::support::usage::{salt, statement};
use meterproof_programs::{
	commitment::{commit, Tag},
	usage::{
		Claim::{AtLeast, AtLeastHidden, AtMost, Exactly},
		Statement,
	},
};
use meterproof_prover::usage::{prove, GroupWitness, Opening, Proved};
use std::sync::LazyLock;

/// One honest proof, made once.
static HONEST: LazyLock<Proved> = LazyLock::new(|| {
	let (statement, witness) = statement(&[
		(AtLeast(60), vec![10, 20, 33]),
		(AtMost(100), vec![50, 49]),
		(Exactly(7), vec![7]),
	]);
	prove(statement, &witness, |_| ()).unwrap()
});

/// The three groups, and a fourth whose claim is of a hidden quantity: 40 of 43.
static SEALED: LazyLock<Proved> = LazyLock::new(|| {
	let (mut statement, mut witness) = statement(&[
		(AtLeast(60), vec![10, 20, 33]),
		(AtMost(100), vec![50, 49]),
		(Exactly(7), vec![7]),
		(AtLeast(0), vec![12, 31]),
	]);
	hide(&mut statement, &mut witness, 3, 40);
	prove(statement, &witness, |_| ()).unwrap()
});

/// Makes the claim of a group one of this quantity, hidden.
fn hide(statement: &mut Statement, witness: &mut [GroupWitness], group: usize, quantity: u32) {
	let (g, period) = (&mut statement.groups[group], statement.period);
	let direction = g.direction.number();
	let salt = salt(u32::MAX - group as u32, period, direction);
	g.claim = AtLeastHidden(commit(Tag::Quantity, quantity, 0, period, direction, &salt));
	witness[group].openings.push(Opening { reading: quantity, salt });
}
