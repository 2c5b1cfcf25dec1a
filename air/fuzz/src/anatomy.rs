//! A proof taken apart, and put together with every length as it should be, or marked where it is.

use std::ops::Range;

/// Bytes of a digest.
pub const DIGEST: usize = 32;
/// A Merkle root or node.
pub type Digest = [u8; DIGEST];

/// A proof taken apart. Lengths are implied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anatomy {
	/// Everything before the count of queries.
	pub header: Vec<u8>,
	/// Number of opened positions.
	pub queries: u8,
	/// Trace, composition, layers, remainder.
	pub roots: Vec<Digest>,
	/// Opened rows of the trace.
	pub trace: Opened,
	/// Opened rows of the composition polynomial.
	pub composition: Opened,
	/// The trace at the out-of-domain point and the next one.
	pub trace_frame: Frame,
	/// The composition columns there.
	pub composition_frame: Frame,
	/// The low-degree proof.
	pub layers: Vec<Opened>,
	/// Its last polynomial.
	pub remainder: Vec<u8>,
	/// Partitions, as an exponent.
	pub partitions: u8,
	/// The proof of work.
	pub nonce: u64,
}

/// Opened values and the Merkle proof behind them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
	/// Field elements.
	pub values: Vec<u8>,
	/// Depth of the tree.
	pub depth: u8,
	/// The batch proof's lists of nodes.
	pub lists: Vec<Vec<Digest>>,
}

/// Out-of-domain values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
	/// Rows, as the proof states it.
	pub rows: u8,
	/// Field elements.
	pub values: Vec<u8>,
}

/// Which part of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields of `Anatomy`")]
pub enum ProofPart {
	Header,
	Queries,
	Roots,
	Trace,
	TracePaths,
	Composition,
	CompositionPaths,
	TraceFrame,
	CompositionFrame,
	LayerCount,
	Layer,
	LayerPaths,
	Remainder,
	Partitions,
	Nonce,
}

/// What a stretch of bytes is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
	/// A count, an exponent or an option of that many bytes, little-endian.
	Fixed(usize),
	/// A count of one to nine bytes.
	Vint,
	/// Field elements.
	Elements,
	/// Digests.
	Digests,
	/// Bytes that are neither counts, elements nor digests.
	Bytes,
}

/// A stretch of a proof's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
	/// Where it belongs.
	pub part: ProofPart,
	/// What it is.
	pub kind: Kind,
	/// Where it is.
	pub range: Range<usize>,
}

/// `value` as an integer of `length` bytes, 1 to 9: more than it needs if it is small.
pub fn vint(value: u64, length: usize) -> Vec<u8> {
	if length > 8 || value >> (7 * length) != 0 {
		return std::iter::once(0).chain(value.to_le_bytes()).collect();
	}
	(((value << 1) | 1) << (length - 1)).to_le_bytes()[..length].to_vec()
}

/// `value` in the shortest form.
pub fn shortest(value: u64) -> Vec<u8> {
	let bits = 64 - (value | 1).leading_zeros() as usize;
	vint(value, bits.div_ceil(7))
}

/// Bytes and what they are.
#[derive(Default)]
struct Writer {
	bytes: Vec<u8>,
	spans: Vec<Span>,
}

impl Writer {
	fn put(&mut self, part: ProofPart, kind: Kind, bytes: &[u8]) {
		let start = self.bytes.len();
		self.bytes.extend_from_slice(bytes);
		self.spans.push(Span { part, kind, range: start..self.bytes.len() });
	}

	fn vint(&mut self, part: ProofPart, value: usize) {
		self.put(part, Kind::Vint, &shortest(value as u64));
	}

	fn header(&mut self, header: &[u8]) {
		// Width, auxiliary width, random elements, exponent of the length, length of the metadata,
		// the modulus behind its length, ten options, number of constraints.
		let mut rest = header;
		let bytes = [Kind::Fixed(1); 10];
		let modulus = [Kind::Fixed(2), Kind::Fixed(1), Kind::Elements];
		for kind in bytes[..4].iter().chain(&modulus).chain(&bytes) {
			let length = match kind {
				Kind::Fixed(length) => *length,
				_ => 8,
			};
			let (field, left) = rest.split_at(length.min(rest.len()));
			self.put(ProofPart::Header, *kind, field);
			rest = left;
		}
		self.put(ProofPart::Header, Kind::Vint, rest);
	}

	fn paths(&mut self, part: ProofPart, opened: &Opened, wide: bool) {
		let lists = opened.lists.iter();
		let lists = lists.map(|list| shortest(list.len() as u64).len() + DIGEST * list.len());
		let length = 1 + shortest(opened.lists.len() as u64).len() + lists.sum::<usize>();
		if wide {
			self.put(part, Kind::Fixed(4), &(length as u32).to_le_bytes());
		} else {
			self.vint(part, length);
		}
		self.put(part, Kind::Fixed(1), &[opened.depth]);
		self.vint(part, opened.lists.len());
		for list in &opened.lists {
			self.vint(part, list.len());
			if !list.is_empty() {
				self.put(part, Kind::Digests, list.as_flattened());
			}
		}
	}

	fn frame(&mut self, part: ProofPart, frame: &Frame) {
		let length = frame.values.len() as u16;
		self.put(part, Kind::Fixed(2), &length.wrapping_add(1).to_le_bytes());
		self.put(part, Kind::Fixed(1), &[frame.rows]);
		self.put(part, Kind::Elements, &frame.values);
	}
}

impl Anatomy {
	/// The proof, and what each of its bytes is. Lengths that do not fit their field wrap.
	pub fn write(&self) -> (Vec<u8>, Vec<Span>) {
		let mut out = Writer::default();
		out.bytes.reserve(160 * 1024);
		out.header(&self.header);
		out.put(ProofPart::Queries, Kind::Fixed(1), &[self.queries]);
		let roots = self.roots.as_flattened();
		out.put(ProofPart::Roots, Kind::Fixed(2), &(roots.len() as u16).to_le_bytes());
		out.put(ProofPart::Roots, Kind::Digests, roots);
		out.vint(ProofPart::Trace, self.trace.values.len());
		out.put(ProofPart::Trace, Kind::Elements, &self.trace.values);
		out.paths(ProofPart::TracePaths, &self.trace, false);
		out.vint(ProofPart::Composition, self.composition.values.len());
		out.put(ProofPart::Composition, Kind::Elements, &self.composition.values);
		out.paths(ProofPart::CompositionPaths, &self.composition, false);
		out.frame(ProofPart::TraceFrame, &self.trace_frame);
		out.frame(ProofPart::CompositionFrame, &self.composition_frame);
		out.put(ProofPart::LayerCount, Kind::Fixed(1), &[self.layers.len() as u8]);
		for layer in &self.layers {
			let length = layer.values.len() as u32;
			out.put(ProofPart::Layer, Kind::Fixed(4), &length.to_le_bytes());
			out.put(ProofPart::Layer, Kind::Elements, &layer.values);
			out.paths(ProofPart::LayerPaths, layer, true);
		}
		out.put(ProofPart::Remainder, Kind::Fixed(2), &(self.remainder.len() as u16).to_le_bytes());
		out.put(ProofPart::Remainder, Kind::Elements, &self.remainder);
		out.put(ProofPart::Partitions, Kind::Fixed(1), &[self.partitions]);
		out.put(ProofPart::Nonce, Kind::Fixed(8), &self.nonce.to_le_bytes());
		(out.bytes, out.spans)
	}

	/// A well-formed proof taken apart.
	pub fn read(proof: &[u8], header: usize) -> Option<Self> {
		let input = &mut { proof };
		let header = take(input, header)?.to_vec();
		let [queries] = array(input)?;
		let roots = usize::from(u16::from_le_bytes(array(input)?));
		let roots = take(input, roots)?.as_chunks::<DIGEST>().0.to_vec();
		let trace = opened(input)?;
		let composition = opened(input)?;
		let trace_frame = frame(input)?;
		let composition_frame = frame(input)?;
		let [layers] = array(input)?;
		let layers = (0..layers).map(|_| layer(input)).collect::<Option<_>>()?;
		let remainder = usize::from(u16::from_le_bytes(array(input)?));
		let remainder = take(input, remainder)?.to_vec();
		let [partitions] = array(input)?;
		let nonce = u64::from_le_bytes(array(input)?);
		input.is_empty().then_some(Self {
			header,
			queries,
			roots,
			trace,
			composition,
			trace_frame,
			composition_frame,
			layers,
			remainder,
			partitions,
			nonce,
		})
	}

	/// The out-of-domain values in the order in which the transcript takes them.
	pub fn out_of_domain(&self) -> Vec<u8> {
		let split = |frame: &Frame| {
			let (at_point, at_next) = frame.values.split_at(frame.values.len() / 2);
			(at_point.to_vec(), at_next.to_vec())
		};
		let (trace, trace_next) = split(&self.trace_frame);
		let (composition, composition_next) = split(&self.composition_frame);
		[trace, composition, trace_next, composition_next].concat()
	}

	/// The root that commits to the remainder.
	pub fn remainder_root(&mut self) -> Option<&mut Digest> {
		self.roots.last_mut()
	}
}

fn take<'a>(input: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
	let (taken, rest) = input.split_at_checked(length)?;
	*input = rest;
	Some(taken)
}

fn array<const N: usize>(input: &mut &[u8]) -> Option<[u8; N]> {
	take(input, N)?.try_into().ok()
}

fn read_vint(input: &mut &[u8]) -> Option<usize> {
	let length = input.first()?.trailing_zeros() as usize + 1;
	let mut word = [0; 8];
	word.get_mut(..length)?.copy_from_slice(take(input, length)?);
	Some((u64::from_le_bytes(word) >> length) as usize)
}

fn paths(mut input: &[u8]) -> Option<(u8, Vec<Vec<Digest>>)> {
	let [depth] = array(&mut input)?;
	let lists = read_vint(&mut input)?;
	let lists = (0..lists)
		.map(|_| {
			let length = read_vint(&mut input)?;
			Some(take(&mut input, length.checked_mul(DIGEST)?)?.as_chunks::<DIGEST>().0.to_vec())
		})
		.collect::<Option<_>>()?;
	input.is_empty().then_some((depth, lists))
}

fn opened(input: &mut &[u8]) -> Option<Opened> {
	let length = read_vint(input)?;
	let values = take(input, length)?.to_vec();
	let length = read_vint(input)?;
	let (depth, lists) = paths(take(input, length)?)?;
	Some(Opened { values, depth, lists })
}

fn layer(input: &mut &[u8]) -> Option<Opened> {
	let length = u32::from_le_bytes(array(input)?) as usize;
	let values = take(input, length)?.to_vec();
	let length = u32::from_le_bytes(array(input)?) as usize;
	let (depth, lists) = paths(take(input, length)?)?;
	Some(Opened { values, depth, lists })
}

fn frame(input: &mut &[u8]) -> Option<Frame> {
	let length = usize::from(u16::from_le_bytes(array(input)?));
	let (rows, values) = take(input, length)?.split_first()?;
	Some(Frame { rows: *rows, values: values.to_vec() })
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::base::bases;
	use winter_utils::{ByteReader, ByteWriter, SliceReader};

	#[test]
	fn a_proof_put_together_again_is_the_same() {
		for base in bases() {
			let (bytes, spans) = base.anatomy.write();
			assert!(bytes == base.proof, "{}", base.name);
			let mut at = 0;
			for span in spans {
				assert_eq!(span.range.start, at);
				at = span.range.end;
			}
			assert_eq!(at, bytes.len());
		}
	}

	#[test]
	fn integers_are_written_as_the_proof_system_reads_them() {
		for shift in 0..64 {
			for value in [1u64 << shift, (1u64 << shift) - 1] {
				let mut theirs = Vec::new();
				theirs.write_usize(value as usize);
				assert_eq!(shortest(value), theirs);
				for length in theirs.len()..=9 {
					let read = SliceReader::new(&vint(value, length)).read_usize();
					assert_eq!(read.ok(), Some(value as usize));
				}
			}
		}
	}
}
