//! The usage statement, read as it is written.

use super::{array, list};
use meterproof_programs::usage::{Claim, Group, Slot, Statement};

pub fn statement(bytes: &mut &[u8]) -> Option<Statement> {
	let _domain: [u8; 16] = array(bytes)?;
	let genesis = array(bytes)?;
	let period = u64::from_le_bytes(array(bytes)?);
	let [resource] = array(bytes)?;
	let groups = list(bytes, group)?;
	Some(Statement { genesis, period, resource, groups })
}

fn group(bytes: &mut &[u8]) -> Option<Group> {
	let operator = array(bytes)?;
	let zone = u32::from_le_bytes(array(bytes)?);
	let [direction, kind] = array(bytes)?;
	let quantity = u64::from_le_bytes(array(bytes)?);
	let slots = list(bytes, |bytes| {
		Some(Slot { device: u32::from_le_bytes(array(bytes)?), commitment: array(bytes)? })
	})?;
	let slack_commitment = array(bytes)?;
	let claim = match kind {
		1 => Claim::AtLeast(quantity),
		2 => Claim::AtMost(quantity),
		3 => Claim::Exactly(quantity),
		4 => Claim::AtLeastHidden(array(bytes)?),
		_ => return None,
	};
	Some(Group { operator, zone, direction, claim, slots, slack_commitment })
}
