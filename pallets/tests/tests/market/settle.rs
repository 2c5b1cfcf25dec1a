use super::*;

fn delivered(id: TradeId, period: PeriodIndex) -> Quantity {
	Outcomes::<Test>::get(id, period).unwrap().delivered().unwrap()
}

#[test]
fn full_delivery_pays_the_seller_and_frees_its_collateral() {
	ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
		let id = Offer::default().accepted();
		events();
		let sums = settle(FIRST, 100);
		assert_eq!(
			sums,
			Settled {
				trades: 1,
				contracted: 100,
				delivered: 100,
				paid: 500,
				refunded: 0,
				penalty: 0
			}
		);
		assert_eq!(total(SELLER), ENDOWMENT + 500);
		assert_eq!(total(BUYER), ENDOWMENT - 500);
		for reason in [HoldReason::Collateral, HoldReason::OfferDeposit, HoldReason::Payment] {
			assert_eq!((held(reason, SELLER), held(reason, BUYER)), (0, 0));
		}
		assert_eq!(
			events(),
			[
				Event::PeriodSettled {
					trade: id,
					period: FIRST,
					delivered: 100,
					paid: 500,
					refunded: 0,
					penalty: 0
				},
				Event::TradeSettled { trade: id },
			]
		);
		assert_eq!(Trades::<Test>::get(id).unwrap().state, TradeState::Settled);
		assert_eq!(Market::contracted(&group(SELLER), FIRST), 0);
		assert!(!Counts::<Test>::contains_key(SELLER) && !Counts::<Test>::contains_key(BUYER));
	});
}

#[test]
fn a_shortfall_is_refunded_and_charged_to_the_collateral() {
	ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
		Offer::default().accepted();
		let sums = settle(FIRST, 70);
		assert_eq!((sums.paid, sums.refunded, sums.penalty), (350, 150, 360));
		assert_eq!(total(SELLER), ENDOWMENT + 350 - 360);
		assert_eq!(total(BUYER), ENDOWMENT - 350 + 360);
		assert_eq!(held(HoldReason::Collateral, SELLER), 0);
		assert_eq!(held(HoldReason::Payment, BUYER), 0);
	});
}

#[test]
fn no_delivery_returns_everything_and_charges_all_collateral() {
	ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
		Offer::default().accepted();
		let sums = settle(FIRST, 0);
		assert_eq!((sums.paid, sums.refunded, sums.penalty), (0, 500, 1_200));
		assert_eq!(total(SELLER), ENDOWMENT - 1_200);
		assert_eq!(total(BUYER), ENDOWMENT + 1_200);
	});
}

#[test]
fn trades_share_in_proportion_and_the_remainder_goes_by_trade_id() {
	ExtBuilder::default().build_and_execute(|| {
		let ids: Vec<_> =
			(0..3).map(|n| Offer { buyer: buyer(n), ..Default::default() }.accepted()).collect();
		settle(FIRST, 200);
		let shares: Vec<_> = ids.iter().map(|id| delivered(*id, FIRST)).collect();
		assert_eq!(shares, [67, 67, 66]);
	});
}

#[test]
fn the_periods_of_a_range_settle_in_any_order_and_the_deposit_comes_last() {
	ExtBuilder::default().build_and_execute(|| {
		let id = Offer { last: FIRST + 2, ..Default::default() }.accepted();
		for (period, left) in [(FIRST + 2, 2), (FIRST, 1)] {
			settle(period, 100);
			assert_eq!(held(HoldReason::Collateral, SELLER), left * 500);
			assert_eq!(held(HoldReason::Payment, BUYER), left * 500);
			assert_eq!(held(HoldReason::OfferDeposit, SELLER), OFFER_DEPOSIT);
			assert_eq!(Trades::<Test>::get(id).unwrap().state, TradeState::Accepted);
			ensure_invariants();
		}
		settle(FIRST + 1, 100);
		assert_eq!(held(HoldReason::OfferDeposit, SELLER), 0);
		let trade = Trades::<Test>::get(id).unwrap();
		assert_eq!((trade.state, trade.settled_periods), (TradeState::Settled, 3));
	});
}

#[test]
fn a_freeze_on_either_account_stops_no_payout() {
	use frame::deps::frame_support::traits::{LockableCurrency, WithdrawReasons};
	ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
		Offer::default().accepted();
		for who in [SELLER, BUYER] {
			Balances::set_lock(*b"lockedup", &who, Balance::MAX, WithdrawReasons::all());
		}
		settle(FIRST, 70);
		assert_eq!(total(SELLER), ENDOWMENT + 350 - 360);
		assert_eq!(total(BUYER), ENDOWMENT - 350 + 360);
	});
}

#[test]
fn a_seller_that_cannot_be_paid_blocks_neither_its_buyer_nor_other_trades() {
	ExtBuilder::default().build_and_execute(|| {
		// Ten units of five: collateral 10 * 5 and payment 50 are each below the minimum.
		let last = FIRST + 1;
		let poor = Offer { last, ..Default::default() }.accepted();
		let rest = Offer { last, buyer: OTHER, ..Default::default() }.accepted();
		empty(SELLER);
		events();
		let sums = settle(FIRST, 20);
		assert_eq!((sums.paid, sums.refunded, sums.penalty), (100, 900, 900));
		for id in [poor, rest] {
			assert_eq!(
				Outcomes::<Test>::get(id, FIRST),
				Some(Outcome::Open {
					delivered: 10,
					excused: 0,
					seller_unpaid: true,
					buyer_unpaid: false
				})
			);
			assert_eq!(Trades::<Test>::get(id).unwrap().unpaid_periods, 1);
		}
		assert!(events().contains(&Event::PayoutDeferred {
			trade: poor,
			period: FIRST,
			to_seller: true,
			to_buyer: false
		}));
		assert_eq!(total(BUYER), ENDOWMENT + 450);
		assert_eq!(held(HoldReason::Payment, BUYER), 500 + 50);
		assert_eq!(held(HoldReason::Collateral, SELLER), 1_000 + 100);
	});
}

#[test]
fn the_returned_deposit_lets_little_payments_reach_an_empty_account() {
	ExtBuilder::default().build_and_execute(|| {
		let id = Offer::default().accepted();
		empty(SELLER);
		settle(FIRST, 10);
		assert!(!Outcomes::<Test>::get(id, FIRST).unwrap().is_unpaid());
		assert_eq!(free(SELLER), OFFER_DEPOSIT + 50 + 50);
	});
}

#[test]
fn a_buyer_that_cannot_be_refunded_does_not_keep_the_seller_from_being_paid() {
	ExtBuilder::default().build_and_execute(|| {
		let id = Offer::default().accepted();
		empty(BUYER);
		settle(FIRST, 90);
		assert_eq!(
			Outcomes::<Test>::get(id, FIRST),
			Some(Outcome::Open {
				delivered: 90,
				excused: 0,
				seller_unpaid: false,
				buyer_unpaid: true
			})
		);
		assert_eq!(total(SELLER), ENDOWMENT + 450);
		assert_eq!(held(HoldReason::Collateral, SELLER), 50);
		assert_eq!(held(HoldReason::Payment, BUYER), 50);
	});
}

#[test]
fn a_refund_is_not_lost_where_the_last_hold_leaves_an_account_below_the_minimum() {
	ExtBuilder::default().build_and_execute(|| {
		let id = Offer::default().accepted();
		// 84 free and 50 to come back, both below the minimum, and together above it.
		System::inc_providers(&BUYER);
		let by = RuntimeOrigin::signed(BUYER);
		Balances::transfer_allow_death(by, OTHER, free(BUYER) - 84).unwrap();
		settle(FIRST, 90);
		let outcome = Outcomes::<Test>::get(id, FIRST).unwrap();
		assert!(matches!(outcome, Outcome::Open { buyer_unpaid: true, .. }));
		assert_eq!((free(BUYER), held(HoldReason::Payment, BUYER)), (84, 50));
		Balances::transfer_keep_alive(RuntimeOrigin::signed(OTHER), BUYER, 100).unwrap();
		assert_ok!(Market::claim(RuntimeOrigin::signed(OTHER), id, FIRST));
		assert_eq!(total(BUYER), 184 + 50 + 50);
	});
}

mod registrars {
	use super::*;

	/// Accepts an offer with a list of registrars.
	fn accepted_from(offer: Offer, list: &[AccountId]) -> TradeId {
		let buyer = RuntimeOrigin::signed(offer.buyer);
		let id = offer.made();
		Market::accept(
			buyer,
			id,
			terms(id),
			list.to_vec().try_into().unwrap(),
			Evidence::File,
			None,
		)
		.unwrap();
		id
	}

	fn money() -> Balance {
		frame_system::Account::<Test>::iter_keys().map(total).sum()
	}

	#[test]
	fn on_the_list_count() {
		ExtBuilder::default().build_and_execute(|| {
			let id = accepted_from(Offer::default(), &[SECOND_REGISTRAR, REGISTRAR]);
			add_device(SELLER, NAMEPLATE, SECOND_REGISTRAR);
			settle(FIRST, 100);
			assert_eq!(delivered(id, FIRST), 100);
		});
	}

	#[test]
	fn that_attest_after_the_acceptance_leave_a_trade_without_delivery() {
		ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
			let before = money();
			let last = FIRST + 1;
			let strict = accepted_from(Offer { last, ..Default::default() }, &[REGISTRAR]);
			let open = Offer { buyer: OTHER, last, ..Default::default() }.accepted();
			// From the second period on.
			close_gate(FIRST);
			add_device(SELLER, NAMEPLATE, SECOND_REGISTRAR);
			settle(FIRST, 200);
			assert_eq!((delivered(strict, FIRST), delivered(open, FIRST)), (100, 100));
			ensure_invariants();

			events();
			let sums = settle(last, 151);
			// The other trade gets its share as ever; nobody gets the rest.
			assert_eq!((delivered(strict, last), delivered(open, last)), (0, 75));
			let paid = 75 * 5;
			assert_eq!((sums.contracted, sums.delivered), (200, 151));
			assert_eq!((sums.paid, sums.refunded, sums.penalty), (paid, 625, 125 * 12));
			assert!(events().contains(&Event::PeriodSettled {
				trade: strict,
				period: last,
				delivered: 0,
				paid: 0,
				refunded: 500,
				penalty: 1_200
			}));
			assert_eq!(total(BUYER), ENDOWMENT - 500 + 1_200);
			assert_eq!(money(), before);
			for reason in [HoldReason::Collateral, HoldReason::OfferDeposit, HoldReason::Payment] {
				let held = [SELLER, BUYER, OTHER].map(|who| held(reason, who));
				assert_eq!(held, [0, 0, 0]);
			}
		});
	}

	#[test]
	fn whose_device_was_suspended_in_time_do_not_matter() {
		ExtBuilder::default().build_and_execute(|| {
			let id = accepted_from(Offer::default(), &[REGISTRAR]);
			let device = pallet_devices::NextDeviceId::<Test>::get();
			add_device(SELLER, NAMEPLATE, SECOND_REGISTRAR);
			Devices::suspend(RuntimeOrigin::signed(SELLER), device, key_of(device)).unwrap();
			settle(FIRST, 100);
			assert_eq!(delivered(id, FIRST), 100);
		});
	}

	#[test]
	fn that_nobody_knows_any_more_fail_a_list_and_nothing_else() {
		ExtBuilder::default().build_and_execute(|| {
			let strict = accepted_from(Offer::default(), &[REGISTRAR]);
			let open = Offer { buyer: OTHER, ..Default::default() }.accepted();
			let rows = pallet_devices::Groups::<Test>::take(group(SELLER));
			settle(FIRST, 200);
			pallet_devices::Groups::<Test>::insert(group(SELLER), rows);
			assert_eq!((delivered(strict, FIRST), delivered(open, FIRST)), (0, 100));
		});
	}
}

mod reject {
	use super::*;

	#[test]
	fn more_than_is_contracted() {
		ExtBuilder::default().build_and_execute(|| {
			Offer::default().accepted();
			assert_storage_noop!(frame::deps::frame_support::storage::with_storage_layer(|| {
				let result = Market::settle(&group(SELLER), FIRST, 101);
				assert_eq!(result, Err(error(Error::DeliveredAboveContracted)));
				result
			})
			.unwrap_err());
		});
	}

	#[test]
	fn a_group_with_nothing_contracted() {
		ExtBuilder::default().build_and_execute(|| {
			let settled = |who| Market::settle(&group(who), FIRST, 0);
			assert_noop!(settled(OTHER), error(Error::NothingContracted));
			Offer::default().accepted();
			settle(FIRST, 100);
			assert_noop!(settled(SELLER), error(Error::NothingContracted));
		});
	}
}

#[test]
fn the_oldest_contracts_come_first() {
	ExtBuilder::default().build_and_execute(|| {
		for period in [FIRST + 7, FIRST, FIRST + 3] {
			Offer { first: period, last: period, ..Default::default() }.accepted();
		}
		let oldest: Vec<_> = Market::oldest(2).into_iter().map(|(period, _)| period).collect();
		assert_eq!(oldest, [FIRST, FIRST + 3]);
	});
}
