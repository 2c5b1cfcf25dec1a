//! A wallet: its keys, and all it knows of the chain.

mod sending;

use std::collections::BTreeMap;

use codec::{Decode, Encode};
use meterproof_programs::hash::DigestBytes;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
	anchor::{now_ms, Blocks, Life},
	ciphertext::Received,
	error::named_errors,
	history::{Event, Line, Origin, Recipient},
	keys::{AddressKey, Diversifier, Seed, ViewingKey, MAX_ADDRESSES},
	memo::Memo,
	network::Network,
	notes::{searched::Searched, Balance, OwnNote, OwnNotes, State},
	scan::{Content, Finder, Found, Published, ScanError},
	sent::Sent,
	tree::Tree,
	viewing::Exported,
};

named_errors! {
	/// Why a wallet does not do something.
	#[derive(PartialEq, Eq, Clone, Copy)]
	pub enum WalletError {
		/// The wallet holds a viewing key.
		ViewOnly => "the wallet holds a viewing key: it sees and does not spend";
		/// The asset has other decimals than before, so that an amount that a person writes would mean another one.
		UnitChanged
			=> "the asset's decimals are not those that this wallet has read amounts with so far: look at the asset, and take the new ones with `wallet scan --anew`";
		/// The wallet has all the addresses it can have.
		TooManyAddresses => "the wallet has as many addresses as it can look for";
	}
}

/// What a wallet may do.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub enum Keys {
	/// The wallet sees and spends.
	#[codec(index = 0)]
	Full(Seed),
	/// The wallet sees, and does not spend.
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
	/// The block's hash.
	pub hash: [u8; 32],
}

/// A root that payments prove their notes against, the same for all wallets whose nodes are honest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
	/// The root.
	pub root: DigestBytes,
	/// How many notes the tree has under this root.
	pub notes: u64,
}

/// Keys, notes and history.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Wallet {
	pub(crate) network: Network,
	pub(crate) keys: Keys,
	pub(crate) addresses: u32,
	pub(crate) tree: Tree,
	pub(crate) notes: OwnNotes,
	pub(crate) events: Vec<Event>,
	/// All payments that were sent, those that arrived as well: a node can have lied about that.
	pub(crate) sent: Vec<Sent>,
	/// A payment whose second note has not been seen yet.
	pub(crate) half: Option<Half>,
	pub(crate) scanned: Option<Scanned>,
	pub(crate) blocks: Blocks,
	/// How many notes the anchor had after the last scan.
	pub(crate) anchor: u64,
	/// What the seed had sent before the wallet was brought back from it, if anything, ends with this.
	pub(crate) restored: Option<Life>,
	/// Notes before this one were made before the wallet was: they are hashed and not looked into.
	pub(crate) birth: u64,
	/// Decimals of assets, as amounts were first read with them.
	pub(crate) decimals: BTreeMap<u32, u32>,
	/// Notes of sealed settlements that were searched for: what is published beside them does not
	/// open.
	pub(crate) searched: Vec<Searched>,
}

/// The first of a payment's two notes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Half {
	event: Event,
	commitment: DigestBytes,
	nullifier: DigestBytes,
}

impl Wallet {
	/// A new wallet with one address. Notes before position `birth` cannot be its own; 0 for a
	/// wallet that may be older.
	pub fn new(network: Network, seed: Seed, birth: u64) -> Self {
		Self::with_keys(network, Keys::Full(seed), 1, birth)
	}

	/// A wallet that comes back from its seed with one address. It cannot know what the seed has sent
	/// before, and does not pay out of notes before that cannot arrive any more.
	pub fn restored(network: Network, seed: Seed) -> Self {
		let restored = Some(Life::new(None, now_ms()));
		Self { restored, ..Self::new(network, seed, 0) }
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
			notes: OwnNotes::default(),
			events: Vec::new(),
			sent: Vec::new(),
			half: None,
			scanned: None,
			blocks: Blocks::default(),
			anchor: 0,
			restored: None,
			birth,
			decimals: BTreeMap::new(),
			searched: Vec::new(),
		}
	}

	/// The chain that the wallet belongs to.
	pub fn network(&self) -> &Network {
		&self.network
	}

	/// Whether the wallet can spend.
	pub fn spends(&self) -> bool {
		matches!(self.keys, Keys::Full(_))
	}

	/// The seed, which spends, if the wallet has it.
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

	/// How many addresses the wallet has: 0 up to this.
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

	/// Adds an address as [`Self::add_address`] does, and looks at all notes once more if the address may
	/// have been used before: a wallet that came back from its seed, or that sees by a viewing key, may
	/// have had it. Whether it does.
	pub fn add_address_of_before(&mut self) -> Result<bool, WalletError> {
		self.add_address()?;
		let has_looked = self.birth == 0 && self.next_position() > 0;
		if has_looked {
			self.look_again();
		}
		Ok(has_looked)
	}

	/// Refuses decimals of an asset other than those before: a node that lies about them, or an issuer
	/// that changes them, would make somebody pay a thousand times what it wrote. Whether they are new.
	pub fn ensure_decimals(&mut self, asset: u32, decimals: u32) -> Result<bool, WalletError> {
		match self.decimals.insert(asset, decimals) {
			None => Ok(true),
			Some(before) if before == decimals => Ok(false),
			Some(before) => {
				self.decimals.insert(asset, before);
				Err(WalletError::UnitChanged)
			},
		}
	}

	/// Decimals of an asset that this wallet has read amounts with so far.
	pub fn decimals(&self, asset: u32) -> Option<u32> {
		self.decimals.get(&asset).copied()
	}

	/// The wallet's notes.
	pub fn notes(&self) -> &OwnNotes {
		&self.notes
	}

	/// What the wallet has of an asset.
	pub fn balance(&self, asset: u32, anchor: u64) -> Balance {
		self.notes.balance(asset, anchor)
	}

	/// What happened, oldest first.
	pub fn history(&self) -> &[Event] {
		&self.events
	}

	/// The last block that the wallet has looked at.
	pub fn scanned(&self) -> Option<&Scanned> {
		self.scanned.as_ref()
	}

	/// The position of the first note that the wallet has not seen.
	pub fn next_position(&self) -> u64 {
		self.tree.size()
	}

	/// Forgets all that can be found again, and what a node said of assets. The wallet still remembers the payments
	/// that it sent, which of them had arrived, and what was searched for.
	pub fn forget_scan(&mut self) {
		self.look_again();
		self.decimals.clear();
	}

	/// Forgets the notes alone: another scan finds them.
	pub fn look_again(&mut self) {
		self.tree = Tree::default();
		self.notes = OwnNotes::default();
		self.events.clear();
		self.half = None;
		self.scanned = None;
		self.blocks = Blocks::default();
		self.anchor = 0;
		self.birth = 0;
		self.nothing_arrived();
	}

	/// What payments are to rest on: the tree as of the last scan's anchor.
	pub fn anchor(&self) -> Result<Anchor, ScanError> {
		Ok(Anchor { root: self.tree.root_at(self.anchor)?, notes: self.anchor })
	}

	/// Takes the notes from position `from` on, which must be [`Self::next_position`].
	pub fn take(&mut self, from: u64, page: &[Published]) -> Result<(), ScanError> {
		if from != self.next_position() {
			return Err(ScanError::OutOfOrder);
		}
		let old = usize::try_from(self.birth.saturating_sub(from)).unwrap_or(usize::MAX);
		let (old, new) = page.split_at(old.min(page.len()));
		for published in old {
			self.append(published)?;
		}
		let view = self.keys.viewing_key();
		let found = Finder::new(&view, self.addresses).find(new);
		for (published, found) in new.iter().zip(found) {
			self.take_one(&view, published, found)?;
		}
		Ok(())
	}

	/// The next note of the tree; its position.
	fn append(
		&mut self,
		Published { commitment, block, .. }: &Published,
	) -> Result<u32, ScanError> {
		let position = self.tree.append(commitment)?;
		if self.blocks.add(*block, self.tree.size())? {
			self.new_block(position.into());
		}
		Ok(position)
	}

	fn take_one(
		&mut self,
		view: &ViewingKey,
		published: &Published,
		found: Found,
	) -> Result<(), ScanError> {
		let Published { commitment, asset, block, content } = published;
		let position = self.append(published)?;
		let Content::Sealed { nullifier, ciphertext } = content else {
			return self.take_settled(view, published, position, found);
		};
		// A payment may begin on one page and end on the next.
		let (mut event, first) = match self.half.take() {
			Some(half) => (half.event, Some((half.commitment, half.nullifier))),
			None => (Event::new(*block, *asset, Origin::Payment), None),
		};
		if (event.block, event.asset) != (*block, *asset) {
			return Err(ScanError::TornPayment);
		}
		if let Some(note) = self.notes.spent_by(nullifier) {
			event.spent += u128::from(note.amount);
			note.state = State::Spent { block: *block };
			self.tree.forget(note.position);
		}
		let ephemeral = Some(ciphertext.ephemeral);
		self.add_line(view, &mut event, position, commitment, ephemeral, found)?;
		let Some((leaf, spent)) = first else {
			self.half = Some(Half { event, commitment: *commitment, nullifier: *nullifier });
			return Ok(());
		};
		let (outputs, nullifiers) = ([leaf, *commitment], [spent, *nullifier]);
		event.intent = self.arrive(outputs, nullifiers, position.saturating_sub(1));
		self.drop_copies(&mut event);
		self.events.extend(Some(event).filter(Event::is_ours));
		Ok(())
	}

	/// A note that a settlement made.
	fn take_settled(
		&mut self,
		view: &ViewingKey,
		published: &Published,
		position: u32,
		mut found: Found,
	) -> Result<(), ScanError> {
		if self.half.is_some() {
			return Err(ScanError::TornPayment);
		}
		let Published { commitment, asset, block, content } = published;
		let mut origin = Origin::Open;
		if matches!(content, Content::Split { .. }) {
			let known = self.searched.iter().find(|known| known.commitment == *commitment);
			if let (None, Some(known)) = (&found.received, known) {
				let memo = Memo::of_settlement(&known.settlement());
				let received = Received { note: known.note(), memo };
				found.received = Some((known.diversifier, received));
			}
			// A memo says what its writer likes.
			let named = || {
				let (_, received) = found.received.as_ref()?;
				let named = received.memo.settlement()?;
				let randomness = &received.note.randomness;
				view.settles(&self.network, named, randomness)
					.then_some((named.trade, named.period))
			};
			let of = known.map(|known| (known.trade, known.period)).or_else(named);
			origin = Origin::Sealed { of };
		}
		let mut event = Event::new(*block, *asset, origin);
		self.add_line(view, &mut event, position, commitment, None, found)?;
		self.events.extend(Some(event).filter(Event::is_ours));
		Ok(())
	}

	/// Removes copies of this wallet's outputs from an event. Whoever can open an output can publish it once more,
	/// ciphertext included, and pay for it, so that it reads as if this wallet had paid it. So a one-time key counts
	/// once: for the payment that spends something of the wallet's, if there is one.
	fn drop_copies(&mut self, event: &mut Event) {
		let keys: Vec<_> = event.lines.iter().filter_map(|line| line.ephemeral).collect();
		if keys.is_empty() {
			return;
		}
		let is_copy = |line: &Line| line.ephemeral.is_some_and(|key| keys.contains(&key));
		if event.spent != 0 {
			let foreign = self.events.iter_mut().filter(|other| other.spent == 0);
			foreign.for_each(|other| other.disown(is_copy));
			self.events.retain(Event::is_ours);
		} else {
			let known = self.events.iter().flat_map(|other| &other.lines);
			let known: Vec<_> =
				known.filter(|line| is_copy(line)).filter_map(|l| l.ephemeral).collect();
			event.disown(|line| line.ephemeral.is_some_and(|key| known.contains(&key)));
		}
	}

	/// What the wallet can read of a note. Notes that hold nothing fill a payment up to two: nobody
	/// needs them again.
	fn add_line(
		&mut self,
		view: &ViewingKey,
		event: &mut Event,
		position: u32,
		commitment: &DigestBytes,
		ephemeral: Option<[u8; 32]>,
		found: Found,
	) -> Result<(), ScanError> {
		let Found { received, sent } = found;
		let ephemeral = ephemeral.filter(|_| sent.is_some());
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
	/// has this root. A node at which the anchor would go back is behind: two payments on two anchors
	/// tell more than one on the newer.
	pub fn finish_scan(&mut self, scanned: Scanned, tree: &Anchor) -> Result<(), ScanError> {
		if self.half.is_some() {
			return Err(ScanError::TornPayment);
		}
		if tree.notes != self.next_position() {
			return Err(ScanError::OutOfOrder);
		}
		self.ensure_root(tree)?;
		let anchor = self.blocks.anchor(scanned.block)?;
		if anchor < self.anchor {
			return Err(ScanError::NodeBehind);
		}
		self.anchor = anchor;
		self.scanned = Some(scanned);
		self.restored.iter_mut().for_each(|life| life.begin(tree.notes));
		self.looked_again();
		self.reserve();
		Ok(())
	}

	/// Refuses a root that the notes taken do not have.
	pub fn ensure_root(&self, anchor: &Anchor) -> Result<(), ScanError> {
		if self.tree.root_at(anchor.notes)? == anchor.root {
			return Ok(());
		}
		Err(ScanError::RootDiffers)
	}
}
