//! The JSON-RPC methods: the SDK's standard ones and this chain's own, by namespace.

mod balance;
mod book;
pub mod changes;
mod checkpoint;
mod devices;
mod discover;
pub mod door;
mod error;
mod finality;
mod governance;
pub mod limits;
mod market;
mod metering;
mod parameters;
mod payments;
pub mod reach;
mod settlement;
mod started;
mod system;
mod validators;
mod water;

use std::sync::Arc;

use jsonrpsee::RpcModule;
use meterproof_runtime::{opaque::Block, BlockNumber, Hash};
use sc_client_api::Backend as _;
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_grandpa::{
	FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_rpc::SubscriptionTaskExecutor;
use sp_keystore::KeystorePtr;

use crate::{
	answers::Answers,
	client::{Backend, BeefyRpcLinks, Client, Following, OrderedPool, SelectChain},
};

/// What the methods need.
pub struct Deps {
	pub client: Arc<Client>,
	pub pool: Arc<OrderedPool>,
	pub select_chain: SelectChain,
	pub keystore: KeystorePtr,
	pub babe_worker_handle: BabeWorkerHandle<Block>,
	pub shared_voter_state: SharedVoterState,
	pub shared_authority_set: SharedAuthoritySet<Hash, BlockNumber>,
	pub justification_stream: GrandpaJustificationStream<Block>,
	pub finality_provider: Arc<FinalityProofProvider<Backend, Block>>,
	pub beefy: BeefyRpcLinks,
	pub backend: Arc<Backend>,
	pub door: door::Door,
	pub answers: Answers,
	pub following: Arc<Following>,
	pub chain_spec: Box<dyn sc_chain_spec::ChainSpec>,
	pub subscription_executor: SubscriptionTaskExecutor,
}

/// All methods.
pub fn create(deps: Deps) -> Result<RpcModule<()>, Box<dyn std::error::Error + Send + Sync>> {
	use balance::BalanceRpcServer;
	use book::BookRpcServer;
	use devices::DevicesRpcServer;
	use governance::GovernanceRpcServer;
	use market::MarketRpcServer;
	use metering::MeteringRpcServer;
	use mmr_rpc::{Mmr, MmrApiServer};
	use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
	use payments::PaymentsRpcServer;
	use sc_consensus_babe_rpc::{Babe, BabeApiServer};
	use sc_consensus_beefy_rpc::{Beefy, BeefyApiServer};
	use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
	use settlement::{AuditRpcServer, SettlementRpcServer};
	use substrate_frame_rpc_system::SystemApiServer;
	use validators::ValidatorsRpcServer;
	use water::WaterRpcServer;

	let mut module = RpcModule::new(());
	let door::Door { meters, queries, proofs } = deps.door;
	module.merge(queries.guard(
		system::System::new(deps.client.clone(), deps.pool.clone(), queries.clone()).into_rpc(),
	)?)?;
	module.merge(queries.guard(TransactionPayment::new(deps.client.clone()).into_rpc())?)?;
	module.merge(checkpoint::methods(
		deps.chain_spec,
		deps.client.clone(),
		deps.shared_authority_set.clone(),
		deps.babe_worker_handle.clone(),
	)?)?;
	module.merge(
		Babe::new(deps.client.clone(), deps.babe_worker_handle, deps.keystore, deps.select_chain)
			.into_rpc(),
	)?;
	module.merge(
		Beefy::<Block, sp_consensus_beefy::ecdsa_crypto::AuthorityId>::new(
			deps.beefy.from_voter_justif_stream,
			deps.beefy.from_voter_best_beefy_stream,
			deps.subscription_executor.clone(),
		)?
		.into_rpc(),
	)?;
	let index = deps.backend.offchain_storage().ok_or("the database has no place for an index")?;
	module.merge(
		queries.guard(Mmr::<_, (Block, Hash), _>::new(deps.client.clone(), index).into_rpc())?,
	)?;
	module.merge(
		Grandpa::new(
			deps.subscription_executor,
			deps.shared_authority_set,
			deps.shared_voter_state,
			deps.justification_stream,
			deps.finality_provider,
		)
		.into_rpc(),
	)?;
	let settlement = settlement::Settlement {
		client: deps.client.clone(),
		backend: deps.backend,
		pool: deps.pool.clone(),
		lane: proofs.clone(),
		answers: deps.answers.clone(),
	};
	module.merge(queries.guard(devices::Devices(deps.client.clone()).into_rpc())?)?;
	module.merge(queries.guard(governance::Governance(deps.client.clone()).into_rpc())?)?;
	module.merge(queries.guard(validators::Validators(deps.client.clone()).into_rpc())?)?;
	module.merge(
		// Questions of meters run on the threads for questions; their commitments have threads of their own.
		queries.guard(
			metering::Metering {
				client: deps.client.clone(),
				pool: deps.pool.clone(),
				lane: meters,
				answers: deps.answers.clone(),
				started: Default::default(),
			}
			.into_rpc(),
		)?,
	)?;
	module.merge(
		queries.guard(
			payments::Payments {
				client: deps.client.clone(),
				pool: deps.pool.clone(),
				proofs: proofs.clone(),
				answers: deps.answers,
			}
			.into_rpc(),
		)?,
	)?;
	module.merge(queries.guard(balance::Balances(deps.client.clone()).into_rpc())?)?;
	module.merge(queries.guard(book::Book(deps.client.clone()).into_rpc())?)?;
	module.merge(queries.guard(water::Water(deps.client.clone()).into_rpc())?)?;
	module.merge(queries.guard(market::Market(deps.client).into_rpc())?)?;
	module.merge(proofs.guard(SettlementRpcServer::into_rpc(settlement.clone()))?)?;
	module.merge(AuditRpcServer::into_rpc(settlement))?;
	module.merge(changes::methods(deps.following)?)?;
	module.merge(discover::module()?)?;
	Ok(module)
}
