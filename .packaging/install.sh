#!/usr/bin/env bash
# install.sh PROGRAM FOLDER: puts a built locus and all that belongs to it under FOLDER, as `make install` does:
#
#     FOLDER/bin/locus
#     FOLDER/share/locus            the configurations and the job scripts
#     FOLDER/share/doc/locus        the readme, the changes, the license, how to cite
#     FOLDER/share/...              completions for bash, zsh and fish
#
# install.sh --remove FOLDER takes it away again. The manual and the report's templates are in the program itself.
set -euo pipefail
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

completions=(
  bash:share/bash-completion/completions/locus zsh:share/zsh/site-functions/_locus
  fish:share/fish/vendor_completions.d/locus.fish
)

remove() {
  local completion
  rm -f "$1/bin/locus"
  rm -rf "$1/share/locus" "$1/share/doc/locus"
  for completion in "${completions[@]}"; do rm -f "$1/${completion#*:}"; done
}

# put FOLDER FILE...: as every user may read them.
put() { install -D -m 644 -t "$1" "${@:2}"; }

# put_tree FOLDER NAME: what the project has there, and nothing that was made since; jobs may be run.
put_tree() {
  local path mode
  while IFS= read -r path; do
    mode=644
    [ ! -x "$project/$path" ] || mode=755
    install -D -m "$mode" "$project/$path" "$1/$path"
  done < <(files "$2")
}

# files NAME: all files below a folder of the project. Where there is no git, those that are there.
files() {
  git -C "$project" ls-files -- "$1" 2>/dev/null | grep . ||
    (cd "$project" && find "$1" -type f ! -name '*.pyc' ! -name '.*')
}

if [ "${1:-}" = --remove ] && [ "$#" = 2 ]; then
  remove "$2"
  exit
fi
if [ "$#" != 2 ] || [ ! -x "$1" ]; then
  echo "usage: install.sh PROGRAM FOLDER, or install.sh --remove FOLDER" >&2
  exit 2
fi
program=$1 folder=$2

# What an earlier version had and this one has not must not stay.
remove "$folder"
install -D -m 755 "$program" "$folder/bin/locus"
for name in configs slurm; do put_tree "$folder/share/locus" "$name"; done
put "$folder/share/doc/locus" "$project"/{README.md,CHANGELOG.md,LICENSE,CITATION.cff}
for completion in "${completions[@]}"; do
  mkdir -p "$(dirname "$folder/${completion#*:}")"
  "$program" --generate-completion-script "${completion%%:*}" >"$folder/${completion#*:}"
done
