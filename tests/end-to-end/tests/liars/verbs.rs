//! Every verb that asks a node: each ends in time with a named error where nothing is answered, signs
//! nothing by false metadata, and prints nothing that moves a terminal.

use std::{
	fs,
	time::{Duration, Instant},
};

use anyhow::{ensure, Context, Result};
use meterproof_device::MeterKey;
use meterproof_driver::{
	client::{Client, Refused},
	liar::{Lie, Told},
	operator::look_at,
	setting::seed,
};
use serde_json::{json, Value};

use crate::{devices::Meters, signing::other_names, wallets::Wallets, World, LIMIT, SUBMIT_CALL};

/// Verbs that run at one time.
const AT_ONCE: usize = 8;
/// Seconds that the node may take for an answer.
const PATIENCE: &str = "4";
/// Time for a verb that is not answered: with all those beside it, and far less than the minute that one
/// without `--timeout` may take.
const IN_TIME: Duration = Duration::from_secs(30);

/// A node clears the screen, goes up a line, and turns the direction of what follows.
const DECEIT: &str = "none\u{1b}[2J\u{1b}[1A\r\npaid 5 MPF\u{9b}1A\u{202e}";

/// Command lines by account.
type Verbs = Vec<(&'static str, Vec<String>)>;

fn words(line: &str) -> Vec<String> {
	line.split(' ').map(str::to_owned).collect()
}

/// The verbs of this program that need a node, but for those that have scenarios of their own alone.
pub struct Lines {
	/// The verbs that sign nothing.
	asking: Verbs,
	/// The verbs that sign a call.
	signing: Verbs,
}

impl Lines {
	/// About what these have.
	pub fn new(world: &World, wallets: &Wallets, meters: &Meters) -> Result<Self> {
		let (asking, signing) = (asking(world, wallets, meters)?, signing(world, wallets, meters)?);
		Ok(Self { asking, signing })
	}
}

/// Verbs that sign nothing.
fn asking(world: &World, wallets: &Wallets, meters: &Meters) -> Result<Verbs> {
	let setting = &world.setting;
	let file = |name: &str| setting.file(name).to_string_lossy().into_owned();
	let group = format!("{}/1/electricity/export", meters.operator.address);
	let (period, store) = (setting.chain().period(None)?.index, file("meters.store"));
	let history = wallets.friend.history()?;
	let position = history[0]["notes"][0]["position"].as_u64().context("no note was paid")?;
	let position = position.to_string();
	let disclose = ["--position", &position, "--purpose", "lies"];
	let shown = wallets.friend.run("disclose", &disclose)?;
	let disclosure = shown["disclosure"].as_str().context("nothing was disclosed")?.to_owned();
	setting.client.run(&["wallet", "new-auditor", "--audit", &file("told.audit")])?;
	let device: u32 = meters.new.parse()?;
	let opening = json!([{
		"device": device, "period": period, "direction": "export", "reading": 3,
		"salt": ["1", "2", "3", "4"],
	}]);
	let openings = setting.client.keep(&opening)?;
	let mut lines = vec![
		format!("openings import --store {} --file {openings}", file("other.store")),
		"account balance".to_owned(),
		"registrar list --zone 1".into(),
		"device list".into(),
		format!("device show {}", meters.new),
		format!("device status {} --period {period}", meters.new),
		"trade show 0".into(),
		"trade list".into(),
		"trade offers".into(),
		"trade statement".into(),
		"trade claimable".into(),
		"trade claim 0".into(),
		format!("market book --zone 1 --period {period}"),
		format!("market clearing --zone 1 --period {period}"),
		format!("market balance --zone 1 --period {period}"),
		"market orders".into(),
		"market backstop show --zone 1".into(),
		format!("settlement status --period {period} --group {group}"),
		"period".into(),
		"water status --zone 1".into(),
		format!(
			"water prove --zone 1 --store {store} --period {period} --use {}=5 --out {}",
			meters.operator.address,
			file("none")
		),
		"validator status".into(),
		"validator withdraw".into(),
		"gov status".into(),
		"gov votes".into(),
		"gov unlock".into(),
		"gov refund 0".into(),
		format!("gov upgrade apply {openings}"),
		"gov upgrade status".into(),
		format!("store remove --store {store} --meter new"),
		format!("prove --store {store} --period {period} --group {group}=5 --out {}", file("none")),
		format!("wallet new --wallet {}", file("none.wallet")),
		format!("wallet new-auditor --audit {}", file("none.audit")),
		format!("wallet audit --audit {}", file("told.audit")),
		format!("wallet verify {disclosure}"),
	];
	for (number, verb) in ["balance", "history", "scan", "recover --trade 0"].iter().enumerate() {
		let copy = wallets.second.copied(setting.file(&format!("verb-{number}.wallet")))?;
		lines.push(format!("wallet {verb} --wallet {}", copy.text()));
	}
	Ok(lines.iter().map(|line| ("//Dave", words(line))).collect())
}

/// Verbs that sign a call. What they are about need not be there: nothing of it reaches the chain.
fn signing(world: &World, wallets: &Wallets, meters: &Meters) -> Result<Verbs> {
	let setting = &world.setting;
	let file = |name: &str| setting.file(name).to_string_lossy().into_owned();
	let (address, id) = (&meters.taker.address, &meters.new);
	let seen = look_at(&setting.client, &[id.parse()?])?;
	let own = "--zone 1 --resource electricity --direction export";
	let group = format!("{}/1/electricity/export", meters.operator.address);
	let key = hex::encode(MeterKey::from_seed(&seed("fresh")).public());
	let csv = file("fresh.csv");
	fs::write(&csv, "meter,metering_point,directions,nameplate\nfresh,PLACE-9,both,5\n")?;
	let shield = wallets.third.copied(setting.file("kept.wallet"))?;
	let first = setting.chain().period(None)?.first_open + 5;
	let used = json!({ "account": address, "used": 5, "slackCommitment": format!("0x{key}") });
	let used = setting.client.keep(&json!({
		"genesis": format!("0x{}", hex::encode(setting.chain().genesis()?)),
		"zone": 1, "period": 5, "slots": 1, "accounts": [used], "proof": "0x00",
	}))?;
	let root = [
		format!("registrar appoint --zone 9 {address}"),
		format!("registrar remove --zone 9 {address}"),
		format!("market backstop appoint --zone 9 --ceiling 1 {address}"),
		"market backstop dismiss --zone 9".into(),
		format!("water steward appoint --zone 9 --ceiling 5 --penalty 1 --carry 50 {address}"),
	];
	let others = [
		format!("account transfer --to {address} --amount 1"),
		"registrar resign --zone 1".into(),
		"registrar release-bond --zone 1".into(),
		format!("device register --store {} --csv {csv} --zone 1 --resource heat", file("a.store")),
		format!("device attest --facts {seen} --devices {id}"),
		format!("device revoke {id}"),
		format!("device suspend {id}"),
		format!("device resume {id}"),
		format!("device rotate-key {id} --key {key}"),
		format!("device change-zone {id} --zone 9"),
		format!("device offer-transfer {id} --to {address}"),
		format!("device withdraw-transfer {id}"),
		format!("device accept-transfer {id} --facts {seen}"),
		format!("device swap --old {id} --new {id} --facts {seen} --evidence file"),
		format!("device retire {id}"),
		format!("device release-deposit {id}"),
		format!("trade offer --zone 1 --buyer {address} --quantity 5 --price 1 --from {first}"),
		"trade cancel 0".into(),
		"trade decline 0".into(),
		"trade expire 0".into(),
		"trade claim 0 --period 5".into(),
		"trade prune 0".into(),
		format!("market bid --zone 1 --quantity 5 --price 1 --from {first}"),
		format!("market offer --zone 1 --quantity 5 --price 1 --from {first}"),
		format!("market improve 0 --price 2 --from {first}"),
		format!("market cancel 0 --from {first}"),
		format!("market clear --zone 1 --period {first}"),
		"market claim".into(),
		"market backstop fund --zone 1 --amount 1".into(),
		"market backstop withdraw --zone 1 --amount 1".into(),
		format!("market backstop post --zone 1 --from {first} --buy-price 1 --buy-quantity 5"),
		format!("settlement expire --period 5 --group {group}"),
		format!("settlement name-prover {own} {address}"),
		format!("settlement clear-prover {own}"),
		"water open --zone 1".into(),
		"water leave --zone 1".into(),
		format!("water enter --zone 1 {address}"),
		"water offer --zone 1 --quantity 5 --price 1".into(),
		"water withdraw --zone 1".into(),
		format!("water take --zone 1 --quantity 5 --price 1 {address}"),
		format!("water submit --proof {used}"),
		"water expire --zone 1".into(),
		"water pay --zone 1".into(),
		"water claim --zone 1".into(),
		format!("water steward grant --zone 1 --essential 1 --general 1 {address}"),
		format!("water steward announce --zone 1 --from {first} --turn 1 --turns 1 --available 5"),
		"water steward cut --zone 1 --general 50".into(),
		"validator leave".into(),
		"validator raise-bond --by 1".into(),
		"validator purge-keys".into(),
		"gov propose --remove-sudo".into(),
		"gov deposit 0".into(),
		"gov vote 0 --aye --amount 1".into(),
		"gov remove-vote 0".into(),
		format!("gov take-call-back 0x{key}"),
		"gov payout 0".into(),
		format!("wallet shield --wallet {} --amount 1", shield.text()),
	];
	let root = root.iter().map(|line| ("//Alice", words(line)));
	Ok(root.chain(others.iter().map(|line| ("//Dave", words(line)))).collect())
}

/// How each verb ends, which must be refused.
fn refused(client: &Client, verbs: &Verbs) -> Result<Vec<Refused>> {
	let mut all = Vec::new();
	for some in verbs.chunks(AT_ONCE) {
		let start = Instant::now();
		let mut running = Vec::new();
		for (account, words) in some {
			let words: Vec<_> = words.iter().map(String::as_str).collect();
			let patient = [&words[..], &["--timeout", PATIENCE]].concat();
			running.push((words.join(" "), client.of(account).start(&patient)?));
		}
		for (line, running) in running {
			let (_, refused) = running.finish_refused_or_not(LIMIT)?;
			all.push(refused.with_context(|| format!("`{line}` was not refused"))?);
		}
		let took = start.elapsed();
		ensure!(took < IN_TIME, "{} s: {some:?}", took.as_secs());
	}
	Ok(all)
}

/// Whether an answer is about the chain, and not how a connection begins.
fn is_of_the_chain(told: &Told) -> bool {
	let ours = [
		"devices_",
		"governance_",
		"market_",
		"metering_",
		"payments_",
		"settlement_",
		"validators_",
		"water_",
		"state_getStorage",
	];
	ours.iter().any(|begin| told.method.starts_with(begin))
		|| told.method == "system_chainType"
		|| (told.method == "chain_getBlockHash" && told.params.as_array().is_none_or(Vec::is_empty))
}

/// The node answers nothing about the chain, or nothing of what its storage holds, or cuts the line, or answers
/// nothing at all.
pub fn unanswered(world: &World, lines: &Lines) -> Result<()> {
	let World { liar, setting } = world;
	let client = setting.client.at(&liar.url());
	let all = &lines.asking;
	let begins = |begin: &[&str]| -> Verbs {
		let found = all.iter().filter(|(_, words)| begin.contains(&words[0].as_str()));
		found.cloned().collect()
	};
	let told_by = |lie: Lie, is_told: fn(&Told) -> bool| {
		move |told: &Told| if is_told(told) { lie.clone() } else { Lie::Truth }
	};
	let ensure_lost = |verbs: &Verbs| -> Result<()> {
		for refused in refused(&client, verbs)? {
			ensure!(refused.name == "ConnectionLost", "{refused}");
		}
		Ok(())
	};
	liar.tell(told_by(Lie::Silence, is_of_the_chain));
	ensure_lost(all)?;
	liar.tell(told_by(Lie::Freeze, is_of_the_chain));
	ensure_lost(&begins(&["account", "device", "period", "settlement"]))?;
	liar.tell(told_by(Lie::Silence, |told| told.method == "state_getStorage"));
	ensure_lost(&begins(&["account", "registrar"]))?;
	liar.tell(|_| Lie::Silence);
	ensure_lost(&begins(&["account"]))
}

/// The node puts commands that a terminal would obey into every text that it answers.
pub fn deceived(world: &World, lines: &Lines) -> Result<()> {
	let World { liar, setting } = world;
	let client = setting.client.at(&liar.url());
	liar.tell(|told| match is_of_the_chain(told) {
		true => Lie::Result(deceive(&told.result)),
		false => Lie::Truth,
	});
	let mut shown = 0;
	for (account, words) in &lines.asking {
		let words: Vec<_> = words.iter().map(String::as_str).collect();
		let printed = client.of(account).print(&words)?;
		shown += usize::from(printed.contains("paid 5 MPF"));
		let moves = |character: &char| character.is_control() && *character != '\n';
		let bad = printed.chars().find(|c| moves(c) || *c == '\u{202e}');
		ensure!(bad.is_none(), "`{}` prints {bad:?}: {printed:?}", words.join(" "));
		ensure!(!printed.lines().any(|line| line.starts_with("paid")), "{printed:?}");
	}
	ensure!(shown > 3, "what the node wrote is shown, and cannot deceive: {shown}");
	Ok(())
}

fn deceive(value: &Value) -> Value {
	match value {
		Value::String(text) => json!(format!("{text}{DECEIT}")),
		Value::Array(values) => values.iter().map(deceive).collect(),
		Value::Object(fields) => {
			fields.iter().map(|(name, value)| (name.clone(), deceive(value))).collect()
		},
		Value::Null => json!({ "id": 0, "seller": DECEIT }),
		other => other.clone(),
	}
}

/// Calls that the node keeps are said to be in no block; by false metadata none is signed.
pub fn calls_that_are_kept(world: &World, lines: &Lines) -> Result<()> {
	let World { liar, setting } = world;
	let client = setting.client.at(&liar.url());
	let verbs = &lines.signing;
	let before = setting.account("Dave")?.balance()?;
	liar.take_asked();
	liar.keep(SUBMIT_CALL, Lie::Result(json!("kept")));
	for refused in refused(&client, verbs)? {
		assert_eq!(refused.name, "NotIncluded", "{refused}");
	}
	let sent = liar.take_asked();
	let sent = sent.iter().filter(|(method, _)| method == SUBMIT_CALL).count();
	assert_eq!(sent, verbs.len(), "each is sent once");

	liar.tell(other_names);
	for refused in refused(&client, verbs)? {
		assert_eq!(refused.name, "MetadataDiffers", "{refused}");
	}
	let asked = liar.take_asked();
	ensure!(asked.iter().all(|(method, _)| !method.starts_with("author_")), "{asked:?}");
	assert_eq!(setting.account("Dave")?.balance()?, before);
	Ok(())
}
