//! What a campaign found.

use crate::{
	engine::{End, Run},
	generate::{How, Mutant},
};
use meterproof_fuzz_subject::{StockReject, CLASSES, PAST_HEADER};
use serde_json::{json, Map, Value};
use std::{collections::BTreeMap, path::PathBuf, time::Duration};
use winter_verifier::VerifierError;

/// One in so many unproved cases is shown to the proof system again, for the name of its error.
const SAMPLE: u64 = 16;

/// What kind of failure a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
	/// A panic or a trap.
	Crash,
	/// Accepted, and not a valid proof of its statement.
	Accepted,
	/// A valid proof, refused.
	Refused,
	/// Verifying the case took too much memory.
	Memory,
	/// Verifying the case took too much time.
	Slow,
	/// Verifying the case did not end.
	Hang,
}

impl Kind {
	/// The name of the kind of failure in files.
	pub fn name(self) -> &'static str {
		match self {
			Self::Crash => "crash",
			Self::Accepted => "accepted",
			Self::Refused => "refused",
			Self::Memory => "memory",
			Self::Slow => "slow",
			Self::Hang => "hang",
		}
	}
}

/// A case that must not be.
#[derive(Clone, Debug)]
pub struct Failure {
	/// What kind.
	pub kind: Kind,
	/// Number of the case.
	pub index: u64,
	/// More about it.
	pub text: String,
	/// The case.
	pub file: Option<PathBuf>,
}

impl Failure {
	/// The fuzzer itself has panicked.
	pub fn of_the_fuzzer() -> Self {
		Self { kind: Kind::Crash, index: 0, text: "the fuzzer panicked".into(), file: None }
	}
}

/// The case that took longest, measured against an honest verification of its size.
#[derive(Clone, Copy, Debug, Default)]
pub struct Slowest {
	/// Times an honest verification.
	pub ratio: f64,
	/// Number of the case.
	pub index: u64,
	/// Processor time.
	pub time: Duration,
}

/// What a campaign found.
pub struct Record {
	name: String,
	seed: u64,
	/// Cases run.
	pub executed: u64,
	classes: [u64; CLASSES.len()],
	ways: Vec<u64>,
	bases: BTreeMap<String, u64>,
	sampled: BTreeMap<String, u64>,
	crashes: BTreeMap<String, u64>,
	/// The slowest case.
	pub slowest: Slowest,
	peak: usize,
	largest: usize,
	/// The failures that the campaign found.
	pub failures: Vec<Failure>,
	/// How long it took.
	pub seconds: f64,
	/// Honest verifications: rows and processor time.
	pub honest: Vec<(usize, Duration)>,
}

impl Record {
	/// Nothing yet.
	pub fn new(name: &str, seed: u64) -> Self {
		Self {
			name: name.into(),
			seed,
			executed: 0,
			classes: [0; CLASSES.len()],
			ways: vec![0; How::COUNT],
			bases: BTreeMap::new(),
			sampled: BTreeMap::new(),
			crashes: BTreeMap::new(),
			slowest: Slowest::default(),
			peak: 0,
			largest: 0,
			failures: Vec::new(),
			seconds: 0.0,
			honest: Vec::new(),
		}
	}

	/// Counts one case.
	pub fn count(&mut self, mutant: &Mutant<'_>, run: &Run) {
		self.executed += 1;
		match &run.end {
			End::Verdict(class) => {
				if let Some(count) = self.classes.get_mut(*class as usize) {
					*count += 1;
				}
			},
			End::Crash(text) => *self.crashes.entry(place(text)).or_default() += 1,
		}
		self.ways[mutant.how.index()] += 1;
		match self.bases.get_mut(mutant.base) {
			Some(count) => *count += 1,
			None => {
				self.bases.insert(mutant.base.into(), 1);
			},
		}
		self.peak = self.peak.max(run.memory.peak);
		self.largest = self.largest.max(run.memory.largest);
	}

	/// Asks the proof system, of some unproved cases, for its own error.
	pub fn sample(&mut self, index: u64, mutant: &Mutant<'_>, run: &Run) {
		const NOT_PROVED: u32 = CLASSES.len() as u32 - 1;
		if run.end == End::Verdict(NOT_PROVED) && index.is_multiple_of(SAMPLE) {
			let name = match mutant.statement.stock(&mutant.proof) {
				Ok(()) => "accepted".into(),
				Err(StockReject::Statement(_)) => "statement".into(),
				Err(StockReject::Bytes(_)) => "deserialisation".into(),
				Err(StockReject::Verifier(error)) => name_of(&error),
			};
			*self.sampled.entry(name).or_default() += 1;
		}
	}

	/// Adds what another thread found.
	pub fn add(&mut self, other: Self) {
		self.executed += other.executed;
		self.classes.iter_mut().zip(other.classes).for_each(|(sum, count)| *sum += count);
		self.ways.iter_mut().zip(other.ways).for_each(|(sum, count)| *sum += count);
		for (sums, counts) in [
			(&mut self.bases, other.bases),
			(&mut self.sampled, other.sampled),
			(&mut self.crashes, other.crashes),
		] {
			for (name, count) in counts {
				*sums.entry(name).or_default() += count;
			}
		}
		if other.slowest.ratio > self.slowest.ratio {
			self.slowest = other.slowest;
		}
		self.peak = self.peak.max(other.peak);
		self.largest = self.largest.max(other.largest);
		self.failures.extend(other.failures);
	}

	/// Where it crashed, and how often.
	pub fn crashes(&self) -> &BTreeMap<String, u64> {
		&self.crashes
	}

	/// Cases that got past the header.
	fn past_header(&self) -> u64 {
		self.classes[0] + self.classes[PAST_HEADER..].iter().sum::<u64>()
	}

	/// The record as JSON.
	pub fn json(&self) -> Value {
		let classes = CLASSES.iter().zip(self.classes);
		let classes: Map<_, _> =
			classes.map(|(name, count)| ((*name).into(), count.into())).collect();
		let ways = self.ways.iter().enumerate();
		let ways: Map<_, _> =
			ways.map(|(index, count)| (How::name(index), (*count).into())).collect();
		let honest = self
			.honest
			.iter()
			.map(|(rows, time)| json!({ "rows": rows, "micros": time.as_micros() as u64 }));
		let failures = self.failures.iter().map(|failure| {
			json!({
				"kind": failure.kind.name(),
				"case": failure.index,
				"text": failure.text,
				"file": failure.file.as_ref().map(|file| file.display().to_string()),
			})
		});
		json!({
			"engine": self.name,
			"seed": self.seed,
			"executed": self.executed,
			"seconds": self.seconds.round() as u64,
			"past_header": self.past_header(),
			"ends": classes,
			"ways": ways,
			"bases": self.bases,
			"proof_system_errors_sampled": self.sampled,
			"crashes": self.crashes,
			"slowest": {
				"times_honest": (self.slowest.ratio * 1000.0).round() / 1000.0,
				"case": self.slowest.index,
				"micros": self.slowest.time.as_micros() as u64,
			},
			"peak_bytes": self.peak,
			"largest_request_bytes": self.largest,
			"honest": honest.collect::<Vec<_>>(),
			"failures": failures.collect::<Vec<_>>(),
		})
	}

	/// The record in a few lines.
	pub fn print(&self) {
		let share = |count: u64| 100.0 * count as f64 / self.executed.max(1) as f64;
		println!(
			"{}: {} cases in {:.0} s (seed {})",
			self.name, self.executed, self.seconds, self.seed
		);
		for (name, count) in CLASSES.iter().zip(self.classes).filter(|(_, count)| *count > 0) {
			println!("{count:>12} {:>6.2} %  {name}", share(count));
		}
		for (name, count) in &self.crashes {
			println!("{count:>12} {:>6.2} %  {name}", share(*count));
		}
		println!("    past the header: {:.1} %", share(self.past_header()));
		println!(
			"    slowest: {:.2} times an honest verification (case {}, {} us)",
			self.slowest.ratio,
			self.slowest.index,
			self.slowest.time.as_micros()
		);
		println!("    memory: {} bytes at most, {} in one request", self.peak, self.largest);
		println!("    failures: {}", self.failures.len());
	}
}

/// The place in a panic's text, or the text where the place says little. Numbers that vary with
/// the case would make many of one.
fn place(text: &str) -> String {
	let line = text.lines().next().unwrap_or_default();
	match line.find("/winter-") {
		Some(at) => line[at + 1..].trim_end_matches(':').into(),
		None => {
			let text = text.lines().last().unwrap_or_default();
			text.chars().filter(|c| !c.is_ascii_digit()).take(80).collect()
		},
	}
}

fn name_of(error: &VerifierError) -> String {
	match error {
		VerifierError::FriVerificationFailed(error) => {
			let name = format!("{error:?}");
			format!("FRI: {}", name.split('(').next().unwrap_or_default())
		},
		error => format!("{error:?}").split('(').next().unwrap_or_default().into(),
	}
}
