//! Parts of one proof in another.

use crate::{anatomy::Anatomy, random::Random};

/// Puts one or more parts of `other` into `anatomy`.
pub fn splice(anatomy: &mut Anatomy, other: &Anatomy, random: &mut Random) {
	for _ in 0..=random.small(3) {
		match random.below(14) {
			0 => anatomy.header = other.header.clone(),
			1 => anatomy.queries = other.queries,
			2 => anatomy.roots = other.roots.clone(),
			3 => {
				let at = random.below(other.roots.len());
				if let (Some(root), Some(from)) = (anatomy.roots.get_mut(at), other.roots.get(at)) {
					*root = *from;
				}
			},
			4 => anatomy.trace = other.trace.clone(),
			5 => anatomy.trace.values = other.trace.values.clone(),
			6 => anatomy.composition = other.composition.clone(),
			7 => anatomy.trace_frame = other.trace_frame.clone(),
			8 => anatomy.composition_frame = other.composition_frame.clone(),
			9 => anatomy.layers = other.layers.clone(),
			10 => {
				let (to, from) = (anatomy.layers.len(), other.layers.len());
				let (to, from) = (random.below(to), random.below(from));
				if let (Some(to), Some(from)) = (anatomy.layers.get_mut(to), other.layers.get(from))
				{
					*to = from.clone();
				}
			},
			11 => anatomy.remainder = other.remainder.clone(),
			12 => {
				anatomy.remainder = other.remainder.clone();
				if let (Some(to), Some(from)) = (anatomy.roots.last_mut(), other.roots.last()) {
					*to = *from;
				}
			},
			_ => anatomy.nonce = other.nonce,
		}
	}
}
