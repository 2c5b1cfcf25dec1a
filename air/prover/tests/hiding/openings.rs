//! What a proof shows of one column, as equations on its cells.

use super::{linear_algebra::Row, Cubic};
use meterproof_programs::system::{Circuit, Coin, ProofHash, Tree};
use winter_air::proof::{merge_ood_evaluations, Proof};
use winter_crypto::{ElementHasher, RandomCoin};
use winter_math::{fields::f64::BaseElement, ExtensionOf, FieldElement, StarkField, ToElements};

/// What an attacker knows and does not know of a column.
pub struct Column<'a> {
	pub index: usize,
	/// Rows that share a value, for each value that is not known.
	pub unknown: &'a [Vec<usize>],
	/// Rows whose value is known and is not zero.
	pub known: &'a [(usize, BaseElement)],
}

/// One equation per value that the proof shows, extension elements by their coordinates: the
/// coefficients of the unknown values, then the right-hand side.
pub fn equations<C: Circuit>(
	proof: &[u8],
	inputs: C::PublicInputs,
	column: &Column<'_>,
) -> Vec<Row> {
	let proof = Proof::from_bytes(proof).unwrap();
	let options = C::PARAMETERS.options();

	// The positions, as the verifier finds them.
	let mut seed = proof.context.to_elements();
	seed.append(&mut inputs.to_elements());
	let air = C::new(proof.trace_info().clone(), inputs, options.clone());
	let domain = air.lde_domain_size();
	let width = air.trace_info().main_trace_width();
	let columns = air.context().num_constraint_composition_columns();
	let layers = options.to_fri_options().num_fri_layers(domain);
	let (traces, composition, layer_roots) =
		proof.commitments.clone().parse::<ProofHash>(1, layers).unwrap();
	let (frame, composed) = proof.ood_frame.clone().parse::<Cubic>(width, 0, columns).unwrap();
	let mut coin = Coin::new(&seed);
	coin.reseed(traces[0]);
	coin.reseed(composition);
	let z: Cubic = coin.draw().unwrap();
	coin.reseed(ProofHash::hash_elements(&merge_ood_evaluations(&frame, &composed)));
	layer_roots.iter().for_each(|root| coin.reseed(*root));
	let mut positions = coin.draw_integers(options.num_queries(), domain, proof.pow_nonce).unwrap();
	positions.sort_unstable();
	positions.dedup();
	let (_, opened) = proof.trace_queries[0]
		.clone()
		.parse::<BaseElement, ProofHash, Tree>(domain, positions.len(), width)
		.unwrap();

	let rows = air.trace_length();
	let g = BaseElement::get_root_of_unity(rows.ilog2());
	let mut equations: Vec<Row> = Vec::new();
	let mut add = |x: Cubic, value: Cubic, coordinates: usize| {
		let vanishing =
			(x.exp_vartime(rows as u64) - Cubic::ONE) / Cubic::from(BaseElement::new(rows as u64));
		let weight = |row: usize| {
			let at = Cubic::from(g.exp(row as u64));
			vanishing * at / (x - at)
		};
		let weights: Vec<Cubic> = column
			.unknown
			.iter()
			.map(|rows| rows.iter().fold(Cubic::ZERO, |sum, row| sum + weight(*row)))
			.collect();
		let known = column.known.iter().map(|(row, value)| weight(*row).mul_base(*value));
		let value = known.fold(value, |rest, term| rest - term);
		for i in 0..coordinates {
			let weights = weights.iter().map(|weight| weight.base_element(i));
			equations.push(weights.chain([value.base_element(i)]).collect());
		}
	};
	let generator = air.lde_domain_generator();
	for (position, row) in positions.iter().zip(opened.rows()) {
		let x = air.domain_offset() * generator.exp(*position as u64);
		add(x.into(), row[column.index].into(), 1);
	}
	add(z, frame.current_row()[column.index], 3);
	add(z * Cubic::from(g), frame.next_row()[column.index], 3);
	equations
}
