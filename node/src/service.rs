//! Puts the node together.

pub mod authoring;
mod bridge;
pub mod changes;
mod checkpoint;
pub mod executor;
pub mod finality;
mod gossip;
pub mod guard;
pub mod metrics;
pub mod network;
pub mod partial;
pub mod readiness;
pub mod tasks;

use std::{path::Path, sync::Arc};

use meterproof_runtime::opaque::Block;
use sc_network::config::NetworkBackendType;
use sc_service::{error::Error as ServiceError, ChainType, Configuration, TaskManager};
use sp_blockchain::HeaderBackend;
use sp_consensus_babe::Slot;
use sp_keystore::KeystorePtr;
use sp_timestamp::Timestamp;

use crate::{answers::Answers, client::OrderedPool};
use guard::{keystore::Guarded, Guard, Start};
use metrics::PoolLimits;

/// What a validator signs votes and blocks with.
struct Signer {
	guard: Arc<Guard>,
	/// Whether the database is older than the guard's record.
	behind: bool,
	keystore: KeystorePtr,
}

/// Starts a node with the network backend that the configuration names: litep2p unless told
/// otherwise. Compiled runtimes are kept in the folder `compiled`, if one is given. With `restored`, a validator's keys may have signed
/// what the files do not know. `pool` is what the pool of the configuration holds at most.
pub fn start(
	config: Configuration,
	compiled: Option<&Path>,
	restored: bool,
	pool: PoolLimits,
) -> Result<TaskManager, ServiceError> {
	match config.network.network_backend {
		NetworkBackendType::Libp2p => {
			start_with::<sc_network::NetworkWorker<_, _>>(config, compiled, restored, pool)
		},
		NetworkBackendType::Litep2p => {
			start_with::<sc_network::Litep2pNetworkBackend>(config, compiled, restored, pool)
		},
	}
}

fn start_with<Net>(
	config: Configuration,
	compiled: Option<&Path>,
	restored: bool,
	pool: PoolLimits,
) -> Result<TaskManager, ServiceError>
where
	Net: sc_network::NetworkBackend<Block, <Block as sp_runtime::traits::Block>::Hash>,
{
	let mut signer = None;
	let sc_service::PartialComponents {
		client,
		backend,
		mut task_manager,
		import_queue,
		keystore_container,
		select_chain,
		transaction_pool,
		other:
			partial::Other {
				block_import,
				grandpa_link,
				beefy_links: (beefy_voter_links, beefy_rpc_links),
				babe_link,
				babe_worker_handle,
				mut telemetry,
			},
	} =
		partial::build(
			&config,
			compiled,
			partial::User::Node,
			|client, keystore, slot_duration| {
				if config.role.is_authority() {
					let folder = config.base_path.config_dir(config.chain_spec.id());
					let slot = Slot::from_timestamp(Timestamp::current(), slot_duration);
					let development = config.chain_spec.chain_type() == ChainType::Development;
					let anew = development && client.info().best_number == 0;
					let guard = Guard::open(&folder, Start { slot: *slot, restored, anew });
					let behind = guard.remind(client).map_err(ServiceError::Other)?;
					let guarded: KeystorePtr =
						Arc::new(Guarded::new(keystore.clone(), guard.clone()));
					signer = Some(Signer { guard, behind, keystore: guarded });
				}
				Ok(())
			},
		)?;

	let extensions = config.chain_spec.extensions();
	let light =
		sc_chain_spec::get_extension::<sc_sync_state_rpc::LightSyncStateExtension>(extensions);
	checkpoint::ensure_own(light.and_then(Option::as_ref), |number| {
		let finalized = number <= client.info().finalized_number;
		client.hash(number).ok().flatten().filter(|_| finalized)
	})
	.map_err(ServiceError::Other)?;

	let shared_voter_state = sc_consensus_grandpa::SharedVoterState::empty();
	let network = network::build::<Net>(
		&config,
		network::Inputs {
			client: client.clone(),
			backend: backend.clone(),
			transaction_pool: transaction_pool.clone(),
			import_queue,
			grandpa_link: &grandpa_link,
			task_manager: &task_manager,
		},
	)?;

	let role = config.role;
	let name = config.network.node_name.clone();
	let chain_folder = config.base_path.config_dir(config.chain_spec.id());
	let prometheus = config.prometheus_registry().cloned();
	let force_authoring = config.force_authoring;
	let enable_grandpa = !config.disable_grandpa;
	let indexes = config.offchain_worker.indexing_enabled;

	let answers = match &prometheus {
		Some(registry) => metrics::spawn(metrics::Inputs {
			registry,
			client: client.clone(),
			pool: transaction_pool.clone(),
			limits: pool,
			slot_duration: babe_link.config().slot_duration(),
			keystore: signer.as_ref().map(|_| keystore_container.keystore()),
			guard: signer.as_ref().map(|signer| signer.guard.clone()),
			folder: config.base_path.path().into(),
			task_manager: &task_manager,
		})?,
		None => Answers::default(),
	};

	// What comes in over JSON-RPC.
	let ordered_pool =
		std::sync::Arc::new(OrderedPool::new(transaction_pool.clone(), client.clone()));
	let door =
		crate::rpc::door::Door::open().map_err(|cause| ServiceError::Application(cause.into()))?;
	let following = changes::spawn(client.clone(), &task_manager);
	let rpc_builder = {
		let client = client.clone();
		let pool = ordered_pool.clone();
		let keystore = keystore_container.keystore();
		let select_chain = select_chain.clone();
		let backend = backend.clone();
		let chain_spec = config.chain_spec.cloned_box();
		let shared_voter_state = shared_voter_state.clone();
		let shared_authority_set = grandpa_link.shared_authority_set().clone();
		let justification_stream = grandpa_link.justification_stream();
		let finality_provider = sc_consensus_grandpa::FinalityProofProvider::new_for_service(
			backend.clone(),
			Some(shared_authority_set.clone()),
		);
		Box::new(move |subscription_executor| {
			crate::rpc::create(crate::rpc::Deps {
				client: client.clone(),
				pool: pool.clone(),
				select_chain: select_chain.clone(),
				keystore: keystore.clone(),
				babe_worker_handle: babe_worker_handle.clone(),
				shared_voter_state: shared_voter_state.clone(),
				shared_authority_set: shared_authority_set.clone(),
				justification_stream: justification_stream.clone(),
				finality_provider: finality_provider.clone(),
				beefy: beefy_rpc_links.clone(),
				backend: backend.clone(),
				door: door.clone(),
				answers: answers.clone(),
				following: following.clone(),
				chain_spec: chain_spec.cloned_box(),
				subscription_executor,
			})
			.map_err(ServiceError::Application)
		})
	};

	sc_service::spawn_tasks(sc_service::SpawnTasksParams {
		network: network.service.clone(),
		client: client.clone(),
		keystore: keystore_container.keystore(),
		task_manager: &mut task_manager,
		transaction_pool: ordered_pool,
		rpc_builder,
		backend: backend.clone(),
		system_rpc_tx: network.system_rpc_tx,
		tx_handler_controller: network.tx_handler_controller,
		sync_service: network.sync.clone(),
		config,
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})?;

	readiness::spawn(readiness::Inputs {
		client: client.clone(),
		keystore: keystore_container.keystore(),
		chain_folder,
		is_validator: role.is_authority(),
		task_manager: &task_manager,
	});
	let telemetry = telemetry.as_ref().map(|t| t.handle());
	if let Some(Signer { guard, keystore, .. }) = &signer {
		authoring::spawn(authoring::Inputs {
			client: client.clone(),
			transaction_pool: transaction_pool.clone(),
			select_chain,
			keystore: keystore.clone(),
			guard: guard.clone(),
			block_import,
			babe_link,
			sync: network.sync.clone(),
			force_authoring,
			prometheus: prometheus.as_ref(),
			telemetry: telemetry.clone(),
			task_manager: &task_manager,
		})?;
	}
	if enable_grandpa {
		if let Some(Signer { guard, behind, .. }) = &signer {
			guard::watch::spawn(guard::watch::Inputs {
				guard: guard.clone(),
				behind: *behind,
				client: client.clone(),
				authorities: grandpa_link.shared_authority_set().clone(),
				voter: shared_voter_state.clone(),
				task_manager: &task_manager,
			});
		}
		bridge::spawn(bridge::Inputs {
			client,
			backend,
			network: network.service.clone(),
			sync: network.sync.clone(),
			beefy: network.beefy,
			links: beefy_voter_links,
			// Its own keystore: BEEFY cannot sign two things of one block (docs/decisions/0042).
			keystore: signer.as_ref().map(|_| keystore_container.keystore()),
			indexes,
			prometheus: prometheus.clone(),
			task_manager: &task_manager,
		});
		finality::spawn(finality::Inputs {
			link: grandpa_link,
			network: network.service,
			sync: network.sync,
			notifications: network.grandpa_notifications,
			protocol_name: network.grandpa_protocol,
			keystore: signer.map(|signer| signer.keystore),
			role,
			name,
			shared_voter_state,
			transaction_pool,
			prometheus,
			telemetry,
			task_manager: &task_manager,
		})?;
	}
	Ok(task_manager)
}
