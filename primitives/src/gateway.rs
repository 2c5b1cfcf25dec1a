//! Gateways, which commit for many meters with one root (`docs/roots.md`).

pub use meterproof_statements::roots::{self, GatewayId, Node};

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
