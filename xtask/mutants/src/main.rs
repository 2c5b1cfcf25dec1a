//! A crate with all its mutants in one build, and which of them its tests notice.
//!
//! Building a mutant at a time would take days here: the tests link the SDK. So every mutant is in the
//! program from the start, behind a switch that an environment variable turns on (`MUTANT`), and the tests
//! are built once and run for each. What does not compile as a mutant is left out.

mod build;
mod find;
mod mutant;
mod run;

use std::{
	fs,
	path::{Path, PathBuf},
	process::Command,
	time::{Duration, Instant},
};

use anyhow::{ensure, Context, Result};
use clap::Parser;

use build::Source;
use run::Fate;

/// Mutants of one crate, and which of them tests notice.
#[derive(Debug, Parser)]
struct Options {
	/// The crate's folder in the checkout, as in pallets/settlement.
	#[arg(long)]
	package: PathBuf,
	/// Only files of it whose path has one of these in it.
	#[arg(long, value_delimiter = ',')]
	files: Vec<String>,
	/// Where a copy of the checkout is made, which is changed; nothing may be there.
	#[arg(long)]
	copy: PathBuf,
	/// Every n-th mutant, begun with the k-th, as k/n.
	#[arg(long, default_value = "0/1", value_parser = shard)]
	shard: (usize, usize),
	/// Seconds after which no further mutant is begun.
	#[arg(long, default_value_t = 3_600)]
	seconds: u64,
	/// What cargo builds, as in test --release --workspace --test pallets; then -- and what the tests are
	/// given, names of tests among it.
	#[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
	tests: Vec<String>,
}

fn shard(text: &str) -> Result<(usize, usize)> {
	let (first, of) = text.split_once('/').context("as k/n")?;
	let (first, of) = (first.parse()?, of.parse()?);
	ensure!(first < of, "k is below n");
	Ok((first, of))
}

fn main() -> Result<()> {
	let options = Options::parse();
	let mut sides = options.tests.splitn(2, |word| word == "--");
	let arguments = sides.next().unwrap_or_default().to_vec();
	let words = sides.next().unwrap_or_default().to_vec();
	copy_checkout(&options.copy)?;
	let package = options.copy.join(&options.package);
	let root = package.join("src/lib.rs");
	let mut sources = sources(&package.join("src"), &root, &options.files)?;
	let found = count(&sources);
	println!("{found} mutants in {} files", sources.len());
	let (programs, left_out) = build::build(&options.copy, &root, &mut sources, &arguments)?;
	println!("{left_out} do not compile; {} programs of tests", programs.len());
	ensure!(!programs.is_empty(), "nothing was built");

	let begun = Instant::now();
	let fate = run::run(&programs, &words, 0, Duration::from_secs(3_600))?;
	ensure!(fate == Fate::Survived, "without a mutant: {fate:?}");
	let usual = begun.elapsed();
	println!("the tests take {:.1} s", usual.as_secs_f64());
	let limit = usual * 4 + Duration::from_secs(10);

	let (first, of) = options.shard;
	let (mut tried, mut caught, mut slow, mut survivors) = (0, 0, 0, Vec::new());
	let all = sources.iter().flat_map(|source| {
		let shown = source.path.strip_prefix(&options.copy).unwrap_or(&source.path);
		source
			.sites
			.iter()
			.flat_map(move |site| site.others.iter().map(move |other| (shown, site.line, other)))
	});
	for (path, line, other) in all.skip(first).step_by(of) {
		if begun.elapsed().as_secs() > options.seconds {
			println!("the time is over");
			break;
		}
		let place = format!("{}:{line}: {}", path.display(), other.what);
		let fate = run::run(&programs, &words, other.id, limit)?;
		tried += 1;
		match &fate {
			Fate::Caught(by) => {
				caught += 1;
				println!("caught    {place}  [{by}]");
			},
			Fate::TooSlow => {
				slow += 1;
				println!("too slow  {place}");
			},
			Fate::Survived => {
				println!("SURVIVED  {place}");
				survivors.push(place);
			},
		}
	}
	println!("\n{tried} tried, {caught} caught, {slow} too slow, {} survived:", survivors.len());
	survivors.iter().for_each(|place| println!("{place}"));
	Ok(())
}

fn count(sources: &[Source]) -> usize {
	sources.iter().flat_map(|source| &source.sites).map(|site| site.others.len()).sum()
}

/// The files of the checkout at hand.
fn copy_checkout(to: &Path) -> Result<()> {
	ensure!(!to.exists(), "{} is there already", to.display());
	let listed =
		Command::new("git").args(["ls-files", "-z"]).output().context("cannot start git")?;
	ensure!(listed.status.success(), "not in a checkout");
	for name in listed.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
		let name = Path::new(std::str::from_utf8(name)?);
		if !name.is_file() {
			continue;
		}
		let copy = to.join(name);
		fs::create_dir_all(copy.parent().context("a file has a folder")?)?;
		fs::copy(name, &copy).with_context(|| name.display().to_string())?;
	}
	Ok(())
}

/// The crate's files with what can be mutated in them. Tests and benchmarks have no mutants.
fn sources(folder: &Path, root: &Path, wanted: &[String]) -> Result<Vec<Source>> {
	let (mut sources, mut next) = (Vec::new(), 0);
	let mut folders = vec![folder.to_owned()];
	let mut files = Vec::new();
	while let Some(folder) = folders.pop() {
		for entry in fs::read_dir(&folder)? {
			let path = entry?.path();
			let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
			if path.is_dir() && name != "tests" {
				folders.push(path);
			} else if name.ends_with(".rs") && !["tests.rs", "benchmarking.rs"].contains(&&*name) {
				files.push(path);
			}
		}
	}
	files.sort();
	for path in files {
		let shown = path.to_string_lossy().into_owned();
		let is_wanted =
			wanted.is_empty() || wanted.iter().any(|part| shown.contains(part.as_str()));
		if !is_wanted && path != root {
			continue;
		}
		let text = fs::read_to_string(&path)?;
		let sites = match is_wanted {
			true => find::sites(&text, &mut next).with_context(|| shown.clone())?,
			false => Vec::new(),
		};
		sources.push(Source { path, text, sites });
	}
	Ok(sources)
}
