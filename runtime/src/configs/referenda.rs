//! Referenda: what is proposed, who votes, and when it is carried out.

use frame_support::{
	ensure, parameter_types,
	traits::{
		fungible::HoldConsideration, tokens::currency::ActiveIssuanceOf, AsEnsureOriginWithArg,
		ConstU128, ConstU32, Contains, EitherOf, EqualPrivilegeOnly, LinearStoragePrice, Polling,
	},
	weights::Weight,
};
use frame_system::{EnsureRoot, EnsureSigned};
use pallet_conviction_voting::{AccountVote, Status, Voting, VotingFor, VotingHooks};
use pallet_governance::{Error, Granted};
use pallet_referenda::ReferendumIndex;
use sp_runtime::DispatchResult;

use super::{deposit, preimages::Preimages, Hours, RuntimeBlockWeights, Tracks};
use crate::*;

/// Root, or a referendum that was granted this origin.
pub type RootOr<By> = EitherOf<EnsureRoot<AccountId>, Granted<By>>;

impl pallet_governance::Config for Runtime {
	type DefaultHour = ConstU32<HOURS>;
}

parameter_types! {
	pub const PreimageBase: Balance = deposit(2, 64);
	pub const PreimageByte: Balance = deposit(0, 1);
	pub const PreimageReason: RuntimeHoldReason =
		RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
	/// What is due in a block may take half of it. What does not fit waits for the next one.
	pub MaximumSchedulerWeight: Weight = RuntimeBlockWeights::get().max_block.saturating_div(2);
}

impl pallet_preimage::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type ManagerOrigin = EnsureRoot<AccountId>;
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		PreimageReason,
		LinearStoragePrice<PreimageBase, PreimageByte, Balance>,
	>;
}

impl pallet_scheduler::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type MaximumWeight = MaximumSchedulerWeight;
	type ScheduleOrigin = EnsureRoot<AccountId>;
	type OriginPrivilegeCmp = EqualPrivilegeOnly;
	type MaxScheduledPerBlock = ConstU32<50>;
	type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
	type Preimages = Preimages;
	type BlockNumberProvider = System;
}

impl pallet_referenda::Config for Runtime {
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_referenda::weights::SubstrateWeight<Runtime>;
	type Scheduler = Scheduler;
	type Currency = Balances;
	type SubmitOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	// Not for the collective: it would decide which referenda there are. It can put `cancel` or `kill`
	// on the whitelist, and a quick referendum dispatches that.
	type CancelOrigin = EnsureRoot<AccountId>;
	type KillOrigin = EnsureRoot<AccountId>;
	type Slash = Treasury;
	type Votes = Balance;
	type Tally = pallet_conviction_voting::TallyOf<Runtime>;
	type SubmissionDeposit = ConstU128<{ 10 * UNIT }>;
	type MaxQueued = ConstU32<100>;
	type UndecidingTimeout = Hours<{ 14 * 24 }>;
	type AlarmInterval = ConstU32<1>;
	type Tracks = Tracks;
	type Preimages = Preimage;
	type BlockNumberProvider = System;
}

impl pallet_conviction_voting::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_conviction_voting::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type Polls = Referenda;
	// What the treasury has cannot vote.
	type MaxTurnout = ActiveIssuanceOf<Balances, AccountId>;
	type MaxVotes = ConstU32<256>;
	// A week for each step of conviction, and longer than any enactment takes at least.
	type VoteLockingPeriod = Hours<{ 7 * 24 }>;
	type BlockNumberProvider = System;
	type VotingHooks = OneVote;
}

/// A vote stands until it is removed. The pallet would put a second one in its place, and a call that
/// was sent twice, or by two machines of one account, could turn a decision without a word.
///
/// A token votes once, too. Tokens that a trade has on hold go to another account even if they are locked, so an
/// account either votes or trades: an account with tokens on hold for trades cannot vote, and [`Voters`] have
/// none on hold for trades.
pub struct OneVote;

/// Accounts whose tokens are locked. Nothing but votes locks tokens.
pub struct Voters;

impl Contains<AccountId> for Voters {
	fn contains(who: &AccountId) -> bool {
		System::account(who).data.frozen > 0
	}
}

/// Whether the account has something on hold that a trade can hand over, or one that its orders become.
fn has_trades(who: &AccountId) -> bool {
	use frame_support::traits::fungible::InspectHold;
	use pallet_book::HoldReason as Order;
	use pallet_market::HoldReason as Trade;
	let reasons = [
		RuntimeHoldReason::Market(Trade::Collateral),
		RuntimeHoldReason::Market(Trade::Payment),
		RuntimeHoldReason::Book(Order::Collateral),
		RuntimeHoldReason::Book(Order::Bid),
		RuntimeHoldReason::Book(Order::Backstop),
	];
	reasons.iter().any(|reason| Balances::balance_on_hold(reason, who) > 0)
}

impl VotingHooks<AccountId, ReferendumIndex, Balance> for OneVote {
	fn on_before_vote(
		who: &AccountId,
		index: ReferendumIndex,
		_: AccountVote<Balance>,
	) -> DispatchResult {
		ensure!(!has_trades(who), Error::<Runtime>::HasTrades);
		let Some((_, track)) = Referenda::as_ongoing(index) else { return Ok(()) };
		match VotingFor::<Runtime>::get(who, track) {
			Voting::Casting(casting) if casting.votes.iter().any(|(voted, _)| *voted == index) => {
				Err(Error::<Runtime>::AlreadyVoted.into())
			},
			_ => Ok(()),
		}
	}

	fn on_remove_vote(_: &AccountId, _: ReferendumIndex, _: Status) {}

	fn lock_balance_on_unsuccessful_vote(_: &AccountId, _: ReferendumIndex) -> Option<Balance> {
		None
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn on_vote_worst_case(_: &AccountId) {}

	#[cfg(feature = "runtime-benchmarks")]
	fn on_remove_vote_worst_case(_: &AccountId) {}
}
