//! Sources, each listened to for a while.

use std::{collections::BTreeMap, time::Duration};

use tokio::{task::JoinSet, time::timeout};

use super::{
	super::{config::SourceConfig, sources},
	Config, Line,
};

/// Opens each source and waits for one reading.
pub(super) async fn listen(config: &Config, wait: Duration) -> Vec<Line> {
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
