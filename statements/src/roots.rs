//! What a gateway commits to in one period: a tree of SHA-256 over the commitments of its meters, byte for
//! byte, and what leads from some of its leaves to its root (`docs/roots.md`).
//!
//! Every preimage has a length of its own and a first byte that no other one has, so that no leaf is an inner
//! node and neither is a root. The root binds chain, gateway, period and depth. A leaf has a place, not an
//! order: nobody can have two of them for one register.
//!
//! The hash is a parameter: a runtime takes its host's, a meter its own.
//!
//! ```
//! use meterproof_statements::{roots::{climb, leaf_hash, place, Tree}, Direction};
//!
//! # fn sha256(bytes: &[u8]) -> [u8; 32] { use sha2::Digest; sha2::Sha256::digest(bytes).into() }
//! let at = |seat| place(Direction::Export, seat, 3).unwrap();
//! let leaf = |device| leaf_hash(sha256, device, Direction::Export, &[device as u8; 32]);
//! let leaves = [(at(0), leaf(7)), (at(1), leaf(8)), (at(3), leaf(9))];
//! let tree = Tree::new(sha256, 3, leaves).unwrap();
//! // The path of one leaf is what opens it.
//! let path = tree.nodes(&[at(1)]).unwrap();
//! assert_eq!(path.len(), 3);
//! assert_eq!(climb(sha256, 3, &leaves[1..2], &path), Some(tree.top()));
//! ```

use alloc::{collections::btree_map::BTreeMap, vec, vec::Vec};

use crate::{Commitment, DeviceId, Direction, GenesisHash, PeriodIndex};

/// A gateway; numbered from 0 in order of registration.
pub type GatewayId = u32;

/// 32 bytes of SHA-256, or [`EMPTY`].
pub type Node = [u8; 32];

/// SHA-256 (FIPS 180-4).
pub type Sha256 = fn(&[u8]) -> Node;

/// A place where nothing stands. What is above empty places is hashed like all else.
pub const EMPTY: Node = [0; 32];

/// The deepest tree: two registers of each seat.
pub const MAX_DEPTH: u8 = 17;

/// Seats of a gateway: a seat's number is below this.
pub const MAX_SEATS: u32 = 65_536;

/// Domain tag of a root.
pub const ROOT_TAG: &[u8; 18] = b"meterproof:root:v1";

/// First byte of a leaf's preimage.
const LEAF: u8 = 0;

/// First byte of an inner node's preimage.
const INNER: u8 = 1;

/// Lengths of the three preimages, in bytes.
const LEAF_BYTES: usize = 38;
const INNER_BYTES: usize = 65;
const ROOT_BYTES: usize = 95;

/// Where the leaf of a register stands in a tree of this depth: imports in the left half, exports in the right
/// one. `None` where the depth is none or the seat does not fit.
pub fn place(direction: Direction, seat: u32, depth: u8) -> Option<u32> {
	if depth > MAX_DEPTH {
		return None;
	}
	let half = 1u32.checked_shl(u32::from(depth.checked_sub(1)?))?;
	if seat >= half {
		return None;
	}
	match direction {
		Direction::Import => Some(seat),
		Direction::Export => half.checked_add(seat),
	}
}

/// `0x00 || device 4 || direction 1 || commitment 32`.
pub fn leaf_hash(
	sha256: Sha256,
	device: DeviceId,
	direction: Direction,
	commitment: &Commitment,
) -> Node {
	let bytes = [LEAF]
		.into_iter()
		.chain(device.to_le_bytes())
		.chain([direction.number()])
		.chain(*commitment);
	sha256(&collected::<LEAF_BYTES>(bytes))
}

/// `0x01 || left 32 || right 32`.
pub fn inner_hash(sha256: Sha256, left: &Node, right: &Node) -> Node {
	let bytes = [INNER].into_iter().chain(*left).chain(*right);
	sha256(&collected::<INNER_BYTES>(bytes))
}

/// The tag, then `genesis 32 || gateway 4 || period 8 || depth 1 || top node 32`.
pub fn root_hash(
	sha256: Sha256,
	genesis: &GenesisHash,
	gateway: GatewayId,
	period: PeriodIndex,
	depth: u8,
	top: &Node,
) -> Node {
	let bytes = ROOT_TAG
		.iter()
		.chain(genesis)
		.copied()
		.chain(gateway.to_le_bytes())
		.chain(period.to_le_bytes())
		.chain([depth])
		.chain(*top);
	sha256(&collected::<ROOT_BYTES>(bytes))
}

/// The top node that some leaves lead to: (place, hash), in strictly increasing order of place. At each height,
/// from left to right, two neighbours are joined, and each other node with the next one of `nodes`. `None` where
/// the leaves are no such list, or nodes are missing or left over.
///
/// It hashes one node less than there are leaves and nodes together.
pub fn climb(sha256: Sha256, depth: u8, leaves: &[(u32, Node)], nodes: &[Node]) -> Option<Node> {
	if !are_places(depth, leaves.iter().map(|(place, _)| *place)) {
		return None;
	}
	let mut row = leaves.to_vec();
	let mut nodes = nodes.iter();
	for _ in 0..depth {
		let mut above = Vec::with_capacity(row.len());
		let mut rest = row.iter().peekable();
		while let Some((place, hash)) = rest.next() {
			let is_left = place & 1 == 0;
			let joined = match rest.next_if(|(next, _)| is_left && *next == place | 1) {
				Some((_, right)) => inner_hash(sha256, hash, right),
				None if is_left => inner_hash(sha256, hash, nodes.next()?),
				None => inner_hash(sha256, nodes.next()?, hash),
			};
			above.push((place >> 1, joined));
		}
		row = above;
	}
	match (row.as_slice(), nodes.next()) {
		([(_, top)], None) => Some(*top),
		_ => None,
	}
}

/// A gateway's tree, with what opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
	/// The nodes that are above a leaf, by place, from the leaves up.
	rows: Vec<BTreeMap<u32, Node>>,
	/// What stands at a place that is above no leaf, from the leaves up.
	empty: Vec<Node>,
}

impl Tree {
	/// The tree of these leaves: (place, hash). `None` where the depth is none, a place does not fit it, or two
	/// leaves have one place.
	pub fn new(
		sha256: Sha256,
		depth: u8,
		leaves: impl IntoIterator<Item = (u32, Node)>,
	) -> Option<Self> {
		let mut row = BTreeMap::new();
		for (place, hash) in leaves {
			if row.insert(place, hash).is_some() {
				return None;
			}
		}
		if !(1..=MAX_DEPTH).contains(&depth) || !fit(depth, row.keys().copied()) {
			return None;
		}
		let mut tree = Self { rows: vec![row], empty: vec![EMPTY] };
		for _ in 0..depth {
			let (row, empty) = (tree.rows.last()?, tree.empty.last()?);
			let at = |place: u32| row.get(&place).unwrap_or(empty);
			let above = row
				.keys()
				.map(|place| place >> 1)
				.map(|place| (place, inner_hash(sha256, at(place << 1), at((place << 1) | 1))))
				.collect();
			let empty = inner_hash(sha256, empty, empty);
			tree.rows.push(above);
			tree.empty.push(empty);
		}
		Some(tree)
	}

	/// The node above all places.
	pub fn top(&self) -> Node {
		let top = self.rows.last().and_then(|row| row.get(&0));
		top.or(self.empty.last()).copied().unwrap_or(EMPTY)
	}

	/// What leads from the leaves at these places, which strictly increase, to the top: the `nodes` of [`climb`].
	/// For one place it is that leaf's path, lowest first. `None` where the places are no such list.
	pub fn nodes(&self, places: &[u32]) -> Option<Vec<Node>> {
		let depth = u8::try_from(self.rows.len().checked_sub(1)?).ok()?;
		if !are_places(depth, places.iter().copied()) {
			return None;
		}
		let mut nodes = Vec::new();
		let mut places = places.to_vec();
		for (row, empty) in self.rows.iter().zip(&self.empty).take(depth.into()) {
			let mut above = Vec::with_capacity(places.len());
			let mut rest = places.iter().copied().peekable();
			while let Some(place) = rest.next() {
				let other = place ^ 1;
				if rest.next_if(|next| place & 1 == 0 && *next == other).is_none() {
					nodes.push(*row.get(&other).unwrap_or(empty));
				}
				above.push(place >> 1);
			}
			places = above;
		}
		Some(nodes)
	}
}

/// Whether these are places of a tree of this depth, at least one, in strictly increasing order.
fn are_places(depth: u8, places: impl Iterator<Item = u32> + Clone) -> bool {
	let mut pairs = places.clone().zip(places.clone().skip(1));
	(1..=MAX_DEPTH).contains(&depth)
		&& places.clone().next().is_some()
		&& pairs.all(|(one, next)| one < next)
		&& fit(depth, places)
}

fn fit(depth: u8, mut places: impl Iterator<Item = u32>) -> bool {
	let count = 1u32.checked_shl(depth.into()).unwrap_or(0);
	places.all(|place| place < count)
}

/// So many bytes; what is missing is zero.
fn collected<const N: usize>(bytes: impl Iterator<Item = u8>) -> [u8; N] {
	let mut collected = [0; N];
	for (cell, byte) in collected.iter_mut().zip(bytes) {
		*cell = byte;
	}
	collected
}

#[cfg(test)]
mod tests;
