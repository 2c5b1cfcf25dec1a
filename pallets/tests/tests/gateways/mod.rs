pub mod chain;
mod histories;
mod post_root;
mod pruning;
mod register;
mod retire;

use frame::testing_prelude::*;
use meterproof_primitives::{EnsureInvariants, PeriodClock};

use chain::*;
use pallet_gateways::{Error, Event, Gateway, NextGateway, Roots};
