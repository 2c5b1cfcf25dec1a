//! Bytes from someone who wants the verifier to panic, to work, or to accept.

use super::HONEST;
use meterproof_programs::usage::{context, Statement, StatementError, MAX_SLOTS};
use meterproof_verifier::{verify_usage, Part, Reject, MAX_PROOF_BYTES};
use proptest::prelude::*;
use winter_utils::Serializable;

fn verify(proof: &[u8]) -> Result<(), Reject> {
	verify_usage(&HONEST.statement, proof)
}

fn header_length() -> usize {
	context(1024).to_bytes().len()
}

/// Where the parts of the honest proof begin, read from its own counts.
struct Layout {
	commitments: usize,
	trace_queries: usize,
	trace_merkle: usize,
	composition_queries: usize,
	out_of_domain: usize,
	layers: usize,
	remainder: usize,
	partitions: usize,
}

fn layout() -> Layout {
	let proof = &HONEST.proof;
	let u16_at = |at: usize| usize::from(u16::from_le_bytes([proof[at], proof[at + 1]]));
	let u32_at = |at: usize| u32::from_le_bytes(proof[at..at + 4].try_into().unwrap()) as usize;
	let compact_at = |at: usize| {
		let length = proof[at].trailing_zeros() as usize + 1;
		let mut word = [0; 8];
		word[..length].copy_from_slice(&proof[at..at + length]);
		((u64::from_le_bytes(word) >> length) as usize, length)
	};
	let skip_list = |at: usize| {
		let (bytes, length) = compact_at(at);
		at + length + bytes
	};
	let commitments = header_length() + 1;
	let trace_queries = commitments + 2 + u16_at(commitments);
	let trace_merkle = skip_list(trace_queries);
	let composition_queries = skip_list(trace_merkle);
	let out_of_domain = skip_list(skip_list(composition_queries));
	let mut layers = out_of_domain + 2 + u16_at(out_of_domain);
	layers += 2 + u16_at(layers);
	let mut remainder = layers + 1;
	for _ in 0..proof[layers] {
		remainder += 4 + u32_at(remainder);
		remainder += 4 + u32_at(remainder);
	}
	let partitions = remainder + 2 + u16_at(remainder);
	assert_eq!(partitions + 1 + 8, proof.len());
	Layout {
		commitments,
		trace_queries,
		trace_merkle,
		composition_queries,
		out_of_domain,
		layers,
		remainder,
		partitions,
	}
}

fn with(change: impl FnOnce(&mut Vec<u8>)) -> Result<(), Reject> {
	let mut proof = HONEST.proof.clone();
	change(&mut proof);
	verify(&proof)
}

#[test]
fn too_long() {
	assert_eq!(verify(&vec![0; MAX_PROOF_BYTES + 1]), Err(Reject::TooLong));
	assert_eq!(with(|p| p.resize(MAX_PROOF_BYTES + 1, 0)), Err(Reject::TooLong));
}

#[test]
fn trailing_bytes() {
	for extra in [1, 8, 1000] {
		let expected = Err(Reject::Malformed(Part::TrailingBytes));
		assert_eq!(with(|p| p.resize(p.len() + extra, 0)), expected);
	}
}

#[test]
fn every_value_of_every_header_byte() {
	for at in 0..header_length() {
		for flip in 1..=255 {
			assert_eq!(with(|p| p[at] ^= flip), Err(Reject::Header), "byte {at}");
		}
	}
}

#[test]
fn the_header_of_another_trace_length() {
	for rows in [8, 512, 2048, 1 << 17] {
		let result = with(|p| {
			p.splice(..header_length(), context(rows).to_bytes());
		});
		assert_eq!(result, Err(Reject::Header));
	}
}

#[test]
fn statements_without_proofs() {
	let result = |change: &dyn Fn(&mut Statement), proof: &[u8]| {
		let mut statement = HONEST.statement.clone();
		change(&mut statement);
		verify_usage(&statement, proof)
	};
	let refused = |change: &dyn Fn(&mut Statement), error| {
		assert_eq!(result(change, &HONEST.proof), Err(Reject::Statement(error)));
		// A bad header is found first: it costs less.
		assert_eq!(result(change, b"junk"), Err(Reject::Header));
	};
	refused(&|s| s.groups.clear(), StatementError::NoGroups);
	refused(&|s| s.groups[1].slots.clear(), StatementError::EmptyGroup { group: 1 });
	refused(&|s| s.period = u64::MAX, StatementError::PeriodTooLarge);
	refused(
		&|s| s.groups[0].slots[2].commitment = [0xff; 32],
		StatementError::CommitmentNotCanonical { group: 0, slot: Some(2) },
	);
	refused(
		&|s| s.groups[2].slack_commitment = [0xff; 32],
		StatementError::CommitmentNotCanonical { group: 2, slot: None },
	);
	// Without a trace length there is no header to compare.
	let many = |s: &mut Statement| {
		let slot = s.groups[0].slots[0].clone();
		s.groups[0].slots = vec![slot; MAX_SLOTS];
	};
	for proof in [HONEST.proof.as_slice(), b"junk"] {
		let expected = Err(Reject::Statement(StatementError::TooManySlots));
		assert_eq!(result(&many, proof), expected);
	}
}

#[test]
fn truncated_anywhere() {
	let proof = &HONEST.proof;
	let near_parts = 0..400;
	let lengths =
		near_parts.chain((400..proof.len()).step_by(101)).chain(proof.len() - 300..proof.len());
	for length in lengths {
		assert!(verify(&proof[..length]).is_err(), "accepted {length} bytes");
	}
}

#[test]
fn one_bit_flipped_anywhere() {
	let length = HONEST.proof.len();
	let step = if cfg!(debug_assertions) { 211 } else { 29 };
	let positions = (0..200).chain((200..length).step_by(step)).chain(length - 100..length);
	for (i, at) in positions.enumerate() {
		assert!(with(|p| p[at] ^= 1 << (i % 8)).is_err(), "bit {} of byte {at}", i % 8);
	}
}

#[test]
fn one_byte_at_its_extremes_anywhere() {
	let length = HONEST.proof.len();
	let step = if cfg!(debug_assertions) { 307 } else { 47 };
	for at in (0..300).chain((300..length).step_by(step)) {
		for value in [0, 1, 0x7f, 0x80, 0xff] {
			if HONEST.proof[at] != value {
				assert!(with(|p| p[at] = value).is_err(), "byte {at} set to {value}");
			}
		}
	}
}

#[test]
fn counts_and_lengths() {
	let at = layout();
	let malformed = |part| Err(Reject::Malformed(part));
	let queries = at.commitments - 1;
	for value in [0, 1, 63, 65, 254, 255] {
		if HONEST.proof[queries] != value {
			let result = with(|p| p[queries] = value);
			assert!(matches!(result, Err(Reject::Malformed(_))), "{value} queries: {result:?}");
		}
	}
	for value in [0u16, 1, 31, 33, 0xffff] {
		let put = |p: &mut Vec<u8>, at: usize| p[at..at + 2].copy_from_slice(&value.to_le_bytes());
		assert_eq!(with(|p| put(p, at.commitments)), malformed(Part::Commitments));
		assert_eq!(with(|p| put(p, at.out_of_domain)), malformed(Part::OutOfDomain));
		assert_eq!(with(|p| put(p, at.remainder)), malformed(Part::Remainder));
	}
	for value in [0u8, 1, 3, 255] {
		assert_eq!(with(|p| p[at.out_of_domain + 2] = value), malformed(Part::OutOfDomain));
	}
	for value in [0u8, 1, 2, 4, 255] {
		assert_eq!(with(|p| p[at.layers] = value), malformed(Part::Layer));
	}
	for value in [0u32, 1, 191, 193, u32::MAX, u32::MAX - 3, 1 << 31] {
		let result = with(|p| p[at.layers + 1..][..4].copy_from_slice(&value.to_le_bytes()));
		assert_eq!(result, malformed(Part::Layer));
	}
	for value in 1..=255 {
		assert_eq!(with(|p| p[at.partitions] = value), malformed(Part::Partitions));
	}
}

#[test]
fn lengths_written_the_long_way() {
	let at = layout();
	for (position, part) in [
		(at.trace_queries, Part::TraceQueries),
		(at.trace_merkle, Part::TraceQueries),
		(at.composition_queries, Part::CompositionQueries),
	] {
		let short = HONEST.proof[position].trailing_zeros() as usize + 1;
		let mut word = [0; 8];
		word[..short].copy_from_slice(&HONEST.proof[position..position + short]);
		let value = u64::from_le_bytes(word) >> short;
		for long in short + 1..=8 {
			let bytes = (((value << 1) | 1) << (long - 1)).to_le_bytes();
			let result = with(|p| {
				p.splice(position..position + short, bytes[..long].iter().copied());
			});
			assert_eq!(result, Err(Reject::Malformed(part)), "{long} bytes for {value}");
		}
		for huge in [u64::MAX, 1 << 63, 1 << 32, u64::from(u32::MAX)] {
			let result = with(|p| {
				let bytes = core::iter::once(0).chain(huge.to_le_bytes());
				p.splice(position..position + short, bytes);
			});
			assert_eq!(result, Err(Reject::Malformed(part)));
		}
	}
}

#[test]
fn merkle_proofs_of_another_shape() {
	let at = layout();
	// The depth byte, then the number of lists, then the first list, behind the byte length.
	let length = HONEST.proof[at.trace_merkle].trailing_zeros() as usize + 1;
	let depth = at.trace_merkle + length;
	for value in [0, 12, 14, 31, 32, 63, 64, 255] {
		let expected = Err(Reject::Malformed(Part::TraceQueries));
		assert_eq!(with(|p| p[depth] = value), expected);
	}
	let mut other = 0;
	for offset in 1..40 {
		for flip in [1, 2, 0x80, 0xff] {
			let result = with(|p| p[depth + offset] ^= flip);
			other += usize::from(result == Err(Reject::Malformed(Part::TraceQueries)));
			assert!(result.is_err());
		}
	}
	assert!(other >= 8, "counts of lists and digests were changed");
}

#[test]
fn elements_that_are_not_below_the_modulus() {
	let at = layout();
	for (position, part) in [
		(at.trace_queries + 3, Part::TraceQueries),
		(at.composition_queries + 3, Part::CompositionQueries),
		(at.out_of_domain + 3, Part::OutOfDomain),
		(at.layers + 5, Part::Layer),
		(at.remainder + 2, Part::Remainder),
	] {
		let result = with(|p| p[position..position + 8].fill(0xff));
		assert_eq!(result, Err(Reject::Malformed(part)));
	}
}

#[test]
fn a_changed_remainder() {
	let at = layout();
	for offset in 0..at.partitions - at.remainder - 2 {
		let result = with(|p| p[at.remainder + 2 + offset] ^= 1);
		assert!(
			matches!(result, Err(Reject::RemainderMismatch | Reject::Malformed(Part::Remainder))),
			"{result:?}"
		);
	}
}

#[test]
fn opened_values_that_were_not_committed_to() {
	let at = layout();
	for position in [at.trace_queries + 3, at.composition_queries + 3, at.layers + 5] {
		assert_eq!(with(|p| p[position] ^= 1), Err(Reject::NotProved));
	}
}

#[test]
fn another_nonce() {
	let length = HONEST.proof.len();
	for at in length - 8..length {
		assert!(with(|p| p[at] ^= 0x10).is_err());
	}
}

#[test]
fn a_layer_too_many_or_too_few() {
	let at = layout();
	let layers = HONEST.proof[at.layers + 1..at.remainder].to_vec();
	let first = 8 + layers.len() / 3;
	for count in 0..=8u8 {
		if count == HONEST.proof[at.layers] {
			continue;
		}
		let result = with(|p| {
			p[at.layers] = count;
			p.splice(at.remainder..at.remainder, layers.iter().copied().take(first));
		});
		assert_eq!(result, Err(Reject::Malformed(Part::Layer)));
	}
}

proptest! {
	#[test]
	fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..5_000)) {
		prop_assert!(verify(&bytes).is_err());
	}

	#[test]
	fn random_bytes_behind_an_honest_header(
		bytes in prop::collection::vec(any::<u8>(), 0..5_000),
		kept in 0..3_000usize,
	) {
		let mut proof = HONEST.proof[..header_length() + kept].to_vec();
		proof.extend(bytes);
		prop_assert!(verify(&proof).is_err());
	}

	#[test]
	fn pieces_cut_out_doubled_or_overwritten(
		from in any::<prop::sample::Index>(),
		to in any::<prop::sample::Index>(),
		length in 1..200usize,
		kind in 0..3u8,
	) {
		let size = HONEST.proof.len() - 200;
		let (from, to) = (from.index(size), to.index(size));
		let piece = HONEST.proof[from..from + length].to_vec();
		let mut proof = HONEST.proof.clone();
		match kind {
			0 => { proof.drain(to..to + length); },
			1 => { proof.splice(to..to, piece); },
			_ => { proof.splice(to..to + length, piece); },
		}
		prop_assert!(proof == HONEST.proof || verify(&proof).is_err());
	}
}
