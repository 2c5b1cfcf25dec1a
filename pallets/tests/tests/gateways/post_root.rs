use frame::deps::frame_support::dispatch::{DispatchClass, GetDispatchInfo};

use super::*;

#[test]
fn a_root_stands_for_its_gateway_and_period() {
	run(|| {
		let [one, two] = [register(GATEWAY), register(GATEWAY)];
		run_to(SCHEDULE.end(P));
		events();
		assert_ok!(post(GATEWAY, one, P, ROOT));
		assert_eq!(events(), [Event::RootPosted { gateway: one, period: P, root: ROOT }]);
		assert_eq!((root(one, P), root(two, P), root(one, P + 1)), (Some(ROOT), None, None));
		// Each gateway of an account, and each period, has its own.
		assert_ok!(post(GATEWAY, two, P, [8; 32]));
		assert_ok!(post(GATEWAY, one, P + 1, [9; 32]));
		assert_eq!(
			(root(one, P), root(two, P), root(one, P + 1)),
			(Some(ROOT), Some([8; 32]), Some([9; 32]))
		);
	});
}

#[test]
fn a_root_is_operational_so_that_full_blocks_do_not_keep_it_out() {
	run(|| {
		let call = pallet_gateways::Call::<Test>::post_root { gateway: 0, period: P, root: ROOT };
		assert_eq!(RuntimeCall::from(call).get_dispatch_info().class, DispatchClass::Operational);
	});
}

#[test]
fn roots_are_taken_from_the_start_until_half_of_the_commit_window() {
	run(|| {
		let gateway = register(GATEWAY);
		run_to(SCHEDULE.start(P) - 1);
		assert_noop!(post(GATEWAY, gateway, P, ROOT), Error::<Test>::RootsNotTaken);
		assert_noop!(post(GATEWAY, gateway, u64::MAX, ROOT), Error::<Test>::RootsNotTaken);
		run_to(SCHEDULE.start(P));
		assert_ok!(post(GATEWAY, gateway, P, ROOT));
		run_to(SCHEDULE.root_cut_off(P + 1) - 1);
		assert_ok!(post(GATEWAY, gateway, P + 1, ROOT));
		run_to(SCHEDULE.root_cut_off(P + 2));
		assert_noop!(post(GATEWAY, gateway, P + 2, ROOT), Error::<Test>::RootsNotTaken);
		assert_noop!(post(GATEWAY, gateway, 0, ROOT), Error::<Test>::RootsNotTaken);
	});
}

/// An equivocating gateway: no second root, whatever it is, and whatever the first one was.
#[test]
fn the_first_root_stands() {
	run(|| {
		let gateway = register(GATEWAY);
		run_to(SCHEDULE.end(P));
		assert_ok!(post(GATEWAY, gateway, P, ROOT));
		for second in [ROOT, [8; 32]] {
			assert_noop!(post(GATEWAY, gateway, P, second), Error::<Test>::RootStands);
		}
		assert_eq!(root(gateway, P), Some(ROOT));
	});
}

mod reject {
	use super::*;

	#[test]
	fn a_gateway_that_is_none() {
		run(|| {
			run_to(SCHEDULE.end(P));
			assert_noop!(post(GATEWAY, 0, P, ROOT), Error::<Test>::UnknownGateway);
		});
	}

	#[test]
	fn another_account_s_gateway() {
		run(|| {
			let gateway = register(GATEWAY);
			register(RIVAL);
			run_to(SCHEDULE.end(P));
			for who in [RIVAL, STRANGER] {
				assert_noop!(post(who, gateway, P, ROOT), Error::<Test>::NotGateway);
			}
		});
	}

	#[test]
	fn a_root_of_zeros() {
		run(|| {
			let gateway = register(GATEWAY);
			run_to(SCHEDULE.end(P));
			assert_noop!(post(GATEWAY, gateway, P, [0; 32]), Error::<Test>::RootZero);
		});
	}

	#[test]
	fn any_origin_but_a_signed_one() {
		run(|| {
			let gateway = register(GATEWAY);
			run_to(SCHEDULE.end(P));
			for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
				assert_noop!(Gateways::post_root(origin, gateway, P, ROOT), BadOrigin);
			}
		});
	}
}
