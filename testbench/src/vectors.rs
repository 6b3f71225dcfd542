//! Rows of stimulus and expected answers, played against one Verilog module.

use crate::{Error, Icarus, Simulation};
use std::fmt::{self, Write};

/// The widest port a bench can drive or read.
const MAX_WIDTH: usize = 1024;
/// How many mismatches are described one by one.
const SHOWN: usize = 20;
/// The top module of every vector bench.
const BENCH: &str = "ferrospike_vector_bench";

/// A port of the module under test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// The name of the port in the Verilog.
    pub name: String,
    /// Its width in bits, 1 to 1024.
    pub width: usize,
}

/// An unsigned number of any width, as hexadecimal digits.
///
/// Made from `bool` and the unsigned integers, or by [`Value::hex`] where 128 bits do not suffice.
/// Negative numbers are given as the two's complement pattern of the port's width:
/// `(x as u32 & 0xffff).into()`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value(String);

impl Value {
    /// A number from hexadecimal digits, most significant first; `_` is skipped.
    pub fn hex(digits: &str) -> Result<Value, Error> {
        let digits: String = digits.chars().filter(|c| *c != '_').collect();
        if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(Error::Vectors(format!(
                "{digits:?} is not a hexadecimal number"
            )));
        }
        let trimmed = digits.trim_start_matches('0').to_ascii_lowercase();
        Ok(Value(if trimmed.is_empty() {
            "0".into()
        } else {
            trimmed
        }))
    }

    /// A number from bytes, least significant first.
    pub fn from_le_bytes(bytes: &[u8]) -> Value {
        let digits: String = bytes.iter().rev().map(|b| format!("{b:02x}")).collect();
        let trimmed = digits.trim_start_matches('0');
        Value(if trimmed.is_empty() {
            "0".into()
        } else {
            trimmed.into()
        })
    }

    /// The number of bits up to the highest one that is set.
    fn bits(&self) -> usize {
        let top = self
            .0
            .chars()
            .next()
            .and_then(|c| c.to_digit(16))
            .unwrap_or(0);
        (self.0.len() - 1) * 4 + (32 - top.leading_zeros() as usize)
    }

    /// The bits of the number, most significant first, in exactly `width` places.
    fn binary(&self, width: usize, out: &mut String) {
        let mut bits: String = self
            .0
            .chars()
            .map(|c| format!("{:04b}", c.to_digit(16).unwrap_or(0)))
            .collect();
        if bits.len() > width {
            bits.drain(..bits.len() - width);
        }
        for _ in bits.len()..width {
            out.push('0');
        }
        out.push_str(&bits);
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! value_from {
    ($($t:ty),*) => {$(
        impl From<$t> for Value {
            fn from(x: $t) -> Value {
                Value(format!("{x:x}"))
            }
        }
    )*};
}
value_from!(u8, u16, u32, u64, u128, usize);

impl From<bool> for Value {
    fn from(x: bool) -> Value {
        Value::from(u8::from(x))
    }
}

/// One step: the inputs to apply and the outputs to expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// A value for every input port, in their order.
    pub inputs: Vec<Value>,
    /// A value for every output port, in their order; `None` is not compared.
    pub outputs: Vec<Option<Value>>,
}

/// Rows of stimulus and expected answers for one module.
///
/// # When things happen
///
/// **Without a clock**, for each row: the inputs are applied, the logic settles for 8 time units,
/// the outputs are compared.
///
/// **With a clock**, row `i` belongs to rising edge `i`. For each row: the inputs of row `i` are
/// applied (one time unit after rising edge `i - 1`), the logic settles, the outputs are compared
/// **before** rising edge `i`, then rising edge `i` comes, with the inputs of row `i` still in place.
/// So a combinational answer to the inputs of row `i` is expected in row `i`, and the contents of a
/// register that takes them at rising edge `i` in row `i + 1`. The outputs of row 0 show the
/// initial values of the registers. The falling edge comes after the inputs have changed.
/// The clock is 0 before the first row, and is not one of the inputs.
///
/// The comparison is `!==`: an output with an unknown bit (X or Z) is a mismatch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vectors {
    /// The ports driven by the bench, without the clock.
    pub inputs: Vec<Port>,
    /// The ports compared.
    pub outputs: Vec<Port>,
    /// The clock port, if the module has one.
    pub clock: Option<String>,
    /// The steps.
    pub rows: Vec<Row>,
}

/// The outcome of playing [`Vectors`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Rows played.
    pub rows: usize,
    /// Output values that were not as expected.
    pub mismatches: usize,
    /// The first 20 of them: `row R port P expected E got G`, values in hexadecimal.
    pub first: Vec<String>,
}

impl Report {
    /// Whether rows were played and all of them agreed.
    pub fn passed(&self) -> bool {
        self.rows > 0 && self.mismatches == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows, {} mismatches", self.rows, self.mismatches)?;
        self.first
            .iter()
            .try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl Vectors {
    /// No rows yet; ports as pairs of name and width.
    pub fn new(inputs: &[(&str, usize)], outputs: &[(&str, usize)]) -> Vectors {
        let ports = |list: &[(&str, usize)]| {
            list.iter()
                .map(|&(name, width)| Port {
                    name: name.into(),
                    width,
                })
                .collect()
        };
        Vectors {
            inputs: ports(inputs),
            outputs: ports(outputs),
            clock: None,
            rows: Vec::new(),
        }
    }

    /// Names the clock port.
    pub fn clocked(mut self, clock: &str) -> Vectors {
        self.clock = Some(clock.into());
        self
    }

    /// Adds a row.
    pub fn push<I, O>(
        &mut self,
        inputs: impl IntoIterator<Item = I>,
        outputs: impl IntoIterator<Item = Option<O>>,
    ) where
        I: Into<Value>,
        O: Into<Value>,
    {
        self.rows.push(Row {
            inputs: inputs.into_iter().map(Into::into).collect(),
            outputs: outputs.into_iter().map(|o| o.map(Into::into)).collect(),
        });
    }

    /// Checks names, widths and rows.
    fn validate(&self) -> Result<(), Error> {
        let fail = |message: String| Err(Error::Vectors(message));
        if self.rows.is_empty() {
            return fail("there are no rows".into());
        }
        if self.outputs.is_empty() {
            return fail("there are no outputs to compare".into());
        }
        let mut names: Vec<&str> = self.clock.iter().map(String::as_str).collect();
        for port in self.inputs.iter().chain(&self.outputs) {
            names.push(&port.name);
            if !(1..=MAX_WIDTH).contains(&port.width) {
                return fail(format!("port {} has {} bits", port.name, port.width));
            }
        }
        for (i, name) in names.iter().enumerate() {
            let word = name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$');
            if !word || !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
                return fail(format!("{name:?} is not a port name"));
            }
            if names[..i].contains(name) {
                return fail(format!("port {name} is there twice"));
            }
        }
        for (i, row) in self.rows.iter().enumerate() {
            if row.inputs.len() != self.inputs.len() || row.outputs.len() != self.outputs.len() {
                return fail(format!(
                    "row {i} has {} inputs and {} outputs for {} and {} ports",
                    row.inputs.len(),
                    row.outputs.len(),
                    self.inputs.len(),
                    self.outputs.len()
                ));
            }
            let inputs = self.inputs.iter().zip(row.inputs.iter().map(Some));
            let outputs = self
                .outputs
                .iter()
                .zip(row.outputs.iter().map(Option::as_ref));
            for (port, value) in inputs.chain(outputs) {
                if let Some(value) = value.filter(|v| v.bits() > port.width) {
                    return fail(format!(
                        "row {i}: {value} does not fit the {} bits of port {}",
                        port.width, port.name
                    ));
                }
            }
        }
        Ok(())
    }

    /// Bits of one row in the file: inputs, outputs, one bit for each output to be compared.
    fn row_bits(&self) -> usize {
        let widths = self.inputs.iter().chain(&self.outputs).map(|p| p.width);
        widths.sum::<usize>() + self.outputs.len()
    }

    /// The rows for `$readmemh`, one a line.
    fn rows_file(&self) -> String {
        let width = self.row_bits();
        let mut text = String::new();
        let mut bits = String::new();
        for row in &self.rows {
            bits.clear();
            bits.extend(std::iter::repeat_n('0', (4 - width % 4) % 4));
            for (port, value) in self.inputs.iter().zip(&row.inputs) {
                value.binary(port.width, &mut bits);
            }
            let zero = Value::from(0u8);
            for (port, value) in self.outputs.iter().zip(&row.outputs) {
                value
                    .as_ref()
                    .unwrap_or(&zero)
                    .binary(port.width, &mut bits);
            }
            bits.extend(
                row.outputs
                    .iter()
                    .map(|v| if v.is_some() { '1' } else { '0' }),
            );
            for nibble in bits.as_bytes().chunks(4) {
                let digit = nibble.iter().fold(0, |n, b| n * 2 + u32::from(b - b'0'));
                text.extend(char::from_digit(digit, 16));
            }
            text.push('\n');
        }
        text
    }

    /// The bench around `module`, which reads its rows from the file named by `+vectors=`.
    fn bench(&self, module: &str) -> String {
        let mut t = String::new();
        let range = |width: usize| match width {
            1 => String::new(),
            _ => format!("[{}:0] ", width - 1),
        };
        // Writing into a String cannot fail.
        let mut line = |s: String| {
            let _ = writeln!(t, "{s}");
        };
        line(format!("module {BENCH};"));
        line(format!("    localparam ROWS = {};", self.rows.len()));
        line(format!(
            "    reg [{}:0] memory [0:ROWS-1];",
            self.row_bits() - 1
        ));
        line(format!("    reg [{}:0] word;", self.row_bits() - 1));
        line("    reg [8*1024-1:0] path;".into());
        line("    integer handle, row, mismatches;".into());
        for port in &self.inputs {
            line(format!("    reg {}in_{};", range(port.width), port.name));
        }
        for port in &self.outputs {
            line(format!("    wire {}out_{};", range(port.width), port.name));
            line(format!(
                "    reg {}expected_{};",
                range(port.width),
                port.name
            ));
            line(format!("    reg compare_{};", port.name));
        }
        let mut bindings: Vec<String> = Vec::new();
        if let Some(clock) = &self.clock {
            line("    reg clock = 1'b0;".into());
            bindings.push(format!(".{clock}(clock)"));
        }
        bindings.extend(self.inputs.iter().map(|p| format!(".{0}(in_{0})", p.name)));
        bindings.extend(
            self.outputs
                .iter()
                .map(|p| format!(".{0}(out_{0})", p.name)),
        );
        line(format!("    {module} dut ({});", bindings.join(", ")));

        line("    initial begin".into());
        line("        mismatches = 0;".into());
        line("        if (!$value$plusargs(\"vectors=%s\", path)) begin".into());
        line("            $display(\"bench: no +vectors=FILE\");".into());
        line("            $finish;".into());
        line("        end".into());
        line("        handle = $fopen(path, \"r\");".into());
        line("        if (handle == 0) begin".into());
        line("            $display(\"bench: cannot open %0s\", path);".into());
        line("            $finish;".into());
        line("        end else begin".into());
        line("            $fclose(handle);".into());
        line("            $readmemh(path, memory);".into());
        line("            if (^memory[0] === 1'bx || ^memory[ROWS-1] === 1'bx) begin".into());
        line("                $display(\"bench: %0s does not hold %0d rows\", path, ROWS);".into());
        line("                $finish;".into());
        line("            end else begin".into());
        line("                play;".into());
        line(
            "                $display(\"bench: rows %0d mismatches %0d\", ROWS, mismatches);"
                .into(),
        );
        line("                $finish;".into());
        line("            end".into());
        line("        end".into());
        line("    end".into());

        line("    task play;".into());
        line("        for (row = 0; row < ROWS; row = row + 1) begin".into());
        line("            word = memory[row];".into());
        let mut fields: Vec<String> = Vec::new();
        fields.extend(self.inputs.iter().map(|p| format!("in_{}", p.name)));
        fields.extend(self.outputs.iter().map(|p| format!("expected_{}", p.name)));
        fields.extend(self.outputs.iter().map(|p| format!("compare_{}", p.name)));
        line(format!("            {{{}}} = word;", fields.join(", ")));
        line("            #4;".into());
        if self.clock.is_some() {
            line("            clock = 1'b0;".into());
        }
        line("            #4;".into());
        for port in &self.outputs {
            let name = &port.name;
            line(format!(
                "            if (compare_{name} && out_{name} !== expected_{name}) begin"
            ));
            line(format!("                if (mismatches < {SHOWN})"));
            line(format!(
                "                    $display(\"row %0d port {name} expected %h got %h\", row, \
                 expected_{name}, out_{name});"
            ));
            line("                mismatches = mismatches + 1;".into());
            line("            end".into());
        }
        if self.clock.is_some() {
            line("            #1 clock = 1'b1;".into());
        }
        line("            #1;".into());
        line("        end".into());
        line("    endtask".into());
        line("endmodule".into());
        t
    }

    /// Compiles the bench around `module`, which the sources of `icarus` describe. Use this and
    /// [`Vectors::run`] over [`check`] for several source files, data files or another time limit;
    /// the top module that `icarus` was made with is replaced by the bench.
    pub fn compile(&self, module: &str, icarus: Icarus) -> Result<Simulation, Error> {
        self.validate()?;
        icarus
            .top(BENCH)
            .source("ferrospike_vector_bench.v", self.bench(module))
            .data("vectors.hex", self.rows_file())
            .compile()
    }

    /// Plays the rows in a simulation that [`Vectors::compile`] made.
    pub fn run(&self, simulation: &Simulation) -> Result<Report, Error> {
        let output = simulation.run(&["vectors=vectors.hex"])?;
        self.parse(&output.stdout)
            .ok_or_else(|| Error::Unfinished(output.stdout + &output.stderr))
    }

    /// Reads the report off the output of the bench.
    fn parse(&self, stdout: &str) -> Option<Report> {
        let closing = stdout
            .lines()
            .rev()
            .find_map(|l| l.strip_prefix("bench: rows "))?;
        let (rows, mismatches) = closing.split_once(" mismatches ")?;
        let report = Report {
            rows: rows.parse().ok()?,
            mismatches: mismatches.parse().ok()?,
            first: stdout
                .lines()
                .filter(|l| l.starts_with("row "))
                .map(Into::into)
                .collect(),
        };
        (report.rows == self.rows.len()).then_some(report)
    }
}

/// Plays `vectors` against the module `module` of the Verilog text `source`.
///
/// Differences are no error, they are in the [`Report`]: a test ends with
/// `assert!(report.passed(), "{report}")`.
pub fn check(module: &str, source: &str, vectors: &Vectors) -> Result<Report, Error> {
    let icarus = Icarus::new(module).source("dut.v", source);
    vectors.run(&vectors.compile(module, icarus)?)
}
