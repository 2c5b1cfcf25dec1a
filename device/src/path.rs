//! Whether a gateway has put a commitment under its root (`docs/roots.md`).

use meterproof_statements::roots;
use sha2::{Digest, Sha256};

use crate::message::Slot;

/// Where a gateway's tree has the commitment of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
	/// The gateway's number.
	pub gateway: u32,
	/// The device's seat at the gateway: its operator's word, and not the gateway's.
	pub seat: u32,
	/// Height of the tree, 1 to 17.
	pub depth: u8,
}

/// The root that `commitment` and its path lead to: to be compared with the one that a final block has
/// of the gateway and period (`gateways_root`). If they are equal the commitment is counted, whatever
/// the gateway does from then on; if not, the meter sends it by itself before the cut-off.
///
/// The path's nodes are read one after another, lowest first, and as many as the tree is high; `None`
/// where there are more or fewer, or no tree of this height has the seat.
pub fn root_of_path(
	slot: &Slot,
	at: &Seat,
	commitment: &[u8; 32],
	path: impl IntoIterator<Item = [u8; 32]>,
) -> Option<[u8; 32]> {
	let mut place = roots::place(slot.direction, at.seat, at.depth)?;
	let mut node = roots::leaf_hash(sha256, slot.device, slot.direction, commitment);
	let mut path = path.into_iter();
	for _ in 0..at.depth {
		let beside = path.next()?;
		node = match place & 1 {
			0 => roots::inner_hash(sha256, &node, &beside),
			_ => roots::inner_hash(sha256, &beside, &node),
		};
		place >>= 1;
	}
	if path.next().is_some() {
		return None;
	}
	Some(roots::root_hash(sha256, &slot.genesis, at.gateway, slot.period, at.depth, &node))
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
	Sha256::digest(bytes).into()
}
