//! The published vectors as C reads them.

const VECTORS: &str = include_str!("../../vectors/commitments.json");

fn file() -> serde_json::Value {
	serde_json::from_str(VECTORS).unwrap()
}

/// How many there are.
pub fn count() -> usize {
	file()["vectors"].as_array().unwrap().len()
}

/// The vectors as a table in C.
pub fn table() -> String {
	let mut table = String::from("static const struct vector vectors[] = {\n");
	for vector in file()["vectors"].as_array().unwrap() {
		let field = |name: &str| match &vector[name] {
			serde_json::Value::String(text) => text.clone(),
			other => other.to_string(),
		};
		let bytes = |name: &str| -> String {
			hex::decode(field(name)).unwrap().iter().map(|byte| format!("{byte},")).collect()
		};
		let salt: String = vector["salt"]
			.as_array()
			.unwrap()
			.iter()
			.map(|element| format!("UINT64_C({}),", element.as_str().unwrap()))
			.collect();
		let direction = format!("METERPROOF_{}", field("direction").to_uppercase());
		table += &format!(
			"{{ {{ {{{}}}, UINT64_C({}), {}u, {direction} }}, {}u, {}u, {}u, {{{}}}, {{{}}}, {{{salt}}}, \
			 {{{}}}, {{{}}}, {{{}}}, {{{}}}, {{{}}} }},\n",
			bytes("genesis"),
			field("period"),
			field("device"),
			field("reading"),
			field("counter"),
			field("ratchets"),
			bytes("salt_secret"),
			bytes("period_secret"),
			bytes("commitment"),
			bytes("message"),
			bytes("seed"),
			bytes("public_key"),
			bytes("signature"),
		);
	}
	table + "};\n"
}
