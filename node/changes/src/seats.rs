//! The subscribers and the blocks that each of them follows: every subscriber has a seat, and each seat has a
//! short queue.

use std::{
	collections::HashMap,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc, Mutex, MutexGuard, OnceLock, PoisonError,
	},
};

use sp_core::H256;
use tokio::sync::{
	mpsc::{self, error::TrySendError},
	Mutex as Turn,
};

use crate::{Blocks, Unread};

/// A block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
	/// Its number.
	pub number: u32,
	/// Its hash.
	pub hash: H256,
}

/// How much there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
	/// Most seats of all connections together.
	pub seats: usize,
	/// Most seats of one connection.
	pub of_connection: usize,
	/// Most steps that wait for one subscriber.
	pub waiting: usize,
	/// Most bytes of them. One block may always wait, however large.
	pub waiting_bytes: usize,
}

/// How much memory something takes.
pub trait Size {
	/// About so many bytes.
	fn bytes(&self) -> usize;
}

/// How many may subscribe at a node, and how far one may fall behind, in blocks and in bytes of these.
/// Subscribers share the blocks that wait for them.
pub const LIMITS: Limits =
	Limits { seats: 1_024, of_connection: 16, waiting: 64, waiting_bytes: 16 << 20 };

/// What a subscriber is told next.
#[derive(Debug)]
pub enum Step<Block> {
	/// The next block.
	Block(Arc<Block>),
	/// The last block of the best chain, which is none of it any more.
	Retracted(Head),
}

impl<Block: Size> Size for Step<Block> {
	fn bytes(&self) -> usize {
		match self {
			Self::Block(block) => block.bytes(),
			Self::Retracted(head) => size_of_val(head),
		}
	}
}

// By hand, since a block need not be copied.
impl<Block> Clone for Step<Block> {
	fn clone(&self) -> Self {
		match self {
			Self::Block(block) => Self::Block(block.clone()),
			Self::Retracted(head) => Self::Retracted(*head),
		}
	}
}

/// Why a subscriber is told nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
	/// The subscriber reads more slowly than blocks come.
	SubscriberTooSlow,
	/// A block's events, or its state, could not be read.
	BlockUnreadable(u32),
	/// More blocks came at once than are looked at.
	TooManyBlocks {
		/// The last block that was told.
		from: u32,
		/// The block after which a new subscription begins.
		to: u32,
	},
	/// The node ends.
	NodeStops,
}

impl Stop {
	/// Its name.
	pub fn name(self) -> &'static str {
		match self {
			Self::SubscriberTooSlow => "SubscriberTooSlow",
			Self::BlockUnreadable(_) => "BlockUnreadable",
			Self::TooManyBlocks { .. } => "TooManyBlocks",
			Self::NodeStops => "NodeStops",
		}
	}

	/// What is wrong, and what to do.
	pub fn text(self) -> String {
		match self {
			Self::SubscriberTooSlow => {
				"notifications came faster than they were read; subscribe again, and ask for what was \
				 missed"
					.into()
			},
			Self::BlockUnreadable(number) => format!(
				"what block {number} changed cannot be read: the node has dropped its state, or is older \
				 than the chain's runtime; subscribe again, and ask for what was missed"
			),
			Self::TooManyBlocks { from, to } => format!(
				"the chain moved from block {from} to {to} at once; subscribe again, and ask for what was \
				 missed"
			),
			Self::NodeStops => "the node ends".into(),
		}
	}
}

/// Why nobody can subscribe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
	/// The connection has as many subscriptions as it may have.
	Connection(usize),
	/// The node has.
	Node(usize),
}

/// All subscribers of a node.
#[derive(Debug)]
pub struct Seats<Block> {
	limits: Limits,
	inner: Mutex<Inner<Block>>,
}

#[derive(Debug)]
struct Inner<Block> {
	finalized: Chain<Block>,
	best: Chain<Block>,
	/// The connections that have seats.
	connections: HashMap<usize, Connection>,
}

#[derive(Debug, Default)]
struct Connection {
	/// How many seats it has; those that were dropped count until they are left.
	seats: usize,
	unread: Arc<Turn<Unread>>,
}

/// What is told to those who follow the same blocks.
#[derive(Debug)]
struct Chain<Block> {
	/// The last block that all of them were told.
	head: Head,
	queues: Vec<Queue<Block>>,
}

#[derive(Debug)]
struct Queue<Block> {
	steps: mpsc::Sender<Step<Block>>,
	/// Bytes of the steps that wait.
	bytes: Arc<AtomicUsize>,
	stop: Arc<OnceLock<Stop>>,
}

/// A subscriber's place: it is told every block after the one that it began at.
#[derive(Debug)]
pub struct Seat<Block> {
	seats: Arc<Seats<Block>>,
	connection: usize,
	steps: mpsc::Receiver<Step<Block>>,
	bytes: Arc<AtomicUsize>,
	unread: Arc<Turn<Unread>>,
	stop: Arc<OnceLock<Stop>>,
}

impl<Block> Chain<Block> {
	fn new(head: Head) -> Self {
		Self { head, queues: Vec::new() }
	}
}

impl<Block> Inner<Block> {
	fn chain(&mut self, blocks: Blocks) -> &mut Chain<Block> {
		match blocks {
			Blocks::Finalized => &mut self.finalized,
			Blocks::Best => &mut self.best,
		}
	}
}

impl<Block> Seats<Block> {
	/// Makes seats without a subscriber yet; the chain stands at these blocks.
	pub fn new(limits: Limits, finalized: Head, best: Head) -> Arc<Self> {
		let inner = Inner {
			finalized: Chain::new(finalized),
			best: Chain::new(best),
			connections: HashMap::new(),
		};
		Arc::new(Self { limits, inner: Mutex::new(inner) })
	}

	/// Takes a seat for a connection. Every block after the one returned is told to it, in order.
	pub fn join(
		self: &Arc<Self>,
		connection: usize,
		blocks: Blocks,
	) -> Result<(Head, Seat<Block>), Full> {
		let mut inner = self.lock();
		let Limits { seats, of_connection, waiting, .. } = self.limits;
		if inner.connections.values().map(|known| known.seats).sum::<usize>() >= seats {
			return Err(Full::Node(seats));
		}
		let known = inner.connections.entry(connection).or_default();
		if known.seats >= of_connection {
			return Err(Full::Connection(of_connection));
		}
		known.seats = known.seats.saturating_add(1);
		let unread = known.unread.clone();
		let (sender, steps) = mpsc::channel(waiting.max(1));
		let (bytes, stop) = (Arc::default(), Arc::new(OnceLock::new()));
		let chain = inner.chain(blocks);
		chain.queues.push(Queue { steps: sender, bytes: Arc::clone(&bytes), stop: stop.clone() });
		Ok((chain.head, Seat { seats: self.clone(), connection, steps, bytes, unread, stop }))
	}

	/// The last block that was told.
	pub fn head(&self, blocks: Blocks) -> Head {
		self.lock().chain(blocks).head
	}

	/// Moves on to `head` without a word if nobody follows these blocks; whether it did.
	pub fn skip_unwatched(&self, blocks: Blocks, head: Head) -> bool {
		let mut inner = self.lock();
		let chain = inner.chain(blocks);
		chain.queues.retain(|queue| !queue.steps.is_closed());
		let unwatched = chain.queues.is_empty();
		if unwatched {
			chain.head = head;
		}
		unwatched
	}

	/// Tells a step to all who follow these blocks, after which the chain stands at `head`. Whoever has
	/// too many steps waiting, or too many bytes of them, is dropped.
	pub fn tell(&self, blocks: Blocks, head: Head, step: &Step<Block>)
	where
		Block: Size,
	{
		let length = step.bytes();
		let most = self.limits.waiting_bytes;
		let mut inner = self.lock();
		let chain = inner.chain(blocks);
		chain.head = head;
		chain.queues.retain(|queue| {
			let before = queue.bytes.fetch_add(length, Ordering::Relaxed);
			let told = if before > 0 && before.saturating_add(length) > most {
				Err(TrySendError::Full(()))
			} else {
				queue.steps.try_send(step.clone()).map_err(|error| match error {
					TrySendError::Full(_) => TrySendError::Full(()),
					TrySendError::Closed(_) => TrySendError::Closed(()),
				})
			};
			if told == Err(TrySendError::Full(())) {
				let _ = queue.stop.set(Stop::SubscriberTooSlow);
			}
			told.is_ok()
		});
	}

	/// Drops all who follow these blocks, and moves on to `head`.
	pub fn stop(&self, blocks: Blocks, head: Head, why: Stop) {
		let mut inner = self.lock();
		let chain = inner.chain(blocks);
		chain.head = head;
		for queue in chain.queues.drain(..) {
			let _ = queue.stop.set(why);
		}
	}

	/// Drops everybody: nothing more will be told.
	pub fn end(&self) {
		for blocks in [Blocks::Finalized, Blocks::Best] {
			let head = self.head(blocks);
			self.stop(blocks, head, Stop::NodeStops);
		}
	}

	fn lock(&self) -> MutexGuard<'_, Inner<Block>> {
		self.inner.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl<Block> Seat<Block> {
	/// The next step, in order; after the last one why there is no other.
	pub async fn next(&mut self) -> Result<Step<Block>, Stop>
	where
		Block: Size,
	{
		match self.steps.recv().await {
			Some(step) => {
				self.bytes.fetch_sub(step.bytes(), Ordering::Relaxed);
				Ok(step)
			},
			None => Err(self.stop.get().copied().unwrap_or(Stop::NodeStops)),
		}
	}

	/// Why nothing more comes after what waits, if nothing does.
	pub fn stopped(&self) -> Option<Stop> {
		self.stop.get().copied()
	}

	/// Gives up what waits.
	pub fn give_up(&mut self) {
		self.steps.close();
		while self.steps.try_recv().is_ok() {}
	}

	/// What was handed over to the seat's connection. Whoever holds it hands over the next.
	pub fn unread(&self) -> &Turn<Unread> {
		&self.unread
	}
}

impl<Block> Drop for Seat<Block> {
	fn drop(&mut self) {
		self.steps.close();
		let mut inner = self.seats.lock();
		if let Some(known) = inner.connections.get_mut(&self.connection) {
			known.seats = known.seats.saturating_sub(1);
			if known.seats == 0 {
				inner.connections.remove(&self.connection);
			}
		}
		for blocks in [Blocks::Finalized, Blocks::Best] {
			inner.chain(blocks).queues.retain(|queue| !queue.steps.is_closed());
		}
	}
}
