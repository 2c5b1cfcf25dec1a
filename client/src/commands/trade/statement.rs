//! `trade statement`: an account's settled periods, for its books.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat};
use serde_json::{json, Value};

use super::{shown, HIDDEN};
use crate::{
	chain::Chain,
	commands::Context,
	error::{Error, Result},
	output::{cell, no_formula, table},
	rpc::{Period, MOST_ITEMS, PAGE},
	units::{show_money, show_quantity},
};

/// The columns of the CSV file. Quantities are in kWh or m3, money in MPF, times in UTC.
const COLUMNS: [&str; 12] = [
	"period",
	"start",
	"end",
	"trade",
	"seller",
	"buyer",
	"contracted",
	"delivered",
	"paid_mpf",
	"refunded_mpf",
	"penalty_mpf",
	"sealed_mpf",
];

/// Shows it: as a table, as JSON, or as CSV.
pub async fn statement(
	context: &Context,
	address: Option<&str>,
	from: u64,
	as_csv: bool,
) -> Result<()> {
	let account = context.address(address)?;
	let chain = context.chain().await?;
	let lines = all(&chain, &json!(account), from).await?;
	if as_csv {
		let times = Times::of(&chain, &lines).await?;
		let text = csv(&lines, &times)?;
		// What a program reads is what a person sees.
		return context.output.show(&json!({ "csv": text }), || text.trim_end().to_owned());
	}
	context.output.show(&json!(lines), || {
		let rows: Vec<_> = lines
			.iter()
			.map(|line| {
				let line = readable(line);
				["period", "trade", "seller", "buyer"]
					.into_iter()
					.map(|field| cell(&line[field]))
					.chain(AMOUNTS.map(|field| cell(&line[field])))
					.collect()
			})
			.collect();
		let headings = [
			"period",
			"trade",
			"seller",
			"buyer",
			"contracted kWh or m3",
			"delivered kWh or m3",
			"paid MPF",
			"refunded MPF",
			"penalty MPF",
			"sealed MPF",
		];
		table(&headings, &rows)
	})
}

/// Fields that are amounts, as they stand in the table.
const AMOUNTS: [&str; 6] = ["contracted", "delivered", "paid", "refunded", "penalty", "sealed"];

/// All lines from a period on, page by page: a page ends with the end of a period.
async fn all(chain: &Chain, account: &Value, from: u64) -> Result<Vec<Value>> {
	let (mut lines, mut next) = (Vec::new(), from);
	loop {
		let params = vec![account.clone(), json!(next), json!(PAGE)];
		let answer = chain.rpc.raw("market_statement", params).await?;
		let page = answer.as_array().cloned().unwrap_or_default();
		let (count, last) = (page.len(), page.last().and_then(|line| line["period"].as_u64()));
		lines.extend(page);
		match last {
			Some(last) if count >= PAGE as usize => {
				if last < next || lines.len() > MOST_ITEMS {
					let message = "market_statement answered the same periods again";
					return Err(Error::new("UnexpectedAnswer", message));
				}
				next = last.saturating_add(1);
			},
			_ => return Ok(lines),
		}
	}
}

/// A line with its amounts as people write them. What a sealed settlement does not tell is hidden.
fn readable(line: &Value) -> Value {
	let mut readable = line.clone();
	for field in ["contracted", "delivered"] {
		readable[field] =
			line[field].as_u64().map_or(Value::Null, |base| json!(show_quantity(base)));
	}
	for field in ["paid", "refunded", "penalty", "sealed"] {
		readable[field] = json!(shown(&line[field], show_money));
	}
	if !line["sealed"].is_null() && line["delivered"].is_null() {
		for field in ["delivered", "paid", "refunded", "penalty"] {
			readable[field] = json!(HIDDEN);
		}
	}
	readable
}

/// When periods start and end, Unix ms.
struct Times(BTreeMap<u64, (u64, u64)>);

impl Times {
	/// Asks the chain for the first and the last, and for those between where lengths have changed.
	async fn of(chain: &Chain, lines: &[Value]) -> Result<Self> {
		let mut times: BTreeMap<_, _> =
			lines.iter().filter_map(|line| Some((line["period"].as_u64()?, (0, 0)))).collect();
		let (Some(first), Some(last)) =
			(times.keys().next().copied(), times.keys().next_back().copied())
		else {
			return Ok(Self(times));
		};
		let first = chain.rpc.period(Some(first)).await?;
		let last = chain.rpc.period(Some(last)).await?;
		for (period, time) in &mut times {
			*time = match between(&first, &last, *period) {
				Some(time) => time,
				None => {
					let asked = chain.rpc.period(Some(*period)).await?;
					(asked.start_ms, asked.end_ms)
				},
			};
		}
		Ok(Self(times))
	}
}

/// A period's start and end, if all between these two have one length.
fn between(first: &Period, last: &Period, period: u64) -> Option<(u64, u64)> {
	let length = first.schedule.length_ms;
	let start = |period: u64| {
		let after = period.checked_sub(first.period)?.checked_mul(length)?;
		first.start_ms.checked_add(after)
	};
	let same = last.schedule.length_ms == length && start(last.period) == Some(last.start_ms);
	let start = start(period).filter(|_| same)?;
	Some((start, start.checked_add(length)?))
}

fn csv(lines: &[Value], times: &Times) -> Result<String> {
	let failed = |error: csv::Error| Error::new("OutputFailed", error.to_string());
	let mut writer = csv::Writer::from_writer(Vec::new());
	writer.write_record(COLUMNS).map_err(failed)?;
	for line in lines {
		let readable = readable(line);
		let (start, end) = line["period"]
			.as_u64()
			.and_then(|period| times.0.get(&period))
			.copied()
			.unwrap_or_default();
		// Nothing stands in an empty cell: not a dash, which is no number.
		let plain = |field: &str| match cell(&readable[field]) {
			dash if dash == "-" => String::new(),
			// The node wrote it.
			text => no_formula(&text),
		};
		let record = [plain("period"), clock(start), clock(end)];
		let record = record.into_iter().chain(["trade", "seller", "buyer"].map(plain));
		writer.write_record(record.chain(AMOUNTS.map(plain))).map_err(failed)?;
	}
	let bytes = writer.into_inner().map_err(|error| failed(error.into_error().into()))?;
	String::from_utf8(bytes).map_err(|error| Error::new("OutputFailed", error.to_string()))
}

/// A time in UTC as other programs read it.
fn clock(unix_ms: u64) -> String {
	let time = i64::try_from(unix_ms).ok().and_then(DateTime::from_timestamp_millis);
	time.map_or_else(String::new, |time| time.to_rfc3339_opts(SecondsFormat::Secs, true))
}

#[cfg(test)]
mod tests {
	use super::*;

	fn line(period: u64, delivered: Value) -> Value {
		json!({
			"period": period, "trade": 3, "seller": "5Grw", "buyer": "5FHn", "contracted": 1_500,
			"delivered": delivered, "paid": "375000000000", "refunded": "0", "penalty": "0",
			"sealed": null,
		})
	}

	#[test]
	fn a_statement_is_csv_with_clock_times_and_one_unit() {
		let times = Times([(2, (1_800_000, 2_700_000))].into());
		let mut hidden = line(2, Value::Null);
		hidden["sealed"] = json!("450000000000");
		for field in ["paid", "refunded", "penalty"] {
			hidden[field] = Value::Null;
		}
		let text = csv(&[line(2, json!(1_250)), hidden], &times).unwrap();
		let rows: Vec<_> = text.lines().collect();
		assert_eq!(rows[0], COLUMNS.join(","));
		let start = "2,1970-01-01T00:30:00Z,1970-01-01T00:45:00Z,3,5Grw,5FHn,1.5,";
		assert_eq!(rows[1], format!("{start}1.25,0.375,0,0,"));
		assert_eq!(rows[2], format!("{start}hidden,hidden,hidden,hidden,0.45"));
	}

	#[test]
	fn what_a_node_writes_is_no_formula() {
		let mut line = line(2, json!(1_250));
		line["seller"] = json!("=HYPERLINK(\"http://example.org\")");
		line["buyer"] = json!("@SUM(1)");
		line["trade"] = json!("+1+1");
		line["penalty"] = json!("-1");
		let text = csv(&[line], &Times([(2, (0, 0))].into())).unwrap();
		let mut rows = csv::Reader::from_reader(text.as_bytes());
		let row = rows.records().next().unwrap().unwrap();
		let cells: Vec<_> = row.iter().skip(3).take(3).collect();
		assert_eq!(cells, ["'+1+1", "'=HYPERLINK(\"http://example.org\")", "'@SUM(1)"]);
		assert_eq!((&row[7], &row[10]), ("1.25", "-1"), "numbers stay numbers");
	}

	#[test]
	fn periods_between_two_of_one_length_need_no_question() {
		let period = |period, start_ms, length_ms| -> Period {
			serde_json::from_value(json!({
				"period": period, "phase": "final", "nowMs": 0, "startMs": start_ms,
				"endMs": start_ms + length_ms, "schedule": { "lengthMs": length_ms },
			}))
			.unwrap()
		};
		let first = period(10, 9_000, 900);
		assert_eq!(between(&first, &period(20, 18_000, 900), 12), Some((10_800, 11_700)));
		assert_eq!(
			between(&first, &period(20, 18_100, 900), 12),
			None,
			"lengths have changed twice"
		);
		assert_eq!(between(&first, &period(20, 18_000, 450), 12), None);
	}
}
