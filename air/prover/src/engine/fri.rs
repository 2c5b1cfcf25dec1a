//! The low-degree proof (FRI), folded as coefficients.

use super::{
	deep::coordinates, domain::Domain, transcript::Transcript, transform, tree::Tree, Extension,
};
use crate::system::Failure;
use meterproof_packed::{
	blake3::{hash_rows, Digests, LANES as HASHED},
	dft, dispatch, Kernel,
};
use meterproof_programs::system::ProofHash;
use winter_crypto::ElementHasher;
use winter_fri::{FriOptions, FriProof};
use winter_math::{fields::f64::BaseElement, FieldElement, StarkField};
use winter_utils::{iterators::*, ByteWriter, Deserializable, Serializable};

/// The committed layers and the last polynomial.
pub struct Layers {
	layers: Vec<Layer>,
	/// Highest coefficient first.
	remainder: Vec<Extension>,
	folding: usize,
}

/// The values of a folded polynomial, and a tree whose leaves are the values that fold to one.
struct Layer {
	/// By coset; in each, all first coordinates, then all second ones, then all third ones.
	cosets: Vec<Vec<BaseElement>>,
	tree: Tree,
	/// Points of a coset.
	points: usize,
}

/// Folds a polynomial until its coefficients are the remainder, and commits to each step.
pub fn commit(
	mut polynomial: Vec<Extension>,
	options: &FriOptions,
	domain: &Domain,
	transcript: &mut Transcript,
) -> Result<Layers, Failure> {
	let folding = options.folding_factor();
	let count = options.num_fri_layers(polynomial.len() * domain.cosets());
	let mut layers = Vec::with_capacity(count);
	for _ in 0..count {
		let layer = Layer::new(&polynomial, folding, domain);
		transcript.commit(layer.tree.root());
		layers.push(layer);
		polynomial = fold(&polynomial, folding, transcript.draw()?);
	}
	polynomial.reverse();
	transcript.commit(ProofHash::hash_elements(&polynomial));
	Ok(Layers { layers, remainder: polynomial, folding })
}

/// The layers' convention is that each has the offset of the first: f(X) = sum of X^k f_k(X^n) becomes
/// sum of challenge^k f_k(offset^(n - 1) X).
fn fold(polynomial: &[Extension], folding: usize, challenge: Extension) -> Vec<Extension> {
	let offset = Domain::offset().exp(folding as u64 - 1);
	let mut scale = BaseElement::ONE;
	polynomial
		.chunks_exact(folding)
		.map(|parts| {
			let folded =
				parts.iter().rev().fold(Extension::ZERO, |sum, part| sum * challenge + *part);
			let coefficient = folded * Extension::from(scale);
			scale *= offset;
			coefficient
		})
		.collect()
}

impl Layer {
	fn new(polynomial: &[Extension], folding: usize, domain: &Domain) -> Self {
		let points = polynomial.len();
		let mut columns: [Vec<BaseElement>; 3] = Default::default();
		for element in polynomial {
			for (column, coordinate) in columns.iter_mut().zip(coordinates(*element)) {
				column.push(coordinate);
			}
		}
		columns.iter_mut().for_each(|column| dft::reverse_bits(column));

		let rows = points / folding;
		let blocks = rows.div_ceil(HASHED);
		let generator = BaseElement::get_root_of_unity((points * domain.cosets()).ilog2());
		let mut leaves = vec![[[0; HASHED]; 8]; blocks * domain.cosets()];
		let cosets = leaves
			.par_chunks_mut(blocks)
			.enumerate()
			.map(|(k, leaves)| {
				let shift = Domain::offset() * generator.exp(k as u64);
				let twiddles = domain.roots().evaluation(shift, points);
				let mut values = vec![BaseElement::ZERO; 3 * points];
				for (column, values) in columns.iter().zip(values.chunks_exact_mut(points)) {
					transform::evaluate(column, values, &twiddles);
				}
				// What folds to one value stands `rows` apart, in the same coset.
				let parts: Vec<_> = (0..folding)
					.flat_map(|part| {
						values.chunks_exact(points).map(move |c| &c[part * rows..][..rows])
					})
					.collect();
				dispatch(HashRows { columns: &parts, leaves });
				values
			})
			.collect();
		Self { cosets, tree: Tree::new(leaves, domain.cosets(), rows), points }
	}

	/// The values in a leaf.
	fn leaf(&self, position: usize, folding: usize) -> impl Iterator<Item = Extension> + '_ {
		let coset = &self.cosets[position % self.cosets.len()];
		let (first, step) = (position / self.cosets.len(), self.points / folding);
		(0..folding).map(move |part| {
			let cell = |i: usize| coset[i * self.points + first + part * step];
			Extension::new(cell(0), cell(1), cell(2))
		})
	}
}

struct HashRows<'a> {
	columns: &'a [&'a [BaseElement]],
	leaves: &'a mut [Digests],
}

impl Kernel for HashRows<'_> {
	type Output = ();
	#[inline(always)]
	fn run(self) {
		hash_rows(self.columns, self.leaves);
	}
}

impl Layers {
	/// The layers opened where the positions of the first domain lead, in winterfell's form, which it has no
	/// constructor for.
	pub fn open(&self, positions: &[usize]) -> Result<FriProof, Failure> {
		let mut bytes = Vec::new();
		bytes.write_u8(self.layers.len() as u8);
		let mut positions = positions.to_vec();
		for layer in &self.layers {
			let leaves = layer.cosets.len() * layer.points / self.folding;
			let mut folded = Vec::with_capacity(positions.len());
			for position in positions {
				if !folded.contains(&(position % leaves)) {
					folded.push(position % leaves);
				}
			}
			positions = folded;
			let mut values = Vec::new();
			for position in &positions {
				layer.leaf(*position, self.folding).for_each(|value| value.write_into(&mut values));
			}
			let paths = layer.tree.open(&positions).to_bytes();
			for part in [values, paths] {
				bytes.write_u32(part.len() as u32);
				bytes.write_bytes(&part);
			}
		}
		let mut remainder = Vec::new();
		remainder.write_many(&self.remainder);
		bytes.write_u16(u16::try_from(remainder.len()).map_err(|_| Failure::Backend)?);
		bytes.write_bytes(&remainder);
		// Partitions, as a power of two.
		bytes.write_u8(0);
		FriProof::read_from_bytes(&bytes).map_err(|_| Failure::Backend)
	}
}
