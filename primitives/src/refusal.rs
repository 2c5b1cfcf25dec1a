//! Why something was refused, with one stable number each: `InvalidTransaction::Custom(n)` on
//! chain (`UnknownTransaction::Custom(n)` for `PeriodNotStarted`, which time will cure) and `-(REFUSAL_CODE_BASE + n)` over JSON-RPC (`docs/json-rpc.md`).

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// JSON-RPC error code of a refusal `n` is `-(REFUSAL_CODE_BASE + n)`.
pub const REFUSAL_CODE_BASE: i32 = 33_000;

macro_rules! refusals {
	(
		$(#[doc = $about:literal])+ $enum:ident:
		$( $(#[doc = $doc:literal])+ $name:ident = $code:literal, $text:literal; )+
	) => {
		$(#[doc = $about])+
		#[derive(
			Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking,
			MaxEncodedLen, TypeInfo,
		)]
		#[repr(u8)]
		pub enum $enum {
			$( $(#[doc = $doc])+ #[codec(index = $code)] $name = $code, )+
		}

		impl $enum {
			/// Every refusal.
			pub const ALL: &'static [Self] = &[$(Self::$name),+];

			/// Stable number: of `InvalidTransaction::Custom`, or `UnknownTransaction::Custom`.
			pub const fn code(self) -> u8 {
				self as u8
			}

			/// Stable name, as JSON-RPC gives it.
			pub const fn name(self) -> &'static str {
				match self { $(Self::$name => stringify!($name)),+ }
			}

			/// What is wrong and what to do, for a person.
			pub const fn text(self) -> &'static str {
				match self { $(Self::$name => $text),+ }
			}

			/// The refusal with this number.
			pub const fn from_code(code: u8) -> Option<Self> {
				match code { $($code => Some(Self::$name),)+ _ => None }
			}
		}
	};
}

refusals! {
	/// Why a commitment was refused.
	CommitmentRefusal:
	/// The period has not started.
	PeriodNotStarted = 1, "the period has not started; commit once it has ended";
	/// The cut-off has passed.
	CutOffPassed = 2, "the cut-off for commitments of this period has passed";
	/// No such device.
	UnknownDevice = 3, "no device has this id";
	/// The device is not attested for this period.
	DeviceNotAttested = 4, "the device is not attested for this period; ask a registrar of its zone";
	/// The device is suspended in this period.
	DeviceSuspended = 5, "the device is suspended in this period";
	/// The device is retired in this period.
	DeviceRetired = 6, "the device is retired";
	/// The device has no such register.
	DirectionNotMetered = 7, "the device has no register for this direction";
	/// Another commitment stands for this device, direction and period.
	AlreadyCommitted = 8, "another commitment already stands for this device, direction and period";
	/// A word of the commitment is not below the field modulus.
	CommitmentNotCanonical = 9, "the commitment is not four little-endian words below 2^64 - 2^32 + 1";
	/// The signature is not the device's over this message and chain.
	BadSignature = 10, "the signature does not match the device's key, this chain and this message";
	/// The group has as many commitments as it can hold.
	GroupFull = 11, "the group holds as many commitments as it can in one period";
}

// From 32 on, so that a number alone tells what was refused.
refusals! {
	/// Why a payment out of or between notes was refused.
	PaymentRefusal:
	/// No such asset can be paid with.
	UnknownAsset = 32, "this asset cannot be paid with here";
	/// Nothing would enter or leave the pool.
	AmountZero = 33, "the amount is zero";
	/// The fee is not the one all payments of this kind pay.
	WrongFee = 34, "the fee is not what payments of this kind cost; ask for it again";
	/// A digest is not in its one form.
	NotCanonical = 35, "a digest of the payment is not four little-endian words below 2^64 - 2^32 + 1";
	/// One note would be spent twice.
	SameNullifiers = 36, "the payment spends one note twice";
	/// The asset's auditor could not read the notes.
	AuditorCiphertextMissing = 37, "this asset wants each note readable by its auditor";
	/// The asset has no auditor.
	AuditorCiphertextUnexpected = 38, "this asset has no auditor to encrypt to";
	/// The root never was, or is too old.
	UnknownRoot = 39, "the payment rests on a tree of notes that is unknown here or too old; make it again on the anchor";
	/// A note was spent before.
	NullifierSpent = 40, "a note of this payment is spent already";
	/// There is no room for two more notes.
	TreeFull = 41, "the tree of notes is full";
	/// The account cannot take the amount.
	RecipientCannotReceive = 42, "the receiving account cannot take this amount: below the existential deposit, or blocked";
	/// More would leave the pool than entered, or its asset is frozen.
	PoolCannotPay = 43, "the pool cannot pay this out";
	/// The proof does not prove the payment.
	ProofRejected = 44, "the proof does not prove this payment on this chain";
	/// The account has too little.
	InsufficientFunds = 45, "the account does not have this amount free, or would not keep its existential deposit";
	/// The transaction is not a payment.
	NotAPayment = 46, "the transaction is not a payment";
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_number_means_one_refusal() {
		for refusal in PaymentRefusal::ALL {
			assert_eq!(CommitmentRefusal::from_code(refusal.code()), None);
			assert_eq!(PaymentRefusal::from_code(refusal.code()), Some(*refusal));
		}
		for refusal in CommitmentRefusal::ALL {
			assert_eq!(PaymentRefusal::from_code(refusal.code()), None);
			assert_eq!(CommitmentRefusal::from_code(refusal.code()), Some(*refusal));
		}
	}
}
