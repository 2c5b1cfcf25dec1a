use super::*;
use meterproof_primitives::Claim;

type Asked = Vec<(GroupId<AccountId>, Option<Quantity>)>;

fn statement(asked: Asked) -> Result<meterproof_primitives::UsageStatement<AccountId>, String> {
	Settlement::statement(FIRST, asked)
}

#[test]
fn the_statement_lists_commitments_in_device_order() {
	execute(|| {
		end(FIRST);
		commit(FIRST, &[(2, 80), (1, 50), (0, 70)]);
		let formed = statement(vec![(group(BOB), None), (group(ALICE), Some(90))]).unwrap();
		assert_eq!((formed.genesis, formed.period), (GENESIS, FIRST));
		let [bob, alice] = &formed.groups[..] else { panic!("two groups") };
		assert_eq!((bob.id(formed.resource), bob.claim), (group(BOB), Claim::AtLeast(80)));
		assert_eq!((alice.id(formed.resource), alice.claim), (group(ALICE), Claim::AtLeast(90)));
		let devices: Vec<_> = alice.slots.iter().map(|slot| slot.device).collect();
		assert_eq!(devices, [0, 1]);
		assert_eq!(alice.slack_commitment, [0; 32]);
	});
}

#[test]
fn a_statement_that_cannot_be_proved_is_refused_by_name() {
	execute(|| {
		let refused = |asked: Asked, with: &str| {
			assert_eq!(statement(asked).unwrap_err(), with);
		};
		refused(vec![(group(ALICE), None)], "PeriodRunning");
		end(FIRST);
		refused(vec![(group(ALICE), None)], "NotAllCommitted");
		commit(FIRST, READINGS);
		refused(vec![], "NoClaims");
		refused(vec![(group(ALICE), Some(101))], "ClaimAboveContracted");
		refused(vec![(group(ANYONE), None)], "NothingContracted");
		refused(vec![(group(ALICE), None), (group(ALICE), None)], "DuplicateGroup");
		refused(vec![(group(ALICE), None); 9], "TooManyGroups");
		// So many groups a proof can have, were they not all the same.
		refused(vec![(group(ALICE), None); 8], "DuplicateGroup");
		let water = GroupId { resource: Resource::Water, ..group(BOB) };
		refused(vec![(group(ALICE), None), (water, None)], "ResourceMismatch");
		finalise(FIRST);
		refused(vec![(group(ALICE), None)], "DeadlinePassed");
	});
}

#[test]
fn a_single_unit_can_be_proved() {
	execute(|| {
		sell(ALICE, 1, FIRST + 1);
		end(FIRST + 1);
		commit(FIRST + 1, READINGS);
		let formed = Settlement::statement(FIRST + 1, vec![(group(ALICE), None)]).unwrap();
		assert_eq!(formed.groups[0].claim, Claim::AtLeast(1));
	});
}

#[test]
fn the_status_follows_a_group_to_its_settlement() {
	execute(|| {
		let status = || Settlement::status(&group(ALICE), FIRST);
		assert_eq!(status().phase, Phase::Open);
		assert_eq!((status().contracted, status().trades), (100, 1));
		assert!(!status().provable);
		end(FIRST);
		commit(FIRST, &[(0, 70)]);
		assert_eq!((status().members, status().committed), (Some(2), 1));
		assert!(!status().provable);
		commit(FIRST, &[(1, 50)]);
		assert!(status().provable && !status().settled);
		assert_eq!(status().outcome, None);
		Submission::proved(FIRST, &[(ALICE, 100)], READINGS).submit(ANYONE).unwrap();
		assert!(status().settled && !status().provable);
		let outcome = status().outcome.unwrap();
		assert!(outcome.proved);
		assert_eq!((outcome.trades, outcome.contracted, outcome.delivered), (1, 100, Some(100)));
		assert_eq!(
			(outcome.paid, outcome.refunded, outcome.penalty),
			(Some(500), Some(0), Some(0))
		);
		assert_eq!((status().contracted, status().trades), (0, 0));
	});
}

#[test]
fn the_status_of_an_expired_group_says_that_nobody_proved() {
	committed(|| {
		finalise(FIRST);
		Settlement::expire(RuntimeOrigin::signed(ANYONE), FIRST, group(ALICE)).unwrap();
		let status = Settlement::status(&group(ALICE), FIRST);
		assert!(status.settled && !status.provable);
		let outcome = status.outcome.unwrap();
		assert!(!outcome.proved);
		assert_eq!((outcome.trades, outcome.contracted, outcome.delivered), (1, 100, Some(0)));
		assert_eq!(
			(outcome.paid, outcome.refunded, outcome.penalty),
			(Some(0), Some(500), Some(1_200))
		);
	});
}

#[test]
fn the_status_counts_the_members_of_its_period() {
	execute(|| {
		let from = Metering::first_open();
		add_device(ALICE);
		let members = |period| Settlement::status(&group(ALICE), period).members;
		assert_eq!((members(from - 1), members(from)), (Some(2), Some(3)));
	});
}

#[test]
fn a_group_is_provable_from_the_end_of_its_period_to_the_deadline() {
	execute(|| {
		let status = || Settlement::status(&group(ALICE), FIRST);
		blocks_at(SCHEDULE.end(FIRST) - 1, 1);
		commit(FIRST, READINGS);
		assert_eq!((status().phase, status().committed), (Phase::Running, 2));
		assert!(!status().provable);
		end(FIRST);
		assert!(status().provable);
		cut_off(FIRST);
		assert!(status().provable);
		finalise(FIRST);
		assert_eq!((status().phase, status().contracted), (Phase::Final, 100));
		assert!(!status().provable);
	});
}

#[test]
fn a_group_without_commitments_is_never_provable() {
	execute(|| {
		cut_off(FIRST);
		let status = Settlement::status(&group(ALICE), FIRST);
		assert_eq!((status.phase, status.committed), (Phase::Proving, 0));
		assert!(!status.provable);
		assert_eq!(statement(vec![(group(ALICE), None)]).unwrap_err(), "NoCommitments");
	});
}

#[test]
fn a_check_knows_when_proofs_are_taken() {
	execute(|| {
		blocks_at(SCHEDULE.end(FIRST) - 1, 1);
		commit(FIRST, READINGS);
		let call = Submission::unproved(FIRST, &[(ALICE, 100)]).call();
		assert_eq!(Settlement::check(&ALICE, &call).unwrap_err(), "PeriodRunning");
		end(FIRST);
		assert_eq!(Settlement::check(&ALICE, &call), Ok(()));
		finalise(FIRST);
		assert_eq!(Settlement::check(&ALICE, &call).unwrap_err(), "DeadlinePassed");
	});
}

#[test]
fn a_check_says_what_the_call_would_meet_but_for_the_proof() {
	committed(|| {
		let submission = Submission::unproved(FIRST, &[(ALICE, 99)]);
		let check = |who, submission: &Submission| Settlement::check(&who, &submission.call());
		assert_eq!(check(ALICE, &submission), Ok(()));
		assert_eq!(check(ANYONE, &submission).unwrap_err(), "NotEntitled");
		let few = Submission { slots: 1, ..submission };
		assert_eq!(check(ALICE, &few).unwrap_err(), "TooManySlots");
		let other = Call::expire { period: FIRST, group: group(ALICE) };
		assert_eq!(Settlement::check(&ALICE, &other).unwrap_err(), "NotAProof");
	});
}

#[test]
fn no_statement_has_more_commitments_than_a_proof_can_have() {
	committed(|| {
		let asked = || vec![(group(ALICE), Some(100))];
		assert_ok!(Settlement::statement(FIRST, asked()));
		// As if so many of its meters had committed.
		let most = <<Test as pallet_settlement::Config>::MaxSlots as Get<u32>>::get();
		let count = |many: u32| pallet_metering::Counts::<Test>::insert(FIRST, group(ALICE), many);
		count(most + 1);
		assert_eq!(Settlement::statement(FIRST, asked()).unwrap_err(), "TooManySlots");
		count(most);
		assert_ok!(Settlement::statement(FIRST, asked()));
		// One more is Bob's: what counts is the sum over the groups.
		let both = [asked(), vec![(group(BOB), None)]].concat();
		assert_eq!(Settlement::statement(FIRST, both).unwrap_err(), "TooManySlots");
		count(2);
	});
}
