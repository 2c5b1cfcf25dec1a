//! Payouts into notes, for sides that named an owner.

use codec::Encode;
use frame::{hashing::blake2_256, prelude::*};
use meterproof_primitives::{NoteOwner, PayNotes, NATIVE_ASSET};

use crate::*;

/// A side of a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode)]
pub enum TradeSide {
	/// Is paid for what was delivered.
	#[codec(index = 0)]
	Seller,
	/// Gets back what was not, and the imbalance charge.
	#[codec(index = 1)]
	Buyer,
}

/// Tag of what a settlement note's seed is the hash of.
const SEED_TAG: &[u8; 28] = b"meterproof:settlement:note:1";

/// Seed of the note that pays one side of a trade for one period: BLAKE2b-256 of
/// tag (28) || trade (8 LE) || period (8 LE) || side (1). Each is used once at most, and the
/// note's randomness binds it to the chain
/// ([`public_randomness`](meterproof_primitives::public_randomness)).
pub fn note_seed(trade: TradeId, period: PeriodIndex, side: TradeSide) -> [u8; 32] {
	(SEED_TAG, trade, period, side).using_encoded(blake2_256)
}

impl<T: Config> Pallet<T> {
	/// Whether a note of `owner` can be paid, and takes the largest sum that one period can bring.
	pub(crate) fn ensure_note_payable(
		owner: &NoteOwner,
		most: Option<BalanceOf<T>>,
	) -> Result<(), Error<T>> {
		ensure!(T::NotePool::can_pay(NATIVE_ASSET, owner), Error::<T>::NoteOwnerNotPayable);
		let most = most.ok_or(Error::<T>::AmountTooLarge)?;
		ensure!(TryInto::<u64>::try_into(most).is_ok(), Error::<T>::AmountAboveNote);
		Ok(())
	}

	/// Pays a note with `amount`, which `transfer` moves to the account it is given. If the amount is zero,
	/// no note is created.
	pub(crate) fn pay_note(
		owner: NoteOwner,
		seed: [u8; 32],
		amount: BalanceOf<T>,
		transfer: impl FnOnce(&T::AccountId) -> DispatchResult,
	) -> DispatchResult {
		if amount.is_zero() {
			return Ok(());
		}
		let amount: u64 = amount.try_into().map_err(|_| Error::<T>::AmountAboveNote)?;
		T::NotePool::pay_by(NATIVE_ASSET, amount, owner, seed, transfer)
	}
}
