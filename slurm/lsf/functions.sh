# shellcheck shell=bash
# What LSF does in its way, for the jobs of this folder. LOCUS_SLURM names the folder slurm.
: "${LAUNCHER:=mpirun}"
# shellcheck source=../functions.sh
source "$LOCUS_SLURM/functions.sh"

# begin USAGE...: makes `locus` ready to run on the job's hosts. It needs the variables LOCUS_CONFIG and LOCUS_OUTPUT,
# as USAGE says.
begin() {
  [ -n "${LOCUS_OUTPUT:-}" ] || fail 2 "usage: $*"
  # shellcheck disable=SC2034  # for the job that calls this
  read -r -a options <<<"${LOCUS_OPTIONS:-}"
  prepare
}

# The number of this job in an array of jobs; nothing elsewhere.
array_index() { [ "${LSB_JOBINDEX:-0}" = 0 ] || echo "$LSB_JOBINDEX"; }

# One line a rank stands in LSB_DJOB_HOSTFILE.
mpirun_options() {
  [ ! -r "${LSB_DJOB_HOSTFILE:-}" ] || echo "-n $(grep -c . "$LSB_DJOB_HOSTFILE") -machinefile $LSB_DJOB_HOSTFILE"
}

# LSF does not say. How often a job may start again is the queue's MAX_JOB_REQUEUE; one that adds nothing gives up.
restarts() { echo 0; }

hosts() { sort -u "${LSB_DJOB_HOSTFILE:-/dev/null}" | paste -sd, | grep . || echo "this host"; }

# The jobs' -Q 85 has LSF start those again that end with 85.
start_again() { say "ending with 85, upon which LSF starts the job again"; }
