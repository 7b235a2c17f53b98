# shellcheck shell=bash
# What the tests of this folder share: a verdict for each claim, and a folder that is gone at the end.

work=$(mktemp -d "${TMPDIR:-/tmp}/locus-packaging.XXXXXX")
trap 'rm -rf "$work"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
unset OPENBLAS_CORETYPE
passed=0 failed=0

# claim WORDS COMMAND...: runs the command and says whether it did what the words say.
claim() {
  local words=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    passed=$((passed + 1))
    echo "PASS  $words"
  else
    failed=$((failed + 1))
    echo "FAIL  $words: $*"
    tail -n 30 "$work/log"
  fi
}

# skip WORDS...: ends a test that cannot be run here; with LOCUS_CI=1 that is a failure.
skip() {
  echo "$([ "${LOCUS_CI:-}" = 1 ] && echo "cannot run" || echo skipped): $*"
  [ "${LOCUS_CI:-}" != 1 ]
  exit
}

# says COMMAND... -- WORDS: whether the command succeeds and its output contains the words.
says() {
  local command=()
  while [ "$1" != -- ]; do
    command+=("$1")
    shift
  done
  "${command[@]}" >"$work/said" || return
  grep -qF -- "$2" "$work/said" || { cat "$work/said" && return 1; }
}

# equals ONE OTHER: whether two results files hold the same.
equals() {
  local group
  for group in /mutation /phenotype /baseline /input; do h5diff "$1" "$2" "$group" || return; done
}

conclude() {
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
}
