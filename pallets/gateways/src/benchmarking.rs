//! Worst cases: a full clock, which alone tells that roots are still taken, and accounts whose hold changes.

use alloc::vec::Vec;

use frame::{
	benchmarking::prelude::*,
	deps::{
		sp_core::{crypto::KeyTypeId, ed25519},
		sp_io::crypto::{ed25519_generate, ed25519_sign},
	},
	token::fungible::{Inspect as _, Mutate as _},
};
use meterproof_primitives::{
	commitment_message, roots, DeviceRegistry, Direction, GatewayBook, GatewayId, GroupId, Leaf,
	Opening, PeriodClock, PeriodIndex, Resource, RootClock, Seat, SignedCommitment,
};

use crate::{openings::sha256, pallet::*, registry::ordered, types::*};

/// The running period.
const PERIOD: PeriodIndex = 1_000;

/// An account that can pay deposits.
fn funded<T: Config>() -> Result<T::AccountId, BenchmarkError> {
	let who: T::AccountId = account("gateway", 0, 0);
	let once = T::GatewayDeposit::get().saturating_add(T::NativeBalance::minimum_balance());
	T::NativeBalance::mint_into(&who, once.saturating_mul(1_000u32.into()))?;
	Ok(who)
}

/// An account with a gateway.
fn registered<T: Config>() -> Result<(T::AccountId, GatewayId), BenchmarkError> {
	let who = funded::<T>()?;
	let gateway = NextGateway::<T>::get();
	Pallet::<T>::do_register(who.clone())?;
	Ok((who, gateway))
}

/// So many roots of periods before the running one.
fn fill<T: Config>(count: u32) {
	for gateway in 0..count {
		Roots::<T>::insert(ordered(PERIOD.saturating_sub(1)), gateway, [7; 32]);
	}
}

/// Where the benchmark keeps the meters' keys.
const KEYS: KeyTypeId = KeyTypeId(*b"gate");
/// Meters of one operator.
const METERS: u32 = 32;

/// A leaf of meter `number`, which is bound to this seat.
fn leaf<T: Config>(
	genesis: &[u8; 32],
	period: PeriodIndex,
	number: u32,
	seat: Seat,
) -> Option<Leaf> {
	let group = GroupId {
		operator: account("opened", number.checked_div(METERS)?, 0),
		zone: 7,
		resource: Resource::Electricity,
		direction: Direction::Export,
	};
	let key: ed25519::Public = ed25519_generate(KEYS, None);
	let device = T::Devices::seat_any(&group, key.0, seat)?;
	let item = SignedCommitment {
		device,
		period,
		direction: group.direction,
		commitment: [7; 32],
		signature: [0; 64],
	};
	let signature = ed25519_sign(KEYS, &key, &commitment_message(genesis, &item))?.0;
	let SignedCommitment { direction, commitment, .. } = item;
	Some(Leaf { device, direction, commitment, signature })
}

/// One gateway's opening of meters `from..to`, at seats in a row of the deepest tree, with its root.
fn opening<T: Config>(
	genesis: &[u8; 32],
	period: PeriodIndex,
	(from, to): (u32, u32),
) -> Option<Opening> {
	let depth = roots::MAX_DEPTH;
	let gateway = Pallet::<T>::register_any();
	let mut leaves = Vec::new();
	let mut hashes = Vec::new();
	for (number, seat) in (from..to).zip(1u32..) {
		let leaf = leaf::<T>(genesis, period, number, Seat { gateway, seat })?;
		let place = roots::place(leaf.direction, seat, depth)?;
		let hash = roots::leaf_hash(sha256, leaf.device, leaf.direction, &leaf.commitment);
		hashes.push((place, hash));
		leaves.push(leaf);
	}
	let tree = roots::Tree::new(sha256, depth, hashes.iter().copied())?;
	let root = roots::root_hash(sha256, genesis, gateway, period, depth, &tree.top());
	Roots::<T>::insert(ordered(period), gateway, root);
	let places: Vec<_> = hashes.into_iter().map(|(place, _)| place).collect();
	let nodes = tree.nodes(&places)?.try_into().ok()?;
	Some(Opening { gateway, depth, leaves: leaves.try_into().ok()?, nodes })
}

/// So many openings, with as many leaves in all.
pub(crate) fn fill_openings<T: Config>(
	genesis: &[u8; 32],
	period: PeriodIndex,
	openings: u32,
	leaves: u32,
) -> Vec<Opening> {
	let at = |n: u32| n.saturating_mul(leaves).checked_div(openings).unwrap_or(0);
	(0..openings)
		.filter_map(|n| opening::<T>(genesis, period, (at(n), at(n.saturating_add(1)))))
		.collect()
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register() -> Result<(), BenchmarkError> {
		let who = funded::<T>()?;
		let gateway = NextGateway::<T>::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(who));

		assert!(Gateways::<T>::contains_key(gateway));
		Ok(())
	}

	#[benchmark]
	fn post_root() -> Result<(), BenchmarkError> {
		let (who, gateway) = registered::<T>()?;
		T::Clock::wait_with_roots(PERIOD);
		let root = [7; 32];

		#[extrinsic_call]
		_(RawOrigin::Signed(who), gateway, PERIOD, root);

		assert_eq!(Roots::<T>::get(ordered(PERIOD), gateway), Some(root));
		Ok(())
	}

	#[benchmark]
	fn retire() -> Result<(), BenchmarkError> {
		let (who, gateway) = registered::<T>()?;
		T::Clock::wait_with_roots(PERIOD);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), gateway);

		assert!(Gateways::<T>::get(gateway).is_some_and(|record| record.retiring.is_some()));
		Ok(())
	}

	#[benchmark]
	fn release() -> Result<(), BenchmarkError> {
		let (who, gateway) = registered::<T>()?;
		T::Clock::go_to(PERIOD);
		Pallet::<T>::do_retire(&who, gateway)?;
		T::Clock::finish(T::Clock::first_open());

		#[extrinsic_call]
		_(RawOrigin::Signed(who), gateway);

		assert!(!Gateways::<T>::contains_key(gateway));
		Ok(())
	}

	#[benchmark]
	fn sweep(n: Linear<1, { MOST_SWEPT }>) {
		fill::<T>(n);
		T::Clock::finish(PERIOD);

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), n);

		assert_eq!(Roots::<T>::iter_keys().count(), 0);
	}

	#[benchmark]
	fn prune_look() {
		fill::<T>(1);
		T::Clock::wait_with_roots(PERIOD.saturating_sub(1));
		let closed;
		let due;

		#[block]
		{
			closed = T::Clock::is_closed();
			due = Pallet::<T>::due(T::Clock::oldest_unsettled(), 1);
		}

		assert!(!closed && due.is_empty());
	}

	#[benchmark]
	fn prune_root() {
		fill::<T>(1);

		#[block]
		{
			for (period, gateway) in Pallet::<T>::due(PERIOD, 1) {
				Roots::<T>::remove(ordered(period), gateway);
			}
		}

		assert_eq!(Roots::<T>::iter_keys().count(), 0);
	}
}
