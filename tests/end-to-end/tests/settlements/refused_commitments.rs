//! Every refusal of a commitment that JSON-RPC can meet, with its code; a good one among them is
//! taken.

use anyhow::Result;
use meterproof_device::Direction;
use meterproof_driver::{
	chain::Answer,
	meter::{Commitment, Meter},
	operator::{attest, NewMeter},
	serial,
	setting::{seed, Setting, NAMEPLATE},
};
use serde_json::json;

const UNKNOWN: u32 = 4_000_000;

#[test]
fn refusals_have_their_names_and_codes() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let chain = setting.chain();
		let home = setting.household("Bob", 5)?;
		let [good, suspended, retired, unattested, other] = &home.meters[..] else {
			anyhow::bail!("not five meters");
		};
		let operator = &home.operator;
		let one_way = operator.register(&[NewMeter {
			name: "one-way".into(),
			exports: false,
			nameplate: NAMEPLATE,
			seed: Some(seed("one-way")),
		}])?;
		let one_way = Meter::new(one_way[0].device, &seed("one-way"));
		attest(
			&setting.alice,
			&[good.device, suspended.device, retired.device, other.device, one_way.device],
		)?;
		let client = &operator.account.client;
		client.run(&["device", "suspend", &suspended.device.to_string()])?;
		client.run(&["device", "retire", &retired.device.to_string()])?;

		// The first period that all of this holds in.
		let period = chain.period(None)?.first_open;
		chain.wait_for_phase(period, "running")?;
		let genesis = chain.genesis()?;
		let commit =
			|meter: &Meter, period| meter.commit(genesis, period, Direction::Export, 500, 0);
		let taken = commit(good, period);
		let unknown = Commitment { device: UNKNOWN, ..commit(other, period) };
		let not_hex = json!({ "commitment": "0x12" });
		let cases: Vec<(Commitment, Answer)> = vec![
			(commit(other, period + 9), Answer::refused(-33_001, "PeriodNotStarted")),
			(commit(other, period - 50), Answer::refused(-33_002, "CutOffPassed")),
			(unknown, Answer::refused(-33_003, "UnknownDevice")),
			(commit(unattested, period), Answer::refused(-33_004, "DeviceNotAttested")),
			(commit(suspended, period), Answer::refused(-33_005, "DeviceSuspended")),
			(commit(retired, period), Answer::refused(-33_006, "DeviceRetired")),
			(taken.clone(), Answer::Accepted),
			(
				// Words of 2^64 - 1 are above the modulus.
				other.sign(genesis, period, Direction::Export, [0xFF; 32]),
				Answer::refused(-33_009, "CommitmentNotCanonical"),
			),
			(
				// Signed by another meter's key.
				Commitment { device: other.device, ..commit(good, period) },
				Answer::refused(-33_010, "BadSignature"),
			),
			(
				// Signed for another chain.
				other.commit([7; 32], period, Direction::Export, 500, 0),
				Answer::refused(-33_010, "BadSignature"),
			),
			(
				// Signed for another period.
				Commitment { period, ..commit(other, period + 1) },
				Answer::refused(-33_010, "BadSignature"),
			),
			(
				// Signed for the other register.
				Commitment { direction: Direction::Import, ..commit(other, period) },
				Answer::refused(-33_010, "BadSignature"),
			),
		];
		let (items, expected): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
		assert_eq!(chain.submit(&items)?, expected);
		let refused = Answer::refused(-33_007, "DirectionNotMetered");
		assert_eq!(chain.submit(&[commit(&one_way, period)])?, [refused]);
		let mut malformed = taken.json();
		malformed["commitment"] = not_hex["commitment"].clone();
		assert_eq!(chain.submit_json(json!([malformed]))?, [Answer::refused(-32_602, "Malformed")]);

		// What was taken stands, whatever comes after it.
		chain.wait_for_commitments(std::slice::from_ref(&taken))?;
		let changed = good.commit(genesis, period, Direction::Export, 501, 1);
		let refused = Answer::refused(-33_008, "AlreadyCommitted");
		assert_eq!(chain.submit(&[taken.clone(), changed])?, [Answer::Recorded, refused]);
		assert_eq!(chain.recorded(good.device, period, "export")?, Some(taken.hex()));
		assert_eq!(chain.recorded(other.device, period, "export")?, None);
		chain.audit()
	})
}
