mod accept;
mod hostile;
mod refuse;
mod replay;

use crate::support::usage::statement;
use meterproof_programs::usage::Claim::{AtLeast, AtMost, Exactly};
use meterproof_prover::usage::{prove, Proved};
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
