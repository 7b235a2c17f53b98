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
  await 250 is_state "$1" 'COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL'
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
  local job log=$PWD/job.log output=$PWD/out.h5
  # As a person does it by hand in the project's folder.
  job=$(unset LOCUS_SLURM && cd "$project" && sbatch --parsable --nodes=2 --ntasks-per-node=1 --exclude=cn3 \
    --time=1:00:00 --output="$log" slurm/screen.sbatch "$config" "$output")
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
  # More than half of the nodes' processors each, so that both cannot run at once, and room for all other scenarios.
  job=$(submit --partition=low --cpus-per-task=36)
  await 100 has_units out.h5 4
  other=$(sbatch --parsable --partition=main --nodes=2 --exclude=cn3 --ntasks-per-node=1 --cpus-per-task=36 \
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
  "$project/slurm/submit.sh" "$config" --output out.h5 --array 3%3 --no-geometry --no-report --partition=main \
    --ntasks-per-node=1 --exclude=cn3 | tee submitted
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
  local screen analysis report
  # As in a container.
  LOCUS="env CONTAINER=1 $LOCUS" "$project/slurm/submit.sh" "$config" --output out.h5 --no-geometry --nodes=2 \
    --ntasks-per-node=1 --exclude=cn3 | tee submitted
  screen=$(awk '$1 == "screen" { print $2 }' submitted)
  analysis=$(awk '$1 == "analysis" { print $2 }' submitted)
  report=$(awk '$1 == "report" { print $2 }' submitted)
  await 100 has_units out.h5 4
  interrupt "$screen"
  await 60 has_restarted "$screen"
  is_state "$analysis" PENDING
  ends "$screen" COMPLETED
  ends "$analysis" COMPLETED
  ends "$report" COMPLETED
  equals out.h5
  test -s out.analysis.h5
  test -s out/index.html
}

shape() {
  local job name
  cp "$work/reference.h5" out.h5
  job=$(sbatch --parsable --ntasks=2 --exclude=cn3 --output=job.log "$project/slurm/geometry.sbatch" "$PWD/out.h5" \
    --clusters 3 --affinity phi)
  await 100 has_units out.analysis.h5 30
  interrupt "$job"
  await 60 has_restarted "$job"
  # Meanwhile the same without an interruption.
  "$LOCUS" geometry "$work/reference.h5" --clusters 3 --affinity phi --output "$PWD/whole.analysis.h5" --quiet
  ends "$job" COMPLETED
  grep -E 'start 1 on .*: [1-9][0-9]* pieces are there' job.log
  for name in galaxy lobes lobe_comparison; do h5diff whole.analysis.h5 out.analysis.h5 "/geometry/$name"; done
  test ! -e out.analysis.h5.journal
}

foretelling() {
  local job
  # Of many probes, as a usual one is over too soon.
  { sed "s|\.\./\.\./|$project/|" "$config" && echo "forecast: {probes: 150}"; } >forecast.yaml
  job=$(sbatch --parsable --ntasks=2 --exclude=cn3 --output=job.log "$project/slurm/forecast.sbatch" \
    "$PWD/forecast.yaml" "$PWD/out.h5")
  await 100 has_units out.h5 2
  interrupt "$job"
  await 150 has_restarted "$job"
  # Meanwhile the same without an interruption.
  "$LOCUS" forecast forecast.yaml --output whole.h5 --quiet
  ends "$job" COMPLETED
  grep -E 'start 1 on .*: [1-9][0-9]* pieces are there' job.log
  h5diff whole.h5 out.h5 /forecast
  test ! -e out.h5.journal
}

training() {
  local job
  cat >train.yaml <<YAML
shape: $project/configs/demo/model
phases: [{micro_world: {facts: 0.5, copy: 0.5}, steps: 1200}]
window: 17
batch: 4
shards: 2
learning_rate: 0.001
YAML
  job=$(sbatch --parsable --ntasks=2 --exclude=cn3 --output=job.log "$project/slurm/train.sbatch" "$PWD/train.yaml" \
    "$PWD/out")
  await 100 has_units out 20
  interrupt "$job"
  await 150 has_restarted "$job"
  # Meanwhile the same without an interruption.
  "$LOCUS" train train.yaml --output whole --quiet
  ends "$job" COMPLETED
  grep -E 'start 1 on .*: [1-9][0-9]* pieces are there' job.log
  cmp whole/model.safetensors out/model.safetensors
  test ! -e out.journal
}

# What submit.sh would do: no job is needed to see that.
submitting() {
  local line
  "$project/slurm/submit.sh" --help | grep -- --no-geometry
  "$project/slurm/submit.sh" "$config" --output there/out.h5 --array 16%4 --print --account=us \
    --partition=low --qos=high --time=2:00:00 | tee printed
  test ! -e there
  [ "$(grep -c -- '--account=us .*--partition=low\|--account=us --partition=low --qos=high' printed)" = 5 ]
  [ "$(grep -c -- '--time=2:00:00' printed)" = 1 ]
  grep -- '--array=1-16%4' printed
  grep -- 'report=.*afterok:$analysis,afterany:$geometry' printed
  if "$project/slurm/submit.sh" "$config" --output there/out.h5 --array 100000 >refused 2>&1; then return 1; fi
  grep 'choose at most' refused
  test ! -e there
  for line in '--array 0' '--array 3,5' '--account us' '--frobnicate'; do
    # shellcheck disable=SC2086  # words
    if "$project/slurm/submit.sh" "$config" $line --print; then echo "$line was taken" && return 1; fi
  done
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

# stand_in FOLDER [OPTION...]: the job of a screen whose `locus` is stand-in.sh, in a new folder.
stand_in() {
  mkdir -p "$1"
  (cd "$1" && LOCUS=$project/Tests/Slurm/stand-in.sh submit "${@:2}")
}

no_progress() {
  local job
  export LOCUS_PATIENCE=0
  job=$(stand_in idle)
  await 60 test -e idle/launched
  interrupt "$job"
  ends "$job" FAILED
  [ "$(field "$job" ExitCode)" = 1:0 ]
  grep 'no unit was added' idle/job.log
  # One that has all units and still does not end.
  export STAND_IN_UNITS=9 LOCUS_RESTARTS=1
  job=$(stand_in capped)
  await 60 test -e capped/launched
  rm capped/launched
  interrupt "$job"
  await 60 test -e capped/launched
  interrupt "$job"
  ends "$job" FAILED
  grep '1 restarts were made' capped/job.log
}

own_limit() {
  local job
  job=$(STAND_IN_STEP=3 STAND_IN_REASON='before the time limit' stand_in limit)
  ends "$job" COMPLETED
  [ "$(field "$job" Restarts)" = 1 ]
  # Somebody's TERM to the ranks alone means what TERM always means.
  job=$(STAND_IN_STEP=3 STAND_IN_REASON='on SIGTERM' stand_in terminated)
  ends "$job" FAILED
  [ "$(field "$job" ExitCode)" = 143:0 ] || [ "$(field "$job" ExitCode)" = 0:15 ]
  [ "$(field "$job" Restarts)" = 0 ]
  # A launch that crashes at once is made again; what the screen said of an earlier one is not of it.
  mkdir crash
  echo 'on SIGTERM' >crash/reason
  job=$(STAND_IN_STEP=6 STAND_IN_REASON='before the time limit' STAND_IN_CRASH=yes stand_in crash)
  ends "$job" COMPLETED
  grep 'launching again' crash/job.log
  # Only submit.sh, the project's folder or LOCUS_SLURM tell the jobs where the rest of them is.
  job=$(unset LOCUS_SLURM && stand_in astray)
  ends "$job" FAILED
  [ "$(field "$job" ExitCode)" = 2:0 ]
  grep 'set LOCUS_SLURM' astray/job.log
}
