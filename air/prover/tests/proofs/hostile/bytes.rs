//! Bytes from someone who wants the verifier to panic, to work, or to accept.

use super::target::TARGETS;
use meterproof_verifier::{ProofPart, Reject, MAX_PROOF_BYTES};
use proptest::prelude::*;

#[test]
fn too_long() {
	for target in TARGETS.iter() {
		assert_eq!(target.verify(&vec![0; MAX_PROOF_BYTES + 1]), Err(Reject::TooLong));
		assert_eq!(target.with(|p| p.resize(MAX_PROOF_BYTES + 1, 0)), Err(Reject::TooLong));
	}
}

#[test]
fn trailing_bytes() {
	for target in TARGETS.iter() {
		for extra in [1, 8, 1000] {
			let expected = Err(Reject::Malformed(ProofPart::TrailingBytes));
			assert_eq!(target.with(|p| p.resize(p.len() + extra, 0)), expected);
		}
	}
}

#[test]
fn every_value_of_every_header_byte() {
	for target in TARGETS.iter() {
		for at in 0..target.header {
			for flip in 1..=255 {
				assert_eq!(target.with(|p| p[at] ^= flip), Err(Reject::Header), "byte {at}");
			}
		}
	}
}

#[test]
fn truncated_anywhere() {
	for target in TARGETS.iter() {
		let proof = &target.proof;
		let near_parts = 0..400;
		let lengths =
			near_parts.chain((400..proof.len()).step_by(101)).chain(proof.len() - 300..proof.len());
		for length in lengths {
			let result = target.verify(&proof[..length]);
			assert!(result.is_err(), "{}: accepted {length} bytes", target.name);
		}
	}
}

#[test]
fn one_bit_flipped_anywhere() {
	for target in TARGETS.iter() {
		let length = target.proof.len();
		let step = if cfg!(debug_assertions) { 211 } else { 29 };
		let positions = (0..200).chain((200..length).step_by(step)).chain(length - 100..length);
		for (i, at) in positions.enumerate() {
			assert!(target.with(|p| p[at] ^= 1 << (i % 8)).is_err(), "bit {} of byte {at}", i % 8);
		}
	}
}

#[test]
fn one_byte_at_its_extremes_anywhere() {
	for target in TARGETS.iter() {
		let length = target.proof.len();
		let step = if cfg!(debug_assertions) { 307 } else { 47 };
		for at in (0..300).chain((300..length).step_by(step)) {
			for value in [0, 1, 0x7f, 0x80, 0xff] {
				if target.proof[at] != value {
					assert!(target.with(|p| p[at] = value).is_err(), "byte {at} set to {value}");
				}
			}
		}
	}
}

#[test]
fn counts_and_lengths() {
	for target in TARGETS.iter() {
		let at = target.layout();
		let malformed = |part| Err(Reject::Malformed(part));
		let queries = at.commitments - 1;
		for value in [0, 1, target.queries - 1, target.queries + 1, 254, 255] {
			if target.proof[queries] != value {
				let result = target.with(|p| p[queries] = value);
				if (1..=target.queries).contains(&value) {
					let malformed = matches!(result, Err(Reject::Malformed(_)));
					assert!(malformed, "{value} queries: {result:?}");
				} else {
					assert_eq!(result, malformed(ProofPart::QueryCount), "{value} queries");
				}
			}
		}
		for value in [0u16, 1, 31, 33, 0xffff] {
			let put =
				|p: &mut Vec<u8>, at: usize| p[at..at + 2].copy_from_slice(&value.to_le_bytes());
			assert_eq!(target.with(|p| put(p, at.commitments)), malformed(ProofPart::Commitments));
			assert_eq!(
				target.with(|p| put(p, at.out_of_domain)),
				malformed(ProofPart::OutOfDomain)
			);
			assert_eq!(target.with(|p| put(p, at.remainder)), malformed(ProofPart::Remainder));
		}
		for value in [0u8, 1, 3, 255] {
			assert_eq!(
				target.with(|p| p[at.out_of_domain + 2] = value),
				malformed(ProofPart::OutOfDomain)
			);
		}
		for value in (0..=8u8).chain([255]).filter(|value| *value != target.proof[at.layers]) {
			assert_eq!(target.with(|p| p[at.layers] = value), malformed(ProofPart::Layer));
		}
		for value in [0u32, 1, 191, 193, u32::MAX, u32::MAX - 3, 1 << 31] {
			let result =
				target.with(|p| p[at.layers + 1..][..4].copy_from_slice(&value.to_le_bytes()));
			assert_eq!(result, malformed(ProofPart::Layer));
		}
		for value in 1..=255 {
			assert_eq!(target.with(|p| p[at.partitions] = value), malformed(ProofPart::Partitions));
		}
	}
}

#[test]
fn lengths_written_the_long_way() {
	for target in TARGETS.iter() {
		let at = target.layout();
		for (position, part) in [
			(at.trace_queries, ProofPart::TraceQueries),
			(at.trace_merkle, ProofPart::TraceQueries),
			(at.composition_queries, ProofPart::CompositionQueries),
		] {
			let short = target.proof[position].trailing_zeros() as usize + 1;
			let mut word = [0; 8];
			word[..short].copy_from_slice(&target.proof[position..position + short]);
			let value = u64::from_le_bytes(word) >> short;
			for long in short + 1..=8 {
				let bytes = (((value << 1) | 1) << (long - 1)).to_le_bytes();
				let result = target.with(|p| {
					p.splice(position..position + short, bytes[..long].iter().copied());
				});
				assert_eq!(result, Err(Reject::Malformed(part)), "{long} bytes for {value}");
			}
			for huge in [u64::MAX, 1 << 63, 1 << 32, u64::from(u32::MAX)] {
				let result = target.with(|p| {
					let bytes = core::iter::once(0).chain(huge.to_le_bytes());
					p.splice(position..position + short, bytes);
				});
				assert_eq!(result, Err(Reject::Malformed(part)));
			}
		}
	}
}

#[test]
fn merkle_proofs_of_another_shape() {
	for target in TARGETS.iter() {
		let at = target.layout();
		// The depth byte, then the number of lists, then the first list, behind the byte length.
		let length = target.proof[at.trace_merkle].trailing_zeros() as usize + 1;
		let depth = at.trace_merkle + length;
		let around = [target.depth - 1, target.depth + 1];
		for value in around.into_iter().chain([0, 31, 32, 63, 64, 255]) {
			let expected = Err(Reject::Malformed(ProofPart::TraceQueries));
			assert_eq!(target.with(|p| p[depth] = value), expected);
		}
		let mut other = 0;
		for offset in 1..40 {
			for flip in [1, 2, 0x80, 0xff] {
				let result = target.with(|p| p[depth + offset] ^= flip);
				other += usize::from(result == Err(Reject::Malformed(ProofPart::TraceQueries)));
				assert!(result.is_err());
			}
		}
		assert!(other >= 8, "counts of lists and digests were changed");
		// The depth byte of the composition's, and of the first layer's.
		let length = target.proof[at.composition_merkle].trailing_zeros() as usize + 1;
		for (depth, part) in [
			(at.composition_merkle + length, ProofPart::CompositionQueries),
			(at.layer_merkle + 4, ProofPart::Layer),
		] {
			for flip in [1, 2, 0x80, 0xff] {
				let expected = Err(Reject::Malformed(part));
				assert_eq!(target.with(|p| p[depth] ^= flip), expected);
			}
		}
	}
}

/// The length of a list of rows stands before it, and follows from the number of opened positions.
#[test]
fn rows_of_another_length() {
	for target in TARGETS.iter() {
		let at = target.layout();
		for (position, part) in [
			(at.trace_queries, ProofPart::TraceQueries),
			(at.composition_queries, ProofPart::CompositionQueries),
		] {
			// The first bit above those that say how many bytes the length has.
			let lowest = 2 << target.proof[position].trailing_zeros();
			assert_eq!(target.with(|p| p[position] ^= lowest), Err(Reject::Malformed(part)));
		}
	}
}

/// A layer has one leaf for each of the positions that are opened in it.
#[test]
fn a_leaf_less() {
	const LEAF: usize = 8 * 3 * 8;
	for target in TARGETS.iter() {
		let first = target.layout().layers + 1;
		let result = target.with(|p| {
			let bytes = u32::from_le_bytes(p[first..first + 4].try_into().unwrap());
			p[first..first + 4].copy_from_slice(&(bytes - LEAF as u32).to_le_bytes());
			p.drain(first + 4..first + 4 + LEAF);
		});
		assert_eq!(result, Err(Reject::Malformed(ProofPart::Layer)));
	}
}

#[test]
fn elements_that_are_not_below_the_modulus() {
	for target in TARGETS.iter() {
		let at = target.layout();
		// Behind the length of the list, which has as many bytes.
		let rows = |at: usize| at + target.proof[at].trailing_zeros() as usize + 1;
		for (position, part) in [
			(rows(at.trace_queries), ProofPart::TraceQueries),
			(rows(at.composition_queries), ProofPart::CompositionQueries),
			(at.out_of_domain + 3, ProofPart::OutOfDomain),
			(at.layers + 5, ProofPart::Layer),
			(at.remainder + 2, ProofPart::Remainder),
		] {
			for word in [u64::MAX, 0xffff_ffff_0000_0001] {
				let put = |p: &mut Vec<u8>| {
					p[position..position + 8].copy_from_slice(&word.to_le_bytes())
				};
				assert_eq!(target.with(put), Err(Reject::Malformed(part)));
			}
		}
	}
}

#[test]
fn a_changed_remainder() {
	for target in TARGETS.iter() {
		let at = target.layout();
		for offset in 0..at.partitions - at.remainder - 2 {
			let result = target.with(|p| p[at.remainder + 2 + offset] ^= 1);
			assert!(
				matches!(
					result,
					Err(Reject::RemainderMismatch | Reject::Malformed(ProofPart::Remainder))
				),
				"{result:?}"
			);
		}
	}
}

#[test]
fn opened_values_that_were_not_committed_to() {
	for target in TARGETS.iter() {
		let at = target.layout();
		for position in [at.trace_queries + 3, at.composition_queries + 3, at.layers + 5] {
			assert_eq!(target.with(|p| p[position] ^= 1), Err(Reject::NotProved));
		}
	}
}

#[test]
fn another_nonce() {
	for target in TARGETS.iter() {
		let length = target.proof.len();
		let results: Vec<_> =
			(length - 8..length).map(|at| target.with(|p| p[at] ^= 0x10)).collect();
		assert!(results.iter().all(Result::is_err));
		// One in a million does the work by chance, and opens other positions.
		assert!(results.contains(&Err(Reject::ProofOfWork)));
	}
}

#[test]
fn a_layer_too_many_or_too_few() {
	for target in TARGETS.iter() {
		let at = target.layout();
		let layers = target.proof[at.layers + 1..at.remainder].to_vec();
		for count in 0..=8u8 {
			if count == target.proof[at.layers] {
				continue;
			}
			let result = target.with(|p| {
				p[at.layers] = count;
				p.splice(at.remainder..at.remainder, layers.iter().copied());
			});
			assert_eq!(result, Err(Reject::Malformed(ProofPart::Layer)));
		}
	}
}

proptest! {
	#[test]
	fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..5_000)) {
		for target in TARGETS.iter() {
			prop_assert!(target.verify(&bytes).is_err());
		}
	}

	#[test]
	fn random_bytes_behind_an_honest_header(
		bytes in prop::collection::vec(any::<u8>(), 0..5_000),
		kept in 0..3_000usize,
	) {
		for target in TARGETS.iter() {
			let mut proof = target.proof[..target.header + kept].to_vec();
			proof.extend(&bytes);
			prop_assert!(target.verify(&proof).is_err());
		}
	}

	#[test]
	fn pieces_cut_out_doubled_or_overwritten(
		from in any::<prop::sample::Index>(),
		to in any::<prop::sample::Index>(),
		length in 1..200usize,
		kind in 0..3u8,
	) {
		for target in TARGETS.iter() {
			let size = target.proof.len() - 200;
			let (from, to) = (from.index(size), to.index(size));
			let piece = target.proof[from..from + length].to_vec();
			let mut proof = target.proof.clone();
			match kind {
				0 => { proof.drain(to..to + length); },
				1 => { proof.splice(to..to, piece); },
				_ => { proof.splice(to..to + length, piece); },
			}
			prop_assert!(proof == target.proof || target.verify(&proof).is_err());
		}
	}
}
