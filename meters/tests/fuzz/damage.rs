//! How good input is damaged.

use proptest::{collection::vec, prelude::*};

/// How many cases a property has.
pub fn cases() -> ProptestConfig {
	let cases = std::env::var("METERPROOF_FUZZ_CASES").ok().and_then(|text| text.parse().ok());
	ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases.unwrap_or(256)) }
}

/// One damage. Places are parts of the input's length, in 2^-16.
#[derive(Clone, Debug)]
pub enum Damage {
	/// A bit is the other one.
	Flip { at: u16, bit: u8 },
	/// A number of bytes are lost.
	Cut { at: u16, length: usize },
	/// A number of bytes come twice.
	Double { at: u16, length: usize },
	/// Bytes come in between.
	Insert { at: u16, bytes: Vec<u8> },
}

impl Damage {
	fn apply(&self, input: &mut Vec<u8>) {
		let place = |at: u16| input.len() * usize::from(at) >> 16;
		match self {
			Self::Flip { at, bit } => {
				let place = place(*at);
				if let Some(byte) = input.get_mut(place) {
					*byte ^= 1 << bit;
				}
			},
			Self::Cut { at, length } => {
				let start = place(*at);
				let end = input.len().min(start + length);
				input.drain(start..end);
			},
			Self::Double { at, length } => {
				let start = place(*at);
				let end = input.len().min(start + length);
				let piece = input[start..end].to_vec();
				input.splice(end..end, piece);
			},
			Self::Insert { at, bytes } => {
				let start = place(*at);
				input.splice(start..start, bytes.iter().copied());
			},
		}
	}
}

/// A flipped bit.
pub fn flip() -> impl Strategy<Value = Damage> {
	(any::<u16>(), 0..8u8).prop_map(|(at, bit)| Damage::Flip { at, bit })
}

/// Up to three flipped bits, which checksums of 16 bits always notice.
pub fn flips() -> impl Strategy<Value = Vec<Damage>> {
	vec(flip(), 1..=3)
}

/// Up to four damages of any kind.
pub fn damages() -> impl Strategy<Value = Vec<Damage>> {
	let piece = || (any::<u16>(), 1..200usize);
	let damage = prop_oneof![
		flip(),
		piece().prop_map(|(at, length)| Damage::Cut { at, length }),
		piece().prop_map(|(at, length)| Damage::Double { at, length }),
		(any::<u16>(), vec(any::<u8>(), 1..20))
			.prop_map(|(at, bytes)| Damage::Insert { at, bytes }),
	];
	vec(damage, 1..=4)
}

/// The input with all damages, one after another.
pub fn damaged(input: &[u8], damages: &[Damage]) -> Vec<u8> {
	let mut input = input.to_vec();
	for damage in damages {
		damage.apply(&mut input);
	}
	input
}
