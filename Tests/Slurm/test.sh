#!/usr/bin/env bash
# test.sh: submits the jobs of slurm/ to a real Slurm on hosts of this one machine and interrupts them in every way that
# a cluster does; each must end with the very results of a screen that nothing interrupted. `make test-slurm` runs it.
#
# Needs root, for the hosts' namespaces: elsewhere it is skipped, but with LOCUS_CI=1 that counts as a failure.
# LOCUS_KEEP=1 keeps the folder with all logs.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)
export LOCUS=${LOCUS:-$project/.build/release/locus}
config=$here/screen.yaml

cannot() {
  echo "tests under Slurm $([ "${LOCUS_CI:-}" = 1 ] && echo cannot run || echo are skipped): $*"
  [ "${LOCUS_CI:-}" = 1 ] && exit 1
  exit 0
}
[ "$(id -u)" = 0 ] || cannot "network namespaces need root"
unshare --net --uts --mount true 2>/dev/null || cannot "this machine makes no namespaces"
if ! command -v h5diff >/dev/null; then
  apt-get install -y -q --no-install-recommends hdf5-tools >/dev/null || cannot "there is no h5diff: install hdf5-tools"
fi
[ -x "$LOCUS" ] || { echo "there is no $LOCUS: run make build" >&2 && exit 1; }

# ---- The cluster, and its end whatever happens
work=$(mktemp -d "${TMPDIR:-/tmp}/locus-slurm.XXXXXX")
chmod 755 "$work"
end() {
  trap - EXIT INT TERM
  # shellcheck disable=SC2046  # a list of processes
  kill $(jobs -p) 2>/dev/null
  "$here/slurm-down.sh" "$work/cluster"
  if [ -n "${LOCUS_KEEP:-}" ]; then echo "everything is left in $work"; else rm -rf "$work"; fi
}
trap end EXIT
trap 'exit 130' INT TERM
started=$SECONDS
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
mpirun -n 2 --oversubscribe "$LOCUS" screen "$config" --output "$work/reference.h5" --quiet || exit 1
"$here/slurm-up.sh" "$work/cluster" 3 64 || exit 1
# shellcheck disable=SC1091  # written by slurm-up.sh
source "$work/cluster/env.sh"
export LOCUS_SLURM=$project/slurm OMPI_MCA_odls_base_sigkill_timeout=3
# shellcheck source=scenarios.sh
source "$here/scenarios.sh"

# run FUNCTION WORDS...: runs a scenario in a folder of its own and tells how it went.
run() {
  local name=$1 since=$SECONDS verdict=PASS
  shift
  mkdir "$work/$name"
  (
    cd "$work/$name" || exit 1
    set -e
    "$name"
  ) >"$work/$name/scenario.log" 2>&1
  # Not in a condition, where bash ignores `set -e`.
  # shellcheck disable=SC2181
  [ $? = 0 ] || verdict=FAIL
  echo "$verdict  $((SECONDS - since)) s  $*" | tee -a "$work/verdicts"
  [ $verdict = PASS ] || tail -n 100 "$work/$name"/*.log
}

run completes "(a) completes" &
run time_limit "(b) stops before its time limit, starts again and completes" &
run preempted "(c) is preempted, starts again and completes" &
run node_lost "(d) loses a node, starts again and completes" &
run rank_killed "(e) loses a rank, launches again and completes" &
run array "(f) an array, one task of it starting again, then gather and analysis" &
run chain "(g) a screen that starts again, then its analysis and its report, as in a container" &
run cancelled "(h) is cancelled and stays so; submitted again it completes" &
run with_mpirun "(i) with mpirun: stops before its time limit, starts again and completes" &
run no_progress "(j) gives up where no unit is added, and after the last restart" &
run own_limit "(k) starts again after a time limit of its own, not after a TERM to the ranks alone" &
run shape "(l) the geometry starts again and goes on" &
run foretelling "(m) a forecast starts again and goes on" &
run training "(n) a training starts again and goes on" &
run submitting "(o) submit.sh says what it would do, and refuses what cannot be" &
wait

passed=$(grep -c ^PASS "$work/verdicts")
failed=$(grep -c ^FAIL "$work/verdicts")
echo "$passed passed, $failed failed, in $((SECONDS - started)) s"
[ "$passed" = 15 ] && [ "$failed" = 0 ]
