//! What happened to a wallet, payment by payment.

use std::fmt;

use codec::{Decode, Encode};
use meterproof_programs::{hash::DigestBytes, transfer::NOTES};
use zeroize::Zeroize;

use crate::{
	address::Address,
	keys::{Diversifier, CHANGE},
	memo::Memo,
};

/// Whose address a note went to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Recipient {
	/// The wallet's own.
	#[codec(index = 0)]
	Own(Diversifier),
	/// Somebody else's.
	#[codec(index = 1)]
	Other(Address),
}

/// A note that a payment made, as far as the wallet can read it. What it hides is erased when
/// dropped.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Line {
	/// The note's place in the tree.
	pub position: u32,
	/// How much.
	pub amount: u64,
	/// Owner of the note: who may spend it.
	pub owner: DigestBytes,
	/// What hides the rest.
	pub randomness: DigestBytes,
	/// Who was paid.
	pub to: Recipient,
	/// What its payer wrote.
	pub memo: Memo,
	/// The one-time key of its payer as published, where that is the wallet.
	pub ephemeral: Option<[u8; 32]>,
}

impl Drop for Line {
	fn drop(&mut self) {
		self.amount.zeroize();
		self.randomness.zeroize();
	}
}

impl fmt::Debug for Line {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(formatter, "Line({}, ..)", self.position)
	}
}

impl Line {
	/// Whether it is change: nobody else is ever given that address.
	pub fn is_change(&self) -> bool {
		self.to == Recipient::Own(CHANGE)
	}

	/// Whether the wallet's keys paid it.
	pub fn by_us(&self) -> bool {
		self.ephemeral.is_some()
	}
}

/// A call of an account that pays into notes. Of two with one nonce the chain takes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Call {
	/// Who signs it.
	pub account: [u8; 32],
	/// The nonce that it is signed with.
	pub nonce: u64,
}

/// What a payment of the wallet's own was sent to do. Its amount is erased when dropped.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Intent {
	/// What it pays.
	pub asset: u32,
	/// How much.
	pub amount: u64,
	/// The address that is paid; `None` where an account is.
	pub to: Option<Address>,
	/// What it spends.
	pub nullifiers: Vec<DigestBytes>,
	/// The leaves of the notes it makes.
	pub outputs: [DigestBytes; NOTES],
	/// The last block that was scanned when it was sent.
	pub since: u32,
	/// When it was put together by this machine's clock, Unix ms.
	pub sent_ms: u64,
	/// How many notes the tree has that it rests on.
	pub anchor: u64,
	/// What it pays for being in a block.
	pub fee: u64,
	/// The account and the amount that it pays out of the pool.
	pub unshield: Option<([u8; 32], u64)>,
	/// The account's call, where it pays an account's money into notes with a nonce of its own.
	pub call: Option<Call>,
}

impl Drop for Intent {
	fn drop(&mut self) {
		self.amount.zeroize();
	}
}

impl fmt::Debug for Intent {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(formatter, "Intent(since {}, ..)", self.since)
	}
}

/// What an event was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
	/// An account's money became notes by the wallet's doing.
	Shielded,
	/// Somebody paid the wallet.
	Received,
	/// The wallet paid.
	Paid,
	/// The wallet paid an account.
	Unshielded,
	/// A settlement paid the wallet.
	Settled,
}

/// Where an event's notes come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Origin {
	/// A payment.
	#[codec(index = 0)]
	Payment,
	/// A settlement that everybody can read.
	#[codec(index = 1)]
	Open,
	/// A sealed settlement.
	#[codec(index = 2)]
	Sealed {
		/// Trade and period, where the note's randomness shows that they are true.
		of: Option<(u64, u64)>,
	},
}

/// One payment that the wallet had part in.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Event {
	/// The block.
	pub block: u32,
	/// What was paid.
	pub asset: u32,
	/// What the wallet spent.
	pub spent: u128,
	/// Notes that were made, of those that the wallet can read and that hold something.
	pub lines: Vec<Line>,
	/// Where its notes come from.
	pub origin: Origin,
	/// What the wallet remembers of having sent it.
	pub intent: Option<Intent>,
}

impl fmt::Debug for Event {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(formatter, "Event(block {}, {:?})", self.block, self.lines)
	}
}

impl Event {
	/// An event of which nothing is known yet.
	pub(crate) fn new(block: u32, asset: u32, origin: Origin) -> Self {
		Self { block, asset, spent: 0, lines: Vec::new(), origin, intent: None }
	}

	/// Takes these lines for somebody else's payment: what it paid the wallet remains.
	pub(crate) fn disown(&mut self, these: impl Fn(&Line) -> bool) {
		self.lines.retain_mut(|line| {
			if !these(line) {
				return true;
			}
			line.ephemeral = None;
			matches!(line.to, Recipient::Own(_))
		});
	}

	/// Whether the wallet had any part in it.
	pub(crate) fn is_ours(&self) -> bool {
		self.spent != 0 || !self.lines.is_empty()
	}

	/// What it was. To a viewing key what left for an account looks like a payment.
	pub fn kind(&self) -> Kind {
		let unshields = self.intent.as_ref().is_some_and(|intent| intent.unshield.is_some());
		match self.spent {
			_ if self.origin != Origin::Payment => Kind::Settled,
			0 if self.lines.iter().any(Line::by_us) => Kind::Shielded,
			0 => Kind::Received,
			_ if unshields => Kind::Unshielded,
			_ => Kind::Paid,
		}
	}

	/// The trade and the period that a sealed settlement was of.
	pub fn settlement(&self) -> Option<(u64, u64)> {
		match self.origin {
			Origin::Sealed { of } => of,
			Origin::Payment | Origin::Open => None,
		}
	}

	/// What the wallet has got by it.
	pub fn gained(&self) -> u128 {
		let own = self.lines.iter().filter(|line| matches!(line.to, Recipient::Own(_)));
		own.map(|line| u128::from(line.amount)).sum()
	}

	/// What left the pool: the fee, and what an account was paid.
	pub fn left_pool(&self) -> u128 {
		let made: u128 = self.lines.iter().map(|line| u128::from(line.amount)).sum();
		if self.spent == 0 {
			0
		} else {
			self.spent.saturating_sub(made)
		}
	}
}
