//! What is kept of zones, seasons and accounts.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame::prelude::*;
use meterproof_primitives::{Commitment, PeriodIndex, Quantity, ZoneId};

/// A number as big-endian bytes, so that maps hashed by identity are walked in its order.
pub type OrderedKey = [u8; 8];

/// Seasons of a zone, numbered from 1; 0 is before the first one.
pub type SeasonIndex = u32;

/// Most cuts of a season.
pub const MAX_CUTS: u32 = 16;

/// An account in a zone.
pub type MemberId<AccountId> = (ZoneId, AccountId);

/// A number as a key that is walked in order.
pub(crate) fn ordered(number: u64) -> OrderedKey {
	number.to_be_bytes()
}

/// The number behind such a key.
pub(crate) fn number(key: OrderedKey) -> u64 {
	u64::from_be_bytes(key)
}

/// Litres by priority.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Classes {
	/// What comes first: it is served before the other class gets anything, is cut last, is not traded
	/// and is not carried over.
	pub essential: Quantity,
	/// What is left is shared out by it; it can be traded and, in part, carried over.
	pub general: Quantity,
}

impl Classes {
	/// Both together.
	pub fn sum(&self) -> Quantity {
		self.essential.saturating_add(self.general)
	}

	/// Both classes added.
	pub(crate) fn plus(&self, other: &Self) -> Self {
		Self {
			essential: self.essential.saturating_add(other.essential),
			general: self.general.saturating_add(other.general),
		}
	}

	/// Both classes subtracted.
	pub(crate) fn minus(&self, other: &Self) -> Self {
		Self {
			essential: self.essential.saturating_sub(other.essential),
			general: self.general.saturating_sub(other.general),
		}
	}

	/// Takes what was used, of the essential class first; what could not be taken.
	pub(crate) fn take(&mut self, used: Quantity) -> Quantity {
		let essential = used.min(self.essential);
		let rest = used.saturating_sub(essential);
		let general = rest.min(self.general);
		*self = self.minus(&Self { essential, general });
		rest.saturating_sub(general)
	}
}

/// What governance and the steward have said of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Zone<AccountId, Balance> {
	/// Grants entitlements, announces seasons and cuts.
	pub steward: AccountId,
	/// The most litres that a season may have, those carried over into it included; and the most that
	/// essential entitlements may add up to.
	pub ceiling: Quantity,
	/// What a litre used beyond the allocation costs, in seasons announced from now on.
	pub penalty: Balance,
	/// The part of a general entitlement that can be carried over into seasons announced from now on, and
	/// out of them.
	pub carry: Permill,
	/// The sums of all entitlements.
	pub entitled: Classes,
	/// The last season that was announced; 0 before the first one.
	pub season: SeasonIndex,
	/// The oldest season whose record is kept.
	pub oldest: SeasonIndex,
	/// The first period behind the season before the last one that was announced.
	pub free_from: PeriodIndex,
}

/// A scarcity cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Cut {
	/// The first turn that it holds for.
	pub from: u32,
	/// What is kept of the essential litres left by then.
	pub essential: Permill,
	/// What is kept of the general litres left by then.
	pub general: Permill,
}

/// A season as announced: turns of equally many periods, and what there is to be used in them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Season<Balance> {
	/// Its first period.
	pub first: PeriodIndex,
	/// Periods of a turn.
	pub turn: u32,
	/// How many turns it has.
	pub turns: u32,
	/// What is announced, in litres.
	pub available: Quantity,
	/// What each class gets of it.
	pub granted: Classes,
	/// The entitlements among which that is shared out.
	pub entitled: Classes,
	/// What a litre used beyond the allocation costs.
	pub penalty: Balance,
	/// The part of a general entitlement that can be carried over into the season, and out of it.
	pub carry: Permill,
	/// Scarcity cuts, in order of their turns.
	pub cuts: BoundedVec<Cut, ConstU32<MAX_CUTS>>,
	/// What has been allocated to accounts that have entered, in litres, without what they carried over.
	pub allocated: Quantity,
	/// How many accounts are in the season.
	pub members: u32,
}

impl<Balance> Season<Balance> {
	/// The first period behind it.
	pub fn end(&self) -> PeriodIndex {
		self.start(self.turns)
	}

	/// The first period of a turn.
	pub fn start(&self, turn: u32) -> PeriodIndex {
		self.first.saturating_add(u64::from(self.turn).saturating_mul(turn.into()))
	}

	/// The last period of a turn, whose commitments say what meters counted in all of it.
	pub fn reading(&self, turn: u32) -> PeriodIndex {
		self.start(turn.saturating_add(1)).saturating_sub(1)
	}

	/// The turn that a period lies in.
	pub fn turn_of(&self, period: PeriodIndex) -> Option<u32> {
		let after = period.checked_sub(self.first)?;
		let turn = u32::try_from(after.checked_div(self.turn.into())?).ok()?;
		(turn < self.turns).then_some(turn)
	}

	/// What an entitlement gets. All entitlements together get no more than is available.
	pub fn allocation(&self, entitlement: &Classes) -> Classes {
		Classes {
			essential: share(
				entitlement.essential,
				self.granted.essential,
				self.entitled.essential,
			),
			general: share(entitlement.general, self.granted.general, self.entitled.general),
		}
	}

	/// What is left of a balance by the cuts that hold from one of the turns `after..=turn` on.
	pub(crate) fn cut(&self, balance: Classes, after: u32, turn: u32) -> Classes {
		let cuts = self.cuts.iter().filter(|cut| (after..=turn).contains(&cut.from));
		cuts.fold(balance, |left, cut| Classes {
			essential: cut.essential.mul_floor(left.essential),
			general: cut.general.mul_floor(left.general),
		})
	}
}

/// `granted` in proportion to a part of `all`, rounded down.
fn share(part: Quantity, granted: Quantity, all: Quantity) -> Quantity {
	// Two factors below 2^64 stay below 2^128.
	let product = u128::from(part).saturating_mul(granted.into());
	let share = product.checked_div(all.into()).unwrap_or(0);
	// A part of `all` gets a part of what is granted; this is never reached.
	u64::try_from(share).unwrap_or(u64::MAX)
}

/// General litres that an account offers to pass on, at a price that all see.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Offer<AccountId, Balance> {
	/// Who may take them; whoever comes first where nobody is named.
	pub to: Option<AccountId>,
	/// How many litres are left of it.
	pub quantity: Quantity,
	/// Per litre.
	pub price: Balance,
}

/// The last turn of an account that was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ClosedTurn {
	/// Its last period.
	pub period: PeriodIndex,
	/// What meters were presumed to have counted that told nothing, in litres.
	pub missing: Quantity,
}

/// An account in a zone.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct WaterAccount<AccountId, Balance> {
	/// Its standing shares: a season's allocation follows from them.
	pub entitlement: Classes,
	/// What it may still use. Between seasons: what it carries over.
	pub balance: Classes,
	/// The last season that it entered or passed over.
	pub season: SeasonIndex,
	/// The turn that is to be closed next; none while it is in no season.
	pub turn: Option<u32>,
	/// The last period of that turn; while it is in no season, when it is looked at next.
	pub due: PeriodIndex,
	/// What its meters could count in a period when the turn began, in litres.
	pub answerable: Quantity,
	/// The nameplates that registrars had ever taken out of its meters by then.
	pub taken: Quantity,
	/// The last turn that was closed.
	pub closed: Option<ClosedTurn>,
	/// What it offers to pass on.
	pub offer: Option<Offer<AccountId, Balance>>,
	/// Whether it enters no other season.
	pub leaving: bool,
	/// On hold for this record.
	pub deposit: Balance,
	/// On hold against a shortfall in the turn, for what it has passed on.
	pub surety: Balance,
	/// On hold, and to be claimed.
	pub freed: Balance,
	/// Charged and not paid.
	pub owed: Balance,
}

/// One account's part of a proof of use.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct UseClaim<AccountId> {
	/// The account whose meters' readings are claimed for.
	pub account: AccountId,
	/// What it has used in the turn at most, with what is presumed of missing meters, in litres. So much
	/// is taken from its balance.
	pub used: Quantity,
	/// Commitment to the difference, made by the prover.
	pub slack_commitment: Commitment,
}
