//! Notes that other pallets pay: for public reasons, or two that share an amount in secret.

use frame::prelude::*;
use meterproof_primitives::{
	is_canonical, public_randomness, AssetId, NoteContent, NoteHash, NoteOwner, Output, PayNotes,
	PAYMENT_NOTES,
};

use crate::{checks::NOTES, pallet::*, weights};

impl<T: Config> PayNotes<T::AccountId> for Pallet<T> {
	fn pay(
		asset: AssetId,
		from: &T::AccountId,
		amount: u64,
		owner: NoteOwner,
		seed: [u8; 32],
	) -> DispatchResult {
		Self::pay_by(asset, amount, owner, seed, |pool| {
			Self::hand_over(asset, from, pool, amount, Preservation::Expendable)
		})
	}

	fn pay_by(
		asset: AssetId,
		amount: u64,
		owner: NoteOwner,
		seed: [u8; 32],
		transfer: impl FnOnce(&T::AccountId) -> DispatchResult,
	) -> DispatchResult {
		// Callers may go on after an error: nothing may remain of a payment that failed.
		frame::deps::frame_support::storage::with_storage_layer(|| {
			ensure!(amount > 0, Error::<T>::AmountZero);
			ensure!(PayableAssets::<T>::contains_key(asset), Error::<T>::UnknownAsset);
			let genesis = T::Genesis::get().ok_or(Error::<T>::GenesisUnknown)?;
			let randomness = public_randomness(&genesis, &seed);
			let commitment = T::NoteHash::note(asset, amount, &owner, &randomness)
				.ok_or(Error::<T>::NotCanonical)?;
			ensure!(Self::has_room(1), Error::<T>::TreeFull);
			Self::take_in(asset, amount, transfer)?;
			let position = Self::append(&[commitment])?;
			Self::weigh_hashing(1);
			let content = NoteContent::Open { amount, owner, randomness };
			Self::keep(position, asset, commitment, content);
			OpenNotes::<T>::mutate(|count| *count = count.saturating_add(1));
			Self::deposit_event(Event::NotePaid { asset, amount, owner, position });
			Ok(())
		})
	}

	fn pay_sealed(
		asset: AssetId,
		amount: u64,
		outputs: [Output; PAYMENT_NOTES],
		transfer: impl FnOnce(&T::AccountId) -> DispatchResult,
	) -> DispatchResult {
		frame::deps::frame_support::storage::with_storage_layer(|| {
			ensure!(amount > 0, Error::<T>::AmountZero);
			let terms = PayableAssets::<T>::get(asset).ok_or(Error::<T>::UnknownAsset)?;
			Self::check_outputs(&terms, &outputs).map_err(Error::<T>::from)?;
			ensure!(Self::has_room(NOTES), Error::<T>::TreeFull);
			Self::take_in(asset, amount, transfer)?;
			let position = Self::append(&outputs.each_ref().map(|output| output.commitment))?;
			Self::weigh_hashing(NOTES);
			for (position, Output { commitment, ciphertext }) in (position..).zip(outputs) {
				Self::keep(position, asset, commitment, NoteContent::Split { ciphertext });
			}
			SplitNotes::<T>::mutate(|count| *count = count.saturating_add(NOTES));
			Self::deposit_event(Event::NotesSplit { asset, amount, position });
			Ok(())
		})
	}

	fn can_pay(asset: AssetId, owner: &NoteOwner) -> bool {
		is_canonical(owner) && PayableAssets::<T>::contains_key(asset)
	}
}

impl<T: Config> Pallet<T> {
	/// The caller's weight knows nothing of the block's end, when these notes are hashed. What is
	/// rolled back takes this back too.
	fn weigh_hashing(notes: u32) {
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			weights::hashing::<T::WeightInfo>(notes),
			DispatchClass::Mandatory,
		);
	}
}
