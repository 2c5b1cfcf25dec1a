//! `agent check`: what is wrong, in one screen, and how to mend it.

mod chain;
mod files;
mod meters;
mod nodes;
mod running;
mod sealed;
mod sources;
mod standing;

use std::{path::Path, time::Duration};

use serde_json::{json, Value};

use super::{config::Config, intake::known, run::passwords};
use crate::{
	error::Error,
	password::Passwords,
	store::{files as store_files, Store},
	timetable::Timetable,
};

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
	/// The checked part is as it should be.
	Ok,
	/// The checked part works, and somebody should look at it.
	Warning,
	/// The checked part does not work.
	Error,
}

impl State {
	fn name(self) -> &'static str {
		match self {
			Self::Ok => "ok",
			Self::Warning => "warning",
			Self::Error => "error",
		}
	}
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
	/// What is looked at.
	pub about: String,
	/// How it is.
	pub state: State,
	/// What was found.
	pub found: String,
	/// What to do.
	pub remedy: Option<String>,
}

impl Line {
	fn ok(about: &str, found: impl Into<String>) -> Self {
		Self { about: about.to_owned(), state: State::Ok, found: found.into(), remedy: None }
	}

	fn warning(about: &str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
		let (about, found, remedy) = (about.to_owned(), found.into(), Some(remedy.into()));
		Self { about, state: State::Warning, found, remedy }
	}

	fn error(about: &str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
		Self { state: State::Error, ..Self::warning(about, found, remedy) }
	}

	fn failed(about: &str, error: &Error, remedy: impl Into<String>) -> Self {
		Self::error(about, format!("{}: {error}", error.name()), remedy)
	}
}

/// All lines as JSON.
pub fn to_json(lines: &[Line]) -> Value {
	let worst = lines.iter().map(|line| line.state).max().unwrap_or(State::Ok);
	let lines: Vec<_> = lines
		.iter()
		.map(|line| {
			json!({
				"about": line.about, "state": line.state.name(), "found": line.found,
				"remedy": line.remedy,
			})
		})
		.collect();
	json!({ "state": worst.name(), "lines": lines })
}

/// All lines as text.
pub fn to_text(lines: &[Line]) -> String {
	let width = lines.iter().map(|line| line.about.chars().count()).max().unwrap_or(0);
	let mut text = Vec::new();
	for Line { about, state, found, remedy } in lines {
		let state = match state {
			State::Ok => "ok     ",
			State::Warning => "WARNING",
			State::Error => "ERROR  ",
		};
		text.push(format!("{state}  {about:<width$}  {found}"));
		if let Some(remedy) = remedy {
			text.push(format!("         {:<width$}  -> {remedy}", ""));
		}
	}
	text.join("\n")
}

/// How many lines are errors.
pub fn errors(lines: &[Line]) -> usize {
	lines.iter().filter(|line| line.state == State::Error).count()
}

/// Looks at everything. Sources are listened to for `wait` each, at the same time, unless an agent runs.
pub async fn check(path: &Path, config: &Config, given: &Passwords, wait: Duration) -> Vec<Line> {
	let mut lines = vec![Line::ok("configuration", path.display().to_string())];
	lines.extend(files::permissions(path, config));
	lines.extend(files::space(config));
	let passwords = passwords(config, given);
	let opened = passwords
		.existing(&config.store)
		.and_then(|password| Ok((Store::open(&config.store, &password)?, password)));
	let (store, password) = match opened {
		Ok(opened) => opened,
		Err(error) => {
			let remedy = "make it with `device register`, or name it and its password in the \
				configuration";
			lines.push(Line::failed("store", &error, remedy));
			lines.push(nodes::clock_line(None));
			lines.extend(sources::listen(config, wait, None).await.0);
			return lines;
		},
	};
	let known = known(&store);
	lines.push(match known.is_empty() {
		false => Line::ok("store", format!("{} meters that it signs for", known.len())),
		true => Line::error(
			"store",
			"it has no registered meter that it signs for",
			"register meters with `device register`",
		),
	});
	let (found, chain) = nodes::ask_nodes(config, &store).await;
	lines.extend(found);
	lines.push(nodes::clock_line(chain.as_ref().map(|(_, times)| times)));
	if let Some((chain, times)) = &chain {
		lines.extend(chain::account(config, &passwords, chain).await);
		let operators = store.operators();
		lines.extend(sealed::wallets(config, &passwords, chain, operators, times.period).await);
		lines.extend(chain::attested(chain, times.period, &known, &store).await);
		let secrets = (&passwords, password.as_str());
		lines.extend(standing::orders(config, secrets, chain, &store).await);
	}
	let running = config.journal().exists() && store_files::lock(&config.journal()).is_err();
	// Either the agent or this check has heard of meters.
	let (mut by_agent, mut now) = (sources::Heard::new(), sources::Heard::new());
	let found;
	match running {
		true => (found, by_agent) = running::ask_agent(config).await,
		false => {
			let names = known.keys().cloned().collect();
			(found, now) = sources::listen(config, wait, Some(&names)).await;
		},
	}
	lines.extend(found);
	let by_chain = chain.as_ref().map(|(_, times)| Timetable {
		period: times.period,
		start_ms: times.start_ms,
		length_ms: times.end_ms.saturating_sub(times.start_ms),
	});
	if let Some(periods) = store.timetable().copied().or(by_chain) {
		lines.extend(sources::rhythm(config, &periods));
	}
	lines.extend(meters::silent(config, (&store, password.as_str()), &known, by_agent, &now));
	lines
}

#[cfg(test)]
mod tests {
	use super::*;

	/// The commands in back quotes of a source's texts, on one line each.
	fn commands(source: &str) -> Vec<String> {
		let code = source.split("#[cfg(test)]").next().unwrap();
		let code: Vec<_> =
			code.lines().map(str::trim).filter(|line| !line.starts_with("//")).collect();
		let code = code.join("\n").replace("\\\n", "");
		code.lines()
			.flat_map(|line| line.split('`').skip(1).step_by(2))
			.map(str::to_owned)
			.collect()
	}

	#[test]
	fn the_commands_of_remedies_are_commands() {
		use crate::cli::Cli;
		use clap::{error::ErrorKind, Parser};
		let sources = [
			include_str!("check/chain.rs"),
			include_str!("check/files.rs"),
			include_str!("check/meters.rs"),
			include_str!("check/nodes.rs"),
			include_str!("check/running.rs"),
			include_str!("check/sealed.rs"),
			include_str!("check/sources.rs"),
			include_str!("check/standing.rs"),
			include_str!("check.rs"),
			include_str!("../commands/agent.rs"),
		];
		let (mut whole, mut named) = (0, 0);
		for command in sources.into_iter().flat_map(commands) {
			if command.starts_with("journalctl") {
				continue;
			}
			// A word in braces is a placeholder, which is filled in when the remedy is shown.
			let words = command.split_whitespace().map(|word| match word {
				"{device}" => "7",
				word if word.starts_with('{') => "x",
				word => word,
			});
			let words = words.skip_while(|word| *word == "meterproof");
			match Cli::try_parse_from(std::iter::once("meterproof").chain(words)) {
				Ok(_) => whole += 1,
				// The name of a command, without what it needs.
				Err(error)
					if !command.contains("--")
						&& matches!(
							error.kind(),
							ErrorKind::MissingRequiredArgument
								| ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
						) =>
				{
					named += 1;
				},
				Err(error) => panic!("`{command}`: {error}"),
			}
		}
		assert!(whole >= 5 && named >= 3, "{whole} {named}");
	}

	#[test]
	fn each_line_says_how_it_is_and_what_to_do() {
		let lines = [
			Line::ok("clock", "2026-11-29T10:00:00Z"),
			Line::warning("disk", "100 MiB free", "make room"),
			Line::error("node ws://a", "NotConnected", "start it"),
		];
		let text = to_text(&lines);
		assert_eq!(
			text,
			"ok       clock        2026-11-29T10:00:00Z\n\
			 WARNING  disk         100 MiB free\n\
			 \x20                     -> make room\n\
			 ERROR    node ws://a  NotConnected\n\
			 \x20                     -> start it"
		);
		let json = to_json(&lines);
		assert_eq!(json["state"], "error");
		assert_eq!(json["lines"][1]["remedy"], "make room");
		assert_eq!(errors(&lines), 1);
		assert_eq!(to_json(&lines[..2])["state"], "warning");
	}
}
