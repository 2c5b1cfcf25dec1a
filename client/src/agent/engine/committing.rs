//! Committing whoever is ready, and again when others come.

use std::{
	collections::{BTreeMap, BTreeSet},
	time::{Duration, Instant},
};

use meterproof_meters::{Amount, Unit};

use super::{
	finality::{Seen, Stands},
	Engine, Shared,
};
use crate::{
	agent::{
		intake::{Intake, Known},
		journal::{disk::Disk, PeriodRow, Record, RefusedRow, Register},
		nodes::PeriodTimes,
		time,
	},
	chain::Chain,
	commands::gateway::{self, refusal, Became, How, Outcome, PeriodReadings, Told},
	error::{Named, Result},
	rpc::PeriodPhase,
	types::Resource,
};

/// Between two attempts of the same commitments.
const AGAIN: Duration = Duration::from_secs(2);
/// Between two looks at who counts, where nothing new was read.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// Looks in a row that may last longer than a block before one of them counts all the same.
const MOST_SPANNING: u8 = 3;

/// What became of a period's commitments so far.
#[derive(Debug, Default)]
pub struct Commitments {
	/// What was last given to be committed to.
	given: BTreeMap<Register, u32>,
	fates: BTreeMap<Register, Fate>,
	last: Option<Instant>,
	/// When all of them were last asked about, on record or not.
	whole: Option<Instant>,
	/// The best block when nothing more was to be done.
	done_at: Option<Seen>,
	/// Looks at all of them, one after another, during which the best block changed.
	spanning: u8,
	over: bool,
	/// Why meters are thought to be silent.
	silent: Vec<(String, String)>,
}

/// What became of a register.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
	/// On its way.
	Waiting,
	/// On record, with this reading if it is the one that was given.
	Recorded(Option<u32>),
	/// Refused.
	Refused(String),
	/// No reading of the register can be committed to.
	Missing,
	/// The chain expects no commitment: the reason, and whether there was a reading.
	NotAsked(String, bool),
}

/// Refusals that say that a device does not count in a period: nobody waits for it.
const NOT_COUNTED: [&str; 4] =
	["DeviceNotAttested", "DeviceRetired", "DeviceSuspended", "UnknownDevice"];

/// The refusal of another reading than the one that is on record.
const CHANGED: &str = "ReadingChanged";

impl Commitments {
	/// Whether nothing more can become of them.
	pub fn are_over(&self) -> bool {
		self.over
	}

	/// Whether some are on their way: the store is needed soon.
	pub fn need_store(&self) -> bool {
		let is_open = !self.over && self.done_at.is_none();
		is_open && self.fates.values().any(|fate| *fate == Fate::Waiting)
	}

	/// Registers of each meter that the chain waits for, with what became of them.
	fn expected(&self) -> BTreeMap<&str, Vec<&Fate>> {
		let mut meters: BTreeMap<&str, Vec<&Fate>> = BTreeMap::new();
		for ((meter, _), fate) in &self.fates {
			if !matches!(fate, Fate::NotAsked(..)) {
				meters.entry(meter).or_default().push(fate);
			}
		}
		meters
	}

	/// Whether all that the chain waits for is on record.
	fn is_complete(&self) -> bool {
		let mut asked = self.expected().into_values().flatten().peekable();
		let any = asked.peek().is_some();
		any && asked.all(|fate| matches!(fate, Fate::Recorded(_)))
	}

	/// Registers that are on record with the reading that is given now. None every now and then, and in
	/// the end: blocks can be taken back.
	fn on_record(
		&self,
		given: &BTreeMap<Register, u32>,
		is_over: bool,
	) -> Option<BTreeSet<Register>> {
		let is_whole = is_over || self.whole.is_none_or(|whole| whole.elapsed() >= LOOK_AGAIN);
		let same = |(register, fate): (&Register, &Fate)| match fate {
			Fate::Recorded(Some(reading)) if given.get(register) == Some(reading) => {
				Some(register.clone())
			},
			_ => None,
		};
		(!is_whole).then(|| self.fates.iter().filter_map(same).collect())
	}

	/// Takes down what became of the best block in which nothing more was to be done. Once it is final they
	/// are over; where it was forked off all of them are looked at again.
	fn heard_of_block(&mut self, became: Stands) {
		match became {
			Stands::Open => {},
			Stands::Final => self.over = true,
			Stands::ForkedOff => (self.done_at, self.last, self.whole) = (None, None, None),
		}
	}

	/// Takes down a look. `is_over`: nothing more can be sent. `of_one_block`: all of them were asked about in
	/// this best block. Where they were not, some may have been taken back meanwhile, so that all are looked at
	/// again at once; but not for ever, where that takes longer than a block.
	fn looked_at(&mut self, best: Seen, is_over: bool, of_one_block: bool) {
		if !self.is_complete() && !is_over {
			(self.done_at, self.spanning) = (None, 0);
		} else if of_one_block || self.spanning >= MOST_SPANNING {
			self.done_at.get_or_insert(best);
			self.spanning = 0;
		} else if self.done_at.is_none() {
			self.spanning = self.spanning.saturating_add(1);
			(self.last, self.whole) = (None, None);
		}
	}

	/// Whether it is time to look at them again: whoever was read otherwise or waits is soon tried again,
	/// whoever can be late only once.
	fn are_due(&self, given: &BTreeMap<Register, u32>, is_over: bool) -> bool {
		let waits = self.fates.values().any(|fate| *fate == Fate::Waiting);
		let since = self.last.map_or(Duration::MAX, |last| last.elapsed());
		let soon = !is_over && (self.given != *given || waits) && since >= AGAIN;
		// Once all commitments are on record, the chain is not asked for them again while the block becomes final:
		// later it forgets what it had on record.
		soon || self.done_at.is_none() && (is_over || since >= LOOK_AGAIN)
	}

	/// Writes the fate of the commitments into the period's row.
	pub fn write_into(&self, row: &mut PeriodRow) {
		let expected = self.expected();
		let committed = expected
			.values()
			.filter(|fates| fates.iter().all(|fate| matches!(fate, Fate::Recorded(_))));
		row.committed = u32::try_from(committed.count()).unwrap_or(u32::MAX);
		row.expected = u32::try_from(expected.len()).unwrap_or(u32::MAX);
		row.silent = self.silent.clone();
		row.refused = self
			.fates
			.iter()
			.filter_map(|((meter, direction), fate)| match fate {
				Fate::Refused(name) | Fate::NotAsked(name, true) => {
					Some((meter.clone(), *direction, name.clone()))
				},
				_ => None,
			})
			.collect();
	}

	/// Takes over what became of registers.
	fn take(&mut self, outcomes: Vec<Outcome>) {
		for Outcome { meter, direction, became, .. } in outcomes {
			let register = (meter, direction);
			let reading = self.given.get(&register).copied();
			let fate = match became {
				Became::Accepted => Fate::Waiting,
				Became::Recorded => Fate::Recorded(reading),
				Became::Refused(refusal) if gateway::passes(&refusal) => Fate::Waiting,
				Became::Refused(refusal) if NOT_COUNTED.contains(&refusal.name.as_str()) => {
					Fate::NotAsked(refusal.name, true)
				},
				Became::Refused(refusal) if refusal.name == CHANGED => Fate::Recorded(None),
				Became::Refused(refusal) => Fate::Refused(refusal.name),
				Became::Missing(_) => Fate::Missing,
				Became::NotAsked(reason) => Fate::NotAsked(reason, false),
			};
			self.fates.insert(register, fate);
		}
	}
}

impl Engine {
	/// Commits whoever is ready in a period that takes commitments.
	pub(super) async fn commit(
		&mut self,
		chain: &Chain,
		times: &PeriodTimes,
		now_ms: u64,
	) -> Result<()> {
		let period = times.period;
		let Some(work) = self.work.get_mut(&period) else { return Ok(()) };
		if work.commitments.over {
			return Ok(());
		}
		if let Some(block) = work.commitments.done_at {
			work.commitments.heard_of_block(block.stands(chain).await?);
			if work.commitments.over {
				self.tell_over(period);
				return Ok(());
			}
		}
		let is_over = matches!(times.phase, PeriodPhase::Proving | PeriodPhase::Final);
		// Later readings of some registers of a meter may still come for half of the window.
		let half = times.end_ms.midpoint(times.cut_off_ms);
		let parts = is_over || times.now_ms >= half;
		let (_, given) = self.shared.intake().ready(period, parts);
		let due =
			self.work.get(&period).is_some_and(|work| work.commitments.are_due(&given, is_over));
		if !due {
			return Ok(());
		}
		// Once more, since something may have come meanwhile: readings and telegrams are of one moment.
		let (readings, given) = self.shared.intake().ready_and_signed(period, parts);
		if parts {
			self.tell_unusable(period, now_ms)?;
		}
		let on_record =
			self.work.get(&period).and_then(|work| work.commitments.on_record(&given, is_over));
		let store = match self.open_store(chain).await {
			Ok(store) => store,
			// Some command uses it for a moment.
			Err(error) if error.name() == "StoreLocked" => return Ok(()),
			Err(error) => return Err(error),
		};
		let before = Seen::now(chain).await?;
		let how = How { on_record: on_record.as_ref(), ..How::default() };
		let outcomes = gateway::commit(store, chain, how, period, &readings).await;
		let outcomes = match outcomes {
			// The chain's clock moves with its blocks.
			Err(error) if error.name() == "PeriodNotOver" => return Ok(()),
			outcomes => outcomes?,
		};
		let best = Seen::now(chain).await?;
		let told = self.tell_corrections(period, &outcomes, now_ms);
		let Some(work) = self.work.get_mut(&period) else { return told };
		let commitments = &mut work.commitments;
		commitments.given = given;
		commitments.last = Some(Instant::now());
		if on_record.is_none() {
			commitments.whole = commitments.last;
		}
		commitments.take(outcomes);
		commitments.looked_at(best, is_over, on_record.is_none() && before == best);
		told
	}

	/// Takes down why meters are silent in a period of which nothing more is committed to, and counts what
	/// became of its registers.
	fn tell_over(&mut self, period: u64) {
		let Some(work) = self.work.get_mut(&period) else { return };
		let commitments = &mut work.commitments;
		let silent: Vec<_> = commitments
			.expected()
			.into_iter()
			.filter(|(_, fates)| fates.contains(&&Fate::Missing))
			.map(|(meter, _)| (meter.to_owned(), self.shared.why_silent(meter, period)))
			.collect();
		commitments.silent = silent;
		for fate in commitments.fates.values() {
			let result = match fate {
				Fate::Waiting => "waiting",
				Fate::Recorded(_) => "recorded",
				Fate::Refused(_) => "refused",
				Fate::Missing => "missing",
				Fate::NotAsked(..) => "not_asked",
			};
			self.shared.status.commitment(result);
		}
	}

	/// Writes down of whom a period was read and cannot be committed to, and why, once for each meter.
	fn tell_unusable(&self, period: u64, at_ms: u64) -> Result<()> {
		let mut records = Vec::new();
		{
			let intake = self.shared.intake();
			let known = &intake.journal.contents().refused;
			for (meter, error) in intake.unusable(period) {
				if !known.contains_key(&(meter.clone(), Some(period))) {
					let (name, reason) = (error.name().to_owned(), error.to_string());
					self.shared.log.warn(&format!("{meter}: {name}: {reason}"));
					records.push(RefusedRow { meter, period: Some(period), name, reason, at_ms });
				}
			}
		}
		records.dedup_by(|one, other| one.meter == other.meter);
		self.shared.write(records.into_iter().map(Record::Refused).collect())
	}

	/// What was committed to stays: a correction that comes later is told of once, and nothing else.
	fn tell_corrections(&self, period: u64, outcomes: &[Outcome], at_ms: u64) -> Result<()> {
		let mut rows = corrections(period, outcomes, at_ms);
		{
			let intake = self.shared.intake();
			let known = &intake.journal.contents().refused;
			rows.retain(|row| !known.contains_key(&(row.meter.clone(), Some(period))));
		}
		for row in &rows {
			self.shared.log.warn(&format!("period {period}: {}: {}", row.meter, row.reason));
		}
		self.shared.write(rows.into_iter().map(Record::Refused).collect())
	}
}

/// What is told of registers that are on record with another reading than the one that was given.
fn corrections(period: u64, outcomes: &[Outcome], at_ms: u64) -> Vec<RefusedRow> {
	let is_changed = |outcome: &&Outcome| match &outcome.became {
		Became::Refused(refusal) => refusal.name == CHANGED,
		_ => false,
	};
	let row = |Outcome { meter, direction, .. }: &Outcome| RefusedRow {
		meter: meter.clone(),
		period: Some(period),
		name: CHANGED.to_owned(),
		reason: format!(
			"another {direction} reading came after the first was committed to: what is on record stays"
		),
		at_ms,
	};
	outcomes.iter().filter(is_changed).map(row).collect()
}

impl<D: Disk> Intake<D> {
	/// What can be committed to: registers of meters that are complete, or with `parts` any register that
	/// is.
	fn ready(&self, period: u64, parts: bool) -> (PeriodReadings, BTreeMap<Register, u32>) {
		let mut readings = PeriodReadings::default();
		let mut given = BTreeMap::new();
		for (meter, Known { resource, directions, .. }) in self.meters() {
			if !parts && !self.assembler.is_complete(meter, *directions, period) {
				continue;
			}
			for direction in directions.iter() {
				let Some(reading) = self.assembler.reading(meter, direction, period) else {
					continue;
				};
				let said = match reading {
					Ok(reading) => {
						given.insert((meter.clone(), direction), reading);
						amount(reading, *resource).map_err(|error| refusal(&error))
					},
					Err(error) => Err(refusal(&error)),
				};
				readings.tell(meter, direction, Told { file: None, place: None, said });
			}
		}
		(readings, given)
	}

	/// The same, with the telegrams that meters signed of it: commitments bind them.
	fn ready_and_signed(
		&self,
		period: u64,
		parts: bool,
	) -> (PeriodReadings, BTreeMap<Register, u32>) {
		let (mut readings, given) = self.ready(period, parts);
		for (meter, Known { directions, .. }) in self.meters() {
			if readings.has(meter) {
				readings.keep(meter, self.telegrams(meter, *directions, period));
			}
		}
		(readings, given)
	}
}

impl Shared {
	/// Why there is nothing of a meter in a period, as far as is known.
	fn why_silent(&self, meter: &str, period: u64) -> String {
		self.intake().why_silent(meter, period)
	}
}

impl<D: Disk> Intake<D> {
	fn why_silent(&self, meter: &str, period: u64) -> String {
		let refused = &self.journal.contents().refused;
		if let Some(row) = refused.get(&(meter.to_owned(), Some(period))) {
			return format!("{}: {}", row.name, row.reason);
		}
		let missed = self.assembler.missed_boundaries(meter, period);
		if !missed.is_empty() {
			let seconds = self.assembler.tolerance_ms() / 1_000;
			return format!(
				"heard, but not within {seconds} s after the period's {}: it or this agent was away just \
				 then, or it is asked too rarely (every, tolerance_s)",
				missed.join(" and ")
			);
		}
		if self.assembler.has_any(meter, period) {
			return "read, but not for the whole period".to_owned();
		}
		let unplaced = refused.get(&(meter.to_owned(), None));
		let unplaced =
			unplaced.map_or_else(String::new, |row| format!("; {}: {}", row.name, row.reason));
		match self.heard(meter) {
			Some(at_ms) => format!("last heard of at {}{unplaced}", time::show(at_ms)),
			None => format!("never heard of{unplaced}"),
		}
	}
}

/// A reading in the chain's unit.
fn amount(reading: u32, resource: Resource) -> Result<Amount, meterproof_meters::AmountError> {
	let unit = match resource {
		Resource::Electricity | Resource::Heat => Unit::WattHour,
		Resource::Water | Resource::Gas => Unit::Litre,
	};
	Amount::new(reading.into(), 0, unit)
}

#[cfg(test)]
mod tests;
