mod accept;
mod hostile;
mod refuse;
mod replay;

use crate::support::transfer::{made, spend, statement, ASSET};
use meterproof_programs::transfer::{Public, Statement};
use meterproof_prover::transfer::{prove, Payment, Spend};
use std::sync::LazyLock;

/// An honest proof of each kind, made once: shield, transfer, unshield.
static HONEST: LazyLock<[(Statement, Vec<u8>); 3]> = LazyLock::new(|| {
	let dummy = || Spend::dummy().unwrap();
	let (from, to) = ([0xf0; 32], [0x70; 32]);
	[
		([dummy(), dummy()], [60, 40], Public::Shield { from, amount: 100 }),
		([spend(70, 9), dummy()], [60, 5], Public::Transfer { fee: 5 }),
		([spend(70, 9), dummy()], [5, 0], Public::Unshield { to, amount: 60, fee: 5 }),
	]
	.map(|(spends, outputs, public)| {
		let payment = Payment { asset: ASSET, spends, outputs: outputs.map(made) };
		let statement = statement(&payment, public);
		let proof = prove(&statement, &payment, |_| ()).unwrap();
		(statement, proof)
	})
});
