use crate::chain::*;
use meterproof_programs::note::Note;
use meterproof_wallet::{
	disclosure::{Disclosure, DisclosureError, MAX_PURPOSE},
	error::Named,
	history::Origin,
	network::Network,
	scan::Published,
	wallet::Wallet,
};

/// The position of the note by which Alice paid Bob 30.
fn position(wallet: &Wallet) -> u32 {
	let lines = wallet.history().iter().flat_map(|event| &event.lines);
	lines.filter(|line| line.amount == 30).map(|line| line.position).next().unwrap()
}

fn verified(text: &str, published: &Published) -> Result<(u64, bool), String> {
	let disclosure = Disclosure::parse(&NETWORK, text).map_err(|e| e.name().to_owned())?;
	let proved = disclosure.verify(&NETWORK, published).map_err(|e| e.name().to_owned())?;
	Ok((proved.amount, proved.by_payer))
}

#[test]
fn a_payer_shows_what_it_paid() {
	let (chain, alice, bob) = story();
	let position = position(&alice);
	let disclosure = alice.disclose(position, "rent of March, to the landlord's agent").unwrap();
	let text = disclosure.to_text(&NETWORK);
	assert!(text.starts_with("mpproofdev1"));
	let read = Disclosure::parse(&NETWORK, &text).unwrap();
	assert!(read == disclosure);
	let published = &chain.notes[read.position as usize];
	let proved = read.verify(&NETWORK, published).unwrap();
	assert_eq!((proved.asset, proved.amount, proved.by_payer), (0, 30, true));
	assert_eq!(proved.block, published.block);
	assert!(proved.went_to(&address(&bob)) && !proved.went_to(&address(&alice)));
	assert_eq!(read.purpose, "rent of March, to the landlord's agent");
}

#[test]
fn a_payee_shows_what_it_got_without_being_the_payer() {
	let (chain, _, bob) = story();
	let position = position(&bob);
	let text = bob.disclose(position, "income").unwrap().to_text(&NETWORK);
	assert_eq!(verified(&text, &chain.notes[position as usize]), Ok((30, false)));
}

#[test]
fn a_settlements_note_can_be_shown() {
	let (chain, _, bob) = story();
	let settled =
		bob.history().iter().find(|event| event.origin == Origin::Open).unwrap().lines[0].position;
	let text = bob.disclose(settled, "").unwrap().to_text(&NETWORK);
	assert_eq!(verified(&text, &chain.notes[settled as usize]), Ok((7, false)));
}

/// An auditor sees the payment and can show it, and does not speak for the payer.
#[test]
fn a_viewing_key_discloses_without_being_the_payer() {
	let (chain, alice, _) = story();
	let mut auditor = Wallet::watching(NETWORK, &alice.viewing_key());
	chain.scan(&mut auditor, 100);
	let position = position(&alice);
	let text = auditor.disclose(position, "what Alice never said").unwrap().to_text(&NETWORK);
	assert_eq!(verified(&text, &chain.notes[position as usize]), Ok((30, false)));
	// Alice does, after a scan from her seed as well.
	let mut again = crate::chain::wallet(1);
	chain.scan(&mut again, 100);
	for alice in [alice, again] {
		let text = alice.disclose(position, "x").unwrap().to_text(&NETWORK);
		assert_eq!(verified(&text, &chain.notes[position as usize]), Ok((30, true)));
	}
}

/// A watching wallet shields to its own address: the seed has no one-time key of that note.
#[test]
fn what_a_viewing_key_paid_is_shown_unsigned() {
	let (mut chain, mut alice) = (Chain::default(), wallet(1));
	let auditor = Wallet::watching(NETWORK, &alice.viewing_key());
	chain.shield(&auditor, &address(&alice), 9);
	chain.scan(&mut alice, 9);
	let position = alice.history()[0].lines[0].position;
	let text = alice.disclose(position, "x").unwrap().to_text(&NETWORK);
	assert_eq!(verified(&text, &chain.notes[position as usize]), Ok((9, false)));
}

#[test]
fn nothing_else_can_be_made_of_it() {
	let (chain, alice, _) = story();
	let position = position(&alice);
	let published = &chain.notes[position as usize];
	let good = alice.disclose(position, "for the agent").unwrap();
	let verify = |disclosure: &Disclosure| disclosure.verify(&NETWORK, published).map(|_| ());
	assert_eq!(verify(&good), Ok(()));

	let mut purpose = good.clone();
	purpose.purpose = "for somebody else".to_owned();
	assert_eq!(verify(&purpose), Err(DisclosureError::BadSignature));
	let mut place = good.clone();
	place.position ^= 1;
	assert_eq!(verify(&place), Err(DisclosureError::BadSignature));
	for note in [
		Note { amount: 31, ..good.note },
		Note { asset: 1, ..good.note },
		Note { owner: address(&alice).owner, ..good.note },
		Note { randomness: [1; 32], ..good.note },
		Note { randomness: [0xff; 32], ..good.note },
	] {
		let mut changed = good.clone();
		changed.note = note;
		assert_eq!(verify(&changed), Err(DisclosureError::NotThisNote));
	}
	for (at, other) in chain.notes.iter().enumerate() {
		let expected =
			if at as u32 == position { Ok(()) } else { Err(DisclosureError::NotThisNote) };
		assert_eq!(good.verify(&NETWORK, other).map(|_| ()), expected);
	}
	let fork = Network { genesis: [8; 32], ..NETWORK };
	let error = good.verify(&fork, published).unwrap_err();
	assert_eq!(error, DisclosureError::BadSignature);
	let text = good.to_text(&NETWORK);
	assert_eq!(Disclosure::parse(&fork, &text).unwrap_err().name(), "OtherNetwork");
	let mut mistyped = text.to_string();
	mistyped.replace_range(30..31, if text.as_bytes()[30] == b'q' { "p" } else { "q" });
	assert_eq!(verified(&mistyped, published), Err("Mistyped".to_owned()));
}

#[test]
fn what_cannot_be_disclosed_is_named() {
	let (chain, alice, _) = story();
	let beyond = chain.tree.size() as u32;
	assert_eq!(alice.disclose(beyond, ""), Err(DisclosureError::UnknownPayment));
	let long = "p".repeat(MAX_PURPOSE + 1);
	let position = position(&alice);
	assert_eq!(alice.disclose(position, &long), Err(DisclosureError::PurposeTooLong));
	let longest = alice.disclose(position, &long[1..]).unwrap();
	assert!(Disclosure::parse(&NETWORK, &longest.to_text(&NETWORK)).unwrap() == longest);
	assert_eq!(format!("{longest:?}"), format!("Disclosure({position}, ..)"));
}
