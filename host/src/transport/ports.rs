//! The serial ports of this computer.

use super::TransportError;
use serialport::SerialPortType;

/// A port of this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Name to open it by, for example `/dev/ttyUSB0`.
    pub name: String,
    /// What is known of it: product, maker, USB identifiers.
    pub description: String,
}

/// The serial ports of this computer, USB ports first.
pub fn ports() -> Result<Vec<Port>, TransportError> {
    let found = serialport::available_ports().map_err(|e| TransportError::Open {
        port: "(list of ports)".into(),
        baud: 0,
        reason: e.to_string(),
    })?;
    let mut ports: Vec<(bool, Port)> = found
        .into_iter()
        .map(|p| {
            let (usb, description) = match p.port_type {
                SerialPortType::UsbPort(u) => {
                    let mut words = vec![format!("USB {:04x}:{:04x}", u.vid, u.pid)];
                    words.extend(
                        [u.manufacturer, u.product, u.serial_number]
                            .into_iter()
                            .flatten(),
                    );
                    (true, words.join(", "))
                }
                SerialPortType::BluetoothPort => (false, "Bluetooth".into()),
                SerialPortType::PciPort => (false, "built in".into()),
                SerialPortType::Unknown => (false, "unknown kind".into()),
            };
            (
                !usb,
                Port {
                    name: p.port_name,
                    description,
                },
            )
        })
        .collect();
    ports.sort_by(|a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
    Ok(ports.into_iter().map(|(_, port)| port).collect())
}

/// The ports in words, for a message.
pub(super) fn list_in_words() -> String {
    match ports() {
        Ok(list) if list.is_empty() => {
            "This computer shows no serial port at all: is the board plugged in, and the cable one \
             that carries data?"
                .into()
        }
        Ok(list) => {
            let names: Vec<_> = list.iter().map(|p| p.name.as_str()).collect();
            format!("There is: {}", names.join(", "))
        }
        Err(_) => "`ferrospike ports` lists what there is".into(),
    }
}
