//! What a payment's proof takes with other parameters.
//!
//! `cargo run --release -p meterproof-prover --features unhiding --example sweep_transfer`

use meterproof_programs::{
	note::{owner, Note},
	system::{Coin, Parameters, ProofHash, Tree},
	transfer::{Public, PublicInputs, Statement, TransferAir, PARAMETERS, SHAPE, TRACE_LENGTH},
};
use meterproof_prover::transfer::{prove_unhiding, random_digest, Payment, Spend};
use std::time::Instant;
use winter_air::proof::Proof;
use winter_verifier::{verify, AcceptableOptions};

/// Proofs for each set of parameters.
const RUNS: usize = 25;
/// Proofs with the pinned parameters, for the longest of many.
const PINNED_RUNS: usize = 1_000;

fn payment() -> (Statement, Payment) {
	let note = |amount| Note {
		asset: 0,
		amount,
		owner: owner(&random_digest().expect("randomness"), 0).expect("canonical"),
		randomness: random_digest().expect("randomness"),
	};
	let dummy = || Spend::dummy().expect("randomness");
	let payment = Payment { asset: 0, spends: [dummy(), dummy()], outputs: [note(7), note(5)] };
	let statement = Statement {
		genesis: [1; 32],
		asset: 0,
		root: random_digest().expect("randomness"),
		nullifiers: payment.nullifiers().expect("canonical"),
		outputs: payment.commitments().expect("canonical"),
		ciphertexts: [2; 32],
		public: Public::Shield { from: [3; 32], amount: 12 },
	};
	(statement, payment)
}

fn median(mut values: Vec<f64>) -> f64 {
	values.sort_by(f64::total_cmp);
	values[values.len() / 2]
}

fn measure(parameters: &Parameters, runs: usize) {
	let Parameters { queries, blowup, grinding, folding, remainder_degree, shape, .. } =
		*parameters;
	let options = parameters.options();
	let (mut prove, mut bytes, mut check) = (Vec::new(), Vec::new(), Vec::new());
	let mut bits = 0;
	for _ in 0..runs {
		let (statement, payment) = payment();
		let start = Instant::now();
		let proof = prove_unhiding(&statement, &payment, shape, options.clone());
		prove.push(start.elapsed().as_secs_f64() * 1e3);
		let proof = proof.expect("an honest payment");
		bytes.push(proof.len() as f64);
		let inputs = PublicInputs::with_shape(&statement, shape).expect("a statement");
		let start = Instant::now();
		let proof = Proof::from_bytes(&proof).expect("a proof");
		bits = proof.proven_security::<ProofHash>().ldr_bits();
		let accepted = AcceptableOptions::OptionSet(vec![options.clone()]);
		verify::<TransferAir, ProofHash, Coin, Tree>(proof, inputs, &accepted).expect("true");
		check.push(start.elapsed().as_secs_f64() * 1e3);
	}
	let longest = bytes.iter().copied().fold(0.0, f64::max);
	println!(
		"{blowup:6} {queries:7} {grinding:8} {folding:7} {remainder_degree:9} {:8} {bits:5} {:9.1} {:8.0} {longest:8.0} {:10.2} {runs:6}",
		shape.blinding_rows(),
		median(prove),
		median(bytes),
		median(check),
	);
}

fn main() {
	println!(
		"blowup queries grinding folding remainder blinding  bits  prove ms    bytes  longest  verify ms proofs"
	);
	for (blowup, queries, grinding, folding, remainder_degree, blinding) in [
		(8, 64, 20, 8, 7, 72),
		(8, 64, 20, 8, 127, 72),
		(16, 46, 20, 4, 7, 56),
		(16, 46, 20, 4, 127, 56),
		(16, 46, 20, 8, 127, 56),
		(16, 49, 16, 8, 127, 56),
		(32, 37, 20, 8, 7, 56),
		(32, 37, 20, 8, 31, 56),
		(32, 37, 20, 4, 127, 56),
		(32, 37, 20, 8, 127, 56),
		(32, 37, 20, 16, 127, 56),
		(32, 37, 20, 8, 255, 56),
		(32, 39, 16, 8, 127, 56),
		(64, 31, 20, 8, 127, 56),
	] {
		let shape = SHAPE.unsafe_for_tests(blinding, SHAPE.masks(), TRACE_LENGTH);
		let parameters = Parameters {
			queries,
			blowup,
			grinding,
			folding,
			remainder_degree,
			shape,
			..PARAMETERS
		};
		measure(&parameters, RUNS);
	}
	measure(&PARAMETERS, PINNED_RUNS);
}
