use super::*;
use crate::telegrams::{Kept, Telegram};

const GENESIS: [u8; 32] = [9; 32];
const PERIOD: u64 = 100;

fn handed(device: u32, reading: u32) -> Value {
	json!({
		"device": device,
		"period": PERIOD,
		"direction": "export",
		"reading": reading,
		"salt": ["1", "2", "3", "4"],
	})
}

fn parsed(entries: Value) -> Vec<Handed> {
	parse(entries.to_string().as_bytes()).unwrap()
}

fn store(folder: &tempfile::TempDir) -> Store {
	Store::create_cheap(&folder.path().join("store"), "password", GENESIS).unwrap()
}

/// A chain on which devices have an export register, with or without a commitment.
fn chain(registers: &[(u32, Option<&Handed>)]) -> Recorded {
	let register = |known: &Option<&Handed>| {
		vec![(Direction::Export, known.map(|handed| handed.opening.commitment))]
	};
	let all = registers.iter().map(|(device, known)| ((*device, PERIOD), register(known)));
	Recorded(all.collect())
}

fn refusal(store: &Store, recorded: &Recorded, handed: &[Handed]) -> String {
	let error = Plan::make(store, recorded, handed).unwrap_err();
	assert!(error.to_string().starts_with("entry "), "{error}");
	error.name().to_owned()
}

#[test]
fn the_same_file_twice_changes_nothing() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let file = parsed(json!([handed(1, 70), handed(2, 80)]));
	let recorded = chain(&[(1, Some(&file[0])), (2, None)]);
	let plan = Plan::make(&store, &recorded, &file).unwrap();
	assert_eq!((plan.entries.len(), plan.on_chain), (2, 1));
	store.append(plan.entries).unwrap();
	assert_eq!(store.opening(1, PERIOD, Direction::Export), Some(&file[0].opening));
	let again = Plan::make(&store, &recorded, &file).unwrap();
	assert_eq!((again.entries.len(), again.on_chain), (0, 1));
}

#[test]
fn what_does_not_open_the_chain_s_commitment_is_refused() {
	let folder = tempfile::tempdir().unwrap();
	let store = store(&folder);
	let file = parsed(json!([handed(1, 70), handed(2, 80)]));
	let sent = parsed(json!([handed(2, 81)]));
	let recorded = chain(&[(1, Some(&file[0])), (2, Some(&sent[0]))]);
	assert_eq!(refusal(&store, &recorded, &file), "CommitmentMismatch");
	assert!(store.openings().is_empty());
}

#[test]
fn a_register_that_the_device_does_not_have_is_refused() {
	let folder = tempfile::tempdir().unwrap();
	let file = parsed(json!([handed(1, 70)]));
	let import_only = Recorded([((1, PERIOD), vec![(Direction::Import, None)])].into());
	assert_eq!(refusal(&store(&folder), &import_only, &file), "DirectionNotMetered");
}

#[test]
fn another_opening_needs_the_chain_s_word() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let first = parsed(json!([handed(1, 70)]));
	let second = parsed(json!([handed(1, 71)]));
	let undecided = chain(&[(1, None)]);
	let plan = Plan::make(&store, &undecided, &first).unwrap();
	store.append(plan.entries).unwrap();
	assert_eq!(refusal(&store, &undecided, &second), "OpeningDiffers");

	// The meter sent the second one.
	let decided = chain(&[(1, Some(&second[0]))]);
	assert_eq!(refusal(&store, &decided, &first), "CommitmentMismatch");
	let plan = Plan::make(&store, &decided, &second).unwrap();
	store.append(plan.entries).unwrap();
	assert_eq!(store.opening(1, PERIOD, Direction::Export), Some(&second[0].opening));
}

#[test]
fn a_list_hides_readings_and_what_it_reveals_can_be_imported() {
	let file = parsed(json!([handed(1, 70)]));
	let [Handed { slot, opening, .. }] = &file[..] else { panic!("{file:?}") };
	let hidden = row(slot, opening, false);
	assert_eq!(hidden.get("reading"), None);
	assert_eq!(hidden.get("salt"), None);
	assert_eq!(parsed(json!([row(slot, opening, true)])), file);
}

#[test]
fn what_is_disclosed_is_checked_without_the_store() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let direction = Direction::Export;
	let telegram = Telegram::new("ocmf", b"OCMF|{}|{}".to_vec()).unwrap();
	let kept = Kept { blinding: [1, 2, 3, 4], telegrams: vec![telegram] };
	let mut entries = Vec::new();
	for (device, period, bound) in [(1, PERIOD, true), (2, PERIOD, false), (1, PERIOD + 1, true)] {
		let slot = meterproof_device::Slot { genesis: GENESIS, device, period, direction };
		let salt = if bound { kept.salt(&slot) } else { [5; 4] };
		let commitment = meterproof_device::commit(&slot, 70, &salt);
		let opening = Opening { reading: 70, salt, commitment };
		if bound {
			entries.push(Entry::Telegrams { commitment, kept: kept.clone() });
		}
		entries.push(Entry::Imported { device, period, direction, opening });
	}
	store.append(entries).unwrap();
	let rows = disclosed(&store, PERIOD, None).unwrap();
	assert_eq!(rows.len(), 1);
	let out = folder.path().join("shown.json");
	write(&out, &rows).unwrap();
	let checked = disclosure::check(&fs::read(&out).unwrap(), &MeterKeys::new()).unwrap();
	assert_eq!((checked[0].device, checked[0].period, checked[0].reading), (1, PERIOD, 70));
	let refused = |device| disclosed(&store, PERIOD, device).map_err(|e| e.name().to_owned());
	assert_eq!(refused(Some(1)).unwrap(), rows);
	assert_eq!(refused(Some(2)).unwrap_err(), "NothingKept");
	assert_eq!(disclosed(&store, PERIOD + 2, None).unwrap_err().name(), "NothingKept");
}

#[test]
fn a_corrected_reading_is_disclosed_with_the_first_and_keeps_its_signature() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = store(&folder);
	let (device, period, direction) = (1, PERIOD, Direction::Export);
	let slot = meterproof_device::Slot { genesis: GENESIS, device, period, direction };
	let telegram = Telegram::new("ocmf", b"OCMF|{}|{}".to_vec()).unwrap();
	let mut entries = Vec::new();
	for reading in [70, 71] {
		let kept = Kept { blinding: [1, 2, 3, reading], telegrams: vec![telegram.clone()] };
		let (reading, salt) = (u32::try_from(reading).unwrap(), kept.salt(&slot));
		let commitment = meterproof_device::commit(&slot, reading, &salt);
		let opening = Opening { reading, salt, commitment };
		entries.push(Entry::Telegrams { commitment, kept });
		entries.push(Entry::Opening { device, period, direction, opening, signature: [7; 64] });
	}
	store.append(entries).unwrap();
	let rows = disclosed(&store, PERIOD, None).unwrap();
	let readings: Vec<_> = rows.iter().map(|row| row["reading"].clone()).collect();
	assert_eq!(readings, [json!(70), json!(71)]);

	let first = store.openings_of(&(device, period, direction)).next().unwrap().clone();
	let file = parsed(json!([row(&(device, period, direction), &first, true)]));
	let recorded = chain(&[(1, Some(&file[0]))]);
	store.append(Plan::make(&store, &recorded, &file).unwrap().entries).unwrap();
	assert_eq!(store.opening(device, period, direction), Some(&first));
	assert_eq!(store.signature(&(device, period, direction)), Some(&[7; 64]));
}

#[test]
fn revealed_openings_go_to_a_new_file_of_their_owner_s() {
	let folder = tempfile::tempdir().unwrap();
	let file = parsed(json!([handed(1, 70)]));
	let [Handed { slot, opening, .. }] = &file[..] else { panic!("{file:?}") };
	let out = folder.path().join("prover.json");
	write(&out, &[row(slot, opening, true)]).unwrap();
	assert_eq!(read(&out).unwrap(), file);
	assert_eq!(write(&out, &[]).unwrap_err().name(), "FileExists");
	assert_eq!(read(&out).unwrap(), file);
	#[cfg(unix)]
	{
		use std::os::unix::fs::PermissionsExt;
		assert_eq!(fs::metadata(&out).unwrap().permissions().mode() & 0o077, 0);
	}
}
