//! A chain in memory: its state, what a run reads and changes of it, and its blocks.

use codec::Encode;
use frame_support::traits::{OnFinalize, OnInitialize};
use sp_consensus_babe::{
	digests::{PreDigest, SecondaryPlainPreDigest},
	BABE_ENGINE_ID,
};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	generic::Digest,
	traits::{BlakeTwo256, Header as _},
	ApplyExtrinsicResult, BuildStorage, DigestItem, ExtrinsicInclusionMode, StateVersion,
};
use sp_state_machine::{Ext, InMemoryBackend, OverlayedChanges, TrieBackendBuilder};

use super::measure::{Footprint, Watched};
use crate::*;

/// Version of the state's trie.
const TRIE: StateVersion = StateVersion::V1;

/// Changes that a run has made and nobody has kept.
pub type Changes = OverlayedChanges<BlakeTwo256>;

/// A chain, from its genesis on.
pub struct Chain {
	state: InMemoryBackend<BlakeTwo256>,
	parent: Hash,
	number: BlockNumber,
	slot: u64,
}

impl Chain {
	/// The development chain before its first block, which comes after this slot.
	pub fn development(slot: u64) -> Self {
		let mut genesis =
			serde_json::to_value(RuntimeGenesisConfig::default()).expect("it is plain data");
		patch(&mut genesis, genesis_config_presets::development());
		let genesis: RuntimeGenesisConfig =
			serde_json::from_value(genesis).expect("the preset is a genesis");
		let storage = genesis.build_storage().expect("the genesis builds");
		let state: InMemoryBackend<BlakeTwo256> = (storage, TRIE).into();
		let parent = *state.root();
		Self { state, parent, number: 0, slot }
	}

	/// Runs and keeps what it changes.
	pub fn execute<R>(&mut self, run: impl FnOnce() -> R) -> R {
		let mut changes = Changes::default();
		let mut ext = Ext::new(&mut changes, &self.state, None);
		let result = sp_externalities::set_and_run_with_externalities(&mut ext, run);
		self.keep(changes);
		result
	}

	/// Runs and forgets what it changes.
	pub fn look<R>(&self, run: impl FnOnce() -> R) -> R {
		let mut changes = Changes::default();
		let mut ext = Ext::new(&mut changes, &self.state, None);
		sp_externalities::set_and_run_with_externalities(&mut ext, run)
	}

	/// Runs on the state as it is in the database, nothing in memory yet, and watches it.
	pub fn watch<R>(&self, run: impl FnOnce() -> R) -> (R, Footprint, Changes) {
		let watched = Watched::new(TrieBackendBuilder::wrap(&self.state).build());
		let mut changes = Changes::default();
		let mut ext = Ext::new(&mut changes, &watched, None);
		let result = sp_externalities::set_and_run_with_externalities(&mut ext, run);
		let written = changes.changes().map(|(key, _)| key.clone()).collect();
		let footprint = Footprint { read: watched.keys_read(), written };
		(result, footprint, changes)
	}

	/// Keeps what a run has changed.
	pub fn keep(&mut self, mut changes: Changes) {
		let changes = changes.drain_storage_changes(&self.state, TRIE).expect("the state is whole");
		self.state.apply_transaction(changes.transaction_storage_root, changes.transaction);
	}

	/// The block at hand, or the last one between blocks.
	pub fn number(&self) -> BlockNumber {
		self.number
	}

	/// Opens a block, `slots` after the last one.
	pub fn open_block(&mut self, slots: u64) {
		self.slot += slots;
		self.number += 1;
		let (number, parent, slot) = (self.number, self.parent, self.slot);
		self.execute(|| {
			let author = SecondaryPlainPreDigest { authority_index: 0, slot: slot.into() };
			let author = PreDigest::SecondaryPlain(author).encode();
			let digest = Digest { logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, author)] };
			System::reset_events();
			System::initialize(&number, &parent, &digest);
			AllPalletsWithSystem::on_initialize(number);
			System::note_finished_initialize();
			Timestamp::set(RuntimeOrigin::none(), slot * SLOT_DURATION).expect("time goes on");
		});
	}

	/// Makes a block as nodes do, through `Executive`, with these calls, each in a signed transaction.
	/// Says what became of each; nothing where the block takes inherents only.
	pub fn dispatch_block(
		&mut self,
		calls: Vec<(Sr25519Keyring, RuntimeCall)>,
	) -> Option<Vec<ApplyExtrinsicResult>> {
		self.slot += 1;
		self.number += 1;
		let slot = self.slot;
		let author = SecondaryPlainPreDigest { authority_index: 0, slot: slot.into() };
		let author = PreDigest::SecondaryPlain(author).encode();
		let digest = Digest { logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, author)] };
		let none = Hash::default();
		let header = Header::new(self.number, none, none, self.parent, digest);
		let (results, hash) = self.execute(|| {
			let mode = Executive::initialize_block(&header);
			let time = pallet_timestamp::Call::set { now: slot * SLOT_DURATION };
			let time = UncheckedExtrinsic::new_bare(time.into());
			let set = Executive::apply_extrinsic(time).expect("an inherent is taken");
			set.expect("time goes on");
			let apply = |(who, call)| Executive::apply_extrinsic(transaction_of(who, call));
			let results = (mode == ExtrinsicInclusionMode::AllExtrinsics)
				.then(|| calls.into_iter().map(apply).collect());
			(results, Executive::finalize_block().hash())
		});
		self.parent = hash;
		results
	}

	/// Ends the block at hand.
	pub fn close_block(&mut self) {
		let number = self.number;
		self.parent = self.execute(|| {
			AllPalletsWithSystem::on_finalize(number);
			System::finalize().hash()
		});
	}
}

/// A call in a transaction that its account signs.
fn transaction_of(who: Sr25519Keyring, call: RuntimeCall) -> UncheckedExtrinsic {
	let account = who.to_account_id();
	let extension: TxExtension = (
		plain::CheckPlainIfUnsigned,
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(generic::Era::Immortal),
		frame_system::CheckNonce::from(System::account_nonce(&account)),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(0),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	);
	let payload = generic::SignedPayload::new(call, extension).expect("the chain says the rest");
	let signature = payload.using_encoded(|payload| who.sign(payload));
	let (call, extension, _) = payload.deconstruct();
	UncheckedExtrinsic::new_signed(call, account.into(), signature.into(), extension)
}

/// Puts what the patch names in the place of what is there.
fn patch(value: &mut serde_json::Value, by: serde_json::Value) {
	match (value, by) {
		(serde_json::Value::Object(fields), serde_json::Value::Object(changes)) => {
			for (name, change) in changes {
				patch(fields.entry(name).or_insert(serde_json::Value::Null), change);
			}
		},
		(value, by) => *value = by,
	}
}
