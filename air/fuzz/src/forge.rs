//! A prover that has no witness, but does everything else that a prover can do.
//!
//! [`fit`] gives any statement a proof of exactly the right shape, with the proof of work done:
//! nothing of it is refused before the proof system runs. [`commit_to_noise`] goes further: it
//! commits to values that are no polynomial of low degree, makes the out-of-domain check hold, and
//! opens everything honestly, so that only the last check of the low-degree proof refuses.
//! [`choose_remainder`] gets past that too: what it makes, the proof system accepts.

use crate::{
	anatomy::{Anatomy, Digest, Opened},
	random::Random,
	sizes::{Sizes, EXTENSION},
};
use meterproof_fuzz_subject::Statement;
use meterproof_programs::{
	split::{self, SplitAir},
	system::{Circuit, Coin, Parameters, ProofHash, Tree, EXTENSION_DEGREE},
	transfer::{self, TransferAir},
	usage::{self, UsageAir},
};
use winter_air::{
	proof::{
		merge_ood_evaluations, Commitments, OodFrame, Proof, Queries, QuotientOodFrame,
		TraceOodFrame,
	},
	EvaluationFrame, TraceInfo,
};
use winter_crypto::{
	BatchMerkleProof, Digest as _, ElementHasher, Hasher, RandomCoin, VectorCommitment,
};
use winter_fri::{folding::fold_positions, FriProver, ProverChannel};
use winter_math::{
	batch_inversion,
	fields::{f64::BaseElement, CubeExtension},
	polynom, FieldElement, StarkField, ToElements,
};
use winter_utils::{Deserializable, Serializable};

type Extension = CubeExtension<BaseElement>;
type Hash = <ProofHash as Hasher>::Digest;

/// The transcript as it begins for a statement.
fn seed(statement: &Statement, sizes: &Sizes) -> Option<Vec<BaseElement>> {
	let mut seed = sizes.parameters.context(sizes.rows).to_elements();
	seed.append(&mut statement.elements()?);
	Some(seed)
}

/// Looks for a nonce from a random one on.
fn grind(coin: &Coin, parameters: &Parameters, random: &mut Random) -> u64 {
	let mut nonce = random.word();
	while coin.check_leading_zeros(nonce) < parameters.grinding {
		nonce = nonce.wrapping_add(1);
	}
	nonce
}

/// The opened positions, sorted and distinct.
fn positions(coin: &mut Coin, sizes: &Sizes, nonce: u64) -> Option<Vec<usize>> {
	let queries = sizes.parameters.queries;
	let mut positions = coin.draw_integers(queries, sizes.domain, nonce).ok()?;
	positions.sort_unstable();
	positions.dedup();
	Some(positions)
}

/// Cut, or filled up with what is there already.
fn resize(values: &mut Vec<u8>, length: usize) {
	if values.is_empty() {
		values.push(0);
	}
	while values.len() < length {
		let more = values.len().min(length - values.len());
		values.extend_from_within(..more);
	}
	values.truncate(length);
}

/// Gives the Merkle proof the shape it has for `positions`, by joining paths of nothing.
fn reshape(opened: &mut Opened, positions: &[usize], leaves: usize) {
	let path = vec![Hash::default(); leaves.ilog2() as usize];
	let paths = vec![(Hash::default(), path); positions.len()];
	let proof = BatchMerkleProof::<ProofHash>::from_single_proofs(&paths, positions);
	let mut nodes: Vec<Digest> = opened.lists.concat();
	let mut next = proof.nodes.iter().map(Vec::len).sum::<usize>();
	nodes.resize(next.max(nodes.len()), [0x5a; 32]);
	opened.depth = proof.depth;
	opened.lists = proof
		.nodes
		.iter()
		.map(|list| {
			next -= list.len();
			nodes[next..next + list.len()].to_vec()
		})
		.collect();
}

/// Makes of `anatomy` a proof of `statement` that has the right shape throughout, the remainder
/// it commits to, and the proof of work.
///
/// Every length is set from the statement; contents are kept as far as they go. `None` where the
/// statement has no proof, or where a value in the transcript is no field element.
pub fn fit(statement: &Statement, mut anatomy: Anatomy, random: &mut Random) -> Option<Anatomy> {
	let sizes = Sizes::of(statement)?;
	let seed = seed(statement, &sizes)?;
	anatomy.header = sizes.header();
	anatomy.roots.resize(sizes.layers.len() + 3, [0xa5; 32]);
	anatomy.trace_frame.rows = 2;
	resize(&mut anatomy.trace_frame.values, 2 * sizes.trace_frame_row);
	anatomy.composition_frame.rows = 2;
	resize(&mut anatomy.composition_frame.values, 2 * sizes.composition_row);
	resize(&mut anatomy.remainder, sizes.remainder);
	anatomy.partitions = 0;

	*anatomy.remainder_root()? =
		ProofHash::hash_elements(&elements(&anatomy.remainder)?).as_bytes();
	let mut coin = Coin::new(&seed);
	let roots: Vec<Hash> =
		anatomy.roots.iter().map(|root| Hash::read_from_bytes(root).ok()).collect::<Option<_>>()?;
	let (front, layers) = roots.split_at_checked(2)?;
	front.iter().for_each(|root| coin.reseed(*root));
	coin.reseed(ProofHash::hash_elements(&elements(&anatomy.out_of_domain())?));
	layers.iter().for_each(|root| coin.reseed(*root));
	anatomy.nonce = grind(&coin, &sizes.parameters, random);
	let mut positions = positions(&mut coin, &sizes, anatomy.nonce)?;

	anatomy.queries = positions.len() as u8;
	resize(&mut anatomy.trace.values, positions.len() * sizes.trace_row);
	resize(&mut anatomy.composition.values, positions.len() * sizes.composition_row);
	reshape(&mut anatomy.trace, &positions, sizes.domain);
	reshape(&mut anatomy.composition, &positions, sizes.domain);
	anatomy.layers.resize(sizes.layers.len(), Opened::default());
	for (layer, leaves) in anatomy.layers.iter_mut().zip(&sizes.layers) {
		positions.iter_mut().for_each(|position| *position %= leaves);
		positions.sort_unstable();
		positions.dedup();
		resize(&mut layer.values, positions.len() * sizes.leaf);
		reshape(layer, &positions, *leaves);
	}
	Some(anatomy)
}

/// Gives the proof another remainder than the one it commits to: one chosen after the positions, to
/// be what the last layer folds to at each of them. The proof system notices nothing.
///
/// `None` where the remainder has fewer coefficients than there are positions, or where a value in
/// the transcript is no field element.
pub fn choose_remainder(statement: &Statement, mut anatomy: Anatomy) -> Option<Anatomy> {
	let sizes = Sizes::of(statement)?;
	let mut coin = Coin::new(&seed(statement, &sizes)?);
	let roots: Vec<Hash> =
		anatomy.roots.iter().map(|root| Hash::read_from_bytes(root).ok()).collect::<Option<_>>()?;
	let (front, layers) = roots.split_at_checked(2)?;
	front.iter().for_each(|root| coin.reseed(*root));
	coin.reseed(ProofHash::hash_elements(&elements(&anatomy.out_of_domain())?));
	let mut alphas = Vec::<Extension>::new();
	for root in layers {
		coin.reseed(*root);
		alphas.push(coin.draw().ok()?);
	}
	let mut positions = positions(&mut coin, &sizes, anatomy.nonce)?;
	let folding = sizes.parameters.folding;
	let mut size = sizes.domain;
	for leaves in &sizes.layers {
		size = *leaves;
		positions = fold_positions(&positions, size * folding, folding);
	}

	// The leaves of the last layer as polynomials, at the challenge.
	let offset = BaseElement::GENERATOR;
	let point = |domain: usize, position: usize| {
		let generator = BaseElement::get_root_of_unity(domain.ilog2());
		Extension::from(offset * generator.exp(position as u64))
	};
	let values = elements(&anatomy.layers.last()?.values)?;
	let values = Extension::slice_from_base_elements(&values);
	let alpha = *alphas.get(sizes.layers.len().checked_sub(1)?)?;
	let (mut xs, mut ys) = (Vec::new(), Vec::new());
	for (leaf, position) in values.chunks(folding).zip(&positions) {
		let points: Vec<_> =
			(0..folding).map(|i| point(size * folding, position + i * size)).collect();
		xs.push(point(size, *position));
		ys.push(polynom::eval(&polynom::interpolate(&points, leaf, false), alpha));
	}

	let coefficients = sizes.remainder / EXTENSION;
	if xs.len() > coefficients {
		return None;
	}
	let mut remainder = polynom::interpolate(&xs, &ys, false);
	remainder.resize(coefficients, Extension::ZERO);
	// They stand in a proof from the highest down.
	remainder.reverse();
	anatomy.remainder = remainder.iter().flat_map(Serializable::to_bytes).collect();
	Some(anatomy)
}

/// Field elements from bytes, where every one is canonical.
fn elements(bytes: &[u8]) -> Option<Vec<BaseElement>> {
	bytes
		.chunks(8)
		.map(|word| {
			let word = u64::from_le_bytes(word.try_into().ok()?);
			(word < BaseElement::MODULUS).then(|| BaseElement::new(word))
		})
		.collect()
}

/// What the committed values look like.
#[derive(Clone, Copy, Debug)]
pub enum Noise {
	/// Random everywhere.
	Random,
	/// Zero everywhere.
	Zero,
	/// The same random row everywhere: columns of degree 0.
	Constant,
	/// Zero but for one random row.
	Spike,
}

impl Noise {
	/// All of them.
	pub const ALL: [Self; 4] = [Self::Random, Self::Zero, Self::Constant, Self::Spike];

	/// A table of `rows` times `width`.
	fn table<E: FieldElement>(
		self,
		rows: usize,
		width: usize,
		mut element: impl FnMut() -> E,
	) -> Vec<Vec<E>> {
		let mut row = || -> Vec<E> { (0..width).map(|_| element()).collect() };
		match self {
			Self::Random => (0..rows).map(|_| row()).collect(),
			Self::Zero => vec![vec![E::ZERO; width]; rows],
			Self::Constant => vec![row(); rows],
			Self::Spike => {
				let mut table = vec![vec![E::ZERO; width]; rows];
				table[rows / 3] = row();
				table
			},
		}
	}
}

fn base_element(random: &mut Random) -> BaseElement {
	BaseElement::new(random.word())
}

fn extension(random: &mut Random) -> Extension {
	Extension::new(base_element(random), base_element(random), base_element(random))
}

/// Hashes rows and builds the tree over them.
fn commit<E: FieldElement<BaseField = BaseElement>>(table: &[Vec<E>]) -> Option<Tree> {
	Tree::new(table.iter().map(|row| ProofHash::hash_elements(row)).collect()).ok()
}

/// Opens rows of a committed table.
fn open<E: FieldElement<BaseField = BaseElement>>(
	table: &[Vec<E>],
	tree: &Tree,
	positions: &[usize],
) -> Option<Queries> {
	let rows = positions.iter().map(|position| table[*position].clone()).collect();
	let (_, proof) = tree.open_many(positions).ok()?;
	Some(Queries::new::<ProofHash, E, Tree>(proof, rows))
}

/// The transcript as the low-degree prover uses it.
struct Channel {
	coin: Coin,
	roots: Vec<Hash>,
}

impl ProverChannel<Extension> for Channel {
	type Hasher = ProofHash;

	fn commit_fri_layer(&mut self, root: Hash) {
		self.roots.push(root);
		self.coin.reseed(root);
	}

	fn draw_fri_alpha(&mut self) -> Extension {
		self.coin.draw().unwrap_or_default()
	}
}

/// The composition polynomial at `z`, from the trace there.
fn composition_at<C: Circuit>(
	air: &C,
	coin: &mut Coin,
	frame: &TraceOodFrame<Extension>,
	z: impl FnOnce(&mut Coin) -> Option<Extension>,
) -> Option<(Extension, Extension)> {
	let coefficients = air.get_constraint_composition_coefficients::<Extension, _>(coin).ok()?;
	let z = z(coin)?;
	let frame: EvaluationFrame<Extension> = frame.main_frame();
	let transitions = air.get_transition_constraints(&coefficients.transition);
	let periodic: Vec<Extension> = air
		.get_periodic_column_polys()
		.iter()
		.map(|poly| polynom::eval(poly, z.exp_vartime((air.trace_length() / poly.len()) as u64)))
		.collect();
	let mut evaluations = vec![Extension::ZERO; transitions.num_main_constraints()];
	air.evaluate_transition(&frame, &periodic, &mut evaluations);
	let mut value = transitions.combine_evaluations::<Extension>(&evaluations, &[], z);
	let boundary = air.get_boundary_constraints::<Extension>(None, &coefficients.boundary);
	for group in boundary.main_constraints() {
		value += group.evaluate_at(frame.current(), z);
	}
	Some((z, value))
}

/// The polynomial that is claimed to be of low degree, at every point of the domain.
fn deep_evaluations<C: Circuit>(
	air: &C,
	coin: &mut Coin,
	z: Extension,
	(trace, composition): (&[Vec<BaseElement>], &[Vec<Extension>]),
	(trace_frame, composition_frame): (&TraceOodFrame<Extension>, &QuotientOodFrame<Extension>),
) -> Option<Vec<Extension>> {
	let coefficients = air.get_deep_composition_coefficients::<Extension, _>(coin).ok()?;
	let points = [z, z * Extension::from(air.trace_domain_generator())];
	let frames = [
		(trace_frame.current_row(), composition_frame.current_row()),
		(trace_frame.next_row(), composition_frame.next_row()),
	];
	let mut x = air.domain_offset();
	let xs: Vec<Extension> = trace
		.iter()
		.map(|_| {
			let here = x;
			x *= air.lde_domain_generator();
			Extension::from(here)
		})
		.collect();
	let mut result = vec![Extension::ZERO; trace.len()];
	for (point, (trace_row, composition_row)) in points.into_iter().zip(frames) {
		let inverses = batch_inversion(&xs.iter().map(|x| *x - point).collect::<Vec<_>>());
		let rows = trace.iter().zip(composition).zip(&inverses);
		for (result, ((trace, composition), inverse)) in result.iter_mut().zip(rows) {
			let mut sum = Extension::ZERO;
			for ((value, at), weight) in trace.iter().zip(trace_row).zip(&coefficients.trace) {
				sum += (Extension::from(*value) - *at) * *weight;
			}
			let columns = composition.iter().zip(composition_row).zip(&coefficients.constraints);
			for ((value, at), weight) in columns {
				sum += (*value - *at) * *weight;
			}
			*result += sum * *inverse;
		}
	}
	Some(result)
}

/// A proof of `statement` over committed noise, opened honestly. With `detached` the low-degree
/// proof is about values of its own.
pub fn commit_to_noise(
	statement: &Statement,
	noise: Noise,
	detached: bool,
	random: &mut Random,
) -> Option<Anatomy> {
	let sizes = Sizes::of(statement)?;
	let seed = seed(statement, &sizes)?;
	let kind = (noise, detached);
	match statement {
		Statement::Usage(statement) => {
			let inputs = usage::PublicInputs::new(statement).ok()?;
			over_noise::<UsageAir>(inputs, &sizes, &seed, kind, random)
		},
		Statement::Transfer(statement) => {
			let inputs = transfer::PublicInputs::new(statement).ok()?;
			over_noise::<TransferAir>(inputs, &sizes, &seed, kind, random)
		},
		Statement::Split(statement) => {
			let inputs = split::PublicInputs::new(statement).ok()?;
			over_noise::<SplitAir>(inputs, &sizes, &seed, kind, random)
		},
	}
}

fn over_noise<C: Circuit>(
	inputs: C::PublicInputs,
	sizes: &Sizes,
	seed: &[BaseElement],
	(noise, detached): (Noise, bool),
	random: &mut Random,
) -> Option<Anatomy> {
	let (rows, options) = (sizes.rows, sizes.parameters.options());
	let width = sizes.parameters.shape.width();
	let composition_columns = sizes.parameters.composition_columns;
	let air = C::new(TraceInfo::new(width, rows), inputs, options.clone());
	let mut coin = Coin::new(seed);

	let trace = noise.table(sizes.domain, width, || base_element(random));
	let trace_tree = commit(&trace)?;
	coin.reseed(trace_tree.commitment());
	let frame = noise.table(2, width, || extension(random));
	let trace_frame = TraceOodFrame::new(frame[0].clone(), frame[1].clone(), width);

	let composition = noise.table(sizes.domain, composition_columns, || extension(random));
	let composition_tree = commit(&composition)?;
	let (z, value) = composition_at(&air, &mut coin, &trace_frame, |coin| {
		coin.reseed(composition_tree.commitment());
		coin.draw().ok()
	})?;

	// The first column makes up for what the others leave of the value.
	let mut columns = noise.table(2, composition_columns, || extension(random));
	let others = columns[0].iter().enumerate().skip(1);
	let others: Extension = others
		.map(|(i, column)| z.exp_vartime((i * rows) as u64) * *column)
		.fold(Extension::ZERO, |sum, term| sum + term);
	columns[0][0] = value - others;
	let composition_frame = QuotientOodFrame::new(columns[0].clone(), columns[1].clone());
	let evaluations = merge_ood_evaluations(&trace_frame, &composition_frame);
	coin.reseed(ProofHash::hash_elements(&evaluations));

	let mut deep = deep_evaluations(
		&air,
		&mut coin,
		z,
		(&trace, &composition),
		(&trace_frame, &composition_frame),
	)?;
	if detached {
		deep.iter_mut().for_each(|value| *value = extension(random));
	}
	let mut channel = Channel { coin, roots: Vec::new() };
	let mut fri = FriProver::<Extension, Channel, ProofHash, Tree>::new(options.to_fri_options());
	fri.build_layers(&mut channel, deep);
	let nonce = grind(&channel.coin, &sizes.parameters, random);
	let positions = positions(&mut channel.coin, sizes, nonce)?;

	let mut ood_frame = OodFrame::default();
	ood_frame.set_trace_states(&trace_frame);
	ood_frame.set_quotient_states(&composition_frame);
	let proof = Proof {
		context: sizes.parameters.context(rows),
		num_unique_queries: positions.len() as u8,
		commitments: Commitments::new::<ProofHash>(
			vec![trace_tree.commitment()],
			composition_tree.commitment(),
			channel.roots,
		),
		trace_queries: vec![open(&trace, &trace_tree, &positions)?],
		constraint_queries: open(&composition, &composition_tree, &positions)?,
		ood_frame,
		fri_proof: fri.build_proof(&positions),
		pow_nonce: nonce,
	};
	Anatomy::read(&proof.to_bytes(), sizes.header().len())
}

const _: () = assert!(EXTENSION == 8 * EXTENSION_DEGREE);

#[cfg(test)]
mod tests {
	use super::*;
	use crate::base::bases;
	use meterproof_fuzz_subject::StockReject;
	use meterproof_programs::usage::Claim;
	use meterproof_verifier::Reject;
	use winter_verifier::VerifierError;

	/// Where the proof system stops, ours having let the shape pass.
	fn refusal(statement: &Statement, anatomy: &Anatomy) -> VerifierError {
		let (proof, _) = anatomy.write();
		assert_eq!(statement.verify(&proof), Err(Reject::NotProved));
		match statement.stock(&proof) {
			Err(StockReject::Verifier(error)) => error,
			other => panic!("not refused by the proof system's verifier: {other:?}"),
		}
	}

	#[test]
	fn a_fitted_proof_gets_to_the_proof_system() {
		let mut random = Random::new(1, 0);
		let bases = bases();
		for (i, statement) in bases.iter().map(|base| &base.statement).enumerate() {
			let anatomy = bases[0].anatomy.clone();
			let fitted = fit(statement, anatomy, &mut random).unwrap();
			let expected = match i {
				// Its own: only the opened positions are others.
				0 => VerifierError::TraceQueryDoesNotMatchCommitment,
				_ => VerifierError::InconsistentOodConstraintEvaluations,
			};
			assert_eq!(refusal(statement, &fitted), expected);
		}
	}

	/// Why the comparison of the remainder with its commitment must stay: nothing else stands
	/// between the chain and a proof of anything.
	#[test]
	fn a_remainder_chosen_afterwards_proves_anything_to_the_proof_system_alone() {
		let mut random = Random::new(3, 0);
		for (noise, mut base) in Noise::ALL.into_iter().cycle().zip(bases()) {
			if let Statement::Usage(statement) = &mut base.statement {
				// Far more than was read, where this is public.
				if let Claim::AtLeast(quantity) = &mut statement.groups[0].claim {
					*quantity += 1 << 40;
				}
			}
			let statement = &base.statement;
			if base.sizes.rows > 1024 {
				continue;
			}
			let honest = commit_to_noise(statement, noise, false, &mut random).unwrap();
			let chosen = choose_remainder(statement, honest.clone()).unwrap();
			assert_eq!(Anatomy { remainder: honest.remainder.clone(), ..chosen.clone() }, honest);
			let (proof, _) = chosen.write();
			assert!(statement.stock(&proof).is_ok(), "{}: fixed upstream", base.name);
			assert_eq!(statement.verify(&proof), Err(Reject::RemainderMismatch), "{}", base.name);

			// Once it is committed to, other positions are opened.
			let committed = fit(statement, chosen, &mut random).unwrap();
			assert_eq!(statement.verify(&committed.write().0), Err(Reject::NotProved));
		}
	}

	#[test]
	fn committed_noise_gets_to_the_low_degree_proof() {
		use winter_fri::VerifierError::{InvalidLayerFolding, InvalidRemainderFolding};
		let mut random = Random::new(2, 0);
		for (noise, base) in Noise::ALL.into_iter().zip(bases().iter().rev()) {
			for (detached, expected) in
				[(false, InvalidRemainderFolding), (true, InvalidLayerFolding(0))]
			{
				let anatomy =
					commit_to_noise(&base.statement, noise, detached, &mut random).unwrap();
				let error = refusal(&base.statement, &anatomy);
				assert_eq!(error, VerifierError::FriVerificationFailed(expected), "{noise:?}");
			}
		}
	}
}
