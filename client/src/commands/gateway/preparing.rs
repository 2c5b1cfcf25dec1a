//! What is committed to in a period: what the store holds already, or what is made and stored now,
//! once the chain has said that it takes it.
//!
//! The chain is asked before anything is stored, since the store may be older than what was sent: it
//! may be a copy that was brought back. A reading's salt is the one that its slot and the reading
//! itself select, so that no copy of a store ever puts two readings under one salt, and the same
//! reading opens what a later copy committed to. Where signed telegrams came with a reading, its salt
//! binds them too, and the same telegrams are needed to make it again.

use std::collections::HashMap;

use meterproof_device::{commit, MeterKey, PeriodSecret, Slot};
use zeroize::Zeroizing;

use super::{
	committing::{Became, Outcome},
	counting::{is_ours, Answers, Register},
	Registered,
};
use crate::{
	error::Result,
	proof::parse_hash,
	readings::PeriodReadings,
	rpc::{CommitmentItem, Refusal, RegisterStatus},
	store::{Entry, Meter, Opening, Salts, Secret, Signature, Store},
	telegrams::{Kept, Telegram},
	types::Direction,
};

/// Periods that a salt secret may move on at once: seconds of computing, decades of quarters of an
/// hour.
pub const MOST_STEPS: u64 = 1_000_000;

/// What a period's commitments are made from.
pub struct Task<'a> {
	/// The period.
	pub period: u64,
	/// What was read.
	pub readings: &'a PeriodReadings,
	/// What the chain has of those devices that it was asked about.
	pub answers: &'a Answers,
	/// The first period whose salt secrets are kept.
	pub keep: u64,
}

/// What is to be sent for a period, and what is not.
#[derive(Debug, Default)]
pub struct Prepared {
	/// To be sent; what opens it is stored.
	pub items: Vec<CommitmentItem>,
	/// Outcomes of the other registers: nothing is sent or stored for them.
	pub outcomes: Vec<Outcome>,
}

/// What becomes of one register in a period.
#[derive(Debug)]
enum Plan {
	/// The newest of what the store holds is sent, once more perhaps.
	Send,
	/// This commitment is stored, and sent.
	Make(Made),
	/// This commitment is in the store already, is the store's newest from now on, and is sent.
	Again(Entry),
	/// No commitment is stored or sent.
	Leave(Became),
}

/// A commitment that is made now.
#[derive(Debug)]
struct Made {
	opening: Opening,
	signature: Signature,
	/// The telegrams that it binds.
	kept: Option<Kept>,
}

/// The devices about which the chain must be asked: for those that are left, the store holds the
/// commitments to these very readings.
pub fn unsettled(
	store: &Store,
	meters: &[Registered],
	period: u64,
	readings: &PeriodReadings,
) -> Vec<u32> {
	let settled = |registered: &&Registered| {
		let Registered { meter, device, .. } = registered;
		let facts = &meter.facts;
		facts.directions.iter().all(|direction| {
			let known = store.opening(*device, period, direction);
			let reading = readings.reading(facts, direction);
			known.is_some_and(|known| reading.is_ok_and(|reading| reading == known.reading))
		})
	};
	let signing = meters.iter().filter(|registered| registered.key(period).is_some());
	signing.filter(|registered| !settled(registered)).map(|registered| registered.device).collect()
}

/// The period's commitments: as they are in the store, or made and stored now.
pub fn prepare(
	store: &mut Store,
	genesis: &[u8; 32],
	meters: &[Registered],
	task: &Task<'_>,
) -> Result<Prepared> {
	let period = task.period;
	// As they are now: their secrets may have moved on.
	let now: HashMap<_, _> = store.meters().map(|(number, meter, _)| (number, meter)).collect();
	let mut prepared = Prepared::default();
	let mut entries = Vec::new();
	let mut sent = Vec::new();
	for registered in meters {
		let Registered { number, device, .. } = registered;
		let (Some(meter), Some(key)) = (now.get(number), registered.key(period)) else { continue };
		let maker = Maker { genesis, key: &key, meter, device: *device, task };
		let (mut secret, mut made) = (None, false);
		for direction in meter.facts.directions.iter() {
			let register = task.answers.register(*device, direction);
			match maker.plan(store, register, direction, &mut secret)? {
				Plan::Send => {},
				Plan::Make(Made { opening, signature, kept }) => {
					made = true;
					let (device, commitment) = (*device, opening.commitment);
					// Before the opening, so that none is ever without them.
					entries.extend(kept.map(|kept| Entry::Telegrams { commitment, kept }));
					entries.push(Entry::Opening { device, period, direction, opening, signature });
				},
				Plan::Again(entry) => entries.push(entry),
				Plan::Leave(became) => {
					let outcome = registered.outcome(direction, task.readings, became);
					prepared.outcomes.push(outcome);
					continue;
				},
			}
			sent.push((registered, direction));
		}
		if let Some(Ok(Moved { oldest: Some(Salts { secret, period }), .. })) = secret {
			entries.extend(made.then_some(Entry::SaltSecret { meter: *number, period, secret }));
		}
	}
	if !entries.is_empty() {
		store.append(entries)?;
	}
	for (registered, direction) in sent {
		let device = registered.device;
		let (Some(opening), Some(key)) =
			(store.opening(device, period, direction), registered.key(period))
		else {
			continue;
		};
		let signed = store.signature(&(device, period, direction)).copied();
		let slot = Slot { genesis: *genesis, device, period, direction };
		// An opening that was imported has none yet.
		let signature = signed.unwrap_or_else(|| key.sign_commitment(&slot, &opening.commitment));
		prepared.items.push(CommitmentItem {
			device,
			period,
			direction,
			commitment: format!("0x{}", hex::encode(opening.commitment)),
			signature: format!("0x{}", hex::encode(signature)),
		});
	}
	Ok(prepared)
}

/// A meter's secret of the period at hand.
struct Moved {
	secret: PeriodSecret,
	/// What the store is to keep from now on, if that is younger than what it has.
	oldest: Option<Salts>,
}

/// What one meter's commitments of a period are made with.
struct Maker<'a> {
	genesis: &'a [u8; 32],
	key: &'a MeterKey,
	meter: &'a Meter,
	device: u32,
	task: &'a Task<'a>,
}

impl Maker<'_> {
	/// What becomes of a register. `secret` is computed when it is first needed.
	fn plan(
		&self,
		store: &Store,
		register: Option<Register<'_>>,
		direction: Direction,
		secret: &mut Option<Result<Moved, Refusal>>,
	) -> Result<Plan> {
		let slot = (self.device, self.task.period, direction);
		let reading = self.task.readings.reading(&self.meter.facts, direction);
		let newest = store.opening(self.device, self.task.period, direction);
		let register = match register {
			// The chain need not be asked about what is stored.
			None => return Ok(self.stored(newest, reading)),
			Some(Register::Missing) => None,
			Some(Register::Known(register)) => Some(register),
		};
		let on_chain = register.and_then(|register| register.commitment.as_deref());
		if let Some(on_chain) = on_chain.map(parse_hash).transpose()? {
			let known = store.openings_of(&slot).find(|known| known.commitment == on_chain);
			return Ok(match (known, reading) {
				(Some(known), Ok(reading)) if known.reading != reading => {
					Plan::Leave(Became::Refused(self.changed(direction)))
				},
				(Some(known), _) if Some(known) == newest => Plan::Send,
				(Some(_), _) => store.again(&slot, &on_chain).map_or(Plan::Send, Plan::Again),
				(None, Ok(reading)) => self.open_again(on_chain, direction, reading, secret),
				(None, Err(_)) => {
					let message = "the chain has a commitment of it, and nothing was read";
					Plan::Leave(Became::NotAsked(message.to_owned()))
				},
			});
		}
		let reading = match (newest, reading) {
			(Some(newest), Ok(reading)) if newest.reading == reading => return Ok(Plan::Send),
			(Some(_), Err(_)) => return Ok(Plan::Send),
			(None, Err(why)) => return Ok(Plan::Leave(self.nothing(store, register, why))),
			(_, Ok(reading)) => reading,
		};
		// Nothing is on record: another reading may have been refused, or be on its way still. What
		// opens it stays, so that the chain may have either.
		Ok(match refusal(register) {
			Some(refusal) => Plan::Leave(Became::Refused(refusal)),
			None => self.make(direction, reading, secret),
		})
	}

	/// What becomes of a register of which the chain was not asked.
	fn stored(&self, newest: Option<&Opening>, reading: Result<u32, Refusal>) -> Plan {
		match (newest, reading) {
			(Some(_), _) => Plan::Send,
			(None, Err(why)) => Plan::Leave(Became::Missing(why)),
			(None, Ok(_)) => {
				let message = "the chain was not asked about the device".to_owned();
				let name = "UnexpectedAnswer".to_owned();
				Plan::Leave(Became::Refused(Refusal { name, message }))
			},
		}
	}

	/// What becomes of a register without a reading and without a commitment.
	fn nothing(&self, store: &Store, register: Option<&RegisterStatus>, why: Refusal) -> Became {
		match register {
			Some(register) if is_ours(register, store.operators()) => Became::Missing(why),
			// Somebody read the meter, and what was read is no reading.
			_ if self.task.readings.has(self.meter.name()) => Became::Missing(why),
			Some(register) => {
				let reason = register.refusal.as_deref();
				Became::NotAsked(reason.unwrap_or("it is another operator's").to_owned())
			},
			None => {
				Became::NotAsked("it is another operator's, or has no such register".to_owned())
			},
		}
	}

	/// The chain has a commitment to another reading.
	fn changed(&self, direction: Direction) -> Refusal {
		let (name, period) = (self.meter.name(), self.task.period);
		let message =
			format!("{name} has committed to another {direction} reading for period {period}");
		Refusal { name: "ReadingChanged".to_owned(), message }
	}

	/// A commitment to a reading and to the telegrams that came with it.
	fn make(
		&self,
		direction: Direction,
		reading: u32,
		secret: &mut Option<Result<Moved, Refusal>>,
	) -> Plan {
		let telegrams = self.task.readings.telegrams(self.meter.name());
		self.make_with(direction, (reading, telegrams), secret)
	}

	fn make_with(
		&self,
		direction: Direction,
		(reading, telegrams): (u32, &[Telegram]),
		secret: &mut Option<Result<Moved, Refusal>>,
	) -> Plan {
		match secret.get_or_insert_with(|| self.secret()) {
			Ok(moved) => Plan::Make(self.open(&moved.secret, direction, reading, telegrams)),
			Err(refusal) => Plan::Leave(Became::Refused(refusal.clone())),
		}
	}

	/// The commitment on the chain is made again, if it was made with this reading: with these
	/// telegrams, or without any.
	fn open_again(
		&self,
		on_chain: [u8; 32],
		direction: Direction,
		reading: u32,
		secret: &mut Option<Result<Moved, Refusal>>,
	) -> Plan {
		for telegrams in [self.task.readings.telegrams(self.meter.name()), &[]] {
			match self.make_with(direction, (reading, telegrams), secret) {
				Plan::Make(made) if made.opening.commitment == on_chain => return Plan::Make(made),
				_ => {},
			}
		}
		Plan::Leave(Became::Refused(Refusal {
			name: "AlreadyCommitted".to_owned(),
			message:
				"the chain has a commitment that neither the store nor this reading opens: give \
				the reading that was committed to, with the telegrams that came with it, or import \
				what opens it, or bring back a later copy of the store"
					.to_owned(),
		}))
	}

	/// The secret of the period. Those of earlier periods are kept as long as one of them may be
	/// committed to or proved.
	fn secret(&self) -> Result<Moved, Refusal> {
		let refuse = |name: &str, why: String| {
			let name = name.to_owned();
			let message = format!("{why}; device rotate-key makes the meter new ones");
			Err(Refusal { name, message })
		};
		let Some(salts) = self.meter.salts() else {
			return refuse("SaltSecretGone", "the store has no salt secrets for it".to_owned());
		};
		let Some(steps) = self.task.period.checked_sub(salts.period) else {
			let oldest = salts.period;
			let why = format!("the store has salt secrets from period {oldest} on only");
			return refuse("SaltSecretGone", why);
		};
		if steps > MOST_STEPS {
			let why = format!("its salt secrets are {steps} periods behind");
			return refuse("PeriodFarAhead", why);
		}
		let mut secret = PeriodSecret::new(salts.secret.salts(), salts.period);
		let mut advance = |period| {
			let most = u32::try_from(MOST_STEPS).unwrap_or(u32::MAX);
			secret.advance(period, most).map(|()| Zeroizing::new(secret.secret().to_bytes()))
		};
		let kept = self.task.keep.min(self.task.period);
		let moved = match kept > salts.period {
			true => {
				advance(kept).map(|bytes| Some(Salts { secret: Secret::new(&bytes), period: kept }))
			},
			false => Ok(None),
		};
		match moved.and_then(|oldest| advance(self.task.period).map(|_| oldest)) {
			Ok(oldest) => Ok(Moved { secret, oldest }),
			Err(error) => refuse("SaltSecretGone", error.to_string()),
		}
	}

	fn open(
		&self,
		secret: &PeriodSecret,
		direction: Direction,
		reading: u32,
		telegrams: &[Telegram],
	) -> Made {
		let (device, period) = (self.device, self.task.period);
		let slot = Slot { genesis: *self.genesis, device, period, direction };
		// A counter that stands for one reading is never used for another.
		let counter = reading;
		let plain = secret.secret().salt(&slot, counter);
		let kept = (!telegrams.is_empty())
			.then(|| Kept { blinding: plain, telegrams: telegrams.to_vec() });
		let salt = kept.as_ref().map_or(plain, |kept| kept.salt(&slot));
		let commitment = commit(&slot, reading, &salt);
		let signature = self.key.sign_commitment(&slot, &commitment);
		Made { opening: Opening { reading, salt, commitment }, signature, kept }
	}
}

/// What the chain would answer.
fn refusal(register: Option<&RegisterStatus>) -> Option<Refusal> {
	let Some(register) = register else {
		let message = "the device has no register for this direction".to_owned();
		return Some(Refusal { name: "DirectionNotMetered".to_owned(), message });
	};
	// The period is over by three clocks: the node's answer is from a block behind.
	let name = register.refusal.clone().filter(|name| name != "PeriodNotStarted")?;
	let message = register.reason.clone().unwrap_or_else(|| "the chain takes none".to_owned());
	Some(Refusal { name, message })
}
