//! One case, proved and verified in this process.

use std::time::Instant;

use anyhow::{anyhow, ensure, Context, Result};
use meterproof_programs::usage::{
	options, trace_length, Coin, ProofHash, PublicInputs, Shape, Statement, Tree, UsageAir, MASKS,
	MAX_SLOTS, MIN_TRACE_LENGTH, ROWS_PER_SLOT, SHAPE,
};
use meterproof_proof_bench::{
	case::{Case, Parameters, Row},
	machine::peak_mb,
	median,
	phases::{timed, Phases},
	statement::made_up,
	thousandths,
};
use meterproof_prover::usage::{prove, prove_unhiding, GroupWitness, Proved};
use meterproof_verifier::verify_usage;
use winter_air::{
	proof::{Context as Header, Proof},
	BatchingMethod, FieldExtension, ProofOptions, TraceInfo,
};
use winter_math::fields::f64::BaseElement;
use winter_verifier::AcceptableOptions;

const VERIFICATIONS: usize = 40;

/// Proves as often as the case says, and verifies the last proof.
pub fn measure(case: &Case) -> Result<Row> {
	let (statement, witness) = made_up(case.readings(), case.groups);
	let kind = Kind::of(case)?;
	let (mut totals, mut phases, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
	let mut last = None;
	for _ in 0..case.runs {
		let statement = statement.clone();
		// The peak is to be one proof's.
		drop(last.take());
		let (proved, seconds, split) = timed(|| kind.prove(statement, &witness))?;
		let proved = proved?;
		totals.push(seconds);
		phases.push(split);
		sizes.push(proved.proof.len() as f64);
		last = Some(proved);
	}
	let peak_mb = peak_mb();
	let proved = last.context("a case without runs")?;
	let without_grinding: Vec<f64> =
		totals.iter().zip(&phases).map(|(total, phases)| total - phases.grinding / 1e3).collect();
	let header = Proof::from_bytes(&proved.proof).map_err(|error| anyhow!("{error}"))?.context;
	let prove_s = median(&totals);
	Ok(Row {
		slots: case.slots,
		groups: case.groups,
		readings: case.readings(),
		hiding: case.hiding,
		cores: case.cores,
		cpu: case.cpu,
		parameters: case.parameters,
		runs: case.runs,
		prove_s: thousandths(prove_s),
		prove_min_s: thousandths(totals.iter().copied().fold(f64::INFINITY, f64::min)),
		prove_without_grinding_s: thousandths(median(&without_grinding)),
		readings_per_s: (case.readings() as f64 / prove_s).round() as u64,
		peak_mb,
		proof_bytes: median(&sizes) as usize,
		verify_native_ms: kind.verify_ms(&proved)?,
		verify_wasm_ms: None,
		proven_bits: proven_bits(&header, trace_length(&statement)?),
		proven_bits_longest: case
			.parameters
			.map(|_| proven_bits(&header, (MAX_SLOTS * ROWS_PER_SLOT).next_power_of_two())),
		phases_ms: Phases::median(&phases),
	})
}

/// What a proof hides, and by which parameters it is made.
enum Kind {
	/// As shipped.
	Usual,
	/// Hiding, with other parameters.
	With(Shape, ProofOptions),
	/// Not hiding.
	Bare,
}

impl Kind {
	fn of(case: &Case) -> Result<Self> {
		Ok(match case.parameters {
			Some(parameters) => {
				ensure!(case.hiding, "other parameters are measured with hiding only");
				Self::With(hiding_shape(&parameters), proof_options(&parameters))
			},
			None if case.hiding => Self::Usual,
			None => Self::Bare,
		})
	}

	fn prove(&self, statement: Statement, witness: &[GroupWitness]) -> Result<Proved> {
		Ok(match self {
			Self::Usual => prove(statement, witness, |_| ())?,
			Self::With(shape, options) => {
				prove_unhiding(statement, witness, *shape, options.clone())?
			},
			Self::Bare => {
				let shape = SHAPE.unsafe_for_tests(8, 0, 64);
				prove_unhiding(statement, witness, shape, options())?
			},
		})
	}

	fn verify_ms(&self, proved: &Proved) -> Result<Option<f64>> {
		let mut milliseconds = Vec::with_capacity(VERIFICATIONS);
		for _ in 0..VERIFICATIONS {
			let start = Instant::now();
			match self {
				Self::Usual => verify_usage(&proved.statement, &proved.proof)
					.map_err(|reason| anyhow!("an honest proof is refused: {reason:?}"))?,
				Self::With(shape, options) => verify_other(proved, *shape, options)?,
				Self::Bare => return Ok(None),
			}
			milliseconds.push(start.elapsed().as_secs_f64() * 1e3);
		}
		Ok(Some(thousandths(median(&milliseconds))))
	}
}

/// The proof system's verifier alone: ours accepts one set of parameters.
fn verify_other(proved: &Proved, shape: Shape, options: &ProofOptions) -> Result<()> {
	let inputs = PublicInputs::with_shape(&proved.statement, shape)?;
	let proof = Proof::from_bytes(&proved.proof).map_err(|error| anyhow!("{error}"))?;
	let accepted = AcceptableOptions::OptionSet(vec![options.clone()]);
	winter_verifier::verify::<UsageAir, ProofHash, Coin, Tree>(proof, inputs, &accepted)
		.map_err(|error| anyhow!("an honest proof is refused: {error}"))
}

/// Blinding that hides with these parameters. The masks follow the circuit's degree alone.
fn hiding_shape(parameters: &Parameters) -> Shape {
	SHAPE.unsafe_for_tests(parameters.blinding_rows(), MASKS, MIN_TRACE_LENGTH)
}

fn proof_options(parameters: &Parameters) -> ProofOptions {
	ProofOptions::new(
		parameters.queries,
		parameters.blowup,
		parameters.grinding,
		FieldExtension::Cubic,
		parameters.folding,
		parameters.remainder,
		BatchingMethod::Linear,
		BatchingMethod::Linear,
	)
}

/// What the proof system's estimator proves in the list-decoding regime.
fn proven_bits(header: &Header, rows: usize) -> u32 {
	let mut proof = Proof::new_dummy();
	proof.context = Header::new::<BaseElement>(
		TraceInfo::new(header.trace_info().width(), rows),
		header.options().clone(),
		header.num_constraints(),
	);
	proof.proven_security::<ProofHash>().ldr_bits()
}
