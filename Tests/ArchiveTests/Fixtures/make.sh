#!/bin/bash
# Makes the files of earlier format versions in this folder: `make.sh VERSION LOCUS PYTHON`, where LOCUS is the program
# as it was and PYTHON has h5py (3.16.0 did). h5repack is of hdf5-tools (1.10.8).
#
# Version 1 of results files: the program at commit 8af5324. Version 2 of them, and version 1 of analysis files:
# c913bac.
set -euo pipefail
version=$1
locus=$(realpath "$2")
python=$3
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir bin
cp "$locus" bin/locus
export PATH="$work/bin:$PATH"
cp -r "$here/../../../configs/demo/model" .
cat > inputs.jsonl << 'END'
{"id": "facts-1", "task": "facts", "prompt": "In Cuba, the capital is"}
{"id": "facts-2", "task": "facts", "prompt": "In Mali, the capital is"}
{"id": "sum-1", "task": "arithmetic", "prompt": "91 - 17 ="}
END
cat > screen.yaml << 'END'
model: model
inputs: inputs.jsonl
continuation:
  tokens: 6
mutations:
  region: [32, 32]
  matrices: [q, down]
  layers: [1, 2]
  sample: 48
record:
  direction: false
END
locus screen screen.yaml --output "screen-$version.h5" --quiet
cp "screen-$version.h5" "$here"
[ "$version" = 2 ] || exit 0
locus analyze screen-2.h5 --quiet > /dev/null
# Four of the analyses are enough, and h5repack takes away the room of the others.
"$python" - << 'END'
import h5py
with h5py.File("screen-2.analysis.h5", "r+") as file:
    for name in list(file["analysis"]):
        if name not in ("sensitivity", "tasks", "regions", "overlap"):
            del file["analysis"][name]
END
h5repack screen-2.analysis.h5 "$here/analysis-1.h5"
