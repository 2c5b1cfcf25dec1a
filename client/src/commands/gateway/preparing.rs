//! What is committed to in a period: what the store holds already, or what is made and stored now,
//! once the chain has said that it takes it.
//!
//! The chain is asked before anything is stored, since the store may be older than what was sent: it
//! may be a copy that was brought back. A reading's salt is the one that its slot and the reading
//! itself select, so that no copy of a store ever puts two readings under one salt, and the same
//! reading opens what a later copy committed to. Where signed telegrams came with a reading, its salt
//! binds them too, and the same telegrams are needed to make it again.

use meterproof_device::{commit, MeterKey, PeriodSecret, Slot};
use zeroize::Zeroizing;

use super::{
	counting::{is_ours, Answers, Register},
	Registered,
};
use crate::{
	error::{Error, Named, Result},
	proof::parse_hash,
	readings::{ReadingsError, Step},
	rpc::{CommitmentItem, Refusal},
	store::{Entry, Meter, Opening, Salts, Secret, Signature, Store, KEPT_PERIODS},
	telegrams::{Kept, Telegram},
	types::Direction,
};

/// Periods that a salt secret may move on at once: seconds of computing, decades of quarters of an
/// hour.
pub const MOST_STEPS: u64 = 1_000_000;

/// What is to be sent for a period, and what is not.
#[derive(Debug, Default)]
pub struct Prepared {
	/// To be sent; what opens it is stored.
	pub items: Vec<CommitmentItem>,
	/// Not to be sent, and why. Nothing of it is stored.
	pub refused: Vec<Refused>,
}

/// A register without a commitment.
#[derive(Clone, Debug)]
pub struct Refused {
	/// The device.
	pub device: u32,
	/// The register.
	pub direction: Direction,
	/// Why there is none.
	pub error: Refusal,
}

/// What becomes of one register in a period.
#[derive(Debug)]
enum Plan {
	/// What the store holds is sent, once more perhaps.
	Send,
	/// This is stored, and sent.
	Make(Made),
	/// Nothing is stored or sent.
	Refuse(Refusal),
	/// Nothing is wanted.
	Pass,
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
pub fn unsettled(store: &Store, meters: &[Registered], period: u64, step: &Step) -> Vec<u32> {
	let settled = |registered: &&Registered| {
		let Registered { meter, device, .. } = registered;
		let facts = &meter.facts;
		facts.directions.iter().all(|direction| {
			let known = store.opening(*device, period, direction);
			let reading = step.reading(&facts.name, direction, facts.nameplate);
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
	(period, step): (u64, &Step),
	answers: &Answers,
) -> Result<Prepared> {
	let signing: Vec<_> = meters
		.iter()
		.filter_map(|registered| Some((registered, registered.key(period)?)))
		.collect();
	let mut prepared = Prepared::default();
	let mut entries = Vec::new();
	let mut sent = Vec::new();
	for (number, meter, _) in store.meters() {
		let Some((registered, key)) = signing.iter().find(|(known, _)| known.number == number)
		else {
			continue;
		};
		let device = registered.device;
		let maker = Maker { genesis, key, meter, device, period };
		let (mut secret, mut made) = (None, false);
		for direction in meter.facts.directions.iter() {
			let told = Told { store, step, register: answers.register(device, direction) };
			match maker.plan(&told, direction, &mut secret)? {
				Plan::Send => sent.push((device, direction, key)),
				Plan::Make(Made { opening, signature, kept }) => {
					sent.push((device, direction, key));
					made = true;
					// Before the opening, so that none is ever without them.
					let kept =
						kept.map(|kept| Entry::Telegrams { commitment: opening.commitment, kept });
					entries.extend(kept);
					entries.push(Entry::Opening { device, period, direction, opening, signature });
				},
				Plan::Refuse(error) => prepared.refused.push(Refused { device, direction, error }),
				Plan::Pass => {},
			}
		}
		if let Some(Ok(Moved { oldest: Some(Salts { secret, period }), .. })) = secret {
			entries.extend(made.then_some(Entry::SaltSecret { meter: number, period, secret }));
		}
	}
	if !entries.is_empty() {
		store.append(entries)?;
	}
	for (device, direction, key) in sent {
		let Some(opening) = store.opening(device, period, direction) else { continue };
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

/// What is known of a register.
struct Told<'a> {
	store: &'a Store,
	step: &'a Step,
	register: Option<Register<'a>>,
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
	period: u64,
}

impl Maker<'_> {
	/// What becomes of a register. `secret` is computed when it is first needed.
	fn plan(
		&self,
		told: &Told<'_>,
		direction: Direction,
		secret: &mut Option<Result<Moved, Refusal>>,
	) -> Result<Plan> {
		let facts = &self.meter.facts;
		let reading = told.step.reading(&facts.name, direction, facts.nameplate);
		let telegrams = told.step.telegrams(&facts.name);
		let known = told.store.opening(self.device, self.period, direction);
		let changed = || {
			let (line, name, period) = (told.step.line, &facts.name, self.period);
			let message = format!(
				"line {line}: {name} has committed to another {direction} reading for period {period}"
			);
			Err(Error::new("ReadingChanged", message))
		};
		let register = match told.register {
			// The chain need not be asked about what is stored.
			None => return Ok(known.map_or(Plan::Pass, |_| Plan::Send)),
			Some(Register::Missing) => None,
			Some(Register::Known(register)) => Some(register),
		};
		let on_chain = register.and_then(|register| register.commitment.as_deref());
		if let Some(on_chain) = on_chain.map(parse_hash).transpose()? {
			return match (known, reading) {
				(Some(known), Ok(reading)) if known.commitment == on_chain => {
					if reading == known.reading {
						Ok(Plan::Send)
					} else {
						changed()
					}
				},
				(Some(known), Err(_)) if known.commitment == on_chain => Ok(Plan::Send),
				(_, Ok(reading)) => {
					Ok(self.open_again(on_chain, direction, (reading, telegrams), secret))
				},
				(_, Err(_)) => Ok(Plan::Pass),
			};
		}
		match (known, reading) {
			(Some(known), Ok(reading)) if known.reading != reading => changed(),
			(Some(_), _) => Ok(Plan::Send),
			(None, Ok(reading)) => Ok(match refusal(register) {
				Some(refusal) => Plan::Refuse(refusal),
				None => self.make(direction, (reading, telegrams), secret),
			}),
			(None, Err(error)) => Ok(match register {
				Some(register) if is_ours(register, told.store.operators()) => {
					Plan::Refuse(not_read(&error))
				},
				_ => Plan::Pass,
			}),
		}
	}

	fn make(
		&self,
		direction: Direction,
		(reading, telegrams): (u32, &[Telegram]),
		secret: &mut Option<Result<Moved, Refusal>>,
	) -> Plan {
		match secret.get_or_insert_with(|| self.secret()) {
			Ok(moved) => Plan::Make(self.open(&moved.secret, direction, reading, telegrams)),
			Err(refusal) => Plan::Refuse(refusal.clone()),
		}
	}

	/// The commitment on the chain is made again, if it was made with this reading: with these
	/// telegrams, or without any.
	fn open_again(
		&self,
		on_chain: [u8; 32],
		direction: Direction,
		(reading, telegrams): (u32, &[Telegram]),
		secret: &mut Option<Result<Moved, Refusal>>,
	) -> Plan {
		for telegrams in [telegrams, &[]] {
			match self.make(direction, (reading, telegrams), secret) {
				Plan::Make(made) if made.opening.commitment == on_chain => return Plan::Make(made),
				_ => {},
			}
		}
		Plan::Refuse(Refusal {
			name: "AlreadyCommitted".to_owned(),
			message:
				"the chain has a commitment that neither the store nor this reading opens: give \
				the reading that was committed to, with the telegrams that came with it, or import \
				what opens it, or bring back a later copy of the store"
					.to_owned(),
		})
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
		let Some(steps) = self.period.checked_sub(salts.period) else {
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
		let kept = self.period.saturating_sub(KEPT_PERIODS);
		let moved = match kept > salts.period {
			true => {
				advance(kept).map(|bytes| Some(Salts { secret: Secret::new(&bytes), period: kept }))
			},
			false => Ok(None),
		};
		match moved.and_then(|oldest| advance(self.period).map(|_| oldest)) {
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
		let slot =
			Slot { genesis: *self.genesis, device: self.device, period: self.period, direction };
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
fn refusal(register: Option<&crate::rpc::RegisterStatus>) -> Option<Refusal> {
	let Some(register) = register else {
		let message = "the device has no register for this direction".to_owned();
		return Some(Refusal { name: "DirectionNotMetered".to_owned(), message });
	};
	// The period is over by three clocks: the node's answer is from a block behind.
	let name = register.refusal.clone().filter(|name| name != "PeriodNotStarted")?;
	let message = register.reason.clone().unwrap_or_else(|| "the chain takes none".to_owned());
	Some(Refusal { name, message })
}

fn not_read(error: &ReadingsError) -> Refusal {
	Refusal { name: error.name().to_owned(), message: error.to_string() }
}
