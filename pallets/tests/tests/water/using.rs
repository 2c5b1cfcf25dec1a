//! Proof of use: turns are closed with it, and without it.

use super::*;

/// What Alice's meters 0 and 1 and Bob's meter 2 counted in the first turn.
const READINGS: &Readings = &[(0, 150), (1, 50), (2, 80)];

/// All meters have committed for the first turn.
fn committed(test: impl FnOnce()) {
	in_season(|| {
		end(READING);
		commit(READING, READINGS);
		test();
	});
}

/// Whether the call leaves storage alone and fails with `error`, at full weight.
fn refused(submission: &Submission, who: AccountId, error: Error<Test>) {
	let guard = StorageNoopGuard::new();
	let failure = submission.submit(who).unwrap_err();
	drop(guard);
	assert_eq!(failure.error, error.into());
	let weight = failure.post_info.actual_weight;
	assert_eq!(weight, None, "a refused proof pays its full weight");
}

fn expire(who: AccountId) -> DispatchResult {
	Water::expire(RuntimeOrigin::signed(ANYONE), ZONE, who)
}

mod accept {
	use super::*;

	#[test]
	fn a_proof_of_at_most_so_much_within_the_allocation() {
		committed(|| {
			let submission = Submission::proved(READING, &[(ALICE, 250)], READINGS);
			let declared = Submission { slots: 40, ..submission };
			let post = declared.submit(ALICE).unwrap();
			let weight = weights::prove_use::<(), UsageWeight>(1, 2);
			assert_eq!(post.actual_weight, Some(weight));
			assert_eq!(
				events(),
				[Event::TurnClosed {
					zone: ZONE,
					season: 1,
					turn: 0,
					account: ALICE,
					proved: true,
					used: 250,
					missing: 0,
					shortfall: 0,
					charged: 0,
					owed: 0,
					balance: Classes { essential: 0, general: 350 },
				}]
			);
			assert_eq!(record(ALICE).turn, Some(1));
			assert_eq!(record(ALICE).due, READING + u64::from(TURN));
			assert_eq!(total(ALICE), ENDOWMENT);
		});
	}

	#[test]
	fn a_proof_of_more_than_the_allocation_charges_what_is_missing() {
		in_season(|| {
			end(READING);
			let readings = &[(0, 600), (1, 100)];
			commit(READING, readings);
			Submission::proved(READING, &[(ALICE, 700)], readings).submit(ALICE).unwrap();
			assert_eq!(balance(ALICE), (0, 0));
			assert!(matches!(
				events()[..],
				[Event::TurnClosed { shortfall: 100, charged: 400, owed: 0, .. }]
			));
			assert_eq!(total(ALICE), ENDOWMENT - 100 * PENALTY);
			assert_eq!(total(FEES), ENDOWMENT + 100 * PENALTY);
		});
	}

	#[test]
	fn accounts_of_several_operators_from_the_prover_that_they_named() {
		in_season(|| {
			for who in [ALICE, BOB] {
				let (resource, direction) = (Resource::Water, Direction::Import);
				let by = RuntimeOrigin::signed(who);
				Settlement::name_prover(by, ZONE, resource, direction, PROVER).unwrap();
			}
			end(READING);
			commit(READING, READINGS);
			let both = Submission::proved(READING, &[(BOB, 100), (ALICE, 250)], READINGS);
			// Alice closes her turn meanwhile, and voids the proof for nobody.
			Submission::proved(READING, &[(ALICE, 220)], READINGS).submit(ALICE).unwrap();
			let closed = balance(ALICE);
			assert_ok!(both.submit(PROVER));
			assert_eq!(balance(ALICE), closed);
			assert_eq!(balance(BOB), (0, 1_450));
			refused(&both, PROVER, Error::AlreadyClosed);
		});
	}

	#[test]
	fn a_meter_that_told_nothing_counts_its_nameplate_in_each_period() {
		in_season(|| {
			end(READING);
			commit(READING, &[(0, 100)]);
			cut_off(READING);
			let presumed = u64::from(NAMEPLATE * TURN);
			let little = Submission::unproved(READING, &[(ALICE, presumed - 1)]);
			refused(&little, ALICE, Error::UseBelowMissing);
			let submission = Submission::proved(READING, &[(ALICE, presumed + 100)], READINGS_0);
			submission.submit(ALICE).unwrap();
			assert!(matches!(
				events()[..],
				[Event::TurnClosed { used: 2_100, missing: 2_000, shortfall: 1_500, .. }]
			));
			assert_eq!(total(ALICE), ENDOWMENT - 1_500 * PENALTY);
		});
	}

	/// What meter 0 counted where the other one told nothing.
	const READINGS_0: &Readings = &[(0, 100)];

	#[test]
	fn a_meter_that_has_left_in_the_turn_counts_its_nameplate_in_each_period() {
		in_season(|| {
			let by = RuntimeOrigin::signed(ALICE);
			assert_ok!(Devices::retire(by, 1, meter_key(1).public()));
			end(READING);
			commit(READING, READINGS_0);
			let submission = Submission::proved(READING, &[(ALICE, 2_100)], READINGS_0);
			submission.submit(ALICE).unwrap();
			assert!(matches!(events()[..], [Event::TurnClosed { missing: 2_000, .. }]));
			// It is not there any more in the next turn.
			assert_eq!(record(ALICE).answerable, u64::from(NAMEPLATE));
		});
	}
}

/// What a registrar takes away is not presumed to have counted anything.
#[test]
fn a_meter_that_a_registrar_suspended_in_the_turn_counts_nothing() {
	in_season(|| {
		let by = RuntimeOrigin::signed(REGISTRAR);
		assert_ok!(Devices::suspend(by, 1, meter_key(1).public()));
		end(READING);
		commit(READING, &[(0, 100)]);
		Submission::proved(READING, &[(ALICE, 100)], &[(0, 100)]).submit(ALICE).unwrap();
		assert!(matches!(events()[..], [Event::TurnClosed { used: 100, missing: 0, .. }]));
	});
}

mod without_a_proof {
	use super::*;

	#[test]
	fn every_meter_counts_its_nameplate_and_the_shortfall_is_charged() {
		in_season(|| {
			assert_noop!(expire(ALICE), error(Error::DeadlineNotPassed));
			finalise(READING);
			assert_ok!(expire(ALICE));
			assert_eq!(
				events(),
				[Event::TurnClosed {
					zone: ZONE,
					season: 1,
					turn: 0,
					account: ALICE,
					proved: false,
					used: 4_000,
					missing: 4_000,
					shortfall: 3_400,
					charged: 3_400 * PENALTY,
					owed: 0,
					balance: Classes::default(),
				}]
			);
			assert_eq!(total(ALICE), ENDOWMENT - 3_400 * PENALTY);
		});
	}

	#[test]
	fn what_an_account_cannot_pay_is_owed_and_keeps_it_from_trading() {
		in_season(|| {
			let kept = EXISTENTIAL_DEPOSIT + 1_000;
			let rest = free(ALICE) - kept;
			let by = RuntimeOrigin::signed(ALICE);
			assert_ok!(Balances::transfer_keep_alive(by, ANYONE, rest));
			finalise(READING);
			idle();
			let charged = 3_400 * PENALTY;
			assert_eq!(record(ALICE).owed, charged - 1_000);
			assert_eq!(free(ALICE), EXISTENTIAL_DEPOSIT);
			let pay = |most| Water::pay(RuntimeOrigin::signed(ANYONE), ZONE, ALICE, most);
			assert_ok!(pay(600));
			assert_eq!(record(ALICE).owed, charged - 1_600);
			assert_noop!(offer(ALICE, None, 1, 1), error(Error::AccountOwes));
			assert_ok!(pay(Balance::MAX));
			assert_noop!(pay(1), error(Error::NothingOwed));
			assert_noop!(offer(ALICE, None, 1, 1), error(Error::NotEnoughLeft));
			assert_eq!(total(FEES), ENDOWMENT + charged + bobs_charge());
		});
	}

	/// Bob's meter counts 2,000 litres of his 1,550.
	fn bobs_charge() -> Balance {
		450 * PENALTY
	}

	#[test]
	fn an_account_that_owes_gets_what_is_essential_of_the_next_season() {
		run(|| {
			announce(FIRST, 1, 1, 2_150).unwrap();
			begin();
			let rest = free(ALICE) - EXISTENTIAL_DEPOSIT;
			let by = RuntimeOrigin::signed(ALICE);
			assert_ok!(Balances::transfer_keep_alive(by, ANYONE, rest));
			finalise(FIRST);
			idle();
			assert!(record(ALICE).owed > 0);
			let by = RuntimeOrigin::signed(ALICE);
			assert_noop!(Water::leave(by, ZONE), error(Error::AccountOwes));
			let next = Metering::running() + u64::from(NOTICE) + 1;
			announce(next, TURN, 2, 2_150).unwrap();
			start(next);
			idle();
			assert_eq!(balance(ALICE), (100, 0));
			assert_eq!(balance(BOB), (50, 1_500 + 550));
		});
	}
}

mod reject {
	use super::*;

	#[test]
	fn a_proof_that_proves_nothing_or_something_else() {
		committed(|| {
			let good = Submission::proved(READING, &[(ALICE, 250)], READINGS);
			let nothing = Submission::unproved(READING, &[(ALICE, 250)]);
			refused(&nothing, ALICE, Error::ProofRejected);
			let mut less = good.clone();
			less.claims[0].used = 249;
			refused(&less, ALICE, Error::ProofRejected);
			let mut bent = good.clone();
			let middle = bent.proof.len() / 2;
			bent.proof[middle] ^= 1;
			refused(&bent, ALICE, Error::ProofRejected);
			let genesis = frame_system::BlockHash::<Test>::take(0);
			refused(&good, ALICE, Error::GenesisUnknown);
			frame_system::BlockHash::<Test>::insert(0, genesis);
			assert_ok!(good.submit(ALICE));
			refused(&good, ALICE, Error::AlreadyClosed);
		});
	}

	/// No proof says that meters counted at most what they did not stay below.
	#[test]
	fn less_than_was_used() {
		committed(|| {
			let statement = Water::statement(ZONE, READING, vec![(ALICE, 199)]).unwrap();
			let group = &statement.groups[0];
			assert_eq!(group.claim, meterproof_primitives::Claim::AtMost(199));
			assert_eq!(group.slots.len(), 2);
			assert!(Submission::try_proved(READING, &[(ALICE, 199)], READINGS).is_err());
		});
	}

	#[test]
	fn whoever_is_not_entitled() {
		committed(|| {
			let submission = Submission::unproved(READING, &[(ALICE, 250)]);
			for who in [BOB, STEWARD, PROVER] {
				refused(&submission, who, Error::NotEntitled);
			}
		});
	}

	#[test]
	fn claims_that_are_none() {
		committed(|| {
			let none = Submission::unproved(READING, &[]);
			refused(&none, ALICE, Error::NoClaims);
			let twice = Submission::unproved(READING, &[(ALICE, 250), (ALICE, 250)]);
			refused(&twice, ALICE, Error::DuplicateAccount);
			let strange = Submission::unproved(READING, &[(CAROL, 250)]);
			refused(&strange, CAROL, Error::NoAccount);
			let huge = Submission::unproved(READING, &[(ALICE, u64::MAX)]);
			refused(&huge, ALICE, Error::ClaimsTooLarge);
			let few = Submission { slots: 1, ..Submission::unproved(READING, &[(ALICE, 250)]) };
			refused(&few, ALICE, Error::TooManySlots);
		});
	}

	#[test]
	fn a_period_that_has_not_ended_or_ends_no_turn() {
		in_season(|| {
			let submission = Submission::unproved(READING, &[(ALICE, 250)]);
			refused(&submission, ALICE, Error::PeriodRunning);
			end(FIRST);
			commit(FIRST, READINGS);
			let submission = Submission::unproved(FIRST, &[(ALICE, 250)]);
			refused(&submission, ALICE, Error::NoTurnEnds);
			end(READING);
			let submission = Submission::unproved(READING, &[(ALICE, 250)]);
			refused(&submission, ALICE, Error::NoCommitments);
			commit(READING, &[(0, 100)]);
			let submission = Submission::unproved(READING, &[(ALICE, 250)]);
			refused(&submission, ALICE, Error::NotAllCommitted);
		});
	}

	#[test]
	fn a_deadline_that_has_passed() {
		committed(|| {
			let submission = Submission::proved(READING, &[(ALICE, 250)], READINGS);
			finalise(READING);
			refused(&submission, ALICE, Error::DeadlinePassed);
			assert_noop!(expire(CAROL), error(Error::NoAccount));
		});
	}
}
