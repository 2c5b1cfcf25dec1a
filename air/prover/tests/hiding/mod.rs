//! Checks that proofs hide their witness: `docs/zero-knowledge.md` says what these tests cover.
//!
//! `cargo test --release -p meterproof-prover --features unhiding --lib hiding::`
//! (`-- --nocapture` to see the ranks, `-- --ignored` for the one over the longest trace).

mod attack;
mod blinding;
mod linear_algebra;
mod masks;
mod openings;
mod witnesses;

use winter_math::{fields::f64::BaseElement, fields::CubeExtension};

type Cubic = CubeExtension<BaseElement>;

/// Numbers for tests: a counter through a mixing function, the same in each run.
struct Numbers(u64);

impl Numbers {
	fn word(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		z ^ (z >> 31)
	}

	fn below(&mut self, bound: usize) -> usize {
		(self.word() % bound as u64) as usize
	}

	fn base(&mut self) -> BaseElement {
		BaseElement::new(self.word())
	}

	fn cubic(&mut self) -> Cubic {
		Cubic::new(self.base(), self.base(), self.base())
	}

	/// `count` different numbers below `bound`, in increasing order.
	fn distinct(&mut self, count: usize, bound: usize) -> Vec<usize> {
		let mut set = std::collections::BTreeSet::new();
		while set.len() < count {
			set.insert(self.below(bound));
		}
		set.into_iter().collect()
	}
}
