//! The account whose payouts can fail.

use meterproof_primitives::Commitments;

use super::*;

impl World {
	/// Empties the fragile account while proofs of its trades are awaited, and gives it money again
	/// to be paid with what waits for it, or to trade.
	pub(super) fn empty_or_fund(&mut self, choices: &mut Choices) -> Option<Step> {
		let fragile = FRAGILE.to_account_id();
		let rich = Sr25519Keyring::Bob.to_account_id();
		let is_empty = Balances::free_balance(&fragile) == 0;
		let is_owed = pallet_market::Outcomes::<Runtime>::iter_values().any(|o| o.is_unpaid());
		let is_patient = choices.once_in(4) == is_owed;
		let wanted = is_patient && Self::awaits_proof(&fragile);
		match (is_empty, wanted) {
			(false, true) => {
				let call = pallet_balances::Call::transfer_allow_death {
					dest: rich.into(),
					value: Balances::free_balance(&fragile),
				};
				Some(Step::signed(fragile, call))
			},
			(true, false) => {
				let call = pallet_balances::Call::transfer_allow_death {
					dest: fragile.into(),
					value: 2_000 * UNIT,
				};
				Some(Step::signed(rich, call))
			},
			_ => None,
		}
	}

	/// Whether something that it sells or buys can be proved now.
	fn awaits_proof(who: &AccountId) -> bool {
		provable().into_iter().any(|(_, group)| concerns(&group, who))
	}
}

/// Periods and groups with a contract that can be proved now, in order.
pub(super) fn provable() -> Vec<(PeriodIndex, GroupId<AccountId>)> {
	let mut found: Vec<_> = pallet_market::Contracts::<Runtime>::iter_keys()
		.map(|(key, group)| (u64::from_be_bytes(key), group))
		.filter(|(period, group)| {
			matches!(Metering::phase(*period), Phase::Committing | Phase::Proving)
				&& Metering::count(group, *period) > 0
				&& Metering::complete(group, *period)
		})
		.collect();
	found.sort();
	found
}

/// Whether this account sells or buys in a contract of the group.
pub(super) fn concerns(group: &GroupId<AccountId>, who: &AccountId) -> bool {
	group.operator == *who
		|| pallet_market::Contracts::<Runtime>::iter()
			.filter(|(_, other, _)| other == group)
			.flat_map(|(_, _, contract)| contract.trades.into_inner())
			.filter_map(|(id, _)| pallet_market::Trades::<Runtime>::get(id))
			.any(|trade| trade.buyer == *who)
}
