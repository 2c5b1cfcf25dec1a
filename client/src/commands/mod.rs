//! One module per verb.

pub(crate) mod account;
mod agent;
pub(crate) mod device;
pub(crate) mod gateway;
mod gov;
mod manuals;
pub(crate) mod market;
mod missing;
mod openings;
mod period;
pub(crate) mod prove;
mod registrar;
pub(crate) mod settle;
mod settlement;
mod simulate_meter;
mod store;
mod trade;
mod validator;
pub(crate) mod wallet;
mod watch;
pub(crate) mod water;

use std::{path::Path, time::Duration};

use subxt::utils::AccountId32;
use subxt_signer::sr25519::Keypair;

use crate::{
	chain::{Chain, Patience},
	cli::{Cli, Command, Options},
	error::Result,
	keys,
	output::Output,
	password::Passwords,
	store::Store,
	types::parse_address,
};

/// What every command works with.
pub struct Context {
	options: Options,
	passwords: Passwords,
	output: Output,
}

impl Context {
	async fn chain(&self) -> Result<Chain> {
		let patience = Patience { wait: self.options.wait, limit: self.limit() };
		Chain::connect(&self.options.url, patience, self.output).await
	}

	/// How long a call, or an answer, may take.
	fn limit(&self) -> Duration {
		Duration::from_secs(self.options.timeout.into())
	}

	fn signer(&self) -> Result<Keypair> {
		keys::load(self.options.account.as_deref(), &self.passwords)
	}

	/// The address given, or the account's own.
	fn address(&self, given: Option<&str>) -> Result<AccountId32> {
		match given {
			Some(text) => Ok(parse_address(text)?),
			None => Ok(self.signer()?.public_key().to_account_id()),
		}
	}
}

/// Opens a store of the chain to write to it, or makes one.
fn open_or_create(context: &Context, path: &Path, chain: &Chain) -> Result<Store> {
	if path.exists() {
		return open_for_writing(context, path, chain);
	}
	Store::create(path, &context.passwords.fresh(path)?, chain.genesis())
}

/// Opens a store of the chain to write to it.
fn open_for_writing(context: &Context, path: &Path, chain: &Chain) -> Result<Store> {
	let mut store = Store::open_for_writing(path, &context.passwords.existing(path)?)?;
	report_state(context, &mut store);
	store.ensure_chain(&chain.genesis())?;
	Ok(store)
}

/// Tells a person that a store's last record had been cut off, and what [`report_warning`] tells.
fn report_state(context: &Context, store: &mut Store) {
	if store.was_torn() {
		let path = store.path().display();
		context.output.remark(&format!(
			"{path}: the last record had been cut off while it was written, and was dropped"
		));
	}
	report_warning(context, store);
}

/// Tells a person, once, that a store could not be rewritten.
fn report_warning(context: &Context, store: &mut Store) {
	if let Some(warning) = store.take_warning() {
		let path = store.path().display();
		context.output.remark(&format!(
			"{path}: the store could not be rewritten and goes on growing, with secrets that are out \
			 of date still in it: {warning}"
		));
	}
}

/// Does what the command line says.
pub async fn run(cli: Cli, output: Output) -> Result<()> {
	let passwords = Passwords { file: cli.options.password_file.clone() };
	let context = Context { options: cli.options, passwords, output };
	match cli.command {
		Command::Account(command) => account::run(&context, command).await,
		Command::Registrar(command) => registrar::run(&context, command).await,
		Command::Device(command) => device::run(&context, command).await,
		Command::Agent(args) => agent::run(&context, args).await,
		Command::Gateway(args) => gateway::run(&context, args).await,
		Command::SimulateMeter(args) => simulate_meter::run(&context, args).await,
		Command::Store(command) => store::run(&context, command).await,
		Command::Openings(command) => openings::run(&context, command).await,
		Command::Trade(command) => trade::run(&context, command).await,
		Command::Market(command) => market::run(&context, command).await,
		Command::Watch(command) => watch::run(&context, command).await,
		Command::Prove(args) => prove::run(&context, args).await,
		Command::Settle(args) => settle::run(&context, args).await,
		Command::Settlement(command) => settlement::run(&context, command).await,
		Command::Water(command) => water::run(&context, command).await,
		Command::Validator(command) => validator::run(&context, command).await,
		Command::Gov(command) => gov::run(&context, command).await,
		Command::Wallet(command) => wallet::run(&context, command).await,
		Command::Period { period } => period::run(&context, period).await,
		Command::Manuals { out } => manuals::run(&context, &out),
	}
}
