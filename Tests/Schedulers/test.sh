#!/usr/bin/env bash
# test.sh PROGRAM: runs the jobs of slurm/pbs and slurm/lsf as these schedulers do: in their environment, with their
# signals, and with a new start where one is asked for. The schedulers themselves are not there; mpirun and locus are.
# `make test-schedulers` runs it.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)
# shellcheck source=../Packaging/functions.sh
source "$here/../Packaging/functions.sh"
LOCUS=$(readlink -f "$1")
export LOCUS LOCUS_SLURM=$project/slurm LOCUS_CONFIG=$work/screen.yaml OMPI_MCA_odls_base_sigkill_timeout=3
export STUB_FOLDER=$work PATH=$here/stubs:$PATH
cd "$work" || exit 1
# About four seconds for two cores.
sed "s|../../configs|$project/configs|; s|sample: .*|sample: 1536|" "$project/Tests/Slurm/screen.yaml" >screen.yaml
mpirun -n 2 "$LOCUS" screen "$LOCUS_CONFIG" --output reference.h5 --quiet || exit 1
printf 'localhost\nlocalhost\n' >hosts

# ---- The schedulers

# start JOB: in an environment of a job's own, in the background; its process is $job. A shell ignores SIGINT for what
# it has in the background, a scheduler does not.
start() {
  env --default-signal=INT bash "$LOCUS_SLURM/$1" >>job.log 2>&1 &
  job=$!
}

finish() { wait "$job"; }

# pbs SECONDS JOB: runs a job of PBS with that time limit, and all of its successors, each with twice the time of the
# one before it, as a machine may be slow; how many there were is $successors.
pbs() {
  export PBS_JOBID=1.stub PBS_O_WORKDIR=$PWD PBS_NODEFILE=$work/hosts STUB_WALLTIME=$1
  successors=0
  start "pbs/$2"
  finish || return
  while [ -e successor ]; do
    [ "$(cat successor)" = "$LOCUS_SLURM/pbs/$2" ] || return
    rm successor
    successors=$((successors + 1))
    STUB_WALLTIME=$((STUB_WALLTIME * 2))
    (
      # shellcheck disable=SC1091  # written by the stub
      source ./variables
      unset PBS_ARRAY_INDEX
      start "pbs/$2"
      finish
    ) || return
  done
}

# lsf JOB: runs a job of LSF, again while it ends with 85, as -Q 85 says; how often again is $successors.
lsf() {
  local status
  export LSB_JOBID=1 LSB_DJOB_HOSTFILE=$work/hosts LS_SUBCWD=$PWD
  successors=0
  while :; do
    start "lsf/$1"
    [ -z "${warned:-}" ] || warn
    finish && return
    status=$?
    [ "$status" = 85 ] || return "$status"
    successors=$((successors + 1))
    warned=""
  done
}

has_units() { [ "$("$LOCUS" status "$1" --units)" -ge 4 ]; }

# everybody SIGNAL: to the job and to all that it has started, as both schedulers do.
everybody() {
  local process
  for process in $(descendants "$job") "$job"; do kill "-$1" "$process" 2>/dev/null; done
}

descendants() {
  local child
  for child in $(pgrep -P "$1"); do
    descendants "$child"
    echo "$child"
  done
}

# LSF's warning before the time limit.
warn() {
  until has_units "$LOCUS_OUTPUT"; do sleep 0.1; done
  everybody USR1
}

# ---- Scenarios: each claims what it does, in variables of its own

# in_folder NAME: everything that follows goes there.
in_folder() {
  mkdir "$work/$1"
  cd "$work/$1" || exit 1
  export LOCUS_OUTPUT=out.h5 STUB_FOLDER=$PWD
  unset "${!PBS_@}" "${!LSB_@}" LOCUS_PARTS LOCUS_OPTIONS LOCUS_NOTICE LOCUS_COMMAND
}

pbs_completes() {
  pbs 43200 screen.pbs && [ "$successors" = 0 ] && grep -q 'start 0 on localhost: 0 units' job.log &&
    equals ../reference.h5 out.h5
}

pbs_time_limit() {
  export LOCUS_NOTICE=1
  pbs 4 screen.pbs && [ "$successors" -ge 1 ] && grep 'start [1-9]* on localhost: [1-9]' job.log &&
    equals ../reference.h5 out.h5
}

pbs_deleted() {
  local status
  export PBS_JOBID=1.stub PBS_O_WORKDIR=$PWD PBS_NODEFILE=$work/hosts STUB_WALLTIME=3600
  start pbs/screen.pbs
  until has_units out.h5; do sleep 0.1; done
  everybody TERM
  finish
  status=$?
  cat job.log
  [ "$status" = 143 ] && [ ! -e successor ] && [ "$("$LOCUS" status out.h5 --units)" -ge 4 ]
}

pbs_array() {
  export LOCUS_PARTS=2 LOCUS_NOTICE=1
  for PBS_ARRAY_INDEX in 1 2; do
    export PBS_ARRAY_INDEX
    pbs 3 screen.pbs || return
  done
  unset PBS_ARRAY_INDEX
  pbs 3600 gather.pbs && equals ../reference.h5 out.h5 && [ -s out/index.html ] && [ -s out.analysis.h5 ]
}

pbs_study() {
  LOCUS_CONFIG=$project/configs/studies/ablation.yaml pbs 3600 study.pbs && says "$LOCUS" status out.h5 -- finished
}

pbs_misuse() {
  (unset LOCUS_OUTPUT && pbs 3600 screen.pbs) || [ $? = 2 ] && grep 'usage: LOCUS_CONFIG' job.log
}

lsf_completes() { lsf screen.lsf && [ "$successors" = 0 ] && equals ../reference.h5 out.h5; }

lsf_time_limit() {
  local warned=yes
  lsf screen.lsf && [ "$successors" = 1 ] && grep 'on localhost: [1-9][0-9]* units' job.log &&
    equals ../reference.h5 out.h5
}

lsf_killed() {
  local status
  export LSB_JOBID=1 LSB_DJOB_HOSTFILE=$work/hosts
  start lsf/screen.lsf
  until has_units out.h5; do sleep 0.1; done
  everybody INT
  finish
  status=$?
  cat job.log
  [ "$status" = 143 ] && [ "$("$LOCUS" status out.h5 --units)" -ge 4 ]
}

lsf_array() {
  export LSB_JOBINDEX_END=2
  for LSB_JOBINDEX in 1 2; do
    export LSB_JOBINDEX
    lsf screen.lsf || return
  done
  export LSB_JOBINDEX=0 LOCUS_PARTS=2
  lsf gather.lsf && equals ../reference.h5 out.h5 && [ -s out/index.html ]
}

lsf_study() {
  LOCUS_CONFIG=$project/configs/studies/ablation.yaml lsf study.lsf && says "$LOCUS" status out.h5 -- finished
}

# try NAME WORDS
try() {
  in_folder "$1"
  claim "$2" "$1"
}

try pbs_completes "PBS: a screen completes"
try pbs_time_limit "PBS: it ends before its time limit, and its successors complete it"
try pbs_deleted "PBS: it is deleted, keeps its units and has no successor"
try pbs_array "PBS: an array whose jobs have successors, then gather, analysis and report"
try pbs_study "PBS: a study"
try pbs_misuse "PBS: a missing variable is told"
try lsf_completes "LSF: a screen completes"
try lsf_time_limit "LSF: it is warned of its time limit, starts again and completes"
try lsf_killed "LSF: it is killed, keeps its units and does not start again"
try lsf_array "LSF: an array, then gather, analysis and report"
try lsf_study "LSF: a study"
conclude
