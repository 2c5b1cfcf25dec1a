//! The technical collective hastens and closes; it decides nothing.

use frame_support::{traits::Contains, weights::Weight};
use meterproof_primitives::{Direction, NoteCiphertext, Output, PaymentBody};
use sp_runtime::{
	traits::Hash,
	transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError},
};

use super::*;
use crate::configs::OpenInSafeMode;

/// Whether safe mode is entered.
fn closed(governed: &mut Governed) -> bool {
	governed.run(SafeMode::is_entered)
}

fn close() -> pallet_collective::Call<Runtime> {
	motion(pallet_safe_mode::Call::force_enter {})
}

#[test]
fn the_collective_has_a_call_on_the_whitelist_dispatched_within_hours() {
	let mut governed = Governed::begin();
	let call = RuntimeCall::Sudo(pallet_sudo::Call::remove_key {});
	let call_hash = <Runtime as frame_system::Config>::Hashing::hash_of(&call);
	let dispatch =
		pallet_whitelist::Call::dispatch_whitelisted_call_with_preimage { call: Box::new(call) };
	let whitelist = pallet_whitelist::Call::whitelist_call { call_hash };
	assert_eq!(
		governed.call(signed(Sr25519Keyring::Bob), whitelist.clone()),
		Err(DispatchError::BadOrigin)
	);
	governed.call(signed(MEMBER), motion(whitelist)).unwrap();
	let began = governed.chain.number();
	let index = governed.propose(granted(Origin::WhitelistedCaller), dispatch);
	governed.agree(index);
	governed.wait(6);
	assert_eq!(governed.run(pallet_sudo::Key::<Runtime>::get), None, "root's right, {began}");
}

#[test]
fn what_the_collective_has_not_looked_at_waits_for_it() {
	let mut governed = Governed::begin();
	let call = RuntimeCall::Sudo(pallet_sudo::Call::remove_key {});
	let call_hash = <Runtime as frame_system::Config>::Hashing::hash_of(&call);
	let dispatch =
		pallet_whitelist::Call::dispatch_whitelisted_call_with_preimage { call: Box::new(call) };
	governed.decide(granted(Origin::WhitelistedCaller), dispatch.clone());
	assert!(governed.run(pallet_sudo::Key::<Runtime>::get).is_some());
	assert_eq!(
		governed.call(signed(Sr25519Keyring::Bob), dispatch.clone()),
		Err(pallet_whitelist::Error::<Runtime>::CallIsNotWhitelisted.into())
	);
	governed
		.call(signed(MEMBER), motion(pallet_whitelist::Call::whitelist_call { call_hash }))
		.unwrap();
	governed.call(signed(Sr25519Keyring::Bob), dispatch).expect("it was decided already");
	assert_eq!(governed.run(pallet_sudo::Key::<Runtime>::get), None);
}

#[test]
fn a_member_votes_once() {
	let mut governed = Governed::begin();
	governed.run(|| {
		let members = [MEMBER, Sr25519Keyring::Bob, Sr25519Keyring::Charlie];
		let mut members = members.map(|member| member.to_account_id()).to_vec();
		members.sort();
		pallet_collective::Members::<Runtime>::put(members);
	});
	let proposal = RuntimeCall::SafeMode(pallet_safe_mode::Call::force_enter {});
	let hash = <Runtime as frame_system::Config>::Hashing::hash_of(&proposal);
	let propose = pallet_collective::Call::propose {
		threshold: 2,
		proposal: Box::new(proposal),
		length_bound: 100,
	};
	governed.call(signed(MEMBER), propose).unwrap();
	let vote = || pallet_collective::Call::vote { proposal: hash, index: 0, approve: true };
	governed.call(signed(MEMBER), vote()).unwrap();
	assert_eq!(
		governed.call(signed(MEMBER), vote()),
		Err(pallet_collective::Error::<Runtime>::DuplicateVote.into())
	);
	let close = || pallet_collective::Call::close {
		proposal_hash: hash,
		index: 0,
		proposal_weight_bound: Weight::from_parts(10_000_000_000, 1_000_000),
		length_bound: 100,
	};
	assert!(governed.call(signed(MEMBER), close()).is_err(), "one of three is not two");
	governed.call(signed(Sr25519Keyring::Bob), vote()).unwrap();
	governed.call(signed(Sr25519Keyring::Bob), close()).unwrap();
	assert!(closed(&mut governed));
}

#[test]
fn a_member_has_few_motions_at_a_time_and_a_deposit_for_each() {
	let mut governed = Governed::begin();
	governed.run(|| {
		let members = [MEMBER, Sr25519Keyring::Bob, Sr25519Keyring::Charlie];
		let mut members = members.map(|member| member.to_account_id()).to_vec();
		members.sort();
		pallet_collective::Members::<Runtime>::put(members);
	});
	let proposal = |n: u8| RuntimeCall::System(frame_system::Call::remark { remark: vec![n] });
	let propose = |n: u8| pallet_collective::Call::propose {
		threshold: 2,
		proposal: Box::new(proposal(n)),
		length_bound: 100,
	};
	let before = governed.held(MEMBER);
	for n in 0..3 {
		governed.call(signed(MEMBER), propose(n)).unwrap();
	}
	let refused = Err(pallet_governance::Error::<Runtime>::TooManyMotions.into());
	assert_eq!(governed.call(signed(MEMBER), propose(3)), refused);
	assert_eq!(governed.held(MEMBER) - before, 30 * UNIT);
	// The others have their own places.
	governed.call(signed(Sr25519Keyring::Bob), propose(3)).unwrap();
	// A motion that has ended makes room, and anybody gives its deposit back.
	let hash = <Runtime as frame_system::Config>::Hashing::hash_of(&proposal(0));
	let release = || pallet_collective::Call::release_proposal_cost { proposal_hash: hash };
	assert_eq!(
		governed.call(signed(Sr25519Keyring::Eve), release()),
		Err(pallet_collective::Error::<Runtime>::ProposalActive.into())
	);
	governed.run(|| pallet_collective::Pallet::<Runtime>::do_disapprove_proposal(hash));
	governed.call(signed(MEMBER), propose(4)).unwrap();
	governed.call(signed(Sr25519Keyring::Eve), release()).unwrap();
	assert_eq!(governed.held(MEMBER) - before, 30 * UNIT);
	// An equal motion takes the place of one that has ended, whose deposit comes back by it.
	let ended = <Runtime as frame_system::Config>::Hashing::hash_of(&proposal(1));
	governed.run(|| pallet_collective::Pallet::<Runtime>::do_disapprove_proposal(ended));
	let of_bob = governed.held(Sr25519Keyring::Bob);
	governed.call(signed(Sr25519Keyring::Bob), propose(1)).unwrap();
	assert_eq!(governed.held(MEMBER) - before, 20 * UNIT);
	assert_eq!(governed.held(Sr25519Keyring::Bob) - of_bob, 10 * UNIT);
}

#[test]
fn safe_mode_closes_what_is_new_and_leaves_open_what_is_due() {
	let mut governed = Governed::begin();
	let pay = || pallet_balances::Call::transfer_allow_death {
		dest: Sr25519Keyring::Bob.to_account_id().into(),
		value: UNIT,
	};
	governed.call(signed(Sr25519Keyring::Eve), pay()).unwrap();
	governed.call(signed(MEMBER), close()).unwrap();
	let filtered = DispatchError::from(frame_system::Error::<Runtime>::CallFiltered);
	assert_eq!(governed.call(signed(Sr25519Keyring::Eve), pay()), Err(filtered));
	// A payment within another call is refused as well.
	let batch = pallet_utility::Call::batch_all { calls: vec![pay().into()] };
	assert_eq!(governed.call(signed(Sr25519Keyring::Eve), batch), Err(filtered));
	// Votes go on, and what was traded goes on to its end: the call fails by its own reason.
	let index = governed.propose(root(), pallet_sudo::Call::remove_key {});
	governed.vote(Sr25519Keyring::Eve, index, true).unwrap();
	let registrar = Sr25519Keyring::Bob.to_account_id();
	let (zone, resource) = (7, meterproof_primitives::Resource::Electricity);
	let due: [RuntimeCall; 7] = [
		pallet_market::Call::claim { period: 1, trade: 7 }.into(),
		pallet_book::Call::cancel { order: 7, first: 1, last: 1 }.into(),
		pallet_book::Call::claim { account: registrar.clone() }.into(),
		pallet_book::Call::withdraw_fund { zone, resource, amount: 1 }.into(),
		pallet_water::Call::withdraw { zone }.into(),
		pallet_devices::Call::resume { device: 7, key: [1; 32] }.into(),
		pallet_devices::Call::release_bond { zone: 7, registrar }.into(),
	];
	for call in due {
		let made = governed.call(signed(Sr25519Keyring::Eve), call);
		assert!(matches!(made, Err(error) if error != filtered), "{made:?}");
	}
	// What books would trade is new, and so are litres that pass on.
	let new: [RuntimeCall; 4] = [
		pallet_book::Call::fund_backstop { zone, resource, amount: 1 }.into(),
		pallet_book::Call::clear { zone, resource, period: 1 }.into(),
		pallet_book::Call::improve { order: 7, limit: 1, first: 1, last: 1 }.into(),
		pallet_water::Call::open { zone }.into(),
	];
	for call in new {
		assert_eq!(governed.call(signed(Sr25519Keyring::Eve), call), Err(filtered));
	}

	let open = pallet_safe_mode::Call::force_exit {};
	assert_eq!(
		governed.call(signed(Sr25519Keyring::Bob), open.clone()),
		Err(DispatchError::BadOrigin)
	);
	governed.call(signed(MEMBER), motion(open)).unwrap();
	governed.call(signed(Sr25519Keyring::Eve), pay()).expect("all is open again");
}

#[test]
fn safe_mode_ends_by_itself_and_by_a_referendum() {
	let mut governed = Governed::begin();
	governed.call(signed(MEMBER), close()).unwrap();
	governed.wait(12);
	assert!(closed(&mut governed));
	governed.wait(1);
	assert!(!closed(&mut governed), "twelve hours are over");

	governed.call(signed(MEMBER), close()).unwrap();
	let exit = pallet_safe_mode::Call::force_exit {};
	governed.call(RuntimeOrigin::from(Origin::ExchangeAdmin), exit).unwrap();
	assert!(!closed(&mut governed));
	// Nobody closes it for money.
	assert_eq!(
		governed.call(signed(Sr25519Keyring::Bob), pallet_safe_mode::Call::enter {}),
		Err(pallet_safe_mode::Error::<Runtime>::NotConfigured.into())
	);
}

#[test]
fn what_governance_decides_is_carried_out_in_safe_mode_too() {
	let mut governed = Governed::begin();
	governed.call(signed(MEMBER), close()).unwrap();
	let appoint = pallet_devices::Call::appoint_registrar {
		zone: 7,
		registrar: Sr25519Keyring::Bob.to_account_id(),
	};
	governed.call(RuntimeOrigin::from(Origin::ExchangeAdmin), appoint).unwrap();
	governed.run(|| assert_eq!(pallet_devices::Registrars::<Runtime>::get(7).len(), 1));
}

/// A payment without an account, and a commitment, each in its transaction.
#[test]
fn a_closed_call_that_nobody_signs_does_not_enter_a_block() {
	let payment = || {
		let ciphertext = NoteCiphertext {
			ephemeral: [0; 32],
			note: [0; 184],
			outgoing: [0; 112],
			auditor: None,
		};
		let output = |commitment| Output { commitment, ciphertext: ciphertext.clone() };
		let payment = PaymentBody {
			root: [0; 32],
			nullifiers: [[1; 32], [2; 32]],
			outputs: [output([3; 32]), output([4; 32])],
			proof: Default::default(),
		};
		let payment = Box::new(payment);
		RuntimeCall::Payments(pallet_payments::Call::transfer { asset: 0, fee: 0, payment })
	};
	let commitment = RuntimeCall::Metering(pallet_metering::Call::commit {
		device: 7,
		period: 1,
		direction: Direction::Export,
		commitment: [1; 32],
		signature: [2; 64],
	});
	let mut governed = Governed::begin();
	governed.run(|| {
		assert!(!OpenInSafeMode::contains(&payment()) && OpenInSafeMode::contains(&commitment));
	});
	let refused = |governed: &mut Governed, call: RuntimeCall| {
		let extrinsic = authorized(call);
		governed.run(|| {
			let parent = System::parent_hash();
			Executive::validate_transaction(TransactionSource::External, extrinsic, parent)
		})
	};
	let closed = TransactionValidityError::Invalid(InvalidTransaction::Call);
	assert_ne!(refused(&mut governed, payment()), Err(closed.clone()));
	governed.call(signed(MEMBER), close()).unwrap();
	assert_eq!(refused(&mut governed, payment()), Err(closed.clone()));
	assert_ne!(refused(&mut governed, commitment), Err(closed));
}
