//! What referenda decide is carried out, within what they were granted.

use codec::Encode;
use frame_support::{assert_noop, weights::Weight};
use pallet_validators::Slashes;
use sp_runtime::Perbill;

use super::*;
use crate::configs::{FeePot, MOST_SPENT};

#[test]
fn a_referendum_removes_sudo() {
	let mut governed = Governed::begin();
	let remark = || Box::new(frame_system::Call::remark { remark: vec![] }.into());
	let sudo = || pallet_sudo::Call::sudo { call: remark() };
	governed.call(signed(MEMBER), sudo()).expect("genesis has sudo");
	let began = governed.chain.number();
	governed.decide(root(), pallet_sudo::Call::remove_key {});
	assert_eq!(governed.run(pallet_sudo::Key::<Runtime>::get), None);
	assert_eq!(
		governed.call(signed(MEMBER), sudo()),
		Err(pallet_sudo::Error::<Runtime>::RequireSudo.into())
	);
	// In two minutes, from the proposal to the change.
	let blocks = governed.chain.number() - began;
	assert!(blocks * 2 <= 120, "{blocks} blocks");
}

#[test]
fn what_is_voted_down_changes_nothing() {
	let mut governed = Governed::begin();
	let least = pallet_validators::Call::set_least { least: 5 };
	let index = governed.propose(granted(Origin::ValidatorsAdmin), least);
	governed.vote(Sr25519Keyring::Bob, index, true).unwrap();
	for who in Sr25519Keyring::well_known().skip(3) {
		governed.vote(who, index, false).unwrap();
	}
	let ended = governed.wait_for_end(index);
	assert!(matches!(ended, ReferendumInfo::Rejected(..)), "{ended:?}");
	governed.wait(2);
	assert_eq!(governed.run(pallet_validators::Least::<Runtime>::get), 1);
}

#[test]
fn the_treasury_pays_what_a_treasurer_may() {
	let mut governed = Governed::begin();
	let payee = AccountId::new([7; 32]);
	let fund = pallet_balances::Call::transfer_allow_death {
		dest: FeePot::get().into(),
		value: 100_000 * UNIT,
	};
	governed.call(signed(Sr25519Keyring::Eve), fund).unwrap();
	let spend = |amount| pallet_treasury::Call::spend {
		asset_kind: Box::new(()),
		amount,
		beneficiary: Box::new(payee.clone()),
		valid_from: None,
	};
	governed.decide(granted(Origin::Treasurer), spend(MOST_SPENT));
	let payout = || pallet_treasury::Call::payout { index: 0 };
	governed.call(signed(Sr25519Keyring::Ferdie), payout()).expect("anyone may ask for it");
	assert_eq!(governed.run(|| Balances::free_balance(&payee)), MOST_SPENT);
	assert!(governed.call(signed(Sr25519Keyring::Ferdie), payout()).is_err(), "it is paid once");

	let too_much = governed.call(RuntimeOrigin::from(Origin::Treasurer), spend(MOST_SPENT + 1));
	assert_eq!(too_much, Err(pallet_treasury::Error::<Runtime>::InsufficientPermission.into()));
	// Root may spend anything, and the way that is deprecated is closed to the others.
	governed.call(RuntimeOrigin::root(), spend(MOST_SPENT + 1)).unwrap();
	governed.run(|| {
		#[allow(deprecated)]
		let local = pallet_treasury::Call::spend_local { amount: 1, beneficiary: payee.clone().into() };
		let call = RuntimeCall::Treasury(local);
		assert_noop!(
			call.dispatch(Origin::Treasurer.into()),
			frame_system::Error::<Runtime>::CallFiltered
		);
	});
}

#[test]
fn what_nobody_may_earn_is_the_treasury_s() {
	let mut governed = Governed::begin();
	governed.run(|| {
		assert_eq!(Treasury::account_id(), FeePot::get());
		let validator = MEMBER.to_account_id();
		Validators::report(&validator, Perbill::one(), 0, None);
	});
	let before = governed.run(Treasury::pot);
	// Three eras of 150 slots, after which the slash is due.
	for _ in 0..4 {
		governed.chain.close_block();
		governed.chain.open_block(150);
	}
	let after = governed.run(Treasury::pot);
	assert_eq!(after - before, 10 * MIN_BOND);
}

#[test]
fn a_slash_is_cancelled_by_its_track_before_it_is_taken() {
	let mut governed = Governed::begin();
	let who = MEMBER.to_account_id();
	governed.run(|| Validators::report(&who, Perbill::from_percent(10), 0, None));
	assert_eq!(governed.run(|| Slashes::<Runtime>::get().len()), 1);
	let cancel = pallet_validators::Call::cancel_slash { who: who.clone() };
	governed.decide(granted(Origin::ValidatorsAdmin), cancel);
	assert!(governed.run(|| Slashes::<Runtime>::get().is_empty()));
	assert_eq!(governed.run(Treasury::pot), 0);
}

/// A call with so many calls within each other.
fn nested(levels: usize) -> Vec<u8> {
	let remark = RuntimeCall::from(frame_system::Call::remark { remark: vec![] });
	let sudo = RuntimeCall::from(pallet_sudo::Call::sudo { call: Box::new(remark.clone()) });
	let level = &sudo.encode()[..2];
	[level.repeat(levels), remark.encode()].concat()
}

#[test]
fn a_call_of_too_many_calls_within_calls_is_not_decoded_and_stops_no_block() {
	for (levels, is_decoded) in [(10, true), (100_000, false)] {
		let mut governed = Governed::begin();
		let bytes = nested(levels);
		let len = u32::try_from(bytes.len()).unwrap();
		let hash = governed.run(|| Preimage::note(bytes.into())).expect("it is not too long");
		let proposal = Bounded::Lookup { hash, len };
		let index = governed.propose_bound(granted(Origin::Treasurer), proposal);
		governed.agree(index);
		let ended = governed.wait_for_end(index);
		assert!(matches!(ended, ReferendumInfo::Approved(..)), "{ended:?}");
		// The scheduler's other tasks, which wake up referenda, have no name.
		let fate = || {
			System::events().into_iter().find_map(|record| match record.event {
				RuntimeEvent::Scheduler(pallet_scheduler::Event::Dispatched {
					id: Some(_),
					..
				}) => Some(true),
				RuntimeEvent::Scheduler(pallet_scheduler::Event::CallUnavailable { .. }) => {
					Some(false)
				},
				_ => None,
			})
		};
		let found = (0..40).find_map(|_| {
			governed.wait(1);
			governed.run(fate)
		});
		assert_eq!(found, Some(is_decoded), "{levels} levels");
	}
}

#[test]
fn nor_is_one_that_the_collective_has_put_on_the_whitelist() {
	let unavailable = pallet_whitelist::Error::<Runtime>::UnavailablePreImage;
	for (levels, expected) in [(10, Ok(())), (100, Err(DispatchError::from(unavailable)))] {
		let mut governed = Governed::begin();
		let bytes = nested(levels);
		let call_encoded_len = u32::try_from(bytes.len()).unwrap();
		let call_hash = governed.run(|| Preimage::note(bytes.into())).expect("it is not too long");
		governed
			.call(signed(MEMBER), motion(pallet_whitelist::Call::whitelist_call { call_hash }))
			.unwrap();
		let dispatch = pallet_whitelist::Call::dispatch_whitelisted_call {
			call_hash,
			call_encoded_len,
			call_weight_witness: Weight::MAX,
		};
		let dispatched = governed.call(RuntimeOrigin::from(Origin::WhitelistedCaller), dispatch);
		assert_eq!(dispatched, expected, "{levels} levels");
	}
}
