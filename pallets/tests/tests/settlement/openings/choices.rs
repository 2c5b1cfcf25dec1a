//! Whatever gateways, meters and registrars do before the cut-off, a slot then has one commitment or none.

use proptest::prelude::*;

use super::*;

/// What is done about one of the three meters.
#[derive(Clone, Debug)]
struct Choice {
	/// The gateway that it is bound to.
	bound: Option<u32>,
	/// Whether its registrar suspends it.
	suspended: bool,
	/// The readings that stand under each gateway's root.
	under: [Option<u32>; 2],
	/// The reading that it commits to singly.
	single: Option<u32>,
}

fn choice() -> impl Strategy<Value = Choice> {
	let reading = || prop::option::of(0u32..3);
	(prop::option::of(0u32..2), prop::bool::weighted(0.2), [reading(), reading()], reading())
		.prop_map(|(bound, suspended, under, single)| Choice { bound, suspended, under, single })
}

/// Another counter for each reading, as the firmware must.
fn item(device: u32, reading: u32) -> SignedCommitment {
	signed(device, FIRST, reading, reading)
}

/// What becomes of a leaf that somebody opens.
fn expected(choice: &Choice, gateway: u32, reading: u32) -> Result<(), &'static str> {
	if choice.suspended {
		Err("LeafNotCounted")
	} else if choice.bound != Some(gateway) {
		Err("NotBound")
	} else if choice.under[gateway as usize] != Some(reading) {
		Err("NotUnderRoot")
	} else if choice.single.is_some() {
		Err("SlotStored")
	} else {
		Ok(())
	}
}

fn prepare(choices: &[Choice]) -> [Tower; 2] {
	for who in [GATEWAY, RIVAL] {
		assert_ok!(Gateways::register(RuntimeOrigin::signed(who)));
	}
	for (device, choice) in (0..).zip(choices) {
		if let Some(gateway) = choice.bound {
			bind(device, gateway);
		}
		if choice.suspended {
			let key = Devices::device(device).unwrap().key.0;
			assert_ok!(Devices::suspend(RuntimeOrigin::signed(REGISTRAR), device, key));
		}
	}
	end(FIRST);
	let towers = [G, R].map(|gateway| {
		let stand = (0..).zip(choices).filter_map(|(device, choice)| {
			choice.under[gateway as usize].map(|reading| leaf(item(device, reading)))
		});
		Tower::of(gateway, stand.collect())
	});
	towers.iter().for_each(|tower| tower.post(FIRST));
	for (device, choice) in (0..).zip(choices) {
		if let Some(reading) = choice.single {
			let batch = vec![item(device, reading)].try_into().unwrap();
			assert_ok!(Metering::commit_batch(RuntimeOrigin::signed(ANYONE), batch));
		}
	}
	cut_off(FIRST);
	towers
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]

	#[test]
	fn that_are_over_leave_one_commitment_of_a_slot_or_none(
		choices in prop::collection::vec(choice(), 3)
	) {
		execute(|| {
			let towers = prepare(&choices);
			for (device, choice) in (0u32..).zip(&choices) {
				let claims = [(operator(device), if device < 2 { 100 } else { 80 })];
				let mut taken = 0;
				for (tower, reading) in towers.iter().flat_map(|tower| (0..3).map(move |r| (tower, r))) {
					// The path of the place, whatever stands there.
					let leaf = leaf(item(device, reading));
					let nodes = tower.tree.nodes(&[at(&leaf)]).unwrap().try_into().unwrap();
					let leaves = vec![leaf].try_into().unwrap();
					let opening = Opening { gateway: tower.gateway, depth: DEPTH, leaves, nodes };
					let call = Submission {
						openings: vec![opening],
						slots: 9,
						..Submission::unproved(FIRST, &claims)
					};
					let found = Settlement::check(&ANYONE, &call.call());
					let wanted = expected(choice, tower.gateway, reading).map_err(String::from);
					assert_eq!(found, wanted, "meter {device} at {}", tower.gateway);
					taken += u32::from(found.is_ok());
				}
				assert!(taken <= 1, "one commitment of a slot");
				let counted = <Metering as Commitments<_>>::of(&group(operator(device)), FIRST);
				let single = counted.iter().any(|(known, _)| *known == device);
				assert_eq!(single, choice.single.is_some() && !choice.suspended);
				assert!(taken == 0 || !single);
			}
		});
	}
}
