//! Sealed trades, settled by two proofs, or as any other trade.

use meterproof_primitives::{NoteContent, SettledSealed, NATIVE_ASSET};

use super::{sealing::*, *};

/// A period for which nothing is sold but what these tests sell.
const LATER: PeriodIndex = FIRST + 1;

/// Alice sold 100 units and Bob 80 for `LATER`, sealed, and all meters have committed: trades 2
/// and 3.
fn sealed(test: impl FnOnce()) {
	execute(|| {
		assert_eq!(sell_sealed(ALICE, 100, LATER, LATER, &[]), 2);
		assert_eq!(sell_sealed(BOB, 80, LATER, LATER, &[]), 3);
		end(LATER);
		commit(LATER, READINGS);
		test();
	});
}

/// Leaves of the notes made so far; all are split ones.
fn leaves() -> Vec<[u8; 32]> {
	let next = pallet_payments::NextPosition::<Test>::get();
	let note = |position| pallet_payments::Notes::<Test>::get(position).unwrap();
	(0..next)
		.map(note)
		.inspect(|note| assert!(matches!(note.content, NoteContent::Split { .. })))
		.map(|note| note.commitment)
		.collect()
}

fn pooled() -> Balance {
	total(Payments::account_id()) - 100
}

fn money_is_conserved() {
	let sum: Balance = frame_system::Account::<Test>::iter_keys().map(total).sum();
	assert_eq!(sum, Balances::total_issuance());
}

fn settled_sealed(operator: AccountId, contracted: Quantity) -> Event<Test> {
	let amount = Balance::from(contracted) * Balance::from(RATE);
	Event::GroupSettledSealed { group: group(operator), period: LATER, contracted, amount }
}

mod accept {
	use super::*;

	#[test]
	fn a_part_of_the_quantity_and_two_notes_share_the_money_by_it() {
		sealed(|| {
			let sealing = Sealing::proved(LATER, &[(ALICE, 70)], READINGS);
			let declared = Sealing { slots: 50, ..sealing.clone() };
			let post = declared.submit(ALICE).unwrap();
			assert_eq!(post.actual_weight, Some(weights::submit_sealed_proof::<()>(1, 2)));
			assert_eq!(events(), [settled_sealed(ALICE, 100)]);
			let record = Settlements::<Test>::get(LATER.to_be_bytes(), group(ALICE)).unwrap();
			assert_eq!(record.block, System::block_number());
			let sums = SettledSealed { contracted: 100, amount: 100 * Balance::from(RATE) };
			assert_eq!(record.ending, Ending::Sealed(sums));
			assert!(Settlement::is_settled(&group(ALICE), LATER));
			assert!(!Settlement::is_settled(&group(BOB), LATER));

			let made: Vec<_> = sealing.claims[0].outputs.iter().map(|o| o.commitment).collect();
			assert_eq!(leaves(), made);
			// The buyer knows the key, and finds its 30 units' worth.
			assert_eq!(made[1], refund(2, LATER, 30 * RATE));
			assert_eq!(pooled(), 100 * Balance::from(RATE));
			money_is_conserved();
		});
	}

	#[test]
	fn all_of_it_or_nothing_alike() {
		for (delivered, missing) in [(100, 0), (0, 100)] {
			sealed(|| {
				let sealing = Sealing::proved(LATER, &[(ALICE, delivered)], READINGS);
				assert_ok!(sealing.submit(ALICE));
				assert_eq!(events(), [settled_sealed(ALICE, 100)]);
				assert_eq!(leaves()[1], refund(2, LATER, missing * RATE));
				money_is_conserved();
			});
		}
	}

	#[test]
	fn groups_of_several_operators_from_the_prover_of_both() {
		execute(|| {
			sell_sealed(ALICE, 100, LATER, LATER, &[]);
			sell_sealed(BOB, 80, LATER, LATER, &[]);
			for operator in [ALICE, BOB] {
				let by = RuntimeOrigin::signed(operator);
				Settlement::name_prover(by, ZONE, Resource::Electricity, Direction::Export, PROVER)
					.unwrap();
			}
			end(LATER);
			commit(LATER, READINGS);
			System::reset_events();
			let sealing = Sealing::proved(LATER, &[(BOB, 79), (ALICE, 1)], READINGS);
			sealing.is_refused(BOB, Error::NotEntitled);
			assert_ok!(sealing.submit(PROVER));
			assert_eq!(events(), [settled_sealed(BOB, 80), settled_sealed(ALICE, 100)]);
			let leaves = leaves();
			assert_eq!(leaves[1], refund(3, LATER, RATE));
			assert_eq!(leaves[3], refund(2, LATER, 99 * RATE));
			assert_eq!(pooled(), 180 * Balance::from(RATE));
			money_is_conserved();
		});
	}

	#[test]
	fn one_period_of_a_trade_after_the_other() {
		execute(|| {
			let id = sell_sealed(ALICE, 100, LATER, LATER + 2, &[]);
			for (period, delivered) in [(LATER, 10), (LATER + 1, 20)] {
				end(period);
				commit(period, READINGS);
				let sealing = Sealing::proved(period, &[(ALICE, delivered)], READINGS);
				assert_ok!(sealing.submit(ALICE));
				ensure_invariants();
			}
			assert_eq!(leaves()[1], refund(id, LATER, 90 * RATE));
			assert_eq!(leaves()[3], refund(id, LATER + 1, 80 * RATE));
			finalise(LATER + 2);
			assert_ok!(Settlement::expire(RuntimeOrigin::signed(ANYONE), LATER + 2, group(ALICE)));
			assert_eq!(pooled(), 300 * Balance::from(RATE));
			money_is_conserved();
		});
	}
}

mod openly {
	use super::*;

	/// The notes of an open settlement say what is in them.
	fn open_notes() -> Vec<u64> {
		let amount = |entry: meterproof_primitives::NoteEntry| match entry.content {
			NoteContent::Open { amount, .. } => amount,
			_ => panic!("sealed"),
		};
		let next = pallet_payments::NextPosition::<Test>::get();
		(0..next).map(|n| amount(pallet_payments::Notes::<Test>::get(n).unwrap())).collect()
	}

	#[test]
	fn a_sealed_trade_is_settled_by_a_proof_as_any_other() {
		sealed(|| {
			let late = Sealing::proved(LATER, &[(ALICE, 70)], READINGS);
			Submission::proved(LATER, &[(ALICE, 70)], READINGS).submit(ALICE).unwrap();
			assert_eq!(open_notes(), [70 * PRICE as u64, 30 * RATE]);
			System::reset_events();
			late.is_refused(ALICE, Error::AlreadySettled);
			money_is_conserved();
		});
	}

	#[test]
	fn among_others_in_one_proof() {
		sealed(|| {
			let both = Submission::proved(LATER, &[(ALICE, 100), (BOB, 80)], READINGS);
			// All was delivered, and still it is not for others to tell.
			for who in [ANYONE, ALICE, BOB] {
				refused(&both, who, Error::NotEntitled);
			}
			for operator in [ALICE, BOB] {
				let mut line = Timeline::default();
				assert_eq!(line.set(LATER, Some(PROVER), LATER), Ok(()));
				Provers::<Test>::insert(group(operator), line);
			}
			assert_ok!(both.submit(PROVER));
			assert_eq!(open_notes(), [100 * PRICE as u64, 80 * PRICE as u64]);
		});
	}

	#[test]
	fn a_sealed_trade_that_nobody_proves_expires() {
		sealed(|| {
			finalise(LATER);
			Settlement::on_idle(System::block_number(), Weight::MAX);
			assert_eq!(open_notes(), [100 * RATE, 80 * RATE]);
			assert!(nothing_is_escrowed());
			money_is_conserved();
		});
	}

	#[test]
	fn a_sealed_trade_settled_sealed_stays_so() {
		sealed(|| {
			let own = Submission::proved(LATER, &[(ALICE, 70)], READINGS);
			let both = Submission::proved(LATER, &[(ALICE, 100), (BOB, 80)], READINGS);
			assert_ok!(Sealing::proved(LATER, &[(ALICE, 70)], READINGS).submit(ALICE));
			let record = Settlements::<Test>::get(LATER.to_be_bytes(), group(ALICE));
			System::reset_events();
			refused(&own, ALICE, Error::AlreadySettled);
			// A proof of others with it is not void.
			assert_ok!(both.submit(BOB));
			assert_eq!(Settlements::<Test>::get(LATER.to_be_bytes(), group(ALICE)), record);
			finalise(LATER);
			let expired = Settlement::expire(RuntimeOrigin::signed(ANYONE), LATER, group(ALICE));
			assert_eq!(expired.unwrap_err().error, Error::<Test>::AlreadySettled.into());
		});
	}

	#[test]
	fn where_the_tree_is_full() {
		sealed(|| {
			let sealing = Sealing::proved(LATER, &[(ALICE, 70)], READINGS);
			let next = pallet_payments::NextPosition::<Test>::get();
			pallet_payments::NextPosition::<Test>::put(meterproof_primitives::MAX_NOTES);
			// As a dispatched call: all or nothing.
			let guard = StorageNoopGuard::new();
			let failure = frame::deps::frame_support::storage::with_storage_layer(|| {
				sealing.submit(ALICE).map_err(|failure| failure.error)
			});
			let full = pallet_payments::Error::<Test>::TreeFull.into();
			assert_eq!(failure.unwrap_err(), full);
			drop(guard);
			let open = Submission::proved(LATER, &[(ALICE, 70)], READINGS);
			assert_ok!(open.submit(ALICE));
			pallet_payments::NextPosition::<Test>::put(next);
			assert_ok!(Market::claim_to_account(RuntimeOrigin::signed(ALICE), 2, LATER));
			assert_eq!(open_notes(), [30 * RATE]);
			money_is_conserved();
		});
	}
}

mod reject {
	use super::*;

	#[test]
	fn an_unsigned_origin() {
		sealed(|| {
			use frame::deps::frame_support::traits::UnfilteredDispatchable;
			let call = Sealing::unproved(LATER, &[ALICE]).call();
			let guard = StorageNoopGuard::new();
			let failure = call.dispatch_bypass_filter(RuntimeOrigin::root()).unwrap_err();
			assert_eq!(failure.error, DispatchError::BadOrigin);
			drop(guard);
		});
	}

	#[test]
	fn whoever_may_not_prove_less_even_with_all_of_it() {
		sealed(|| {
			let sealing = Sealing::proved(LATER, &[(ALICE, 100)], READINGS);
			for who in [ANYONE, BUYER, BOB, PROVER] {
				sealing.is_refused(who, Error::NotEntitled);
			}
			let both = Sealing::unproved(LATER, &[ALICE, BOB]);
			both.is_refused(ALICE, Error::NotEntitled);
		});
	}

	#[test]
	fn a_second_settlement() {
		sealed(|| {
			let sealing = Sealing::proved(LATER, &[(ALICE, 70)], READINGS);
			assert_ok!(sealing.submit(ALICE));
			System::reset_events();
			sealing.is_refused(ALICE, Error::AlreadySettled);
			assert_eq!(Settlement::check(&ALICE, &sealing.call()).unwrap_err(), "AlreadySettled");
		});
	}

	#[test]
	fn a_trade_that_is_not_sealed() {
		committed(|| {
			Sealing::unproved(FIRST, &[ALICE]).is_refused(ALICE, Error::NotSealed);
		});
	}

	#[test]
	fn nothing_contracted() {
		sealed(|| {
			Sealing::unproved(LATER, &[ANYONE]).is_refused(ANYONE, Error::NothingContracted);
		});
	}

	#[test]
	fn a_registrar_that_the_buyer_does_not_accept() {
		execute(|| {
			sell_sealed(ALICE, 100, LATER, LATER, &[REGISTRAR]);
			let list = vec![ANYONE].try_into().unwrap();
			// As if another registrar had attested her meters.
			pallet_market::Trades::<Test>::mutate(2, |trade| {
				trade.as_mut().unwrap().registrars = list;
			});
			end(LATER);
			commit(LATER, READINGS);
			System::reset_events();
			assert!(Settlement::status(&group(ALICE), LATER).sealed);
			let sealing = Sealing::unproved(LATER, &[ALICE]);
			sealing.is_refused(ALICE, Error::RegistrarNotAccepted);
			assert_ok!(Submission::proved(LATER, &[(ALICE, 100)], READINGS).submit(ALICE));
			assert_eq!(pooled(), 100 * Balance::from(RATE));
		});
	}

	#[test]
	fn less_evidence_than_the_buyer_demands() {
		execute(|| {
			sell_sealed(ALICE, 100, LATER, LATER, &[]);
			// As if her meters had been attested on less.
			pallet_market::Trades::<Test>::mutate(2, |trade| {
				trade.as_mut().unwrap().least_evidence = meterproof_primitives::Evidence::Keyed;
			});
			end(LATER);
			commit(LATER, READINGS);
			System::reset_events();
			let sealing = Sealing::unproved(LATER, &[ALICE]);
			sealing.is_refused(ALICE, Error::EvidenceTooLow);
			assert_ok!(Submission::proved(LATER, &[(ALICE, 100)], READINGS).submit(ALICE));
			assert_eq!(pooled(), 100 * Balance::from(RATE));
		});
	}

	#[test]
	fn calls_of_no_or_too_many_or_equal_groups() {
		sealed(|| {
			Sealing::unproved(LATER, &[]).is_refused(ALICE, Error::NoClaims);
			let twice = Sealing::unproved(LATER, &[ALICE, ALICE]);
			twice.is_refused(ALICE, Error::DuplicateGroup);
			let many = Sealing::unproved(LATER, &[ALICE; 9]);
			many.is_refused(ALICE, Error::TooManyGroups);
			let mut mixed = Sealing::unproved(LATER, &[ALICE]);
			mixed.resource = Resource::Water;
			mixed.is_refused(ALICE, Error::ResourceMismatch);
		});
	}

	#[test]
	fn a_period_that_has_not_ended_or_is_final() {
		execute(|| {
			sell_sealed(ALICE, 100, LATER, LATER, &[]);
			System::reset_events();
			let sealing = Sealing::unproved(LATER, &[ALICE]);
			sealing.is_refused(ALICE, Error::PeriodRunning);
			end(LATER);
			System::reset_events();
			sealing.is_refused(ALICE, Error::NotAllCommitted);
			cut_off(LATER);
			System::reset_events();
			sealing.is_refused(ALICE, Error::NoCommitments);
			finalise(LATER);
			System::reset_events();
			sealing.is_refused(ALICE, Error::DeadlinePassed);
		});
	}

	#[test]
	fn more_commitments_than_declared() {
		sealed(|| {
			let sealing = Sealing { slots: 1, ..Sealing::unproved(LATER, &[ALICE]) };
			sealing.is_refused(ALICE, Error::TooManySlots);
		});
	}

	#[test]
	fn digests_that_are_not_canonical() {
		sealed(|| {
			let sealing = Sealing::unproved(LATER, &[ALICE]);
			let bent = |change: &dyn Fn(&mut meterproof_primitives::SealedClaim<AccountId>)| {
				let mut bent = sealing.clone();
				change(&mut bent.claims[0]);
				bent.is_refused(ALICE, Error::NotCanonical);
			};
			bent(&|claim| claim.quantity_commitment = [0xff; 32]);
			bent(&|claim| claim.slack_commitment = [0xff; 32]);
			bent(&|claim| claim.outputs[0].commitment = [0xff; 32]);
			bent(&|claim| claim.outputs[1].commitment = [0xff; 32]);
			// Canonical as they are, they prove nothing.
			sealing.is_refused(ALICE, Error::SplitRejected);
		});
	}

	#[test]
	fn a_call_that_its_proofs_are_not_of() {
		sealed(|| {
			let good = Sealing::proved(LATER, &[(ALICE, 70)], READINGS);
			let bent = |error: Error<Test>, change: &dyn Fn(&mut Sealing)| {
				let mut bent = good.clone();
				change(&mut bent);
				bent.is_refused(ALICE, error);
			};
			bent(Error::SplitRejected, &|s| s.claims[0].quantity_commitment[0] ^= 1);
			bent(Error::SplitRejected, &|s| s.claims[0].outputs.swap(0, 1));
			bent(Error::SplitRejected, &|s| s.claims[0].outputs[0].commitment[0] ^= 1);
			bent(Error::SplitRejected, &|s| s.claims[0].outputs[1].commitment[0] ^= 1);
			bent(Error::SplitRejected, &|s| s.claims[0].outputs[0].ciphertext.note[9] ^= 1);
			bent(Error::SplitRejected, &|s| s.claims[0].outputs[1].ciphertext.outgoing[9] ^= 1);
			bent(Error::SplitRejected, &|s| {
				let middle = s.split_proof.len() / 2;
				s.split_proof[middle] ^= 1;
			});
			bent(Error::SplitRejected, &|s| s.split_proof.clear());
			bent(Error::SplitRejected, &|s| {
				core::mem::swap(&mut s.split_proof, &mut s.usage_proof);
			});
			bent(Error::ProofRejected, &|s| s.claims[0].slack_commitment[0] ^= 1);
			bent(Error::ProofRejected, &|s| {
				let middle = s.usage_proof.len() / 2;
				s.usage_proof[middle] ^= 1;
			});
			bent(Error::ProofRejected, &|s| s.usage_proof.clear());
			assert_ok!(good.submit(ALICE));
		});
	}

	#[test]
	fn notes_by_another_quantity_than_the_readings_meet() {
		sealed(|| {
			let less = Sealing::proved(LATER, &[(ALICE, 70)], READINGS);
			let more = Sealing::proved(LATER, &[(ALICE, 71)], READINGS);
			// The notes of the one and the readings of the other.
			let mut mixed = more.clone();
			mixed.usage_proof = less.usage_proof.clone();
			mixed.claims[0].slack_commitment = less.claims[0].slack_commitment;
			mixed.is_refused(ALICE, Error::ProofRejected);
			let mut mixed = less.clone();
			mixed.split_proof = more.split_proof.clone();
			mixed.claims[0].outputs = more.claims[0].outputs.clone();
			mixed.is_refused(ALICE, Error::SplitRejected);
		});
	}

	#[test]
	fn claims_in_another_order_than_the_proofs() {
		execute(|| {
			sell_sealed(ALICE, 100, LATER, LATER, &[]);
			sell_sealed(BOB, 80, LATER, LATER, &[]);
			let by = RuntimeOrigin::signed(BOB);
			Settlement::name_prover(by, ZONE, Resource::Electricity, Direction::Export, ALICE)
				.unwrap();
			end(LATER);
			commit(LATER, READINGS);
			System::reset_events();
			let good = Sealing::proved(LATER, &[(ALICE, 70), (BOB, 20)], READINGS);
			let mut turned = good.clone();
			turned.claims.swap(0, 1);
			turned.is_refused(ALICE, Error::SplitRejected);
			let mut one = good.clone();
			one.claims.truncate(1);
			one.is_refused(ALICE, Error::SplitRejected);
			assert_ok!(good.submit(ALICE));
		});
	}
}

mod queries {
	use meterproof_primitives::{Claim, SplitStatement, UsageStatement};

	use super::*;

	#[test]
	fn the_statements_leave_out_what_the_prover_adds() {
		sealed(|| {
			let (usage, split) =
				Settlement::sealed_statement(LATER, vec![group(BOB), group(ALICE)]).unwrap();
			assert_eq!((usage.genesis, usage.period), (GENESIS, LATER));
			let hidden = Claim::AtLeastHidden([0; 32]);
			for (part, operator) in usage.groups.iter().zip([BOB, ALICE]) {
				assert_eq!(part.id(usage.resource), group(operator));
				assert_eq!((part.claim, part.slack_commitment), (hidden, [0; 32]));
			}
			assert_eq!((split.genesis, split.period), (GENESIS, LATER));
			assert_eq!(split.asset, NATIVE_ASSET);
			let terms: Vec<_> = split.splits.iter().map(|part| part.terms()).collect();
			assert_eq!((terms[0].trade, terms[0].quantity, terms[0].rate), (3, 80, RATE));
			assert_eq!((terms[1].trade, terms[1].quantity, terms[1].rate), (2, 100, RATE));
			assert_eq!((terms[1].payout, terms[1].refund), (PAYOUT.owner, REFUND.owner));
			let commitment = meterproof_programs::seal::key_commitment(&key(2)).unwrap();
			assert_eq!(terms[1].key_commitment, commitment);
			for part in &split.splits {
				assert_eq!(part.quantity_commitment, [0; 32]);
				assert_eq!((part.payout.note, part.refund.note), ([0; 32], [0; 32]));
				assert_eq!(part.ciphertexts, [0; 32]);
			}
		});
	}

	#[test]
	fn statements_that_cannot_be_proved_are_refused_by_name() {
		sealed(|| {
			let refused = |period, groups: &[AccountId], with: &str| {
				let groups = groups.iter().cloned().map(group).collect();
				assert_eq!(Settlement::sealed_statement(period, groups).unwrap_err(), with);
			};
			refused(LATER, &[], "NoClaims");
			refused(LATER, &[ALICE, ALICE], "DuplicateGroup");
			refused(LATER, &[ANYONE], "NothingContracted");
			refused(LATER + 1, &[ALICE], "PeriodRunning");
			refused(LATER, &[ALICE; 9], "TooManyGroups");
			// So many groups two proofs can have, were they not all the same.
			refused(LATER, &[ALICE; 8], "DuplicateGroup");
			refused(FIRST, &[ALICE], "NotAllCommitted");
		});
	}

	#[test]
	fn no_statements_have_more_commitments_than_a_proof_can_have() {
		sealed(|| {
			let formed = |operators: &[AccountId]| {
				let groups = operators.iter().copied().map(group).collect();
				Settlement::sealed_statement(LATER, groups).map(|_| ())
			};
			let refused = Err("TooManySlots".to_string());
			// As if so many of Alice's meters had committed.
			let most = <<Test as pallet_settlement::Config>::MaxSlots as Get<u32>>::get();
			let count =
				|many: u32| pallet_metering::Counts::<Test>::insert(LATER, group(ALICE), many);
			count(most + 1);
			assert_eq!(formed(&[ALICE]), refused);
			// Whatever the call declares.
			let call = Sealing::unproved(LATER, &[ALICE]);
			assert_eq!(call.slots, most + 1);
			call.is_refused(ALICE, Error::TooManySlots);
			count(most);
			assert_eq!(formed(&[ALICE]), Ok(()));
			// One more is Bob's: what counts is the sum over the groups.
			assert_eq!(formed(&[ALICE, BOB]), refused);
			count(2);
		});
	}

	#[test]
	fn a_statement_of_a_trade_that_is_not_sealed_is_refused() {
		committed(|| {
			let refused = Settlement::sealed_statement(FIRST, vec![group(ALICE)]);
			assert_eq!(refused.unwrap_err(), "NotSealed");
		});
	}

	#[test]
	fn the_status_says_that_it_was_sealed_and_no_quantity() {
		sealed(|| {
			let status = || Settlement::status(&group(ALICE), LATER);
			assert!(status().sealed && status().provable && !status().settled);
			assert!(!Settlement::status(&group(ALICE), FIRST).sealed);
			assert_ok!(Sealing::proved(LATER, &[(ALICE, 70)], READINGS).submit(ALICE));
			assert!(!status().sealed && status().settled);
			let outcome = status().outcome.unwrap();
			assert!(outcome.proved);
			assert_eq!((outcome.trades, outcome.contracted), (1, 100));
			assert_eq!(outcome.sealed, Some(100 * Balance::from(RATE)));
			assert_eq!((outcome.delivered, outcome.paid), (None, None));
			assert_eq!((outcome.refunded, outcome.penalty), (None, None));
		});
	}

	#[test]
	fn a_dry_run_finds_what_the_call_would_find() {
		sealed(|| {
			let good = Sealing::proved(LATER, &[(ALICE, 70)], READINGS);
			let other = Sealing::proved(LATER, &[(ALICE, 70)], READINGS);
			let found = |usage: &Sealing, split: &Sealing| {
				let ((readings, _), (_, notes)) = (statements(usage), statements(split));
				Settlement::verify_sealed(&readings, &usage.usage_proof, &notes, &split.split_proof)
			};
			assert!(found(&good, &good));
			// Both proofs hold, each for another commitment.
			assert!(!found(&good, &other) && !found(&other, &good));
			let bent = Sealing { usage_proof: vec![0; 64], ..good.clone() };
			assert!(!found(&bent, &bent));
			let bent = Sealing { split_proof: vec![0; 64], ..good.clone() };
			assert!(!found(&bent, &bent));
			let (mut usage, split) = statements(&good);
			usage.groups.clear();
			let empty = Settlement::verify_sealed(&usage, &[], &split, &good.split_proof);
			assert!(!empty);
		});
	}

	#[test]
	fn a_dry_run_asks_that_both_statements_are_of_the_same_quantities() {
		sealed(|| {
			let mut sealing = Sealing::unproved(LATER, &[ALICE, BOB]);
			sealing.claims[1].quantity_commitment = [7; 32];
			let (usage, split) = statements(&sealing);
			let joined = |usage: &UsageStatement<AccountId>, split: &SplitStatement| {
				Settlement::verify_sealed(usage, &[], split, &[])
			};
			assert!(!joined(&usage, &split));
			// Were all proofs good, the statements would still be of two settlements.
			Permissive::set(true);
			assert!(joined(&usage, &split));
			let bent = |change: &dyn Fn(&mut UsageStatement<AccountId>, &mut SplitStatement)| {
				let (mut usage, mut split) = (usage.clone(), split.clone());
				change(&mut usage, &mut split);
				assert!(!joined(&usage, &split));
			};
			bent(&|_, split| split.genesis[0] ^= 1);
			bent(&|_, split| split.period += 1);
			bent(&|_, split| split.asset += 1);
			bent(&|_, split| split.splits.truncate(1));
			bent(&|usage, _| usage.groups.truncate(1));
			bent(&|_, split| split.splits.swap(0, 1));
			bent(&|_, split| split.splits[1].quantity_commitment[0] ^= 1);
			bent(&|usage, _| usage.groups[0].claim = Claim::AtLeast(70));
		});
	}

	#[test]
	fn a_check_says_what_the_call_would_meet_but_for_the_proofs() {
		sealed(|| {
			let sealing = Sealing::unproved(LATER, &[ALICE]);
			assert_eq!(Settlement::check(&ALICE, &sealing.call()), Ok(()));
			assert_eq!(Settlement::check(&ANYONE, &sealing.call()).unwrap_err(), "NotEntitled");
			let few = Sealing { slots: 1, ..sealing.clone() };
			assert_eq!(Settlement::check(&ALICE, &few.call()).unwrap_err(), "TooManySlots");
			finalise(LATER);
			let late = Settlement::check(&ALICE, &sealing.call());
			assert_eq!(late.unwrap_err(), "DeadlinePassed");
		});
	}
}
