//! The configurations that the documents show are ones that are understood.

use std::{fs, path::PathBuf};

use meterproof_meters::SourceBlock;
use serde::Deserialize;

#[derive(Deserialize)]
struct Configuration {
	source: Vec<SourceBlock>,
}

/// The blocks of TOML in a page.
fn blocks(page: &str) -> impl Iterator<Item = &str> {
	page.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap_or(rest))
}

/// What stands before a part of a configuration to make it a whole one.
fn whole(block: &str) -> String {
	let before = match block {
		block if block.contains("[[source]]") => "",
		block if block.contains("[source.portal]") => {
			"[[source]]\nkind = \"file\"\npath = \"/x\"\nformat = \"portal\"\n"
		},
		block if block.contains("[[source.registers]]") => {
			"[[source]]\nkind = \"dlms\"\nport = \"/x\"\n"
		},
		block if block.contains("[source.senml]") => {
			"[[source]]\nkind = \"mqtt\"\nbroker = \"h:1883\"\ntopic = \"t\"\n"
		},
		_ => panic!("this part is of no source:\n{block}"),
	};
	[before, block].concat()
}

#[test]
fn every_configuration_of_the_documents_opens() {
	let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/meters");
	let mut count = 0;
	for page in fs::read_dir(folder).unwrap() {
		let path = page.unwrap().path();
		let page = fs::read_to_string(&path).unwrap();
		for block in blocks(&page) {
			let text = whole(block);
			let configuration: Configuration = toml::from_str(&text)
				.unwrap_or_else(|error| panic!("{}: {error}\n{text}", path.display()));
			for source in configuration.source {
				count += 1;
				if let Err(error) = source.open() {
					// A file of a password or a key is not on this machine.
					let error = error.to_string();
					assert!(error.contains("No such file"), "{}: {error}", path.display());
				}
			}
		}
	}
	assert!(count >= 8, "{count}");
}
