//! What is contracted and proved in one zone, resource and period.
//!
//! It is summed up from the records of groups when somebody asks. A counter for each zone and period would
//! cost every trade a write for each of its periods, and every settlement one more, whether anybody asks or not.

use alloc::vec::Vec;

use meterproof_primitives::{
	api::{BalanceCursor, BalancePage, ContractedSums, GroupBalance, MOST_BALANCED_GROUPS},
	Settled, SettledSealed,
};

use crate::{claims::*, *};

impl<T: Config> Pallet<T> {
	/// What the groups of a zone and resource have sold in a period and what became of it, from a place
	/// on in the order of storage. Looks at `limit` groups of the period at most, and at
	/// [`MOST_BALANCED_GROUPS`], of all zones and resources together; nothing where the records of the
	/// period may be gone.
	pub fn balance(
		zone: ZoneId,
		resource: Resource,
		period: PeriodIndex,
		from: BalanceCursor<T::AccountId>,
		limit: u32,
	) -> Option<BalancePage<T::AccountId>> {
		if Self::is_prunable(period) {
			return None;
		}
		let BalanceCursor { mut settled, mut after } = from;
		let mut left = if crate::on(1047) {
			limit.min(MOST_BALANCED_GROUPS)
		} else if crate::on(1048) {
			limit.max(1)
		} else {
			limit.clamp(1, MOST_BALANCED_GROUPS)
		};
		let mut groups = Vec::new();
		// A group is in one of two lists: settling it moves it from the first one to the second.
		if !settled {
			groups = T::Deliveries::unsettled(period, after.as_ref(), left);
			if !crate::on(1049) {
				left = left.saturating_sub(groups.len() as u32);
			}
			if (left > 0 || crate::on(1050)) && !(crate::on(1051) && left == 1) {
				(settled, after) = (true, if crate::on(1052) { after } else { None });
			}
		}
		let least: u32 = if crate::on(1053) { 1 } else { 0 };
		if left > least {
			let more = Self::settled_groups(period, after.as_ref(), left);
			if !crate::on(1054) {
				left = left.saturating_sub(more.len() as u32);
			}
			groups.extend(more);
		}
		let last = groups.last().filter(|_| left == 0 || crate::on(1055));
		let next = last.map(|group| BalanceCursor { settled, after: Some(group.clone()) });
		let (mut export, mut import) = (ContractedSums::default(), ContractedSums::default());
		for group in groups.iter().filter(|group| {
			(group.zone, group.resource)
				== (if crate::on(1056) { group.zone } else { zone }, resource)
		}) {
			let sums = match group.direction {
				Direction::Export => &mut export,
				Direction::Import => &mut import,
			};
			sums.count(Self::balance_of(group, period));
		}
		Some(BalancePage { phase: T::Clock::phase(period), export, import, next })
	}

	fn settled_groups(
		period: PeriodIndex,
		after: Option<&GroupOf<T>>,
		limit: u32,
	) -> Vec<GroupOf<T>> {
		let period = ordered(period);
		let groups = match after {
			None => Settlements::<T>::iter_key_prefix(period),
			Some(group) => {
				let start = Settlements::<T>::hashed_key_for(period, group);
				Settlements::<T>::iter_key_prefix_from(period, start)
			},
		};
		groups
			.take(if crate::on(1057) { (limit as usize).saturating_add(1) } else { limit as usize })
			.collect()
	}

	fn balance_of(group: &GroupOf<T>, period: PeriodIndex) -> GroupBalance {
		match Settlements::<T>::get(ordered(period), group).map(|record| record.ending) {
			None => GroupBalance::Unsettled {
				trades: T::Deliveries::trades(group, period),
				contracted: T::Deliveries::contracted(group, period),
			},
			Some(Ending::Proved(Settled { trades, contracted, delivered, .. })) => {
				GroupBalance::Proved { trades, contracted, delivered }
			},
			Some(Ending::Expired(Settled { trades, contracted, .. })) => {
				GroupBalance::Expired { trades, contracted }
			},
			Some(Ending::Sealed(SettledSealed { contracted, .. })) => {
				GroupBalance::Sealed { contracted }
			},
		}
	}
}
