//! The encoding: types, lengths and values.

use crate::telegram::Unusable;

/// How deep lists stand within each other: messages need seven.
const DEEPEST: usize = 10;
/// Values in one file.
const MOST_NODES: usize = 2048;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node<'a> {
	/// Bytes; none of them is how an optional value is absent.
	Bytes(&'a [u8]),
	/// True or false.
	Bool(bool),
	/// A signed integer, and the same bytes as an unsigned one.
	Signed(i64, u64),
	/// An unsigned integer.
	Unsigned(u64),
	/// Values.
	List(Vec<Node<'a>>),
	/// The end of a message.
	End,
}

impl<'a> Node<'a> {
	/// The bytes, if there are some.
	pub fn bytes(&self) -> Option<&'a [u8]> {
		match self {
			Self::Bytes(bytes) if !bytes.is_empty() => Some(bytes),
			_ => None,
		}
	}

	/// The list's values.
	pub fn list(&self) -> Option<&[Self]> {
		match self {
			Self::List(nodes) => Some(nodes),
			_ => None,
		}
	}

	/// An unsigned integer, typed as it should be.
	pub fn unsigned(&self) -> Option<u64> {
		match self {
			Self::Unsigned(value) => Some(*value),
			_ => None,
		}
	}
}

/// Reads values one after another.
pub struct Reader<'a> {
	bytes: &'a [u8],
	at: usize,
	nodes: usize,
}

fn broken(what: &str) -> Unusable {
	Unusable::new("TelegramMalformed", format!("the telegram is malformed: {what}"))
}

impl<'a> Reader<'a> {
	/// From the front of a file.
	pub fn new(bytes: &'a [u8]) -> Self {
		Self { bytes, at: 0, nodes: 0 }
	}

	/// How many bytes were read.
	pub fn at(&self) -> usize {
		self.at
	}

	/// Whether nothing is left.
	pub fn done(&self) -> bool {
		self.at >= self.bytes.len()
	}

	/// What the next list's head says of its length, without its values: messages' checksums cover
	/// some of their values only.
	pub fn list_head(&mut self) -> Result<usize, Unusable> {
		match self.head()? {
			(7, length) => Ok(length),
			_ => Err(broken("a list is missing")),
		}
	}

	/// The next value with all that is in it.
	pub fn node(&mut self) -> Result<Node<'a>, Unusable> {
		self.node_at(0)
	}

	fn byte(&mut self) -> Result<u8, Unusable> {
		let byte = self.bytes.get(self.at).ok_or_else(|| broken("it ends early"))?;
		self.at += 1;
		Ok(*byte)
	}

	/// The type, and the length: of a list its values, of others the bytes that follow.
	fn head(&mut self) -> Result<(u8, usize), Unusable> {
		let mut byte = self.byte()?;
		let kind = byte >> 4 & 7;
		let mut length = usize::from(byte & 0xf);
		let mut heads = 1;
		while byte & 0x80 != 0 {
			byte = self.byte()?;
			heads += 1;
			if byte & 0x70 != 0 || heads > 4 {
				return Err(broken("a length"));
			}
			length = length << 4 | usize::from(byte & 0xf);
		}
		if kind == 7 || (kind == 0 && length == 0 && heads == 1) {
			return Ok((kind, length));
		}
		// The length counts its own bytes.
		Ok((kind, length.checked_sub(heads).ok_or_else(|| broken("a length"))?))
	}

	fn node_at(&mut self, depth: usize) -> Result<Node<'a>, Unusable> {
		self.nodes += 1;
		if depth > DEEPEST || self.nodes > MOST_NODES {
			return Err(broken("too many values"));
		}
		let start = self.at;
		let (kind, length) = self.head()?;
		if kind == 7 {
			if length > self.bytes.len() - self.at {
				return Err(broken("a list's length"));
			}
			let mut nodes = Vec::new();
			for _ in 0..length {
				nodes.push(self.node_at(depth + 1)?);
			}
			return Ok(Node::List(nodes));
		}
		if kind == 0 && length == 0 && self.bytes[start] == 0 {
			return Ok(Node::End);
		}
		let bytes =
			self.bytes.get(self.at..self.at + length).ok_or_else(|| broken("it ends early"))?;
		self.at += length;
		match (kind, length) {
			(0, _) => Ok(Node::Bytes(bytes)),
			(4, 1) => Ok(Node::Bool(bytes[0] != 0)),
			(5, 1..=8) => {
				let unsigned = number(bytes);
				let unused = 64 - 8 * length as u32;
				Ok(Node::Signed((unsigned << unused) as i64 >> unused, unsigned))
			},
			(6, 1..=8) => Ok(Node::Unsigned(number(bytes))),
			_ => Err(broken("a value's type or length")),
		}
	}
}

fn number(bytes: &[u8]) -> u64 {
	bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
