//! What was signed bounds what is ordered, whatever a node says.

use super::plan::{budget, own, tuesday, BUYER, MPF, PRICE, SELLER, TERMS};
use crate::standing::{
	limits::Limits,
	plan::{plan, Action, Budget, Coming, Decision, Memory},
};

fn decide(limits: &Limits, coming: Coming, memory: Memory) -> Vec<Decision> {
	plan(limits, &TERMS, &[coming], &mut Budget { memory, ..budget() })
}

fn placed(numbers: &[u64]) -> Memory {
	let placed = numbers.iter().map(|order| (512, *order)).collect();
	Memory { placed: Some(placed), ..Memory::default() }
}

#[test]
fn what_was_signed_counts_where_a_node_says_that_nothing_stands() {
	// 0.06 MPF are the collateral of 200 Wh at 0.30 MPF per kWh.
	let left = 60_000_000_000;
	let of_period = Memory { by_period: [(512, MPF - left)].into(), ..placed(&[]) };
	let said = decide(&SELLER, tuesday(), of_period)[0].line(false);
	assert!(said.starts_with("offered 200 Wh") && said.contains("signed for it"), "{said}");
	let of_day = Memory { by_day: [(tuesday().date, 10 * MPF - left)].into(), ..placed(&[]) };
	let said = decide(&SELLER, tuesday(), of_day)[0].line(false);
	assert!(said.starts_with("offered 200 Wh") && said.contains("the day, by what was"), "{said}");
	let used = Memory { by_period: [(512, MPF)].into(), ..placed(&[]) };
	assert_eq!(decide(&SELLER, tuesday(), used)[0].action, None);
	let of_quantity = Memory { quantities: [(512, 1_700)].into(), ..placed(&[]) };
	let said = decide(&SELLER, tuesday(), of_quantity)[0].line(false);
	assert!(said.starts_with("offered 300 Wh") && said.contains("owner's most"), "{said}");
	let of_other = Memory { quantities: [(513, 2_000)].into(), ..placed(&[]) };
	assert!(decide(&SELLER, tuesday(), of_other)[0].line(false).starts_with("offered 417 Wh"));
}

#[test]
fn an_order_does_not_go_where_nothing_better_may_come_instead() {
	let coming = |quantity| Coming { standing: vec![own(8, quantity, PRICE)], ..tuesday() };
	let signed = |quantity| Memory { quantities: [(512, quantity)].into(), ..placed(&[8]) };
	let actions = |quantity, signed| -> Vec<_> {
		let decided = decide(&SELLER, coming(quantity), signed);
		decided.iter().filter_map(|decision| decision.action).collect()
	};
	// 417 Wh are wanted: 500 are nearer than none, and than the 300 that may still be signed.
	assert_eq!(actions(500, signed(2_000)), []);
	assert_eq!(actions(500, signed(1_700)), []);
	let cancelled = Action::Cancel { order: 8 };
	assert!(matches!(
		actions(500, signed(1_600))[..],
		[Action::Cancel { order: 8 }, Action::Place { quantity: 400, .. }]
	));
	assert_eq!(actions(1_000, signed(2_000)), [cancelled], "1,000 are farther off than none");
	// What the owner forbids goes all the same.
	let less = Limits { quantity: 400, ..SELLER };
	assert_eq!(decide(&less, coming(500), signed(500))[0].action, Some(cancelled));
}

#[test]
fn what_is_ordered_in_one_round_counts_for_the_next_period_of_the_day() {
	let limits = Limits { money: 100_000_000_000, daily: 150_000_000_000, ..SELLER };
	let later = Coming { period: 513, ..tuesday() };
	let mut budget = Budget { memory: placed(&[]), ..budget() };
	let decided = plan(&limits, &TERMS, &[tuesday(), later], &mut budget);
	let quantities: Vec<_> = decided
		.iter()
		.filter_map(|decision| match decision.action? {
			Action::Place { quantity, .. } => Some(quantity),
			_ => None,
		})
		.collect();
	assert_eq!(quantities, [333, 167]);
	assert!(budget.memory.of_day(tuesday().date) <= limits.daily);
}

#[test]
fn orders_placed_by_hand_count_and_stay() {
	// One below the owner's least price, and far more than is expected.
	let coming = |order| Coming { standing: vec![own(order, 1_500, 90_000_000)], ..tuesday() };
	let decided = decide(&SELLER, coming(7), placed(&[8]));
	assert!(decided.iter().all(|decision| decision.action.is_none()), "{decided:?}");
	let decided = decide(&SELLER, coming(8), placed(&[8]));
	assert_eq!(decided[0].action, Some(Action::Cancel { order: 8 }));
	// A node that tells of it in another period's book is not believed.
	let elsewhere = Coming { period: 513, ..coming(8) };
	let decided = decide(&SELLER, elsewhere, placed(&[8]));
	assert!(decided.iter().all(|decision| decision.action.is_none()), "{decided:?}");
}

#[test]
fn nothing_is_improved_where_a_node_alone_says_what_it_would_cost() {
	let bid = own(8, 460, 1);
	let coming = || Coming { standing: vec![bid], ..tuesday() };
	assert!(decide(&BUYER, coming(), placed(&[8])).iter().all(|one| one.action.is_none()));
	let improved = decide(&BUYER, coming(), Memory::default());
	assert!(matches!(improved[0].action, Some(Action::Improve { .. })), "by hand it is");
}
