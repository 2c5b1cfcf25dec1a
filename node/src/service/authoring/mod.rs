//! Block production with BABE.

mod lanes;

use std::sync::Arc;

use frame_support::dispatch::DispatchClass;
use meterproof_runtime::{configs::RuntimeBlockLength, opaque::Block};
use sc_consensus_babe::{BabeLink, BabeParams, SlotProportion};
use sc_network_sync::SyncingService;
use sc_service::{error::Error as ServiceError, TaskManager};
use sc_telemetry::TelemetryHandle;
use sp_consensus_babe::inherents::InherentDataProvider as BabeInherent;
use sp_keystore::KeystorePtr;
use sp_timestamp::InherentDataProvider as TimestampInherent;
use substrate_prometheus_endpoint::Registry;

use lanes::Lanes;

use super::{
	guard::{proposer::Announced, Guard},
	partial::BlockImport,
};
use crate::client::{Client, Pool, SelectChain};

/// What authoring needs.
pub struct Inputs<'a> {
	pub client: Arc<Client>,
	pub transaction_pool: Arc<Pool>,
	pub select_chain: SelectChain,
	pub keystore: KeystorePtr,
	pub guard: Arc<Guard>,
	pub block_import: BlockImport,
	pub babe_link: BabeLink<Block>,
	pub sync: Arc<SyncingService<Block>>,
	pub force_authoring: bool,
	pub prometheus: Option<&'a Registry>,
	pub telemetry: Option<TelemetryHandle>,
	pub task_manager: &'a TaskManager,
}

/// Starts authoring blocks.
pub fn spawn(inputs: Inputs<'_>) -> Result<(), ServiceError> {
	let Inputs {
		client,
		transaction_pool,
		select_chain,
		keystore,
		guard,
		block_import,
		babe_link,
		sync,
		force_authoring,
		prometheus,
		telemetry,
		task_manager,
	} = inputs;
	let mut proposer = sc_basic_authorship::ProposerFactory::new(
		task_manager.spawn_handle(),
		client.clone(),
		Arc::new(Lanes(transaction_pool)),
		prometheus,
		telemetry.clone(),
	);
	// The runtime's own limit, and a header. Below it a block that nothing fits into any more would
	// count as one that had room.
	let limit = RuntimeBlockLength::get();
	let longest = DispatchClass::all().iter().map(|class| *limit.max.get(*class)).max();
	let longest = longest.unwrap_or_default().saturating_add(limit.max_header_size());
	proposer.set_default_block_size_limit(longest as usize);
	let slot_duration = babe_link.config().slot_duration();
	// Blocks come slower while finality lags far behind.
	let backoff = (!force_authoring)
		.then(sc_consensus_slots::BackoffAuthoringOnFinalizedHeadLagging::default);
	let babe = sc_consensus_babe::start_babe(BabeParams {
		keystore,
		client,
		select_chain,
		env: Announced::new(proposer, guard),
		block_import,
		sync_oracle: sync.clone(),
		justification_sync_link: sync,
		create_inherent_data_providers: move |_parent, ()| async move {
			let timestamp = TimestampInherent::from_system_time();
			let slot = BabeInherent::from_timestamp_and_slot_duration(*timestamp, slot_duration);
			Ok((slot, timestamp))
		},
		force_authoring,
		backoff_authoring_blocks: backoff,
		babe_link,
		block_proposal_slot_portion: SlotProportion::new(0.5),
		max_block_proposal_slot_portion: None,
		telemetry,
	})?;
	task_manager.spawn_essential_handle().spawn_blocking("babe", Some("block-authoring"), babe);
	Ok(())
}
