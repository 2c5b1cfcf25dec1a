//! Blocks, and what is put into them without an account.

use frame::{
	deps::{frame_system, sp_runtime::generic::CheckedExtrinsic},
	testing_prelude::*,
	traits::{Applyable, Checkable, OnFinalize, OnInitialize},
};
use meterproof_primitives::UnixMillis;

use crate::*;

/// Ends the block without idle work and opens the next one at `now`.
pub fn next_block_at(now: UnixMillis) {
	let block = System::block_number();
	AllPalletsWithSystem::on_finalize(block);
	System::set_block_number(block + 1);
	AllPalletsWithSystem::on_initialize(block + 1);
	Timestamp::set_timestamp(now);
}

/// Makes `count` whole blocks at a time, without idle work.
pub fn blocks_at(now: UnixMillis, count: u32) {
	for _ in 0..count {
		let block = System::block_number() + 1;
		System::set_block_number(block);
		<Metering as Hooks<_>>::on_initialize(block);
		Timestamp::set_timestamp(now);
		<Metering as Hooks<_>>::on_finalize(block);
		<Payments as Hooks<_>>::on_finalize(block);
	}
}

/// The transaction that carries a call which authorises itself.
pub fn transaction(call: impl Into<RuntimeCall>) -> Extrinsic {
	let extension = (frame_system::AuthorizeCall::<Test>::new(),);
	Extrinsic::new_transaction(call.into(), extension)
}

/// What the pool says of a call as a transaction without an account.
pub fn validate(call: impl Into<RuntimeCall>) -> TransactionValidity {
	let transaction = transaction(call);
	let info = transaction.get_dispatch_info();
	let length = transaction.encoded_size();
	checked(transaction).validate::<Test>(TransactionSource::External, &info, length)
}

/// Puts a call into the block as a transaction without an account: authorised, then dispatched.
pub fn apply(call: impl Into<RuntimeCall>) -> ApplyExtrinsicResult {
	let transaction = transaction(call);
	let info = transaction.get_dispatch_info();
	let length = transaction.encoded_size();
	checked(transaction)
		.apply::<Test>(&info, length)
		.map(|result| result.map(|_| ()).map_err(|error| error.error))
}

fn checked(transaction: Extrinsic) -> CheckedExtrinsic<AccountId, RuntimeCall, Extension> {
	transaction
		.check(&frame_system::ChainContext::<Test>::default())
		.expect("it carries no signature of an account")
}
