//! Identifiers and amounts.

pub use meterproof_statements::{
	is_canonical, AssetId, Commitment, DeviceId, Digest, Direction, Directions, Evidence, GroupId,
	NoteOwner, PeriodIndex, Quantity, Resource, TradeId, ZoneId, NATIVE_ASSET,
};

/// Number of an era of validators.
pub type EraIndex = u32;

/// Milliseconds since the Unix epoch.
pub type UnixMillis = u64;

/// A device's Ed25519 public key (RFC 8032).
pub type DeviceKey = [u8; 32];

/// A device's Ed25519 signature (RFC 8032).
pub type DeviceSignature = [u8; 64];

/// Claims and cumulative claims stay below this, far from the field's modulus.
pub const MAX_CLAIM: Quantity = meterproof_statements::MAX_QUANTITY;
