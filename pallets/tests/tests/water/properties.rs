//! Whatever is done in whatever order, money and litres are conserved, and every hold has a way out.

use frame::deps::frame_support::traits::UnfilteredDispatchable;
use meterproof_primitives::EnsureInvariants;
use proptest::prelude::*;

use super::*;

/// Two have meters, two have none.
const HOLDERS: [AccountId; 4] = [ALICE, BOB, CAROL, PROVER];

#[derive(Clone, Debug)]
enum Step {
	Open {
		who: usize,
	},
	Leave {
		who: usize,
	},
	Grant {
		who: usize,
		essential: u64,
		general: u64,
	},
	Announce {
		ahead: u64,
		turn: u32,
		turns: u32,
		available: u64,
	},
	Cut {
		essential: u32,
		general: u32,
	},
	Enter {
		who: usize,
	},
	Offer {
		who: usize,
		to: Option<usize>,
		quantity: u64,
		price: u128,
	},
	Withdraw {
		who: usize,
	},
	/// Takes a part of an offer, in hundredths.
	Take {
		who: usize,
		from: usize,
		part: u64,
	},
	Expire {
		who: usize,
	},
	Pay {
		who: usize,
		most: u128,
	},
	Claim {
		who: usize,
	},
	/// Empties an account with another provider: it cannot take little amounts any more.
	Empty {
		who: usize,
	},
	Fund {
		who: usize,
		amount: u128,
	},
	SetZone {
		ceiling: u64,
		penalty: u128,
		carry: u32,
	},
	Idle,
	Wait {
		periods: u64,
	},
}

fn step() -> impl Strategy<Value = Step> {
	let who = || 0..HOLDERS.len();
	prop_oneof![
		3 => who().prop_map(|who| Step::Open { who }),
		1 => who().prop_map(|who| Step::Leave { who }),
		3 => (who(), 0..200u64, 0..3_000u64)
			.prop_map(|(who, essential, general)| Step::Grant { who, essential, general }),
		4 => (0..4u64, 1..4u32, 1..4u32, 0..6_000u64).prop_map(|(ahead, turn, turns, available)| {
			Step::Announce { ahead, turn, turns, available }
		}),
		2 => (prop_oneof![Just(100), 0..=100u32], prop_oneof![Just(0), 0..=100u32])
			.prop_map(|(essential, general)| Step::Cut { essential, general }),
		2 => who().prop_map(|who| Step::Enter { who }),
		6 => (who(), prop::option::of(who()), 1..600u64, 0..9u128).prop_map(
			|(who, to, quantity, price)| Step::Offer { who, to, quantity, price }
		),
		1 => who().prop_map(|who| Step::Withdraw { who }),
		6 => (who(), who(), 1..=100u64)
			.prop_map(|(who, from, part)| Step::Take { who, from, part }),
		2 => who().prop_map(|who| Step::Expire { who }),
		1 => (who(), 1..20_000u128).prop_map(|(who, most)| Step::Pay { who, most }),
		1 => who().prop_map(|who| Step::Claim { who }),
		1 => who().prop_map(|who| Step::Empty { who }),
		2 => (who(), 1..50_000u128).prop_map(|(who, amount)| Step::Fund { who, amount }),
		1 => (1_000..20_000u64, 0..9u128, 0..=100u32).prop_map(|(ceiling, penalty, carry)| {
			Step::SetZone { ceiling, penalty, carry }
		}),
		4 => Just(Step::Idle),
		6 => (0..4u64).prop_map(|periods| Step::Wait { periods }),
	]
}

/// As a block does: all or nothing.
fn send(who: AccountId, call: Call<Test>) {
	let _ = call.dispatch_bypass_filter(RuntimeOrigin::signed(who));
}

fn fund(who: AccountId, amount: Balance) {
	let by = RuntimeOrigin::signed(ANYONE);
	let _ = Balances::transfer_allow_death(by, who, amount);
}

/// Goes so many periods on; all that have ended some periods before are final then.
fn wait(periods: u64) {
	let period = Metering::running() + periods;
	blocks_at(SCHEDULE.start(period), SCHEDULE.deadline_blocks() + 1);
}

fn percent(part: u32) -> Permill {
	Permill::from_percent(part)
}

fn take_step(step: Step) {
	let zone = ZONE;
	match step {
		Step::Open { who } => send(HOLDERS[who], Call::open { zone }),
		Step::Leave { who } => send(HOLDERS[who], Call::leave { zone }),
		Step::Grant { who, essential, general } => {
			let entitlement = Classes { essential, general };
			send(STEWARD, Call::grant { zone, account: HOLDERS[who], entitlement });
		},
		Step::Announce { ahead, turn, turns, available } => {
			let last = Zones::<Test>::get(zone)
				.and_then(|known| Seasons::<Test>::get(zone, known.season))
				.map_or(0, |season| season.end());
			let soonest = Metering::running() + u64::from(NOTICE) + 1;
			let first = last.max(soonest) + ahead;
			send(STEWARD, Call::announce { zone, first, turn, turns, available });
		},
		Step::Cut { essential, general } => {
			let (essential, general) = (percent(essential), percent(general));
			send(STEWARD, Call::cut { zone, essential, general });
		},
		Step::Enter { who } => send(ANYONE, Call::enter { zone, account: HOLDERS[who] }),
		Step::Offer { who, to, quantity, price } => {
			let to = to.map(|to| HOLDERS[to]);
			send(HOLDERS[who], Call::offer { zone, to, quantity, price });
		},
		Step::Withdraw { who } => send(HOLDERS[who], Call::withdraw { zone }),
		Step::Take { who, from, part } => {
			let from = HOLDERS[from];
			let offer = Accounts::<Test>::get(zone, from).and_then(|record| record.offer);
			let Some(Offer { quantity, price, .. }) = offer else { return };
			let quantity = (quantity * part).div_ceil(100);
			send(HOLDERS[who], Call::take { zone, from, quantity, price });
		},
		Step::Expire { who } => send(ANYONE, Call::expire { zone, account: HOLDERS[who] }),
		Step::Pay { who, most } => send(ANYONE, Call::pay { zone, account: HOLDERS[who], most }),
		Step::Claim { who } => send(ANYONE, Call::claim { zone, account: HOLDERS[who] }),
		Step::Empty { who } => {
			let who = HOLDERS[who];
			System::inc_providers(&who);
			let all = free(who);
			let _ = Balances::transfer_allow_death(RuntimeOrigin::signed(who), ANYONE, all);
		},
		Step::Fund { who, amount } => fund(HOLDERS[who], amount),
		Step::SetZone { ceiling, penalty, carry } => {
			let root = RuntimeOrigin::root();
			assert_ok!(Water::set_zone(root, zone, STEWARD, ceiling, penalty, percent(carry)));
		},
		Step::Idle => {
			idle();
		},
		Step::Wait { periods } => wait(periods),
	}
}

/// Lets all seasons end, pays every debt, and has everybody leave.
fn everybody_leaves() {
	for who in HOLDERS {
		fund(who, 1_000_000);
		send(who, Call::leave { zone: ZONE });
	}
	// The longest season, the one before it, and what lies between.
	for _ in 0..40 {
		wait(2);
		idle();
	}
	for who in HOLDERS {
		send(ANYONE, Call::pay { zone: ZONE, account: who, most: Balance::MAX });
		send(who, Call::leave { zone: ZONE });
		assert!(
			!Accounts::<Test>::contains_key(ZONE, who),
			"{:?}",
			Accounts::<Test>::get(ZONE, who)
		);
		assert_eq!(holds(who), [0, 0]);
	}
	assert_eq!(Turns::<Test>::iter().count() + Resting::<Test>::iter().count(), 0);
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

	#[test]
	fn nothing_is_lost_and_everything_comes_free(
		steps in prop::collection::vec(step(), 1..80)
	) {
		build().execute_with(|| {
			let issued = Balances::total_issuance();
			for step in steps {
				take_step(step);
				assert_ok!(Water::ensure_invariants());
				assert_eq!(Balances::total_issuance(), issued);
			}
			everybody_leaves();
			ensure_invariants();
			assert_eq!(Balances::total_issuance(), issued);
		});
	}
}
