#!/usr/bin/env bash
# install.sh PROGRAM: `make install` of a built locus into an empty folder, what can be done with it there by somebody
# who has the folder's bin on the PATH and nothing of the project, and its removal. `make test-install` runs it.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)
# shellcheck source=functions.sh
source "$here/functions.sh"
program=$(readlink -f "$1")

claim "make install puts it below DESTDIR and PREFIX" \
  make -C "$project" --no-print-directory install PROGRAM="$program" DESTDIR="$work/root" PREFIX=/opt/locus
folder=$work/root/opt/locus
mkdir "$work/elsewhere"
cd "$work/elsewhere" || exit 1
export PATH=$folder/bin:$PATH

found() { [ "$(command -v locus)" = "$folder/bin/locus" ]; }
claim "it is found on the PATH" found
claim "locus --help" says locus --help -- "SUBCOMMANDS"
claim "locus manual lists its pages" says locus manual -- "running"
claim "locus manual running prints a page" says locus manual running -- "mpirun -n 8 locus screen"
claim "locus plan of the demo" says locus plan "$folder/share/locus/configs/demo.yaml" -- "9,216 (maximum"
sed 's/sample:.*//' "$project/Tests/Slurm/screen.yaml" |
  sed "s|../../configs|$folder/share/locus/configs|; s|\[16, 16\]|[128, 128]|" >small.yaml
claim "a screen by two ranks" mpirun -n 2 locus screen small.yaml --output small.h5 --quiet
claim "its analysis" locus analyze small.h5
claim "its report, whose templates are in the program" locus report small.h5 --output small
claim "the report is a page" test -s small/index.html
claim "completions for bash are shell" bash -n "$folder/share/bash-completion/completions/locus"
claim "the job scripts find the program" says \
  "$folder/share/locus/slurm/submit.sh" small.yaml --print --output small.h5 -- "screen.sbatch"
without_project() { ! grep -rIl -- "$project" "$folder"; }
claim "no file names the project's folder" without_project
claim "make uninstall" \
  make -C "$project" --no-print-directory uninstall DESTDIR="$work/root" PREFIX=/opt/locus
nothing() { [ -z "$(find "$folder" -type f)" ]; }
claim "leaves no file behind" nothing
conclude
