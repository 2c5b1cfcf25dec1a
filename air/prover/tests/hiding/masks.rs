//! The masks: given every opening of the other columns, what a proof shows of the masks, of the
//! composition columns and of each layer of the low-degree proof is uniform, but for what the
//! verifier itself computes.
//!
//! All of it is a linear function of the masks. Its rank is compared with the number of elements
//! shown less the relations that hold in every proof: at the out-of-domain point, where the
//! composition is a function of opened values; at an opened point whose successor in the trace is
//! opened too, for the same reason; and those within the layers, which hold for a polynomial that
//! is uniform but for its values at the opened points. Nothing else is allowed for.
//!
//! The relations bound the rank from above, and the rank for some of all masks bounds it from
//! below. So masks drawn at random prove the exact rank where the two bounds meet, and a little
//! more of them than the rank asks for is enough to make them meet.

use super::{
	linear_algebra::{dot, rank, Row},
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
use winter_math::{
	fft, fields::f64::BaseElement, get_power_series, polynom, ExtensionOf, FieldElement, StarkField,
};
use winter_utils::{iterators::*, transpose_slice};

/// Which row of a mask the composition polynomial sees.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Masked {
	/// The next row, as in the circuit: it is not opened with the rest.
	Next,
	/// The current row, as in a version of the circuit that was broken.
	Current,
}

/// A polynomial by its coefficients that are not zero, and the powers they go with.
type Sparse = Vec<(usize, BaseElement)>;

/// The value of a polynomial at the point with these powers.
fn value<E: FieldElement<BaseField = BaseElement>>(poly: &Sparse, powers: &[E]) -> E {
	poly.iter().fold(E::ZERO, |sum, (power, factor)| sum + powers[*power].mul_base(*factor))
}

/// A leaf of a layer that is opened: a coset of the roots of unity of the order of the folding.
struct Leaf {
	points: Vec<BaseElement>,
	/// The powers of what each of its points is when raised to the folding.
	powers: Vec<u64>,
}

struct Setting {
	rows: usize,
	columns: usize,
	masks: usize,
	fri: winter_fri::FriOptions,
	positions: Vec<usize>,
	/// The powers of each opened point, and of the out-of-domain point and its successor.
	points: Vec<Vec<BaseElement>>,
	z: [Vec<Cubic>; 2],
	/// Of each mask: what multiplies it in the composition polynomial, before its coefficient.
	factors: Vec<Sparse>,
	/// Of each layer: what is opened.
	layers: Vec<Vec<Leaf>>,
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
		let domain = rows * options.blowup_factor();
		let constraint_domain = air.context().ce_domain_size();
		assert!(constraint_domain <= domain);
		let generator = BaseElement::get_root_of_unity(constraint_domain.ilog2());
		let divisor = ConstraintDivisor::<BaseElement>::from_transition(
			rows,
			air.context().num_transition_exemptions(),
		);
		let polys = air.get_periodic_column_polys();
		let factors: Vec<Vec<_>> = (0..constraint_domain)
			.into_par_iter()
			.map(|i| {
				let x = BaseElement::GENERATOR * generator.exp(i as u64);
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
		let inv_twiddles = fft::get_inv_twiddles::<BaseElement>(constraint_domain);
		let factors: Vec<Sparse> = (0..shape.masks())
			.map(|mask| {
				let mut poly: Vec<_> = factors.iter().map(|point| point[mask]).collect();
				fft::interpolate_poly_with_offset(&mut poly, &inv_twiddles, BaseElement::GENERATOR);
				let terms = poly.into_iter().enumerate();
				terms.filter(|(_, factor)| *factor != BaseElement::ZERO).collect()
			})
			.collect();

		let columns = air.context().num_constraint_composition_columns();
		let fri = options.to_fri_options();
		let layers = leaves(&fri, domain, &positions);
		let z = numbers.cubic();
		let g = BaseElement::get_root_of_unity(rows.ilog2());
		let generator = BaseElement::get_root_of_unity(domain.ilog2());
		let point = |i: &usize| BaseElement::GENERATOR * generator.exp(*i as u64);
		let mut draw = |count| (0..count).map(|_| numbers.cubic()).collect::<Vec<_>>();
		Self {
			rows,
			columns,
			masks: shape.masks(),
			points: positions.iter().map(|i| get_power_series(point(i), rows)).collect(),
			positions,
			z: [z, z * Cubic::from(g)].map(|z| get_power_series(z, rows)),
			constraint_coefficients: draw(factors.len()),
			factors,
			mask_coefficients: draw(shape.masks()),
			column_coefficients: draw(columns),
			alphas: draw(layers.len()),
			layers,
			fri,
		}
	}

	/// Pairs of opened points of which one is the other's successor in the trace.
	fn successors(&self) -> usize {
		let domain = self.rows * self.fri.blowup_factor();
		let next = |i: &usize| (i + self.fri.blowup_factor()) % domain;
		self.positions.iter().filter(|i| self.positions.contains(&next(i))).count()
	}

	/// What the layers show of this polynomial, given by coefficients: the leaves of each, then the
	/// last polynomial.
	fn layers(&self, mut poly: Vec<Cubic>) -> Row {
		let folding = self.fri.folding_factor();
		let mut view = Row::new();
		for (leaves, alpha) in self.layers.iter().zip(&self.alphas) {
			// On the points of a leaf the polynomial is one of as many coefficients as there are
			// points: sums over its own, at so many from each other.
			let apart: Vec<_> = (0..folding)
				.map(|i| {
					let group = poly.iter().skip(i).step_by(folding);
					[0, 1, 2].map(|j| group.clone().map(|c| c.base_element(j).as_int()).collect())
				})
				.collect::<Vec<[Vec<u64>; 3]>>();
			for leaf in leaves {
				let sum = |words: &Vec<u64>| BaseElement::new(dot(words, &leaf.powers));
				let low = apart.iter().map(|[a, b, c]| Cubic::new(sum(a), sum(b), sum(c)));
				let low: Vec<_> = low.collect();
				for x in &leaf.points {
					let sum = |sum: Cubic, coefficient: &Cubic| sum.mul_base(*x) + *coefficient;
					push(&mut view, &low.iter().rev().fold(Cubic::ZERO, sum));
				}
			}
			// The domain's offset stays what it is when the domain is folded: the folded polynomial
			// is moved.
			let step = BaseElement::GENERATOR.exp(folding as u64 - 1);
			poly = poly
				.chunks_exact(folding)
				.zip(get_power_series(step, poly.len() / folding))
				.map(|(group, shift)| polynom::eval(group, *alpha).mul_base(shift))
				.collect();
		}
		poly.iter().for_each(|coefficient| push(&mut view, coefficient));
		view
	}

	/// Everything shown when one mask is this polynomial and all else is zero.
	fn view(&self, mask: usize, poly: &Sparse, masked: Masked) -> Row {
		let g = BaseElement::get_root_of_unity(self.rows.ilog2());

		// The composition polynomial of this mask, before its coefficient, by its columns. Were it
		// of a higher degree than they have room for, there would be no such column.
		let mut parts = vec![Sparse::new(); self.columns];
		for (power, coefficient) in poly {
			let coefficient = match masked {
				Masked::Next => g.exp(*power as u64) * *coefficient,
				Masked::Current => *coefficient,
			};
			for (shift, factor) in &self.factors[mask] {
				let power = power + shift;
				parts[power / self.rows].push((power % self.rows, coefficient * *factor));
			}
		}
		let coefficient = self.constraint_coefficients[mask];

		let mut view = Row::new();
		let none = Sparse::new();
		for other in 0..self.masks {
			let shown = if other == mask { poly } else { &none };
			view.extend(self.points.iter().map(|x| value(shown, x)));
			self.z.iter().for_each(|z| push(&mut view, &value(shown, z)));
		}
		for part in &parts {
			for x in &self.points {
				push(&mut view, &coefficient.mul_base(value(part, x)));
			}
			self.z.iter().for_each(|z| push(&mut view, &(value(part, z) * coefficient)));
		}

		// The polynomial that is folded: every opened column divided by its two points.
		let mut batched = vec![Cubic::ZERO; self.rows];
		for (power, factor) in poly {
			batched[*power] += self.mask_coefficients[mask].mul_base(*factor);
		}
		for (part, weight) in parts.iter().zip(&self.column_coefficients) {
			let weight = *weight * coefficient;
			for (power, factor) in part {
				batched[*power] += weight.mul_base(*factor);
			}
		}
		let mut folded = vec![Cubic::ZERO; self.rows];
		for z in &self.z {
			// The remainder of the division is the value that is opened, and subtracted.
			let mut quotient = Cubic::ZERO;
			for (sum, coefficient) in folded.iter_mut().zip(&batched).rev() {
				*sum += quotient;
				quotient = quotient * z[1] + *coefficient;
			}
		}
		view.extend(self.layers(folded));
		view
	}

	/// The rank over the extension that the layers have for a uniform polynomial of this form, one
	/// coefficient less than there are rows, with given values at the opened points.
	///
	/// Write the folded polynomial as `f = f_0(x^F) + x f_1(x^F) + ...`. A leaf shows all `f_i` at
	/// one point. Whatever these values, `f_0` is free to make any polynomial of what is folded,
	/// `f_0 + alpha f_1 + ...`, but for its value at the point: which the next layer shows as well,
	/// or the last polynomial does. So each layer adds F - 1 elements per leaf to what is shown of
	/// the polynomial that follows; unless there are more leaves than an `f_i` has coefficients,
	/// which then is known. The last polynomial is shown. And the first layer shows what the opened
	/// columns determine, at each opened point.
	fn rank_of_layers(&self) -> usize {
		let folding = self.fri.folding_factor();
		let (mut shown, mut size) = (0, self.rows);
		for (layer, leaves) in self.layers.iter().enumerate() {
			size /= folding;
			let last = if layer == 0 { size - 1 } else { size };
			shown += (folding - 2) * leaves.len().min(size) + leaves.len().min(last);
		}
		assert!(!self.layers.is_empty() && self.positions.len() < self.rows);
		shown + size - self.positions.len()
	}

	/// The rank a proof must have, from the relations that hold in every proof.
	fn expected_rank(&self) -> usize {
		let queries = self.positions.len();
		let of_masks = self.masks * (queries + 6);
		let of_columns = self.columns * (3 * queries + 6);
		of_masks + of_columns - 3 - 3 * self.successors() + 3 * self.rank_of_layers()
	}

	/// The rank for these polynomials as masks.
	fn rank_for(&self, masks: Vec<(usize, Sparse)>, masked: Masked) -> usize {
		let view = |(mask, poly): (usize, Sparse)| self.view(mask, &poly, masked);
		rank(masks.into_par_iter().map(view).collect())
	}

	/// The rank it has, from every coefficient of every mask.
	fn rank(&self, masked: Masked) -> usize {
		let of_mask = |mask| (0..self.rows).map(move |i| (mask, vec![(i, BaseElement::ONE)]));
		self.rank_for((0..self.masks).flat_map(of_mask).collect(), masked)
	}

	/// A lower bound of it, from random polynomials: two of each mask more than there are in the
	/// expected rank.
	fn rank_of_some(&self, masked: Masked) -> usize {
		let mut numbers = Numbers(self.rows as u64);
		let count = self.expected_rank().div_ceil(self.masks) + 2;
		// The masks of the highest border reach the last column with their top alone. One
		// coefficient in each quarter reaches whatever a polynomial does.
		let quarter = self.rows / 4;
		let mut poly = || {
			let terms = (0..4).map(|i| (i * quarter + numbers.below(quarter), numbers.base()));
			terms.collect::<Sparse>()
		};
		let masks = (0..self.masks).flat_map(|mask| vec![mask; count]);
		self.rank_for(masks.map(|mask| (mask, poly())).collect(), masked)
	}
}

/// The leaves of each layer that are opened.
fn leaves(fri: &winter_fri::FriOptions, mut domain: usize, positions: &[usize]) -> Vec<Vec<Leaf>> {
	let folding = fri.folding_factor();
	let mut positions = positions.to_vec();
	let layers = 0..fri.num_fri_layers(domain);
	let layer = |_| {
		positions = fold_positions(&positions, domain, folding);
		let generator = BaseElement::get_root_of_unity(domain.ilog2());
		domain /= folding;
		let leaf = |position: &usize| {
			let point = |i| BaseElement::GENERATOR * generator.exp((position + i * domain) as u64);
			let points: Vec<_> = (0..folding).map(point).collect();
			let power = points[0].exp(folding as u64);
			let powers = get_power_series(power, domain / fri.blowup_factor());
			Leaf { powers: powers.iter().map(BaseElement::as_int).collect(), points }
		};
		positions.iter().map(leaf).collect()
	};
	layers.map(layer).collect()
}

fn push(view: &mut Row, value: &Cubic) {
	view.extend((0..3).map(|i| value.base_element(i)));
}

const TOY_ROWS: usize = 128;
const TOY_QUERIES: usize = 8;
const TOY_BLOWUP: usize = 8;

/// The pinned shape in small: 8 queries need 16 blinding rows, which 128 rows have room for.
fn toy(positions: Vec<usize>, seed: u64, folding: usize, remainder_degree: usize) -> Setting {
	let options = ProofOptions::new(
		TOY_QUERIES,
		TOY_BLOWUP,
		0,
		FieldExtension::Cubic,
		folding,
		remainder_degree,
		BatchingMethod::Linear,
		BatchingMethod::Linear,
	);
	let shape = usage::SHAPE.unsafe_for_tests(16, 18, TOY_ROWS);
	let (statement, _) = support::usage::statement(&[(Claim::AtLeast(0), vec![1])]);
	let inputs = usage::PublicInputs::with_shape(&statement, shape).unwrap();
	assert_eq!(inputs.trace_length(), TOY_ROWS);
	let setting = Setting::new::<UsageAir>(inputs, (shape, TOY_ROWS), options, positions, seed);
	assert_eq!(setting.columns, 7);
	setting
}

fn toy_positions(seed: u64) -> Vec<usize> {
	Numbers(seed).distinct(TOY_QUERIES, TOY_ROWS * TOY_BLOWUP)
}

/// Folding and degree of the last polynomial: as pinned, so that one layer is shown of the smallest
/// trace; with a second layer that is shown completely; with three,
/// of which two are.
const TOY_LAYERS: [(usize, usize); 3] = [(8, 31), (8, 7), (4, 1)];

#[test]
fn hide_everything_but_what_the_verifier_computes() {
	for (seed, (folding, remainder_degree)) in TOY_LAYERS.into_iter().enumerate() {
		let setting = toy(toy_positions(seed as u64), seed as u64, folding, remainder_degree);
		assert_eq!(setting.rank(Masked::Next), setting.expected_rank());
		// What the tests with pinned parameters rely on.
		assert_eq!(setting.rank_of_some(Masked::Next), setting.expected_rank());
	}
}

#[test]
fn hide_as_much_when_a_point_and_its_successor_are_opened() {
	let positions = vec![3, 11, 100, 333, 341, 349, 700, 1019];
	for (folding, remainder_degree) in TOY_LAYERS {
		let setting = toy(positions.clone(), 7, folding, remainder_degree);
		// 3 follows 1019.
		assert_eq!(setting.successors(), 4);
		assert_eq!(setting.rank(Masked::Next), setting.expected_rank());
	}
}

#[test]
fn on_the_current_row_leak_the_composition_at_every_opened_point() {
	for (folding, remainder_degree) in TOY_LAYERS {
		let setting = toy(toy_positions(1), 1, folding, remainder_degree);
		assert_eq!(setting.successors(), 0);
		let leaked = setting.expected_rank() - setting.rank(Masked::Current);
		// The point after the out-of-domain point is one more: masks and columns are opened there.
		assert_eq!(leaked, 3 * (TOY_QUERIES + 1));
	}
}

#[test]
fn fewer_than_one_per_border_and_coordinate_leak() {
	for (folding, remainder_degree) in TOY_LAYERS {
		let mut setting = toy(toy_positions(2), 2, folding, remainder_degree);
		setting.factors[17].clear();
		// Of the last column one coordinate at each opened point is a combination of the others. At
		// the out-of-domain points, where a mask's values are from the extension, it is not.
		let leaked = setting.expected_rank() - setting.rank(Masked::Next);
		assert_eq!(leaked, TOY_QUERIES);
	}
}

/// Checks that what the layers are taken to show is what the proof system computes.
#[test]
fn the_layers_are_those_of_the_proof_system() {
	fn shown<const FOLDING: usize>(setting: &Setting, poly: &[Cubic]) -> Row {
		let twiddles = fft::get_twiddles::<BaseElement>(poly.len());
		let (offset, blowup) = (BaseElement::GENERATOR, setting.fri.blowup_factor());
		let mut values = fft::evaluate_poly_with_offset(poly, &twiddles, offset, blowup);
		let mut positions = setting.positions.clone();
		let mut view = Row::new();
		for layer in 0..setting.fri.num_fri_layers(values.len()) {
			positions = fold_positions(&positions, values.len(), FOLDING);
			let leaves: Vec<[Cubic; FOLDING]> = transpose_slice(&values);
			for position in &positions {
				leaves[*position].iter().for_each(|value| push(&mut view, value));
			}
			values = apply_drp(&leaves, offset, setting.alphas[layer]);
		}
		let inv_twiddles = fft::get_inv_twiddles::<BaseElement>(values.len());
		fft::interpolate_poly_with_offset(&mut values, &inv_twiddles, offset);
		values[..values.len() / blowup].iter().for_each(|value| push(&mut view, value));
		view
	}
	for (folding, remainder_degree) in TOY_LAYERS {
		let setting = toy(toy_positions(3), 3, folding, remainder_degree);
		let mut numbers = Numbers(3);
		let poly: Vec<_> = (0..TOY_ROWS).map(|_| numbers.cubic()).collect();
		let expected = match folding {
			4 => shown::<4>(&setting, &poly),
			8 => shown::<8>(&setting, &poly),
			other => panic!("{other}"),
		};
		assert_eq!(setting.layers(poly), expected);
	}
}

/// Checks that the relations within the layers are those counted: the rank by elimination, for every
/// coefficient of the folded polynomial.
#[test]
fn the_relations_within_the_layers_are_counted() {
	for (seed, (folding, remainder_degree)) in TOY_LAYERS.into_iter().enumerate() {
		let setting = toy(toy_positions(seed as u64), seed as u64, folding, remainder_degree);
		let view = |i: usize| {
			let (power, coordinate) = (i / 3, i % 3);
			let unit = [0, 1, 2].map(|i| BaseElement::from(u8::from(i == coordinate)));
			let unit = Cubic::new(unit[0], unit[1], unit[2]);
			let mut poly = vec![Cubic::ZERO; TOY_ROWS];
			poly[power] = unit;
			let mut view = Row::new();
			setting.points.iter().for_each(|x| push(&mut view, &unit.mul_base(x[power])));
			view.extend(setting.layers(poly));
			view
		};
		let rank = rank((0..3 * (TOY_ROWS - 1)).map(view).collect());
		assert_eq!(rank, 3 * (setting.rank_of_layers() + TOY_QUERIES));
	}
}

/// A proof with the pinned parameters.
fn pinned<C: Circuit + Sync>(inputs: C::PublicInputs, rows: usize) -> Setting {
	let parameters = C::PARAMETERS;
	let positions = Numbers(rows as u64).distinct(parameters.queries, rows * parameters.blowup);
	let (form, options) = ((parameters.shape, rows), parameters.options());
	let setting = Setting::new::<C>(inputs, form, options, positions, rows as u64);
	assert_eq!(setting.columns, parameters.composition_columns);
	setting
}

fn hides_with_pinned_parameters<C: Circuit + Sync>(
	name: &str,
	inputs: C::PublicInputs,
	rows: usize,
) {
	let start = std::time::Instant::now();
	let setting = pinned::<C>(inputs, rows);
	let shown = setting.view(0, &Sparse::new(), Masked::Next).len();
	let (actual, expected) = (setting.rank_of_some(Masked::Next), setting.expected_rank());
	println!(
		"{name} over {rows} rows: rank {actual} of {expected}, of {shown} elements shown ({:.1?})",
		start.elapsed()
	);
	assert_eq!(actual, expected);
}

/// In as many slots as fit.
fn usage_hides_over(rows: usize) {
	let readings = vec![1; usage::capacity(rows) - 1];
	let (statement, _) = support::usage::statement(&[(Claim::AtLeast(0), readings)]);
	let inputs = usage::PublicInputs::new(&statement).unwrap();
	assert_eq!(inputs.trace_length(), rows);
	hides_with_pinned_parameters::<UsageAir>("usage", inputs, rows);
}

#[test]
fn hide_with_the_pinned_parameters_of_the_usage_statement_over_512_rows() {
	usage_hides_over(512);
}

#[test]
fn hide_with_the_pinned_parameters_of_the_usage_statement_over_1024_rows() {
	usage_hides_over(1_024);
}

#[test]
fn hide_with_the_pinned_parameters_of_the_usage_statement_over_2048_rows() {
	usage_hides_over(2_048);
}

#[test]
fn hide_with_the_pinned_parameters_of_the_usage_statement_over_4096_rows() {
	usage_hides_over(4_096);
}

#[test]
fn hide_with_the_pinned_parameters_of_the_usage_statement_over_8192_rows() {
	usage_hides_over(8_192);
}

#[test]
#[ignore = "twelve minutes on one core"]
fn hide_with_the_pinned_parameters_of_the_usage_statement_over_the_longest_trace() {
	usage_hides_over(1 << 20);
}

#[test]
fn hide_with_the_pinned_parameters_of_the_transfer_statement() {
	let (statement, _) = support::transfer::payment([70, 50], [100, 15], 5);
	let inputs = transfer::PublicInputs::new(&statement).unwrap();
	hides_with_pinned_parameters::<TransferAir>("transfer", inputs, transfer::TRACE_LENGTH);
}

/// The statement of so many splits.
fn splits(count: usize) -> split::PublicInputs {
	let (statement, _) = support::split::statement(&vec![support::split::DEAL; count]);
	split::PublicInputs::new(&statement).unwrap()
}

#[test]
fn hide_with_the_pinned_parameters_of_the_split_statement_over_the_short_trace() {
	let inputs = splits(1);
	assert_eq!(inputs.trace_length(), split::SHORT_TRACE);
	hides_with_pinned_parameters::<SplitAir>("split", inputs, split::SHORT_TRACE);
}

#[test]
fn hide_with_the_pinned_parameters_of_the_split_statement_over_the_long_trace() {
	let inputs = splits(split::MAX_SPLITS);
	assert_eq!(inputs.trace_length(), split::LONG_TRACE);
	hides_with_pinned_parameters::<SplitAir>("split", inputs, split::LONG_TRACE);
}

/// Checks that masks drawn at random show a leak at its real size, with pinned parameters too.
#[test]
fn on_the_current_row_leak_as_much_with_pinned_parameters() {
	let setting = pinned::<SplitAir>(splits(1), split::SHORT_TRACE);
	let leaked = setting.expected_rank() - setting.rank_of_some(Masked::Current);
	assert_eq!(setting.successors(), 0);
	assert_eq!(leaked, 3 * (setting.positions.len() + 1));
}
