//! Settlements that pay into notes, and what becomes of such a note.

use frame::deps::{
	frame_support::{dispatch::RawOrigin, traits::Authorize},
	sp_runtime::{traits::Dispatchable, transaction_validity::TransactionSource},
};
use meterproof_primitives::{
	NoteCiphertext, NoteContent, NoteHash, NoteOwner, Output, PaymentBody, PublicPart,
	TransferStatement, NATIVE_ASSET,
};
use meterproof_programs::note::{nullifier_key, owner, Note};
use meterproof_prover::transfer::{prove, Payment, Spend};

use super::*;

/// A later period, for which nothing is sold yet.
const LATER: PeriodIndex = FIRST + 1;
const SECRET: [u8; 32] = [3; 32];
const FEE: u64 = 10;

/// Whom `SECRET` lets spend.
fn alices() -> NoteOwner {
	owner(&nullifier_key(&SECRET).unwrap(), 0).unwrap()
}

const BUYERS: NoteOwner = [2; 32];

/// Alice sold 100 units of `LATER` for notes, and all meters have committed.
fn noted(test: impl FnOnce()) {
	execute(|| {
		sell_into(ALICE, 100, LATER, Some(alices()), Some(BUYERS));
		end(LATER);
		commit(LATER, READINGS);
		test();
	});
}

/// The contents of the notes paid so far, in order.
fn notes() -> Vec<(NoteOwner, u64)> {
	let next = pallet_payments::NextPosition::<Test>::get();
	let content = |position| match pallet_payments::Notes::<Test>::get(position).unwrap().content {
		NoteContent::Open { amount, owner, .. } => (owner, amount),
		_ => panic!("sealed"),
	};
	(0..next).map(content).collect()
}

/// What accounts and the pool have is what there is.
fn money_is_conserved() {
	let sum: Balance = frame_system::Account::<Test>::iter_keys().map(total).sum();
	assert_eq!(sum, Balances::total_issuance());
}

#[test]
fn a_proof_pays_seller_and_buyer_into_notes_in_its_block() {
	noted(|| {
		let submission = Submission::proved(LATER, &[(ALICE, 70)], READINGS);
		let post = submission.submit(ALICE).unwrap();
		assert_eq!(post.actual_weight, Some(weights::submit_proof::<()>(1, 2, 1)));
		let (paid, back) = (70 * 5, 30 * (5 + 12));
		assert_eq!(notes(), [(alices(), paid), (BUYERS, back)]);
		assert!(matches!(
			events()[..],
			[Event::GroupSettled { delivered: 70, paid: 350, refunded: 150, penalty: 360, .. }]
		));
		money_is_conserved();
	});
}

#[test]
fn an_expiry_refunds_into_a_note() {
	noted(|| {
		finalise(LATER);
		Settlement::on_idle(System::block_number(), Weight::MAX);
		assert_eq!(notes(), [(BUYERS, 100 * (5 + 12))]);
		assert!(nothing_is_escrowed());
		money_is_conserved();
	});
}

#[test]
fn a_full_tree_stops_no_proof() {
	noted(|| {
		pallet_payments::NextPosition::<Test>::put(meterproof_primitives::MAX_NOTES);
		let submitted = Submission::proved(LATER, &[(ALICE, 100)], READINGS).submit(ANYONE);
		pallet_payments::NextPosition::<Test>::put(0);
		assert_ok!(submitted);
		assert!(Settlement::is_settled(&group(ALICE), LATER));
		let trade = pallet_market::NextTradeId::<Test>::get() - 1;
		assert_ok!(Market::claim(RuntimeOrigin::signed(ANYONE), trade, LATER));
		assert_eq!(notes(), [(alices(), 500)]);
		money_is_conserved();
	});
}

/// A payment of one note, the only one in the tree, to an account and back to its owner.
fn unshield(spent: Spend, to: AccountId, amount: u64) -> pallet_payments::Call<Test> {
	let output = |amount| Note {
		asset: NATIVE_ASSET,
		amount,
		owner: alices(),
		randomness: [amount as u8; 32],
	};
	let root = spent.root(NATIVE_ASSET).unwrap();
	let outputs = [output(spent.amount - amount - FEE), output(0)];
	let spends = [spent, Spend::dummy().unwrap()];
	let payment = Payment { asset: NATIVE_ASSET, spends, outputs };
	let ciphertext =
		NoteCiphertext { ephemeral: [0; 32], note: [0; 184], outgoing: [0; 112], auditor: None };
	let mut body = PaymentBody {
		root,
		nullifiers: payment.nullifiers().unwrap(),
		outputs: payment
			.commitments()
			.unwrap()
			.map(|commitment| Output { commitment, ciphertext: ciphertext.clone() }),
		proof: Default::default(),
	};
	let statement = TransferStatement {
		genesis: GENESIS,
		asset: NATIVE_ASSET,
		root,
		nullifiers: body.nullifiers,
		outputs: body.commitments(),
		ciphertexts: body.ciphertexts(),
		public: PublicPart::Unshield { to: to.clone().into(), amount, fee: FEE },
	};
	body.proof = prove(&statement, &payment, |_| ()).unwrap().try_into().unwrap();
	let (asset, payment) = (NATIVE_ASSET, Box::new(body));
	pallet_payments::Call::unshield { asset, to, amount, fee: FEE, payment }
}

#[test]
fn its_owner_spends_what_a_settlement_paid() {
	noted(|| {
		Submission::proved(LATER, &[(ALICE, 100)], READINGS).submit(ANYONE).unwrap();
		// The block's end makes the root that payments rest on.
		blocks_at(SCHEDULE.end(LATER) + 1, 1);
		let entry = pallet_payments::Notes::<Test>::get(0).unwrap();
		let NoteContent::Open { amount, randomness, .. } = entry.content else { panic!("open") };
		let mut path = [[0; 32]; 32];
		path.copy_from_slice(&NoteHasher::empty_roots()[..32]);
		let spent = Spend {
			spending_key: SECRET,
			diversifier: 0,
			amount,
			randomness,
			position: 0,
			path,
			dummy: false,
		};
		let call = RuntimeCall::from(unshield(spent, ANYONE, 400));
		let before = total(ANYONE);
		let authorised = call.authorize(TransactionSource::External).unwrap();
		assert!(authorised.is_ok());
		assert_ok!(call.dispatch(RawOrigin::Authorized.into()));
		assert_eq!(total(ANYONE), before + 400);
		money_is_conserved();
	});
}
