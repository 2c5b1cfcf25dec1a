//! What it costs to fill blocks, and what nobody can fill.

use frame_support::{
	dispatch::{DispatchInfo, GetDispatchInfo},
	traits::Get,
	weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight, WeightToFee as _},
};
use frame_system::CheckWeight;
use meterproof_primitives::{Direction, Resource};
use sp_runtime::BuildStorage;

use super::*;
use crate::configs::{MaxCommitmentsPerBlock, RoomToSettle};

const CLASSES: [DispatchClass; 2] = [DispatchClass::Normal, DispatchClass::Operational];

fn run<R>(test: impl FnOnce() -> R) -> R {
	let storage = frame_system::GenesisConfig::<Runtime>::default().build_storage().unwrap();
	sp_io::TestExternalities::new(storage).execute_with(test)
}

/// Enters a transaction of this class and weight, if the block takes it.
fn enter(class: DispatchClass, weight: Weight, length: u32) -> bool {
	let info = DispatchInfo { call_weight: weight, class, ..Default::default() };
	CheckWeight::<Runtime>::do_validate(&info, length as usize)
		.and_then(|(_, next)| CheckWeight::<Runtime>::do_prepare(&info, length as usize, next))
		.is_ok()
}

/// Fills the block with transactions of a class; by weight, in thousandths of a block.
fn fill(class: DispatchClass) -> u64 {
	let each = Weight::from_parts(1_000_000_000, 0);
	while enter(class, each, 100) {}
	System::block_weight().get(class).ref_time() / 1_000_000_000
}

/// The multiplier after a block that is this full by normal transactions.
fn after(multiplier: Multiplier, class: DispatchClass, fullness: Perquintill) -> Multiplier {
	run(|| {
		let most = RuntimeBlockWeights::get().get(class).max_total.unwrap();
		let weight = Weight::from_parts(fullness * most.ref_time(), 0);
		System::register_extra_weight_unchecked(weight, class);
		FullerClass::convert(multiplier)
	})
}

fn full() -> Perquintill {
	Perquintill::from_percent(100)
}

#[test]
fn weight_never_costs_less_than_its_price() {
	let one = Multiplier::one();
	for class in CLASSES {
		assert_eq!(after(one, class, Perquintill::zero()), one);
		assert_eq!(after(one / 10.into(), class, full()), one);
	}
}

#[test]
fn full_blocks_of_either_class_raise_fees_and_empty_ones_lower_them() {
	let ten = Multiplier::from(10);
	for class in CLASSES {
		assert!(after(ten, class, full()) > ten);
		assert!(after(ten, class, Perquintill::from_percent(26)) > ten);
		assert!(after(ten, class, Perquintill::from_percent(24)) < ten);
		assert_eq!(after(ten, class, TargetBlockFullness::get()), ten);
	}
	let most = MaximumMultiplier::get();
	assert_eq!(after(most, DispatchClass::Normal, full()), most);
}

#[test]
fn fees_double_in_a_quarter_of_an_hour_of_full_blocks_and_halve_in_less_than_an_hour() {
	let steps = |mut multiplier: Multiplier, fullness, until: &dyn Fn(Multiplier) -> bool| {
		let mut blocks = 0u64;
		while !until(multiplier) {
			multiplier = after(multiplier, DispatchClass::Normal, fullness);
			blocks += 1;
		}
		blocks * MILLISECS_PER_BLOCK / 60_000
	};
	assert_eq!(steps(1.into(), full(), &|m| m >= 2.into()), 15);
	assert_eq!(steps(1.into(), full(), &|m| m >= 100.into()), 102);
	assert_eq!(steps(2.into(), Perquintill::zero(), &|m| m <= 1.into()), 46);
}

#[test]
fn free_commitments_raise_no_fee() {
	run(|| {
		pallet_metering::CommitmentsInBlock::<Runtime>::put(MaxCommitmentsPerBlock::get());
		let free = Metering::free_weight();
		System::register_extra_weight_unchecked(free, DispatchClass::Operational);
		let ten = Multiplier::from(10);
		assert!(FullerClass::convert(ten) < ten);
		// A proof beside them does.
		let most = RuntimeBlockWeights::get().get(DispatchClass::Operational).max_total.unwrap();
		System::register_extra_weight_unchecked(most / 3, DispatchClass::Operational);
		assert!(FullerClass::convert(ten) > ten);
	});
}

#[test]
fn what_load_adds_to_a_fee_goes_to_nobody_who_makes_blocks() {
	run(|| {
		for (multiplier, authors) in [(1, 10 * UNIT), (4, 10 * UNIT / 4), (1_000, UNIT / 100)] {
			let multiplier = Multiplier::from(multiplier);
			pallet_transaction_payment::NextFeeMultiplier::<Runtime>::put(multiplier);
			let fee = <Balances as Balanced<AccountId>>::issue(10 * UNIT);
			let (share, rest) = ToAuthor::parts(fee);
			assert_eq!((share.peek(), rest.peek()), (authors, 10 * UNIT - authors));
		}
		// Without a known author a fee is burnt.
		ToAuthor::on_unbalanceds([<Balances as Balanced<AccountId>>::issue(UNIT)].into_iter());
		assert_eq!(Balances::total_issuance(), 0);
	});
}

/// How many blocks in a row somebody can fill with `budget`, by the formula of [`FullerClass`].
fn blocks_filled(variable: f64, floor: f64, budget: f64) -> u64 {
	let difference = 1.0 - 0.25;
	let factor = 1.0 + variable * difference + (variable * difference).powi(2) / 2.0;
	let (mut multiplier, mut spent, mut blocks) = (floor, 0.0, 0);
	loop {
		// Three quarters of a second of weight, at a token a second.
		spent += 0.75 * multiplier;
		if spent > budget {
			return blocks;
		}
		blocks += 1;
		multiplier *= factor;
	}
}

/// The sums of docs/decisions/0021.
#[test]
fn an_attacker_with_100_tokens_fills_minutes_and_not_weeks() {
	let minutes = |blocks: u64| blocks * MILLISECS_PER_BLOCK / 60_000;
	// An idle chain whose multiplier may sink to a millionth and rises by 1.4 a day.
	let before = blocks_filled(1e-5, 1e-6, 100.0);
	assert_eq!(minutes(before) / (24 * 60), 21, "days");
	let now = blocks_filled(1.0 / 500.0, 1.0, 100.0);
	assert_eq!(minutes(now), 4);
	// The runtime's own arithmetic says the same.
	let most = RuntimeBlockWeights::get().get(DispatchClass::Normal).max_total.unwrap();
	let (mut multiplier, mut spent, mut blocks) = (MinimumMultiplier::get(), 0, 0);
	loop {
		spent += multiplier.saturating_mul_int(WeightToFee::weight_to_fee(&most));
		if spent > 100 * UNIT {
			break;
		}
		blocks += 1;
		multiplier = after(multiplier, DispatchClass::Normal, full());
	}
	assert_eq!(blocks, now);
	// An hour and a quarter, the windows of quarter hours, costs more than this.
	let windows = 75 * 60_000 / MILLISECS_PER_BLOCK;
	assert!(blocks_filled(1.0 / 500.0, 1.0, 14_000.0) < windows);
}

#[test]
fn a_block_holds_a_second_of_weight_and_its_author_may_fill_it_by_length() {
	let limits = RuntimeBlockWeights::get();
	assert_eq!(limits.max_block.ref_time(), WEIGHT_REF_TIME_PER_SECOND);
	assert!(limits.clone().validate().is_ok());
	run(|| {
		for class in CLASSES {
			assert!(enter(class, Weight::from_parts(400_000_000_000, 0), 100));
		}
	});
}

#[test]
fn neither_class_can_take_the_others_quarter_of_a_block() {
	for [first, second] in [CLASSES, [CLASSES[1], CLASSES[0]]] {
		run(|| {
			assert_eq!(fill(first), 749);
			let left = fill(second);
			assert!((249..=250).contains(&left), "{left}");
		});
	}
}

#[test]
fn commitments_and_proofs_have_a_share_of_their_own_and_nothing_else_has() {
	let call = pallet_metering::Call::commit {
		device: 0,
		period: 0,
		direction: Direction::Export,
		commitment: [0; 32],
		signature: [0; 64],
	};
	let commit = RuntimeCall::Metering(call);
	let proof = RuntimeCall::Settlement(pallet_settlement::Call::submit_proof {
		period: 0,
		resource: Resource::Electricity,
		claims: Default::default(),
		slots: 1,
		trades: 1,
		openings: Default::default(),
		proof: Default::default(),
	});
	let sealed = RuntimeCall::Settlement(pallet_settlement::Call::submit_sealed_proof {
		period: 0,
		resource: Resource::Electricity,
		claims: Default::default(),
		slots: 1,
		openings: Default::default(),
		usage_proof: Default::default(),
		split_proof: Default::default(),
	});
	for call in [commit, proof.clone(), sealed] {
		assert_eq!(call.get_dispatch_info().class, DispatchClass::Operational, "{call:?}");
	}
	let remark = RuntimeCall::System(frame_system::Call::remark { remark: vec![] });
	let normal = [
		RuntimeCall::Metering(pallet_metering::Call::commit_batch { batch: Default::default() }),
		RuntimeCall::Market(pallet_market::Call::expire { trade: 0 }),
		RuntimeCall::Utility(pallet_utility::Call::batch { calls: vec![proof, remark.clone()] }),
		remark,
	];
	for call in normal {
		assert_eq!(call.get_dispatch_info().class, DispatchClass::Normal, "{call:?}");
	}
}

mod a_block_has_room_to_settle {
	use super::*;
	use crate::configs::largest_reserved_proof;

	#[test]
	fn beside_the_commitments_that_a_full_block_takes() {
		run(|| {
			fill(DispatchClass::Normal);
			let each = {
				pallet_metering::CommitmentsInBlock::<Runtime>::put(1);
				let limits = RuntimeBlockWeights::get();
				let base = limits.get(DispatchClass::Operational).base_extrinsic;
				Metering::free_weight().saturating_sub(base)
			};
			let mut taken = 0;
			while RoomToSettle::get() && enter(DispatchClass::Operational, each, 250) {
				taken += 1;
			}
			// They stop in time, and a proof still fits.
			assert!((200..MaxCommitmentsPerBlock::get()).contains(&taken), "{taken}");
			let proof = largest_reserved_proof().saturating_sub(each);
			assert!(enter(DispatchClass::Operational, proof, 110_000));
		});
	}

	#[test]
	fn when_it_is_empty_or_full_of_other_transactions() {
		run(|| {
			assert!(RoomToSettle::get());
			fill(DispatchClass::Normal);
			assert!(RoomToSettle::get());
		});
	}

	#[test]
	fn unless_its_share_is_used_up_by_weight() {
		run(|| {
			fill(DispatchClass::Operational);
			assert!(!RoomToSettle::get());
		});
		// What others leave of the block counts too.
		run(|| {
			fill(DispatchClass::Normal);
			fill(DispatchClass::Operational);
			assert!(!RoomToSettle::get());
		});
	}

	#[test]
	fn unless_it_is_full_by_length() {
		run(|| {
			while enter(DispatchClass::Operational, Weight::from_parts(1, 0), 100_000) {}
			assert!(!RoomToSettle::get());
		});
	}

	#[test]
	fn unless_a_migration_lets_nothing_in() {
		run(|| {
			let cursor = pallet_migrations::MigrationCursor::Stuck;
			pallet_migrations::Cursor::<Runtime>::put(cursor);
			assert!(!RoomToSettle::get());
		});
	}
}
