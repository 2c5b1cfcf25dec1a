//! Files and folders as sources.

use std::{
	collections::{BTreeMap, BTreeSet},
	io,
	path::{Path, PathBuf},
	sync::Arc,
	time::{Duration, SystemTime},
};

use async_trait::async_trait;
use serde::Deserialize;
use tokio::io::AsyncReadExt;

use super::{
	doubts::doubts,
	findings::Quality,
	green_button, mscons, nem12,
	own_csv::{CsvSettings, Options, OwnCsv},
	portal::{Portal, PortalSettings},
	times::Zone,
};
use crate::{
	measured::{Finding, Measured, Place, Refused},
	ocmf::{self, OcmfSettings},
	source::{now_ms, unix_ms, Source, SourceError},
};

/// Bytes of the longest file.
const LONGEST: u64 = 64 * 1024 * 1024;
/// Files of a folder.
const MOST_FILES: usize = 10_000;
/// How often a folder or file is looked at for what is new.
const LOOK: Duration = Duration::from_secs(5);
/// How long a file must have stayed as it is to be read: nobody is writing it any more.
const SETTLED: Duration = Duration::from_secs(2);

/// Formats of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileFormat {
	/// Green Button, in XML.
	GreenButton,
	/// NEM12.
	Nem12,
	/// MSCONS.
	Mscons,
	/// A table; needs `portal`.
	Portal,
	/// Meterproof's own table, `time,meter,import_wh,export_wh`; `csv` may say what it does not.
	Csv,
	/// OCMF, a record on each line; `ocmf` may have the meters' keys.
	Ocmf,
}

/// A file or a folder of files.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSettings {
	/// The file, or a folder whose files are all read, by name. Names that begin with a dot are passed
	/// over.
	pub path: PathBuf,
	/// How the file is written.
	pub format: FileFormat,
	/// Whether what is new is waited for and read, without end.
	#[serde(default)]
	pub watch: bool,
	/// The least quality of values that are taken.
	#[serde(default)]
	pub accept: Quality,
	/// The time zone of MSCONS times that do not have one.
	#[serde(default)]
	pub zone: Option<String>,
	/// How a table is laid out.
	#[serde(default)]
	pub portal: Option<PortalSettings>,
	/// What a table of our own form does not say itself.
	#[serde(default)]
	pub csv: Option<CsvSettings>,
	/// The keys of meters that sign.
	#[serde(default)]
	pub ocmf: Option<OcmfSettings>,
}

enum Reader {
	GreenButton,
	Nem12,
	Mscons(Option<Zone>),
	Portal(Box<Portal>),
	Csv { options: Options, labels_are_unsaid: bool },
	Ocmf(OcmfSettings),
}

impl Reader {
	fn new(settings: &mut FileSettings) -> Result<Self, String> {
		let zone = match &settings.zone {
			Some(_) if settings.format != FileFormat::Mscons => {
				return Err("zone is of the format mscons; tables have theirs in portal".into());
			},
			Some(zone) => Some(
				Zone::parse(zone).ok_or_else(|| format!("zone = \"{zone}\" is not a time zone"))?,
			),
			None => None,
		};
		if settings.portal.is_some() != (settings.format == FileFormat::Portal) {
			return Err("portal belongs to the format portal, which needs it".into());
		}
		if settings.ocmf.is_some() && settings.format != FileFormat::Ocmf {
			return Err("ocmf belongs to the format ocmf".into());
		}
		if settings.csv.is_some() && settings.format != FileFormat::Csv {
			return Err("csv belongs to the format csv".into());
		}
		Ok(match (settings.format, settings.portal.take()) {
			(FileFormat::Portal, Some(portal)) => Self::Portal(Box::new(
				Portal::new(portal).map_err(|reason| format!("portal: {reason}"))?,
			)),
			(FileFormat::GreenButton, _) => Self::GreenButton,
			(FileFormat::Nem12, _) => Self::Nem12,
			(FileFormat::Mscons, _) => Self::Mscons(zone),
			(FileFormat::Csv, _) => {
				let csv = settings.csv.take().unwrap_or_default();
				let options = csv.options().map_err(|reason| format!("csv: {reason}"))?;
				Self::Csv { options, labels_are_unsaid: csv.labels_are_unsaid() }
			},
			(FileFormat::Ocmf, _) => Self::Ocmf(settings.ocmf.take().unwrap_or_default()),
			(FileFormat::Portal, None) => return Err("portal is missing".into()),
		})
	}

	/// Reads a file that was written at `written_ms`: nothing that does not tell its own time was measured
	/// later.
	fn read(&self, bytes: &[u8], written_ms: u64, read_ms: u64, accept: Quality) -> Vec<Finding> {
		let mut findings = self.parse(bytes, read_ms, accept);
		let labels_are_unsaid = match self {
			Self::Portal(portal) => portal.labels_are_unsaid(),
			Self::Csv { labels_are_unsaid, .. } => *labels_are_unsaid,
			_ => false,
		};
		// Records that a meter signed have its time, and no padding.
		if !matches!(self, Self::Ocmf(_)) {
			findings.extend(doubts(bytes, &findings, written_ms, labels_are_unsaid));
		}
		for finding in &mut findings {
			if let Finding::Measured(Measured { taken_ms, .. }) = finding {
				taken_ms.get_or_insert(written_ms);
			}
		}
		findings
	}

	fn parse(&self, bytes: &[u8], read_ms: u64, accept: Quality) -> Vec<Finding> {
		match self {
			Self::GreenButton => green_button::parse(bytes, read_ms, accept),
			Self::Nem12 => nem12::parse(bytes, read_ms, accept),
			Self::Mscons(zone) => mscons::parse(bytes, read_ms, accept, *zone),
			Self::Portal(portal) => portal.read(bytes, read_ms, accept),
			Self::Csv { options, .. } => match OwnCsv::parse(bytes, options) {
				Ok(csv) => csv.findings(None, read_ms),
				Err(error) => vec![Finding::Refused(Refused::new(Place::Line(1), None, &error))],
			},
			Self::Ocmf(settings) => {
				let lines = (1..).zip(bytes.split(|byte| *byte == b'\n'));
				let records = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
				records
					.flat_map(|(line, record)| {
						ocmf::parse(record, Place::Line(line), read_ms, settings)
					})
					.collect()
			},
		}
	}
}

/// When a file was changed last, and its length.
type Version = (Option<SystemTime>, u64);

/// The source of a file or a folder. Each file's findings are handed on together.
pub struct Files {
	name: String,
	path: PathBuf,
	watch: bool,
	accept: Quality,
	reader: Arc<Reader>,
	/// What was read, and which version of it.
	read: BTreeMap<PathBuf, Version>,
	/// What could not be read since the files were last looked through: the others come first.
	failed: BTreeSet<PathBuf>,
}

impl Files {
	/// Checks the settings. Opens nothing yet.
	pub fn new(mut settings: FileSettings) -> Result<Self, SourceError> {
		let name = format!("file {}", settings.path.display());
		let reader = Reader::new(&mut settings)
			.map_err(|reason| SourceError::BadSource { source_name: name.clone(), reason })?;
		Ok(Self {
			name,
			path: settings.path,
			watch: settings.watch,
			accept: settings.accept,
			reader: Arc::new(reader),
			read: BTreeMap::new(),
			failed: BTreeSet::new(),
		})
	}

	fn lost(&self, path: &Path, reason: impl std::fmt::Display) -> SourceError {
		let reason = match path.strip_prefix(&self.path) {
			Ok(below) if below != Path::new("") => format!("{}: {reason}", below.display()),
			_ => reason.to_string(),
		};
		SourceError::SourceLost { source_name: self.name.clone(), reason }
	}

	/// The files that there are, by name.
	async fn present(&mut self) -> Result<BTreeMap<PathBuf, Version>, SourceError> {
		let look = async {
			let mut files = BTreeMap::new();
			let metadata = tokio::fs::metadata(&self.path).await?;
			if metadata.is_file() {
				files.insert(self.path.clone(), version(&metadata));
				return Ok(files);
			}
			let mut folder = tokio::fs::read_dir(&self.path).await?;
			while let Some(file) = folder.next_entry().await? {
				let is_hidden = file.file_name().as_encoded_bytes().starts_with(b".");
				// A file that is moved away meanwhile is not there.
				let Ok(metadata) = tokio::fs::metadata(file.path()).await else { continue };
				if metadata.is_file() && !is_hidden {
					files.insert(file.path(), version(&metadata));
				}
				if files.len() > MOST_FILES {
					return Err(io::Error::other("the folder has more than 10000 files"));
				}
			}
			Ok(files)
		};
		let files = look.await.map_err(|error| self.lost(&self.path, error))?;
		// Files that are gone are forgotten, so that the list of files that were read does not grow.
		self.read.retain(|path, _| files.contains_key(path));
		Ok(files)
	}

	/// The next file that was not read in its version.
	async fn unread(&mut self) -> Result<Option<(PathBuf, Version)>, SourceError> {
		let files = self.present().await?;
		let is_settled = |version: &Version| {
			let age = version.0.map(|changed| changed.elapsed());
			// A time of change in the future is of another clock, and says nothing.
			!self.watch || !matches!(age, Some(Ok(age)) if age < SETTLED)
		};
		let unread = |(path, version): &(PathBuf, Version)| {
			self.read.get(path) != Some(version)
				&& !self.failed.contains(path)
				&& is_settled(version)
		};
		Ok(files.into_iter().find(unread))
	}

	async fn findings(&self, path: &Path, known: Version) -> Result<Vec<Finding>, SourceError> {
		if known.1 > LONGEST {
			return Err(self.lost(path, "the file is longer than 64 MiB: divide it"));
		}
		let reading = async {
			let mut file = tokio::fs::File::open(path).await?;
			let mut bytes = Vec::new();
			(&mut file).take(LONGEST + 1).read_to_end(&mut bytes).await?;
			let now = version(&file.metadata().await?);
			if now != known || bytes.len() as u64 != known.1 {
				return Err(io::Error::other("the file was changed while it was read"));
			}
			Ok(bytes)
		};
		let bytes = reading.await.map_err(|error| self.lost(path, error))?;
		let (reader, accept) = (self.reader.clone(), self.accept);
		let read_ms = now_ms();
		let written_ms = known.0.map_or(read_ms, unix_ms);
		let read = move || reader.read(&bytes, written_ms, read_ms, accept);
		let read = tokio::task::spawn_blocking(read).await;
		let mut findings = read.map_err(|error| self.lost(path, error))?;
		// Of a folder's files, a line alone does not tell which is meant.
		if path != self.path {
			let file = path.file_name().map(|name| name.to_string_lossy().into_owned());
			for finding in &mut findings {
				if let (Finding::Refused(refused), Some(file)) = (finding, &file) {
					refused.reason = format!("{} (in {file})", refused.reason);
				}
			}
		}
		Ok(findings)
	}
}

fn version(metadata: &std::fs::Metadata) -> Version {
	(metadata.modified().ok(), metadata.len())
}

#[async_trait]
impl Source for Files {
	fn name(&self) -> &str {
		&self.name
	}

	fn waits(&self) -> bool {
		true
	}

	async fn next(&mut self) -> Result<Option<Vec<Finding>>, SourceError> {
		loop {
			match self.unread().await? {
				Some((path, version)) => {
					let findings = match self.findings(&path, version).await {
						Ok(findings) => findings,
						// A file that cannot be read does not keep those behind it from being read.
						Err(error) => {
							self.failed.insert(path);
							return Err(error);
						},
					};
					self.read.insert(path, version);
					if !findings.is_empty() {
						return Ok(Some(findings));
					}
				},
				None => {
					self.failed.clear();
					if !self.watch {
						return Ok(None);
					}
					tokio::time::sleep(LOOK).await;
				},
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::fs;
	use tokio::time::timeout;

	const HEAD: &str = "time,meter,wh\n";

	fn settings(path: &Path, watch: bool) -> FileSettings {
		let settings = serde_json::json!({
			"path": path, "format": "portal", "watch": watch,
			"portal": {
				"layout": "rows", "time": "time", "meter": "meter", "import": "wh",
				"step_minutes": 15, "unit": "Wh"
			}
		});
		serde_json::from_value(settings).unwrap()
	}

	fn row(meter: &str) -> String {
		format!("{HEAD}2024-11-29T00:00Z,{meter},210\n")
	}

	fn meters(findings: &[Finding]) -> Vec<String> {
		let meter = |finding: &Finding| match finding {
			Finding::Measured(measured) => measured.meter.clone(),
			Finding::Refused(refused) => refused.to_string(),
		};
		findings.iter().map(meter).collect()
	}

	/// Makes a file older, as one that was written some time ago.
	fn age(path: &Path, seconds: u64) {
		let time = SystemTime::now() - Duration::from_secs(seconds);
		fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
	}

	#[tokio::test]
	async fn a_file_is_read_once_and_ends() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("a.csv");
		let mut source = Files::new(settings(&path, false)).unwrap();
		let lost = source.next().await.unwrap_err();
		assert!(matches!(lost, SourceError::SourceLost { .. }));
		fs::write(&path, row("a")).unwrap();
		assert_eq!(meters(&source.next().await.unwrap().unwrap()), ["a"]);
		assert_eq!(source.next().await.unwrap(), None);
	}

	#[tokio::test]
	async fn a_folders_files_are_read_by_name_and_told_apart() {
		let folder = tempfile::tempdir().unwrap();
		for (name, text) in [("b.csv", row("b")), ("a.csv", row("a")), (".hidden", row("c"))] {
			fs::write(folder.path().join(name), text).unwrap();
		}
		fs::write(folder.path().join("c.csv"), "x\n").unwrap();
		let mut source = Files::new(settings(folder.path(), false)).unwrap();
		assert_eq!(meters(&source.next().await.unwrap().unwrap()), ["a"]);
		assert_eq!(meters(&source.next().await.unwrap().unwrap()), ["b"]);
		let refused = meters(&source.next().await.unwrap().unwrap());
		assert_eq!(refused, ["line 1: the file has no column \"time\" (in c.csv)"]);
		assert_eq!(source.next().await.unwrap(), None);
	}

	#[tokio::test(start_paused = true)]
	async fn what_is_new_is_waited_for_until_it_is_whole() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("a.csv");
		fs::write(&path, row("a")).unwrap();
		age(&path, 60);
		let mut source = Files::new(settings(folder.path(), true)).unwrap();
		assert_eq!(meters(&source.next().await.unwrap().unwrap()), ["a"]);
		// The time of tests runs ahead of the files': what is written now has not settled.
		fs::write(&path, HEAD).unwrap();
		assert!(timeout(Duration::from_millis(100), source.next()).await.is_err());
		fs::write(&path, row("b")).unwrap();
		age(&path, 30);
		assert_eq!(meters(&source.next().await.unwrap().unwrap()), ["b"]);
	}

	/// What a table says that was written so many minutes after 10:00.
	async fn written(settings: serde_json::Value, rows: &[&str], minutes: u64) -> Vec<Finding> {
		const TEN: u64 = 1_793_613_600;
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("a.csv");
		let rows = rows.iter().map(|clock| format!("2026-11-02T{clock}Z,a,0\n"));
		fs::write(&path, format!("time,meter,import_wh\n{}", rows.collect::<String>())).unwrap();
		let time = SystemTime::UNIX_EPOCH + Duration::from_secs(TEN + minutes * 60);
		fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
		let mut settings = settings;
		settings["path"] = serde_json::json!(path);
		let mut source = Files::new(serde_json::from_value(settings).unwrap()).unwrap();
		source.next().await.unwrap().unwrap()
	}

	#[tokio::test]
	async fn labels_that_look_like_ends_are_remarked_on_and_padding_is_not() {
		let portal = serde_json::json!({
			"format": "portal",
			"portal": {
				"layout": "rows", "time": "time", "meter": "meter", "import": "import_wh",
				"step_minutes": 60, "unit": "Wh"
			}
		});
		let own = serde_json::json!({ "format": "csv" });
		let mut said = own.clone();
		said["csv"] = serde_json::json!({ "labels": "start" });
		let to_midnight = ["22:00", "23:00", "24:00"];
		let morning = ["08:00", "09:00", "10:00"];
		let padded = ["08:00", "09:00", "10:00", "11:00", "12:00"];
		for (settings, rows, minutes, expected) in [
			(&portal, &to_midnight[..], 900, &["HourTwentyFour"][..]),
			(&own, &to_midnight, 900, &["HourTwentyFour"]),
			(&portal, &morning, 5, &["LabelsUnsaid"]),
			(&own, &morning, 5, &["LabelsUnsaid"]),
			(&said, &morning, 5, &[]),
			(&portal, &padded, 5, &[]),
			(&portal, &morning, 60, &[]),
			(&said, &padded, 24 * 60, &[]),
			(&said, &to_midnight, 5, &["NothingOver"]),
		] {
			let findings = written(settings.clone(), rows, minutes).await;
			let doubts = findings.iter().filter_map(|finding| match finding {
				Finding::Refused(refused) => Some(refused.name),
				Finding::Measured(_) => None,
			});
			assert_eq!(doubts.collect::<Vec<_>>(), expected, "{settings} {rows:?} {minutes}");
			let measured = findings.iter().filter(|one| matches!(one, Finding::Measured(_)));
			assert_eq!(measured.count(), rows.len(), "a doubt refuses nothing");
		}
	}

	#[tokio::test]
	async fn what_is_too_long_is_named_and_passed_over() {
		let folder = tempfile::tempdir().unwrap();
		let long = fs::File::create(folder.path().join("a.csv")).unwrap();
		long.set_len(LONGEST + 1).unwrap();
		fs::write(folder.path().join("b.csv"), row("b")).unwrap();
		let mut source = Files::new(settings(folder.path(), false)).unwrap();
		let lost = source.next().await.unwrap_err().to_string();
		assert!(lost.ends_with("a.csv: the file is longer than 64 MiB: divide it"), "{lost}");
		assert_eq!(meters(&source.next().await.unwrap().unwrap()), ["b"]);
		assert_eq!(source.next().await.unwrap(), None);
		// Asked again, it looks again.
		long.set_len(0).unwrap();
		fs::write(folder.path().join("a.csv"), row("a")).unwrap();
		assert_eq!(meters(&source.next().await.unwrap().unwrap()), ["a"]);
	}

	#[test]
	fn settings_that_cannot_work_are_named() {
		let good = settings(Path::new("/x"), false);
		let wrong = [
			FileSettings { format: FileFormat::Nem12, ..good.clone() },
			FileSettings { portal: None, ..good.clone() },
			FileSettings { zone: Some("UTC".into()), ..good.clone() },
			FileSettings { ocmf: Some(OcmfSettings::default()), ..good.clone() },
			FileSettings { csv: Some(CsvSettings::default()), ..good.clone() },
		];
		for settings in wrong {
			let error = Files::new(settings).err().unwrap();
			assert!(matches!(error, SourceError::BadSource { .. }));
		}
	}
}
