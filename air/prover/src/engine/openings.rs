//! Rows of the extended columns at the positions that are opened. They were not kept: each is evaluated
//! again.

use super::{
	columns::{dot, Columns},
	domain::Domain,
	tree::Tree,
	Extension,
};
use meterproof_packed::{dft, dispatch, Kernel};
use meterproof_programs::system::{ProofHash, Tree as Reference};
use winter_air::proof::Queries;
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_utils::iterators::*;

/// Rows of base-field elements.
pub fn rows(columns: &Columns, tree: &Tree, positions: &[usize], domain: &Domain) -> Queries {
	let rows = evaluate(columns, positions, domain);
	Queries::new::<ProofHash, BaseElement, Reference>(tree.open(positions), rows)
}

/// Rows of extension elements, whose coordinates are columns of their own.
pub fn extension_rows(
	columns: &Columns,
	tree: &Tree,
	positions: &[usize],
	domain: &Domain,
) -> Queries {
	let rows = evaluate(columns, positions, domain)
		.into_iter()
		.map(|row| row.chunks_exact(3).map(|c| Extension::new(c[0], c[1], c[2])).collect());
	Queries::new::<ProofHash, Extension, Reference>(tree.open(positions), rows.collect())
}

fn evaluate(columns: &Columns, positions: &[usize], domain: &Domain) -> Vec<Vec<BaseElement>> {
	let slices = columns.slices();
	positions
		.par_iter()
		.map(|position| {
			let powers = dft::powers(domain.point(*position), domain.rows(), BaseElement::ONE);
			dispatch(Row { columns: &slices, powers: &powers })
		})
		.collect()
}

struct Row<'a> {
	columns: &'a [&'a [BaseElement]],
	powers: &'a [BaseElement],
}

impl Kernel for Row<'_> {
	type Output = Vec<BaseElement>;
	#[inline(always)]
	fn run(self) -> Vec<BaseElement> {
		let mut row = Vec::with_capacity(self.columns.len());
		for column in self.columns {
			row.push(dot(column, self.powers));
		}
		row
	}
}
