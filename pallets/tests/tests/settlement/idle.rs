use super::*;

fn idle(budget: Weight) -> Weight {
	let used = Settlement::on_idle(System::block_number(), budget);
	assert!(used.all_lte(budget));
	used
}

#[test]
fn groups_expire_by_themselves_after_their_deadline() {
	committed(|| {
		sell(ALICE, 100, FIRST + 5);
		cut_off(FIRST);
		idle(Weight::MAX);
		assert!(!Settlement::is_settled(&group(ALICE), FIRST));
		finalise(FIRST);
		System::reset_events();
		idle(Weight::MAX);
		assert_eq!(events().len(), 2);
		assert!(Settlement::is_settled(&group(ALICE), FIRST));
		assert!(Settlement::is_settled(&group(BOB), FIRST));
		assert!(!Settlement::is_settled(&group(ALICE), FIRST + 5));
	});
}

#[test]
fn nothing_expires_or_is_pruned_by_itself_while_the_chain_is_closed() {
	committed(|| {
		let idle_while = |closed| {
			Closed::set(closed);
			next_block_at(Timestamp::get() + BLOCK);
			idle(Weight::MAX);
		};
		let records = || Settlements::<Test>::iter().count();
		finalise(FIRST);
		idle_while(true);
		assert!(!Settlement::is_settled(&group(ALICE), FIRST));
		idle_while(false);
		assert!(Settlement::is_settled(&group(ALICE), FIRST));
		finalise(FIRST + RETENTION);
		idle_while(true);
		assert_eq!(records(), 2);
		idle_while(false);
		assert_eq!(records(), 0);
	});
}

#[test]
fn idle_time_takes_no_more_than_it_is_given() {
	execute(|| {
		finalise(FIRST);
		for (budget, records) in [
			(Weight::zero(), 0),
			(<()>::idle(1), 0),
			(<()>::idle(1) * 2 + weights::expire::<()>(1), 1),
			(<()>::idle(1) * 5 + weights::expire::<()>(1) * 5, 2),
		] {
			// Expiry gets a quarter of what is left over, and pruning another.
			assert!(idle(budget * 4).all_lte(budget * 2));
			assert_eq!(Settlements::<Test>::iter().count(), records);
			ensure_invariants();
		}
	});
}

#[test]
fn one_block_expires_as_many_groups_as_a_quarter_of_its_weight_has_room_for() {
	execute(|| {
		for period in FIRST + 1..FIRST + 19 {
			sell(ALICE, 100, period);
		}
		finalise(FIRST + 20);
		let unsettled = || <Market as Deliveries<_>>::oldest(100).len();
		assert_eq!(unsettled(), 20);
		let step = <()>::idle(1) + weights::expire::<()>(1);
		idle((step * 17 + <()>::idle(1)) * 4);
		assert_eq!(unsettled(), 3);
		idle(Weight::MAX);
		assert_eq!(unsettled(), 0);
		assert!(nothing_is_escrowed());
	});
}

#[test]
fn a_group_that_the_weight_does_not_suffice_for_waits_and_the_later_ones_with_it() {
	execute(|| {
		for operator in [ALICE, ALICE, ALICE, BOB, BOB, BOB] {
			sell(operator, 10, FIRST);
		}
		sell(ALICE, 10, FIRST + 1);
		finalise(FIRST + 1);
		let (one, four) = (weights::expire::<()>(1), weights::expire::<()>(4));
		// Room for three groups of one trade, but for none of the four trades that the oldest groups have.
		let part = <()>::idle(1) + (<()>::idle(1) + one) * 3;
		assert!(one.all_lte(part) && part.all_lte(four));
		idle(part * 4);
		assert_eq!(Settlements::<Test>::iter().count(), 0);
		// Each group is charged for its trades, and pruning for a look.
		let used = <()>::idle(1) * 2 + <()>::idle(MOST_PER_BLOCK) + four * 2 + one;
		assert_eq!(idle(Weight::MAX), used);
		assert_eq!(Settlements::<Test>::iter().count(), 3);
		assert!(nothing_is_escrowed());
	});
}

#[test]
fn a_block_without_anything_due_is_charged_little() {
	execute(|| {
		assert_eq!(idle(Weight::MAX), <()>::idle(1) * 2);
	});
}

#[test]
fn one_block_prunes_a_bounded_number_of_records() {
	execute(|| {
		finalise(FIRST);
		idle(Weight::MAX);
		let (key, most) = (FIRST.to_be_bytes(), MOST_PER_BLOCK);
		let record = Settlements::<Test>::get(key, group(ALICE)).unwrap();
		for zone in 1_000..1_030 + most {
			Settlements::<Test>::insert(key, GroupId { zone, ..group(ALICE) }, record);
		}
		finalise(FIRST + RETENTION);
		let records = || Settlements::<Test>::iter().count();
		assert_eq!(records(), most as usize + 32);
		let prune_with_room_for =
			|count: u32| idle((<()>::prune() * u64::from(count) + <()>::idle(1)) * 4);
		prune_with_room_for(30);
		assert_eq!(records(), most as usize + 2);
		prune_with_room_for(most + 2);
		assert_eq!(records(), 2);
		idle(Weight::MAX);
		assert_eq!(records(), 0);
	});
}

#[test]
fn records_go_by_themselves() {
	execute(|| {
		sell(ALICE, 100, FIRST + 2);
		finalise(FIRST + 2);
		idle(Weight::MAX);
		assert_eq!(Settlements::<Test>::iter().count(), 3);
		finalise(FIRST + RETENTION);
		idle(Weight::MAX);
		assert_eq!(Settlements::<Test>::iter().count(), 1);
		finalise(FIRST + RETENTION + 2);
		idle(Weight::MAX);
		assert_eq!(Settlements::<Test>::iter().count(), 0);
	});
}

/// How many blocks it takes.
fn blocks_until(is_done: impl Fn() -> bool, work: impl Fn()) -> u32 {
	let mut blocks = 0;
	while !is_done() {
		assert!(blocks < 20, "it comes to an end");
		work();
		blocks += 1;
	}
	blocks
}

#[test]
fn thousands_of_trades_of_one_period_expire_and_go_in_bounded_steps() {
	const SELLERS: u8 = 50;
	const EACH: u32 = 40;
	execute(|| {
		MaxTradesPerGroup::set(EACH);
		MaxTrades::set(u32::from(SELLERS) * EACH + 2);
		let sellers = || (0..SELLERS).map(|n| account(100 + n));
		for seller in sellers() {
			let by = RuntimeOrigin::signed(ANYONE);
			Balances::transfer_keep_alive(by, seller, ENDOWMENT / 1_000).unwrap();
			add_device(seller);
			for _ in 0..EACH {
				sell(seller, 20, FIRST);
			}
		}
		System::reset_events();
		let trades = || pallet_market::Trades::<Test>::iter_keys().count();
		assert_eq!(trades(), 2_002);

		finalise(FIRST);
		let unsettled = || <Market as Deliveries<_>>::oldest(u32::MAX).len();
		// Eight groups with all their trades, a block.
		let budget = (<()>::idle(60) + weights::expire::<()>(EACH) * 8) * 4;
		let blocks = blocks_until(
			|| unsettled() == 0,
			|| {
				let before = unsettled();
				idle(budget);
				assert!((1..=9).contains(&(before - unsettled())), "some, and a few");
			},
		);
		assert!(blocks >= 6, "{blocks} blocks");
		let reasons = {
			use pallet_market::HoldReason::{Collateral, OfferDeposit, Payment};
			[Collateral, OfferDeposit, Payment]
		};
		for who in sellers().chain([ALICE, BOB, BUYER]) {
			assert!(reasons.into_iter().all(|reason| held(reason, who) == 0), "{who:?}");
		}

		finalise(FIRST + RETENTION + 2);
		let item = {
			use pallet_market::WeightInfo;
			<() as WeightInfo>::agenda(1)
				+ <() as WeightInfo>::prune(1).max(<() as WeightInfo>::expire())
		};
		let room = item * 300 * 4;
		let blocks = blocks_until(
			|| trades() == 0,
			|| {
				let before = trades();
				assert!(Market::on_idle(System::block_number(), room).all_lte(room));
				let gone = before - trades();
				assert!((1..=pallet_market::AGENDA_ITEMS_PER_BLOCK as usize).contains(&gone));
			},
		);
		assert!(blocks >= 4, "{blocks} blocks");
		idle(Weight::MAX);
		assert_eq!(Settlements::<Test>::iter().count(), 0);
	});
}
