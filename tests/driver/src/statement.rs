//! A made-up statement of a given size.

use anyhow::{Context, Result};
use meterproof_programs::{
	commitment::commit_reading,
	usage::{Claim, Direction, Group, Resource, Slot, Statement},
};
use meterproof_prover::usage::{GroupWitness, Opening};
use serde_json::{json, Value};

use crate::chain;

/// Slots of a group: its readings and a slack.
const GROUP: usize = 14;

/// The least that any meter reads, and what is claimed of each, in Wh.
const LEAST: u32 = 500;

const PERIOD: u64 = 1_000_000;
const EXPORT: Direction = Direction::Export;

/// The operator of all groups, which are of different zones: the account `//Alice`.
const OPERATOR: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const OPERATOR_KEY: &str = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

/// A statement of so many slots, and what opens its commitments.
pub fn made_up(slots: usize) -> Result<(Statement, Vec<GroupWitness>)> {
	let operator = chain::bytes32(OPERATOR_KEY)?;
	let mut statement = Statement {
		genesis: [1; 32],
		period: PERIOD,
		resource: Resource::Electricity,
		groups: Vec::new(),
	};
	let mut witness = Vec::new();
	let mut device = 0;
	for (zone, readings) in (0..).zip(group_sizes(slots)) {
		let mut group = Group {
			operator,
			zone,
			direction: EXPORT,
			claim: Claim::AtLeast(u64::from(LEAST) * readings as u64),
			slots: Vec::new(),
			slack_commitment: [0; 32],
		};
		let mut openings = Vec::new();
		for _ in 0..readings {
			let reading = LEAST + device % 1_000;
			let salt = [1, 2, 3, 4].map(|word| u64::from(device) * 4 + word);
			let commitment = commit_reading(reading, device, PERIOD, EXPORT.number(), &salt);
			group.slots.push(Slot { device, commitment });
			openings.push(Opening { reading, salt });
			device += 1;
		}
		statement.groups.push(group);
		witness.push(GroupWitness { openings });
	}
	Ok((statement, witness))
}

/// Readings of each group. The last ones take what is left: a group has one reading at least.
fn group_sizes(slots: usize) -> Vec<usize> {
	let mut left = slots;
	let mut sizes = Vec::new();
	while left > 0 {
		let taken = if left == GROUP + 1 { GROUP - 1 } else { GROUP.min(left) };
		sizes.push(taken - 1);
		left -= taken;
	}
	sizes
}

/// The statement as JSON-RPC takes it to verify a proof.
pub fn json(statement: &Statement) -> Result<Value> {
	let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
	let groups = statement.groups.iter().map(|group| {
		let Claim::AtLeast(quantity) = group.claim else { return None };
		let id = chain::Group { operator: OPERATOR.into(), zone: group.zone, direction: "export" };
		let slots: Vec<Value> = group
			.slots
			.iter()
			.map(|slot| json!({ "device": slot.device, "commitment": hex(&slot.commitment) }))
			.collect();
		Some(json!({
			"group": id.json(),
			"claim": { "atLeast": quantity },
			"slots": slots,
			"slackCommitment": hex(&group.slack_commitment),
		}))
	});
	let groups: Option<Vec<Value>> = groups.collect();
	Ok(json!({
		"genesis": hex(&statement.genesis),
		"period": statement.period,
		"groups": groups.context("a made-up statement claims at least")?,
	}))
}

#[cfg(test)]
mod tests {
	use super::*;
	use meterproof_programs::usage::slot_count;

	#[test]
	fn statements_have_the_size_asked_for_and_can_be_proved() {
		for slots in [2, 3, 14, 15, 16, 28, 29, 118] {
			let (statement, witness) = made_up(slots).unwrap();
			assert_eq!(slot_count(&statement), slots);
			assert_eq!(statement.check_without_slack(), Ok(()));
			let openings: Vec<usize> = witness.iter().map(|group| group.openings.len()).collect();
			assert_eq!(openings, group_sizes(slots));
		}
	}

	#[test]
	fn json_names_every_slot() {
		let (statement, _) = made_up(20).unwrap();
		let json = json(&statement).unwrap();
		let group = &json["groups"][1];
		assert_eq!(group["group"]["zone"], 1);
		assert_eq!(group["claim"]["atLeast"], 2_500);
		assert_eq!(group["slots"].as_array().unwrap().len(), 5);
		assert_eq!(group["slots"][0]["device"], 13);
		assert_eq!(group["slackCommitment"].as_str().unwrap().len(), 66);
	}
}
