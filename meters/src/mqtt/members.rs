//! JSON without floats: the members of an object with their values as they are written.

use std::{borrow::Cow, fmt};

use serde::{
	de::{MapAccess, SeqAccess, Visitor},
	Deserialize, Deserializer,
};
use serde_json::value::RawValue;

use super::MessageError;

/// The members of an object, in their order.
pub(super) struct Members<'a>(pub Vec<(Cow<'a, str>, &'a RawValue)>);

/// A text that may have had to be unescaped.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		struct Object;
		impl<'de> Visitor<'de> for Object {
			type Value = Members<'de>;

			fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
				formatter.write_str("an object")
			}

			fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
				let mut members = Vec::new();
				while let Some((Text(name), value)) = map.next_entry()? {
					members.push((name, value));
				}
				Ok(Members(members))
			}
		}
		deserializer.deserialize_map(Object)
	}
}

impl<'a> Members<'a> {
	/// The member of a name.
	pub(super) fn get(&self, name: &str) -> Result<Option<&'a RawValue>, MessageError> {
		let mut all = self.0.iter().filter(|(member, _)| member == name).map(|(_, value)| *value);
		let first = all.next();
		match all.next() {
			Some(_) => Err(MessageError::Twice { path: name.into() }),
			None => Ok(first),
		}
	}
}

/// The item of an array.
struct Item<'a>(Option<&'a RawValue>);

fn item(array: &RawValue, index: usize) -> Option<&RawValue> {
	struct At(usize);
	impl<'de> Visitor<'de> for At {
		type Value = Item<'de>;

		fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
			formatter.write_str("an array")
		}

		fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
			let mut found = None;
			let mut index = 0;
			while let Some(value) = seq.next_element::<&RawValue>()? {
				if index == self.0 {
					found = Some(value);
				}
				index += 1;
			}
			Ok(Item(found))
		}
	}
	let mut deserializer = serde_json::Deserializer::from_str(array.get());
	deserializer.deserialize_seq(At(index)).ok().and_then(|item| item.0)
}

/// What a JSON pointer (RFC 6901) points at, if anything. `null` is nothing.
pub(super) fn find<'a>(
	message: &'a RawValue,
	pointer: &str,
) -> Result<Option<&'a RawValue>, MessageError> {
	let mut value = message;
	for step in pointer.split('/').skip(1) {
		let name = step.replace("~1", "/").replace("~0", "~");
		let next = match value.get().as_bytes().first() {
			Some(b'{') => match serde_json::from_str::<Members<'_>>(value.get()) {
				Ok(members) => {
					members.get(&name).map_err(|_| MessageError::Twice { path: pointer.into() })?
				},
				Err(_) => None,
			},
			Some(b'[') => name.parse().ok().and_then(|index| item(value, index)),
			_ => None,
		};
		match next {
			Some(next) => value = next,
			None => return Ok(None),
		}
	}
	Ok(Some(value).filter(|value| value.get() != "null"))
}

/// A number as it is written, or a text.
pub(super) fn scalar(value: &RawValue) -> Option<Cow<'_, str>> {
	match value.get().as_bytes().first()? {
		b'"' => serde_json::from_str::<Text<'_>>(value.get()).ok().map(|text| text.0),
		b'-' | b'0'..=b'9' => Some(Cow::Borrowed(value.get())),
		_ => None,
	}
}

/// Whether a value is a number, not a text.
pub(super) fn is_number(value: &RawValue) -> bool {
	matches!(value.get().as_bytes().first(), Some(b'-' | b'0'..=b'9'))
}
