//! Nodes that lie to a wallet: they can delay what it pays, and nothing else.

use crate::chain::*;
use meterproof_wallet::{
	history::{Call, Event, Kind},
	memo::Memo,
	payment::{Ask, PayError, PaymentTerms, Plan},
	scan::{Content, ScanError},
	sent::Earlier,
	wallet::{Anchor, Scanned, Wallet},
};

const EVER: u32 = 4_000_000_000;

fn pay(wallet: &Wallet, terms: &PaymentTerms, amount: u64) -> Result<Plan, PayError> {
	let (to, memo) = (address(&self::wallet(2)), Memo::empty());
	wallet.plan(&Ask::Pay { to: &to, amount, memo: &memo, fee: FEE }, terms)
}

/// Plans and sends a payment to a wallet.
fn send(wallet: &mut Wallet, terms: &PaymentTerms, to: u8, amount: u64) -> Result<Plan, PayError> {
	let (to, memo) = (address(&self::wallet(to)), Memo::empty());
	let plan = wallet.plan(&Ask::Pay { to: &to, amount, memo: &memo, fee: FEE }, terms)?;
	wallet.sending_with(plan.intent.clone(), plan.earlier);
	Ok(plan)
}

fn shield(wallet: &Wallet, terms: &PaymentTerms, to: u8) -> Result<Plan, PayError> {
	let (to, memo) = (address(&self::wallet(to)), Memo::empty());
	wallet.plan(&Ask::Shield { to: &to, amount: 5, memo: &memo }, terms)
}

/// A wallet with one note of each amount.
fn funded(amounts: &[u64]) -> (Chain, Wallet) {
	let (mut chain, mut alice) = (Chain::default(), wallet(1));
	let own = address(&alice);
	for amount in amounts {
		chain.shield(&alice, &own, *amount);
	}
	chain.scan(&mut alice, 50);
	(chain, alice)
}

/// The node's notes of somebody's payment, with a nullifier of another one.
fn with_nullifier(mut chain: Chain, position: u32, invented: [u8; 32]) -> Chain {
	let note = &mut chain.notes[position as usize];
	let Content::Sealed { nullifier, .. } = &mut note.content else { panic!("{note:?}") };
	*nullifier = invented;
	chain
}

/// The node withholds a payment and shows its note as spent by somebody else's, so that the wallet
/// should forget it and pay again.
#[test]
fn an_invented_nullifier_does_not_make_anybody_pay_twice() {
	let (mut chain, mut alice) = funded(&[10, 20]);
	let withheld = pay(&alice, &chain.terms(), 15).unwrap();
	let spent = withheld.intent.nullifiers[0];
	alice.sending(withheld.intent.clone());
	let carols = chain.shield(&wallet(3), &address(&wallet(3)), 7);
	let lying = with_nullifier(chain.clone(), carols, spent);
	lying.scan(&mut alice, 50);
	assert!(alice.is_lost(&withheld.intent));
	for refused in [false, true] {
		if refused {
			alice.refused(&withheld.intent);
		}
		assert_eq!(alice.open_payments().count(), 1);
		for earlier in [Earlier::Ask, Earlier::Replace] {
			let error = pay(&alice, &lying.terms_with(earlier), 5).unwrap_err();
			assert_eq!(error, PayError::EarlierPaymentOpen, "{earlier:?}");
		}
	}
	assert!(pay(&alice, &lying.terms_with(Earlier::Beside), 5).is_ok(), "who says so");

	// It arrives, and an honest node shows that.
	chain.include(&withheld, 0, FEE);
	alice.forget_scan();
	chain.scan(&mut alice, 50);
	assert!(alice.has_arrived(&withheld.intent) && alice.open_payments().next().is_none());
	assert_eq!(alice.history().last().map(Event::kind), Some(Kind::Paid));
	assert_eq!(pay(&alice, &chain.terms(), 15).unwrap_err(), PayError::EarlierPaymentArrived);
	alice.told_all(None);
	assert!(pay(&alice, &chain.terms(), 5).is_ok());
}

/// The notes of the payment itself, with nullifiers that are not its own: it has not arrived.
#[test]
fn a_payment_has_arrived_with_both_its_notes_and_its_nullifiers() {
	let (mut chain, mut alice) = funded(&[20]);
	let plan = pay(&alice, &chain.terms(), 15).unwrap();
	alice.sending(plan.intent.clone());
	let first = chain.include(&plan, 0, FEE);
	let honest = chain.clone();
	let other = [[7; 32], [8; 32]];
	let lying = with_nullifier(with_nullifier(chain, first, other[0]), first + 1, other[1]);
	let mut deceived = alice.clone();
	lying.scan(&mut deceived, 50);
	assert_eq!(deceived.open_payments().count(), 1);
	assert_eq!(deceived.balance(0, lying.tree.size()).pending, 20);
	honest.scan(&mut alice, 50);
	assert!(alice.has_arrived(&plan.intent) && alice.open_payments().next().is_none());
}

/// The node withholds a payment, and makes a tree up in which it has arrived.
#[test]
fn what_a_node_confirmed_is_remembered_when_it_turns_out_to_be_a_lie() {
	let (mut chain, mut alice) = funded(&[10, 20]);
	let withheld = pay(&alice, &chain.terms(), 15).unwrap();
	alice.sending(withheld.intent.clone());
	let mut lying = chain.clone();
	lying.include(&withheld, 0, FEE);
	lying.scan(&mut alice, 50);
	assert!(alice.has_arrived(&withheld.intent) && alice.open_payments().next().is_none());
	alice.told_all(None);
	chain.shield(&wallet(3), &address(&wallet(3)), 7);
	let error = alice.finish_scan(chain.scanned(), &chain.anchor()).unwrap_err();
	assert_eq!(error, ScanError::RootDiffers);

	alice.forget_scan();
	chain.scan(&mut alice, 50);
	assert_eq!(alice.on_the_way().len(), 1);
	assert_eq!(alice.balance(0, chain.tree.size()).pending, 20);
	assert_eq!(pay(&alice, &chain.terms(), 5).unwrap_err(), PayError::EarlierPaymentOpen);
	let again = pay(&alice, &chain.terms_with(Earlier::Replace), 15).unwrap();
	assert_eq!(again.intent.nullifiers, withheld.intent.nullifiers);
	// It arrives after all, and nobody has been told the truth about it yet.
	chain.include(&withheld, 0, FEE);
	chain.scan(&mut alice, 50);
	assert_eq!(pay(&alice, &chain.terms(), 15).unwrap_err(), PayError::EarlierPaymentArrived);
}

#[test]
fn looking_again_keeps_accounts_and_fees() {
	let (chain, mut alice, _) = story();
	let before = alice.history().to_vec();
	assert!(before.iter().filter(|event| event.intent.is_some()).count() == 3);
	alice.look_again();
	chain.scan(&mut alice, 7);
	assert_eq!(alice.history(), before);
	alice.forget_scan();
	chain.scan(&mut alice, 7);
	assert_eq!(alice.history(), before);
	assert!(pay(&alice, &chain.terms(), 5).is_ok(), "what was known to have arrived still is");
}

/// A block number that no chain has reached neither keeps notes nor keeps honest nodes away.
#[test]
fn a_lying_block_number_does_no_lasting_harm() {
	// The number of the last final block.
	let (mut chain, mut alice) = funded(&[10, 20]);
	alice.finish_scan(Scanned { block: EVER, hash: [7; 32] }, &chain.anchor()).unwrap();
	let plan = pay(&alice, &chain.terms(), 15).unwrap();
	alice.sending(plan.intent.clone());
	assert_eq!(alice.anchor().unwrap().notes, 4);
	let behind = alice.finish_scan(chain.scanned(), &chain.anchor()).unwrap_err();
	assert_eq!(behind, ScanError::NodeBehind, "the anchor does not go back");
	chain.block = 10;
	chain.scan(&mut alice, 50);
	assert_eq!(alice.scanned().unwrap().block, 10);
	chain.include(&plan, 0, FEE);
	chain.scan(&mut alice, 50);
	assert!(alice.open_payments().next().is_none());

	// Numbers of the notes' blocks.
	let (mut chain, mut alice) = funded(&[10, 20]);
	chain.shield(&wallet(3), &address(&alice), 30);
	let mut lying = chain.clone();
	lying.notes[4..].iter_mut().for_each(|note| note.block = EVER);
	lying.block = EVER;
	lying.scan(&mut alice, 50);
	let error = alice.finish_scan(chain.scanned(), &chain.anchor()).unwrap_err();
	assert_eq!(error, ScanError::BlocksDiffer);
	alice.look_again();
	chain.scan(&mut alice, 50);
	assert_eq!(alice.balance(0, chain.tree.size()).spendable, 60);
	let mut back = chain.clone();
	back.notes[4..].iter_mut().for_each(|note| note.block = 1);
	assert_eq!(wallet(1).take(0, &back.notes), Err(ScanError::BlocksDiffer));
}

#[test]
fn the_anchor_is_computed_and_not_told() {
	let (mut chain, mut alice) = (Chain::default(), wallet(1));
	let own = address(&alice);
	for _ in 0..14 {
		chain.shield(&alice, &own, 5);
	}
	chain.scan(&mut alice, 3);
	assert_eq!((chain.block, chain.tree.size()), (14, 28));
	let anchor = alice.anchor().unwrap();
	assert_eq!(anchor, Anchor { root: chain.tree.root_at(20).unwrap(), notes: 20 });
	chain.block = 19;
	chain.scan(&mut alice, 3);
	assert_eq!(alice.anchor().unwrap(), anchor, "no new one before the next tenth block");
	chain.block = 20;
	chain.scan(&mut alice, 3);
	assert_eq!(alice.anchor().unwrap(), chain.anchor());
	// Notes of before its birth count as well.
	let mut young = Wallet::new(NETWORK, meterproof_wallet::keys::Seed::from_bytes(&[3; 32]), 26);
	chain.block = 14;
	chain.scan(&mut young, 50);
	assert_eq!(young.anchor().unwrap(), anchor);
}

/// What the seed had sent before is not known to a wallet that comes back from it.
#[test]
fn a_wallet_brought_back_does_not_pay_unless_told() {
	let (mut chain, mut alice) = funded(&[20]);
	let withheld = pay(&alice, &chain.terms(), 5).unwrap();
	alice.sending(withheld.intent.clone());
	let mut back = Wallet::restored(NETWORK, alice.seed().unwrap().clone());
	chain.scan(&mut back, 50);
	assert!(back.is_restored_lately());
	for earlier in [Earlier::Ask, Earlier::Replace] {
		let error = pay(&back, &chain.terms_with(earlier), 5).unwrap_err();
		assert_eq!(error, PayError::RestoredLately);
	}
	assert!(shield(&back, &chain.terms(), 2).is_ok());
	assert!(pay(&back, &chain.terms_with(Earlier::Beside), 5).is_ok());
	back.forget_scan();
	chain.block += EVER;
	chain.scan(&mut back, 50);
	assert!(back.is_restored_lately(), "blocks alone are a node's word");
	assert!(!wallet(1).is_restored_lately());
}

/// A wallet brought back from its seed has to accept only once that payments of before may still arrive; those
/// that it sends from then on it remembers itself.
#[test]
fn a_wallet_brought_back_pays_once_however_often_it_tries() {
	let (mut chain, mut alice) = funded(&[20, 30]);
	let mut back = Wallet::restored(NETWORK, alice.seed().unwrap().clone());
	chain.scan(&mut back, 50);
	let withheld = send(&mut back, &chain.terms_with(Earlier::Beside), 2, 5).unwrap();
	assert!(!back.is_restored_lately());
	let refused = pay(&back, &chain.terms(), 5).unwrap_err();
	assert_eq!(refused, PayError::EarlierPaymentOpen);
	let again = send(&mut back, &chain.terms_with(Earlier::Replace), 2, 5).unwrap();
	assert_eq!(again.intent.nullifiers, withheld.intent.nullifiers, "one of the two arrives");
	chain.include(&again, 0, FEE);
	chain.scan(&mut back, 50);
	assert!(back.open_payments().next().is_none());

	// An account's money that goes in beside says nothing of notes.
	chain.scan(&mut alice, 50);
	let mut back = Wallet::restored(NETWORK, alice.seed().unwrap().clone());
	chain.scan(&mut back, 50);
	let plan = shield(&back, &chain.terms_with(Earlier::Beside), 2).unwrap();
	back.sending_with(plan.intent.clone(), plan.earlier);
	assert!(back.is_restored_lately());
}

/// A payment whose note a copy of the wallet spent never arrives, and cannot be replaced.
#[test]
fn a_dead_payment_leaves_those_after_it_their_protection() {
	let (mut chain, mut alice) = funded(&[10, 20, 40]);
	let dead = send(&mut alice, &chain.terms(), 2, 5).unwrap();
	let carols = chain.shield(&wallet(3), &address(&wallet(3)), 7);
	chain = with_nullifier(chain, carols, dead.intent.nullifiers[0]);
	chain.scan(&mut alice, 50);
	assert_eq!(send(&mut alice, &chain.terms(), 3, 5).unwrap_err(), PayError::EarlierPaymentOpen);
	let beside = send(&mut alice, &chain.terms_with(Earlier::Beside), 3, 5).unwrap();
	// It is withheld, and its own: another one asks, or spends its notes.
	let refused = send(&mut alice, &chain.terms(), 4, 5).unwrap_err();
	assert_eq!(refused, PayError::EarlierPaymentOpen);
	let again = send(&mut alice, &chain.terms_with(Earlier::Replace), 3, 5).unwrap();
	assert_eq!(again.intent.nullifiers, beside.intent.nullifiers);
	chain.include(&again, 0, FEE);
	chain.scan(&mut alice, 50);
	alice.told(&again.intent);

	// Others are paid without a word, and the dead payment's recipient is not.
	assert_eq!(alice.open_payments().count(), 1);
	for earlier in [Earlier::Ask, Earlier::Replace] {
		let refused = send(&mut alice, &chain.terms_with(earlier), 2, 5).unwrap_err();
		assert_eq!(refused, PayError::EarlierPaymentOpen, "{earlier:?}: it could be the same one");
	}
	let refused = send(&mut alice, &chain.terms_with(Earlier::Replace), 4, 5).unwrap_err();
	assert_eq!(refused, PayError::EarlierPaymentOpen, "there is nothing else to replace");
	let mut plan = send(&mut alice, &chain.terms(), 4, 5).unwrap();
	for _ in 0..2 {
		chain.include(&plan, 0, FEE);
		chain.scan(&mut alice, 50);
		alice.told(&plan.intent);
		let earlier = [Earlier::Beside, Earlier::Ask][usize::from(plan.earlier == Earlier::Beside)];
		plan = send(&mut alice, &chain.terms_with(earlier), 2, 1).unwrap();
	}
	assert_eq!(plan.earlier, Earlier::Ask, "known for two payments to one recipient");
}

/// Money of an account that goes to somebody else is not paid in twice unseen.
#[test]
fn a_call_that_pays_somebody_in_is_remembered() {
	let (mut chain, mut alice) = (Chain::default(), wallet(1));
	chain.scan(&mut alice, 50);
	let plan = shield(&alice, &chain.terms(), 2).unwrap();
	let mut intent = plan.intent.clone();
	intent.call = Some(Call { account: [5; 32], nonce: 7 });
	alice.sending(intent.clone());
	alice.refused(&intent);
	let open = |alice: &Wallet, chain: &Chain, earlier, to| {
		shield(alice, &chain.terms_with(earlier), to).map(drop)
	};
	let refused = Err(PayError::EarlierPaymentOpen);
	assert_eq!(open(&alice, &chain, Earlier::Ask, 2), refused);
	assert_eq!(open(&alice, &chain, Earlier::Ask, 3), refused);
	for earlier in [Earlier::Replace, Earlier::Beside] {
		assert_eq!(open(&alice, &chain, earlier, 2), Ok(()));
	}
	assert_eq!(open(&alice, &chain, Earlier::Ask, 1), Ok(()), "one's own money stays one's own");
	chain.include(&plan, 5, 0);
	chain.scan(&mut alice, 50);
	assert!(alice.has_arrived(&intent));
	let arrived = Err(PayError::EarlierPaymentArrived);
	assert_eq!(open(&alice, &chain, Earlier::Ask, 2), arrived);
	assert_eq!(open(&alice, &chain, Earlier::Replace, 2), arrived);
	alice.told(&intent);
	assert_eq!(open(&alice, &chain, Earlier::Ask, 2), Ok(()));
	let known = |alice: &Wallet, earlier| {
		let aim = intent.aim();
		alice.concerned(&aim, earlier).iter().map(|sent| sent.intent.to).collect::<Vec<_>>()
	};
	let mut accepting = alice.clone();
	for to in [3, 4] {
		let plan = shield(&accepting, &chain.terms_with(Earlier::Beside), to).unwrap();
		accepting.sending_with(plan.intent.clone(), plan.earlier);
	}
	let last = vec![Some(address(&wallet(4)))];
	assert_eq!(known(&accepting, Earlier::Ask), last);
	assert_eq!(known(&accepting, Earlier::Replace), last, "the other one was answered for");
	// Its event is as it always was.
	assert_eq!(alice.history().last().map(Event::kind), Some(Kind::Shielded));
}
