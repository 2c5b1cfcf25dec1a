//! `gateway`: commit to meters' readings, period by period.
//!
//! For every period the openings are on disk before a commitment leaves, so that a gateway killed
//! at any moment sends the same bytes when it is started again, and the owner can always prove.
//! Nothing is stored on a node's word alone that another node's word could not undo: periods are
//! those that the store remembers, and have ended by this machine's clock too.

mod batch;
mod counting;
mod free;
mod preparing;

use std::{fs::File, time::Duration};

use meterproof_device::MeterKey;
use serde_json::json;
use subxt_signer::sr25519::Keypair;

pub use counting::{is_ours, Answers, Register};

use self::{
	counting::Required,
	preparing::{prepare, unsettled, Refused},
};
use super::{
	device::{ensure_not_restarted, learn_of_rotations},
	Context,
};
use crate::{
	chain::Chain,
	cli::GatewayArgs,
	error::{file, Error, Result},
	readings::{parse_time, Readings, Step},
	rpc::{CommitmentAnswer, CommitmentItem, Period},
	store::{Entry, Meter, Secret, Store},
	timetable::{ensure_ended, ensure_starts, local_ms, Timetable, TimetableError},
};

/// Periods that a meter may move on where the store remembers nothing of the chain's periods.
const FIRST_STEPS: u64 = 1_000;

/// Between two attempts to find a commitment on record or the node back: a block.
const ROUND: Duration = Duration::from_secs(2);

/// A commitment and what became of it.
type Sent = (CommitmentItem, CommitmentAnswer);

/// A meter that is registered.
struct Registered {
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
	ensure_not_restarted(&chain, &store).await?;
	learn_of_rotations(&mut store, &chain).await?;
	let meters = registered(&store)?;
	report_unregistered(context, &store);
	let ask = async |at_ms| chain.rpc.period_at(at_ms).await;
	let periods = periods_of(steps, args.from_period, ask).await?;
	let required = Required::of(&chain, &store, &meters, &periods).await?;
	required.check(&readings, steps, &periods, &meters)?;
	report_own_keys(context, &store);
	let departed = required.passed_over(steps, &meters);
	if !departed.is_empty() {
		context.output.remark(&format!(
			"passed over, since the chain takes no commitments of theirs: {}",
			departed.join(", ")
		));
	}

	let (confirm, accept_periods) = (args.confirm, args.accept_periods);
	let replayed = args.from_period.is_some();
	let mut gateway =
		Gateway { context, chain, store, meters, confirm, accept_periods, replayed, payer };
	let (mut all, mut refused) = (0, 0);
	for (period, step) in periods.into_iter().zip(steps) {
		let (sent, unsent) = gateway.commit_period(period, step).await?;
		super::report_warning(context, &mut gateway.store);
		report(context, period, &sent, &unsent)?;
		all += sent.len() + unsent.len();
		refused += unsent.len() + sent.iter().filter(|(_, answer)| is_refused(answer)).count();
	}
	ensure_none_refused(refused, all)
}

fn is_refused(answer: &CommitmentAnswer) -> bool {
	matches!(answer, CommitmentAnswer::Refused { .. })
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
	meters: Vec<Registered>,
	confirm: bool,
	accept_periods: bool,
	/// Whether the readings' times are others than the periods'.
	replayed: bool,
	payer: Option<Keypair>,
}

impl Gateway<'_> {
	/// Commits for one period, however often the node goes away meanwhile: sending again is safe.
	async fn commit_period(
		&mut self,
		period: u64,
		step: &Step,
	) -> Result<(Vec<Sent>, Vec<Refused>)> {
		loop {
			match self.try_period(period, step).await {
				Err(error) if is_connection(&error) => self.reconnect(&error).await?,
				done => return done,
			}
		}
	}

	async fn try_period(&mut self, period: u64, step: &Step) -> Result<(Vec<Sent>, Vec<Refused>)> {
		self.wait_for_end(period, (!self.replayed).then_some(step.start_ms)).await?;
		let genesis = self.chain.genesis();
		let unsettled = unsettled(&self.store, &self.meters, period, step);
		let answers = Answers::of(&self.chain, &unsettled, period).await?;
		let prepared = prepare(&mut self.store, &genesis, &self.meters, (period, step), &answers)?;
		let sent = match &self.payer {
			Some(payer) => batch::send(&self.chain, payer, period, prepared.items).await?,
			None => free::send(&self.chain, period, prepared.items, self.confirm).await?,
		};
		Ok((sent, prepared.refused))
	}

	/// Waits until the chain's clock says that the period has ended, and this machine's agrees. It
	/// must start with its readings, if these have its times.
	async fn wait_for_end(&mut self, period: u64, readings_ms: Option<u64>) -> Result<()> {
		let what = format!("waiting for the end of period {period}");
		let spinner = self.context.output.spinner(what);
		loop {
			let info = self.chain.rpc.period(Some(period)).await?;
			let periods = Believed { asked: period, accept: self.accept_periods };
			if let Some(timetable) = periods.ensure(&info, &self.store, &self.meters)? {
				self.store.append(vec![Entry::Timetable { timetable }])?;
			}
			ensure_starts(&info, readings_ms)?;
			let left = info.end_ms.saturating_sub(info.now_ms);
			if left == 0 {
				spinner.finish_and_clear();
				return Ok(ensure_ended(&info, local_ms())?);
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

fn report(context: &Context, period: u64, answers: &[Sent], unsent: &[Refused]) -> Result<()> {
	let (mut accepted, mut recorded, mut refused) = (0, 0, unsent.to_vec());
	for (item, answer) in answers {
		match answer {
			CommitmentAnswer::Accepted => accepted += 1,
			CommitmentAnswer::Recorded => recorded += 1,
			CommitmentAnswer::Refused { error } => {
				let (device, direction) = (item.device, item.direction);
				refused.push(Refused { device, direction, error: error.clone() });
			},
		}
	}
	let refusals: Vec<_> = refused
		.iter()
		.map(|Refused { device, direction, error }| {
			json!({ "device": device, "direction": direction, "name": error.name })
		})
		.collect();
	let result = json!({
		"period": period, "accepted": accepted, "recorded": recorded, "refused": refusals,
	});
	context.output.show(&result, || {
		let count = refused.len();
		let mut text =
			format!("period {period}: {accepted} accepted, {recorded} recorded, {count} refused");
		for Refused { device, direction, error } in &refused {
			let (name, message) = (&error.name, &error.message);
			text += &format!("\n  device {device} {direction}: {name}: {message}");
		}
		text
	})
}

#[cfg(test)]
mod tests;
