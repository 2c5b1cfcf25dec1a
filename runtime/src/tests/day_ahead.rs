//! A day ahead on quarters of an hour: all of tomorrow goes in one order.

use frame_support::{
	dispatch::{DispatchClass, GetDispatchInfo},
	traits::Get,
};
use meterproof_primitives::{
	Directions, Evidence, GateClock, OrderSide, PeriodClock, Resource, Schedule, Timetable,
};
use pallet_devices::DeviceFacts;
use sp_keyring::Sr25519Keyring;
use sp_runtime::traits::Dispatchable;

use super::chain::Chain;
use crate::*;

const ZONE: u32 = 1;
const QUARTERS: u64 = 96;

fn signed(who: Sr25519Keyring) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.to_account_id())
}

/// Opens the zone, and gives the seller a meter; tomorrow's first quarter.
fn open(registrar: Sr25519Keyring, seller: Sr25519Keyring) -> u64 {
	pallet_metering::Schedules::<Runtime>::put(Timetable::starting(Schedule::QUARTER_HOURS));
	let root = RuntimeOrigin::root();
	Devices::appoint_registrar(root, ZONE, registrar.to_account_id()).unwrap();
	let facts = DeviceFacts {
		key: [7; 32],
		metering_point: b"on the roof".to_vec().try_into().unwrap(),
		zone: ZONE,
		resource: Resource::Electricity,
		directions: Directions::Export,
		nameplate: 2_500,
	};
	let device = pallet_devices::NextDeviceId::<Runtime>::get();
	Devices::register(signed(seller), facts.clone()).unwrap();
	let operator = seller.to_account_id();
	Devices::attest(signed(registrar), device, operator, facts, Evidence::Signed).unwrap();
	(Metering::running() / QUARTERS + 1) * QUARTERS
}

#[test]
fn all_of_tomorrow_goes_in_one_order() {
	use pallet_book::Call;
	let (registrar, seller, buyer) =
		(Sr25519Keyring::Dave, Sr25519Keyring::Eve, Sr25519Keyring::Ferdie);
	let mut chain = Chain::development(850_000_000);
	chain.open_block(1);
	let first = chain.execute(|| open(registrar, seller));
	let last = first + QUARTERS - 1;
	// Half a kWh in each quarter.
	let (zone, resource, quantity, limit) = (ZONE, Resource::Electricity, 500, UNIT / 5_000);
	let offer = Call::<Runtime>::offer {
		zone,
		resource,
		quantity,
		limit,
		max_imbalance_price: Balance::MAX,
		first,
		last,
		payout: None,
	};
	let bid = Call::<Runtime>::bid { zone, resource, quantity, limit, first, last, refund: None };
	for (who, call) in [(seller, RuntimeCall::from(offer)), (buyer, bid.into())] {
		let weight = call.get_dispatch_info().call_weight;
		let class = <Runtime as frame_system::Config>::BlockWeights::get();
		let most = class.get(DispatchClass::Normal).max_extrinsic;
		assert!(most.is_some_and(|most| weight.all_lte(most)), "{weight:?} of {most:?}");
		chain.execute(|| call.dispatch(signed(who))).unwrap();
	}
	chain.look(|| {
		for who in [seller, buyer] {
			let orders = pallet_book::OrdersOf::<Runtime>::iter_key_prefix(who.to_account_id());
			assert_eq!(orders.count(), 1);
			let standing = pallet_book::StandingOf::<Runtime>::get(who.to_account_id());
			assert_eq!(u64::from(standing), QUARTERS);
		}
		let venue = pallet_book::Venue { zone, resource };
		for period in [first, last] {
			for side in [OrderSide::Bid, OrderSide::Offer] {
				let key = (period.to_be_bytes(), venue, side);
				assert_eq!(pallet_book::Entries::<Runtime>::get(key).len(), 1);
			}
		}
		// Whatever the hour, tomorrow is no farther than an order reaches, and a week ahead is within reach.
		let most = <Runtime as pallet_book::Config>::MaxAdvance::get();
		assert!(last < Metering::first_open() + most);
		assert_eq!(Metering::length(first), 900_000);
	});
}
