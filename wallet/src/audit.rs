//! What an asset's auditor sees: each payment of the asset, opened with one key.
//!
//! The chain makes sure that a payment carries a part for the auditor, not that the part opens.
//! An audit therefore counts what it cannot read as well. It takes all notes of the chain, so that
//! their tree tells whether the node left any out.

pub mod disclosure;
mod file;

use codec::{Decode, Encode};
use meterproof_programs::{hash::DigestBytes, transfer::NOTES};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
	address::Address,
	ciphertext::{NoteCiphertext, Readable as _},
	memo::Memo,
	network::Network,
	scan::{Content, Published, ScanError},
	secret::{RandomError, Secret},
	text::{Sort, TextError},
	tree::Tree,
	wallet::{Anchor, Scanned},
};

pub use file::AuditFile;

const AUDITOR_KEY: Sort = Sort { prefix: "mpaudit", what: "the auditor's key" };

/// What opens an auditor's parts. Whoever has it reads all payments of the asset.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub struct AuditorKey(Secret);

impl AuditorKey {
	/// A fresh key.
	pub fn random() -> Result<Self, RandomError> {
		Secret::random().map(Self)
	}

	/// What payers encrypt to, and what the asset's terms name.
	pub fn public(&self) -> [u8; 32] {
		PublicKey::from(&self.secret()).to_bytes()
	}

	fn secret(&self) -> StaticSecret {
		StaticSecret::from(*self.0.expose())
	}

	/// The key as text, to be written down: `mpaudit1...` on the live network.
	pub fn to_text(&self, network: &Network) -> Zeroizing<String> {
		AUDITOR_KEY.write(network, self.0.expose())
	}

	/// The key that a text holds.
	pub fn parse(network: &Network, text: &str) -> Result<Self, TextError> {
		let content = AUDITOR_KEY.read(network, text)?;
		let bytes = <&[u8; 32]>::try_from(&content[..]).ok();
		bytes
			.map(|bytes| Self(Secret::new(bytes)))
			.ok_or(TextError::Malformed { what: AUDITOR_KEY.what })
	}
}

/// What the auditor learns of a note.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[allow(clippy::large_enum_variant, reason = "nearly all are of the large one")]
pub enum Reading {
	/// The part opened, and the note it tells of has the commitment on the chain.
	#[codec(index = 0)]
	Opened {
		/// How much; 0 where a note only fills the payment up.
		amount: u64,
		/// To whom. The owner is the note's; the rest is the payer's word.
		to: Address,
		/// What the payee reads.
		memo: Memo,
	},
	/// The auditor's part is there and does not open: it is for another key, or made of arbitrary bytes.
	#[codec(index = 1)]
	Unreadable,
	/// The auditor's part is missing: the asset had no auditor then.
	#[codec(index = 2)]
	NoPart,
}

/// A payment that carries an auditor's parts.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct AuditedPayment {
	/// The block that holds the payment.
	pub block: u32,
	/// The asset that the note is of.
	pub asset: u32,
	/// Position of its first note; the other's is the next.
	pub position: u32,
	/// Both notes, in order.
	pub notes: [Reading; NOTES],
}

impl AuditedPayment {
	/// Whether both parts opened.
	pub fn is_readable(&self) -> bool {
		self.notes.iter().all(|note| matches!(note, Reading::Opened { .. }))
	}

	/// Whether any did.
	pub fn is_for_this_key(&self) -> bool {
		self.notes.iter().any(|note| matches!(note, Reading::Opened { .. }))
	}

	/// What its notes hold, as far as it can be read.
	pub fn amount(&self) -> u128 {
		let read = self.notes.iter().filter_map(|note| match note {
			Reading::Opened { amount, .. } => Some(u128::from(*amount)),
			Reading::Unreadable | Reading::NoPart => None,
		});
		read.fold(0, u128::saturating_add)
	}
}

/// The first note of a payment whose second has not been seen yet.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
struct Half {
	block: u32,
	asset: u32,
	position: u32,
	note: Reading,
}

/// An auditor's key, and what it has opened so far.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Audit {
	network: Network,
	key: AuditorKey,
	tree: Tree,
	payments: Vec<AuditedPayment>,
	half: Option<Half>,
	scanned: Option<Scanned>,
}

impl Audit {
	/// An audit of this chain with this key, which has looked at nothing yet.
	pub fn new(network: Network, key: AuditorKey) -> Self {
		let (payments, half, scanned) = (Vec::new(), None, None);
		Self { network, key, tree: Tree::default(), payments, half, scanned }
	}

	/// The chain.
	pub fn network(&self) -> &Network {
		&self.network
	}

	/// The key.
	pub fn key(&self) -> &AuditorKey {
		&self.key
	}

	/// The last block that the audit has looked at.
	pub fn scanned(&self) -> Option<&Scanned> {
		self.scanned.as_ref()
	}

	/// The position of the first note that it has not seen.
	pub fn next_position(&self) -> u64 {
		self.tree.size()
	}

	/// All payments with a part for an auditor, oldest first, of whatever asset.
	pub fn payments(&self) -> &[AuditedPayment] {
		&self.payments
	}

	/// Forgets all that can be found again.
	pub fn forget(&mut self) {
		*self = Self::new(self.network, self.key.clone());
	}

	/// Takes the notes from position `from` on, which must be [`Self::next_position`]. After an error within a page,
	/// this audit is not to be kept.
	pub fn take(&mut self, from: u64, page: &[Published]) -> Result<(), ScanError> {
		if from != self.next_position() {
			return Err(ScanError::OutOfOrder);
		}
		for (published, reading) in page.iter().zip(read_all(&self.key, page)) {
			self.take_one(published, reading)?;
		}
		Ok(())
	}

	fn take_one(
		&mut self,
		published: &Published,
		reading: Option<Reading>,
	) -> Result<(), ScanError> {
		let Published { commitment, asset, block, .. } = published;
		let position = self.tree.append(commitment)?;
		let half = self.half.take();
		let Some(note) = reading else {
			// The chain itself made it, for a public reason.
			return if half.is_some() { Err(ScanError::TornPayment) } else { Ok(()) };
		};
		let Some(first) = half else {
			self.half = Some(Half { block: *block, asset: *asset, position, note });
			return Ok(());
		};
		if (first.block, first.asset) != (*block, *asset) {
			return Err(ScanError::TornPayment);
		}
		let notes = [first.note, note];
		if notes.iter().any(|note| *note != Reading::NoPart) {
			let (block, asset, position) = (first.block, first.asset, first.position);
			self.payments.push(AuditedPayment { block, asset, position, notes });
		}
		Ok(())
	}

	/// Ends a scan: all notes of the finalised block `scanned` were taken, and their tree is this one.
	pub fn finish(&mut self, scanned: Scanned, tree: &Anchor) -> Result<(), ScanError> {
		if self.half.is_some() {
			return Err(ScanError::TornPayment);
		}
		if tree.notes != self.next_position() {
			return Err(ScanError::OutOfOrder);
		}
		if self.tree.root_at(tree.notes)? != tree.root {
			return Err(ScanError::RootDiffers);
		}
		self.scanned = Some(scanned);
		Ok(())
	}
}

/// What the key opens of each note, on all cores; nothing of notes that are public.
fn read_all(key: &AuditorKey, notes: &[Published]) -> Vec<Option<Reading>> {
	let secret = &key.secret();
	let cores = std::thread::available_parallelism().map_or(1, usize::from);
	let share = notes.len().div_ceil(cores).max(16);
	std::thread::scope(|scope| {
		let read = |share: &[Published]| share.iter().map(|note| read(secret, note)).collect();
		let threads: Vec<_> = notes
			.chunks(share)
			.map(|share| scope.spawn(move || -> Vec<_> { read(share) }))
			.collect();
		let joined = threads
			.into_iter()
			.map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
		joined.flatten().collect()
	})
}

fn read(key: &StaticSecret, published: &Published) -> Option<Reading> {
	let Published { asset, commitment, content, .. } = published;
	let (Content::Sealed { ciphertext, .. } | Content::Split { ciphertext }) = content else {
		return None;
	};
	Some(open(key, ciphertext, *asset, commitment))
}

fn open(
	key: &StaticSecret,
	ciphertext: &NoteCiphertext,
	asset: u32,
	commitment: &DigestBytes,
) -> Reading {
	if ciphertext.auditor.is_none() {
		return Reading::NoPart;
	}
	match ciphertext.audit(key, asset, commitment) {
		Some(sent) => {
			Reading::Opened { amount: sent.note.amount, to: sent.to, memo: sent.memo.clone() }
		},
		None => Reading::Unreadable,
	}
}
