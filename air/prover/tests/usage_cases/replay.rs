//! A proof holds for its statement alone.

use super::HONEST;
use meterproof_programs::usage::{Claim, Statement};
use meterproof_verifier::{verify_usage, Reject};

fn refused(change: impl Fn(&mut Statement)) {
	let mut statement = HONEST.statement.clone();
	change(&mut statement);
	assert_ne!(statement, HONEST.statement);
	let result = verify_usage(&statement, &HONEST.proof);
	assert_eq!(result, Err(Reject::ProofOfWork), "refused as late as the transcript allows");
}

#[test]
fn on_another_chain() {
	refused(|s| s.genesis[0] ^= 1);
}

#[test]
fn in_another_period() {
	refused(|s| s.period += 1);
	refused(|s| s.period -= 1);
	refused(|s| s.period += 1 << 32);
}

#[test]
fn for_another_resource() {
	refused(|s| s.resource = 2);
}

#[test]
fn for_another_operator() {
	refused(|s| s.groups[0].operator = [9; 32]);
	refused(|s| {
		let operator = s.groups[1].operator;
		s.groups[0].operator = operator;
	});
}

#[test]
fn in_another_zone() {
	refused(|s| s.groups[1].zone += 1);
}

#[test]
fn in_another_direction() {
	refused(|s| s.groups[1].direction ^= 1);
}

#[test]
fn for_another_claim() {
	refused(|s| s.groups[0].claim = Claim::AtLeast(59));
	refused(|s| s.groups[0].claim = Claim::AtLeast(61));
	refused(|s| s.groups[0].claim = Claim::AtMost(60));
	refused(|s| s.groups[0].claim = Claim::Exactly(60));
	refused(|s| s.groups[1].claim = Claim::AtLeast(100));
	refused(|s| s.groups[2].claim = Claim::AtLeast(7));
	// The same total split differently.
	refused(|s| {
		s.groups[0].claim = Claim::AtLeast(61);
		s.groups[2].claim = Claim::Exactly(6);
	});
}

#[test]
fn for_other_devices_or_commitments() {
	refused(|s| s.groups[0].slots[2].device += 1);
	refused(|s| s.groups[0].slots[0].commitment[0] ^= 1);
	refused(|s| {
		let other = s.groups[1].slots[0].commitment;
		s.groups[0].slots[0].commitment = other;
	});
	refused(|s| {
		let other = s.groups[1].slots.clone();
		s.groups[0].slots = other;
	});
	refused(|s| {
		s.groups[0].slots.pop();
	});
	refused(|s| s.groups[2].slack_commitment[8] ^= 1);
	refused(|s| {
		let other = s.groups[0].slack_commitment;
		s.groups[1].slack_commitment = other;
	});
}

#[test]
fn for_other_groups() {
	refused(|s| s.groups.swap(0, 1));
	refused(|s| {
		s.groups.pop();
	});
	refused(|s| {
		let group = s.groups[0].clone();
		s.groups.push(group);
	});
}
