//! A wallet: its keys, and all it knows of the chain.

use codec::{Decode, Encode};
use meterproof_programs::hash::DigestBytes;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
	error::named_errors,
	history::{Event, Intent, Line, Recipient},
	keys::{AddressKey, Diversifier, Seed, ViewingKey, MAX_ADDRESSES},
	network::Network,
	notes::{Balance, Notes, OwnNote, State},
	scan::{Content, Finder, Found, Published, ScanError},
	tree::Tree,
	viewing::Exported,
};

/// Blocks after which the notes of a payment that was sent and is not on the chain count as free.
/// Some pool may hold it for longer; but of two payments that spend one note exactly one enters the
/// chain, so that paying again out of the same notes never pays twice.
pub const GIVE_UP_AFTER: u32 = 150;

named_errors! {
	/// Why a wallet does not do something.
	#[derive(PartialEq, Eq, Clone, Copy)]
	pub enum WalletError {
		/// It holds a viewing key.
		ViewOnly => "the wallet holds a viewing key: it sees and does not spend";
		/// It has all the addresses it can have.
		TooManyAddresses => "the wallet has as many addresses as it can look for";
	}
}

/// What a wallet may do.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub enum Keys {
	/// See and spend.
	#[codec(index = 0)]
	Full(Seed),
	/// See.
	#[codec(index = 1)]
	View(ViewingKey),
}

impl Keys {
	/// The keys that see.
	pub fn viewing_key(&self) -> ViewingKey {
		match self {
			Self::Full(seed) => seed.viewing_key(),
			Self::View(key) => key.clone(),
		}
	}

	/// Whether their hashes exist: to be asked of keys that were read from somewhere.
	pub(crate) fn is_canonical(&self) -> bool {
		match self {
			Self::Full(_) => true,
			Self::View(key) => key.is_canonical(),
		}
	}
}

/// Up to where a wallet has looked. Finalised blocks do not change, so that no other chain can
/// make it wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Scanned {
	/// Number of the last finalised block.
	pub block: u32,
	/// Its hash.
	pub hash: [u8; 32],
}

/// A root that payments prove their notes against, the same for all wallets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
	/// The root.
	pub root: DigestBytes,
	/// How many notes it has.
	pub notes: u64,
}

/// Keys, notes and history.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Wallet {
	pub(crate) network: Network,
	pub(crate) keys: Keys,
	pub(crate) addresses: u32,
	pub(crate) tree: Tree,
	pub(crate) notes: Notes,
	pub(crate) events: Vec<Event>,
	pub(crate) intents: Vec<Intent>,
	/// A payment whose second note has not been seen yet.
	pub(crate) half: Option<Event>,
	pub(crate) scanned: Option<Scanned>,
	/// Notes before this one were made before the wallet was: they are hashed and not looked into.
	pub(crate) birth: u64,
}

impl Wallet {
	/// A new wallet with one address. Notes before position `birth` cannot be its own; 0 for a
	/// wallet that may be older.
	pub fn new(network: Network, seed: Seed, birth: u64) -> Self {
		Self::with_keys(network, Keys::Full(seed), 1, birth)
	}

	/// A wallet that sees what another spends and receives.
	pub fn watching(network: Network, exported: &Exported) -> Self {
		let addresses = exported.addresses.clamp(1, MAX_ADDRESSES);
		Self::with_keys(network, Keys::View(exported.key.clone()), addresses, 0)
	}

	fn with_keys(network: Network, keys: Keys, addresses: u32, birth: u64) -> Self {
		Self {
			network,
			keys,
			addresses,
			tree: Tree::default(),
			notes: Notes::default(),
			events: Vec::new(),
			intents: Vec::new(),
			half: None,
			scanned: None,
			birth,
		}
	}

	/// The chain it belongs to.
	pub fn network(&self) -> &Network {
		&self.network
	}

	/// Whether it can spend.
	pub fn spends(&self) -> bool {
		matches!(self.keys, Keys::Full(_))
	}

	/// What spends, if it can.
	pub fn seed(&self) -> Result<&Seed, WalletError> {
		match &self.keys {
			Keys::Full(seed) => Ok(seed),
			Keys::View(_) => Err(WalletError::ViewOnly),
		}
	}

	/// What an auditor is given.
	pub fn viewing_key(&self) -> Exported {
		Exported { key: self.keys.viewing_key(), addresses: self.addresses }
	}

	/// How many addresses it has: 0 up to this.
	pub fn addresses(&self) -> u32 {
		self.addresses
	}

	/// The keys of an address.
	pub fn address_key(&self, diversifier: Diversifier) -> AddressKey {
		self.keys.viewing_key().address_key(diversifier)
	}

	/// One more address. Notes that were paid to it before are found by scanning anew only.
	pub fn add_address(&mut self) -> Result<Diversifier, WalletError> {
		if self.addresses >= MAX_ADDRESSES {
			return Err(WalletError::TooManyAddresses);
		}
		let diversifier = self.addresses;
		self.addresses += 1;
		Ok(diversifier)
	}

	/// Its notes.
	pub fn notes(&self) -> &Notes {
		&self.notes
	}

	/// What it has of an asset.
	pub fn balance(&self, asset: u32, anchor: u64) -> Balance {
		self.notes.balance(asset, anchor)
	}

	/// What happened, oldest first.
	pub fn history(&self) -> &[Event] {
		&self.events
	}

	/// Payments that were sent and are not on the chain.
	pub fn on_the_way(&self) -> &[Intent] {
		&self.intents
	}

	/// Up to where it has looked.
	pub fn scanned(&self) -> Option<&Scanned> {
		self.scanned.as_ref()
	}

	/// The position of the first note that it has not seen.
	pub fn next_position(&self) -> u64 {
		self.tree.size()
	}

	/// Forgets all that can be found again.
	pub fn forget_scan(&mut self) {
		self.tree = Tree::default();
		self.notes = Notes::default();
		self.events.clear();
		self.half = None;
		self.scanned = None;
		self.birth = 0;
	}

	/// Takes the notes from position `from` on, which must be [`Self::next_position`].
	pub fn take(&mut self, from: u64, page: &[Published]) -> Result<(), ScanError> {
		if from != self.next_position() {
			return Err(ScanError::OutOfOrder);
		}
		let old = usize::try_from(self.birth.saturating_sub(from)).unwrap_or(usize::MAX);
		let (old, new) = page.split_at(old.min(page.len()));
		for published in old {
			self.tree.append(&published.commitment)?;
		}
		let view = self.keys.viewing_key();
		let found = Finder::new(&view, self.addresses).find(new);
		for (published, found) in new.iter().zip(found) {
			self.take_one(&view, published, found)?;
		}
		Ok(())
	}

	fn take_one(
		&mut self,
		view: &ViewingKey,
		published: &Published,
		found: Found,
	) -> Result<(), ScanError> {
		let Published { commitment, asset, block, content } = published;
		let position = self.tree.append(commitment)?;
		let Content::Sealed { nullifier, .. } = content else {
			if self.half.is_some() {
				return Err(ScanError::TornPayment);
			}
			let mut event = Event::new(*block, *asset, true);
			self.add_line(view, &mut event, position, commitment, found)?;
			self.events.extend(Some(event).filter(Event::is_ours));
			return Ok(());
		};
		// A payment may begin on one page and end on the next.
		let half = self.half.take();
		let whole = half.is_some();
		let mut event = half.unwrap_or_else(|| Event::new(*block, *asset, false));
		if (event.block, event.asset) != (*block, *asset) {
			return Err(ScanError::TornPayment);
		}
		if let Some(note) = self.notes.spent_by(nullifier) {
			event.spent += u128::from(note.amount);
			note.state = State::Spent { block: *block };
			self.tree.forget(note.position);
		}
		if let Some(at) = self.intents.iter().position(|sent| sent.outputs.contains(commitment)) {
			event.intent = Some(self.intents.remove(at));
		}
		self.add_line(view, &mut event, position, commitment, found)?;
		if whole {
			self.events.extend(Some(event).filter(Event::is_ours));
		} else {
			self.half = Some(event);
		}
		Ok(())
	}

	/// What the wallet can read of a note. Notes that hold nothing fill a payment up to two: nobody
	/// needs them again.
	fn add_line(
		&mut self,
		view: &ViewingKey,
		event: &mut Event,
		position: u32,
		commitment: &DigestBytes,
		found: Found,
	) -> Result<(), ScanError> {
		let Found { received, sent } = found;
		let ephemeral = sent.as_ref().map(|sent| sent.ephemeral.clone());
		let (note, memo, to) = match (&received, &sent) {
			(Some((diversifier, received)), _) => {
				(&received.note, &received.memo, Recipient::Own(*diversifier))
			},
			(None, Some(sent)) => (&sent.note, &sent.memo, Recipient::Other(sent.to)),
			(None, None) => return Ok(()),
		};
		if note.amount == 0 {
			return Ok(());
		}
		let (amount, owner, randomness) = (note.amount, note.owner, note.randomness);
		let nullifier = view.nullifier(commitment, position).ok_or(ScanError::NotACommitment)?;
		if let Recipient::Own(diversifier) = to {
			self.tree.mark(position)?;
			self.notes.add(OwnNote {
				position,
				block: event.block,
				diversifier,
				asset: event.asset,
				amount,
				owner,
				randomness,
				commitment: *commitment,
				nullifier,
				state: State::Unspent,
			});
		}
		let memo = memo.clone();
		event.lines.push(Line { position, amount, owner, randomness, to, memo, ephemeral });
		Ok(())
	}

	/// Ends a scan: the wallet has taken all notes of the finalised block `scanned`, whose tree
	/// has this root. Notes of payments that should be on the chain by now and are not become free.
	pub fn finish_scan(&mut self, scanned: Scanned, tree: &Anchor) -> Result<(), ScanError> {
		if self.half.is_some() {
			return Err(ScanError::TornPayment);
		}
		if tree.notes != self.next_position() {
			return Err(ScanError::OutOfOrder);
		}
		self.ensure_root(tree)?;
		self.scanned = Some(scanned);
		let before = scanned.block.saturating_sub(GIVE_UP_AFTER);
		self.notes.give_up_pending(before);
		self.intents.retain(|intent| intent.since >= before);
		Ok(())
	}

	/// Refuses a root that the notes taken do not have.
	pub fn ensure_root(&self, anchor: &Anchor) -> Result<(), ScanError> {
		if self.tree.root_at(anchor.notes)? == anchor.root {
			return Ok(());
		}
		Err(ScanError::RootDiffers)
	}

	/// Remembers a payment that is about to be sent: what it spends is not spent again meanwhile.
	/// To be saved before it is sent.
	pub fn sending(&mut self, intent: Intent) {
		for nullifier in &intent.nullifiers {
			if let Some(note) = self.notes.spent_by(nullifier) {
				note.state = State::Pending { since: intent.since };
			}
		}
		self.intents.push(intent);
	}

	/// Whether another payment has spent a note of this one, so that it never can be on the chain: a
	/// copy of the wallet sent it.
	pub fn is_lost(&self, intent: &Intent) -> bool {
		let mut notes = self.notes.all();
		self.intents.contains(intent)
			&& notes.any(|note| {
				matches!(note.state, State::Spent { .. })
					&& intent.nullifiers.contains(&note.nullifier)
			})
	}

	/// Forgets a payment that was refused: what it would have spent can be spent.
	pub fn refused(&mut self, intent: &Intent) {
		for nullifier in &intent.nullifiers {
			if let Some(note) = self.notes.spent_by(nullifier) {
				if matches!(note.state, State::Pending { .. }) {
					note.state = State::Unspent;
				}
			}
		}
		self.intents.retain(|known| known != intent);
	}
}
