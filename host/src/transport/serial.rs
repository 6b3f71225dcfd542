//! A serial port.

use super::latency::lower_latency;
use super::ports::list_in_words;
use super::{Transport, TransportError};
use serialport::{ClearBuffer, ErrorKind, SerialPort};
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// An open serial port: 8 data bits, no parity, 1 stop bit.
pub struct Serial {
    port: Box<dyn SerialPort>,
    name: String,
    baud: u32,
    opened: Instant,
    timeout: Duration,
    latency: Duration,
    warning: Option<String>,
}

/// Latency of an FTDI adapter that could not be set, and a margin for the operating system.
const SLOW: Duration = Duration::from_millis(40);
const QUICK: Duration = Duration::from_millis(10);

impl Serial {
    /// Opens `name` at `baud` baud, and asks an FTDI adapter for a latency of 1 ms (Linux); if that
    /// fails the port works but slowly, and [`Serial::warning`] says so.
    pub fn open(name: &str, baud: u32) -> Result<Self, TransportError> {
        if baud == 0 {
            return Err(TransportError::Argument {
                what: "the baud rate",
                value: "0".into(),
                range: "the rate that the core was built for, for example 1000000",
            });
        }
        let timeout = Duration::from_millis(1);
        let port = serialport::new(name, baud)
            .timeout(timeout)
            .open()
            .map_err(|e| {
                let port = name.to_string();
                let text = e.to_string();
                match e.kind() {
                    ErrorKind::NoDevice if text.to_lowercase().contains("busy") => {
                        TransportError::Busy { port }
                    }
                    ErrorKind::Io(io::ErrorKind::PermissionDenied) => {
                        TransportError::Permission { port }
                    }
                    ErrorKind::Io(io::ErrorKind::ResourceBusy) => TransportError::Busy { port },
                    ErrorKind::NoDevice | ErrorKind::Io(io::ErrorKind::NotFound)
                        if !Path::new(name).exists() =>
                    {
                        TransportError::NoPort {
                            port,
                            available: list_in_words(),
                        }
                    }
                    _ => TransportError::Open {
                        port,
                        baud,
                        reason: text,
                    },
                }
            })?;
        // What an earlier program left there is of no use; a port that cannot forget it has none of it.
        let _ = port.clear(ClearBuffer::All);
        let warning = lower_latency(name).err();
        let latency = if warning.is_some() { SLOW } else { QUICK };
        let name = name.to_string();
        Ok(Self {
            port,
            name,
            baud,
            opened: Instant::now(),
            timeout,
            latency,
            warning,
        })
    }

    /// Why answers will be slow, if they will be.
    pub fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }

    fn failed(&self, action: &'static str, source: io::Error) -> TransportError {
        TransportError::Port {
            action,
            port: self.name.clone(),
            source,
        }
    }

    fn byte_times(&self, d: Duration) -> u64 {
        (d.as_secs_f64() * f64::from(self.baud) / 10.0) as u64
    }
}

impl Transport for Serial {
    fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        let mut rest = bytes;
        let mut idle = Instant::now();
        while !rest.is_empty() {
            match self.port.write(rest) {
                Ok(n) if n > 0 => {
                    rest = rest.get(n..).unwrap_or_default();
                    idle = Instant::now();
                }
                Ok(_) => {}
                Err(e)
                    if matches!(
                        e.kind(),
                        io::ErrorKind::TimedOut
                            | io::ErrorKind::WouldBlock
                            | io::ErrorKind::Interrupted
                    ) => {}
                Err(e) => return Err(self.failed("writing to", e)),
            }
            if idle.elapsed() > Duration::from_secs(2) {
                let e = io::Error::new(io::ErrorKind::TimedOut, "no byte was taken for 2 s");
                return Err(self.failed("writing to", e));
            }
        }
        Ok(())
    }

    fn read(&mut self, into: &mut Vec<u8>, wait: u32) -> Result<usize, TransportError> {
        let waiting = self
            .port
            .bytes_to_read()
            .map_err(|e| self.failed("reading from", e.into()))?;
        if waiting == 0 && wait == 0 {
            return Ok(0);
        }
        let timeout = Duration::from_secs_f64(f64::from(wait) * 10.0 / f64::from(self.baud))
            .max(Duration::from_millis(1));
        if timeout != self.timeout {
            self.port
                .set_timeout(timeout)
                .map_err(|e| self.failed("reading from", e.into()))?;
            self.timeout = timeout;
        }
        let mut buffer = [0; 4096];
        match self.port.read(&mut buffer) {
            Ok(0) => {
                let e = io::Error::new(io::ErrorKind::UnexpectedEof, "the port was closed");
                Err(self.failed("reading from", e))
            }
            Ok(n) => {
                into.extend_from_slice(buffer.get(..n).unwrap_or_default());
                Ok(n)
            }
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::TimedOut
                        | io::ErrorKind::WouldBlock
                        | io::ErrorKind::Interrupted
                ) =>
            {
                Ok(0)
            }
            Err(e) => Err(self.failed("reading from", e)),
        }
    }

    fn now(&self) -> u64 {
        self.byte_times(self.opened.elapsed())
    }

    fn latency(&self) -> u32 {
        u32::try_from(self.byte_times(self.latency)).unwrap_or(u32::MAX)
    }

    fn describe(&self) -> String {
        format!("{} at {} baud", self.name, self.baud)
    }
}
