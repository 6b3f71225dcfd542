//! Lists the boards: each `constraints/NAME.toml` with its constraint file goes into the library.

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default());
    let folder = root.join("../constraints");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries.flatten().map(|e| e.path()).collect::<Vec<_>>(),
        Err(e) => panic!("cannot list '{}': {e}", folder.display()),
    };
    entries.sort();
    let toml = |path: &&PathBuf| path.extension().is_some_and(|e| e == "toml");
    let mut text = String::from("&[\n");
    for description in entries.iter().filter(toml) {
        println!("cargo:rerun-if-changed={}", description.display());
        let constraints = ["pcf", "lpf", "cst"]
            .map(|extension| description.with_extension(extension))
            .into_iter()
            .find(|path| path.exists());
        let Some(constraints) = constraints else {
            panic!(
                "'{}' has no .pcf, .lpf or .cst beside it",
                description.display()
            );
        };
        println!("cargo:rerun-if-changed={}", constraints.display());
        let name = description
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy();
        let file = constraints
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        let _ = writeln!(
            text,
            "    ({name:?}, include_str!({:?}), {file:?}, include_str!({:?})),",
            absolute(description),
            absolute(&constraints)
        );
    }
    text.push(']');
    let out = PathBuf::from(std::env::var("OUT_DIR").unwrap_or_default()).join("boards.rs");
    if let Err(e) = std::fs::write(&out, text) {
        panic!("cannot write '{}': {e}", out.display());
    }
}

fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}
