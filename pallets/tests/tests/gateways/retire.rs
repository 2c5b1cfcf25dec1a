use super::*;
use pallet_gateways::Gateways as Registered;

fn retire(who: AccountId, gateway: u32) -> DispatchResult {
	Gateways::retire(RuntimeOrigin::signed(who), gateway)
}

fn release(gateway: u32) -> DispatchResult {
	Gateways::release(RuntimeOrigin::signed(STRANGER), gateway)
}

#[test]
fn a_gateway_that_goes_posts_roots_of_the_periods_before() {
	run(|| {
		let gateway = register(GATEWAY);
		run_to(SCHEDULE.start(P));
		events();
		let from = Metering::first_open();
		assert_ok!(retire(GATEWAY, gateway));
		assert_eq!(events(), [Event::GatewayRetires { gateway, from }]);
		assert_eq!(from, P + 1);
		assert_ok!(post(GATEWAY, gateway, P, ROOT));
		run_to(SCHEDULE.start(from));
		assert_noop!(post(GATEWAY, gateway, from, ROOT), Error::<Test>::GatewayRetired);
	});
}

#[test]
fn the_deposit_comes_back_once_the_last_period_is_final() {
	run(|| {
		let gateway = register(GATEWAY);
		assert_noop!(release(gateway), Error::<Test>::DepositLocked);
		run_to(SCHEDULE.start(P));
		assert_ok!(retire(GATEWAY, gateway));
		assert_ok!(post(GATEWAY, gateway, P, ROOT));
		run_to(SCHEDULE.deadline(P) - 1);
		assert_noop!(release(gateway), Error::<Test>::DepositLocked);
		run_to(SCHEDULE.deadline(P));
		events();
		assert_ok!(release(gateway));
		assert_eq!(
			events(),
			[Event::GatewayReleased { gateway, account: GATEWAY, deposit: DEPOSIT }]
		);
		assert_eq!((deposit_of(GATEWAY), free(GATEWAY)), (0, FUNDS));
		assert_eq!(Registered::<Test>::get(gateway), None);
		// Its root is still to be deleted, and its number is not given out again.
		assert_eq!(root(gateway, P), Some(ROOT));
		assert_eq!(register(GATEWAY), gateway + 1);
		assert_noop!(post(GATEWAY, gateway, P + 2, ROOT), Error::<Test>::UnknownGateway);
	});
}

mod reject {
	use super::*;

	#[test]
	fn a_gateway_that_is_none_or_another_s() {
		run(|| {
			assert_noop!(retire(GATEWAY, 0), Error::<Test>::UnknownGateway);
			assert_noop!(release(0), Error::<Test>::UnknownGateway);
			let gateway = register(GATEWAY);
			assert_noop!(retire(RIVAL, gateway), Error::<Test>::NotGateway);
		});
	}

	#[test]
	fn a_second_retirement_which_would_put_off_the_first() {
		run(|| {
			let gateway = register(GATEWAY);
			assert_ok!(retire(GATEWAY, gateway));
			run_to(SCHEDULE.start(P));
			assert_noop!(retire(GATEWAY, gateway), Error::<Test>::GatewayRetiring);
		});
	}

	#[test]
	fn any_origin_but_a_signed_one() {
		run(|| {
			let gateway = register(GATEWAY);
			for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
				assert_noop!(Gateways::retire(origin.clone(), gateway), BadOrigin);
				assert_noop!(Gateways::release(origin, gateway), BadOrigin);
			}
		});
	}
}
