//! The chain's client, its database and its pool, as this node has them: what puts the node together
//! and what answers JSON-RPC both speak of them.

use meterproof_runtime::{opaque::Block, AccountId, Balance, RuntimeApi};
use sp_consensus_beefy::ecdsa_crypto::AuthorityId as BeefyId;

/// What the runtime may call in the node.
pub type HostFunctions = sp_io::SubstrateHostFunctions;
/// Runs the Wasm runtime.
pub type Executor = sc_executor::WasmExecutor<HostFunctions>;
/// The chain's client.
pub type Client = sc_service::TFullClient<Block, RuntimeApi, Executor>;
/// The database.
pub type Backend = sc_service::TFullBackend<Block>;
/// Fork choice.
pub type SelectChain = sc_consensus::LongestChain<Backend, Block>;
/// The transaction pool.
pub type Pool = sc_transaction_pool::TransactionPoolHandle<Block, Client>;
/// The transaction pool as JSON-RPC has it.
pub type OrderedPool = crate::in_order::InOrder<Pool, Client>;
/// What a block changed.
pub type Changed = meterproof_changes::Block<AccountId, Balance>;
/// All who follow blocks.
pub type Following = meterproof_changes::Seats<Changed>;
/// What JSON-RPC has of BEEFY's voter.
pub type BeefyRpcLinks = sc_consensus_beefy::BeefyRPCLinks<Block, BeefyId>;
