//! Many cases against one engine, each held against the bounds.

use crate::{
	base::Base,
	engine::{End, Engine, Run},
	generate::{Generator, How, Mutant, BLOCK},
	report::{Failure, Kind, Record, Slowest},
};
use meterproof_fuzz_subject::{self as subject, Statement};
use std::{
	path::PathBuf,
	sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed},
	time::{Duration, Instant},
};

/// Memory that one verification may have.
pub const MEMORY: usize = 8 * 1024 * 1024;

/// A case may take this many times as long as an honest proof of its size.
pub const SLOW: f64 = 2.0;

/// A case at which a thread is found this often in a row hangs.
const HANG: u32 = 300;

/// Time between two looks: a process that is paused looks no more either.
const LOOK: Duration = Duration::from_millis(100);

/// Runs that a time is the shortest of, where it counts.
const REPEATS: usize = 15;

/// Failing cases that are written to files.
const MOST_FILES: usize = 50;

/// What to run.
pub struct Settings {
	/// Seed of the cases.
	pub seed: u64,
	/// Number of the first case.
	pub from: u64,
	/// How many cases.
	pub mutations: u64,
	/// Stop after this time, whatever is left.
	pub limit: Option<Duration>,
	/// Threads.
	pub threads: usize,
	/// Where failing cases go.
	pub failures: PathBuf,
	/// Only count crashes: the proof system alone is expected to have them.
	pub only_count: bool,
}

/// Honest verifications and their times.
struct Honest<'a>(Vec<(&'a Base, Duration)>);

impl<'a> Honest<'a> {
	fn measure(generator: &'a Generator, engine: &mut dyn Engine) -> Self {
		let time = |base: &'a Base| (base, shortest(engine, &base.statement, &base.proof));
		Self(generator.bases().iter().map(time).collect())
	}

	/// The one of the statement's kind with the most rows that are not more than it has: where in
	/// doubt, the shorter one.
	fn of(&self, statement: &Statement) -> Option<(&'a Base, Duration)> {
		let (rows, parameters) = (statement.rows().unwrap_or(0), statement.parameters());
		let kind = || self.0.iter().filter(|(base, _)| base.sizes.parameters == parameters);
		let fitting = kind().filter(|(base, _)| base.sizes.rows <= rows);
		let shortest = || kind().min_by_key(|(_, time)| *time);
		fitting.max_by_key(|(_, time)| *time).or_else(shortest).copied()
	}
}

fn shortest(engine: &mut dyn Engine, statement: &Statement, proof: &[u8]) -> Duration {
	let times = (0..REPEATS).map(|_| engine.run(statement, proof).time);
	times.min().unwrap_or_default()
}

/// What a thread is at, for the one that looks for hangs.
struct Watch {
	case: AtomicU64,
	last_seen: AtomicU64,
	looks: AtomicU32,
}

impl Watch {
	/// The thread works on no case.
	const IDLE: u64 = u64::MAX;

	fn new() -> Self {
		Self {
			case: AtomicU64::new(Self::IDLE),
			last_seen: AtomicU64::new(Self::IDLE),
			looks: AtomicU32::new(0),
		}
	}

	fn at(&self, case: u64) {
		self.case.store(case, Relaxed);
	}

	/// The case at which the thread hangs.
	fn look(&self) -> Option<u64> {
		let case = self.case.load(Relaxed);
		if self.last_seen.swap(case, Relaxed) != case || case == Self::IDLE {
			self.looks.store(0, Relaxed);
		}
		(self.looks.fetch_add(1, Relaxed) >= HANG && case != Self::IDLE).then_some(case)
	}
}

/// A campaign under way.
struct Campaign<'a> {
	settings: &'a Settings,
	generator: &'a Generator,
	honest: Honest<'a>,
	next_block: AtomicU64,
	executed: AtomicU64,
	stop: AtomicBool,
}

/// Runs the cases; `engine` makes one engine for each thread.
pub fn run<E: Engine + Send>(
	settings: &Settings,
	name: &str,
	mut engine: impl FnMut() -> E,
) -> std::io::Result<Record> {
	std::fs::create_dir_all(&settings.failures)?;
	let start = Instant::now();
	let generator = Generator::new(settings.seed);
	let mut engines: Vec<E> = (0..settings.threads.max(1)).map(|_| engine()).collect();
	let honest = Honest::measure(&generator, &mut engines[0]);
	let times = honest.0.iter().map(|(base, time)| (base.sizes.rows, *time)).collect();
	let campaign = Campaign {
		settings,
		generator: &generator,
		honest,
		next_block: AtomicU64::new(settings.from / BLOCK),
		executed: AtomicU64::new(0),
		stop: AtomicBool::new(false),
	};
	let watches: Vec<Watch> = engines.iter().map(|_| Watch::new()).collect();
	let mut record = std::thread::scope(|scope| {
		let workers: Vec<_> = engines
			.iter_mut()
			.zip(&watches)
			.map(|(engine, watch)| scope.spawn(|| campaign.work(engine, watch)))
			.collect();
		let mut last = Instant::now();
		while !workers.iter().all(|worker| worker.is_finished()) {
			std::thread::sleep(LOOK);
			if settings.limit.is_some_and(|limit| start.elapsed() >= limit) {
				campaign.stop.store(true, Relaxed);
			}
			if let Some(case) = watches.iter().find_map(Watch::look) {
				campaign.give_up(case);
			}
			if last.elapsed() >= Duration::from_secs(20) {
				last = Instant::now();
				let executed = campaign.executed.load(Relaxed);
				eprintln!("    {name}: {executed} cases in {} s", start.elapsed().as_secs());
			}
		}
		let mut sum = Record::new(name, settings.seed);
		for worker in workers {
			match worker.join() {
				Ok(record) => sum.add(record),
				Err(_) => sum.failures.push(Failure::of_the_fuzzer()),
			}
		}
		sum
	});
	record.seconds = start.elapsed().as_secs_f64();
	record.honest = times;
	Ok(record)
}

impl Campaign<'_> {
	fn work(&self, engine: &mut dyn Engine, watch: &Watch) -> Record {
		let Settings { seed, from, mutations, .. } = *self.settings;
		let end = from.saturating_add(mutations);
		let mut record = Record::new("", seed);
		while !self.stop.load(Relaxed) {
			let number = self.next_block.fetch_add(1, Relaxed);
			let (first, last) = (number * BLOCK, (number + 1) * BLOCK);
			if first >= end {
				break;
			}
			watch.at(Watch::IDLE);
			let block = self.generator.block(number);
			for index in first.max(from)..last.min(end) {
				if self.stop.load(Relaxed) {
					break;
				}
				let mutant = block.case(index);
				watch.at(index);
				let run = engine.run(&mutant.statement, &mutant.proof);
				self.executed.fetch_add(1, Relaxed);
				self.judge(index, &mutant, &run, engine, &mut record);
			}
		}
		watch.at(Watch::IDLE);
		record
	}

	fn judge(
		&self,
		index: u64,
		mutant: &Mutant<'_>,
		run: &Run,
		engine: &mut dyn Engine,
		record: &mut Record,
	) {
		record.count(mutant, run);
		if self.settings.only_count {
			return;
		}
		let mut fail = |kind, text: String| self.fail(record, index, mutant, kind, text);
		match &run.end {
			End::Crash(text) => fail(Kind::Crash, text.clone()),
			End::Verdict(class) => {
				let accepted = *class == 0;
				if accepted || mutant.how == How::Unchanged {
					let valid = self.generator.is_valid(&mutant.statement, &mutant.proof);
					match (accepted, valid) {
						(true, false) => fail(Kind::Accepted, "accepted".into()),
						(false, true) => fail(Kind::Refused, "a valid proof refused".into()),
						_ => {},
					}
				}
			},
		}
		if run.memory.peak > MEMORY || run.memory.largest > MEMORY {
			let text = format!("{} bytes", run.memory.peak.max(run.memory.largest));
			fail(Kind::Memory, text);
		}
		self.time(index, mutant, run, engine, record);
		record.sample(index, mutant, run);
	}

	/// Holds the time against an honest verification's. One that seems long is measured again,
	/// and so is the honest one: other work on the machine makes times longer.
	fn time(
		&self,
		index: u64,
		mutant: &Mutant<'_>,
		run: &Run,
		engine: &mut dyn Engine,
		record: &mut Record,
	) {
		let Some((base, honest)) = self.honest.of(&mutant.statement) else { return };
		if run.time.as_secs_f64() <= honest.as_secs_f64() * record.slowest.ratio {
			return;
		}
		let time = shortest(engine, &mutant.statement, &mutant.proof).min(run.time);
		let honest = shortest(engine, &base.statement, &base.proof).max(honest);
		let ratio = time.as_secs_f64() / honest.as_secs_f64();
		if ratio > record.slowest.ratio {
			record.slowest = Slowest { ratio, index, time };
		}
		if ratio > SLOW {
			let text = format!("{ratio:.2} times an honest verification");
			self.fail(record, index, mutant, Kind::Slow, text);
		}
	}

	fn fail(&self, record: &mut Record, index: u64, mutant: &Mutant<'_>, kind: Kind, text: String) {
		let file = self.settings.failures.join(format!(
			"{}-{}-{index}.bin",
			kind.name(),
			self.settings.seed
		));
		if record.failures.len() < MOST_FILES {
			let case = subject::encode(&mutant.statement, &mutant.proof);
			if let Err(error) = std::fs::write(&file, case) {
				eprintln!("cannot write {}: {error}", file.display());
			}
		}
		eprintln!("    case {index} ({}): {text}", How::name(mutant.how.index()));
		record.failures.push(Failure { kind, index, text, file: Some(file) });
	}

	/// A verification that does not end cannot be stopped, only recorded.
	fn give_up(&self, case: u64) {
		let block = self.generator.block(case / BLOCK);
		let mutant = block.case(case);
		let mut record = Record::new("", self.settings.seed);
		let text = format!("not over after {} s", (LOOK * HANG).as_secs());
		self.fail(&mut record, case, &mutant, Kind::Hang, text);
		std::process::exit(2);
	}
}
