//! What every subcommand needs: database, client, pool, import queue.

use std::{path::Path, sync::Arc};

use meterproof_runtime::opaque::Block;
use sc_consensus_babe::{BabeBlockImport, BabeLink, BabeWorkerHandle};
use sc_service::{error::Error as ServiceError, Configuration, PartialComponents};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_consensus_babe::{inherents::InherentDataProvider as BabeInherent, SlotDuration};
use sp_consensus_beefy::ecdsa_crypto::AuthorityId as BeefyId;
use sp_keystore::KeystorePtr;
use sp_timestamp::InherentDataProvider as TimestampInherent;

use super::tasks::{MayEnd, Tasks};
use crate::client::{Backend, BeefyRpcLinks, Client, Pool, SelectChain};

/// A finalised block is justified at least this often, in blocks, for light clients and sync.
pub const JUSTIFICATION_PERIOD: u32 = 512;

/// Checks finality on import.
pub type GrandpaImport =
	sc_consensus_grandpa::GrandpaBlockImport<Backend, Block, Client, SelectChain>;
/// Hands BEEFY's justifications of imported blocks to its voter.
pub type BeefyImport =
	sc_consensus_beefy::import::BeefyBlockImport<Block, Backend, Client, GrandpaImport, BeefyId>;
/// What BEEFY's voter needs of the import, and gives to JSON-RPC.
pub type BeefyVoterLinks = sc_consensus_beefy::BeefyVoterLinks<Block, BeefyId>;
/// What GRANDPA's voter needs.
pub type GrandpaLink = sc_consensus_grandpa::LinkHalf<Block, Client, SelectChain>;
/// Makes the inherents of a block for the slot at hand.
pub type CreateInherents = Arc<
	dyn sp_inherents::CreateInherentDataProviders<
		Block,
		(),
		InherentDataProviders = (BabeInherent, TimestampInherent),
	>,
>;
/// Checks BABE's rules on import.
pub type BlockImport = BabeBlockImport<Block, Client, BeefyImport, CreateInherents, SelectChain>;

/// Parts beyond sc-service's own.
pub struct Other {
	pub block_import: BlockImport,
	pub grandpa_link: GrandpaLink,
	pub beefy_links: (BeefyVoterLinks, BeefyRpcLinks),
	pub babe_link: BabeLink<Block>,
	pub babe_worker_handle: BabeWorkerHandle<Block>,
	pub telemetry: Option<Telemetry>,
}

/// The node's parts.
pub type Parts = PartialComponents<
	Client,
	Backend,
	SelectChain,
	sc_consensus::DefaultImportQueue<Block>,
	Pool,
	Other,
>;

/// Builds the parts for a command that ends. Compiled runtimes are kept in the folder `compiled`, if one is
/// given.
pub fn new(config: &Configuration, compiled: Option<&Path>) -> Result<Parts, ServiceError> {
	build(config, compiled, User::Command, |_, _, _| Ok(()))
}

/// Whom the parts are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum User {
	/// A node, which stops when one of its tasks ends.
	Node,
	/// A command, which takes the parts that it needs, and is done when it is done.
	Command,
}

/// Builds the node's parts, with something to be done before GRANDPA reads its state from the database.
pub fn build(
	config: &Configuration,
	compiled: Option<&Path>,
	user: User,
	before_grandpa: impl FnOnce(&Client, &KeystorePtr, SlotDuration) -> Result<(), ServiceError>,
) -> Result<Parts, ServiceError> {
	let telemetry = config
		.telemetry_endpoints
		.clone()
		.filter(|endpoints| !endpoints.is_empty())
		.map(|endpoints| -> Result<_, sc_telemetry::Error> {
			let worker = TelemetryWorker::new(16)?;
			let telemetry = worker.handle().new_telemetry(endpoints);
			Ok((worker, telemetry))
		})
		.transpose()?;

	let executor = super::executor::new(&config.executor, compiled)?;
	let (client, backend, keystore_container, task_manager) =
		sc_service::new_full_parts::<Block, meterproof_runtime::RuntimeApi, _>(
			config,
			telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
			executor,
			Default::default(),
		)?;
	let client = Arc::new(client);

	let telemetry = telemetry.map(|(worker, telemetry)| {
		task_manager.spawn_handle().spawn("telemetry", None, worker.run());
		telemetry
	});

	let select_chain = sc_consensus::LongestChain::new(backend.clone());
	let essential = task_manager.spawn_essential_handle();
	let (without_pool, the_pool) = MayEnd::without::<Pool>();
	let (pool_may_end, queue_may_end) = match user {
		User::Node => (without_pool, MayEnd::never()),
		User::Command => (MayEnd::always(), MayEnd::always()),
	};
	let transaction_pool = Arc::new(
		sc_transaction_pool::Builder::new(
			Tasks::new(essential.clone(), pool_may_end),
			client.clone(),
			config.role.is_authority().into(),
		)
		.with_options(config.transaction_pool.clone())
		.with_prometheus(config.prometheus_registry())
		.build(),
	);
	// The cell is new: nothing else is in it.
	let _ = the_pool.set(Arc::downgrade(&transaction_pool));

	let babe_config = sc_consensus_babe::configuration(&*client)?;
	let slot_duration = babe_config.slot_duration();
	before_grandpa(&client, &keystore_container.keystore(), slot_duration)?;
	let (grandpa_import, grandpa_link) = sc_consensus_grandpa::block_import(
		client.clone(),
		JUSTIFICATION_PERIOD,
		&client,
		select_chain.clone(),
		telemetry.as_ref().map(|telemetry| telemetry.handle()),
	)?;

	let (beefy_import, beefy_voter_links, beefy_rpc_links) =
		sc_consensus_beefy::beefy_block_import_and_links(
			grandpa_import.clone(),
			backend.clone(),
			client.clone(),
			config.prometheus_registry().cloned(),
		);

	let create_inherents: CreateInherents = Arc::new(move |_parent, ()| async move {
		let timestamp = TimestampInherent::from_system_time();
		let slot = BabeInherent::from_timestamp_and_slot_duration(*timestamp, slot_duration);
		Ok((slot, timestamp))
	});
	let (block_import, babe_link) = sc_consensus_babe::block_import(
		babe_config,
		beefy_import,
		client.clone(),
		create_inherents,
		select_chain.clone(),
		OffchainTransactionPoolFactory::new(transaction_pool.clone()),
	)?;
	let (import_queue, babe_worker_handle) =
		sc_consensus_babe::import_queue(sc_consensus_babe::ImportQueueParams {
			link: babe_link.clone(),
			block_import: block_import.clone(),
			justification_import: Some(Box::new(grandpa_import)),
			client: client.clone(),
			slot_duration,
			spawner: &Tasks::new(essential, queue_may_end),
			registry: config.prometheus_registry(),
			telemetry: telemetry.as_ref().map(|telemetry| telemetry.handle()),
		})?;

	Ok(PartialComponents {
		client,
		backend,
		task_manager,
		import_queue,
		keystore_container,
		select_chain,
		transaction_pool,
		other: Other {
			block_import,
			grandpa_link,
			beefy_links: (beefy_voter_links, beefy_rpc_links),
			babe_link,
			babe_worker_handle,
			telemetry,
		},
	})
}
