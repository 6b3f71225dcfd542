//! The ports that a constraint file names.

/// Ports of a `.pcf` (`set_io PORT SITE`), `.lpf` (`LOCATE COMP "PORT" SITE "X";`) or `.cst`
/// (`IO_LOC "PORT" SITE;`), in the order of the file.
pub fn ports(text: &str) -> Vec<&str> {
    sites(text).map(|(port, _)| port).collect()
}

/// Ports with their sites.
pub fn sites(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let bare = |word: &'static str| move |c: &str| c == word;
        let mut words = line
            .split(|c: char| c.is_whitespace() || c == '"' || c == ';')
            .filter(|word| !word.is_empty());
        match words.next()? {
            "set_io" | "IO_LOC" => Some((words.next()?, words.next()?)),
            "LOCATE" => {
                words.next().filter(|w| bare("COMP")(w))?;
                let port = words.next()?;
                words.next().filter(|w| bare("SITE")(w))?;
                Some((port, words.next()?))
            }
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_kinds() {
        let pcf = "# set_io no 1\nset_io clock 35\n";
        let lpf = "LOCATE COMP \"clock\" SITE \"G2\";\nIOBUF PORT \"clock\" IO_TYPE=LVCMOS33;\n";
        let cst = "// a\nIO_LOC \"clock\" 52;\nIO_PORT \"clock\" IO_TYPE=LVCMOS33;\n";
        for (text, site) in [(pcf, "35"), (lpf, "G2"), (cst, "52")] {
            assert_eq!(sites(text).collect::<Vec<_>>(), [("clock", site)]);
        }
    }
}
