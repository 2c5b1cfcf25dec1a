//! Statements and witnesses for tests.

use meterproof_programs::{
	commitment::commit_reading,
	usage::{Claim, Direction, Group, Resource, Slot, Statement},
};
use meterproof_prover::usage::{GroupWitness, Opening};

/// A salt that depends on where it is used; tests need no secrecy.
pub fn salt(device: u32, period: u64, direction: u8) -> [u64; 4] {
	let seed = u64::from(device) << 20 | period << 4 | u64::from(direction);
	[1u64, 2, 3, 4].map(|i| seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(i) >> 1)
}

/// A group whose devices are numbered from `first_device` on, three apart.
pub fn group(
	number: u8,
	period: u64,
	direction: Direction,
	claim: Claim,
	first_device: u32,
	readings: &[u32],
) -> (Group, GroupWitness) {
	let mut slots = Vec::new();
	let mut openings = Vec::new();
	for (i, reading) in readings.iter().enumerate() {
		let device = first_device + 3 * u32::try_from(i).unwrap();
		let salt = salt(device, period, direction.number());
		let commitment = commit_reading(*reading, device, period, direction.number(), &salt);
		slots.push(Slot { device, commitment });
		openings.push(Opening { reading: *reading, salt });
	}
	let group = Group {
		operator: [number; 32],
		zone: 7,
		direction,
		claim,
		slots,
		slack_commitment: [0; 32],
	};
	(group, GroupWitness { openings })
}

/// A statement of the given groups: claim and readings of each.
pub fn statement(groups: &[(Claim, Vec<u32>)]) -> (Statement, Vec<GroupWitness>) {
	let period = 1_234_567;
	let (groups, witness) = groups
		.iter()
		.enumerate()
		.map(|(i, (claim, readings))| {
			let number = u8::try_from(i % 251).unwrap();
			let first = 1_000 + 100_000 * u32::try_from(i).unwrap();
			let direction = Direction::ALL[i % 251 % 2];
			group(number, period, direction, *claim, first, readings)
		})
		.unzip();
	(Statement { genesis: [0x5a; 32], period, resource: Resource::Water, groups }, witness)
}
