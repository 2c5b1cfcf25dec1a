mod clock;
mod commit;
mod commit_batch;
mod histories;
mod queries;
mod sweep;

use frame::testing_prelude::*;
use meterproof_primitives::{
	CommitmentRefusal, Commitments, Direction, Directions, PeriodClock, Phase,
};

use crate::{mock::*, Error, Event};
