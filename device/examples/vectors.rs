//! Prints `device/vectors/commitments.json`: the constants of the hash and test vectors.
//!
//! ```text
//! cargo run -p meterproof-device --example vectors > device/vectors/commitments.json
//! ```
//!
//! `tests/vectors.rs` checks that the file is what this prints.

use meterproof_device::{
	commit, commit_and_sign, message, Direction, MeterKey, SaltSecret, Slot, MESSAGE_TAG,
	RATCHET_TAG, SALT_TAG,
};
use meterproof_programs::commitment::{initial_state, Tag};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha512};
use winter_crypto::hashers::Rp64_256;
use winter_math::{fields::f64::BaseElement, StarkField};

#[allow(dead_code)] // tests/vectors.rs takes this file as a module
fn main() {
	print!("{}", document());
}

/// Field elements and other 64-bit numbers are decimal strings, since many JSON readers keep 53
/// bits only. Byte strings are hexadecimal.
#[derive(Serialize, Deserialize)]
pub struct Vectors {
	pub about: String,
	pub tags: Tags,
	pub hash: Hash,
	pub permutation: Permutation,
	pub vectors: Vec<Vector>,
}

#[derive(Serialize, Deserialize)]
pub struct Tags {
	pub message: String,
	pub salt: String,
	pub ratchet: String,
}

#[derive(Serialize, Deserialize)]
pub struct Hash {
	pub modulus: String,
	pub rounds: usize,
	pub alpha: u64,
	pub inverse_alpha: String,
	/// What each cell of the state holds before the permutation, cell 0 first.
	pub state: Vec<String>,
	/// Cells of the state that are the commitment.
	pub digest: Vec<usize>,
	/// Rows of the matrix: new cell i is the sum over j of `mds[i][j]` times old cell j.
	pub mds: Vec<Vec<u64>>,
	/// Added after the first matrix multiplication of each round.
	pub constants_first: Vec<Vec<String>>,
	/// Added after the second matrix multiplication of each round.
	pub constants_second: Vec<Vec<String>>,
}

/// The state before a permutation and after each of its rounds.
#[derive(Serialize, Deserialize)]
pub struct Permutation {
	pub input: Vec<String>,
	pub after_round: Vec<Vec<String>>,
}

#[derive(Serialize, Deserialize)]
pub struct Vector {
	pub about: String,
	pub genesis: String,
	pub device: u32,
	pub period: u64,
	pub direction: String,
	pub reading: u32,
	pub counter: u32,
	/// A secret as many periods before `period` as `ratchets` says.
	pub salt_secret: String,
	pub ratchets: u32,
	/// The secret of `period`.
	pub period_secret: String,
	pub salt: Vec<String>,
	pub commitment: String,
	pub message: String,
	pub seed: String,
	pub public_key: String,
	pub signature: String,
}

/// The file.
pub fn document() -> String {
	let vectors = Vectors {
		about: "Meterproof device protocol, version 1: docs/device-protocol.md. Made by \
		        device/examples/vectors.rs."
			.into(),
		tags: Tags {
			message: text(&MESSAGE_TAG),
			salt: text(&SALT_TAG),
			ratchet: text(&RATCHET_TAG),
		},
		hash: hash(),
		permutation: permutation(),
		vectors: cases().iter().map(vector).collect(),
	};
	let mut json = serde_json::to_string_pretty(&vectors).expect("strings and numbers");
	json.push('\n');
	json
}

fn text(bytes: &[u8]) -> String {
	String::from_utf8(bytes.to_vec()).expect("tags are ASCII")
}

fn decimals(elements: &[BaseElement]) -> Vec<String> {
	elements.iter().map(|element| element.as_int().to_string()).collect()
}

fn hash() -> Hash {
	let [length, tag, version, zero, ..] = initial_state(Tag::Reading, 0, 0, 0, 0, &[0; 4]);
	let mut state = decimals(&[length, tag, version, zero]);
	let rate = ["reading", "device", "period", "direction", "salt 0", "salt 1", "salt 2", "salt 3"];
	state.extend(rate.map(String::from));
	Hash {
		modulus: BaseElement::MODULUS.to_string(),
		rounds: Rp64_256::NUM_ROUNDS,
		alpha: 7,
		inverse_alpha: "10540996611094048183".into(),
		state,
		digest: Rp64_256::DIGEST_RANGE.collect(),
		mds: Rp64_256::MDS
			.iter()
			.map(|row| row.iter().map(|cell| cell.as_int()).collect())
			.collect(),
		constants_first: Rp64_256::ARK1.iter().map(|row| decimals(row)).collect(),
		constants_second: Rp64_256::ARK2.iter().map(|row| decimals(row)).collect(),
	}
}

fn permutation() -> Permutation {
	let mut state: [BaseElement; 12] = core::array::from_fn(|i| BaseElement::new(i as u64));
	let input = decimals(&state);
	let after_round = (0..Rp64_256::NUM_ROUNDS)
		.map(|round| {
			Rp64_256::apply_round(&mut state, round);
			decimals(&state)
		})
		.collect();
	Permutation { input, after_round }
}

struct Case {
	about: &'static str,
	slot: Slot,
	reading: u32,
	counter: u32,
	ratchets: u32,
	salt_secret: [u8; 32],
	seed: [u8; 32],
}

/// 32 bytes that look random and are the same in every run.
fn bytes(label: &str) -> [u8; 32] {
	let digest = Sha512::digest(format!("meterproof test vector: {label}"));
	digest[..32].try_into().expect("half of a SHA-512 digest")
}

fn cases() -> Vec<Case> {
	let base = || Case {
		about: "an export of 1.25 kWh in a quarter of an hour",
		slot: Slot {
			genesis: bytes("genesis"),
			device: 1,
			period: 1_953_124,
			direction: Direction::Export,
		},
		reading: 1_250,
		counter: 0,
		ratchets: 0,
		salt_secret: bytes("salt secret"),
		seed: bytes("seed"),
	};
	let on = |change: fn(&mut Slot)| {
		let mut slot = base().slot;
		change(&mut slot);
		slot
	};
	vec![
		base(),
		Case {
			about: "the import register of the same meter and period",
			slot: on(|slot| slot.direction = Direction::Import),
			reading: 0,
			..base()
		},
		Case {
			about: "a corrected reading of the first slot: the next counter",
			reading: 1_251,
			counter: 1,
			..base()
		},
		Case {
			about: "the first reading again, under another counter: another salt and commitment",
			counter: 2,
			..base()
		},
		Case { about: "the largest reading", reading: u32::MAX, ..base() },
		Case {
			about: "the next period: the secret moved one step",
			slot: on(|slot| slot.period += 1),
			ratchets: 1,
			..base()
		},
		Case {
			about: "a day later: 96 steps of a quarter of an hour",
			slot: on(|slot| slot.period += 96),
			reading: 87,
			ratchets: 96,
			..base()
		},
		Case {
			about: "the smallest numbers everywhere",
			slot: Slot { genesis: [0; 32], device: 0, period: 0, direction: Direction::Import },
			reading: 0,
			salt_secret: [0; 32],
			seed: [0; 32],
			..base()
		},
		Case {
			about: "the largest numbers everywhere",
			slot: Slot {
				genesis: [0xFF; 32],
				device: u32::MAX,
				period: (1 << 53) - 1,
				direction: Direction::Export,
			},
			reading: u32::MAX,
			counter: u32::MAX,
			salt_secret: [0xFF; 32],
			seed: [0xFF; 32],
			..base()
		},
		Case {
			about: "another chain: same salt secret, other salt",
			slot: on(|slot| slot.genesis = bytes("another genesis")),
			..base()
		},
		Case { about: "another device", slot: on(|slot| slot.device = 0x0102_0304), ..base() },
		Case {
			about: "a period of five bytes",
			slot: on(|slot| slot.period = 0x05_0607_0809),
			reading: 0x0A0B_0C0D,
			counter: 0x0E0F_1011,
			..base()
		},
		Case { about: "another salt secret", salt_secret: bytes("another salt secret"), ..base() },
		Case {
			about: "another key: only the signature differs",
			seed: bytes("another seed"),
			..base()
		},
		Case {
			about: "water: 318 litres used in half an hour",
			slot: Slot {
				genesis: bytes("genesis"),
				device: 77,
				period: 976_562,
				direction: Direction::Import,
			},
			reading: 318,
			ratchets: 3,
			salt_secret: bytes("water meter: salt secret"),
			seed: bytes("water meter: seed"),
			..base()
		},
	]
}

fn vector(case: &Case) -> Vector {
	let key = MeterKey::from_seed(&case.seed);
	let mut secret = SaltSecret::from_bytes(case.salt_secret);
	for _ in 0..case.ratchets {
		secret.ratchet();
	}
	let salt = secret.salt(&case.slot, case.counter);
	let signed = commit_and_sign(&key, &secret, &case.slot, case.reading, case.counter);
	assert_eq!(signed.commitment, commit(&case.slot, case.reading, &salt));
	Vector {
		about: case.about.into(),
		genesis: hex::encode(case.slot.genesis),
		device: case.slot.device,
		period: case.slot.period,
		direction: match case.slot.direction {
			Direction::Import => "import".into(),
			Direction::Export => "export".into(),
		},
		reading: case.reading,
		counter: case.counter,
		salt_secret: hex::encode(case.salt_secret),
		ratchets: case.ratchets,
		period_secret: hex::encode(secret.to_bytes()),
		salt: salt.iter().map(u64::to_string).collect(),
		commitment: hex::encode(signed.commitment),
		message: hex::encode(message(&case.slot, &signed.commitment)),
		seed: hex::encode(case.seed),
		public_key: hex::encode(key.public()),
		signature: hex::encode(signed.signature),
	}
}
