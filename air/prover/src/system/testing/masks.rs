//! What hiding rests on: masks that are random throughout, and constraints that leave them free.

use crate::system::{hides, SecretTrace};
use meterproof_programs::system::{Circuit, Parameters};
use std::collections::HashMap;
use winter_air::{Air, AirContext, Assertion, EvaluationFrame, ProofOptions, TraceInfo};
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_prover::Trace;

/// Where a cell of a mask is: number of the trace, column, row.
pub type Place = (usize, usize, usize);

/// Two cells that are equal, of all masks of these traces. Uniform cells all differ, but for one time in
/// 2^34 for two traces of 1,024 rows.
pub fn equal_mask_cells<C: Circuit>(traces: &[SecretTrace]) -> Option<[Place; 2]> {
	let shape = C::PARAMETERS.shape;
	let mut seen = HashMap::new();
	for (i, trace) in traces.iter().enumerate() {
		assert_eq!((shape.masks(), trace.main_trace_width()), (18, shape.witness() + 18));
		for column in shape.witness()..shape.width() {
			for row in 0..trace.length() {
				let place = (i, column, row);
				if let Some(other) = seen.insert(trace.get(column, row).as_int(), place) {
					return Some([other, place]);
				}
			}
		}
	}
	None
}

/// What becomes of the constraint of one mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
	/// The constraint is gone.
	Missing,
	/// The constraint is on the current row, which is opened.
	CurrentRow,
	/// The constraint is that of the next mask, which then stands there twice.
	AnotherMask,
}

/// The changes to single constraints of masks after which the circuit is still taken to hide: there should
/// be none. Unchanged, it must be.
pub fn unnoticed_changes<C: Circuit>(air: C) -> Vec<(usize, Change)> {
	let assertions = air.get_assertions();
	let mut altered = Altered { air, change: None };
	assert!(hides(&altered, &assertions));
	let changes = [Change::Missing, Change::CurrentRow, Change::AnotherMask];
	let mut all: Vec<_> = (0..C::PARAMETERS.shape.masks())
		.flat_map(|mask| changes.map(|change| (mask, change)))
		.collect();
	all.retain(|change| {
		altered.change = Some(*change);
		hides(&altered, &assertions)
	});
	all
}

/// A circuit of which the constraint of this mask is another.
struct Altered<C> {
	air: C,
	change: Option<(usize, Change)>,
}

impl<C: Circuit> Circuit for Altered<C> {
	const PARAMETERS: Parameters = C::PARAMETERS;
	const PUBLIC_COLUMNS: &'static [usize] = C::PUBLIC_COLUMNS;
}

impl<C: Circuit> Air for Altered<C> {
	type BaseField = BaseElement;
	type PublicInputs = C::PublicInputs;

	fn new(info: TraceInfo, inputs: C::PublicInputs, options: ProofOptions) -> Self {
		Self { air: C::new(info, inputs, options), change: None }
	}

	fn context(&self) -> &AirContext<BaseElement> {
		self.air.context()
	}

	fn get_assertions(&self) -> Vec<Assertion<BaseElement>> {
		self.air.get_assertions()
	}

	fn get_periodic_column_values(&self) -> Vec<Vec<BaseElement>> {
		self.air.get_periodic_column_values()
	}

	fn evaluate_transition<E: FieldElement<BaseField = BaseElement>>(
		&self,
		frame: &EvaluationFrame<E>,
		periodic: &[E],
		result: &mut [E],
	) {
		self.air.evaluate_transition(frame, periodic, result);
		let Some((mask, change)) = self.change else { return };
		let Parameters { shape, constraints, .. } = C::PARAMETERS;
		result[constraints + mask] = match change {
			Change::Missing => E::ZERO,
			Change::CurrentRow => {
				let cell = shape.witness() + mask;
				result[constraints + mask] / frame.next()[cell] * frame.current()[cell]
			},
			Change::AnotherMask => result[constraints + (mask + 1) % shape.masks()],
		};
	}
}
