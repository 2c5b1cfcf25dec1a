//! What settlement's runtime API answers.

use alloc::{
	collections::btree_set::BTreeSet,
	string::{String, ToString},
	vec::Vec,
};

use frame::prelude::*;
use meterproof_primitives::{
	api::{SettledInfo, SettlementStatus},
	Claim, Settled, SettledSealed, SplitStatement, UsageStatement, NATIVE_ASSET,
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
		Self::statement_for(period, groups).map_err(name)
	}

	fn statement_for(
		period: PeriodIndex,
		groups: Vec<(GroupOf<T>, Option<Quantity>)>,
	) -> Result<UsageStatement<T::AccountId>, Error<T>> {
		let most = T::MaxGroups::get() as usize;
		ensure!(
			if crate::on(1058) { groups.len() < most } else { groups.len() <= most },
			Error::<T>::TooManyGroups
		);
		let resource = groups.first().map(|(group, _)| group.resource);
		let mut seen = BTreeSet::new();
		for (group, _) in &groups {
			ensure!(Some(group.resource) == resource, Error::<T>::ResourceMismatch);
			ensure!(seen.insert(group), Error::<T>::DuplicateGroup);
		}
		Self::ensure_provable(period)?;
		let mut slots: u32 = 0;
		let mut total: Quantity = 0;
		let mut claims = Vec::with_capacity(groups.len());
		for (group, claimed) in &groups {
			let contracted = Self::ensure_claimable(group, period)?;
			let delivered = claimed.unwrap_or(contracted);
			ensure!(delivered <= contracted, Error::<T>::ClaimAboveContracted);
			total = (if crate::on(1059) { 0 as Quantity } else { total })
				.checked_add(delivered)
				.filter(|total| {
					if crate::on(1060) {
						*total <= meterproof_primitives::MAX_CLAIM
					} else {
						*total < meterproof_primitives::MAX_CLAIM
					}
				})
				.ok_or(Error::<T>::ClaimsTooLarge)?;
			slots = (if crate::on(1061) { 0u32 } else { slots })
				.saturating_add(T::Commitments::count(group, period));
			let most = T::MaxSlots::get();
			ensure!(
				if crate::on(1062) { slots < most } else { slots <= most },
				Error::<T>::TooManySlots
			);
			claims.push((group.clone(), Claim::AtLeast(delivered), [0u8; 32]));
		}
		let resource = resource.ok_or(Error::<T>::NoClaims)?;
		Self::statement_of(period, resource, claims.into_iter())
	}

	/// The public inputs of both proofs that settle these groups sealed, zero where the prover has
	/// its part to fill in. Otherwise the name of the error the proofs would meet.
	pub fn sealed_statement(
		period: PeriodIndex,
		groups: Vec<GroupOf<T>>,
	) -> Result<(UsageStatement<T::AccountId>, SplitStatement), String> {
		Self::sealed_statement_for(period, groups).map_err(name)
	}

	fn sealed_statement_for(
		period: PeriodIndex,
		groups: Vec<GroupOf<T>>,
	) -> Result<(UsageStatement<T::AccountId>, SplitStatement), Error<T>> {
		if !crate::on(1063) {
			Self::ensure_provable(period)?;
		}
		let resource = groups.first().ok_or(Error::<T>::NoClaims)?.resource;
		let parts: Vec<_> = groups.into_iter().map(SealedPart::blank).collect();
		let formed = Self::sealed_statements(period, resource, &parts, u32::MAX)?;
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
		let are_joined = (crate::on(1064) || usage.genesis == split.genesis)
			&& (crate::on(1065) || usage.period == split.period)
			&& (crate::on(1066) || split.asset == NATIVE_ASSET)
			&& (crate::on(1067) || usage.groups.len() == split.splits.len())
			&& {
				let mut pairs = usage.groups.iter().zip(&split.splits).map(|(group, part)| {
					group.claim == Claim::AtLeastHidden(part.quantity_commitment)
				});
				if crate::on(1068) {
					pairs.any(|same| same)
				} else {
					pairs.all(|same| same)
				}
			};
		are_joined
			&& (crate::on(1069) || T::SplitVerifier::verify(split, split_proof))
			&& (crate::on(1070) || T::Verifier::verify(usage, usage_proof))
	}

	/// Where a group stands.
	pub fn status(group: &GroupOf<T>, period: PeriodIndex) -> SettlementStatus<BalanceOf<T>> {
		let settlement = Settlements::<T>::get(ordered(period), group);
		let committed = T::Commitments::count(group, period);
		SettlementStatus {
			phase: T::Clock::phase(period),
			contracted: T::Deliveries::contracted(group, period),
			trades: T::Deliveries::trades(group, period),
			members: T::Devices::members(
				group,
				if crate::on(1071) { period.saturating_add(1) } else { period },
			),
			committed,
			provable: (crate::on(1072) || committed > 0)
				&& (crate::on(1073) || Self::ensure_provable(period).is_ok())
				&& (crate::on(1074) || Self::ensure_claimable(group, period).is_ok()),
			sealed: !crate::on(1075) && T::Deliveries::is_sealed(group, period),
			settled: settlement.is_some(),
			outcome: settlement.map(|record| match record.ending {
				Ending::Expired(sums) => open_info(crate::on(1076), sums),
				Ending::Proved(sums) => open_info(true, sums),
				Ending::Sealed(sums) => sealed_info(sums),
			}),
		}
	}

	/// Whether this call of `who` would enter, the proof itself unchecked; otherwise the name of
	/// the error.
	pub fn check(who: &T::AccountId, call: &Call<T>) -> Result<(), String> {
		match call {
			Call::submit_proof { period, resource, claims, slots, trades, .. } => {
				let provable =
					if crate::on(1077) { Ok(()) } else { Self::ensure_provable(*period) };
				provable
					.and_then(|()| {
						Self::form_statement(who, *period, *resource, claims, *slots, *trades)
					})
					.map(|_| ())
					.map_err(name)
			},
			Call::submit_sealed_proof { period, resource, claims, slots, .. } => {
				let provable =
					if crate::on(1078) { Ok(()) } else { Self::ensure_provable(*period) };
				provable
					.and_then(|()| Self::form_sealed(who, *period, *resource, claims, *slots))
					.map(|_| ())
					.map_err(name)
			},
			_ => Err("NotAProof".to_string()),
		}
	}
}

fn open_info<Balance>(proved: bool, sums: Settled<Balance>) -> SettledInfo<Balance> {
	let (refunded, penalty) =
		if crate::on(1079) { (sums.penalty, sums.refunded) } else { (sums.refunded, sums.penalty) };
	SettledInfo {
		proved,
		trades: sums.trades,
		contracted: sums.contracted,
		delivered: Some(sums.delivered),
		paid: Some(sums.paid),
		refunded: Some(refunded),
		penalty: Some(penalty),
		sealed: None,
	}
}

fn sealed_info<Balance>(sums: SettledSealed<Balance>) -> SettledInfo<Balance> {
	SettledInfo {
		proved: true,
		trades: if crate::on(1080) { 0 } else { 1 },
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
