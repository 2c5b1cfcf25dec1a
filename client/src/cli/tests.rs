use super::*;
use clap::CommandFactory;

#[test]
fn the_command_line_is_consistent() {
	Cli::command().debug_assert();
}

/// Names of all verbs below a command, each with those of the commands above it.
fn verbs(command: &clap::Command, above: &str) -> Vec<String> {
	let below = command.get_subcommands().flat_map(|verb| {
		let name = format!("{above} {}", verb.get_name());
		verbs(verb, name.trim_start())
	});
	let mut below: Vec<_> = below.collect();
	if below.is_empty() || (!above.is_empty() && !command.is_subcommand_required_set()) {
		below.push(above.to_owned());
	}
	below
}

#[test]
fn every_verb_is_in_the_table_of_lies() {
	let table = include_str!("../../../tests/README.md");
	let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
	let mut listed: Vec<_> = rows
		.filter(|(_, rest)| rest.ends_with('|') && rest.matches('|').count() == 2)
		.map(|(verb, _)| verb.to_owned())
		.collect();
	let mut verbs = verbs(&Cli::command(), "");
	listed.sort();
	verbs.sort();
	assert_eq!(listed, verbs, "tests/README.md says which lies are told to each verb");
}

#[test]
fn options_may_stand_anywhere() {
	let cli = Cli::parse_from(["meterproof", "trade", "list", "--json", "--account", "//Bob"]);
	assert!(cli.options.json);
	assert_eq!(cli.options.account.as_deref(), Some("//Bob"));
}

fn parses(line: &str) -> bool {
	Cli::try_parse_from(["meterproof"].into_iter().chain(line.split(' '))).is_ok()
}

#[test]
fn attesting_needs_to_know_what() {
	assert!(!parses("device attest"));
	assert!(!parses("device attest --operator 5Grw"), "nothing was looked at");
	assert!(!parses("device attest --devices 1,2,3"), "nothing was looked at");
	assert!(parses("device attest --facts f"));
	assert!(parses("device attest --facts f --operator 5Grw --devices 1,2,3"));
	assert!(parses("device attest --facts f --operator 5Grw --zone 1"));
}

#[test]
fn every_change_of_a_device_has_a_verb() {
	for verb in [
		"revoke 7",
		"suspend 7",
		"resume 7",
		"rotate-key 7 --key 0x00",
		"rotate-key 7 --store meters.store",
		"rotate-key 7 --store meters.store --meter house-1",
		"change-zone 7 --zone 2",
		"offer-transfer 7 --to 5FHn",
		"withdraw-transfer 7",
		"accept-transfer 7 --facts f",
		"swap --old 7 --new 8 --facts f --evidence file",
		"swap --old 7 --new 8 --facts f --evidence file --operator 5Grw",
		"retire 7",
		"release-deposit 7",
		"show 7",
	] {
		assert!(parses(&format!("device {verb}")), "{verb}");
	}
	for verb in [
		"revoke 7",
		"suspend 7",
		"resume 7",
		"change-zone 7 --zone 2",
		"offer-transfer 7 --to 5FHn",
		"withdraw-transfer 7",
		"accept-transfer 7 --facts f",
		"retire 7",
	] {
		assert!(parses(&format!("device {verb} --key 0x00")), "{verb}");
	}
	assert!(parses("device rotate-key 7 --key 0x00 --old-key 0x01"));
	assert!(parses("device rotate-key 7 --store meters.store --old-key 0x01"));
	assert!(!parses("device rotate-key 7 --old-key 0x01"), "that is not the new key");
	let swap = "device swap --old 7 --new 8";
	assert!(parses(&format!("{swap} --old-key 0x00 --facts f --evidence file")));
	assert!(!parses(&format!("{swap} --evidence file")), "nothing was looked at");
	assert!(!parses(&format!("{swap} --facts f")), "a grade that is left out may void trades");
	assert!(!parses("device rotate-key 7"), "a new key comes from the store or the meter");
	assert!(!parses("device rotate-key 7 --key 0x00 --meter a"), "names are the store's");
	assert!(!parses("device accept-transfer 7"), "nothing was looked at");
	assert!(!parses("device change-zone 7"));
	assert!(!parses("device offer-transfer 7"));
	assert!(!parses("device swap --old 7 --facts f --evidence file"));
	assert!(!parses("device retire -1"));
}

#[test]
fn traders_provers_and_registrars_find_their_verbs() {
	let group = "--zone 1 --resource heat --direction import";
	assert!(parses("trade claim 5"));
	assert!(parses("trade claim 5 --period 987660"));
	assert!(parses("trade claim 5 --to-account"));
	assert!(parses("trade accept 5 --refund mpay1x"));
	assert!(parses("trade accept 5 --max-price 0.25 --quantity 1500"));
	assert!(parses("trade accept 5 --terms f --seller g --min-imbalance-price 0.3 --from 5"));
	assert!(!parses("trade accept 5 --to 5"));
	let offer = "trade offer --zone 1 --buyer 5Grw --quantity 5 --price 1 --from 5";
	assert!(parses(&format!("{offer} --max-imbalance-price 0.3")));
	assert!(parses("trade claimable"));
	assert!(parses("trade claimable 5Grw"));
	assert!(parses("trade prune 5"));
	assert!(parses(&format!("settlement name-prover {group} 5Grw")));
	assert!(parses(&format!("settlement clear-prover {group}")));
	assert!(parses("registrar resign --zone 1"));
	assert!(parses("registrar release-bond --zone 1"));
	assert!(parses("registrar release-bond --zone 1 5Grw"));
	assert!(parses("registrar remove --zone 1 5Grw"));
}

#[test]
fn traders_find_the_verbs_of_the_book() {
	let order = "--zone 1 --quantity 1500 --price 0.25 --from 5";
	assert!(parses(&format!("market bid {order} --to 8 --refund mpay1x")));
	assert!(parses(&format!("market offer {order} --resource water --max-imbalance-price 0.3")));
	assert!(parses(&format!("market offer {order} --payout mpay1x")));
	assert!(
		!parses(&format!("market bid {order} --max-imbalance-price 0.3")),
		"a buyer's holds none"
	);
	assert!(!parses(&order.replace("--zone 1", "market bid")), "a book is a zone's");
	assert!(!parses("market bid --zone 1 --quantity 1.5 --price 0.25 --from 5"), "whole Wh");
	assert!(parses("market improve 17 --price 0.3 --from 5 --to 8"));
	assert!(!parses("market improve 17 --from 5"));
	assert!(parses("market cancel 17 --from 5"));
	assert!(!parses("market cancel 17"), "an order stands in each period by itself");
	for verb in ["book", "clear", "clearing", "balance"] {
		assert!(parses(&format!("market {verb} --zone 1 --resource heat --period 5")), "{verb}");
		assert!(!parses(&format!("market {verb} --zone 1")), "{verb}");
	}
	for verb in ["orders", "claim"] {
		assert!(parses(&format!("market {verb}")) && parses(&format!("market {verb} 5Grw")));
	}
}

#[test]
fn a_backstop_is_appointed_funded_and_posts() {
	let place = "--zone 1 --resource water";
	for verb in ["show", "dismiss"] {
		assert!(parses(&format!("market backstop {verb} --zone 1")), "{verb}");
		assert!(parses(&format!("market backstop {verb} {place}")), "{verb}");
		assert!(!parses(&format!("market backstop {verb}")), "{verb}: of which zone?");
	}
	assert!(parses(&format!("market backstop appoint {place} --ceiling 0.5 5Grw")));
	assert!(!parses(&format!("market backstop appoint {place} 5Grw")), "what may it ask?");
	assert!(!parses(&format!("market backstop appoint {place} --ceiling 0.5")), "who?");
	for verb in ["fund", "withdraw"] {
		assert!(parses(&format!("market backstop {verb} {place} --amount 12.5")), "{verb}");
		assert!(!parses(&format!("market backstop {verb} {place}")), "{verb}: how much?");
	}
	let post = format!("market backstop post {place} --from 5");
	let (buys, sells) = ("--buy-price 0.08 --buy-quantity 5", "--sell-price 0.3 --sell-quantity 5");
	for sides in [buys.to_owned(), sells.to_owned(), format!("{buys} {sells}")] {
		assert!(parses(&format!("{post} {sides}")), "{sides}");
		assert!(!parses(&format!("{post} {sides} --nothing")), "{sides}, or nothing?");
	}
	assert!(parses(&format!("{post} --nothing")));
	assert!(!parses(&post), "nothing is not said by leaving it out");
	assert!(!parses(&format!("{post} --buy-price 0.08")), "how much?");
	assert!(!parses(&format!("{post} --sell-quantity 5")), "at which price?");
	assert!(!parses(&format!("{post} --nothing --buy-quantity 5")));
	assert!(parses(&format!("{post} {buys} --excess-quantity 5")));
	assert!(!parses(&format!("{post} {sells} --excess-quantity 5")), "at which price?");
	assert!(!parses("market backstop"), "which verb?");
}

#[test]
fn holders_and_stewards_of_water_find_their_verbs() {
	for verb in ["open", "leave", "withdraw"] {
		assert!(parses(&format!("water {verb} --zone 1")), "{verb}");
		assert!(!parses(&format!("water {verb} --zone 1 5Grw")), "{verb}: the account that signs");
		assert!(!parses(&format!("water {verb}")), "{verb}: where?");
	}
	for verb in ["status", "enter", "expire", "claim", "pay"] {
		assert!(parses(&format!("water {verb} --zone 1")), "{verb}");
		assert!(parses(&format!("water {verb} --zone 1 5Grw")), "{verb}");
	}
	assert!(parses("water pay --zone 1 --most 12.5 5Grw"));
	let litres = "--zone 1 --quantity 500 --price 0.25";
	assert!(parses(&format!("water offer {litres}")));
	assert!(parses(&format!("water offer {litres} --to 5Grw")));
	assert!(parses(&format!("water take {litres} 5Grw")));
	assert!(!parses(&format!("water take {litres}")), "from whom?");
	assert!(!parses("water take --zone 1 --quantity 500 5Grw"), "at which price?");
	let prove = "water prove --zone 1 --store s --period 5 --out o";
	assert!(parses(&format!("{prove} --use 5Grw=1000 --use 5FHn=0 --missing")));
	assert!(!parses(prove), "of whom?");
	assert!(parses("water submit --proof use.json"));
	let appoint = "water steward appoint --zone 1 --ceiling 10000 --penalty 2 5Grw";
	assert!(parses(&format!("{appoint} --carry 12.5")));
	assert!(!parses(appoint), "how much is carried over?");
	assert!(!parses(&format!("{appoint} --carry 101")));
	assert!(parses("water steward grant --zone 1 --essential 100 --general 1000 5Grw"));
	let season = "water steward announce --zone 1 --from 5 --turn 8 --turns 4";
	assert!(parses(&format!("{season} --available 2150")));
	assert!(!parses(season), "how much is there?");
	assert!(parses("water steward cut --zone 1 --general 80"));
	assert!(parses("water steward cut --zone 1 --general 0 --essential 50"));
	assert!(!parses("water steward cut --zone 1 --essential 50"), "general litres first");
}

#[test]
fn what_is_watched_can_be_narrowed_down() {
	let places = "--zone 1 --from 5 --to 6 --best";
	let offers = "--resource heat --least-evidence signed --seller 5Grw --buyer 5FHn";
	assert!(parses("watch offers") && parses(&format!("watch offers {places} {offers}")));
	assert!(parses("watch trades"));
	assert!(parses(&format!("watch trades {places} --of 5Grw --state accepted")));
	assert!(parses(&format!("watch settlements {places} --of 5Grw --group g")));
	assert!(parses(&format!("watch clearings {places} --resource heat --of 5Grw")));
	assert!(!parses("watch trades --state cancelled"));
	assert!(!parses("watch"), "of what?");
}

#[test]
fn sealed_trades_need_wallets() {
	let offer = "trade offer --zone 1 --buyer 5Grw --quantity 5 --price 1 --from 5 --sealed";
	assert!(!parses(offer), "a sealed trade pays into notes");
	assert!(parses(&format!("{offer} --payout mpay1x")));
	assert!(!parses("trade accept 5 --sealed"));
	assert!(parses("trade accept 5 --sealed --wallet w"));
	assert!(parses("trade accept 5 --sealed --wallet w --refund mpay1x --registrar 5Grw"));
	let prove = "prove --store s --period 5 --group g --out o";
	assert!(parses(prove) && parses(&format!("{prove} --openly")));
	assert!(!parses(&format!("{prove} --sealed")));
	assert!(parses(&format!("{prove} --sealed --wallet v --wallet w --auditor 0x07")));
	assert!(!parses(&format!("{prove} --sealed --wallet w --openly")));
	assert!(!parses(&format!("{prove} --auditor 0x07")));
	assert!(parses(&format!("{prove} --or-less --contracted --excess")));
	for open in ["--or-less", "--contracted", "--excess"] {
		assert!(!parses(&format!("{prove} --sealed --wallet w {open}")), "{open}");
	}
}

#[test]
fn openings_come_from_a_file_and_go_to_a_store() {
	assert!(parses("openings import --store s --file f"));
	assert!(!parses("openings import --store s"));
	assert!(!parses("openings import --file f"));
	assert!(parses("openings list --store s"));
	assert!(parses("openings list --store s --period 7 --device 3 --reveal"));
	assert!(parses("openings list --store s --period 7 --reveal --out f"));
	assert!(!parses("openings list --store s --out f"), "a file to import has the readings");
	assert!(parses("openings disclose --store s --period 7 --out f"));
	assert!(parses("openings disclose --store s --period 7 --device 3 --out f"));
	assert!(!parses("openings disclose --store s --out f"), "one period at a time");
	assert!(parses("openings check --file f"));
	assert!(parses("openings check --file f --meter-key M-42=30 --meter-key M-43=31"));
}

#[test]
fn evidence_is_named_by_its_grade_and_is_the_lowest_without_a_word() {
	for grade in crate::types::Evidence::ALL {
		assert!(parses(&format!("device attest --facts f --evidence {grade}")));
		assert!(parses(&format!("device swap --old 7 --new 8 --facts f --evidence {grade}")));
		assert!(parses(&format!("trade accept 5 --least-evidence {grade}")));
	}
	assert!(!parses("device attest --facts f --evidence certified"));
	assert!(!parses("device attest --facts f --evidence Signed"));
	assert!(!parses("trade accept 5 --least-evidence 3"));
	let cli = Cli::try_parse_from(["meterproof", "trade", "accept", "5"]).unwrap();
	let Command::Trade(TradeCommand::Accept(args)) = cli.command else { panic!("{cli:?}") };
	assert_eq!(args.least_evidence, crate::types::Evidence::File);
}

#[test]
fn a_gateway_may_pay() {
	assert!(parses("gateway --store s --readings r --batch"));
	assert!(parses("gateway --store s --readings r --confirm"));
	assert!(parses("gateway --store s --readings r --telegrams t"));
	for verb in [
		"gateway --store s --readings r",
		"device register --store s --csv c --zone 1 --resource heat",
		"device rotate-key 7 --store s",
	] {
		assert!(parses(&format!("{verb} --accept-periods")), "{verb}");
	}
	assert!(!parses("device rotate-key 7 --key 0x00 --accept-periods"), "no store");
}

#[test]
fn an_agent_runs_or_is_asked() {
	for verb in [
		"agent",
		"agent --config a.toml",
		"agent init --config a.toml",
		"agent check --config a.toml --listen 5",
		"agent --config a.toml check",
		"agent report --month 2026-11",
		"agent report --month 2026-11 --format html --out f --of 5Grw",
	] {
		assert!(parses(verb), "{verb}");
	}
	assert!(!parses("agent report"), "no month");
	assert!(!parses("agent report --month 2026-11 --format pdf"));
}

#[test]
fn stores_are_kept_in_order() {
	assert!(parses("store remove --store s --meter m"));
	assert!(parses("store remove --store s --meter m --anyway"));
	assert!(!parses("store remove --store s"));
	assert!(parses("store mend --store s"));
}

#[test]
fn validators_join_and_leave() {
	assert!(parses("validator join --bond 5000"));
	assert!(parses("validator join --bond 5000 --keys-from ws://127.0.0.1:9945"));
	assert!(!parses("validator join"), "how much is at stake is said, not guessed");
	assert!(parses("validator leave"));
	assert!(!parses("validator leave 5Grw"), "nobody leaves for another");
	assert!(parses("validator raise-bond --by 12.5"));
	assert!(!parses("validator raise-bond"));
	assert!(parses("validator withdraw") && parses("validator withdraw 5Grw"));
	assert!(parses("validator status") && parses("validator status 5Grw"));
	assert!(parses("validator status --own"));
	assert!(!parses("validator status 5Grw --own"));
}

#[test]
fn token_holders_decide() {
	assert!(parses("gov propose --remove-sudo"));
	assert!(parses("gov propose --authorize-upgrade f --with-deposit"));
	assert!(parses("gov propose --pay 5 --to 5Grw --after 100"));
	assert!(parses("gov propose --call 0x00 --track root"));
	assert!(parses("gov propose --appoint-registrar 5Grw --zone 1"));
	assert!(!parses("gov propose"), "nothing is proposed");
	assert!(!parses("gov propose --remove-sudo --cancel-slash 5Grw"), "one thing at a time");
	assert!(!parses("gov propose --pay 5"), "to nobody");
	assert!(!parses("gov propose --call 0x00"), "decided by nobody");
	assert!(!parses("gov propose --remove-registrar 5Grw"), "of no zone");
	assert!(parses("gov propose --slash-registrar 5Grw --zone 1 --amount 500"));
	assert!(!parses("gov propose --slash-registrar 5Grw --zone 1"), "of nothing");
	assert!(parses("gov propose --appoint-backstop 5Grw --zone 1 --resource heat --ceiling 0.5"));
	assert!(!parses("gov propose --appoint-backstop 5Grw --zone 1"), "it may ask anything");
	assert!(!parses("gov propose --appoint-backstop 5Grw --ceiling 0.5"), "of no zone");
	let steward = "gov propose --appoint-steward 5Grw --season-ceiling 9000 --penalty 2 --carry 25";
	assert!(parses(&format!("{steward} --zone 1")));
	assert!(!parses(steward), "of no zone");
	assert!(!parses("gov propose --appoint-steward 5Grw --zone 1 --carry 25"), "bound by nothing");
	assert!(parses("gov propose --dismiss-backstop --zone 1"));
	assert!(!parses("gov propose --dismiss-backstop"), "of no zone");
	assert!(parses("gov vote 3 --aye --amount 5"));
	assert!(parses("gov vote 3 --nay --amount 5 --conviction 6 --replace"));
	assert!(!parses("gov vote 3 --amount 5"), "a side is said");
	assert!(!parses("gov vote 3 --aye --nay --amount 5"));
	assert!(!parses("gov vote 3 --aye --amount 5 --conviction 7"));
	for verb in [
		"deposit 3",
		"remove-vote 3",
		"unlock",
		"unlock 5Grw",
		"refund 3",
		"take-call-back 0x00",
		"upgrade propose f --whitelisted --with-deposit",
		"upgrade apply f",
		"upgrade status",
		"payout 3",
		"status",
		"status 3",
		"votes",
		"votes 5Grw",
	] {
		assert!(parses(&format!("gov {verb}")), "{verb}");
	}
}

#[test]
fn wallets_have_all_their_verbs() {
	for verb in [
		"new --wallet w",
		"new --wallet w --seed-file s --addresses 3",
		"new --wallet w --seed-file s --nothing-on-the-way",
		"new --wallet w --view-key-file v",
		"new --wallet w --view-key-file v --addresses 3",
		"address --wallet w --another",
		"shield --wallet w --amount 5",
		"shield --wallet w --amount 5 --to mpay1x --memo m --asset 3",
		"pay --wallet w --to mpay1x --amount 5 --memo m",
		"pay --wallet w --to mpay1x --amount 5 --asset 3 --auditor 0x07",
		"pay --wallet w --to mpay1x --amount 5 --asset 3 --decimals 2 --replace",
		"unshield --wallet w --to 5Grw --amount 5",
		"unshield --wallet w --to 5Grw --amount 5 --beside",
		"shield --wallet w --to mpay1x --amount 5 --replace",
		"balance --wallet w",
		"history --wallet w",
		"scan --wallet w --anew",
		"scan --wallet w --page 20",
		"recover --wallet w --trade 17",
		"recover --wallet w --trade 17 --period 5",
		"recover --wallet w --trade 17 --period 5 --quantity 9 --price 1 --imbalance-price 2 --payout mpay1a",
		"disclose --wallet w --position 3 --purpose p",
		"verify mpproof1x --to mpay1x",
		"view-key --wallet w",
		"seed --wallet w",
	] {
		assert!(parses(&format!("wallet {verb}")), "{verb}");
	}
	assert!(!parses("wallet pay --wallet w --amount 5"));
	assert!(!parses("wallet new --wallet w --addresses 3"), "a new wallet has one");
	assert!(!parses("wallet new --wallet w --seed-file s --view-key-file v"));
	assert!(!parses("wallet new --wallet w --nothing-on-the-way"), "a new seed has sent nothing");
	assert!(!parses("wallet new --wallet w --view-key-file v --nothing-on-the-way"));
	assert!(!parses("wallet pay --wallet w --to mpay1x --amount 5 --replace --beside"));
	assert!(!parses("wallet disclose --wallet w --position 3"));
	assert!(!parses("wallet recover --wallet w"));
	assert!(!parses("wallet recover --wallet w --trade 17 --quantity 9"));
	assert!(!parses("wallet recover --wallet w --trade 17 --price 9"));
	let told = "--trade 17 --period 5 --quantity 9 --price 1 --imbalance-price 2";
	assert!(!parses(&format!("wallet recover --wallet w {told}")), "no payout");
	assert!(!parses("wallet scan --wallet w --page 0"));
}

#[test]
fn standing_orders_have_a_side_and_limits() {
	let limits = "--most-quantity 2000 --most-money 1 --most-money-a-day 20";
	let auto = format!("market auto --store s --zone 1 {limits}");
	assert!(!parses(&auto), "to sell or to buy?");
	assert!(parses(&format!("{auto} --least-price 0.11 --dry-run --time-zone Europe/Vienna")));
	assert!(parses(&format!("{auto} --least-price 0.11 --most-price 0.25 --ahead 96")));
	assert!(!parses(&format!("{auto} --most-price 0.25 --time-zone Europe/Nowhere")));
	assert!(!parses(&format!("{auto} --most-price 0.25 --ahead 0")));
	assert!(!parses("market auto --store s --zone 1 --most-price 0.25"), "no money is bound");
	let simulate = "market simulate --readings f --utility-sells 0.3 --utility-buys 0.08";
	assert!(parses(&format!("{simulate} --days 7 --seed 2 --most-bids 200")));
	assert!(!parses("market simulate --readings f --utility-sells 0.3"));
}
