//! An attacker with one proof of a single meter's reading. Each opened value of a column is a
//! linear equation on its cells; all but those of the meter, its slack and the blinding are
//! public.

use super::linear_algebra::{solve_for, Row};
use crate::support::statement;
use meterproof_programs::usage::{
	options, Claim::AtLeast, ProofHash, PublicInputs, Shape, Tree, UsageAir, COLUMNS, MASKS, SHAPE,
};
use meterproof_prover::usage::prove_unhiding;
use winter_air::{
	proof::{merge_ood_evaluations, Proof},
	Air,
};
use winter_crypto::{ElementHasher, RandomCoin};
use winter_math::{fields::f64::BaseElement, FieldElement, StarkField, ToElements};

const READING: u32 = 31_337;
/// Rows of the meter's slot and of the slack's.
const SECRET_ROWS: usize = 16;

type Cubic = super::Cubic;

/// What the proof shows of the column in which the reading is decomposed, as equations on its
/// secret cells, solved for the reading.
fn attack(shape: Shape) -> Option<BaseElement> {
	let (statement, witness) = statement(&[(AtLeast(1_000), vec![READING])]);
	let proved = prove_unhiding(statement, &witness, shape, options()).unwrap();
	let proof = Proof::from_bytes(&proved.proof).unwrap();
	let inputs = PublicInputs::with_shape(&proved.statement, shape).unwrap();

	// The positions, as the verifier finds them.
	let mut seed = proof.context.to_elements();
	seed.append(&mut inputs.to_elements());
	let air = UsageAir::new(proof.trace_info().clone(), inputs, options());
	let domain = air.lde_domain_size();
	let width = shape.width();
	let columns = air.context().num_constraint_composition_columns();
	let layers = options().to_fri_options().num_fri_layers(domain);
	let (traces, composition, layer_roots) =
		proof.commitments.clone().parse::<ProofHash>(1, layers).unwrap();
	let (frame, composed) = proof.ood_frame.clone().parse::<Cubic>(width, 0, columns).unwrap();
	let mut coin = meterproof_programs::usage::Coin::new(&seed);
	coin.reseed(traces[0]);
	coin.reseed(composition);
	let z: Cubic = coin.draw().unwrap();
	coin.reseed(ProofHash::hash_elements(&merge_ood_evaluations(&frame, &composed)));
	layer_roots.iter().for_each(|root| coin.reseed(*root));
	let mut positions =
		coin.draw_integers(options().num_queries(), domain, proof.pow_nonce).unwrap();
	positions.sort_unstable();
	positions.dedup();
	let (_, opened) = proof.trace_queries[0]
		.clone()
		.parse::<BaseElement, ProofHash, Tree>(domain, positions.len(), width)
		.unwrap();

	let rows = air.trace_length();
	let blinding = rows - shape.blinding_rows();
	let secret: Vec<usize> = (0..SECRET_ROWS).chain(blinding..rows).collect();
	let column = COLUMNS.remaining;
	let g = BaseElement::get_root_of_unity(rows.ilog2());
	// Fillers are decomposed zeros: the public cells of this column add nothing.
	let mut equations: Vec<Row> = Vec::new();
	let mut add = |x: Cubic, value: Cubic, coordinates: usize| {
		let vanishing =
			(x.exp_vartime(rows as u64) - Cubic::ONE) / Cubic::from(BaseElement::new(rows as u64));
		let weights: Vec<Cubic> = secret
			.iter()
			.map(|row| Cubic::from(g.exp(*row as u64)))
			.map(|at| vanishing * at / (x - at))
			.collect();
		for i in 0..coordinates {
			let weights = weights.iter().map(|weight| weight.base_element(i));
			equations.push(weights.chain([value.base_element(i)]).collect());
		}
	};
	let generator = air.lde_domain_generator();
	for (position, row) in positions.iter().zip(opened.rows()) {
		let x = air.domain_offset() * generator.exp(*position as u64);
		add(x.into(), row[column].into(), 1);
	}
	add(z, frame.current_row()[column], 3);
	add(z * Cubic::from(g), frame.next_row()[column], 3);
	assert!(equations.len() > 60);
	solve_for(&equations, 0)
}

#[test]
fn recovers_a_reading_from_a_proof_without_hiding() {
	let bare = SHAPE.unsafe_for_tests(8, 0, 1024);
	assert_eq!(attack(bare), Some(BaseElement::from(READING)));
}

#[test]
fn recovers_a_reading_when_there_are_too_few_blinding_rows() {
	let few = SHAPE.unsafe_for_tests(48, MASKS, 1024);
	assert_eq!(attack(few), Some(BaseElement::from(READING)));
}

#[test]
fn recovers_nothing_from_a_hiding_proof() {
	assert_eq!(attack(SHAPE), None);
}
