# shellcheck shell=bash
# What PBS (PBS Professional, OpenPBS, TORQUE) does in its way, for the jobs of this folder. LOCUS_SLURM names the
# folder slurm.
: "${LAUNCHER:=mpirun}"
# shellcheck source=../functions.sh
source "$LOCUS_SLURM/functions.sh"

# How the job submits its successor: options of qsub that its #PBS lines do not have stand here, such as
# "qsub -A abc -l select=2:ncpus=64:mpiprocs=64 -l walltime=12:00:00".
: "${LOCUS_QSUB:=qsub}"

# begin JOB USAGE...: makes `locus` ready to run on the job's hosts, from the folder where the job JOB was submitted. It
# needs the variables LOCUS_CONFIG and LOCUS_OUTPUT, as USAGE says.
begin() {
  job=$1
  shift
  [ -n "${LOCUS_OUTPUT:-}" ] || fail 2 "usage: $*"
  cd "${PBS_O_WORKDIR:-.}" || fail 2 "there is no folder $PBS_O_WORKDIR on this host"
  # shellcheck disable=SC2034  # for the job that calls this
  read -r -a options <<<"${LOCUS_OPTIONS:-}"
  prepare
}

# The number of this job in an array of jobs; nothing elsewhere. The successor of one of them is a job of its own.
array_index() { echo "${LOCUS_PART:-${PBS_ARRAY_INDEX:-${PBS_ARRAYID:-}}}"; }

# One line a rank stands in PBS_NODEFILE.
mpirun_options() {
  [ ! -r "${PBS_NODEFILE:-}" ] || echo "-n $(grep -c . "$PBS_NODEFILE") -machinefile $PBS_NODEFILE"
}

restarts() { echo "${LOCUS_START:-0}"; }

hosts() { sort -u "${PBS_NODEFILE:-/dev/null}" | paste -sd, | grep . || echo "this host"; }

# Seconds of the job's time limit; nothing where it has none, or PBS does not say.
time_limit() {
  # TORQUE tells the job; others have to be asked.
  local limit=${PBS_WALLTIME:-}
  [ -n "$limit" ] || limit=$(qstat -f "${PBS_JOBID:-}" 2>/dev/null | sed -n 's/^ *Resource_List\.walltime = *//p')
  echo "$limit" | awk -F: 'NF { for (i = 1; i <= NF; i++) seconds = seconds * 60 + $i; print seconds }'
}

# PBS sends no signal before the time limit: `locus` ends LOCUS_NOTICE seconds before it by a limit of its own.
until_limit() {
  local limit
  limit=$(time_limit)
  [ -n "$limit" ] || return 0
  limit=$((limit - SECONDS - LOCUS_NOTICE))
  echo "--max-time $((limit > 1 ? limit : 1))s"
}

# A user's job cannot have itself started again: it submits its successor, and has done its part.
start_again() {
  local name names="" part
  LOCUS_START=$(($(restarts) + 1))
  part=$(array_index)
  [ -z "$part" ] || LOCUS_PART=$part
  for name in "${!LOCUS_@}"; do
    export "${name?}"
    names+="${names:+,}$name"
  done
  # shellcheck disable=SC2086  # a command of several words
  $LOCUS_QSUB -v "$names" "$LOCUS_SLURM/pbs/$job" && exit 0
  say "the successor could not be submitted: submit again to go on"
}
