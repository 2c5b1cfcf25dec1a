//! What a journal holds. What an index has once meant it means for ever.

use std::fmt;

use codec::{Decode, Encode};
use zeroize::Zeroizing;

use super::{CallsRow, OrderRow, RECORD_ROOM};
use crate::types::{Direction, Group};

/// A register of a meter, the meter by its name in the store.
pub type Register = (String, Direction);

/// One record.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Record {
	/// Always the first: the chain that the journal is of.
	#[codec(index = 0)]
	Chain {
		/// Hash of block 0.
		genesis: [u8; 32],
	},
	/// Registers were read.
	#[codec(index = 1)]
	Read(Vec<Noted>),
	/// What became of a period, in place of what an earlier record says of it.
	#[codec(index = 2)]
	Period(PeriodRow),
	/// A call that settles is about to be sent.
	#[codec(index = 3)]
	Sent(Sent),
	/// A group's settlement is final, by the chain.
	#[codec(index = 4)]
	Settled(SettledRow),
	/// An input said something that cannot be used, in place of what an earlier record says of the same
	/// meter, register and period.
	#[codec(index = 5)]
	Refused(RefusedRow),
	/// The highest message counters that were accepted, by the name that their source gives them, in place
	/// of lower ones.
	#[codec(index = 6)]
	Counters(Vec<(String, u32)>),
	/// A call that settles entered a block, was paid for and failed.
	#[codec(index = 7)]
	Failed {
		/// The period.
		period: u64,
		/// The groups in it, as the client writes them.
		groups: Vec<String>,
	},
	/// An order was about to be signed, in place of what an earlier record says of the same one.
	#[codec(index = 8)]
	Ordered(OrderRow),
	/// A call of standing orders was about to be signed: how many that makes on its side and day, in place of
	/// fewer.
	#[codec(index = 9)]
	Calls(CallsRow),
}

/// One register as an input told it, in the chain's unit.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Noted {
	/// The meter's name in the store.
	pub meter: String,
	/// The register.
	pub direction: Direction,
	/// What was told.
	pub told: Told,
	/// When it was received, Unix ms.
	pub received_ms: u64,
	/// The telegram that the meter signed, if it did.
	pub telegram: Option<Telegram>,
}

/// Readings are never printed.
impl fmt::Debug for Noted {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { meter, direction, .. } = self;
		formatter
			.debug_struct("Noted")
			.field("meter", meter)
			.field("direction", direction)
			.finish_non_exhaustive()
	}
}

impl Noted {
	/// The register.
	pub fn register(&self) -> Register {
		(self.meter.clone(), self.direction)
	}
}

/// What an input told of a register. Times are Unix ms.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Told {
	/// A register counted this much between two times.
	#[codec(index = 0)]
	Counted {
		/// From then on.
		start_ms: u64,
		/// Until then.
		end_ms: u64,
		/// Wh or litres.
		reading: u32,
	},
	/// The register stood there.
	#[codec(index = 1)]
	Stood {
		/// At this time.
		at_ms: u64,
		/// Wh or litres, rounded down.
		total: u128,
	},
	/// The register of a meter that has another name in its input stood there.
	#[codec(index = 2)]
	StoodOn {
		/// At this time.
		at_ms: u64,
		/// Wh or litres, rounded down.
		total: u128,
		/// Which meter it is by its name in the input, as [`on`] has it.
		on: u64,
	},
	/// The register was not what it was before any more: nothing is counted across this time.
	#[codec(index = 3)]
	Broke {
		/// When that was first seen.
		at_ms: u64,
		/// Which meter it is, 0 without a name of its own.
		on: u64,
		/// What it looked like.
		how: Break,
	},
}

/// How a register was seen not to be what it was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Break {
	/// The register stood lower than before.
	#[codec(index = 0)]
	WentBack,
	/// The register stood lower than before, as if it had begun anew at a power of ten.
	#[codec(index = 1)]
	BeganAnew {
		/// The power of ten, in Wh or litres.
		capacity: u128,
	},
	/// The register stood higher than it can have counted since the last reading.
	#[codec(index = 2)]
	Jumped,
}

/// Where a register stood.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Stood {
	/// At this time, Unix ms.
	pub at_ms: u64,
	/// Wh or litres, rounded down.
	pub total: u128,
	/// Which meter, 0 without a name of its own.
	pub on: u64,
}

/// Readings are never printed.
impl fmt::Debug for Stood {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.debug_struct("Stood").field("at_ms", &self.at_ms).finish_non_exhaustive()
	}
}

impl Told {
	/// Where the register stood, if that was told.
	pub fn stood(&self) -> Option<Stood> {
		match *self {
			Self::Stood { at_ms, total } => Some(Stood { at_ms, total, on: 0 }),
			Self::StoodOn { at_ms, total, on } => Some(Stood { at_ms, total, on }),
			Self::Counted { .. } | Self::Broke { .. } => None,
		}
	}
}

/// A number for a meter's name in its input, the same in every run and never 0: FNV-1a.
pub fn on(name: &str) -> u64 {
	let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
		(hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
	});
	hash.max(1)
}

/// A telegram with the meter's own signature.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Telegram {
	/// The format: `ocmf` or `sml`.
	pub format: String,
	/// All of its bytes.
	pub bytes: Vec<u8>,
}

/// What became of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct PeriodRow {
	/// The period.
	pub period: u64,
	/// The period's start, Unix ms.
	pub start_ms: u64,
	/// Meters all of whose registers are on record.
	pub committed: u32,
	/// Meters that the chain wants commitments of.
	pub expected: u32,
	/// Meters that said nothing of the period, and why that is thought.
	pub silent: Vec<(String, String)>,
	/// Registers that the chain or the store refused, with the refusal's name.
	pub refused: Vec<(String, Direction, String)>,
	/// Groups whose claim is final.
	pub settled: u32,
	/// Groups that expired.
	pub expired: u32,
	/// What sellers were paid, in the token's smallest unit, where that is public.
	pub paid: u128,
	/// Whether nothing more will become of it.
	pub done: bool,
}

impl PeriodRow {
	/// The row with no more names than a record has room for: reasons go first, then the last names. The
	/// counts stay.
	pub fn that_fits(mut self) -> Self {
		if self.encoded_size() > RECORD_ROOM {
			for (_, reason) in &mut self.silent {
				reason.clear();
			}
		}
		while self.encoded_size() > RECORD_ROOM {
			let (silent, refused) = (self.silent.len() / 2, self.refused.len() / 2);
			if self.silent.is_empty() && self.refused.is_empty() {
				break;
			}
			self.silent.truncate(silent);
			self.refused.truncate(refused);
		}
		self
	}
}

/// A call that settles, about to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Sent {
	/// The period.
	pub period: u64,
	/// The groups in it, as the client writes them.
	pub groups: Vec<String>,
	/// The account's nonce that the call takes.
	pub nonce: u64,
	/// The last block that it may stand in.
	pub last_block: u64,
	/// When it was sent, Unix ms.
	pub at_ms: u64,
}

/// A group's settlement that is final.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SettledRow {
	/// The period.
	pub period: u64,
	/// The group, as the client writes it.
	pub group: String,
	/// Whether a proof settled it. Otherwise the deadline did.
	pub proved: bool,
	/// Wh or litres.
	pub contracted: u64,
	/// Wh or litres; none where that is sealed.
	pub delivered: Option<u64>,
	/// To the seller, in the token's smallest unit; none where that is sealed.
	pub paid: Option<u128>,
	/// From the seller for what was missing; none where that is sealed.
	pub penalty: Option<u128>,
	/// The last thing that kept it from being proved, if anything did.
	pub trouble: Option<String>,
}

impl SettledRow {
	/// Whether it is of this group.
	pub fn is_of(&self, group: &Group) -> bool {
		self.group == group.to_string()
	}
}

/// Something that an input said and that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RefusedRow {
	/// The meter's name in the store.
	pub meter: String,
	/// The period that it is of, if it is of one.
	pub period: Option<u64>,
	/// The reason's stable name.
	pub name: String,
	/// The reason, for people; never a reading.
	pub reason: String,
	/// When, Unix ms.
	pub at_ms: u64,
}

impl Record {
	/// The record's bytes, in one allocation that is erased.
	pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
		let mut bytes = Zeroizing::new(Vec::with_capacity(self.encoded_size()));
		self.encode_to(&mut *bytes);
		bytes
	}

	/// The inverse of [`Self::to_bytes`].
	pub fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
		Self::decode(&mut bytes).ok().filter(|_| bytes.is_empty())
	}
}
