//! Peers, sync, gossip.

use std::sync::Arc;

use meterproof_runtime::opaque::Block;
use sc_client_api::BlockBackend;
use sc_consensus_beefy::communication::{
	beefy_peers_set_config, request_response::BeefyJustifsRequestHandler,
};
use sc_network::{config::FullNetworkConfiguration, NetworkBackend, NotificationService};
use sc_service::{
	config::Configuration, error::Error as ServiceError, BuildNetworkParams, TaskManager,
	WarpSyncConfig,
};

use super::{
	gossip::{runs_own, Gossiped},
	partial::GrandpaLink,
};
use crate::client::{Backend, Client, Pool};

type Hash = <Block as sp_runtime::traits::Block>::Hash;

/// What the network is built from.
pub struct Inputs<'a> {
	pub client: Arc<Client>,
	pub backend: Arc<Backend>,
	pub transaction_pool: Arc<Pool>,
	pub import_queue: sc_consensus::DefaultImportQueue<Block>,
	pub grandpa_link: &'a GrandpaLink,
	pub task_manager: &'a TaskManager,
}

/// The running network.
pub struct Network {
	pub service: Arc<dyn sc_network::service::traits::NetworkService>,
	pub sync: Arc<sc_network_sync::SyncingService<Block>>,
	pub system_rpc_tx: sc_utils::mpsc::TracingUnboundedSender<sc_rpc::system::Request<Block>>,
	pub tx_handler_controller: sc_network_transactions::TransactionsHandlerController<Hash>,
	pub grandpa_notifications: Box<dyn NotificationService>,
	pub grandpa_protocol: sc_network::types::ProtocolName,
	pub beefy: Beefy,
}

/// BEEFY's part of the network: its votes are gossiped, and justifications are asked for.
pub struct Beefy {
	pub notifications: Box<dyn NotificationService>,
	pub protocol: sc_network::types::ProtocolName,
	pub justifications: BeefyJustifsRequestHandler<Block, Client>,
}

/// Builds and starts the network.
pub fn build<Net: NetworkBackend<Block, Hash>>(
	config: &Configuration,
	inputs: Inputs<'_>,
) -> Result<Network, ServiceError> {
	let Inputs { client, backend, transaction_pool, import_queue, grandpa_link, task_manager } =
		inputs;
	let mut net_config = FullNetworkConfiguration::<Block, Hash, Net>::new(
		&config.network,
		config.prometheus_config.as_ref().map(|c| c.registry.clone()),
	);
	let metrics = Net::register_notification_metrics(config.prometheus_registry());

	let genesis = client.block_hash(0)?.ok_or_else(|| {
		ServiceError::Other("the database has no genesis block: purge the chain".into())
	})?;
	let grandpa_protocol =
		sc_consensus_grandpa::protocol_standard_name(&genesis, &config.chain_spec);
	let (grandpa_config, grandpa_notifications) =
		sc_consensus_grandpa::grandpa_peers_set_config::<_, Net>(
			grandpa_protocol.clone(),
			metrics.clone(),
			net_config.peer_store_handle(),
		);
	net_config.add_notification_protocol(grandpa_config);

	let fork = config.chain_spec.fork_id();
	let beefy_protocol = sc_consensus_beefy::gossip_protocol_name(genesis, fork);
	let (beefy_config, beefy_notifications) = beefy_peers_set_config::<_, Net>(
		beefy_protocol.clone(),
		metrics.clone(),
		net_config.peer_store_handle(),
	);
	net_config.add_notification_protocol(beefy_config);
	let (justifications, requests) = BeefyJustifsRequestHandler::new::<_, Net>(
		genesis,
		fork,
		client.clone(),
		config.prometheus_registry().cloned(),
	);
	net_config.add_request_response_protocol(requests);

	let warp_sync = Arc::new(sc_consensus_grandpa::warp_proof::NetworkProvider::new(
		backend,
		grandpa_link.shared_authority_set().clone(),
		Vec::default(),
	));
	let runtime = client.clone();
	let transaction_pool = Arc::new(Gossiped::new(transaction_pool, move || runs_own(&runtime)));
	let (service, system_rpc_tx, tx_handler_controller, sync, _bitswap) =
		sc_service::build_network(BuildNetworkParams {
			config,
			net_config,
			client,
			transaction_pool,
			spawn_handle: task_manager.spawn_handle(),
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			import_queue,
			block_announce_validator_builder: None,
			warp_sync_config: Some(WarpSyncConfig::WithProvider(warp_sync)),
			block_relay: None,
			metrics,
			gap_sync_body_policy: None,
		})?;
	Ok(Network {
		service,
		sync,
		system_rpc_tx,
		tx_handler_controller,
		grandpa_notifications,
		grandpa_protocol,
		beefy: Beefy {
			notifications: beefy_notifications,
			protocol: beefy_protocol,
			justifications,
		},
	})
}
