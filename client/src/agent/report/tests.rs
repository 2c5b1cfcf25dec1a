//! Reports out of made-up statements and journals.

use super::*;
use crate::{
	agent::{
		journal::{Record, SettledRow},
		time,
	},
	types::{parse_group, Direction},
};

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const BOB: &str = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
const QUARTER: u64 = 900_000;

fn account(text: &str) -> AccountId32 {
	text.parse().unwrap()
}

fn periods() -> Periods {
	let (from_ms, to_ms) = time::month("2026-11").unwrap();
	let timetable = Timetable { period: 5, start_ms: 5 * QUARTER, length_ms: QUARTER };
	Periods::of(&timetable, &Span { month: "2026-11".to_owned(), from_ms, to_ms })
}

fn group() -> Group {
	parse_group(&format!("{ALICE}/1/electricity/export")).unwrap()
}

fn told(trade: u64, period: u64, contracted: u64, delivered: Option<u64>) -> Told {
	let money = |units: u64| Some((u128::from(units) * 250_000_000).to_string());
	let missing = delivered.map(|delivered| contracted - delivered);
	Told {
		trade,
		period,
		seller: account(ALICE),
		buyer: account(BOB),
		contracted,
		delivered,
		paid: delivered.and_then(money),
		refunded: missing.and_then(money),
		penalty: missing.and_then(money),
	}
}

fn journal(records: Vec<Record>) -> Contents {
	let mut contents = Contents::default();
	for record in records {
		contents.take_for_test(record);
	}
	contents
}

fn row(period: u64, silent: &[(&str, &str)]) -> Record {
	let silent = silent.iter().map(|(meter, why)| ((*meter).to_owned(), (*why).to_owned()));
	Record::Period(PeriodRow {
		period,
		expected: 3,
		committed: 3 - silent.len() as u32,
		silent: silent.collect(),
		done: true,
		..PeriodRow::default()
	})
}

fn settled(period: u64, delivered: u64, paid: u128) -> Record {
	Record::Settled(SettledRow {
		period,
		group: group().to_string(),
		proved: true,
		contracted: 1_000,
		delivered: Some(delivered),
		paid: Some(paid),
		penalty: Some(0),
		trouble: None,
	})
}

fn report_of(told: Vec<Told>, journal: &Contents) -> Report {
	let periods = periods();
	let groups = told.iter().map(|line| (line.trade, Some(group()))).collect();
	let accounts = vec![account_of(&account(ALICE), told, &groups, &periods, journal).unwrap()];
	let differences = differences(&accounts, &periods, journal);
	let commitments = commitments(&periods, periods.first + 4, journal);
	let orders = BTreeMap::new();
	Report { month: "2026-11".to_owned(), accounts, commitments, orders, differences }
}

#[test]
fn a_month_has_the_periods_that_start_in_it() {
	let periods = periods();
	assert_eq!(time::show(periods.start_ms(periods.first)), "2026-11-01T00:00:00Z");
	assert_eq!(periods.end - periods.first, 30 * 96);
	assert!(periods.has(periods.first) && !periods.has(periods.end));
	let shifted = Timetable { period: 5, start_ms: 5 * QUARTER + 1, length_ms: QUARTER };
	let (from_ms, to_ms) = time::month("2026-11").unwrap();
	let span = Span { month: String::new(), from_ms, to_ms };
	let shifted = Periods::of(&shifted, &span);
	assert_eq!(shifted.start_ms(shifted.first), from_ms + 1);
}

#[test]
fn sums_are_the_chain_s_to_the_unit_and_what_is_missing_has_its_reason() {
	let first = periods().first;
	let journal = journal(vec![
		row(first, &[]),
		row(first + 1, &[("house-1", "never heard of")]),
		row(first + 2, &[("house-1", "last heard of at 10:00")]),
		settled(first, 1_000, 250_000_000_000),
		settled(first + 1, 900, 225_000_000_000),
	]);
	let report = report_of(
		vec![
			told(1, first, 1_000, Some(1_000)),
			told(1, first + 1, 1_000, Some(900)),
			told(2, first + 3, 1_000, Some(0)),
			told(3, first + 2, 7, None),
		],
		&journal,
	);
	let sums = &report.accounts[0].sold["Wh"];
	assert_eq!((sums.lines, sums.sealed, sums.contracted, sums.delivered), (4, 1, 3_007, 1_900));
	assert_eq!((sums.paid, sums.penalty), (475_000_000_000, 275_000_000_000));
	let reasons: Vec<_> = report.accounts[0]
		.lines
		.iter()
		.map(|line| line.reason.clone().unwrap_or_default())
		.collect();
	assert_eq!(reasons[0], "");
	assert_eq!(reasons[1], "silent: house-1 (never heard of)");
	assert_eq!(reasons[2], "", "what is sealed is not known");
	assert!(reasons[3].contains("the agent did not run"), "{}", reasons[3]);
	let commitments = &report.commitments;
	assert_eq!((commitments.periods, commitments.unknown), (3, 1));
	assert_eq!((commitments.expected, commitments.committed), (9, 7));
	assert_eq!(commitments.missed["house-1"], (2, "last heard of at 10:00".to_owned()));
	assert_eq!(report.differences, Vec::<String>::new());
}

#[test]
fn a_journal_that_differs_from_the_chain_is_told() {
	let first = periods().first;
	let journal = journal(vec![settled(first, 1_000, 250_000_000_001)]);
	let report = report_of(vec![told(1, first, 1_000, Some(1_000))], &journal);
	assert_eq!(report.differences.len(), 1);
	assert!(to_text(&report).contains("THE JOURNAL DIFFERS"));
	assert!(to_html(&report).contains("250000000001"));
}

#[test]
fn no_name_of_a_meter_becomes_markup_or_a_formula() {
	let first = periods().first;
	let evil = "<script>alert('1')</script>\"&";
	let journal = journal(vec![
		row(first, &[(evil, "=1+1")]),
		Record::Settled(SettledRow {
			trouble: Some("=HYPERLINK(1)".to_owned()),
			..settled_row(first)
		}),
	]);
	let report = report_of(vec![told(1, first, 1_000, Some(1))], &journal);
	let html = to_html(&report);
	assert!(
		!html.contains("<script") && html.contains("&lt;script&gt;alert(&#39;1&#39;)"),
		"{html}"
	);
	let csv = to_csv(&report).unwrap();
	let mut rows = csv::Reader::from_reader(csv.as_bytes());
	let row = rows.records().next().unwrap().unwrap();
	assert_eq!(row.len(), 14);
	assert!(row[13].starts_with("'=HYPERLINK"), "{}", &row[13]);
	assert_eq!((&row[7], &row[8], &row[9], &row[10]), ("kWh", "1", "0.001", "0.00025"));
	assert!(to_text(&report).lines().count() > 5);
	let json = to_json(&report);
	assert_eq!(json["accounts"][0]["sold"][0]["paid"], "250000000");
	assert_eq!(json["missed"][0]["meter"], evil);
}

fn settled_row(period: u64) -> SettledRow {
	match settled(period, 1, 250_000_000) {
		Record::Settled(row) => row,
		other => panic!("{other:?}"),
	}
}

#[test]
fn refusals_are_named_too() {
	let row = PeriodRow {
		refused: (0..5)
			.map(|at| (format!("m{at}"), Direction::Export, "BadSignature".to_owned()))
			.collect(),
		..PeriodRow::default()
	};
	let named = named(&row);
	assert_eq!(named.len(), 1);
	assert!(named[0].contains("m2 export (BadSignature) and 2 more"), "{named:?}");
}
