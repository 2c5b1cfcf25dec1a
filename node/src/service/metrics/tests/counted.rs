use codec::Encode;
use frame_system::{DispatchEventInfo, Phase};
use meterproof_primitives::{
	api::PeriodInfo, CommitmentRefusal, Direction, GroupId, PeriodIndex, Phase as Standing,
	Resource, Schedule,
};
use meterproof_runtime::{
	genesis_config_presets::DEV_SCHEDULE, opaque::Header, AccountId, Hash, Runtime, RuntimeEvent,
	Settlement,
};
use sp_consensus_babe::Epoch;
use sp_runtime::{DispatchError, ModuleError};

use super::Served;
use crate::{
	answers::{Answers, Sent},
	service::metrics::{
		blocks::Blocks,
		chain::{Record, Source},
		events,
	},
};

/// A chain of which this is known.
#[derive(Default)]
struct Known {
	records: Option<Vec<Record>>,
	readings: Option<u32>,
	/// Milliseconds after the end of any period.
	after_end: Option<u64>,
}

impl Source for Known {
	fn header(&self, _: Hash) -> Option<Header> {
		None
	}

	fn events(&self, _: Hash) -> Option<Vec<Record>> {
		self.records.clone()
	}

	fn commitments(&self, _: Hash, _: PeriodIndex, _: &GroupId<AccountId>) -> Option<u32> {
		self.readings
	}

	fn period(&self, _: Hash, period: PeriodIndex) -> Option<PeriodInfo> {
		let schedule: Schedule = DEV_SCHEDULE;
		let end_ms = schedule.end(period);
		Some(PeriodInfo {
			period,
			phase: Standing::Proving,
			now_ms: end_ms + self.after_end?,
			gate_closure_ms: schedule.gate_closure(period),
			start_ms: schedule.start(period),
			end_ms,
			root_cut_off_ms: schedule.root_cut_off(period),
			cut_off_ms: schedule.cut_off(period),
			deadline_ms: schedule.deadline(period),
			first_open: period + 1,
			schedule,
			schedule_until: None,
		})
	}

	fn epoch(&self, _: Hash) -> Option<(Epoch, Vec<u32>)> {
		None
	}
}

fn record(call: u32, event: impl Into<RuntimeEvent>) -> Record {
	Record { phase: Phase::ApplyExtrinsic(call), event: event.into(), topics: Vec::new() }
}

fn group(zone: u32) -> GroupId<AccountId> {
	GroupId {
		operator: AccountId::from([1; 32]),
		zone,
		resource: Resource::Electricity,
		direction: Direction::Export,
	}
}

fn settled(zone: u32) -> pallet_settlement::Event<Runtime> {
	pallet_settlement::Event::GroupSettled {
		group: group(zone),
		period: 7,
		contracted: 5,
		delivered: 5,
		paid: 1,
		refunded: 0,
		penalty: 0,
		trades: 1,
	}
}

fn failure(pallet: usize, error: impl Encode) -> frame_system::Event<Runtime> {
	let mut bytes = error.encode();
	bytes.resize(4, 0);
	let error =
		ModuleError { index: pallet as u8, error: bytes.try_into().unwrap(), message: None };
	frame_system::Event::ExtrinsicFailed {
		dispatch_error: DispatchError::Module(error),
		dispatch_info: DispatchEventInfo::default(),
	}
}

#[test]
fn a_proof_counts_once_and_its_groups_and_readings_each() {
	let served = Served::new();
	let source = Known { readings: Some(20), after_end: Some(30_000), ..Default::default() };
	let sealed = pallet_settlement::Event::<Runtime>::GroupSettledSealed {
		group: group(3),
		period: 7,
		contracted: 5,
		amount: 1,
	};
	let expired = pallet_settlement::Event::<Runtime>::GroupExpired {
		group: group(4),
		period: 7,
		contracted: 5,
		refunded: 1,
		penalty: 0,
		trades: 1,
	};
	let records =
		[record(2, settled(1)), record(2, settled(2)), record(3, sealed), record(4, expired)];
	events::count(&served.metrics, &source, Hash::zero(), &records);
	served.assert(&[
		("proofs_total{outcome=\"verified\"}", 2.0),
		("groups_settled_total{ending=\"proved\"}", 2.0),
		("groups_settled_total{ending=\"sealed\"}", 1.0),
		("groups_settled_total{ending=\"expired\"}", 1.0),
		("readings_settled_total", 60.0),
		("settlement_seconds_bucket{le=\"48\"}", 3.0),
		("settlement_seconds_bucket{le=\"120\"}", 3.0),
		("settlement_seconds_bucket{le=\"300\"}", 3.0),
		("settlement_seconds_bucket{le=\"600\"}", 3.0),
		("settlement_seconds_bucket{le=\"900\"}", 3.0),
		("settlement_seconds_bucket{le=\"1800\"}", 3.0),
		("settlement_seconds_bucket{le=\"3600\"}", 3.0),
		("settlement_seconds_bucket{le=\"7200\"}", 3.0),
		("settlement_seconds_bucket{le=\"14400\"}", 3.0),
		("settlement_seconds_bucket{le=\"+Inf\"}", 3.0),
		("settlement_seconds_count", 3.0),
		("settlement_seconds_sum", 90.0),
	]);
}

#[test]
fn failed_calls_count_by_their_errors_and_bad_proofs_as_refused() {
	use frame_support::traits::PalletInfoAccess;
	use pallet_settlement::Error;
	let served = Served::new();
	let own = Settlement::index();
	let records = [
		record(1, failure(own, Error::<Runtime>::ProofRejected)),
		record(2, failure(own, Error::<Runtime>::SplitRejected)),
		record(3, failure(own, Error::<Runtime>::AlreadySettled)),
		// Another pallet's error of the same number, and what is no error of this program's runtime.
		record(4, failure(own + 1, Error::<Runtime>::ProofRejected)),
		record(5, failure(own, 255u8)),
	];
	events::count(&served.metrics, &Known::default(), Hash::zero(), &records);
	served.assert(&[
		("proofs_total{outcome=\"refused\"}", 2.0),
		("settlement_errors_total{error=\"ProofRejected\"}", 1.0),
		("settlement_errors_total{error=\"SplitRejected\"}", 1.0),
		("settlement_errors_total{error=\"AlreadySettled\"}", 1.0),
	]);
}

#[test]
fn commitments_trades_and_payments_count_as_they_are_called() {
	let served = Served::new();
	let committed = pallet_metering::Event::<Runtime>::CommitmentRecorded {
		device: 1,
		period: 7,
		direction: Direction::Export,
		commitment: [0; 32],
	};
	let batch = pallet_metering::Event::<Runtime>::BatchRecorded {
		recorded: 1,
		refused: vec![
			(0, CommitmentRefusal::CutOffPassed),
			(2, CommitmentRefusal::CutOffPassed),
			(3, CommitmentRefusal::GroupFull),
		],
	};
	let accepted = pallet_market::Event::<Runtime>::TradeAccepted { trade: 1, refund: None };
	let declined = pallet_market::Event::<Runtime>::OfferDeclined { trade: 2 };
	let deferred = pallet_market::Event::<Runtime>::PayoutDeferred {
		trade: 3,
		period: 7,
		to_seller: true,
		to_buyer: false,
	};
	let shielded = pallet_payments::Event::<Runtime>::Shielded {
		who: AccountId::from([2; 32]),
		asset: 0,
		amount: 5,
		first: 0,
	};
	let paid = pallet_payments::Event::<Runtime>::Transferred { asset: 0, fee: 1, first: 2 };
	let records = [
		record(1, committed.clone()),
		record(2, committed),
		record(2, batch),
		record(3, accepted),
		record(4, declined),
		record(5, deferred),
		record(6, shielded),
		record(7, paid),
	];
	events::count(&served.metrics, &Known::default(), Hash::zero(), &records);
	served.assert(&[
		("commitments_total", 2.0),
		("batch_refusals_total{reason=\"CutOffPassed\"}", 2.0),
		("batch_refusals_total{reason=\"GroupFull\"}", 1.0),
		("trades_total{event=\"accepted\"}", 1.0),
		("trades_total{event=\"declined\"}", 1.0),
		("payouts_deferred_total", 1.0),
		("payments_total{kind=\"shield\"}", 1.0),
		("payments_total{kind=\"transfer\"}", 1.0),
	]);
}

#[test]
fn blocks_that_cannot_be_read_and_those_of_a_long_absence_are_unread() {
	let served = Served::new();
	let mut blocks = Blocks::default();
	let hashes = |count| vec![Hash::zero(); count];
	blocks.count(&served.metrics, &Known::default(), hashes(1));
	served.assert(&[("final_blocks_total{outcome=\"unread\"}", 1.0)]);
	let source = Known { records: Some(Vec::new()), ..Default::default() };
	blocks.count(&served.metrics, &source, hashes(600));
	served.assert(&[
		("final_blocks_total{outcome=\"unread\"}", 89.0),
		("final_blocks_total{outcome=\"read\"}", 512.0),
	]);
}

#[test]
fn answers_count_by_their_names_and_what_has_none_as_other() {
	let served = Served::new();
	let answers = &served.metrics.answers;
	answers.count(Sent::Commitment, "CutOffPassed");
	answers.count_refusal(Sent::Proof, "ProofRejected");
	answers.count_refusal(Sent::Payment, "PoolFull: the node's transaction pool is full");
	let long = "A".repeat(49);
	for message in ["Transaction is temporarily banned", "", "lower: case", "A b: c", &long] {
		answers.count_refusal(Sent::Proof, message);
	}
	served.assert(&[
		("answers_total{answer=\"CutOffPassed\",what=\"commitment\"}", 1.0),
		("answers_total{answer=\"ProofRejected\",what=\"proof\"}", 1.0),
		("answers_total{answer=\"PoolFull\",what=\"payment\"}", 1.0),
		("answers_total{answer=\"Other\",what=\"proof\"}", 5.0),
	]);
	// A node that serves no metrics counts nothing.
	Answers::default().count(Sent::Payment, "PoolFull");
}
