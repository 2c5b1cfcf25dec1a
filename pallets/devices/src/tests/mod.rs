mod attest;
mod change_zone;
mod histories;
mod queries;
mod register;
mod registrars;
mod release_deposit;
mod retire;
mod revoke;
mod rotate_key;
mod suspend;
mod swap;
mod transfer;

use frame::testing_prelude::*;
use meterproof_primitives::{
	api::DeviceState, CommitmentRefusal, DeviceRegistry, Direction, Directions, GroupId, Resource,
	ZoneId,
};

use crate::{mock::*, types::*, Error, Event};
