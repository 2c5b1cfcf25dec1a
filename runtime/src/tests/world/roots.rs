//! Gateways, the roots that they post, and what settlements take out of these.

use meterproof_primitives::{
	roots::{leaf_hash, place, root_hash, Tree},
	DeviceRegistry, GatewayId, Leaf, LeafItem, Node, Opening, SignedCommitment,
};
use pallet_gateways::{Call, Gateways, Roots};

use super::*;

/// Most gateways at a time.
const MOST_GATEWAYS: usize = 4;
/// Height of the trees: room for the seats that devices are bound to.
const DEPTH: u8 = 7;

fn sha256(bytes: &[u8]) -> Node {
	sp_io::hashing::sha2_256(bytes)
}

/// What a gateway commits to in a period, the same whenever it is asked for: rows of a period whose gate
/// has closed do not change.
struct Tower {
	leaves: BTreeMap<u32, Leaf>,
	tree: Tree,
	root: Node,
}

/// The gateways with their accounts, in order of number.
fn gateways() -> Vec<(GatewayId, AccountId, bool)> {
	let mut found: Vec<_> = Gateways::<Runtime>::iter()
		.map(|(gateway, record)| (gateway, record.account, record.retiring.is_some()))
		.collect();
	found.sort();
	found
}

impl World {
	pub(super) fn register_gateway(&mut self, choices: &mut Choices) -> Option<Step> {
		let has_room = gateways().len() < MOST_GATEWAYS;
		has_room.then(|| Step::signed(self.anybody(choices), Call::register {}))
	}

	pub(super) fn post_root(&mut self, choices: &mut Choices) -> Option<Step> {
		let (gateway, account, _) = choices.of(&gateways())?.clone();
		let taking: Vec<_> = recent_periods()
			.filter(|(_, phase)| matches!(phase, Phase::Running | Phase::Committing))
			.collect();
		let (period, _) = *choices.of(&taking)?;
		let root = match choices.once_in(4) {
			true => [choices.below(8) as u8; 32],
			false => self.tower(gateway, period)?.root,
		};
		Some(Step::signed(account, Call::post_root { gateway, period, root }))
	}

	fn tower(&self, gateway: GatewayId, period: PeriodIndex) -> Option<Tower> {
		let mut leaves = BTreeMap::new();
		for device in devices(|device| device.record.rows.at(period).is_some()) {
			let row = device.record.rows.at(period)?;
			let Some(seat) = row.seat.filter(|seat| seat.gateway == gateway) else { continue };
			for of in device.record.directions.iter() {
				let place = place(of, seat.seat, DEPTH)?;
				// Of two devices on a seat one stands there.
				if let Some(item) = self.signed(&device, period, of) {
					let SignedCommitment { device, direction, commitment, signature, .. } = item;
					let leaf = Leaf { device, direction, commitment, signature };
					leaves.entry(place).or_insert(leaf);
				}
			}
		}
		let hash = |leaf: &Leaf| leaf_hash(sha256, leaf.device, leaf.direction, &leaf.commitment);
		let hashes = leaves.iter().map(|(place, leaf)| (*place, hash(leaf)));
		let tree = Tree::new(sha256, DEPTH, hashes)?;
		let root = root_hash(sha256, &Metering::genesis()?, gateway, period, DEPTH, &tree.top());
		Some(Tower { leaves, tree, root })
	}

	/// What can be taken out of roots for these groups, in part or all of it.
	pub(super) fn openings(
		&self,
		period: PeriodIndex,
		groups: &[GroupId<AccountId>],
		choices: &mut Choices,
	) -> Vec<Opening> {
		if Metering::phase(period) != Phase::Proving || choices.once_in(4) {
			return Vec::new();
		}
		let counts = |leaf: &Leaf| {
			let slot = (period, leaf.device, leaf.direction);
			let committing = Devices::committing(leaf.device, period);
			let is_stored = pallet_metering::Positions::<Runtime>::contains_key(slot);
			!is_stored
				&& committing.is_ok_and(|device| {
					groups.contains(&GroupId {
						operator: device.operator,
						zone: device.zone,
						resource: device.resource,
						direction: leaf.direction,
					})
				})
		};
		let mut posted: Vec<_> = Roots::<Runtime>::iter_prefix(period.to_be_bytes()).collect();
		posted.sort();
		let mut openings = Vec::new();
		for (gateway, root) in posted {
			let Some(tower) = self.tower(gateway, period).filter(|tower| tower.root == root) else {
				continue;
			};
			let opened: Vec<_> = tower
				.leaves
				.iter()
				.filter(|(_, leaf)| counts(leaf) && !choices.once_in(8))
				.map(|(place, leaf)| (*place, leaf.clone()))
				.collect();
			let places: Vec<_> = opened.iter().map(|(place, _)| *place).collect();
			let Some(nodes) = tower.tree.nodes(&places) else { continue };
			let leaves: Vec<_> = opened.into_iter().map(|(_, leaf)| leaf).collect();
			openings.push(Opening {
				gateway,
				depth: DEPTH,
				leaves: leaves.try_into().expect("it fits"),
				nodes: nodes.try_into().expect("it fits"),
			});
		}
		openings
	}

	pub(super) fn retire_gateway(&mut self, choices: &mut Choices) -> Option<Step> {
		let (gateway, account, _) = choices.of(&gateways())?.clone();
		Some(Step::signed(account, Call::retire { gateway }))
	}

	pub(super) fn release_gateway(&mut self, choices: &mut Choices) -> Option<Step> {
		let going: Vec<_> = gateways().into_iter().filter(|(.., retires)| *retires).collect();
		let (gateway, ..) = choices.of(&going)?.clone();
		Some(Step::signed(self.anybody(choices), Call::release { gateway }))
	}

	pub(super) fn sweep_roots(&mut self, choices: &mut Choices) -> Option<Step> {
		let oldest = Roots::<Runtime>::iter_keys().next()?;
		let is_due = u64::from_be_bytes(oldest.0) < Metering::oldest_unsettled();
		let limit = 1 + choices.below(8) as u32;
		(is_due || choices.once_in(8))
			.then(|| Step::signed(self.anybody(choices), Call::sweep { limit }))
	}
}

/// The leaves of openings, as a prover names them.
pub(super) fn named(openings: &[Opening]) -> Vec<LeafItem> {
	let leaves = openings.iter().flat_map(|opening| &opening.leaves);
	let item = |leaf: &Leaf| LeafItem {
		device: leaf.device,
		direction: leaf.direction,
		commitment: sp_core::H256(leaf.commitment),
	};
	leaves.map(item).collect()
}
