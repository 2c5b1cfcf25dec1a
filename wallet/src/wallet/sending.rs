//! What a wallet remembers of the payments that it sends, and what it says of them.

use meterproof_programs::{hash::DigestBytes, transfer::NOTES};

use super::Wallet;
use crate::{
	address::Address,
	anchor::{now_ms, Life},
	history::Intent,
	keys::CHANGE,
	notes::{OwnNote, State},
	sent::{Accepted, Aim, Earlier, Sent, Standing},
};

impl Wallet {
	/// Remembers a payment that is about to be sent: what it spends is not spent again meanwhile.
	/// To be saved before it is sent.
	pub fn sending(&mut self, intent: Intent) {
		let life = Life::new(Some(intent.anchor), intent.sent_ms);
		let standing = Standing::OnTheWay;
		let (arrived, told, again, accepted) = (None, false, false, Accepted::No);
		self.sent.push(Sent { intent, standing, arrived, told, again, accepted, life });
		self.reserve();
	}

	/// Does what [`Self::sending`] does, and remembers what the payment was planned to do about earlier ones. Once a
	/// payment was sent beside earlier ones, later payments need no answer about those, except a payment to the same
	/// recipient. A wallet that came back from its seed, and has paid out of notes beside all that may still arrive,
	/// needs no answer about payments that it cannot know either.
	pub fn sending_with(&mut self, intent: Intent, earlier: Earlier) {
		if earlier == Earlier::Beside {
			self.accept_beside(&intent);
		}
		self.sending(intent);
	}

	fn accept_beside(&mut self, intent: &Intent) {
		let aim = intent.aim();
		if aim.out_of_notes {
			self.restored = None;
		} else if intent.to.as_ref().is_none_or(|to| self.is_own(to)) {
			// Nobody was asked.
			return;
		}
		let now = now_ms();
		let open = self.sent.iter().map(|sent| self.is_open(sent, now));
		let open: Vec<_> = open.collect();
		let open = self.sent.iter_mut().zip(open).filter(|(_, open)| *open);
		for (sent, _) in open {
			let known = sent.intent.aim();
			let accepted = match known.is_of_the_kind_of(&aim) {
				true if known == aim => Accepted::BesideSame,
				true => Accepted::BesideOthers,
				false => Accepted::No,
			};
			sent.accepted = sent.accepted.max(accepted);
		}
	}

	/// Payments that may still arrive, of which another one has to say what becomes of them: not those
	/// that have been answered for with an earlier [`Earlier::Beside`]. If that leaves none, what pays in
	/// the place of something ([`Earlier::Replace`]) means these.
	pub fn concerned(&self, aim: &Aim<'_>, earlier: Earlier) -> Vec<&Sent> {
		let of_kind = self.open_payments().filter(|sent| {
			let own = || sent.intent.to.as_ref().is_none_or(|to| self.is_own(to));
			sent.intent.aim().is_of_the_kind_of(aim) && (aim.out_of_notes || !own())
		});
		let open: Vec<_> = of_kind.collect();
		let unanswered = |sent: &&&Sent| match sent.accepted {
			Accepted::No => true,
			Accepted::BesideOthers => sent.intent.aim() == *aim,
			Accepted::BesideSame => false,
		};
		let asked: Vec<_> = open.iter().filter(unanswered).copied().collect();
		match earlier {
			Earlier::Beside => Vec::new(),
			Earlier::Replace if asked.is_empty() => open,
			Earlier::Ask | Earlier::Replace => asked,
		}
	}

	/// All payments that were sent, oldest first.
	pub fn sent(&self) -> &[Sent] {
		&self.sent
	}

	/// The payments that can still arrive and have not, oldest first.
	pub fn open_payments(&self) -> impl Iterator<Item = &Sent> {
		let now = now_ms();
		self.sent.iter().filter(move |sent| self.is_open(sent, now))
	}

	fn is_open(&self, sent: &Sent, now: u64) -> bool {
		let ruled_out =
			|| self.sent.iter().any(|other| other.arrived.is_some() && other.excludes(sent));
		sent.arrived.is_none() && !sent.life.is_over(now) && !ruled_out()
	}

	/// Payments that were sent, and of which nothing was heard since.
	pub fn on_the_way(&self) -> Vec<&Sent> {
		self.open_payments().filter(|sent| sent.standing == Standing::OnTheWay).collect()
	}

	/// Payments that have arrived although whoever paid may think that they have not: an error was all
	/// that was heard of them.
	pub fn arrived_unseen(&self) -> impl Iterator<Item = &Sent> {
		self.sent.iter().filter(|sent| sent.arrived.is_some() && !sent.told)
	}

	/// Notes that the owner has been told of this payment's arrival.
	pub fn told(&mut self, intent: &Intent) {
		self.sent
			.iter_mut()
			.filter(|sent| sent.intent == *intent)
			.for_each(|sent| sent.told = true);
	}

	/// Notes that the owner has been told of all payments that have arrived, or of those of one asset alone.
	pub fn told_all(&mut self, asset: Option<u32>) {
		let shown = |sent: &&mut Sent| asset.is_none_or(|asset| sent.intent.asset == asset);
		let arrived = self.sent.iter_mut().filter(|sent| sent.arrived.is_some()).filter(shown);
		arrived.for_each(|sent| sent.told = true);
	}

	/// Whether a payment is on the chain.
	pub fn has_arrived(&self, intent: &Intent) -> bool {
		self.sent.iter().any(|sent| sent.intent == *intent && sent.arrived.is_some())
	}

	/// Whether a note of a payment on its way is spent by another one, as the node has it: a copy of
	/// the wallet sent that, or the node lies and the payment can still come.
	pub fn is_lost(&self, intent: &Intent) -> bool {
		let spent = |note: &OwnNote| {
			matches!(note.state, State::Spent { .. }) && intent.nullifiers.contains(&note.nullifier)
		};
		self.on_the_way().iter().any(|sent| sent.intent == *intent) && self.notes.all().any(spent)
	}

	/// The node says that a payment was refused, or that it did not arrive in time: what it would have
	/// spent can be spent. The node may have it all the same: the next payment spends a note of it, so
	/// that not both can come.
	pub fn refused(&mut self, intent: &Intent) {
		for sent in self.sent.iter_mut().filter(|sent| sent.intent == *intent) {
			sent.standing = Standing::Refused;
		}
		self.reserve();
	}

	/// Keeps notes that payments on their way spend, and frees the others.
	pub(crate) fn reserve(&mut self) {
		let reserved = self.on_the_way();
		let reserved = reserved.into_iter().flat_map(|sent| {
			let Intent { nullifiers, since, .. } = &sent.intent;
			nullifiers.iter().map(|nullifier| (*nullifier, *since))
		});
		let reserved = reserved.collect();
		self.notes.reserve(&reserved);
	}

	/// A payment with these outputs and these nullifiers stands on the chain, the first at this
	/// position; what the wallet meant by it, if it is one of the wallet's own. Whoever can open an
	/// output can copy it into another payment, but nobody can copy both outputs and a nullifier.
	pub(crate) fn arrive(
		&mut self,
		outputs: [DigestBytes; NOTES],
		nullifiers: [DigestBytes; NOTES],
		position: u32,
	) -> Option<Intent> {
		let is_this = |intent: &Intent| {
			intent.outputs == outputs && intent.nullifiers.iter().all(|n| nullifiers.contains(n))
		};
		let sent = self.sent.iter_mut().find(|sent| is_this(&sent.intent))?;
		sent.arrived = Some(position);
		(!sent.intent.nullifiers.is_empty()).then(|| sent.intent.clone())
	}

	/// Forgets what has arrived, since the notes are taken once more, and nothing that was sent.
	pub(crate) fn nothing_arrived(&mut self) {
		for sent in &mut self.sent {
			sent.again |= sent.arrived.take().is_some();
			sent.life.count_again();
		}
		self.restored.iter_mut().for_each(Life::count_again);
	}

	/// The notes have been looked through: of what had arrived by another node's word alone it was told
	/// wrongly that it had.
	pub(crate) fn looked_again(&mut self) {
		for sent in self.sent.iter_mut().filter(|sent| sent.again) {
			sent.again = false;
			sent.told &= sent.arrived.is_some();
		}
	}

	/// A block has its first note at this position.
	pub(crate) fn new_block(&mut self, position: u64) {
		let lives = self.sent.iter_mut().map(|sent| &mut sent.life);
		lives.chain(&mut self.restored).for_each(|life| life.block(position));
	}

	/// Whether the wallet was brought back from its seed so lately that a payment of before can still
	/// arrive, of which it cannot know.
	pub fn is_restored_lately(&self) -> bool {
		self.restored.as_ref().is_some_and(|life| !life.is_over(now_ms()))
	}

	/// Whether an address is one that the wallet looks for.
	pub fn is_own(&self, address: &Address) -> bool {
		let view = self.keys.viewing_key();
		let mut own = (0..self.addresses).chain([CHANGE]);
		own.any(|number| view.address_key(number).address() == *address)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		anchor::ROOT_LIFE,
		history::Call,
		keys::Seed,
		network::{Kind, Network},
	};

	const NETWORK: Network = Network { kind: Kind::Development, genesis: [9; 32] };

	fn intent(nullifiers: &[u8], output: u8, call: Option<Call>) -> Intent {
		Intent {
			asset: 0,
			amount: 5,
			to: None,
			nullifiers: nullifiers.iter().map(|byte| [*byte; 32]).collect(),
			outputs: [[output; 32], [output + 1; 32]],
			since: 7,
			sent_ms: 0,
			anchor: 0,
			fee: 3,
			unshield: Some(([5; 32], 5)),
			call,
		}
	}

	fn wallet() -> Wallet {
		Wallet::new(NETWORK, Seed::from_bytes(&[1; 32]), 0)
	}

	fn grow(wallet: &mut Wallet, roots: u32) {
		(0..roots).for_each(|position| wallet.new_block(position.into()));
	}

	#[test]
	fn a_payment_is_open_until_its_anchor_has_expired() {
		let mut alice = wallet();
		alice.sending(intent(&[1], 1, None));
		grow(&mut alice, ROOT_LIFE - 1);
		assert_eq!(alice.open_payments().count(), 1);
		grow(&mut alice, 1);
		assert_eq!(alice.open_payments().count(), 0);
		// What was sent a moment ago is not old, whatever a node says of blocks.
		let mut lately = wallet();
		let mut sent = intent(&[1], 1, None);
		sent.sent_ms = now_ms();
		lately.sending(sent);
		grow(&mut lately, 3 * ROOT_LIFE);
		assert_eq!(lately.open_payments().count(), 1);
	}

	#[test]
	fn what_arrives_rules_out_what_spends_the_same() {
		let mut alice = wallet();
		for (nullifiers, output) in [(&[1, 2][..], 10), (&[2, 3], 20), (&[4], 30)] {
			alice.sending(intent(nullifiers, output, None));
		}
		let digests = |bytes: [u8; 2]| bytes.map(|byte| [byte; 32]);
		// Its outputs with other nullifiers, or its nullifiers with other outputs, are not it.
		assert_eq!(alice.arrive(digests([20, 21]), digests([2, 9]), 0), None);
		assert_eq!(alice.arrive(digests([20, 22]), digests([2, 3]), 0), None);
		assert_eq!(alice.arrive(digests([21, 20]), digests([2, 3]), 0), None);
		assert_eq!(alice.open_payments().count(), 3);
		assert!(alice.arrive(digests([20, 21]), digests([3, 2]), 6).is_some());
		let open: Vec<_> = alice.open_payments().map(|sent| sent.intent.outputs[0][0]).collect();
		assert_eq!(open, [30]);
		alice.nothing_arrived();
		assert_eq!(alice.open_payments().count(), 3);
	}

	#[test]
	fn nobody_is_told_of_an_asset_that_was_not_shown() {
		let mut alice = wallet();
		for (asset, output) in [(0, 10), (7, 20)] {
			let mut sent = intent(&[output], output, None);
			sent.asset = asset;
			alice.sending(sent);
			alice.arrive([[output; 32], [output + 1; 32]], [[output; 32], [3; 32]], 0);
		}
		let unseen = |wallet: &Wallet| {
			wallet.arrived_unseen().map(|sent| sent.intent.asset).collect::<Vec<_>>()
		};
		assert_eq!(unseen(&alice), [0, 7]);
		alice.told_all(Some(0));
		assert_eq!(unseen(&alice), [7]);
		alice.told_all(None);
		assert!(unseen(&alice).is_empty());
	}

	#[test]
	fn of_two_calls_with_one_nonce_one_arrives() {
		let mut alice = wallet();
		let call = |nonce| Some(Call { account: [5; 32], nonce });
		for (output, nonce) in [(10, 7), (20, 7), (30, 8)] {
			alice.sending(intent(&[], output, call(nonce)));
		}
		alice.arrive([[20; 32], [21; 32]], [[1; 32], [2; 32]], 0);
		let open: Vec<_> = alice.open_payments().map(|sent| sent.intent.outputs[0][0]).collect();
		assert_eq!(open, [30]);
	}
}
