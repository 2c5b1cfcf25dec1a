//! What a split's proof takes with other parameters, of one trade and of fifteen.
//!
//! Over the 512 rows of one trade the masks cover 42 queries, so that blowup 16 is tried with fifteen only.
//!
//! `cargo run --release -p meterproof-prover --features unhiding --example sweep_split`

use meterproof_programs::{
	seal::key_commitment,
	split::{
		PublicInputs, Share, Split, SplitAir, Statement, MAX_SPLITS, PARAMETERS, SHAPE, SHORT_TRACE,
	},
	system::{Coin, Parameters, ProofHash, Tree},
};
use meterproof_prover::{
	split::{prove_unhiding, Delivery},
	transfer::random_digest,
};
use std::time::Instant;
use winter_air::proof::Proof;
use winter_verifier::{verify, AcceptableOptions};

const RUNS: usize = 9;

fn trades(count: usize) -> (Statement, Vec<Delivery>) {
	let random = || random_digest().expect("randomness");
	let deliveries: Vec<_> =
		(0..count).map(|_| Delivery::new(4_321, 1, random()).expect("randomness")).collect();
	let splits = deliveries.iter().map(|delivery| {
		let mut split = Split {
			trade: 7,
			quantity: 5_000,
			rate: 400_000_000,
			key_commitment: key_commitment(&delivery.key).expect("canonical"),
			quantity_commitment: delivery.quantity_commitment(9),
			payout: Share { owner: random(), note: [0; 32] },
			refund: Share { owner: random(), note: [0; 32] },
			ciphertexts: [2; 32],
		};
		let [payout, refund] = delivery.notes(0, 9, &split).expect("canonical");
		split.payout.note = payout.commitment().expect("canonical");
		split.refund.note = refund.commitment().expect("canonical");
		split
	});
	let splits = splits.collect();
	(Statement { genesis: [1; 32], period: 9, asset: 0, splits }, deliveries)
}

fn median(mut values: Vec<f64>) -> f64 {
	values.sort_by(f64::total_cmp);
	values[values.len() / 2]
}

fn main() {
	println!(
		"trades blowup queries grinding folding remainder  bits  prove ms    bytes  verify ms"
	);
	for (count, blowup, queries, grinding, folding, remainder_degree) in [
		(1, 32, 37, 20, 8, 127),
		(1, 32, 38, 20, 4, 7),
		(1, 32, 38, 20, 4, 127),
		(1, 32, 38, 20, 8, 127),
		(1, 32, 38, 20, 16, 127),
		(MAX_SPLITS, 16, 48, 20, 8, 127),
		(MAX_SPLITS, 32, 38, 20, 4, 7),
		(MAX_SPLITS, 32, 38, 20, 4, 127),
		(MAX_SPLITS, 32, 38, 20, 8, 127),
		(MAX_SPLITS, 32, 38, 20, 8, 255),
	] {
		let shape = SHAPE.unsafe_for_tests(SHAPE.blinding_rows(), SHAPE.masks(), SHORT_TRACE);
		let parameters = Parameters {
			queries,
			blowup,
			grinding,
			folding,
			remainder_degree,
			shape,
			..PARAMETERS
		};
		let options = parameters.options();
		let (mut prove, mut bytes, mut check) = (Vec::new(), Vec::new(), Vec::new());
		let mut bits = 0;
		for _ in 0..RUNS {
			let (statement, deliveries) = trades(count);
			let start = Instant::now();
			let proof = prove_unhiding(&statement, &deliveries, shape, options.clone());
			prove.push(start.elapsed().as_secs_f64() * 1e3);
			let proof = proof.expect("an honest split");
			bytes.push(proof.len() as f64);
			let inputs = PublicInputs::with_shape(&statement, shape).expect("a statement");
			let start = Instant::now();
			let proof = Proof::from_bytes(&proof).expect("a proof");
			bits = proof.proven_security::<ProofHash>().ldr_bits();
			let accepted = AcceptableOptions::OptionSet(vec![options.clone()]);
			verify::<SplitAir, ProofHash, Coin, Tree>(proof, inputs, &accepted).expect("true");
			check.push(start.elapsed().as_secs_f64() * 1e3);
		}
		println!(
			"{count:6} {blowup:6} {queries:7} {grinding:8} {folding:7} {remainder_degree:9} {bits:5} {:9.1} {:8.0} {:10.2}",
			median(prove),
			median(bytes),
			median(check),
		);
	}
}
