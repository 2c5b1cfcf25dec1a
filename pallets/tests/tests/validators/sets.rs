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
		sessions.until(2);
		assert_eq!(sessions.set(), [BOB, CAROL]);
		// With nobody, the set that is there goes on.
		Keyless::set(vec![ALICE, BOB, CAROL]);
		sessions.until(4);
		assert_eq!(sessions.set(), [BOB, CAROL]);
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
		// Time passes and no block is made: sessions end, numbers do not rise.
		for _ in 0..50 {
			sessions.session += 1;
			Validators::start(sessions.session, &sessions.at);
			sessions.planned = Validators::plan(sessions.session + 1).unwrap();
		}
		assert_eq!(candidates().len(), 3);
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
