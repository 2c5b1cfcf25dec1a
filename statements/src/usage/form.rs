//! The form of a usage statement in SCALE and in JSON: each group stands with its whole id, resource
//! included. Groups of different resources, or none, are no statement.

use alloc::vec::Vec;
use core::fmt;

#[cfg(feature = "codec")]
use codec::{Compact, Decode, Encode, EncodeLike, Input, Output};
#[cfg(feature = "scale-info")]
use scale_info::TypeInfo;
#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{Claim, Slot};
use crate::{Commitment, GenesisHash, GroupId, PeriodIndex};

/// The public inputs of a usage proof.
#[cfg_attr(feature = "codec", derive(Decode))]
#[cfg_attr(feature = "scale-info", derive(TypeInfo))]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Statement<AccountId> {
	/// Hash of block 0.
	#[cfg_attr(feature = "serde", serde(with = "crate::hexadecimal"))]
	genesis: GenesisHash,
	/// The period of every reading.
	period: PeriodIndex,
	/// The groups, in the order in which they are proved.
	groups: Vec<Group<AccountId>>,
}

/// One group's part.
#[cfg_attr(feature = "codec", derive(Decode))]
#[cfg_attr(feature = "scale-info", derive(TypeInfo))]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(rename_all = "camelCase"))]
pub struct Group<AccountId> {
	/// The group whose readings are added up.
	group: GroupId<AccountId>,
	/// What the readings are claimed to add up to.
	claim: Claim,
	/// The group's commitments in device order.
	slots: Vec<Slot>,
	/// Commitment to the slack, supplied by the prover.
	#[cfg_attr(
		feature = "serde",
		serde(
			default,
			with = "crate::hexadecimal::of_the_prover",
			skip_serializing_if = "crate::hexadecimal::of_the_prover::is_missing"
		)
	)]
	slack_commitment: Commitment,
}

/// Why this form stands for no statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoStatement {
	/// There is no group, and so no resource.
	NoGroups,
	/// One proof is of one resource.
	ResourceMismatch,
}

impl NoStatement {
	const fn text(self) -> &'static str {
		match self {
			Self::NoGroups => "a usage statement has at least one group",
			Self::ResourceMismatch => "all groups of a usage statement have one resource",
		}
	}
}

impl fmt::Display for NoStatement {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str(self.text())
	}
}

impl<AccountId> From<super::Statement<AccountId>> for Statement<AccountId> {
	fn from(statement: super::Statement<AccountId>) -> Self {
		let super::Statement { genesis, period, resource, groups } = statement;
		let groups = groups.into_iter().map(|group| {
			let super::Group { operator, zone, direction, claim, slots, slack_commitment } = group;
			let group = GroupId { operator, zone, resource, direction };
			Group { group, claim, slots, slack_commitment }
		});
		Self { genesis, period, groups: groups.collect() }
	}
}

impl<AccountId> TryFrom<Statement<AccountId>> for super::Statement<AccountId> {
	type Error = NoStatement;

	fn try_from(form: Statement<AccountId>) -> Result<Self, NoStatement> {
		let Statement { genesis, period, groups } = form;
		let resource = groups.first().ok_or(NoStatement::NoGroups)?.group.resource;
		let groups = groups.into_iter().map(|form| {
			let Group { group, claim, slots, slack_commitment } = form;
			let GroupId { operator, zone, resource: own, direction } = group;
			let group = super::Group { operator, zone, direction, claim, slots, slack_commitment };
			(own == resource).then_some(group).ok_or(NoStatement::ResourceMismatch)
		});
		Ok(Self { genesis, period, resource, groups: groups.collect::<Result<_, _>>()? })
	}
}

#[cfg(feature = "codec")]
impl<AccountId: Encode> Encode for super::Statement<AccountId> {
	fn encode_to<O: Output + ?Sized>(&self, out: &mut O) {
		let super::Statement { genesis, period, resource, groups } = self;
		(genesis, period, Compact(groups.len() as u32)).encode_to(out);
		for group in groups {
			let super::Group { operator, zone, direction, claim, slots, slack_commitment } = group;
			(operator, zone, resource, direction, claim, slots, slack_commitment).encode_to(out);
		}
	}
}

#[cfg(feature = "codec")]
impl<AccountId: Encode> EncodeLike for super::Statement<AccountId> {}

#[cfg(feature = "codec")]
impl<AccountId: Decode> Decode for super::Statement<AccountId> {
	fn decode<I: Input>(input: &mut I) -> Result<Self, codec::Error> {
		Statement::decode(input)?.try_into().map_err(|no: NoStatement| no.text().into())
	}
}

#[cfg(feature = "scale-info")]
impl<AccountId: TypeInfo + 'static> TypeInfo for super::Statement<AccountId> {
	type Identity = Statement<AccountId>;

	fn type_info() -> scale_info::Type {
		Statement::<AccountId>::type_info()
	}
}
