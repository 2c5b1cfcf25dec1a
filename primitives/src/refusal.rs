//! Why something was refused, with one stable number each: `InvalidTransaction::Custom(n)` on
//! chain (`UnknownTransaction::Custom(n)` for `PeriodNotStarted`, which time will cure) and `-(REFUSAL_CODE_BASE + n)` over JSON-RPC (`docs/json-rpc.md`).

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// JSON-RPC error code of a refusal `n` is `-(REFUSAL_CODE_BASE + n)`.
pub const REFUSAL_CODE_BASE: i32 = 33_000;

macro_rules! refusals {
	($( $(#[doc = $doc:literal])+ $name:ident = $code:literal, $text:literal; )+) => {
		/// Why a commitment was refused.
		#[derive(
			Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking,
			MaxEncodedLen, TypeInfo,
		)]
		#[repr(u8)]
		pub enum CommitmentRefusal {
			$( $(#[doc = $doc])+ #[codec(index = $code)] $name = $code, )+
		}

		impl CommitmentRefusal {
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
