//! Random lives of validators: money is conserved, the set never empties, bonds find their way out.

use proptest::prelude::*;

use super::*;

const ALL: [AccountId; 6] = [ALICE, BOB, CAROL, DAVE, ERIN, FRANK];

#[derive(Clone, Debug)]
enum Deed {
	Join(usize, Balance),
	Raise(usize, Balance),
	Leave(usize),
	Withdraw(usize),
	Report(usize, u32, bool),
	Cancel(usize),
	Apply(usize),
	Keys(usize),
	Sessions(u8, Option<usize>),
}

fn deeds() -> impl Strategy<Value = Deed> {
	let who = 0..ALL.len();
	prop_oneof![
		(who.clone(), 900..5_000u128).prop_map(|(who, bond)| Deed::Join(who, bond)),
		(who.clone(), 0..500u128).prop_map(|(who, by)| Deed::Raise(who, by)),
		who.clone().prop_map(Deed::Leave),
		who.clone().prop_map(Deed::Withdraw),
		(who.clone(), 0..=100u32, any::<bool>()).prop_map(|(w, p, r)| Deed::Report(w, p, r)),
		who.clone().prop_map(Deed::Cancel),
		who.clone().prop_map(Deed::Apply),
		who.clone().prop_map(Deed::Keys),
		(1..6u8, proptest::option::of(who)).prop_map(|(count, s)| Deed::Sessions(count, s)),
	]
}

fn act(sessions: &mut Sessions, deed: &Deed) {
	let signed = |who: usize| RuntimeOrigin::signed(ALL[who]);
	// Refusals are part of life.
	let _ = match *deed {
		Deed::Join(who, bond) => join(ALL[who], bond),
		Deed::Raise(who, by) => Validators::raise_bond(signed(who), by),
		Deed::Leave(who) => leave(ALL[who]),
		Deed::Withdraw(who) => withdraw(ALL[who]),
		Deed::Report(who, percent, told) => {
			let percent = Perbill::from_percent(percent);
			let session = sessions.session.saturating_sub(u32::from(told));
			Validators::report(&ALL[who], percent, session, told.then_some(REPORTER));
			Ok(())
		},
		Deed::Cancel(who) => Validators::cancel_slash(RuntimeOrigin::root(), ALL[who]),
		Deed::Apply(who) => Validators::apply_slash(signed(0), ALL[who]),
		Deed::Keys(who) => {
			if Validators::purge_keys(signed(who)).is_err() {
				Keyless::mutate(|keyless| keyless.retain(|one| *one != ALL[who]));
			}
			Ok(())
		},
		Deed::Sessions(count, silent) => {
			let silent: Vec<_> = silent.map(|who| ALL[who]).into_iter().collect();
			for _ in 0..count {
				sessions.next_without(&silent);
			}
			Ok(())
		},
	};
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn money_is_conserved_and_somebody_validates(deeds in prop::collection::vec(deeds(), 1..60)) {
		run(|sessions| {
			let issued = Balances::total_issuance();
			for deed in &deeds {
				act(sessions, deed);
				ensure_invariants();
				assert!(!sessions.at.is_empty(), "nobody validates");
				assert!(candidates().len() >= 2, "too few candidates");
			}
			assert_eq!(Balances::total_issuance(), issued);
			// Everybody finds the way out, once as many others are there as must be.
			Keyless::set(vec![]);
			for who in [account(31), account(32)] {
				assert_ok!(<Balances as frame::token::fungible::Mutate<_>>::mint_into(&who, FUNDS));
			}
			let era = pallet_validators::Era::<Test>::get();
			sessions.until(era + LENGTHS.slash_eras + 2);
			MaxCandidates::set(8);
			for who in [account(31), account(32)] {
				assert_ok!(join(who, 9_000));
			}
			for who in ALL {
				let _ = leave(who);
			}
			let era = pallet_validators::Era::<Test>::get();
			sessions.until(era + LENGTHS.unbonding_eras + 3);
			for who in ALL {
				let _ = withdraw(who);
				assert_eq!(bond(who), 0);
			}
		});
	}
}
