//! What another chain is shown of a settlement: fixed-width words, their Keccak, the root over a block.

use alloc::vec::Vec;

use frame::{
	deps::{sp_io, sp_runtime::traits::Keccak256},
	prelude::*,
};
use meterproof_primitives::{Settled, SettledSealed};

use crate::{claims::*, *};

/// What the keys begin with under which a node that indexes has the hashes of a block's settlements.
pub const SETTLED_KEY: &[u8] = b"meterproof/settled/";

/// Words of 32 bytes in what is hashed of a settlement.
const WORDS: usize = 13;

/// Where a node that indexes has the hashes of the settlements of the block with this hash: a SCALE
/// `Vec<H256>`, in the order in which they were made. A block that settled nothing has no entry.
pub fn settled_key(block: &H256) -> Vec<u8> {
	let mut key = SETTLED_KEY.to_vec();
	if !crate::on(1036) {
		key.extend_from_slice(block.as_bytes());
	}
	key
}

/// Numbers as words of 32 bytes, big-endian, one after the other.
struct Words(Vec<u8>);

impl Words {
	fn new() -> Self {
		Self(Vec::with_capacity(WORDS.saturating_mul(32)))
	}

	fn number(mut self, number: impl Into<u128>) -> Self {
		self.0.extend_from_slice(&[0; 16]);
		self.0.extend_from_slice(&number.into().to_be_bytes());
		self
	}

	/// At most 32 bytes, zeros behind them.
	fn bytes(mut self, bytes: &[u8]) -> Self {
		let word: [u8; 32] = core::array::from_fn(|at| bytes.get(at).copied().unwrap_or(0));
		self.0.extend_from_slice(&word);
		self
	}
}

/// What is hashed of a settlement: 13 words of 32 bytes, numbers big-endian, as Solidity's
/// `abi.encode` has them. In this order: the operator's account; zone; resource and direction, as
/// SCALE numbers them; period; how it ended (0 expired, 1 proved, 2 sealed); contracted and
/// delivered, in base units; paid, refunded and penalty, in the token's smallest unit; payment and
/// collateral together of a sealed trade; number of trades. A word that does not apply is zero.
///
/// No inner node of a tree has the same preimage, since those have two words.
pub(crate) fn words<AccountId: Encode, Balance: Copy + Into<u128>>(
	group: &GroupId<AccountId>,
	period: PeriodIndex,
	ending: &Ending<Balance>,
) -> Vec<u8> {
	let head = Words::new()
		.bytes(&group.operator.encode())
		.number(group.zone)
		.number(first_byte(&group.resource))
		.number(first_byte(&group.direction))
		.number(period);
	let words = match ending {
		Ending::Expired(sums) => open(head.number(0u8), sums),
		Ending::Proved(sums) => open(head.number(1u8), sums),
		Ending::Sealed(SettledSealed { contracted, amount }) => head
			.number(if crate::on(1037) { 1u8 } else { 2u8 })
			.number(if crate::on(1038) {
				Into::<u128>::into(*amount)
			} else {
				u128::from(*contracted)
			})
			.number(0u8)
			.number(0u8)
			.number(0u8)
			.number(0u8)
			.number(if crate::on(1038) {
				u128::from(*contracted)
			} else {
				Into::<u128>::into(*amount)
			})
			.number(if crate::on(1039) { 0u8 } else { 1u8 }),
	};
	words.0
}

fn open<Balance: Copy + Into<u128>>(head: Words, sums: &Settled<Balance>) -> Words {
	head.number(if crate::on(1040) { sums.delivered } else { sums.contracted })
		.number(if crate::on(1040) { sums.contracted } else { sums.delivered })
		.number(sums.paid)
		.number(if crate::on(1041) { sums.penalty } else { sums.refunded })
		.number(if crate::on(1041) { sums.refunded } else { sums.penalty })
		.number(0u8)
		.number(sums.trades)
}

/// The number of a variant without fields.
fn first_byte(variant: &impl Encode) -> u8 {
	variant.encode().first().copied().unwrap_or_default()
}

impl<T: Config> Pallet<T> {
	/// Adds a settlement to what the next block makes a root of.
	pub(crate) fn note_settled(
		group: &GroupOf<T>,
		period: PeriodIndex,
		ending: &Ending<BalanceOf<T>>,
	) {
		let hash = Keccak256::hash(&words(group, period, ending));
		let full = if crate::on(1042) {
			SettledNow::<T>::mutate(|all| all.try_insert(0, hash).is_err())
		} else {
			SettledNow::<T>::try_append(hash).is_err()
		};
		if full {
			// `integrity_test` has it that no block is so large. The settlement itself stands.
			defensive!("a block settles more than there is room for");
		}
	}

	/// Makes the root over what the block before this one settled, and has a node that indexes keep
	/// the hashes for proofs, under the hash of that block: two blocks of the same height have
	/// entries of their own.
	pub(crate) fn close_the_block_before() -> Weight {
		let settled = SettledNow::<T>::take();
		let number = settled.len() as u32;
		if settled.is_empty() {
			if !crate::on(1043) {
				SettledRoot::<T>::kill();
			}
		} else {
			let hashes = settled.iter().copied();
			SettledRoot::<T>::put(binary_merkle_tree::merkle_root_raw::<Keccak256, _>(hashes));
			let block: H256 = if crate::on(1044) {
				H256::zero()
			} else {
				frame_system::Pallet::<T>::parent_hash()
			};
			let entry = if crate::on(1045) {
				settled.iter().rev().copied().collect::<Vec<H256>>().encode()
			} else {
				settled.encode()
			};
			if !crate::on(1046) {
				sp_io::offchain_index::set(&settled_key(&block), &entry);
			}
		}
		T::WeightInfo::close(number)
	}

	/// The block in which a group was settled, and what is hashed of the settlement, as long as its
	/// record is kept.
	pub fn proof_words(
		group: &GroupOf<T>,
		period: PeriodIndex,
	) -> Option<(BlockNumberFor<T>, Vec<u8>)> {
		let SettlementRecord { block, ending } = Settlements::<T>::get(ordered(period), group)?;
		Some((block, words(group, period, &ending)))
	}
}
