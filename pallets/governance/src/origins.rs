//! The origins that referenda grant besides root.

use core::marker::PhantomData;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame::prelude::{EnsureOrigin, Get};
use scale_info::TypeInfo;

/// What a referendum that is no root's may do.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Origin {
	/// Dispatches, with root's rights, a call that the technical collective has put on the whitelist.
	#[codec(index = 0)]
	WhitelistedCaller,
	/// Appoints and removes registrars, takes their bonds, and sets what a zone and the exchange go by.
	#[codec(index = 1)]
	ExchangeAdmin,
	/// Cancels slashes of validators, and says how small their set may be.
	#[codec(index = 2)]
	ValidatorsAdmin,
	/// Spends from the treasury, up to a limit.
	#[codec(index = 3)]
	Treasurer,
}

/// [`Origin::WhitelistedCaller`] as a type.
pub struct WhitelistedCaller;

impl Get<Origin> for WhitelistedCaller {
	fn get() -> Origin {
		Origin::WhitelistedCaller
	}
}

/// [`Origin::ExchangeAdmin`] as a type.
pub struct ExchangeAdmin;

impl Get<Origin> for ExchangeAdmin {
	fn get() -> Origin {
		Origin::ExchangeAdmin
	}
}

/// [`Origin::ValidatorsAdmin`] as a type.
pub struct ValidatorsAdmin;

impl Get<Origin> for ValidatorsAdmin {
	fn get() -> Origin {
		Origin::ValidatorsAdmin
	}
}

/// [`Origin::Treasurer`] as a type.
pub struct Treasurer;

impl Get<Origin> for Treasurer {
	fn get() -> Origin {
		Origin::Treasurer
	}
}

/// A referendum has granted just this origin.
pub struct Granted<By>(PhantomData<By>);

impl<O, By> EnsureOrigin<O> for Granted<By>
where
	O: Into<Result<Origin, O>> + From<Origin>,
	By: Get<Origin>,
{
	type Success = ();

	fn try_origin(origin: O) -> Result<(), O> {
		match origin.into()? {
			granted if granted == By::get() => Ok(()),
			other => Err(other.into()),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<O, ()> {
		Ok(By::get().into())
	}
}
