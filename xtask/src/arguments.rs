//! Checking a task's options.

use anyhow::{bail, Result};

/// Refuses any option but `known`; says which of those are given.
pub fn flags<const N: usize>(given: &[String], known: [&str; N]) -> Result<[bool; N]> {
	for argument in given {
		if !known.contains(&argument.as_str()) {
			bail!("unknown option `{argument}`; `cargo xtask help` lists them");
		}
	}
	Ok(known.map(|flag| given.iter().any(|argument| argument == flag)))
}

/// What stands behind an option's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
	/// A whole number.
	Number,
	/// A file's or a folder's name.
	File,
	/// Nothing.
	Nothing,
}

/// Refuses any option but `known`, and numbers that are none: what takes minutes to build does not
/// begin with a mistyped option.
pub fn ensure_known(given: &[String], known: &[(&str, Takes)]) -> Result<()> {
	let mut rest = given.iter();
	while let Some(argument) = rest.next() {
		let (name, joined) = match argument.split_once('=') {
			Some((name, value)) => (name, Some(value)),
			None => (argument.as_str(), None),
		};
		let Some((_, takes)) = known.iter().find(|(option, _)| *option == name) else {
			bail!("unknown option `{argument}`; `cargo xtask help` lists them");
		};
		if *takes == Takes::Nothing {
			if joined.is_some() {
				bail!("`{name}` takes no value");
			}
			continue;
		}
		let value = joined.or_else(|| rest.next().map(String::as_str));
		match (takes, value) {
			(Takes::Number, Some(number)) if number.parse::<u64>().is_err() => {
				bail!("`{name}` takes a number, and `{number}` is none")
			},
			(_, None | Some("")) => bail!("`{name}` takes a value"),
			_ => (),
		}
	}
	Ok(())
}

/// Options that name files: relative to where the user stands, not to the checkout.
pub fn absolute(given: &[String], file_options: &[&str]) -> Result<Vec<String>> {
	let here = std::env::current_dir()?;
	let mut result = Vec::with_capacity(given.len());
	let mut is_file = false;
	for argument in given {
		let joined = argument.split_once('=').filter(|(name, _)| file_options.contains(name));
		result.push(match joined {
			Some((name, file)) => format!("{name}={}", here.join(file).display()),
			None if is_file => here.join(argument).display().to_string(),
			None => argument.clone(),
		});
		is_file = file_options.contains(&argument.as_str());
	}
	Ok(result)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn strings(texts: &[&str]) -> Vec<String> {
		texts.iter().map(|text| text.to_string()).collect()
	}

	#[test]
	fn unknown_options_are_refused() {
		assert!(flags(&strings(&["--quik"]), ["--quick"]).is_err());
		assert_eq!(flags(&strings(&["--quick"]), ["--quick", "--all"]).unwrap(), [true, false]);
		assert_eq!(flags(&[], ["--quick"]).unwrap(), [false]);
	}

	#[test]
	fn options_are_checked_before_anything_is_built() {
		let known = [("--n", Takes::Number), ("--to", Takes::File), ("--hard", Takes::Nothing)];
		let refusal = |text: &str| {
			let given: Vec<String> = text.split(' ').map(String::from).collect();
			ensure_known(&given, &known).err().map(|error| error.to_string())
		};
		assert!(ensure_known(&[], &known).is_ok());
		for text in ["--n 3 --hard --to a", "--n=3 --to=a --n 4"] {
			assert_eq!(refusal(text), None, "{text}");
		}
		for text in ["--slow", "a", "--n", "--n x", "--n=-1", "--to", "--to=", "--hard=1"] {
			assert!(refusal(text).is_some(), "{text}");
		}
	}

	#[test]
	fn files_are_found_from_where_the_user_stands() {
		let here = std::env::current_dir().unwrap();
		let given = strings(&["--seed", "7", "--json", "out.json", "--readings=/data/a.csv"]);
		let result = absolute(&given, &["--json", "--readings"]).unwrap();
		assert_eq!(result[..3], strings(&["--seed", "7", "--json"]));
		assert_eq!(result[3], here.join("out.json").display().to_string());
		assert_eq!(result[4], "--readings=/data/a.csv");
	}
}
