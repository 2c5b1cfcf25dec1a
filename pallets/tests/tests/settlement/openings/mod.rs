//! Commitments that are under the roots of gateways, and what a settlement takes out of them: whom docs/roots.md
//! names as an attacker gets nothing.

mod accept;
mod choices;
mod reject;

use meterproof_primitives::{
	roots::{leaf_hash, place, root_hash, Tree},
	Leaf, Node, OpeningSize, Seat, SignedCommitment,
};
use pallet_settlement::weights::submit_proof_opening;

use super::*;

/// Accounts with a gateway each.
const GATEWAY: AccountId = PROVER;
const RIVAL: AccountId = ANYONE;
/// The gateways.
const G: u32 = 0;
const R: u32 = 1;

/// Height of the trees: room for four seats.
const DEPTH: u8 = 3;

fn sha256(bytes: &[u8]) -> Node {
	frame::deps::sp_io::hashing::sha2_256(bytes)
}

/// A meter's operator.
fn operator(device: u32) -> AccountId {
	if device < 2 {
		ALICE
	} else {
		BOB
	}
}

/// Binds a device to the seat with its number.
fn bind(device: u32, gateway: u32) {
	let key = Devices::device(device).unwrap().key.0;
	let seat = Some(Seat { gateway, seat: device });
	assert_ok!(Devices::bind(RuntimeOrigin::signed(operator(device)), device, key, seat));
}

/// A gateway's tree: the leaves stand at the seats with their devices' numbers.
struct Tower {
	gateway: u32,
	leaves: Vec<Leaf>,
	tree: Tree,
}

fn leaf(item: SignedCommitment) -> Leaf {
	let SignedCommitment { device, direction, commitment, signature, .. } = item;
	Leaf { device, direction, commitment, signature }
}

fn at(leaf: &Leaf) -> u32 {
	place(leaf.direction, leaf.device, DEPTH).unwrap()
}

impl Tower {
	fn of(gateway: u32, leaves: Vec<Leaf>) -> Self {
		let hash = |leaf: &Leaf| leaf_hash(sha256, leaf.device, leaf.direction, &leaf.commitment);
		let hashes = leaves.iter().map(|leaf| (at(leaf), hash(leaf)));
		let tree = Tree::new(sha256, DEPTH, hashes).unwrap();
		Self { gateway, leaves, tree }
	}

	/// Over what these meters sign for a period.
	fn over(gateway: u32, period: PeriodIndex, readings: &Readings) -> Self {
		let signed = readings.iter().map(|(id, reading)| signed(*id, period, *reading, 0));
		Self::of(gateway, signed.map(leaf).collect())
	}

	fn root(&self, genesis: &[u8; 32], gateway: u32, period: PeriodIndex) -> Node {
		root_hash(sha256, genesis, gateway, period, DEPTH, &self.tree.top())
	}

	/// The gateway posts its root.
	fn post(&self, period: PeriodIndex) {
		post(self.gateway, period, self.root(&GENESIS, self.gateway, period));
	}

	/// What opens these devices' leaves.
	fn open(&self, devices: &[u32]) -> Opening {
		let leaves: Vec<_> =
			self.leaves.iter().filter(|leaf| devices.contains(&leaf.device)).cloned().collect();
		let places: Vec<_> = leaves.iter().map(at).collect();
		let nodes = self.tree.nodes(&places).unwrap();
		Opening {
			gateway: self.gateway,
			depth: DEPTH,
			leaves: leaves.try_into().unwrap(),
			nodes: nodes.try_into().unwrap(),
		}
	}
}

fn post(gateway: u32, period: PeriodIndex, root: Node) {
	let by = [GATEWAY, RIVAL][gateway as usize];
	assert_ok!(Gateways::post_root(RuntimeOrigin::signed(by), gateway, period, root));
}

/// Both gateways are there, and all meters are bound to the first one from `FIRST` on.
fn bound(test: impl FnOnce()) {
	execute(|| {
		for who in [GATEWAY, RIVAL] {
			assert_ok!(Gateways::register(RuntimeOrigin::signed(who)));
		}
		for device in 0..3 {
			bind(device, G);
		}
		test();
	});
}

/// The gateway has posted the root over all readings of `FIRST`, whose cut-off has passed.
fn posted(test: impl FnOnce(&Tower)) {
	bound(|| {
		end(FIRST);
		let tower = Tower::over(G, FIRST, READINGS);
		tower.post(FIRST);
		cut_off(FIRST);
		System::reset_events();
		test(&tower);
	});
}
