//! Changes of a proof's bytes. Where a stretch of bytes stands is known; what it means is not.

use super::values;
use crate::{
	anatomy::{vint, Kind, ProofPart, Span},
	random::Random,
};
use meterproof_verifier::MAX_PROOF_BYTES;
use std::ops::Range;

/// A change of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
	/// One bit is flipped.
	Bit,
	/// One byte gets another value.
	Byte,
	/// A count, length, exponent or option gets another value.
	Count,
	/// The end is missing.
	Cut,
	/// Bytes follow the end.
	Extend,
	/// A stretch is missing.
	Remove,
	/// A stretch stands there twice.
	Repeat,
	/// A stretch is written over another.
	Overwrite,
	/// Two stretches of a kind have changed places.
	Swap,
	/// A field element is not below the modulus.
	NotCanonical,
	/// A field element has another value.
	Element,
	/// A digest has another value.
	Digest,
	/// Another proof of work.
	Nonce,
}

impl Change {
	/// All of them.
	pub const ALL: [Self; 13] = [
		Self::Bit,
		Self::Byte,
		Self::Count,
		Self::Cut,
		Self::Extend,
		Self::Remove,
		Self::Repeat,
		Self::Overwrite,
		Self::Swap,
		Self::NotCanonical,
		Self::Element,
		Self::Digest,
		Self::Nonce,
	];

	/// How often each is taken.
	pub const WEIGHTS: [usize; 13] = [8, 6, 9, 2, 2, 3, 3, 4, 4, 5, 6, 6, 2];

	/// Makes the change. `spans` are those of the proof before any change.
	pub fn apply(self, proof: &mut Vec<u8>, spans: &[Span], random: &mut Random) {
		match self {
			Self::Bit => {
				let at = position(proof, spans, random);
				if let Some(byte) = proof.get_mut(at) {
					*byte ^= 1 << random.below(8);
				}
			},
			Self::Byte => {
				let at = position(proof, spans, random);
				if let Some(byte) = proof.get_mut(at) {
					*byte = values::byte(*byte, random);
				}
			},
			Self::Count => count(proof, spans, random),
			Self::Cut => {
				let at = position(proof, spans, random);
				proof.truncate(at);
			},
			Self::Extend => extend(proof, random),
			Self::Remove => {
				let range = stretch(proof, spans, random);
				proof.drain(range);
			},
			Self::Repeat => {
				let range = stretch(proof, spans, random);
				let piece = proof[range.clone()].to_vec();
				proof.splice(range.start..range.start, piece);
			},
			Self::Overwrite => {
				let (from, to) = (stretch(proof, spans, random), position(proof, spans, random));
				let length = from.len().min(proof.len().saturating_sub(to));
				proof.copy_within(from.start..from.start + length, to);
			},
			Self::Swap => swap(proof, spans, random),
			Self::NotCanonical => word(proof, spans, random, values::not_canonical),
			Self::Element => word(proof, spans, random, |_, random| values::canonical(random)),
			Self::Digest => digest(proof, spans, random),
			Self::Nonce => {
				if let Some((_, nonce)) = proof.split_last_chunk_mut::<8>() {
					*nonce = values::word(u64::from_le_bytes(*nonce), random).to_le_bytes();
				}
			},
		}
	}
}

/// One of the spans that `wanted` takes.
fn span<'a>(
	spans: &'a [Span],
	random: &mut Random,
	wanted: impl Fn(&Span) -> bool,
) -> Option<&'a Span> {
	let found: Vec<&Span> = spans.iter().filter(|span| wanted(span)).collect();
	(!found.is_empty()).then(|| *random.pick(&found))
}

/// A place: half of the time any byte, otherwise in or beside any span, so that short fields get
/// their share.
fn position(proof: &[u8], spans: &[Span], random: &mut Random) -> usize {
	if random.one_in(2) || spans.is_empty() {
		return random.below(proof.len());
	}
	let Range { start, end } = random.pick(spans).range;
	let at = match random.below(4) {
		0 => start,
		1 => end,
		_ => start + random.below(end - start),
	};
	at.min(proof.len())
}

/// Bytes: a whole span, one element or digest, or any few.
fn stretch(proof: &[u8], spans: &[Span], random: &mut Random) -> Range<usize> {
	let at = position(proof, spans, random);
	let range = match random.below(4) {
		0 => span(spans, random, |_| true).map_or(at..at, |span| span.range.clone()),
		1 => at..at + 8,
		2 => at..at + 32,
		_ => at..at + 1 + random.small(400),
	};
	range.start.min(proof.len())..range.end.min(proof.len())
}

fn is_count(span: &Span) -> bool {
	matches!(span.kind, Kind::Fixed(_) | Kind::Vint) && span.part != ProofPart::Nonce
}

/// Puts another number in the place of a count. The header's are refused at once: mostly others.
fn count(proof: &mut Vec<u8>, spans: &[Span], random: &mut Random) {
	let headers = random.one_in(8);
	let wanted = |span: &Span| is_count(span) && (span.part == ProofPart::Header) == headers;
	let Some(Span { kind, range, .. }) = span(spans, random, wanted) else { return };
	let Some(old) = proof.get(range.clone()) else { return };
	let bytes = match kind {
		Kind::Fixed(1) => vec![values::byte(old[0], random)],
		Kind::Fixed(length) => {
			let mut word = [0; 8];
			word[..*length].copy_from_slice(old);
			values::word(u64::from_le_bytes(word), random).to_le_bytes()[..*length].to_vec()
		},
		_ => {
			let mut word = [0; 8];
			word[..old.len().min(8)].copy_from_slice(&old[..old.len().min(8)]);
			let old = u64::from_le_bytes(word) >> range.len().min(8);
			// One in four keeps the value, in a form that is too long.
			let value = if random.one_in(4) { old } else { values::word(old, random) };
			vint(value, 1 + random.below(9))
		},
	};
	proof.splice(range.clone(), bytes);
}

fn extend(proof: &mut Vec<u8>, random: &mut Random) {
	let length = match random.below(16) {
		0 => (MAX_PROOF_BYTES + random.below(3)).saturating_sub(proof.len()),
		1..=4 => 1,
		5 | 6 => 8,
		7 | 8 => 32,
		_ => random.small(2000),
	};
	let (old, byte) = (proof.len(), if random.one_in(2) { 0 } else { random.byte() });
	proof.resize(old + length, byte);
	if random.one_in(2) {
		random.fill(&mut proof[old..]);
	}
}

/// Two stretches of one length, taken from spans of one kind, change places.
fn swap(proof: &mut [u8], spans: &[Span], random: &mut Random) {
	let (kind, unit) = *random.pick(&[(Kind::Digests, 32), (Kind::Elements, 8)]);
	let mut place = || {
		let span = span(spans, random, |span| span.kind == kind && span.range.len() >= unit)?;
		Some(span.range.start + unit * random.below(span.range.len() / unit))
	};
	let (Some(one), Some(other)) = (place(), place()) else { return };
	if one.max(other) + unit <= proof.len() {
		for at in 0..unit {
			proof.swap(one + at, other + at);
		}
	}
}

/// Puts another word in the place of a field element.
fn word(
	proof: &mut [u8],
	spans: &[Span],
	random: &mut Random,
	change: impl Fn(u64, &mut Random) -> u64,
) {
	let wanted = |span: &Span| span.kind == Kind::Elements && span.part != ProofPart::Header;
	let Some(span) = span(spans, random, wanted) else { return };
	let at = span.range.start + 8 * random.below(span.range.len() / 8);
	if let Some(word) = proof.get_mut(at..).and_then(|rest| rest.first_chunk_mut::<8>()) {
		*word = change(u64::from_le_bytes(*word), random).to_le_bytes();
	}
}

fn digest(proof: &mut [u8], spans: &[Span], random: &mut Random) {
	let Some(span) = span(spans, random, |span| span.kind == Kind::Digests) else { return };
	let at = span.range.start + 32 * random.below(span.range.len() / 32);
	if let Some(digest) = proof.get_mut(at..at + 32) {
		match random.below(3) {
			0 => digest.fill(0),
			1 => digest.fill(0xff),
			_ => random.fill(digest),
		}
	}
}
