//! The `ferrospike` command on a serial port at whose end is the device in Rust: killed in mid-run, with the device
//! reset in mid-run, and with the port gone.
#![cfg(target_os = "linux")]

use ferrospike_host::transport::{Emulator, EmulatorOptions, Transport};
use serialport::{SerialPort, TTYPort};
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{sleep, spawn, JoinHandle};
use std::time::{Duration, Instant};

/// Linux: does not become the terminal of this process.
const O_NOCTTY: i32 = 0x100;

/// A port with the device at its end.
struct Pty {
    name: String,
    device: Arc<Mutex<Emulator>>,
    /// Bytes from the host so far.
    heard: Arc<AtomicUsize>,
    end: Arc<AtomicBool>,
    fd: RawFd,
    thread: Option<JoinHandle<()>>,
}

impl Pty {
    fn new(device: &Arc<Mutex<Emulator>>) -> Self {
        let (mut ours, theirs) = TTYPort::pair().unwrap();
        let name = theirs.name().unwrap();
        // Open beside those who have it to themselves, so that the port stays when a host goes.
        let kept = OpenOptions::new()
            .read(true)
            .custom_flags(O_NOCTTY)
            .open(&name)
            .unwrap();
        drop(theirs);
        let fd = ours.as_raw_fd();
        let heard = Arc::new(AtomicUsize::new(0));
        let end = Arc::new(AtomicBool::new(false));
        let shared = (device.clone(), heard.clone(), end.clone());
        let thread = spawn(move || {
            let _kept = kept;
            let (device, heard, end) = shared;
            ours.set_timeout(Duration::from_millis(1)).unwrap();
            let mut buffer = [0; 4096];
            while !end.load(Ordering::Relaxed) {
                let count = ours.read(&mut buffer).unwrap_or(0);
                let mut back = Vec::new();
                {
                    let mut device = device.lock().unwrap();
                    device.write(&buffer[..count]).unwrap();
                    device.read(&mut back, 0).unwrap();
                }
                heard.fetch_add(count, Ordering::Relaxed);
                // A host that is gone does not take them: they are lost, as on a wire.
                let start = Instant::now();
                let mut rest = &back[..];
                while !rest.is_empty() && start.elapsed() < Duration::from_millis(50) {
                    rest = &rest[ours.write(rest).unwrap_or(0)..];
                }
            }
        });
        Self {
            name,
            device: device.clone(),
            heard,
            end,
            fd,
            thread: Some(thread),
        }
    }

    fn run(&self, image: &str, count: &str) -> Child {
        let data = example("tiny_test_100.npz");
        let run = ["run", image, "-i", &data, "-n", count, "--port", &self.name];
        // Without this process's end of the port, which would otherwise outlive it.
        let exec = format!("exec \"$0\" \"$@\" {}>&-", self.fd);
        Command::new("bash")
            .args(["-c", &exec, env!("CARGO_BIN_EXE_ferrospike")])
            .args(run)
            .args(["--compare", "--quiet"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Waits until so many bytes more have come from the host.
    fn wait(&self, bytes: usize) {
        let wanted = self.heard.load(Ordering::Relaxed) + bytes;
        let start = Instant::now();
        while self.heard.load(Ordering::Relaxed) < wanted {
            assert!(start.elapsed() < Duration::from_secs(60));
            sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn example(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/tiny");
    root.join(file).to_string_lossy().into_owned()
}

fn equal(output: &Output) {
    let text = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && text.contains("EQUAL"),
        "{text}{error}"
    );
}

/// The message of a command that could not run.
fn failed(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_next_command_finds_a_device_that_it_can_use() {
    let folder = tempfile::tempdir().unwrap();
    let image = folder
        .path()
        .join("tiny.fsn")
        .to_string_lossy()
        .into_owned();
    let import = ["import", &example("tiny.nir"), "-o", &image];
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrospike"));
    assert!(command.args(import).output().unwrap().status.success());
    let device = Emulator::new(EmulatorOptions::default()).unwrap();
    let device = Arc::new(Mutex::new(device));
    let mut port = Pty::new(&device);
    equal(&port.run(&image, "2").wait_with_output().unwrap());
    // Killed, early and late.
    for bytes in [1, 60, 700, 3000] {
        let mut child = port.run(&image, "100");
        port.wait(bytes);
        child.kill().unwrap();
        child.wait().unwrap();
        // One that was killed has not given up its sole use of a pseudo-terminal; another one, then.
        port = Pty::new(&device);
        equal(&port.run(&image, "2").wait_with_output().unwrap());
    }
    // The device is reset: its memories are empty.
    let child = port.run(&image, "100");
    port.wait(3000);
    port.device.lock().unwrap().reset().unwrap();
    let told = failed(child);
    assert!(told.contains("reset"), "{told}");
    equal(&port.run(&image, "2").wait_with_output().unwrap());
    // The port is gone, and comes back under another name.
    let child = port.run(&image, "100");
    port.wait(3000);
    drop(port);
    let told = failed(child);
    assert!(told.contains("still plugged in"), "{told}");
    let port = Pty::new(&device);
    equal(&port.run(&image, "2").wait_with_output().unwrap());
    let probe = ["probe", "--port", &port.name, "--rates", "230400,115200"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrospike"));
    let output = command.args(probe).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "230400 baud\n");
}
