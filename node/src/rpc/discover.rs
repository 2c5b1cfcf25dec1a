//! `rpc.discover`: the OpenRPC document of this chain's own methods (<https://spec.open-rpc.org>).

use jsonrpsee::{server::RegisterMethodError, RpcModule};

/// The document, as it stands beside this file.
pub const OPENRPC: &str = include_str!("openrpc.json");

/// The method that serves the document.
pub fn module() -> Result<RpcModule<()>, RegisterMethodError> {
	let mut module = RpcModule::new(());
	let document: serde_json::Value = serde_json::from_str(OPENRPC).unwrap_or_default();
	module.register_method("rpc.discover", move |_, _, _| document.clone())?;
	Ok(module)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rpc::parameters;
	use jsonrpsee::types::Params;
	use serde_json::Value;
	use std::collections::BTreeMap;

	// That it names exactly the served methods is checked end to end, on a running node.
	#[test]
	fn the_document_is_json_with_methods() {
		let document: serde_json::Value = serde_json::from_str(OPENRPC).unwrap();
		assert!(document["methods"].as_array().is_some_and(|methods| methods.len() > 10));
	}

	/// Whoever subscribes can end it, and is told what comes: of every kind of notification there is a
	/// description.
	#[test]
	fn subscriptions_have_an_end_and_notifications() {
		let document: Value = serde_json::from_str(OPENRPC).unwrap();
		let methods = document["methods"].as_array().unwrap();
		let names: Vec<_> = methods.iter().filter_map(|method| method["name"].as_str()).collect();
		let subscriptions =
			methods.iter().filter(|method| method["name"].as_str().unwrap().contains("_subscribe"));
		let mut count = 0;
		for method in subscriptions {
			let name = method["name"].as_str().unwrap();
			let end = name.replace("_subscribe", "_unsubscribe");
			assert!(names.contains(&end.as_str()), "{name}");
			let notification = &method["x-notification"];
			let kind = notification["schema"]["$ref"].as_str().unwrap();
			let schema = document.pointer(kind.strip_prefix('#').unwrap()).unwrap();
			let kinds = schema["oneOf"].as_array().unwrap();
			let kinds: Vec<_> =
				kinds.iter().map(|kind| kind["properties"]["event"]["const"].clone()).collect();
			assert_eq!(kinds, ["started", "block", "retracted", "stopped"], "{name}");
			assert_eq!(notification["example"]["event"], "block", "{name}");
			count += 1;
		}
		assert_eq!(count, 4);
	}

	/// The first thing that a schema demands of a value and the value lacks: its place.
	fn lacks(document: &Value, schema: &Value, value: &Value) -> Option<String> {
		if let Some(other) = schema["$ref"].as_str() {
			let other = document.pointer(other.strip_prefix('#').unwrap()).unwrap();
			return lacks(document, other, value);
		}
		if let Some(kinds) = schema["oneOf"].as_array() {
			let of_each = kinds.iter().map(|kind| lacks(document, kind, value));
			return of_each.reduce(|one, other| one.and(other))?;
		}
		let mut required = schema["required"].as_array().into_iter().flatten();
		let missing = required.find(|name| value.get(name.as_str().unwrap()).is_none());
		if let Some(missing) = missing {
			return Some(missing.to_string());
		}
		let properties = schema["properties"].as_object().into_iter().flatten();
		let within = properties.filter_map(|(name, schema)| Some((schema, value.get(name)?)));
		let items = value.as_array().into_iter().flatten().map(|item| (&schema["items"], item));
		within.chain(items).find_map(|(schema, value)| lacks(document, schema, value))
	}

	/// Every method has examples, which are what a caller may send and is answered, and every method that can
	/// fail says how.
	#[test]
	fn examples_can_be_sent_and_errors_have_codes() {
		let document: Value = serde_json::from_str(OPENRPC).unwrap();
		for method in document["methods"].as_array().unwrap() {
			let name = method["name"].as_str().unwrap();
			let errors = method["errors"].as_array();
			let cannot_fail = name == "rpc.discover" || name.contains("_unsubscribe");
			assert!(errors.is_some_and(|all| !all.is_empty()) || cannot_fail, "{name}");
			for error in errors.into_iter().flatten() {
				assert!(
					error["code"].as_i64().is_some_and(|code| code < -32_000),
					"{name}: {error}"
				);
				assert!(error["message"].is_string(), "{name}: {error}");
			}
			let examples = method["examples"].as_array().unwrap();
			assert!(!examples.is_empty(), "{name}");
			for example in examples {
				let given = example["params"].as_array().unwrap().iter();
				let given = given.map(|known| (known["name"].as_str().unwrap(), &known["value"]));
				let given = serde_json::to_string(&given.collect::<BTreeMap<_, _>>()).unwrap();
				let ordered = parameters::of(name).unwrap().in_order(&Params::new(Some(&given)));
				assert!(ordered.is_ok(), "{name}: {ordered:?}");
				let value = &example["result"]["value"];
				assert!(!value.is_null(), "{name}");
				assert_eq!(lacks(&document, &method["result"]["schema"], value), None, "{name}");
			}
		}
		let incomplete = serde_json::json!([{ "referendum": 1 }]);
		let votes = serde_json::json!({ "items": { "$ref": "#/components/schemas/Vote" } });
		assert_eq!(lacks(&document, &votes, &incomplete).as_deref(), Some("\"track\""));
	}
}
