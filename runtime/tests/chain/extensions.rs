//! What surrounds transactions, and what it leaves open.

use codec::{Decode, Encode};
use frame_system::RawOrigin;
use meterproof_primitives::{CommitmentRefusal, Direction};
use meterproof_runtime::{
	authorized, plain::CheckPlainIfUnsigned, Executive, Runtime, RuntimeCall, TxExtension,
	UncheckedExtrinsic,
};
use sp_runtime::{
	generic::Era,
	traits::Dispatchable,
	transaction_validity::{
		InvalidTransaction, TransactionSource, TransactionValidityError, UnknownTransaction,
	},
	BuildStorage,
};

/// First byte of a general transaction of format 5.
const GENERAL: u8 = 0b0100_0101;

/// A commitment of a meter that is not registered.
fn commitment() -> RuntimeCall {
	RuntimeCall::Metering(pallet_metering::Call::commit {
		device: 7,
		period: 1,
		direction: Direction::Export,
		commitment: [1; 32],
		signature: [2; 64],
	})
}

/// The extension with the members that a signer chooses.
fn extension(era: Era, nonce: u32, tip: u128, metadata_hash: bool) -> TxExtension {
	(
		CheckPlainIfUnsigned,
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(era),
		frame_system::CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(tip),
		frame_metadata_hash_extension::CheckMetadataHash::new(metadata_hash),
		frame_system::WeightReclaim::new(),
	)
}

/// Why the pool would refuse it.
fn refusal(transaction: UncheckedExtrinsic) -> TransactionValidityError {
	let storage = frame_system::GenesisConfig::<Runtime>::default().build_storage().unwrap();
	sp_io::TestExternalities::new(storage).execute_with(|| {
		let parent = frame_system::Pallet::<Runtime>::parent_hash();
		let source = TransactionSource::External;
		Executive::validate_transaction(source, transaction, parent).unwrap_err()
	})
}

#[test]
fn nothing_can_be_varied_around_a_call_that_no_account_signs() {
	let unknown_origin = TransactionValidityError::Invalid(InvalidTransaction::UnknownOrigin);
	// The call itself is looked at in the plain form: its period has not begun.
	let not_begun = UnknownTransaction::Custom(CommitmentRefusal::PeriodNotStarted.code());
	let not_begun = TransactionValidityError::Unknown(not_begun);
	let plain = extension(Era::Immortal, 0, 0, false);
	assert_eq!(authorized(commitment()), UncheckedExtrinsic::new_transaction(commitment(), plain));
	assert_eq!(refusal(authorized(commitment())), not_begun);
	for varied in [
		extension(Era::mortal(64, 0), 0, 0, false),
		extension(Era::Immortal, 1, 0, false),
		extension(Era::Immortal, 0, 1, false),
	] {
		let transaction = UncheckedExtrinsic::new_transaction(commitment(), varied);
		assert_eq!(refusal(transaction.clone()), unknown_origin, "{transaction:?}");
	}
	// This build knows no hash of its metadata, which is what is asked for first.
	let hashed = extension(Era::Immortal, 0, 0, true);
	let unknown_hash = TransactionValidityError::Unknown(UnknownTransaction::CannotLookup);
	let transaction = UncheckedExtrinsic::new_transaction(commitment(), hashed);
	assert_eq!(refusal(transaction), unknown_hash);
	// A call that nothing but an account authorises is refused in the plain form as well.
	let remark = RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
	assert_eq!(refusal(authorized(remark)), unknown_origin);
}

#[test]
fn the_plain_form_is_four_zeros_and_has_one_encoding() {
	let call = commitment().encode();
	let plain = [vec![GENERAL, 0, 0, 0, 0, 0], call.clone()].concat().encode();
	assert_eq!(authorized(commitment()).encode(), plain);
	// Zero as a compact number of two, four or more bytes, for nonce and tip.
	for zero in [&[0x01, 0][..], &[0x02, 0, 0, 0], &[0x03, 0, 0, 0, 0]] {
		for (before, after) in [(1, 2), (2, 1)] {
			let head = [vec![GENERAL, 0], vec![0; before], zero.to_vec(), vec![0; after]].concat();
			let longer = [head, call.clone()].concat().encode();
			assert!(UncheckedExtrinsic::decode(&mut &longer[..]).is_err(), "{zero:?}");
		}
	}
	let other_version = [vec![GENERAL, 1, 0, 0, 0, 0], call].concat().encode();
	assert!(UncheckedExtrinsic::decode(&mut &other_version[..]).is_err());
}

#[test]
fn a_commitment_cannot_be_signed_for_by_an_account() {
	let storage = frame_system::GenesisConfig::<Runtime>::default().build_storage().unwrap();
	sp_io::TestExternalities::new(storage).execute_with(|| {
		let origin = RawOrigin::Signed([1; 32].into()).into();
		let error = commitment().dispatch(origin).unwrap_err().error;
		assert_eq!(error, sp_runtime::DispatchError::BadOrigin);
	});
}
