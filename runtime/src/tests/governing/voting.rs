//! One vote for each, and every deposit and lock has a way out.

use super::*;

#[test]
fn who_votes_twice_is_told_so_and_counts_once() {
	let mut governed = Governed::begin();
	let index = governed.propose(root(), pallet_sudo::Call::remove_key {});
	let tally = |governed: &mut Governed| {
		let ongoing = governed.run(|| Referenda::ensure_ongoing(index)).expect("it goes on");
		(ongoing.tally.ayes, ongoing.tally.nays)
	};
	governed.vote(Sr25519Keyring::Bob, index, true).unwrap();
	let counted = tally(&mut governed);
	assert_eq!(counted, (900_000 * UNIT, 0));
	for aye in [true, false] {
		assert_eq!(
			governed.vote(Sr25519Keyring::Bob, index, aye),
			Err(pallet_governance::Error::<Runtime>::AlreadyVoted.into())
		);
	}
	assert_eq!(tally(&mut governed), counted);
	// Whoever means it removes the first vote.
	let remove = pallet_conviction_voting::Call::remove_vote { class: None, index };
	governed.call(signed(Sr25519Keyring::Bob), remove).unwrap();
	governed.vote(Sr25519Keyring::Bob, index, false).unwrap();
	assert_eq!(tally(&mut governed), (0, 900_000 * UNIT));
}

#[test]
fn what_votes_lock_and_proposals_put_down_comes_back() {
	let mut governed = Governed::begin();
	let voter = Sr25519Keyring::Ferdie;
	let index = governed.decide(root(), pallet_sudo::Call::remove_key {});
	let frozen = |governed: &mut Governed| {
		governed.run(|| System::account(voter.to_account_id()).data.frozen)
	};
	assert!(governed.held(PROPOSER) > 10_000 * UNIT);
	let decision = pallet_referenda::Call::refund_decision_deposit { index };
	let submission = pallet_referenda::Call::refund_submission_deposit { index };
	for refund in [decision, submission] {
		governed.call(signed(Sr25519Keyring::Eve), refund).expect("anyone may give it back");
	}
	assert_eq!(governed.held(PROPOSER), 0);

	assert_eq!(frozen(&mut governed), 900_000 * UNIT);
	let remove = pallet_conviction_voting::Call::remove_vote { class: Some(0), index };
	governed.call(signed(voter), remove).unwrap();
	let unlock = || pallet_conviction_voting::Call::unlock {
		class: 0,
		target: voter.to_account_id().into(),
	};
	governed.call(signed(voter), unlock()).unwrap();
	assert_eq!(frozen(&mut governed), 900_000 * UNIT, "a week of 168 hours is not over");
	governed.wait(168);
	governed.call(signed(voter), unlock()).unwrap();
	assert_eq!(frozen(&mut governed), 0);
}

#[test]
fn what_nobody_pays_to_decide_is_not_decided() {
	let mut governed = Governed::begin();
	let index = 0;
	let proposal = governed.run(|| {
		Preimage::bound(RuntimeCall::Sudo(pallet_sudo::Call::remove_key {})).expect("it is short")
	});
	let submit = pallet_referenda::Call::submit {
		proposal_origin: Box::new(root()),
		proposal,
		enactment_moment: frame_support::traits::schedule::DispatchTime::After(0),
	};
	governed.call(signed(PROPOSER), submit).unwrap();
	governed.agree(index);
	let ended = governed.wait_for_end(index);
	assert!(matches!(ended, ReferendumInfo::TimedOut(..)), "{ended:?}");
	assert!(governed.run(pallet_sudo::Key::<Runtime>::get).is_some());
}

/// A payout of a trade passes over locks: the same tokens would vote for every account they come to.
#[test]
fn what_a_trade_can_hand_over_does_not_vote() {
	use crate::configs::Voters;
	use frame_support::traits::{fungible::hold::Mutate, tokens::Precision, Contains};
	let mut governed = Governed::begin();
	let index = governed.propose(root(), pallet_sudo::Call::remove_key {});
	let (name, trader) = (Sr25519Keyring::Bob, Sr25519Keyring::Bob.to_account_id());
	let reason = RuntimeHoldReason::Market(pallet_market::HoldReason::Payment);
	governed.run(|| Balances::hold(&reason, &trader, UNIT)).unwrap();
	let has_trades = Err(pallet_governance::Error::<Runtime>::HasTrades.into());
	assert_eq!(governed.vote(name, index, true), has_trades);
	let delegate = pallet_conviction_voting::Call::delegate {
		class: 0,
		to: Sr25519Keyring::Eve.to_account_id().into(),
		conviction: Conviction::None,
		balance: UNIT,
	};
	let filtered = Err(frame_system::Error::<Runtime>::CallFiltered.into());
	assert_eq!(governed.call(signed(name), delegate), filtered);
	assert!(!governed.run(|| Voters::contains(&trader)));

	governed.run(|| Balances::release(&reason, &trader, UNIT, Precision::Exact)).unwrap();
	for of_orders in [
		pallet_book::HoldReason::Bid,
		pallet_book::HoldReason::Collateral,
		pallet_book::HoldReason::Backstop,
	] {
		let reason = RuntimeHoldReason::Book(of_orders);
		governed.run(|| Balances::hold(&reason, &trader, UNIT)).unwrap();
		assert_eq!(governed.vote(name, index, true), has_trades);
		governed.run(|| Balances::release(&reason, &trader, UNIT, Precision::Exact)).unwrap();
	}
	governed.vote(name, index, true).unwrap();
	assert!(governed.run(|| Voters::contains(&trader)), "and holds nothing for trades now");
}
