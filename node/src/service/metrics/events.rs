//! What happened in a final block.

use std::collections::BTreeSet;

use codec::Decode;
use frame_support::traits::PalletInfoAccess;
use frame_system::Phase;
use meterproof_primitives::{GroupId, PeriodIndex};
use meterproof_runtime::{AccountId, Hash, Runtime, RuntimeEvent, Settlement};
use sp_runtime::DispatchError;

use super::{
	chain::{Record, Source},
	registered::Metrics,
};

/// Most settled groups of a block whose readings and time are looked up: more than a block of this
/// runtime has room for.
const MOST_LOOKED_UP: usize = 1_024;

/// Counts the events of a final block.
pub fn count<S: Source>(metrics: &Metrics, source: &S, at: Hash, records: &[Record]) {
	// A call with one proof settles one group or many.
	let mut proved = BTreeSet::new();
	let mut looked_up = 0usize;
	for Record { phase, event, .. } in records {
		match event {
			RuntimeEvent::System(frame_system::Event::ExtrinsicFailed {
				dispatch_error, ..
			}) => failed(metrics, dispatch_error),
			RuntimeEvent::Metering(event) => metering(metrics, event),
			RuntimeEvent::Market(event) => market(metrics, event),
			RuntimeEvent::Payments(event) => payments(metrics, event),
			RuntimeEvent::Settlement(event) => {
				let Some((group, period)) = settlement(metrics, event) else { continue };
				if let Phase::ApplyExtrinsic(place) = phase {
					proved.insert(*place);
				}
				looked_up = looked_up.saturating_add(1);
				if looked_up <= MOST_LOOKED_UP {
					look_up(metrics, source, at, period, group);
				}
			},
			_ => {},
		}
	}
	metrics.proofs.with_label_values(&["verified"]).inc_by(proved.len() as u64);
}

fn failed(metrics: &Metrics, error: &DispatchError) {
	let DispatchError::Module(error) = error else { return };
	if usize::from(error.index) != Settlement::index() {
		return;
	}
	let Ok(error) = pallet_settlement::Error::<Runtime>::decode(&mut &error.error[..]) else {
		return;
	};
	use pallet_settlement::Error::{ProofRejected, SplitRejected};
	if matches!(error, ProofRejected | SplitRejected) {
		metrics.proofs.with_label_values(&["refused"]).inc();
	}
	let name: &'static str = error.into();
	metrics.settlement_errors.with_label_values(&[name]).inc();
}

fn metering(metrics: &Metrics, event: &pallet_metering::Event<Runtime>) {
	use pallet_metering::Event;
	match event {
		Event::CommitmentRecorded { .. } => metrics.commitments.inc(),
		Event::BatchRecorded { refused, .. } => {
			for (_, refusal) in refused {
				metrics.batch_refusals.with_label_values(&[refusal.name()]).inc();
			}
		},
		_ => {},
	}
}

fn market(metrics: &Metrics, event: &pallet_market::Event<Runtime>) {
	use pallet_market::Event;
	let name = match event {
		Event::TradeOffered { .. } => "offered",
		Event::TradeAccepted { .. } => "accepted",
		Event::TradeConcluded { .. } => "concluded",
		Event::OfferCancelled { .. } => "cancelled",
		Event::OfferDeclined { .. } => "declined",
		Event::OfferExpired { .. } => "expired",
		Event::PeriodSettled { .. } => "settled",
		Event::PeriodSettledSealed { .. } => "settled_sealed",
		Event::PayoutDeferred { .. } => return metrics.deferred.inc(),
		_ => return,
	};
	metrics.trades.with_label_values(&[name]).inc();
}

fn payments(metrics: &Metrics, event: &pallet_payments::Event<Runtime>) {
	use pallet_payments::Event;
	let kind = match event {
		Event::Shielded { .. } => "shield",
		Event::Transferred { .. } => "transfer",
		Event::Unshielded { .. } => "unshield",
		_ => return,
	};
	metrics.payments.with_label_values(&[kind]).inc();
}

/// Counts how a group's claim ended, and says of which group and period if a proof did it.
fn settlement<'a>(
	metrics: &Metrics,
	event: &'a pallet_settlement::Event<Runtime>,
) -> Option<(&'a GroupId<AccountId>, PeriodIndex)> {
	use pallet_settlement::Event;
	let (ending, proved) = match event {
		Event::GroupSettled { group, period, .. } => ("proved", Some((group, *period))),
		Event::GroupSettledSealed { group, period, .. } => ("sealed", Some((group, *period))),
		Event::GroupExpired { .. } => ("expired", None),
		_ => return None,
	};
	metrics.groups.with_label_values(&[ending]).inc();
	proved
}

/// How many readings were proved, and how long after the period's end.
fn look_up<S: Source>(
	metrics: &Metrics,
	source: &S,
	at: Hash,
	period: PeriodIndex,
	group: &GroupId<AccountId>,
) {
	let readings = source.commitments(at, period, group);
	metrics.readings.inc_by(readings.unwrap_or_default().into());
	if let Some(period) = source.period(at, period) {
		let after = period.now_ms.saturating_sub(period.end_ms);
		metrics.settlement_seconds.observe(after as f64 / 1_000.0);
	}
}
