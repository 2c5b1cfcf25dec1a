//! Case number `i` of a seed, whatever the number of threads.

use crate::{
	anatomy::{Anatomy, ProofPart, Span},
	base::{bases, Base},
	forge::{choose_remainder, commit_to_noise, fit, Noise},
	mutate::{bytes::Change, splice, statement, structure},
	random::Random,
	sizes::Sizes,
};
use meterproof_fuzz_subject::Statement;
use std::borrow::Cow;

/// Cases that share the proofs a dishonest prover made for them.
pub const BLOCK: u64 = 8_192;

/// Rows that are fitted and forged at most: as many as the largest base has.
const MOST_ROWS: usize = 8_192;
const MOST_NOISE_ROWS: usize = 2_048;

/// In which way a case departs from its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
	/// In none.
	Unchanged,
	/// Random bytes.
	Noise,
	/// Random bytes behind the right header, or behind some of the proof.
	NoiseBehind,
	/// The header of another number of rows, or a field of it changed.
	Header,
	/// Bytes of the proof.
	Bytes(Change),
	/// Pieces of the proof, every length counted again.
	Structure,
	/// Parts of another proof.
	Splice,
	/// The statement.
	Statement,
	/// The statement, and the header that it then has.
	StatementAndHeader,
	/// Several of these.
	Several,
}

impl How {
	const PLAIN: [(Self, usize, &'static str); 9] = [
		(Self::Unchanged, 2, "unchanged"),
		(Self::Noise, 25, "random bytes"),
		(Self::NoiseBehind, 40, "random bytes behind a header"),
		(Self::Header, 30, "header"),
		(Self::Structure, 190, "structure, lengths counted again"),
		(Self::Splice, 100, "parts of another proof"),
		(Self::Statement, 90, "statement"),
		(Self::StatementAndHeader, 70, "statement with its header"),
		(Self::Several, 90, "several"),
	];
	const BYTES: usize = 420;

	/// How many there are.
	pub const COUNT: usize = Self::PLAIN.len() + Change::ALL.len();

	fn pick(random: &mut Random) -> Self {
		let mut weights: Vec<usize> = Self::PLAIN.iter().map(|(_, weight, _)| *weight).collect();
		weights.push(Self::BYTES);
		match Self::PLAIN.get(random.weighted(&weights)) {
			Some((how, ..)) => *how,
			None => Self::Bytes(Change::ALL[random.weighted(&Change::WEIGHTS)]),
		}
	}

	/// A number below [`Self::COUNT`].
	pub fn index(self) -> usize {
		match self {
			Self::Bytes(change) => {
				let place = Change::ALL.iter().position(|other| *other == change);
				Self::PLAIN.len() + place.unwrap_or(0)
			},
			plain => Self::PLAIN.iter().position(|(how, ..)| *how == plain).unwrap_or(0),
		}
	}

	/// The name that the record gives the mutation with this number.
	pub fn name(index: usize) -> String {
		match Self::PLAIN.get(index) {
			Some((.., name)) => (*name).into(),
			None => format!("bytes: {:?}", Change::ALL[index - Self::PLAIN.len()]).to_lowercase(),
		}
	}
}

/// A case.
#[derive(Clone)]
pub struct Mutant<'a> {
	/// The statement.
	pub statement: Cow<'a, Statement>,
	/// The proof, or what stands for it.
	pub proof: Cow<'a, [u8]>,
	/// How it was made.
	pub how: How,
	/// From what.
	pub base: &'a str,
}

/// Makes the cases of a seed.
pub struct Generator {
	seed: u64,
	bases: Vec<Base>,
}

impl Generator {
	/// The cases of `seed`.
	pub fn new(seed: u64) -> Self {
		Self { seed, bases: bases() }
	}

	/// The valid proofs.
	pub fn bases(&self) -> &[Base] {
		&self.bases
	}

	/// Whether this is one of the valid proofs, with its own statement. Nothing else is to be
	/// accepted: the transcript binds every field of the statement, and of each proof the verifier
	/// accepts one form alone.
	pub fn is_valid(&self, statement: &Statement, proof: &[u8]) -> bool {
		self.bases.iter().any(|base| base.proof == proof && base.statement == *statement)
	}

	/// The block of that number: its made proofs take a quarter of a second.
	pub fn block(&self, number: u64) -> Block<'_> {
		// Cases have the low streams, blocks the high ones.
		let mut random = Random::new(self.seed, u64::MAX - number);
		let made = [self.noise(number, &mut random), self.fitted(&mut random)];
		Block { generator: self, made: made.into_iter().flatten().collect() }
	}

	/// A statement that has proofs, seldom one of the bases'.
	fn statement(&self, most_rows: usize, random: &mut Random) -> Statement {
		let bases: Vec<&Base> =
			self.bases.iter().filter(|base| base.sizes.rows <= most_rows).collect();
		let own = &random.pick(&bases).statement;
		let mut changed = own.clone();
		for _ in 0..random.below(3) {
			statement::change(&mut changed, random);
		}
		let fits = changed.rows().is_some_and(|rows| rows <= most_rows);
		if fits && changed.elements().is_some() {
			changed
		} else {
			own.clone()
		}
	}

	fn noise(&self, number: u64, random: &mut Random) -> Option<Base> {
		let (noise, detached) = (Noise::ALL[(number % 4) as usize], number % 16 >= 12);
		let statement = self.statement(MOST_NOISE_ROWS, random);
		let mut anatomy = commit_to_noise(&statement, noise, detached, random)?;
		if number % 16 == 8 {
			anatomy = choose_remainder(&statement, anatomy)?;
		}
		Base::assemble("committed noise", statement, anatomy)
	}

	fn fitted(&self, random: &mut Random) -> Option<Base> {
		let statement = self.statement(MOST_ROWS, random);
		let mut anatomy = random.pick(&self.bases).anatomy.clone();
		for _ in 0..random.below(6) {
			structure::change(&mut anatomy, random);
		}
		if random.one_in(3) {
			let other = random.pick(&self.bases);
			splice::splice(&mut anatomy, &other.anatomy, random);
		}
		let anatomy = fit(&statement, anatomy, random)?;
		Base::assemble("fitted", statement, anatomy)
	}
}

/// A block of cases.
pub struct Block<'a> {
	generator: &'a Generator,
	made: Vec<Base>,
}

impl Block<'_> {
	/// The case of that number, which is of this block.
	pub fn case(&self, index: u64) -> Mutant<'_> {
		let mut random = Random::new(self.generator.seed, index);
		let how = How::pick(&mut random);
		let base = self.base(&mut random);
		let unchanged = Mutant {
			statement: Cow::Borrowed(&base.statement),
			proof: Cow::Borrowed(&base.proof),
			how,
			base: base.name,
		};
		// Some changes change nothing, such as two equal digests that change places.
		for _ in 0..8 {
			let mut mutant = unchanged.clone();
			self.change(&mut mutant, base, how, &mut random);
			let is_other =
				mutant.proof != unchanged.proof || mutant.statement != unchanged.statement;
			if is_other || how == How::Unchanged {
				return mutant;
			}
		}
		unchanged
	}

	/// Large ones seldom: they take longer.
	fn base(&self, random: &mut Random) -> &Base {
		const WEIGHTS: [usize; 13] = [12, 5, 8, 8, 7, 4, 11, 9, 8, 9, 7, 11, 11];
		let weights = &WEIGHTS[..self.generator.bases.len() + self.made.len()];
		let index = random.weighted(weights);
		let made = || self.made.get(index - self.generator.bases.len());
		self.generator.bases.get(index).or_else(made).unwrap_or(&self.generator.bases[0])
	}

	fn change<'a>(
		&'a self,
		mutant: &mut Mutant<'a>,
		base: &'a Base,
		how: How,
		random: &mut Random,
	) {
		match how {
			How::Unchanged => {},
			How::Noise => {
				let most = if random.one_in(64) { 1 << 19 } else { 3_000 };
				let mut bytes = vec![0; random.small(most)];
				random.fill(&mut bytes);
				mutant.proof = Cow::Owned(bytes);
			},
			How::NoiseBehind => {
				let header = base.anatomy.header.len();
				let kept = if random.one_in(2) { 0 } else { random.below(base.proof.len()) };
				let mut bytes = vec![0; random.small(3_000)];
				random.fill(&mut bytes);
				let kept = &base.proof[..(header + kept).min(base.proof.len())];
				mutant.proof = Cow::Owned([kept, &bytes].concat());
			},
			How::Header => other_header(mutant.proof.to_mut(), base, random),
			How::Bytes(change) => change.apply(mutant.proof.to_mut(), &base.spans, random),
			How::Structure => {
				let (proof, _) = self.restructured(base, random);
				mutant.proof = Cow::Owned(proof);
			},
			How::Splice => {
				let mut anatomy = base.anatomy.clone();
				splice::splice(&mut anatomy, self.other(random), random);
				mutant.proof = Cow::Owned(anatomy.write().0);
			},
			How::Statement => {
				for _ in 0..=random.small(2) {
					statement::change(mutant.statement.to_mut(), random);
				}
			},
			How::StatementAndHeader => {
				for _ in 0..=random.small(2) {
					statement::change(mutant.statement.to_mut(), random);
				}
				if let Some(sizes) = Sizes::of(&mutant.statement) {
					let length = base.anatomy.header.len();
					mutant.proof.to_mut().splice(..length, sizes.header());
				}
			},
			How::Several => {
				let (mut proof, spans) = if random.one_in(2) {
					self.restructured(base, random)
				} else {
					(base.proof.clone(), base.spans.clone())
				};
				for _ in 0..=random.small(4) {
					let change = Change::ALL[random.weighted(&Change::WEIGHTS)];
					change.apply(&mut proof, &spans, random);
				}
				mutant.proof = Cow::Owned(proof);
				if random.one_in(3) {
					statement::change(mutant.statement.to_mut(), random);
				}
			},
		}
	}

	fn restructured(&self, base: &Base, random: &mut Random) -> (Vec<u8>, Vec<Span>) {
		let mut anatomy = base.anatomy.clone();
		for _ in 0..=random.small(2) {
			structure::change(&mut anatomy, random);
		}
		anatomy.write()
	}

	fn other(&self, random: &mut Random) -> &Anatomy {
		&self.base(random).anatomy
	}
}

/// The header of another number of rows, one with a longer field, one of two segments, or one with
/// any byte changed.
fn other_header(proof: &mut Vec<u8>, base: &Base, random: &mut Random) {
	/// Auxiliary width and random elements; length of the metadata; length of the modulus.
	const AUXILIARY: usize = 1;
	const METADATA: usize = 4;
	const MODULUS: usize = 6;
	let length = base.anatomy.header.len();
	match random.below(8) {
		0 | 1 => {
			let rows = 8 << random.below(20);
			proof.splice(..length, base.sizes.header_of(rows));
		},
		2 => {
			let more = 1 + random.small(40);
			proof[MODULUS] = proof[MODULUS].wrapping_add(more as u8);
			proof.splice(MODULUS + 1..MODULUS + 1, vec![random.byte(); more]);
		},
		3 => {
			let more = 1 + random.small(300);
			proof[METADATA..METADATA + 2].copy_from_slice(&(more as u16).to_le_bytes());
			proof.splice(METADATA + 2..METADATA + 2, vec![random.byte(); more]);
		},
		4 => {
			let of_trace =
				|span: &&Span| matches!(span.part, ProofPart::Trace | ProofPart::TracePaths);
			let mut starts = base.spans.iter().filter(of_trace).map(|span| span.range.clone());
			let Some(first) = starts.next() else { return };
			let end = starts.next_back().map_or(first.end, |last| last.end);
			let queries = proof[first.start..end].to_vec();
			proof.splice(first.start..first.start, queries);
			proof[AUXILIARY] = 1 + random.small(4) as u8;
			proof[AUXILIARY + 1] = random.small(4) as u8;
		},
		_ => {
			let at = random.below(length);
			proof[at] = crate::mutate::values::byte(proof[at], random);
		},
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_case_depends_on_seed_and_number_alone() {
		let (one, same, other) = (Generator::new(7), Generator::new(7), Generator::new(8));
		let (one, same, other) = (one.block(3), same.block(3), other.block(3));
		let mut differ = 0;
		for index in 3 * BLOCK..3 * BLOCK + 200 {
			let (a, b) = (one.case(index), same.case(index));
			assert!(a.proof == b.proof && a.statement == b.statement && a.how == b.how);
			differ += usize::from(a.proof != other.case(index).proof);
		}
		assert!(differ > 150, "{differ}");
	}

	#[test]
	fn every_way_of_changing_occurs() {
		let generator = Generator::new(1);
		let block = generator.block(0);
		let mut seen = [0; How::COUNT];
		for index in 0..BLOCK {
			seen[block.case(index).how.index()] += 1;
		}
		for (index, count) in seen.iter().enumerate() {
			assert!(*count > 0, "{}", How::name(index));
		}
	}
}
