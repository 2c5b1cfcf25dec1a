//! `agent check`: what is wrong, in one screen, and how to mend it.

use std::{collections::BTreeMap, fs, net::SocketAddr, path::Path, time::Duration};

use serde_json::{json, Value};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
	task::JoinSet,
	time::timeout,
};

use super::{
	clock::{ensure_right, ChainTime},
	config::{Config, SourceConfig},
	intake::{known, Known},
	journal,
	nodes::{self, PeriodTimes},
	run::{passwords, signer},
	sources, time,
};
use crate::{
	chain::{Balance, Chain},
	error::Error,
	password::Passwords,
	rpc::RegisterStatus,
	store::{files, Store},
	timetable::local_ms,
	units::show_money,
};

/// Free space below which the agent cannot go on, in bytes.
const LEAST_SPACE: u64 = 64 << 20;
/// Free space below which somebody should look, in bytes.
const LITTLE_SPACE: u64 = 512 << 20;
/// Money below which a fee may soon not be paid, in the token's smallest unit: one MPF.
const LITTLE_MONEY: u128 = 1_000_000_000_000;
/// How old a node's newest block may be, in ms.
const OLD_BLOCK_MS: u64 = 60_000;
/// How long the running agent may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);
/// Periods until an attestation that was just made is in force, at most.
const SOON: u64 = 3;
/// Questions at one time.
const AT_ONCE: usize = 32;

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
	/// As it should be.
	Ok,
	/// It works, and somebody should look.
	Warning,
	/// It does not work.
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
	lines.extend(permissions(path, config));
	lines.extend(space(config));
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
			lines.extend(listen(config, wait).await);
			return lines;
		},
	};
	let meters = known(&store);
	lines.push(match meters.is_empty() {
		false => Line::ok("store", format!("{} meters that it signs for", meters.len())),
		true => Line::error(
			"store",
			"it has no registered meter that it signs for",
			"register meters with `device register`",
		),
	});
	let (found, chain) = ask_nodes(config, &store).await;
	lines.extend(found);
	if let Some((chain, times)) = &chain {
		lines.push(clock_line(times));
		lines.extend(account(config, &passwords, chain).await);
		lines.extend(attested(chain, times.period, &meters).await);
	}
	let running = config.journal().exists() && files::lock(&config.journal()).is_err();
	match running {
		true => lines.extend(ask_agent(config).await),
		false => lines.extend(listen(config, wait).await),
	}
	lines.extend(silent(config, &store, &password, &meters));
	lines
}

#[cfg(unix)]
fn permissions(path: &Path, config: &Config) -> Vec<Line> {
	use std::os::unix::fs::PermissionsExt;
	let mode = |path: &Path| fs::metadata(path).ok().map(|data| data.permissions().mode() & 0o777);
	let mut lines = Vec::new();
	let secrets = [
		Some(&config.store),
		config.password_file.as_ref(),
		config.phrase_file.as_ref(),
		config.account.as_ref(),
	];
	for secret in secrets.into_iter().flatten() {
		let shown = secret.display();
		match mode(secret) {
			None => lines.push(Line::error(
				"permissions",
				format!("{shown} is not there, or may not be looked at"),
				"run the check as the agent's user, and name the right file in the configuration",
			)),
			Some(mode) if mode & 0o077 != 0 => lines.push(Line::warning(
				"permissions",
				format!("{shown} is open to others than its owner (mode {mode:03o})"),
				format!("chmod 600 {shown}"),
			)),
			Some(_) => {},
		}
	}
	if mode(path).is_some_and(|mode| mode & 0o022 != 0) {
		lines.push(Line::warning(
			"permissions",
			format!("{} can be changed by others than its owner", path.display()),
			format!("chmod go-w {}", path.display()),
		));
	}
	if lines.is_empty() {
		lines.push(Line::ok("permissions", "secrets are their owner's alone"));
	}
	lines
}

#[cfg(not(unix))]
fn permissions(_: &Path, _: &Config) -> Vec<Line> {
	Vec::new()
}

#[cfg(unix)]
fn space(config: &Config) -> Vec<Line> {
	let there = config.state.ancestors().find(|path| path.is_dir());
	let Some(there) = there else {
		let remedy = format!("mkdir -p {}", config.state.display());
		return vec![Line::error("disk", "the state folder cannot be made", remedy)];
	};
	let free =
		rustix::fs::statvfs(there).map(|found| found.f_bavail.saturating_mul(found.f_frsize));
	vec![match free {
		Err(error) => Line::error(
			"disk",
			format!("{}: {error}", there.display()),
			"let the agent's user reach the state folder",
		),
		Ok(free) => space_line(there, free),
	}]
}

#[cfg(not(unix))]
fn space(_: &Config) -> Vec<Line> {
	Vec::new()
}

fn space_line(path: &Path, free: u64) -> Line {
	let found = format!("{} MiB free at {}", free >> 20, path.display());
	let remedy = "make room: readings that cannot be written down are not committed to";
	match free {
		free if free < LEAST_SPACE => Line::error("disk", found, remedy),
		free if free < LITTLE_SPACE => Line::warning("disk", found, remedy),
		_ => Line::ok("disk", found),
	}
}

/// Asks all nodes; the first that is well.
async fn ask_nodes(config: &Config, store: &Store) -> (Vec<Line>, Option<(Chain, PeriodTimes)>) {
	let mut asked = JoinSet::new();
	for (at, url) in config.node.iter().cloned().enumerate() {
		let (genesis, timetable) = (store.genesis(), store.timetable().copied());
		asked.spawn(async move { (at, ask_node(&url, genesis, timetable).await) });
	}
	let mut answers = BTreeMap::new();
	while let Some(Ok((at, answer))) = asked.join_next().await {
		answers.insert(at, answer);
	}
	let (mut lines, mut chain) = (Vec::new(), None);
	for (line, found) in answers.into_values() {
		lines.push(line);
		chain = chain.or(found);
	}
	// Of several nodes one is enough.
	if chain.is_some() {
		for line in lines.iter_mut().filter(|line| line.state == State::Error) {
			line.state = State::Warning;
		}
	}
	(lines, chain)
}

async fn ask_node(
	url: &str,
	genesis: [u8; 32],
	timetable: Option<crate::timetable::Timetable>,
) -> (Line, Option<(Chain, PeriodTimes)>) {
	let about = format!("node {url}");
	let found = async {
		let chain = nodes::connect(url, genesis).await?;
		let times = nodes::period(&chain, None).await?;
		if let Some(timetable) = timetable {
			timetable.ensure_gives(&chain.rpc.period(None).await?)?;
		}
		let health = chain.rpc.raw("system_health", vec![]).await?;
		Ok::<_, Error>((chain, times, health))
	};
	match found.await {
		Err(error) => {
			let remedy = match error.name() {
				"OtherChain" => "name a node of the store's chain, or another store",
				"PeriodsDiffer" => {
					"ask another node; if periods did get other lengths, run `gateway` once with \
					 --accept-periods"
				},
				_ => "start the node, or name another one",
			};
			(Line::failed(&about, &error, remedy), None)
		},
		Ok((chain, times, health)) => {
			let age = local_ms().saturating_sub(times.now_ms);
			let peers = health["peers"].as_u64().unwrap_or(0);
			let found = format!("period {} is running, {peers} peers", times.period);
			let line = if health["isSyncing"] == true {
				Line::warning(&about, format!("{found}; it is catching up"), "wait until it has")
			} else if age > OLD_BLOCK_MS {
				let seconds = age / 1_000;
				Line::warning(
					&about,
					format!("{found}; its newest block is {seconds} s old"),
					"look whether the chain makes blocks, and the node has peers",
				)
			} else {
				Line::ok(&about, found)
			};
			(line, Some((chain, times)))
		},
	}
}

fn clock_line(times: &PeriodTimes) -> Line {
	let now_ms = local_ms();
	// How long the chain has stood still is not known from one look: it is taken to move.
	let chain = ChainTime { now_ms: times.now_ms, still_ms: 0 };
	match ensure_right(now_ms, Some(chain)) {
		Ok(()) => Line::ok("clock", time::show(now_ms)),
		Err(error) => Line::error(
			"clock",
			error.to_string(),
			"timedatectl set-ntp true; if the chain makes no blocks, that is what is wrong instead",
		),
	}
}

async fn account(config: &Config, passwords: &Passwords, chain: &Chain) -> Vec<Line> {
	let signer = match signer(config, passwords) {
		Ok(None) => {
			return vec![Line::ok("account", "none: the agent commits and does not settle")]
		},
		Ok(Some(signer)) => signer,
		Err(error) => {
			let remedy =
				"name a key file that `account new` made, or a phrase file, and its password";
			return vec![Line::failed("account", &error, remedy)];
		},
	};
	let address = signer.public_key().to_account_id();
	let line = match Balance::of(chain, &address).await {
		Err(error) => Line::failed("account", &error, "ask another node"),
		Ok(Balance { free, .. }) => {
			let found = format!("{address} has {} MPF free", show_money(free));
			let remedy = format!("send it some: `account transfer {address} 10`");
			match free {
				0 => Line::error("account", found, remedy),
				free if free < LITTLE_MONEY => Line::warning("account", found, remedy),
				_ => Line::ok("account", found),
			}
		},
	};
	let mut lines = vec![line];
	if config.prove.is_none() {
		lines.push(Line::warning(
			"account",
			"an account is named, and nothing is proved",
			"add a section [prove] with contracted = \"node\", or leave the account away",
		));
	}
	lines
}

/// Which meters can commit in a period.
async fn attested(chain: &Chain, period: u64, meters: &BTreeMap<String, Known>) -> Vec<Line> {
	let mut lines = Vec::new();
	let all: Vec<_> = meters.iter().map(|(name, known)| (name.clone(), known.device)).collect();
	let mut good = 0usize;
	for part in all.chunks(AT_ONCE) {
		let mut asked = JoinSet::new();
		for (name, device) in part.iter().cloned() {
			let rpc = chain.rpc.clone();
			asked.spawn(async move {
				let answer = rpc.register_status(device, period).await;
				let later = match &answer {
					Ok(registers) if registers.iter().any(is_not_attested) => {
						rpc.register_status(device, period.saturating_add(SOON)).await.ok()
					},
					_ => None,
				};
				(name, device, answer, later)
			});
		}
		while let Some(Ok((name, device, answer, later))) = asked.join_next().await {
			let later = later.into_iter().flatten();
			let soon = later.into_iter().any(|register| register.group.is_some());
			match answer {
				Err(error) => lines.push(Line::failed(&name, &error, "ask another node")),
				Ok(registers) => {
					let refusal = registers
						.iter()
						.filter_map(|register| register.refusal.as_deref())
						.find(|name| *name != "PeriodNotStarted" && *name != "AlreadyCommitted");
					match refusal {
						None => good = good.saturating_add(1),
						Some(_) if soon => good = good.saturating_add(1),
						Some(refusal) => lines.push(not_taken(&name, device, refusal)),
					}
				},
			}
		}
	}
	lines.sort_by(|one, other| one.about.cmp(&other.about));
	let summary = format!("{good} of {} can commit now or within {SOON} periods", all.len());
	let summary = match lines.is_empty() {
		true => Line::ok("attestation", summary),
		false => Line::warning("attestation", summary, "see the meters below"),
	};
	lines.insert(0, summary);
	lines
}

fn is_not_attested(register: &RegisterStatus) -> bool {
	register.refusal.as_deref() == Some("DeviceNotAttested")
}

fn not_taken(meter: &str, device: u32, refusal: &str) -> Line {
	let remedy = match refusal {
		"DeviceNotAttested" => format!(
			"a registrar of its zone attests it with `device attest`; that holds from the first period \
			 still open (`device show {device}`)"
		),
		"DeviceSuspended" => format!("whoever suspended it resumes it: `device resume {device}`"),
		"DeviceRetired" => format!("take it out of the store: `store remove --meter {meter}`"),
		_ => format!("`device show {device}` says more"),
	};
	let found = format!("device {device}: {refusal}");
	match refusal {
		// As it should be after a swap.
		"DeviceRetired" => Line::warning(meter, found, remedy),
		_ => Line::error(meter, found, remedy),
	}
}

/// What a running agent says of itself.
async fn ask_agent(config: &Config) -> Vec<Line> {
	let Some(address) = config.health.listen else {
		return vec![Line::ok(
			"agent",
			"is running; it says nothing of itself, since it listens nowhere",
		)];
	};
	let answer = timeout(ANSWER_LIMIT, fetch(address)).await;
	let health = answer.ok().and_then(|answer| answer.ok()).and_then(|text| {
		let body = text.split_once("\r\n\r\n")?.1;
		serde_json::from_str::<Value>(body).ok()
	});
	let Some(health) = health else {
		return vec![Line::error(
			"agent",
			format!("its journal is in use, and nothing answers at http://{address}/health"),
			"look at its log (`journalctl -u meterproof-agent`), and restart it",
		)];
	};
	told_by_agent(&health)
}

fn told_by_agent(health: &Value) -> Vec<Line> {
	let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
	let mut lines = vec![Line::ok("agent", "is running")];
	for reason in health["reasons"].as_array().into_iter().flatten() {
		let found = format!("{}: {}", text(&reason["name"]), text(&reason["message"]));
		lines.push(Line::error("agent", found, "see the lines about what it names"));
	}
	for source in health["sources"].as_array().into_iter().flatten() {
		let about = format!("source {}", text(&source["name"]));
		let heard = source["heard"].as_str().map(|heard| format!(", last heard of at {heard}"));
		let found = format!("{}{}", text(&source["state"]), heard.unwrap_or_default());
		lines.push(match source["reason"].as_str() {
			None => Line::ok(&about, found),
			Some(reason) => {
				Line::error(&about, reason, "plug it in, or mend its lines in the configuration")
			},
		});
	}
	lines
}

async fn fetch(address: SocketAddr) -> std::io::Result<String> {
	/// The most that an agent answers.
	const MOST: u64 = 4 << 20;
	let mut stream = TcpStream::connect(address).await?;
	let request = format!("GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
	stream.write_all(request.as_bytes()).await?;
	let mut answer = String::new();
	stream.take(MOST).read_to_string(&mut answer).await?;
	Ok(answer)
}

/// Opens each source and waits for one reading.
async fn listen(config: &Config, wait: Duration) -> Vec<Line> {
	let sources = match config.sources() {
		Ok(sources) => sources,
		Err(error) => return vec![Line::failed("sources", &error, "mend the configuration")],
	};
	if sources.is_empty() {
		return vec![Line::error(
			"sources",
			"the configuration has none",
			"add a section [[source]]; `agent init` shows one",
		)];
	}
	let mut asked = JoinSet::new();
	for (at, source) in sources.into_iter().enumerate() {
		asked.spawn(async move { (at, listen_to(&source, wait).await) });
	}
	let mut lines = BTreeMap::new();
	while let Some(Ok((at, line))) = asked.join_next().await {
		lines.insert(at, line);
	}
	lines.into_values().collect()
}

async fn listen_to(config: &SourceConfig, wait: Duration) -> Line {
	let mut source = match sources::open(config) {
		Ok(source) => source,
		Err(error) => return Line::failed("source", &error, "mend the configuration"),
	};
	let about = format!("source {}", source.name());
	match timeout(wait, source.next()).await {
		Err(_) => Line::warning(
			&about,
			format!("open, and silent for {} s", wait.as_secs()),
			"look whether the meter sends; a longer --wait listens longer",
		),
		Ok(Ok(None)) => Line::warning(&about, "it is empty", "look whether it is the right one"),
		Ok(Ok(Some(found))) => {
			use meterproof_meters::Finding;
			let refused = found.iter().find_map(|finding| match finding {
				Finding::Refused(refused) => Some(refused.to_string()),
				Finding::Measured(_) => None,
			});
			let read = found.iter().filter(|finding| matches!(finding, Finding::Measured(_))).count();
			match refused {
				Some(refused) if read == 0 => Line::warning(&about, refused, "mend what it names"),
				_ => Line::ok(&about, format!("{read} readings")),
			}
		},
		Ok(Err(error)) => Line::error(
			&about,
			error.to_string(),
			"plug it in, let the agent's user open it (group dialout for serial ports), or mend its \
			 lines in the configuration",
		),
	}
}

/// Which meters have said nothing for some periods, by the journal.
fn silent(
	config: &Config,
	store: &Store,
	password: &str,
	meters: &BTreeMap<String, Known>,
) -> Vec<Line> {
	let contents = match journal::look(&config.journal(), password, store.genesis()) {
		Ok(contents) => contents,
		Err(error) => {
			let remedy = "give the agent another state folder, or the right password";
			return vec![Line::failed("journal", &error, remedy)];
		},
	};
	let length_ms = store.timetable().map_or(900_000, |timetable| timetable.length_ms);
	let patience = length_ms.saturating_mul(config.health.silent_after.max(1));
	let mut heard: BTreeMap<&str, u64> = BTreeMap::new();
	for noted in contents.noted() {
		let at = heard.entry(&noted.meter).or_default();
		*at = (*at).max(noted.received_ms);
	}
	let lines: Vec<_> = meters
		.keys()
		.filter_map(|meter| {
			let at = heard.get(meter.as_str()).copied();
			let found = match at {
				Some(at) if local_ms().saturating_sub(at) <= patience => return None,
				Some(at) => format!("silent since {}", time::show(at)),
				None => "never heard of".to_owned(),
			};
			let remedy =
				"look at the meter and at its source; its name in the input must be in the \
				source's map";
			Some(Line::warning(meter, found, remedy))
		})
		.collect();
	match lines.is_empty() {
		true => vec![Line::ok("meters", "all were heard of lately")],
		false => lines,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

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

	#[test]
	fn little_room_is_told_before_there_is_none() {
		let state = |mib: u64| space_line(Path::new("/"), mib << 20).state;
		assert_eq!([state(63), state(64), state(512)], [State::Error, State::Warning, State::Ok]);
	}

	#[test]
	fn a_running_agent_s_word_becomes_lines() {
		let lines = told_by_agent(&json!({
			"ok": false,
			"reasons": [{ "name": "ClockWrong", "message": "an hour ahead" }],
			"sources": [
				{ "name": "dsmr /dev/x", "state": "open", "heard": "10:00", "reason": null },
				{ "name": "dsmr /dev/y", "state": "lost", "heard": null, "reason": "unplugged" },
			],
		}));
		let states: Vec<_> = lines.iter().map(|line| line.state).collect();
		assert_eq!(states, [State::Ok, State::Error, State::Ok, State::Error]);
		assert!(lines[1].found.contains("an hour ahead"));
	}

	#[test]
	fn what_the_chain_does_not_take_has_a_remedy() {
		for (refusal, state, remedy) in [
			("DeviceNotAttested", State::Error, "device attest"),
			("DeviceSuspended", State::Error, "device resume 7"),
			("DeviceRetired", State::Warning, "store remove --meter house"),
		] {
			let line = not_taken("house", 7, refusal);
			assert_eq!(line.state, state);
			assert!(line.remedy.unwrap().contains(remedy), "{refusal}");
		}
	}

	#[cfg(unix)]
	#[test]
	fn secrets_that_others_read_are_named() {
		use std::os::unix::fs::PermissionsExt;
		let folder = tempfile::tempdir().unwrap();
		let at = |name: &str, mode| {
			let path = folder.path().join(name);
			fs::write(&path, "x").unwrap();
			fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
			path
		};
		let path = at("agent.toml", 0o644);
		at("m.store", 0o600);
		let password = at("password", 0o644);
		let text = "node = [\"ws://a\"]\nstore = \"m.store\"\nstate = \"s\"\npassword_file = \"password\"\n";
		let config = Config::parse(text, folder.path()).unwrap();
		let lines = permissions(&path, &config);
		assert_eq!(lines.len(), 1, "{lines:?}");
		assert!(lines[0].remedy.as_ref().unwrap().contains(&password.display().to_string()));
		fs::set_permissions(&password, fs::Permissions::from_mode(0o400)).unwrap();
		assert_eq!(permissions(&path, &config)[0].state, State::Ok);
	}
}
