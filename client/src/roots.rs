//! What a gateway has put under a root, in a file: enough to give meters their paths and to open any leaf.
//! Nothing in it is secret: it is what meters send.

use std::{fs, path::Path};

use meterproof_statements::roots::{
	climb, leaf_hash, place, root_hash, Node, Tree, MAX_DEPTH, MAX_SEATS,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
	error::{file, Error, Result},
	proof::{parse_bytes, parse_hash},
	rpc::show,
	store::files,
	types::Direction,
};

/// A root with its leaves.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RootFile {
	/// Hash of block 0: the chain it is for.
	pub genesis: String,
	/// The gateway's number.
	pub gateway: u32,
	/// The period of every commitment.
	pub period: u64,
	/// Height of the tree.
	pub depth: u8,
	/// What the gateway posts, 0x and hex.
	pub root: String,
	/// What is under it, in order of place.
	pub leaves: Vec<RootLeaf>,
}

/// A commitment under a root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RootLeaf {
	/// The device.
	pub device: u32,
	/// The device's seat at the gateway.
	pub seat: u32,
	/// The register.
	pub direction: Direction,
	/// 0x and hex.
	pub commitment: String,
	/// The device's, 0x and hex.
	pub signature: String,
}

/// Leaves with what leads to a root, as a settlement brings them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RootOpening {
	/// The gateway's number.
	pub gateway: u32,
	/// Height of the tree.
	pub depth: u8,
	/// What is opened, in order of place.
	pub leaves: Vec<RootLeaf>,
	/// What leads to the root, 0x and hex each.
	pub nodes: Vec<String>,
}

/// A leaf's way to a root: who has it needs the gateway no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LeafPath {
	/// Hash of block 0: the chain it is for.
	pub genesis: String,
	/// The period.
	pub period: u64,
	/// The leaf alone.
	pub opening: RootOpening,
}

fn sha256(bytes: &[u8]) -> Node {
	Sha256::digest(bytes).into()
}

fn bad(what: impl std::fmt::Display) -> Error {
	Error::new("BadRootFile", format!("not what a gateway puts under a root: {what}"))
}

/// The height of the lowest tree that has this seat.
fn depth_for(seat: u32) -> u8 {
	let bits = u32::BITS.saturating_sub(seat.leading_zeros());
	u8::try_from(bits.saturating_add(1)).unwrap_or(u8::MAX)
}

impl RootLeaf {
	/// The leaf's place and hash in a tree of this height.
	fn placed(&self, depth: u8) -> Result<(u32, Node)> {
		let at =
			place(self.direction, self.seat, depth).ok_or_else(|| bad("a seat is too high"))?;
		let commitment = parse_hash(&self.commitment)?;
		Ok((at, leaf_hash(sha256, self.device, self.direction, &commitment)))
	}

	/// The signature's bytes.
	pub fn signature(&self) -> Result<[u8; 64]> {
		let bytes = parse_bytes(&self.signature)?;
		bytes.try_into().map_err(|_| bad("a signature has not 64 bytes"))
	}
}

impl RootFile {
	/// What a gateway posts of these commitments.
	///
	/// # Errors
	///
	/// `BadRootFile`: there is none, two have one place, or a seat or a text is none.
	pub fn of(
		genesis: [u8; 32],
		(gateway, period): (u32, u64),
		mut leaves: Vec<RootLeaf>,
	) -> Result<Self> {
		let highest =
			leaves.iter().map(|leaf| leaf.seat).max().ok_or_else(|| bad("it is empty"))?;
		if highest >= MAX_SEATS {
			return Err(bad("a seat is too high"));
		}
		leaves.sort_by_key(|leaf| (leaf.direction, leaf.seat));
		let depth = depth_for(highest);
		let (genesis, root) = (show(&genesis), String::new());
		let mut made = Self { genesis, gateway, period, depth, root, leaves };
		made.root = show(&made.computed_root()?);
		Ok(made)
	}

	/// Reads a file, and computes its root again.
	pub fn read(path: &Path) -> Result<Self> {
		let text = fs::read(path).map_err(|error| file("cannot read", path, &error))?;
		let read: Self = serde_json::from_slice(&text)
			.map_err(|error| bad(format!("{}: {error}", path.display())))?;
		if parse_hash(&read.root)? != read.computed_root()? {
			return Err(bad(format!("{}: its root is another", path.display())));
		}
		Ok(read)
	}

	/// Writes a file, whole or not at all.
	pub fn write(&self, path: &Path) -> Result<()> {
		let text = serde_json::to_vec(self).map_err(bad)?;
		files::replace(path, &text).map(drop)
	}

	/// What opens the leaves that are wanted; `None` if none is.
	pub fn open(&self, wanted: impl Fn(&RootLeaf) -> bool) -> Result<Option<RootOpening>> {
		let leaves: Vec<_> = self.leaves.iter().filter(|leaf| wanted(leaf)).cloned().collect();
		if leaves.is_empty() {
			return Ok(None);
		}
		let places = leaves.iter().map(|leaf| Ok(leaf.placed(self.depth)?.0));
		let places = places.collect::<Result<Vec<_>>>()?;
		let nodes = self.tree()?.nodes(&places).ok_or_else(|| bad("leaves are not in order"))?;
		let nodes = nodes.iter().map(|node| show(node)).collect();
		Ok(Some(RootOpening { gateway: self.gateway, depth: self.depth, leaves, nodes }))
	}

	fn tree(&self) -> Result<Tree> {
		let hashes = self.leaves.iter().map(|leaf| leaf.placed(self.depth));
		let hashes = hashes.collect::<Result<Vec<_>>>()?;
		Tree::new(sha256, self.depth, hashes).ok_or_else(|| bad("two leaves have one place"))
	}

	fn computed_root(&self) -> Result<Node> {
		let genesis = parse_hash(&self.genesis)?;
		let top = self.tree()?.top();
		Ok(root_hash(sha256, &genesis, self.gateway, self.period, self.depth, &top))
	}
}

impl LeafPath {
	/// The root that the path leads to.
	pub fn root(&self) -> Result<Node> {
		let RootOpening { gateway, depth, leaves, nodes } = &self.opening;
		if *depth > MAX_DEPTH {
			return Err(bad("no tree is so high"));
		}
		let hashes = leaves.iter().map(|leaf| leaf.placed(*depth)).collect::<Result<Vec<_>>>()?;
		let nodes = nodes.iter().map(|node| parse_hash(node)).collect::<Result<Vec<_>>>()?;
		let top = climb(sha256, *depth, &hashes, &nodes);
		let top = top.ok_or_else(|| bad("the path leads nowhere"))?;
		let genesis = parse_hash(&self.genesis)?;
		Ok(root_hash(sha256, &genesis, *gateway, self.period, *depth, &top))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn leaf(device: u32, seat: u32, direction: Direction, byte: u8) -> RootLeaf {
		RootLeaf {
			device,
			seat,
			direction,
			commitment: show(&[byte; 32]),
			signature: show(&[byte; 64]),
		}
	}

	/// The vector of docs/roots.md.
	fn vector() -> RootFile {
		let leaves = vec![
			leaf(8, 3, Direction::Export, 0x22),
			leaf(7, 2, Direction::Export, 0x11),
			leaf(7, 2, Direction::Import, 0x33),
		];
		RootFile::of([9; 32], (3, 987_660), leaves).unwrap()
	}

	#[test]
	fn the_documented_vector() {
		let made = vector();
		assert_eq!(made.depth, 3);
		assert_eq!(made.root, "0xe2b50b6f1892fc0af034a7d324dca899f608cd49dc62927e8af71bab347c4435");
		let exports = made.open(|leaf| leaf.direction == Direction::Export).unwrap().unwrap();
		assert_eq!(exports.leaves.iter().map(|leaf| leaf.device).collect::<Vec<_>>(), [7, 8]);
		assert_eq!(
			exports.nodes,
			[
				"0xae0798d0ecaed2b778eddebf18f071a561c53658c05e76cedecc27cafbdbc577",
				"0x14fa1ddd37624fb50e7380d537d01a8218e70fbbbe9ab2318c955d65da5639ef",
			]
		);
		assert_eq!(made.open(|leaf| leaf.device == 9).unwrap(), None);
	}

	#[test]
	fn a_path_leads_to_the_root_and_a_false_one_elsewhere_or_nowhere() {
		let made = vector();
		let opening = made.open(|leaf| leaf.device == 8).unwrap().unwrap();
		let path = LeafPath { genesis: made.genesis.clone(), period: made.period, opening };
		assert_eq!(show(&path.root().unwrap()), made.root);
		let mut other = path.clone();
		other.opening.leaves[0].commitment = show(&[0x23; 32]);
		assert_ne!(show(&other.root().unwrap()), made.root);
		let mut other = path.clone();
		other.period += 1;
		assert_ne!(show(&other.root().unwrap()), made.root);
		let mut short = path.clone();
		short.opening.nodes.pop();
		assert_eq!(short.root().unwrap_err().name(), "BadRootFile");
		let mut high = path;
		high.opening.depth = 200;
		assert_eq!(high.root().unwrap_err().name(), "BadRootFile");
	}

	#[test]
	fn a_file_is_read_as_it_was_written_and_not_if_it_was_changed() {
		let folder = std::env::temp_dir().join(format!("roots-{}", std::process::id()));
		fs::create_dir_all(&folder).unwrap();
		let path = folder.join("root.json");
		let made = vector();
		made.write(&path).unwrap();
		assert_eq!(RootFile::read(&path).unwrap(), made);
		let changed = fs::read_to_string(&path).unwrap().replace("\"device\":8", "\"device\":9");
		fs::write(&path, changed).unwrap();
		assert_eq!(RootFile::read(&path).unwrap_err().name(), "BadRootFile");
		fs::remove_dir_all(&folder).unwrap();
	}

	#[test]
	fn what_is_no_tree_is_refused() {
		let made = |leaves| RootFile::of([9; 32], (3, 5), leaves).unwrap_err().name().to_owned();
		assert_eq!(made(vec![]), "BadRootFile");
		let twice = vec![leaf(7, 2, Direction::Import, 1), leaf(8, 2, Direction::Import, 2)];
		assert_eq!(made(twice), "BadRootFile");
		assert_eq!(made(vec![leaf(7, MAX_SEATS, Direction::Import, 1)]), "BadRootFile");
		let last = vec![leaf(7, MAX_SEATS - 1, Direction::Export, 1)];
		assert_eq!(RootFile::of([9; 32], (3, 5), last).unwrap().depth, MAX_DEPTH);
		let first = vec![leaf(7, 0, Direction::Export, 1)];
		assert_eq!(RootFile::of([9; 32], (3, 5), first).unwrap().depth, 1);
	}
}
