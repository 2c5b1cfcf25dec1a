//! What the runtime API answers.

use meterproof_primitives::api::{BondInfo, BondState};

use super::*;

#[test]
fn the_set_tells_who_validates_and_who_waits() {
	run(|sessions| {
		assert_ok!(join(DAVE, 1_500));
		Validators::report(&BOB, Perbill::from_percent(10), 0, None);
		sessions.until(1);
		let set = Validators::set_info();
		assert_eq!((set.era, set.least, set.most, set.min_bond), (1, 2, 3, 1_000));
		assert_eq!((set.epoch_slots, set.sessions_per_era, set.unbonding_eras), (10, 2, 7));
		assert_eq!(set.validators, sessions.at);
		let candidates: Vec<_> = set.candidates.iter().map(|one| (one.account, one.bond)).collect();
		assert_eq!(candidates, [(CAROL, 1_000), (ALICE, 3_000), (DAVE, 1_500)]);
		assert_eq!((set.slashes[0].account, set.slashes[0].amount), (BOB, 200));
	});
}

#[test]
fn a_bond_tells_where_it_stands() {
	run(|sessions| {
		let state = |who| Validators::bond_info(&who).map(|info| info.state);
		assert_eq!(state(DAVE), None);
		assert_ok!(join(DAVE, 1_000));
		assert_eq!(
			(state(DAVE), state(CAROL)),
			(Some(BondState::Waiting), Some(BondState::Elected))
		);
		assert_ok!(leave(CAROL));
		assert_eq!(
			Validators::bond_info(&CAROL),
			Some(BondInfo {
				account: CAROL,
				bond: 1_000,
				state: BondState::Leaving,
				free_from: Some(9)
			})
		);
		sessions.until(2);
		assert_eq!((state(DAVE), state(CAROL)), (Some(BondState::Elected), Some(BondState::Left)));
	});
}

#[test]
fn json_says_amounts_in_decimal_strings() {
	run(|_| {
		let json = |value: &Validators_| serde_json::to_value(value).unwrap();
		type Validators_ = meterproof_primitives::api::ValidatorSetInfo<String, Balance>;
		let set = Validators_ {
			era: 1,
			epoch_slots: 2,
			sessions_per_era: 3,
			unbonding_eras: 4,
			least: 5,
			most: 6,
			min_bond: 7,
			validators: vec!["a".into()],
			candidates: vec![BondInfo {
				account: "b".into(),
				bond: Balance::MAX,
				state: BondState::Waiting,
				free_from: None,
			}],
			slashes: vec![],
		};
		assert_eq!(
			json(&set),
			serde_json::json!({
				"era": 1, "epochSlots": 2, "sessionsPerEra": 3, "unbondingEras": 4, "least": 5,
				"most": 6, "minBond": "7", "validators": ["a"],
				"candidates": [{
					"account": "b", "bond": Balance::MAX.to_string(), "state": "waiting", "freeFrom": null
				}],
				"slashes": [],
			})
		);
	});
}
