mod accept;
mod hostile;
mod refuse;
mod replay;

use crate::support::split::{statement, Deal, DEAL};
use meterproof_programs::split::Statement;
use meterproof_prover::split::prove;
use std::sync::LazyLock;

/// An honest proof over each trace length, made once.
static HONEST: LazyLock<[(Statement, Vec<u8>); 2]> = LazyLock::new(|| {
	[2, 8].map(|count| {
		let deals: Vec<_> = (0..count).map(|i| Deal { delivered: 4_321 + i, ..DEAL }).collect();
		let (statement, deliveries) = statement(&deals);
		let proof = prove(&statement, &deliveries, |_| ()).unwrap();
		(statement, proof)
	})
});
