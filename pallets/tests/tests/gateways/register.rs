use super::*;
use pallet_gateways::Gateways as Registered;

#[test]
fn a_gateway_has_an_account_and_a_deposit() {
	run(|| {
		assert_eq!(register(GATEWAY), 0);
		assert_eq!(
			events(),
			[Event::GatewayRegistered { gateway: 0, account: GATEWAY, deposit: DEPOSIT }]
		);
		let record = Gateway { account: GATEWAY, deposit: DEPOSIT, retiring: None };
		assert_eq!(Registered::<Test>::get(0), Some(record));
		assert_eq!(deposit_of(GATEWAY), DEPOSIT);
		assert_eq!(total(GATEWAY), FUNDS);
	});
}

#[test]
fn an_account_may_have_several_and_each_has_its_number() {
	run(|| {
		let gateways = [GATEWAY, RIVAL, GATEWAY].map(register);
		assert_eq!(gateways, [0, 1, 2]);
		assert_eq!((deposit_of(GATEWAY), deposit_of(RIVAL)), (2 * DEPOSIT, DEPOSIT));
	});
}

#[test]
fn a_gateway_keeps_the_deposit_that_it_paid() {
	run(|| {
		let gateway = register(GATEWAY);
		GatewayDeposit::set(2 * DEPOSIT);
		assert_ok!(Gateways::retire(RuntimeOrigin::signed(GATEWAY), gateway));
		run_to(SCHEDULE.deadline(START + 3));
		assert_ok!(Gateways::release(RuntimeOrigin::signed(STRANGER), gateway));
		assert_eq!((deposit_of(GATEWAY), free(GATEWAY)), (0, FUNDS));
	});
}

mod reject {
	use super::*;

	#[test]
	fn an_account_that_cannot_pay_the_deposit() {
		run(|| {
			assert!(Gateways::register(RuntimeOrigin::signed(PAUPER)).is_err());
			assert_eq!(Registered::<Test>::iter().count(), 0);
		});
	}

	#[test]
	fn a_gateway_more_than_there_are_numbers() {
		run(|| {
			NextGateway::<Test>::put(u32::MAX);
			assert_noop!(
				Gateways::register(RuntimeOrigin::signed(GATEWAY)),
				Error::<Test>::GatewayIdsExhausted
			);
		});
	}

	#[test]
	fn any_origin_but_a_signed_one() {
		run(|| {
			for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
				assert_noop!(Gateways::register(origin), BadOrigin);
			}
		});
	}
}
