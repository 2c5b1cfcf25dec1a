//! Rescue-Prime as constraints: one permutation in eight rows, a round in each of the first seven.

mod linear;

use alloc::vec::Vec;
use linear::{inv_mds, mds};
use winter_crypto::hashers::Rp64_256;
use winter_math::{fields::f64::BaseElement, FieldElement};

pub use linear::WIDTH;

/// Rows of a permutation: seven rounds and the result.
pub const ROWS: usize = 8;

/// Periodic columns that the rounds need.
pub const NUM_PERIODIC: usize = 2 * WIDTH;

/// Constants of a round: of its first half, then of its second.
pub struct Constants<E> {
	ark1: [E; WIDTH],
	ark2: [E; WIDTH],
}

impl<E: Copy> Constants<E> {
	/// The first values of a row of periodic columns, and what follows them.
	#[inline(always)]
	pub fn split(periodic: &[E]) -> Option<(Self, &[E])> {
		let (ark1, rest) = periodic.split_first_chunk()?;
		let (ark2, rest) = rest.split_first_chunk()?;
		Some((Self { ark1: *ark1, ark2: *ark2 }, rest))
	}
}

/// The periodic columns, in the order of [`Constants::split`]. The last row applies no round; its
/// constants are never used.
pub fn periodic_columns() -> impl Iterator<Item = Vec<BaseElement>> {
	[&Rp64_256::ARK1, &Rp64_256::ARK2].into_iter().flat_map(|ark| {
		(0..WIDTH).map(move |i| {
			ark.iter()
				.filter_map(|round| round.get(i).copied())
				.chain(core::iter::once(BaseElement::ZERO))
				.collect()
		})
	})
}

/// Zero where `next` is `current` after a round; of degree 7.
///
/// Both ways to the middle of the round: forwards, and backwards through the inverse S-box, which is
/// then of degree 7 too.
#[allow(clippy::arithmetic_side_effects, reason = "field arithmetic does not overflow")]
#[inline(always)]
pub fn round<E: FieldElement<BaseField = BaseElement>>(
	current: &[E; WIDTH],
	next: &[E; WIDTH],
	constants: &Constants<E>,
) -> [E; WIDTH] {
	let mut forward = *current;
	for x in &mut forward {
		*x = exp7(*x);
	}
	let forward = mds(&forward);
	let mut backward = *next;
	for (x, constant) in backward.iter_mut().zip(&constants.ark2) {
		*x -= *constant;
	}
	let mut out = inv_mds(&backward);
	for ((x, forward), constant) in out.iter_mut().zip(&forward).zip(&constants.ark1) {
		*x = *forward + *constant - exp7(*x);
	}
	out
}

#[allow(clippy::arithmetic_side_effects, reason = "field arithmetic does not overflow")]
#[inline(always)]
fn exp7<E: FieldElement>(x: E) -> E {
	let x2 = x.square();
	x2.square() * x2 * x
}
