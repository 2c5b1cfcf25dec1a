//! What a payer writes to the payee.

use std::fmt;

use codec::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{address::AddressTag, error::named_errors};

/// Bytes of a memo, always.
pub const MEMO_LENGTH: usize = 128;

const SETTLEMENT: &str = "settlement of trade ";
const PERIOD: &str = ", period ";
const PAYOUT: &str = ", paid to ";

/// Which settlement a note is of: it stands in the memos of both sides' notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct NamedSettlement {
	/// The trade.
	pub trade: u64,
	/// The period.
	pub period: u64,
	/// The address that the trade pays its seller at. The buyer's key of the trade depends on it.
	pub payout: AddressTag,
}

named_errors! {
	/// Why a memo was refused.
	#[derive(PartialEq, Eq, Clone, Copy)]
	pub enum MemoError {
		/// More bytes than there is room for.
		MemoTooLong => "the memo is longer than 128 bytes";
		/// A zero character would look like the end.
		MemoHasZero => "the memo has a zero character in it";
	}
}

/// Up to 128 bytes of text. Erased when dropped; `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Zeroize, ZeroizeOnDrop)]
pub struct Memo([u8; MEMO_LENGTH]);

impl Memo {
	/// `text`, padded with zeros.
	pub fn new(text: &str) -> Result<Self, MemoError> {
		let mut bytes = [0; MEMO_LENGTH];
		let room = bytes.get_mut(..text.len()).ok_or(MemoError::MemoTooLong)?;
		if text.contains('\0') {
			return Err(MemoError::MemoHasZero);
		}
		room.copy_from_slice(text.as_bytes());
		Ok(Self(bytes))
	}

	/// What stands beside the notes of a sealed trade: they tell nobody else where they come from.
	pub fn of_settlement(settlement: &NamedSettlement) -> Self {
		let NamedSettlement { trade, period, payout } = settlement;
		let text = format!("{SETTLEMENT}{trade}{PERIOD}{period}{PAYOUT}{payout}");
		Self::new(&text).unwrap_or_else(|_| unreachable!("two numbers and a tag have room"))
	}

	/// The inverse: which settlement's note it says that it stands beside.
	pub fn settlement(&self) -> Option<NamedSettlement> {
		let text = Zeroizing::new(self.text());
		let (trade, rest) = text.strip_prefix(SETTLEMENT)?.split_once(PERIOD)?;
		let (period, payout) = rest.split_once(PAYOUT)?;
		let named = NamedSettlement {
			trade: trade.parse().ok()?,
			period: period.parse().ok()?,
			payout: AddressTag::parse(payout)?,
		};
		(Self::of_settlement(&named) == *self).then_some(named)
	}

	/// No text.
	pub fn empty() -> Self {
		Self([0; MEMO_LENGTH])
	}

	pub(crate) fn from_bytes(bytes: [u8; MEMO_LENGTH]) -> Self {
		Self(bytes)
	}

	pub(crate) fn bytes(&self) -> &[u8; MEMO_LENGTH] {
		&self.0
	}

	/// The text, safe to print: a payer may write what it likes, so that control characters, which
	/// could move a terminal's cursor over what stands there, are replaced.
	pub fn text(&self) -> String {
		let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(MEMO_LENGTH);
		printable(&String::from_utf8_lossy(self.0.get(..end).unwrap_or_default()))
	}
}

/// `text` with a sign in the place of each character that could deceive who reads it.
pub fn printable(text: &str) -> String {
	text.chars().map(|c| if deceives(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Control characters, and those that turn the direction of what follows.
pub fn deceives(c: char) -> bool {
	c.is_control()
		|| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Debug for Memo {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str("Memo(..)")
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::address::Address;

	#[test]
	fn a_memo_has_128_bytes_of_room() {
		assert_eq!(Memo::new(&"m".repeat(128)).unwrap().text(), "m".repeat(128));
		assert_eq!(Memo::new(&"m".repeat(129)), Err(MemoError::MemoTooLong));
		assert_eq!(Memo::new(&"ü".repeat(65)), Err(MemoError::MemoTooLong));
		assert_eq!(Memo::new("a\0b"), Err(MemoError::MemoHasZero));
		assert_eq!(Memo::new("für März").unwrap().text(), "für März");
		assert_eq!(Memo::empty().text(), "");
	}

	#[test]
	fn a_settlement_is_named_in_one_way() {
		let payout = Address { owner: [1; 32], key: [2; 32] }.tag();
		for (trade, period) in [(0, 0), (17, 987_660), (u64::MAX, u64::MAX)] {
			let named = NamedSettlement { trade, period, payout };
			assert_eq!(Memo::of_settlement(&named).settlement(), Some(named));
		}
		let memo = Memo::of_settlement(&NamedSettlement { trade: 7, period: 8, payout });
		let text = format!("settlement of trade 7, period 8, paid to {payout}");
		assert_eq!(memo.text(), text);
		let other_case = text.replace(&payout.to_string(), &payout.to_string().to_uppercase());
		for text in [
			"",
			"for March",
			"settlement of trade 7",
			"settlement of trade 7, period 8",
			"settlement of trade 7, period 8, paid to ",
			&text.replace("trade 7", "trade 07"),
			&text.replace("trade 7", "trade +7"),
			&text.replace("period 8", "period 18446744073709551616"),
			&format!("{text} "),
			&format!("{text}00"),
			&other_case,
		] {
			assert_eq!(Memo::new(text).unwrap().settlement(), None, "{text}");
		}
	}

	#[test]
	fn what_could_deceive_a_reader_is_replaced() {
		let shown = Memo::new("a\x1b[2Jb\r\n\u{202e}c").unwrap().text();
		assert!(!shown.chars().any(deceives), "{shown:?}");
		let mut bytes = [0; MEMO_LENGTH];
		bytes[..3].copy_from_slice(&[b'a', 0xff, b'b']);
		assert_eq!(Memo::from_bytes(bytes).text(), "a\u{fffd}b");
	}
}
