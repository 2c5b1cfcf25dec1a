//! A made-up statement of a given size.

use meterproof_programs::{
	commitment::commit_reading,
	usage::{Claim, Direction, Group, Resource, Slot, Statement},
};
use meterproof_prover::usage::{GroupWitness, Opening};

/// The least that any meter reads, and what is claimed of each.
const LEAST: u32 = 500;
const PERIOD: u64 = 1_000_000;
const RESOURCE: Resource = Resource::Electricity;
const DIRECTION: Direction = Direction::Export;

/// Readings in groups of mixed sizes, and what opens their commitments.
pub fn made_up(readings: usize, groups: usize) -> (Statement, Vec<GroupWitness>) {
	let mut device = 0;
	let (groups, witness) = (0..)
		.zip(group_sizes(readings, groups))
		.map(|(zone, size)| {
			let mut openings = Vec::with_capacity(size);
			let mut slots = Vec::with_capacity(size);
			for _ in 0..size {
				let reading = LEAST + device % 1_000;
				let salt = [1, 2, 3, 4].map(|word| u64::from(device) * 4 + word);
				let commitment = commit_reading(reading, device, PERIOD, DIRECTION.number(), &salt);
				slots.push(Slot { device, commitment });
				openings.push(Opening { reading, salt });
				device += 1;
			}
			let group = Group {
				operator: [7; 32],
				zone,
				direction: DIRECTION,
				claim: Claim::AtLeast(u64::from(LEAST) * size as u64),
				slots,
				slack_commitment: [0; 32],
			};
			(group, GroupWitness { openings })
		})
		.unzip();
	(Statement { genesis: [1; 32], period: PERIOD, resource: RESOURCE, groups }, witness)
}

/// Readings of each group: one, and of the rest in the proportions 1 to 7.
fn group_sizes(readings: usize, groups: usize) -> Vec<usize> {
	let rest = readings - groups;
	let part = |group: usize| 1 + group * 5 % 7;
	let all: usize = (0..groups).map(part).sum();
	let mut parts = 0;
	let mut taken = 0;
	(0..groups)
		.map(|group| {
			parts += part(group);
			let before = std::mem::replace(&mut taken, rest * parts / all);
			1 + taken - before
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_programs::usage::slot_count;

	#[test]
	fn sizes_are_mixed_and_add_up() {
		for (readings, groups) in [(1, 1), (752, 8), (752, 256), (7_808, 64), (109, 9)] {
			let sizes = group_sizes(readings, groups);
			assert_eq!(sizes.len(), groups);
			assert_eq!(sizes.iter().sum::<usize>(), readings);
			assert!(sizes.iter().all(|size| *size > 0), "{sizes:?}");
			assert!(groups < 3 || sizes.iter().min() < sizes.iter().max());
		}
	}

	#[test]
	fn made_up_statements_can_be_proved() {
		let (statement, witness) = made_up(109, 9);
		assert_eq!(slot_count(&statement), 118);
		assert_eq!(statement.check_without_slack(), Ok(()));
		assert_eq!(witness.len(), 9);
	}
}
