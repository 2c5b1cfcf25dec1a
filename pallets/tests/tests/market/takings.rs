//! What registrars take away after a sale is theirs to pay for, and not the seller's.

use super::*;
use pallet_devices::LeavingBonds;

/// A chain where a missing unit costs 12, and registrars have so much at stake.
fn with_bonds(bond: Balance, test: impl FnOnce()) {
	let mut ext = ExtBuilder::default().imbalance_price(12).build();
	ext.execute_with(|| {
		RegistrarBond::set(bond);
		for registrar in [REGISTRAR, SECOND_REGISTRAR] {
			assert_ok!(Devices::remove_registrar(RuntimeOrigin::root(), ZONE, registrar));
			assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, registrar));
		}
		System::reset_events();
		test();
		ensure_invariants();
		for reason in [HoldReason::Collateral, HoldReason::OfferDeposit, HoldReason::Payment] {
			assert_eq!([SELLER, BUYER, OTHER].map(|who| held(reason, who)), [0; 3]);
		}
	});
}

fn suspend(by: AccountId, device: u32) {
	assert_ok!(Devices::suspend(RuntimeOrigin::signed(by), device, key_of(device)));
}

fn resume(by: AccountId, device: u32) {
	assert_ok!(Devices::resume(RuntimeOrigin::signed(by), device, key_of(device)));
}

fn revoke(by: AccountId, device: u32) {
	assert_ok!(Devices::revoke(RuntimeOrigin::signed(by), device, key_of(device)));
}

/// What each has more or less than in the beginning.
fn changes<const N: usize>(of: [AccountId; N]) -> [i128; N] {
	of.map(|who| total(who) as i128 - ENDOWMENT as i128)
}

fn excused() -> Vec<(TradeId, Quantity, Balance)> {
	let one = |event| match event {
		Event::ImbalanceExcused { trade, excused, paid, .. } => Some((trade, excused, paid)),
		_ => None,
	};
	events().into_iter().filter_map(one).collect()
}

const ALL: [AccountId; 3] = [SELLER, BUYER, REGISTRAR];

#[test]
fn a_registrar_and_a_buyer_together_cost_a_seller_nothing() {
	for take in [suspend, revoke] {
		with_bonds(100_000, || {
			let id = Offer::default().accepted();
			take(REGISTRAR, 0);
			let sums = settle(FIRST, 0);
			assert_eq!((sums.paid, sums.refunded, sums.penalty), (0, 500, 0));
			assert_eq!(changes(ALL), [0, 1_200, -1_200]);
			assert_eq!(excused(), [(id, 100, 1_200)]);
		});
	}
}

#[test]
fn it_is_the_registrar_that_takes_a_device_that_pays_whoever_attested_it() {
	with_bonds(100_000, || {
		Offer::default().accepted();
		revoke(SECOND_REGISTRAR, 0);
		settle(FIRST, 0);
		assert_eq!(changes([SELLER, BUYER, REGISTRAR, SECOND_REGISTRAR]), [0, 1_200, 0, -1_200]);
	});
}

#[test]
fn a_seller_pays_for_what_no_registrar_took() {
	with_bonds(100_000, || {
		add_device(SELLER, 30, REGISTRAR);
		let id = Offer::default().accepted();
		suspend(REGISTRAR, 1);
		// Of the fifty that are missing, thirty were taken.
		let sums = settle(FIRST, 50);
		assert_eq!((sums.paid, sums.refunded, sums.penalty), (250, 250, 20 * 12));
		assert_eq!(changes(ALL), [250 - 240, -250 + 240 + 360, -360]);
		assert_eq!(excused(), [(id, 30, 360)]);
	});
}

#[test]
fn what_is_not_missing_is_not_paid_for() {
	with_bonds(100_000, || {
		add_device(SELLER, NAMEPLATE, REGISTRAR);
		Offer::default().accepted();
		suspend(REGISTRAR, 1);
		settle(FIRST, 100);
		assert_eq!(changes(ALL), [500, -500, 0]);
		assert!(excused().is_empty());
	});
}

#[test]
fn what_was_taken_before_the_sale_excuses_nothing() {
	with_bonds(100_000, || {
		add_device(SELLER, NAMEPLATE, REGISTRAR);
		suspend(REGISTRAR, 1);
		Offer::default().accepted();
		settle(FIRST, 0);
		assert_eq!(changes(ALL), [-1_200, 1_200, 0]);
	});
}

#[test]
fn taking_another_device_after_letting_one_back_in_is_taking_all_the_same() {
	// What came back may count nothing.
	for comes_back in [true, false] {
		with_bonds(100_000, || {
			add_device(SELLER, NAMEPLATE, REGISTRAR);
			suspend(REGISTRAR, 1);
			Offer::default().accepted();
			match comes_back {
				true => resume(REGISTRAR, 1),
				false => {
					let by = RuntimeOrigin::signed(SELLER);
					assert_ok!(Devices::retire(by, 1, key_of(1)));
				},
			}
			suspend(REGISTRAR, 0);
			settle(FIRST, 0);
			assert_eq!(changes(ALL), [0, 1_200, -1_200]);
		});
	}
}

#[test]
fn a_device_that_is_let_back_in_excuses_nothing_any_more() {
	with_bonds(100_000, || {
		let last = FIRST + 1;
		Offer { last, ..Default::default() }.accepted();
		suspend(REGISTRAR, 0);
		close_gate(FIRST);
		resume(REGISTRAR, 0);
		settle(FIRST, 0);
		assert_eq!(changes(ALL), [0, 1_200, -1_200]);
		settle(last, 0);
		assert_eq!(changes(ALL), [-1_200, 2_400, -1_200]);
	});
}

#[test]
fn what_a_seller_does_with_its_own_device_is_not_a_registrars_doing() {
	with_bonds(100_000, || {
		Offer::default().accepted();
		suspend(SELLER, 0);
		revoke(REGISTRAR, 0);
		settle(FIRST, 0);
		assert_eq!(changes(ALL), [-1_200, 1_200, 0]);
	});
	// A seller that is a registrar, too, takes nothing from itself.
	with_bonds(100_000, || {
		assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, SELLER));
		Offer::default().accepted();
		revoke(SELLER, 0);
		settle(FIRST, 0);
		assert_eq!(changes([SELLER, BUYER]), [-1_200, 1_200]);
	});
}

#[test]
fn trades_of_one_group_share_what_was_taken() {
	with_bonds(100_000, || {
		add_device(SELLER, 150, REGISTRAR);
		Offer::default().accepted();
		Offer { buyer: OTHER, ..Default::default() }.accepted();
		suspend(REGISTRAR, 1);
		settle(FIRST, 0);
		// The first is excused in full, the second one of what is left.
		assert_eq!(excused(), [(0, 100, 1_200), (1, 50, 600)]);
		assert_eq!(changes([SELLER, BUYER, OTHER, REGISTRAR]), [-600, 1_200, 1_200, -1_800]);
	});
}

#[test]
fn a_bond_pays_as_much_as_it_has_and_its_registrar_leaves() {
	with_bonds(1_000, || {
		let last = FIRST + 1;
		let id = Offer { last, ..Default::default() }.accepted();
		revoke(REGISTRAR, 0);
		settle(FIRST, 0);
		assert_eq!(changes(ALL), [0, 1_000, -1_000]);
		let left = pallet_devices::Registrars::<Test>::get(ZONE);
		assert!(left.iter().all(|known| known.account != REGISTRAR));
		assert!(!LeavingBonds::<Test>::contains_key(ZONE, REGISTRAR), "nothing is left of it");
		// The seller is not to blame for that, and the buyer has its payment back.
		settle(last, 0);
		assert_eq!(changes(ALL), [0, 1_000, -1_000]);
		assert_eq!(excused(), [(id, 100, 1_000), (id, 100, 0)]);
	});
}

#[test]
fn the_bond_of_a_registrar_that_left_pays_as_well() {
	with_bonds(100_000, || {
		Offer::default().accepted();
		revoke(REGISTRAR, 0);
		assert_ok!(Devices::resign_registrar(RuntimeOrigin::signed(REGISTRAR), ZONE));
		settle(FIRST, 0);
		assert_eq!(changes(ALL), [0, 1_200, -1_200]);
	});
}

#[test]
fn a_bond_is_there_for_the_last_period_that_anybody_has_traded() {
	with_bonds(100_000, || {
		BondPeriods::set(Horizon::<Test>::get() + 1);
		let (first, last) = (FIRST + 100, FIRST + 107);
		assert_eq!(last, Metering::first_open() + Horizon::<Test>::get());
		Offer { first, last, ..Default::default() }.accepted();
		revoke(REGISTRAR, 0);
		assert_ok!(Devices::resign_registrar(RuntimeOrigin::signed(REGISTRAR), ZONE));
		let release = || Devices::release_bond(RuntimeOrigin::signed(OTHER), ZONE, REGISTRAR);
		let locked = pallet_devices::Error::<Test>::BondLocked;
		for period in first..last {
			settle(period, 0);
		}
		blocks_at(SCHEDULE.end(last), 1);
		assert_noop!(release(), locked);
		settle(last, 0);
		assert_eq!(changes(ALL), [0, 8 * 1_200, -8 * 1_200]);
		blocks_at(SCHEDULE.deadline(last), SCHEDULE.deadline_blocks());
		assert_ok!(release());
	});
}

#[test]
fn a_bond_pays_the_zones_price_and_no_more_than_the_trades() {
	// A dear trade: both sides may have agreed on any price.
	with_bonds(100_000, || {
		Offer { price: 50, ..Default::default() }.accepted();
		revoke(REGISTRAR, 0);
		settle(FIRST, 0);
		assert_eq!(changes(ALL), [0, 1_200, -1_200]);
	});
	// A zone that has become dearer.
	with_bonds(100_000, || {
		Offer::default().accepted();
		revoke(REGISTRAR, 0);
		let (root, resource) = (RuntimeOrigin::root(), Resource::Electricity);
		assert_ok!(Market::set_imbalance_price(root, ZONE, resource, 99));
		settle(FIRST, 0);
		assert_eq!(changes(ALL), [0, 1_200, -1_200]);
	});
	// A zone without a price.
	with_bonds(100_000, || {
		Offer::default().accepted();
		revoke(REGISTRAR, 0);
		let (root, resource) = (RuntimeOrigin::root(), Resource::Electricity);
		assert_ok!(Market::set_imbalance_price(root, ZONE, resource, 0));
		settle(FIRST, 0);
		assert_eq!(changes(ALL), [0, 0, 0]);
	});
}

#[test]
fn attested_again_on_less_a_device_is_still_taken() {
	with_bonds(100_000, || {
		let id = Offer::default().made();
		let by = RuntimeOrigin::signed(BUYER);
		assert_ok!(Market::accept(by, id, terms(id), Default::default(), EVIDENCE, None));
		revoke(REGISTRAR, 0);
		let info = Devices::device(0).unwrap();
		let facts = pallet_devices::DeviceFacts {
			key: info.key.0,
			metering_point: info.metering_point.into_bytes().try_into().unwrap(),
			zone: info.zone,
			resource: info.resource,
			directions: info.directions,
			nameplate: info.nameplate,
		};
		let by = RuntimeOrigin::signed(REGISTRAR);
		assert_ok!(Devices::attest(by, 0, SELLER, facts, Evidence::File));
		settle(FIRST, 0);
		assert_eq!(changes(ALL), [0, 1_200, -1_200]);
	});
}

#[test]
fn a_payout_that_waits_is_claimed_without_the_charge() {
	with_bonds(100_000, || {
		add_device(SELLER, 30, REGISTRAR);
		let (payout, refund) = (Some([1; 32]), Some([2; 32]));
		let id = Offer { payout, ..Default::default() }.made();
		assert_ok!(accept_with(BUYER, id, refund));
		suspend(REGISTRAR, 1);
		with_full_tree(|| settle(FIRST, 50));
		let waits =
			Outcome::Open { delivered: 50, excused: 30, seller_unpaid: true, buyer_unpaid: true };
		assert_eq!(Outcomes::<Test>::get(id, FIRST), Some(waits));
		ensure_invariants();
		// The bond has paid the buyer's account at once.
		assert_eq!(changes([BUYER, REGISTRAR]), [360, -360]);
		let line = Market::statement(&SELLER, FIRST, 9).pop().unwrap();
		assert_eq!((line.refunded, line.penalty), (Some(250), Some(240)));
		assert_ok!(Market::claim(RuntimeOrigin::signed(OTHER), id, FIRST));
		assert_eq!(notes(), [([1; 32], 250), ([2; 32], 490)]);
	});
}

#[test]
fn an_account_that_cannot_take_it_leaves_the_bond_where_it_is() {
	with_bonds(100_000, || {
		let id = Offer { quantity: 20, ..Default::default() }.made();
		assert_ok!(accept_with(BUYER, id, Some([2; 32])));
		suspend(REGISTRAR, 0);
		let (root, resource) = (RuntimeOrigin::root(), Resource::Electricity);
		assert_ok!(Market::set_imbalance_price(root, ZONE, resource, 1));
		// The refund is a note, and twenty are too little for an empty account.
		empty(BUYER);
		settle(FIRST, 0);
		assert_eq!(excused(), [(id, 20, 0)]);
		assert_eq!(notes(), [([2; 32], 100)]);
		assert_eq!(changes([SELLER, REGISTRAR]), [0, 0]);
	});
}

#[test]
fn a_sealed_trade_is_settled_openly_without_the_charge() {
	with_bonds(100_000, || {
		let id = Offer::sealed().made();
		assert_ok!(accept_sealed(BUYER, id));
		revoke(REGISTRAR, 0);
		settle(FIRST, 0);
		assert_eq!(notes(), [(REFUND.owner, 500)]);
		assert_eq!(changes([SELLER, REGISTRAR]), [0, -1_200]);
		assert_eq!(changes([BUYER]), [700]);
	});
}
