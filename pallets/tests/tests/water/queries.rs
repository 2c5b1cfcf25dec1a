//! What the runtime API answers.

use super::*;
use meterproof_primitives::api::{WaterClasses, WaterCut, WaterOffer};

#[test]
fn a_season_is_told_with_its_cuts() {
	in_season(|| {
		cut(100, 50).unwrap();
		let told = Water::season(ZONE, None).unwrap();
		assert_eq!(Water::season(ZONE, Some(1)), Some(told.clone()));
		assert_eq!((told.first, told.last), (FIRST, season(1).end() - 1));
		assert_eq!((told.running, told.accounts), (Some(0), 2));
		assert_eq!(told.granted, WaterClasses { essential: 150, general: 2_000 });
		let one = WaterCut { from_turn: 1, essential_kept: 1_000_000, general_kept: 500_000 };
		assert_eq!(told.cuts, [one]);
		assert_eq!(Water::season(ZONE, Some(2)), None);
		assert_eq!(Water::season(ZONE + 1, None), None);
	});
}

#[test]
fn an_account_is_told_with_its_offer() {
	in_season(|| {
		offer(ALICE, Some(BOB), 100, 7).unwrap();
		let told = Water::account(ZONE, ALICE).unwrap();
		assert_eq!((told.turn, told.reading), (Some(0), Some(READING)));
		assert_eq!(told.balance, WaterClasses { essential: 100, general: 500 });
		let one = WaterOffer { to: Some(BOB), quantity: 100, price: 7 };
		assert_eq!(told.offer, Some(one));
		assert_eq!(Water::account(ZONE, CAROL), None);
	});
}

#[test]
fn accounts_are_told_page_by_page() {
	run(|| {
		let all = Water::accounts(ZONE, None, 9);
		assert_eq!(all.len(), 2);
		let first = Water::accounts(ZONE, None, 1);
		assert_eq!(first[..], all[..1]);
		let rest = Water::accounts(ZONE, Some(first[0].account), 9);
		assert_eq!(rest[..], all[1..]);
		assert!(Water::accounts(ZONE + 1, None, 9).is_empty());
	});
}

#[test]
fn a_statement_that_no_proof_would_meet_is_answered_with_the_error() {
	in_season(|| {
		let answer = Water::statement(ZONE, READING, vec![(ALICE, 100)]);
		assert_eq!(answer.unwrap_err(), "PeriodRunning");
	});
}
