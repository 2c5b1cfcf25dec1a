use super::*;

fn set(origin: RuntimeOrigin, price: Balance) -> DispatchResult {
	Market::set_imbalance_price(origin, ZONE, Resource::Electricity, price)
}

#[test]
fn the_admin_sets_it_for_offers_from_then_on() {
	ExtBuilder::default().build_and_execute(|| {
		let before = Offer::default().made();
		events();
		assert_ok!(set(RuntimeOrigin::root(), 30));
		assert_eq!(
			events(),
			[Event::ImbalancePriceSet { zone: ZONE, resource: Resource::Electricity, price: 30 }]
		);
		let after = Offer::default().made();
		assert_eq!(Trades::<Test>::get(before).unwrap().imbalance_price, 5);
		assert_eq!(Trades::<Test>::get(after).unwrap().imbalance_price, 30);
	});
}

#[test]
fn raised_after_a_seller_signed_it_costs_no_more_than_the_call_allows() {
	ExtBuilder::default().imbalance_price(12).build_and_execute(|| {
		let signed =
			[Offer { limit: 12, ..Default::default() }, Offer { limit: 12, ..Offer::sealed() }];
		for offer in signed.clone() {
			assert_ok!(set(RuntimeOrigin::root(), 13));
			assert_noop!(offer.clone().make(), error(Error::ImbalancePriceAboveLimit));
			assert_eq!(held(HoldReason::Collateral, SELLER), 0);
		}
		assert_ok!(set(RuntimeOrigin::root(), 12));
		for offer in signed {
			assert_ok!(offer.make());
		}
		assert_eq!(held(HoldReason::Collateral, SELLER), 2 * 100 * 12);
	});
}

#[test]
fn zero_removes_it() {
	ExtBuilder::default().imbalance_price(9).build_and_execute(|| {
		assert_eq!(ImbalancePrices::<Test>::get(ZONE, Resource::Electricity), 9);
		assert_ok!(set(RuntimeOrigin::root(), 0));
		assert!(!ImbalancePrices::<Test>::contains_key(ZONE, Resource::Electricity));
	});
}

#[test]
fn nobody_else_sets_it() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(set(RuntimeOrigin::signed(SELLER), 30), DispatchError::BadOrigin);
	});
}
