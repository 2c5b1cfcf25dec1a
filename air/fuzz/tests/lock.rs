//! What is fuzzed here is what the node runs: the two lock files agree on it.

use std::collections::BTreeMap;

/// The versions of the crates that matter, by name.
fn versions(lock: &str) -> BTreeMap<&str, Vec<&str>> {
	let mut versions = BTreeMap::<_, Vec<_>>::new();
	let field = |package: &'static str| move |line: &&str| line.starts_with(package);
	for package in lock.split("[[package]]") {
		let value = |name| {
			let line = package.lines().find(field(name))?;
			line.split('"').nth(1)
		};
		let (Some(name), Some(version)) = (value("name = "), value("version = ")) else { continue };
		let matters =
			name.starts_with("winter-") || name.starts_with("blake3") || name == "wasmtime";
		if matters {
			versions.entry(name).or_default().push(version);
		}
	}
	versions
}

#[test]
fn the_same_proof_system_and_the_same_wasmtime_as_the_node() {
	let ours = versions(include_str!("../Cargo.lock"));
	let nodes = versions(include_str!("../../../Cargo.lock"));
	assert!(ours.contains_key("wasmtime") && ours.contains_key("winter-verifier"));
	for (name, versions) in ours {
		assert_eq!(Some(&versions), nodes.get(name), "{name}");
	}
}
