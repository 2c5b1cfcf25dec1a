mod attest;
mod bind;
pub mod chain;
mod change_zone;
mod evidence;
mod group_history;
mod histories;
mod named;
mod queries;
mod register;
mod registrars;
mod release_deposit;
mod retire;
mod revoke;
mod rotate_key;
mod suspend;
mod swap;
mod takings;
mod transfer;

use frame::testing_prelude::*;
use meterproof_primitives::{
	api::DeviceState, CommitmentRefusal, DeviceRegistry, Direction, Directions, Evidence, GroupId,
	Resource, ZoneId,
};

use chain::*;
use pallet_devices::{types::*, Call, Error, Event};

/// The facts of meter 1 with one thing changed, each once.
fn other_facts() -> [DeviceFactsOf<Test>; 6] {
	let changes: [fn(&mut DeviceFactsOf<Test>); 6] = [
		|facts| facts.key = [9; 32],
		|facts| facts.metering_point = vec![b'x'].try_into().unwrap(),
		|facts| facts.zone += 1,
		|facts| facts.resource = Resource::Water,
		|facts| facts.directions = Directions::Export,
		|facts| facts.nameplate += 1,
	];
	changes.map(|change| {
		let mut other = facts(1);
		change(&mut other);
		other
	})
}
