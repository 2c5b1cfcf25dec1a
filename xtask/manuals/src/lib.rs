//! Man pages and completions for shells, from a program's own command line: they say what the program
//! takes, and nothing else.
//!
//! ```
//! let command = clap::Command::new("program").about("Does what it is for");
//! let folder = tempfile::tempdir()?;
//! let written = meterproof_manuals::write(command, folder.path())?;
//! assert!(written.iter().any(|file| file.ends_with("man/man1/program.1")));
//! # Ok::<(), std::io::Error>(())
//! ```

use std::{
	fs, io,
	path::{Path, PathBuf},
};

use clap::{Command, ValueEnum};
use clap_complete::Shell;

/// Writes into a folder, which is made: `man/man1` with a page for the program and one for each of its
/// verbs, and `completions` with a file for each shell. Gives the files' names. What the command line hides
/// has no page.
pub fn write(command: Command, folder: &Path) -> io::Result<Vec<PathBuf>> {
	let name = command.get_name().to_owned();
	let pages = folder.join("man/man1");
	fs::create_dir_all(&pages)?;
	clap_mangen::generate_to(command.clone(), &pages)?;
	let completions = folder.join("completions");
	fs::create_dir_all(&completions)?;
	let mut written = Vec::new();
	for shell in Shell::value_variants() {
		let mut command = command.clone();
		written.push(clap_complete::generate_to(*shell, &mut command, &name, &completions)?);
	}
	for page in fs::read_dir(&pages)? {
		let page = page?.path();
		let file = page.file_name().unwrap_or_default().to_string_lossy();
		// Pages of other programs may lie there, too.
		if file.strip_prefix(&name).is_some_and(|rest| rest.starts_with(['.', '-'])) {
			written.push(page);
		}
	}
	written.sort();
	Ok(written)
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Arg;

	#[test]
	fn every_verb_has_a_page_and_every_shell_its_completions() {
		let folder = tempfile::tempdir().unwrap();
		let verb = |name| Command::new(name).about("What it does");
		let command = Command::new("program")
			.arg(Arg::new("url").long("url").help("An address"))
			.subcommand(verb("sell").subcommand(verb("offer")))
			.subcommand(verb("secret").hide(true));
		let written = write(command, folder.path()).unwrap();
		assert!(written.iter().all(|file| fs::metadata(file).unwrap().len() > 0));
		let names = |file: &PathBuf| file.file_name().unwrap().to_string_lossy().into_owned();
		let names: Vec<String> = written.iter().map(names).collect();
		for name in ["program.1", "program-sell.1", "program-sell-offer.1", "_program"] {
			assert!(names.iter().any(|found| found == name), "{name} in {names:?}");
		}
		for name in ["program.bash", "program.fish"] {
			assert!(names.iter().any(|found| found == name), "{name} in {names:?}");
		}
		assert!(!names.iter().any(|name| name.contains("secret") && name.ends_with(".1")));
		let page = fs::read_to_string(folder.path().join("man/man1/program.1")).unwrap();
		assert!(page.contains("An address"));
	}
}
