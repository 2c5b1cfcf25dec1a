//! What other chains follow: BEEFY's votes, and the index that proofs are made from.

use std::{marker::PhantomData, sync::Arc};

use sc_consensus_beefy::{BeefyNetworkParams, BeefyParams};
use sc_network::service::traits::NetworkService;
use sc_network_sync::SyncingService;
use sc_service::TaskManager;
use sp_consensus_beefy::mmr::MmrRootProvider;
use sp_keystore::KeystorePtr;
use substrate_prometheus_endpoint::Registry;

use meterproof_runtime::opaque::Block;

use super::{network, partial::BeefyVoterLinks};
use crate::client::{Backend, Client};

/// Blocks between two that BEEFY votes for, where nothing lags: it then votes every eight seconds,
/// and a proof of a settlement waits as long at most.
const VOTE_EVERY: u32 = 4;

/// What the tasks need.
pub struct Inputs<'a> {
	pub client: Arc<Client>,
	pub backend: Arc<Backend>,
	pub network: Arc<dyn NetworkService>,
	pub sync: Arc<SyncingService<Block>>,
	pub beefy: network::Beefy,
	pub links: BeefyVoterLinks,
	/// A validator's keys; none where the node only follows.
	pub keystore: Option<KeystorePtr>,
	/// Whether the node indexes what proofs are made from (`--enable-offchain-indexing true`).
	pub indexes: bool,
	pub prometheus: Option<Registry>,
	pub task_manager: &'a TaskManager,
}

/// Starts BEEFY's voter, which only follows where there are no keys, and what tidies the index. Should
/// the voter end, it says so in the log, and the chain goes on without: what other chains are told is no
/// condition of its finality.
pub fn spawn(inputs: Inputs<'_>) {
	let Inputs {
		client,
		backend,
		network,
		sync,
		beefy,
		links,
		keystore,
		indexes,
		prometheus,
		task_manager,
	} = inputs;
	let is_authority = keystore.is_some();
	let voter = sc_consensus_beefy::start_beefy_gadget(BeefyParams {
		client: client.clone(),
		backend: backend.clone(),
		payload_provider: MmrRootProvider::<Block, Client>::new(client.clone()),
		runtime: client.clone(),
		key_store: keystore,
		network_params: BeefyNetworkParams {
			network: Arc::new(network),
			sync,
			notification_service: beefy.notifications,
			gossip_protocol_name: beefy.protocol,
			justifications_protocol_name: beefy.justifications.protocol_name(),
			_phantom: PhantomData::<Block>,
		},
		min_block_delta: VOTE_EVERY,
		prometheus_registry: prometheus,
		links,
		on_demand_justifications_handler: beefy.justifications,
		is_authority,
	});
	task_manager.spawn_handle().spawn_blocking("beefy-voter", None, voter);
	if indexes {
		let prefix = sp_mmr_primitives::INDEXING_PREFIX.to_vec();
		let tidier =
			mmr_gadget::MmrGadget::<Block, Backend, Client>::start(client, backend, prefix);
		task_manager.spawn_handle().spawn_blocking("mmr-index", None, tidier);
	}
}
