pub mod chain;
mod clock;
mod closures;
mod commit;
mod commit_batch;
mod histories;
mod pruning;
mod queries;
mod root_window;
mod set_schedule;
mod sweep;

use frame::testing_prelude::*;
use meterproof_primitives::{
	CommitmentRefusal, Commitments, Direction, Directions, PeriodClock, Phase,
};

use chain::*;
use pallet_metering::{Counts, Error, Event, Pages, Positions};

/// Meters `1..=count` of Alice, all committed for [`P`].
fn committed(count: u8) {
	let devices: Vec<_> = (1..=count).map(|n| (n, meter(n))).collect();
	run_to(SCHEDULE.end(P));
	for (n, device) in devices {
		record(export(n, device, P, 1));
	}
}

/// Checks that no commitment is stored.
fn assert_empty() {
	assert_eq!(Pages::<Test>::iter().count(), 0);
	assert_eq!(Counts::<Test>::iter().count(), 0);
	assert_eq!(Positions::<Test>::iter().count(), 0);
}
