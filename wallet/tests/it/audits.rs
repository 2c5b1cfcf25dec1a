use crate::chain::*;
use codec::{Decode, Encode};
use meterproof_wallet::{
	audit::{Audit, AuditFile, AuditedPayment, AuditorKey, Reading},
	error::Named,
	file::WalletFile,
	memo::Memo,
	network::{Kind, Network},
	payment::{Ask, PaymentTerms},
	scan::{Content, ScanError},
	seal::Cost,
	sent::Earlier,
	split::SettlementTerms,
	wallet::{Anchor, Wallet},
};

const ASSET: u32 = 4;

fn key() -> AuditorKey {
	AuditorKey::decode(&mut &[7; 32][..]).unwrap()
}

/// One wallet shields some of an asset, and pays out of it.
struct Story {
	chain: Chain,
	alice: Wallet,
	bob: Wallet,
}

impl Story {
	fn new() -> Self {
		Self { chain: Chain::default(), alice: wallet(1), bob: wallet(2) }
	}

	fn terms(&self, auditor: Option<[u8; 32]>) -> PaymentTerms {
		PaymentTerms { asset: ASSET, auditor, anchor: self.chain.anchor(), earlier: Earlier::Ask }
	}

	fn shield(&mut self, amount: u64, auditor: Option<[u8; 32]>) -> u32 {
		let (to, memo) = (address(&self.alice), Memo::empty());
		let ask = Ask::Shield { to: &to, amount, memo: &memo };
		let plan = self.alice.plan(&ask, &self.terms(auditor)).unwrap();
		self.chain.include(&plan, amount, 0)
	}

	fn pay(&mut self, amount: u64, auditor: Option<[u8; 32]>) -> u32 {
		self.chain.scan(&mut self.alice, 100);
		let (to, memo) = (address(&self.bob), Memo::new("for March").unwrap());
		let ask = Ask::Pay { to: &to, amount, memo: &memo, fee: FEE };
		let plan = self.alice.plan(&ask, &self.terms(auditor)).unwrap();
		self.alice.sending(plan.intent.clone());
		self.alice.told(&plan.intent);
		self.chain.include(&plan, 0, FEE)
	}

	/// The story in an asset whose auditor can read every payment.
	fn audited() -> Self {
		let (mut story, auditor) = (Self::new(), Some(key().public()));
		story.shield(100, auditor);
		story.chain.settle(&address(&story.bob), 9);
		story.pay(20, auditor);
		story
	}
}

fn audit(chain: &Chain, page: usize) -> Audit {
	let mut audit = Audit::new(NETWORK, key());
	finish(&mut audit, chain, page);
	audit
}

fn finish(audit: &mut Audit, chain: &Chain, page: usize) {
	while audit.next_position() < chain.tree.size() {
		let from = audit.next_position();
		let rest = &chain.notes[from as usize..];
		audit.take(from, &rest[..page.min(rest.len())]).unwrap();
	}
	audit.finish(chain.scanned(), &chain.anchor()).unwrap();
}

fn amounts(payment: &AuditedPayment) -> Vec<Option<u64>> {
	let notes = payment.notes.iter().map(|note| match note {
		Reading::Opened { amount, .. } => Some(*amount),
		Reading::Unreadable | Reading::NoPart => None,
	});
	notes.collect()
}

#[test]
fn the_auditor_reads_every_payment_and_no_public_settlement() {
	let story = Story::audited();
	let audit = audit(&story.chain, 100);
	let [shielded, paid] = audit.payments() else { panic!("{:?}", audit.payments()) };
	assert!(shielded.is_readable() && paid.is_readable());
	assert_eq!((shielded.amount(), paid.amount()), (100, u128::from(100 - FEE)));
	assert_eq!((paid.asset, paid.block, paid.position), (ASSET, 3, 3));
	let to_bob = paid.notes.iter().find_map(|note| match note {
		Reading::Opened { amount: 20, to, memo } => Some((*to, memo.text())),
		_ => None,
	});
	assert_eq!(to_bob, Some((address(&story.bob), "for March".to_owned())));
	assert_eq!(audit.scanned(), Some(&story.chain.scanned()));
}

#[test]
fn the_auditor_reads_both_notes_of_a_sealed_settlement() {
	let (mut chain, seller, buyer) = (Chain::default(), wallet(1), wallet(2));
	let (payout, refund) = (address(&seller), address(&buyer));
	let auditor = Some(key().public());
	let terms = SettlementTerms {
		trade: 17,
		period: 5,
		asset: 0,
		quantity: 700,
		rate: 20,
		payout,
		refund,
		auditor,
	};
	let notes = seller.settle(&terms, &buyer.trade_key(17, &payout), 500).unwrap();
	chain.settle_sealed(&notes);
	let audit = audit(&chain, 1);
	let [settled] = audit.payments() else { panic!("{:?}", audit.payments()) };
	assert_eq!(amounts(settled), [Some(10_000), Some(4_000)]);
}

#[test]
fn parts_for_another_key_and_garbage_are_counted() {
	let mut story = Story::audited();
	let other = AuditorKey::random().unwrap().public();
	story.pay(5, Some(other));
	let honest = story.pay(6, Some(key().public())) as usize;
	let Content::Sealed { ciphertext, .. } = &mut story.chain.notes[honest].content else {
		panic!("a payment's")
	};
	ciphertext.auditor = Some([3; 144]);
	let audit = audit(&story.chain, 100);
	let readable: Vec<_> = audit.payments().iter().map(AuditedPayment::is_readable).collect();
	assert_eq!(readable, [true, true, false, false]);
	let foreign = &audit.payments()[2];
	assert_eq!((foreign.is_for_this_key(), amounts(foreign)), (false, vec![None, None]));
	let half = &audit.payments()[3];
	assert!(half.is_for_this_key());
	assert_eq!(half.notes[0], Reading::Unreadable);
}

#[test]
fn payments_from_before_there_was_an_auditor_are_left_out() {
	let mut story = Story::new();
	story.shield(100, None);
	story.pay(20, Some(key().public()));
	let audit = audit(&story.chain, 100);
	assert_eq!(audit.payments().len(), 1);
	assert_eq!(audit.payments()[0].position, 2);
}

#[test]
fn a_part_on_one_note_alone_is_not_a_readable_payment() {
	let mut story = Story::audited();
	let Content::Sealed { ciphertext, .. } = &mut story.chain.notes[1].content else {
		panic!("a payment's")
	};
	ciphertext.auditor = None;
	let audit = audit(&story.chain, 100);
	assert_eq!(audit.payments()[0].notes[1], Reading::NoPart);
	assert!(!audit.payments()[0].is_readable() && audit.payments()[0].is_for_this_key());
}

#[test]
fn an_audit_that_was_cut_off_goes_on() {
	let story = Story::audited();
	let whole = audit(&story.chain, 100);
	for first in 1..story.chain.notes.len() {
		let mut resumed = Audit::new(NETWORK, key());
		resumed.take(0, &story.chain.notes[..first]).unwrap();
		// Killed, and started again from its file.
		let mut resumed = Audit::decode(&mut &resumed.encode()[..]).unwrap();
		finish(&mut resumed, &story.chain, 1);
		assert_eq!(resumed, whole);
		resumed.forget();
		assert_eq!(resumed, Audit::new(NETWORK, key()));
	}
}

#[test]
fn a_node_that_leaves_notes_out_or_tears_payments_is_noticed() {
	let Story { chain, .. } = Story::audited();
	let (head, scanned) = (chain.anchor(), chain.scanned());
	let fresh = || Audit::new(NETWORK, key());

	assert_eq!(fresh().take(1, &chain.notes), Err(ScanError::OutOfOrder));
	let mut short = fresh();
	short.take(0, &chain.notes[..2]).unwrap();
	assert_eq!(short.finish(scanned, &head), Err(ScanError::OutOfOrder));
	let told = Anchor { notes: 2, ..head };
	assert_eq!(short.finish(scanned, &told), Err(ScanError::RootDiffers));

	let mut half = fresh();
	half.take(0, &chain.notes[..1]).unwrap();
	assert_eq!(half.finish(scanned, &Anchor { notes: 1, ..head }), Err(ScanError::TornPayment));
	// The settlement's note, and a note of another block, in the middle of a payment.
	assert_eq!(half.take(1, &chain.notes[2..3]), Err(ScanError::TornPayment));
	let mut half = fresh();
	half.take(0, &chain.notes[..1]).unwrap();
	assert_eq!(half.take(1, &chain.notes[3..4]), Err(ScanError::TornPayment));
	let mut bad = chain.notes[0].clone();
	bad.commitment = [0xff; 32];
	assert_eq!(fresh().take(0, &[bad]), Err(ScanError::NotACommitment));
}

#[test]
fn a_key_is_read_back_from_its_text() {
	let text = key().to_text(&NETWORK);
	assert!(text.starts_with("mpauditdev1"));
	assert_eq!(AuditorKey::parse(&NETWORK, &text), Ok(key()));
	let other = Network { kind: Kind::Live, ..NETWORK };
	assert_eq!(AuditorKey::parse(&other, &text).unwrap_err().name(), "OtherNetwork");
	let mistyped = text.replacen('q', "p", 1);
	assert_eq!(AuditorKey::parse(&NETWORK, &mistyped).unwrap_err().name(), "Mistyped");
	assert!(!format!("{:?}", key()).contains('7'), "no secret in {:?}", key());
}

#[test]
fn a_file_keeps_the_audit_and_is_no_wallet() {
	let folder = tempfile::tempdir().unwrap();
	let path = folder.path().join("audit");
	let story = Story::audited();
	let fresh = Audit::new(NETWORK, key());
	let mut file = AuditFile::create_with(&path, "password", fresh, Cost::CHEAP).unwrap();
	finish(&mut file.audit, &story.chain, 100);
	file.save().unwrap();
	assert_eq!(AuditFile::open(&path, "password").unwrap_err().name(), "WalletLocked");
	drop(file);

	let open = |password: &str| AuditFile::open(&path, password);
	assert_eq!(open("password").unwrap().audit, audit(&story.chain, 100));
	assert_eq!(open("other").unwrap_err().name(), "WrongPassword");
	assert_eq!(WalletFile::open(&path, "password").unwrap_err().name(), "ForeignFile");
	let other = Network { genesis: [8; 32], ..NETWORK };
	assert_eq!(open("password").unwrap().ensure_chain(&other).unwrap_err().name(), "OtherChain");
	let bytes = std::fs::read(&path).unwrap();
	assert!(!bytes.windows(32).any(|window| window == [7; 32]), "the key in clear");
	std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
	assert_eq!(open("password").unwrap_err().name(), "TruncatedFile");
}
