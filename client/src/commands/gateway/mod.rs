//! `gateway`: commit to meters' readings, period by period.
//!
//! For every period the openings are on disk before a commitment leaves, so that a gateway killed
//! at any moment sends the same bytes when it is started again, and the owner can always prove.
//! Nothing is stored on a node's word alone that another node's word could not undo: periods are
//! those that the store remembers, and have ended by this machine's clock too.

mod batch;
mod committing;
mod counting;
mod free;
mod options;
mod placing;
mod preparing;
mod report;

use std::{
	collections::{HashMap, HashSet},
	fs,
	time::Duration,
};

use meterproof_device::MeterKey;
use meterproof_meters::{
	files::times::Labels,
	intervals::{Grid, Scale},
	Unit,
};
use subxt_signer::sr25519::Keypair;
use zeroize::Zeroizing;

pub use crate::readings::{refusal, PeriodReadings, Told};
pub use committing::{commit, Became, How, Outcome};
pub use counting::{is_ours, Answers, Register};
pub use free::passes;
pub use options::capacity;

use self::{committing::believed, placing::Placed, report::Tally};
use super::{
	device::{ensure_not_restarted, learn_of_rotations},
	Context,
};
use crate::{
	chain::Chain,
	cli::GatewayArgs,
	error::{file, Error, Result},
	readings::{keep, window, Files},
	rpc::{CommitmentAnswer, CommitmentItem, Period},
	store::{Meter, Secret, Store},
	telegrams,
	timetable::{ensure_starts, said_duration, Timetable, TimetableError},
	types::{Direction, Resource},
};

/// Periods that a meter may move on where the store remembers nothing of the chain's periods.
const FIRST_STEPS: u64 = 1_000;

/// Between two attempts to find a commitment on record or the node back: a block.
const ROUND: Duration = Duration::from_secs(2);

/// Waits that are not worth a word.
const SHORT_WAIT_MS: u64 = 3_000;

/// A commitment and what became of it.
type Sent = (CommitmentItem, CommitmentAnswer);

/// A meter that is registered.
#[derive(Clone, Debug)]
pub struct Registered {
	number: u32,
	meter: Meter,
	device: u32,
}

pub async fn run(context: &Context, args: GatewayArgs) -> Result<()> {
	let options = options::of(&args.rows)?;
	let from_time = options::from_time(&args)?;
	let rollover = options::rollover(&args.rows)?;
	let files = Files::read(&args.readings, &options, args.rows.labels.is_some())?;
	let telegrams = args.telegrams.as_ref().map(|path| {
		let text = fs::read(path).map_err(|error| file("cannot read", path, &error))?;
		Ok::<_, Error>(telegrams::parse(&Zeroizing::new(text))?)
	});
	let telegrams = telegrams.transpose()?.unwrap_or_default();

	let payer = if args.batch { Some(context.signer()?) } else { None };
	let password = context.passwords.existing(&args.store)?;
	let mut store = Store::open_for_writing(&args.store, &password)?;
	super::report_state(context, &mut store);
	let chain = context.chain().await?;
	store.ensure_chain(&chain.genesis())?;
	ensure_not_restarted(&chain, &store).await?;
	learn_of_rotations(&mut store, &chain).await?;
	let meters = registered(&store)?;
	report_unregistered(context, &store);

	let scale = |known: &Registered| {
		let facts = &known.meter.facts;
		let (resource, most) = (facts.resource, facts.nameplate);
		(facts.name.clone(), Scale { resource, most, rollover })
	};
	let scales: HashMap<_, _> = meters.iter().map(scale).collect();
	let running = chain.rpc.period(None).await?;
	let length_ms = running.schedule.length_ms;
	let grid = Grid { anchor_ms: running.start_ms, length_ms };
	let replayed = args.from_period.is_some();
	let grid = (!(replayed && options.registers)).then_some(grid);
	let mut read = files.rows(&scales, grid, replayed);
	report::warn(context, &read);
	let mut tally = Tally::default();
	let at_end = options.labels == Labels::End;
	keep(telegrams, &mut read, |meter| scales.contains_key(meter), at_end);
	let window = match read.rows.is_empty() {
		// Why there are none is said of each of them, or they are still to come.
		true if !read.refused.is_empty() || read.ahead > 0 => None,
		_ => Some(window(std::mem::take(&mut read.rows), from_time, at_end, args.periods)?),
	};
	let placed = match (window, args.from_period) {
		(None, _) => Placed::default(),
		(Some(window), Some(from)) => Placed::replayed(window, from),
		(Some(window), None) => {
			Placed::at_their_times(window, async |at_ms| chain.rpc.period_at(at_ms).await).await?
		},
	};
	report::rows(context, &mut tally, read.refused, placed.refused)?;
	report_own_keys(context, &store);

	let covered = Covered::of(&files, &meters);
	let (confirm, accept_periods) = (args.confirm, args.accept_periods);
	let mut gateway = Gateway { context, chain, store, confirm, accept_periods, payer };
	for (period, placement) in placed.periods {
		let starts = placement.starts_ms;
		let mut outcomes = gateway.commit_period(period, starts, &placement.readings).await?;
		outcomes.retain(|outcome| covered.wants(outcome));
		super::report_warning(context, &mut gateway.store);
		report::unkept(context, &gateway.store, (period, &placement.readings), &outcomes);
		report::period(context, &mut tally, period, &outcomes)?;
	}
	report::passed_over(context, &tally);
	tally.ensure_none_refused()
}

/// Which meters the files are of: a household may have a source for each resource, and one is not
/// asked for another one's readings.
struct Covered {
	named: HashSet<u32>,
	resources: HashSet<Resource>,
	by_device: HashMap<u32, Resource>,
}

impl Covered {
	fn of(files: &Files, meters: &[Registered]) -> Self {
		let resource = |known: &Registered| known.meter.facts.resource;
		let named: Vec<_> = meters.iter().filter(|known| files.names(known.meter.name())).collect();
		let mut resources: HashSet<_> = named.iter().copied().map(resource).collect();
		// Where no meter of a unit is named, those that count in it are missed.
		let bases: HashSet<_> = resources.iter().map(|resource| resource.base_unit()).collect();
		let units = files.units();
		let in_files = |resource: &Resource| {
			units.iter().any(|unit| {
				let base = match unit {
					Unit::Litre | Unit::CubicMetre => "l",
					Unit::WattHour | Unit::KilowattHour | Unit::MegawattHour => "Wh",
				};
				base == resource.base_unit()
			})
		};
		let unnamed = |resource: &Resource| !bases.contains(resource.base_unit());
		resources.extend(Resource::ALL.into_iter().filter(in_files).filter(unnamed));
		Self {
			named: named.iter().map(|known| known.device).collect(),
			resources,
			by_device: meters.iter().map(|known| (known.device, resource(known))).collect(),
		}
	}

	/// Whether an outcome is to be reported. A missing reading is reported only for a resource that the
	/// files contain, and for devices that were named.
	fn wants(&self, outcome: &Outcome) -> bool {
		let device = outcome.device;
		let of = self.by_device.get(&device).is_some_and(|of| self.resources.contains(of));
		!matches!(outcome.became, Became::Missing(_)) || self.named.contains(&device) || of
	}
}

/// What the periods have in common.
struct Gateway<'a> {
	context: &'a Context,
	chain: Chain,
	store: Store,
	confirm: bool,
	accept_periods: bool,
	payer: Option<Keypair>,
}

impl Gateway<'_> {
	/// Commits for one period, however often the node goes away meanwhile: sending again is safe.
	async fn commit_period(
		&mut self,
		period: u64,
		starts_ms: Option<u64>,
		readings: &PeriodReadings,
	) -> Result<Vec<Outcome>> {
		loop {
			match self.try_period(period, starts_ms, readings).await {
				Err(error) if is_connection(&error) => self.reconnect(&error).await?,
				done => return done,
			}
		}
	}

	async fn try_period(
		&mut self,
		period: u64,
		starts_ms: Option<u64>,
		readings: &PeriodReadings,
	) -> Result<Vec<Outcome>> {
		loop {
			self.wait_for_end(period, starts_ms).await?;
			let (accept_periods, confirm) = (self.accept_periods, self.confirm);
			let payer = self.payer.as_ref();
			let how = How { accept_periods, confirm, payer, on_record: None };
			match commit(&mut self.store, &self.chain, how, period, readings).await {
				// A block was taken back, and the chain's clock with it, or another node answers.
				Err(error) if error.name() == "PeriodNotOver" => tokio::time::sleep(ROUND).await,
				done => return done,
			}
		}
	}

	/// Waits until the chain's clock says that the period has ended. It must start with its readings,
	/// if these have its times.
	async fn wait_for_end(&mut self, period: u64, starts_ms: Option<u64>) -> Result<()> {
		let spinner = self.context.output.spinner(waiting_for(period));
		let meters = registered(&self.store)?;
		let mut told = false;
		loop {
			let accept = self.accept_periods;
			let info = believed(&mut self.store, &self.chain, accept, period, &meters).await?;
			ensure_starts(&info, starts_ms)?;
			let left = info.end_ms.saturating_sub(info.now_ms);
			if left == 0 {
				spinner.finish_and_clear();
				return Ok(());
			}
			if let Some(remark) = remark_on_wait(period, left).filter(|_| !told) {
				told = true;
				self.context.output.remark(&remark);
			}
			// The chain's clock moves with its blocks, so it is asked again before the last moment.
			tokio::time::sleep(Duration::from_millis(left.clamp(200, 5_000))).await;
		}
	}

	async fn reconnect(&mut self, error: &Error) -> Result<()> {
		self.context.output.remark(&format!("{error}; connecting again"));
		self.chain = loop {
			tokio::time::sleep(ROUND).await;
			match self.context.chain().await {
				Err(error) if is_connection(&error) => {},
				chain => break chain?,
			}
		};
		self.store.ensure_chain(&self.chain.genesis())?;
		// A node that went away may have come back with a chain that was started anew.
		match ensure_not_restarted(&self.chain, &self.store).await {
			Err(error) if is_connection(&error) => Ok(()),
			looked => looked,
		}
	}
}

/// What is waited for.
fn waiting_for(period: u64) -> String {
	format!("waiting for the end of period {period}")
}

/// For what is waited and for how long, if that is worth a word.
fn remark_on_wait(period: u64, left_ms: u64) -> Option<String> {
	let words = || format!("{}, for {}", waiting_for(period), said_duration(left_ms));
	(left_ms > SHORT_WAIT_MS).then(words)
}

/// Whether the node is gone, has no time, or the chain's runtime is being upgraded: all of it passes.
fn is_connection(error: &Error) -> bool {
	["NotConnected", "ConnectionLost", "NodeBusy", "RuntimeChanged"].contains(&error.name())
}

/// Which period was asked for, and whether the operator takes a node's word for what it is.
struct Believed {
	asked: u64,
	accept: bool,
}

impl Believed {
	/// Refuses a node's answer that the store has reason to doubt; what the store is to remember if
	/// it does not yet, or no longer.
	fn ensure(
		&self,
		answer: &Period,
		store: &Store,
		meters: &[Registered],
	) -> Result<Option<Timetable>> {
		if answer.period != self.asked {
			let message = format!("the node answered with another period than {}", self.asked);
			return Err(Error::new("UnexpectedAnswer", message));
		}
		let known = store.timetable().map(|known| known.ensure_gives(answer));
		match known {
			Some(Ok(())) => return Ok(None),
			_ if self.accept => {},
			Some(Err(error)) => return Err(error.into()),
			None => ensure_near(answer.period, store, meters)?,
		}
		Ok(Some(Timetable::of(answer)))
	}
}

/// Refuses a period that is far ahead of those that meters have committed to.
fn ensure_near(period: u64, store: &Store, meters: &[Registered]) -> Result<()> {
	for (number, meter, _) in store.meters() {
		if meters.iter().any(|known| known.number == number) {
			ensure_near_to(meter, period)?;
		}
	}
	Ok(())
}

/// Refuses a period that is far ahead of the one that a meter's salts begin at.
pub(super) fn ensure_near_to(meter: &Meter, period: u64) -> Result<()> {
	let begin = meter.salts().map(|salts| salts.period);
	let steps = begin.map_or(0, |begin| period.saturating_sub(begin));
	if steps <= FIRST_STEPS {
		return Ok(());
	}
	Err(TimetableError::PeriodFarAhead { meter: meter.name().to_owned(), period, steps }.into())
}

/// The meters that the store signs for. Those that were never registered are left out.
fn registered(store: &Store) -> Result<Vec<Registered>> {
	let mut unregistered = None;
	let mut meters = Vec::new();
	for (number, meter, device) in store.meters().filter(|(_, meter, _)| meter.salts().is_some()) {
		match device {
			Some(device) => meters.push(Registered { number, meter: meter.clone(), device }),
			None => unregistered = Some(meter.name()),
		}
	}
	if !meters.is_empty() {
		return Ok(meters);
	}
	Err(match unregistered {
		Some(name) => {
			let message = format!("{name} is not registered; run device register again");
			Error::new("NotRegistered", message)
		},
		None => {
			let message = "the store holds no meter's key; meters that hold their own send their \
				commitments themselves";
			Error::new("NoMeters", message)
		},
	})
}

/// Tells a person of meters that were never registered.
fn report_unregistered(context: &Context, store: &Store) {
	let names: Vec<_> = store
		.meters()
		.filter(|(_, meter, device)| meter.salts().is_some() && device.is_none())
		.map(|(_, meter, _)| meter.name())
		.collect();
	if !names.is_empty() {
		context.output.remark(&format!(
			"passed over, since these meters are not registered (device register does that, store \
			 remove takes them out): {}",
			names.join(", ")
		));
	}
}

/// Tells a person which meters are passed over.
fn report_own_keys(context: &Context, store: &Store) {
	let own: Vec<_> = store
		.meters()
		.filter(|(_, meter, _)| meter.newest_key().seed().is_none())
		.map(|(_, meter, _)| meter.name())
		.collect();
	if !own.is_empty() {
		context.output.remark(&format!(
			"passed over, since these meters hold their own keys and commit by themselves: {}",
			own.join(", ")
		));
	}
}

impl Registered {
	/// What became of one of its registers.
	fn outcome(&self, direction: Direction, readings: &PeriodReadings, became: Became) -> Outcome {
		let (meter, device) = (self.meter.name().to_owned(), self.device);
		let told = readings.of(&meter, direction);
		let file = told.and_then(|told| told.file.clone());
		let place = told.and_then(|told| told.place);
		Outcome { meter, device, direction, file, place, became }
	}

	/// The key that signs for a period, if the store holds it.
	fn key(&self, period: u64) -> Option<MeterKey> {
		self.meter.key_for(period).seed().map(Secret::key)
	}
}

#[cfg(test)]
mod tests;
