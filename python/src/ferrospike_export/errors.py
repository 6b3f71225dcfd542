"""What cannot be exported, said by name."""


class ExportError(ValueError):
    """A network, layer or option that the hardware's rules cannot hold; the text says which, why, and what to try."""


class RunError(RuntimeError):
    """The ``ferrospike`` command could not run; the text has its message."""
