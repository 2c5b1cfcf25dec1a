//! Calls at random, fit and unfit, over many blocks: no call panics, the books are in order after each
//! block, and no money comes or goes unnoticed.
//!
//! Most calls fit the state, as [`world`](super::world) makes them; others are such calls with some of
//! their bytes changed, by other accounts, or several in a batch. Sessions, eras, equivocations and the
//! pallets' idle work go on between them.
//!
//! The same seed makes the same calls. `METERPROOF_RUNTIME_MINUTES` makes the run longer, over seeds
//! from `METERPROOF_RUNTIME_SEED` on.

use std::{
	collections::BTreeMap,
	env,
	panic::{catch_unwind, AssertUnwindSafe},
	time::{Duration, Instant},
};

use codec::{Decode, DecodeAll, Encode};
use frame_support::{
	traits::{Authorize, GetCallMetadata, OnIdle},
	weights::Weight,
};
use sp_runtime::{traits::Dispatchable, transaction_validity::TransactionSource};

use super::{
	chain::Chain,
	choices::Choices,
	world::{By, Proofs, Step, World},
};
use crate::*;

/// The seed of the quick form.
const SEED: u64 = 1;
/// Blocks of a seed.
const BLOCKS: u64 = 40;
/// Proofs of a seed.
const PROOFS: Proofs = Proofs { usage: 2, sealed: 0, payments: 1 };
/// Weight that the idle work of a block has at most: a block's.
const IDLE: Weight = Weight::from_parts(1_500_000_000_000, 5 << 20);

/// What was done.
#[derive(Default)]
struct Tally {
	seeds: u64,
	blocks: u64,
	/// By call: made, and succeeded.
	calls: BTreeMap<String, (u64, u64)>,
	/// Changed calls that were no calls any more.
	undecodable: u64,
}

/// A run of one seed.
struct Run<'a> {
	chain: Chain,
	choices: Choices,
	world: World,
	tally: &'a mut Tally,
	/// What was tried last, for the report of a failure.
	last: String,
}

impl Run<'_> {
	/// A call with some of its bytes changed, if it is still one. Root makes none of these: a changed
	/// call of root's may do anything.
	fn spoil(&mut self, step: Step) -> Option<Step> {
		let mut bytes = step.call.encode();
		for _ in 0..=self.choices.below(3) {
			let at = self.choices.below(bytes.len() as u64) as usize;
			match self.choices.below(5) {
				0 => bytes[at] = self.choices.bits() as u8,
				1 => bytes[at] ^= 1 << self.choices.below(8),
				2 => bytes[at] = [0, 1, 0x7f, 0xff][self.choices.below(4) as usize],
				3 => bytes.insert(at, self.choices.bits() as u8),
				_ if bytes.len() > 2 => {
					bytes.remove(at);
				},
				_ => {},
			}
		}
		let call = match self.choices.once_in(2) {
			true => RuntimeCall::decode_all(&mut &bytes[..]).ok(),
			false => RuntimeCall::decode(&mut &bytes[..]).ok(),
		};
		let Some(call) = call else {
			self.tally.undecodable += 1;
			return None;
		};
		let by = match step.by {
			By::Root => By::Account(self.world.anybody(&mut self.choices)),
			by => by,
		};
		Some(Step { call, by })
	}

	/// Several calls of one account in one.
	fn batch(&mut self, first: Step) -> Step {
		let By::Account(who) = first.by.clone() else { return first };
		let mut calls = vec![first.call];
		for _ in 0..self.choices.below(4) {
			let Self { chain, choices, world, .. } = self;
			calls.push(chain.look(|| world.step(choices)).call);
		}
		let call = match self.choices.below(3) {
			0 => pallet_utility::Call::batch { calls },
			1 => pallet_utility::Call::batch_all { calls },
			_ => pallet_utility::Call::force_batch { calls },
		};
		Step { call: call.into(), by: By::Account(who) }
	}

	fn next(&mut self) -> Option<Step> {
		let Self { chain, choices, world, .. } = self;
		let step = chain.look(|| world.step(choices));
		match self.choices.below(10) {
			0 | 1 => self.spoil(step),
			2 => Some(self.batch(step)),
			_ => Some(step),
		}
	}

	/// Makes a call, if it needs no authorisation or has it.
	fn make(&mut self, step: Step) {
		let call = step.call.get_call_metadata();
		let name = format!("{}.{}", call.pallet_name, call.function_name);
		self.last = format!("{step:?}");
		if step.by == By::Itself {
			let authorize = || step.call.authorize(TransactionSource::InBlock);
			if !matches!(self.chain.look(authorize), Some(Ok(_))) {
				self.tally.calls.entry(name).or_default().0 += 1;
				return;
			}
		}
		let result = self.chain.execute(|| step.call.clone().dispatch(step.origin()));
		let (made, succeeded) = self.tally.calls.entry(name).or_default();
		*made += 1;
		*succeeded += u64::from(result.is_ok());
	}

	fn offend(&mut self) {
		let Self { chain, choices, world, .. } = self;
		let Some((who, fraction)) = chain.look(|| world.offence(choices)) else { return };
		self.last = format!("an offence of {who:?}");
		let session = self.chain.look(Session::current_index);
		self.chain.execute(|| Validators::report(&who, fraction, session, None));
	}

	/// How long after the last block the next one comes: mostly at once, at times in another period,
	/// session or era, seldom after all records may go.
	fn slots(&mut self) -> u64 {
		match self.choices.below(40) {
			0..4 => 2 + self.choices.below(6),
			4..6 => 6 * (1 + self.choices.below(12)),
			6 => u64::from(genesis_config_presets::DEV_LENGTHS.epoch_slots),
			7 => 2_700 * 6,
			_ => 1,
		}
	}

	fn block(&mut self) {
		let slots = self.slots();
		self.last = format!("the beginning of a block, {slots} slots after the last");
		self.chain.open_block(slots);
		for _ in 0..4 + self.choices.below(12) {
			if let Some(step) = self.next() {
				self.make(step);
			}
		}
		if self.choices.once_in(16) {
			self.offend();
		}
		self.last = "the end of a block".into();
		let room = IDLE / (1 + self.choices.below(1_000));
		let number = self.chain.number();
		self.chain.execute(|| AllPalletsWithSystem::on_idle(number, room));
		self.chain.close_block();
		self.last = "the books".into();
		self.chain.look(|| {
			audit().expect("the books are in order");
			let held: Balance = frame_system::Account::<Runtime>::iter()
				.map(|(_, account)| account.data.free + account.data.reserved)
				.sum();
			assert_eq!(held, Balances::total_issuance(), "money came or went");
		});
		self.tally.blocks += 1;
	}
}

/// Runs one seed.
fn run(seed: u64, blocks: u64, tally: &mut Tally) {
	let mut chain = Chain::development(850_000_000);
	chain.open_block(1);
	let world = chain.execute(|| World::begin(PROOFS));
	chain.close_block();
	let mut run = Run { chain, choices: Choices::seeded(seed), world, tally, last: String::new() };
	for block in 0..blocks {
		let result = catch_unwind(AssertUnwindSafe(|| run.block()));
		assert!(result.is_ok(), "seed {seed}, block {block}: {}", run.last);
	}
	tally.seeds += 1;
}

fn number(variable: &str) -> Option<u64> {
	let text = env::var(variable).ok()?;
	Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a whole number")))
}

#[test]
fn no_call_panics_and_the_books_are_in_order_after_every_block() {
	let mut tally = Tally::default();
	let first = number("METERPROOF_RUNTIME_SEED").unwrap_or(SEED);
	let end = number("METERPROOF_RUNTIME_MINUTES")
		.map(|minutes| Instant::now() + Duration::from_secs(60 * minutes));
	for seed in first.. {
		run(seed, BLOCKS, &mut tally);
		if end.is_none_or(|end| Instant::now() >= end) {
			break;
		}
	}
	let Tally { seeds, blocks, calls, undecodable } = &tally;
	for (name, (made, succeeded)) in calls {
		println!("{name}: {succeeded} of {made}");
	}
	let made: u64 = calls.values().map(|(made, _)| made).sum();
	let succeeded: u64 = calls.values().map(|(_, succeeded)| succeeded).sum();
	println!(
		"{seeds} seeds, {blocks} blocks, {made} calls, {succeeded} of them succeeded; {undecodable} \
		 changed calls were none"
	);
	assert!(succeeded > 0 && succeeded < made, "some calls fit and some do not");
}
