//! Where telegrams begin and end in what a port says.

use std::collections::VecDeque;

use super::telegram::{DsmrError, LONGEST};

/// Puts bytes together to telegrams. Holds at most one telegram that is not complete.
#[derive(Default)]
pub(super) struct Frames {
	/// The telegram so far; empty between telegrams.
	telegram: Vec<u8>,
	/// Whether the last byte was inside a line.
	within_line: bool,
	/// Whether the line is the telegram's last one.
	ending: bool,
	ready: VecDeque<Result<Vec<u8>, DsmrError>>,
}

impl Frames {
	/// Takes bytes in. What stands before a telegram's beginning is passed over: a port is often opened
	/// in the middle of one.
	pub(super) fn push(&mut self, bytes: &[u8]) {
		for &byte in bytes {
			self.take(byte);
		}
	}

	fn take(&mut self, byte: u8) {
		if !self.within_line && byte == b'/' {
			if !self.telegram.is_empty() {
				self.ready.push_back(Err(DsmrError::CutShort));
			}
			self.telegram.clear();
			self.ending = false;
			self.telegram.push(byte);
		} else if !self.telegram.is_empty() {
			self.ending |= !self.within_line && byte == b'!';
			self.telegram.push(byte);
			if self.ending && byte == b'\n' {
				self.ready.push_back(Ok(std::mem::take(&mut self.telegram)));
				self.ending = false;
			} else if self.telegram.len() >= LONGEST {
				self.ready.push_back(Err(DsmrError::TooLong));
				self.telegram.clear();
				self.ending = false;
			}
		}
		self.within_line = byte != b'\n';
	}

	/// The next telegram, or why one was lost.
	pub(super) fn next(&mut self) -> Option<Result<Vec<u8>, DsmrError>> {
		self.ready.pop_front()
	}

	/// Forgets what is not complete.
	pub(super) fn clear(&mut self) {
		self.telegram.clear();
		self.within_line = false;
		self.ending = false;
	}
}
