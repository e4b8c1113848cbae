//! A folder of its own for a test, and the binary run in it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A page that gives a record.
pub(crate) const CHOLERA: &str =
    "Cholera\n\nICD-10 code: A00\n\nCholera is an acute infection of the small bowel.\n";

/// An empty folder, gone after the test.
pub(crate) struct Scene {
    root: tempfile::TempDir,
}

/// What the binary left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Scene {
    /// A scene with these files.
    pub(crate) fn new(files: &[(&str, &[u8])]) -> Self {
        let scene = Self { root: tempfile::tempdir().unwrap() };
        for (name, bytes) in files {
            scene.write(name, bytes);
        }
        scene
    }

    pub(crate) fn path(&self, name: impl AsRef<OsStr>) -> PathBuf {
        self.root.path().join(Path::new(&name))
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    /// The lines of a file as JSON.
    pub(crate) fn lines(&self, name: &str) -> Vec<serde_json::Value> {
        self.read(name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The files below a folder, in order, with `/`; without what starts with a dot.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.path(folder)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if name.starts_with('.') {
                continue;
            }
            if entry.file_type().unwrap().is_dir() {
                let below = self.names(&format!("{folder}/{name}"));
                names.extend(below.into_iter().map(|below| format!("{name}/{below}")));
            } else {
                names.push(name);
            }
        }
        names.sort();
        names
    }

    /// The command, not yet started; arguments are split at white space.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nosograph"));
        command.args(arguments.split_whitespace()).current_dir(self.root.path()).stdin(Stdio::null());
        command
    }

    /// Runs the command to its end.
    pub(crate) fn call(&self, arguments: &str) -> Ended {
        ended(self.command(arguments))
    }
}

/// Runs a command to its end.
pub(crate) fn ended(mut command: Command) -> Ended {
    let output = command.output().unwrap();
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Whether the command could not do its work, and says what and how to cure it.
#[track_caller]
pub(crate) fn check_failed(ended: &Ended, named: &str) {
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended:?}");
    assert!(ended.stderr.starts_with("error: ") && ended.stderr.contains(named), "{ended:?}");
}
