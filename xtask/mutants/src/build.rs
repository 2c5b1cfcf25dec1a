//! The tests with all mutants in them: what does not compile is left out, and they are built again.

use std::{
	collections::BTreeSet,
	fs,
	ops::Range,
	path::{Path, PathBuf},
	process::{Command, Stdio},
};

use anyhow::{bail, Context, Result};
use serde_json::Value;

use crate::mutant::{switch, Site};

/// How often what does not compile is left out, at most.
const ROUNDS: usize = 12;

/// What a crate asks which mutant is on.
const SWITCH: &str = r#"

extern crate std as std_of_mutants;

/// Whether this mutant is on.
#[allow(dead_code)]
pub(crate) fn mutant(id: u32) -> bool {
	use std_of_mutants::{env::var, sync::OnceLock};
	static ON: OnceLock<u32> = OnceLock::new();
	*ON.get_or_init(|| var("MUTANT").ok().and_then(|text| text.parse().ok()).unwrap_or(0)) == id
}
"#;

/// A file of the crate.
#[derive(Debug)]
pub struct Source {
	/// Where it stands.
	pub path: PathBuf,
	/// What stands in it without mutants.
	pub text: String,
	/// What can be mutated in it.
	pub sites: Vec<Site>,
}

/// A program of tests.
#[derive(Clone, Debug)]
pub struct Program {
	/// The program.
	pub path: PathBuf,
	/// The folder that tests run in.
	pub folder: PathBuf,
}

/// Builds the tests that `arguments` name; the programs, and how many mutants did not compile.
pub fn build(
	checkout: &Path,
	root: &Path,
	sources: &mut [Source],
	arguments: &[String],
) -> Result<(Vec<Program>, usize)> {
	let mut left_out = 0;
	for _ in 0..ROUNDS {
		let mut written = Vec::new();
		for source in sources.iter() {
			let mut switched = switch(&source.text, &source.sites);
			if source.path == root {
				switched.text.push_str(SWITCH);
			}
			fs::write(&source.path, &switched.text)?;
			written.push(switched);
		}
		let mut cargo = Command::new("cargo");
		cargo.args(arguments).args(["--no-run", "--message-format=json"]);
		let output = cargo.current_dir(checkout).stderr(Stdio::inherit()).output();
		let output = output.context("cannot start cargo")?;
		let messages: Vec<Value> = String::from_utf8_lossy(&output.stdout)
			.lines()
			.filter_map(|line| serde_json::from_str(line).ok())
			.collect();
		if output.status.success() {
			return Ok((messages.iter().filter_map(program).collect(), left_out));
		}
		let mut bad = BTreeSet::new();
		for (path, place) in messages.iter().flat_map(|message| places(checkout, message)) {
			let known = sources.iter().position(|source| source.path == path);
			let Some(switched) = known.and_then(|known| written.get(known)) else { continue };
			let touches = |other: &Range<usize>| place.start < other.end && other.start < place.end;
			let hit = switched.places.iter().filter(|(_, other)| touches(other)).map(|(id, _)| *id);
			let hit: Vec<u32> = hit.collect();
			if hit.is_empty() {
				// What is wrong is the switch itself: of the smallest site around it.
				let around = switched.sites.iter().filter(|(_, site)| touches(site));
				let smallest = around.min_by_key(|(_, site)| site.len());
				bad.extend(smallest.into_iter().flat_map(|(ids, _)| ids.iter().copied()));
			}
			bad.extend(hit);
		}
		if bad.is_empty() {
			for message in
				messages.iter().filter_map(|message| message["message"]["rendered"].as_str())
			{
				eprintln!("{message}");
			}
			bail!("it does not compile, and no mutant is to blame");
		}
		left_out += bad.len();
		eprintln!("{} mutants do not compile, and are left out", bad.len());
		for site in sources.iter_mut().flat_map(|source| &mut source.sites) {
			site.others.retain(|other| !bad.contains(&other.id));
		}
	}
	bail!("it still does not compile after {ROUNDS} rounds")
}

/// The places that an error speaks of.
fn places(checkout: &Path, message: &Value) -> Vec<(PathBuf, Range<usize>)> {
	let message = &message["message"];
	if message["level"] != "error" {
		return Vec::new();
	}
	let mut places = Vec::new();
	for span in message["spans"].as_array().into_iter().flatten() {
		let mut span = span;
		// What a macro made of it leads back to where it was called.
		loop {
			let file = span["file_name"].as_str().unwrap_or_default();
			let byte = |name: &str| span[name].as_u64().unwrap_or(0) as usize;
			let (start, end) = (byte("byte_start"), byte("byte_end"));
			places.push((checkout.join(file), start..end.max(start + 1)));
			let next = &span["expansion"]["span"];
			if next.is_null() {
				break;
			}
			span = next;
		}
	}
	places
}

fn program(message: &Value) -> Option<Program> {
	if message["reason"] != "compiler-artifact" || message["profile"]["test"] != true {
		return None;
	}
	let path = PathBuf::from(message["executable"].as_str()?);
	let manifest = Path::new(message["manifest_path"].as_str()?);
	Some(Program { path, folder: manifest.parent()?.to_owned() })
}
