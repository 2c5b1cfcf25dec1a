//! What settlement's runtime API answers.

use alloc::{
	collections::btree_set::BTreeSet,
	string::{String, ToString},
	vec::Vec,
};

use frame::prelude::*;
use meterproof_primitives::{
	api::{SettledInfo, SettlementStatus},
	Claim, LeafItem, Settled, SettledSealed, SplitStatement, UsageStatement, NATIVE_ASSET,
};

use crate::{claims::*, sealed::SealedPart, *};

impl<T: Config> Pallet<T> {
	/// The public inputs a prover needs, slack commitments left zero: each group with the
	/// quantity it claims, or its whole contracted quantity. Otherwise the name of the error a
	/// proof would meet.
	pub fn statement(
		period: PeriodIndex,
		groups: Vec<(GroupOf<T>, Option<Quantity>)>,
	) -> Result<UsageStatement<T::AccountId>, String> {
		Self::statement_for(period, groups, &[]).map_err(name)
	}

	/// The same of a call that takes these leaves out of roots.
	pub fn statement_with_leaves(
		period: PeriodIndex,
		groups: Vec<(GroupOf<T>, Option<Quantity>)>,
		leaves: &[LeafItem],
	) -> Result<UsageStatement<T::AccountId>, String> {
		Self::statement_for(period, groups, leaves).map_err(name)
	}

	fn statement_for(
		period: PeriodIndex,
		groups: Vec<(GroupOf<T>, Option<Quantity>)>,
		leaves: &[LeafItem],
	) -> Result<UsageStatement<T::AccountId>, Error<T>> {
		ensure!(groups.len() <= T::MaxGroups::get() as usize, Error::<T>::TooManyGroups);
		let resource = groups.first().map(|(group, _)| group.resource);
		let mut seen = BTreeSet::new();
		for (group, _) in &groups {
			ensure!(Some(group.resource) == resource, Error::<T>::ResourceMismatch);
			ensure!(seen.insert(group), Error::<T>::DuplicateGroup);
		}
		Self::ensure_provable(period)?;
		let opened = Self::by_group(&Self::named_leaves(period, leaves)?, &seen)?;
		let mut slots: u32 = 0;
		let mut total: Quantity = 0;
		let mut claims = Vec::with_capacity(groups.len());
		for (group, claimed) in &groups {
			let contracted = Self::ensure_claimable(group, period)?;
			let delivered = claimed.unwrap_or(contracted);
			Self::ensure_within(group, period, delivered, contracted)?;
			total = total
				.checked_add(delivered)
				.filter(|total| *total < meterproof_primitives::MAX_CLAIM)
				.ok_or(Error::<T>::ClaimsTooLarge)?;
			slots = slots
				.saturating_add(T::Commitments::count(group, period))
				.saturating_add(Self::opened_of(&opened, group));
			ensure!(slots <= T::MaxSlots::get(), Error::<T>::TooManySlots);
			claims.push((group.clone(), Claim::AtLeast(delivered), [0u8; 32]));
		}
		let resource = resource.ok_or(Error::<T>::NoClaims)?;
		Self::statement_of(period, resource, claims.into_iter(), &opened)
	}

	/// The public inputs of both proofs that settle these groups sealed, zero where the prover has
	/// its part to fill in. Otherwise the name of the error the proofs would meet.
	pub fn sealed_statement(
		period: PeriodIndex,
		groups: Vec<GroupOf<T>>,
	) -> Result<(UsageStatement<T::AccountId>, SplitStatement), String> {
		Self::sealed_statement_for(period, groups, &[]).map_err(name)
	}

	/// The same of a call that takes these leaves out of roots.
	pub fn sealed_statement_with_leaves(
		period: PeriodIndex,
		groups: Vec<GroupOf<T>>,
		leaves: &[LeafItem],
	) -> Result<(UsageStatement<T::AccountId>, SplitStatement), String> {
		Self::sealed_statement_for(period, groups, leaves).map_err(name)
	}

	fn sealed_statement_for(
		period: PeriodIndex,
		groups: Vec<GroupOf<T>>,
		leaves: &[LeafItem],
	) -> Result<(UsageStatement<T::AccountId>, SplitStatement), Error<T>> {
		Self::ensure_provable(period)?;
		let resource = groups.first().ok_or(Error::<T>::NoClaims)?.resource;
		let parts: Vec<_> = groups.into_iter().map(SealedPart::blank).collect();
		let opened = Self::named_leaves(period, leaves)?;
		let formed = Self::sealed_statements(period, resource, &parts, u32::MAX, &opened)?;
		Ok((formed.usage, formed.split))
	}

	/// Whether both proofs prove their statements, and these are of the same groups' quantities in
	/// the same order: two proofs that hold for themselves settle nothing together.
	pub fn verify_sealed(
		usage: &UsageStatement<T::AccountId>,
		usage_proof: &[u8],
		split: &SplitStatement,
		split_proof: &[u8],
	) -> bool {
		let are_joined =
			usage.genesis == split.genesis
				&& usage.period == split.period
				&& split.asset == NATIVE_ASSET
				&& usage.groups.len() == split.splits.len()
				&& usage.groups.iter().zip(&split.splits).all(|(group, part)| {
					group.claim == Claim::AtLeastHidden(part.quantity_commitment)
				});
		are_joined
			&& T::SplitVerifier::verify(split, split_proof)
			&& T::Verifier::verify(usage, usage_proof)
	}

	/// Where a group stands.
	pub fn status(group: &GroupOf<T>, period: PeriodIndex) -> SettlementStatus<BalanceOf<T>> {
		let settlement = Settlements::<T>::get(ordered(period), group);
		let committed = T::Commitments::count(group, period);
		SettlementStatus {
			phase: T::Clock::phase(period),
			contracted: T::Deliveries::contracted(group, period),
			trades: T::Deliveries::trades(group, period),
			members: T::Devices::members(group, period),
			committed,
			provable: committed > 0
				&& Self::ensure_provable(period).is_ok()
				&& Self::ensure_claimable(group, period).is_ok(),
			sealed: T::Deliveries::is_sealed(group, period),
			settled: settlement.is_some(),
			outcome: settlement.map(|record| match record.ending {
				Ending::Expired(sums) => open_info(false, sums),
				Ending::Proved(sums) => open_info(true, sums),
				Ending::Sealed(sums) => sealed_info(sums),
			}),
		}
	}

	/// Whether this call of `who` would enter, the proof itself and the signatures of what it takes out of
	/// roots unchecked; otherwise the name of the error.
	pub fn check(who: &T::AccountId, call: &Call<T>) -> Result<(), String> {
		match call {
			Call::submit_proof { period, resource, claims, slots, trades, openings, .. } => {
				Self::ensure_provable(*period)
					.and_then(|()| Self::open(*period, openings))
					.and_then(|opened| {
						let most = (*slots, *trades);
						Self::form_statement(who, *period, *resource, claims, most, &opened)
					})
					.map(|_| ())
					.map_err(name)
			},
			Call::submit_sealed_proof { period, resource, claims, slots, openings, .. } => {
				Self::ensure_provable(*period)
					.and_then(|()| Self::open(*period, openings))
					.and_then(|opened| {
						Self::form_sealed(who, *period, *resource, claims, *slots, &opened)
					})
					.map(|_| ())
					.map_err(name)
			},
			_ => Err("NotAProof".to_string()),
		}
	}
}

fn open_info<Balance>(proved: bool, sums: Settled<Balance>) -> SettledInfo<Balance> {
	SettledInfo {
		proved,
		trades: sums.trades,
		contracted: sums.contracted,
		delivered: Some(sums.delivered),
		paid: Some(sums.paid),
		refunded: Some(sums.refunded),
		penalty: Some(sums.penalty),
		sealed: None,
	}
}

fn sealed_info<Balance>(sums: SettledSealed<Balance>) -> SettledInfo<Balance> {
	SettledInfo {
		proved: true,
		trades: 1,
		contracted: sums.contracted,
		delivered: None,
		paid: None,
		refunded: None,
		penalty: None,
		sealed: Some(sums.amount),
	}
}

/// The error's name, as documented for clients.
fn name<T: Config>(error: Error<T>) -> String {
	let name: &'static str = error.into();
	name.to_string()
}
