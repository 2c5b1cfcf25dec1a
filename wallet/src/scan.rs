//! Finding a wallet's notes among all that the chain publishes.

use codec::{Decode, Encode};
use meterproof_programs::{hash::DigestBytes, note::Note};

use crate::{
	ciphertext::{NoteCiphertext, Readable as _, Received, Sent},
	error::named_errors,
	keys::{AddressKey, Diversifier, OutgoingKey, ViewingKey, CHANGE},
	memo::Memo,
	tree::TreeError,
};

named_errors! {
	/// Why what a node published was not taken. A wallet that took part of it is not to be kept: its
	/// file has the one before.
	#[derive(PartialEq, Eq, Clone, Copy)]
	pub enum ScanError {
		/// What the node published begins at another note than the one asked for.
		OutOfOrder => "the node answered with other notes than those asked for";
		/// Two notes of one payment do not stand beside each other.
		TornPayment => "the node answered with half a payment";
		/// The tree of what was published is not the chain's.
		RootDiffers
			=> "the notes that the wallet has scanned are not the chain's: scan all anew, with another node";
		/// Notes are said to be of blocks that go back, or that the last final block is older than.
		BlocksDiffer
			=> "notes are said to be of blocks that cannot be theirs, by this node or by one before: scan all anew, with another node";
		/// The node knows less than the wallet has seen.
		NodeBehind => "the node is behind what the wallet has seen: wait";
		/// No note fits any more.
		TreeFull => "the tree of notes is full";
		/// What should be a commitment is none.
		NotACommitment => "a note's commitment is not canonical";
		/// What is said of the tree's past lies out of reach.
		AnchorOutOfReach
			=> "the anchor is not among the notes that the wallet keeps: scan, and try again";
	}
}

impl From<TreeError> for ScanError {
	fn from(error: TreeError) -> Self {
		match error {
			TreeError::TreeFull => Self::TreeFull,
			TreeError::NotACommitment => Self::NotACommitment,
			TreeError::AnchorOutOfReach | TreeError::NoteAfterAnchor | TreeError::NotOwn => {
				Self::AnchorOutOfReach
			},
		}
	}
}

/// A note as the chain publishes it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Published {
	/// The note's leaf of the tree.
	pub commitment: DigestBytes,
	/// The asset that the note is of.
	pub asset: u32,
	/// The block that made the note.
	pub block: u32,
	/// What is in the note.
	pub content: Content,
}

/// What is in a published note.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[allow(clippy::large_enum_variant, reason = "nearly all are of the large one")]
pub enum Content {
	/// Made by a payment.
	#[codec(index = 0)]
	Sealed {
		/// One of the two that the payment spends with, in order.
		nullifier: DigestBytes,
		/// The note's contents, encrypted to those who may read it.
		ciphertext: NoteCiphertext,
	},
	/// Made by the chain itself, for a public reason.
	#[codec(index = 1)]
	Open {
		/// How much.
		amount: u64,
		/// Whose.
		owner: DigestBytes,
		/// What makes it differ from others.
		randomness: DigestBytes,
	},
	/// Made by a sealed settlement.
	#[codec(index = 2)]
	Split {
		/// The note's contents, encrypted to those who may read it.
		ciphertext: NoteCiphertext,
	},
}

/// What a wallet can read of a published note.
pub(crate) struct Found {
	pub received: Option<(Diversifier, Received)>,
	pub sent: Option<Sent>,
}

/// All keys to try.
pub(crate) struct Finder {
	keys: Vec<AddressKey>,
	outgoing: OutgoingKey,
}

impl Finder {
	/// A scanner for the addresses 0 up to `addresses` and the one for change.
	pub fn new(view: &ViewingKey, addresses: u32) -> Self {
		let keys = (0..addresses).chain([CHANGE]).map(|d| view.address_key(d)).collect();
		Self { keys, outgoing: view.outgoing().clone() }
	}

	/// Looks into each note, on all cores.
	pub fn find(&self, notes: &[Published]) -> Vec<Found> {
		let cores = std::thread::available_parallelism().map_or(1, usize::from);
		let share = notes.len().div_ceil(cores).max(16);
		std::thread::scope(|scope| {
			let shares: Vec<_> = notes
				.chunks(share)
				.map(|share| {
					scope.spawn(|| share.iter().map(|note| self.look(note)).collect::<Vec<_>>())
				})
				.collect();
			let joined = shares.into_iter().map(|thread| {
				thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
			});
			joined.flatten().collect()
		})
	}

	fn open(
		&self,
		ciphertext: &NoteCiphertext,
		asset: u32,
		commitment: &DigestBytes,
	) -> Option<(Diversifier, Received)> {
		self.keys.iter().find_map(|key| {
			let received = ciphertext.open(key, asset, commitment)?;
			Some((key.diversifier(), received))
		})
	}

	fn look(&self, published: &Published) -> Found {
		let Published { asset, commitment, .. } = published;
		match &published.content {
			Content::Sealed { ciphertext, .. } => Found {
				received: self.open(ciphertext, *asset, commitment),
				sent: ciphertext.recover(&self.outgoing, *asset, commitment),
			},
			// Whoever proves a settlement encrypts both notes, and pays neither.
			Content::Split { ciphertext } => {
				Found { received: self.open(ciphertext, *asset, commitment), sent: None }
			},
			Content::Open { amount, owner, randomness } => {
				let key = self.keys.iter().find(|key| key.owner() == owner);
				let (owner, randomness) = (*owner, *randomness);
				let note = Note { asset: *asset, amount: *amount, owner, randomness };
				let key = key.filter(|_| note.commitment().as_ref() == Some(commitment));
				let received =
					key.map(|key| (key.diversifier(), Received { note, memo: Memo::empty() }));
				Found { received, sent: None }
			},
		}
	}
}
