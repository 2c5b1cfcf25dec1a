//! Who validates, and from when to when.

use super::*;

#[test]
fn who_joins_validates_after_the_era_that_is_planned() {
	run(|sessions| {
		assert_eq!(sessions.set(), [ALICE, BOB, CAROL]);
		assert_ok!(join(DAVE, 1_500));
		// Three is the most: Dave has more than Carol.
		while !sessions.at.contains(&DAVE) {
			assert_eq!(sessions.set(), [ALICE, BOB, CAROL]);
			sessions.next();
		}
		assert_eq!(sessions.set(), [ALICE, BOB, DAVE]);
		assert_eq!(sessions.session, LENGTHS.sessions_per_era);
		assert_eq!(pallet_validators::Era::<Test>::get(), 1);
	});
}

#[test]
fn the_set_changes_between_eras_alone() {
	run(|sessions| {
		sessions.until(1);
		assert_ok!(join(DAVE, 9_000));
		assert_ok!(leave(BOB));
		sessions.next();
		assert_eq!(sessions.set(), [ALICE, BOB, CAROL], "the second session of the era");
		sessions.next();
		assert_eq!(sessions.set(), [ALICE, CAROL, DAVE]);
	});
}

#[test]
fn of_equal_bonds_those_who_joined_first_are_elected() {
	run(|sessions| {
		assert_ok!(join(DAVE, 1_000));
		sessions.until(2);
		assert_eq!(sessions.set(), [ALICE, BOB, CAROL]);
		assert_ok!(Validators::raise_bond(RuntimeOrigin::signed(DAVE), 1));
		sessions.until(4);
		assert_eq!(sessions.set(), [ALICE, BOB, DAVE]);
	});
}

#[test]
fn without_keys_nobody_is_elected() {
	run(|sessions| {
		Keyless::set(vec![ALICE]);
		sessions.next();
		// In the era that runs, too, sessions have nobody without keys.
		sessions.next();
		assert_eq!(sessions.set(), [BOB, CAROL]);
		sessions.until(3);
		assert_eq!(sessions.set(), [BOB, CAROL]);
		Keyless::set(vec![]);
		sessions.until(5);
		assert_eq!(sessions.set(), [ALICE, BOB, CAROL]);
	});
}

#[test]
fn fewer_than_the_least_are_not_elected() {
	run(|sessions| {
		assert_ok!(join(DAVE, 9_000));
		// One with keys would have the chain to itself.
		Keyless::set(vec![CAROL, BOB, ALICE]);
		assert_eq!(Validators::plan(4), None);
		assert!(!pallet_validators::Elected::<Test>::get().contains(&DAVE));
		Keyless::set(vec![]);
		sessions.until(2);
		assert_eq!(sessions.set(), [ALICE, BOB, DAVE]);
	});
}

#[test]
fn whoever_validates_keeps_keys_and_bond() {
	run(|sessions| {
		let purge = |who| Validators::purge_keys(RuntimeOrigin::signed(who));
		assert_noop!(purge(CAROL), Error::<Test>::StillValidating);
		assert_ok!(leave(CAROL));
		assert_noop!(purge(CAROL), Error::<Test>::StillValidating);
		sessions.until(2);
		assert!(!sessions.at.contains(&CAROL));
		assert_ok!(purge(CAROL));
		assert_eq!(Keyless::get(), [CAROL]);
		// Alice and Bob are the least, and a newcomer cannot replace one who has no keys.
		assert_ok!(join(DAVE, 9_000));
		assert_ok!(leave(ALICE));
		Keyless::set(vec![CAROL, DAVE]);
		sessions.until(free_from(ALICE));
		assert!(sessions.at.contains(&ALICE), "too few others could be elected");
		assert_noop!(withdraw(ALICE), Error::<Test>::StillValidating);
		Keyless::set(vec![CAROL]);
		let era = pallet_validators::Era::<Test>::get();
		sessions.until(era + 2);
		assert_ok!(withdraw(ALICE));
	});
}

#[test]
fn a_candidate_without_keys_is_nobody_who_could_stand_in() {
	run(|_| {
		Keyless::set(vec![CAROL]);
		assert_noop!(leave(BOB), Error::<Test>::TooFewValidators);
		assert_ok!(leave(CAROL));
	});
}

#[test]
fn who_makes_no_block_for_long_is_dropped_and_keeps_the_bond() {
	run(|sessions| {
		assert_ok!(join(DAVE, 1_000));
		let patience = u64::from(pallet_validators::IDLE_BLOCKS) * 3;
		let since = System::block_number();
		while candidates().contains(&BOB) {
			sessions.next_without(&[BOB]);
			assert!(System::block_number() - since < patience + 20, "Bob is never dropped");
		}
		assert!(System::block_number() - since > patience);
		let left = events::<Event<Test>>().into_iter().find_map(|event| match event {
			Event::Left { who, why, .. } => Some((who, why)),
			_ => None,
		});
		assert_eq!(left, Some((BOB, Why::Silent)));
		assert_eq!(bond(BOB), 2_000);
		sessions.next();
		sessions.next();
		assert_eq!(sessions.set(), [ALICE, CAROL, DAVE]);
	});
}

#[test]
fn silence_leaves_the_least_over() {
	run(|sessions| {
		for _ in 0..100 {
			sessions.next_without(&[ALICE, BOB, CAROL]);
		}
		assert_eq!(candidates().len(), 2);
		assert_eq!(sessions.at.len(), 2);
	});
}

#[test]
fn an_outage_of_everybody_drops_nobody() {
	run(|sessions| {
		sessions.next();
		// Time passes without blocks: each of the first blocks after it ends a session.
		for _ in 0..50 {
			sessions.end_at_once();
		}
		assert_eq!(candidates().len(), 3);
	});
}

#[test]
fn an_era_drops_a_third_at_most_the_longest_silent_first() {
	MaxValidators::set(5);
	run(|sessions| {
		MaxValidators::set(5);
		for who in [DAVE, ERIN] {
			assert_ok!(join(who, 5_000));
		}
		sessions.until(2);
		assert_eq!(sessions.at.len(), 5);
		sessions.next_without(&[CAROL]);
		let before = candidates().len();
		while candidates().len() == before {
			sessions.next_without(&[ALICE, BOB, CAROL, DAVE]);
		}
		assert_eq!(candidates(), [ALICE, BOB, DAVE, ERIN]);
	});
}

#[test]
fn silence_is_measured_anew_in_a_smaller_set() {
	run(|sessions| {
		for _ in 0..28 {
			sessions.next_without(&[BOB]);
		}
		assert_ok!(leave(CAROL));
		while sessions.at.contains(&CAROL) {
			sessions.next_without(&[BOB]);
		}
		let since = pallet_validators::LastSeen::<Test>::get();
		assert!(since.iter().all(|(_, last)| *last == System::block_number()), "{since:?}");
	});
}

#[test]
fn a_newcomer_is_not_blamed_for_what_was_before() {
	run(|sessions| {
		for _ in 0..60 {
			sessions.next();
		}
		assert_ok!(join(DAVE, 9_000));
		while !sessions.at.contains(&DAVE) {
			sessions.next();
		}
		for _ in 0..6 {
			sessions.next_without(&[DAVE]);
		}
		assert!(candidates().contains(&DAVE));
	});
}
