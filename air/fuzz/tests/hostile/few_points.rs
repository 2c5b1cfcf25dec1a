//! More queries than points: the one panic of the list that our AIR hides behind another one, so
//! it is shown with an AIR that takes any number of rows. Our verifier never gets there: it knows
//! the header from the statement.

use meterproof_fuzz::anatomy::{Anatomy, Frame, Opened};
use meterproof_programs::usage::{Coin, ProofHash, Tree};
use std::panic::{catch_unwind, AssertUnwindSafe};
use winter_air::{
	proof::{Context, Proof},
	Air, AirContext, Assertion, BatchingMethod, EvaluationFrame, FieldExtension, ProofOptions,
	TraceInfo, TransitionConstraintDegree,
};
use winter_math::{fields::f64::BaseElement, FieldElement, ToElements};
use winter_utils::Serializable;
use winter_verifier::AcceptableOptions;

/// A column of zeros, as long as the proof says.
struct Zeros(AirContext<BaseElement>);

struct Nothing;

impl ToElements<BaseElement> for Nothing {
	fn to_elements(&self) -> Vec<BaseElement> {
		Vec::new()
	}
}

impl Air for Zeros {
	type BaseField = BaseElement;
	type PublicInputs = Nothing;

	fn new(trace_info: TraceInfo, _: Nothing, options: ProofOptions) -> Self {
		let degrees = vec![TransitionConstraintDegree::new(1)];
		Self(AirContext::new(trace_info, degrees, 1, options))
	}

	fn context(&self) -> &AirContext<BaseElement> {
		&self.0
	}

	fn evaluate_transition<E: FieldElement<BaseField = BaseElement>>(
		&self,
		frame: &EvaluationFrame<E>,
		_: &[E],
		result: &mut [E],
	) {
		result[0] = frame.next()[0] - frame.current()[0];
	}

	fn get_assertions(&self) -> Vec<Assertion<BaseElement>> {
		vec![Assertion::single(0, 0, BaseElement::ZERO)]
	}
}

#[test]
fn more_queries_than_points_is_a_panic_of_the_proof_system() {
	let options = ProofOptions::new(
		64,
		8,
		0,
		FieldExtension::Cubic,
		8,
		7,
		BatchingMethod::Linear,
		BatchingMethod::Linear,
	);
	// 8 rows, 64 points.
	let context = Context::new::<BaseElement>(TraceInfo::new(1, 8), options.clone(), 2);
	let opened = |length| Opened { values: vec![0; length], depth: 6, lists: Vec::new() };
	let frame = || Frame { rows: 2, values: vec![0; 48] };
	let anatomy = Anatomy {
		header: context.to_bytes(),
		queries: 1,
		roots: vec![[0; 32]; 3],
		trace: opened(8),
		composition: opened(24),
		trace_frame: frame(),
		composition_frame: frame(),
		layers: Vec::new(),
		remainder: vec![0; 24],
		partitions: 0,
		nonce: 0,
	};
	let proof = Proof::from_bytes(&anatomy.write().0).unwrap();
	let verify = AssertUnwindSafe(|| {
		winter_verifier::verify::<Zeros, ProofHash, Coin, Tree>(
			proof,
			Nothing,
			&AcceptableOptions::OptionSet(vec![options]),
		)
	});
	let panic = catch_unwind(verify).expect_err("fixed upstream");
	let text = panic.downcast_ref::<&str>().copied().unwrap_or_default();
	assert!(text.contains("number of values must be smaller than domain size"), "{text}");
}
