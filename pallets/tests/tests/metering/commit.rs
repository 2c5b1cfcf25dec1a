use meterproof_primitives::{EnsureInvariants, GroupId, SignedCommitment};
use pallet_devices::{DeviceFacts, DeviceFactsOf};

use super::*;

fn refused(refusal: CommitmentRefusal) -> TransactionValidityError {
	match refusal {
		// No fault of the sender: a node whose head lags must not ban it.
		CommitmentRefusal::PeriodNotStarted => UnknownTransaction::Custom(refusal.code()).into(),
		_ => InvalidTransaction::Custom(refusal.code()).into(),
	}
}

/// The pool and the block both refuse it, and nothing is written.
fn assert_refused(item: SignedCommitment, refusal: CommitmentRefusal) {
	assert_eq!(validate(item.clone()), Err(refused(refusal)));
	let _unchanged = StorageNoopGuard::new();
	assert_eq!(apply(item), Err(refused(refusal)));
}

#[test]
fn a_meter_commits_without_an_account() {
	run(|| {
		let device = meter(1);
		run_to(SCHEDULE.end(P));
		events();
		let item = export(1, device, P, 250);
		record(item.clone());
		assert_eq!(
			events(),
			[Event::CommitmentRecorded {
				device,
				period: P,
				direction: Direction::Export,
				commitment: item.commitment,
			}]
		);
		assert_eq!(Metering::of(&exports(ALICE), P), [(device, item.commitment)]);
		assert_eq!(Metering::count(&exports(ALICE), P), 1);
		assert_eq!(Positions::<Test>::get((P, device, Direction::Export)), Some(0));
	});
}

#[test]
fn each_register_has_a_commitment_of_its_own() {
	run(|| {
		let device = meter(1);
		run_to(SCHEDULE.end(P));
		record(signed(1, device, P, Direction::Import, 1));
		record(signed(1, device, P, Direction::Export, 1));
		assert_eq!(Counts::<Test>::iter().count(), 2);
	});
}

#[test]
fn the_window_is_from_the_start_until_the_cut_off() {
	run(|| {
		let device = meter(1);
		let first = export(1, device, P, 1);
		run_to(SCHEDULE.start(P) - 1);
		assert_refused(first.clone(), CommitmentRefusal::PeriodNotStarted);
		run_to(SCHEDULE.start(P));
		record(first);
		let second = export(1, device, P + 1, 1);
		run_to(SCHEDULE.cut_off(P + 1) - 1);
		record(second);
	});
}

#[test]
fn after_an_outage_over_the_cut_off_a_meter_still_gets_in() {
	run(|| {
		let device = meter(1);
		run_to(SCHEDULE.end(P) - 1);
		next_block_at(SCHEDULE.deadline(P));
		record(export(1, device, P, 5));
	});
}

#[test]
fn the_pool_learns_a_tag_a_lifetime_and_a_priority() {
	run(|| {
		let device = meter(1);
		run_to(SCHEDULE.end(P));
		let item = export(1, device, P, 250);
		let valid = validate(item.clone()).unwrap();
		let tag = ("MeterproofCommitment", (device, Direction::Export, P)).encode();
		assert_eq!(valid.provides, [tag]);
		assert!(valid.requires.is_empty());
		assert_eq!(valid.longevity, SCHEDULE.commit_window_ms / BLOCK);
		assert_eq!(valid.priority, 100);
		assert!(valid.propagate);
		// Another reading for the same slot competes for the same tag.
		assert_eq!(validate(export(1, device, P, 251)).unwrap().provides, valid.provides);

		run_to(SCHEDULE.cut_off(P) - 1);
		assert_eq!(validate(item).unwrap().longevity, 1);
	});
}

#[test]
fn the_weight_covers_the_checks_twice_and_the_signature_once() {
	run(|| {
		use pallet_metering::WeightInfo;
		let device = meter(1);
		run_to(SCHEDULE.end(P));
		let info = transaction(Metering::commit_call(export(1, device, P, 1))).get_dispatch_info();
		assert_eq!(info.call_weight, <() as WeightInfo>::commit());
		assert_eq!(info.extension_weight, <() as WeightInfo>::authorize_commit());
	});
}

#[test]
fn a_block_takes_so_many_free_commitments_and_leaves_the_rest_to_the_next() {
	run(|| {
		MaxFree::set(2);
		let [one, two, three] = [1, 2, 3].map(meter);
		run_to(SCHEDULE.end(P));
		record(export(1, one, P, 1));
		// What the block refuses does not count.
		assert_refused(export(1, one, P, 1), CommitmentRefusal::AlreadyCommitted);
		record(export(2, two, P, 1));
		let late = export(3, three, P, 1);
		let full: TransactionValidityError = InvalidTransaction::ExhaustsResources.into();
		// The author of a block skips it without dropping it from the pool.
		assert!(full.exhausted_resources());
		{
			let _unchanged = StorageNoopGuard::new();
			assert_eq!(apply(late.clone()), Err(full));
		}
		// The pool asks after the block is closed, and so sees room.
		Metering::on_finalize(System::block_number());
		assert!(!pallet_metering::CommitmentsInBlock::<Test>::exists());
		assert_ok!(validate(late.clone()));
		next_block_at(Timestamp::get() + BLOCK);
		record(late);
	});
}

#[test]
fn free_commitments_leave_room_for_a_proof() {
	run(|| {
		let device = meter(1);
		run_to(SCHEDULE.end(P));
		Room::set(false);
		let item = export(1, device, P, 1);
		assert_eq!(apply(item.clone()), Err(InvalidTransaction::ExhaustsResources.into()));
		// The next block may have room: the pool keeps it.
		assert_ok!(validate(item.clone()));
		Room::set(true);
		record(item);
	});
}

#[test]
fn a_batch_that_pays_takes_no_room_from_free_commitments() {
	run(|| {
		MaxFree::set(1);
		let [one, two, three] = [1, 2, 3].map(meter);
		run_to(SCHEDULE.end(P));
		record(export(1, one, P, 1));
		let batch = vec![export(2, two, P, 1)].try_into().unwrap();
		assert_ok!(Metering::commit_batch(RuntimeOrigin::signed(STRANGER), batch));
		assert_eq!(Metering::count(&exports(ALICE), P), 2);
		next_block_at(Timestamp::get() + BLOCK);
		let batch = vec![export(3, three, P, 1)].try_into().unwrap();
		assert_ok!(Metering::commit_batch(RuntimeOrigin::signed(STRANGER), batch));
		record(signed(3, three, P, Direction::Import, 1));
	});
}

/// The facts of meter 1, the first device.
fn facts() -> DeviceFactsOf<Test> {
	DeviceFacts {
		key: key(1).public(),
		metering_point: b"point 0".to_vec().try_into().unwrap(),
		zone: ZONE,
		resource: meterproof_primitives::Resource::Electricity,
		directions: Directions::Both,
		nameplate: 1_000,
	}
}

#[test]
fn a_rotated_key_signs_from_its_period_on() {
	run(|| {
		let device = meter(1);
		run_to(SCHEDULE.start(P));
		assert_ok!(Devices::rotate_key(
			RuntimeOrigin::signed(ALICE),
			device,
			key(1).public(),
			key(2).public()
		));
		let facts = DeviceFacts { key: key(2).public(), ..facts() };
		assert_ok!(Devices::attest(
			RuntimeOrigin::signed(REGISTRAR),
			device,
			ALICE,
			facts,
			EVIDENCE
		));
		let next = Metering::first_open();
		run_to(SCHEDULE.start(next));
		assert_refused(export(2, device, P, 1), CommitmentRefusal::BadSignature);
		record(export(1, device, P, 1));
		assert_refused(export(1, device, next, 1), CommitmentRefusal::BadSignature);
		record(export(2, device, next, 1));
	});
}

#[test]
fn a_moved_device_commits_to_the_group_of_where_it_is_in_that_period() {
	run(|| {
		let device = meter(1);
		run_to(SCHEDULE.start(P));
		let zone = ZONE + 1;
		assert_ok!(Devices::appoint_registrar(RuntimeOrigin::root(), zone, REGISTRAR));
		assert_ok!(Devices::change_zone(
			RuntimeOrigin::signed(ALICE),
			device,
			key(1).public(),
			zone
		));
		let facts = DeviceFacts { zone, ..facts() };
		assert_ok!(Devices::attest(
			RuntimeOrigin::signed(REGISTRAR),
			device,
			ALICE,
			facts,
			EVIDENCE
		));
		let next = Metering::first_open();
		run_to(SCHEDULE.start(next));
		record(export(1, device, P, 1));
		record(export(1, device, next, 1));
		let moved = GroupId { zone, ..exports(ALICE) };
		for (group, counts) in [(exports(ALICE), [1, 0]), (moved, [0, 1])] {
			assert_eq!([P, next].map(|period| Metering::count(&group, period)), counts);
		}
	});
}

#[test]
fn a_transferred_device_commits_for_whoever_owns_it_in_that_period() {
	run(|| {
		let device = meter(1);
		run_to(SCHEDULE.start(P));
		let facts = facts();
		let [alice, bob] = [ALICE, BOB].map(RuntimeOrigin::signed);
		assert_ok!(Devices::offer_transfer(alice, device, facts.key, BOB));
		let attested = pallet_devices::Attestation { registrar: REGISTRAR, evidence: EVIDENCE };
		assert_ok!(Devices::accept_transfer(bob, device, ALICE, Some(attested), facts));
		let next = Metering::first_open();
		run_to(SCHEDULE.start(next));
		record(export(1, device, P, 1));
		record(export(1, device, next, 1));
		assert_eq!(Metering::count(&exports(ALICE), P), 1);
		assert_eq!(Metering::count(&exports(BOB), next), 1);
	});
}

#[test]
fn commitments_come_in_device_order_whatever_the_order_of_arrival() {
	run(|| {
		let devices: Vec<_> = (1..=40).map(|n| (n, meter(n))).collect();
		run_to(SCHEDULE.end(P));
		for (n, device) in devices.iter().rev() {
			record(export(*n, *device, P, u32::from(*n)));
		}
		let of = Metering::of(&exports(ALICE), P);
		assert_eq!(of.len(), 40);
		assert!(of.windows(2).all(|pair| pair[0].0 < pair[1].0));
		assert_eq!(pallet_metering::Pages::<Test>::iter().count(), 2);
	});
}

#[test]
fn a_proof_may_enter_once_everybody_has_committed_or_the_cut_off_has_passed() {
	run(|| {
		let [one, two] = [meter(1), meter(2)];
		let group = exports(ALICE);
		assert!(!Metering::complete(&group, P));
		run_to(SCHEDULE.end(P));
		record(export(1, one, P, 1));
		assert!(!Metering::complete(&group, P));
		record(export(2, two, P, 1));
		assert!(Metering::complete(&group, P));

		run_to(SCHEDULE.cut_off(P + 1) - 1);
		assert!(!Metering::complete(&group, P + 1));
		run_to(SCHEDULE.cut_off(P + 1));
		assert!(Metering::complete(&group, P + 1));
		// Nothing is known of a group that never was; only the cut-off decides.
		assert!(!Metering::complete(&exports(BOB), P + 2));
	});
}

#[test]
fn the_signature_is_over_the_bytes_that_the_device_crate_documents() {
	run(|| {
		let item = export(1, 0, P, 5);
		let slot = meterproof_device::Slot {
			genesis: Metering::genesis().unwrap(),
			device: 0,
			period: P,
			direction: meterproof_device::Direction::Export,
		};
		assert_eq!(
			meterproof_primitives::commitment_message(&Metering::genesis().unwrap(), &item),
			meterproof_device::message(&slot, &item.commitment)
		);
		assert_ne!(Metering::genesis(), Some([0; 32]));
	});
}

#[test]
fn a_chain_that_lost_the_hash_of_block_0_is_found_and_takes_no_signature() {
	run(|| {
		let device = meter(1);
		run_to(SCHEDULE.start(P));
		let genesis = frame_system::BlockHash::<Test>::take(0);
		// Not even one that is over zeros.
		let item = signed_for([0; 32], 1, device, P, Direction::Export, 5);
		assert_refused(item, CommitmentRefusal::BadSignature);
		assert_eq!(
			Metering::ensure_invariants(),
			Err("metering: the hash of block 0 is not known".into())
		);
		frame_system::BlockHash::<Test>::insert(0, genesis);
	});
}

mod reject {
	use super::*;

	#[test]
	fn a_commitment_before_the_period() {
		run(|| {
			let device = meter(1);
			assert_refused(export(1, device, P, 1), CommitmentRefusal::PeriodNotStarted);
			assert_refused(export(1, device, u64::MAX, 1), CommitmentRefusal::PeriodNotStarted);
		});
	}

	#[test]
	fn a_commitment_after_the_cut_off() {
		run(|| {
			let device = meter(1);
			run_to(SCHEDULE.cut_off(P));
			assert_refused(export(1, device, P, 1), CommitmentRefusal::CutOffPassed);
			run_to(SCHEDULE.deadline(P));
			assert_refused(export(1, device, P, 1), CommitmentRefusal::CutOffPassed);
			assert_refused(export(1, device, 0, 1), CommitmentRefusal::CutOffPassed);
		});
	}

	#[test]
	fn an_unknown_device() {
		run(|| {
			run_to(SCHEDULE.end(P));
			assert_refused(export(1, 9, P, 1), CommitmentRefusal::UnknownDevice);
		});
	}

	#[test]
	fn a_device_attested_too_late_for_the_period() {
		run(|| {
			run_to(SCHEDULE.gate_closure(P));
			let device = meter(1);
			run_to(SCHEDULE.end(P));
			assert_refused(export(1, device, P, 1), CommitmentRefusal::DeviceNotAttested);
			record(export(1, device, P + 1, 1));
		});
	}

	#[test]
	fn a_suspended_or_retired_device() {
		run(|| {
			let [one, two] = [meter(1), meter(2)];
			assert_ok!(Devices::suspend(RuntimeOrigin::signed(ALICE), one, key(1).public()));
			assert_ok!(Devices::retire(RuntimeOrigin::signed(ALICE), two, key(2).public()));
			run_to(SCHEDULE.end(P));
			assert_refused(export(1, one, P, 1), CommitmentRefusal::DeviceSuspended);
			assert_refused(export(2, two, P, 1), CommitmentRefusal::DeviceRetired);
		});
	}

	#[test]
	fn a_register_the_device_does_not_have() {
		run(|| {
			let device = meter_of(ALICE, 1, Directions::Import);
			run_to(SCHEDULE.end(P));
			assert_refused(export(1, device, P, 1), CommitmentRefusal::DirectionNotMetered);
		});
	}

	#[test]
	fn a_second_commitment_same_or_other() {
		run(|| {
			let device = meter(1);
			run_to(SCHEDULE.end(P));
			record(export(1, device, P, 1));
			assert_refused(export(1, device, P, 1), CommitmentRefusal::AlreadyCommitted);
			assert_refused(export(1, device, P, 2), CommitmentRefusal::AlreadyCommitted);
		});
	}

	#[test]
	fn a_commitment_outside_the_field() {
		run(|| {
			let device = meter(1);
			run_to(SCHEDULE.end(P));
			let modulus = 0xFFFF_FFFF_0000_0001u64;
			for word in 0..4 {
				let mut item = export(1, device, P, 1);
				item.commitment[word * 8..][..8].copy_from_slice(&modulus.to_le_bytes());
				assert_refused(item.clone(), CommitmentRefusal::CommitmentNotCanonical);
				// One less lies in the field; then the signature is what is wrong.
				item.commitment[word * 8..][..8].copy_from_slice(&(modulus - 1).to_le_bytes());
				assert_refused(item, CommitmentRefusal::BadSignature);
			}
		});
	}

	#[test]
	fn a_commitment_that_its_group_has_no_room_for() {
		run(|| {
			let device = meter(1);
			run_to(SCHEDULE.end(P));
			// The registry of this chain takes one device more than a group may commit.
			for n in 0..MAX_GROUP {
				assert_ok!(Metering::insert(&exports(ALICE), P, (1_000 + n, [0; 32])));
			}
			assert_refused(export(1, device, P, 1), CommitmentRefusal::GroupFull);
		});
	}

	#[test]
	fn a_signature_over_anything_else() {
		run(|| {
			let device = meter(1);
			run_to(SCHEDULE.end(P));
			let good = export(1, device, P, 1);
			let stranger = export(2, device, P, 1);
			let other_reading = export(1, device, P, 2);
			let other_period = export(1, device, P + 1, 1);
			let other_register = signed(1, device, P, Direction::Import, 1);
			for forged in [
				stranger.signature,
				other_reading.signature,
				other_period.signature,
				other_register.signature,
				[0; 64],
				[0xff; 64],
			] {
				let item = SignedCommitment { signature: forged, ..good.clone() };
				assert_refused(item, CommitmentRefusal::BadSignature);
			}
		});
	}

	#[test]
	fn a_signature_for_another_chain() {
		run(|| {
			let device = meter(1);
			run_to(SCHEDULE.end(P));
			let item = export(1, device, P, 1);
			frame_system::BlockHash::<Test>::insert(0, H256([7; 32]));
			assert_refused(item, CommitmentRefusal::BadSignature);
		});
	}

	#[test]
	fn the_cheaper_failing_first() {
		run(|| {
			let device = meter(1);
			let mut worst = export(1, device, P, 1);
			worst.commitment = [0xff; 32];
			worst.signature = [0; 64];
			assert_refused(worst.clone(), CommitmentRefusal::PeriodNotStarted);
			run_to(SCHEDULE.end(P));
			let unknown = SignedCommitment { device: 99, ..worst.clone() };
			assert_refused(unknown, CommitmentRefusal::UnknownDevice);
			assert_refused(worst.clone(), CommitmentRefusal::CommitmentNotCanonical);
			record(export(1, device, P, 1));
			assert_refused(worst, CommitmentRefusal::AlreadyCommitted);
		});
	}

	#[test]
	fn any_origin_but_an_authorised_one() {
		run(|| {
			let device = meter(1);
			run_to(SCHEDULE.end(P));
			let item = export(1, device, P, 1);
			for origin in
				[RuntimeOrigin::signed(ALICE), RuntimeOrigin::none(), RuntimeOrigin::root()]
			{
				assert_noop!(
					Metering::commit(
						origin,
						item.device,
						item.period,
						item.direction,
						item.commitment,
						item.signature
					),
					BadOrigin
				);
			}
		});
	}

	#[test]
	fn an_authorised_call_that_went_stale() {
		run(|| {
			let device = meter(1);
			run_to(SCHEDULE.cut_off(P));
			let item = export(1, device, P, 1);
			assert_noop!(
				Metering::commit(
					frame_system::RawOrigin::Authorized.into(),
					item.device,
					item.period,
					item.direction,
					item.commitment,
					item.signature
				),
				Error::<Test>::CommitmentRefused
			);
		});
	}
}
