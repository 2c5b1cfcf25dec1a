use meterproof_primitives::{Direction, LeafItem, MAX_LEAVES, MAX_NODES};

use super::*;

/// Alice's claim of all that she sold, without a proof, with these openings.
fn claim(openings: Vec<Opening>) -> Submission {
	let slots = OpeningSize::of(&openings).leaves;
	Submission { openings, slots, ..Submission::unproved(FIRST, &[(ALICE, 100)]) }
}

fn refused_with(openings: Vec<Opening>, error: Error<Test>) {
	refused(&claim(openings), ANYONE, error);
}

/// The opening with its parts changed.
fn changed(opening: &Opening, change: impl FnOnce(&mut Vec<Leaf>, &mut Vec<Node>)) -> Opening {
	let (mut leaves, mut nodes) =
		(opening.leaves.clone().into_inner(), opening.nodes.clone().into_inner());
	change(&mut leaves, &mut nodes);
	let (leaves, nodes) = (leaves.try_into().unwrap(), nodes.try_into().unwrap());
	Opening { leaves, nodes, ..opening.clone() }
}

#[test]
fn a_root_before_the_cut_off_since_a_meter_may_still_speak_for_itself() {
	bound(|| {
		end(FIRST);
		let tower = Tower::over(G, FIRST, READINGS);
		tower.post(FIRST);
		commit(FIRST, &[(0, 70), (1, 50)]);
		System::reset_events();
		// All of the group have committed singly: without the opening the proof may come.
		refused_with(vec![tower.open(&[2])], Error::RootsNotYet);
		refused_with(vec![], Error::ProofRejected);
	});
}

#[test]
fn a_root_that_nobody_posted() {
	bound(|| {
		end(FIRST);
		let tower = Tower::over(G, FIRST, READINGS);
		cut_off(FIRST);
		refused_with(vec![tower.open(&[0, 1])], Error::NoRoot);
		// No more can it be posted.
		let late = Gateways::post_root(RuntimeOrigin::signed(GATEWAY), G, FIRST, [7; 32]);
		assert_eq!(late, Err(pallet_gateways::Error::<Test>::RootsNotTaken.into()));
	});
}

/// A gateway that takes what is not its own: other gateways' devices, and those of none.
#[test]
fn a_device_that_is_bound_to_another_gateway_or_to_none() {
	bound(|| {
		bind(0, R);
		let key = Devices::device(1).unwrap().key.0;
		assert_ok!(Devices::bind(RuntimeOrigin::signed(ALICE), 1, key, None));
		end(FIRST);
		let tower = Tower::over(G, FIRST, READINGS);
		tower.post(FIRST);
		cut_off(FIRST);
		for device in [0, 1] {
			refused_with(vec![tower.open(&[device])], Error::NotBound);
		}
	});
}

/// A gateway that replays another one's root, or an old one of its own.
#[test]
fn a_root_of_another_gateway_period_or_chain() {
	bound(|| {
		end(FIRST);
		let tower = Tower::over(G, FIRST, READINGS);
		post(R, FIRST, tower.root(&GENESIS, G, FIRST));
		post(G, FIRST, tower.root(&[1; 32], G, FIRST));
		cut_off(FIRST);
		refused_with(vec![tower.open(&[0, 1])], Error::NotUnderRoot);
		let by_rival = Opening { gateway: R, ..tower.open(&[0, 1]) };
		refused_with(vec![by_rival], Error::NotBound);
	});
	for (gateway, period) in [(R, FIRST), (G, FIRST - 1)] {
		bound(|| {
			end(FIRST);
			let tower = Tower::over(G, FIRST, READINGS);
			post(G, FIRST, tower.root(&GENESIS, gateway, period));
			cut_off(FIRST);
			refused_with(vec![tower.open(&[0, 1])], Error::NotUnderRoot);
		});
	}
}

/// An equivocating gateway gave these meters paths of another tree than it posted.
#[test]
fn leaves_of_another_tree_than_was_posted() {
	bound(|| {
		end(FIRST);
		Tower::over(G, FIRST, &[(0, 71), (1, 50), (2, 80)]).post(FIRST);
		let other = Tower::over(G, FIRST, READINGS);
		cut_off(FIRST);
		refused_with(vec![other.open(&[0, 1])], Error::NotUnderRoot);
	});
}

/// A meter's operator that signs twice has no choice after the cut-off.
#[test]
fn a_second_commitment_of_the_meter_that_is_under_no_root() {
	posted(|tower| {
		let second = leaf(signed(0, FIRST, 99, 1));
		let opening = changed(&tower.open(&[0, 1]), |leaves, _| leaves[0] = second);
		refused_with(vec![opening], Error::NotUnderRoot);
	});
}

#[test]
fn a_device_that_stands_at_another_place_than_its_seat() {
	bound(|| {
		end(FIRST);
		// The gateway has put meter 0 at seat 3 and left its own empty.
		let one = leaf(signed(0, FIRST, 70, 0));
		let hash = leaf_hash(sha256, 0, one.direction, &one.commitment);
		let seat_3 = place(Direction::Export, 3, DEPTH).unwrap();
		let tree = Tree::new(sha256, DEPTH, [(seat_3, hash)]).unwrap();
		let nodes = tree.nodes(&[seat_3]).unwrap().try_into().unwrap();
		let tower = Tower { gateway: G, leaves: vec![], tree };
		tower.post(FIRST);
		cut_off(FIRST);
		let leaves = vec![one].try_into().unwrap();
		let opening = Opening { gateway: G, depth: DEPTH, leaves, nodes };
		refused_with(vec![opening], Error::NotUnderRoot);
	});
}

#[test]
fn a_device_that_does_not_count_whatever_is_under_the_root() {
	bound(|| {
		let key = Devices::device(0).unwrap().key.0;
		assert_ok!(Devices::suspend(RuntimeOrigin::signed(REGISTRAR), 0, key));
		end(FIRST);
		let tower = Tower::over(G, FIRST, READINGS);
		tower.post(FIRST);
		cut_off(FIRST);
		refused_with(vec![tower.open(&[0, 1])], Error::LeafNotCounted);
		let opening = tower.open(&[1]);
		let unknown = changed(&opening, |leaves, _| leaves[0].device = 99);
		refused_with(vec![unknown], Error::LeafNotCounted);
		let import = changed(&opening, |leaves, _| leaves[0].direction = Direction::Import);
		refused_with(vec![import], Error::LeafNotCounted);
	});
}

#[test]
fn leaves_and_gateways_out_of_order_or_twice() {
	posted(|tower| {
		let opening = tower.open(&[0, 1]);
		let turned = changed(&opening, |leaves, _| leaves.reverse());
		refused_with(vec![turned], Error::PlacesNotIncreasing);
		let twice = changed(&opening, |leaves, _| leaves[1] = leaves[0].clone());
		refused_with(vec![twice], Error::PlacesNotIncreasing);
		let [one, two] = [tower.open(&[0]), tower.open(&[1])];
		refused_with(vec![one.clone(), two], Error::GatewaysNotIncreasing);
		let rival = Opening { gateway: R, ..one.clone() };
		refused_with(vec![rival, one], Error::GatewaysNotIncreasing);
	});
}

#[test]
fn two_devices_on_one_seat_but_for_the_one_that_stands_there() {
	bound(|| {
		let key = Devices::device(1).unwrap().key.0;
		let seat = Some(Seat { gateway: G, seat: 0 });
		assert_ok!(Devices::bind(RuntimeOrigin::signed(ALICE), 1, key, seat));
		end(FIRST);
		let tower = Tower::over(G, FIRST, &[(0, 70)]);
		tower.post(FIRST);
		cut_off(FIRST);
		let opening = tower.open(&[0]);
		let other = leaf(signed(1, FIRST, 50, 0));
		let both = changed(&opening, |leaves, _| leaves.push(other.clone()));
		refused_with(vec![both], Error::PlacesNotIncreasing);
		let other = changed(&opening, |leaves, _| leaves[0] = other);
		refused_with(vec![other], Error::NotUnderRoot);
		assert_eq!(Settlement::check(&ANYONE, &claim(vec![opening]).call()), Ok(()));
	});
}

#[test]
fn what_is_no_opening() {
	posted(|tower| {
		let opening = tower.open(&[0, 1]);
		for depth in [0, 18, 255] {
			let opening = Opening { depth, ..opening.clone() };
			refused_with(vec![opening], Error::DepthOutOfRange);
		}
		for depth in [2, 4, 17] {
			let opening = Opening { depth, ..opening.clone() };
			refused_with(vec![opening], Error::NotUnderRoot);
		}
		refused_with(vec![Opening { depth: 1, ..opening.clone() }], Error::SeatTooHigh);
		let empty = changed(&opening, |leaves, _| leaves.clear());
		refused_with(vec![empty], Error::OpeningEmpty);
		let more = changed(&opening, |_, nodes| nodes.push([0; 32]));
		refused_with(vec![more], Error::NotUnderRoot);
		let fewer = changed(&opening, |_, nodes| drop(nodes.pop()));
		refused_with(vec![fewer], Error::NotUnderRoot);
		let other = changed(&opening, |_, nodes| nodes[0][0] ^= 1);
		refused_with(vec![other], Error::NotUnderRoot);
		let bent = changed(&opening, |leaves, _| leaves[0].commitment = [0xff; 32]);
		refused_with(vec![bent], Error::NotCanonical);
	});
}

#[test]
fn more_leaves_or_nodes_than_a_call_may_bring() {
	posted(|tower| {
		let opening = tower.open(&[0]);
		let many = |gateway, leaves: u32, nodes: u32| {
			let leaf = opening.leaves[0].clone();
			Opening {
				gateway,
				depth: DEPTH,
				leaves: vec![leaf; leaves as usize].try_into().unwrap(),
				nodes: vec![[0; 32]; nodes as usize].try_into().unwrap(),
			}
		};
		let leaves = vec![many(G, MAX_LEAVES, 0), many(R, 1, 0)];
		refused_with(leaves, Error::TooManyLeaves);
		let nodes = vec![many(G, 1, MAX_NODES), many(R, 1, 1)];
		refused_with(nodes, Error::TooManyNodes);
	});
}

#[test]
fn a_leaf_of_a_group_that_nobody_claims_for() {
	posted(|tower| {
		refused_with(vec![tower.open(&[0, 1, 2])], Error::LeafOfNoClaim);
	});
}

#[test]
fn more_slots_than_declared_leaves_included() {
	posted(|tower| {
		let few = Submission { slots: 1, ..claim(vec![tower.open(&[0, 1])]) };
		refused(&few, ANYONE, Error::TooManySlots);
	});
}

#[test]
fn a_group_of_which_nothing_is_stored_and_nothing_opened() {
	posted(|_| refused_with(vec![], Error::NoCommitments));
}

/// Whoever posts commitments that no meter signed settles nothing with them, though the proof holds.
#[test]
fn a_signature_that_is_not_the_device_s_over_this_commitment_and_period() {
	posted(|tower| {
		let openings = vec![tower.open(&[0, 1])];
		let good = Submission::opening(FIRST, &[(ALICE, 100)], READINGS, openings);
		for signature in [
			signed(1, FIRST, 70, 0).signature,
			signed(0, FIRST, 71, 0).signature,
			signed(0, FIRST + 1, 70, 0).signature,
			[0; 64],
			[0xff; 64],
		] {
			let mut forged = good.clone();
			forged.openings[0].leaves[0].signature = signature;
			refused(&forged, ALICE, Error::BadSignature);
			// What is checked without paying is all but that.
			assert_eq!(Settlement::check(&ALICE, &forged.call()), Ok(()));
		}
		assert_ok!(good.submit(ALICE));
	});
}

#[test]
fn a_proof_that_does_not_prove_before_any_signature_is_looked_at() {
	posted(|tower| {
		let opening = changed(&tower.open(&[0, 1]), |leaves, _| leaves[0].signature = [0; 64]);
		refused_with(vec![opening], Error::ProofRejected);
	});
}

#[test]
fn named_leaves_that_could_not_be_opened() {
	let item = |device, direction, commitment| LeafItem { device, direction, commitment };
	posted(|tower| {
		let own = H256(tower.leaves[0].commitment);
		let ask = |item| {
			let asked = vec![(group(ALICE), None)];
			Settlement::statement_with_leaves(FIRST, asked, &[item]).unwrap_err()
		};
		let export = Direction::Export;
		assert_eq!(ask(item(99, export, own)), "LeafNotCounted");
		assert_eq!(ask(item(0, Direction::Import, own)), "LeafNotCounted");
		assert_eq!(ask(item(0, export, H256([0xff; 32]))), "NotCanonical");
		assert_eq!(ask(item(2, export, own)), "LeafOfNoClaim");
	});
	bound(|| {
		end(FIRST);
		let named = [item(0, Direction::Export, H256([1; 32]))];
		let asked = || vec![(group(ALICE), None)];
		let early = Settlement::statement_with_leaves(FIRST, asked(), &named);
		assert_eq!(early.unwrap_err(), "RootsNotYet");
		commit(FIRST, READINGS);
		cut_off(FIRST);
		let stored = Settlement::statement_with_leaves(FIRST, asked(), &named);
		assert_eq!(stored.unwrap_err(), "SlotStored");
	});
}
