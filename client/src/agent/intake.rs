//! What comes in: findings become readings of the store's meters, are kept in the journal, and only then
//! count.

use std::collections::{BTreeMap, HashMap, HashSet};

use meterproof_meters::{intervals::Scale, Counters, Finding, Measured, Place, Refused, Value};

use super::{
	assembly::{ensure_possible, Assembler, AssemblyError, News},
	journal::{disk::Disk, ensure_fits, on, Journal, Noted, Record, RefusedRow, Telegram, Told},
};
use crate::{
	error::{Named, Result},
	readings::{verdict, Verdict},
	store::{Facts, Store},
	telegrams,
	types::{Directions, Resource},
};

/// How far this machine's clock may be behind that of a meter that does not tell when it spoke, in ms.
const AHEAD_MS: u64 = 60_000;
/// The part of an interval that may be left of it when it arrives: clocks differ.
const LEFT: u64 = 100;

/// Names of meters that are nobody's that are remembered.
const MOST_STRANGERS: usize = 1_000;

/// Names of refusals that are remembered.
const MOST_SAID: usize = 10_000;

/// Letters of a reason that are written down.
const MOST_LETTERS: usize = 1_000;

/// A meter of the store's that the agent commits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
	/// The meter's number on the chain.
	pub device: u32,
	/// What it measures.
	pub resource: Resource,
	/// The registers.
	pub directions: Directions,
	/// The most that a register can count in a period, in Wh or litres.
	pub nameplate: u32,
}

/// The meters of a store that it signs for and that are registered, by name.
pub fn known(store: &Store) -> BTreeMap<String, Known> {
	let signing = store.meters().filter(|(_, meter, _)| meter.salts().is_some());
	let known = signing.filter_map(|(_, meter, device)| {
		let Facts { name, resource, directions, nameplate, .. } = &meter.facts;
		let (resource, directions, nameplate) = (*resource, *directions, *nameplate);
		let known = Known { device: device?, resource, directions, nameplate };
		Some((name.clone(), known))
	});
	known.collect()
}

/// What became of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
	/// Readings that were kept.
	pub kept: u64,
	/// Readings that were known, or lay between two boundaries.
	pub known: u64,
	/// What could not be used.
	pub refused: u64,
	/// The number of findings about a meter or register that the store does not have.
	pub passed_over: u64,
}

/// Readings on their way from sources to commitments.
pub struct Intake<D: Disk> {
	/// The journal.
	pub journal: Journal<D>,
	/// What periods are made of.
	pub assembler: Assembler,
	meters: BTreeMap<String, Known>,
	/// Where registers begin anew, by their meter's name, in Wh or litres.
	rollovers: HashMap<String, u128>,
	/// When each meter was last heard of, Unix ms.
	heard: HashMap<String, u64>,
	strangers: HashSet<String>,
	/// The period that runs: what was refused in it before is not told again.
	running: Option<u64>,
	/// What was refused, by meter and period, with the refusal's name.
	said: HashSet<(String, Option<u64>, String)>,
	/// What was refused and is of no meter of the store's, by source, with the refusal's name.
	said_of_none: HashSet<(String, &'static str)>,
	/// What was refused since somebody last asked, for the log.
	remarks: Vec<String>,
	/// Message counters that are to be kept with the next findings.
	counters: Counters,
}

impl<D: Disk> Intake<D> {
	/// What the journal has, gone on with.
	pub fn new(
		journal: Journal<D>,
		mut assembler: Assembler,
		meters: BTreeMap<String, Known>,
	) -> Self {
		let mut heard = HashMap::new();
		for noted in journal.contents().noted() {
			assembler.take(noted);
			let at: &mut u64 = heard.entry(noted.meter.clone()).or_default();
			*at = (*at).max(noted.received_ms);
		}
		let rollovers = HashMap::new();
		assembler.set_scales(scales(&meters, &rollovers));
		Self {
			journal,
			assembler,
			meters,
			rollovers,
			heard,
			strangers: HashSet::new(),
			running: None,
			said: HashSet::new(),
			said_of_none: HashSet::new(),
			remarks: Vec::new(),
			counters: Counters::default(),
		}
	}

	/// The meters that readings are taken of.
	pub fn meters(&self) -> &BTreeMap<String, Known> {
		&self.meters
	}

	/// Other meters than before, as when one was replaced.
	pub fn set_meters(&mut self, meters: BTreeMap<String, Known>) {
		self.assembler.set_scales(scales(&meters, &self.rollovers));
		self.meters = meters;
	}

	/// Where registers begin anew, by their meter's name, in Wh or litres.
	pub fn set_rollovers(&mut self, rollovers: HashMap<String, u128>) {
		self.rollovers = rollovers;
		self.assembler.set_scales(scales(&self.meters, &self.rollovers));
	}

	/// When a meter was last heard of, Unix ms.
	pub fn heard(&self, meter: &str) -> Option<u64> {
		self.heard.get(meter).copied()
	}

	/// When each meter was last heard of, if it was, Unix ms; findings that wait to be taken count, too.
	pub fn heard_with(&self, waiting: &[Finding]) -> BTreeMap<String, Option<u64>> {
		let known = self.meters.keys().map(|meter| (meter.clone(), self.heard(meter)));
		let mut heard: BTreeMap<_, _> = known.collect();
		for finding in waiting {
			let Finding::Measured(measured) = finding else { continue };
			if let Some(at_ms) = heard.get_mut(&measured.meter) {
				*at_ms = (*at_ms).max(Some(measured.received_ms));
			}
		}
		heard
	}

	/// The telegrams that a meter signed of what its registers counted in a period: of intervals, and of
	/// where the registers first stood at the period's start and at its end. In order of time, each once.
	pub fn telegrams(
		&self,
		meter: &str,
		directions: Directions,
		period: u64,
	) -> Vec<telegrams::Telegram> {
		let Some((start_ms, end_ms)) = self.assembler.span(period) else { return Vec::new() };
		let after = period.checked_add(1).and_then(|after| self.assembler.span(after));
		let after_ms = after.map_or(end_ms, |(_, after_ms)| after_ms);
		let contents = self.journal.contents();
		let mut behind: Vec<&Noted> = Vec::new();
		for direction in directions.iter() {
			let register = (meter, direction);
			let on = self.assembler.meter_of(register, period);
			let has_stood = |noted: &&Noted| {
				let stood = noted.told.stood();
				stood.is_some_and(|stood| on.is_none_or(|on| on == stood.on))
			};
			let within = contents.noted_between(register, start_ms, end_ms);
			let (stood, others): (Vec<_>, Vec<_>) = within.partition(has_stood);
			let is_counted = |noted: &&Noted| matches!(noted.told, Told::Counted { .. });
			let (mut stood, counted) = (stood, others.into_iter().filter(is_counted));
			// Of several standings at a boundary the first counts.
			stood.truncate(1);
			let at_end = contents.noted_between(register, end_ms, after_ms).find(has_stood);
			behind.extend(stood.into_iter().chain(counted).chain(at_end));
		}
		behind.sort_by_key(|noted| match noted.told {
			Told::Counted { end_ms, .. } => end_ms,
			Told::Stood { at_ms, .. } | Told::StoodOn { at_ms, .. } | Told::Broke { at_ms, .. } => {
				at_ms
			},
		});
		let mut known = HashSet::new();
		let signed = behind.into_iter().filter_map(|noted| noted.telegram.as_ref());
		let signed = signed.filter(|signed| known.insert((&signed.format, &signed.bytes)));
		// What no commitment can bind stays in the journal.
		let made = signed.filter_map(|Telegram { format, bytes }| {
			telegrams::Telegram::new(format.as_str(), bytes.clone()).ok()
		});
		made.collect()
	}

	/// What was refused since this was last asked, in words.
	pub fn take_remarks(&mut self) -> Vec<String> {
		std::mem::take(&mut self.remarks)
	}

	/// Takes down how far message counters are: they are kept with the next findings, in one write and
	/// behind them, so that no counter is known of a telegram whose readings are not.
	pub fn count(&mut self, counters: &Counters) {
		self.counters.raise(counters.iter());
	}

	/// Takes findings: what matters of them is on disk once this returns. Where that fails nothing has
	/// changed, and the same findings can be given again. `now_ms` is the latest that it can be.
	pub fn take(&mut self, findings: &[Finding], now_ms: u64) -> Result<Tally> {
		let mut tally = Tally::default();
		let (mut noted, mut refused) = (Vec::new(), Vec::new());
		let (mut heard, mut watched) = (Vec::new(), Vec::new());
		for finding in findings {
			match finding {
				Finding::Measured(measured) => {
					let Some(known) = self.meters.get(&measured.meter) else {
						tally.passed_over += 1;
						self.note_stranger(&measured.meter);
						continue;
					};
					if !known.directions.contains(measured.direction) {
						tally.passed_over += 1;
						continue;
					}
					// A table is read again and again, and its old rows say nothing new.
					let is_table = is_of_a_table(measured);
					if !is_table {
						heard.push((measured.meter.clone(), measured.received_ms));
					}
					match judge(&self.assembler, measured, known.resource, now_ms) {
						Ok(Some((new, news))) => {
							if is_table {
								let at_ms = end_of(&measured.value).min(measured.received_ms);
								heard.push((measured.meter.clone(), at_ms));
							}
							let seen = self.assembler.watch(&new);
							if let Some(told) = seen.as_ref().and_then(|seen| seen.broke) {
								let broke = Noted { told, telegram: None, ..new.clone() };
								refused.extend(self.broken(measured, &told, news, now_ms));
								self.assembler.take(&broke);
								noted.push(broke);
							}
							watched.extend(seen);
							match (
								news,
								(news != News::Nothing).then(|| with_telegram(new, measured)),
							) {
								(News::Nothing, _) | (_, None) => tally.known += 1,
								(News::Kept { .. }, Some(Ok(new))) => {
									// What follows in the same findings is judged by it.
									self.assembler.take(&new);
									noted.push(new);
									tally.kept += 1;
								},
								(News::Kept { .. }, Some(Err(refusal))) => {
									tally.refused += 1;
									refused.push(self.refusal(measured, &refusal, now_ms));
								},
							}
						},
						Ok(None) => tally.known += 1,
						Err(refusal) => {
							tally.refused += 1;
							refused.push(self.refusal(measured, &refusal, now_ms));
						},
					}
				},
				Finding::Refused(told) => {
					tally.refused += 1;
					refused.extend(self.told(told, now_ms));
				},
			}
		}
		if let Err(error) = self.journal.note(noted, &self.counters) {
			watched.into_iter().rev().for_each(|seen| self.assembler.unwatch(seen));
			self.assembler.restart(self.journal.contents().noted());
			return Err(error);
		}
		self.counters = Counters::default();
		for (meter, at) in heard {
			let last = self.heard.entry(meter).or_default();
			*last = (*last).max(at);
		}
		self.keep_refusals(refused, now_ms)?;
		Ok(tally)
	}

	/// Remarks on what a source said that cannot be used and is of no meter of the store's: once in a
	/// period for each name.
	pub fn remark(&mut self, source: &str, findings: &[Finding], now_ms: u64) {
		self.run_on(now_ms);
		for finding in findings {
			let Finding::Refused(told) = finding else { continue };
			if told.meter.as_ref().is_some_and(|meter| self.meters.contains_key(meter)) {
				continue;
			}
			if self.said_of_none.insert((source.to_owned(), told.name)) {
				self.remarks.push(short(format!("{source}: {}: {told}", told.name)));
			}
		}
	}

	/// Messages that are said once per period may be said again in the next.
	fn run_on(&mut self, now_ms: u64) {
		let running = self.assembler.period_at(now_ms);
		if running != self.running {
			self.running = running;
			self.said.clear();
			self.said_of_none.clear();
		}
		if self.said.len() >= MOST_SAID {
			self.said.clear();
		}
	}

	/// What is worth writing down of refusals: what a meter repeats is written down once per period, also
	/// where it takes turns with something else.
	fn keep_refusals(&mut self, refused: Vec<RefusedRow>, now_ms: u64) -> Result<()> {
		self.run_on(now_ms);
		let known = &self.journal.contents().refused;
		let said = &self.said;
		let is_new = |row: &&RefusedRow| {
			let before = known.get(&(row.meter.clone(), row.period));
			before.is_none_or(|before| before.name != row.name) && !said.contains(&name_of(row))
		};
		let mut new: Vec<RefusedRow> = Vec::new();
		for row in refused.iter().filter(is_new) {
			if !new.iter().any(|one| one.meter == row.meter && one.period == row.period) {
				new.push(row.clone());
			}
		}
		self.journal.write(new.iter().cloned().map(Record::Refused).collect())?;
		for row in &new {
			let RefusedRow { meter, name, reason, .. } = row;
			self.remarks.push(format!("{meter}: {name}: {reason}"));
			self.said.insert(name_of(row));
		}
		Ok(())
	}

	fn refusal(&self, measured: &Measured, refusal: &Refusal, at_ms: u64) -> RefusedRow {
		let (start_ms, place) = (start_of(&measured.value), measured.place);
		RefusedRow {
			meter: measured.meter.clone(),
			period: self.assembler.period_at(start_ms),
			name: refusal.name.to_owned(),
			reason: short(format!("{place}: {}", refusal.reason)),
			at_ms,
		}
	}

	/// The row of a register that broke: in the period before, where that shows in the first standing of
	/// one.
	fn broken(
		&self,
		measured: &Measured,
		told: &Told,
		news: News,
		at_ms: u64,
	) -> Option<RefusedRow> {
		let Told::Broke { at_ms: broke_ms, how, .. } = told else { return None };
		let period = match news {
			News::Kept { period } => period.checked_sub(1)?,
			News::Nothing => self.assembler.period_at(*broke_ms)?,
		};
		let error = AssemblyError::broken(period, *how);
		Some(RefusedRow {
			meter: measured.meter.clone(),
			period: Some(period),
			name: error.name().to_owned(),
			reason: short(format!("{}: {error}", measured.place)),
			at_ms,
		})
	}

	/// What of a period cannot be committed to, though it was read, with the reason. Registers that are
	/// not complete are not among it.
	pub fn unusable(&self, period: u64) -> Vec<(String, AssemblyError)> {
		let mut all = Vec::new();
		for (meter, Known { directions, .. }) in &self.meters {
			for direction in directions.iter() {
				if let Some(Err(error)) = self.assembler.reading(meter, direction, period) {
					all.push((meter.clone(), error));
				}
			}
		}
		all
	}

	/// The row of something refused; none if it is of no meter of the store's.
	fn told(&self, told: &Refused, at_ms: u64) -> Option<RefusedRow> {
		let meter = told.meter.clone().filter(|meter| self.meters.contains_key(meter))?;
		let reason = short(format!("{}: {}", told.place, told.reason));
		let name = told.name.to_owned();
		Some(RefusedRow { meter, period: None, name, reason, at_ms })
	}

	fn note_stranger(&mut self, meter: &str) {
		if self.strangers.len() < MOST_STRANGERS && !self.strangers.contains(meter) {
			self.strangers.insert(meter.to_owned());
			self.remarks.push(format!("{meter}: passed over: the store has no meter of this name"));
		}
	}
}

/// What of a refusal is told once.
fn name_of(row: &RefusedRow) -> (String, Option<u64>, String) {
	(row.meter.clone(), row.period, row.name.clone())
}

/// The beginning of a reason: it may quote what came in, and must fit into a record of the journal.
fn short(reason: String) -> String {
	match reason.char_indices().nth(MOST_LETTERS) {
		Some((end, _)) => format!("{}…", reason.get(..end).unwrap_or_default()),
		None => reason,
	}
}

/// Whether what was measured is of a time that has passed: it is not where a portal pads a day.
///
/// # Errors
///
/// Those of a clock that must be wrong, the meter's or that of what reads it.
pub fn has_passed(measured: &Measured, now_ms: u64) -> Result<bool> {
	match of_a_table(measured, now_ms) {
		Some(Verdict::Ahead) => return Ok(false),
		Some(Verdict::Clock(error)) => return Err(error.into()),
		None | Some(Verdict::Over) => {},
	}
	ensure_possible(start_of(&measured.value), end_of(&measured.value), now_ms)?;
	Ok(true)
}

/// Why something that was measured cannot be used.
struct Refusal {
	name: &'static str,
	reason: String,
}

impl<E: Named> From<E> for Refusal {
	fn from(error: E) -> Self {
		Self { name: error.name(), reason: error.to_string() }
	}
}

fn start_of(value: &Value) -> u64 {
	match value {
		Value::Counted { start_ms, .. } | Value::Missing { start_ms, .. } => *start_ms,
		Value::Stands { at_ms, .. } => *at_ms,
	}
}

fn end_of(value: &Value) -> u64 {
	match value {
		Value::Counted { end_ms, .. } | Value::Missing { end_ms, .. } => *end_ms,
		Value::Stands { at_ms, .. } => *at_ms,
	}
}

/// What each meter can count, and where its registers begin anew.
fn scales(
	meters: &BTreeMap<String, Known>,
	rollovers: &HashMap<String, u128>,
) -> HashMap<String, Scale> {
	let scale = |(name, known): (&String, &Known)| {
		let rollover = rollovers.get(name).copied();
		(name.clone(), Scale { resource: known.resource, most: known.nameplate, rollover })
	};
	meters.iter().map(scale).collect()
}

/// What something that was measured says, without its telegram, and whether that is to be kept; none if it
/// says nothing.
fn judge(
	assembler: &Assembler,
	measured: &Measured,
	resource: Resource,
	now_ms: u64,
) -> Result<Option<(Noted, News)>, Refusal> {
	match of_a_table(measured, now_ms) {
		None | Some(Verdict::Over) => {},
		// What a portal pads a day with is no reading.
		Some(Verdict::Ahead) => return Ok(None),
		Some(Verdict::Clock(error)) => return Err(error.into()),
	}
	let told = match &measured.value {
		Value::Counted { start_ms, end_ms, amount } => {
			let left_ms = (end_ms.saturating_sub(*start_ms) / LEFT).min(AHEAD_MS);
			let arrived_ms = measured.received_ms.min(now_ms).saturating_add(left_ms);
			let latest = measured.taken_ms.unwrap_or(arrived_ms);
			if *end_ms > latest {
				let seconds = end_ms.saturating_sub(latest) / 1_000;
				return Err(AssemblyError::FromTheFuture { seconds }.into());
			}
			Told::Counted { start_ms: *start_ms, end_ms: *end_ms, reading: amount.whole(resource)? }
		},
		Value::Stands { at_ms, total } => {
			let (at_ms, total) = (*at_ms, total.standing(resource)?);
			match &measured.input_name {
				None => Told::Stood { at_ms, total },
				Some(name) => Told::StoodOn { at_ms, total, on: on(name) },
			}
		},
		Value::Missing { .. } => return Ok(None),
	};
	let noted = Noted {
		meter: measured.meter.clone(),
		direction: measured.direction,
		told,
		received_ms: measured.received_ms,
		telegram: None,
	};
	let news = assembler.judge(&noted, now_ms)?;
	Ok(Some((noted, news)))
}

/// Whether a value stands in a table, and no meter has signed it.
fn is_of_a_table(measured: &Measured) -> bool {
	matches!(measured.place, Place::Line(_)) && measured.signed.is_none()
}

/// What the time of a table's value says of it, beside when the table was written; none of what a meter
/// said or signed, and none of a place without a value.
fn of_a_table(measured: &Measured, now_ms: u64) -> Option<Verdict> {
	if !is_of_a_table(measured) || matches!(measured.value, Value::Missing { .. }) {
		return None;
	}
	let (start_ms, end_ms) = (start_of(&measured.value), end_of(&measured.value));
	// A time of writing ahead of now is another clock's.
	let written_ms = measured.taken_ms.unwrap_or(now_ms).min(now_ms);
	// Old ones are told by the absurdity of their clocks, and by their periods.
	Some(verdict((start_ms, end_ms), written_ms, true))
}

/// With the telegram that the meter signed, if the journal has room for it.
fn with_telegram(noted: Noted, measured: &Measured) -> Result<Noted, Refusal> {
	let telegram = measured
		.signed
		.as_ref()
		.map(|signed| Telegram { format: signed.format.to_owned(), bytes: signed.bytes.to_vec() });
	let noted = Noted { telegram, ..noted };
	ensure_fits(&noted)?;
	Ok(noted)
}

#[cfg(test)]
mod tests;
