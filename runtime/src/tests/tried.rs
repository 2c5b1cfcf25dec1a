//! What the next code's migrations are in tests: a real one that changes values where a test asks for it, and
//! otherwise mocked ones, of which a test says how they end.

use codec::Encode;
use frame_support::{
	migrations::{SteppedMigration, SteppedMigrationError, SteppedMigrations},
	parameter_types,
	storage::StoragePrefixedMap,
	weights::WeightMeter,
};
use meterproof_primitives::DeviceId;
use pallet_migrations::mock_helpers::MockedMigrations;

use crate::{
	migrations::{Layouts, Rewrite},
	Runtime,
};

/// The keys of meters, with the number of the scheme that each signs by: what code with a second scheme would store.
pub struct Schemes;

impl Layouts for Schemes {
	type Old = DeviceId;
	type New = (DeviceId, u8);
	const NAME: [u8; 12] = *b"keys-schemes";
	const MAX_STEPS: u32 = 10;

	fn prefix() -> Vec<u8> {
		pallet_devices::Keys::<Runtime>::final_prefix().to_vec()
	}

	fn rewritten(device: DeviceId) -> (DeviceId, u8) {
		(device, 0)
	}
}

/// The migration to that layout.
pub type ToSchemes = Rewrite<Schemes>;

parameter_types! {
	/// Whether the next code's migration is [`ToSchemes`].
	pub storage IsReal: bool = false;
}

/// The migrations.
pub struct Tried;

macro_rules! tried {
	($method:ident($($argument:expr),*)) => {
		match IsReal::get() {
			true => <ToSchemes as SteppedMigrations>::$method($($argument),*),
			false => MockedMigrations::$method($($argument),*),
		}
	};
}

impl SteppedMigrations for Tried {
	fn len() -> u32 {
		tried!(len())
	}

	fn nth_id(n: u32) -> Option<Vec<u8>> {
		tried!(nth_id(n))
	}

	fn nth_max_steps(n: u32) -> Option<Option<u32>> {
		tried!(nth_max_steps(n))
	}

	fn nth_step(
		n: u32,
		cursor: Option<Vec<u8>>,
		meter: &mut WeightMeter,
	) -> Option<Result<Option<Vec<u8>>, SteppedMigrationError>> {
		tried!(nth_step(n, cursor, meter))
	}

	fn nth_transactional_step(
		n: u32,
		cursor: Option<Vec<u8>>,
		meter: &mut WeightMeter,
	) -> Option<Result<Option<Vec<u8>>, SteppedMigrationError>> {
		tried!(nth_transactional_step(n, cursor, meter))
	}

	fn nth_migrating_prefixes(n: u32) -> Option<Option<Vec<Vec<u8>>>> {
		tried!(nth_migrating_prefixes(n))
	}

	#[cfg(feature = "try-runtime")]
	fn nth_pre_upgrade(n: u32) -> Option<Result<Vec<u8>, sp_runtime::TryRuntimeError>> {
		tried!(nth_pre_upgrade(n))
	}

	#[cfg(feature = "try-runtime")]
	fn nth_post_upgrade(n: u32, state: Vec<u8>) -> Option<Result<(), sp_runtime::TryRuntimeError>> {
		tried!(nth_post_upgrade(n, state))
	}

	fn cursor_max_encoded_len() -> usize {
		MockedMigrations::cursor_max_encoded_len()
	}

	fn identifier_max_encoded_len() -> usize {
		MockedMigrations::identifier_max_encoded_len()
	}
}

/// The name of the real migration, as the chain knows it.
pub fn name() -> Vec<u8> {
	ToSchemes::id().encode()
}
