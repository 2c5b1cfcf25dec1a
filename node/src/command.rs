//! What each subcommand does.

use std::path::Path;

use meterproof_runtime::opaque::Block;
use sc_cli::SubstrateCli;
use sc_service::PartialComponents;

use crate::{
	chain_spec::{self, Genesis},
	cli::{Cli, Subcommand},
	rpc, service,
};

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"Meterproof Node".into()
	}

	fn impl_version() -> String {
		env!("SUBSTRATE_CLI_IMPL_VERSION").into()
	}

	fn description() -> String {
		env!("CARGO_PKG_DESCRIPTION").into()
	}

	fn author() -> String {
		env!("CARGO_PKG_AUTHORS").into()
	}

	fn support_url() -> String {
		"see SECURITY.md and README.md of the source".into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
		let genesis = match self.subcommand {
			Some(Subcommand::ExportChainSpec(ref export)) if !export.raw => Genesis::Json,
			_ => Genesis::State,
		};
		Ok(match id {
			"dev" => Box::new(chain_spec::development(genesis)?),
			"" | "local" => Box::new(chain_spec::local(genesis)?),
			path => Box::new(chain_spec::from_file(Path::new(path), genesis)?),
		})
	}
}

/// Runs what the command line asks for.
pub fn run() -> sc_cli::Result<()> {
	let cli = Cli::from_args();
	match &cli.subcommand {
		Some(Subcommand::Key(cmd)) => cmd.run(&cli),
		Some(Subcommand::NewChain(cmd)) => cmd.run().map_err(sc_cli::Error::Input),
		Some(Subcommand::ExportChainSpec(cmd)) => cmd.run(cli.load_spec(&cmd.chain)?),
		Some(Subcommand::CheckBlock(cmd)) => {
			let runner = cli.create_runner(cmd)?;
			runner.async_run(|config| {
				let PartialComponents { client, task_manager, import_queue, .. } =
					service::partial::new(&config, None)?;
				Ok((cmd.run(client, import_queue), task_manager))
			})
		},
		Some(Subcommand::ExportBlocks(cmd)) => {
			let runner = cli.create_runner(cmd)?;
			runner.async_run(|config| {
				let PartialComponents { client, task_manager, .. } =
					service::partial::new(&config, None)?;
				Ok((cmd.run(client, config.database), task_manager))
			})
		},
		Some(Subcommand::ExportState(cmd)) => {
			let runner = cli.create_runner(cmd)?;
			runner.async_run(|config| {
				let PartialComponents { client, task_manager, .. } =
					service::partial::new(&config, None)?;
				Ok((cmd.run(client, config.chain_spec), task_manager))
			})
		},
		Some(Subcommand::ImportBlocks(cmd)) => {
			let runner = cli.create_runner(cmd)?;
			runner.async_run(|config| {
				let PartialComponents { client, task_manager, import_queue, .. } =
					service::partial::new(&config, None)?;
				Ok((cmd.run(client, import_queue), task_manager))
			})
		},
		Some(Subcommand::PurgeChain(cmd)) => {
			let runner = cli.create_runner(cmd)?;
			runner.sync_run(|config| cmd.run(config.database))
		},
		Some(Subcommand::Revert(cmd)) => {
			let runner = cli.create_runner(cmd)?;
			runner.async_run(|config| {
				let PartialComponents { client, task_manager, backend, .. } =
					service::partial::new(&config, None)?;
				let revert_aux = Box::new(|client: std::sync::Arc<_>, backend, blocks| {
					sc_consensus_babe::revert(std::sync::Arc::clone(&client), backend, blocks)?;
					sc_consensus_grandpa::revert(client, blocks)?;
					Ok(())
				});
				Ok((cmd.run(client, backend, Some(revert_aux)), task_manager))
			})
		},
		Some(Subcommand::ChainInfo(cmd)) => {
			let runner = cli.create_runner(cmd)?;
			runner.sync_run(|config| cmd.run::<Block>(&config))
		},
		Some(Subcommand::Manuals { out }) => {
			let command = <Cli as clap::CommandFactory>::command().version(Cli::impl_version());
			let files = meterproof_manuals::write(command, out)?;
			println!("{} files in {}", files.len(), out.display());
			Ok(())
		},
		None => {
			let runner = cli.create_runner(&cli.run)?;
			let compiled = cli.wasm_cache.clone();
			let restored = cli.restored;
			let pool = service::metrics::PoolLimits::of(&cli.run.pool_config);
			let rpc = &cli.run.rpc_params;
			let origins_are_named =
				rpc.rpc_cors.is_some() || !rpc.experimental_rpc_endpoint.is_empty();
			let ended = runner.run_node_until_exit(|mut config| async move {
				rpc::limits::apply(&mut config.rpc);
				rpc::reach::apply(&mut config.rpc, origins_are_named);
				service::start(config, compiled.as_deref(), restored, pool)
					.map_err(sc_cli::Error::Service)
			});
			match service::guard::watch::begin_anew_if_asked() {
				Some(cause) => Err(sc_cli::Error::Io(cause)),
				None => ended,
			}
		},
	}
}
