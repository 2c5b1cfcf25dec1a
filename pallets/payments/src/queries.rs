//! What the payments runtime API answers.

use alloc::vec::Vec;

use frame::prelude::*;
use meterproof_primitives::{
	api::{NoteInfo, NotePage, PaymentAsset, PaymentsState, TreeState, MAX_NOTE_PAGE, MAX_PAGE},
	AssetId, Payment, PaymentKind, PaymentRefusal, PublicPart, MAX_PAYMENT_PROOF_BYTES,
};

use crate::{pallet::*, types::*};

impl<T: Config> Pallet<T> {
	/// Where the tree of notes stands.
	pub fn state() -> PaymentsState {
		PaymentsState {
			// Zeros on a chain that has lost it.
			genesis: H256(T::Genesis::get().unwrap_or_default()),
			head: describe(Head::<T>::get()),
			anchor: describe(Anchor::<T>::get()),
			anchor_period: T::AnchorPeriod::get(),
			root_life: T::MaxRoots::get(),
			max_proof_bytes: MAX_PAYMENT_PROOF_BYTES,
		}
	}

	/// The notes from position `from` on, at most `limit`.
	pub fn notes(from: u32, limit: u32) -> NotePage {
		let total = NextPosition::<T>::get();
		let end = from.saturating_add(limit.min(MAX_NOTE_PAGE)).min(total);
		let notes = (from..end)
			.filter_map(|position| {
				Notes::<T>::get(position).map(|entry| NoteInfo::new(position, entry))
			})
			.collect();
		NotePage { notes, total }
	}

	/// What can be paid with.
	pub fn assets(after: Option<AssetId>, limit: u32) -> Vec<PaymentAsset> {
		let mut assets: Vec<_> = PayableAssets::<T>::iter()
			.filter(|(asset, _)| after.is_none_or(|after| *asset > after))
			.collect();
		assets.sort_unstable_by_key(|(asset, _)| *asset);
		assets.truncate(limit.min(MAX_PAGE) as usize);
		assets
			.into_iter()
			.map(|(asset, info)| {
				let Totals { shielded, unshielded, fees } = Moved::<T>::get(asset);
				PaymentAsset {
					asset,
					transfer_fee: Self::fee_in(PaymentKind::Transfer, &info).unwrap_or_default(),
					unshield_fee: Self::fee_in(PaymentKind::Unshield, &info).unwrap_or_default(),
					auditor: info.auditor.map(H256),
					shielded,
					unshielded,
					fees,
				}
			})
			.collect()
	}

	/// What a payment costs.
	pub fn fee(kind: PaymentKind, asset: AssetId) -> Option<u64> {
		Self::fee_in(kind, &PayableAssets::<T>::get(asset)?)
	}

	/// Whether a payment may rest on this root now.
	pub fn root_known(root: H256) -> bool {
		Self::root_life(&root.0).is_some()
	}

	/// Which of these are spent.
	pub fn spent(nullifiers: Vec<H256>) -> Vec<bool> {
		nullifiers
			.into_iter()
			.take(MAX_PAGE as usize)
			.map(|nullifier| Nullifiers::<T>::contains_key(nullifier.0))
			.collect()
	}

	/// The call that makes a payment without an account.
	pub fn payment_call(payment: Payment<T::AccountId>) -> Call<T> {
		match payment {
			Payment::Transfer { asset, fee, body } => {
				Call::transfer { asset, fee, payment: body.into() }
			},
			Payment::Unshield { asset, to, amount, fee, body } => {
				Call::unshield { asset, to, amount, fee, payment: body.into() }
			},
		}
	}

	/// Whether this call, of `who` if it is signed, would be taken now.
	pub fn check_call(who: Option<&T::AccountId>, call: &Call<T>) -> Result<(), PaymentRefusal> {
		let (asset, public, payment) = match (call, who) {
			(Call::shield { asset, amount, payment }, Some(from)) => {
				(asset, PublicPart::Shield { from: from.clone(), amount: *amount }, payment)
			},
			(Call::transfer { asset, fee, payment }, None) => {
				(asset, PublicPart::Transfer { fee: *fee }, payment)
			},
			(Call::unshield { asset, to, amount, fee, payment }, None) => {
				let public = PublicPart::Unshield { to: to.clone(), amount: *amount, fee: *fee };
				(asset, public, payment)
			},
			_ => return Err(PaymentRefusal::NotAPayment),
		};
		Self::check(*asset, &public, payment)?;
		Self::check_proof(*asset, public, payment)
	}
}

fn describe<BlockNumber: UniqueSaturatedInto<u32>>(point: TreePoint<BlockNumber>) -> TreeState {
	TreeState::new(point.block.saturated_into(), point.root, point.notes)
}
