mod bonds;
pub mod chain;
mod offences;
mod properties;
mod queries;
mod sets;

use frame::testing_prelude::*;
use pallet_validators::{Error, Event, Why};

use chain::*;
