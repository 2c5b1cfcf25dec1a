//! Paths to the root of a gateway, as `device/vectors/roots.json` has them.

use meterproof_device::{root_of_path, Direction, Seat, Slot};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
	genesis: String,
	gateway: u32,
	period: u64,
	depth: u8,
	root: String,
	leaves: Vec<Leaf>,
}

#[derive(Deserialize)]
struct Leaf {
	device: u32,
	direction: String,
	seat: u32,
	commitment: String,
	path: Vec<String>,
}

fn bytes(text: &str) -> [u8; 32] {
	hex::decode(text).unwrap().try_into().unwrap()
}

fn file() -> Vectors {
	serde_json::from_str(include_str!("../vectors/roots.json")).unwrap()
}

/// The slot, the seat, the commitment and the path of each leaf.
fn cases() -> Vec<(Slot, Seat, [u8; 32], Vec<[u8; 32]>)> {
	let Vectors { genesis, gateway, period, depth, leaves, .. } = file();
	let case = |leaf: &Leaf| {
		let direction = leaf.direction.parse().unwrap();
		let slot = Slot { genesis: bytes(&genesis), device: leaf.device, period, direction };
		let seat = Seat { gateway, seat: leaf.seat, depth };
		(slot, seat, bytes(&leaf.commitment), leaf.path.iter().map(|node| bytes(node)).collect())
	};
	leaves.iter().map(case).collect()
}

#[test]
fn every_path_leads_to_the_root() {
	let cases = cases();
	assert_eq!(cases.len(), 3);
	for (slot, seat, commitment, path) in cases {
		let root = root_of_path(&slot, &seat, &commitment, path);
		assert_eq!(root, Some(bytes(&file().root)));
	}
}

#[test]
fn anything_else_leads_elsewhere_or_nowhere() {
	let root = bytes(&file().root);
	for (slot, seat, commitment, path) in cases() {
		let leads = |slot: Slot, seat: Seat, commitment: [u8; 32], path: &[[u8; 32]]| {
			root_of_path(&slot, &seat, &commitment, path.iter().copied())
		};
		let other_direction = match slot.direction {
			Direction::Import => Direction::Export,
			Direction::Export => Direction::Import,
		};
		for other in [
			Slot { genesis: [8; 32], ..slot },
			Slot { device: 99, ..slot },
			Slot { period: slot.period + 1, ..slot },
			Slot { direction: other_direction, ..slot },
		] {
			assert_ne!(leads(other, seat, commitment, &path), Some(root));
		}
		let gateway = Seat { gateway: 4, ..seat };
		assert_ne!(leads(slot, gateway, commitment, &path), Some(root));
		let neighbour = Seat { seat: seat.seat ^ 1, ..seat };
		assert_ne!(leads(slot, neighbour, commitment, &path), Some(root));
		assert_ne!(leads(slot, seat, [7; 32], &path), Some(root));
		let turned: Vec<_> = path.iter().rev().copied().collect();
		assert_ne!(leads(slot, seat, commitment, &turned), Some(root));

		assert_eq!(leads(slot, seat, commitment, &path[1..]), None);
		assert_eq!(leads(slot, seat, commitment, &[&path[..], &[[0; 32]]].concat()), None);
		assert_eq!(leads(slot, Seat { seat: 4, ..seat }, commitment, &path), None);
		for depth in [0, 18, 255] {
			assert_eq!(leads(slot, Seat { depth, ..seat }, commitment, &path), None);
		}
	}
}
