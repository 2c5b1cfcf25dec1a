//! What a store holds, and how its records spell it.

use std::fmt;

use codec::{Decode, Encode};
use meterproof_device::{MeterKey, SaltSecret};
use meterproof_wallet::secret::RandomError;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
	telegrams::Kept,
	timetable::Timetable,
	types::{Direction, Directions, Resource},
};

/// A 32-byte secret. Erased when dropped; `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 32]);

impl Secret {
	/// A copy of `bytes`.
	pub fn new(bytes: &[u8; 32]) -> Self {
		Self(*bytes)
	}

	/// A fresh one from the operating system's generator.
	pub fn random() -> Result<Self, RandomError> {
		let mut bytes = Zeroizing::new([0; 32]);
		meterproof_wallet::secret::random(bytes.as_mut())?;
		Ok(Self(*bytes))
	}

	/// The key of which this is the seed.
	pub fn key(&self) -> MeterKey {
		MeterKey::from_seed(&self.0)
	}

	/// The secret that salts come from.
	pub fn salts(&self) -> SaltSecret {
		SaltSecret::from_bytes(self.0)
	}
}

impl fmt::Debug for Secret {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str("Secret(..)")
	}
}

/// What is registered of a meter.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Facts {
	/// The meter's name in files of readings.
	pub name: String,
	/// Metering-point id.
	pub metering_point: String,
	/// Where it is.
	pub zone: u32,
	/// What it measures.
	pub resource: Resource,
	/// The meter's registers.
	pub directions: Directions,
	/// The most one register can count in one period, in base units.
	pub nameplate: u32,
}

/// What a meter's commitments are signed with.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Key {
	/// The seed of a key that the store holds.
	#[codec(index = 0)]
	Held(Secret),
	/// The public half of a key that the meter keeps to itself.
	#[codec(index = 1)]
	Own([u8; 32]),
}

impl Key {
	/// The public half.
	pub fn public(&self) -> [u8; 32] {
		match self {
			Self::Held(seed) => seed.key().public(),
			Self::Own(public) => *public,
		}
	}

	/// The seed, if the store holds it.
	pub fn seed(&self) -> Option<&Secret> {
		match self {
			Self::Held(seed) => Some(seed),
			Self::Own(_) => None,
		}
	}
}

/// Periods before the newest committed one whose salt secrets are kept whatever a node says: on no
/// chain do the windows for commitments and proofs span more (`TooManyUnsettledPeriods`), unless
/// blocks are missing. Those of earlier periods are kept while these are not final.
///
/// Their readings and salts are in the store, so that keeping the secrets gives nothing away.
pub const KEPT_PERIODS: u64 = 32;

/// What a meter's salts come from.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Salts {
	/// The secret of [`Self::period`], from which those of later periods follow; earlier ones are
	/// gone.
	pub secret: Secret,
	/// The oldest period that there is a secret for.
	pub period: u64,
}

/// What opens a commitment.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub struct Opening {
	/// The reading, in base units.
	pub reading: u32,
	/// The salt of the commitment.
	pub salt: [u64; 4],
	/// The commitment.
	#[zeroize(skip)]
	pub commitment: [u8; 32],
}

impl fmt::Debug for Opening {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str("Opening(..)")
	}
}

/// One record. What an index has once meant it means for ever: stores outlive programs.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Entry {
	/// Always the first: the chain that the store belongs to.
	#[codec(index = 0)]
	Chain {
		/// Hash of block 0.
		genesis: [u8; 32],
	},
	/// A meter was set up whose key the store holds; meters are numbered in this order.
	#[codec(index = 1)]
	Meter {
		/// What is registered.
		facts: Facts,
		/// Seed of its key.
		seed: Secret,
		/// What its salts come from.
		salts: Salts,
	},
	/// A meter was registered.
	#[codec(index = 2)]
	Device {
		/// Which meter.
		meter: u32,
		/// The meter's number on the chain.
		device: u32,
	},
	/// A meter's salt secret moved on, or a meter that had none is to commit through the store.
	#[codec(index = 3)]
	SaltSecret {
		/// Which meter.
		meter: u32,
		/// The first period that the secret is for.
		period: u64,
		/// The new secret.
		secret: Secret,
	},
	/// A reading was committed to.
	#[codec(index = 4)]
	Opening {
		/// The device.
		device: u32,
		/// The period.
		period: u64,
		/// The register.
		direction: Direction,
		/// What opens the commitment.
		opening: Opening,
		/// What was signed.
		signature: [u8; 64],
	},
	/// A meter was set up that holds its own key; numbered together with the others.
	#[codec(index = 5)]
	OwnMeter {
		/// What is registered.
		facts: Facts,
		/// The meter's public key.
		key: [u8; 32],
	},
	/// A meter handed over what opens its commitment.
	#[codec(index = 6)]
	Imported {
		/// The device.
		device: u32,
		/// The period.
		period: u64,
		/// The register.
		direction: Direction,
		/// What opens the commitment.
		opening: Opening,
	},
	/// A meter is to get another key; the chain has not said from when on.
	#[codec(index = 7)]
	NextKey {
		/// Which meter.
		meter: u32,
		/// The key.
		key: Key,
	},
	/// The chain took a meter's next key.
	#[codec(index = 8)]
	KeyFrom {
		/// Which meter.
		meter: u32,
		/// The first period that it signs for.
		from: u64,
	},
	/// An account whose devices the store's meters are.
	#[codec(index = 9)]
	Operator {
		/// The account.
		account: [u8; 32],
	},
	/// What the chain's periods are, in place of what they were said to be before.
	#[codec(index = 10)]
	Timetable {
		/// Where they are and how long.
		timetable: Timetable,
	},
	/// A meter was taken out of the store; its number stays taken.
	#[codec(index = 11)]
	Removed {
		/// Which meter.
		meter: u32,
	},
	/// The number of a meter that was taken out.
	#[codec(index = 12)]
	Vacant,
	/// The telegrams that a commitment binds; its opening follows.
	#[codec(index = 13)]
	Telegrams {
		/// The commitment.
		commitment: [u8; 32],
		/// The telegrams, and what blinds them.
		kept: Kept,
	},
}

impl Entry {
	/// The record's bytes, in one allocation that is erased.
	pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
		let mut bytes = Zeroizing::new(Vec::with_capacity(self.encoded_size()));
		self.encode_to(&mut *bytes);
		bytes
	}

	/// The inverse of [`Self::to_bytes`].
	pub fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
		Self::decode(&mut bytes).ok().filter(|_| bytes.is_empty())
	}
}
