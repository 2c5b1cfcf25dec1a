//! Which chain a wallet belongs to.

use codec::{Decode, Encode};

/// What sort of chain: it chooses what texts begin with, so that a person sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Kind {
	/// The network where money is money.
	#[codec(index = 0)]
	Live,
	/// Any other network of several nodes.
	#[codec(index = 1)]
	Test,
	/// A node of its own.
	#[codec(index = 2)]
	Development,
}

impl Kind {
	/// All networks.
	pub const ALL: [Self; 3] = [Self::Live, Self::Test, Self::Development];

	/// What follows the purpose in a text's prefix.
	pub(crate) const fn suffix(self) -> &'static str {
		match self {
			Self::Live => "",
			Self::Test => "test",
			Self::Development => "dev",
		}
	}
}

/// One chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Network {
	/// What sort.
	pub kind: Kind,
	/// Hash of its block 0.
	pub genesis: [u8; 32],
}

impl Network {
	/// What stands in texts to tell chains of one sort apart.
	pub(crate) fn check(&self) -> [u8; 4] {
		let [a, b, c, d, ..] = self.genesis;
		[a, b, c, d]
	}
}
