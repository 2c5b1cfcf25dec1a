//! Parameters of this chain's own methods: by position, or by the names that the OpenRPC document has.
//!
//! What a caller misspelt must not be taken for something that was left out, so names that a method does
//! not have are refused, and so are more parameters than it takes. What is of another kind than the
//! document says is refused by the parameter's name.

use std::{
	collections::{BTreeMap, HashMap},
	sync::LazyLock,
};

use jsonrpsee::types::{ErrorObjectOwned, Params};
use meterproof_runtime::AccountId;
use serde_json::{value::RawValue, Value};

use super::{discover::OPENRPC, error};

/// How much of what a caller sent stands in the answer, in characters.
const QUOTED: usize = 40;

/// The parameters of all methods that the document describes.
static DESCRIBED: LazyLock<HashMap<String, Parameters>> = LazyLock::new(|| {
	let document: Value = serde_json::from_str(OPENRPC).unwrap_or_default();
	let methods = document["methods"].as_array().into_iter().flatten();
	methods
		.filter_map(|method| {
			let list = method["params"].as_array().into_iter().flatten().map(Parameter::described);
			Some((method["name"].as_str()?.to_owned(), Parameters(list.collect())))
		})
		.collect()
});

/// What a method takes, in order.
#[derive(Debug)]
pub struct Parameters(Vec<Parameter>);

/// One parameter.
#[derive(Debug)]
struct Parameter {
	name: String,
	is_required: bool,
	kind: Kind,
}

/// What a parameter looks like from outside.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
	/// A whole number up to this one.
	Integer(u64),
	/// An account's address.
	Account,
	Text,
	List,
	Object,
	/// One of these words.
	Word(Vec<String>),
}

/// The parameters of a method, if the document describes it.
pub fn of(method: &str) -> Option<&'static Parameters> {
	DESCRIBED.get(method)
}

impl Parameters {
	/// Refuses what cannot be this method's parameters. Gives those that came by name by position;
	/// `None` if they stand so already.
	pub fn in_order(&self, given: &Params) -> Result<Option<Params<'static>>, ErrorObjectOwned> {
		if given.is_object() {
			let mut named: BTreeMap<String, &RawValue> = given.parse()?;
			let values: Vec<_> =
				self.0.iter().map(|parameter| (parameter, named.remove(&parameter.name))).collect();
			if let Some(unknown) = named.keys().next() {
				return Err(refused(format!(
					"no parameter is called `{}`: {}",
					quoted(unknown),
					self.list()
				)));
			}
			self.ensure(&values)?;
			let values = values.iter().map(|(_, value)| value.map_or("null", RawValue::get));
			let values = format!("[{}]", values.collect::<Vec<_>>().join(","));
			return Ok(Some(Params::new(Some(&values)).into_owned()));
		}
		let values: Option<Vec<&RawValue>> = given.parse()?;
		let values = values.unwrap_or_default();
		if values.len() > self.0.len() {
			return Err(refused(format!(
				"{} parameters are more than the method takes: {}",
				values.len(),
				self.list()
			)));
		}
		let mut values = values.into_iter();
		let values: Vec<_> = self.0.iter().map(|parameter| (parameter, values.next())).collect();
		self.ensure(&values)?;
		Ok(None)
	}

	/// This method's parameters as an object with the names that the document has; null for what was left
	/// out. Refuses what [`Self::in_order`] does.
	pub fn as_object(&self, given: &Params) -> Result<Value, ErrorObjectOwned> {
		let values: Option<Vec<Value>> = match self.in_order(given)? {
			Some(ordered) => ordered.parse()?,
			None => given.parse()?,
		};
		let values = values.unwrap_or_default().into_iter();
		let values = values.chain(std::iter::repeat(Value::Null));
		let names = self.0.iter().map(|parameter| parameter.name.clone());
		Ok(Value::Object(names.zip(values).collect()))
	}

	fn ensure(&self, values: &[(&Parameter, Option<&RawValue>)]) -> Result<(), ErrorObjectOwned> {
		values.iter().try_for_each(|(parameter, value)| {
			parameter.ensure(value.map_or("null", RawValue::get)).map_err(refused)
		})
	}

	/// The names, for whoever used others.
	fn list(&self) -> String {
		match &self.0[..] {
			[] => "it takes none".to_owned(),
			all => {
				let names =
					all.iter().map(|Parameter { name, is_required, .. }| match is_required {
						true => format!("`{name}`"),
						false => format!("`{name}` (may be left out)"),
					});
				format!("it takes {}", names.collect::<Vec<_>>().join(", "))
			},
		}
	}
}

impl Parameter {
	/// Reads a parameter as the document of all methods describes it.
	fn described(parameter: &Value) -> Self {
		let schema = &parameter["schema"];
		let is = |kind: &str| match &schema["type"] {
			Value::Array(kinds) => kinds.iter().any(|known| known == kind),
			known => known == kind,
		};
		let kind = match schema["enum"].as_array() {
			Some(words) => {
				Kind::Word(words.iter().filter_map(Value::as_str).map(Into::into).collect())
			},
			None if is("integer") && schema["format"] == "uint32" => {
				Kind::Integer(u64::from(u32::MAX))
			},
			None if is("integer") => Kind::Integer(u64::MAX),
			None if schema["format"] == "ss58" => Kind::Account,
			None if is("string") => Kind::Text,
			None if is("array") => Kind::List,
			None => Kind::Object,
		};
		Self {
			name: parameter["name"].as_str().unwrap_or_default().to_owned(),
			is_required: parameter["required"] == true,
			kind,
		}
	}

	/// Refuses JSON of another kind; says what is wanted.
	fn ensure(&self, json: &str) -> Result<(), String> {
		let Self { name, is_required, kind } = self;
		match (json, is_required) {
			("null", true) => return Err(format!("`{name}` is missing: {}", kind.wanted())),
			("null", false) => return Ok(()),
			_ if kind.fits(json) => {},
			_ => return Err(format!("`{name}` is {}, and not {}", kind.wanted(), quoted(json))),
		}
		Ok(())
	}
}

impl Kind {
	fn fits(&self, json: &str) -> bool {
		match self {
			Self::Integer(most) => json.parse::<u64>().is_ok_and(|number| number <= *most),
			Self::Account => serde_json::from_str::<AccountId>(json).is_ok(),
			Self::Text => json.starts_with('"'),
			Self::List => json.starts_with('['),
			Self::Object => json.starts_with('{'),
			Self::Word(words) => {
				serde_json::from_str::<String>(json).is_ok_and(|word| words.contains(&word))
			},
		}
	}

	fn wanted(&self) -> String {
		match self {
			Self::Integer(most) => {
				format!("a whole number from 0 to {most}, written without point or exponent")
			},
			Self::Account => "an account's address (SS58)".to_owned(),
			Self::Text => "a string".to_owned(),
			Self::List => "an array".to_owned(),
			Self::Object => "an object".to_owned(),
			Self::Word(words) => format!("one of {}", words.join(", ")),
		}
	}
}

fn refused(message: String) -> ErrorObjectOwned {
	error::error(error::INVALID_PARAMETER, message)
}

/// The beginning of what a caller sent.
pub fn quoted(text: &str) -> String {
	match text.char_indices().nth(QUOTED) {
		Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
		None => text.to_owned(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	fn in_order(method: &str, params: &str) -> Result<Option<String>, String> {
		let ordered = of(method).unwrap().in_order(&Params::new(Some(params)));
		match ordered {
			Ok(ordered) => Ok(ordered.map(|params| params.parse::<Value>().unwrap().to_string())),
			Err(error) => {
				assert_eq!(error.code(), error::INVALID_PARAMETER);
				Err(error.message().to_owned())
			},
		}
	}

	#[test]
	fn parameters_come_by_position_or_by_the_documents_names() {
		assert_eq!(in_order("metering_periodAt", "[7]"), Ok(None));
		assert_eq!(in_order("metering_periodAt", r#"{"atMs": 7}"#), Ok(Some("[7]".into())));
		assert_eq!(in_order("market_offers", "[]"), Ok(None));
		let offers = in_order("market_offers", r#"{"limit": 3, "zone": 1}"#);
		assert_eq!(offers, Ok(Some("[1,null,3]".into())));
		assert_eq!(in_order("market_offers", "{}"), Ok(Some("[null,null,null]".into())));
		let none = of("metering_period").unwrap().in_order(&Params::new(None));
		assert!(none.unwrap().is_none());
		assert_eq!(in_order("payments_fee", r#"["transfer"]"#), Ok(None));
		assert!(of("author_submitExtrinsic").is_none(), "the SDK's methods are left alone");
	}

	#[test]
	fn parameters_are_an_object_with_the_documents_names() {
		let object =
			|params: &str| of("market_offers").unwrap().as_object(&Params::new(Some(params)));
		let whole = json!({ "zone": 1, "after": null, "limit": 3 });
		assert_eq!(object(r#"{"limit": 3, "zone": 1}"#).unwrap(), whole);
		assert_eq!(object("[1, null, 3]").unwrap(), whole);
		let none = json!({ "zone": null, "after": null, "limit": null });
		assert_eq!(object("[]").unwrap(), none);
		assert!(object(r#"{"Zone": 1}"#).is_err());
	}

	#[test]
	fn what_is_wrong_is_named() {
		for (method, params, words) in [
			("metering_periodAt", r#"{"at_ms": 7}"#, &["`at_ms`", "`atMs`"][..]),
			("market_offers", r#"{"Zone": 1}"#, &["`Zone`", "`zone` (may be left out)"]),
			("metering_status", r#"{"device": 1}"#, &["`period` is missing"]),
			("metering_status", "[1]", &["`period` is missing"]),
			("metering_status", "[1, 1.49e8]", &["`period`", "1.49e8"]),
			("metering_status", r#"["1", 2]"#, &["`device`", "\"1\""]),
			("metering_status", "[4294967296, 2]", &["`device`", "4294967295"]),
			("metering_status", "[-1, 2]", &["`device`", "-1"]),
			("metering_status", "[1, 2, 3]", &["3 parameters", "`device`, `period`"]),
			("payments_state", "[1]", &["takes none"]),
			("payments_fee", r#"["Transfer"]"#, &["`kind`", "transfer, unshield"]),
			("validators_bond", r#"["5Grw"]"#, &["`account`", "SS58", "5Grw"]),
			("settlement_status", r#"["1", 2]"#, &["`group`", "an object"]),
			("metering_submitCommitments", r#"[{"device": 1}]"#, &["`items`", "an array"]),
		] {
			let refused = in_order(method, params).unwrap_err();
			for word in words {
				assert!(refused.contains(word), "{method} {params}: {refused}");
			}
		}
		assert_eq!(in_order("validators_bond", &json!([ALICE]).to_string()), Ok(None));
		let long = in_order("validators_bond", &json!(["é".repeat(999)]).to_string()).unwrap_err();
		assert!(long.len() < 200, "{long}");
	}

	/// Of each method in these files, the names of its parameters, in the document's spelling.
	fn in_the_code() -> BTreeMap<String, Vec<(String, bool)>> {
		let sources = [
			include_str!("balance.rs"),
			include_str!("book.rs"),
			include_str!("devices.rs"),
			include_str!("governance.rs"),
			include_str!("market.rs"),
			include_str!("metering.rs"),
			include_str!("payments.rs"),
			include_str!("settlement.rs"),
			include_str!("validators.rs"),
			include_str!("water.rs"),
		];
		let camel = |name: &str| {
			let mut words = name.split('_');
			let first = words.next().unwrap_or_default().to_owned();
			words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
		};
		let mut found = BTreeMap::new();
		for source in sources {
			for method in source.split("#[method(name = \"").skip(1) {
				let (name, rest) = method.split_once('"').unwrap();
				let declared = &rest[rest.find("&self").unwrap()..rest.find("->").unwrap()];
				let declared = declared.trim_end().strip_suffix(')').unwrap();
				// A type with commas of its own has none of them before a colon.
				let parameters = declared.split(", ").flat_map(|part| part.split(",\n")).skip(1);
				let parameters = parameters.filter_map(|part| part.trim().split_once(": "));
				let parameters = parameters.filter(|(_, kind)| !kind.starts_with("&Extensions"));
				let parameters = parameters
					.map(|(name, kind)| (camel(name), !kind.starts_with("Option<")))
					.collect();
				found.insert(name.to_owned(), parameters);
			}
		}
		found
	}

	#[test]
	fn the_document_has_the_names_and_the_order_of_the_code() {
		let code = in_the_code();
		assert!(code.len() > 20, "{code:?}");
		let is_elsewhere = |name: &str| name.contains("ubscribe") || name == "rpc.discover";
		for described in DESCRIBED.keys().filter(|name| !is_elsewhere(name)) {
			assert!(code.contains_key(described), "{described} is in none of these files");
		}
		for (method, parameters) in code {
			let described = of(&method).unwrap_or_else(|| panic!("{method} is not described"));
			let described: Vec<_> =
				described.0.iter().map(|known| (known.name.clone(), known.is_required)).collect();
			assert_eq!(described, parameters, "{method}");
		}
	}

	#[test]
	fn the_table_in_the_docs_has_the_documents_names() {
		let table = include_str!("../../../docs/json-rpc.md");
		let mut rows = 0;
		for row in table.lines().filter_map(|line| line.strip_prefix("| `")) {
			let Some((method, rest)) = row.split_once("` | ") else { continue };
			let Some(described) = of(method) else { continue };
			let names = rest.split('|').next().unwrap();
			let expected = described.0.iter().map(|known| match known.is_required {
				true => known.name.clone(),
				false => format!("{}?", known.name),
			});
			let expected = expected.collect::<Vec<_>>().join(", ");
			assert_eq!(names.trim(), expected, "{method}");
			rows += 1;
		}
		// All but `rpc.discover`, which stands above the table.
		assert_eq!(rows, DESCRIBED.len() - 1);
	}
}
