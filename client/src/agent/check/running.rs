//! What a running agent says of itself.

use std::{net::SocketAddr, time::Duration};

use serde_json::Value;
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
	time::timeout,
};

use super::{super::time, sources::Heard, Config, Line};

/// How long the running agent may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// What a running agent says of itself, and when it last heard of which meter.
pub(super) async fn ask_agent(config: &Config) -> (Vec<Line>, Heard) {
	let Some(address) = config.health.listen else {
		let line =
			Line::ok("agent", "is running; it says nothing of itself, since it listens nowhere");
		return (vec![line], Heard::new());
	};
	let answer = timeout(ANSWER_LIMIT, fetch(address)).await;
	let health = answer.ok().and_then(|answer| answer.ok()).and_then(|text| {
		let body = text.split_once("\r\n\r\n")?.1;
		serde_json::from_str::<Value>(body).ok()
	});
	let Some(health) = health else {
		let line = Line::error(
			"agent",
			format!("its journal is in use, and nothing answers at http://{address}/health"),
			"look at its log (`journalctl -u meterproof-agent`), and restart it",
		);
		return (vec![line], Heard::new());
	};
	(told_by_agent(&health), heard_by_agent(&health))
}

/// Of which meters the agent has heard, and when, Unix ms.
fn heard_by_agent(health: &Value) -> Heard {
	let meters = health["meters"].as_array().into_iter().flatten();
	let heard = meters.filter_map(|meter| {
		let at_ms = time::parse(meter["heard"].as_str()?)?;
		Some((meter["meter"].as_str()?.to_owned(), at_ms))
	});
	heard.collect()
}

fn told_by_agent(health: &Value) -> Vec<Line> {
	let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
	let mut lines = vec![Line::ok("agent", "is running")];
	for reason in health["reasons"].as_array().into_iter().flatten() {
		let found = format!("{}: {}", text(&reason["name"]), text(&reason["message"]));
		lines.push(Line::error("agent", found, "see the lines about what it names"));
	}
	for side in health["standing"].as_array().into_iter().flatten() {
		if let Some(reason) = side["reason"].as_str() {
			let remedy = "nothing is ordered on this side meanwhile; all else goes on";
			lines.push(Line::warning(&text(&side["name"]), reason, remedy));
		}
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

#[cfg(test)]
mod tests {
	use super::{super::State, *};
	use serde_json::json;

	#[test]
	fn a_running_agent_s_word_becomes_lines() {
		let lines = told_by_agent(&json!({
			"ok": false,
			"reasons": [{ "name": "ClockWrong", "message": "an hour ahead" }],
			"sources": [
				{ "name": "dsmr /dev/x", "state": "open", "heard": "10:00", "reason": null },
				{ "name": "dsmr /dev/y", "state": "lost", "heard": null, "reason": "unplugged" },
			],
			"standing": [
				{ "name": "standing 1, bids", "reason": null },
				{ "name": "standing 1, offers", "reason": "Frozen: it has votes" },
			],
		}));
		let states: Vec<_> = lines.iter().map(|line| line.state).collect();
		let expected = [State::Ok, State::Error, State::Warning, State::Ok, State::Error];
		assert_eq!(states, expected);
		assert_eq!(lines[2].about, "standing 1, offers");
		assert!(lines[1].found.contains("an hour ahead"));
	}

	#[tokio::test]
	async fn a_running_agent_is_asked_when_it_last_heard_of_each_meter() {
		use super::super::super::{service, status::Status};
		use std::sync::Arc;
		let status = Arc::new(Status::new().unwrap());
		let at_ms = 1_795_000_000_000;
		status.heard([("house".to_owned(), Some(at_ms)), ("roof".to_owned(), None)].into());
		let listener = service::listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
		let address = listener.local_addr().unwrap();
		let _serving = tokio::spawn(service::serve(listener, status));
		let text = format!(
			"node = [\"ws://a\"]\nstore = \"s\"\nstate = \"t\"\n[health]\nlisten = \"{address}\"\n"
		);
		let config = Config::parse(&text, std::path::Path::new("/")).unwrap();
		let (lines, heard) = ask_agent(&config).await;
		assert_eq!(lines, [Line::ok("agent", "is running")]);
		assert_eq!(heard, [("house".to_owned(), at_ms)].into());
	}
}
