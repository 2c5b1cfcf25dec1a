use super::*;
use crate::{
	keys::{Seed, CHANGE},
	network::Kind,
	scan::{Content, Published},
};
use proptest::prelude::*;

const NETWORK: Network = Network { kind: Kind::Development, genesis: [9; 32] };

fn wallet(seed: u8) -> Wallet {
	Wallet::new(NETWORK, Seed::from_bytes(&[seed; 32]), 0)
}

fn terms(seller: &Wallet, buyer: &Wallet) -> SettlementTerms {
	SettlementTerms {
		trade: 17,
		period: 987_660,
		asset: 0,
		quantity: 700,
		rate: 20_000_000_000,
		payout: seller.address_key(0).address(),
		refund: buyer.address_key(0).address(),
		auditor: None,
	}
}

fn settle(terms: &SettlementTerms, delivered: u32) -> SettlementNotes {
	wallet(1).settle(terms, &wallet(2).trade_key(terms.trade, &terms.payout), delivered).unwrap()
}

fn one_of(mut found: Vec<Searched>) -> Searched {
	assert_eq!(found.len(), 1);
	found.remove(0)
}

fn published(notes: &SettlementNotes) -> Vec<Published> {
	let all = notes.commitments.iter().zip(&notes.ciphertexts);
	let published = |(commitment, ciphertext): (&DigestBytes, &NoteCiphertext)| Published {
		commitment: *commitment,
		asset: 0,
		block: 1,
		content: Content::Split { ciphertext: ciphertext.clone() },
	};
	all.map(published).collect()
}

fn refusal(terms: &SettlementTerms, delivered: u32) -> SplitError {
	wallet(1).settle(terms, &wallet(2).trade_key(17, &terms.payout), delivered).unwrap_err()
}

#[test]
fn payment_and_collateral_are_split_by_what_was_delivered() {
	let (seller, buyer) = (wallet(1), wallet(2));
	let terms = terms(&seller, &buyer);
	for delivered in [0, 1, 500, 700] {
		let SettlementNotes { notes: [payout, refund], commitments, .. } =
			&settle(&terms, delivered);
		assert_eq!(payout.amount, terms.rate * u64::from(delivered));
		assert_eq!(refund.amount, terms.rate * u64::from(700 - delivered));
		assert_eq!((payout.owner, refund.owner), (terms.payout.owner, terms.refund.owner));
		assert_eq!(Some(refund.randomness), buyer.trade_key(17, &terms.payout).randomness(987_660));
		assert_eq!(commitments.map(Some), [payout.commitment(), refund.commitment()]);
	}
}

#[test]
fn what_cannot_be_proved_is_refused() {
	let good = terms(&wallet(1), &wallet(2));
	assert_eq!(refusal(&good, 701), SplitError::AboveContracted);
	let dear = SettlementTerms { rate: MAX_AMOUNT / 700 + 1, ..good };
	assert_eq!(refusal(&dear, 0), SplitError::AmountTooLarge);
	assert_eq!(refusal(&SettlementTerms { rate: u64::MAX, ..good }, 0), SplitError::AmountTooLarge);
	assert_eq!(refusal(&SettlementTerms { period: u64::MAX, ..good }, 0), SplitError::NotCanonical);
	let nobody = Address { owner: [0xff; 32], ..good.refund };
	assert_eq!(refusal(&SettlementTerms { refund: nobody, ..good }, 0), SplitError::NotCanonical);
	assert_eq!(
		refusal(&SettlementTerms { auditor: Some([0; 32]), ..good }, 0),
		SplitError::WeakKey
	);
}

#[test]
fn both_sides_read_their_own_note() {
	let (mut seller, mut buyer) = (wallet(1), wallet(2));
	let terms = terms(&seller, &buyer);
	let notes = settle(&terms, 500);
	for (wallet, amount) in [(&mut seller, 500), (&mut buyer, 200)] {
		wallet.take(0, &published(&notes)).unwrap();
		let event = wallet.history().first().unwrap();
		assert_eq!(event.settlement(), Some((17, 987_660)));
		assert_eq!(event.kind(), crate::history::Kind::Settled);
		assert_eq!(event.gained(), u128::from(amount * terms.rate));
		let memo = event.lines.first().unwrap().memo.text();
		let paid = terms.payout.tag();
		assert_eq!(memo, format!("settlement of trade 17, period 987660, paid to {paid}"));
		assert_eq!(wallet.history().len(), 1, "the other side's is the other side's");
	}
}

#[test]
fn a_note_of_nothing_is_no_event() {
	let (seller, mut buyer) = (wallet(1), wallet(2));
	buyer.take(0, &published(&settle(&terms(&seller, &buyer), 700))).unwrap();
	assert!(buyer.history().is_empty());
}

#[test]
fn nothing_is_encrypted_to_a_key_that_is_none() {
	let (seller, buyer) = (wallet(1), wallet(2));
	let good = terms(&seller, &buyer);
	let weak = SettlementTerms { refund: Address { key: [0; 32], ..good.refund }, ..good };
	let [one, other] = [0, 0].map(|_| settle(&weak, 500));
	assert_eq!(one.commitments, other.commitments);
	assert_ne!(one.ciphertexts[1], other.ciphertexts[1]);
	let search = buyer.search(&weak, &buyer.trade_key(17, &weak.payout).commitment()).unwrap();
	let among = HashSet::from(one.commitments);
	assert_eq!(one_of(search.among(&among, |_| ())).amount, 200 * weak.rate);
}

#[test]
fn each_side_finds_its_note_by_searching() {
	let (seller, buyer) = (wallet(1), wallet(2));
	let terms = terms(&seller, &buyer);
	let key = buyer.trade_key(17, &terms.payout).commitment();
	let others =
		[SettlementTerms { period: 987_661, ..terms }, SettlementTerms { trade: 18, ..terms }];
	for delivered in [0, 1, 499, 699, 700] {
		let notes = settle(&terms, delivered);
		let among: HashSet<_> = others
			.iter()
			.chain([&terms])
			.flat_map(|one| settle(one, delivered).commitments)
			.collect();
		for (wallet, place) in [(&seller, 0), (&buyer, 1)] {
			let search = wallet.search(&terms, &key).unwrap();
			let last = AtomicU64::new(0);
			let found = search.among(&among, |tried| {
				last.fetch_max(tried, Ordering::Relaxed);
			});
			let found = one_of(found);
			assert!(
				found.note() == notes.notes[place] && found.commitment == notes.commitments[place]
			);
			assert!((1..=search.length()).contains(&last.into_inner()));
		}
	}
	assert_eq!(wallet(3).search(&terms, &key), None, "neither side's");
	let elsewhere = SettlementTerms { refund: wallet(3).address_key(0).address(), ..terms };
	assert_eq!(buyer.search(&elsewhere, &key), None, "another wallet's address");
}

/// The seller has notes of other amounts made for the buyer, by a trade with itself.
#[test]
fn decoys_hide_nothing() {
	let (seller, buyer) = (wallet(1), wallet(2));
	let terms = terms(&seller, &buyer);
	let notes = settle(&terms, 500);
	let real = notes.commitments[1];
	let decoy = |amount| Note { amount, ..notes.notes[1] }.commitment().unwrap();
	let among = HashSet::from([real, decoy(0), decoy(terms.rate), decoy(terms.rate + 1)]);
	let search = buyer.search(&terms, &buyer.trade_key(17, &terms.payout).commitment()).unwrap();
	let found = search.among(&among, |_| ());
	let amounts: Vec<_> = found.iter().map(|found| found.amount).collect();
	assert_eq!(amounts, [0, terms.rate, 200 * terms.rate]);
	assert_eq!(found[2].commitment, real);
}

#[test]
fn a_search_in_vain_ends() {
	let (seller, buyer) = (wallet(1), wallet(2));
	let terms = SettlementTerms { quantity: 5_000, ..terms(&seller, &buyer) };
	let search = buyer.search(&terms, &buyer.trade_key(17, &terms.payout).commitment()).unwrap();
	let last = AtomicU64::new(0);
	let found = search.among(&HashSet::new(), |tried| {
		last.fetch_max(tried, Ordering::Relaxed);
	});
	assert_eq!((found, last.into_inner()), (Vec::new(), 5_001));
}

#[test]
fn change_is_no_address_to_be_settled_to() {
	let own = wallet(1);
	assert!(own.own_address(own.address_key(0).owner()).is_some());
	assert!(own.own_address(own.address_key(1).owner()).is_none());
	assert!(own.own_address(own.address_key(CHANGE).owner()).is_none());
}

#[test]
fn debug_output_shows_no_amount() {
	let (seller, buyer) = (wallet(1), wallet(2));
	let terms = terms(&seller, &buyer);
	let search = buyer.search(&terms, &buyer.trade_key(17, &terms.payout).commitment()).unwrap();
	let notes = settle(&terms, 500);
	let found = one_of(search.among(&HashSet::from(notes.commitments), |_| ()));
	let shown = format!("{notes:?} {search:?} {found:?}");
	assert!(!shown.contains("rate") && !shown.contains("amount"), "{shown}");
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]
	#[test]
	fn nothing_is_gained_or_lost(
		quantity in 1u32..=u32::MAX,
		part in 0u64..=1 << 32,
		rate in 1u64..1 << 40,
		trade: u64,
		period in 0u64..1 << 53,
	) {
		let (seller, buyer) = (wallet(1), wallet(2));
		let terms = SettlementTerms { quantity, rate, trade, period, ..terms(&seller, &buyer) };
		let delivered = u32::try_from((u64::from(quantity) * part) >> 32).unwrap();
		let whole = u128::from(rate) * u128::from(quantity);
		let made = seller.settle(&terms, &buyer.trade_key(trade, &terms.payout), delivered);
		if whole >= u128::from(MAX_AMOUNT) {
			prop_assert_eq!(made.unwrap_err(), SplitError::AmountTooLarge);
		} else {
			let made = made.unwrap();
			let [payout, refund] = made.notes.each_ref().map(|note| u128::from(note.amount));
			prop_assert_eq!(payout, u128::from(rate) * u128::from(delivered));
			prop_assert_eq!(payout + refund, whole);
			prop_assert_ne!(made.commitments[0], made.commitments[1]);
		}
	}

	#[test]
	fn what_was_encrypted_is_found_or_searched_for(
		quantity in 1u32..3_000,
		delivered in 0u32..3_000,
		garbage: bool,
	) {
		let (seller, mut buyer) = (wallet(1), wallet(2));
		let terms = SettlementTerms { quantity, ..terms(&seller, &buyer) };
		let delivered = delivered % (quantity + 1);
		let mut notes = settle(&terms, delivered);
		if garbage {
			notes.ciphertexts[1] = unreadable(false).unwrap();
		}
		let page = published(&notes);
		buyer.take(0, &page).unwrap();
		let lost = garbage && delivered < quantity;
		prop_assert_eq!(buyer.has_settlement(17, 987_660), !lost && delivered < quantity);
		if lost {
			let search = buyer.search(&terms, &buyer.trade_key(17, &terms.payout).commitment()).unwrap();
			let found = one_of(search.among(&HashSet::from(notes.commitments), |_| ()));
			buyer.remember(found.clone());
			buyer.remember(found);
			buyer.forget_scan();
			buyer.take(0, &page).unwrap();
			prop_assert!(buyer.has_settlement(17, 987_660));
		}
		let held: u128 = buyer.balance(0, 2).spendable;
		prop_assert_eq!(held, u128::from(terms.rate) * u128::from(quantity - delivered));
	}
}
