//! `prune`, and what happens in idle time.

use super::*;

fn idle() -> Weight {
	Market::on_idle(System::block_number(), Weight::MAX)
}

fn prune(id: TradeId) -> DispatchResult {
	Market::prune(RuntimeOrigin::signed(OTHER), id).map(|_| ()).map_err(|error| error.error)
}

/// Goes to where a trade settled while `FIRST` was the first open period is no longer kept.
fn forget() {
	close_gate(FIRST + RETENTION);
}

#[test]
fn a_settled_trade_is_pruned_after_its_retention() {
	ExtBuilder::default().build_and_execute(|| {
		let id = Offer { last: FIRST + 2, ..Default::default() }.accepted();
		for period in FIRST..=FIRST + 2 {
			settle(period, 100);
		}
		assert_noop!(prune(id), error(Error::RetentionRunning));
		forget();
		events();
		let post = Market::prune(RuntimeOrigin::signed(OTHER), id).unwrap();
		assert_eq!(post.actual_weight, Some(<()>::prune(3)));
		assert_eq!(events(), [Event::TradePruned { trade: id }]);
		assert_eq!(Trades::<Test>::get(id), None);
		assert_eq!(Outcomes::<Test>::iter().count(), 0);
		assert_eq!(TradesOf::<Test>::iter().count(), 0);
		assert_eq!(Agenda::<Test>::iter().count(), 0);
	});
}

#[test]
fn idle_time_expires_offers_and_prunes_trades() {
	ExtBuilder::default().build_and_execute(|| {
		let settled = Offer::default().accepted();
		let offered = Offer::default().made();
		let later = Offer { first: FIRST + 9, last: FIRST + 9, ..Default::default() }.made();
		settle(FIRST, 100);
		idle();
		assert_eq!(Trades::<Test>::iter().count(), 3);
		close_gate(FIRST);
		idle();
		assert_eq!(Trades::<Test>::get(offered), None);
		assert!(Trades::<Test>::contains_key(settled));
		forget();
		idle();
		assert_eq!(Trades::<Test>::get(settled), None);
		assert!(Trades::<Test>::contains_key(later));
		assert_eq!(held(HoldReason::OfferDeposit, SELLER), OFFER_DEPOSIT);
	});
}

#[test]
fn nothing_expires_by_itself_while_the_chain_is_closed() {
	ExtBuilder::default().build_and_execute(|| {
		let offered = Offer::default().made();
		close_gate(FIRST);
		Closed::set(true);
		next_block_at(Timestamp::get() + 1);
		idle();
		assert!(Trades::<Test>::contains_key(offered));
		Closed::set(false);
		next_block_at(Timestamp::get() + 1);
		idle();
		assert!(!Trades::<Test>::contains_key(offered));
	});
}

#[test]
fn idle_time_takes_no_more_than_it_is_given() {
	ExtBuilder::default().build_and_execute(|| {
		for _ in 0..5 {
			Offer::default().made();
		}
		close_gate(FIRST);
		let item = <()>::expire().max(<()>::prune(1));
		for (budget, left) in [
			(Weight::zero(), 5),
			(<()>::agenda(1), 5),
			(<()>::agenda(1) + <()>::agenda(2) + item, 4),
			(<()>::agenda(1) * 3 + item * 2, 2),
			(Weight::MAX, 0),
		] {
			// The agenda gets a quarter of what is left over.
			let used = Market::on_idle(System::block_number(), budget.saturating_mul(4));
			assert!(used.all_lte(budget));
			assert_eq!(Trades::<Test>::iter().count(), left);
		}
	});
}

#[test]
fn one_block_works_on_as_many_items_as_a_quarter_of_its_weight_has_room_for() {
	ExtBuilder::default().build_and_execute(|| {
		for _ in 0..20 {
			Offer::default().made();
		}
		close_gate(FIRST);
		let item = <()>::agenda(1) + <()>::expire().max(<()>::prune(1));
		let limit = (item * 17 + <()>::agenda(1)) * 4;
		assert!(Market::on_idle(System::block_number(), limit).all_lte(limit / 4));
		assert_eq!(Trades::<Test>::iter().count(), 3);
		idle();
		assert_eq!(Trades::<Test>::iter().count(), 0);
	});
}

#[test]
fn one_block_works_on_a_bounded_number_of_items() {
	ExtBuilder::default().build_and_execute(|| {
		let most = AGENDA_ITEMS_PER_BLOCK;
		let sellers = 100..=100 + (most / 20) as u8;
		for seller in sellers.clone().map(account) {
			let by = RuntimeOrigin::signed(OTHER);
			Balances::transfer_keep_alive(by, seller, 1_000_000).unwrap();
			add_device(seller, NAMEPLATE, REGISTRAR);
			for _ in 0..20 {
				Offer { seller, ..Default::default() }.made();
			}
		}
		let made = sellers.count() * 20;
		close_gate(FIRST);
		idle();
		assert_eq!(Trades::<Test>::iter().count(), made - most as usize);
		idle();
		assert_eq!(Trades::<Test>::iter().count(), 0);
	});
}

#[test]
fn what_cannot_be_pruned_is_put_off_and_holds_up_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let stuck = Offer::default().accepted();
		let fine = Offer { buyer: OTHER, ..Default::default() }.accepted();
		empty(BUYER);
		settle(FIRST, 180);
		assert_eq!(Trades::<Test>::get(stuck).unwrap().unpaid_periods, 1);
		forget();
		assert_noop!(prune(stuck), error(Error::TradeNotFinished));
		idle();
		assert!(Trades::<Test>::contains_key(stuck));
		assert!(!Trades::<Test>::contains_key(fine));
		ensure_invariants();

		Balances::transfer_keep_alive(RuntimeOrigin::signed(OTHER), BUYER, EXISTENTIAL_DEPOSIT)
			.unwrap();
		assert_ok!(Market::claim(RuntimeOrigin::signed(OTHER), stuck, FIRST));
		close_gate(FIRST + 3 * RETENTION);
		idle();
		assert!(!Trades::<Test>::contains_key(stuck));
	});
}

mod reject {
	use super::*;

	#[test]
	fn an_unsigned_origin() {
		ExtBuilder::default().build_and_execute(|| {
			let by = RuntimeOrigin::none();
			assert_noop!(Market::prune(by, 0), DispatchError::BadOrigin);
		});
	}

	#[test]
	fn an_unknown_trade() {
		ExtBuilder::default().build_and_execute(|| {
			assert_noop!(prune(0), error(Error::UnknownTrade));
		});
	}

	#[test]
	fn a_trade_with_periods_to_settle() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer { last: FIRST + 1, ..Default::default() }.accepted();
			settle(FIRST, 100);
			forget();
			assert_noop!(prune(id), error(Error::TradeNotFinished));
			let id = Offer { first: FIRST + 9, last: FIRST + 9, ..Default::default() }.made();
			assert_noop!(prune(id), error(Error::TradeNotFinished));
		});
	}

	#[test]
	fn a_deposit_that_cannot_be_returned() {
		ExtBuilder::default().build_and_execute(|| {
			let id = Offer::default().accepted();
			settle(FIRST, 100);
			// As if the account could not have taken it when the trade was settled.
			use frame::traits::fungible::MutateHold;
			Trades::<Test>::mutate(id, |trade| trade.as_mut().unwrap().deposit = 50);
			Balances::hold(&HoldReason::OfferDeposit.into(), &SELLER, 50).unwrap();
			empty(SELLER);
			forget();
			assert_noop!(prune(id), error(Error::PayeeNotPayable));
			Balances::transfer_keep_alive(
				RuntimeOrigin::signed(OTHER),
				SELLER,
				EXISTENTIAL_DEPOSIT,
			)
			.unwrap();
			assert_ok!(prune(id));
			assert_eq!(held(HoldReason::OfferDeposit, SELLER), 0);
		});
	}
}
