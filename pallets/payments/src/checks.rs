//! What a payment must satisfy, and what it does then.

use alloc::boxed::Box;

use frame::prelude::*;
use meterproof_primitives::{
	is_canonical, AssetId, NoteContent, NoteEntry, Output, PaymentBody, PaymentKind,
	PaymentRefusal, PublicPart, TransferStatement, VerifyTransfer, PAYMENT_NOTES,
};

use crate::{pallet::*, types::*};

/// Notes that a payment makes.
pub(crate) const NOTES: u32 = PAYMENT_NOTES as u32;

impl<T: Config> Pallet<T> {
	/// The pool asks this, and block execution before it dispatches `transfer`.
	#[allow(clippy::borrowed_box, reason = "authorisation borrows the call's arguments")]
	pub(crate) fn authorize_transfer(
		_source: TransactionSource,
		asset: &AssetId,
		fee: &u64,
		payment: &Box<PaymentBody>,
	) -> TransactionValidityWithRefund {
		Self::authorize_payment(*asset, PublicPart::Transfer { fee: *fee }, payment)
	}

	/// Authorises `unshield` as [`Self::authorize_transfer`] does a transfer.
	#[allow(clippy::borrowed_box, reason = "authorisation borrows the call's arguments")]
	pub(crate) fn authorize_unshield(
		_source: TransactionSource,
		asset: &AssetId,
		to: &T::AccountId,
		amount: &u64,
		fee: &u64,
		payment: &Box<PaymentBody>,
	) -> TransactionValidityWithRefund {
		let public = PublicPart::Unshield { to: to.clone(), amount: *amount, fee: *fee };
		Self::authorize_payment(*asset, public, payment)
	}

	fn authorize_payment(
		asset: AssetId,
		public: PublicPart<T::AccountId>,
		payment: &PaymentBody,
	) -> TransactionValidityWithRefund {
		Self::check(asset, &public, payment).map_err(validity_error)?;
		Self::check_proof(asset, public, payment).map_err(validity_error)?;
		let [first, second] = payment.nullifiers;
		let validity = ValidTransaction::with_tag_prefix("MeterproofNullifier")
			.priority(T::PaymentPriority::get())
			.and_provides(first)
			.and_provides(second)
			.longevity(Self::root_life(&payment.root).unwrap_or(0).max(1))
			.propagate(true)
			.into();
		Ok((validity, Weight::zero()))
	}

	/// Every check but the proof, in order of cost.
	pub(crate) fn check(
		asset: AssetId,
		public: &PublicPart<T::AccountId>,
		payment: &PaymentBody,
	) -> Result<(), PaymentRefusal> {
		let info = PayableAssets::<T>::get(asset).ok_or(PaymentRefusal::UnknownAsset)?;
		Self::check_terms(&info, public)?;
		Self::check_form(&info, payment)?;
		ensure!(Self::root_life(&payment.root).is_some(), PaymentRefusal::UnknownRoot);
		for nullifier in &payment.nullifiers {
			ensure!(!Nullifiers::<T>::contains_key(nullifier), PaymentRefusal::NullifierSpent);
		}
		ensure!(Self::has_room(NOTES), PaymentRefusal::TreeFull);
		match public {
			PublicPart::Shield { from, amount } => {
				ensure!(Self::can_shield(asset, from, *amount), PaymentRefusal::InsufficientFunds);
			},
			PublicPart::Transfer { fee } => {
				ensure!(Self::can_pay_out(asset, 0, *fee), PaymentRefusal::PoolCannotPay);
			},
			PublicPart::Unshield { to, amount, fee } => {
				ensure!(Self::can_pay_out(asset, *amount, *fee), PaymentRefusal::PoolCannotPay);
				ensure!(
					Self::can_receive(asset, to, *amount),
					PaymentRefusal::RecipientCannotReceive
				);
			},
		}
		Ok(())
	}

	/// What is paid besides notes.
	fn check_terms(
		info: &AssetTerms,
		public: &PublicPart<T::AccountId>,
	) -> Result<(), PaymentRefusal> {
		let paid = match public {
			PublicPart::Shield { amount, .. } => {
				ensure!(*amount > 0, PaymentRefusal::AmountZero);
				return Ok(());
			},
			PublicPart::Transfer { fee } => (PaymentKind::Transfer, *fee),
			PublicPart::Unshield { amount, fee, .. } => {
				ensure!(*amount > 0, PaymentRefusal::AmountZero);
				(PaymentKind::Unshield, *fee)
			},
		};
		let (kind, fee) = paid;
		ensure!(Self::fee_in(kind, info) == Some(fee), PaymentRefusal::WrongFee);
		Ok(())
	}

	/// What can be seen of a payment without the chain's state.
	fn check_form(info: &AssetTerms, payment: &PaymentBody) -> Result<(), PaymentRefusal> {
		Self::check_outputs(info, &payment.outputs)?;
		let mut digests = payment.nullifiers.iter().chain([&payment.root]);
		ensure!(digests.all(is_canonical), PaymentRefusal::NotCanonical);
		let [first, second] = &payment.nullifiers;
		ensure!(first != second, PaymentRefusal::SameNullifiers);
		Ok(())
	}

	/// What can be seen of the notes made without the chain's state.
	pub(crate) fn check_outputs(
		info: &AssetTerms,
		outputs: &[Output; PAYMENT_NOTES],
	) -> Result<(), PaymentRefusal> {
		for Output { ciphertext, .. } in outputs {
			match (&info.auditor, &ciphertext.auditor) {
				(Some(_), None) => return Err(PaymentRefusal::AuditorCiphertextMissing),
				(None, Some(_)) => return Err(PaymentRefusal::AuditorCiphertextUnexpected),
				(Some(_), Some(_)) | (None, None) => {},
			}
		}
		let mut leaves = outputs.iter().map(|output| &output.commitment);
		ensure!(leaves.all(is_canonical), PaymentRefusal::NotCanonical);
		Ok(())
	}

	/// The proof.
	pub(crate) fn check_proof(
		asset: AssetId,
		public: PublicPart<T::AccountId>,
		payment: &PaymentBody,
	) -> Result<(), PaymentRefusal> {
		let statement = Self::statement(asset, public, payment)?;
		ensure!(T::Verifier::verify(&statement, &payment.proof), PaymentRefusal::ProofRejected);
		Ok(())
	}

	/// The statement that the proof must prove. It contains all that the pallet decides on.
	pub(crate) fn statement(
		asset: AssetId,
		public: PublicPart<T::AccountId>,
		payment: &PaymentBody,
	) -> Result<TransferStatement<T::AccountId>, PaymentRefusal> {
		Ok(TransferStatement {
			// Without the hash there is nothing that a proof could be of.
			genesis: T::Genesis::get().ok_or(PaymentRefusal::ProofRejected)?,
			asset,
			root: payment.root,
			nullifiers: payment.nullifiers,
			outputs: payment.commitments(),
			ciphertexts: payment.ciphertexts(),
			public,
		})
	}

	/// A payment into notes, its proof checked.
	pub(crate) fn do_shield(
		from: T::AccountId,
		asset: AssetId,
		amount: u64,
		payment: PaymentBody,
	) -> DispatchResult {
		let first = Self::settle(asset, payment)?;
		Self::take_in(asset, amount, |pool| {
			Self::hand_over(asset, &from, pool, amount, Preservation::Preserve)
		})?;
		Self::charge(&from)?;
		Self::deposit_event(Event::Shielded { who: from, asset, amount, first });
		Ok(())
	}

	/// Spends what a payment spends and keeps what it makes; the position of its first note.
	#[doc(hidden)]
	pub fn settle(asset: AssetId, payment: PaymentBody) -> Result<u32, DispatchError> {
		let commitments = payment.commitments();
		for nullifier in &payment.nullifiers {
			// One at a time: the second of two equal ones is spent.
			ensure!(!Nullifiers::<T>::contains_key(nullifier), Error::<T>::NullifierSpent);
			Nullifiers::<T>::insert(nullifier, ());
		}
		let first = Self::append(&commitments)?;
		let positions = first..;
		for (position, (output, nullifier)) in
			positions.zip(payment.outputs.into_iter().zip(payment.nullifiers))
		{
			let content = NoteContent::Sealed { nullifier, ciphertext: output.ciphertext };
			Self::keep(position, asset, output.commitment, content);
		}
		Ok(first)
	}

	/// Keeps a note for its owner to find.
	#[doc(hidden)]
	pub fn keep(
		position: u32,
		asset: AssetId,
		commitment: meterproof_primitives::Digest,
		content: NoteContent,
	) {
		let block = frame_system::Pallet::<T>::block_number().saturated_into();
		Notes::<T>::insert(position, NoteEntry { commitment, asset, block, content });
	}
}

/// The pool's answer to a refusal. It bans the hash of an invalid transaction for a while, but a
/// root that is unknown here may be known to a node with a newer head, or will soon be.
fn validity_error(refusal: PaymentRefusal) -> TransactionValidityError {
	let code = refusal.code();
	match refusal {
		PaymentRefusal::UnknownRoot => UnknownTransaction::Custom(code).into(),
		_ => InvalidTransaction::Custom(code).into(),
	}
}
