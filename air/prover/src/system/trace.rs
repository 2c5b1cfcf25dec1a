//! A trace that is erased when dropped.

use crate::random::{self, NoRandomness};
use winter_air::{EvaluationFrame, TraceInfo};
use winter_math::{fields::f64::BaseElement, FieldElement};
use winter_prover::{matrix::ColMatrix, Trace};
use winter_utils::iterators::*;

/// The trace of a proof: witness, blinding rows and masks.
pub struct SecretTrace {
	info: TraceInfo,
	columns: ColMatrix<BaseElement>,
}

impl Drop for SecretTrace {
	fn drop(&mut self) {
		for column in self.columns.columns_mut() {
			erase(column);
		}
	}
}

/// Overwrites field elements in a way that is not optimised out.
pub fn erase(cells: &mut [BaseElement]) {
	cells.fill(BaseElement::ZERO);
	core::hint::black_box(cells);
}

impl SecretTrace {
	/// Columns of one length, a power of two.
	pub fn new(columns: Vec<Vec<BaseElement>>) -> Self {
		let rows = columns.first().map_or(0, Vec::len);
		Self { info: TraceInfo::new(columns.len(), rows), columns: ColMatrix::new(columns) }
	}

	/// Columns of uniform elements from the operating system's generator, those before row
	/// `from(column)` apart, which are zero.
	pub fn random_columns(
		width: usize,
		rows: usize,
		from: impl Fn(usize) -> usize + Sync,
	) -> Result<Vec<Vec<BaseElement>>, NoRandomness> {
		let columns = (0..width).into_par_iter().map(|i| {
			let mut column = vec![BaseElement::ZERO; rows];
			random::fill(&mut column[from(i)..]).map(|()| column)
		});
		columns.collect()
	}

	/// The columns, which whoever has them now must erase.
	pub fn into_columns(mut self) -> Vec<Vec<BaseElement>> {
		let nothing = ColMatrix::new(vec![vec![BaseElement::ZERO; 2]]);
		core::mem::replace(&mut self.columns, nothing).into_columns()
	}

	#[cfg(test)]
	pub fn copy(&self) -> Self {
		Self { info: self.info.clone(), columns: self.columns.clone() }
	}

	#[cfg(test)]
	pub fn get(&self, column: usize, row: usize) -> BaseElement {
		self.columns.get(column, row)
	}

	#[cfg(test)]
	pub fn set(&mut self, column: usize, row: usize, value: BaseElement) {
		self.columns.set(column, row, value);
	}
}

impl Trace for SecretTrace {
	type BaseField = BaseElement;

	fn info(&self) -> &TraceInfo {
		&self.info
	}

	fn main_segment(&self) -> &ColMatrix<BaseElement> {
		&self.columns
	}

	fn read_main_frame(&self, row: usize, frame: &mut EvaluationFrame<BaseElement>) {
		self.columns.read_row_into(row, frame.current_mut());
		self.columns.read_row_into((row + 1) % self.info.length(), frame.next_mut());
	}
}
