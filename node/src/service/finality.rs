//! Finality with GRANDPA.

use std::{sync::Arc, time::Duration};

use meterproof_runtime::opaque::Block;
use sc_consensus_grandpa::{Config, GrandpaParams, SharedVoterState, VotingRulesBuilder};
use sc_network::{
	config::Role, service::traits::NetworkService, types::ProtocolName, NotificationService,
};
use sc_network_sync::SyncingService;
use sc_service::{error::Error as ServiceError, TaskManager};
use sc_telemetry::TelemetryHandle;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_keystore::KeystorePtr;
use substrate_prometheus_endpoint::Registry;

use super::partial::{GrandpaLink, JUSTIFICATION_PERIOD};
use crate::client::Pool;

/// What the voter needs.
pub struct Inputs<'a> {
	pub link: GrandpaLink,
	pub network: Arc<dyn NetworkService>,
	pub sync: Arc<SyncingService<Block>>,
	pub notifications: Box<dyn NotificationService>,
	pub protocol_name: ProtocolName,
	pub keystore: Option<KeystorePtr>,
	pub role: Role,
	pub name: String,
	pub shared_voter_state: SharedVoterState,
	pub transaction_pool: Arc<Pool>,
	pub prometheus: Option<Registry>,
	pub telemetry: Option<TelemetryHandle>,
	pub task_manager: &'a TaskManager,
}

/// Starts the voter. Votes go to the best block itself, without the customary two blocks' distance:
/// a settlement is then final one round after its block instead of two slots later. The price
/// is that validators on different forks may need another round (docs/decisions/0003).
pub fn spawn(inputs: Inputs<'_>) -> Result<(), ServiceError> {
	let Inputs {
		link,
		network,
		sync,
		notifications,
		protocol_name,
		keystore,
		role,
		name,
		shared_voter_state,
		transaction_pool,
		prometheus,
		telemetry,
		task_manager,
	} = inputs;
	let voter = sc_consensus_grandpa::run_grandpa_voter(GrandpaParams {
		config: Config {
			gossip_duration: Duration::from_millis(333),
			justification_generation_period: JUSTIFICATION_PERIOD,
			name: Some(name),
			observer_enabled: false,
			keystore,
			local_role: role,
			telemetry: telemetry.clone(),
			protocol_name,
		},
		link,
		network,
		sync,
		notification_service: notifications,
		voting_rule: VotingRulesBuilder::new().build(),
		prometheus_registry: prometheus,
		shared_voter_state,
		telemetry,
		offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(transaction_pool),
	})?;
	task_manager.spawn_essential_handle().spawn_blocking("grandpa-voter", None, voter);
	Ok(())
}
