//! The methods a running node serves and the document that describes them are the same.

use std::collections::BTreeSet;

use anyhow::Result;
use meterproof_driver::{serial, setting::Setting};
use serde_json::{json, Value};

/// Namespaces of this chain's own methods.
const OWN: [&str; 10] = [
	"devices_",
	"metering_",
	"market_",
	"settlement_",
	"water_",
	"payments_",
	"validators_",
	"governance_",
	"audit_",
	"rpc.",
];

fn own(names: impl Iterator<Item = Value>) -> BTreeSet<String> {
	names
		.filter_map(|name| name.as_str().map(str::to_owned))
		.filter(|name| OWN.iter().any(|namespace| name.starts_with(namespace)))
		.collect()
}

#[test]
fn the_openrpc_document_names_the_methods_served_and_no_other() -> Result<()> {
	serial::scenario(|| {
		let setting = Setting::dev()?;
		let rpc = setting.chain().rpc();
		let document = rpc.call("rpc.discover", json!([]))?;
		let described =
			own(document["methods"].as_array().into_iter().flatten().map(|m| m["name"].clone()));
		let served = rpc.call("rpc_methods", json!([]))?;
		let served = own(served["methods"].as_array().into_iter().flatten().cloned());
		anyhow::ensure!(described.len() > 10, "a document without methods: {document}");
		anyhow::ensure!(described == served, "described {described:?}, served {served:?}");
		let begun = served.iter().filter(|name| name.contains("_subscribe"));
		anyhow::ensure!(begun.count() == 4, "subscriptions are methods, too: {served:?}");
		Ok(())
	})
}
