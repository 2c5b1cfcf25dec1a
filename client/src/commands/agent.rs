//! `agent`: the process that runs unattended, and what is asked about it.

use std::{path::Path, time::Duration};

use serde_json::json;
use subxt::utils::AccountId32;

use super::Context;
use crate::{
	agent::{
		check,
		config::Config,
		example::EXAMPLE,
		journal,
		nodes::Nodes,
		report::{self, Span},
		run::{passwords, run as run_agent},
		time,
	},
	cli::{AgentArgs, AgentCheckArgs, AgentCommand, ReportArgs, ReportFormat},
	error::{file, Error, Result},
	store::{files, Store},
	timetable::Timetable,
	types::parse_address,
};

pub async fn run(context: &Context, args: AgentArgs) -> Result<()> {
	match args.command {
		None => {
			let config = Config::read(&args.config)?;
			run_agent(config, &context.passwords, args.clock_offset_file).await
		},
		Some(AgentCommand::Init) => init(context, &args.config),
		Some(AgentCommand::Check(check)) => look(context, &args.config, &check).await,
		Some(AgentCommand::Report(report)) => tell(context, &args.config, &report).await,
	}
}

fn init(context: &Context, path: &Path) -> Result<()> {
	files::create_private(path, EXAMPLE.as_bytes()).map_err(|error| match error.kind() {
		std::io::ErrorKind::AlreadyExists => {
			Error::new("FileExists", format!("{}: the file exists already", path.display()))
		},
		_ => file("cannot write", path, &error),
	})?;
	let shown = path.display();
	context.output.show(&json!({ "file": shown.to_string() }), || {
		format!(
			"{shown} is an example: change it, then run `meterproof agent check --config {shown}`"
		)
	})
}

async fn look(context: &Context, path: &Path, args: &AgentCheckArgs) -> Result<()> {
	let lines = match Config::read(path) {
		Ok(config) => {
			let wait = Duration::from_secs(args.listen.into());
			check::check(path, &config, &context.passwords, wait).await
		},
		Err(error) => vec![check::Line {
			about: "configuration".to_owned(),
			state: check::State::Error,
			found: format!("{}: {error}", error.name()),
			remedy: Some("`agent init` writes an example".to_owned()),
		}],
	};
	context.output.show(&check::to_json(&lines), || check::to_text(&lines))?;
	match check::errors(&lines) {
		0 => Ok(()),
		errors => Err(Error::new("CheckFailed", format!("{errors} of the lines above are errors"))),
	}
}

async fn tell(context: &Context, path: &Path, args: &ReportArgs) -> Result<()> {
	let config = Config::read(path)?;
	let (from_ms, to_ms) = time::month(&args.month).ok_or_else(|| {
		Error::new("BadMonth", format!("{}: a month is written as in 2026-11", args.month))
	})?;
	let span = Span { month: args.month.clone(), from_ms, to_ms };
	let passwords = passwords(&config, &context.passwords);
	let password = passwords.existing(&config.store)?;
	let store = Store::open(&config.store, &password)?;
	let mut contents = journal::look(&config.journal(), &password, store.genesis())?;
	contents.ordered = journal::look(&config.orders_journal(), &password, store.genesis())?.ordered;
	let chain = Nodes::new(config.node.clone(), store.genesis()).chain().await?;
	let timetable = match store.timetable() {
		Some(timetable) => *timetable,
		None => Timetable::of(&chain.rpc.period(None).await?),
	};
	let mut accounts: Vec<AccountId32> = match &args.account_address {
		Some(address) => vec![parse_address(address)?],
		None => store.operators().iter().copied().map(AccountId32).collect(),
	};
	accounts.sort();
	if accounts.is_empty() {
		let message = "the store does not know whose its meters are: name the account with --of";
		return Err(Error::new("NoAccount", message));
	}
	let report = report::gather(&chain, &span, &accounts, &timetable, &contents).await?;
	let text = match args.format {
		ReportFormat::Text => report::to_text(&report),
		ReportFormat::Csv => report::to_csv(&report)?,
		ReportFormat::Html => report::to_html(&report),
	};
	if let Some(out) = &args.out {
		files::replace(out, text.as_bytes()).map(drop)?;
		context.output.remark(&format!("written to {}", out.display()));
		return context.output.show(&report::to_json(&report), String::new);
	}
	context.output.show(&report::to_json(&report), || text.trim_end().to_owned())
}
