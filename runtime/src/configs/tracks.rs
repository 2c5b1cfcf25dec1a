//! What referenda may decide about, and what each kind of decision takes.

use alloc::borrow::Cow;

use frame_support::traits::Get;
use pallet_governance::Origin;
use pallet_referenda::{Curve, Track, TrackInfo, TracksInfo};
use sp_runtime::{str_array, Perbill};

use crate::*;

/// So many hours of governance, in blocks.
pub struct Hours<const COUNT: u32>;

impl<const COUNT: u32> Get<BlockNumber> for Hours<COUNT> {
	fn get() -> BlockNumber {
		Governance::hours(COUNT)
	}
}

/// A kind of decision. Periods are in hours of governance.
struct Plan {
	id: u16,
	name: &'static str,
	/// The origin that the track's referenda are enacted with; `None` is root.
	grants: Option<Origin>,
	max_deciding: u32,
	deposit: Balance,
	prepare: u32,
	decide: u32,
	confirm: u32,
	enact: u32,
	/// What part of the votes must be for it: all of them at first, half at the end of the decision.
	approval: Curve,
	/// What part of the tokens that can vote must be for it, at first and at the end.
	support: Curve,
}

/// A part that falls from one percentage at the beginning of the decision to another at its end.
const fn falling(from: u32, to: u32) -> Curve {
	Curve::LinearDecreasing {
		length: Perbill::from_percent(100),
		floor: Perbill::from_percent(to),
		ceil: Perbill::from_percent(from),
	}
}

const HALF_IN_THE_END: Curve = falling(100, 50);

/// A day and a week in hours.
const DAY: u32 = 24;
const WEEK: u32 = 7 * DAY;

/// The tracks, by id.
const PLANS: [Plan; 5] = [
	Plan {
		id: 0,
		name: "root",
		grants: None,
		// One place would be anybody's for two weeks against a deposit that comes back.
		max_deciding: 10,
		deposit: 10_000 * UNIT,
		prepare: 2,
		decide: 2 * WEEK,
		confirm: DAY,
		enact: DAY,
		approval: HALF_IN_THE_END,
		support: falling(50, 5),
	},
	// What the technical collective has looked at needs less, and is done within hours.
	Plan {
		id: 1,
		name: "whitelisted",
		grants: Some(Origin::WhitelistedCaller),
		max_deciding: 10,
		deposit: 1_000 * UNIT,
		prepare: 1,
		decide: 2 * WEEK,
		confirm: 1,
		enact: 1,
		approval: HALF_IN_THE_END,
		support: falling(25, 1),
	},
	Plan {
		id: 10,
		name: "exchange",
		grants: Some(Origin::ExchangeAdmin),
		max_deciding: 5,
		deposit: 500 * UNIT,
		prepare: 2,
		decide: 2 * WEEK,
		confirm: DAY,
		enact: DAY,
		approval: HALF_IN_THE_END,
		support: falling(25, 2),
	},
	// A slash waits for a day at least: whoever is to be spared must know before.
	Plan {
		id: 11,
		name: "validators",
		grants: Some(Origin::ValidatorsAdmin),
		max_deciding: 10,
		deposit: 500 * UNIT,
		prepare: 1,
		decide: DAY,
		confirm: 3,
		enact: 1,
		approval: HALF_IN_THE_END,
		support: falling(25, 2),
	},
	Plan {
		id: 20,
		name: "treasurer",
		grants: Some(Origin::Treasurer),
		max_deciding: 10,
		deposit: 100 * UNIT,
		prepare: 2,
		decide: 2 * WEEK,
		confirm: DAY,
		enact: DAY,
		approval: HALF_IN_THE_END,
		support: falling(20, 1),
	},
];

/// What a referendum of the track "treasurer" may spend.
pub const MOST_SPENT: Balance = 10_000 * UNIT;

impl Plan {
	fn track(&self) -> Track<u16, Balance, BlockNumber> {
		let info = TrackInfo {
			name: str_array(self.name),
			max_deciding: self.max_deciding,
			decision_deposit: self.deposit,
			prepare_period: Governance::hours(self.prepare),
			decision_period: Governance::hours(self.decide),
			confirm_period: Governance::hours(self.confirm),
			min_enactment_period: Governance::hours(self.enact),
			min_approval: self.approval.clone(),
			min_support: self.support.clone(),
		};
		Track { id: self.id, info }
	}
}

/// The tracks.
pub struct Tracks;

impl Tracks {
	/// A track's name.
	pub fn name(id: u16) -> Option<&'static str> {
		PLANS.iter().find(|plan| plan.id == id).map(|plan| plan.name)
	}
}

impl TracksInfo<Balance, BlockNumber> for Tracks {
	type Id = u16;
	type RuntimeOrigin = OriginCaller;

	fn tracks() -> impl Iterator<Item = Cow<'static, Track<u16, Balance, BlockNumber>>> {
		PLANS.iter().map(|plan| Cow::Owned(plan.track()))
	}

	/// Without looking at storage, which holds how long they take.
	fn track_ids() -> impl Iterator<Item = u16> {
		PLANS.iter().map(|plan| plan.id)
	}

	fn info(id: u16) -> Option<Cow<'static, TrackInfo<Balance, BlockNumber>>> {
		let plan = PLANS.iter().find(|plan| plan.id == id)?;
		Some(Cow::Owned(plan.track().info))
	}

	/// Without looking at storage, either: it is asked where there is none.
	fn check_integrity() -> Result<(), &'static str> {
		let rises = PLANS.is_sorted_by(|before, after| before.id < after.id);
		rises.then_some(()).ok_or("the tracks do not stand in the order of their ids")
	}

	fn track_for(origin: &OriginCaller) -> Result<u16, ()> {
		let grants = match origin {
			OriginCaller::system(frame_system::RawOrigin::Root) => None,
			OriginCaller::Governance(granted) => Some(*granted),
			_ => return Err(()),
		};
		PLANS.iter().find(|plan| plan.grants == grants).map(|plan| plan.id).ok_or(())
	}
}
