//! A strict walk over the bytes of a proof, header excepted.
//!
//! In the first pass every count and length is fixed by the trace length, or by the number of
//! opened positions the proof states. The transcript is then replayed up to those positions, and
//! the second pass holds every list against them: nothing is left that a prover could choose but
//! field elements, digests and the nonce.

use crate::{
	merkle::{fold, is_batch_proof, DIGEST_BYTES},
	reader::Reader,
	reject::{ProofPart, Reject},
};
use alloc::vec::Vec;
use meterproof_programs::system::{Coin, Parameters, ProofHash, EXTENSION_DEGREE};
use winter_crypto::{ElementHasher, Hasher, RandomCoin};
use winter_math::fields::f64::BaseElement;
use winter_utils::Deserializable;

type Digest = <ProofHash as Hasher>::Digest;

/// Rows of an out-of-domain frame: at the point and at the next one.
const FRAME_ROWS: usize = 2;
const ELEMENT_BYTES: usize = 8;

/// The sizes that the trace length implies.
struct Sizes {
	/// Points the trace is extended to.
	domain: usize,
	/// Leaves of each layer of the low-degree proof.
	layers: Vec<usize>,
	/// Evaluations in a leaf of a layer.
	folding: usize,
	/// Coefficients of the remainder.
	remainder: usize,
}

impl Sizes {
	fn new(trace_length: usize, parameters: &Parameters) -> Option<Self> {
		let options = parameters.options();
		let fri = options.to_fri_options();
		let folding = fri.folding_factor();
		let domain = trace_length.checked_mul(options.blowup_factor())?;
		let mut layers = Vec::new();
		let mut size = domain;
		for _ in 0..fri.num_fri_layers(domain) {
			size = size.checked_div(folding)?;
			layers.push(size);
		}
		let remainder = size.checked_div(options.blowup_factor()).filter(|size| *size > 0)?;
		Some(Self { domain, layers, folding, remainder })
	}
}

/// Opened rows as they stand in a proof.
struct Opened<'a> {
	merkle_proof: &'a [u8],
}

/// Opened leaves of a layer.
struct Layer<'a> {
	value_bytes: usize,
	merkle_proof: &'a [u8],
}

/// The first pass: everything the second one needs.
struct Parts<'a> {
	unique_queries: usize,
	trace_root: Digest,
	composition_root: Digest,
	layer_roots: Vec<Digest>,
	trace: Opened<'a>,
	composition: Opened<'a>,
	out_of_domain: Vec<BaseElement>,
	layers: Vec<Layer<'a>>,
	remainder: Vec<BaseElement>,
	nonce: u64,
}

/// Checks all of `bytes`. `seed` is what the transcript starts from.
pub fn walk(
	bytes: &[u8],
	parameters: &Parameters,
	trace_length: usize,
	seed: &[BaseElement],
) -> Result<(), Reject> {
	let sizes = Sizes::new(trace_length, parameters).ok_or(Reject::Header)?;
	let parts = Parts::read(bytes, parameters, &sizes)?;
	parts.check_remainder()?;
	let positions = parts.positions(seed, parameters, sizes.domain)?;
	parts.check_lists(&positions, &sizes)
}

impl<'a> Parts<'a> {
	fn read(bytes: &'a [u8], parameters: &Parameters, sizes: &Sizes) -> Result<Self, Reject> {
		let reader = &mut Reader::new(bytes);
		let unique_queries = reader
			.u8()
			.map(usize::from)
			.filter(|count| (1..=parameters.queries).contains(count))
			.ok_or(Reject::Malformed(ProofPart::QueryCount))?;
		let (trace_root, composition_root, layer_roots) =
			read_roots(reader, sizes).ok_or(Reject::Malformed(ProofPart::Commitments))?;
		let trace = read_opened(reader, unique_queries, parameters.shape.width())
			.ok_or(Reject::Malformed(ProofPart::TraceQueries))?;
		let composition = read_opened(
			reader,
			unique_queries,
			parameters.composition_columns.saturating_mul(EXTENSION_DEGREE),
		)
		.ok_or(Reject::Malformed(ProofPart::CompositionQueries))?;
		let out_of_domain = read_out_of_domain(reader, parameters)
			.ok_or(Reject::Malformed(ProofPart::OutOfDomain))?;
		let layers = read_layers(reader, sizes, unique_queries)
			.ok_or(Reject::Malformed(ProofPart::Layer))?;
		let remainder =
			read_remainder(reader, sizes).ok_or(Reject::Malformed(ProofPart::Remainder))?;
		if reader.u8() != Some(0) {
			return Err(Reject::Malformed(ProofPart::Partitions));
		}
		let nonce = reader.u64().ok_or(Reject::Malformed(ProofPart::Nonce))?;
		if !reader.is_empty() {
			return Err(Reject::Malformed(ProofPart::TrailingBytes));
		}
		Ok(Self {
			unique_queries,
			trace_root,
			composition_root,
			layer_roots,
			trace,
			composition,
			out_of_domain,
			layers,
			remainder,
			nonce,
		})
	}

	/// The verifier of the low-degree proof never compares the remainder with its commitment. A
	/// prover could choose it after the positions, to agree at as many of them as it has
	/// coefficients, which is about all: without this a proof proves nothing.
	fn check_remainder(&self) -> Result<(), Reject> {
		let committed = self.layer_roots.last();
		if committed == Some(&ProofHash::hash_elements(&self.remainder)) {
			Ok(())
		} else {
			Err(Reject::RemainderMismatch)
		}
	}

	/// The positions the transcript asks for, sorted and distinct.
	fn positions(
		&self,
		seed: &[BaseElement],
		parameters: &Parameters,
		domain: usize,
	) -> Result<Vec<usize>, Reject> {
		// Drawing challenges leaves the seed of the transcript as it is, so that only what it is
		// reseeded with matters here.
		let mut coin = Coin::new(seed);
		coin.reseed(self.trace_root);
		coin.reseed(self.composition_root);
		coin.reseed(ProofHash::hash_elements(&self.out_of_domain));
		for root in &self.layer_roots {
			coin.reseed(*root);
		}
		if coin.check_leading_zeros(self.nonce) < parameters.grinding {
			return Err(Reject::ProofOfWork);
		}
		let mut positions = coin
			.draw_integers(parameters.queries, domain, self.nonce)
			.map_err(|_| Reject::NotProved)?;
		positions.sort_unstable();
		positions.dedup();
		Ok(positions)
	}

	/// Holds the length of every list against the opened positions.
	fn check_lists(&self, positions: &[usize], sizes: &Sizes) -> Result<(), Reject> {
		if positions.len() != self.unique_queries {
			return Err(Reject::Malformed(ProofPart::QueryCount));
		}
		let depth = depth_of(sizes.domain);
		if !is_batch_proof(self.trace.merkle_proof, positions, depth) {
			return Err(Reject::Malformed(ProofPart::TraceQueries));
		}
		if !is_batch_proof(self.composition.merkle_proof, positions, depth) {
			return Err(Reject::Malformed(ProofPart::CompositionQueries));
		}
		let mut folded = positions.to_vec();
		for (layer, size) in self.layers.iter().zip(&sizes.layers) {
			folded = fold(&folded, *size);
			folded.sort_unstable();
			let expected = leaf_bytes(sizes).and_then(|leaf| leaf.checked_mul(folded.len()));
			if expected != Some(layer.value_bytes)
				|| !is_batch_proof(layer.merkle_proof, &folded, depth_of(*size))
			{
				return Err(Reject::Malformed(ProofPart::Layer));
			}
		}
		Ok(())
	}
}

fn depth_of(leaves: usize) -> u32 {
	leaves.trailing_zeros()
}

/// Bytes of one leaf of a layer.
fn leaf_bytes(sizes: &Sizes) -> Option<usize> {
	sizes.folding.checked_mul(EXTENSION_DEGREE)?.checked_mul(ELEMENT_BYTES)
}

fn read_roots(reader: &mut Reader<'_>, sizes: &Sizes) -> Option<(Digest, Digest, Vec<Digest>)> {
	// One for the trace, one for the composition, one per layer, one for the remainder.
	let layers = sizes.layers.len().checked_add(1)?;
	let length = layers.checked_add(2)?.checked_mul(DIGEST_BYTES)?;
	if reader.u16()? != length {
		return None;
	}
	let mut root = || Digest::read_from_bytes(reader.take(DIGEST_BYTES)?).ok();
	let (trace, composition) = (root()?, root()?);
	let layers = (0..layers).map(|_| root()).collect::<Option<_>>()?;
	Some((trace, composition, layers))
}

fn read_opened<'a>(reader: &mut Reader<'a>, rows: usize, width: usize) -> Option<Opened<'a>> {
	let elements = rows.checked_mul(width)?;
	if reader.compact()? != elements.checked_mul(ELEMENT_BYTES)? || !reader.skip_elements(elements)
	{
		return None;
	}
	let length = reader.compact()?;
	Some(Opened { merkle_proof: reader.take(length)? })
}

/// The values in the order the transcript takes them: both frames at the point, then both at the
/// next one.
fn read_out_of_domain(
	reader: &mut Reader<'_>,
	parameters: &Parameters,
) -> Option<Vec<BaseElement>> {
	let (mut at_point, mut at_next) = (Vec::new(), Vec::new());
	for width in [parameters.shape.width(), parameters.composition_columns] {
		let row = width.checked_mul(EXTENSION_DEGREE)?;
		let length = row.checked_mul(FRAME_ROWS)?.checked_mul(ELEMENT_BYTES)?.checked_add(1)?;
		if reader.u16()? != length || usize::from(reader.u8()?) != FRAME_ROWS {
			return None;
		}
		at_point.extend(reader.elements(row)?);
		at_next.extend(reader.elements(row)?);
	}
	at_point.append(&mut at_next);
	Some(at_point)
}

fn read_layers<'a>(
	reader: &mut Reader<'a>,
	sizes: &Sizes,
	unique_queries: usize,
) -> Option<Vec<Layer<'a>>> {
	if usize::from(reader.u8()?) != sizes.layers.len() {
		return None;
	}
	let leaf = leaf_bytes(sizes)?;
	let most = leaf.checked_mul(unique_queries)?;
	sizes
		.layers
		.iter()
		.map(|_| {
			let value_bytes = reader.u32()?;
			if !(leaf..=most).contains(&value_bytes) || value_bytes.checked_rem(leaf)? != 0 {
				return None;
			}
			if !reader.skip_elements(value_bytes.checked_div(ELEMENT_BYTES)?) {
				return None;
			}
			let length = reader.u32()?;
			Some(Layer { value_bytes, merkle_proof: reader.take(length)? })
		})
		.collect()
}

fn read_remainder(reader: &mut Reader<'_>, sizes: &Sizes) -> Option<Vec<BaseElement>> {
	let elements = sizes.remainder.checked_mul(EXTENSION_DEGREE)?;
	if reader.u16()? != elements.checked_mul(ELEMENT_BYTES)? {
		return None;
	}
	reader.elements(elements)
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec;
	use meterproof_programs::{split, transfer, usage};

	fn parts(nonce: u64) -> Parts<'static> {
		let root = ProofHash::hash(b"anything");
		Parts {
			unique_queries: usage::PARAMETERS.queries,
			trace_root: root,
			composition_root: root,
			layer_roots: vec![root],
			trace: Opened { merkle_proof: &[] },
			composition: Opened { merkle_proof: &[] },
			out_of_domain: vec![],
			layers: vec![],
			remainder: vec![],
			nonce,
		}
	}

	/// What the transcript asks for more than once is opened once, and as many rows must be there.
	#[test]
	fn positions_are_sorted_and_distinct_and_counted() {
		let parts = parts(0);
		let parameters = Parameters { grinding: 0, ..usage::PARAMETERS };
		let positions = parts.positions(&[], &parameters, 64).unwrap();
		assert!(positions.windows(2).all(|pair| pair[0] < pair[1]));
		assert!(positions.len() < usage::PARAMETERS.queries);
		let sizes = Sizes::new(512, &parameters).unwrap();
		let expected = Err(Reject::Malformed(ProofPart::QueryCount));
		assert_eq!(parts.check_lists(&positions, &sizes), expected);
	}

	#[test]
	fn work_is_done_to_the_last_bit() {
		let root = ProofHash::hash(b"anything");
		let mut coin = Coin::new(&[]);
		for seed in [root, root, ProofHash::hash_elements::<BaseElement>(&[]), root] {
			coin.reseed(seed);
		}
		for nonce in 0..32 {
			let done = coin.check_leading_zeros(nonce);
			let result = |grinding| {
				let parameters = Parameters { grinding, ..usage::PARAMETERS };
				parts(nonce).positions(&[], &parameters, 64).map(|_| ())
			};
			assert_eq!(result(done), Ok(()));
			assert_eq!(result(done + 1), Err(Reject::ProofOfWork));
		}
	}

	/// Layers and coefficients, for every length of trace that a statement can have.
	#[test]
	fn sizes_of_every_trace_length() {
		let of = |parameters: &Parameters, log: u32| {
			let rows = 1 << log;
			let sizes = Sizes::new(rows, parameters).unwrap();
			assert_eq!(sizes.domain, rows * parameters.blowup);
			// Positions are 32 bits wide in the Wasm runtime.
			assert!(sizes.domain <= 1 << 25);
			let mut size = sizes.domain;
			for layer in &sizes.layers {
				size /= sizes.folding;
				assert_eq!(*layer, size);
			}
			assert_eq!(sizes.remainder * parameters.blowup, size);
			// Layers end as soon as the rest may be written out.
			let most = parameters.remainder_degree + 1;
			assert!(sizes.remainder <= most && sizes.remainder * sizes.folding > most);
			// Both lengths have 16 bits in a proof.
			assert!(sizes.remainder * EXTENSION_DEGREE * ELEMENT_BYTES <= usize::from(u16::MAX));
			assert!((sizes.layers.len() + 3) * DIGEST_BYTES <= usize::from(u16::MAX));
			(sizes.layers.len(), sizes.remainder)
		};
		let usage: Vec<_> = (9..=20).map(|log| of(&usage::PARAMETERS, log)).collect();
		let expected = [
			(1, 64),
			(1, 128),
			(2, 32),
			(2, 64),
			(2, 128),
			(3, 32),
			(3, 64),
			(3, 128),
			(4, 32),
			(4, 64),
			(4, 128),
			(5, 32),
		];
		assert_eq!(usage, expected);
		assert_eq!(of(&transfer::PARAMETERS, 10), (1, 128));
		assert_eq!([9, 10].map(|log| of(&split::PARAMETERS, log)), [(1, 64), (1, 128)]);
	}
}
