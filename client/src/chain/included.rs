//! A call's block, and what the call did there.

use std::sync::Arc;

use subxt::{
	error::DispatchError, ext::scale_value::Composite, extrinsics::ExtrinsicEvents, utils::H256,
	Metadata,
};

use super::{
	arguments::number,
	errors::{dispatch_error, subxt_error, unexpected_event},
	Config,
};
use crate::error::Result;

/// A call that is in a block and succeeded.
#[derive(Debug)]
pub struct Included {
	/// Hash of the extrinsic.
	pub hash: H256,
	/// Hash of the block.
	pub block: H256,
	pub(super) events: ExtrinsicEvents<Config>,
}

impl Included {
	pub(super) fn ensure_success(&self, metadata: &Arc<Metadata>) -> Result<()> {
		for event in self.events.iter() {
			let event = event.map_err(subxt_error)?;
			if (event.pallet_name(), event.event_name()) == ("System", "ExtrinsicFailed") {
				let error = DispatchError::decode_from(event.field_bytes(), metadata.clone());
				return Err(error.map_or_else(subxt_error, |error| dispatch_error(&error)));
			}
		}
		Ok(())
	}

	/// The fields of every event of this kind.
	pub fn events(&self, pallet: &str, name: &str) -> Result<Vec<Composite<()>>> {
		let mut found = Vec::new();
		for event in self.events.iter() {
			let event = event.map_err(subxt_error)?;
			if (event.pallet_name(), event.event_name()) == (pallet, name) {
				found.push(event.decode_fields_unchecked_as().map_err(subxt_error)?);
			}
		}
		Ok(found)
	}

	/// The number in this field of the only event of this name.
	pub fn number(&self, pallet: &str, name: &str, field: &str) -> Result<u64> {
		self.events(pallet, name)?
			.first()
			.and_then(|event| number(event, field))
			.ok_or_else(|| unexpected_event(&format!("{pallet}.{name}")))
	}

	pub(super) fn event_bytes(&self, pallet: &str, name: &str) -> Result<Vec<u8>> {
		for event in self.events.iter() {
			let event = event.map_err(subxt_error)?;
			if (event.pallet_name(), event.event_name()) == (pallet, name) {
				return Ok(event.field_bytes().to_vec());
			}
		}
		Err(unexpected_event(&format!("{pallet}.{name}")))
	}
}
