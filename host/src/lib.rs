//! Importers, compiler, link, transports and reports: what the `ferrospike` command is made of.
