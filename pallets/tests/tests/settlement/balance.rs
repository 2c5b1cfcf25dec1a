//! What is contracted and proved in a zone, resource and period.

use meterproof_primitives::api::{
	BalanceCursor, BalancePage, ContractedSums, MOST_BALANCED_GROUPS,
};

use super::{sealing::*, *};

/// A period for which nothing is sold but what these tests sell.
const LATER: PeriodIndex = FIRST + 1;

/// All pages of at most `limit` groups, in one.
fn paged(zone: u32, resource: Resource, period: PeriodIndex, limit: u32) -> BalancePage<AccountId> {
	let page = |from| Settlement::balance(zone, resource, period, from, limit).unwrap();
	let mut sums = page(BalanceCursor::start());
	while let Some(next) = sums.next.take() {
		sums.append(page(next));
	}
	sums
}

/// What the groups of `ZONE` have sold of what they export; the same in pages of any size.
#[track_caller]
fn exported(period: PeriodIndex) -> ContractedSums {
	let all = paged(ZONE, Resource::Electricity, period, MOST_BALANCED_GROUPS);
	for limit in [0, 1, 2, u32::MAX] {
		assert_eq!(paged(ZONE, Resource::Electricity, period, limit), all, "{limit}");
	}
	let ContractedSums { contracted, unsettled, proved, missing, sealed, .. } = all.export;
	assert_eq!(contracted, unsettled + proved + missing + sealed);
	assert_eq!(all.import, ContractedSums::default());
	all.export
}

#[test]
fn what_is_contracted_is_proved_or_missing_once_it_is_settled() {
	committed(|| {
		let sold = ContractedSums {
			groups: 2,
			trades: 2,
			contracted: 180,
			unsettled: 180,
			..Default::default()
		};
		assert_eq!(exported(FIRST), sold);
		Submission::proved(FIRST, &[(ALICE, 70)], READINGS).submit(ALICE).unwrap();
		let proved = ContractedSums { unsettled: 80, proved: 70, missing: 30, ..sold };
		assert_eq!(exported(FIRST), proved);
		finalise(FIRST);
		assert_eq!(exported(FIRST), proved, "nobody has had the other group expire");
		Settlement::expire(RuntimeOrigin::signed(ANYONE), FIRST, group(BOB)).unwrap();
		let expired = ContractedSums { unsettled: 0, missing: 110, expired: 80, ..proved };
		assert_eq!(exported(FIRST), expired);
	});
}

#[test]
fn the_quantity_of_a_sealed_trade_is_counted_until_what_was_delivered_is_hidden() {
	execute(|| {
		sell_sealed(ALICE, 100, LATER, LATER, &[]);
		sell(BOB, 80, LATER);
		let sold = ContractedSums {
			groups: 2,
			trades: 2,
			contracted: 180,
			unsettled: 180,
			..Default::default()
		};
		assert_eq!(exported(LATER), sold);
		end(LATER);
		commit(LATER, READINGS);
		Sealing::proved(LATER, &[(ALICE, 70)], READINGS).submit(ALICE).unwrap();
		let sealed = ContractedSums { unsettled: 80, sealed_trades: 1, sealed: 100, ..sold };
		assert_eq!(exported(LATER), sealed);
	});
}

#[test]
fn other_zones_resources_directions_and_periods_are_told_apart() {
	execute(|| {
		sell(ALICE, 30, LATER);
		let sums = |zone, resource| {
			let page = paged(zone, resource, FIRST, 1);
			(page.export.contracted, page.import.contracted)
		};
		assert_eq!(sums(ZONE, Resource::Electricity), (180, 0));
		assert_eq!(sums(ZONE + 1, Resource::Electricity), (0, 0));
		assert_eq!(sums(ZONE, Resource::Water), (0, 0));
		assert_eq!(exported(LATER).contracted, 30);
		assert_eq!(exported(LATER + 1), ContractedSums::default());
		// As if Alice had sold what her meters import, and Bob water.
		let importing = GroupId { direction: Direction::Import, ..group(ALICE) };
		let of_water = GroupId { resource: Resource::Water, ..group(BOB) };
		let rename = |from: &GroupId<AccountId>, to: &GroupId<AccountId>| {
			let contract = pallet_market::Contracts::<Test>::take(FIRST.to_be_bytes(), from);
			pallet_market::Contracts::<Test>::insert(FIRST.to_be_bytes(), to, contract);
		};
		rename(&group(ALICE), &importing);
		rename(&group(BOB), &of_water);
		assert_eq!(sums(ZONE, Resource::Electricity), (0, 100));
		assert_eq!(sums(ZONE, Resource::Water), (80, 0));
		rename(&importing, &group(ALICE));
		rename(&of_water, &group(BOB));
	});
}

#[test]
fn a_question_looks_at_as_many_groups_as_it_may_whosever_they_are() {
	committed(|| {
		Submission::proved(FIRST, &[(ALICE, 70)], READINGS).submit(ALICE).unwrap();
		let ask = |from, limit| {
			Settlement::balance(ZONE + 1, Resource::Electricity, FIRST, from, limit).unwrap()
		};
		// Bob's group, then Alice's, which is settled; both are of another zone than was asked for.
		let first = ask(BalanceCursor::start(), 1).next.unwrap();
		assert_eq!(first, BalanceCursor { settled: false, after: Some(group(BOB)) });
		let second = ask(first, 1).next.unwrap();
		assert_eq!(second, BalanceCursor { settled: true, after: Some(group(ALICE)) });
		assert_eq!(ask(second, 1).next, None);
		assert_eq!(ask(BalanceCursor::start(), 3).next, None);
		assert_eq!(ask(BalanceCursor::start(), 2).next.unwrap().after, Some(group(ALICE)));
	});
}

#[test]
fn a_page_has_no_more_settled_groups_than_was_asked_for_and_than_it_may() {
	execute(|| {
		finalise(FIRST);
		for operator in [ALICE, BOB] {
			Settlement::expire(RuntimeOrigin::signed(ANYONE), FIRST, group(operator)).unwrap();
		}
		let page = |limit| {
			let from = BalanceCursor::start();
			Settlement::balance(ZONE, Resource::Electricity, FIRST, from, limit).unwrap()
		};
		assert_eq!(page(1).export.groups, 1);
		let (key, most) = (FIRST.to_be_bytes(), MOST_BALANCED_GROUPS);
		let record = Settlements::<Test>::get(key, group(ALICE)).unwrap();
		for n in 0..most {
			let operator = H256::from_low_u64_be(n.into());
			Settlements::<Test>::insert(key, GroupId { operator, ..group(ALICE) }, record);
		}
		let full = page(u32::MAX);
		assert_eq!(full.export.groups, most);
		assert!(full.next.is_some());
		let all = paged(ZONE, Resource::Electricity, FIRST, u32::MAX);
		assert_eq!(all.export.groups, most + 2);
	});
}

#[test]
fn there_is_no_balance_of_a_period_whose_records_may_be_gone() {
	committed(|| {
		let ask = || {
			let from = BalanceCursor::start();
			Settlement::balance(ZONE, Resource::Electricity, FIRST, from, 1)
		};
		finalise(FIRST);
		for operator in [ALICE, BOB] {
			Settlement::expire(RuntimeOrigin::signed(ANYONE), FIRST, group(operator)).unwrap();
		}
		finalise(FIRST + RETENTION - 1);
		let kept = ask().unwrap();
		assert_eq!(kept.phase, Phase::Final);
		finalise(FIRST + RETENTION);
		assert_eq!(ask(), None);
	});
}
