//! Spikes as text: a row of 0 and 1 for each step, with commas or spaces between them.

use super::{bounded, DataError, Inputs, Values, MAX_BYTES};
use std::io::{Error, ErrorKind};
use std::path::Path;

/// Reads one sample.
pub(super) fn read(path: &Path, name: String) -> Result<Inputs, DataError> {
    let error = |source| DataError::Read {
        path: name.clone(),
        source,
    };
    let Some(bytes) = bounded(path, MAX_BYTES).map_err(error)? else {
        return Err(DataError::TooLarge {
            path: name,
            what: "the text".into(),
            bytes: MAX_BYTES + 1,
            limit: MAX_BYTES,
        });
    };
    let text =
        String::from_utf8(bytes).map_err(|e| error(Error::new(ErrorKind::InvalidData, e)))?;
    let (steps, inputs, bits) = parse(&text).map_err(|reason| DataError::Format {
        path: name.clone(),
        reason,
    })?;
    Ok(Inputs {
        name,
        values: Values::Spikes {
            steps,
            inputs,
            bits,
        },
        labels: None,
    })
}

fn parse(text: &str) -> Result<(usize, usize, Vec<u8>), String> {
    let (mut steps, mut width, mut bits) = (0, 0, Vec::new());
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let before = bits.len();
        for (column, field) in line
            .split([',', ' ', '\t'])
            .filter(|f| !f.is_empty())
            .enumerate()
        {
            match field {
                "0" => bits.push(0),
                "1" => bits.push(1),
                _ => {
                    let (line, column) = (number + 1, column + 1);
                    return Err(format!(
                        "line {line}, column {column} is '{field}', but must be 0 or 1"
                    ));
                }
            }
        }
        let fields = bits.len() - before;
        if steps > 0 && fields != width {
            let line = number + 1;
            return Err(format!(
                "line {line} has {fields} columns, the first {width}"
            ));
        }
        width = fields;
        steps += 1;
    }
    if bits.is_empty() {
        return Err("it has no rows; give one row of 0 and 1 for each step".into());
    }
    Ok((steps, width, bits))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn rows_are_steps() {
        assert_eq!(parse("# a\n0,1\n\n1 0\n"), Ok((2, 2, vec![0, 1, 1, 0])));
        assert!(parse("0,1\n1\n")
            .unwrap_err()
            .contains("line 2 has 1 columns"));
        assert!(parse("0,nan\n").unwrap_err().contains("column 2 is 'nan'"));
        assert!(parse("").is_err());
    }
}
