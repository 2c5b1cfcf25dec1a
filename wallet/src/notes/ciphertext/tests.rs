use super::*;
use crate::keys::{Seed, ViewingKey};
use codec::Decode;
use proptest::prelude::*;
use std::sync::OnceLock;

const ASSET: u32 = 3;

struct Case {
	payer: ViewingKey,
	payee: ViewingKey,
	auditor: StaticSecret,
	note: Note,
	commitment: DigestBytes,
	sealed: NoteCiphertext,
}

fn seal(
	payer: &ViewingKey,
	to: &Address,
	note: &Note,
	auditor: Option<&[u8; 32]>,
) -> NoteCiphertext {
	let memo = Memo::new("for March").unwrap();
	let outgoing = payer.outgoing();
	let ephemeral = &Secret::random().unwrap();
	Sealing { note, to, memo: &memo, outgoing, auditor, ephemeral }.seal().unwrap()
}

fn note_to(to: &Address, amount: u64) -> Note {
	let randomness = *kdf::random_elements().unwrap();
	Note { asset: ASSET, amount, owner: to.owner, randomness }
}

fn case() -> &'static Case {
	static CASE: OnceLock<Case> = OnceLock::new();
	CASE.get_or_init(|| {
		let [payer, payee] = [1, 2].map(|n| Seed::from_bytes(&[n; 32]).viewing_key());
		let to = payee.address_key(4).address();
		let note = note_to(&to, 77);
		let auditor = StaticSecret::from([9; 32]);
		let public = PublicKey::from(&auditor).to_bytes();
		let sealed = seal(&payer, &to, &note, Some(&public));
		let commitment = note.commitment().unwrap();
		Case { payer, payee, auditor, note, commitment, sealed }
	})
}

/// Who can read a ciphertext: payee, payer, auditor.
fn readers(sealed: &NoteCiphertext, commitment: &DigestBytes) -> [bool; 3] {
	let case = case();
	[
		sealed.open(&case.payee.address_key(4), ASSET, commitment).is_some(),
		sealed.recover(case.payer.outgoing(), ASSET, commitment).is_some(),
		sealed.audit(&case.auditor, ASSET, commitment).is_some(),
	]
}

#[test]
fn payee_payer_and_auditor_read_it() {
	let case = case();
	let received = case.sealed.open(&case.payee.address_key(4), ASSET, &case.commitment).unwrap();
	assert!(received.note == case.note && received.memo.text() == "for March");
	let sent = case.sealed.recover(case.payer.outgoing(), ASSET, &case.commitment).unwrap();
	assert!(sent.note == case.note && sent.memo.text() == "for March");
	assert_eq!(sent.to, case.payee.address_key(4).address());
	let audited = case.sealed.audit(&case.auditor, ASSET, &case.commitment).unwrap();
	assert!(audited == sent);
}

#[test]
fn nobody_else_does() {
	let case = case();
	let Case { payer, payee, commitment, sealed, .. } = case;
	assert!(sealed.open(&payee.address_key(5), ASSET, commitment).is_none());
	assert!(sealed.open(&payer.address_key(4), ASSET, commitment).is_none());
	assert!(sealed.recover(payee.outgoing(), ASSET, commitment).is_none());
	assert!(sealed.audit(&StaticSecret::from([8; 32]), ASSET, commitment).is_none());
}

#[test]
fn it_opens_beside_its_own_note_alone() {
	let case = case();
	assert_eq!(readers(&case.sealed, &case.commitment), [true; 3]);
	let other = Note { amount: 78, ..case.note }.commitment().unwrap();
	assert_eq!(readers(&case.sealed, &other), [false; 3]);
	let to = case.payee.address_key(4);
	assert!(case.sealed.open(&to, ASSET + 1, &case.commitment).is_none());
}

#[test]
fn a_note_that_does_not_have_the_commitment_is_nobodys() {
	// A payer that encrypts, with the right key for the commitment, another amount.
	let case = case();
	let to = case.payee.address_key(4).address();
	let secret = Secret::new(&[5; 32]);
	let ephemeral = PublicKey::from(&StaticSecret::from([5; 32])).to_bytes();
	let key = note_key(&secret, &ephemeral, &to.key, &case.commitment).unwrap();
	let forged = |amount: u64| {
		let mut plain = amount.to_le_bytes().to_vec();
		plain.extend_from_slice(&case.note.randomness);
		plain.extend_from_slice(Memo::empty().bytes());
		NoteCiphertext { ephemeral, note: encrypt(&key, &plain), ..case.sealed.clone() }
	};
	assert_eq!(readers(&forged(77), &case.commitment), [true, false, false]);
	assert_eq!(readers(&forged(78), &case.commitment), [false; 3]);
}

#[test]
fn points_of_low_order_are_refused() {
	let case = case();
	let mut one = [0; 32];
	one[0] = 1;
	// Zero, one, and a point of order eight.
	let eight = [
		0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
		0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49,
		0xb8, 0x00,
	];
	for weak in [[0; 32], one, eight] {
		let to = Address { key: weak, ..case.payee.address_key(4).address() };
		let memo = Memo::empty();
		let outgoing = case.payer.outgoing();
		let ephemeral = &Secret::random().unwrap();
		let note = &case.note;
		let sealing = Sealing { note, to: &to, memo: &memo, outgoing, auditor: None, ephemeral };
		assert_eq!(sealing.seal(), Err(SealNoteError::WeakKey));
		let good = case.payee.address_key(4).address();
		let audited = Sealing { to: &good, auditor: Some(&weak), ..sealing };
		assert_eq!(audited.seal(), Err(SealNoteError::WeakKey));

		// With a zero secret everybody has the key: what it opens must not count.
		let mut sealed = case.sealed.clone();
		sealed.ephemeral = weak;
		let public = case.payee.address_key(4).public().to_bytes();
		let key = bound("note", &[0; 32], &weak, &public, &case.commitment);
		let mut plain = 77u64.to_le_bytes().to_vec();
		plain.extend_from_slice(&case.note.randomness);
		plain.extend_from_slice(memo.bytes());
		sealed.note = encrypt(&key, &plain);
		assert_eq!(readers(&sealed, &case.commitment), [false; 3]);
	}
}

#[test]
fn an_owner_that_is_not_the_recipients_is_refused() {
	let case = case();
	let to = case.payee.address_key(5).address();
	let memo = Memo::empty();
	let outgoing = case.payer.outgoing();
	let (note, ephemeral) = (&case.note, &Secret::random().unwrap());
	let sealing = Sealing { note, to: &to, memo: &memo, outgoing, auditor: None, ephemeral };
	assert_eq!(sealing.seal(), Err(SealNoteError::BadOwner));
	let bad = Address { owner: [0xff; 32], ..to };
	let note = Note { owner: bad.owner, ..case.note };
	assert_eq!(Sealing { note: &note, to: &bad, ..sealing }.seal(), Err(SealNoteError::BadOwner));
}

#[test]
fn the_layout_is_fixed() {
	let case = case();
	assert_eq!((NOTE_PART, OUTGOING_PART, AUDITOR_PART), (184, 112, 144));
	assert_eq!(case.sealed.encoded_size(), 32 + 184 + 112 + 1 + 144);
	let to = case.payee.address_key(4).address();
	let plain = seal(&case.payer, &to, &case.note, None);
	assert_eq!(plain.encoded_size(), 329);
	assert_eq!(plain.encode().last(), Some(&0));
	let mut concatenated = plain.encode();
	concatenated.extend(case.sealed.encode());
	let expected: [u8; 32] = Blake2b::<U32>::digest(concatenated).into();
	assert_eq!(digest(&[plain, case.sealed.clone()]), expected);
}

/// Two payments by one wallet to one address of the same amount with the same memo: nothing that
/// an observer sees is in both.
#[test]
fn two_payments_share_no_bytes() {
	let case = case();
	let to = case.payee.address_key(4).address();
	let change = case.payer.address_key(crate::keys::CHANGE).address();
	let public = |position: u32| {
		let mut seen = Vec::new();
		for (address, amount) in [(&to, 77), (&change, 23)] {
			let note = note_to(address, amount);
			let sealed = seal(&case.payer, address, &note, Some(&[9; 32]));
			let commitment = note.commitment().unwrap();
			seen.extend_from_slice(&commitment);
			seen.extend_from_slice(&case.payer.nullifier(&commitment, position).unwrap());
			let encoded = sealed.encode();
			// The option byte that says whether there is an auditor is the same for all.
			assert_eq!(encoded[32 + 184 + 112], 1);
			seen.extend(encoded.into_iter().enumerate().filter(|(i, _)| *i != 328).map(|(_, b)| b));
		}
		seen
	};
	let [first, second] = [public(0), public(2)];
	assert_eq!(first.len(), second.len());
	let runs: std::collections::HashSet<&[u8]> = first.windows(4).collect();
	let shared = second.windows(4).filter(|run| runs.contains(run)).count();
	// Random bytes of this length share a run of four with probability below 1/3,000.
	assert_eq!(shared, 0, "of {}", second.len());
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]
	#[test]
	fn what_is_sealed_opens(amount: u64, diversifier: u32, memo in "[a-zäöü ]{0,60}") {
		let case = case();
		let key = case.payee.address_key(diversifier);
		let to = key.address();
		let note = note_to(&to, amount);
		let memo = Memo::new(&memo).unwrap();
		let outgoing = case.payer.outgoing();
		let ephemeral = &Secret::random().unwrap();
		let (to, memo) = (&to, &memo);
		let sealed = Sealing { note: &note, to, memo, outgoing, auditor: None, ephemeral };
		let sealed = sealed.seal().unwrap();
		let received = sealed.open(&key, ASSET, &note.commitment().unwrap()).unwrap();
		prop_assert!(received.note == note && received.memo == *memo);
	}

	#[test]
	fn a_changed_bit_is_seen_by_its_reader(bit in 0usize..(32 + 184 + 112 + 1 + 144) * 8) {
		let case = case();
		let mut bytes = case.sealed.encode();
		bytes[bit / 8] ^= 1 << (bit % 8);
		let Ok(changed) = NoteCiphertext::decode(&mut &bytes[..]) else { return Ok(()) };
		let expected = match bit / 8 {
			// The auditor has the key of the note's part and needs no other.
			0..32 => [false, false, true],
			32..216 => [false, false, false],
			216..328 => [true, false, true],
			328 => [true, true, false],
			_ => [true, true, false],
		};
		prop_assert_eq!(readers(&changed, &case.commitment), expected);
	}

	#[test]
	fn no_bytes_panic(ephemeral: [u8; 32], bytes in proptest::collection::vec(any::<u8>(), 184)) {
		let case = case();
		let mut sealed = case.sealed.clone();
		sealed.ephemeral = ephemeral;
		sealed.note.copy_from_slice(&bytes);
		prop_assert_eq!(readers(&sealed, &case.commitment), [false; 3]);
	}
}
