use super::*;

#[test]
fn a_device_is_described_for_a_person() {
	run(|| {
		let device = attested(ALICE, 1);
		let info = Devices::device(device).unwrap();
		assert_eq!(info.metering_point, "DE0001");
		assert_eq!(info.unit, "Wh");
		assert_eq!((info.operator, info.zone), (ALICE, ZONE));
		assert_eq!(info.state, DeviceState::Active);
		assert_eq!(info.state_from, first_open());
		assert_eq!((info.registrar, info.evidence), (Some(REGISTRAR), Some(EVIDENCE)));
		assert_ok!(Devices::suspend(RuntimeOrigin::signed(ALICE), device, key_of(device)));
		assert_eq!(Devices::device(device).unwrap().state, DeviceState::Suspended);
		assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), device, key_of(device)));
		assert_eq!(Devices::device(device).unwrap().state, DeviceState::Retired);
		assert_eq!(Devices::device(9), None);
	});
}

#[test]
fn litres_are_the_unit_of_water() {
	run(|| {
		let mut water = facts(1);
		water.resource = Resource::Water;
		assert_ok!(Devices::register(RuntimeOrigin::signed(ALICE), water));
		assert_eq!(Devices::device(0).unwrap().unit, "l");
	});
}

#[test]
fn an_operators_devices_come_in_pages_in_order_of_id() {
	run(|| {
		// Ids that differ in more than one byte.
		pallet_devices::NextDeviceId::<Test>::put(254);
		for n in 1..=4 {
			registered(ALICE, n);
		}
		registered(BOB, 5);
		let ids = |after, limit| -> Vec<u32> {
			Devices::by_operator(&ALICE, after, limit).into_iter().map(|info| info.id).collect()
		};
		assert_eq!(ids(None, 100), [254, 255, 256, 257]);
		assert_eq!(ids(None, 3), [254, 255, 256]);
		assert_eq!(ids(Some(255), 100), [256, 257]);
		assert_eq!(ids(Some(100), 1), [254]);
		assert_eq!(ids(Some(257), 100), [] as [u32; 0]);
		assert_eq!(ids(None, 0), [] as [u32; 0]);
	});
}
