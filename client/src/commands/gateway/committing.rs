//! Committing to what was read for a period, wherever that came from: a file, a port, a test.
//!
//! [`commit`] may be asked again and again for the same period, and for an earlier period after a
//! later one: what is on record stays, what is stored is sent again as it was, and what comes late is
//! committed to while the period's window is open.

use std::collections::BTreeSet;

use subxt_signer::sr25519::Keypair;

use super::{
	batch,
	counting::Answers,
	free,
	preparing::{prepare, unsettled, Prepared, Task},
	registered, Believed, Registered,
};
use crate::{
	chain::Chain,
	error::Result,
	proof::parse_hash,
	readings::PeriodReadings,
	rpc::{CommitmentAnswer, CommitmentItem, Period, PeriodPhase, Refusal},
	store::{Entry, Store, KEPT_PERIODS},
	timetable::{ensure_ended, local_ms, TimetableError},
	types::Direction,
};
use meterproof_meters::Place;

/// How commitments are made and sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct How<'a> {
	/// Take the periods as the node gives them, though the store remembers others.
	pub accept_periods: bool,
	/// Send again until every commitment is on record or refused for good.
	pub confirm: bool,
	/// Who pays for a signed call, in place of the free method.
	pub payer: Option<&'a Keypair>,
	/// Registers that were seen on record, by their meter's name: what the store has of them is not sent
	/// once more.
	pub on_record: Option<&'a BTreeSet<(String, Direction)>>,
}

/// What became of one register in a period.
#[derive(Clone, Debug)]
pub struct Outcome {
	/// The meter's name in the store.
	pub meter: String,
	/// Its number on the chain.
	pub device: u32,
	/// The register.
	pub direction: Direction,
	/// The file that its reading stands in, where there are several.
	pub file: Option<String>,
	/// Where its reading stands in its source.
	pub place: Option<Place>,
	/// What became of it.
	pub became: Became,
}

/// What became of a register.
#[derive(Clone, Debug)]
pub enum Became {
	/// The commitment waits in the node's pool to be put into a block.
	Accepted,
	/// The commitment is on record.
	Recorded,
	/// The chain does not take the commitment to the reading, or has another one.
	Refused(Refusal),
	/// The chain waits for a commitment, and there is no reading that can be committed to.
	Missing(Refusal),
	/// Nothing was read, and the chain waits for nothing: the device is not attested yet, was
	/// replaced, or belongs to somebody else. The reason is the chain's.
	NotAsked(String),
}

impl Became {
	/// Why there is no commitment, if there should be one.
	pub fn refusal(&self) -> Option<&Refusal> {
		match self {
			Self::Refused(refusal) | Self::Missing(refusal) => Some(refusal),
			Self::Accepted | Self::Recorded | Self::NotAsked(_) => None,
		}
	}
}

/// Commits to what was read for a period: of every register of the meters that the store signs for
/// in that period, what became of it, ordered by device. One register's trouble is its own.
///
/// What opens a commitment is stored before the commitment leaves. Meters that hold their own keys are
/// left out, and so is what is told of meters that the store does not have.
///
/// # Errors
///
/// Those of the whole period, of which nothing is committed then: `PeriodNotOver` by the chain's clock;
/// `ClockDiffers`, `PeriodsDiffer`, `PeriodFarAhead` where the node's word on periods is not taken;
/// `NoMeters`, `NotRegistered` where the store has nothing to commit for; and those of the node and
/// the file. After those of the connection the same call can be made again.
pub async fn commit(
	store: &mut Store,
	chain: &Chain,
	how: How<'_>,
	period: u64,
	readings: &PeriodReadings,
) -> Result<Vec<Outcome>> {
	let meters = registered(store)?;
	let info = believed(store, chain, how.accept_periods, period, &meters).await?;
	let left = info.end_ms.saturating_sub(info.now_ms);
	if left > 0 {
		return Err(TimetableError::PeriodNotOver { period, seconds: left.div_ceil(1_000) }.into());
	}
	ensure_ended(&info, local_ms())?;

	let answers = Answers::of(chain, &unsettled(store, &meters, period, readings), period).await?;
	let phase = async |period| Ok(chain.rpc.period(Some(period)).await?.phase);
	let keep = first_needed(oldest_secret(&meters), period, phase).await?;
	let task = Task { period, readings, answers: &answers, keep };
	let Prepared { mut items, mut outcomes } = prepare(store, &chain.genesis(), &meters, &task)?;
	if let Some(on_record) = how.on_record {
		outcomes.extend(leave_recorded(&mut items, on_record, &meters, readings));
	}
	let sent = match how.payer {
		Some(payer) => batch::send(chain, payer, period, items).await?,
		None => free::send(chain, period, items, how.confirm).await?,
	};
	for (item, answer) in sent {
		let Some(registered) = meters.iter().find(|meter| meter.device == item.device) else {
			continue;
		};
		let became = match answer {
			CommitmentAnswer::Accepted => Became::Accepted,
			CommitmentAnswer::Recorded => Became::Recorded,
			CommitmentAnswer::Refused { error } => Became::Refused(error),
		};
		outcomes.push(registered.outcome(item.direction, readings, became));
	}
	outcomes.sort_by_key(|outcome| (outcome.device, outcome.direction.number()));
	find_what_stands(store, chain, period, &outcomes).await?;
	Ok(outcomes)
}

/// Takes out what is on record already; what became of it.
fn leave_recorded(
	items: &mut Vec<CommitmentItem>,
	on_record: &BTreeSet<(String, Direction)>,
	meters: &[Registered],
	readings: &PeriodReadings,
) -> Vec<Outcome> {
	let mut outcomes = Vec::new();
	items.retain(|item| {
		let Some(registered) = meters.iter().find(|meter| meter.device == item.device) else {
			return true;
		};
		let register = (registered.meter.name().to_owned(), item.direction);
		let is_recorded = on_record.contains(&register);
		if is_recorded {
			outcomes.push(registered.outcome(item.direction, readings, Became::Recorded));
		}
		!is_recorded
	});
	outcomes
}

/// What the node says of a period, if the store has no reason to doubt it.
pub async fn believed(
	store: &mut Store,
	chain: &Chain,
	accept: bool,
	period: u64,
	meters: &[Registered],
) -> Result<Period> {
	let info = chain.rpc.period(Some(period)).await?;
	let known = Believed { asked: period, accept }.ensure(&info, store, meters)?;
	if let Some(timetable) = known {
		store.append(vec![Entry::Timetable { timetable }])?;
	}
	Ok(info)
}

/// The oldest period that a meter has salt secrets for.
fn oldest_secret(meters: &[Registered]) -> u64 {
	let oldest = meters.iter().filter_map(|registered| registered.meter.salts());
	oldest.map(|salts| salts.period).min().unwrap_or(u64::MAX)
}

/// The first period whose salt secrets are needed still when a period is committed to. Of the
/// [`KEPT_PERIODS`] before it all are kept, whatever a node says; of earlier ones those from the first
/// on that is not final: after an outage their windows are open until blocks have been made.
pub(super) async fn first_needed(
	oldest: u64,
	period: u64,
	phase: impl AsyncFn(u64) -> Result<PeriodPhase>,
) -> Result<u64> {
	let kept = period.saturating_sub(KEPT_PERIODS);
	// All before `low` are final, and `high` is needed.
	let (mut low, mut high) = (oldest, kept);
	let mut probe = kept.saturating_sub(1);
	while low < high {
		match phase(probe).await? {
			PeriodPhase::Final => low = probe.saturating_add(1),
			_ => high = probe,
		}
		probe = low.midpoint(high);
	}
	Ok(high)
}

/// Where the chain turns out to have another commitment than was sent last, and the store opens that
/// too, it is the store's newest from now on: what is proved is on the chain.
async fn find_what_stands(
	store: &mut Store,
	chain: &Chain,
	period: u64,
	outcomes: &[Outcome],
) -> Result<()> {
	let mut entries = Vec::new();
	for Outcome { device, direction, became, .. } in outcomes {
		let slot = (*device, period, *direction);
		let taken = became.refusal().is_some_and(|refusal| refusal.name == "AlreadyCommitted");
		if !taken || store.openings_of(&slot).count() < 2 {
			continue;
		}
		for register in chain.rpc.register_status(*device, period).await? {
			let on_chain = register.commitment.filter(|_| register.direction == *direction);
			let on_chain = on_chain.as_deref().map(parse_hash).transpose()?;
			entries.extend(on_chain.and_then(|on_chain| store.again(&slot, &on_chain)));
		}
	}
	match entries.is_empty() {
		true => Ok(()),
		false => store.append(entries),
	}
}
