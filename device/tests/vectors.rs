//! The published test vectors are what this crate computes, and what their own constants give.

#[path = "../examples/vectors.rs"]
mod generator;

use std::collections::HashSet;

use generator::Vectors;

const FILE: &str = include_str!("../vectors/commitments.json");

fn file() -> Vectors {
	serde_json::from_str(FILE).unwrap()
}

#[test]
fn the_file_is_what_the_example_prints() {
	assert!(
		FILE == generator::document(),
		"commitments.json is not what this code gives. If that is meant (it breaks every meter in \
		 the field): cargo run -p meterproof-device --example vectors > \
		 device/vectors/commitments.json"
	);
}

#[test]
fn vectors_differ_where_they_should() {
	let vectors = file().vectors;
	assert!(vectors.len() >= 12);
	let signatures: HashSet<_> = vectors.iter().map(|vector| &vector.signature).collect();
	assert_eq!(signatures.len(), vectors.len());
	for a in &vectors {
		for b in &vectors {
			let same_slot = (&a.genesis, a.device, a.period, &a.direction)
				== (&b.genesis, b.device, b.period, &b.direction);
			let same_source = a.period_secret == b.period_secret && a.counter == b.counter;
			assert_eq!(a.salt == b.salt, same_slot && same_source, "{} / {}", a.about, b.about);
		}
	}
}

/// The hash as `docs/device-protocol.md` tells it, from the file's constants and nothing else.
struct Specified {
	modulus: u128,
	alpha: u128,
	inverse_alpha: u128,
	mds: Vec<Vec<u64>>,
	first: Vec<Vec<u128>>,
	second: Vec<Vec<u128>>,
}

fn numbers(strings: &[String]) -> Vec<u128> {
	strings.iter().map(|string| string.parse().unwrap()).collect()
}

impl Specified {
	fn from_file() -> Self {
		let hash = file().hash;
		let rows = |rows: &[Vec<String>]| rows.iter().map(|row| numbers(row)).collect();
		Self {
			modulus: hash.modulus.parse().unwrap(),
			alpha: hash.alpha.into(),
			inverse_alpha: hash.inverse_alpha.parse().unwrap(),
			first: rows(&hash.constants_first),
			second: rows(&hash.constants_second),
			mds: hash.mds,
		}
	}

	fn power(&self, base: u128, exponent: u128) -> u128 {
		let (mut result, mut square, mut left) = (1, base, exponent);
		while left > 0 {
			if left % 2 == 1 {
				result = result * square % self.modulus;
			}
			square = square * square % self.modulus;
			left /= 2;
		}
		result
	}

	fn half_round(&self, state: &[u128], exponent: u128, constants: &[u128]) -> Vec<u128> {
		let powers: Vec<_> = state.iter().map(|cell| self.power(*cell, exponent)).collect();
		let multiply = |row: &Vec<u64>| {
			row.iter().zip(&powers).map(|(factor, power)| u128::from(*factor) * power).sum::<u128>()
		};
		self.mds
			.iter()
			.zip(constants)
			.map(|(row, constant)| (multiply(row) + constant) % self.modulus)
			.collect()
	}

	fn round(&self, state: &[u128], round: usize) -> Vec<u128> {
		let half = self.half_round(state, self.alpha, &self.first[round]);
		self.half_round(&half, self.inverse_alpha, &self.second[round])
	}
}

#[test]
fn the_two_exponents_undo_each_other() {
	let hash = Specified::from_file();
	assert_eq!(hash.alpha * hash.inverse_alpha % (hash.modulus - 1), 1);
}

#[test]
fn the_permutation_follows_from_the_constants() {
	let (hash, permutation) = (Specified::from_file(), file().permutation);
	assert_eq!(permutation.after_round.len(), file().hash.rounds);
	let mut state = numbers(&permutation.input);
	for (round, expected) in permutation.after_round.iter().enumerate() {
		state = hash.round(&state, round);
		assert_eq!(state, numbers(expected), "round {round}");
	}
}

#[test]
fn the_commitments_follow_from_the_constants() {
	let (hash, file) = (Specified::from_file(), file());
	for vector in file.vectors {
		let mut state = numbers(&file.hash.state[..4]);
		let direction = u128::from(vector.direction == "export");
		state.extend([
			vector.reading.into(),
			vector.device.into(),
			vector.period.into(),
			direction,
		]);
		state.extend(numbers(&vector.salt));
		for round in 0..file.hash.rounds {
			state = hash.round(&state, round);
		}
		let commitment: Vec<u8> = file
			.hash
			.digest
			.iter()
			.flat_map(|cell| u64::try_from(state[*cell]).unwrap().to_le_bytes())
			.collect();
		assert_eq!(hex::encode(commitment), vector.commitment, "{}", vector.about);
	}
}
