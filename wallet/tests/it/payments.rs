use crate::chain::*;
use meterproof_wallet::{
	history::Kind,
	memo::Memo,
	notes::State,
	payment::{Ask, PayError, PaymentTerms, Plan},
	sent::Earlier,
	tree::Tree,
	wallet::{Anchor, Scanned, Wallet, WalletError},
};

fn ask(wallet: &Wallet, terms: &PaymentTerms, amount: u64) -> Result<Plan, PayError> {
	let memo = Memo::empty();
	let to = address(&wallet_two());
	wallet.plan(&Ask::Pay { to: &to, amount, memo: &memo, fee: FEE }, terms)
}

fn wallet_two() -> Wallet {
	wallet(2)
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

#[test]
fn what_is_paid_arrives_and_the_rest_stays() {
	let (chain, alice, bob) = story();
	let all = chain.tree.size();
	assert_eq!(alice.balance(0, all).spendable, 100 - 30 - 20 + 35 - 10 - 3 * u128::from(FEE));
	assert_eq!(bob.balance(0, all).spendable, 30 + 20 - 35 + 7 - u128::from(FEE));
	assert!(alice.on_the_way().is_empty() && bob.on_the_way().is_empty());
}

#[test]
fn a_payment_that_arrived_is_not_lost() {
	let (mut chain, mut alice) = funded(&[20]);
	let plan = ask(&alice, &chain.terms(), 11).unwrap();
	let intent = plan.intent.clone();
	alice.sending(intent.clone());
	chain.include(&plan, 0, FEE);
	chain.scan(&mut alice, 50);
	assert!(!alice.is_lost(&intent) && alice.on_the_way().is_empty());
}

#[test]
fn history_tells_what_happened() {
	let (_, alice, bob) = story();
	let kinds = |wallet: &Wallet| wallet.history().iter().map(|e| e.kind()).collect::<Vec<_>>();
	let (paid, received) = (Kind::Paid, Kind::Received);
	assert_eq!(kinds(&alice), [Kind::Shielded, paid, paid, received, Kind::Unshielded]);
	assert_eq!(kinds(&bob), [received, received, paid, Kind::Settled]);
	let first = &alice.history()[1];
	let to_bob = first.lines.iter().find(|line| !line.is_change()).unwrap();
	assert_eq!((to_bob.amount, to_bob.memo.text().as_str()), (30, "for March"));
	assert_eq!((first.spent, first.left_pool()), (100, u128::from(FEE)));
	let last = alice.history().last().unwrap();
	assert_eq!(last.left_pool(), 10 + u128::from(FEE));
	assert_eq!(last.intent.as_ref().unwrap().unshield, Some(([5; 32], 10)));
	assert_eq!(bob.history()[0].gained(), 30);
}

#[test]
fn what_cannot_be_paid_is_named_and_changes_nothing() {
	let (chain, alice) = funded(&[10, 20, 30]);
	let terms = chain.terms();
	let before = alice.clone();
	for (amount, error) in [
		(0, PayError::NoAmount),
		(u64::MAX, PayError::AmountTooLarge),
		(u64::MAX - FEE, PayError::InsufficientFunds),
		(58, PayError::InsufficientFunds),
		(57, PayError::NeedsMerging),
		(48, PayError::NeedsMerging),
	] {
		assert_eq!(ask(&alice, &terms, amount).err(), Some(error), "{amount}");
	}
	assert!(ask(&alice, &terms, 47).is_ok());
	assert!(alice == before);
}

#[test]
fn paying_oneself_merges_notes() {
	let (mut chain, mut alice) = funded(&[10, 20, 30]);
	assert_eq!(ask(&alice, &chain.terms(), 54).unwrap_err(), PayError::NeedsMerging);
	let own = address(&alice);
	chain.pay(&mut alice, &own, 47, "merge");
	chain.scan(&mut alice, 50);
	assert!(ask(&alice, &chain.terms(), 54).is_ok());
}

#[test]
fn notes_newer_than_the_anchor_wait() {
	let (mut chain, mut alice) = funded(&[10]);
	let terms = chain.terms();
	chain.shield(&alice, &address(&alice), 50);
	chain.scan(&mut alice, 50);
	assert_eq!(ask(&alice, &terms, 20).unwrap_err(), PayError::NotYetSpendable);
	let plan = ask(&alice, &terms, 5).unwrap();
	assert_eq!(plan.root, terms.anchor.root);
	assert!(ask(&alice, &chain.terms(), 20).is_ok());
	let balance = alice.balance(0, terms.anchor.notes);
	assert_eq!((balance.spendable, balance.maturing), (10, 50));
}

#[test]
fn an_anchor_that_is_not_the_scanned_trees_is_refused() {
	let (chain, alice) = funded(&[10]);
	let terms = chain.terms();
	let root = Tree::default().root_at(0).unwrap();
	let anchor = Anchor { root, ..terms.anchor };
	let error = ask(&alice, &PaymentTerms { anchor, ..terms }, 5).unwrap_err();
	assert_eq!(error, PayError::RootDiffers);
	let anchor = Anchor { notes: 3, ..terms.anchor };
	let error = ask(&alice, &PaymentTerms { anchor, ..terms }, 5).unwrap_err();
	assert_eq!(error, PayError::AnchorOutOfReach);
}

#[test]
fn what_is_on_its_way_is_not_spent_again() {
	let (chain, mut alice) = funded(&[10, 20]);
	let terms = chain.terms();
	let plan = ask(&alice, &terms, 20).unwrap();
	let intent = plan.intent.clone();
	alice.sending(intent.clone());
	assert_eq!(ask(&alice, &terms, 5).unwrap_err(), PayError::EarlierPaymentOpen);
	let beside = chain.terms_with(Earlier::Beside);
	assert_eq!(ask(&alice, &beside, 5).unwrap_err(), PayError::NotYetSpendable);
	assert_eq!(alice.balance(0, 4).pending, 30);
	assert!(!alice.is_lost(&intent));
	alice.refused(&intent);
	assert!(ask(&alice, &terms, 20).is_ok());
	assert!(alice.on_the_way().is_empty());
}

#[test]
fn a_payment_whose_notes_a_copy_spent_is_lost_and_its_other_note_is_not() {
	let (mut chain, mut alice) = funded(&[10, 20]);
	let mut copy = alice.clone();
	let plan = ask(&alice, &chain.terms(), 25).unwrap();
	let intent = plan.intent.clone();
	alice.sending(intent.clone());
	assert!(!alice.is_lost(&intent));
	chain.pay(&mut copy, &address(&wallet_two()), 15, "");
	chain.scan(&mut alice, 50);
	assert!(alice.is_lost(&intent));
	alice.refused(&intent);
	assert!(!alice.is_lost(&intent));
	let balance = alice.balance(0, chain.tree.size());
	assert_eq!((balance.spendable, balance.pending), (30 - 15 - u128::from(FEE), 0));

	// One's own payment is none that others made.
	let plan = ask(&alice, &chain.terms(), 5).unwrap();
	let intent = plan.intent.clone();
	alice.sending(intent.clone());
	chain.include(&plan, 0, FEE);
	chain.scan(&mut alice, 50);
	assert!(!alice.is_lost(&intent));
}

/// Whoever withholds a payment can put it on the chain as long as its anchor lives, however many
/// blocks go by.
#[test]
fn what_does_not_arrive_stays_reserved_and_can_be_replaced() {
	let (mut chain, mut alice) = funded(&[10, 20]);
	let withheld = ask(&alice, &chain.terms(), 20).unwrap();
	alice.sending(withheld.intent.clone());
	chain.block += 1_000_000;
	chain.scan(&mut alice, 50);
	assert_eq!(alice.balance(0, 4).pending, 30);
	assert_eq!(ask(&alice, &chain.terms(), 5).unwrap_err(), PayError::EarlierPaymentOpen);
	let replace = chain.terms_with(Earlier::Replace);
	assert_eq!(ask(&alice, &replace, 40).unwrap_err(), PayError::InsufficientFunds);
	let plan = ask(&alice, &replace, 5).unwrap();
	alice.sending(plan.intent.clone());
	assert_eq!(alice.on_the_way().len(), 2);
	// The node refuses the second one: the first may still come, and keeps its notes.
	alice.refused(&plan.intent);
	assert_eq!(alice.balance(0, 4).pending, 30);
	chain.include(&plan, 0, FEE);
	chain.scan(&mut alice, 50);
	assert!(alice.open_payments().next().is_none());
	assert_eq!(alice.balance(0, chain.tree.size()).spendable, 30 - 5 - u128::from(FEE));
	// That it was refused was not true: who sends it again is told first.
	for earlier in [Earlier::Ask, Earlier::Replace] {
		let error = ask(&alice, &chain.terms_with(earlier), 5).unwrap_err();
		assert_eq!(error, PayError::EarlierPaymentArrived);
	}
	assert!(ask(&alice, &chain.terms_with(Earlier::Beside), 5).is_ok());
	alice.told_all(None);
	assert!(ask(&alice, &chain.terms(), 5).is_ok());
}

/// Of two copies of a wallet one spends a note that the other's payment was to spend.
#[test]
fn a_note_that_a_copy_spent_is_spent() {
	let (mut chain, mut alice) = funded(&[10]);
	let mut copy = alice.clone();
	let bob = address(&wallet(2));
	let plan = ask(&alice, &chain.terms(), 5).unwrap();
	alice.sending(plan.intent.clone());
	let intent = plan.intent.clone();
	assert!(!alice.is_lost(&intent));
	chain.pay(&mut copy, &bob, 4, "");
	chain.scan(&mut alice, 50);
	assert!(alice.is_lost(&intent));
	assert!(alice.notes().all().any(|note| matches!(note.state, State::Spent { .. })));
	assert_eq!(alice.balance(0, chain.tree.size()).spendable, 10 - 4 - u128::from(FEE));
	let event = alice.history().last().unwrap();
	assert!(event.intent.is_none() && event.kind() == Kind::Paid);
	// That a copy has spent it is the node's word.
	assert_eq!(ask(&alice, &chain.terms(), 1).unwrap_err(), PayError::EarlierPaymentOpen);
	assert_eq!(alice.on_the_way().len(), 1);
}

#[test]
fn a_wallet_that_never_scanned_says_so() {
	let (mut chain, mut alice) = (Chain::default(), wallet(1));
	chain.shield(&alice, &address(&alice), 50);
	alice.take(0, &chain.notes).unwrap();
	assert_eq!(ask(&alice, &chain.terms(), 5).unwrap_err(), PayError::NeverScanned);
	alice.finish_scan(Scanned { block: 1, hash: [1; 32] }, &chain.anchor()).unwrap();
	assert!(ask(&alice, &chain.terms(), 5).is_ok());
}

/// All that an observer sees of two payments by one wallet to one address, of one amount and with
/// one memo: they share nothing but what all payments share.
#[test]
fn two_payments_share_nothing_that_is_published() {
	let (chain, alice) = funded(&[20, 20]);
	let terms = chain.terms();
	let public = |plan: &Plan| {
		let mut seen: Vec<[u8; 32]> = Vec::new();
		seen.extend(plan.commitments);
		seen.extend(plan.spends.iter().flatten().map(|spend| spend.nullifier));
		let mut bytes: Vec<u8> = seen.into_iter().flatten().collect();
		for ciphertext in &plan.ciphertexts {
			bytes.extend(ciphertext.ephemeral);
			bytes.extend(ciphertext.note);
			bytes.extend(ciphertext.outgoing);
			assert_eq!(ciphertext.auditor, None);
		}
		bytes
	};
	let first = ask(&alice, &terms, 11).unwrap();
	let mut after = alice.clone();
	after.sending(first.intent.clone());
	let second = ask(&after, &chain.terms_with(Earlier::Beside), 11).unwrap();
	assert_eq!(first.root, second.root);
	let (first, second) = (public(&first), public(&second));
	assert_eq!(first.len(), second.len());
	let runs: std::collections::HashSet<&[u8]> = first.windows(4).collect();
	assert!(!second.windows(4).any(|run| runs.contains(run)));
}

/// Which of the two notes is the change must not show in their order.
#[test]
fn outputs_stand_in_an_order_drawn_by_lot() {
	let (chain, alice) = funded(&[20]);
	let bob = address(&wallet(2));
	let first = (0..64).filter(|_| {
		let plan = ask(&alice, &chain.terms(), 11).unwrap();
		plan.outputs[0].owner == bob.owner
	});
	let first = first.count();
	assert!((8..=56).contains(&first), "{first} of 64");
}

/// Alice's payment disappears, and is put on the chain after she has sent it again: she must not
/// have paid twice.
#[test]
fn a_payment_that_is_sent_again_cannot_come_twice() {
	let (mut chain, mut alice) = funded(&[10, 20]);
	let withheld = ask(&alice, &chain.terms(), 6).unwrap();
	alice.sending(withheld.intent.clone());
	// A note arrives that suffices alone and is smaller: the wallet would take that one.
	chain.shield(&wallet(3), &address(&alice), 9);
	alice.refused(&withheld.intent);
	chain.scan(&mut alice, 50);
	assert!(alice.on_the_way().is_empty());
	assert_eq!(alice.balance(0, chain.tree.size()).spendable, 39);
	let again = ask(&alice, &chain.terms(), 6).unwrap();
	let nullifier = |plan: &Plan| plan.spends[0].as_ref().unwrap().nullifier;
	assert_eq!(nullifier(&again), nullifier(&withheld));
	// Any other payment rules it out as well, if it has to with a second note.
	assert!(ask(&alice, &chain.terms(), 26).is_ok_and(|p| nullifier(&p) == nullifier(&withheld)));
	// Once one of both has come, notes are chosen as ever.
	alice.sending(again.intent.clone());
	alice.told(&again.intent);
	chain.include(&again, 0, FEE);
	chain.scan(&mut alice, 50);
	let next = ask(&alice, &chain.terms(), 6).unwrap();
	assert_eq!(next.spends[0].as_ref().unwrap().note.amount, 9);
}

#[test]
fn a_node_that_only_says_it_refused_gains_nothing() {
	let (mut chain, mut alice) = funded(&[10, 20, 9]);
	let refused = ask(&alice, &chain.terms(), 7).unwrap();
	alice.sending(refused.intent.clone());
	alice.refused(&refused.intent);
	let next = ask(&alice, &chain.terms(), 1).unwrap();
	assert_eq!(next.spends[0].as_ref().unwrap().note.amount, 10);
	// It does come: the wallet takes it for what it was.
	chain.include(&refused, 0, FEE);
	chain.scan(&mut alice, 50);
	assert!(alice.history().last().unwrap().intent.is_some());
	assert_eq!(ask(&alice, &chain.terms(), 1).unwrap_err(), PayError::EarlierPaymentArrived);
	alice.told_all(None);
	let next = ask(&alice, &chain.terms(), 1).unwrap();
	assert_eq!(next.spends[0].as_ref().unwrap().note.amount, 9);
}

#[test]
fn several_payments_that_were_given_up_are_ruled_out_one_after_another() {
	let (mut chain, mut alice) = funded(&[10, 20, 30, 100]);
	for amount in [7, 17, 27] {
		let plan = ask(&alice, &chain.terms_with(Earlier::Beside), amount).unwrap();
		alice.sending(plan.intent.clone());
	}
	let sent: Vec<_> = alice.sent().iter().map(|sent| sent.intent.clone()).collect();
	sent.iter().for_each(|intent| alice.refused(intent));
	chain.scan(&mut alice, 50);
	assert_eq!(ask(&alice, &chain.terms(), 5).unwrap_err(), PayError::EarlierPaymentOpen);
	assert_eq!(ask(&alice, &chain.terms(), 500).unwrap_err(), PayError::InsufficientFunds);
	let own = address(&alice);
	chain.pay(&mut alice, &own, 1, "");
	chain.scan(&mut alice, 50);
	let plan = ask(&alice, &chain.terms(), 5).unwrap();
	let spent: Vec<_> = plan.spends.iter().flatten().map(|spend| spend.note.amount).collect();
	assert_eq!(spent, [20, 30]);
}

#[test]
fn scanning_anew_does_not_free_what_is_on_its_way() {
	let (mut chain, mut alice) = funded(&[10, 20]);
	let plan = ask(&alice, &chain.terms(), 17).unwrap();
	alice.sending(plan.intent.clone());
	alice.forget_scan();
	chain.scan(&mut alice, 50);
	let balance = alice.balance(0, chain.tree.size());
	assert_eq!((balance.spendable, balance.pending), (10, 20));
	chain.include(&plan, 0, FEE);
	chain.scan(&mut alice, 50);
	assert!(alice.on_the_way().is_empty());
	assert_eq!(alice.balance(0, chain.tree.size()).spendable, 10);
}

/// Bob sees Alice's payment come, makes an output like hers for himself, ciphertext and all, and is
/// in a block before or after her: her history shows one payment, hers.
#[test]
fn a_copy_of_an_output_is_not_taken_for_a_payment() {
	for before in [true, false] {
		let (mut chain, mut alice) = funded(&[20]);
		let memo = Memo::empty();
		let to = address(&wallet(2));
		let asked = Ask::Pay { to: &to, amount: 5, memo: &memo, fee: FEE };
		let plan = alice.plan(&asked, &chain.terms()).unwrap();
		alice.sending(plan.intent.clone());
		let first = if before { None } else { Some(chain.include(&plan, 0, FEE)) };
		// Bob, from an account: his other output holds nothing.
		let bob = wallet(2);
		let asked = Ask::Shield { to: &to, amount: 5, memo: &memo };
		let mut copy = bob.plan(&asked, &chain.terms()).unwrap();
		let place = |plan: &Plan| plan.outputs.iter().position(|n| n.owner == to.owner).unwrap();
		let (at, from) = (place(&copy), place(&plan));
		copy.outputs[at] = plan.outputs[from];
		copy.commitments[at] = plan.commitments[from];
		copy.ciphertexts[at] = plan.ciphertexts[from].clone();
		chain.include(&copy, 5, 0);
		let first = first.unwrap_or_else(|| chain.include(&plan, 0, FEE));
		chain.scan(&mut alice, 3);
		let events: Vec<_> = alice.history().iter().skip(1).collect();
		assert_eq!(events.len(), 1, "{events:?}");
		assert_eq!((events[0].kind(), events[0].spent), (Kind::Paid, 20));
		assert!(events[0].intent.is_some() && alice.on_the_way().is_empty());
		let paid = events[0].lines.iter().find(|line| !line.is_change()).unwrap();
		assert_eq!(paid.position, first + from as u32);
		// He has paid himself, and can spend both.
		let mut bob = wallet(2);
		chain.scan(&mut bob, 3);
		assert_eq!(bob.balance(0, chain.tree.size()).spendable, 10);
	}
}

#[test]
fn decimals_do_not_change_unseen() {
	use codec::{Decode, Encode};
	let mut alice = wallet(1);
	assert_eq!(alice.ensure_decimals(7, 2), Ok(true));
	let mut alice = Wallet::decode(&mut &alice.encode()[..]).unwrap();
	assert_eq!(alice.ensure_decimals(7, 2), Ok(false));
	for _ in 0..2 {
		assert_eq!(alice.ensure_decimals(7, 5), Err(WalletError::UnitChanged));
	}
	assert_eq!(alice.ensure_decimals(8, 5), Ok(true));
	alice.forget_scan();
	assert_eq!(alice.ensure_decimals(7, 5), Ok(true));
}
