//! Offences: disabled at once, out of the set, slashed later unless cancelled.

use super::*;

const HALF: Perbill = Perbill::from_percent(50);

fn report(who: AccountId, fraction: Perbill) {
	report_of(0, who, fraction);
}

/// A report of an offence in an era.
fn report_of(era: u32, who: AccountId, fraction: Perbill) {
	Validators::report(&who, fraction, era * LENGTHS.sessions_per_era, Some(REPORTER));
}

#[test]
fn an_offender_is_disabled_at_once_and_slashed_later() {
	run(|sessions| {
		report(BOB, HALF);
		assert_eq!(Disabled::take(), [(BOB, HALF)]);
		let free_from = 2 + LENGTHS.unbonding_eras;
		assert_eq!(
			events::<Event<Test>>(),
			[
				Event::Left { who: BOB, why: Why::Offence, free_from },
				Event::SlashReported { who: BOB, amount: 1_000, due: 3 },
			]
		);
		assert_eq!(total(BOB), FUNDS);
		// The next session was planned with it: it is disabled there too.
		sessions.next();
		assert!(sessions.at.contains(&BOB));
		assert_eq!(Disabled::take(), [(BOB, HALF)]);
		sessions.next();
		assert!(!sessions.at.contains(&BOB));
		let (pot, reporter) = (total(FEES), total(REPORTER));
		sessions.until(3);
		assert_eq!((total(BOB), bond(BOB)), (FUNDS - 1_000, 1_000));
		assert_eq!((total(REPORTER) - reporter, total(FEES) - pot), (100, 900));
		let slashed = Event::Slashed { who: BOB, amount: 1_000, reward: 100 };
		assert!(events::<Event<Test>>().contains(&slashed));
		// What is left comes back.
		sessions.until(free_from);
		assert_ok!(withdraw(BOB));
		assert_eq!(free(BOB), FUNDS - 1_000);
	});
}

#[test]
fn a_slash_can_be_cancelled_before_it_is_taken() {
	run(|sessions| {
		let cancel = |origin| Validators::cancel_slash(origin, BOB);
		assert_noop!(cancel(RuntimeOrigin::root()), Error::<Test>::NoSlash);
		report(BOB, HALF);
		assert_noop!(cancel(RuntimeOrigin::signed(BOB)), BadOrigin);
		assert_noop!(join(BOB, 2_000), Error::<Test>::SlashPending);
		assert_ok!(cancel(RuntimeOrigin::root()));
		sessions.until(4);
		assert_eq!(total(BOB), FUNDS);
		assert_ok!(join(BOB, 2_000));
		sessions.until(6);
		assert!(sessions.at.contains(&BOB));
	});
}

#[test]
fn anyone_may_have_a_due_slash_taken() {
	run(|sessions| {
		let apply = || Validators::apply_slash(RuntimeOrigin::signed(DAVE), BOB);
		assert_noop!(apply(), Error::<Test>::NoSlash);
		report(BOB, HALF);
		assert_noop!(apply(), Error::<Test>::SlashNotDue);
		pallet_validators::Era::<Test>::put(3);
		assert_ok!(apply());
		assert_eq!(bond(BOB), 1_000);
		assert_noop!(apply(), Error::<Test>::NoSlash);
		sessions.session = 6;
	});
}

#[test]
fn who_left_is_slashed_before_the_bond_is_free() {
	run(|sessions| {
		assert_ok!(leave(BOB));
		let free_from = free_from(BOB);
		// The last that can be reported of it: validated in era 1, reported `report_eras` later.
		sessions.until(1 + LENGTHS.report_eras);
		report_of(1, BOB, Perbill::one());
		assert_noop!(withdraw(BOB), Error::<Test>::SlashPending);
		sessions.until(free_from - 1);
		assert_eq!((total(BOB), bond(BOB)), (FUNDS - 2_000, 0));
		assert_noop!(withdraw(BOB), Error::<Test>::NothingToWithdraw);
	});
}

#[test]
fn an_offender_that_cannot_be_spared_stays_and_is_slashed() {
	run(|sessions| {
		assert_ok!(leave(CAROL));
		report(BOB, HALF);
		assert_eq!(candidates(), [ALICE, BOB]);
		sessions.until(3);
		assert_eq!(sessions.set(), [ALICE, BOB]);
		assert_eq!(bond(BOB), 1_000);
		assert_eq!(total(BOB), FUNDS - 1_000);
	});
}

#[test]
fn of_the_offences_of_an_era_the_dearest_counts_whenever_it_is_reported() {
	run(|sessions| {
		report(BOB, Perbill::from_percent(10));
		sessions.until(1);
		report(BOB, Perbill::from_percent(20));
		report(BOB, Perbill::from_percent(15));
		// The rest waits anew, so that there is time to cancel it.
		sessions.until(3);
		assert_eq!(total(BOB), FUNDS);
		sessions.until(4);
		assert_eq!(total(BOB), FUNDS - 400);
		// As `pallet-offences` does when another offender of the same slot is reported.
		report(BOB, Perbill::from_percent(20));
		assert!(pallet_validators::Slashes::<Test>::get().is_empty());
		report(BOB, Perbill::from_percent(30));
		sessions.until(8);
		assert_eq!(total(BOB), FUNDS - 400 - 160, "a tenth of what was left");
	});
}

#[test]
fn new_offences_do_not_put_off_a_slash_of_everything() {
	run(|sessions| {
		assert_ok!(leave(CAROL));
		// Two are the least: Bob goes on, and offends in each era.
		report(BOB, Perbill::one());
		for era in 1..=3 {
			sessions.until(era);
			report_of(era, BOB, Perbill::one());
		}
		assert_eq!((total(BOB), bond(BOB)), (FUNDS - 2_000, 0));
		// With nothing left to lose it is disabled all the same.
		Disabled::set(vec![]);
		report_of(4, BOB, Perbill::one());
		assert_eq!(Disabled::take(), [(BOB, Perbill::one())]);
	});
}

#[test]
fn each_era_has_its_own_offences() {
	run(|sessions| {
		sessions.until(1);
		report_of(0, BOB, Perbill::from_percent(10));
		report_of(1, BOB, Perbill::from_percent(10));
		sessions.until(5);
		assert_eq!(total(BOB), FUNDS - 400);
	});
}

#[test]
fn what_cannot_be_reported_any_more_is_forgotten() {
	run(|sessions| {
		report(BOB, HALF);
		let known = || pallet_validators::Charged::<Test>::iter().count();
		sessions.until(LENGTHS.report_eras + 1);
		assert_eq!(known(), 1);
		sessions.until(LENGTHS.report_eras + 2);
		assert_eq!(known(), 0);
	});
}

#[test]
fn nothing_to_pay_is_nothing_at_all() {
	run(|_| {
		report(BOB, Perbill::zero());
		assert!(Disabled::get().is_empty());
		assert!(candidates().contains(&BOB));
		assert!(events::<Event<Test>>().is_empty());
	});
}

#[test]
fn who_a_slash_leaves_with_too_little_goes_once_it_can_be_spared() {
	run(|sessions| {
		assert_ok!(leave(CAROL));
		report(BOB, Perbill::one());
		sessions.until(4);
		assert_eq!((candidates(), bond(BOB)), (vec![ALICE, BOB], 0));
		assert_ok!(join(DAVE, 1_000));
		sessions.until(5);
		assert_eq!(candidates(), [ALICE, DAVE]);
		sessions.until(7);
		assert_eq!(sessions.set(), [ALICE, DAVE]);
	});
}

#[test]
fn without_a_reporter_everything_goes_to_the_pot() {
	run(|sessions| {
		let pot = total(FEES);
		Validators::report(&BOB, HALF, 0, None);
		sessions.until(3);
		assert_eq!(total(FEES) - pot, 1_000);
	});
}

#[test]
fn a_reporter_that_is_no_account_leaves_its_share_to_the_pot() {
	run(|sessions| {
		let (pot, issued) = (total(FEES), Balances::total_issuance());
		Validators::report(&CAROL, HALF, 0, Some(account(77)));
		sessions.until(3);
		assert_eq!(total(FEES) - pot, 500);
		assert_eq!(Balances::total_issuance(), issued);
	});
}

#[test]
fn what_no_account_can_take_is_burnt() {
	run(|sessions| {
		assert_ok!(Balances::transfer_all(RuntimeOrigin::signed(FEES), DAVE, false));
		let issued = Balances::total_issuance();
		Validators::report(&CAROL, Perbill::from_percent(5), 0, None);
		sessions.until(3);
		assert_eq!((total(FEES), bond(CAROL)), (0, 950));
		assert_eq!(Balances::total_issuance(), issued - 50);
	});
}

#[test]
fn whoever_has_no_bond_has_nothing_to_lose() {
	run(|_| {
		report(DAVE, HALF);
		assert!(Disabled::take().is_empty());
		assert!(pallet_validators::Slashes::<Test>::get().is_empty());
	});
}

#[test]
fn one_slash_too_many_has_the_oldest_taken() {
	run(|_| {
		for who in [DAVE, ERIN] {
			assert_ok!(join(who, 1_000));
		}
		for who in [ALICE, BOB, CAROL, DAVE] {
			report(who, HALF);
		}
		assert_eq!(total(ALICE), FUNDS - 1_500);
		let waiting = pallet_validators::Slashes::<Test>::get();
		let waiting: Vec<_> = waiting.into_iter().map(|slash| slash.who).collect();
		assert_eq!(waiting, [BOB, CAROL, DAVE]);
		assert_eq!(candidates().len(), 2);
	});
}

#[test]
fn everybody_offends_and_the_chain_goes_on() {
	run(|sessions| {
		for who in [ALICE, BOB, CAROL] {
			report(who, Perbill::one());
		}
		sessions.until(5);
		assert_eq!(sessions.at.len(), 2);
		assert_eq!(candidates().len(), 2);
	});
}
