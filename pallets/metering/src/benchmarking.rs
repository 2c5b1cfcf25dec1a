//! Worst cases: a full group less one, a full clock and timetable, full pages.

use alloc::vec::Vec;

use frame::{
	benchmarking::prelude::*,
	deps::{
		sp_core::{crypto::KeyTypeId, ed25519},
		sp_io::crypto::{ed25519_generate, ed25519_sign},
	},
	traits::{Authorize, Hooks},
};
use meterproof_primitives::{
	commitment_message, Commitments, DeviceId, Direction, GroupId, PeriodClock, PeriodIndex, Phase,
	Resource, SignedCommitment, Timetable, LATER_SCHEDULES,
};

use crate::{pallet::*, types::*, BenchmarkHelper};

/// Where the benchmark keeps the meters' keys.
const KEYS: KeyTypeId = KeyTypeId(*b"mete");
/// The running period.
const PERIOD: PeriodIndex = 1_000;

fn group<T: Config>(index: u32) -> GroupId<T::AccountId> {
	GroupId {
		operator: account("operator", index, 0),
		zone: 7,
		resource: Resource::Electricity,
		direction: Direction::Export,
	}
}

/// A device of the group and its commitment for the running period.
fn meter<T: Config>(group: &GroupId<T::AccountId>) -> SignedCommitment {
	let key: ed25519::Public = ed25519_generate(KEYS, None);
	let device = T::BenchmarkHelper::device(group, key.0);
	let mut item = SignedCommitment {
		device,
		period: PERIOD,
		direction: group.direction,
		commitment: [1; 32],
		signature: [0; 64],
	};
	let genesis = Pallet::<T>::genesis().expect("genesis puts one there");
	let message = commitment_message(&genesis, &item);
	if let Some(signature) = ed25519_sign(KEYS, &key, &message) {
		item.signature = signature.0;
	}
	item
}

/// Fills the group's last page of the running period but for one commitment.
fn fill<T: Config>(group: &GroupId<T::AccountId>) {
	let count = T::MaxGroupSize::get().min(PAGE_SLOTS).saturating_sub(1);
	Pallet::<T>::record(group, PERIOD, &strangers(count));
}

/// Commitments of devices that need not exist.
fn strangers(count: u32) -> Vec<(DeviceId, [u8; 32])> {
	(0..count).map(|n| (u32::MAX.saturating_sub(n), [1; 32])).collect()
}

/// A timetable with all of its rows, which change nothing, since long ago.
fn fill_timetable<T: Config>() {
	let schedule = Schedules::<T>::get().latest().schedule;
	let mut timetable = Timetable::starting(schedule);
	for first in 1..=u64::from(LATER_SCHEDULES) {
		assert!(timetable.push(first, schedule, 0).is_ok(), "the timetable has room");
	}
	Schedules::<T>::put(timetable);
}

/// A clock with all of its marks and schedules, in the running period.
fn wind<T: Config>() {
	fill_timetable::<T>();
	let marks = (0..CLOCK_MARKS)
		.map(|n| ClockMark { period: n.into(), open_blocks: n.into() })
		.collect::<Vec<_>>();
	let mut closures = Closures::default();
	for n in 0..u64::from(MAX_CLOSURES) {
		closures.begin_block(n.saturating_mul(2));
		closures.end_block(n.saturating_mul(2).saturating_add(1));
	}
	Marks::<T>::put(ClockMarks { starts: BoundedVec::truncate_from(marks), closures });
	OpenBlocks::<T>::put(BlockNumberFor::<T>::from(CLOCK_MARKS));
	Pallet::<T>::go_to(PERIOD);
}

/// Goes past the time of the period's cut-off, which waits for blocks: commitments are still taken, and
/// only the clock's marks tell so.
fn wait_for_blocks<T: Config>() {
	T::BenchmarkHelper::set_time(Schedules::<T>::get().cut_off(PERIOD));
	assert_eq!(Pallet::<T>::phase(PERIOD), Phase::Committing);
}

/// Makes every period up to the running one final.
fn finish<T: Config>() {
	T::BenchmarkHelper::set_time(Schedules::<T>::get().deadline(PERIOD));
	let ended = ClockMark { period: PERIOD.saturating_add(1), open_blocks: CLOCK_MARKS.into() };
	Marks::<T>::mutate(|marks| {
		if let Some(last) = marks.starts.last_mut() {
			*last = ended;
		}
	});
	OpenBlocks::<T>::put(BlockNumberFor::<T>::from(CLOCK_MARKS.saturating_mul(2)));
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn on_finalize() {
		wind::<T>();
		let block = frame_system::Pallet::<T>::block_number();

		#[block]
		{
			Pallet::<T>::on_finalize(block);
		}

		assert_eq!(Marks::<T>::get().starts.last().map(|mark| mark.period), Some(PERIOD));
	}

	/// Authorises a commitment as a block does: unlike the pool, a block also asks whether it has room.
	#[benchmark]
	fn authorize_commit() -> Result<(), BenchmarkError> {
		wind::<T>();
		wait_for_blocks::<T>();
		let group = group::<T>(0);
		let call = Pallet::<T>::commit_call(meter::<T>(&group));
		fill::<T>(&group);

		#[block]
		{
			call.authorize(TransactionSource::InBlock).ok_or("the call has an authorisation")??;
		}

		Ok(())
	}

	/// The group's first commitment of a period: it writes the queue of what is to be pruned, which
	/// costs more than a full page to be written again.
	#[benchmark]
	fn commit() -> Result<(), BenchmarkError> {
		wind::<T>();
		wait_for_blocks::<T>();
		let group = group::<T>(0);
		let SignedCommitment { device, period, direction, commitment, signature } =
			meter::<T>(&group);

		#[extrinsic_call]
		_(RawOrigin::Authorized, device, period, direction, commitment, signature);

		assert_eq!(Pallet::<T>::count(&group, PERIOD), 1);
		assert_eq!(PruneQueue::<T>::get(0), Some((PERIOD, group)));
		Ok(())
	}

	/// Each commitment of the batch is the first one of its group.
	#[benchmark]
	fn commit_batch(n: Linear<1, { T::MaxBatch::get() }>) -> Result<(), BenchmarkError> {
		wind::<T>();
		wait_for_blocks::<T>();
		let mut batch = Vec::new();
		for index in 0..n {
			batch.push(meter::<T>(&group::<T>(index)));
		}
		let batch = BoundedVec::try_from(batch).map_err(|_| "the batch is too long")?;

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), batch);

		assert_eq!(PruneEnds::<T>::get().next, u64::from(n));
		Ok(())
	}

	#[benchmark]
	fn sweep(p: Linear<1, { T::MaxGroupSize::get().div_ceil(PAGE_SLOTS) }>) {
		wind::<T>();
		let group = group::<T>(0);
		let count = p.saturating_mul(PAGE_SLOTS);
		Pallet::<T>::record(&group, PERIOD, &strangers(count));
		finish::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), PERIOD, group.clone(), p);

		assert_eq!(Pallet::<T>::count(&group, PERIOD), 0);
	}

	#[benchmark]
	fn set_schedule() -> Result<(), BenchmarkError> {
		wind::<T>();
		let schedule = Schedules::<T>::get().latest().schedule;
		let from = Pallet::<T>::first_changeable();
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, from, schedule);

		// The oldest one made room.
		assert_eq!(Schedules::<T>::get().oldest().first, 1);
		assert_eq!(Schedules::<T>::get().latest().first, from);
		Ok(())
	}

	#[benchmark]
	fn prune_look() {
		wind::<T>();
		let group = group::<T>(0);
		Pallet::<T>::record(&group, PERIOD, &strangers(1));
		T::BenchmarkHelper::unsettle(&group, PERIOD);
		finish::<T>();

		#[block]
		{
			Pallet::<T>::look(Pallet::<T>::oldest_unsettled());
		}

		assert_eq!(PruneQueue::<T>::get(1), Some((PERIOD, group)));
		assert_eq!(PruneQueue::<T>::get(0), None);
	}

	#[benchmark]
	fn prune_page() {
		wind::<T>();
		let group = group::<T>(0);
		Pallet::<T>::record(&group, PERIOD, &strangers(PAGE_SLOTS));

		#[block]
		{
			Pallet::<T>::prune_head(PERIOD, &group);
		}

		assert_eq!(Pallet::<T>::count(&group, PERIOD), 0);
		assert_eq!(PruneQueue::<T>::get(0), None);
	}
}
