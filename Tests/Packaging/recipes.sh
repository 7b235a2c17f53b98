#!/usr/bin/env bash
# recipes.sh: holds what containers, Spack and citations are made from against the project and this machine's apt, as
# far as that goes without a registry of images or Spack: packages exist, shell is sound, both container recipes say the
# same, the Spack recipe asks for targets that there are. `make test-packaging` runs it.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)
# shellcheck source=functions.sh
source "$here/functions.sh"
cd "$project" || exit 1
containerfile=.packaging/Containerfile definition=.packaging/locus.def

if ! command -v shellcheck >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get install -y -q --no-install-recommends shellcheck >/dev/null 2>&1
fi

# ---- What the recipes say

# The RUN lines of the Containerfile.
scripts_of_containerfile() {
  awk '/^RUN / { running = 1; sub(/^RUN /, "") }
    running { print; if (!/\\$/) { running = 0; print "# ----" } }' "$containerfile"
}

# The %post and other sections of shell of the definition.
scripts_of_definition() {
  awk '/^%|^Bootstrap/ { shell = /^%(post|environment|test|runscript)/; if (shell) print "# ----"; next }
    shell' "$definition"
}

# packages STAGE: what a recipe on standard input installs in its first or second call of apt-get.
packages() {
  tr '\n' ' ' | sed 's/\\ / /g' | grep -oE 'apt-get install -y -q --no-install-recommends[^&#]*' | sed -n "$1p" |
    tr -s ' ' '\n' | grep -E '^[a-z0-9][a-z0-9.+-]+$' | grep -vE '^(apt-get|install|rm|cd|make)$' | sort
}
of_containerfile() { scripts_of_containerfile | packages "$1"; }
of_definition() { scripts_of_definition | sed 's/^ *\(cd \/\|rm -\|make install\).*/#/' | packages "$1"; }

# ---- Claims
sound() { scripts_of_containerfile | shellcheck --shell=sh -; }
sound_definition() { scripts_of_definition | sed '1i#!/bin/sh' | shellcheck --shell=sh --exclude=SC2164 -; }
sound_scripts() {
  git ls-files .ci .packaging slurm Tests/Packaging Tests/Schedulers | grep -E '\.(sh|sbatch|pbs|lsf)$|run$|stubs/' |
    xargs shellcheck
}
if command -v shellcheck >/dev/null; then
  claim "the commands of the Containerfile are sound" sound
  claim "the commands of the Apptainer definition are sound" sound_definition
  claim "jobs and scripts are sound" sound_scripts
fi

known() {
  local package
  for package in $(of_containerfile 1) $(of_containerfile 2); do
    apt-cache show "$package" >/dev/null || return
  done
}
if grep -q bookworm /etc/os-release && apt-cache show make >/dev/null 2>&1; then
  claim "apt knows every package of the containers" known
fi

alike() {
  local stage
  for stage in 1 2; do
    [ -n "$(of_containerfile "$stage")" ] && diff <(of_containerfile "$stage") <(of_definition "$stage") || return
  done
  diff <(sed -n 's/^FROM \([^ ]*\).*/\1/p' "$containerfile") <(sed -n 's/^From: //p' "$definition")
}
claim "both recipes of containers take the same images and packages" alike

# What `make deps` installs to build with, but for what only tests need.
builds() {
  diff <(make -n --no-print-directory deps | packages 1 | grep -v hdf5-tools) <(of_containerfile 1 | grep -v '^make$')
}
claim "they build with what make deps installs" builds

claim "the Spack recipe asks for targets and variables that there are" \
  env PYTHONDONTWRITEBYTECODE=1 python3 "$here/spack.py" .packaging/spack/package.py
version=$(sed -n 's/.*static let current = "\(.*\)"/\1/p' Sources/locus/Locus.swift)
same_version() {
  grep -qx "version: $version" CITATION.cff && grep -q "version(\"$version\")" .packaging/spack/package.py
}
claim "citation and Spack recipe name the program's version" same_version
if command -v cffconvert >/dev/null; then claim "CITATION.cff is valid" cffconvert --validate; fi

# Links of Markdown to files of the project.
links() {
  local file target
  # Files of the project, not addresses.
  for file in README.md slurm/README.md .github/CONTRIBUTING.md; do
    while IFS= read -r target; do
      [ -e "$(dirname "$file")/$target" ] || { echo "$file: there is no $target" && return 1; }
    done < <(grep -oE '\]\([^)#:]+[)#]' "$file" | sed 's/^](//; s/.$//')
  done
}
claim "links lead to files that there are" links
conclude
