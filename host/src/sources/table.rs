//! Tables: CSV and its like as one sample, a frame for each row, a channel for each column.

use super::options::Options;
use super::samples::{Measured, Samples, Values};
use super::{bytes, format};
use crate::data::DataError;
use csv::{ReaderBuilder, StringRecord, Trim};
use std::path::Path;

/// Most columns.
const MAX_COLUMNS: usize = 4096;
/// Most values that are kept.
const MAX_VALUES: usize = 1 << 25;

/// Reads a table. Fields are divided by the first of tab, semicolon and comma that its first line has (comments begin with
/// `#`); that line is a header if a field of it is no number.
pub(super) fn read(path: &Path, options: &Options) -> Result<Samples, DataError> {
    let bytes = bytes(path)?;
    let fail = |reason: String| format(path, reason);
    let mut lines = bytes.split(|&b| b == b'\n');
    let line = lines.find(|line| !line.starts_with(b"#")).unwrap_or(&[]);
    let divider = [b'\t', b';', b','].into_iter().find(|d| line.contains(d));
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .comment(Some(b'#'))
        .delimiter(divider.unwrap_or(b','))
        .trim(Trim::All)
        .from_reader(bytes.as_slice());
    let mut records = reader.records();
    let csv = |e: csv::Error| {
        fail(format!(
            "it is no table of rows with as many fields each ({e})"
        ))
    };
    let Some(first) = records.next() else {
        return Err(fail("it has no rows".into()));
    };
    let first = first.map_err(csv)?;
    if first.len() > MAX_COLUMNS {
        let columns = first.len();
        return Err(fail(format!(
            "it has {columns} columns, {MAX_COLUMNS} is the most"
        )));
    }
    let headed = first.iter().any(|field| field.parse::<f64>().is_err());
    let find = |wanted: &str| column(&first, headed, wanted).map_err(fail);
    let label = match &options.label_column {
        Some(wanted) => Some(find(wanted)?),
        None => None,
    };
    let columns: Vec<usize> = match options.columns[..] {
        [] => (0..first.len()).filter(|&c| Some(c) != label).collect(),
        _ => options
            .columns
            .iter()
            .map(|c| find(c))
            .collect::<Result<_, _>>()?,
    };
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    let rows = (!headed)
        .then_some(Ok(first.clone()))
        .into_iter()
        .chain(records);
    for (number, record) in rows.enumerate() {
        let record = record.map_err(csv)?;
        let row = number + 1 + usize::from(headed);
        let field = |column: usize| record.get(column).unwrap_or("");
        for &column in &columns {
            let value: Option<f64> = field(column).parse().ok();
            values.push(value.filter(|v| v.is_finite()).ok_or_else(|| {
                let (text, column) = (short(field(column)), column + 1);
                fail(format!(
                    "row {row}, column {column} is '{text}', which is no finite number"
                ))
            })?);
        }
        if let Some(column) = label {
            let value: Option<f64> = field(column).parse().ok();
            let whole = value.filter(|v| v.fract() == 0.0 && (0.0..=255.0).contains(v));
            labels.push(whole.map(|v| v as u8).ok_or_else(|| {
                let (text, column) = (short(field(column)), column + 1);
                fail(format!("row {row}, column {column} is '{text}', but a label is a whole number from 0 to 255"))
            })?);
        }
        if values.len() > MAX_VALUES {
            return Err(fail(format!(
                "it has more than {MAX_VALUES} values; split it"
            )));
        }
    }
    if values.is_empty() {
        return Err(fail("it has no rows of numbers".into()));
    }
    Ok(Samples {
        name: path.display().to_string(),
        values: Values::Measured(vec![Measured {
            channels: columns.len(),
            values,
            range: None,
        }]),
        labels: label.map(|_| labels),
    })
}

/// The index of a column by its name, or else by its number from 1; an error is a reason in words.
fn column(first: &StringRecord, headed: bool, wanted: &str) -> Result<usize, String> {
    let by_name = first.iter().position(|name| headed && name == wanted);
    let number = || wanted.parse::<usize>().ok()?.checked_sub(1);
    let found = by_name.or_else(|| number().filter(|&n| n < first.len()));
    found.ok_or_else(|| {
        let names: Vec<&str> = first.iter().take(20).collect();
        let known = match headed {
            true => format!("; it has {}", names.join(", ")),
            false => String::new(),
        };
        format!("it has {} columns and none '{wanted}'{known}", first.len())
    })
}

/// The beginning of a field.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
