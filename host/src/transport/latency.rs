//! How long an FTDI adapter collects bytes before it hands them on (Linux): 16 ms unless told otherwise, far more
//! than a short answer takes.

use std::path::Path;

/// Where Linux has the adapters.
const ADAPTERS: &str = "/sys/bus/usb-serial/devices";

/// Asks the adapter of a port for 1 ms; does nothing for ports that have no such time. The error says what the time
/// is and how to change it.
pub fn lower_latency(port: &str) -> Result<(), String> {
    lower(port, Path::new(ADAPTERS))
}

fn lower(port: &str, adapters: &Path) -> Result<(), String> {
    // The port may be a link, as those in /dev/serial/by-id are.
    let device = std::fs::canonicalize(port).unwrap_or_else(|_| port.into());
    let Some(tty) = device.file_name() else {
        return Ok(());
    };
    let path = adapters.join(tty).join("latency_timer");
    let Ok(now) = std::fs::read_to_string(&path) else {
        return Ok(());
    };
    let now = now.trim();
    if now == "1" {
        return Ok(());
    }
    std::fs::write(&path, "1").map_err(|e| {
        let path = path.display();
        format!(
            "the adapter of {port} collects bytes for {now} ms and that could not be changed ({e}), so \
             short answers are slow. To change it: `echo 1 | sudo tee {path}`"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_lowered_or_told() {
        let folder = tempfile::tempdir().unwrap();
        let timer = |tty: &str| folder.path().join(tty).join("latency_timer");
        for tty in ["ttyUSB0", "ttyUSB1"] {
            std::fs::create_dir(folder.path().join(tty)).unwrap();
        }
        std::fs::write(timer("ttyUSB0"), "16\n").unwrap();
        assert_eq!(lower("/dev/ttyUSB0", folder.path()), Ok(()));
        assert_eq!(std::fs::read_to_string(timer("ttyUSB0")).unwrap(), "1");
        // Not an FTDI adapter, no adapter at all.
        assert_eq!(lower("/dev/ttyUSB1", folder.path()), Ok(()));
        assert_eq!(lower("/dev/ttyACM0", folder.path()), Ok(()));
    }

    /// A file that cannot be written, by the rights of an ordinary user or because it is the kernel's.
    #[test]
    fn what_cannot_be_changed_is_told_in_words() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("ttyUSB0")).unwrap();
        let timer = folder.path().join("ttyUSB0").join("latency_timer");
        std::os::unix::fs::symlink("/proc/sys/kernel/ostype", &timer).unwrap();
        let told = lower("/dev/ttyUSB0", folder.path()).unwrap_err();
        for words in ["/dev/ttyUSB0", "Linux ms", "sudo tee", "latency_timer"] {
            assert!(told.contains(words), "{told}");
        }
    }
}
