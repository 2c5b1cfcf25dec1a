//! The masks: given every opening of the other columns, what a proof shows of the masks, of the
//! composition columns and of each layer of the low-degree proof is uniform, but for what the
//! verifier itself computes.
//!
//! All of it is a linear function of the masks. Its rank is compared with the number of elements
//! shown less the relations that hold in every proof: at the out-of-domain point, where the
//! composition is a function of opened values; at an opened point whose successor in the trace is
//! opened too, for the same reason; and those within the layers, which hold for a polynomial that
//! is uniform but for its values at the opened points. Nothing else is allowed for.

use super::{
	linear_algebra::{rank, Row},
	Cubic, Numbers,
};
use crate::support;
use meterproof_programs::{
	split::{self, SplitAir},
	system::{Circuit, Shape},
	transfer::{self, TransferAir},
	usage::{self, Claim, UsageAir},
};
use winter_air::{
	BatchingMethod, ConstraintDivisor, EvaluationFrame, FieldExtension, ProofOptions, TraceInfo,
};
use winter_fri::folding::{apply_drp, fold_positions};
use winter_math::{fft, fields::f64::BaseElement, polynom, ExtensionOf, FieldElement, StarkField};
use winter_utils::{iterators::*, transpose_slice};

/// Which row of a mask the composition polynomial sees.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Masked {
	/// As in the circuit: the next row's, which is not opened with the rest.
	Next,
	/// A version that was broken: the current row's.
	Current,
}

struct Setting {
	rows: usize,
	columns: usize,
	masks: usize,
	fri: winter_fri::FriOptions,
	blowup: usize,
	/// Points at which the constraints are evaluated.
	constraint_domain: usize,
	positions: Vec<usize>,
	points: Vec<BaseElement>,
	z: [Cubic; 2],
	/// Of each mask at each of them: what its value is multiplied by, divisor included.
	factors: Vec<Vec<BaseElement>>,
	constraint_coefficients: Vec<Cubic>,
	mask_coefficients: Vec<Cubic>,
	column_coefficients: Vec<Cubic>,
	alphas: Vec<Cubic>,
}

impl Setting {
	/// The challenges are drawn at random; the circuit is the real one.
	fn new<C: Circuit + Sync>(
		inputs: C::PublicInputs,
		(shape, rows): (Shape, usize),
		options: ProofOptions,
		positions: Vec<usize>,
		seed: u64,
	) -> Self {
		let mut numbers = Numbers(seed);
		let air = C::new(TraceInfo::new(shape.width(), rows), inputs, options.clone());
		let blowup = options.blowup_factor();
		let constraint_domain = air.context().ce_domain_size();
		assert!(constraint_domain <= rows * blowup);
		let points = |domain: usize| {
			let generator = BaseElement::get_root_of_unity(domain.ilog2());
			move |i: usize| BaseElement::GENERATOR * generator.exp(i as u64)
		};
		let (opened, point) = (points(rows * blowup), points(constraint_domain));
		let divisor = ConstraintDivisor::<BaseElement>::from_transition(
			rows,
			air.context().num_transition_exemptions(),
		);
		let polys = air.get_periodic_column_polys();
		let factors: Vec<Vec<_>> = (0..constraint_domain)
			.into_par_iter()
			.map(|i| {
				let x = point(i);
				let periodic: Vec<_> = polys
					.iter()
					.map(|poly| polynom::eval(poly, x.exp((rows / poly.len()) as u64)))
					.collect();
				let evaluate = |current: u64, next: u64| {
					let row = |cell| vec![BaseElement::new(cell); shape.width()];
					let frame = EvaluationFrame::from_rows(row(current), row(next));
					let mut results =
						vec![BaseElement::ZERO; air.context().num_transition_constraints()];
					air.evaluate_transition(&frame, &periodic, &mut results);
					results.split_off(C::PARAMETERS.constraints)
				};
				// In the circuit a mask enters by its next row, linearly.
				let factor = evaluate(0, 1);
				assert_eq!(evaluate(5, 1), factor);
				assert!(evaluate(5, 0).iter().all(|value| *value == BaseElement::ZERO));
				let inverse = divisor.evaluate_at(x).inv();
				factor.into_iter().map(|factor| factor * inverse).collect()
			})
			.collect();
		let factors: Vec<Vec<_>> = (0..shape.masks())
			.map(|mask| factors.iter().map(|point| point[mask]).collect())
			.collect();
		let columns = air.context().num_constraint_composition_columns();
		let z = numbers.cubic();
		let g = BaseElement::get_root_of_unity(rows.ilog2());
		let mut draw = |count| (0..count).map(|_| numbers.cubic()).collect::<Vec<_>>();
		Self {
			rows,
			columns,
			masks: shape.masks(),
			fri: options.to_fri_options(),
			blowup,
			constraint_domain,
			points: positions.iter().map(|i| opened(*i)).collect(),
			positions,
			z: [z, z * Cubic::from(g)],
			constraint_coefficients: draw(factors.len()),
			factors,
			mask_coefficients: draw(shape.masks()),
			column_coefficients: draw(columns),
			alphas: draw(8),
		}
	}

	/// Pairs of opened points of which one is the other's successor in the trace.
	fn successors(&self) -> usize {
		let domain = self.rows * self.blowup;
		let next = |i: &usize| (i + self.blowup) % domain;
		self.positions.iter().filter(|i| self.positions.contains(&next(i))).count()
	}

	/// What the layers show of this polynomial, given by coefficients.
	fn layers(&self, poly: &[Cubic]) -> Row {
		match self.fri.folding_factor() {
			4 => self.folded_by::<4>(poly),
			8 => self.folded_by::<8>(poly),
			other => panic!("no statement folds by {other}"),
		}
	}

	fn folded_by<const FOLDING: usize>(&self, poly: &[Cubic]) -> Row {
		let twiddles = fft::get_twiddles::<BaseElement>(poly.len());
		let offset = BaseElement::GENERATOR;
		let mut values = fft::evaluate_poly_with_offset(poly, &twiddles, offset, self.blowup);
		let mut positions = self.positions.clone();
		let mut view = Row::new();
		for layer in 0..self.fri.num_fri_layers(values.len()) {
			positions = fold_positions(&positions, values.len(), FOLDING);
			let leaves: Vec<[Cubic; FOLDING]> = transpose_slice(&values);
			for position in &positions {
				leaves[*position].iter().for_each(|value| push(&mut view, value));
			}
			values = apply_drp(&leaves, offset, self.alphas[layer]);
		}
		let inv_twiddles = fft::get_inv_twiddles::<BaseElement>(values.len());
		fft::interpolate_poly_with_offset(&mut values, &inv_twiddles, offset);
		values[..values.len() / self.blowup].iter().for_each(|value| push(&mut view, value));
		view
	}

	/// Everything shown when one mask is x^power and all else is zero.
	fn view(&self, mask: usize, power: usize, masked: Masked) -> Row {
		let domain = self.constraint_domain;
		let generator = BaseElement::get_root_of_unity(domain.ilog2());
		let g = BaseElement::get_root_of_unity(self.rows.ilog2());
		let exponent = power as u64;

		// The composition polynomial of this mask, before its coefficient.
		let step = generator.exp(exponent);
		let mut value = BaseElement::GENERATOR.exp(exponent);
		if masked == Masked::Next {
			value *= g.exp(exponent);
		}
		let mut composition = Vec::with_capacity(domain);
		for factor in &self.factors[mask] {
			composition.push(value * *factor);
			value *= step;
		}
		let inv_twiddles = fft::get_inv_twiddles::<BaseElement>(domain);
		fft::interpolate_poly_with_offset(&mut composition, &inv_twiddles, BaseElement::GENERATOR);
		let parts: Vec<_> = composition.chunks_exact(self.rows).collect();
		assert!(parts[self.columns..].iter().all(|part| polynom::degree_of(part) == 0));
		let coefficient = self.constraint_coefficients[mask];

		let mut view = Row::new();
		for other in 0..self.masks {
			let shown = if other == mask { BaseElement::ONE } else { BaseElement::ZERO };
			view.extend(self.points.iter().map(|x| x.exp(exponent) * shown));
			for z in self.z {
				push(&mut view, &(z.exp_vartime(exponent) * Cubic::from(shown)));
			}
		}
		for part in &parts[..self.columns] {
			let at = |x: Cubic| polynom::eval(part, x) * coefficient;
			self.points.iter().for_each(|x| push(&mut view, &at(Cubic::from(*x))));
			self.z.iter().for_each(|z| push(&mut view, &at(*z)));
		}

		// The polynomial that is folded: every opened column divided by its two points.
		let mut batched = vec![Cubic::ZERO; self.rows];
		batched[power] += self.mask_coefficients[mask];
		for (part, weight) in parts.iter().zip(&self.column_coefficients) {
			let weight = *weight * coefficient;
			for (sum, coefficient) in batched.iter_mut().zip(*part) {
				*sum += weight.mul_base(*coefficient);
			}
		}
		let mut folded = vec![Cubic::ZERO; self.rows];
		for z in self.z {
			let mut quotient = batched.clone();
			quotient[0] -= polynom::eval(&batched, z);
			polynom::syn_div_in_place(&mut quotient, 1, z);
			for (sum, coefficient) in folded.iter_mut().zip(quotient) {
				*sum += coefficient;
			}
		}
		view.extend(self.layers(&folded));
		view
	}

	/// The rank the layers have for a uniform polynomial with given values at the opened points.
	fn rank_of_layers(&self) -> usize {
		let rows = (0..3 * (self.rows - 1))
			.into_par_iter()
			.map(|i| {
				let (power, coordinate) = (i / 3, i % 3);
				let unit = Cubic::new(
					u8::from(coordinate == 0).into(),
					u8::from(coordinate == 1).into(),
					u8::from(coordinate == 2).into(),
				);
				let mut poly = vec![Cubic::ZERO; self.rows];
				poly[power] = unit;
				let mut view = Row::new();
				for x in &self.points {
					push(&mut view, &(unit.mul_base(x.exp(power as u64))));
				}
				view.extend(self.layers(&poly));
				view
			})
			.collect();
		rank(rows) - 3 * self.positions.len()
	}

	/// The rank a proof must have, from the relations that hold in every proof.
	fn expected_rank(&self) -> usize {
		let queries = self.positions.len();
		let of_masks = self.masks * (queries + 6);
		let of_columns = self.columns * (3 * queries + 6);
		of_masks + of_columns - 3 - 3 * self.successors() + self.rank_of_layers()
	}

	/// The rank it has, from `per_mask` coefficients of each mask: more can only raise it.
	fn actual_rank(&self, per_mask: usize, masked: Masked) -> usize {
		let mut numbers = Numbers(per_mask as u64);
		let powers: Vec<(usize, usize)> = (0..self.masks)
			.flat_map(|mask| {
				let powers = numbers.distinct(per_mask.min(self.rows), self.rows);
				powers.into_iter().map(move |power| (mask, power))
			})
			.collect();
		let views =
			powers.into_par_iter().map(|(mask, power)| self.view(mask, power, masked)).collect();
		rank(views)
	}
}

fn push(view: &mut Row, value: &Cubic) {
	view.extend((0..3).map(|i| value.base_element(i)));
}

const TOY_QUERIES: usize = 8;

/// The pinned shape in small: 8 queries need 16 blinding rows, which 128 rows have room for.
fn toy(positions: Vec<usize>, seed: u64) -> Setting {
	let options = ProofOptions::new(
		TOY_QUERIES,
		8,
		0,
		FieldExtension::Cubic,
		8,
		7,
		BatchingMethod::Linear,
		BatchingMethod::Linear,
	);
	let shape = usage::SHAPE.unsafe_for_tests(16, 18, 128);
	let setting = of_usage(shape, options, positions, seed);
	assert_eq!((setting.rows, setting.columns), (128, 7));
	setting
}

fn of_usage(shape: Shape, options: ProofOptions, positions: Vec<usize>, seed: u64) -> Setting {
	let (statement, _) = support::usage::statement(&[(Claim::AtLeast(0), vec![1])]);
	let inputs = usage::PublicInputs::with_shape(&statement, shape).unwrap();
	let rows = inputs.trace_length();
	Setting::new::<UsageAir>(inputs, (shape, rows), options, positions, seed)
}

#[test]
fn hide_everything_but_what_the_verifier_computes() {
	for seed in 0..3 {
		let positions = Numbers(seed).distinct(TOY_QUERIES, 1024);
		let setting = toy(positions, seed);
		assert_eq!(setting.actual_rank(128, Masked::Next), setting.expected_rank());
	}
}

#[test]
fn hide_as_much_when_a_point_and_its_successor_are_opened() {
	let positions = vec![3, 11, 100, 333, 341, 349, 700, 1019];
	let setting = toy(positions, 7);
	// 3 follows 1019.
	assert_eq!(setting.successors(), 4);
	assert_eq!(setting.actual_rank(128, Masked::Next), setting.expected_rank());
}

#[test]
fn on_the_current_row_leak_the_composition_at_every_opened_point() {
	let positions = Numbers(1).distinct(TOY_QUERIES, 1024);
	let setting = toy(positions, 1);
	assert_eq!(setting.successors(), 0);
	let leaked = setting.expected_rank() - setting.actual_rank(128, Masked::Current);
	// The point after the out-of-domain point is one more: masks and columns are opened there.
	assert_eq!(leaked, 3 * (TOY_QUERIES + 1));
}

#[test]
fn fewer_than_one_per_border_and_coordinate_leak() {
	let positions = Numbers(2).distinct(TOY_QUERIES, 1024);
	let mut setting = toy(positions, 2);
	setting.factors[17].fill(BaseElement::ZERO);
	assert!(setting.actual_rank(128, Masked::Next) < setting.expected_rank());
}

/// With the pinned parameters over 512 or 1,024 rows. A third of the coefficients is enough of
/// 1,024, half of 512, and the highest column needs as many: only the top of the last masks
/// reaches it.
fn hides_with_pinned_parameters<C: Circuit>(setting: Setting) {
	let columns = C::PARAMETERS.composition_columns;
	let per_mask = if setting.rows == 512 { 256 } else { 360 };
	assert!(setting.rows == 512 || setting.rows == 1024);
	assert_eq!((setting.columns, setting.masks), (columns, 18));
	let (actual, expected) = (setting.actual_rank(per_mask, Masked::Next), setting.expected_rank());
	println!("rank {actual} of {expected}");
	assert_eq!(actual, expected);
}

#[test]
#[ignore = "minutes on two cores"]
fn hide_with_the_pinned_parameters_of_the_usage_statement() {
	let positions = Numbers(64).distinct(64, 8 * 1024);
	let setting = of_usage(usage::SHAPE, usage::options(), positions, 64);
	hides_with_pinned_parameters::<UsageAir>(setting);
}

#[test]
#[ignore = "minutes on two cores"]
fn hide_with_the_pinned_parameters_of_the_transfer_statement() {
	let queries = transfer::PARAMETERS.queries;
	let positions = Numbers(48).distinct(queries, 16 * 1024);
	let (statement, _) = support::transfer::payment([70, 50], [100, 15], 5);
	let inputs = transfer::PublicInputs::new(&statement).unwrap();
	let (form, options) =
		((transfer::SHAPE, transfer::TRACE_LENGTH), transfer::PARAMETERS.options());
	let setting = Setting::new::<TransferAir>(inputs, form, options, positions, 48);
	hides_with_pinned_parameters::<TransferAir>(setting);
}

/// Over the length of the trace that so many splits take.
fn of_splits(count: usize, rows: usize) -> Setting {
	let (statement, _) = support::split::statement(&vec![support::split::DEAL; count]);
	let inputs = split::PublicInputs::new(&statement).unwrap();
	assert_eq!(inputs.trace_length(), rows);
	let options = split::PARAMETERS.options();
	let (queries, domain) = (split::PARAMETERS.queries, rows * split::PARAMETERS.blowup);
	let positions = Numbers(queries as u64).distinct(queries, domain);
	Setting::new::<SplitAir>(inputs, (split::SHAPE, rows), options, positions, rows as u64)
}

#[test]
#[ignore = "minutes on two cores"]
fn hide_with_the_pinned_parameters_of_the_split_statement_over_512_rows() {
	hides_with_pinned_parameters::<SplitAir>(of_splits(1, 512));
}

#[test]
#[ignore = "minutes on two cores"]
fn hide_with_the_pinned_parameters_of_the_split_statement_over_1024_rows() {
	hides_with_pinned_parameters::<SplitAir>(of_splits(8, 1024));
}
