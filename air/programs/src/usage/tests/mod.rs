mod snapshots;
mod statements;

use super::{Claim, Group, Slot, Statement};
use crate::commitment::{commit, commit_reading, CommitmentBytes, Tag};
use alloc::{vec, vec::Vec};
use meterproof_statements::{Direction, Resource};

/// A statement with every field different from zero.
fn sample() -> Statement {
	let slot = |device| Slot {
		device,
		commitment: commit_reading(100 + device, device, 42, 1, &[1, 2, 3, u64::from(device)]),
	};
	let group = |number: u8, claim, devices: &[u32]| Group {
		operator: [number; 32],
		zone: 5,
		direction: Direction::Export,
		claim,
		slots: devices.iter().copied().map(slot).collect::<Vec<_>>(),
		slack_commitment: commit_reading(0, 0, 42, 1, &[number.into(); 4]),
	};
	Statement {
		genesis: [3; 32],
		period: 42,
		resource: Resource::Heat,
		groups: vec![
			group(1, Claim::AtLeast(150), &[1, 2]),
			group(2, Claim::AtMost(500), &[3]),
			group(3, Claim::Exactly(209), &[4, 5, 9]),
		],
	}
}

/// A commitment to a quantity, as a prover supplies it.
fn quantity_commitment(quantity: u32) -> CommitmentBytes {
	commit(Tag::Quantity, quantity, 0, 42, 1, &[7, 7, 7, u64::from(quantity)])
}

/// The sample statement, with a claim of a hidden quantity behind the first group's.
fn sealed_sample() -> Statement {
	let mut statement = sample();
	statement.groups[1].claim = Claim::AtLeastHidden(quantity_commitment(90));
	statement
}
