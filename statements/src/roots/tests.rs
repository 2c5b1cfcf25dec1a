use alloc::collections::BTreeSet;

use sha2::Digest;

use super::*;

fn sha256(bytes: &[u8]) -> Node {
	sha2::Sha256::digest(bytes).into()
}

/// Lots that a seed draws (SplitMix64).
struct Lots(u64);

impl Lots {
	fn below(&mut self, bound: u64) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		(z ^ (z >> 31)) % bound
	}

	/// As many places as can be drawn at once; each once, in order.
	fn places(&mut self, depth: u8, draws: u64) -> Vec<u32> {
		let drawn: BTreeSet<_> = (0..draws).map(|_| self.below(1 << depth) as u32).collect();
		drawn.into_iter().collect()
	}
}

fn hash_of(place: u32) -> Node {
	leaf_hash(sha256, place, Direction::Import, &[place as u8; 32])
}

fn leaves(places: &[u32]) -> Vec<(u32, Node)> {
	places.iter().map(|place| (*place, hash_of(*place))).collect()
}

/// The definition: every place of the tree, joined row by row.
fn top_by_definition(depth: u8, leaves: &[(u32, Node)]) -> Node {
	let mut row = vec![EMPTY; 1 << depth];
	for (place, hash) in leaves {
		row[*place as usize] = *hash;
	}
	while row.len() > 1 {
		row = row.chunks(2).map(|pair| inner_hash(sha256, &pair[0], &pair[1])).collect();
	}
	row[0]
}

fn hex(node: Node) -> alloc::string::String {
	node.iter().map(|byte| alloc::format!("{byte:02x}")).collect()
}

/// The vector of docs/roots.md.
#[test]
fn the_documented_vector() {
	let at = |direction, seat| place(direction, seat, 3).unwrap();
	let leaf = |device, direction, byte| leaf_hash(sha256, device, direction, &[byte; 32]);
	let export7 = (at(Direction::Export, 2), leaf(7, Direction::Export, 0x11));
	let export8 = (at(Direction::Export, 3), leaf(8, Direction::Export, 0x22));
	let import7 = (at(Direction::Import, 2), leaf(7, Direction::Import, 0x33));
	assert_eq!([export7.0, export8.0, import7.0], [6, 7, 2]);
	assert_eq!(
		[export7.1, export8.1, import7.1].map(hex),
		[
			"3bf1b5942f00e5ec7cba08e72a41363c7905200ec50adb0196b8eb1742d63395",
			"fd50601b6c3f1a7aba8e1d701c7698096151db15accfc7435a51a659acad70e9",
			"dccd98166dae34785dfa90e0f200ee6fc45040f84b2e650594cb3e8b5ef9e60c",
		]
	);
	let tree = Tree::new(sha256, 3, [export7, export8, import7]).unwrap();
	assert_eq!(hex(tree.top()), "788bfec1db988bc88d49a1f64536bb7d77bc0fe7219f05420259de184c2c92f4");
	assert_eq!(
		hex(root_hash(sha256, &[9; 32], 3, 987_660, 3, &tree.top())),
		"e2b50b6f1892fc0af034a7d324dca899f608cd49dc62927e8af71bab347c4435"
	);
	let nodes = tree.nodes(&[6, 7]).unwrap();
	assert_eq!(
		nodes.iter().copied().map(hex).collect::<Vec<_>>(),
		[
			"ae0798d0ecaed2b778eddebf18f071a561c53658c05e76cedecc27cafbdbc577",
			"14fa1ddd37624fb50e7380d537d01a8218e70fbbbe9ab2318c955d65da5639ef",
		]
	);
	assert_eq!(climb(sha256, 3, &[export7, export8], &nodes), Some(tree.top()));
}

#[test]
fn imports_stand_left_and_exports_right() {
	assert_eq!(place(Direction::Import, 0, 1), Some(0));
	assert_eq!(place(Direction::Export, 0, 1), Some(1));
	assert_eq!(place(Direction::Export, 65_535, 17), Some(131_071));
	for (seat, depth) in [(1, 1), (4, 3), (65_536, 17), (u32::MAX, 17), (0, 0), (0, 18), (0, 255)] {
		for direction in Direction::ALL {
			assert_eq!(place(direction, seat, depth), None, "seat {seat}, depth {depth}");
		}
	}
}

#[test]
fn preimages_have_lengths_and_first_bytes_of_their_own() {
	// What is hashed, in place of its hash: the first byte and the length.
	fn told(bytes: &[u8]) -> Node {
		let mut told = [0; 32];
		(told[0], told[1]) = (bytes[0], bytes.len() as u8);
		told
	}
	let leaf = leaf_hash(told, u32::MAX, Direction::Export, &[0xff; 32]);
	let inner = inner_hash(told, &[0xff; 32], &[0xff; 32]);
	let root = root_hash(told, &[0xff; 32], u32::MAX, u64::MAX, 17, &[0xff; 32]);
	assert_eq!([leaf[0], inner[0], root[0]], [0, 1, b'm']);
	assert_eq!([leaf[1], inner[1], root[1]], [38, 65, 95]);
}

#[test]
fn a_root_binds_chain_gateway_period_depth_and_leaves() {
	let base = root_hash(sha256, &[1; 32], 2, 3, 4, &[5; 32]);
	for other in [
		root_hash(sha256, &[2; 32], 2, 3, 4, &[5; 32]),
		root_hash(sha256, &[1; 32], 3, 3, 4, &[5; 32]),
		root_hash(sha256, &[1; 32], 2, 4, 4, &[5; 32]),
		root_hash(sha256, &[1; 32], 2, 3, 5, &[5; 32]),
		root_hash(sha256, &[1; 32], 2, 3, 4, &[6; 32]),
	] {
		assert_ne!(base, other);
	}
}

#[test]
fn every_part_of_every_small_tree_leads_to_its_top() {
	for depth in 1..=3u8 {
		let count = 1u32 << depth;
		for standing in 0..1u32 << count {
			let all: Vec<_> = (0..count).filter(|place| standing >> place & 1 == 1).collect();
			let tree = Tree::new(sha256, depth, leaves(&all)).unwrap();
			assert_eq!(tree.top(), top_by_definition(depth, &leaves(&all)));
			// Some of the leaves, by the bits of a number that visits all parts over all trees.
			let part: Vec<_> =
				all.iter().copied().filter(|p| standing >> (p / 2) & 1 == 1).collect();
			for part in [all, part] {
				let nodes = tree.nodes(&part);
				assert_eq!(nodes.is_none(), part.is_empty());
				let Some(nodes) = nodes else { continue };
				assert_eq!(climb(sha256, depth, &leaves(&part), &nodes), Some(tree.top()));
			}
		}
	}
}

#[test]
fn every_part_of_deeper_trees_leads_to_its_top() {
	let mut lots = Lots(1);
	for n in 0..120 {
		let depth = 4 + (n % 14) as u8;
		let draws = 1 + lots.below(40);
		let all = lots.places(depth, draws);
		let tree = Tree::new(sha256, depth, leaves(&all)).unwrap();
		if depth < 10 {
			assert_eq!(tree.top(), top_by_definition(depth, &leaves(&all)));
		}
		let part: Vec<_> = all.iter().copied().filter(|_| lots.below(3) > 0).collect();
		let Some(nodes) = tree.nodes(&part) else { continue };
		assert_eq!(climb(sha256, depth, &leaves(&part), &nodes), Some(tree.top()));
	}
}

mod reject {
	use super::*;

	/// Four leaves of a tree of depth 5, with what opens them.
	fn opened() -> (Tree, Vec<(u32, Node)>, Vec<Node>) {
		let places = [3, 4, 5, 20];
		let tree = Tree::new(sha256, 5, leaves(&[1, 3, 4, 5, 20, 31])).unwrap();
		let nodes = tree.nodes(&places).unwrap();
		(tree, leaves(&places), nodes)
	}

	fn leads_to_top(depth: u8, leaves: &[(u32, Node)], nodes: &[Node]) -> bool {
		climb(sha256, depth, leaves, nodes) == Some(opened().0.top())
	}

	#[test]
	fn a_node_more_or_less_or_another() {
		let (_, leaves, nodes) = opened();
		assert!(leads_to_top(5, &leaves, &nodes));
		for missing in 0..nodes.len() {
			let mut fewer = nodes.clone();
			fewer.remove(missing);
			assert_eq!(climb(sha256, 5, &leaves, &fewer), None);
			let mut other = nodes.clone();
			other[missing][31] ^= 1;
			assert!(!leads_to_top(5, &leaves, &other));
		}
		let more = [nodes.clone(), vec![EMPTY]].concat();
		assert_eq!(climb(sha256, 5, &leaves, &more), None);
		let turned: Vec<_> = nodes.into_iter().rev().collect();
		assert!(!leads_to_top(5, &leaves, &turned));
	}

	#[test]
	fn leaves_in_another_order_or_twice_or_none() {
		let (_, leaves, nodes) = opened();
		let mut turned = leaves.clone();
		turned.swap(1, 2);
		assert_eq!(climb(sha256, 5, &turned, &nodes), None);
		let mut twice = leaves.clone();
		twice[1] = twice[0];
		assert_eq!(climb(sha256, 5, &twice, &nodes), None);
		assert_eq!(climb(sha256, 5, &[], &[]), None);
		assert_eq!(climb(sha256, 5, &[], &nodes), None);
	}

	#[test]
	fn a_leaf_at_another_place_or_of_another_device() {
		let (_, leaves, nodes) = opened();
		let mut moved = leaves.clone();
		moved[3].0 = 21;
		assert!(!leads_to_top(5, &moved, &nodes));
		let mut other = leaves;
		other[0].1 = hash_of(9);
		assert!(!leads_to_top(5, &other, &nodes));
	}

	#[test]
	fn another_depth_and_places_that_do_not_fit() {
		let (_, leaves, nodes) = opened();
		for depth in [0, 4, 6, 18, 32, 255] {
			assert!(!leads_to_top(depth, &leaves, &nodes), "depth {depth}");
		}
		let outside = [(32, hash_of(32))];
		assert_eq!(climb(sha256, 5, &outside, &[EMPTY; 5]), None);
		assert_eq!(Tree::new(sha256, 5, outside), None);
		assert_eq!(Tree::new(sha256, 0, []), None);
		assert_eq!(Tree::new(sha256, 18, []), None);
		assert_eq!(Tree::new(sha256, 5, [(1, EMPTY), (1, EMPTY)]), None);
	}

	#[test]
	fn an_inner_node_as_a_leaf() {
		let (tree, ..) = opened();
		// A tree of half the depth has the nodes of height 1 as its leaves: its top is the same, its root is not,
		// and no leaf of a meter has such a hash.
		let row: Vec<_> = tree.rows[1].clone().into_iter().collect();
		let short = Tree::new(sha256, 4, row.clone());
		let roots = [5, 4].map(|depth| root_hash(sha256, &[0; 32], 0, 0, depth, &tree.top()));
		assert_ne!(roots[0], roots[1]);
		assert!(short.is_some());
		assert!(row.iter().all(|(place, node)| *node != hash_of(*place)));
	}
}
