use frame::traits::Hooks;
use meterproof_primitives::LeafItem;
use pallet_metering::{Counts, Pages, Positions};

use super::{sealing::*, *};

#[test]
fn commitments_under_a_root_as_if_they_had_been_stored() {
	posted(|tower| {
		let openings = vec![tower.open(&[0, 1])];
		let size = OpeningSize::of(&openings);
		assert_eq!((size.openings, size.leaves), (1, 2));
		let submission = Submission::opening(FIRST, &[(ALICE, 100)], READINGS, openings);
		assert_eq!(Settlement::check(&ANYONE, &submission.call()), Ok(()));
		let declared = Submission { slots: 50, trades: 9, ..submission };
		let post = declared.submit(ANYONE).unwrap();
		assert_eq!(post.actual_weight, Some(submit_proof_opening::<()>(1, 2, 1, size)));
		assert!(matches!(events()[..], [Event::GroupSettled { delivered: 100, paid: 500, .. }]));
		assert_eq!((total(ALICE), total(BUYER)), (ENDOWMENT + 500, ENDOWMENT - 500));
	});
}

#[test]
fn and_leave_nothing_in_state_once_the_period_is_final() {
	posted(|tower| {
		let openings = vec![tower.open(&[0, 1])];
		assert_ok!(Submission::opening(FIRST, &[(ALICE, 100)], READINGS, openings).submit(ALICE));
		let stored = || Pages::<Test>::iter().count() + Positions::<Test>::iter().count();
		assert_eq!((stored(), Counts::<Test>::iter().count()), (0, 0));
		assert_eq!(pallet_gateways::Roots::<Test>::iter().count(), 1);
		finalise(FIRST);
		<Gateways as Hooks<_>>::on_idle(System::block_number(), Weight::MAX);
		assert_eq!(pallet_gateways::Roots::<Test>::iter().count(), 0);
	});
}

/// The path that a meter was given opens its leaf, whoever has it: its gateway can withhold nothing from it.
#[test]
fn one_leaf_by_its_path_alone() {
	posted(|tower| {
		let opening = tower.open(&[0]);
		assert_eq!(opening.nodes.len(), usize::from(DEPTH));
		let submission = Submission::opening(FIRST, &[(ALICE, 70)], READINGS, vec![opening]);
		// Meter 1 is under the root as well, and missing: it counts nothing.
		assert_ok!(submission.submit(ALICE));
		assert!(matches!(
			events()[..],
			[Event::GroupSettled { delivered: 70, refunded: 150, penalty: 360, .. }]
		));
	});
}

/// A gateway that leaves a meter out, or posts no root, harms none that commits by itself.
#[test]
fn stored_commitments_beside_opened_ones() {
	bound(|| {
		end(FIRST);
		let tower = Tower::over(G, FIRST, &[(0, 70)]);
		tower.post(FIRST);
		commit(FIRST, &[(1, 50), (2, 80)]);
		cut_off(FIRST);
		System::reset_events();
		let claims = &[(ALICE, 100), (BOB, 80)];
		let submission = Submission::opening(FIRST, claims, READINGS, vec![tower.open(&[0])]);
		assert_eq!(submission.slots, 3);
		assert_ok!(submission.submit(ANYONE));
		assert_eq!((total(ALICE), total(BOB)), (ENDOWMENT + 500, ENDOWMENT + 400));
		assert!(nothing_is_escrowed());
	});
}

#[test]
fn the_roots_of_two_gateways_and_two_groups_in_one_call() {
	bound(|| {
		bind(1, R);
		end(FIRST);
		let towers =
			[Tower::over(G, FIRST, &[(0, 70), (2, 80)]), Tower::over(R, FIRST, &[(1, 50)])];
		towers.iter().for_each(|tower| tower.post(FIRST));
		cut_off(FIRST);
		System::reset_events();
		let openings = vec![towers[0].open(&[0, 2]), towers[1].open(&[1])];
		let claims = &[(ALICE, 100), (BOB, 80)];
		assert_ok!(Submission::opening(FIRST, claims, READINGS, openings).submit(ANYONE));
		assert_eq!((total(ALICE), total(BOB)), (ENDOWMENT + 500, ENDOWMENT + 400));
	});
}

#[test]
fn the_statement_is_the_one_that_stored_commitments_make() {
	let asked = || vec![(group(ALICE), Some(100)), (group(BOB), None)];
	let mut stored = None;
	bound(|| {
		end(FIRST);
		commit(FIRST, READINGS);
		cut_off(FIRST);
		stored = Some(Settlement::statement(FIRST, asked()).unwrap());
	});
	posted(|tower| {
		let leaves: Vec<_> = tower
			.leaves
			.iter()
			.rev()
			.map(|leaf| LeafItem {
				device: leaf.device,
				direction: leaf.direction,
				commitment: H256(leaf.commitment),
			})
			.collect();
		let opened = Settlement::statement_with_leaves(FIRST, asked(), &leaves);
		assert_eq!(opened.ok(), stored);
	});
}

/// A meter that corrects its reading sends the second commitment singly, which then stands.
#[test]
fn a_commitment_that_was_sent_singly_in_place_of_the_one_under_the_root() {
	bound(|| {
		end(FIRST);
		let old = Tower::over(G, FIRST, &[(0, 7), (1, 50)]);
		old.post(FIRST);
		commit(FIRST, &[(0, 70)]);
		cut_off(FIRST);
		System::reset_events();
		let both = Submission {
			openings: vec![old.open(&[0, 1])],
			slots: 3,
			..Submission::unproved(FIRST, &[(ALICE, 100)])
		};
		refused(&both, ANYONE, Error::SlotStored);
		let openings = vec![old.open(&[1])];
		let submission = Submission::opening(FIRST, &[(ALICE, 100)], READINGS, openings);
		assert_ok!(submission.submit(ANYONE));
		assert!(matches!(events()[..], [Event::GroupSettled { delivered: 100, .. }]));
	});
}

#[test]
fn a_gateway_that_was_left_for_the_periods_whose_gate_had_closed() {
	bound(|| {
		blocks_at(SCHEDULE.gate_closure(FIRST), 1);
		for device in 0..3 {
			bind(device, R);
		}
		end(FIRST);
		let towers = [G, R].map(|gateway| Tower::over(gateway, FIRST, READINGS));
		towers.iter().for_each(|tower| tower.post(FIRST));
		cut_off(FIRST);
		let submission = |tower: &Tower| Submission {
			openings: vec![tower.open(&[0, 1])],
			slots: 2,
			..Submission::unproved(FIRST, &[(ALICE, 100)])
		};
		assert_eq!(Settlement::check(&ANYONE, &submission(&towers[0]).call()), Ok(()));
		let left = Settlement::check(&ANYONE, &submission(&towers[1]).call());
		assert_eq!(left.unwrap_err(), "NotBound");
	});
}

#[test]
fn a_sealed_trade_settled_with_what_is_under_a_root() {
	const LATER: PeriodIndex = FIRST + 1;
	bound(|| {
		sell_sealed(ALICE, 100, LATER, LATER, &[]);
		end(LATER);
		let tower = Tower::over(G, LATER, READINGS);
		tower.post(LATER);
		cut_off(LATER);
		System::reset_events();
		let openings = vec![tower.open(&[0, 1])];
		let size = OpeningSize::of(&openings);
		let sealing = Sealing::opening(LATER, &[(ALICE, 70)], READINGS, openings);
		let mut forged = sealing.clone();
		forged.openings[0].leaves[0].signature[0] ^= 1;
		forged.is_refused(ALICE, Error::BadSignature);
		let post = sealing.submit(ALICE).unwrap();
		let weight = weights::submit_sealed_proof_opening::<()>(1, 2, size);
		assert_eq!(post.actual_weight, Some(weight));
		assert!(matches!(events()[..], [Event::GroupSettledSealed { contracted: 100, .. }]));
	});
}
