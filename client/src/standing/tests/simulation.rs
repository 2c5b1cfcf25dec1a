use std::fmt::Write as _;

use crate::{
	error::Named,
	standing::simulation::{days::Readings, simulate, Options, Report},
};

const SELLS: u128 = 300_000_000;
const BUYS: u128 = 80_000_000;

const OPTIONS: Options = Options {
	utility_sells: SELLS,
	utility_buys: BUYS,
	imbalance_price: SELLS,
	least_price: BUYS,
	most_price: SELLS,
	days: 7,
	seed: 1,
	bids: 48,
	offers: 96,
};

/// One day of six periods: a roof that feeds in around noon, and a shop that takes all day.
fn street() -> String {
	let mut file = "time,meter,import_wh,export_wh\n".to_owned();
	let roof = [(900, 0), (400, 0), (0, 1_500), (0, 2_500), (300, 0), (1_200, 0)];
	for (at, (import, export)) in roof.iter().enumerate() {
		let time = format!("2016-06-14T{:02}:00:00Z", at * 4);
		writeln!(file, "{time},roof,{import},{export}\n{time},shop,1800,0").unwrap();
	}
	file
}

fn readings(file: &str) -> Readings {
	Readings::read(file.as_bytes()).unwrap()
}

fn run(options: &Options) -> Report {
	simulate(&readings(&street()), options).unwrap()
}

#[test]
fn neighbours_save_and_nobody_s_money_is_made_up() {
	let report = run(&OPTIONS);
	let sum = report.sum();
	assert_eq!((report.books, report.households.len()), (7 * 6, 2));
	assert!(report.trades > 0 && sum.saved() > 0, "{report:?}");
	// What one is charged the other gets, and what is sold is bought.
	assert_eq!((sum.charged, sum.sold), (sum.compensated, sum.bought));
	// All that is saved is the utility's difference on what was sold and used.
	let used = i128::try_from(sum.sold - sum.unused).unwrap();
	let unused = i128::try_from(sum.unused).unwrap();
	let (sells, buys) = (i128::try_from(SELLS).unwrap(), i128::try_from(BUYS).unwrap());
	assert_eq!(sum.saved(), used * (sells - buys) - unused * buys);
	assert!(report.households[0].sold > 0 && report.households[1].bought > 0);
}

#[test]
fn the_same_file_and_options_give_the_same_report() {
	assert_eq!(run(&OPTIONS), run(&OPTIONS));
	assert_ne!(run(&OPTIONS), run(&Options { seed: 2, ..OPTIONS }));
}

#[test]
fn who_is_alone_saves_nothing() {
	let lonely = street()
		.lines()
		.filter(|line| !line.contains("shop"))
		.fold(String::new(), |file, line| file + line + "\n");
	let report = simulate(&readings(&lonely), &OPTIONS).unwrap();
	assert_eq!((report.trades, report.sum().saved()), (0, 0));
	assert!(report.orders > 0, "it ordered all the same");
}

#[test]
fn a_full_book_turns_orders_away() {
	let report = run(&Options { bids: 0, ..OPTIONS });
	assert_eq!((report.trades, report.sum().saved()), (0, 0));
	assert!(report.turned_away > 0);
}

#[test]
fn the_report_is_told_in_words_and_in_json() {
	let report = run(&OPTIONS);
	let text = report.text();
	for part in ["households", "2", "roof", "shop", "all", "0.3 MPF/kWh", "saved before fees", " %"]
	{
		assert!(text.contains(part), "{part}: {text}");
	}
	let json = report.json();
	assert_eq!(json["sum"]["saved"], report.sum().saved().to_string());
	assert_eq!(json["households"][0]["name"], "roof");
	assert_eq!(json["options"]["utilitySells"], SELLS.to_string());
}

#[test]
fn days_that_are_not_whole_are_left_out() {
	let both = street() + "2016-06-15T00:00:00Z,roof,1,0\n2016-06-15T00:00:00Z,shop,1,0\n";
	assert_eq!(readings(&both), readings(&street()));
	let holes: String =
		street().lines().take(5).fold(String::new(), |file, line| file + line + "\n");
	let refused = |file: &str| Readings::read(file.as_bytes()).unwrap_err().name().to_owned();
	// Two periods of a day are a day of two periods only where they lie half a day apart.
	assert_eq!(refused(&holes), "NoWholeDay");
	assert_eq!(refused("time,meter,import_wh,export_wh\n"), "NoWholeDay");
}

#[test]
fn what_is_no_file_of_readings_is_refused_with_its_line() {
	let refused = |file: String| Readings::read(file.as_bytes()).unwrap_err().to_string();
	assert!(refused("time,meter\n2016-06-14T00:00:00Z,a\n".into()).starts_with("line 2"));
	assert!(refused(street() + "noon,roof,1,0\n").starts_with("line 14: time is not"));
	assert!(refused(street() + "2016-06-15T00:00:00Z,roof,-1,0\n").starts_with("line 14"));
	assert!(refused(street() + "2016-06-14T00:00:00Z,roof,1,0\n").contains("already"));
}

#[test]
fn options_that_make_no_month_are_refused() {
	let refused = |options| simulate(&readings(&street()), &options).unwrap_err().name().to_owned();
	assert_eq!(refused(Options { days: 0, ..OPTIONS }), "BadDays");
	assert_eq!(refused(Options { days: 367, ..OPTIONS }), "BadDays");
	assert_eq!(refused(Options { utility_buys: SELLS + 1, ..OPTIONS }), "PricesContradict");
	assert_eq!(refused(Options { most_price: 1 << 64, ..OPTIONS }), "PriceTooLarge");
}
