use meterproof_primitives::SignedCommitment;

use super::*;

fn batch(items: Vec<SignedCommitment>) -> BoundedVec<SignedCommitment, CommitmentsInBatch> {
	items.try_into().unwrap()
}

#[test]
fn good_items_are_recorded_and_bad_ones_reported() {
	run(|| {
		let [one, two] = [meter(1), meter(2)];
		run_to(SCHEDULE.end(P));
		events();
		let good = export(1, one, P, 1);
		let forged = SignedCommitment { signature: [0; 64], ..export(2, two, P, 1) };
		let items = batch(vec![good.clone(), forged, good, export(9, 99, P, 1)]);
		assert_ok!(Metering::commit_batch(RuntimeOrigin::signed(STRANGER), items));
		assert_eq!(
			events().pop(),
			Some(Event::BatchRecorded {
				recorded: 1,
				refused: vec![
					(1, CommitmentRefusal::BadSignature),
					(2, CommitmentRefusal::AlreadyCommitted),
					(3, CommitmentRefusal::UnknownDevice),
				],
			})
		);
		assert_eq!(Metering::count(&exports(ALICE), P), 1);
	});
}

#[test]
fn items_of_several_groups_and_periods_travel_together() {
	run(|| {
		let one = meter(1);
		let two = meter_of(BOB, 2, Directions::Export);
		run_to(SCHEDULE.end(P));
		let items = batch(vec![
			export(1, one, P, 1),
			signed(1, one, P, Direction::Import, 1),
			export(2, two, P, 1),
			export(2, two, P + 1, 1),
		]);
		assert_ok!(Metering::commit_batch(RuntimeOrigin::signed(STRANGER), items));
		assert_eq!(Metering::count(&exports(ALICE), P), 1);
		assert_eq!(Metering::count(&exports(BOB), P), 1);
		assert_eq!(Metering::count(&exports(BOB), P + 1), 1);
	});
}

mod reject {
	use super::*;

	#[test]
	fn a_batch_nobody_pays_for() {
		run(|| {
			let items = batch(vec![export(1, 0, P, 1)]);
			assert_noop!(Metering::commit_batch(RuntimeOrigin::none(), items.clone()), BadOrigin);
			let authorized = frame_system::RawOrigin::Authorized;
			assert_noop!(Metering::commit_batch(authorized.into(), items), BadOrigin);
		});
	}

	#[test]
	fn an_empty_batch() {
		run(|| {
			assert_noop!(
				Metering::commit_batch(RuntimeOrigin::signed(STRANGER), batch(vec![])),
				Error::<Test>::BatchEmpty
			);
		});
	}
}
