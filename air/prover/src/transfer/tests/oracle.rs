//! The circuit against the statement in plain arithmetic.

use super::{digest, made, spend, violations, ASSET};
use crate::transfer::{trace::fill, Payment, Spend};
use meterproof_programs::{
	note::{node, TREE_DEPTH},
	transfer::{Public, PublicInputs, Statement},
};
use proptest::prelude::*;

/// The statement, word for word. `carried` is the one part of the witness that is a choice.
fn holds(statement: &Statement, payment: &Payment, carried: i8) -> bool {
	let asset = statement.asset;
	let in_tree = |spend: &Spend| {
		let mut hash = spend.note(asset).unwrap().commitment().unwrap();
		for level in 0..TREE_DEPTH {
			let sibling = &spend.path[level];
			hash = if spend.position >> level & 1 == 1 {
				node(sibling, &hash).unwrap()
			} else {
				node(&hash, sibling).unwrap()
			};
		}
		hash == statement.root
	};
	let spends = payment.spends.iter().zip(&statement.nullifiers).all(|(spend, nullifier)| {
		spend.nullifier(asset).as_ref() == Some(nullifier)
			&& if spend.dummy { spend.amount == 0 } else { in_tree(spend) }
	});
	let outputs = payment.outputs.iter().zip(&statement.outputs).all(|(note, commitment)| {
		note.asset == asset && note.commitment().as_ref() == Some(commitment)
	});
	let (entering, leaving): (Vec<u64>, Vec<u64>) = match statement.public {
		Public::Shield { amount, .. } => (vec![amount], vec![]),
		Public::Transfer { fee } => (vec![], vec![fee]),
		Public::Unshield { amount, fee, .. } => (vec![], vec![amount, fee]),
	};
	let entering = payment.spends.iter().map(|spend| spend.amount).chain(entering);
	let leaving = payment.outputs.iter().map(|note| note.amount).chain(leaving);
	let sum = |amounts: Vec<u64>, part: fn(u64) -> u64| -> i128 {
		amounts.into_iter().map(|amount| i128::from(part(amount))).sum()
	};
	let (entering, leaving): (Vec<_>, Vec<_>) = (entering.collect(), leaving.collect());
	let difference = |part| sum(entering.clone(), part) - sum(leaving.clone(), part);
	let balanced = difference(|amount| amount) == 0;
	let right_carry = difference(|amount| amount % (1 << 32)) == i128::from(carried) << 32;
	payment.asset == asset && spends && outputs && balanced && right_carry
}

fn amount() -> impl Strategy<Value = u64> {
	const EDGES: [u64; 7] = [0, 1, u32::MAX as u64, 1 << 32, (1 << 32) + 1, u64::MAX - 1, u64::MAX];
	prop_oneof![2 => 0..100u64, 2 => prop::sample::select(&EDGES[..]), 2 => any::<u64>()]
}

fn position() -> impl Strategy<Value = u32> {
	prop_oneof![Just(0), Just(u32::MAX), Just(1), Just(1 << 31), any::<u32>()]
}

/// What a prover may get wrong, or do to get paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Error {
	Nothing,
	Carry,
	Fee,
	Output,
	OutputAmount,
	Nullifier,
	Order,
	Root,
	Path,
	Position,
	Asset,
	OutputAsset,
	WorthyDummy,
}

const ERRORS: [Error; 12] = [
	Error::Carry,
	Error::Fee,
	Error::Output,
	Error::OutputAmount,
	Error::Nullifier,
	Error::Order,
	Error::Root,
	Error::Path,
	Error::Position,
	Error::Asset,
	Error::OutputAsset,
	Error::WorthyDummy,
];

/// Two notes at two places of one tree: wherever their paths meet, each stands on the other's.
fn in_one_tree(amounts: [u64; 2], positions: [u32; 2]) -> [Spend; 2] {
	let [first, second] = positions;
	let mut spends = [spend(amounts[0], first), spend(amounts[1] ^ 1, second)];
	spends[1].amount = amounts[1];
	let meet = 31 - (first ^ second).leading_zeros() as usize;
	let up_to = |spend: &Spend| {
		let leaf = spend.note(ASSET).unwrap().commitment().unwrap();
		(0..meet).fold(leaf, |hash, level| match spend.position >> level & 1 {
			0 => node(&hash, &spend.path[level]).unwrap(),
			_ => node(&spend.path[level], &hash).unwrap(),
		})
	};
	spends[1].path[..meet].iter_mut().zip(900..).for_each(|(node, i)| *node = digest(i));
	let roots = [up_to(&spends[0]), up_to(&spends[1])];
	spends[0].path[meet] = roots[1];
	spends[1].path[meet] = roots[0];
	spends
}

/// As much of `total` as the statement's parts can hold, split somehow; the rest is missing.
fn split(total: u128, shares: [u64; 3]) -> [u64; 4] {
	let mut left = total;
	let mut take = |most: u128| {
		let part = most.min(left).min(u64::MAX.into());
		left -= part;
		part as u64
	};
	let [a, b, c] = shares.map(|share| take(share.into()));
	let d = take(u128::MAX);
	[a, b, c, d]
}

proptest! {
	#![proptest_config(ProptestConfig {
		cases: if cfg!(debug_assertions) { 60 } else { 400 },
		..ProptestConfig::default()
	})]

	/// The circuit accepts what plain arithmetic accepts, and nothing else.
	#[test]
	fn the_circuit_agrees_with_plain_arithmetic(
		amounts in [amount(), amount()],
		shares in [amount(), amount(), amount()],
		public_amount in amount(),
		positions in [position(), position()],
		dummies in [any::<bool>(), any::<bool>()],
		kind in 0..3u8,
		(error, which) in (
			prop_oneof![1 => Just(Error::Nothing), 1 => prop::sample::select(&ERRORS[..])],
			0..2usize,
		),
		carry in -3..=3i8,
	) {
		prop_assume!(positions[0] != positions[1]);
		let mut spends = in_one_tree(amounts, positions);
		for (spend, dummy) in spends.iter_mut().zip(dummies) {
			if dummy {
				*spend = Spend::dummy().unwrap();
			}
		}
		// Both real: paths hold each other. One real: the other's place is a made-up node.
		let entering: u128 = spends.iter().map(|spend| u128::from(spend.amount)).sum();
		let shielded = public_amount.max(1);
		let total = entering + if kind == 0 { u128::from(shielded) } else { 0 };
		let [a, b, c, d] = split(total, shares);
		let (public, outputs) = match kind {
			0 => (Public::Shield { from: [7; 32], amount: shielded }, [a, d]),
			1 => (Public::Transfer { fee: a }, [b, d]),
			_ => (Public::Unshield { to: [8; 32], amount: a.max(1), fee: b }, [c, d]),
		};
		let mut payment = Payment { asset: ASSET, spends, outputs: outputs.map(made) };
		match error {
			Error::WorthyDummy => {
				payment.spends[which].dummy = true;
			},
			Error::OutputAmount => {
				let amount = &mut payment.outputs[which].amount;
				*amount = amount.wrapping_add(1 << (carry + 3) << 29);
			},
			_ => {},
		}
		let mut statement = super::statement(&payment, public);
		match error {
			Error::Fee => statement.public = match public {
				Public::Shield { from, amount } =>
					Public::Shield { from, amount: amount.wrapping_add(1).max(1) },
				Public::Transfer { fee } => Public::Transfer { fee: fee.wrapping_add(1) },
				Public::Unshield { to, amount, fee } =>
					Public::Unshield { to, amount, fee: fee.wrapping_sub(1) },
			},
			Error::Output => statement.outputs[which][8] ^= 1,
			Error::Nullifier => statement.nullifiers[which][16] ^= 1,
			Error::Order => statement.nullifiers.swap(0, 1),
			Error::Root => statement.root[0] ^= 1,
			Error::Asset => statement.asset = ASSET + 1,
			Error::Path => payment.spends[which].path[usize::from(public_amount as u8 % 32)] = digest(1),
			Error::Position => payment.spends[which].position ^= 1 << (public_amount % 32),
			Error::OutputAsset => payment.outputs[which].asset += 1,
			_ => {},
		}
		let right = match payment.check(&statement) {
			Ok(carried) => carried,
			Err(_) => carry,
		};
		let carried = if error == Error::Carry { carry } else { right };
		let inputs = PublicInputs::new(&statement).unwrap();
		let trace = fill(&inputs, &payment, carried).unwrap();
		let expected = holds(&statement, &payment, carried);
		prop_assert_eq!(violations(&inputs, &trace).is_empty(), expected);
		// The prover says the same before it proves anything.
		let checked = payment.check(&statement);
		prop_assert_eq!(checked.is_ok_and(|right| right == carried), expected);
	}
}
