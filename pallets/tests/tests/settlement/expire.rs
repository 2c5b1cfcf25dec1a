//! `expire` and `prune`.

use super::*;

fn expire(who: AccountId) -> DispatchResultWithPostInfo {
	Settlement::expire(RuntimeOrigin::signed(ANYONE), FIRST, group(who))
}

fn expiry_refused(who: AccountId, error: Error<Test>) {
	assert_storage_noop!(assert_eq!(expire(who).unwrap_err().error, error.into()));
}

#[test]
fn anyone_expires_a_group_that_nobody_proved() {
	committed(|| {
		finalise(FIRST);
		let post = expire(ALICE).unwrap();
		assert_eq!(post.actual_weight, Some(weights::expire::<()>(1)));
		assert_eq!(
			events(),
			[Event::GroupExpired {
				group: group(ALICE),
				period: FIRST,
				contracted: 100,
				refunded: 500,
				penalty: 1_200,
				trades: 1
			}]
		);
		assert_eq!(total(ALICE), ENDOWMENT - 100 - 100 * IMBALANCE_PRICE + 100);
		assert_eq!(total(BUYER), ENDOWMENT + 100 * IMBALANCE_PRICE);
		let record = Settlements::<Test>::get(FIRST.to_be_bytes(), group(ALICE)).unwrap();
		assert!(matches!(record.ending, Ending::Expired(Settled { delivered: 0, .. })));
		expire(BOB).unwrap();
		assert!(nothing_is_escrowed());
	});
}

#[test]
fn no_proof_enters_after_an_expiry() {
	committed(|| {
		let submission = Submission::proved(FIRST, &[(ALICE, 100)], READINGS);
		finalise(FIRST);
		expire(ALICE).unwrap();
		System::reset_events();
		refused(&submission, ALICE, Error::DeadlinePassed);
	});
}

#[test]
fn an_expiry_is_refused_from_an_unsigned_origin() {
	execute(|| {
		finalise(FIRST);
		assert_storage_noop!({
			let error = Settlement::expire(RuntimeOrigin::root(), FIRST, group(ALICE));
			assert_eq!(error.unwrap_err().error, DispatchError::BadOrigin);
		});
	});
}

#[test]
fn an_expiry_is_refused_before_the_deadline() {
	committed(|| {
		expiry_refused(ALICE, Error::DeadlineNotPassed);
		cut_off(FIRST);
		expiry_refused(ALICE, Error::DeadlineNotPassed);
	});
}

#[test]
fn an_expiry_is_refused_once_settled_or_without_contract() {
	committed(|| {
		Submission::proved(FIRST, &[(ALICE, 100)], READINGS).submit(ALICE).unwrap();
		finalise(FIRST);
		System::reset_events();
		expiry_refused(ALICE, Error::AlreadySettled);
		expiry_refused(ANYONE, Error::NothingContracted);
	});
}

mod prune {
	use super::*;

	fn prune(who: AccountId) -> DispatchResult {
		Settlement::prune(RuntimeOrigin::signed(ANYONE), FIRST, group(who))
	}

	#[test]
	fn a_record_goes_once_it_has_been_kept_long_enough() {
		execute(|| {
			finalise(FIRST);
			expire(ALICE).unwrap();
			assert_noop!(prune(ALICE), Error::<Test>::RetentionRunning);
			assert_noop!(prune(BOB), Error::<Test>::NotSettled);
			finalise(FIRST + RETENTION - 1);
			assert_noop!(prune(ALICE), Error::<Test>::RetentionRunning);
			finalise(FIRST + RETENTION);
			System::reset_events();
			assert_ok!(prune(ALICE));
			let gone = Event::SettlementPruned { group: group(ALICE), period: FIRST };
			assert_eq!(events(), [gone]);
			assert_noop!(prune(ALICE), Error::<Test>::NotSettled);
			// Nothing can be claimed or expired a second time.
			assert!(Settlement::is_settled(&group(ALICE), FIRST));
			expiry_refused(ALICE, Error::NothingContracted);
		});
	}

	#[test]
	fn a_record_stays_for_an_unsigned_origin() {
		execute(|| {
			let pruned = Settlement::prune(RuntimeOrigin::none(), FIRST, group(ALICE));
			assert_noop!(pruned, DispatchError::BadOrigin);
		});
	}
}
