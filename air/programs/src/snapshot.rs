//! A circuit as three hashes, for snapshots: what changes any of them makes proofs of one version invalid
//! in the other.

use crate::system::{Circuit, ProofHash};
use alloc::{format, string::String, vec, vec::Vec};
use winter_air::EvaluationFrame;
use winter_crypto::{Digest, ElementHasher};
use winter_math::{fields::f64::BaseElement, FieldElement};

/// Hashes of the constraints' values, masks included, at a row, a next row and periodic values that are
/// powers of one number; of the periodic columns; and of the assertions.
pub fn of<C: Circuit>(air: &C) -> [String; 3] {
	let columns = air.get_periodic_column_values();
	let width = air.trace_info().main_trace_width();
	let numbers = |first: usize, count: usize| -> Vec<BaseElement> {
		let number = BaseElement::new(0x9e37_79b9_7f4a_7c15);
		(first..first + count).map(|i| number.exp(i as u64 + 2)).collect()
	};
	let frame = EvaluationFrame::from_rows(numbers(0, width), numbers(width, width));
	let periodic = numbers(2 * width, columns.len());
	let mut values = vec![BaseElement::ZERO; air.context().num_transition_constraints()];
	air.evaluate_transition(&frame, &periodic, &mut values);

	let count = |count: usize| BaseElement::new(count as u64);
	let listed = |list: &[BaseElement]| [&[count(list.len())], list].concat();
	let columns: Vec<_> = columns.iter().flat_map(|column| listed(column)).collect();
	let assertions: Vec<_> = air
		.get_assertions()
		.iter()
		.flat_map(|assertion| {
			let place = [assertion.column(), assertion.first_step(), assertion.stride()];
			[place.map(count).to_vec(), listed(assertion.values())].concat()
		})
		.collect();
	[values, columns, assertions].map(|elements| {
		let digest = ProofHash::hash_elements(&elements).as_bytes();
		digest.iter().map(|byte| format!("{byte:02x}")).collect()
	})
}
