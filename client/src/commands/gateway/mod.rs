//! `gateway`: commit to meters' readings, period by period.
//!
//! For every period the openings are on disk before a commitment leaves, so that a gateway killed
//! at any moment sends the same bytes when it is started again, and the owner can always prove.

mod batch;
mod free;

use std::{fs::File, time::Duration};

use meterproof_device::{commit_and_sign, MeterKey, PeriodSecret, Slot};
use serde_json::json;
use subxt_signer::sr25519::Keypair;
use zeroize::Zeroizing;

use super::{device::learn_of_rotations, Context};
use crate::{
	chain::Chain,
	cli::GatewayArgs,
	error::{file, Error, Result},
	readings::{parse_time, Readings, Step},
	rpc::{CommitmentAnswer, CommitmentItem, Period},
	store::{Entry, Meter, Opening, Secret, Signature, Store},
	types::Direction,
};

/// Periods that a salt secret may move on at once: minutes of computing, centuries of quarters of
/// an hour.
const MOST_STEPS: u32 = 10_000_000;

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
	super::report_torn(context, &store);
	let chain = context.chain().await?;
	store.ensure_chain(&chain.genesis())?;
	learn_of_rotations(&mut store, &chain).await?;
	let meters = registered(&store)?;
	let ask = async |at_ms| chain.rpc.period_at(at_ms).await;
	let periods = periods_of(steps, args.from_period, ask).await?;
	check(&readings, steps, &periods, &meters)?;
	report_own_keys(context, &store);

	let mut gateway = Gateway { context, chain, store, meters, confirm: args.confirm, payer };
	let (mut all, mut refused) = (0, 0);
	for (period, step) in periods.into_iter().zip(steps) {
		let sent = gateway.commit_period(period, step).await?;
		report(context, period, &sent)?;
		all += sent.len();
		refused += sent.iter().filter(|(_, answer)| is_refused(answer)).count();
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
		"{refused} of {all} commitments were refused, for the reasons above; the same command sends \
		 them again, with the same bytes"
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
	payer: Option<Keypair>,
}

impl Gateway<'_> {
	/// Commits for one period, however often the node goes away meanwhile: sending again is safe.
	async fn commit_period(&mut self, period: u64, step: &Step) -> Result<Vec<Sent>> {
		loop {
			match self.try_period(period, step).await {
				Err(error) if is_connection(&error) => self.reconnect(&error).await?,
				done => return done,
			}
		}
	}

	async fn try_period(&mut self, period: u64, step: &Step) -> Result<Vec<Sent>> {
		wait_for_end(self.context, &self.chain, period).await?;
		let genesis = self.chain.genesis();
		let items = prepare(&mut self.store, &genesis, &self.meters, period, step)?;
		match &self.payer {
			Some(payer) => batch::send(&self.chain, payer, period, items).await,
			None => free::send(&self.chain, period, items, self.confirm).await,
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

/// Whether the node is gone, or has no time: both pass.
fn is_connection(error: &Error) -> bool {
	["NotConnected", "ConnectionLost", "NodeBusy"].contains(&error.name())
}

fn start_time(text: &str) -> Result<u64> {
	let message = || format!("{text}: not a time like 2016-06-14T10:00:00Z");
	parse_time(text).ok_or_else(|| Error::new("BadTime", message()))
}

/// The meters that the store signs for.
fn registered(store: &Store) -> Result<Vec<Registered>> {
	let meters: Vec<_> = store
		.meters()
		.filter(|(_, meter, _)| meter.salts().is_some())
		.map(|(number, meter, device)| {
			let message =
				|| format!("{} is not registered; run device register again", meter.name());
			let device = device.ok_or_else(|| Error::new("NotRegistered", message()))?;
			Ok(Registered { number, meter: meter.clone(), device })
		})
		.collect::<Result<_>>()?;
	if meters.is_empty() {
		let message = "the store holds no meter's key; meters that hold their own send their \
			commitments themselves";
		return Err(Error::new("NoMeters", message));
	}
	Ok(meters)
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

/// Refuses readings that are missing or impossible before the first commitment is made.
fn check(
	readings: &Readings,
	steps: &[Step],
	periods: &[u64],
	meters: &[Registered],
) -> Result<()> {
	for registered in meters {
		let facts = &registered.meter.facts;
		let signs = |period: u64| registered.meter.key_for(period).seed().is_some();
		for (_, step) in periods.iter().zip(steps).filter(|(period, _)| signs(**period)) {
			readings.ensure_unit(&facts.name, facts.resource)?;
			for direction in facts.directions.iter() {
				step.reading(&facts.name, direction, facts.nameplate)?;
			}
		}
	}
	Ok(())
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
			Some(period) if periods.last().is_none_or(|last| last + 1 == period) => {
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

/// Waits until the chain's clock says that the period has ended.
async fn wait_for_end(context: &Context, chain: &Chain, period: u64) -> Result<()> {
	let spinner = context.output.spinner(format!("waiting for the end of period {period}"));
	loop {
		let info = chain.rpc.period(Some(period)).await?;
		let left = info.end_ms.saturating_sub(info.now_ms);
		if left == 0 {
			spinner.finish_and_clear();
			return Ok(());
		}
		// The chain's clock moves with its blocks, so it is asked again before the last moment.
		tokio::time::sleep(Duration::from_millis(left.clamp(200, 5_000))).await;
	}
}

/// The period's commitments: as they are in the store, or made and stored now.
fn prepare(
	store: &mut Store,
	genesis: &[u8; 32],
	meters: &[Registered],
	period: u64,
	step: &Step,
) -> Result<Vec<CommitmentItem>> {
	let signing: Vec<_> = meters
		.iter()
		.filter_map(|registered| Some((registered, registered.key(period)?)))
		.collect();
	let mut entries = Vec::new();
	for (number, meter, _) in store.meters() {
		if let Some((registered, key)) = signing.iter().find(|(known, _)| known.number == number) {
			entries.extend(commit(store, genesis, (*registered, key), meter, period, step)?);
		}
	}
	if !entries.is_empty() {
		store.append(entries)?;
	}
	let mut items = Vec::new();
	for (registered, key) in &signing {
		let device = registered.device;
		for direction in registered.meter.facts.directions.iter() {
			let Some(opening) = store.opening(device, period, direction) else { continue };
			let signed = store.signature(&(device, period, direction)).copied();
			let slot = Slot { genesis: *genesis, device, period, direction };
			// An opening that was imported has none yet.
			let signature =
				signed.unwrap_or_else(|| key.sign_commitment(&slot, &opening.commitment));
			items.push(CommitmentItem {
				device,
				period,
				direction,
				commitment: format!("0x{}", hex::encode(opening.commitment)),
				signature: format!("0x{}", hex::encode(signature)),
			});
		}
	}
	Ok(items)
}

/// What must be stored before one meter's commitments of a period are sent.
fn commit(
	store: &Store,
	genesis: &[u8; 32],
	(registered, key): (&Registered, &MeterKey),
	meter: &Meter,
	period: u64,
	step: &Step,
) -> Result<Vec<Entry>> {
	let device = registered.device;
	let facts = &meter.facts;
	let mut missing = Vec::new();
	for direction in facts.directions.iter() {
		let reading = step.reading(&facts.name, direction, facts.nameplate)?;
		match store.opening(device, period, direction) {
			Some(opening) if opening.reading == reading => {},
			Some(_) => {
				let message = format!(
					"line {}: {} has committed to another {direction} reading for period {period}",
					step.line, facts.name
				);
				return Err(Error::new("ReadingChanged", message));
			},
			None => missing.push((direction, reading)),
		}
	}
	let Some(salts) = meter.salts().filter(|_| !missing.is_empty()) else {
		return Ok(Vec::new());
	};
	let mut secret = PeriodSecret::new(salts.secret.salts(), salts.period);
	secret.advance(period, MOST_STEPS).map_err(|error| {
		let message = format!("{}, period {period}: {error}", facts.name);
		Error::new("SaltSecretGone", message)
	})?;
	let mut entries = Vec::new();
	if period != salts.period {
		let bytes = Zeroizing::new(secret.secret().to_bytes());
		let secret = Secret::new(&bytes);
		entries.push(Entry::SaltSecret { meter: registered.number, period, secret });
	}
	for (direction, reading) in missing {
		let (opening, signature) = open(key, &secret, genesis, device, direction, reading);
		entries.push(Entry::Opening { device, period, direction, opening, signature });
	}
	Ok(entries)
}

fn open(
	key: &MeterKey,
	secret: &PeriodSecret,
	genesis: &[u8; 32],
	device: u32,
	direction: Direction,
	reading: u32,
) -> (Opening, Signature) {
	let period = secret.period();
	let slot = Slot { genesis: *genesis, device, period, direction };
	// One reading per slot ever, so the counter stays 0.
	let signed = commit_and_sign(key, secret.secret(), &slot, reading, 0);
	let salt = secret.secret().salt(&slot, 0);
	(Opening { reading, salt, commitment: signed.commitment }, signed.signature)
}

fn report(context: &Context, period: u64, answers: &[Sent]) -> Result<()> {
	let (mut accepted, mut recorded, mut refused) = (0, 0, Vec::new());
	for (item, answer) in answers {
		match answer {
			CommitmentAnswer::Accepted => accepted += 1,
			CommitmentAnswer::Recorded => recorded += 1,
			CommitmentAnswer::Refused { error } => refused.push((item, error)),
		}
	}
	let refusals: Vec<_> = refused
		.iter()
		.map(|(item, error)| {
			json!({ "device": item.device, "direction": item.direction, "name": error.name })
		})
		.collect();
	let result = json!({
		"period": period, "accepted": accepted, "recorded": recorded, "refused": refusals,
	});
	context.output.show(&result, || {
		let count = refused.len();
		let mut text =
			format!("period {period}: {accepted} accepted, {recorded} recorded, {count} refused");
		for (item, error) in &refused {
			text += &format!(
				"\n  device {} {}: {}: {}",
				item.device, item.direction, error.name, error.message
			);
		}
		text
	})
}

#[cfg(test)]
mod tests;
