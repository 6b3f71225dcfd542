#!/usr/bin/env bash
# The tests of the Python package and of the examples, with numpy, h5py and the `ferrospike` of this tree. No framework is
# needed:
#
#     scripts/python_test.sh [PYTEST OPTIONS]
#
# The first run makes a virtual environment in .tools/python.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly environment=.tools/python
if [[ ! -x $environment/bin/pytest ]]; then
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet 'numpy>=1.22' 'h5py>=3.8' 'pytest>=7'
fi
# The one that the tests of the workspace have, so that nothing is built twice.
cargo test --locked --quiet --workspace --test cli --no-run
FERROSPIKE=$(realpath "${CARGO_TARGET_DIR:-target}/debug/ferrospike")
export FERROSPIKE PYTHONDONTWRITEBYTECODE=1
cd python
(($#)) || set -- tests ../examples/tests
exec "../$environment/bin/pytest" -q -p no:cacheprovider "$@"
