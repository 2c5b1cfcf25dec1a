//! One form of what surrounds a call that no account signs.

use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::traits::Contains;
use scale_info::TypeInfo;
use sp_runtime::{
	impl_tx_ext_default,
	traits::{
		AsSystemOriginSigner, DispatchInfoOf, Implication, TransactionExtension, ValidateResult,
	},
	transaction_validity::{InvalidTransaction, TransactionSource, ValidTransaction},
	Weight,
};

use crate::{Runtime, RuntimeCall, RuntimeOrigin};

type BaseCallFilter = <Runtime as frame_system::Config>::BaseCallFilter;

/// Lets a transaction without a signature pass only if all members that come after this one have
/// their plain value, which is encoded in zeros: no end of its life, nonce 0, no tip, no metadata
/// hash. Nobody signs them, so that whoever passes the transaction on could choose them.
///
/// It stands first: each member of an extension sees those that follow it. What it refuses has no
/// origin (`UnknownOrigin`): none authorised what stands there.
///
/// A call that is closed, as most are in safe mode, is refused here too (`InvalidTransaction::Call`) if
/// nobody signs it: in a block it would fail and pay nothing, any number of times.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo,
)]
pub struct CheckPlainIfUnsigned;

impl TransactionExtension<RuntimeCall> for CheckPlainIfUnsigned {
	const IDENTIFIER: &'static str = "CheckPlainIfUnsigned";
	type Implicit = ();
	type Val = ();
	type Pre = ();

	/// The check weighs nothing: it compares four bytes, and asks whether safe mode is entered, which the block
	/// has read already when it began.
	fn weight(&self, _: &RuntimeCall) -> Weight {
		Weight::zero()
	}

	fn validate(
		&self,
		origin: RuntimeOrigin,
		call: &RuntimeCall,
		_info: &DispatchInfoOf<RuntimeCall>,
		_len: usize,
		_implicit: (),
		following: &impl Implication,
		_source: TransactionSource,
	) -> ValidateResult<(), RuntimeCall> {
		let is_signed = origin.as_system_origin_signer().is_some();
		if !is_signed && !BaseCallFilter::contains(call) {
			return Err(InvalidTransaction::Call.into());
		}
		let is_plain = || following.parts().explicit.encode().iter().all(|byte| *byte == 0);
		if is_signed || is_plain() {
			Ok((ValidTransaction::default(), (), origin))
		} else {
			Err(InvalidTransaction::UnknownOrigin.into())
		}
	}

	impl_tx_ext_default!(RuntimeCall; prepare);
}
