//! How much one request, one connection and all of them together may ask for.

use jsonrpsee::types::{ErrorObjectOwned, Params};
use sc_service::config::{RpcBatchRequestConfig, RpcConfiguration};

use super::error;

/// Most calls in a batch, unless the command line says otherwise.
pub const MAX_BATCH: u32 = 64;

/// Threads for those of the SDK's methods that hold one: the SDK would start as many as there may be
/// connections.
const MAX_BLOCKING_THREADS: u32 = 100;

const KIB: usize = 1_024;

/// A server's limits where the SDK takes others: an address of `--experimental-rpc-endpoint` that
/// names no limit for batches has none, and there would be a thread for each connection.
pub fn apply(server: &mut RpcConfiguration) {
	server.max_connections = server.max_connections.min(MAX_BLOCKING_THREADS);
	for address in server.addr.iter_mut().flatten() {
		if matches!(address.batch_config, RpcBatchRequestConfig::Unlimited) {
			address.batch_config = RpcBatchRequestConfig::Limit(MAX_BATCH);
		}
	}
}

/// The longest parameters that a method takes, in bytes of JSON: what it can have any use for, and
/// room to write that in another way. Nothing of longer ones is read.
pub fn longest_parameters(method: &str) -> usize {
	match method {
		// As long as a request can be: an extrinsic may carry a runtime, a statement all devices of
		// its groups.
		"payment_queryInfo"
		| "payment_queryFeeDetails"
		| "system_dryRun"
		| "system_dryRunAt"
		| "settlement_verifyProof"
		| "settlement_verifySealedProof" => usize::MAX,
		// Two proofs.
		"settlement_submitProof" => 2_048 * KIB,
		// As many commitments as one request may have.
		"metering_submitCommitments" => 512 * KIB,
		// As many groups.
		"settlement_statement" | "settlement_sealedStatement" => 512 * KIB,
		// As many accounts.
		"water_statement" => 32 * KIB,
		// One proof.
		"payments_submit" => 256 * KIB,
		// As many nullifiers.
		"payments_spent" => 16 * KIB,
		// An account, numbers, names.
		_ => 2 * KIB,
	}
}

/// Parameters are not longer than `longest` bytes.
pub fn ensure_short(params: &Params, longest: usize) -> Result<(), ErrorObjectOwned> {
	match params.len_bytes() {
		length if length > longest => Err(error::error(
			error::INVALID_PARAMETER,
			format!("the parameters are {length} bytes long; at most {longest}"),
		)),
		_ => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rpc::{
		metering::MAX_ITEMS, settlement::MAX_GROUPS, validators::MAX_KEYS_BYTES,
		water::MAX_ACCOUNTS,
	};
	use frame_support::traits::Get;
	use meterproof_primitives::{api::MAX_PAGE, MAX_PAYMENT_PROOF_BYTES};
	use meterproof_runtime::Runtime;
	use serde_json::{json, Value};

	fn hex(bytes: usize) -> String {
		format!("0x{}", "f".repeat(2 * bytes))
	}

	/// Indented, which is the longest that programs write JSON.
	fn fits(method: &str, parameters: Value) {
		let text = serde_json::to_string_pretty(&parameters).unwrap();
		assert!(text.len() <= longest_parameters(method), "{method}: {}", text.len());
		assert!(ensure_short(&Params::new(Some(&text)), longest_parameters(method)).is_ok());
	}

	#[test]
	fn what_a_method_takes_is_short_enough_for_it() {
		let account = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		let commitment = json!({
			"device": u32::MAX, "period": u64::MAX, "direction": "export",
			"commitment": hex(32), "signature": hex(64),
		});
		fits("metering_submitCommitments", json!([vec![commitment; MAX_ITEMS]]));
		let group = json!({
			"operator": account, "zone": u32::MAX, "resource": "electricity", "direction": "import",
		});
		let groups = vec![json!({ "group": group, "quantity": u64::MAX }); MAX_GROUPS];
		fits("settlement_statement", json!([u64::MAX, groups]));
		let settlements = json!([group, u32::MAX, u64::MAX, u64::MAX, account, "finalized"]);
		fits("settlement_subscribeSettlements", settlements);
		fits("settlement_sealedStatement", json!([u64::MAX, vec![group; MAX_GROUPS]]));
		let used = json!({ "account": account, "used": u64::MAX });
		fits("water_statement", json!([u32::MAX, u64::MAX, vec![used; MAX_ACCOUNTS]]));
		let proof: u32 = <Runtime as pallet_settlement::Config>::MaxProofBytes::get();
		fits("settlement_submitProof", json!([hex(2 * proof as usize + 64 * KIB)]));
		let output = json!({
			"commitment": hex(32), "ephemeral": hex(32), "note": hex(184), "outgoing": hex(112),
			"auditor": hex(144),
		});
		let payment = json!({
			"asset": u32::MAX, "fee": u64::MAX.to_string(), "root": hex(32), "to": account,
			"amount": u64::MAX.to_string(), "nullifiers": [hex(32), hex(32)],
			"outputs": [output, output], "proof": hex(MAX_PAYMENT_PROOF_BYTES as usize),
		});
		fits("payments_submit", json!([payment]));
		fits("payments_spent", json!([vec![hex(32); MAX_PAGE as usize]]));
		fits("market_statement", json!([account, u64::MAX, u32::MAX]));
		fits("market_balance", json!([u32::MAX, "electricity", u64::MAX, hex(128)]));
		fits("validators_hasKeys", json!([account, hex(MAX_KEYS_BYTES)]));
	}

	#[test]
	fn longer_parameters_are_refused() {
		let text = format!("[\"{}\"]", "x".repeat(longest_parameters("payments_fee")));
		let refused = ensure_short(&Params::new(Some(&text)), longest_parameters("payments_fee"));
		assert_eq!(refused.unwrap_err().code(), error::INVALID_PARAMETER);
	}
}
