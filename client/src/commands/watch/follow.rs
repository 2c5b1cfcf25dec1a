//! One subscription after another, and what lies between them.

use std::{collections::BTreeSet, convert::Infallible, time::Duration};

use serde_json::{json, Value};

use super::{
	known::{self, Difference, Standing},
	notice::Notice,
	shown,
	wishes::{Kind, Wishes},
};
use crate::{
	commands::Context,
	error::{Error, Result},
	rpc::Rpc,
};

/// Between two attempts to connect: the first, and the longest.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Errors that another attempt would end with, too.
const LASTING: [&str; 3] = ["UnknownMethod", "InvalidParameter", "OutputFailed"];

/// What was told so far.
#[derive(Debug, Default)]
pub struct Told {
	/// Number and hash of the last block.
	last: Option<(u64, String)>,
	/// How things stand after it; none where nobody answers that.
	standing: Option<Standing>,
	/// What was found after a gap, up to this block, and is not told once more.
	found: BTreeSet<u64>,
	found_up_to: u64,
}

/// A result as a program reads it, and as a person does.
pub type Line = (Value, String);

/// Follows until there is an error that lasts: the first connection is to come about at once.
pub async fn follow(context: &Context, wishes: &Wishes) -> Result<()> {
	let mut told = Told::default();
	let mut pause = PAUSE;
	loop {
		let before = told.last.clone();
		let error = match stretch(context, wishes, &mut told).await {
			Ok(never) => match never {},
			Err(error) => error,
		};
		if told.last.is_none() || LASTING.contains(&error.name()) {
			return Err(error);
		}
		pause = match told.last == before {
			true => pause.saturating_mul(2).min(LONGEST_PAUSE),
			false => PAUSE,
		};
		let name = error.name();
		context.output.remark(&format!("{name}: {error}; connecting again"));
		tokio::time::sleep(pause).await;
	}
}

/// One subscription, until it ends.
async fn stretch(context: &Context, wishes: &Wishes, told: &mut Told) -> Result<Infallible> {
	let rpc = Rpc::connect(&context.options.url, context.limit()).await?;
	let [begin, end] = wishes.kind.methods();
	let mut notices = rpc.subscribe(begin, wishes.parameters(), end).await?;
	loop {
		let notice = match notices.next().await {
			Some(Ok(value)) => Notice::read(value)?,
			Some(Err(error)) => return Err(crate::rpc::rpc_error(begin, error)),
			None => return Err(Error::new("ConnectionLost", "the node tells nothing more")),
		};
		let lines = match notice {
			Notice::Started { block, number } => {
				let asked_at = rpc.best_number().await?;
				let now = known::ask(&rpc, wishes).await?;
				let mut gap = told.gap(&now);
				if let (Some((_, difference)), Kind::Offers) = (&mut gap, wishes.kind) {
					known::look_for_taken(&rpc, difference).await?;
				}
				told.begin(number, block, asked_at, now, gap.map(|(_, difference)| difference))
			},
			Notice::Block { block, number, changes } => told.block(wishes, number, block, &changes),
			Notice::Retracted { block, number } => {
				told.standing = known::ask(&rpc, wishes).await?;
				told.last = Some((number.saturating_sub(1), String::new()));
				let line = json!({ "event": "retracted", "block": block, "number": number });
				vec![(line, format!("{number}  retracted: what it changed did not happen"))]
			},
			Notice::Stopped { name, message } => return Err(Error::new(name, message)),
		};
		for (value, text) in lines {
			context.output.show(&value, || text)?;
		}
	}
}

impl Told {
	/// What has changed since the last block that was told, if there was one; nobody knows where either
	/// look is missing.
	pub fn gap(&self, now: &Option<Standing>) -> Option<(u64, Difference)> {
		let (last, _) = self.last.as_ref()?;
		let difference = match (&self.standing, now) {
			(Some(before), Some(now)) => known::difference(before, now),
			_ => Difference::default(),
		};
		Some((*last, difference))
	}

	/// A subscription begins after a block, when things stood `now`, in a block that is `asked_at` or
	/// later.
	pub fn begin(
		&mut self,
		number: u64,
		block: String,
		asked_at: u64,
		now: Option<Standing>,
		gap: Option<Difference>,
	) -> Vec<Line> {
		let is_known = self.standing.is_some() && now.is_some();
		let last = self.last.as_ref().map(|(number, _)| *number);
		let lines = match (last, gap) {
			(Some(last), Some(gap)) if number > last => {
				let keys = gap.found.iter().chain(&gap.gone);
				let id = |entry: &Value| entry["id"].as_u64().or(entry["period"].as_u64());
				self.found = keys.filter_map(id).collect();
				self.found_up_to = asked_at;
				missed(last.saturating_add(1), number, is_known, gap)
			},
			(Some(last), _) => {
				let line = json!({ "event": "resumed", "number": last });
				let text = match number < last {
					true => {
						format!("the node is at block {number}: what it tells again is left out")
					},
					false => format!("after block {last}: nothing was missed"),
				};
				vec![(line, text)]
			},
			(None, _) => {
				let line = json!({ "event": "started", "block": block, "number": number });
				vec![(line, format!("after block {number}"))]
			},
		};
		self.standing = now;
		if last.is_none_or(|last| number > last) {
			self.last = Some((number, block));
		}
		lines
	}

	/// A block was told. One that was told before, by a node that is behind, is not told again.
	pub fn block(
		&mut self,
		wishes: &Wishes,
		number: u64,
		block: String,
		changes: &[Value],
	) -> Vec<Line> {
		if self.last.as_ref().is_some_and(|(last, _)| number <= *last) {
			return Vec::new();
		}
		let mut lines = Vec::new();
		for change in changes {
			if let Some(standing) = &mut self.standing {
				known::apply(standing, wishes, change);
			}
			let key = known::key(wishes.kind, change);
			let is_found = key.is_some_and(|key| self.found.contains(&key));
			if is_found && number <= self.found_up_to {
				continue;
			}
			let mut value = json!({ "block": block, "number": number });
			if let (Some(value), Some(change)) = (value.as_object_mut(), change.as_object()) {
				value.extend(change.clone());
			}
			lines.push((value, shown::change(number, change)));
		}
		self.last = Some((number, block));
		lines
	}
}

/// What is said of a gap.
fn missed(from: u64, to: u64, is_known: bool, gap: Difference) -> Vec<Line> {
	let blocks = if from == to { format!("block {to}") } else { format!("blocks {from} to {to}") };
	let Difference { found, gone } = gap;
	let value = json!({
		"event": "missed", "from": from, "to": to, "asked": is_known, "found": found, "gone": gone,
	});
	let head = match is_known {
		true if found.is_empty() && gone.is_empty() => {
			format!("{blocks} were missed, and changed nothing that is left to be seen")
		},
		true => format!("{blocks} were missed; since then:"),
		false => format!("{blocks} were missed, and nobody can be asked what they changed"),
	};
	let found = found.iter().map(|entry| shown::entry("found", entry));
	let gone = gone.iter().map(|entry| shown::entry("gone", entry));
	let text: Vec<_> = std::iter::once(head).chain(found).chain(gone).collect();
	vec![(value, text.join("\n"))]
}
