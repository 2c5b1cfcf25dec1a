//! The bytes of a usage statement.

use alloc::vec::Vec;

use super::{slot_count, Claim, Group, Slot, Statement};
use crate::{
	bytes::{push_length, Domain, Reader},
	Account, Direction, Resource,
};

const DOMAIN: Domain = *b"meterproof/use/1";

/// The statement as a proof binds it: fixed-width little-endian fields, lists behind their lengths, so
/// that no two statements share an encoding.
pub fn encode<AccountId: Account>(statement: &Statement<AccountId>) -> Vec<u8> {
	let mut out = Vec::with_capacity(slot_count(statement).saturating_mul(64).saturating_add(64));
	out.extend_from_slice(&DOMAIN);
	out.extend_from_slice(&statement.genesis);
	out.extend_from_slice(&statement.period.to_le_bytes());
	out.push(statement.resource.number());
	push_length(&mut out, statement.groups.len());
	for group in &statement.groups {
		out.extend_from_slice(&group.operator.clone().into());
		out.extend_from_slice(&group.zone.to_le_bytes());
		out.push(group.direction.number());
		out.push(group.claim.kind());
		out.extend_from_slice(&group.claim.quantity().to_le_bytes());
		push_length(&mut out, group.slots.len());
		for slot in &group.slots {
			out.extend_from_slice(&slot.device.to_le_bytes());
			out.extend_from_slice(&slot.commitment);
		}
		out.extend_from_slice(&group.slack_commitment);
		// Its kind tells that it is here.
		if let Some(commitment) = group.claim.hidden() {
			out.extend_from_slice(commitment);
		}
	}
	out
}

/// The statement with these bytes, however senseless.
pub fn decode(bytes: &[u8]) -> Option<Statement> {
	let mut reader = Reader::behind(&DOMAIN, bytes)?;
	let statement = Statement {
		genesis: reader.array()?,
		period: reader.u64()?,
		resource: Resource::from_number(reader.u8()?)?,
		groups: reader.list(group)?,
	};
	reader.end(statement)
}

fn group(reader: &mut Reader<'_>) -> Option<Group> {
	let operator = reader.array()?;
	let zone = reader.u32()?;
	let direction = Direction::from_number(reader.u8()?)?;
	let kind = reader.u8()?;
	let quantity = reader.u64()?;
	let slots =
		reader.list(|reader| Some(Slot { device: reader.u32()?, commitment: reader.array()? }))?;
	let slack_commitment = reader.array()?;
	let claim = match kind {
		1 => Claim::AtLeast(quantity),
		2 => Claim::AtMost(quantity),
		3 => Claim::Exactly(quantity),
		// A quantity beside a hidden one would be a second form of the same statement.
		4 if quantity == 0 => Claim::AtLeastHidden(reader.array()?),
		_ => return None,
	};
	Some(Group { operator, zone, direction, claim, slots, slack_commitment })
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec;

	fn sample() -> Statement {
		let slot = |device| Slot { device, commitment: [device as u8; 32] };
		let group = |number: u8, claim| Group {
			operator: [number; 32],
			zone: 5,
			direction: Direction::Export,
			claim,
			slots: vec![slot(1), slot(2)],
			slack_commitment: [number; 32],
		};
		Statement {
			genesis: [3; 32],
			period: 42,
			resource: Resource::Heat,
			groups: vec![
				group(1, Claim::AtLeast(150)),
				group(2, Claim::AtMost(500)),
				group(3, Claim::Exactly(209)),
				group(4, Claim::AtLeastHidden([9; 32])),
			],
		}
	}

	#[test]
	fn what_is_written_is_read_back() {
		let statement = sample();
		let bytes = encode(&statement);
		assert_eq!(decode(&bytes).as_ref(), Some(&statement));
		let empty = Statement { groups: vec![], ..statement };
		assert_eq!(decode(&encode(&empty)).as_ref(), Some(&empty));
	}

	#[test]
	fn no_other_bytes_are_a_statement() {
		let bytes = encode(&sample());
		for end in 0..bytes.len() {
			assert_eq!(decode(&bytes[..end]), None);
		}
		assert_eq!(decode(&[&bytes[..], &[0]].concat()), None);
		// Whatever is read is the one statement with these bytes.
		for place in 0..bytes.len() {
			for change in [1, 0x80, 0xff] {
				let mut other = bytes.clone();
				other[place] ^= change;
				assert!(decode(&other).is_none_or(|read| encode(&read) == other));
			}
		}
	}

	#[test]
	fn an_account_of_a_chain_is_its_32_bytes() {
		#[derive(Clone)]
		struct Id([u8; 32]);
		impl From<Id> for [u8; 32] {
			fn from(id: Id) -> Self {
				id.0
			}
		}
		assert_eq!(encode(&sample().map_accounts(Id)), encode(&sample()));
	}
}
