#!/usr/bin/env bash
# Runs every framework again and compares with the recordings in host/tests/data/recordings:
#
#     scripts/record_frameworks.sh [FRAMEWORK]...        compares; exit status 1 if anything differs
#     scripts/record_frameworks.sh --write [FRAMEWORK]...  replaces the recordings
#
# Each group of frameworks gets a virtual environment with pinned versions (python/recordings/requirements) in
# .tools/frameworks, or in $FERROSPIKE_FRAMEWORKS: about 12 GB in all. Lava needs Python 3.10, the others 3.11; a
# virtual environment that is there already is taken as it is. Not a part of scripts/test.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly data=host/tests/data/recordings
readonly environments=${FERROSPIKE_FRAMEWORKS:-.tools/frameworks}
write=no
if [[ ${1:-} == --write ]]; then
    write=yes
    shift
fi
frameworks=("$@")
if ((${#frameworks[@]} == 0)); then
    frameworks=(snntorch norse spikingjelly torch sinabs nengo neuron brian2 loihi lava tensorflow)
fi

# The environment of a framework.
group() {
    case $1 in
        snntorch | norse | spikingjelly | torch) echo torch ;;
        nengo | neuron) echo nengo ;;
        *) echo "$1" ;;
    esac
}

export PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
status=0
for framework in "${frameworks[@]}"; do
    group=$(group "$framework")
    wanted=python/recordings/requirements/$group.txt
    environment=$environments/$group
    if [[ ! -x $environment/bin/python ]]; then
        version=3.11
        [[ $group == lava ]] && version=3.10
        echo "record_frameworks: installing $group into $environment" >&2
        "python$version" -m venv "$environment"
        "$environment/bin/pip" install --quiet -r "$wanted"
    fi
    "$environment/bin/python" "python/recordings/record_$framework.py" "$folder"
    "$environment/bin/python" python/recordings/compare.py "$framework" "$folder" "$data" || status=1
    if [[ $write == yes ]]; then
        mkdir -p "$data"
        rm -f "$data/$framework".npz "$data/${framework}"_*
        cp "$folder/$framework".npz "$folder/${framework}"_* "$data"
    fi
done
if [[ $write == yes ]]; then
    echo "recordings written to $data"
    exit 0
fi
exit "$status"
