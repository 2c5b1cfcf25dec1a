//! What a meter signs, byte for byte. A meter builds the same message without SCALE
//! (`docs/device-protocol.md`).

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{Commitment, DeviceId, DeviceSignature, Direction, PeriodIndex};

pub use meterproof_statements::requests::CommitmentItem;

/// Domain tag of the message a meter signs.
pub const COMMITMENT_TAG: &[u8; 20] = b"meterproof:commit:v1";

/// What the tags begin with that a commitment without a fee has in the transaction pool.
pub const COMMITMENT_POOL_TAG: &str = "MeterproofCommitment";

/// Length of the message a meter signs, in bytes.
pub const COMMITMENT_MESSAGE_LENGTH: usize = 97;

/// A signed commitment as it travels.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SignedCommitment {
	/// The meter.
	pub device: DeviceId,
	/// The period the reading belongs to.
	pub period: PeriodIndex,
	/// The register.
	pub direction: Direction,
	/// Hides the reading.
	pub commitment: Commitment,
	/// Ed25519 over [`commitment_message`].
	pub signature: DeviceSignature,
}

/// tag (20) || genesis hash (32) || device LE (4) || period LE (8) || direction (1) ||
/// commitment (32).
pub fn commitment_message(
	genesis: &[u8; 32],
	item: &SignedCommitment,
) -> [u8; COMMITMENT_MESSAGE_LENGTH] {
	let mut message = [0u8; COMMITMENT_MESSAGE_LENGTH];
	let bytes = COMMITMENT_TAG
		.iter()
		.chain(genesis)
		.copied()
		.chain(item.device.to_le_bytes())
		.chain(item.period.to_le_bytes())
		.chain(core::iter::once(item.direction as u8))
		.chain(item.commitment);
	for (cell, byte) in message.iter_mut().zip(bytes) {
		*cell = byte;
	}
	message
}
