//! The figures as pictures.

use std::fmt::Display;

use anyhow::{anyhow, Context, Result};
use plotters::{
	coord::{
		ranged1d::{AsRangedCoord, Ranged, ValueFormatter},
		Shift,
	},
	prelude::*,
};

use crate::{
	case::{Cpu, Row},
	figures::Figures,
	phases::Phases,
};

/// A picture.
pub struct Plot {
	/// The file's name.
	pub name: &'static str,
	/// What the picture shows.
	pub title: &'static str,
	/// SVG.
	pub svg: String,
}

const SIZE: (u32, u32) = (860, 480);
const FONT: &str = "sans-serif";

/// Told apart by colour-blind readers too (Okabe and Ito), then lighter ones.
const COLORS: [RGBColor; Phases::COUNT] = [
	RGBColor(0, 114, 178),
	RGBColor(230, 159, 0),
	RGBColor(0, 158, 115),
	RGBColor(204, 121, 167),
	RGBColor(86, 180, 233),
	RGBColor(213, 94, 0),
	RGBColor(240, 228, 66),
	RGBColor(110, 110, 110),
	RGBColor(20, 20, 20),
	RGBColor(190, 190, 190),
	RGBColor(120, 70, 20),
];

/// All pictures.
pub fn all(figures: &Figures) -> Result<Vec<Plot>> {
	let seconds = |row: &Row| Some(row.prove_s);
	let per_reading = |row: &Row| Some(row.per_reading_us());
	let bytes = |row: &Row| Some(row.proof_bytes as f64 / 1e3);
	let kinds = kinds(figures);
	let usual = [("as shipped".to_string(), figures.cores, Cpu::Baseline)];
	let native = ("target-cpu=native".to_string(), figures.cores, Cpu::Native);
	let both = [usual[0].clone(), native];
	Ok(vec![
		curves("prove", "Proving, seconds", figures, &kinds, seconds, Scale::Logarithmic)?,
		curves(
			"per-reading",
			"Proving, microseconds per reading",
			figures,
			&kinds,
			per_reading,
			Scale::Logarithmic,
		)?,
		phases(figures)?,
		curves("bytes", "Proof, kB", figures, &usual, bytes, Scale::FromZero)?,
		curves(
			"verify",
			"Verifying natively on one core, milliseconds",
			figures,
			&both,
			|row| row.verify_native_ms,
			Scale::Logarithmic,
		)?,
	])
}

type Kind = (String, usize, Cpu);

/// Each number of threads; then all of them, compiled for this processor.
fn kinds(figures: &Figures) -> Vec<Kind> {
	let mut kinds: Vec<Kind> = figures
		.thread_counts()
		.into_iter()
		.map(|cores| (threads(cores), cores, Cpu::Baseline))
		.collect();
	let native = format!("{}, target-cpu=native", threads(figures.cores));
	kinds.push((native, figures.cores, Cpu::Native));
	kinds
}

fn threads(cores: usize) -> String {
	if cores == 1 {
		"1 core".into()
	} else {
		format!("{cores} cores")
	}
}

#[derive(Clone, Copy)]
enum Scale {
	Logarithmic,
	FromZero,
}

struct Curve {
	name: String,
	points: Vec<(i32, f64)>,
}

/// A value against the number of slots, which doubles with each step.
fn curves(
	name: &'static str,
	title: &'static str,
	figures: &Figures,
	kinds: &[Kind],
	value: impl Fn(&Row) -> Option<f64>,
	scale: Scale,
) -> Result<Plot> {
	let curves: Vec<Curve> = kinds
		.iter()
		.map(|(name, cores, cpu)| {
			let rows = figures.sizes(*cores, *cpu);
			let points = rows.iter().filter_map(|row| Some((step(row), value(row)?))).collect();
			Curve { name: name.clone(), points }
		})
		.collect();
	let values = || curves.iter().flat_map(|curve| &curve.points).map(|point| point.1);
	let least = values().fold(f64::INFINITY, f64::min);
	let most = values().fold(0.0, f64::max);
	if !(least.is_finite() && most > 0.0) {
		return Err(anyhow!("no figures for the plot `{name}`"));
	}
	let mut svg = String::new();
	{
		let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
		match scale {
			Scale::Logarithmic => {
				let range = round_down(least / 1.2)..round_up(most * 1.2);
				draw_curves(&root, title, figures, &curves, range.log_scale(), (5, 10))?;
			},
			Scale::FromZero => {
				draw_curves(&root, title, figures, &curves, 0.0..most * 1.15, (10, 1))?;
			},
		}
	}
	Ok(Plot { name, title, svg })
}

/// The largest of 1, 2, 5, 10, 20 .. that is not above the value.
fn round_down(value: f64) -> f64 {
	let decade = 10f64.powf(value.log10().floor());
	[5.0, 2.0, 1.0]
		.map(|digit| digit * decade)
		.into_iter()
		.find(|round| *round <= value)
		.unwrap_or(decade)
}

/// The smallest of these that is not below it.
fn round_up(value: f64) -> f64 {
	let decade = 10f64.powf(value.log10().floor());
	let mut rounds = [1.0, 2.0, 5.0].map(|digit| digit * decade).into_iter();
	rounds.find(|round| *round >= value).unwrap_or(10.0 * decade)
}

/// Where a row stands on the axis of sizes: sizes fill a trace, whose length is a power of two.
fn step(row: &Row) -> i32 {
	crate::case::log_rows(row.slots) as i32
}

fn draw_curves<Y>(
	root: &DrawingArea<SVGBackend<'_>, Shift>,
	title: &str,
	figures: &Figures,
	curves: &[Curve],
	y: Y,
	(labels, light_lines): (usize, usize),
) -> Result<()>
where
	Y: AsRangedCoord<Value = f64>,
	Y::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
	let sizes = figures.sizes(figures.cores, Cpu::Baseline);
	let label = |position: &i32| {
		let row = sizes.iter().find(|row| step(row) == *position);
		row.map_or(String::new(), |row| grouped(row.slots))
	};
	let steps = || sizes.iter().map(|row| step(row));
	let (Some(first), Some(last)) = (steps().min(), steps().max()) else {
		return Err(anyhow!("no sizes were measured"));
	};
	root.fill(&WHITE).map_err(drawing)?;
	let mut chart = ChartBuilder::on(root)
		.caption(title, (FONT, 20))
		.margin(14)
		.margin_right(36)
		.x_label_area_size(46)
		.y_label_area_size(64)
		.build_cartesian_2d(first..last, y)
		.map_err(drawing)?;
	chart
		.configure_mesh()
		.x_desc("slots")
		.x_labels(sizes.len() + 1)
		.x_label_formatter(&label)
		.y_label_formatter(&|value| plain(*value))
		.y_labels(labels)
		.max_light_lines(light_lines)
		.label_style((FONT, 14))
		.light_line_style(RGBColor(235, 235, 235))
		.bold_line_style(RGBColor(205, 205, 205))
		.draw()
		.map_err(drawing)?;
	for (curve, color) in curves.iter().zip(COLORS) {
		let line = LineSeries::new(curve.points.iter().copied(), color.stroke_width(2));
		chart
			.draw_series(line)
			.map_err(drawing)?
			.label(&curve.name)
			.legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(2)));
		let dots = curve.points.iter().map(|point| Circle::new(*point, 3, color.filled()));
		chart.draw_series(dots).map_err(drawing)?;
	}
	if curves.len() > 1 {
		chart
			.configure_series_labels()
			.position(SeriesLabelPosition::UpperMiddle)
			.background_style(WHITE)
			.border_style(RGBColor(180, 180, 180))
			.label_font((FONT, 14))
			.draw()
			.map_err(drawing)?;
	}
	root.present().map_err(drawing)
}

/// What part of the time each phase takes: a bar for each size.
fn phases(figures: &Figures) -> Result<Plot> {
	const TITLE: &str = "Where the time of proving goes, percent";
	let mut rows = figures.sizes(figures.cores, Cpu::Baseline);
	let baseline = rows.len();
	rows.extend(figures.sizes(figures.cores, Cpu::Native).into_iter().rev().take(2).rev());
	// Segments count from the first to the last, that one included.
	let last = rows.len().checked_sub(1).context("no sizes were measured")?;
	let label = |segment: &SegmentValue<usize>| match segment {
		SegmentValue::CenterOf(bar) => rows.get(*bar).map_or(String::new(), |row| {
			let native = if *bar < baseline { "" } else { " (n)" };
			format!("{}{native}", grouped(row.slots))
		}),
		_ => String::new(),
	};
	let mut svg = String::new();
	{
		let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
		root.fill(&WHITE).map_err(drawing)?;
		let (area, legend) = root.split_horizontally(SIZE.0 - 170);
		let mut chart = ChartBuilder::on(&area)
			.caption(TITLE, (FONT, 20))
			.margin(14)
			.x_label_area_size(46)
			.y_label_area_size(44)
			.build_cartesian_2d((0..last).into_segmented(), 0.0..100.0)
			.map_err(drawing)?;
		chart
			.configure_mesh()
			.disable_x_mesh()
			.max_light_lines(1)
			.x_desc(format!("slots, {}; (n): target-cpu=native", threads(figures.cores)))
			.x_labels(rows.len() + 1)
			.x_label_formatter(&label)
			.y_label_formatter(&|value| plain(*value))
			.label_style((FONT, 13))
			.light_line_style(RGBColor(245, 245, 245))
			.draw()
			.map_err(drawing)?;
		for (bar, row) in rows.iter().enumerate() {
			let times = row.phases_ms.into_array();
			let all: f64 = times.iter().sum();
			let mut from = 0.0;
			for (time, color) in times.iter().zip(COLORS) {
				let to = from + 100.0 * time / all;
				let corners =
					[(SegmentValue::Exact(bar), from), (SegmentValue::Exact(bar + 1), to)];
				let mut part = Rectangle::new(corners, color.filled());
				part.set_margin(0, 0, 7, 7);
				chart.draw_series([part]).map_err(drawing)?;
				from = to;
			}
		}
		// In the order of the bars, whose first phase is below.
		let names = Phases::NAMES.iter().zip(COLORS).rev();
		for (y, (name, color)) in (60..).step_by(24).zip(names) {
			let square = Rectangle::new([(0, y), (14, y + 14)], color.filled());
			legend.draw(&square).map_err(drawing)?;
			let text = Text::new(*name, (22, y), (FONT, 14).into_font());
			legend.draw(&text).map_err(drawing)?;
		}
		root.present().map_err(drawing)?;
	}
	Ok(Plot { name: "phases", title: TITLE, svg })
}

fn drawing(error: impl Display) -> anyhow::Error {
	anyhow!("cannot draw: {error}")
}

/// A number as text, with at most four decimals.
fn plain(value: f64) -> String {
	if value >= 1.0 {
		grouped(value.round() as usize)
	} else {
		format!("{}", (value * 1e4).round() / 1e4)
	}
}

/// Thousands apart.
pub fn grouped(value: usize) -> String {
	let digits = value.to_string();
	let mut text = String::new();
	for (i, digit) in digits.chars().enumerate() {
		if i > 0 && (digits.len() - i).is_multiple_of(3) {
			text.push(',');
		}
		text.push(digit);
	}
	text
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::figures::tests::made_up;

	#[test]
	fn pictures_show_every_size_and_kind() {
		let plots = all(&made_up()).unwrap();
		let names: Vec<_> = plots.iter().map(|plot| plot.name).collect();
		assert_eq!(names, ["prove", "per-reading", "phases", "bytes", "verify"]);
		for plot in &plots {
			assert!(plot.svg.starts_with("<svg") && plot.svg.trim_end().ends_with("</svg>"));
			for size in ["121", "1,017", "16,377"] {
				assert!(plot.svg.contains(size), "{} lacks {size}", plot.name);
			}
		}
		for kind in ["1 core", "2 cores", "target-cpu=native"] {
			assert!(plots[0].svg.contains(kind));
		}
		for phase in Phases::NAMES {
			assert!(plots[2].svg.contains(phase));
		}
	}

	#[test]
	fn nothing_is_drawn_of_nothing() {
		assert!(all(&Figures { rows: Vec::new(), ..made_up() }).is_err());
	}

	#[test]
	fn axes_end_at_round_numbers() {
		assert_eq!([0.07, 1.0, 4.9, 60.0].map(round_down).map(plain).join(" "), "0.05 1 2 50");
		assert_eq!([0.07, 1.0, 4.9, 60.0].map(round_up).map(plain).join(" "), "0.1 1 5 100");
	}

	#[test]
	fn numbers_are_readable() {
		assert_eq!(
			[0, 999, 1_000, 16_374, 1_234_567].map(grouped).join(" "),
			"0 999 1,000 16,374 1,234,567"
		);
		assert_eq!([0.1, 0.001, 10.0, 2_000.0].map(plain).join(" "), "0.1 0.001 10 2,000");
	}
}
