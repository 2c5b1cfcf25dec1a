//! No call reads or writes more than its weight pays for, in whatever state it finds the chain.
//!
//! Benchmarks measure a worst case that somebody thought of. Here, calls are made at random, and each
//! one is held against its own weight: what it read and wrote, success or failure, against the reads
//! and writes that its weight contains, less what it gave back. Authorisation and the pallets' hooks
//! are held against theirs.
//!
//! It costs half a minute of processor time with debug assertions, most of it for proofs.

use std::collections::BTreeMap;

use frame_support::{
	dispatch::{extract_actual_weight, GetDispatchInfo},
	traits::{Authorize, GetCallMetadata, GetCallName, Hooks},
	weights::Weight,
};
use pallet_validators::WeightInfo as _;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::Dispatchable, transaction_validity::TransactionSource};

use super::{
	chain::Chain,
	choices::Choices,
	measure::{at_marked_prices, paid, room_for, Footprint, Free, Sums},
	world::{By, Proofs, Step, World},
	MostClearing,
};
use crate::*;

const SEED: u64 = 20_261_202;

/// Calls that random states seldom allow. Money of an order could not be released, since its account had less than
/// the existential deposit when the book was cleared. Somebody's note could not be made, and he wants the account
/// paid instead: that weighs what `Market.claim` weighs, which pays the same. A slash is due that the era
/// has not taken by itself, since more were due than it takes. And an account that had passed water on could
/// not take its surety when its turn was closed.
const SELDOM: [&str; 4] =
	["Book.claim", "Market.claim_to_account", "Validators.apply_slash", "Water.claim"];
/// Blocks until everything that ends in time has ended.
const BLOCKS: u64 = 120;
/// Blocks after records have been kept long enough.
const LATE_BLOCKS: u64 = 20;
/// Blocks more, at most, until every call has been made.
const MORE_BLOCKS: u64 = 200;
/// Slots until then, and until the bonds of registrars that left are free: 35,136 periods of six slots each.
const RETENTION_SLOTS: u64 = 35_200 * 6;
/// Eras until a bond is free, and slots of each.
const ERAS: u64 = 40;
const ERA_SLOTS: u64 = genesis_config_presets::DEV_LENGTHS.epoch_slots as u64;
/// Calls in a block.
const STEPS: u64 = 12;
const PROOFS: Proofs = Proofs { usage: 18, sealed: 2, payments: 6 };

type Weights = weights::pallet_payments::WeightInfo<Runtime>;
type ValidatorWeights = weights::pallet_validators::WeightInfo<Runtime>;

/// What was seen of a call, an authorisation or a hook.
#[derive(Default)]
struct Seen {
	times: u32,
	succeeded: u32,
	/// The most that it touched, each for itself.
	most: Sums,
	/// The most that it paid for, each for itself.
	paid: Sums,
	/// The first time that it touched more than it paid for.
	fault: Option<String>,
}

/// A run of the chain.
struct Run {
	chain: Chain,
	choices: Choices,
	free: Free,
	seen: BTreeMap<String, Seen>,
}

impl Run {
	/// Holds what was touched against what was paid.
	fn hold(
		&mut self,
		what: &str,
		detail: impl FnOnce() -> String,
		footprint: &Footprint,
		paid: Sums,
		succeeded: bool,
	) {
		let counted = self.free.counted(footprint);
		let seen = self.seen.entry(what.to_string()).or_default();
		seen.times += 1;
		seen.succeeded += u32::from(succeeded);
		seen.most = seen.most.or_more(&counted);
		seen.paid = seen.paid.or_more(&paid);
		if !counted.are_within(&paid) && seen.fault.is_none() {
			let items = self.free.told(footprint);
			let detail = detail();
			seen.fault =
				Some(format!("touched {counted:?}, paid {paid:?}\n\t{detail}\n\t{items:?}"));
		}
	}

	/// Makes a call.
	fn make(&mut self, step: Step) {
		let name = name(&step.call);
		if step.by == By::Itself {
			let (valid, footprint, _) =
				self.chain.watch(|| step.call.authorize(TransactionSource::InBlock));
			let paid = at_marked_prices(|| paid(step.call.weight_of_authorize()));
			let is_valid = matches!(valid, Some(Ok(_)));
			let detail = || format!("{valid:?}");
			self.hold(&format!("{name}, authorised"), detail, &footprint, paid, is_valid);
			if !is_valid {
				return;
			}
		}
		let dispatch = || step.call.clone().dispatch(step.origin());
		let (result, footprint, changes) = self.chain.watch(dispatch);
		let paid = at_marked_prices(|| {
			let info = step.call.get_dispatch_info();
			let gives_back = match &result {
				Ok(post) => post.actual_weight.is_some(),
				Err(error) => error.post_info.actual_weight.is_some(),
			};
			// What is given back is a weight too.
			let actual = match gives_back {
				true => extract_actual_weight(&self.chain.look(dispatch), &info),
				false => info.call_weight,
			};
			paid(actual) - hashing_later(&step.call)
		});
		let succeeded = result.is_ok();
		if is_own(&step.call) {
			let detail = || format!("{:?} by {:?}: {result:?}", step.call, step.by);
			self.hold(&name, detail, &footprint, paid, succeeded);
		}
		self.chain.keep(changes);
	}

	/// What pallets do in the time that a block has left, at most so many writes each.
	fn idle(&mut self, writes: u64) {
		let number = self.chain.number();
		let hooks: [(&str, fn(BlockNumber, Weight) -> Weight); 5] = [
			("Metering, idle", Metering::on_idle),
			("Market, idle", Market::on_idle),
			("Book, idle", Book::on_idle),
			("Settlement, idle", Settlement::on_idle),
			("Water, idle", Water::on_idle),
		];
		for (name, hook) in hooks {
			let (weight, footprint, changes) = at_marked_prices(|| {
				self.chain.watch(|| {
					// Notes add to the block's weight, at marked prices: that must not fill it.
					let before = frame_system::BlockWeight::<Runtime>::get();
					let weight = hook(number, room_for(writes));
					frame_system::BlockWeight::<Runtime>::put(before);
					weight
				})
			});
			let detail = || format!("room for {writes} writes");
			self.hold(name, detail, &footprint, paid(weight), true);
			self.chain.keep(changes);
		}
	}

	/// Ends the block, and holds what its end takes against what its beginning paid.
	fn close(&mut self) {
		let number = self.chain.number();
		let notes = self.chain.look(|| {
			let head = pallet_payments::Head::<Runtime>::get();
			pallet_payments::NextPosition::<Runtime>::get() - head.notes
		});
		let (_, footprint, _) = self.chain.watch(|| Metering::on_finalize(number));
		let weight = at_marked_prices(|| paid(self.chain.look(|| Metering::on_initialize(number))));
		self.hold("Metering, final", String::new, &footprint, weight, true);
		let (_, footprint, _) = self.chain.watch(|| Payments::on_finalize(number));
		let weight = at_marked_prices(|| {
			let base = self.chain.look(|| Payments::on_initialize(number));
			paid(base.saturating_add(pallet_payments::weights::hashing::<Weights>(notes)))
		});
		let detail = || format!("{notes} notes");
		self.hold("Payments, final", detail, &footprint, weight, true);
		self.chain.close_block();
	}

	/// This chain's own calls that have not succeeded yet.
	fn never_made(&self) -> Vec<String> {
		let has_succeeded =
			|name: &String| self.seen.get(name).is_some_and(|seen| seen.succeeded > 0);
		own_calls().into_iter().filter(|name| !has_succeeded(name)).collect()
	}

	/// Somebody signs twice, and is reported.
	fn offend(&mut self, world: &World) {
		let Self { chain, choices, .. } = self;
		let Some((who, fraction)) = chain.look(|| world.offence(choices)) else { return };
		let reporter = Some(Sr25519Keyring::Alice.to_account_id());
		let session = self.chain.look(Session::current_index);
		let report = || Validators::report(&who, fraction, session, reporter);
		let (_, footprint, changes) = self.chain.watch(report);
		let weight = at_marked_prices(|| paid(ValidatorWeights::report()));
		let detail = || format!("{who:?}, {fraction:?}");
		self.hold("Validators, reported", detail, &footprint, weight, true);
		self.chain.keep(changes);
	}

	/// Holds what the start of the next session would touch of the validators' state against what it
	/// counts for that. What sessions do besides is the SDK's.
	fn look_at_a_session(&mut self) {
		let session = self.chain.look(Session::current_index) + 1;
		let start = || {
			Validators::start(session, &pallet_session::Validators::<Runtime>::get());
			Validators::plan(session + 1)
		};
		let (_, footprint, _) = self.chain.watch(start);
		let weight = at_marked_prices(|| paid(ValidatorWeights::start_session()));
		self.hold("Validators, session", String::new, &footprint, weight, true);
	}

	/// Holds what the beginning of a block takes for other chains against what it counts for that: the root
	/// over what the block before settled, and the leaf with it.
	fn look_at_a_beginning(&mut self) {
		let number = self.chain.number() + 1;
		let hooks: [(&str, fn(BlockNumber) -> Weight); 2] = [
			("Settlement, begins", Settlement::on_initialize),
			("Mmr, begins", Mmr::on_initialize),
		];
		for (name, hook) in hooks {
			let (weight, footprint, _) = at_marked_prices(|| self.chain.watch(|| hook(number)));
			self.hold(name, String::new, &footprint, paid(weight), true);
		}
	}

	/// A block with [`STEPS`] calls, so many slots after the last one.
	fn block(&mut self, world: &mut World, slots: u64) {
		self.look_at_a_beginning();
		self.chain.open_block(slots);
		for _ in 0..STEPS {
			let Self { chain, choices, .. } = self;
			let step = chain.look(|| world.step(choices));
			self.make(step);
		}
		if self.choices.once_in(12) {
			self.offend(world);
		}
		self.look_at_a_session();
		if self.choices.once_in(3) {
			let writes = self.choices.below(600);
			self.idle(writes);
		}
		self.close();
	}
}

/// Pallet and call.
fn name(call: &RuntimeCall) -> String {
	let call = call.get_call_metadata();
	format!("{}.{}", call.pallet_name, call.function_name)
}

fn is_own(call: &RuntimeCall) -> bool {
	use RuntimeCall::*;
	matches!(
		call,
		Book(_)
			| Devices(_)
			| Metering(_)
			| Market(_)
			| Settlement(_)
			| Payments(_)
			| Validators(_)
			| Water(_)
	)
}

/// The part of a payment's weight that is for hashing its notes when the block ends.
fn hashing_later(call: &RuntimeCall) -> Sums {
	use pallet_payments::Call::*;
	match call {
		RuntimeCall::Payments(shield { .. } | transfer { .. } | unshield { .. }) => {
			paid(pallet_payments::weights::hashing::<Weights>(2))
		},
		_ => Sums::default(),
	}
}

/// All calls of this chain's own pallets.
fn own_calls() -> Vec<String> {
	let of = |pallet: &str, calls: &[&str]| {
		calls.iter().map(|call| format!("{pallet}.{call}")).collect::<Vec<_>>()
	};
	[
		of("Devices", pallet_devices::Call::<Runtime>::get_call_names()),
		of("Metering", pallet_metering::Call::<Runtime>::get_call_names()),
		of("Book", pallet_book::Call::<Runtime>::get_call_names()),
		of("Market", pallet_market::Call::<Runtime>::get_call_names()),
		of("Settlement", pallet_settlement::Call::<Runtime>::get_call_names()),
		of("Payments", pallet_payments::Call::<Runtime>::get_call_names()),
		of("Validators", pallet_validators::Call::<Runtime>::get_call_names()),
		of("Water", pallet_water::Call::<Runtime>::get_call_names()),
	]
	.into_iter()
	.flatten()
	.collect()
}

#[test]
fn no_call_reads_or_writes_more_than_it_pays_for() {
	MostClearing::set(Weight::MAX);
	let mut run = Run {
		chain: Chain::development(850_000_000),
		choices: Choices::seeded(SEED),
		free: Free::new(),
		seen: BTreeMap::new(),
	};
	run.chain.open_block(1);
	let mut world = run.chain.execute(|| World::begin(PROOFS));
	run.close();
	for _ in 0..BLOCKS {
		let slots = if run.choices.once_in(8) { 2 + run.choices.below(6) } else { 1 };
		run.block(&mut world, slots);
	}
	run.block(&mut world, RETENTION_SLOTS);
	for _ in 0..LATE_BLOCKS {
		run.block(&mut world, 1);
	}
	for _ in 0..ERAS {
		run.block(&mut world, ERA_SLOTS);
	}
	world.proofs = PROOFS;
	for _ in 0..MORE_BLOCKS {
		if run.never_made().is_empty() {
			break;
		}
		run.block(&mut world, 1);
	}
	run.chain.look(audit).expect("the books are in order");

	for (name, Seen { times, succeeded, most, paid, .. }) in &run.seen {
		println!("{name}: {succeeded} of {times}; touched {most:?}, paid {paid:?}");
	}
	let faults: Vec<_> = run
		.seen
		.iter()
		.filter_map(|(name, seen)| Some(format!("{name}: {}", seen.fault.as_ref()?)))
		.collect();
	assert!(faults.is_empty(), "seed {SEED}:\n{}", faults.join("\n"));
	let mut missed = run.never_made();
	missed.retain(|call| !SELDOM.contains(&call.as_str()));
	assert!(missed.is_empty(), "seed {SEED}: never made: {missed:?}");
}
