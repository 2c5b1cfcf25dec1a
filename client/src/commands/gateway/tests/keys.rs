//! Each commitment is signed with the key that it is to be signed with, and what a meter signs itself is left to it.

use super::*;

#[test]
fn meters_that_hold_their_own_keys_are_passed_over() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	store.add_meters(vec![own("c"), own("d")]).unwrap();
	store.append(vec![Entry::Device { meter: 2, device: 42 }]).unwrap();
	let meters = registered(&store).unwrap();
	assert_eq!(meters.iter().map(|meter| meter.device).collect::<Vec<_>>(), [40, 41]);
	let items = prepare_all(&mut store, &meters, 103, &first()).unwrap();
	assert!(items.iter().all(|item| [40, 41].contains(&item.device)));
	assert_eq!(items.len(), 4);
}

#[test]
fn a_store_of_meters_with_their_own_keys_has_nothing_to_send() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = Store::create_cheap(&folder.path().join("store"), "password", GENESIS).unwrap();
	store.add_meters(vec![own("c")]).unwrap();
	assert_eq!(registered(&store).map(drop).unwrap_err().name(), "NoMeters");
}

#[test]
fn each_period_is_signed_with_its_own_key() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let rotated = [
		Entry::NextKey { meter: 0, key: Key::Held(Secret::new(&[3; 32])) },
		Entry::KeyFrom { meter: 0, from: 104 },
		Entry::NextKey { meter: 1, key: Key::Own([7; 32]) },
		Entry::KeyFrom { meter: 1, from: 104 },
	];
	store.append(rotated.to_vec()).unwrap();
	let meters = registered(&store).unwrap();
	let before = prepare_all(&mut store, &meters, 103, &first()).unwrap();
	let after = prepare_all(&mut store, &meters, 104, &second()).unwrap();
	let devices = |items: &[CommitmentItem]| items.iter().map(|i| i.device).collect::<Vec<_>>();
	assert_eq!(devices(&before), [40, 40, 41, 41]);
	assert_eq!(devices(&after), [40, 40], "the other meter signs for itself now");
	for (items, seed) in [(&before, [1; 32]), (&after, [3; 32])] {
		let item = &items[0];
		let slot = Slot {
			genesis: GENESIS,
			device: item.device,
			period: item.period,
			direction: item.direction,
		};
		let commitment = crate::proof::parse_hash(&item.commitment).unwrap();
		let signature = MeterKey::from_seed(&seed).sign_commitment(&slot, &commitment);
		assert_eq!(item.signature, format!("0x{}", hex::encode(signature)));
	}
}

#[test]
fn an_imported_opening_is_signed_when_it_is_sent() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let opening = Opening {
		reading: 2,
		salt: [1, 2, 3, 4],
		commitment: commit_reading(2, 40, 103, Direction::Export.number(), &[1, 2, 3, 4]),
	};
	let direction = Direction::Export;
	let imported = Entry::Imported { device: 40, period: 103, direction, opening: opening.clone() };
	store.append(vec![imported]).unwrap();
	let meters = registered(&store).unwrap();
	let items = prepare_all(&mut store, &meters, 103, &first()).unwrap();
	let item = items.iter().find(|i| (i.device, i.direction) == (40, direction)).unwrap();
	assert_eq!(item.commitment, format!("0x{}", hex::encode(opening.commitment)));
	let slot = Slot { genesis: GENESIS, device: 40, period: 103, direction };
	let key = Secret::new(&[1; 32]).key();
	let signature = key.sign_commitment(&slot, &opening.commitment);
	assert_eq!(item.signature, format!("0x{}", hex::encode(signature)));
}
