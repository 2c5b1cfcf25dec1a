use crate::chain::*;
use meterproof_wallet::{
	history::{Event, Origin, Recipient},
	keys::{Seed, CHANGE, MAX_ADDRESSES},
	memo::Memo,
	payment::{Ask, PayError},
	scan::{Content, ScanError},
	viewing::Exported,
	wallet::{Anchor, Wallet, WalletError},
};
use proptest::prelude::*;

/// What a wallet has found, without what only the wallet that sent can know.
fn found(wallet: &Wallet) -> (Vec<Event>, Vec<String>) {
	let mut events = wallet.history().to_vec();
	events.iter_mut().for_each(|event| event.intent = None);
	let notes = wallet.notes().all();
	let notes = notes.map(|n| format!("{} {} {:?}", n.position, n.amount, n.state)).collect();
	(events, notes)
}

fn scanned_anew(chain: &Chain, seed: u8, page: usize) -> Wallet {
	let mut wallet = wallet(seed);
	chain.scan(&mut wallet, page);
	wallet
}

#[test]
fn a_scan_from_scratch_finds_what_was_found_along_the_way() {
	let (chain, alice, bob) = story();
	assert_eq!(found(&scanned_anew(&chain, 1, 1_000)), found(&alice));
	assert_eq!(found(&scanned_anew(&chain, 2, 1_000)), found(&bob));
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(24))]
	#[test]
	fn a_scan_that_was_cut_off_goes_on(pages in proptest::collection::vec(1usize..6, 1..20)) {
		use codec::{Decode, Encode};
		let (chain, alice, _) = story();
		let mut resumed = wallet(1);
		for page in pages {
			let from = resumed.next_position();
			let rest = &chain.notes[from as usize..];
			resumed.take(from, &rest[..page.min(rest.len())]).unwrap();
			// Killed, and started again from its file.
			resumed = Wallet::decode(&mut &resumed.encode()[..]).unwrap();
		}
		chain.scan(&mut resumed, 5);
		prop_assert_eq!(&resumed, &scanned_anew(&chain, 1, 1_000));
		prop_assert_eq!(found(&resumed), found(&alice));
	}
}

#[test]
fn an_address_that_is_added_later_finds_what_was_paid_to_it() {
	let mut chain = Chain::default();
	let mut old = wallet(1);
	old.add_address().unwrap();
	chain.settle(&address(&old), 7);
	chain.settle(&old.address_key(1).address(), 30);
	// The same seed comes back, with one address, and looks at the chain before it has the other.
	let mut back = wallet(1);
	chain.scan(&mut back, 5);
	let all = chain.tree.size();
	assert_eq!(back.balance(0, all).spendable, 7);
	assert!(back.add_address_of_before().unwrap(), "it has to look again");
	chain.scan(&mut back, 5);
	assert_eq!(back.balance(0, all).spendable, 37);
	let gained: u128 = back.history().iter().map(|event| event.gained()).sum();
	assert_eq!(gained, 37, "history and balance agree");
	// A wallet that is younger than all notes has nothing to look for.
	let mut young = Wallet::new(NETWORK, Seed::from_bytes(&[3; 32]), all);
	chain.scan(&mut young, 5);
	assert!(!young.add_address_of_before().unwrap());
	assert_eq!(young.next_position(), all);
}

#[test]
fn a_viewing_key_sees_all_and_spends_nothing() {
	let (chain, alice, _) = story();
	let text = alice.viewing_key().to_text(&NETWORK);
	let exported = Exported::parse(&NETWORK, &text).unwrap();
	let mut auditor = Wallet::watching(NETWORK, &exported);
	chain.scan(&mut auditor, 100);
	assert_eq!(found(&auditor), found(&alice));
	let all = chain.tree.size();
	assert_eq!(auditor.balance(0, all), alice.balance(0, all));
	assert!(!auditor.spends() && auditor.seed() == Err(WalletError::ViewOnly));
	let (to, memo) = (address(&alice), Memo::empty());
	let ask = Ask::Pay { to: &to, amount: 1, memo: &memo, fee: FEE };
	assert_eq!(auditor.plan(&ask, &chain.terms()).unwrap_err(), PayError::ViewOnly);
	let ask = Ask::Unshield { to: [5; 32], amount: 1, fee: FEE };
	assert_eq!(auditor.plan(&ask, &chain.terms()).unwrap_err(), PayError::ViewOnly);

	// What it is given has neither seed nor spending key in it.
	let seed = Seed::from_bytes(&[1; 32]);
	let content = format!("{:?}", bech32::decode(&text).unwrap().1);
	let spelled = |secret: &[u8; 32]| format!("{secret:?}").trim_matches(['[', ']']).to_owned();
	assert!(!content.contains(&spelled(&[1; 32])));
	assert!(!content.contains(&spelled(seed.spending_key().expose())));
}

#[test]
fn a_viewing_key_sees_nobody_else() {
	let (chain, alice, _) = story();
	let mut carol = wallet(3);
	chain.scan(&mut carol, 100);
	assert!(carol.history().is_empty() && carol.notes().all().next().is_none());
	let mut auditor = Wallet::watching(NETWORK, &alice.viewing_key());
	chain.scan(&mut auditor, 100);
	// Bob's settlement, and what he was left with, is not Alice's.
	assert!(!auditor.history().iter().any(|event| event.origin == Origin::Open));
}

#[test]
fn every_address_of_a_wallet_is_found() {
	let (mut chain, mut alice, payer) = (Chain::default(), wallet(1), wallet(2));
	let second = alice.add_address().unwrap();
	assert_eq!((second, alice.addresses()), (1, 2));
	for diversifier in [0, 1, 2, CHANGE] {
		let to = alice.address_key(diversifier).address();
		chain.shield(&payer, &to, 10 + u64::from(diversifier % 7));
	}
	chain.scan(&mut alice, 100);
	let own = alice.history().iter().flat_map(|event| &event.lines).map(|line| line.to.clone());
	let expected = [0, 1, CHANGE].map(Recipient::Own);
	assert_eq!(own.collect::<Vec<_>>(), expected);
	// The third was not given away yet; once it is, scanning anew finds what was paid to it.
	alice.add_address().unwrap();
	alice.forget_scan();
	chain.scan(&mut alice, 100);
	assert_eq!(alice.history().len(), 4);
}

#[test]
fn addresses_come_to_an_end() {
	let mut alice = wallet(1);
	while alice.addresses() < MAX_ADDRESSES {
		alice.add_address().unwrap();
	}
	assert_eq!(alice.add_address(), Err(WalletError::TooManyAddresses));
}

#[test]
fn notes_from_before_its_birth_are_hashed_and_not_looked_into() {
	let (chain, ..) = story();
	let mut young = Wallet::new(NETWORK, Seed::from_bytes(&[1; 32]), 4);
	chain.scan(&mut young, 3);
	assert_eq!(young.next_position(), chain.tree.size());
	assert!(young.history().iter().all(|event| event.lines.iter().all(|line| line.position >= 4)));
}

#[test]
fn a_node_that_does_not_tell_the_truth_is_found_out() {
	let (chain, ..) = story();
	let mut alice = wallet(1);
	assert_eq!(alice.take(2, &chain.notes[2..]), Err(ScanError::OutOfOrder));
	// Left out, put in, or in another order: the root tells.
	let mut missing = chain.notes.clone();
	missing.drain(2..4);
	let mut swapped = chain.notes.clone();
	swapped.swap(0, 1);
	let mut changed = chain.notes.clone();
	changed[3].commitment[0] ^= 1;
	for notes in [missing, swapped, changed] {
		let mut alice = wallet(1);
		alice.take(0, &notes).unwrap();
		let anchor = Anchor { notes: notes.len() as u64, ..chain.anchor() };
		let error = alice.finish_scan(chain.scanned(), &anchor).unwrap_err();
		assert_eq!(error, ScanError::RootDiffers);
		assert!(alice.scanned().is_none());
	}
	let mut alice = wallet(1);
	alice.take(0, &chain.notes[..3]).unwrap();
	let anchor = chain.anchor();
	assert_eq!(alice.finish_scan(chain.scanned(), &anchor), Err(ScanError::TornPayment));
	let settlement = chain.notes.iter().find(|n| matches!(n.content, Content::Open { .. }));
	let torn = alice.take(3, &[settlement.unwrap().clone()]);
	assert_eq!(torn, Err(ScanError::TornPayment));
	let mut bad = chain.notes.clone();
	bad[0].commitment = [0xff; 32];
	assert_eq!(wallet(1).take(0, &bad), Err(ScanError::NotACommitment));
}

#[test]
fn a_changed_ciphertext_hides_its_own_note_alone() {
	let (mut chain, alice, _) = story();
	for note in &mut chain.notes[2..4] {
		if let Content::Sealed { ciphertext, .. } = &mut note.content {
			ciphertext.note[5] ^= 1;
		}
	}
	let mut again = wallet(1);
	chain.scan(&mut again, 100);
	let lost =
		alice.history().iter().flat_map(|e| &e.lines).filter(|l| (2..4).contains(&l.position));
	let lost = lost.count();
	let count = |wallet: &Wallet| wallet.history().iter().map(|e| e.lines.len()).sum::<usize>();
	assert_eq!(count(&again) + lost, count(&alice));
}

#[test]
fn an_open_note_that_is_not_as_it_says_is_nobodys() {
	let (mut chain, _, bob) = story();
	for note in &mut chain.notes {
		if let Content::Open { amount, .. } = &mut note.content {
			*amount += 1_000;
		}
	}
	let again = scanned_anew(&chain, 2, 100);
	assert_eq!(again.history().len() + 1, bob.history().len());
}

#[test]
fn nothing_a_wallet_shows_for_debugging_is_secret() {
	let (_, alice, _) = story();
	let shown = format!("{alice:?}");
	assert!(!shown.contains("for March") && !shown.contains("amount"), "{shown}");
	let seed = format!("{:?}", [1u8; 32]);
	assert!(!shown.contains(seed.trim_matches(['[', ']'])), "{shown}");
}
