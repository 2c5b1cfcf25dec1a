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
