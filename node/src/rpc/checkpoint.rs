//! `sync_state_genSyncSpec`: the chain's specification with a checkpoint for light clients.

use std::sync::Arc;

use jsonrpsee::{MethodCallback, MethodResponse, Methods};
use meterproof_runtime::{opaque::Block, BlockNumber, Hash};
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_grandpa::SharedAuthoritySet;
use sc_rpc_api::check_if_safe;
use sc_sync_state_rpc::{SyncState, SyncStateApiServer};

use crate::client::Client;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The SDK's method, for the node's operator alone: an answer has the whole genesis in it, runtime
/// included, and is made anew each time.
pub fn methods(
	chain_spec: Box<dyn sc_chain_spec::ChainSpec>,
	client: Arc<Client>,
	authorities: SharedAuthoritySet<Hash, BlockNumber>,
	babe: BabeWorkerHandle<Block>,
) -> Result<Methods, Error> {
	let all = SyncState::new(chain_spec, client, authorities, babe)?.into_rpc();
	let mut own = Methods::new();
	for name in all.method_names() {
		let Some(MethodCallback::Async(method)) = all.method(name).cloned() else {
			return Err(format!("{name} is not what it was").into());
		};
		let checked = Arc::new(
			move |id: jsonrpsee::types::Id<'static>, params, connection, most, extensions| {
				match check_if_safe(&extensions) {
					Ok(()) => method(id, params, connection, most, extensions),
					Err(error) => {
						let response = MethodResponse::error(id, error).with_extensions(extensions);
						Box::pin(async move { response }) as _
					},
				}
			},
		);
		own.verify_and_insert(name, MethodCallback::Async(checked))?;
	}
	Ok(own)
}
