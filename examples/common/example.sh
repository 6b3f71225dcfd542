# Sourced by the run.sh of each example: installs what is missing, builds `ferrospike`, and runs the example's run.py.
# The arguments of run.sh are a port (default: sim) and then those of run.py.
set -euo pipefail

port=sim
if [[ $# -gt 0 && $1 != -* && $1 != *.wav ]]; then
    port=$1
    shift
fi
# Files are named from where the caller is.
arguments=()
for argument; do
    [[ $argument == *.wav ]] && argument=$(realpath "$argument")
    arguments+=("$argument")
done
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scripts/setup.sh
cargo build --release --locked --quiet -p ferrospike-host
FERROSPIKE=$(realpath "${CARGO_TARGET_DIR:-target}/release/ferrospike")
export FERROSPIKE PYTHONDONTWRITEBYTECODE=1

# numpy and matplotlib, with the versions of requirements.txt.
environment=.tools/examples
wanted=$(cat examples/common/requirements.txt)
if [[ $(cat "$environment/wanted" 2>/dev/null) != "$wanted" ]]; then
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet -r examples/common/requirements.txt
    printf '%s\n' "$wanted" >"$environment/wanted"
fi
exec "$environment/bin/python" "examples/$example/run.py" --port "$port" "${arguments[@]}"
