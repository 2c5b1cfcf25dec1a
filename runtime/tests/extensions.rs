//! What surrounds transactions, and what it leaves open.

use codec::{Decode, Encode};
use frame_system::RawOrigin;
use meterproof_primitives::{CommitmentRefusal, Direction};
use meterproof_runtime::{
	authorized, Executive, Runtime, RuntimeCall, TxExtension, UncheckedExtrinsic,
	AUTHORIZED_VERSION,
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

/// The extension of a signed transaction, with the members that its signer chooses.
fn version_0(nonce: u32, tip: u128) -> TxExtension {
	(
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(Era::Immortal),
		frame_system::CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(tip),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
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
fn an_authorised_call_is_all_that_its_transaction_has() {
	let (call, transaction) = (commitment(), authorized(commitment()));
	let body = [vec![GENERAL, AUTHORIZED_VERSION], call.encode()].concat();
	assert_eq!(transaction.encode(), body.encode());
	assert_eq!(UncheckedExtrinsic::decode(&mut &transaction.encode()[..]).unwrap(), transaction);
	// Nothing can be put between version and call, nor behind the call.
	for place in [2, body.len()] {
		let mut longer = body.clone();
		longer.insert(place, 0);
		assert!(UncheckedExtrinsic::decode(&mut &longer.encode()[..]).is_err(), "{place}");
	}
}

#[test]
fn authorised_calls_have_one_extension_version() {
	let unknown_origin = TransactionValidityError::Invalid(InvalidTransaction::UnknownOrigin);
	for (nonce, tip) in [(0, 0), (1, 0), (0, 1)] {
		let variant = UncheckedExtrinsic::new_transaction(commitment(), version_0(nonce, tip));
		assert_eq!(refusal(variant), unknown_origin, "nonce {nonce}, tip {tip}");
	}
	// In its own version the call itself is looked at: its period has not begun.
	let not_begun = UnknownTransaction::Custom(CommitmentRefusal::PeriodNotStarted.code());
	let not_begun = TransactionValidityError::Unknown(not_begun);
	assert_eq!(refusal(authorized(commitment())), not_begun);
	// A call that nothing but an account authorises has no place in it.
	let remark = RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
	assert_eq!(refusal(authorized(remark)), unknown_origin);
	let body = [vec![GENERAL, AUTHORIZED_VERSION + 1], commitment().encode()].concat();
	assert!(UncheckedExtrinsic::decode(&mut &body.encode()[..]).is_err(), "no such version");
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
