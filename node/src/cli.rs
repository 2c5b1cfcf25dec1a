//! Command line.

use std::path::PathBuf;

use sc_cli::RunCmd;

/// What the SDK's option does.
const RATE_LIMIT: &str = "Limit the calls per minute of each WebSocket connection. It begins anew \
	with every connection, and with every request over HTTP, where it limits batches alone: what \
	strangers may ask for is limited by a proxy";

/// The Meterproof validator and full node.
// The pool is larger than the SDK's default: a zone's meters all commit within minutes, and a proof
// has some 100 kB. Half of the longest request, in MiB, holds a compressed runtime in hexadecimal. The cache of
// the state's trie may take 128 MiB: by the SDK's default it may take a gibibyte.
#[derive(Debug, clap::Parser)]
#[command(
	mut_arg("pool_limit", |arg| arg.default_value("65536")),
	mut_arg("pool_kbytes", |arg| arg.default_value("65536")),
	mut_arg("rpc_max_batch_request_len", |arg| arg.default_value("64")),
	mut_arg("rpc_max_connections", |arg| arg.default_value("500")),
	mut_arg("rpc_max_request_size", |arg| arg.default_value("4")),
	mut_arg("rpc_message_buffer_capacity_per_connection", |arg| arg.default_value("16")),
	mut_arg("trie_cache_size", |arg| arg.default_value("134217728")),
	mut_arg("rpc_rate_limit", |arg| arg.help(RATE_LIMIT).long_help(RATE_LIMIT))
)]
pub struct Cli {
	/// Something else than running the node.
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,

	/// Running the node.
	#[clap(flatten)]
	pub run: RunCmd,

	/// Keep the compiled runtime in this folder, so that a node that starts again need not compile it.
	///
	/// The folder is made if it is not there. What lies in it is run without a look, so nobody else
	/// may be able to open it. Nodes that run the same program can share it. Remove it after a power
	/// cut: the files in it carry no checksums.
	#[arg(long, value_name = "DIR")]
	pub wasm_cache: Option<PathBuf>,

	/// A validator's keys may have signed what the files here do not know of.
	///
	/// For the first start after keys or a whole folder came from a backup or from another machine, once
	/// nothing else uses these keys any more. The validator makes blocks from the next slot on, and votes
	/// again in the set of authorities after the one in force. Leave it out at later starts.
	#[arg(long)]
	pub restored: bool,
}

/// What the node's program does besides running the node.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant)]
pub enum Subcommand {
	/// Keys: generate, inspect, insert.
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),

	/// Make a chain of one's own: its specification, checked, and a folder for each first validator with
	/// all keys in place.
	NewChain(crate::new_chain::NewChainCmd),

	/// Write a chain specification to a file.
	ExportChainSpec(sc_cli::ExportChainSpecCmd),

	/// Validate blocks.
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Export blocks.
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Export the state of a block into a chain specification.
	ExportState(sc_cli::ExportStateCmd),

	/// Import blocks.
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Remove the whole chain.
	PurgeChain(sc_cli::PurgeChainCmd),

	/// Revert the chain to an earlier block.
	Revert(sc_cli::RevertCmd),

	/// What the database holds.
	ChainInfo(sc_cli::ChainInfoCmd),

	/// Write man pages and completions for shells.
	#[command(hide = true)]
	Manuals {
		/// Folder for them.
		#[arg(long, value_name = "DIR")]
		out: PathBuf,
	},
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rpc::limits;
	use clap::Parser;
	use sc_service::config::{RpcBatchRequestConfig, RpcConfiguration, RpcEndpoint, RpcMethods};

	#[test]
	fn the_pool_is_large_unless_told_otherwise() {
		let cli = Cli::parse_from(["meterproof-node"]);
		assert_eq!(cli.run.pool_config.pool_limit, 65_536);
		assert_eq!(cli.run.pool_config.pool_kbytes, meterproof_primitives::POOL_KIBIBYTES);
		let cli = Cli::parse_from(["meterproof-node", "--pool-limit", "9"]);
		assert_eq!(cli.run.pool_config.pool_limit, 9);
	}

	#[test]
	fn the_cache_of_the_state_is_small_unless_told_otherwise() {
		let size = |options: &[&str]| {
			let cli = Cli::parse_from(["meterproof-node"].iter().chain(options));
			cli.run.import_params.trie_cache_maximum_size()
		};
		assert_eq!(size(&[]), Some(128 << 20));
		assert_eq!(size(&["--trie-cache-size", "9"]), Some(9));
	}

	/// What the server for JSON-RPC is given: its configuration, and its first address.
	fn server(options: &[&str]) -> (RpcConfiguration, RpcEndpoint) {
		let cli = Cli::parse_from(["meterproof-node"].iter().chain(options));
		let given = &cli.run.rpc_params;
		let addresses = given.rpc_addr(false, false, 9_944).unwrap().unwrap();
		let mut server = RpcConfiguration {
			addr: Some(addresses.into_iter().map(Into::into).collect()),
			methods: RpcMethods::Auto,
			max_connections: given.rpc_max_connections,
			cors: None,
			max_request_size: given.rpc_max_request_size,
			max_response_size: given.rpc_max_response_size,
			id_provider: None,
			max_subs_per_conn: given.rpc_max_subscriptions_per_connection,
			port: 9_944,
			message_buffer_capacity: given.rpc_message_buffer_capacity_per_connection,
			batch_config: given.rpc_batch_config().unwrap(),
			rate_limit: given.rpc_rate_limit,
			rate_limit_whitelisted_ips: Vec::new(),
			rate_limit_trust_proxy_headers: false,
			request_logger_limit: 1_024,
		};
		limits::apply(&mut server);
		let first = server.addr.as_ref().unwrap()[0].clone();
		(server, first)
	}

	fn longest_batch(address: &RpcEndpoint) -> Option<u32> {
		match address.batch_config {
			RpcBatchRequestConfig::Limit(longest) => Some(longest),
			RpcBatchRequestConfig::Disabled => Some(0),
			RpcBatchRequestConfig::Unlimited => None,
		}
	}

	#[test]
	fn requests_and_connections_have_limits_unless_told_otherwise() {
		let (configuration, address) = server(&[]);
		assert_eq!(longest_batch(&address), Some(limits::MAX_BATCH));
		assert_eq!(address.max_connections, 500);
		assert_eq!(address.max_payload_in_mb, 4);
		assert_eq!(configuration.message_buffer_capacity, 16);
		assert_eq!(configuration.max_connections, 100, "threads of the SDK's");

		let (_, address) = server(&["--rpc-max-batch-request-len", "9"]);
		assert_eq!(longest_batch(&address), Some(9));
		let (_, address) = server(&["--rpc-disable-batch-requests"]);
		assert_eq!(longest_batch(&address), Some(0));
		let (configuration, address) =
			server(&["--rpc-max-connections", "7", "--rpc-max-request-size", "20"]);
		assert_eq!((configuration.max_connections, address.max_connections), (7, 7));
		assert_eq!(address.max_payload_in_mb, 20);
	}

	#[test]
	fn an_address_of_its_own_has_a_limit_for_batches_too() {
		let (_, address) = server(&["--experimental-rpc-endpoint", "listen-addr=127.0.0.1:9945"]);
		assert_eq!(longest_batch(&address), Some(limits::MAX_BATCH));
		let own = "listen-addr=127.0.0.1:9945,max-batch-request-len=9";
		let (_, address) = server(&["--experimental-rpc-endpoint", own]);
		assert_eq!(longest_batch(&address), Some(9));
	}
}
