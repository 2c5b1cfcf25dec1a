//! Rewrites each value of a map from the layout of the old code into that of the new code.

use alloc::vec::Vec;
use core::marker::PhantomData;

use codec::{Decode, DecodeAll, Encode};
use frame_support::{
	migrations::{SteppedMigration, SteppedMigrationError},
	storage::{unhashed, KeyPrefixIterator},
	traits::ConstU32,
	weights::{Weight, WeightMeter},
	BoundedVec,
};

use super::reading::{value_weight, MAX_KEY};
use crate::Runtime;

/// A map whose values get another layout.
///
/// Nothing writes the map while the migration runs, and what reads it in every block reads either layout.
pub trait Layouts {
	/// What the old code has stored.
	type Old: Decode;
	/// What the new code stores. No bytes can be read as both: by this a value that an earlier attempt has rewritten
	/// is known.
	type New: Decode + Encode;
	/// The migration's name, which no other has.
	const NAME: [u8; 12];
	/// Steps after which the migration counts as failed. Each rewrites some 4,000 values.
	const MAX_STEPS: u32;

	/// What all keys of the map begin with.
	fn prefix() -> Vec<u8>;

	/// The value in the new layout.
	fn rewritten(old: Self::Old) -> Self::New;
}

/// A migration that rewrites a map, as much of it in a step as a block has room for. A value that has neither layout,
/// or could have both, fails it. It can begin again on what it has left.
pub struct Rewrite<L>(PhantomData<L>);

/// The last key that was looked at.
type Place = BoundedVec<u8, ConstU32<MAX_KEY>>;

impl<L: Layouts> SteppedMigration for Rewrite<L> {
	type Cursor = Place;
	type Identifier = [u8; 12];

	fn id() -> Self::Identifier {
		L::NAME
	}

	fn max_steps() -> Option<u32> {
		Some(L::MAX_STEPS)
	}

	fn migrating_prefixes() -> Option<impl IntoIterator<Item = Vec<u8>>> {
		Some([L::prefix()])
	}

	fn step(
		mut place: Option<Place>,
		meter: &mut WeightMeter,
	) -> Result<Option<Place>, SteppedMigrationError> {
		let required = rewriting_weight();
		if !meter.can_consume(required) {
			return Err(SteppedMigrationError::InsufficientWeight { required });
		}
		let prefix = L::prefix();
		let after = place.as_ref().map_or_else(|| prefix.clone(), |place| place.to_vec());
		let mut keys = KeyPrefixIterator::new(prefix, after, |_| Ok(()));
		while meter.try_consume(required).is_ok() {
			if keys.next().is_none() {
				return Ok(None);
			}
			let key = keys.last_raw_key();
			let bytes = unhashed::get_raw(key).ok_or(SteppedMigrationError::Failed)?;
			if let Some(new) = rewritten::<L>(&bytes)? {
				unhashed::put_raw(key, &new.encode());
			}
			place = Some(key.to_vec().try_into().map_err(|_| SteppedMigrationError::Failed)?);
		}
		Ok(place)
	}

	#[cfg(feature = "try-runtime")]
	fn pre_upgrade() -> Result<Vec<u8>, sp_runtime::TryRuntimeError> {
		let before = Sum::of::<L>().map_err(|_| "a value has neither layout, or both")?;
		Ok(before.encode())
	}

	#[cfg(feature = "try-runtime")]
	fn post_upgrade(before: Vec<u8>) -> Result<(), sp_runtime::TryRuntimeError> {
		let before = Sum::decode_all(&mut &before[..]).map_err(|_| "no sum was made before")?;
		let after = Sum::of::<L>().map_err(|_| "a value has neither layout, or both")?;
		Ok(after.ensure_follows(&before)?)
	}
}

/// What rewriting one value costs: its reading, counted once for each layout, and the write.
pub fn rewriting_weight() -> Weight {
	let write = <Runtime as frame_system::Config>::DbWeight::get().writes(1);
	value_weight().saturating_mul(2).saturating_add(write)
}

/// A value in the new layout; nothing where it has that already.
fn rewritten<L: Layouts>(bytes: &[u8]) -> Result<Option<L::New>, SteppedMigrationError> {
	let old = L::Old::decode_all(&mut &bytes[..]).ok();
	let is_new = L::New::decode_all(&mut &bytes[..]).is_ok();
	match (old, is_new) {
		(Some(old), false) => Ok(Some(L::rewritten(old))),
		(None, true) => Ok(None),
		_ => Err(SteppedMigrationError::Failed),
	}
}

/// What a map holds, in the new layout or as it will be in it: the same before, during and after the migration.
#[cfg(any(test, feature = "try-runtime"))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Sum {
	/// Number of values.
	pub values: u64,
	/// How many of them still have the old layout.
	pub old: u64,
	/// Hash over all keys and values.
	pub hash: crate::Hash,
}

#[cfg(any(test, feature = "try-runtime"))]
impl Sum {
	/// Looks at the whole map, however large it is: not for blocks.
	pub fn of<L: Layouts>() -> Result<Self, SteppedMigrationError> {
		use sp_runtime::traits::{BlakeTwo256, Hash as _};
		let mut sum = Self::default();
		let prefix = L::prefix();
		let mut keys = KeyPrefixIterator::new(prefix.clone(), prefix, |_| Ok(()));
		while keys.next().is_some() {
			let key = keys.last_raw_key();
			let bytes = unhashed::get_raw(key).ok_or(SteppedMigrationError::Failed)?;
			let new = rewritten::<L>(&bytes)?;
			sum.values = sum.values.saturating_add(1);
			sum.old = sum.old.saturating_add(new.is_some().into());
			let value = new.map_or(bytes, |new| new.encode());
			sum.hash = BlakeTwo256::hash_of(&(sum.hash, key, value));
		}
		Ok(sum)
	}

	/// Whether this is what the migration makes of what was there before.
	pub fn ensure_follows(&self, before: &Self) -> Result<(), &'static str> {
		if self.old != 0 {
			return Err("a value has the old layout still");
		}
		if (self.values, self.hash) != (before.values, before.hash) {
			return Err("values are lost, or are not what they were");
		}
		Ok(())
	}
}
