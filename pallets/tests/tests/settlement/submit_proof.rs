use super::*;

mod accept {
	use super::*;

	#[test]
	fn a_proof_of_the_whole_quantity_from_anyone() {
		committed(|| {
			let submission = Submission::proved(FIRST, &[(ALICE, 100)], READINGS);
			let declared = Submission { slots: 50, trades: 9, ..submission.clone() };
			let post = declared.submit(ANYONE).unwrap();
			assert_eq!(post.actual_weight, Some(weights::submit_proof::<()>(1, 2, 1)));
			assert_eq!(
				events(),
				[Event::GroupSettled {
					group: group(ALICE),
					period: FIRST,
					contracted: 100,
					delivered: 100,
					paid: 500,
					refunded: 0,
					penalty: 0,
					trades: 1
				}]
			);
			let record = Settlements::<Test>::get(FIRST.to_be_bytes(), group(ALICE)).unwrap();
			assert_eq!(record.block, System::block_number());
			assert!(matches!(record.ending, Ending::Proved(Settled { paid: 500, .. })));
			assert_eq!(total(ALICE), ENDOWMENT + 500);
			assert_eq!(total(BUYER), ENDOWMENT - 500);
			assert!(Settlement::is_settled(&group(ALICE), FIRST));
			assert!(!Settlement::is_settled(&group(BOB), FIRST));
		});
	}

	#[test]
	fn a_shortfall_proved_by_the_operator() {
		execute(|| {
			end(FIRST);
			let readings = &[(0, 40), (1, 30), (2, 80)];
			commit(FIRST, readings);
			Submission::proved(FIRST, &[(ALICE, 70)], readings).submit(ALICE).unwrap();
			assert_eq!(total(ALICE), ENDOWMENT + 70 * PRICE - 30 * IMBALANCE_PRICE);
			assert_eq!(total(BUYER), ENDOWMENT - 70 * PRICE + 30 * IMBALANCE_PRICE);
			assert!(matches!(
				events()[..],
				[Event::GroupSettled { delivered: 70, refunded: 150, penalty: 360, .. }]
			));
		});
	}

	#[test]
	fn a_shortfall_proved_by_the_prover_named_in_time() {
		execute(|| {
			let by = RuntimeOrigin::signed(ALICE);
			Settlement::name_prover(by, ZONE, Resource::Electricity, Direction::Export, PROVER)
				.unwrap();
			end(FIRST);
			commit(FIRST, READINGS);
			assert_ok!(Submission::proved(FIRST, &[(ALICE, 99)], READINGS).submit(PROVER));
		});
	}

	#[test]
	fn groups_of_several_operators_in_one_proof() {
		committed(|| {
			let claims = &[(BOB, 80), (ALICE, 100)];
			Submission::proved(FIRST, claims, READINGS).submit(ANYONE).unwrap();
			assert_eq!(events().len(), 2);
			assert_eq!(total(ALICE), ENDOWMENT + 500);
			assert_eq!(total(BOB), ENDOWMENT + 400);
			assert!(nothing_is_escrowed());
		});
	}

	/// Alice settles on her own while a proof of both groups is under way, and voids it for nobody.
	#[test]
	fn a_proof_of_which_one_group_was_settled_meanwhile() {
		for (claimed, alone) in [(100, 100), (100, 99), (99, 100)] {
			committed(|| {
				let claims = &[(ALICE, claimed), (BOB, 80)];
				let both = Submission::proved(FIRST, claims, READINGS);
				let own = Submission::proved(FIRST, &[(ALICE, alone)], READINGS);
				assert_ok!(own.submit(ALICE));
				let record = Settlements::<Test>::get(FIRST.to_be_bytes(), group(ALICE));
				let alices = total(ALICE);
				events();

				assert_eq!(Settlement::check(&ANYONE, &both.call()), Ok(()));
				let post = both.submit(ANYONE).unwrap();
				// Both groups' commitments were read, and Bob's trade alone was settled.
				let weight = weights::submit_proof::<()>(2, 3, 1);
				assert_eq!(post.actual_weight, Some(weight));
				assert!(matches!(
					&events()[..],
					[Event::GroupSettled { group: settled, delivered: 80, paid: 400, .. }]
						if *settled == group(BOB)
				));
				assert_eq!((total(ALICE), total(BOB)), (alices, ENDOWMENT + 400));
				let after = Settlements::<Test>::get(FIRST.to_be_bytes(), group(ALICE));
				assert_eq!(after, record);
				assert!(nothing_is_escrowed());
				refused_when_all_are_settled(&both);
			});
		}
	}

	fn refused_when_all_are_settled(submission: &Submission) {
		System::reset_events();
		refused(submission, ANYONE, Error::AlreadySettled);
		let checked = Settlement::check(&ANYONE, &submission.call());
		assert_eq!(checked.unwrap_err(), "AlreadySettled");
	}

	#[test]
	fn a_missing_meter_counts_nothing_after_the_cut_off() {
		execute(|| {
			end(FIRST);
			commit(FIRST, &[(0, 70)]);
			cut_off(FIRST);
			let submission = Submission::proved(FIRST, &[(ALICE, 70)], READINGS);
			assert_eq!(submission.slots, 1);
			assert_ok!(submission.submit(ALICE));
			assert_eq!(total(ALICE), ENDOWMENT + 70 * PRICE - 30 * IMBALANCE_PRICE);
		});
	}
}

mod reject {
	use super::*;

	#[test]
	fn an_unsigned_origin() {
		committed(|| {
			let Submission { claims, .. } = Submission::unproved(FIRST, &[(ALICE, 100)]);
			assert_storage_noop!({
				let error = Settlement::submit_proof(
					RuntimeOrigin::root(),
					FIRST,
					Resource::Electricity,
					claims.try_into().unwrap(),
					2,
					1,
					Default::default(),
				)
				.unwrap_err();
				assert_eq!(error.error, DispatchError::BadOrigin);
			});
		});
	}

	#[test]
	fn a_proof_that_proves_nothing() {
		committed(|| {
			let submission = Submission::unproved(FIRST, &[(ALICE, 100)]);
			refused(&submission, ANYONE, Error::ProofRejected);
			let empty = Submission { proof: vec![], ..submission };
			refused(&empty, ANYONE, Error::ProofRejected);
		});
	}

	#[test]
	fn a_proof_on_a_chain_that_lost_the_hash_of_block_0() {
		committed(|| {
			let submission = Submission::proved(FIRST, &[(ALICE, 100)], READINGS);
			let genesis = frame_system::BlockHash::<Test>::take(0);
			refused(&submission, ANYONE, Error::GenesisUnknown);
			frame_system::BlockHash::<Test>::insert(0, genesis);
			assert_ok!(submission.submit(ANYONE));
		});
	}

	#[test]
	fn a_proof_of_another_statement() {
		committed(|| {
			let good = Submission::proved(FIRST, &[(ALICE, 100)], READINGS);
			let mut less = good.clone();
			less.claims[0].delivered = 99;
			refused(&less, ALICE, Error::ProofRejected);
			let mut slack = good.clone();
			slack.claims[0].slack_commitment[0] ^= 1;
			refused(&slack, ALICE, Error::ProofRejected);
			let mut bent = good.clone();
			let middle = bent.proof.len() / 2;
			bent.proof[middle] ^= 1;
			refused(&bent, ALICE, Error::ProofRejected);
			let mut other = good.clone();
			other.claims[0].group = group(BOB);
			other.claims[0].delivered = 80;
			refused(&other, ALICE, Error::ProofRejected);
			assert_ok!(good.submit(ALICE));
		});
	}

	#[test]
	fn a_slack_commitment_that_is_not_canonical() {
		committed(|| {
			let mut submission = Submission::unproved(FIRST, &[(ALICE, 100)]);
			submission.claims[0].slack_commitment = [0xff; 32];
			refused(&submission, ANYONE, Error::ProofRejected);
		});
	}

	#[test]
	fn a_second_proof_of_a_group() {
		committed(|| {
			let both = &[(ALICE, 100), (BOB, 80)];
			let both = Submission::proved(FIRST, both, READINGS);
			let one = Submission::proved(FIRST, &[(ALICE, 100)], READINGS);
			assert_ok!(one.submit(ANYONE));
			System::reset_events();
			refused(&one, ANYONE, Error::AlreadySettled);
			assert_ok!(both.submit(ANYONE));
			System::reset_events();
			refused(&both, ANYONE, Error::AlreadySettled);
		});
	}

	#[test]
	fn a_false_or_boundless_claim_of_a_settled_group() {
		committed(|| {
			let both = Submission::proved(FIRST, &[(ALICE, 100), (BOB, 80)], READINGS);
			Submission::proved(FIRST, &[(ALICE, 100)], READINGS).submit(ANYONE).unwrap();
			System::reset_events();
			let mut other = both.clone();
			other.claims[0].delivered = 101;
			refused(&other, ANYONE, Error::ProofRejected);
			other.claims[0].delivered = meterproof_primitives::MAX_CLAIM;
			refused(&other, ANYONE, Error::ClaimsTooLarge);
			other.claims[0].delivered = u64::MAX;
			refused(&other, ANYONE, Error::ClaimsTooLarge);
			let few = Submission { slots: 2, ..both.clone() };
			refused(&few, ANYONE, Error::TooManySlots);
			let mut less = both;
			less.claims[1].delivered = 79;
			refused(&less, ALICE, Error::NotEntitled);
		});
	}

	#[test]
	fn a_call_without_claims() {
		committed(|| {
			refused(&Submission::unproved(FIRST, &[]), ANYONE, Error::NoClaims);
		});
	}

	#[test]
	fn two_claims_of_one_group() {
		committed(|| {
			let submission = Submission::unproved(FIRST, &[(ALICE, 100), (ALICE, 100)]);
			refused(&submission, ANYONE, Error::DuplicateGroup);
		});
	}

	#[test]
	fn a_group_of_another_resource() {
		committed(|| {
			let mut submission = Submission::unproved(FIRST, &[(ALICE, 100), (BOB, 80)]);
			submission.claims[1].group.resource = Resource::Water;
			refused(&submission, ANYONE, Error::ResourceMismatch);
			submission.claims[1].group.resource = Resource::Electricity;
			submission.resource = Resource::Water;
			refused(&submission, ANYONE, Error::ResourceMismatch);
		});
	}

	#[test]
	fn a_period_that_has_not_ended() {
		execute(|| {
			let submission = Submission::unproved(FIRST, &[(ALICE, 100)]);
			refused(&submission, ALICE, Error::PeriodRunning);
			blocks_at(SCHEDULE.gate_closure(FIRST), 1);
			refused(&submission, ALICE, Error::PeriodRunning);
			blocks_at(SCHEDULE.end(FIRST) - 1, 1);
			commit(FIRST, READINGS);
			refused(&submission, ALICE, Error::PeriodRunning);
		});
	}

	#[test]
	fn a_deadline_that_has_passed() {
		committed(|| {
			let submission = Submission::proved(FIRST, &[(ALICE, 100)], READINGS);
			finalise(FIRST);
			refused(&submission, ALICE, Error::DeadlinePassed);
		});
	}

	#[test]
	fn a_group_with_nothing_contracted() {
		committed(|| {
			let submission = Submission::unproved(FIRST, &[(ANYONE, 0)]);
			refused(&submission, ANYONE, Error::NothingContracted);
		});
	}

	#[test]
	fn a_claim_above_what_is_contracted() {
		committed(|| {
			let submission = Submission::unproved(FIRST, &[(ALICE, 101)]);
			refused(&submission, ALICE, Error::ClaimAboveContracted);
		});
	}

	#[test]
	fn claims_that_add_up_to_too_much() {
		execute(|| {
			cut_off(FIRST);
			let half = meterproof_primitives::MAX_CLAIM / 2;
			let key = FIRST.to_be_bytes();
			let before: Vec<_> = [ALICE, BOB]
				.map(|who| pallet_market::Contracts::<Test>::get(key, group(who)))
				.into();
			for who in [ALICE, BOB] {
				pallet_market::Contracts::<Test>::mutate(key, group(who), |contract| {
					contract.contracted = half
				});
			}
			let submission = Submission::unproved(FIRST, &[(ALICE, half), (BOB, half)]);
			refused(&submission, ANYONE, Error::ClaimsTooLarge);
			let statement = |of_bob| {
				let asked = vec![(group(ALICE), None), (group(BOB), of_bob)];
				Settlement::statement(FIRST, asked).unwrap_err()
			};
			assert_eq!(statement(None), "ClaimsTooLarge");
			// One less is what a proof can be of; no meter has committed.
			assert_eq!(statement(Some(half - 1)), "NoCommitments");
			for (who, contract) in [ALICE, BOB].into_iter().zip(before) {
				pallet_market::Contracts::<Test>::insert(key, group(who), contract);
			}
		});
	}

	#[test]
	fn a_meter_that_can_still_commit() {
		execute(|| {
			end(FIRST);
			commit(FIRST, &[(0, 110)]);
			let submission = Submission::unproved(FIRST, &[(ALICE, 100)]);
			refused(&submission, ALICE, Error::NotAllCommitted);
		});
	}

	#[test]
	fn a_group_without_commitments() {
		execute(|| {
			cut_off(FIRST);
			let submission = Submission::unproved(FIRST, &[(ALICE, 100)]);
			refused(&submission, ALICE, Error::NoCommitments);
		});
	}

	#[test]
	fn a_shortfall_from_a_stranger() {
		committed(|| {
			let submission = Submission::proved(FIRST, &[(ALICE, 99)], READINGS);
			refused(&submission, ANYONE, Error::NotEntitled);
			refused(&submission, BUYER, Error::NotEntitled);
			refused(&submission, BOB, Error::NotEntitled);
		});
	}

	#[test]
	fn a_shortfall_of_one_group_among_others_from_a_stranger_to_it() {
		committed(|| {
			let claims = &[(ALICE, 100), (BOB, 79)];
			let submission = Submission::unproved(FIRST, claims);
			refused(&submission, ALICE, Error::NotEntitled);
		});
	}

	#[test]
	fn more_commitments_than_declared() {
		committed(|| {
			let submission = Submission::unproved(FIRST, &[(ALICE, 100), (BOB, 80)]);
			assert_eq!((submission.slots, submission.trades), (3, 2));
			let slots = Submission { slots: 2, ..submission.clone() };
			refused(&slots, ANYONE, Error::TooManySlots);
			let trades = Submission { trades: 1, ..submission };
			refused(&trades, ANYONE, Error::TooManyTrades);
		});
	}

	#[test]
	fn more_commitments_than_a_proof_can_have() {
		committed(|| {
			let most = <<Test as pallet_settlement::Config>::MaxSlots as Get<u32>>::get();
			// As if so many of her meters had committed, and the call declared them all.
			let claim_of = |many: u32| {
				pallet_metering::Counts::<Test>::insert(FIRST, group(ALICE), many);
				let submission = Submission::unproved(FIRST, &[(ALICE, 100)]);
				assert_eq!(submission.slots, many);
				submission
			};
			refused(&claim_of(most + 1), ANYONE, Error::TooManySlots);
			refused(&claim_of(most), ANYONE, Error::ProofRejected);
			claim_of(2);
		});
	}
}
