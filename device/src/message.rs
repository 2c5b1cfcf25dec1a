//! The bytes a meter signs.

/// Which register of the meter a reading is of. Registers are gross: they never net each other.
pub use meterproof_statements::Direction;

/// What every signed message starts with: no other message of a meter's key may.
pub const MESSAGE_TAG: [u8; 20] = *b"meterproof:commit:v1";

/// Tag 20, genesis hash 32, device 4, period 8, direction 1, commitment 32.
pub const MESSAGE_LENGTH: usize = 97;

const _: () = assert!(MESSAGE_TAG.len() + 32 + 4 + 8 + 1 + 32 == MESSAGE_LENGTH);

/// What a reading is of: one register of one device in one period on one chain.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
	/// Hash of the chain's block 0: a commitment for one chain says nothing on another.
	pub genesis: [u8; 32],
	/// The device's number on that chain.
	pub device: u32,
	/// Unix time in milliseconds, divided by the period's length, rounded down. Below 2^53.
	pub period: u64,
	/// The register.
	pub direction: Direction,
}

/// The message whose Ed25519 signature is sent with `commitment`. Integers are little-endian.
pub fn message(slot: &Slot, commitment: &[u8; 32]) -> [u8; MESSAGE_LENGTH] {
	let device = slot.device.to_le_bytes();
	let period = slot.period.to_le_bytes();
	let direction = [slot.direction as u8];
	let fields: [&[u8]; 6] =
		[&MESSAGE_TAG, &slot.genesis, &device, &period, &direction, commitment];

	let mut message = [0u8; MESSAGE_LENGTH];
	for (to, from) in message.iter_mut().zip(fields.into_iter().flatten()) {
		*to = *from;
	}
	message
}

#[cfg(test)]
mod tests {
	use super::*;

	fn slot() -> Slot {
		Slot {
			genesis: [0xAA; 32],
			device: 0x0403_0201,
			period: 0x0C0B_0A09_0807_0605,
			direction: Direction::Export,
		}
	}

	#[test]
	fn every_field_stands_where_the_protocol_puts_it() {
		let bytes = message(&slot(), &[0xCC; 32]);
		assert_eq!(&bytes[..20], b"meterproof:commit:v1");
		assert_eq!(bytes[20..52], [0xAA; 32]);
		assert_eq!(bytes[52..56], [1, 2, 3, 4]);
		assert_eq!(bytes[56..64], [5, 6, 7, 8, 9, 10, 11, 12]);
		assert_eq!(bytes[64], 1);
		assert_eq!(bytes[65..], [0xCC; 32]);
	}

	#[test]
	fn a_change_of_any_field_changes_the_message() {
		let original = message(&slot(), &[0xCC; 32]);
		let others = [
			message(&Slot { genesis: [0xAB; 32], ..slot() }, &[0xCC; 32]),
			message(&Slot { device: 1, ..slot() }, &[0xCC; 32]),
			message(&Slot { period: 1, ..slot() }, &[0xCC; 32]),
			message(&Slot { direction: Direction::Import, ..slot() }, &[0xCC; 32]),
			message(&slot(), &[0xCD; 32]),
		];
		for other in others {
			assert_ne!(other, original);
		}
	}
}
