//! A chain's state, and this runtime in the place of its own.

use codec::Encode;
use frame_support::migrations::MultiStepMigrator;
use meterproof_runtime::{
	audit, configs::awaits_repair, Executive, Hash, Header, MultiBlockMigrations, Runtime, System,
	UncheckedExtrinsic, SLOT_DURATION, VERSION,
};
use sp_consensus_babe::{
	digests::{PreDigest, SecondaryPlainPreDigest},
	BABE_ENGINE_ID,
};
use sp_core::storage::Storage;
use sp_runtime::{
	generic::Digest,
	traits::{BlakeTwo256, Header as _},
	DigestItem, StateVersion,
};
use sp_state_machine::{Ext, InMemoryBackend, OverlayedChanges};

/// Version of the state's trie.
const TRIE: StateVersion = StateVersion::V1;

/// Blocks after which migrations have not come to their end.
const MOST_BLOCKS: u32 = 10_000;

/// A chain's state.
pub struct Trial {
	state: InMemoryBackend<BlakeTwo256>,
}

impl Trial {
	/// From a raw specification, whose genesis is the state.
	pub fn of(specification: &[u8]) -> Result<Self, String> {
		let read: serde_json::Value =
			serde_json::from_slice(specification).map_err(|error| error.to_string())?;
		let pairs = read
			.pointer("/genesis/raw/top")
			.and_then(serde_json::Value::as_object)
			.ok_or("the file has no raw state: `meterproof-node export-state` writes one")?;
		let mut storage = Storage::default();
		for (key, value) in pairs {
			let value = value.as_str().ok_or_else(|| format!("{key} has no value"))?;
			storage.top.insert(bytes(key)?, bytes(value)?);
		}
		Ok(Self::from(storage))
	}

	/// Makes blocks with this runtime until its migrations have ended, and asks before and after whether all
	/// that always holds does. Says in words what happened; the error says what is wrong afterwards. What is
	/// wrong before is told beside it: it may be an older layout, or what the upgrade puts right.
	pub fn upgrade(mut self) -> Result<String, String> {
		let (before, held) = self.run(|| {
			let before = frame_system::LastRuntimeUpgrade::<Runtime>::take();
			(before.map_or(0, |upgrade| upgrade.spec_version.0), audit())
		});
		let found = match held {
			Ok(()) => String::new(),
			Err(wrong) => format!("; before the upgrade this code found: {wrong}"),
		};
		let mut closed = 0;
		while !self.block() {
			closed += 1;
			if closed > MOST_BLOCKS {
				return Err(format!("migrations have not ended after {MOST_BLOCKS} blocks"));
			}
		}
		self.run(|| {
			if awaits_repair() || MultiBlockMigrations::ongoing() {
				return Err("a migration has failed".to_owned());
			}
			audit().map_err(|wrong| format!("{wrong}{found}"))?;
			#[cfg(feature = "try-runtime")]
			try_state()?;
			let newer = match before < VERSION.spec_version {
				true => "",
				false => ", WHICH IS NOT NEWER: the chain would refuse it",
			};
			Ok(format!(
				"version {} in the place of {before}{newer}: {closed} blocks closed to transactions, and \
				 all that always holds does{found}",
				VERSION.spec_version
			))
		})
	}

	/// Makes the next block, with what every block has. Says whether it would take transactions.
	fn block(&mut self) -> bool {
		self.run(|| {
			let slot = *pallet_babe::CurrentSlot::<Runtime>::get() + 1;
			let time = slot.saturating_mul(SLOT_DURATION);
			let author = SecondaryPlainPreDigest { authority_index: 0, slot: slot.into() };
			let author = PreDigest::SecondaryPlain(author).encode();
			let digest = Digest { logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, author)] };
			let (number, none) = (System::block_number() + 1, Hash::default());
			let header = Header::new(number, none, none, System::parent_hash(), digest);
			let mode = Executive::initialize_block(&header);
			let time = pallet_timestamp::Call::set { now: time };
			let time = UncheckedExtrinsic::new_bare(time.into());
			let set = Executive::apply_extrinsic(time).expect("an inherent is taken");
			set.expect("time goes on");
			Executive::finalize_block();
			mode == sp_runtime::ExtrinsicInclusionMode::AllExtrinsics
		})
	}

	/// Runs and keeps what it changes.
	pub fn run<R>(&mut self, run: impl FnOnce() -> R) -> R {
		let mut changes = OverlayedChanges::<BlakeTwo256>::default();
		let mut ext = Ext::new(&mut changes, &self.state, None);
		let result = sp_externalities::set_and_run_with_externalities(&mut ext, run);
		let changes = changes.drain_storage_changes(&self.state, TRIE).expect("the state is whole");
		self.state.apply_transaction(changes.transaction_storage_root, changes.transaction);
		result
	}
}

impl From<Storage> for Trial {
	fn from(storage: Storage) -> Self {
		Self { state: (storage, TRIE).into() }
	}
}

/// What every pallet says of its own state.
#[cfg(feature = "try-runtime")]
fn try_state() -> Result<(), String> {
	use frame_support::traits::{TryState, TryStateSelect};
	meterproof_runtime::AllPalletsWithSystem::try_state(System::block_number(), TryStateSelect::All)
		.map_err(|error| format!("{error:?}"))
}

fn bytes(text: &str) -> Result<Vec<u8>, String> {
	let wrong = || format!("{text} is no hexadecimal number");
	let digits = text.strip_prefix("0x").ok_or_else(wrong)?.as_bytes();
	let digit =
		|digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
	digits
		.chunks(2)
		.map(|pair| match pair {
			[high, low] => Some((digit(*high)? << 4) | digit(*low)?),
			_ => None,
		})
		.collect::<Option<_>>()
		.ok_or_else(wrong)
}
