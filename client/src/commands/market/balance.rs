//! Supply and demand of a zone, resource and period: what is ordered, cleared, contracted and proved.

use serde::{Deserialize, Serialize};
use serde_json::{json, Value};

use super::{shown, Context};
use crate::{
	cli::BookArgs,
	error::{Error, Result},
};

const METHOD: &str = "market_balance";

/// Most questions for one balance. Each one looks at a thousand groups.
const MOST_QUESTIONS: usize = 8_000;

/// Sums over the groups that sell by one direction's registers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractedSums {
	groups: u64,
	trades: u64,
	contracted: u64,
	unsettled: u64,
	proved: u64,
	missing: u64,
	expired: u64,
	sealed_trades: u64,
	sealed: u64,
}

impl ContractedSums {
	fn add(&mut self, more: Self) {
		let add = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
		add(&mut self.groups, more.groups);
		add(&mut self.trades, more.trades);
		add(&mut self.contracted, more.contracted);
		add(&mut self.unsettled, more.unsettled);
		add(&mut self.proved, more.proved);
		add(&mut self.missing, more.missing);
		add(&mut self.expired, more.expired);
		add(&mut self.sealed_trades, more.sealed_trades);
		add(&mut self.sealed, more.sealed);
	}
}

/// One answer of the node. Fields that the client only shows keep their JSON.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
	block_hash: String,
	zone: u32,
	resource: Value,
	period: u64,
	export: ContractedSums,
	import: ContractedSums,
	next: Option<String>,
}

pub async fn show(context: &Context, args: &BookArgs) -> Result<()> {
	let chain = context.chain().await?;
	let mut balance = Balance::default();
	loop {
		let after = json!(balance.next);
		let parameters = args.parameters().into_iter().chain([after]).collect();
		let answer = chain.rpc.raw(METHOD, parameters).await?;
		if answer.is_null() && balance.questions == 0 {
			return Err(gone(args));
		}
		balance.take(args, answer)?;
		if balance.next.is_none() {
			break;
		}
	}
	let told = balance.told;
	context.output.show(&told, || shown::balance(&told, args.resource))
}

fn gone(args: &BookArgs) -> Error {
	let message = format!(
		"the records of period {} are not kept any more: the events of its blocks have them",
		args.period
	);
	Error::new("RecordsGone", message)
}

/// The answers so far, in one.
#[derive(Debug, Default)]
struct Balance {
	told: Value,
	next: Option<String>,
	questions: usize,
}

impl Balance {
	/// Adds an answer: of the book that was asked for, and of the block of those before.
	fn take(&mut self, args: &BookArgs, answer: Value) -> Result<()> {
		let unexpected = |what: String| Error::new("UnexpectedAnswer", format!("{METHOD} {what}"));
		let page: Page = serde_json::from_value(answer.clone())
			.map_err(|error| unexpected(format!("answered something else: {error}")))?;
		if (page.zone, page.period) != (args.zone, args.period)
			|| page.resource != json!(args.resource)
		{
			return Err(unexpected("answered for another book than was asked for".into()));
		}
		let (mut export, mut import) = (page.export, page.import);
		if self.questions == 0 {
			self.told = answer;
		} else {
			if self.told["blockHash"] != json!(page.block_hash) {
				return Err(unexpected("answered for two blocks".into()));
			}
			export.add(read(&self.told["export"]));
			import.add(read(&self.told["import"]));
		}
		self.questions = self.questions.saturating_add(1);
		if page.next.is_some() && self.questions >= MOST_QUESTIONS {
			return Err(unexpected("answered more than there can be".into()));
		}
		self.told["export"] = json!(export);
		self.told["import"] = json!(import);
		if let Some(told) = self.told.as_object_mut() {
			told.remove("next");
		}
		self.next = page.next;
		Ok(())
	}
}

/// Sums that were written here.
fn read(sums: &Value) -> ContractedSums {
	ContractedSums::deserialize(sums).unwrap_or_default()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::types::Resource;

	fn args() -> BookArgs {
		BookArgs { zone: 1, resource: Resource::Electricity, period: 5 }
	}

	fn page(block: &str, contracted: u64, next: Option<&str>) -> Value {
		let sums = |contracted| ContractedSums {
			groups: 1,
			trades: 2,
			contracted,
			unsettled: contracted,
			..Default::default()
		};
		json!({
			"blockHash": block, "zone": 1, "resource": "electricity", "period": 5, "phase": "running",
			"standing": null, "cleared": null, "export": sums(contracted), "import": sums(1), "next": next,
		})
	}

	#[test]
	fn answers_of_one_block_are_added() {
		let mut balance = Balance::default();
		balance.take(&args(), page("0x01", 100, Some("0x0a"))).unwrap();
		assert_eq!(balance.next.as_deref(), Some("0x0a"));
		balance.take(&args(), page("0x01", 30, None)).unwrap();
		assert_eq!(balance.next, None);
		let expected = ContractedSums {
			groups: 2,
			trades: 4,
			contracted: 130,
			unsettled: 130,
			..Default::default()
		};
		assert_eq!(read(&balance.told["export"]), expected);
		assert_eq!(read(&balance.told["import"]).contracted, 2);
		assert_eq!(balance.told["phase"], "running");
		assert_eq!(balance.told.get("next"), None);
	}

	#[test]
	fn answers_for_another_book_or_block_and_those_without_an_end_are_refused() {
		let refused = |answers: &[Value]| {
			let mut balance = Balance::default();
			answers.iter().find_map(|answer| balance.take(&args(), answer.clone()).err())
		};
		let first = page("0x01", 100, Some("0x0a"));
		assert!(refused(&[first.clone(), first.clone()]).is_none());
		for (field, other) in
			[("zone", json!(2)), ("resource", json!("water")), ("period", json!(6))]
		{
			let mut answer = first.clone();
			answer[field] = other;
			assert_eq!(refused(&[answer]).unwrap().name(), "UnexpectedAnswer", "{field}");
		}
		assert!(refused(&[first.clone(), page("0x02", 1, None)]).is_some());
		assert!(refused(&[first.clone(), Value::Null]).is_some());
		assert!(refused(&vec![first; MOST_QUESTIONS]).is_some());
	}
}
