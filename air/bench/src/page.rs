//! The figures as a page: tables and pictures between two marks of `docs/benchmarks.md`.

use std::{fmt::Write as _, fs, path::Path};

use anyhow::{Context, Result};

use crate::{
	case::{Cpu, Parameters, Row},
	figures::Figures,
	machine::Machine,
	phases::Phases,
	plan::GROUPED_READINGS,
	plot::{self, grouped, Plot},
};

const BEGIN: &str = "<!-- proofs: written by `cargo xtask bench proofs --docs` -->";
const END: &str = "<!-- /proofs -->";

/// Writes the page's figures, the pictures and the figures themselves below `docs`.
pub fn write(figures: &Figures, docs: &Path) -> Result<()> {
	let plots = plot::all(figures)?;
	let page = docs.join("benchmarks.md");
	let text = fs::read_to_string(&page).with_context(|| page.display().to_string())?;
	let text = between_marks(&text, &section(figures, &plots))
		.with_context(|| format!("{} lacks a mark: {BEGIN} .. {END}", page.display()))?;
	let folder = docs.join("benchmarks");
	fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
	for plot in &plots {
		let file = folder.join(format!("{}.svg", plot.name));
		fs::write(&file, plot.svg.trim_end().to_string() + "\n")
			.with_context(|| file.display().to_string())?;
	}
	figures.write(&folder.join("proofs.json"))?;
	fs::write(&page, text).with_context(|| page.display().to_string())
}

fn between_marks(page: &str, section: &str) -> Option<String> {
	let (before, rest) = page.split_once(BEGIN)?;
	let (_, after) = rest.split_once(END)?;
	Some(format!("{before}{BEGIN}\n{section}{END}{after}"))
}

fn section(figures: &Figures, plots: &[Plot]) -> String {
	let machine = Machine { model: figures.machine.clone(), cores: figures.cores };
	let mut text = format!("\nMeasured on {machine}.\n");
	for (title, table) in [
		("Sizes", sizes(figures)),
		("Phases, ms", phases(figures)),
		("Groups", groups(figures)),
		("Hiding", hiding(figures)),
		("Other parameters", parameters(figures)),
	] {
		let _ = write!(text, "\n### {title}\n\n{table}");
		let pictures = match title {
			"Sizes" => &["prove", "per-reading", "bytes", "verify"][..],
			"Phases, ms" => &["phases"],
			_ => &[],
		};
		for plot in plots.iter().filter(|plot| pictures.contains(&plot.name)) {
			let _ = write!(text, "\n![{}](benchmarks/{}.svg)\n", plot.title, plot.name);
		}
	}
	text + "\n"
}

fn sizes(figures: &Figures) -> String {
	let mut titles = vec!["slots".to_string()];
	let counts = figures.thread_counts();
	titles.extend(counts.iter().map(|cores| format!("prove, {}", threads(*cores))));
	titles.push(format!("{}, `native`", threads(figures.cores)));
	titles.extend(
		["of a reading", "`native`", "proof", "verify", "`native`", "peak memory", "proven bits"]
			.map(String::from),
	);
	let find =
		|slots, cores, cpu| figures.sizes(cores, cpu).into_iter().find(|row| row.slots == slots);
	let rows = figures.sizes(figures.cores, Cpu::Baseline).into_iter().map(|row| {
		let native = find(row.slots, figures.cores, Cpu::Native);
		let mut cells = vec![grouped(row.slots)];
		cells.extend(counts.iter().map(|cores| {
			let row = find(row.slots, *cores, Cpu::Baseline);
			or_dash(row.map(|row| seconds(row.prove_s)))
		}));
		cells.push(or_dash(native.map(|row| seconds(row.prove_s))));
		cells.push(per_reading(row));
		cells.push(or_dash(native.map(per_reading)));
		cells.push(kilobytes(row.proof_bytes));
		cells.push(milliseconds(row.verify_native_ms));
		cells.push(milliseconds(native.and_then(|row| row.verify_native_ms)));
		cells.push(or_dash(row.peak_mb.map(|peak| format!("{} MB", grouped(peak as usize)))));
		cells.push(row.proven_bits.to_string());
		cells
	});
	table(&titles, rows)
}

fn phases(figures: &Figures) -> String {
	let mut titles = vec!["slots".to_string()];
	titles.extend(Phases::NAMES.map(String::from));
	let rows = |cpu, name: &'static str| {
		figures.sizes(figures.cores, cpu).into_iter().map(move |row| {
			let mut cells = vec![grouped(row.slots) + name];
			cells.extend(row.phases_ms.into_array().map(short));
			cells
		})
	};
	table(&titles, rows(Cpu::Baseline, "").chain(rows(Cpu::Native, ", `native`")))
}

fn groups(figures: &Figures) -> String {
	let titles = ["readings", "groups", "slots", "prove", "proof", "verify", "per group more"];
	let rows = GROUPED_READINGS.iter().flat_map(|readings| figures.grouped(*readings)).map(|row| {
		vec![
			grouped(row.readings),
			row.groups.to_string(),
			grouped(row.slots),
			seconds(row.prove_s),
			kilobytes(row.proof_bytes),
			or_dash(row.verify_native_ms.map(|value| format!("{value:.2} ms"))),
			or_dash(row.per_group.map(|cost| cost.to_string())),
		]
	});
	table(&titles.map(String::from), rows)
}

fn hiding(figures: &Figures) -> String {
	let titles = [
		"slots",
		"prove",
		"without hiding",
		"ratio, no proof of work",
		"proof",
		"without hiding",
		"ratio",
	];
	let rows = figures.hiding().into_iter().map(|[with, without]| {
		let time = with.prove_without_grinding_s / without.prove_without_grinding_s;
		let size = with.proof_bytes as f64 / without.proof_bytes as f64;
		vec![
			grouped(with.slots),
			seconds(with.prove_s),
			seconds(without.prove_s),
			format!("{time:.2}"),
			kilobytes(with.proof_bytes),
			kilobytes(without.proof_bytes),
			format!("{size:.2}"),
		]
	});
	table(&titles.map(String::from), rows)
}

fn parameters(figures: &Figures) -> String {
	let titles = [
		"blowup",
		"queries",
		"grinding",
		"folding",
		"remainder",
		"blinding rows",
		"prove",
		"of that grinding",
		"proof",
		"verify",
		"proven bits",
		"at 2^20 rows",
	];
	let pinned = Parameters::pinned();
	let rows = figures.parameters.iter().filter_map(|row| {
		let parameters = row.parameters?;
		let mark = if parameters == pinned { "**" } else { "" };
		Some(vec![
			format!("{mark}{}{mark}", parameters.blowup),
			format!("{mark}{}{mark}", parameters.queries),
			parameters.grinding.to_string(),
			parameters.folding.to_string(),
			parameters.remainder.to_string(),
			parameters.blinding_rows().to_string(),
			seconds(row.prove_s),
			format!("{} ms", short(row.phases_ms.grinding)),
			kilobytes(row.proof_bytes),
			milliseconds(row.verify_native_ms),
			row.proven_bits.to_string(),
			or_dash(row.proven_bits_longest.map(|bits| bits.to_string())),
		])
	});
	table(&titles.map(String::from), rows)
}

/// For a terminal: the first table as it stands in the page.
pub fn summary(figures: &Figures) -> String {
	format!("{}\n{}\n{}", sizes(figures), groups(figures), parameters(figures))
}

fn table(titles: &[String], rows: impl IntoIterator<Item = Vec<String>>) -> String {
	let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
	let mut text = line(titles);
	text += &format!("|{}\n", "---|".repeat(titles.len()));
	for row in rows {
		text += &line(&row);
	}
	text
}

fn or_dash(text: Option<String>) -> String {
	text.unwrap_or_else(|| "-".into())
}

fn threads(cores: usize) -> String {
	if cores == 1 {
		"1 core".into()
	} else {
		format!("{cores} cores")
	}
}

fn seconds(value: f64) -> String {
	format!("{value:.2} s")
}

fn milliseconds(value: Option<f64>) -> String {
	or_dash(value.map(|value| format!("{value:.1} ms")))
}

fn per_reading(row: &Row) -> String {
	format!("{:.0} µs", row.per_reading_us())
}

fn kilobytes(bytes: usize) -> String {
	format!("{:.0} kB", bytes as f64 / 1e3)
}

/// Few digits.
fn short(value: f64) -> String {
	if value < 10.0 {
		format!("{value:.1}")
	} else {
		grouped(value.round() as usize)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		figures::tests::made_up,
		plan::{NATIVE, SIZES},
	};

	#[test]
	fn only_what_is_between_the_marks_changes() {
		let page = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
		let new = format!("before\n{BEGIN}\nnew\n{END}\nafter\n");
		assert_eq!(between_marks(&page, "new\n"), Some(new.clone()));
		assert_eq!(between_marks(&new, "new\n"), Some(new));
		assert_eq!(between_marks("no marks", "new"), None);
	}

	#[test]
	fn tables_have_a_line_for_each_row() {
		let figures = made_up();
		let lines = |table: String| table.lines().count() - 2;
		assert_eq!(lines(sizes(&figures)), SIZES.len());
		assert_eq!(lines(phases(&figures)), SIZES.len() + NATIVE.len());
		assert_eq!(lines(groups(&figures)), 8);
		assert_eq!(groups(&figures).matches("| 1.00 ± 0.25 µs |").count(), 6);
		assert_eq!(lines(hiding(&figures)), 2);
		assert_eq!(lines(parameters(&figures)), figures.parameters.len());
		assert!(parameters(&figures).contains("| **32** | **37** |"));
		let text = section(&figures, &plot::all(&figures).unwrap());
		assert_eq!(text.matches(".svg)").count(), 5);
	}

	#[test]
	fn a_page_is_written() {
		let docs = std::env::temp_dir().join(format!("meterproof-docs-{}", std::process::id()));
		fs::create_dir_all(&docs).unwrap();
		fs::write(docs.join("benchmarks.md"), format!("# Title\n{BEGIN}\n{END}\n")).unwrap();
		write(&made_up(), &docs).unwrap();
		let page = fs::read_to_string(docs.join("benchmarks.md")).unwrap();
		assert!(page.contains("some processor, 2 cores"));
		assert!(Figures::read(&docs.join("benchmarks/proofs.json")).unwrap() == made_up());
		assert!(docs.join("benchmarks/prove.svg").is_file());
		fs::remove_dir_all(&docs).unwrap();
	}
}
