# shellcheck shell=bash
# What the jobs of this folder share, those of pbs and lsf too, whose own functions.sh replace what another scheduler
# does in another way. LOCUS_SLURM names the folder: sbatch runs copies of the jobs from elsewhere.

# shellcheck source=environment.sh
source "$LOCUS_SLURM/environment.sh"

say() { printf '[%s] %s\n' "$(date '+%F %T')" "$*" >&2; }

# fail STATUS WORDS...
fail() {
  local status=$1
  shift
  say "$*"
  exit "$status"
}

load_modules() {
  [ -n "$LOCUS_MODULES" ] || return 0
  # shellcheck disable=SC2086  # a list of names
  module load $LOCUS_MODULES || fail 2 "module load $LOCUS_MODULES failed: correct LOCUS_MODULES in environment.sh"
}

# Makes `locus` ready to run.
prepare() {
  load_modules
  # Some sites set it; it can force OpenBLAS to kernels at half the speed.
  unset OPENBLAS_CORETYPE
  # A path, or a command of several words, such as that of a container.
  if [ -x "$LOCUS" ]; then locus_command=("$LOCUS"); else read -r -a locus_command <<<"$LOCUS"; fi
  # With its folder: here `locus` is a function.
  locus_command[0]=$(type -P "${locus_command[0]:-}") ||
    fail 2 "there is no executable at $LOCUS: build it, or set LOCUS in $LOCUS_SLURM/environment.sh"
}

# locus ARGUMENT...: on this host, alone.
locus() { "${locus_command[@]}" "$@"; }

# prepare_folder OUTPUT: makes the folder of a file; its striping counts for files made later.
prepare_folder() {
  local folder
  folder=$(dirname "$1")
  mkdir -p "$folder" || fail 2 "cannot make the folder $folder for the output"
  if [ -n "$LOCUS_STRIPES" ] && command -v lfs >/dev/null; then
    lfs setstripe --stripe-count "$LOCUS_STRIPES" "$folder" || say "lfs setstripe of $folder failed; continuing without"
  fi
}

# part_path OUTPUT NUMBER: the file of a part.
part_path() { echo "${1%.h5}.part-$2.h5"; }

# launch ARGUMENT...: starts `locus ARGUMENT...` on all ranks of the job; its process is $launched.
launch() {
  # srun does not take this from the job by itself.
  export SRUN_CPUS_PER_TASK=${SLURM_CPUS_PER_TASK:-1}
  # mpirun kills ranks two seconds after it was asked to end, and they need some to end a unit: twice this; it always
  # waits that long.
  export OMPI_MCA_odls_base_sigkill_timeout=${OMPI_MCA_odls_base_sigkill_timeout:-10}
  # Without --kill-on-bad-exit the other ranks run on when one of them dies.
  # shellcheck disable=SC2086  # a list of options
  case $LAUNCHER in
    srun) srun $LOCUS_SRUN --kill-on-bad-exit=1 "${locus_command[@]}" "$@" & ;;
    mpirun) mpirun ${LOCUS_MPIRUN:-$(mpirun_options)} "${locus_command[@]}" "$@" & ;;
    *) fail 2 "LAUNCHER is '$LAUNCHER'; use srun or mpirun" ;;
  esac
  launched=$!
}

# await: waits for what was launched, through the signals that interrupt `wait`; returns its exit status.
await() {
  local status
  while :; do
    wait "$launched" && status=0 || status=$?
    kill -0 "$launched" 2>/dev/null || return "$status"
  done
}

# heed_signals: from now on `stop` says which signal has come, and what is launched ends what it has begun.
heed_signals() {
  stop=""
  launched=""
  # The time limit is near, or the job is preempted.
  trap 'stop=USR1; [ -z "$launched" ] || kill -USR1 "$launched" 2>/dev/null' USR1
  # TERM is also scancel, and INT comes before it from LSF's bkill; the scheduler sends them to the ranks itself, and a
  # second signal would end them at once.
  trap 'stop=TERM' TERM INT
}

# Whether the job has just begun: it may be preempted again before it has had time to add anything.
is_young() { [ "$SECONDS" -lt "$LOCUS_PATIENCE" ]; }

# ---- A screen that continues until it is whole

# screen OUTPUT ARGUMENT...: ends with 0 when OUTPUT is whole, with 85 when a new start is wanted and could not be
# asked for.
screen() {
  local output=$1 first before said now status relaunches ending idle=0
  shift
  heed_signals
  prepare_folder "$output"
  first=$(units "$output")
  say "start $(restarts) on $(hosts): $first units are there"
  for ((relaunches = 0; ; relaunches++)); do
    before=$(units "$output")
    said=$(locus status "$output")
    read -r -a ending <<<"$(until_limit)"
    launch screen "$@" --output "$output" "${ending[@]}"
    await && status=0 || status=$?
    # Not the exit status decides: a rank can crash behind its last unit, or die behind mpirun's back.
    now=$(locus status "$output")
    state=${now%%$'\n'*}
    say "$state"
    case $state in finished*) return 0 ;; esac
    [ "$status" != 2 ] || exit 2
    # A launch that crashed at once has left what the one before it said.
    if [ -n "$stop" ] || [ "$status" = 85 ] || { [ "$now" != "$said" ] && on_purpose; }; then break; fi
    # Hosts and networks fail a start now and then, but not twice.
    if advanced "$output" "$before"; then idle=0; else idle=$((idle + 1)); fi
    [ "$idle" -lt 2 ] || fail 1 "status $status, and two launches added no unit: read the messages above"
    [ "$relaunches" -lt "$LOCUS_RELAUNCHES" ] ||
      fail 1 "status $status after $relaunches relaunches: submit again to go on"
    say "status $status before the end: launching again"
  done
  # Its own time limit can come before ours.
  case $state in *"before the time limit"*) stop=${stop:-USR1} ;; esac
  # TERM is for good; 143 rather than 85, which would start the job again where a site has 85 in RequeueExit.
  [ "$stop" = USR1 ] || fail 143 "stopped: submit again to go on"
  advanced "$output" "$first" || is_young || fail 1 "no unit was added since the start: give the job more time"
  requeue
}

# Whether the screen says that it stopped by itself: the status is another where one rank's end kills those about to
# end.
on_purpose() { case $state in *"before the time limit"* | *", on SIG"*) ;; *) return 1 ;; esac; }

units() { locus status "$1" --units; }

# advanced OUTPUT COUNT: whether there are more units than that, or all, which remain to be gathered.
advanced() {
  [ "$(units "$1")" -gt "$2" ] || locus status "$1" | awk 'NR == 1 { exit !($2 == $4) }'
}

# ---- A geometry, studies, a forecast or a training that do

# piecewise COMMAND OUTPUT ARGUMENT...: `locus COMMAND ARGUMENT...`, which writes OUTPUT; ends as `screen` does.
piecewise() {
  local command=$1 output=$2 first status relaunches ending
  shift 2
  heed_signals
  prepare_folder "$output"
  first=$(pieces "$output")
  say "start $(restarts) on $(hosts): $first pieces are there"
  for ((relaunches = 0; ; relaunches++)); do
    read -r -a ending <<<"$(until_limit)"
    launch "$command" "$@" --output "$output" "${ending[@]}"
    await && status=0 || status=$?
    case $status in 0) return 0 ;; 2) exit 2 ;; esac
    if [ -n "$stop" ] || [ "$status" = 85 ]; then break; fi
    [ "$relaunches" -lt "$LOCUS_RELAUNCHES" ] ||
      fail 1 "status $status after $relaunches relaunches: submit again to go on"
    say "status $status before the end: launching again"
  done
  # Its own limit can come before Slurm's signal.
  [ "${stop:-USR1}" = USR1 ] || fail 143 "stopped: submit again to go on"
  [ "$(pieces "$output")" -gt "$first" ] || is_young ||
    fail 1 "no piece was added since the start: give the job more time"
  requeue
}

# geometry ANALYSIS ARGUMENT...: `locus geometry ARGUMENT...`, which writes ANALYSIS.
geometry() { piecewise geometry "$@"; }

# study OUTPUT ARGUMENT...: `locus study ARGUMENT...`, which writes OUTPUT.
study() { piecewise study "$@"; }

# forecast OUTPUT ARGUMENT...: `locus forecast ARGUMENT...`, which writes OUTPUT.
forecast() { piecewise forecast "$@"; }

# train OUTPUT ARGUMENT...: `locus train ARGUMENT...`, which makes the folder OUTPUT.
train() { piecewise train "$@"; }

# pieces OUTPUT: how many are finished of an output of one of these that is not whole.
pieces() { if [ -d "$1.journal" ]; then units "$1"; else echo 0; fi; }

# ---- Whole jobs, which take their arguments from variables where the scheduler passes none

# screen_part INDEX COUNT OUTPUT CONFIG ARGUMENT...: the screen of CONFIG or, where the job is of an array, its part.
screen_part() {
  local index=$1 count=$2 output=$3 config=$4
  shift 4
  [ -r "$config" ] || fail 2 "cannot read the configuration '$config': name it in LOCUS_CONFIG"
  if [ -n "$index" ]; then
    [ -n "$count" ] || fail 2 "say in LOCUS_PARTS how many parts there are"
    set -- --part "$index/$count" "$@"
    output=$(part_path "$output" "$index")
  fi
  screen "$output" "$config" "$@"
}

# command_in_pieces COMMAND OUTPUT CONFIG ARGUMENT...: a study, a forecast, a training, or the geometry of OUTPUT.
command_in_pieces() {
  local command=$1 output=$2 config=$3
  shift 3
  case $command in
    geometry) geometry "${output%.h5}.analysis.h5" "$output" "$@" ;;
    study | forecast | train)
      [ -r "$config" ] || fail 2 "cannot read the configuration '$config': name it in LOCUS_CONFIG"
      piecewise "$command" "$output" "$config" "$@"
      ;;
    *) fail 2 "LOCUS_COMMAND is '$command'; use study, forecast, train or geometry" ;;
  esac
}

# gather OUTPUT COUNT ARGUMENT...: joins the parts of OUTPUT.
gather() {
  local output=$1 count=$2 number files=()
  shift 2
  for ((number = 1; number <= count; number++)); do files+=("$(part_path "$output" "$number")"); done
  launch gather "${files[@]}" --output "$output" "$@"
  await || say "gather ended with status $?"
  # Not the exit status decides: a rank can crash behind its last word.
  case $(locus status "$output") in finished*) ;; *) fail 1 "$output is not whole" ;; esac
}

# finish_screen OUTPUT COUNT: joins the parts, if COUNT says how many there are, and makes analysis and report.
finish_screen() {
  [ -z "$2" ] || gather "$1" "$2"
  launch analyze "$1"
  await || fail $? "the analysis ended early"
  locus report "$1" --output "${1%.h5}"
}

# ---- A new start

# Asks the scheduler to start this very job again; ends the job with 85 where it does not end it itself.
requeue() {
  [ "$(restarts)" -lt "$LOCUS_RESTARTS" ] || fail 1 "$LOCUS_RESTARTS restarts were made: submit again to go on"
  start_again
  exit 85
}

# ---- What Slurm does in its way

# How often the job was started before.
restarts() { echo "${SLURM_RESTART_COUNT:-0}"; }

# The hosts that it runs on, in words.
hosts() { echo "${SLURM_JOB_NODELIST:-this host}"; }

# The options by which mpirun starts the job's ranks on its hosts; none, as it asks Slurm itself.
mpirun_options() { :; }

# The option by which `locus` ends before the job does; none, as it asks Slurm itself and Slurm sends a signal.
until_limit() { :; }

start_again() {
  # The plain id of an array's last task is the id of the whole array.
  local id=$SLURM_JOB_ID
  [ -z "${SLURM_ARRAY_JOB_ID:-}" ] || id=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
  say "asking for a new start of job $id"
  # Where the site forbids it, its RequeueExit may know 85. Where it works, Slurm ends this script.
  scontrol requeue "$id" && sleep 60
}
