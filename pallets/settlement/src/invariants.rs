//! What always holds.

use frame::prelude::*;
use meterproof_primitives::EnsureInvariants;

use crate::{claims::*, *};

impl<T: Config> EnsureInvariants for Pallet<T> {
	fn ensure_invariants() -> DispatchResult {
		for (period, group, settlement) in Settlements::<T>::iter() {
			let period = number(period);
			ensure!(
				T::Deliveries::contracted(&group, period) == 0,
				"settlement: a settled group has something contracted"
			);
			match settlement.ending {
				Ending::Proved(sums) | Ending::Expired(sums) => ensure!(
					sums.trades > 0 && sums.contracted > 0 && sums.delivered <= sums.contracted,
					"settlement: a record's sums do not fit"
				),
				Ending::Sealed(sums) => ensure!(
					sums.contracted > 0,
					"settlement: a sealed record of nothing contracted"
				),
			}
			ensure!(
				!matches!(settlement.ending, Ending::Expired(sums) if sums.delivered > 0),
				"settlement: something delivered without proof"
			);
			ensure!(
				settlement.block <= frame_system::Pallet::<T>::block_number(),
				"settlement: a record from the future"
			);
			ensure!(
				!matches!(T::Clock::phase(period), Phase::Open | Phase::Closed | Phase::Running),
				"settlement: a group settled before its period ended"
			);
		}
		for line in Provers::<T>::iter_values() {
			ensure!(
				line.rows().any(|(_, prover)| prover.is_some()),
				"settlement: an entry that names no prover"
			);
			ensure!(
				line.rows().zip(line.rows().skip(1)).all(|(a, b)| a.0 < b.0),
				"settlement: a group's provers are not in order of period"
			);
		}
		Ok(())
	}
}
