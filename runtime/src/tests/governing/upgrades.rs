//! An upgrade is applied by anyone, if it is the one that was decided, and newer.

use codec::Encode;
use sp_core::traits::{ReadRuntimeVersion, ReadRuntimeVersionExt};
use sp_runtime::traits::Hash;

use super::*;

/// Reads "code" that is nothing but its encoded version.
struct CodeIsVersion;

impl ReadRuntimeVersion for CodeIsVersion {
	fn read_runtime_version(
		&self,
		code: &[u8],
		_: &mut dyn sp_externalities::Externalities,
	) -> Result<Vec<u8>, String> {
		Ok(code.to_vec())
	}
}

fn version(spec_name: &'static str, spec_version: u32) -> Vec<u8> {
	RuntimeVersion { spec_name: spec_name.into(), spec_version, ..VERSION }.encode()
}

/// What came of applying `code` after root has authorised `decided`.
fn apply(
	decided: &[u8],
	code: Vec<u8>,
) -> Result<Vec<frame_system::Event<Runtime>>, DispatchError> {
	let mut ext = sp_io::TestExternalities::default();
	ext.register_extension(ReadRuntimeVersionExt::new(CodeIsVersion));
	ext.execute_with(|| {
		System::set_block_number(1);
		let code_hash = <Runtime as frame_system::Config>::Hashing::hash(decided);
		System::authorize_upgrade(RuntimeOrigin::root(), code_hash).expect("root may");
		System::reset_events();
		let apply = RuntimeCall::System(frame_system::Call::apply_authorized_upgrade { code });
		let anyone = RuntimeOrigin::signed(Sr25519Keyring::Eve.to_account_id());
		let done = apply.dispatch(anyone).map_err(|failed| failed.error);
		// What was refused for its hash may still come.
		assert_eq!(System::authorized_upgrade().is_some(), done.is_err());
		done?;
		let events = System::events().into_iter().filter_map(|record| match record.event {
			RuntimeEvent::System(event) => Some(event),
			_ => None,
		});
		Ok(events.collect())
	})
}

fn rejection(events: &[frame_system::Event<Runtime>]) -> Option<DispatchError> {
	events.iter().find_map(|event| match event {
		frame_system::Event::RejectedInvalidAuthorizedUpgrade { error, .. } => Some(*error),
		_ => None,
	})
}

#[test]
fn other_code_than_the_one_decided_is_refused_by_name() {
	let newer = VERSION.spec_version + 1;
	let decided = version("meterproof", newer);
	assert_eq!(
		apply(&decided, version("meterproof", newer + 1)).unwrap_err(),
		frame_system::Error::<Runtime>::Unauthorized.into()
	);
}

#[test]
fn a_version_that_is_not_newer_is_refused_by_name() {
	let lower = frame_system::Error::<Runtime>::SpecVersionNeedsToIncrease;
	let other = frame_system::Error::<Runtime>::InvalidSpecName;
	let unreadable = frame_system::Error::<Runtime>::FailedToExtractRuntimeVersion;
	let own = VERSION.spec_version;
	for (code, error) in [
		(version("meterproof", own), lower),
		(version("meterproof", own - 1), frame_system::Error::SpecVersionNeedsToIncrease),
		(version("otherproof", own + 1), other),
		(vec![1, 2, 3], unreadable),
	] {
		let events = apply(&code, code.clone()).expect("it is the authorised one");
		assert_eq!(rejection(&events), Some(error.into()));
		assert!(!events.contains(&frame_system::Event::CodeUpdated { hash: Default::default() }));
	}
}

#[test]
fn the_newer_version_that_was_decided_is_applied() {
	let code = version("meterproof", VERSION.spec_version + 1);
	let events = apply(&code, code.clone()).expect("it is the authorised one");
	assert_eq!(rejection(&events), None);
	assert!(events.iter().any(|event| matches!(event, frame_system::Event::CodeUpdated { .. })));
}
