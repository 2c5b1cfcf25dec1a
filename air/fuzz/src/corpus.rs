//! A case for each way in which the proof system alone panics, asks for any amount of memory, or
//! accepts more than one form of a proof: the list of the design, item by item.
//!
//! Cases are recipes: what is changed in a valid proof. `tests/hostile/corpus.rs` runs each against the
//! proof system without our checks, which has to do what stands here, and against our verifier,
//! which has to refuse.

use crate::{
	anatomy::{vint, Anatomy, Kind, Opened, ProofPart, Span},
	base::Base,
	sizes::EXTENSION,
};
use meterproof_fuzz_subject::Statement;

/// What the proof system does without our checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stock {
	/// Refuses, with an error.
	Refuses,
	/// Accepts.
	Accepts,
	/// Panics with a text that has this in it.
	Panics(&'static str),
	/// Asks for memory that it does not get, which ends a native process.
	RunsOut,
	/// Refuses, but has asked for this many bytes at once.
	Asks(usize),
}

/// What the proof system does with a case as native code, as native code with overflow checks, and as Wasm.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
	/// Native code as released.
	pub native: Stock,
	/// With overflow checks and debug assertions.
	pub checked: Stock,
	/// In Wasm.
	pub wasm: Stock,
}

impl Expected {
	const fn everywhere(stock: Stock) -> Self {
		Self { native: stock, checked: stock, wasm: stock }
	}

	const fn native(stock: Stock) -> Self {
		Self { native: stock, checked: stock, wasm: Stock::Refuses }
	}
}

/// A case of the corpus.
pub struct Recipe {
	/// Its name.
	pub name: &'static str,
	/// The proof, made from a valid one.
	pub proof: Vec<u8>,
	/// What the proof system does with it.
	pub expected: Expected,
}

/// Where things stand in the header.
mod header {
	pub const WIDTH: usize = 0;
	pub const AUXILIARY_WIDTH: usize = 1;
	pub const RANDOM_ELEMENTS: usize = 2;
	pub const LENGTH_EXPONENT: usize = 3;
	pub const MODULUS_LENGTH: usize = 6;
	pub const MODULUS: usize = 7;
	pub const QUERIES: usize = 15;
	pub const BLOWUP: usize = 16;
	pub const GRINDING: usize = 17;
	pub const EXTENSION: usize = 18;
	pub const FOLDING: usize = 19;
	pub const REMAINDER_DEGREE: usize = 20;
	pub const CONSTRAINT_BATCHING: usize = 21;
	pub const DEEP_BATCHING: usize = 22;
	pub const PARTITIONS: usize = 23;
	pub const HASH_RATE: usize = 24;
}

/// Builds the list.
struct Corpus<'a> {
	base: &'a Base,
	recipes: Vec<Recipe>,
}

impl Corpus<'_> {
	fn add(&mut self, name: &'static str, proof: Vec<u8>, expected: Expected) {
		self.recipes.push(Recipe { name, proof, expected });
	}

	/// With one byte of the header changed.
	fn header(&mut self, name: &'static str, at: usize, value: u8, expected: Expected) {
		let mut proof = self.base.proof.clone();
		proof[at] = value;
		self.add(name, proof, expected);
	}

	/// With bytes of the header changed, in a way that panics everywhere.
	fn headers(&mut self, list: &[(&'static str, usize, u8, &'static str)]) {
		for (name, at, value, text) in list {
			self.header(name, *at, *value, Expected::everywhere(Stock::Panics(text)));
		}
	}

	/// With a piece changed and all lengths counted again.
	fn anatomy(
		&mut self,
		name: &'static str,
		expected: Expected,
		change: impl FnOnce(&mut Anatomy),
	) {
		let mut anatomy = self.base.anatomy.clone();
		change(&mut anatomy);
		self.add(name, anatomy.write().0, expected);
	}

	/// With the first count that `is` takes replaced.
	fn count(
		&mut self,
		name: &'static str,
		is: impl Fn(&Span) -> bool,
		bytes: &[u8],
		expected: Expected,
	) {
		let mut proof = self.base.proof.clone();
		let span = self.base.spans.iter().find(|span| is(span));
		let range = span.map_or(0..0, |span| span.range.clone());
		proof.splice(range, bytes.iter().copied());
		self.add(name, proof, expected);
	}
}

/// The corpus, from a valid proof over 1,024 rows.
pub fn corpus(base: &Base) -> Vec<Recipe> {
	let mut corpus = Corpus { base, recipes: Vec::new() };
	allocations(&mut corpus);
	integers(&mut corpus);
	options(&mut corpus);
	trace_info(&mut corpus);
	counts(&mut corpus);
	layers(&mut corpus);
	forms(&mut corpus);
	corpus.recipes
}

/// Capacity reserved for as many items as the bytes say.
fn allocations(corpus: &mut Corpus<'_>) {
	let vint_of = |part: ProofPart, nth: usize| {
		let seen = std::cell::Cell::new(0);
		move |span: &Span| {
			let is = span.part == part && span.kind == Kind::Vint;
			is && seen.replace(seen.get() + 1) == nth
		}
	};
	let overflow = Stock::Panics("capacity overflow");
	let refused = Stock::Panics("memory allocation of");
	let values = || vint_of(ProofPart::Trace, 0);
	corpus.count(
		"2^63 bytes of opened rows",
		values(),
		&vint(1 << 63, 9),
		Expected::native(overflow),
	);
	corpus.count(
		"2^40 bytes of opened rows",
		values(),
		&vint(1 << 40, 9),
		Expected::native(Stock::RunsOut),
	);
	corpus.count(
		"2^30 bytes of opened rows",
		values(),
		&vint(1 << 30, 9),
		Expected { native: Stock::Asks(1 << 30), checked: Stock::Asks(1 << 30), wasm: refused },
	);
	corpus.count(
		"2^30 bytes of a Merkle proof",
		vint_of(ProofPart::TracePaths, 0),
		&vint(1 << 30, 9),
		Expected { native: Stock::Asks(1 << 30), checked: Stock::Asks(1 << 30), wasm: refused },
	);
	// Inside of the Merkle proof the outer length must hold: 9 bytes instead of one or two. The
	// lists' count is the second integer, the first list's length the third.
	for (name, nth, value, expected) in [
		("2^60 lists in a Merkle proof", 1, 1 << 60, Expected::native(overflow)),
		(
			"2^28 lists in a Merkle proof",
			1,
			1 << 28,
			Expected { native: Stock::RunsOut, checked: Stock::RunsOut, wasm: overflow },
		),
		("2^60 digests in a list", 2, 1 << 60, Expected::native(overflow)),
		(
			"2^27 digests in a list",
			2,
			1 << 27,
			Expected { native: Stock::RunsOut, checked: Stock::RunsOut, wasm: overflow },
		),
	] {
		let is = vint_of(ProofPart::TracePaths, nth);
		let base = corpus.base;
		let Some(span) = base.spans.iter().find(|span| is(span)) else { continue };
		let outer = vint_of(ProofPart::TracePaths, 0);
		let Some(outer) = base.spans.iter().find(|span| outer(span)) else { continue };
		let old = Opened { values: Vec::new(), ..base.anatomy.trace.clone() };
		let grown = paths_length(&old) + 9 - span.range.len();
		let mut proof = base.proof.clone();
		proof.splice(span.range.clone(), vint(value, 9));
		proof.splice(outer.range.clone(), vint(grown as u64, outer.range.len()));
		corpus.add(name, proof, expected);
	}
}

/// Bytes of a Merkle proof.
fn paths_length(opened: &Opened) -> usize {
	let short = |count: usize| crate::anatomy::shortest(count as u64).len();
	let lists = opened.lists.iter().map(|list| short(list.len()) + 32 * list.len());
	1 + short(opened.lists.len()) + lists.sum::<usize>()
}

/// Arithmetic on what the bytes say.
fn integers(corpus: &mut Corpus<'_>) {
	corpus.count(
		"a layer of 2^32 - 1 bytes: position plus length wraps on 32 bits",
		|span| span.part == ProofPart::Layer && span.kind == Kind::Fixed(4),
		&u32::MAX.to_le_bytes(),
		Expected {
			native: Stock::Refuses,
			checked: Stock::Refuses,
			wasm: Stock::Panics("slice index starts at"),
		},
	);
	corpus.count(
		"a layer's Merkle proof of 2^32 - 1 bytes",
		|span| span.part == ProofPart::LayerPaths && span.kind == Kind::Fixed(4),
		&u32::MAX.to_le_bytes(),
		Expected {
			native: Stock::Refuses,
			checked: Stock::Refuses,
			wasm: Stock::Panics("slice index starts at"),
		},
	);
	for (name, exponent) in [("2^64 rows", 64), ("2^96 rows", 96), ("2^255 rows", 255)] {
		let too_short = Stock::Panics("trace length must be");
		let expected =
			Expected { native: too_short, checked: Stock::Panics("overflow"), wasm: too_short };
		corpus.header(name, header::LENGTH_EXPONENT, exponent, expected);
	}
	let right = corpus.base.anatomy.trace.depth;
	for (name, depth) in [
		("a Merkle proof 32 levels too deep", right + 32),
		("a Merkle proof 64 levels too deep", right + 64),
		("a Merkle proof of depth 255", 255),
	] {
		// Shifts wrap unless they are checked: the depth is then found to be wrong.
		let checked = if depth < 64 { Stock::Refuses } else { Stock::Panics("overflow") };
		let expected = Expected { native: Stock::Refuses, checked, wasm: Stock::Refuses };
		corpus.anatomy(name, expected, |anatomy| anatomy.trace.depth = depth);
	}
}

/// Options of a proof, each byte.
fn options(corpus: &mut Corpus<'_>) {
	corpus.headers(&[
		("no queries in the options", header::QUERIES, 0, "number of queries"),
		("a blowup of 3", header::BLOWUP, 3, "blowup factor"),
		("a blowup of 0", header::BLOWUP, 0, "blowup factor"),
		("255 bits of grinding", header::GRINDING, 255, "grinding factor"),
		("folding by 3", header::FOLDING, 3, "folding factor"),
		("folding by 64", header::FOLDING, 64, "folding factor"),
		("a remainder degree of 2", header::REMAINDER_DEGREE, 2, "remainder degree"),
		("no partitions in the options", header::PARTITIONS, 0, "number of partitions"),
		("255 partitions in the options", header::PARTITIONS, 255, "number of partitions"),
		("a hash rate of 0", header::HASH_RATE, 0, "hash rate"),
	]);
	// These are errors in 0.13.1.
	for (name, at, value) in [
		("a trace of width 0", header::WIDTH, 0),
		("an extension of degree 0", header::EXTENSION, 0),
		("a batching method of 3 for constraints", header::CONSTRAINT_BATCHING, 3),
		("a batching method of 255 for DEEP", header::DEEP_BATCHING, 255),
	] {
		corpus.header(name, at, value, Expected::everywhere(Stock::Refuses));
	}
}

/// The AIR made from the proof's own description of the trace.
fn trace_info(corpus: &mut Corpus<'_>) {
	corpus.headers(&[
		(
			"random elements for an auxiliary segment of width 0",
			header::RANDOM_ELEMENTS,
			1,
			"random elements for an empty auxiliary trace segment",
		),
		("a trace of 8 rows", header::LENGTH_EXPONENT, 3, "transition exemptions"),
	]);
	corpus.header(
		"a trace of 2^40 rows",
		header::LENGTH_EXPONENT,
		40,
		Expected {
			native: Stock::Panics("order cannot exceed"),
			checked: Stock::Panics("order cannot exceed"),
			wasm: Stock::Panics("trace length must be"),
		},
	);
	corpus.header(
		"a trace of 2^30 rows: the number of points wraps on 32 bits",
		header::LENGTH_EXPONENT,
		30,
		Expected {
			native: Stock::Panics("order cannot exceed"),
			checked: Stock::Panics("order cannot exceed"),
			wasm: Stock::Panics("logarithm"),
		},
	);
	let base = corpus.base;
	let mut proof = base.proof.clone();
	let of_trace = base
		.spans
		.iter()
		.filter(|span| matches!(span.part, ProofPart::Trace | ProofPart::TracePaths));
	let start = of_trace.clone().map(|span| span.range.start).min().unwrap_or(0);
	let end = of_trace.map(|span| span.range.end).max().unwrap_or(0);
	let queries = proof[start..end].to_vec();
	proof.splice(start..start, queries);
	proof[header::AUXILIARY_WIDTH] = 1;
	proof[header::RANDOM_ELEMENTS] = 1;
	let expected = Expected::everywhere(Stock::Panics("multi-segment"));
	corpus.add("an auxiliary segment that the AIR has not", proof, expected);

	let expected = Expected::everywhere(Stock::Panics("assertion"));
	corpus.anatomy("a trace of width 1", expected, |anatomy| {
		anatomy.header[header::WIDTH] = 1;
		anatomy.trace.values.truncate(8 * usize::from(anatomy.queries));
		anatomy.trace_frame.values.truncate(2 * EXTENSION);
	});
	let expected = match corpus.base.statement {
		Statement::Usage(_) | Statement::Split(_) => expected,
		// Its assertions are single ones, which hold for any number of rows.
		Statement::Transfer(_) => Expected::everywhere(Stock::Refuses),
	};
	let leaf = corpus.base.sizes.leaf;
	corpus.anatomy("twice the statement's rows", expected, |anatomy| {
		anatomy.header[header::LENGTH_EXPONENT] = 11;
		anatomy.trace.depth += 1;
		anatomy.composition.depth += 1;
		anatomy.layers.iter_mut().for_each(|layer| layer.depth += 1);
		// So many rows take one layer more.
		anatomy.layers.push(Opened { values: vec![0; leaf], depth: 10, lists: vec![vec![]] });
		anatomy.roots.push([0; 32]);
	});
	let mut proof = base.proof.clone();
	proof[header::MODULUS_LENGTH] = 15;
	proof.splice(header::MODULUS..header::MODULUS, [0; 7]);
	let expected = Expected::everywhere(Stock::Panics("ELEMENT_BYTES"));
	corpus.add("a field modulus of 15 bytes", proof, expected);
}

/// Counts of queries and rows.
fn counts(corpus: &mut Corpus<'_>) {
	let expected = Expected::everywhere(Stock::Panics("at least one query"));
	corpus.anatomy("no opened positions", expected, |anatomy| anatomy.queries = 0);
	let row = corpus.base.sizes.trace_row;
	let expected = Expected::everywhere(Stock::Panics("number of rows cannot exceed"));
	corpus.anatomy("255 opened positions and rows", expected, |anatomy| {
		anatomy.queries = 255;
		anatomy.trace.values.resize(255 * row, 0);
	});
	for (name, rows) in
		[("an out-of-domain frame of 0 rows", 0), ("an out-of-domain frame of 3 rows", 3)]
	{
		let expected = Expected::everywhere(Stock::Panics("left == right"));
		corpus.anatomy(name, expected, |anatomy| anatomy.trace_frame.rows = rows);
		corpus.anatomy(name, expected, |anatomy| anatomy.composition_frame.rows = rows);
	}
}

/// The low-degree proof.
fn layers(corpus: &mut Corpus<'_>) {
	for (name, exponent) in [("2^64 partitions", 64), ("2^255 partitions", 255)] {
		let divides = Stock::Panics("divide by zero");
		let expected =
			Expected { native: divides, checked: Stock::Panics("overflow"), wasm: divides };
		corpus.anatomy(name, expected, |anatomy| anatomy.partitions = exponent);
	}
	let expected = Expected {
		native: Stock::Refuses,
		checked: Stock::Refuses,
		wasm: Stock::Panics("divide by zero"),
	};
	corpus.anatomy("2^32 partitions", expected, |anatomy| anatomy.partitions = 32);
	let expected = Expected::everywhere(Stock::Panics("removal index"));
	// It is the only one.
	corpus.anatomy("the last layer missing", expected, |anatomy| {
		anatomy.layers.pop();
	});
}

/// Other forms of a proof, which the proof system accepts as well.
fn forms(corpus: &mut Corpus<'_>) {
	let accepted = Expected::everywhere(Stock::Accepts);
	let mut proof = corpus.base.proof.clone();
	proof.push(0);
	corpus.add("a byte after the end", proof, accepted);
	let length = corpus.base.anatomy.trace.values.len() as u64;
	corpus.count(
		"a length in a longer form",
		|span| span.part == ProofPart::Trace && span.kind == Kind::Vint,
		&vint(length, 9),
		accepted,
	);
	let sizes = &corpus.base.sizes;
	let (leaf, last) = (sizes.leaf, sizes.layers.last().copied().unwrap_or(1));
	let depth = (last / sizes.parameters.folding).ilog2() as u8;
	corpus.anatomy("a spare layer", accepted, |anatomy| {
		let layer = Opened { values: vec![0; leaf], depth, lists: vec![vec![]] };
		anatomy.layers.push(layer);
	});
}
