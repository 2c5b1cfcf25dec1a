//! Benchmarks of what the calls are made of.
//!
//! A proof belongs to one statement, so that no benchmark can vary its size freely: the weight of
//! `submit_proof` is put together in `weights.rs`. The prover does not run on chain; the proofs in
//! `fixtures` are made by the test `fixtures::write`.

use alloc::vec::Vec;

use codec::Decode;
use frame::benchmarking::prelude::*;
use meterproof_primitives::{
	NoteCiphertext, Output, SplitStatement, UsageStatement, TIMELINE_ROWS,
};

use super::*;
use crate::{claims::*, Pallet as Settlement};

const ZONE: ZoneId = 1;

/// The period that runs: the one whose members decide whether all have committed. Histories begin
/// long before it.
const RUNNING: PeriodIndex = 1_000;

/// Statements and proofs of [`weights::SMALL`] and of [`weights::LARGE`] slots, slack included.
const SMALL: &[u8] = include_bytes!("../fixtures/usage-249.bin");
const LARGE: &[u8] = include_bytes!("../fixtures/usage-2041.bin");

/// Statements and proofs of splits that fill the shorter and the longer trace.
const SPLITS_SMALL: &[u8] = include_bytes!("../fixtures/split-7.bin");
const SPLITS_LARGE: &[u8] = include_bytes!("../fixtures/split-15.bin");

fn group<T: Config>(index: u32) -> GroupOf<T> {
	GroupId {
		operator: account("operator", index, 0),
		zone: ZONE,
		resource: Resource::Electricity,
		direction: Direction::Export,
	}
}

/// A group with `devices` that all have committed, and `trades`; what is contracted.
fn contract<T: Config>(
	group: &GroupOf<T>,
	period: PeriodIndex,
	devices: u32,
	trades: u32,
) -> Quantity {
	T::Clock::go_to(RUNNING);
	let slots: Vec<_> = T::Devices::fill_group(group, devices, u32::MAX)
		.into_iter()
		.map(|device| (device, [7u8; 32]))
		.collect();
	T::Deliveries::fill_trades(group, period, trades, 10);
	T::Commitments::record(group, period, &slots);
	T::Deliveries::contracted(group, period)
}

fn fixture<T: Config>(
	bytes: &[u8],
) -> Result<(UsageStatement<T::AccountId>, Vec<u8>), BenchmarkError> {
	Decode::decode(&mut &*bytes).map_err(|_| BenchmarkError::Stop("a fixture does not decode"))
}

/// Gives a group devices, commitments and one sealed trade.
fn contract_sealed<T: Config>(group: &GroupOf<T>, period: PeriodIndex, devices: u32) {
	T::Clock::go_to(RUNNING);
	let slots: Vec<_> = T::Devices::fill_group(group, devices, u32::MAX)
		.into_iter()
		.map(|device| (device, [7u8; 32]))
		.collect();
	T::Deliveries::fill_sealed(group, period, 10);
	T::Commitments::record(group, period, &slots);
}

/// A seller's note, and a buyer's.
fn outputs() -> [Output; 2] {
	[1, 2].map(|n| Output {
		commitment: [n; 32],
		ciphertext: NoteCiphertext {
			ephemeral: [n; 32],
			note: [n; 184],
			outgoing: [n; 112],
			auditor: None,
		},
	})
}

fn split_fixture(bytes: &[u8]) -> Result<(SplitStatement, Vec<u8>), BenchmarkError> {
	Decode::decode(&mut &*bytes).map_err(|_| BenchmarkError::Stop("a fixture does not decode"))
}

/// As many full pages as the largest group has beside its first commitment.
fn most_pages<T: Config>() -> u32 {
	T::MaxSlots::get().min(1_024).saturating_sub(1).checked_div(weights::PAGE).unwrap_or(0)
}

/// An operator with a device, and a timeline as long as it gets.
fn named<T: Config>() -> Result<GroupOf<T>, BenchmarkError> {
	T::Clock::go_to(RUNNING);
	let group = group::<T>(0);
	T::Devices::fill_group(&group, 1, 1);
	let mut line = Timeline::default();
	for from in 0..u64::from(TIMELINE_ROWS).saturating_sub(2) {
		line.set(from, Some(group.operator.clone()), 0).map_err(|_| "the timeline is too long")?;
	}
	Provers::<T>::insert(&group, line);
	Ok(group)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// A prover that the operators named; a commitment in each of `g` groups, and `p` full pages
	/// more in one of them.
	#[benchmark]
	fn form_statement(
		g: Linear<1, { T::MaxGroups::get() }>,
		p: Linear<0, { most_pages::<T>() }>,
	) -> Result<(), BenchmarkError> {
		let prover: T::AccountId = account("prover", 0, 0);
		let claims: Vec<_> = (0..g)
			.map(|index| {
				let group = group::<T>(index);
				let more = if index == 0 { p.saturating_mul(weights::PAGE) } else { 0 };
				let contracted = contract::<T>(&group, RUNNING, more.saturating_add(1), 1);
				Provers::<T>::insert(&group, Timeline::starting(0, Some(prover.clone())));
				GroupClaim {
					group,
					delivered: contracted.saturating_sub(1),
					slack_commitment: [7; 32],
				}
			})
			.collect();
		let formed;

		#[block]
		{
			formed = Settlement::<T>::form_statement(
				&prover,
				RUNNING,
				Resource::Electricity,
				&claims,
				u32::MAX,
				u32::MAX,
			);
		}

		assert!(formed.is_ok(), "{formed:?}");
		Ok(())
	}

	#[benchmark]
	fn verify_small() -> Result<(), BenchmarkError> {
		let (statement, proof) = fixture::<T>(SMALL)?;
		let accepted;

		#[block]
		{
			accepted = T::Verifier::verify(&statement, &proof);
		}

		assert!(accepted);
		Ok(())
	}

	#[benchmark]
	fn verify_large() -> Result<(), BenchmarkError> {
		let (statement, proof) = fixture::<T>(LARGE)?;
		let accepted;

		#[block]
		{
			accepted = T::Verifier::verify(&statement, &proof);
		}

		assert!(accepted);
		Ok(())
	}

	/// Every trade gets a part: both sides of each are paid from both holds, into two notes. Expiry
	/// asks the clock besides, and makes one note each.
	#[benchmark]
	fn settle_group(t: Linear<1, { T::Deliveries::max_trades() }>) -> Result<(), BenchmarkError> {
		T::Clock::lead_far();
		T::Clock::go_to(RUNNING);
		let period = T::Clock::first_open();
		let group = group::<T>(0);
		let contracted = contract::<T>(&group, period, 1, t);
		let half = contracted.checked_div(2).unwrap_or(0);
		T::Backstop::post_any(ZONE, Resource::Electricity);
		T::Clock::finish(period.saturating_add(1));
		let phase;
		let bought;

		#[block]
		{
			phase = T::Clock::phase(period);
			Settlement::<T>::settle_proved(&group, period, half)?;
			// Nobody delivers a half and more than all.
			bought = T::Backstop::buy_excess(&group, period, 10)?;
		}

		assert_eq!(phase, Phase::Final);
		assert_eq!(bought, 10);

		assert!(Settlements::<T>::contains_key(ordered(period), &group));
		Ok(())
	}

	#[benchmark]
	fn name_prover() -> Result<(), BenchmarkError> {
		let group = named::<T>()?;
		let prover: T::AccountId = account("prover", 0, 0);

		#[extrinsic_call]
		_(
			RawOrigin::Signed(group.operator.clone()),
			ZONE,
			Resource::Electricity,
			Direction::Export,
			prover.clone(),
		);

		let named = Provers::<T>::get(&group).and_then(|line| line.latest().cloned().flatten());
		assert_eq!(named, Some(prover));
		Ok(())
	}

	#[benchmark]
	fn clear_prover() -> Result<(), BenchmarkError> {
		let group = named::<T>()?;

		#[extrinsic_call]
		_(
			RawOrigin::Signed(group.operator.clone()),
			ZONE,
			Resource::Electricity,
			Direction::Export,
		);

		let cleared = Provers::<T>::get(&group).and_then(|line| line.latest().cloned());
		assert_eq!(cleared, Some(None));
		Ok(())
	}

	/// The record alone: no benchmark can wait for the retention to end.
	#[benchmark]
	fn prune() -> Result<(), BenchmarkError> {
		T::Clock::go_to(RUNNING);
		let period = T::Clock::first_open();
		let group = group::<T>(0);
		contract::<T>(&group, period, 1, 1);
		Settlement::<T>::settle_proved(&group, period, 0)?;
		T::Clock::finish(period.saturating_add(1));
		assert_eq!(T::Clock::phase(period), Phase::Final);

		#[block]
		{
			let _ = Settlement::<T>::do_prune(period, group.clone());
			Settlement::<T>::remove(period, group.clone());
		}

		assert!(!Settlements::<T>::contains_key(ordered(period), &group));
		Ok(())
	}

	/// The look alone: contracts, whether they are due, and the trades of each. Records cost less, and
	/// as much each.
	#[benchmark]
	fn idle(n: Linear<1, 32>) -> Result<(), BenchmarkError> {
		T::Clock::go_to(RUNNING);
		let period = T::Clock::first_open();
		for index in 0..n {
			contract::<T>(&group::<T>(index), period, 1, 1);
		}
		T::Clock::finish(period.saturating_add(1));
		let mut trades = 0u32;

		#[block]
		{
			for (period, group) in T::Deliveries::oldest(n) {
				if T::Clock::phase(period) == Phase::Final {
					trades = trades.saturating_add(T::Deliveries::trades(&group, period));
				}
			}
		}

		assert_eq!(trades, n);
		Ok(())
	}

	/// The list of a block's settlements and the root over it.
	#[benchmark]
	fn close(n: Linear<0, { T::MaxSettledPerBlock::get() }>) -> Result<(), BenchmarkError> {
		let hashes = (0..n).map(|number| H256::from_low_u64_be(number.into())).collect::<Vec<_>>();
		SettledNow::<T>::put(BoundedVec::truncate_from(hashes));

		#[block]
		{
			Settlement::<T>::close_the_block_before();
		}

		assert!(SettledNow::<T>::get().is_empty());
		assert_eq!(SettledRoot::<T>::exists(), n > 0);
		Ok(())
	}

	/// Forms statements as `form_statement` does, with a sealed trade in each group.
	#[benchmark]
	fn form_sealed(
		g: Linear<1, { T::MaxGroups::get().min(MAX_SPLITS) }>,
		p: Linear<0, { most_pages::<T>() }>,
	) -> Result<(), BenchmarkError> {
		let prover: T::AccountId = account("prover", 0, 0);
		let claims: Vec<_> = (0..g)
			.map(|index| {
				let group = group::<T>(index);
				let more = if index == 0 { p.saturating_mul(weights::PAGE) } else { 0 };
				contract_sealed::<T>(&group, RUNNING, more.saturating_add(1));
				Provers::<T>::insert(&group, Timeline::starting(0, Some(prover.clone())));
				SealedClaim {
					group,
					quantity_commitment: [7; 32],
					slack_commitment: [7; 32],
					outputs: outputs(),
				}
			})
			.collect();
		let formed;

		#[block]
		{
			formed = Settlement::<T>::form_sealed(
				&prover,
				RUNNING,
				Resource::Electricity,
				&claims,
				u32::MAX,
			);
		}

		assert!(formed.is_ok(), "{formed:?}");
		Ok(())
	}

	#[benchmark]
	fn verify_split_small() -> Result<(), BenchmarkError> {
		let (statement, proof) = split_fixture(SPLITS_SMALL)?;
		let accepted;

		#[block]
		{
			accepted = T::SplitVerifier::verify(&statement, &proof);
		}

		assert!(accepted);
		Ok(())
	}

	#[benchmark]
	fn verify_split_large() -> Result<(), BenchmarkError> {
		let (statement, proof) = split_fixture(SPLITS_LARGE)?;
		let accepted;

		#[block]
		{
			accepted = T::SplitVerifier::verify(&statement, &proof);
		}

		assert!(accepted);
		Ok(())
	}

	/// The last period of its trade: the deposit is returned too.
	#[benchmark]
	fn settle_sealed() -> Result<(), BenchmarkError> {
		T::Clock::go_to(RUNNING);
		let period = T::Clock::first_open();
		let group = group::<T>(0);
		contract_sealed::<T>(&group, period, 1);

		#[block]
		{
			Settlement::<T>::settle_sealed(&group, period, &outputs())?;
		}

		assert!(Settlements::<T>::contains_key(ordered(period), &group));
		Ok(())
	}
}
