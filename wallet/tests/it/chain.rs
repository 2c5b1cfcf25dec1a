//! A chain in memory: it takes what wallets plan as if it had been proved, and publishes it.

use meterproof_programs::note::{Note, TREE_DEPTH};
use meterproof_wallet::{
	address::Address,
	keys::Seed,
	memo::Memo,
	network::{Kind, Network},
	payment::{Ask, PaymentTerms, Plan},
	scan::{Content, Published},
	sent::Earlier,
	split::SettlementNotes,
	tree::{root_of, Tree},
	wallet::{Anchor, Scanned, Wallet},
};

pub const NETWORK: Network = Network { kind: Kind::Development, genesis: [9; 32] };
pub const FEE: u64 = 3;

/// What a chain keeps of payments.
#[derive(Clone, Default)]
pub struct Chain {
	pub notes: Vec<Published>,
	pub tree: Tree,
	pub block: u32,
	pub nullifiers: std::collections::HashSet<[u8; 32]>,
}

impl Chain {
	pub fn anchor(&self) -> Anchor {
		let notes = self.tree.size();
		Anchor { root: self.tree.root_at(notes).unwrap(), notes }
	}

	pub fn terms(&self) -> PaymentTerms {
		self.terms_with(Earlier::Ask)
	}

	pub fn terms_with(&self, earlier: Earlier) -> PaymentTerms {
		PaymentTerms { asset: 0, auditor: None, anchor: self.anchor(), earlier }
	}

	pub fn scanned(&self) -> Scanned {
		Scanned { block: self.block, hash: [self.block as u8; 32] }
	}

	/// Takes a payment, in a block of its own, after checking what its proof would prove; its
	/// position.
	pub fn include(&mut self, plan: &Plan, entering: u64, leaving: u64) -> u32 {
		let mut held = entering;
		let mut nullifiers = Vec::new();
		for spend in &plan.spends {
			match spend {
				Some(spend) => {
					let leaf = spend.note.commitment().unwrap();
					assert_eq!(root_of(&leaf, spend.position, &spend.path), Some(plan.root));
					held += spend.note.amount;
					nullifiers.push(spend.nullifier);
				},
				None => nullifiers.push(dummy_nullifier()),
			}
		}
		assert_eq!(held, plan.outputs.iter().map(|note| note.amount).sum::<u64>() + leaving);
		self.block += 1;
		let position = self.tree.size() as u32;
		for (place, nullifier) in nullifiers.into_iter().enumerate() {
			let commitment = plan.outputs[place].commitment().unwrap();
			assert_eq!(commitment, plan.commitments[place]);
			assert!(self.nullifiers.insert(nullifier), "spent twice");
			self.tree.append(&commitment).unwrap();
			let ciphertext = plan.ciphertexts[place].clone();
			let content = Content::Sealed { nullifier, ciphertext };
			let published = Published { commitment, asset: plan.asset, block: self.block, content };
			self.notes.push(published);
		}
		position
	}

	/// A settlement pays into a note.
	pub fn settle(&mut self, to: &Address, amount: u64) {
		let randomness = [1; 32].map(|byte: u8| byte & 0x7f);
		let note = Note { asset: 0, amount, owner: to.owner, randomness };
		let commitment = note.commitment().unwrap();
		self.block += 1;
		self.tree.append(&commitment).unwrap();
		let content = Content::Open { amount, owner: to.owner, randomness };
		self.notes.push(Published { commitment, asset: 0, block: self.block, content });
	}

	/// A sealed settlement pays both sides; the position of the seller's note.
	pub fn settle_sealed(&mut self, notes: &SettlementNotes) -> u32 {
		self.block += 1;
		let position = self.tree.size() as u32;
		for (commitment, ciphertext) in notes.commitments.iter().zip(&notes.ciphertexts) {
			self.tree.append(commitment).unwrap();
			let content = Content::Split { ciphertext: ciphertext.clone() };
			let published =
				Published { commitment: *commitment, asset: 0, block: self.block, content };
			self.notes.push(published);
		}
		position
	}

	pub fn shield(&mut self, wallet: &Wallet, to: &Address, amount: u64) -> u32 {
		let memo = Memo::empty();
		let plan = wallet.plan(&Ask::Shield { to, amount, memo: &memo }, &self.terms()).unwrap();
		self.include(&plan, amount, 0)
	}

	/// Scans to the end, in pages.
	pub fn scan(&self, wallet: &mut Wallet, page: usize) {
		while let Some(rest) = self.notes.get(wallet.next_position() as usize..) {
			if rest.is_empty() {
				break;
			}
			wallet.take(wallet.next_position(), &rest[..page.min(rest.len())]).unwrap();
		}
		wallet.finish_scan(self.scanned(), &self.anchor()).unwrap();
	}

	pub fn pay(&mut self, wallet: &mut Wallet, to: &Address, amount: u64, memo: &str) -> u32 {
		let memo = Memo::new(memo).unwrap();
		let ask = Ask::Pay { to, amount, memo: &memo, fee: FEE };
		let plan = wallet.plan(&ask, &self.terms()).unwrap();
		wallet.sending(plan.intent.clone());
		wallet.told(&plan.intent);
		self.include(&plan, 0, FEE)
	}

	pub fn unshield(&mut self, wallet: &mut Wallet, account: [u8; 32], amount: u64) {
		let ask = Ask::Unshield { to: account, amount, fee: FEE };
		let plan = wallet.plan(&ask, &self.terms()).unwrap();
		wallet.sending(plan.intent.clone());
		wallet.told(&plan.intent);
		self.include(&plan, 0, amount + FEE);
	}
}

fn dummy_nullifier() -> [u8; 32] {
	let mut bytes = [0; 32];
	meterproof_wallet::secret::random(&mut bytes).unwrap();
	bytes.iter_mut().skip(7).step_by(8).for_each(|byte| *byte &= 0x7f);
	bytes
}

pub fn wallet(seed: u8) -> Wallet {
	Wallet::new(NETWORK, Seed::from_bytes(&[seed; 32]), 0)
}

pub fn address(wallet: &Wallet) -> Address {
	wallet.address_key(0).address()
}

/// Alice has shielded 100, paid Bob 30 and, out of the change, 20 more; Bob has paid 25 back out
/// of both; a settlement paid Bob 7; Alice has paid 10 to an account.
pub fn story() -> (Chain, Wallet, Wallet) {
	let (mut chain, mut alice, mut bob) = (Chain::default(), wallet(1), wallet(2));
	let (a, b) = (address(&alice), address(&bob));
	chain.scan(&mut alice, 4);
	chain.shield(&alice, &a, 100);
	chain.scan(&mut alice, 4);
	chain.pay(&mut alice, &b, 30, "for March");
	chain.scan(&mut alice, 4);
	chain.pay(&mut alice, &b, 20, "for April");
	chain.scan(&mut bob, 3);
	chain.pay(&mut bob, &a, 35, "too much");
	chain.settle(&b, 7);
	chain.scan(&mut alice, 100);
	chain.unshield(&mut alice, [5; 32], 10);
	chain.scan(&mut alice, 100);
	chain.scan(&mut bob, 100);
	assert_eq!(TREE_DEPTH, 32);
	(chain, alice, bob)
}
