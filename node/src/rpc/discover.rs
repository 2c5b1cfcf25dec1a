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

	// That it names exactly the served methods is checked end to end, on a running node.
	#[test]
	fn the_document_is_json_with_methods() {
		let document: serde_json::Value = serde_json::from_str(OPENRPC).unwrap();
		assert!(document["methods"].as_array().is_some_and(|methods| methods.len() > 10));
	}
}
