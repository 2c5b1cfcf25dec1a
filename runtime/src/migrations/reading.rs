//! Reads what the exchange has stored, once after each upgrade, before anybody uses it again.

use alloc::{vec, vec::Vec};

use codec::{Decode, DecodeAll, Encode, MaxEncodedLen};
use frame_support::{
	migrations::{SteppedMigration, SteppedMigrationError},
	pallet_prelude::TypeInfo,
	storage::{unhashed, KeyPrefixIterator, StoragePrefixedMap},
	traits::ConstU32,
	weights::{Weight, WeightMeter},
	BoundedVec,
};

use crate::{Runtime, VERSION};

/// Steps after which the rest stays unread: a minute of blocks is what an upgrade may close the exchange
/// for. Each reads some 13,000 values.
const MOST_STEPS: u32 = 30;

/// Steps after which the migration counts as failed. An honest run ends sooner.
const MAX_STEPS: u32 = 2 * MOST_STEPS;

/// Longest key of a map, in bytes.
pub const MAX_KEY: u32 = 512;

/// What reading and decoding a value takes besides the database, in picoseconds: the largest have a few
/// kilobytes.
const DECODING: u64 = 20_000_000;

/// A migration that changes nothing: it looks whether the new code can read each value that the old code
/// has stored in the maps of the exchange's pallets. A value that it cannot read has changed its layout
/// without a migration. Then the exchange stays closed, as after any migration that fails, in place of
/// taking the value for one that does not exist.
///
/// A step reads one pallet, or as much of it as a block has room for.
pub struct ReadThrough;

/// Where reading goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Place {
	/// Steps so far.
	steps: u32,
	/// The pallet and its map, by number.
	pallet: u32,
	map: u32,
	/// The last key that was read; empty before the first one.
	after: BoundedVec<u8, ConstU32<MAX_KEY>>,
}

impl SteppedMigration for ReadThrough {
	type Cursor = Place;
	/// The name of the reading and the runtime's version: each new version reads all that is stored once.
	type Identifier = ([u8; 12], u32);

	fn id() -> Self::Identifier {
		(*b"read-through", VERSION.spec_version)
	}

	fn max_steps() -> Option<u32> {
		Some(MAX_STEPS)
	}

	fn step(
		place: Option<Place>,
		meter: &mut WeightMeter,
	) -> Result<Option<Place>, SteppedMigrationError> {
		let mut place = place.unwrap_or_default();
		place.steps = place.steps.saturating_add(1);
		let maps = maps_of(place.pallet);
		if maps.is_empty() || place.steps > MOST_STEPS {
			return Ok(None);
		}
		let value = value_weight();
		if !meter.can_consume(value) {
			return Err(SteppedMigrationError::InsufficientWeight { required: value });
		}
		for map in maps.iter().skip(place.map as usize) {
			let prefix = map.prefix.clone();
			let after = match place.after.is_empty() {
				true => prefix.clone(),
				false => place.after.to_vec(),
			};
			let mut keys = KeyPrefixIterator::new(prefix, after, |_| Ok(()));
			loop {
				if meter.try_consume(value).is_err() {
					return Ok(Some(place));
				}
				if keys.next().is_none() {
					break;
				}
				let key = keys.last_raw_key();
				let bytes = unhashed::get_raw(key).ok_or(SteppedMigrationError::Failed)?;
				if !(map.is_readable)(&bytes) {
					return Err(SteppedMigrationError::Failed);
				}
				place.after = key.to_vec().try_into().map_err(|_| SteppedMigrationError::Failed)?;
			}
			place.map = place.map.saturating_add(1);
			place.after = BoundedVec::new();
		}
		place.pallet = place.pallet.saturating_add(1);
		place.map = 0;
		Ok(Some(place))
	}
}

/// What reading one value costs: the search for its key, its bytes, their decoding.
pub fn value_weight() -> Weight {
	<Runtime as frame_system::Config>::DbWeight::get()
		.reads(2)
		.saturating_add(Weight::from_parts(DECODING, 0))
}

/// A map of storage.
struct Map {
	prefix: Vec<u8>,
	is_readable: fn(&[u8]) -> bool,
}

fn map<M: StoragePrefixedMap<V>, V: Decode + codec::FullCodec>() -> Map {
	under::<V>(M::final_prefix().to_vec())
}

/// The map of such values whose keys begin so.
fn under<V: Decode>(prefix: Vec<u8>) -> Map {
	Map { prefix, is_readable: |mut bytes| V::decode_all(&mut bytes).is_ok() }
}

/// The maps of a pallet of the exchange; none where there are no more pallets.
fn maps_of(pallet: u32) -> Vec<Map> {
	use pallet_book as book;
	use pallet_devices as devices;
	use pallet_market as market;
	use pallet_metering as metering;
	use pallet_payments as payments;
	use pallet_settlement as settlement;
	use pallet_water as water;
	type R = Runtime;
	match pallet {
		0 => vec![
			map::<devices::Devices<R>, _>(),
			map::<devices::Keys<R>, _>(),
			map::<devices::DeviceCount<R>, _>(),
			map::<devices::MeteringPoints<R>, _>(),
			map::<devices::Groups<R>, _>(),
			map::<devices::Registrars<R>, _>(),
			map::<devices::LeavingBonds<R>, _>(),
		],
		1 => vec![
			map::<metering::Pages<R>, _>(),
			map::<metering::Counts<R>, _>(),
			map::<metering::Positions<R>, _>(),
			map::<metering::PruneQueue<R>, _>(),
		],
		2 => vec![
			map::<market::Trades<R>, _>(),
			map::<market::Contracts<R>, _>(),
			map::<market::Outcomes<R>, _>(),
			map::<market::OpenOffers<R>, _>(),
			map::<market::Counts<R>, _>(),
			map::<market::ImbalancePrices<R>, _>(),
		],
		3 => {
			vec![map::<settlement::Settlements<R>, _>(), map::<settlement::Provers<R>, _>()]
		},
		4 => vec![
			// It counts its values, which the SDK's trait of maps does not cover.
			under::<payments::AssetTerms>(payments::PayableAssets::<R>::map_storage_final_prefix()),
			map::<payments::Moved<R>, _>(),
			map::<payments::Notes<R>, _>(),
			map::<payments::Roots<R>, _>(),
			map::<payments::RootNumbers<R>, _>(),
		],
		5 => vec![
			map::<book::Orders<R>, _>(),
			map::<book::StandingOf<R>, _>(),
			map::<book::Books<R>, _>(),
			map::<book::Entries<R>, _>(),
			map::<book::Reserves<R>, _>(),
			map::<book::Clearings<R>, _>(),
			map::<book::LeastEvidence<R>, _>(),
			map::<book::Backstops<R>, _>(),
			map::<book::Owing<R>, _>(),
		],
		6 => vec![
			map::<water::Zones<R>, _>(),
			map::<water::Seasons<R>, _>(),
			map::<water::Accounts<R>, _>(),
		],
		_ => Vec::new(),
	}
}
