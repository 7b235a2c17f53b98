# shellcheck shell=bash disable=SC2154  # `work`, `config` and `project` are of test.sh, which sources this
# The scenarios of test.sh. Each runs in a folder of its own, with `set -e`.

# ---- Facts to wait for

# await SECONDS COMMAND...: until the command succeeds.
await() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $deadline ] || { echo "waited in vain for: $*" && scontrol show jobs && return 1; }
    sleep 0.3
  done
}

# field JOB NAME: a field of what Slurm knows of a job.
field() { scontrol -o show job "$1" | sed -n "1s/.* $2=\([^ ]*\).*/\1/p"; }

has_units() { [ "$("$LOCUS" status "$1" --units)" -ge "$2" ]; }

is_state() { [[ $(field "$1" JobState) =~ ^($2)$ ]]; }

has_restarted() { [ "$(field "$1" Restarts)" = 1 ]; }

# ends JOB STATE: waits for the end of a job and demands how it ended.
ends() {
  await 250 is_state "$1" 'COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL|PREEMPTED'
  [ "$(field "$1" JobState)" = "$2" ] || { scontrol show job "$1" && return 1; }
}

# equals OUTPUT: whether the results are those of the screen that nothing interrupted.
equals() {
  local group
  for group in /mutation /phenotype /baseline /input; do h5diff "$work/reference.h5" "$1" "$group"; done
}

# went_on LOG: whether a start found units of an earlier one.
went_on() { grep -E 'start 1 on .*: [1-9][0-9]* units are there' "$1"; }

# ---- Jobs

# submit [OPTION...]: the job of a screen by two ranks on two hosts.
submit() {
  sbatch --parsable --nodes=2 --ntasks-per-node=1 --exclude=cn3 --time=1:00:00 --output=job.log "$@" \
    "$project/slurm/screen.sbatch" "$config" out.h5
}

# interrupt JOB: as Slurm does before the time limit.
interrupt() { scancel --batch --signal=USR1 "$1"; }

# ---- Scenarios

completes() {
  local job
  job=$(submit)
  ends "$job" COMPLETED
  [ "$(field "$job" Restarts)" = 0 ]
  equals out.h5
}

time_limit() {
  local job
  job=$(submit)
  await 100 has_units out.h5 4
  interrupt "$job"
  await 60 has_restarted "$job"
  ends "$job" COMPLETED
  went_on job.log
  equals out.h5
}

preempted() {
  local job other
  # Nearly two thirds of the nodes' processors each: both cannot run at once.
  job=$(submit --partition=low --cpus-per-task=20)
  await 100 has_units out.h5 4
  other=$(sbatch --parsable --partition=main --nodes=2 --exclude=cn3 --ntasks-per-node=1 --cpus-per-task=20 \
    --output=other.log --wrap 'srun hostname')
  ends "$other" COMPLETED
  has_restarted "$job"
  ends "$job" COMPLETED
  went_on job.log
  equals out.h5
}

node_lost() {
  local job
  # On cn1 and cn3, so that no other scenario loses its node.
  job=$(submit --exclude=cn2)
  await 100 has_units out.h5 4
  scontrol update nodename=cn3 state=down reason=test
  await 60 has_restarted "$job"
  await 60 revive cn3
  ends "$job" COMPLETED
  went_on job.log
  equals out.h5
}

# revive NODE: brings a node back, which is refused while its last job is being cleared away.
revive() {
  scontrol update nodename="$1" state=resume || true
  ! sinfo -h -n "$1" -o %T | grep -qE 'down|drain'
}

rank_killed() {
  local job process
  job=$(submit)
  await 100 has_units out.h5 4
  process=$(rank_of "$job" 1)
  echo "killing $process at $("$LOCUS" status out.h5 --units) units"
  kill -KILL "$process"
  ends "$job" COMPLETED
  [ "$(field "$job" Restarts)" = 0 ]
  grep 'launching again' job.log
  equals out.h5
}

# rank_of JOB RANK: the process of a rank.
rank_of() {
  local folder command found
  for folder in /proc/[0-9]*; do
    # Processes come and go meanwhile.
    command="" found=0
    { read -r command <"$folder/comm"; } 2>/dev/null || true
    [ "$command" = locus ] || continue
    { found=$(tr '\0' '\n' <"$folder/environ" |
      grep -cxF -e "SLURM_CONF=$SLURM_CONF" -e "SLURM_JOB_ID=$1" -e "SLURM_PROCID=$2"); } 2>/dev/null || true
    [ "$found" != 3 ] || echo "${folder#/proc/}"
  done
}

array() {
  local tasks gather analysis
  "$project/slurm/submit.sh" "$config" --output out.h5 --array 3 --ntasks-per-node=1 --exclude=cn3 | tee submitted
  tasks=$(awk '$1 == "array" { print $2 }' submitted)
  gather=$(awk '$1 == "gather" { print $2 }' submitted)
  analysis=$(awk '$1 == "analysis" { print $2 }' submitted)
  # The plain id of the last task is the id of the whole array.
  await 100 has_units out.part-3.h5 3
  interrupt "${tasks}_3"
  ends "$gather" COMPLETED
  ends "$analysis" COMPLETED
  [ "$(field "${tasks}_1" Restarts)$(field "${tasks}_2" Restarts)$(field "${tasks}_3" Restarts)" = 001 ]
  equals out.h5
  test -s out.analysis.h5
}

chain() {
  local screen analysis
  "$project/slurm/submit.sh" "$config" --output out.h5 --nodes=2 --ntasks-per-node=1 --exclude=cn3 | tee submitted
  screen=$(awk '$1 == "screen" { print $2 }' submitted)
  analysis=$(awk '$1 == "analysis" { print $2 }' submitted)
  await 100 has_units out.h5 4
  interrupt "$screen"
  await 60 has_restarted "$screen"
  is_state "$analysis" PENDING
  ends "$screen" COMPLETED
  ends "$analysis" COMPLETED
  equals out.h5
  test -s out.analysis.h5
}

cancelled() {
  local job units
  job=$(submit)
  await 100 has_units out.h5 4
  scancel "$job"
  ends "$job" CANCELLED
  # Nothing of it lives any more, and it has not started again.
  await 60 is_stopped out.h5
  is_state "$job" CANCELLED
  [ "$(field "$job" Restarts)" = 0 ]
  [ ! -e out.h5 ]
  units=$("$LOCUS" status out.h5 --units)
  job=$(submit --output=again.log)
  ends "$job" COMPLETED
  grep "start 0 on .*: $units units are there" again.log
  equals out.h5
}

is_stopped() { "$LOCUS" status "$1" | grep -q '^stopped'; }

with_mpirun() { LAUNCHER=mpirun time_limit; }

no_progress() {
  local job
  # Stands in for a screen whose units take longer than the job.
  cat >locus <<'STANDIN'
#!/usr/bin/env bash
case "$*" in
  *--units) echo "${UNITS:-3}" ;;
  status*) echo "stopped: ${UNITS:-3} of 9 units" ;;
  screen*) trap 'exit 85' USR1 && touch launched && while :; do sleep 0.1; done ;;
esac
STANDIN
  chmod +x locus
  job=$(LOCUS=$PWD/locus submit)
  await 60 test -e launched
  interrupt "$job"
  ends "$job" FAILED
  [ "$(field "$job" ExitCode)" = 1:0 ]
  grep 'no unit was added' job.log
  # One that has all units and still does not end.
  rm launched
  job=$(UNITS=9 LOCUS_RESTARTS=1 LOCUS=$PWD/locus submit --output=capped.log)
  await 60 test -e launched
  rm launched
  interrupt "$job"
  await 60 test -e launched
  interrupt "$job"
  ends "$job" FAILED
  grep '1 restarts were made' capped.log
}
