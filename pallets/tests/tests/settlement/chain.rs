//! The chain as the tests of settlements want it: meters that sign, what they sold, and a prover
//! that proves.

pub use pallet_settlement::*;
pub use pallet_tests::{exports as group, settings::*, *};

use frame::testing_prelude::*;
use meterproof_device::{commit_and_sign, MeterKey, SaltSecret, Slot};
pub use meterproof_primitives::{
	Commitments, Deliveries, DeviceRegistry, Direction, GroupId, Opening, PeriodClock, PeriodIndex,
	Phase, Quantity, Resource, SettlementState, Timeline, VerifySplit, VerifyUsage,
};
use meterproof_primitives::{Directions, Evidence, Leaf, LeafItem, NoteOwner, SignedCommitment};
use meterproof_programs::usage as program;
use meterproof_prover::usage::{prove, GroupWitness, Opening as Opened};

pub const ALICE: AccountId = account(1);
pub const BOB: AccountId = account(2);
pub const BUYER: AccountId = account(3);
pub const PROVER: AccountId = account(4);
pub const ANYONE: AccountId = account(5);
pub const REGISTRAR: AccountId = account(6);

pub const ENDOWMENT: Balance = 1_000_000_000;
pub const GENESIS: [u8; 32] = [0x6e; 32];
pub const NAMEPLATE: u32 = 1_000;
pub const PRICE: Balance = 5;
/// Dearer than the price, so that shortfalls show.
pub const IMBALANCE_PRICE: Balance = 12;
pub const RETENTION: u64 = 3;

/// The first period that is open when a test begins.
pub const FIRST: PeriodIndex = 101;

/// What this suite sets.
pub fn set() {
	reset();
	Retention::set(RETENTION);
}

/// Endowed accounts, and nothing else.
pub fn build() -> TestState {
	set();
	let endowed = [ALICE, BOB, BUYER, PROVER, ANYONE, REGISTRAR].map(|who| (who, ENDOWMENT));
	initial_state(endowed, SCHEDULE, IMBALANCE_PRICE).into()
}

/// Alice has meters 0 and 1, Bob meter 2; Alice sold 100 units for `FIRST`, Bob 80.
pub fn execute(test: impl FnOnce()) {
	build().execute_with(|| {
		frame_system::BlockHash::<Test>::insert(0, H256(GENESIS));
		blocks_at(SCHEDULE.start(FIRST - 2), 1);
		Devices::appoint_registrar(RuntimeOrigin::root(), ZONE, REGISTRAR).unwrap();
		for operator in [ALICE, ALICE, BOB] {
			add_device(operator);
		}
		blocks_at(SCHEDULE.start(FIRST - 1), 1);
		sell(ALICE, 100, FIRST);
		sell(BOB, 80, FIRST);
		System::reset_events();
		test();
		ensure_invariants();
	});
}

/// Goes to the end of `period`: commitments and, if all are there, proofs are taken.
pub fn end(period: PeriodIndex) {
	blocks_at(SCHEDULE.end(period), 1);
}

/// Goes past the cut-off of `period`.
pub fn cut_off(period: PeriodIndex) {
	blocks_at(SCHEDULE.cut_off(period), SCHEDULE.min_blocks + 1);
}

/// Goes past the deadline of `period`.
pub fn finalise(period: PeriodIndex) {
	blocks_at(SCHEDULE.deadline(period), SCHEDULE.deadline_blocks() + 1);
}

fn meter_key(id: u32) -> MeterKey {
	MeterKey::from_seed(&[id as u8 + 1; 32])
}

fn salt_secret(id: u32) -> SaltSecret {
	SaltSecret::from_bytes([id as u8 + 101; 32])
}

fn slot(id: u32, period: PeriodIndex) -> Slot {
	Slot { genesis: GENESIS, device: id, period, direction: meterproof_device::Direction::Export }
}

/// Registers and attests a meter of `operator`.
pub fn add_device(operator: AccountId) {
	let key = meter_key(pallet_devices::NextDeviceId::<Test>::get()).public();
	pallet_tests::add_device(operator, REGISTRAR, key, Directions::Export, NAMEPLATE);
}

/// Sells `quantity` to the buyer for one period.
pub fn sell(operator: AccountId, quantity: Quantity, period: PeriodIndex) {
	sell_into(operator, quantity, period, None, None);
}

/// Sells as [`sell`] does, and names whose notes pay the seller and refund the buyer.
pub fn sell_into(
	operator: AccountId,
	quantity: Quantity,
	period: PeriodIndex,
	payout: Option<NoteOwner>,
	refund: Option<NoteOwner>,
) {
	let id = offer(operator, quantity, period, payout);
	accept(id, &[], refund);
}

/// Sells as [`sell`] does, to a buyer that accepts these registrars.
pub fn sell_through(
	operator: AccountId,
	quantity: Quantity,
	period: PeriodIndex,
	registrars: &[AccountId],
) {
	let id = offer(operator, quantity, period, None);
	accept(id, registrars, None);
}

fn accept(id: u64, registrars: &[AccountId], refund: Option<NoteOwner>) {
	let by = RuntimeOrigin::signed(BUYER);
	let registrars = registrars.to_vec().try_into().unwrap();
	Market::accept(by, id, terms(id), registrars, Evidence::File, refund).unwrap();
}

fn offer(
	operator: AccountId,
	quantity: Quantity,
	period: PeriodIndex,
	payout: Option<NoteOwner>,
) -> u64 {
	let id = pallet_market::NextTradeId::<Test>::get();
	Market::offer(
		RuntimeOrigin::signed(operator),
		ZONE,
		Resource::Electricity,
		Direction::Export,
		BUYER,
		quantity,
		PRICE,
		IMBALANCE_PRICE,
		period,
		period,
		payout,
	)
	.unwrap();
	id
}

/// The terms of an offer.
pub fn terms(id: u64) -> pallet_market::OfferTermsOf<Test> {
	pallet_market::Trades::<Test>::get(id).unwrap().terms()
}

/// What the meters counted, by meter.
pub type Readings = [(u32, u32)];

/// What a meter signs for a reading. A second reading of a slot takes another counter.
pub fn signed(id: u32, period: PeriodIndex, reading: u32, counter: u32) -> SignedCommitment {
	let (key, secret) = (meter_key(id), salt_secret(id));
	let signed = commit_and_sign(&key, &secret, &slot(id, period), reading, counter);
	SignedCommitment {
		device: id,
		period,
		direction: Direction::Export,
		commitment: signed.commitment,
		signature: signed.signature,
	}
}

/// The meters sign and send their commitments.
pub fn commit(period: PeriodIndex, readings: &Readings) {
	let batch: Vec<_> =
		readings.iter().map(|(id, reading)| signed(*id, period, *reading, 0)).collect();
	let expected = batch.len() as u32;
	Metering::commit_batch(RuntimeOrigin::signed(ANYONE), batch.try_into().unwrap()).unwrap();
	let recorded = System::events().into_iter().any(|record| {
		matches!(
			record.event,
			RuntimeEvent::Metering(pallet_metering::Event::BatchRecorded { recorded, .. })
				if recorded == expected
		)
	});
	assert!(recorded, "every commitment is taken");
	System::reset_events();
}

/// What opens the commitments of a statement.
pub fn witness(
	statement: &program::Statement,
	period: PeriodIndex,
	readings: &Readings,
) -> Vec<GroupWitness> {
	let opening = |device: u32| Opened {
		reading: readings.iter().find(|(id, _)| *id == device).unwrap().1,
		salt: salt_secret(device).salt(&slot(device, period), 0),
	};
	let groups = statement.groups.iter();
	groups
		.map(|part| GroupWitness {
			openings: part.slots.iter().map(|slot| opening(slot.device)).collect(),
		})
		.collect()
}

/// What these openings take out of roots.
pub fn leaves(openings: &[Opening]) -> Vec<LeafItem> {
	let leaves = openings.iter().flat_map(|opening| &opening.leaves);
	let item = |leaf: &Leaf| LeafItem {
		device: leaf.device,
		direction: leaf.direction,
		commitment: H256(leaf.commitment),
	};
	leaves.map(item).collect()
}

/// The arguments of `submit_proof`.
#[derive(Clone)]
pub struct Submission {
	pub period: PeriodIndex,
	pub resource: Resource,
	pub claims: Vec<GroupClaim<AccountId>>,
	pub slots: u32,
	pub trades: u32,
	pub openings: Vec<Opening>,
	pub proof: Vec<u8>,
}

impl Submission {
	/// Claims without a proof, of as many slots and trades as there are.
	pub fn unproved(period: PeriodIndex, claims: &[(AccountId, Quantity)]) -> Self {
		let claims: Vec<_> = claims
			.iter()
			.map(|(operator, delivered)| GroupClaim {
				group: group(*operator),
				delivered: *delivered,
				slack_commitment: [0; 32],
			})
			.collect();
		let sum = |count: fn(&GroupId<AccountId>, PeriodIndex) -> u32| {
			claims.iter().map(|claim| count(&claim.group, period)).sum()
		};
		Self {
			period,
			resource: Resource::Electricity,
			slots: sum(<Metering as Commitments<_>>::count),
			trades: sum(<Market as Deliveries<_>>::trades),
			claims,
			openings: vec![],
			proof: vec![0; 64],
		}
	}

	/// A submission with a proof from the meters' readings.
	pub fn proved(
		period: PeriodIndex,
		claims: &[(AccountId, Quantity)],
		readings: &Readings,
	) -> Self {
		Self::opening(period, claims, readings, vec![])
	}

	/// The same, of meters whose commitments are in part under the roots of gateways.
	pub fn opening(
		period: PeriodIndex,
		claims: &[(AccountId, Quantity)],
		readings: &Readings,
		openings: Vec<Opening>,
	) -> Self {
		let mut submission = Self::unproved(period, claims);
		let asked = claims
			.iter()
			.map(|(operator, delivered)| (group(*operator), Some(*delivered)))
			.collect();
		let leaves = leaves(&openings);
		submission.slots += leaves.len() as u32;
		submission.openings = openings;
		let statement = Settlement::statement_with_leaves(period, asked, &leaves).unwrap();
		let statement = statement.map_accounts(Into::into);
		let witness = witness(&statement, period, readings);
		let proved = prove(statement, &witness, |_| {}).unwrap();
		for (claim, part) in submission.claims.iter_mut().zip(&proved.statement.groups) {
			claim.slack_commitment = part.slack_commitment;
		}
		submission.proof = proved.proof;
		submission
	}

	pub fn call(&self) -> Call<Test> {
		Call::submit_proof {
			period: self.period,
			resource: self.resource,
			claims: self.claims.clone().try_into().unwrap(),
			slots: self.slots,
			trades: self.trades,
			openings: self.openings.clone().try_into().unwrap(),
			proof: self.proof.clone().try_into().unwrap(),
		}
	}

	pub fn submit(&self, who: AccountId) -> DispatchResultWithPostInfo {
		use frame::deps::frame_support::traits::UnfilteredDispatchable;
		self.call().dispatch_bypass_filter(RuntimeOrigin::signed(who))
	}
}

/// Whether no account has escrow or collateral on hold.
pub fn nothing_is_escrowed() -> bool {
	[ALICE, BOB, BUYER].into_iter().all(|who| {
		[pallet_market::HoldReason::Collateral, pallet_market::HoldReason::Payment]
			.into_iter()
			.all(|reason| held(reason, who) == 0)
	})
}

/// This pallet's events since the last call.
pub fn events() -> Vec<Event<Test>> {
	pallet_tests::events()
}
