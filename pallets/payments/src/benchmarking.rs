//! Worst cases: another asset than the chain's own, with an auditor; the longest proof that a call
//! can carry; as many roots as are kept.
//!
//! The prover does not run on chain: the proof in `fixtures` is made by the test
//! `fixtures::write`, and what a call costs besides is measured without one. Calls hash no notes;
//! the block's end does.

use alloc::{boxed::Box, vec, vec::Vec};

use codec::Decode;
use frame::{
	benchmarking::prelude::*,
	traits::{fungibles::Mutate, Hooks},
};
use meterproof_primitives::{
	AssetId, NoteCiphertext, NoteContent, Output, PayNotes, PaymentBody, PaymentKind, PublicPart,
	TransferStatement, VerifyTransfer, MAX_PAYMENT_PROOF_BYTES, NATIVE_ASSET,
};

use crate::{pallet::*, types::*, BenchmarkHelper};

/// A statement and its proof.
const PROOF: &[u8] = include_bytes!("../fixtures/unshield.bin");

/// Where the next two notes stand.
const NEXT: u32 = 3;

/// Nodes that no tree has, but any tree could.
fn frontier() -> FrontierNodes {
	core::array::from_fn(|level| [level as u8; 32])
}

/// A payment of the largest size, which rests on the tree as it is.
fn payment<T: Config>() -> Box<PaymentBody> {
	let ciphertext = NoteCiphertext {
		ephemeral: [5; 32],
		note: [6; 184],
		outgoing: [7; 112],
		auditor: Some([8; 144]),
	};
	let output = |commitment| Output { commitment, ciphertext: ciphertext.clone() };
	let proof = vec![0; MAX_PAYMENT_PROOF_BYTES as usize];
	Box::new(PaymentBody {
		root: Head::<T>::get().root,
		nullifiers: [[1; 32], [2; 32]],
		outputs: [output([3; 32]), output([4; 32])],
		proof: BoundedVec::truncate_from(proof),
	})
}

/// An asset with an auditor, of which the pool and the payer have plenty; the tree has some notes,
/// and the block an author.
fn audited<T: Config>(payer: &T::AccountId) -> Result<AssetId, BenchmarkError> {
	let plenty = u128::from(u64::MAX);
	T::BenchmarkHelper::asset(payer, plenty);
	let asset = T::BenchmarkHelper::asset(&Pallet::<T>::account_id(), plenty);
	Pallet::<T>::do_set_asset(
		asset,
		AssetTerms { fee_rate: FixedU128::one(), auditor: Some([9; 32]) },
	)?;
	Moved::<T>::insert(asset, Totals { shielded: plenty, ..Default::default() });
	NextPosition::<T>::put(NEXT);
	Frontier::<T>::put(frontier());
	T::BenchmarkHelper::author();
	Ok(asset)
}

fn fee<T: Config>(kind: PaymentKind, asset: AssetId) -> Result<u64, BenchmarkError> {
	Pallet::<T>::fee(kind, asset).ok_or(BenchmarkError::Stop("the asset has a fee"))
}

/// Stores as many roots as are kept, so that the next one lets the oldest go.
fn fill_roots<T: Config>() {
	let most = u64::from(T::MaxRoots::get());
	let RootRange { first, .. } = RecentRoots::<T>::get();
	RecentRoots::<T>::put(RootRange { first, next: first.saturating_add(most) });
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// The first note is hashed up to the highest level but one, and no level above the notes is
	/// empty.
	#[benchmark]
	fn on_finalize(n: Linear<1, 128>) {
		fill_roots::<T>();
		let first = i32::MAX as u32;
		Frontier::<T>::put(frontier());
		Head::<T>::mutate(|head| head.notes = first);
		let next = first.saturating_add(n);
		for position in first..next {
			let content = NoteContent::Open { amount: 1, owner: [1; 32], randomness: [2; 32] };
			Pallet::<T>::keep(position, 0, [1; 32], content);
		}
		NextPosition::<T>::put(next);
		let block: BlockNumberFor<T> = T::AnchorPeriod::get().into();
		let oldest = RecentRoots::<T>::get().first;

		#[block]
		{
			Pallet::<T>::on_finalize(block);
		}

		assert_eq!(Anchor::<T>::get().block, block);
		assert_eq!(Anchor::<T>::get().notes, next);
		assert!(!RootNumbers::<T>::contains_key(oldest));
	}

	#[benchmark]
	fn verify_proof() -> Result<(), BenchmarkError> {
		let (statement, proof) = <(TransferStatement<T::AccountId>, Vec<u8>)>::decode(&mut &*PROOF)
			.map_err(|_| BenchmarkError::Stop("the fixture does not decode"))?;
		let accepted;

		#[block]
		{
			accepted = T::Verifier::verify(&statement, &proof);
		}

		assert!(accepted);
		Ok(())
	}

	#[benchmark]
	fn check_transfer() -> Result<(), BenchmarkError> {
		let asset = audited::<T>(&whitelisted_caller())?;
		let public = PublicPart::Transfer { fee: fee::<T>(PaymentKind::Transfer, asset)? };
		let payment = payment::<T>();
		let checked;

		#[block]
		{
			checked = Pallet::<T>::check(asset, &public, &payment);
			assert!(Pallet::<T>::statement(asset, public, &payment).is_ok());
		}

		assert_eq!(checked, Ok(()));
		Ok(())
	}

	#[benchmark]
	fn check_unshield() -> Result<(), BenchmarkError> {
		let asset = audited::<T>(&whitelisted_caller())?;
		let fee = fee::<T>(PaymentKind::Unshield, asset)?;
		let to: T::AccountId = account("recipient", 0, 0);
		let public = PublicPart::Unshield { to, amount: 1_000, fee };
		let payment = payment::<T>();
		let checked;

		#[block]
		{
			checked = Pallet::<T>::check(asset, &public, &payment);
			assert!(Pallet::<T>::statement(asset, public, &payment).is_ok());
		}

		assert_eq!(checked, Ok(()));
		Ok(())
	}

	/// All but the proof.
	#[benchmark]
	fn shield() -> Result<(), BenchmarkError> {
		let from: T::AccountId = account("payer", 0, 0);
		let asset = audited::<T>(&from)?;
		// The state that it leaves is paid for in the chain's own token.
		T::Assets::mint_into(NATIVE_ASSET, &from, 1 << 64)?;
		let amount = 1_000;
		let public = PublicPart::Shield { from: from.clone(), amount };
		let payment = payment::<T>();
		let checked;

		#[block]
		{
			checked = Pallet::<T>::check(asset, &public, &payment);
			assert!(Pallet::<T>::statement(asset, public, &payment).is_ok());
			Pallet::<T>::do_shield(from, asset, amount, *payment)?;
		}

		assert_eq!(checked, Ok(()));
		assert!(Notes::<T>::contains_key(NEXT));
		Ok(())
	}

	#[benchmark]
	fn transfer() -> Result<(), BenchmarkError> {
		let asset = audited::<T>(&whitelisted_caller())?;
		let fee = fee::<T>(PaymentKind::Transfer, asset)?;

		#[extrinsic_call]
		_(RawOrigin::Authorized, asset, fee, payment::<T>());

		assert!(Notes::<T>::contains_key(NEXT));
		Ok(())
	}

	#[benchmark]
	fn unshield() -> Result<(), BenchmarkError> {
		let asset = audited::<T>(&whitelisted_caller())?;
		let fee = fee::<T>(PaymentKind::Unshield, asset)?;
		let to: T::AccountId = account("recipient", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Authorized, asset, to, 1_000, fee, payment::<T>());

		assert!(Notes::<T>::contains_key(NEXT));
		Ok(())
	}

	#[benchmark]
	fn set_asset() -> Result<(), BenchmarkError> {
		let asset = T::BenchmarkHelper::asset(&Pallet::<T>::account_id(), 1_000);
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset, FixedU128::one(), Some([9; 32]));

		assert!(PayableAssets::<T>::contains_key(asset));
		Ok(())
	}

	#[benchmark]
	fn pay() -> Result<(), BenchmarkError> {
		let from: T::AccountId = account("payer", 0, 0);
		let asset = audited::<T>(&from)?;
		NextPosition::<T>::put(1);

		#[block]
		{
			<Pallet<T> as PayNotes<T::AccountId>>::pay(asset, &from, 1_000, [1; 32], [2; 32])?;
		}

		assert!(Notes::<T>::contains_key(1));
		Ok(())
	}
}
