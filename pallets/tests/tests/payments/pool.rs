//! The account that has it all.

use super::*;

#[test]
fn genesis_keeps_it_alive() {
	execute(|| {
		assert_eq!(balance(NATIVE_ASSET, &Payments::account_id()), DEPOSIT);
		assert_eq!(Balances::total_issuance(), 4 * ENDOWMENT + DEPOSIT);
		assert_eq!(pool(NATIVE_ASSET), 0);
	});
}

#[test]
fn every_refusal_has_an_error_of_its_name() {
	for refusal in PaymentRefusal::ALL {
		let name: &'static str = Error::<Test>::from(*refusal).into();
		assert_eq!(name, refusal.name());
	}
}

#[test]
fn payments_weigh_with_their_proofs() {
	let draft_weight = |call: Call<Test>| {
		use frame::deps::frame_support::dispatch::GetDispatchInfo;
		use frame::traits::Authorize;
		(call.get_dispatch_info().call_weight, call.weight_of_authorize())
	};
	execute(|| {
		let note = Owned {
			key: key(1),
			asset: NATIVE_ASSET,
			amount: 500,
			randomness: key(2),
			position: 0,
		};
		let verify = <() as WeightInfo>::verify_proof();
		let (call, authorize) = draft_weight(shielding(NATIVE_ASSET, 100, &key(1)).unproved_call());
		assert!(call.all_gte(verify) && authorize.is_zero());
		let (call, authorize) = draft_weight(paying(&note, 100, &key(1)).unproved_call());
		assert!(authorize.all_gte(verify) && call.all_lt(verify) || call.proof_size() == 0);
		let (_, authorize) = draft_weight(unshielding(&note, 100, BOB).unproved_call());
		assert!(authorize.all_gte(verify));
	});
}
