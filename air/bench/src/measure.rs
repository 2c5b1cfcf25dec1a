//! One case, proved and verified in this process.

use anyhow::{anyhow, bail, ensure, Context, Result};
use meterproof_programs::usage::{
	options, trace_length, Coin, ProofHash, PublicInputs, Shape, Statement, Tree, UsageAir, MASKS,
	MAX_SLOTS, MIN_TRACE_LENGTH, ROWS_PER_SLOT, SHAPE,
};
use meterproof_proof_bench::{
	case::{Case, Parameters, Row},
	clock::{on_one_core, processor_time},
	machine::peak_mb,
	median,
	per_group::PerGroup,
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

/// How often one proof is verified.
const VERIFICATIONS: usize = 40;

/// Proves as often as the case says, and verifies the last proof.
pub fn measure(case: &Case) -> Result<Row> {
	let kind = Kind::of(case)?;
	let (mut row, proofs) = prove_all(case, &kind, Keep::Last)?;
	let proved = proofs.last().context("a case without runs")?;
	if !matches!(kind, Kind::Bare) {
		let times: Vec<f64> = on_one_core(|| {
			(0..VERIFICATIONS).map(|_| kind.verify_ms(proved)).collect::<Result<_>>()
		})?;
		row.verify_native_ms = Some(thousandths(median(&times)));
	}
	Ok(row)
}

/// Measures cases that are compared. All proofs of all cases are verified in turns, so that
/// whatever else the machine does meets all cases alike.
pub fn measure_together(cases: &[Case]) -> Result<Vec<Row>> {
	let kinds: Vec<Kind> = cases.iter().map(Kind::of).collect::<Result<_>>()?;
	let (mut rows, mut proofs) = (Vec::new(), Vec::new());
	for (case, kind) in cases.iter().zip(&kinds) {
		let (row, kept) = prove_all(case, kind, Keep::All)?;
		// The peak may be another case's.
		rows.push(Row { peak_mb: None, ..row });
		proofs.push(kept);
	}
	let runs = proofs.iter().map(Vec::len).min().context("no cases")?;
	// By case and proof: milliseconds of each round.
	let mut times = vec![vec![Vec::with_capacity(VERIFICATIONS); runs]; cases.len()];
	on_one_core(|| {
		for round in 0..VERIFICATIONS {
			for run in 0..runs {
				for turn in 0..cases.len() {
					// No case always follows the same one.
					let case = (turn + round) % cases.len();
					times[case][run].push(kinds[case].verify_ms(&proofs[case][run])?);
				}
			}
		}
		Ok(())
	})?;
	for (row, of_case) in rows.iter_mut().zip(&times) {
		let differences: Vec<f64> = of_case
			.iter()
			.zip(&times[0])
			.map(|(of_proof, first)| {
				let rounds: Vec<f64> = of_proof.iter().zip(first).map(|(a, b)| a - b).collect();
				median(&rounds)
			})
			.collect();
		row.per_group = PerGroup::of(row.groups - cases[0].groups, &differences);
		row.verify_native_ms = Some(thousandths(median(&of_case.concat())));
	}
	Ok(rows)
}

/// Which proofs of a case are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
	All,
	Last,
}

/// Proves as often as the case says. The row's times of verifying are left open.
fn prove_all(case: &Case, kind: &Kind, keep: Keep) -> Result<(Row, Vec<Proved>)> {
	let (statement, witness) = made_up(case.readings(), case.groups);
	let (mut totals, mut phases, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
	let mut proofs = Vec::new();
	for _ in 0..case.runs {
		let statement = statement.clone();
		if keep == Keep::Last {
			// The peak is to be one proof's.
			proofs.clear();
		}
		let (proved, seconds, split) = timed(|| kind.prove(statement, &witness))?;
		let proved = proved?;
		totals.push(seconds);
		phases.push(split);
		sizes.push(proved.proof.len() as f64);
		proofs.push(proved);
	}
	let peak_mb = peak_mb();
	let proved = proofs.last().context("a case without runs")?;
	let without_grinding: Vec<f64> =
		totals.iter().zip(&phases).map(|(total, phases)| total - phases.grinding / 1e3).collect();
	let header = Proof::from_bytes(&proved.proof).map_err(|error| anyhow!("{error}"))?.context;
	let prove_s = median(&totals);
	let row = Row {
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
		verify_native_ms: None,
		per_group: None,
		verify_wasm_ms: None,
		proven_bits: proven_bits(&header, trace_length(&statement)?),
		proven_bits_longest: case
			.parameters
			.map(|_| proven_bits(&header, (MAX_SLOTS * ROWS_PER_SLOT).next_power_of_two())),
		phases_ms: Phases::median(&phases),
	};
	Ok((row, proofs))
}

/// What a proof hides, and by which parameters it is made.
enum Kind {
	/// A proof as shipped: it hides its witness, with the pinned parameters.
	Usual,
	/// A proof that hides its witness, with other parameters.
	With(Shape, ProofOptions),
	/// A proof that does not hide its witness.
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

	/// Milliseconds of verifying once, on this thread's core.
	fn verify_ms(&self, proved: &Proved) -> Result<f64> {
		let start = processor_time();
		match self {
			Self::Usual => verify_usage(&proved.statement, &proved.proof)
				.map_err(|reason| anyhow!("an honest proof is refused: {reason:?}"))?,
			Self::With(shape, options) => verify_other(proved, *shape, options)?,
			Self::Bare => bail!("the verifier takes no proof that does not hide"),
		}
		Ok(processor_time().saturating_sub(start).as_secs_f64() * 1e3)
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
