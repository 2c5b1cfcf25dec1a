//! Money is conserved to the unit over long random sequences.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
	Offer { buyer: u8, quantity: u64, price: u128, ahead: u64, length: u64 },
	Accept { trade: u8 },
	Cancel { trade: u8 },
	Decline { trade: u8 },
	Expire { trade: u8 },
	/// Settles the oldest contract with a part of what is contracted, in thousandths.
	Settle { part: u64 },
	Claim { trade: u8, period: u64 },
	Prune { trade: u8 },
	Idle,
	/// Empties an account with another provider: it cannot take little amounts any more.
	Empty { who: u8 },
	Fund { who: u8, amount: u128 },
	Freeze { who: u8 },
	/// Spends nearly everything: an account without other providers that holds end is reaped.
	Spend { who: u8 },
	SetPrice { price: u128 },
	Wait,
}

fn step() -> impl Strategy<Value = Step> {
	let offer = (0..4u8, 20..400u64, 1..9u128, 0..4u64, 0..5u64).prop_map(
		|(buyer, quantity, price, ahead, length)| Step::Offer {
			buyer,
			quantity,
			price,
			ahead,
			length,
		},
	);
	let trade = 0..40u8;
	prop_oneof![
		6 => offer,
		8 => trade.clone().prop_map(|trade| Step::Accept { trade }),
		1 => trade.clone().prop_map(|trade| Step::Cancel { trade }),
		1 => trade.clone().prop_map(|trade| Step::Decline { trade }),
		1 => trade.clone().prop_map(|trade| Step::Expire { trade }),
		5 => prop_oneof![Just(0), Just(1_000), 0..1_000u64].prop_map(|part| Step::Settle { part }),
		2 => (trade.clone(), 0..20u64).prop_map(|(trade, period)| Step::Claim { trade, period }),
		1 => trade.prop_map(|trade| Step::Prune { trade }),
		1 => Just(Step::Idle),
		1 => (0..5u8).prop_map(|who| Step::Empty { who }),
		2 => (0..5u8, 1..5_000u128).prop_map(|(who, amount)| Step::Fund { who, amount }),
		1 => (0..5u8).prop_map(|who| Step::Freeze { who }),
		1 => (0..5u8).prop_map(|who| Step::Spend { who }),
		1 => (0..20u128).prop_map(|price| Step::SetPrice { price }),
		3 => Just(Step::Wait),
	]
}

/// Seller and buyers.
fn party(who: u8) -> AccountId {
	if who == 0 {
		SELLER
	} else {
		BUYERS.start + u64::from(who) - 1
	}
}

/// As a dispatched call: all or nothing.
fn call<R>(f: impl FnOnce() -> Result<R, DispatchError>) -> bool {
	frame::deps::frame_support::storage::with_storage_layer(f).is_ok()
}

fn perform(step: Step) {
	let anyone = || RuntimeOrigin::signed(OTHER);
	match step {
		Step::Offer { buyer, quantity, price, ahead, length } => {
			use meterproof_primitives::PeriodClock;
			let first = Metering::first_open() + ahead;
			let offer = Offer {
				buyer: party(buyer + 1),
				quantity,
				price,
				first,
				last: first + length,
				..Default::default()
			};
			call(|| offer.make());
		},
		Step::Accept { trade } => {
			if let Some(info) = Market::trade(trade.into()) {
				call(|| accept(info.buyer, info.id));
			}
		},
		Step::Cancel { trade } => {
			call(|| Market::cancel(RuntimeOrigin::signed(SELLER), trade.into()));
		},
		Step::Decline { trade } =>
			if let Some(info) = Market::trade(trade.into()) {
				call(|| Market::decline(RuntimeOrigin::signed(info.buyer), info.id));
			},
		Step::Expire { trade } => {
			call(|| Market::expire(anyone(), trade.into()));
		},
		Step::Settle { part } =>
			if let Some((period, group)) = Market::oldest(1).pop() {
				let contracted = Market::contracted(&group, period);
				let delivered = contracted * part / 1_000;
				assert!(call(|| {
					let sums = Market::settle(&group, period, delivered)?;
					assert_eq!(sums.contracted, contracted);
					assert_eq!(sums.delivered, delivered);
					Ok(())
				}));
			},
		Step::Claim { trade, period } => {
			call(|| Market::claim(anyone(), trade.into(), FIRST + period));
		},
		Step::Prune { trade } => {
			call(|| {
				Market::prune(anyone(), trade.into()).map(|_| ()).map_err(|error| error.error)
			});
		},
		Step::Idle => {
			Market::on_idle(System::block_number(), Weight::MAX);
		},
		Step::Empty { who } => {
			call(|| {
				let who = party(who);
				System::inc_providers(&who);
				let all = free(who);
				Balances::transfer_allow_death(RuntimeOrigin::signed(who), OTHER, all)
			});
		},
		Step::Fund { who, amount } => {
			call(|| Balances::transfer_keep_alive(anyone(), party(who), amount));
		},
		Step::Freeze { who } => {
			use frame::deps::frame_support::traits::{LockableCurrency, WithdrawReasons};
			let (who, reasons) = (party(who), WithdrawReasons::all());
			if frame_system::Account::<Test>::contains_key(who) {
				Balances::set_lock(*b"lockedup", &who, 700_000_000, reasons);
			}
		},
		Step::Spend { who } => {
			call(|| Balances::transfer_all(RuntimeOrigin::signed(party(who)), OTHER, false));
		},
		Step::SetPrice { price } => {
			let electricity = Resource::Electricity;
			call(|| {
				Market::set_imbalance_price(RuntimeOrigin::root(), ZONE, electricity, price)
			});
		},
		Step::Wait => {
			let now = pallet_timestamp::Now::<Test>::get();
			blocks_at(now + SCHEDULE.length_ms, 1);
		},
	}
}

/// Settles, funds, claims and prunes whatever is left.
fn wind_up() {
	while let Some((period, group)) = Market::oldest(1).pop() {
		assert!(call(|| Market::settle(&group, period, 0)));
	}
	for who in 0..5 {
		let amount = EXISTENTIAL_DEPOSIT;
		assert!(call(|| Balances::transfer_keep_alive(
			RuntimeOrigin::signed(OTHER),
			party(who),
			amount
		)));
	}
	let unpaid: Vec<_> = Outcomes::<Test>::iter()
		.filter(|(_, _, outcome)| outcome.is_unpaid())
		.map(|(id, period, _)| (id, period))
		.collect();
	for (id, period) in unpaid {
		assert!(call(|| Market::claim(RuntimeOrigin::signed(OTHER), id, period)));
	}
	let now = pallet_timestamp::Now::<Test>::get();
	blocks_at(now + SCHEDULE.length_ms * (RETENTION + 20), 1);
	while Trades::<Test>::iter().next().is_some() {
		let before = Trades::<Test>::iter().count();
		Market::on_idle(System::block_number(), Weight::MAX);
		assert!(Trades::<Test>::iter().count() < before, "the agenda makes progress");
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

	#[test]
	fn money_is_conserved_and_every_path_ends_with_every_hold_released(
		steps in prop::collection::vec(step(), 1..160),
	) {
		ExtBuilder::default().imbalance_price(6).build().execute_with(|| {
			let issuance = Balances::total_issuance();
			let collect = |reason| {
				frame_system::Account::<Test>::iter_keys()
					.map(|who| held(reason, who))
					.sum::<Balance>()
			};
			for step in steps {
				perform(step);
				ensure_invariants();
				assert_eq!(Balances::total_issuance(), issuance, "nothing is burnt as dust");
			}
			wind_up();
			ensure_invariants();
			for reason in
				[HoldReason::Collateral, HoldReason::Payment, HoldReason::OfferDeposit]
			{
				assert_eq!(collect(reason), 0);
			}
			let sum: Balance = frame_system::Account::<Test>::iter_keys().map(total).sum();
			assert_eq!(sum, issuance);
			assert_eq!(Balances::total_issuance(), issuance);
			assert_eq!(Counts::<Test>::iter().count(), 0);
			assert_eq!(Outcomes::<Test>::iter().count(), 0);
			assert_eq!(Agenda::<Test>::iter().count(), 0);
		});
	}
}
