//! A proof holds for its statement alone.

use super::{HONEST, SEALED};
use meterproof_programs::usage::{Claim, Direction, Resource, Statement};
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
	refused(|s| s.resource = Resource::Heat);
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
	refused(|s| s.groups[1].direction = Direction::Import);
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

fn refused_with_a_hidden_quantity(change: &dyn Fn(&mut Statement)) {
	let mut statement = SEALED.statement.clone();
	change(&mut statement);
	assert_ne!(statement, SEALED.statement);
	assert_eq!(verify_usage(&statement, &SEALED.proof), Err(Reject::ProofOfWork));
}

#[test]
fn for_another_hidden_quantity() {
	let refused = refused_with_a_hidden_quantity;
	refused(&|s| {
		let mut commitment = *s.groups[3].claim.hidden().unwrap();
		commitment[0] ^= 1;
		s.groups[3].claim = Claim::AtLeastHidden(commitment);
	});
	// Another commitment of the statement in its place.
	refused(&|s| s.groups[3].claim = Claim::AtLeastHidden(s.groups[3].slack_commitment));
	refused(&|s| s.groups[3].claim = Claim::AtLeastHidden(s.groups[3].slots[0].commitment));
	refused(&|s| {
		let commitment = *s.groups[3].claim.hidden().unwrap();
		s.groups[3].claim = Claim::AtLeastHidden(s.groups[3].slack_commitment);
		s.groups[3].slack_commitment = commitment;
	});
}

#[test]
fn for_a_public_quantity_in_the_place_of_a_hidden_one() {
	let refused = refused_with_a_hidden_quantity;
	for quantity in [0, 40, 43] {
		refused(&|s| s.groups[3].claim = Claim::AtLeast(quantity));
		refused(&|s| s.groups[3].claim = Claim::Exactly(quantity));
	}
	// And the other way: a hidden one of the group before.
	refused(&|s| {
		let hidden = s.groups[3].claim;
		s.groups[0].claim = hidden;
	});
	refused(&|s| {
		let (first, last) = (s.groups[0].claim, s.groups[3].claim);
		(s.groups[0].claim, s.groups[3].claim) = (last, first);
	});
	refused(&|s| s.groups.swap(2, 3));
}

#[test]
fn in_another_period_or_direction_with_a_hidden_quantity() {
	let refused = refused_with_a_hidden_quantity;
	refused(&|s| s.period += 1);
	refused(&|s| s.groups[3].direction = Direction::Import);
	refused(&|s| s.groups[3].operator = [9; 32]);
	refused(&|s| s.groups[3].slots[0].device += 1);
}
