//! Gateways, which commit for many meters with one root (`docs/roots.md`).

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

pub use meterproof_statements::roots::{self, GatewayId, Node};

/// A device's place at its gateway: where its commitments stand under the gateway's roots.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Seat {
	/// The gateway that commits for the device.
	pub gateway: GatewayId,
	/// Below [`roots::MAX_SEATS`]. The device's operator chooses it.
	pub seat: u32,
}

/// Why no device can be bound to a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayRefusal {
	/// No gateway has this number.
	UnknownGateway,
	/// The gateway is to go.
	GatewayRetiring,
}

/// Registered gateways; implemented by `pallet-gateways`.
pub trait GatewayBook {
	/// Whether devices can be bound to this gateway.
	fn takes_bindings(gateway: GatewayId) -> Result<(), GatewayRefusal>;
	/// Registers a gateway without a deposit, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn register_any() -> GatewayId;
}
