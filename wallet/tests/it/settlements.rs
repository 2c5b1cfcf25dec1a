use crate::chain::*;
use meterproof_programs::hash::DigestBytes;
use meterproof_wallet::{
	disclosure::Disclosure,
	history::Kind,
	scan::{Content, Published},
	split::SettlementTerms,
	trade::SharedKey,
	wallet::Wallet,
};
use std::collections::HashSet;

const RATE: u64 = 20;
const QUANTITY: u32 = 700;
const TRADE: u64 = 17;

/// A sealed trade as the chain has it once both sides have agreed.
struct Trade {
	terms: SettlementTerms,
	shared: SharedKey,
}

fn agreed(seller: &Wallet, buyer: &Wallet) -> Trade {
	let (payout, refund) = (address(seller), address(buyer));
	let shared = buyer.trade_key(TRADE, &payout).share(&NETWORK, TRADE, &payout.key).unwrap();
	let terms = SettlementTerms {
		trade: TRADE,
		period: 5,
		asset: 0,
		quantity: QUANTITY,
		rate: RATE,
		payout,
		refund,
		auditor: None,
	};
	Trade { terms, shared }
}

impl Trade {
	fn settle(&self, chain: &mut Chain, seller: &Wallet, period: u64, delivered: u32) -> u32 {
		let terms = SettlementTerms { period, ..self.terms };
		let key = seller.read_trade_key(TRADE, &terms.payout, &self.shared).unwrap();
		chain.settle_sealed(&seller.settle(&terms, &key, delivered).unwrap())
	}
}

/// Three periods: half, all and nothing delivered, between other payments.
fn settled() -> (Chain, Wallet, Wallet, Trade) {
	let (mut chain, seller, buyer) = (Chain::default(), wallet(1), wallet(2));
	let trade = agreed(&seller, &buyer);
	chain.shield(&wallet(3), &address(&wallet(3)), 9);
	for (period, delivered) in [(5, 350), (6, 700), (7, 0)] {
		trade.settle(&mut chain, &seller, period, delivered);
		chain.settle(&address(&wallet(3)), 3);
	}
	(chain, seller, buyer, trade)
}

fn total(wallet: &Wallet, chain: &Chain) -> u128 {
	wallet.balance(0, chain.tree.size()).spendable
}

/// Spoils a note's ciphertext, as if it were encrypted to nobody.
fn spoil(notes: &mut [Published], position: u32) -> DigestBytes {
	let note = &mut notes[position as usize];
	let Content::Split { ciphertext } = &mut note.content else { panic!("{note:?}") };
	ciphertext.note[0] ^= 1;
	note.commitment
}

#[test]
fn both_sides_find_what_they_got_and_when() {
	let (chain, mut seller, mut buyer, _) = settled();
	chain.scan(&mut seller, 3);
	chain.scan(&mut buyer, 1_000);
	let rate = u128::from(RATE);
	assert_eq!((total(&seller, &chain), total(&buyer, &chain)), (1_050 * rate, 1_050 * rate));
	let of = |wallet: &Wallet| -> Vec<_> {
		wallet.history().iter().map(|event| (event.kind(), event.settlement().unwrap())).collect()
	};
	let got = |period| (Kind::Settled, (TRADE, period));
	assert_eq!(of(&seller), [got(5), got(6)]);
	assert_eq!(of(&buyer), [got(5), got(7)]);
}

#[test]
fn seed_and_viewing_key_bring_all_of_it_back() {
	let (chain, mut seller, _, trade) = settled();
	chain.scan(&mut seller, 1_000);
	let mut again = wallet(1);
	chain.scan(&mut again, 2);
	assert_eq!(again, seller);
	let mut auditor = Wallet::watching(NETWORK, &seller.viewing_key());
	chain.scan(&mut auditor, 2);
	assert_eq!(auditor.history(), seller.history());
	// It also makes the notes: the operator's prover needs no key that spends.
	let key = auditor.read_trade_key(TRADE, &trade.terms.payout, &trade.shared).unwrap();
	let [by_seller, by_auditor] =
		[&seller, &auditor].map(|wallet| wallet.settle(&trade.terms, &key, 350).unwrap());
	assert_eq!(by_seller.commitments, by_auditor.commitments);
}

#[test]
fn what_was_settled_is_spent_like_any_note() {
	let (mut chain, _, mut buyer, _) = settled();
	chain.scan(&mut buyer, 1_000);
	let to = address(&wallet(3));
	chain.pay(&mut buyer, &to, 20_000, "");
	chain.scan(&mut buyer, 1_000);
	assert_eq!(total(&buyer, &chain), 1_050 * u128::from(RATE) - 20_000 - u128::from(FEE));
}

#[test]
fn a_note_that_was_searched_for_is_found_and_spent() {
	let (mut chain, _, buyer, trade) = settled();
	let lost = spoil(&mut chain.notes, 3);
	let mut buyer = Wallet::new(NETWORK, buyer.seed().unwrap().clone(), 0);
	chain.scan(&mut buyer, 1_000);
	assert!(!buyer.has_settlement(TRADE, 5) && buyer.has_settlement(TRADE, 7));
	let search = buyer.search(&trade.terms, &trade.shared.commitment).unwrap();
	let found = search.among(&HashSet::from([lost]), |_| ());
	assert!(found.len() == 1 && !buyer.has_note(&lost));
	found.into_iter().for_each(|found| buyer.remember(found));
	buyer.look_again();
	chain.scan(&mut buyer, 2);
	assert!(buyer.has_settlement(TRADE, 5) && buyer.has_note(&lost));
	assert_eq!(total(&buyer, &chain), 1_050 * u128::from(RATE));
	let to = address(&wallet(3));
	chain.pay(&mut buyer, &to, 20_000, "");
	// What was searched for outlives the scan.
	buyer.forget_scan();
	chain.scan(&mut buyer, 7);
	assert!(buyer.has_settlement(TRADE, 5));
}

#[test]
fn a_memo_alone_names_no_settlement() {
	let (mut chain, mut seller, buyer) = (Chain::default(), wallet(1), wallet(2));
	// Somebody settles a trade of its own to the seller's address, under another trade's name.
	let other = wallet(3);
	let terms = SettlementTerms { period: 5, ..agreed(&seller, &buyer).terms };
	let notes = other.settle(&terms, &other.trade_key(TRADE, &terms.payout), 350).unwrap();
	chain.settle_sealed(&notes);
	chain.scan(&mut seller, 10);
	let event = &seller.history()[0];
	assert_eq!((event.kind(), event.settlement()), (Kind::Settled, None));
	let named = event.lines[0].memo.settlement().unwrap();
	assert_eq!((named.trade, named.period), (TRADE, 5));
	assert!(!seller.has_settlement(TRADE, 5));
}

#[test]
fn a_settlements_note_can_be_disclosed_by_whom_it_belongs_to() {
	let (chain, mut seller, mut buyer, _) = settled();
	chain.scan(&mut seller, 1_000);
	chain.scan(&mut buyer, 1_000);
	for (wallet, position) in [(&seller, 2), (&buyer, 3)] {
		let text = wallet.disclose(position, "books").unwrap().to_text(&NETWORK);
		let disclosure = Disclosure::parse(&NETWORK, &text).unwrap();
		let proved = disclosure.verify(&NETWORK, &chain.notes[position as usize]).unwrap();
		assert_eq!((proved.amount, proved.by_payer), (350 * RATE, false));
		assert!(proved.went_to(&address(wallet)));
	}
	assert!(seller.disclose(3, "books").is_err(), "the seller pays the buyer nothing");
}

#[test]
fn half_a_payment_is_followed_by_no_settlement() {
	let (chain, ..) = settled();
	let mut torn = wallet(3);
	torn.take(0, &chain.notes[..1]).unwrap();
	let error = torn.take(1, &chain.notes[2..3]).unwrap_err();
	assert_eq!(error, meterproof_wallet::scan::ScanError::TornPayment);
}
