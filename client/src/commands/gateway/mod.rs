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
mod preparing;
mod told;

use std::{fs::File, time::Duration};

use meterproof_device::MeterKey;
use serde_json::json;
use subxt_signer::sr25519::Keypair;

pub use committing::{commit, Became, How, Outcome};
pub use counting::is_ours;
pub use free::passes;
pub use told::{refusal, PeriodReadings, Told};

use self::committing::believed;
use super::{device::learn_of_rotations, Context};
use crate::{
	chain::Chain,
	cli::GatewayArgs,
	error::{file, Error, Result},
	readings::{parse_time, Readings, Step},
	rpc::{CommitmentAnswer, CommitmentItem, Period, Refusal},
	store::{Meter, Secret, Store},
	timetable::{ensure_starts, Timetable, TimetableError},
	types::Direction,
};

/// Periods that a meter may move on where the store remembers nothing of the chain's periods.
const FIRST_STEPS: u64 = 1_000;

/// Between two attempts to find a commitment on record or the node back: a block.
const ROUND: Duration = Duration::from_secs(2);

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
	let source = File::open(&args.readings);
	let source = source.map_err(|error| file("cannot read", &args.readings, &error))?;
	let readings = Readings::parse(source)?;
	let from_time = args.from_time.as_deref().map(start_time).transpose()?;
	let steps = readings.window(from_time, args.periods)?;

	let payer = if args.batch { Some(context.signer()?) } else { None };
	let password = context.passwords.existing(&args.store)?;
	let mut store = Store::open_for_writing(&args.store, &password)?;
	super::report_state(context, &mut store);
	let chain = context.chain().await?;
	store.ensure_chain(&chain.genesis())?;
	learn_of_rotations(&mut store, &chain).await?;
	registered(&store)?;
	report_unregistered(context, &store);
	let ask = async |at_ms| chain.rpc.period_at(at_ms).await;
	let periods = periods_of(steps, args.from_period, ask).await?;
	report_own_keys(context, &store);

	let (confirm, accept_periods) = (args.confirm, args.accept_periods);
	let replayed = args.from_period.is_some();
	let mut gateway = Gateway { context, chain, store, confirm, accept_periods, payer };
	let (mut all, mut refused) = (0, 0);
	for (period, step) in periods.into_iter().zip(steps) {
		let starts = (!replayed).then_some(step.start_ms);
		let told = step.told(readings.unit());
		let outcomes = gateway.commit_period(period, starts, &told).await?;
		super::report_warning(context, &mut gateway.store);
		report(context, period, &outcomes)?;
		let wanted = |outcome: &&Outcome| !matches!(outcome.became, Became::NotAsked(_));
		all += outcomes.iter().filter(wanted).count();
		refused += outcomes.iter().filter(|outcome| outcome.became.refusal().is_some()).count();
	}
	ensure_none_refused(refused, all)
}

/// The end of a run says what happened, so that a script notices.
fn ensure_none_refused(refused: usize, all: usize) -> Result<()> {
	if refused == 0 {
		return Ok(());
	}
	let message = format!(
		"{refused} of {all} commitments were refused, for the reasons above; the same command tries \
		 them again"
	);
	Err(Error::new("CommitmentsRefused", message))
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
		self.wait_for_end(period, starts_ms).await?;
		let (accept_periods, confirm) = (self.accept_periods, self.confirm);
		let how = How { accept_periods, confirm, payer: self.payer.as_ref() };
		commit(&mut self.store, &self.chain, how, period, readings).await
	}

	/// Waits until the chain's clock says that the period has ended. It must start with its readings,
	/// if these have its times.
	async fn wait_for_end(&mut self, period: u64, starts_ms: Option<u64>) -> Result<()> {
		let what = format!("waiting for the end of period {period}");
		let spinner = self.context.output.spinner(what);
		let meters = registered(&self.store)?;
		loop {
			let accept = self.accept_periods;
			let info = believed(&mut self.store, &self.chain, accept, period, &meters).await?;
			ensure_starts(&info, starts_ms)?;
			let left = info.end_ms.saturating_sub(info.now_ms);
			if left == 0 {
				spinner.finish_and_clear();
				return Ok(());
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
		self.store.ensure_chain(&self.chain.genesis())
	}
}

/// Whether the node is gone, has no time, or the chain's runtime is being upgraded: all of it passes.
fn is_connection(error: &Error) -> bool {
	["NotConnected", "ConnectionLost", "NodeBusy", "RuntimeChanged"].contains(&error.name())
}

fn start_time(text: &str) -> Result<u64> {
	let message = || format!("{text}: not a time like 2016-06-14T10:00:00Z");
	parse_time(text).ok_or_else(|| Error::new("BadTime", message()))
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
		let place = readings.of(&meter, direction).and_then(|told| told.place);
		Outcome { meter, device, direction, place, became }
	}

	/// The key that signs for a period, if the store holds it.
	fn key(&self, period: u64) -> Option<MeterKey> {
		self.meter.key_for(period).seed().map(Secret::key)
	}
}

/// The period of each time step: counted from one, or the one that starts with the step. The chain
/// is asked for the first, and again where periods get other lengths.
async fn periods_of(
	steps: &[Step],
	from: Option<u64>,
	ask: impl AsyncFn(u64) -> Result<Period>,
) -> Result<Vec<u64>> {
	if let Some(from) = from {
		return Ok((from..).take(steps.len()).collect());
	}
	let mut periods: Vec<u64> = Vec::with_capacity(steps.len());
	let mut known: Option<Period> = None;
	for step in steps {
		let mut found = known.as_ref().and_then(|known| known.starting_at(step.start_ms));
		if found.is_none() {
			let asked = ask(step.start_ms).await?;
			found = asked.starting_at(step.start_ms);
			known = Some(asked);
		}
		match found {
			Some(period)
				if periods.last().is_none_or(|last| last.checked_add(1) == Some(period)) =>
			{
				periods.push(period);
			},
			_ => {
				let length_ms = known.map_or(0, |known| known.schedule.length_ms);
				let message = format!(
					"line {}: the time steps are not the chain's periods of {length_ms} ms; \
					 replay them with --from-period",
					step.line
				);
				return Err(Error::new("NotThePeriods", message));
			},
		}
	}
	Ok(periods)
}

fn report(context: &Context, period: u64, outcomes: &[Outcome]) -> Result<()> {
	let count = |which: fn(&Became) -> bool| {
		outcomes.iter().filter(|outcome| which(&outcome.became)).count()
	};
	let accepted = count(|became| matches!(became, Became::Accepted));
	let recorded = count(|became| matches!(became, Became::Recorded));
	let refused: Vec<_> =
		outcomes.iter().filter_map(|outcome| Some((outcome, outcome.became.refusal()?))).collect();
	let refusals: Vec<_> = refused
		.iter()
		.map(|(Outcome { meter, device, direction, place, .. }, refusal)| {
			json!({
				"meter": meter,
				"device": device,
				"direction": direction,
				"place": place.map(|place| place.to_string()),
				"name": refusal.name,
				"message": refusal.message,
			})
		})
		.collect();
	let result = json!({
		"period": period, "accepted": accepted, "recorded": recorded, "refused": refusals,
	});
	context.output.show(&result, || {
		let count = refused.len();
		let mut text =
			format!("period {period}: {accepted} accepted, {recorded} recorded, {count} refused");
		for (Outcome { meter, device, direction, place, .. }, Refusal { name, message }) in &refused
		{
			let place = place.map(|place| format!("{place}: ")).unwrap_or_default();
			text += &format!("\n  {place}{meter} (device {device}) {direction}: {name}: {message}");
		}
		text
	})
}

#[cfg(test)]
mod tests;
