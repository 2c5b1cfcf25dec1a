//! Field elements from the operating system's generator. Nothing here can be seeded.

use winter_math::{fields::f64::BaseElement, StarkField};
use zeroize::Zeroizing;

/// The operating system gave no randomness; nothing may be proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system's random generator failed")]
pub struct NoRandomness;

/// Bytes fetched at a time.
const BATCH: usize = 1 << 14;

/// Fills `out` with uniform field elements.
pub fn fill(out: &mut [BaseElement]) -> Result<(), NoRandomness> {
	let mut bytes = Zeroizing::new(vec![0u8; BATCH.min(out.len().saturating_mul(8))]);
	let mut rest = out.iter_mut();
	let mut next = rest.next();
	while next.is_some() {
		getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
		for chunk in bytes.chunks_exact(8) {
			let word = u64::from_le_bytes(chunk.try_into().map_err(|_| NoRandomness)?);
			// Rejection keeps the distribution uniform.
			if word < BaseElement::MODULUS {
				let Some(cell) = next.take() else { break };
				*cell = BaseElement::new(word);
				next = rest.next();
			}
		}
	}
	Ok(())
}

/// A salt for a slack commitment.
pub fn salt() -> Result<[u64; 4], NoRandomness> {
	let mut elements = [BaseElement::default(); 4];
	fill(&mut elements)?;
	Ok(elements.map(|element| element.as_int()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use winter_math::FieldElement;

	/// More than two batches and a part of one: each cell is drawn, and each of its bits.
	#[test]
	fn every_cell_is_uniform() {
		let mut cells = vec![BaseElement::ZERO; 2 * BATCH / 8 + 13];
		fill(&mut cells).unwrap();
		let words = || cells.iter().map(BaseElement::as_int);
		assert_eq!(words().collect::<std::collections::BTreeSet<_>>().len(), cells.len());
		for bit in 0..64 {
			let set = words().filter(|word| word >> bit & 1 == 1).count();
			// Sixteen standard deviations each way.
			assert!((3 * cells.len() / 8..5 * cells.len() / 8).contains(&set), "bit {bit}: {set}");
		}
	}

	#[test]
	fn salts_differ() {
		let words: Vec<_> = [salt().unwrap(), salt().unwrap()].concat();
		assert!((1..8).all(|i| !words[..i].contains(&words[i])));
	}
}
