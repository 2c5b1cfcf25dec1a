//! From claims to a statement, and from an accepted statement to settled groups.

use alloc::{collections::btree_set::BTreeSet, vec::Vec};

use frame::prelude::*;
use meterproof_primitives::{
	Claim, GroupId, GroupStatement, ProvingRights, Slot, UsageStatement, MAX_CLAIM,
};

use crate::*;

/// What a statement reads and its settlement touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
	/// Commitments.
	pub slots: u32,
	/// Trades.
	pub trades: u32,
}

/// A number as a key that is walked in order.
pub(crate) fn ordered(number: u64) -> OrderedKey {
	number.to_be_bytes()
}

/// The number behind such a key.
pub(crate) fn number(key: OrderedKey) -> u64 {
	u64::from_be_bytes(key)
}

impl<T: Config> Pallet<T> {
	/// The statement that these claims of `who` make: every rule but the clock and the proof.
	/// Refuses before it reads more than the caller declared.
	pub(crate) fn form_statement(
		who: &T::AccountId,
		period: PeriodIndex,
		resource: Resource,
		claims: &[GroupClaim<T::AccountId>],
		slots: u32,
		trades: u32,
	) -> Result<(UsageStatement<T::AccountId>, Counted), Error<T>> {
		let mut groups = BTreeSet::new();
		for claim in claims {
			ensure!(claim.group.resource == resource, Error::<T>::ResourceMismatch);
			ensure!(groups.insert(&claim.group), Error::<T>::DuplicateGroup);
		}
		let mut used = Counted::default();
		let mut total: Quantity = 0;
		let mut all_settled = !claims.is_empty();
		for claim in claims {
			// A member of a proof for many groups may have been settled since the proof was made:
			// it stays part of the statement, or it could void the proof for the others.
			if !Self::has_record(&claim.group, period) {
				all_settled = false;
				let contracted = Self::ensure_claimable(&claim.group, period)?;
				Self::ensure_within(&claim.group, period, claim.delivered, contracted)?;
				// What a sealed trade hides, only its own side may tell.
				let open_to_all = claim.delivered == contracted
					&& !T::Deliveries::is_sealed(&claim.group, period);
				ensure!(
					open_to_all || Self::is_entitled(who, &claim.group, period),
					Error::<T>::NotEntitled
				);
			}
			total = total
				.checked_add(claim.delivered)
				.filter(|total| *total < MAX_CLAIM)
				.ok_or(Error::<T>::ClaimsTooLarge)?;
			used.slots = used.slots.saturating_add(T::Commitments::count(&claim.group, period));
			ensure!(used.slots <= slots.min(T::MaxSlots::get()), Error::<T>::TooManySlots);
			used.trades = used.trades.saturating_add(T::Deliveries::trades(&claim.group, period));
			ensure!(used.trades <= trades, Error::<T>::TooManyTrades);
		}
		ensure!(!all_settled, Error::<T>::AlreadySettled);
		let statement = Self::statement_of(
			period,
			resource,
			claims.iter().map(|claim| {
				let GroupClaim { group, delivered, slack_commitment } = claim;
				(group.clone(), Claim::AtLeast(*delivered), *slack_commitment)
			}),
		)?;
		Ok((statement, used))
	}

	/// Whether the group is settled in `period`.
	pub(crate) fn has_record(group: &GroupOf<T>, period: PeriodIndex) -> bool {
		Settlements::<T>::contains_key(ordered(period), group)
	}

	/// Whether a proof for `period` may come now, as far as the clock says.
	pub(crate) fn ensure_provable(period: PeriodIndex) -> Result<(), Error<T>> {
		match T::Clock::phase(period) {
			Phase::Open | Phase::Closed | Phase::Running => Err(Error::<T>::PeriodRunning),
			Phase::Committing | Phase::Proving => Ok(()),
			Phase::Final => Err(Error::<T>::DeadlinePassed),
		}
	}

	/// Whether the group can still be claimed for, and everything a proof needs is recorded; what
	/// is contracted.
	pub(crate) fn ensure_claimable(
		group: &GroupOf<T>,
		period: PeriodIndex,
	) -> Result<Quantity, Error<T>> {
		ensure!(!Self::has_record(group, period), Error::<T>::AlreadySettled);
		let contracted = T::Deliveries::contracted(group, period);
		ensure!(contracted > 0, Error::<T>::NothingContracted);
		ensure!(T::Commitments::complete(group, period), Error::<T>::NotAllCommitted);
		Ok(contracted)
	}

	/// Whether so much can be claimed: no more than is contracted or, where a backstop buys the rest, than the
	/// group's devices can count.
	pub(crate) fn ensure_within(
		group: &GroupOf<T>,
		period: PeriodIndex,
		claimed: Quantity,
		contracted: Quantity,
	) -> Result<(), Error<T>> {
		if claimed <= contracted {
			return Ok(());
		}
		ensure!(T::Backstop::buys_excess(group, period), Error::<T>::ClaimAboveContracted);
		let (capacity, _) = T::Devices::capacity(group, period);
		ensure!(claimed <= capacity, Error::<T>::ClaimAboveNameplate);
		Ok(())
	}

	/// The statement itself, of groups of one resource with claims and slack commitments.
	pub(crate) fn statement_of(
		period: PeriodIndex,
		resource: Resource,
		claims: impl Iterator<Item = (GroupOf<T>, Claim, [u8; 32])>,
	) -> Result<UsageStatement<T::AccountId>, Error<T>> {
		let groups = claims
			.map(|(group, claim, slack_commitment)| {
				let slots = T::Commitments::of(&group, period);
				ensure!(!slots.is_empty(), Error::<T>::NoCommitments);
				let slots =
					slots.into_iter().map(|(device, commitment)| Slot { device, commitment });
				let GroupId { operator, zone, direction, .. } = group;
				let slots = slots.collect();
				Ok(GroupStatement { operator, zone, direction, claim, slots, slack_commitment })
			})
			.collect::<Result<Vec<_>, Error<T>>>()?;
		ensure!(!groups.is_empty(), Error::<T>::NoClaims);
		let genesis = T::Genesis::get().ok_or(Error::<T>::GenesisUnknown)?;
		Ok(UsageStatement { genesis, period, resource, groups })
	}

	/// Whether `who` may prove less than is contracted.
	pub fn is_entitled(who: &T::AccountId, group: &GroupOf<T>, period: PeriodIndex) -> bool {
		*who == group.operator
			|| Provers::<T>::get(group)
				.and_then(|line| line.at(period).cloned().flatten())
				.is_some_and(|prover| prover == *who)
	}

	/// Settles a group with what was proved; one that is settled stays as it is. What was proved beyond what
	/// is contracted is the backstop's, as far as it buys it.
	pub(crate) fn settle_proved(
		group: &GroupOf<T>,
		period: PeriodIndex,
		proved: Quantity,
	) -> DispatchResult {
		if Self::has_record(group, period) {
			return Ok(());
		}
		let delivered = proved.min(T::Deliveries::contracted(group, period));
		let sums = T::Deliveries::settle(group, period, delivered)?;
		Self::record(group, period, Ending::Proved(sums));
		Self::deposit_event(Event::GroupSettled {
			group: group.clone(),
			period,
			contracted: sums.contracted,
			delivered: sums.delivered,
			paid: sums.paid,
			refunded: sums.refunded,
			penalty: sums.penalty,
			trades: sums.trades,
		});
		let excess = proved.saturating_sub(delivered);
		if excess > 0 {
			T::Backstop::buy_excess(group, period, excess)?;
		}
		Ok(())
	}

	/// Settles a group that nobody proved; its number of trades.
	pub(crate) fn do_expire(period: PeriodIndex, group: GroupOf<T>) -> Result<u32, DispatchError> {
		ensure!(T::Clock::phase(period) == Phase::Final, Error::<T>::DeadlineNotPassed);
		ensure!(!Self::has_record(&group, period), Error::<T>::AlreadySettled);
		ensure!(T::Deliveries::contracted(&group, period) > 0, Error::<T>::NothingContracted);
		let sums = T::Deliveries::settle(&group, period, 0)?;
		Self::record(&group, period, Ending::Expired(sums));
		Self::deposit_event(Event::GroupExpired {
			group,
			period,
			contracted: sums.contracted,
			refunded: sums.refunded,
			penalty: sums.penalty,
			trades: sums.trades,
		});
		Ok(sums.trades)
	}

	/// Remembers how a group was settled, so that it is settled once.
	pub(crate) fn record(group: &GroupOf<T>, period: PeriodIndex, ending: Ending<BalanceOf<T>>) {
		let block = frame_system::Pallet::<T>::block_number();
		Self::note_settled(group, period, &ending);
		Settlements::<T>::insert(ordered(period), group, SettlementRecord { block, ending });
	}
}

impl<T: Config> ProvingRights<T::AccountId> for Pallet<T> {
	fn may_prove(who: &T::AccountId, group: &GroupOf<T>, period: PeriodIndex) -> bool {
		Self::is_entitled(who, group, period)
	}
}

impl<T: Config> SettlementState<T::AccountId> for Pallet<T> {
	fn is_settled(group: &GroupOf<T>, period: PeriodIndex) -> bool {
		T::Deliveries::contracted(group, period) == 0
	}
}
