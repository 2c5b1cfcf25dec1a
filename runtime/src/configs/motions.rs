//! What a motion of the technical collective costs its proposer while it stands: a deposit, and one of its
//! few places.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	ensure, parameter_types,
	traits::{fungible::HoldConsideration, Consideration, MaybeConsideration},
	weights::Weight,
};
use pallet_governance::Error;
use scale_info::TypeInfo;
use sp_runtime::{traits::Convert, DispatchError};

use crate::*;

/// Most motions at a time.
pub const MOST: u32 = 20;

/// Most motions of one member at a time. The seven that can fill the table together can also refuse
/// everything by their votes.
pub const MOST_OF_MEMBER: usize = 3;

/// On hold for a motion until it has ended and anybody has called `release_proposal_cost`.
pub const DEPOSIT: Balance = 10 * UNIT;

parameter_types! {
	pub const Reason: RuntimeHoldReason =
		RuntimeHoldReason::TechnicalCollective(pallet_collective::HoldReason::ProposalSubmission);
}

/// Every motion's deposit is the same, however many there are.
pub struct Flat;

impl Convert<u32, Balance> for Flat {
	fn convert(_: u32) -> Balance {
		DEPOSIT
	}
}

type Deposit = HoldConsideration<AccountId, Balances, Reason, Flat, u32>;

/// What is taken for a motion.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Motion(Deposit);

impl Consideration<AccountId, u32> for Motion {
	fn new(who: &AccountId, motions: u32) -> Result<Self, DispatchError> {
		// The motion at hand is the last on the table already, and nobody's yet. The deposit of an equal one
		// that has ended is given back first: the pallet would forget whose it is.
		let table = pallet_collective::Proposals::<Runtime>::get();
		let former = table.last().and_then(pallet_collective::CostOf::<Runtime>::take);
		if let Some((owner, deposit)) = former {
			deposit.drop(&owner)?;
		}
		let own = table
			.iter()
			.filter_map(pallet_collective::CostOf::<Runtime>::get)
			.filter(|(owner, _)| owner == who)
			.count();
		ensure!(own < MOST_OF_MEMBER, Error::<Runtime>::TooManyMotions);
		Deposit::new(who, motions).map(Self)
	}

	fn update(self, who: &AccountId, motions: u32) -> Result<Self, DispatchError> {
		self.0.update(who, motions).map(Self)
	}

	fn drop(self, who: &AccountId) -> Result<(), DispatchError> {
		self.0.drop(who)
	}

	fn burn(self, who: &AccountId) {
		self.0.burn(who)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn ensure_successful(who: &AccountId, motions: u32) {
		Deposit::ensure_successful(who, motions);
	}
}

impl MaybeConsideration<AccountId, u32> for Motion {
	fn is_none(&self) -> bool {
		false
	}
}

type Published = pallet_collective::weights::SubstrateWeight<Runtime>;

/// The SDK's weights, a look at whose the other motions are, and the deposit of an equal one that has ended.
pub struct WeightInfo;

impl pallet_collective::WeightInfo for WeightInfo {
	fn set_members(m: u32, n: u32, p: u32) -> Weight {
		Published::set_members(m, n, p)
	}
	fn execute(b: u32, m: u32) -> Weight {
		Published::execute(b, m)
	}
	fn propose_execute(b: u32, m: u32) -> Weight {
		Published::propose_execute(b, m)
	}
	fn propose_proposed(b: u32, m: u32, p: u32) -> Weight {
		let db = <Runtime as frame_system::Config>::DbWeight::get();
		let looks = Weight::from_parts(0, 64).saturating_mul(MOST.into());
		Published::propose_proposed(b, m, p)
			.saturating_add(db.reads(MOST.into()))
			.saturating_add(looks)
			.saturating_add(Published::release_proposal_cost())
	}
	fn vote(m: u32) -> Weight {
		Published::vote(m)
	}
	fn close_early_disapproved(m: u32, p: u32) -> Weight {
		Published::close_early_disapproved(m, p)
	}
	fn close_early_approved(b: u32, m: u32, p: u32) -> Weight {
		Published::close_early_approved(b, m, p)
	}
	fn close_disapproved(m: u32, p: u32) -> Weight {
		Published::close_disapproved(m, p)
	}
	fn close_approved(b: u32, m: u32, p: u32) -> Weight {
		Published::close_approved(b, m, p)
	}
	fn disapprove_proposal(p: u32) -> Weight {
		Published::disapprove_proposal(p)
	}
	fn kill(d: u32, p: u32) -> Weight {
		Published::kill(d, p)
	}
	fn release_proposal_cost() -> Weight {
		Published::release_proposal_cost()
	}
}
