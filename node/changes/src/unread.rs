//! How much was handed over to a connection that may not have gone out yet.

use std::collections::VecDeque;

/// Lengths of the last notifications of a connection, in bytes, the oldest first. The connection tells how
/// many messages wait to go out, and not how long these are.
#[derive(Debug, Default)]
pub struct Unread {
	lengths: VecDeque<usize>,
}

impl Unread {
	/// Whether another notification can be handed over, so that `most` bytes of notifications wait. `waiting`
	/// messages of the connection do, answers to calls included. Where none waits there is room for one of
	/// any length.
	pub fn has_room(&mut self, length: usize, waiting: usize, most: usize) -> bool {
		// Messages go out in order: what waits is among the last.
		let gone = self.lengths.len().saturating_sub(waiting);
		self.lengths.drain(..gone);
		let bytes: usize = self.lengths.iter().sum();
		self.lengths.is_empty() || bytes.saturating_add(length) <= most
	}

	/// Counts one more notification, of this length, that was handed over.
	pub fn add(&mut self, length: usize) {
		self.lengths.push_back(length);
	}
}
