//! A meter: a key, a salt secret, and HTTP. Its bytes come from `meterproof-device` alone.

use meterproof_device::{commit_and_sign, Direction, MeterKey, SaltSecret, Slot};
use serde_json::{json, Value};

/// A meter that holds its own key.
#[derive(Debug)]
pub struct Meter {
	/// Its number on the chain.
	pub device: u32,
	key: MeterKey,
	secret: [u8; 32],
}

/// What a meter sends for one register and period, and what opens it.
#[derive(Clone, Debug)]
pub struct Commitment {
	/// The meter.
	pub device: u32,
	/// The period.
	pub period: u64,
	/// The register.
	pub direction: Direction,
	/// Hides the reading.
	pub commitment: [u8; 32],
	/// The meter's.
	pub signature: [u8; 64],
	/// Kept by the owner: never sent.
	pub opening: Opening,
}

/// A reading and its salt.
#[derive(Clone, Debug)]
pub struct Opening {
	/// In Wh.
	pub reading: u32,
	/// Four field elements.
	pub salt: [u64; 4],
}

impl Meter {
	/// A meter of this number and key. Its salts need not be secret: the readings are made up.
	pub fn new(device: u32, seed: &[u8; 32]) -> Self {
		Self { device, key: MeterKey::from_seed(seed), secret: [0x5A; 32] }
	}

	/// Commits to a reading and signs, for the chain of `genesis`.
	pub fn commit(
		&self,
		genesis: [u8; 32],
		period: u64,
		direction: Direction,
		reading: u32,
		counter: u32,
	) -> Commitment {
		let slot = Slot { genesis, device: self.device, period, direction };
		let secret = SaltSecret::from_bytes(self.secret);
		let signed = commit_and_sign(&self.key, &secret, &slot, reading, counter);
		Commitment {
			device: self.device,
			period,
			direction,
			commitment: signed.commitment,
			signature: signed.signature,
			opening: Opening { reading, salt: secret.salt(&slot, counter) },
		}
	}

	/// Signs any 32 bytes in place of a commitment.
	pub fn sign(
		&self,
		genesis: [u8; 32],
		period: u64,
		direction: Direction,
		commitment: [u8; 32],
	) -> Commitment {
		let slot = Slot { genesis, device: self.device, period, direction };
		Commitment {
			device: self.device,
			period,
			direction,
			commitment,
			signature: self.key.sign_commitment(&slot, &commitment),
			opening: Opening { reading: 0, salt: [0; 4] },
		}
	}
}

impl Commitment {
	/// `import` or `export`.
	pub fn direction_name(&self) -> &'static str {
		match self.direction {
			Direction::Import => "import",
			Direction::Export => "export",
		}
	}

	/// The commitment as JSON-RPC writes it.
	pub fn hex(&self) -> String {
		format!("0x{}", hex::encode(self.commitment))
	}

	/// What the meter hands to its owner.
	pub fn handed(&self) -> Value {
		json!({
			"device": self.device,
			"period": self.period,
			"direction": self.direction_name(),
			"reading": self.opening.reading,
			"salt": self.opening.salt.map(|word| word.to_string()),
		})
	}

	/// The commitment as it is sent.
	pub fn json(&self) -> Value {
		json!({
			"device": self.device,
			"period": self.period,
			"direction": self.direction_name(),
			"commitment": self.hex(),
			"signature": format!("0x{}", hex::encode(self.signature)),
		})
	}
}
