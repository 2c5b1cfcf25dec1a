//! `system_accountNextIndex` and `system_dryRun`.

use std::sync::Arc;

use jsonrpsee::{
	core::{async_trait, RpcResult},
	Extensions,
};
use meterproof_runtime::{opaque::Block, AccountId, Hash, Nonce};
use sp_core::Bytes;
use substrate_frame_rpc_system::{System as Standard, SystemApiServer};

use super::{door::Lane, error};
use crate::client::{Client, OrderedPool};

/// The SDK's methods; the next nonce counts calls that were accepted and are not ready yet.
pub struct System {
	pool: Arc<OrderedPool>,
	lane: Lane,
	standard: Standard<OrderedPool, Client, Block>,
}

impl System {
	/// Answers from the best block and the pool; next nonces are looked for in `lane`.
	pub fn new(client: Arc<Client>, pool: Arc<OrderedPool>, lane: Lane) -> Self {
		Self { pool: pool.clone(), lane, standard: Standard::new(client, pool) }
	}
}

#[async_trait]
impl SystemApiServer<Hash, AccountId, Nonce> for System {
	async fn nonce(&self, account: AccountId) -> RpcResult<Nonce> {
		let pool = self.pool.clone();
		self.lane.run(move || pool.next_nonce(&account)).await?.map_err(error::runtime)
	}

	async fn dry_run(
		&self,
		extensions: &Extensions,
		extrinsic: Bytes,
		at: Option<Hash>,
	) -> RpcResult<Bytes> {
		// The standard answer is generic over the kinds of account and nonce, which do not show in it.
		SystemApiServer::<Hash, AccountId, Nonce>::dry_run(
			&self.standard,
			extensions,
			extrinsic,
			at,
		)
		.await
	}
}
