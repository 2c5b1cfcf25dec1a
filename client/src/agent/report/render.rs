//! A report as text, CSV, HTML and JSON.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::{json, Value};

use super::{
	orders::{self, ORDERS},
	Account, Line, Report, Sums,
};
use crate::{
	agent::time,
	error::{Error, Result},
	output::{no_formula, table},
	units::{show_money, show_quantity},
};

/// A quantity with its unit: kWh or m³.
fn quantity(line: &Line, base_units: u64) -> String {
	let unit = line.group.as_ref().map(|group| group.resource.trade_unit());
	match unit {
		Some(unit) => format!("{} {unit}", show_quantity(base_units)),
		None => show_quantity(base_units),
	}
}

fn side(line: &Line) -> &'static str {
	if line.sold {
		"sold"
	} else {
		"bought"
	}
}

/// What a report's columns of sums are called.
const SUMS: [&str; 8] =
	["side", "unit", "lines", "contracted", "delivered", "paid MPF", "refunded MPF", "penalty MPF"];

fn sums(account: &Account) -> Vec<Vec<String>> {
	let rows = |side: &'static str, sums: &BTreeMap<&'static str, Sums>| -> Vec<Vec<String>> {
		sums.iter().map(|(unit, sums)| sum_row(side, unit, sums)).collect()
	};
	[rows("sold", &account.sold), rows("bought", &account.bought)].concat()
}

fn sum_row(side: &str, unit: &str, sums: &Sums) -> Vec<String> {
	let unit = match unit {
		"Wh" => "kWh",
		"l" => "m3",
		_ => "?",
	};
	let lines = match sums.sealed {
		0 => sums.lines.to_string(),
		sealed => format!("{} ({sealed} sealed)", sums.lines),
	};
	vec![
		side.to_owned(),
		unit.to_owned(),
		lines,
		show_quantity(sums.contracted),
		show_quantity(sums.delivered),
		show_money(sums.paid),
		show_money(sums.refunded),
		show_money(sums.penalty),
	]
}

/// What was missing: lines of sales that delivered less than contracted.
fn missing(account: &Account) -> impl Iterator<Item = &Line> {
	account.lines.iter().filter(|line| {
		line.sold && line.delivered.is_some_and(|delivered| delivered < line.contracted)
	})
}

fn missing_row(line: &Line) -> Vec<String> {
	let missing = line.contracted.saturating_sub(line.delivered.unwrap_or(0));
	vec![
		time::show(line.start_ms),
		line.period.to_string(),
		line.trade.to_string(),
		quantity(line, missing),
		line.penalty.map_or_else(String::new, show_money),
		line.reason.clone().unwrap_or_default(),
	]
}

const MISSING: [&str; 6] = ["time", "period", "trade", "missing", "penalty MPF", "why"];
const MISSED: [&str; 3] = ["meter", "periods without commitment", "why in the last of them"];

fn missed(report: &Report) -> Vec<Vec<String>> {
	let missed = report.commitments.missed.iter();
	missed
		.map(|(meter, (count, reason))| vec![meter.clone(), count.to_string(), reason.clone()])
		.collect()
}

fn summary(report: &Report) -> String {
	let commitments = &report.commitments;
	let mut text = format!(
		"{} periods; {} of {} meter periods committed",
		commitments.periods, commitments.committed, commitments.expected
	);
	if commitments.unknown > 0 {
		let _ = write!(text, "; {} periods that the journal does not know", commitments.unknown);
	}
	text
}

/// For a terminal.
pub fn to_text(report: &Report) -> String {
	let mut parts = vec![format!("{} (times in UTC)", report.month), summary(report)];
	for account in &report.accounts {
		parts.push(format!("\naccount {}\n{}", account.address, table(&SUMS, &sums(account))));
		let missing: Vec<_> = missing(account).map(missing_row).collect();
		if !missing.is_empty() {
			parts.push(format!("\nmissing of what was sold\n{}", table(&MISSING, &missing)));
		}
	}
	let orders = orders::rows(&report.orders);
	if !orders.is_empty() {
		parts.push(format!("\nstanding orders of this agent\n{}", table(&ORDERS, &orders)));
	}
	let missed = missed(report);
	if !missed.is_empty() {
		parts.push(format!("\nmeters that missed periods\n{}", table(&MISSED, &missed)));
	}
	if !report.differences.is_empty() {
		parts.push(format!(
			"\nTHE JOURNAL DIFFERS FROM THE CHAIN\n{}",
			report.differences.join("\n")
		));
	}
	parts.join("\n")
}

/// A line for each settled period of each trade, for books: quantities in kWh or m3, money in MPF, both
/// exact, as in `trade statement --csv`.
pub fn to_csv(report: &Report) -> Result<String> {
	let failed = |error: csv::Error| Error::new("OutputFailed", error.to_string());
	let mut writer = csv::Writer::from_writer(Vec::new());
	writer
		.write_record([
			"time",
			"period",
			"account",
			"side",
			"trade",
			"other_side",
			"group",
			"unit",
			"contracted",
			"delivered",
			"paid_mpf",
			"refunded_mpf",
			"penalty_mpf",
			"reason",
		])
		.map_err(failed)?;
	for account in &report.accounts {
		for line in &account.lines {
			let money = |amount: Option<u128>| amount.map_or_else(String::new, show_money);
			let group = line.group.as_ref();
			writer
				.write_record([
					time::show(line.start_ms),
					line.period.to_string(),
					account.address.clone(),
					side(line).to_owned(),
					line.trade.to_string(),
					no_formula(&line.other),
					group.map_or_else(String::new, ToString::to_string),
					group.map_or("", |group| group.resource.trade_unit()).to_owned(),
					show_quantity(line.contracted),
					line.delivered.map_or_else(String::new, show_quantity),
					money(line.paid),
					money(line.refunded),
					money(line.penalty),
					no_formula(line.reason.as_deref().unwrap_or_default()),
				])
				.map_err(failed)?;
		}
	}
	let bytes =
		writer.into_inner().map_err(|error| Error::new("OutputFailed", error.to_string()))?;
	String::from_utf8(bytes).map_err(|error| Error::new("OutputFailed", error.to_string()))
}

const STYLE: &str =
	"body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em}\
	table{border-collapse:collapse;margin:1em 0}th,td{border:1px solid #bbb;padding:.25em .6em;\
	text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}.w{color:#a00}\
	@media print{body{margin:0}}";

/// A page that needs nothing else.
pub fn to_html(report: &Report) -> String {
	let mut html =
		String::from("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
	let month = escape(&report.month);
	// Writing to a string does not fail.
	let _ = write!(
		html,
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
		 'unsafe-inline'\"><title>Meterproof {month}</title><style>{STYLE}</style></head><body>\n\
		 <h1>{month}</h1>\n<p>{}. Times are in UTC.</p>\n",
		escape(&summary(report))
	);
	for difference in &report.differences {
		let _ = writeln!(html, "<p class=\"w\">The journal differs: {}</p>", escape(difference));
	}
	for account in &report.accounts {
		let _ = writeln!(html, "<h2>{}</h2>", escape(&account.address));
		html += &html_table(&SUMS, &sums(account));
		let missing: Vec<_> = missing(account).map(missing_row).collect();
		if !missing.is_empty() {
			html += "<h3>Missing of what was sold</h3>\n";
			html += &html_table(&MISSING, &missing);
		}
		let lines: Vec<_> = account.lines.iter().map(line_row).collect();
		if !lines.is_empty() {
			html += "<h3>Settled periods</h3>\n";
			html += &html_table(&LINES, &lines);
		}
	}
	let orders = orders::rows(&report.orders);
	if !orders.is_empty() {
		html += "<h2>Standing orders of this agent</h2>\n";
		html += &html_table(&ORDERS, &orders);
	}
	let missed = missed(report);
	if !missed.is_empty() {
		html += "<h2>Meters that missed periods</h2>\n";
		html += &html_table(&MISSED, &missed);
	}
	html += "</body></html>\n";
	html
}

const LINES: [&str; 9] = [
	"time",
	"period",
	"side",
	"trade",
	"other side",
	"contracted",
	"delivered",
	"paid MPF",
	"penalty MPF",
];

fn line_row(line: &Line) -> Vec<String> {
	let money = |amount: Option<u128>| amount.map_or_else(|| "sealed".to_owned(), show_money);
	vec![
		time::show(line.start_ms),
		line.period.to_string(),
		side(line).to_owned(),
		line.trade.to_string(),
		line.other.clone(),
		quantity(line, line.contracted),
		line.delivered.map_or_else(|| "sealed".to_owned(), |delivered| quantity(line, delivered)),
		money(line.paid),
		money(line.penalty),
	]
}

fn html_table(headings: &[&str], rows: &[Vec<String>]) -> String {
	let mut html = String::from("<table><thead><tr>");
	for heading in headings {
		let _ = write!(html, "<th>{}</th>", escape(heading));
	}
	html += "</tr></thead><tbody>\n";
	for row in rows {
		html += "<tr>";
		for cell in row {
			let is_number =
				cell.starts_with(|first: char| first.is_ascii_digit()) && !cell.contains('T');
			let class = if is_number { " class=\"n\"" } else { "" };
			let _ = write!(html, "<td{class}>{}</td>", escape(cell));
		}
		html += "</tr>\n";
	}
	html += "</tbody></table>\n";
	html
}

/// Text that is text in HTML, also between quotes.
fn escape(text: &str) -> String {
	let mut escaped = String::with_capacity(text.len());
	for character in text.chars() {
		match character {
			'&' => escaped += "&amp;",
			'<' => escaped += "&lt;",
			'>' => escaped += "&gt;",
			'"' => escaped += "&quot;",
			'\'' => escaped += "&#39;",
			other => escaped.push(other),
		}
	}
	escaped
}

/// For scripts: money in the token's smallest unit, as decimal strings.
pub fn to_json(report: &Report) -> Value {
	let sums = |all: &BTreeMap<&'static str, Sums>| -> Value {
		let rows = all.iter().map(|(unit, sums)| {
			json!({
				"unit": unit,
				"lines": sums.lines,
				"sealed": sums.sealed,
				"contracted": sums.contracted,
				"delivered": sums.delivered,
				"paid": sums.paid.to_string(),
				"refunded": sums.refunded.to_string(),
				"penalty": sums.penalty.to_string(),
			})
		});
		rows.collect()
	};
	let money = |amount: Option<u128>| amount.map(|amount| amount.to_string());
	let accounts = report.accounts.iter().map(|account| {
		let lines = account.lines.iter().map(|line| {
			json!({
				"period": line.period,
				"startMs": line.start_ms,
				"trade": line.trade,
				"side": side(line),
				"otherSide": line.other,
				"group": line.group.as_ref().map(ToString::to_string),
				"contracted": line.contracted,
				"delivered": line.delivered,
				"paid": money(line.paid),
				"refunded": money(line.refunded),
				"penalty": money(line.penalty),
				"reason": line.reason,
			})
		});
		json!({
			"account": account.address,
			"sold": sums(&account.sold),
			"bought": sums(&account.bought),
			"lines": lines.collect::<Vec<_>>(),
		})
	});
	let commitments = &report.commitments;
	let missed = commitments.missed.iter().map(
		|(meter, (periods, reason))| json!({ "meter": meter, "periods": periods, "reason": reason }),
	);
	json!({
		"month": report.month,
		"accounts": accounts.collect::<Vec<_>>(),
		"periods": commitments.periods,
		"unknownPeriods": commitments.unknown,
		"expected": commitments.expected,
		"committed": commitments.committed,
		"missed": missed.collect::<Vec<_>>(),
		"orders": orders::to_json(&report.orders),
		"differences": report.differences,
	})
}
