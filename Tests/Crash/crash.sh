#!/usr/bin/env bash
# Ends screens of the demo model in the worst moments and lets them go on:
#
#   crash.sh kill RUNS       kills a random rank, or all, at a random time, and goes on with another number of ranks
#   crash.sh gathering RUNS  the same while the results file is being written
#   crash.sh geometry RUNS   the same during locus geometry of a screen, whose file must come out the same
#   crash.sh features RUNS   the same during locus geometry of a sparse autoencoder over texts; before,
#                            the files of 1, 2 and 3 ranks are compared
#   crash.sh forecast RUNS   the same during locus forecast of that screen; before, the files of 1, 2 and 3 ranks are
#                            compared
#   crash.sh studies RUNS    the same during locus study of CONFIG, by default all studies on short texts; before, the
#                            files of 1, 2 and 3 ranks, of another --memory and of two threads are compared
#   crash.sh trainings RUNS  the same during 200 steps of a realignment and of an autoencoder, and during 200 of the
#                            demo model
#   crash.sh full            fills the disk while units are journaled, and while the results file is written (as root)
#
# Every file must equal the uninterrupted one by h5diff, and a start must evaluate exactly the units that were not
# finished before. LOCUS names the executable, SEED the random numbers. Prints what it counted; status 1 if anything was
# not so.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
locus=${LOCUS:-$root/.build/release/locus}
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
# More ranks than cores must not spin while they wait.
export OMPI_MCA_mpi_yield_when_idle=1
RANDOM=${SEED:-1}
folder=$(mktemp -d "${TMPDIR:-/tmp}/locus-crash-XXXXXX")
disk=$folder/disk
trap 'mountpoint -q "$disk" && umount -l "$disk"; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

fail() { echo "FAIL $*" >&2; failures=$((failures + 1)); }
failures=0

# The geometry of more mutants takes minutes.
[ "${1:-}" = geometry ] && SAMPLE=${SAMPLE:-150}
cat > "$folder/screen.yaml" <<YAML
model: $root/configs/demo/model
inputs: $root/configs/demo/inputs.jsonl
inputs_per_task: ${INPUTS_PER_TASK:-1}
continuation: {tokens: 32}
mutations: {region: [16, 16], sample: ${SAMPLE:-1200}}
YAML
whole=$folder/whole.h5

# start RANKS OUTPUT: the screen in the background, its words in $folder/words; sets `job`.
start() {
  local launch=()
  [ "$1" -gt 1 ] && launch=(mpirun -n "$1")
  "${launch[@]}" "$locus" screen "$folder/screen.yaml" --output "$2" > "$folder/words" 2>&1 &
  job=$!
}

# The processes of the screen: without mpirun the job itself.
ranks_of() { if [ "$1" -gt 1 ]; then pgrep -P "$job" locus; else echo "$job"; fi; }

# kill_some RANKS: a random rank; one time in three all of them, and mpirun.
kill_some() {
  local processes
  mapfile -t processes < <(ranks_of "$1")
  [ ${#processes[@]} -gt 0 ] || return 1
  if [ $((RANDOM % 3)) = 0 ]; then
    victims=all
    kill -KILL "$job" "${processes[@]}" 2> /dev/null
  else
    victims=one
    kill -KILL "${processes[RANDOM % ${#processes[@]}]}" 2> /dev/null
  fi
}

# Waits until no process of the screen is left.
settle() {
  wait "$job" 2> /dev/null
  while "$locus" status "$1" | grep -q ^running; do sleep 0.05; done
}

# same OUTPUT: whether it is the uninterrupted file, and nothing is left beside it.
same() {
  local group
  for group in /mutation /phenotype /baseline /input; do
    h5diff "$whole" "$1" "$group" > /dev/null || return 1
  done
  [ ! -e "$1.journal" ] && [ ! -e "$1.partial" ]
}

# resume RANKS OUTPUT: goes on; checks that finished units were not evaluated again; prints nothing if all is well.
resume() {
  local done before evaluated
  done=$("$locus" status "$2" --units)
  start "$1" "$2"
  wait "$job" || { fail "going on with $1 ranks: status $?: $(tail -3 "$folder/words")"; return 1; }
  before=$(sed -n 's/.* \([0-9]*\) units by earlier starts.*/\1/p' "$folder/words")
  evaluated=$(sed -n 's/.* \([0-9]*\) units screened.*/\1/p' "$folder/words")
  kept=${before:-0}
  [ "$kept" = "$done" ] || fail "$done units were finished, $kept were kept"
  [ $((kept + evaluated)) = "$total" ] || fail "$kept units kept and $evaluated evaluated are not $total"
  same "$2" || { fail "the file of $1 ranks after $done units differs"; return 1; }
}

uninterrupted() {
  local began=$(date +%s%N)
  start 2 "$whole"
  wait "$job" || { cat "$folder/words"; exit 1; }
  milliseconds=$((($(date +%s%N) - began) / 1000000))
  total=$("$locus" status "$whole" --units)
  echo "uninterrupted: $total units in $milliseconds ms by 2 ranks"
}

# random_ranks: two different numbers from 1 to 4 in `first` and `second`.
random_ranks() {
  first=$((RANDOM % 4 + 1))
  second=$(((first + RANDOM % 3) % 4 + 1))
}

kills() {
  local runs=$1 run=0 early=0 equal=0 all=0 keptsum=0
  while [ "$run" -lt "$runs" ]; do
    local output=$folder/killed.h5
    random_ranks
    start "$first" "$output"
    sleep "$(awk -v r=$RANDOM -v t="$milliseconds" 'BEGIN { print r / 32768 * t * 1.3 / 1000 }')"
    if ! kill_some "$first" || { settle "$output"; [ -e "$output" ]; }; then
      # It was done before the kill.
      settle "$output"
      early=$((early + 1))
      rm -rf "$output" "$output.journal"
      continue
    fi
    run=$((run + 1))
    [ "$victims" = all ] && all=$((all + 1))
    local before=$failures
    resume "$second" "$output" && [ "$failures" = "$before" ] && equal=$((equal + 1))
    keptsum=$((keptsum + kept))
    rm -rf "$output" "$output.journal" "$output.partial"
  done
  echo "killed $runs times ($all times all ranks, else one; $early more were done before): $equal files equal," \
    "on average $((keptsum / runs)) of $total units kept, none of them evaluated again"
}

gatherings() {
  local runs=$1 run=0 early=0 equal=0
  while [ "$run" -lt "$runs" ]; do
    local output=$folder/gathered.h5
    random_ranks
    start "$first" "$output"
    until [ -e "$output.partial" ] || [ -e "$output" ]; do sleep 0.001; done
    sleep "$(awk -v r=$RANDOM 'BEGIN { print r / 32768 * 0.03 }')"
    if ! kill_some "$first" || { settle "$output"; [ -e "$output" ]; }; then
      settle "$output"
      same "$output" || [ -e "$output.journal" ] || fail "a file that was whole at the kill differs"
      early=$((early + 1))
      rm -rf "$output" "$output.journal" "$output.partial"
      continue
    fi
    run=$((run + 1))
    [ "$("$locus" status "$output" --units)" = "$total" ] || fail "not all units were finished before gathering"
    local before=$failures
    resume "$second" "$output" && [ "$failures" = "$before" ] && equal=$((equal + 1))
    rm -rf "$output" "$output.journal" "$output.partial"
  done
  echo "killed $runs times while gathering ($early more were published before): $equal files equal," \
    "no unit evaluated again"
}

# What is run: the geometry of the screen, unless it is of an autoencoder, a forecast or studies; and the groups of its
# file.
command=(geometry "$whole")
groups=/geometry

# begin_geometry RANKS ANALYSIS: the geometry in the background, its words in $folder/words; sets `job`.
begin_geometry() {
  local launch=()
  [ "$1" -gt 1 ] && launch=(mpirun -n "$1")
  "${launch[@]}" "$locus" "${command[@]}" --output "$2" > "$folder/words" 2>&1 &
  job=$!
}

# Makes an autoencoder of random numbers for the demo model, whose hidden size is 128, and takes it over the demo's
# texts in short windows: the study of where its features fire is most of the time.
prepare_features() {
  python3 - "$folder/sae.safetensors" <<'PYTHON'
import json, random, struct, sys
random.seed(7)
width, count = 128, 96
shapes = {"encoder.weight": [count, width], "encoder.bias": [count], "W_dec": [count, width], "b_dec": [width]}
header, body = {}, b""
for name, shape in shapes.items():
    size = shape[0] * (shape[1] if len(shape) > 1 else 1)
    values = struct.pack(f"<{size}f", *(random.uniform(-0.1, 0.1) for _ in range(size)))
    header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(body), len(body) + len(values)]}
    body += values
text = json.dumps(header).encode()
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + body)
PYTHON
  mkdir -p "$folder/texts"
  local copy
  for copy in $(seq "${COPIES:-2}"); do cat configs/demo/text/*.txt > "$folder/texts/$copy.txt"; done
  command=(geometry --model "$root/configs/demo/model" --sae "$folder/sae.safetensors" --layer 2 --text "$folder/texts"
    --block 64 --context 65 --threshold 0.5)
}

# Files beside the results that must come out the same too.
beside=()

# Makes what the others are compared with, by 2 ranks and without interruption.
make_shape() {
  begin_geometry 2 "$folder/shape.h5"
  wait "$job" || { cat "$folder/words"; exit 1; }
  local name
  for name in "${beside[@]}"; do mv "$folder/$name" "$folder/shape-$name"; done
}

# Whether the files of 1, 2 and 3 ranks are the same.
compare_ranks() {
  local ranks
  make_shape
  for ranks in 1 3; do
    begin_geometry "$ranks" "$folder/ranks.h5"
    wait "$job" || fail "$ranks ranks: status $?: $(tail -3 "$folder/words")"
    if same_geometry "$folder/ranks.h5"; then
      echo "the file of $ranks ranks equals that of 2: ${command[*]}"
    else
      fail "the file of $ranks ranks is not that of 2: ${command[*]}"
    fi
    rm -rf "$folder/ranks.h5"
  done
  rm -rf "$folder/shape.h5"
}

# features RUNS: the files of 1, 2 and 3 ranks, then kills.
features() {
  prepare_features
  compare_ranks
  geometries "$1"
}

# forecasts RUNS: the same of a forecast.
forecasts() {
  groups="/forecast /mutation /baseline /input"
  command=(forecast "$folder/screen.yaml")
  compare_ranks
  geometries "$1"
}

# studies RUNS: the files of 1, 2 and 3 ranks, of little memory and of two threads, then kills.
studies() {
  local config=${CONFIG:-Tests/Crash/studies.yaml} ranks
  groups="/studies /units"
  command=(study "$config")
  begin_geometry 2 "$folder/shape.h5"
  wait "$job" || { cat "$folder/words"; exit 1; }
  for ranks in 1 3 1; do
    begin_geometry "$ranks" "$folder/ranks.h5"
    wait "$job" || fail "$ranks ranks, ${command[*]}: status $?: $(tail -3 "$folder/words")"
    if same_geometry "$folder/ranks.h5"; then
      echo "the file of $ranks ranks equals that of 2: ${command[*]}"
    else
      fail "the file of $ranks ranks is not that of 2: ${command[*]}"
    fi
    rm -f "$folder/ranks.h5"
    [ "$ranks" = 1 ] || command=(study "$config" --memory 1MB --threads 2)
  done
  command=(study "$config")
  rm -f "$folder/shape.h5"
  geometries "$1"
}

# trainings RUNS: the files of 1, 2 and 3 ranks of two studies that train, then kills, then the same of the demo model.
trainings() {
  groups=/studies
  beside=(autoencoder-topk-4.safetensors)
  command=(study Tests/Crash/trainings.yaml --checkpoint 0.1)
  compare_ranks
  geometries "$1"
  rm -rf "$folder/shape.h5"
  groups=
  beside=()
  cat > "$folder/train.yaml" <<YAML
shape: $root/configs/demo/model
phases:
  - {micro_world: {facts: 0.5, copy: 0.5}, steps: 120}
  - {micro_world: {choice: 1}, steps: 80}
window: 33
batch: 6
shards: 3
optimizer: muon
learning_rate: 0.02
clip: 1
YAML
  command=(train "$folder/train.yaml" --checkpoint 0.1)
  compare_ranks
  geometries "$1"
}

# same_geometry ANALYSIS: whether all that was found is what the uninterrupted run found, and nothing is left beside
# it.
same_geometry() {
  local root group name
  [ ! -d "$folder/shape.h5" ] || diff -r "$folder/shape.h5" "$1" > /dev/null || return 1
  for name in "${beside[@]}"; do cmp -s "$folder/shape-$name" "$folder/$name" || return 1; done
  for root in $groups; do
    while read -r group _; do
      h5diff "$folder/shape.h5" "$1" "$root/$group" > /dev/null || return 1
    done < <(h5ls "$folder/shape.h5$root")
  done
  [ ! -e "$1.journal" ] && [ ! -e "$1.partial" ]
}

geometries() {
  local runs=$1 run=0 early=0 equal=0 all=0 keptsum=0 states=0
  local began=$(date +%s%N)
  make_shape
  milliseconds=$((($(date +%s%N) - began) / 1000000))
  echo "uninterrupted: ${command[*]} in $milliseconds ms by 2 ranks"
  local output=$folder/geometry.h5
  while [ "$run" -lt "$runs" ]; do
    random_ranks
    begin_geometry "$first" "$output"
    sleep "$(awk -v r=$RANDOM -v t="$milliseconds" 'BEGIN { print r / 32768 * t / 1000 }')"
    if ! kill_some "$first" || { settle "$output"; [ -e "$output" ]; }; then
      wait "$job" 2> /dev/null
      early=$((early + 1))
      rm -rf "$output" "$output.journal" "$output.partial"
      continue
    fi
    run=$((run + 1))
    [ "$victims" = all ] && all=$((all + 1))
    local done=0 state=0
    [ -d "$output.journal" ] && done=$("$locus" status "$output" --units)
    compgen -G "$output.journal/*.checkpoint" > /dev/null && state=1
    states=$((states + state))
    begin_geometry "$second" "$output"
    wait "$job" || fail "going on with $second ranks: status $?: $(tail -3 "$folder/words")"
    local kept=$(sed -n -e 's/^continuing: \([0-9,]*\) pieces are finished already$/\1/p' \
      -e 's/.*; \([0-9,]*\) pieces by earlier starts,.*/\1/p' \
      -e 's/.* and \([0-9,]*\) steps* by earlier starts,.*/\1/p' "$folder/words" | tr -d ,)
    if [ "${command[0]}" = train ]; then  # goes on from its last state, and takes the steps since then again
      [ $((${kept:-0} > 0)) = "$state" ] || fail "$state states, and ${kept:-0} steps were kept"
    else
      [ "${kept:-0}" = "$done" ] || fail "$done pieces were finished, ${kept:-0} were kept"
    fi
    if same_geometry "$output"; then equal=$((equal + 1)); else fail "the file of $second ranks differs"; fi
    keptsum=$((keptsum + ${kept:-0}))
    rm -rf "$output" "$output.journal" "$output.partial"
  done
  echo "killed ${command[0]} $runs times ($all times all ranks, else one; $early more were done before):" \
    "$equal files equal, on average $((keptsum / runs)) kept, none of them made again;" \
    "$states times there was the state of a training"
}

# full KIBIBYTES RANKS WHERE: a disk of that size fills up; then there is room.
full() {
  mkdir -p "$disk"
  mount -t tmpfs -o size="$1k" tmpfs "$disk" || { echo "skipped: no tmpfs can be mounted here"; return; }
  local output=$disk/full.h5 status before=$failures
  start "$2" "$output"
  wait "$job"
  status=$?
  [ "$status" = 1 ] || fail "status $status with a full disk ($3, $1 KiB): $(tail -3 "$folder/words")"
  grep -q '^locus: .*[Nn]o space left on device' "$folder/words" || fail "no clear error: $(cat "$folder/words")"
  [ ! -e "$output" ] || fail "a results file was published"
  settle "$output"
  local done=$("$locus" status "$output" --units)
  local said=$(grep -m1 '^locus: ' "$folder/words")
  mount -o remount,size=1g "$disk"
  resume $((2 - $2 + 1)) "$output"
  [ "$failures" = "$before" ] &&
    echo "full disk of $1 KiB, $2 ranks, $3: status 1, $done of $total units safe, then equal: ${said:0:150}"
  umount "$disk"
}

case ${1:-} in
  kill) uninterrupted; kills "${2:-20}" ;;
  geometry) uninterrupted; geometries "${2:-20}" ;;
  features) features "${2:-20}" ;;
  trainings) trainings "${2:-20}" ;;
  forecast) forecasts "${2:-20}" ;;
  studies) studies "${2:-20}" ;;
  gathering) uninterrupted; gatherings "${2:-20}" ;;
  full)
    [ "$(id -u)" = 0 ] || { echo "skipped: a disk that fills up is mounted as root"; exit 0; }
    uninterrupted
    # What the journal takes, by stopping just before the file is written.
    mkdir -p "$folder/blocked.h5.partial"
    start 2 "$folder/blocked.h5"
    wait "$job" && { echo "FAIL a folder in the way was no obstacle" >&2; exit 1; }
    journal=$(du -sk "$folder/blocked.h5.journal" | cut -f1)
    rm -rf "$folder"/blocked.h5*
    for ranks in 1 2; do
      full 16 "$ranks" "at the beginning"
      full $((journal / 2)) "$ranks" "during the journal"
      full $((journal + 60)) "$ranks" "while gathering"
      full $((journal + 200)) "$ranks" "while gathering"
    done
    ;;
  *) sed -n '2,18s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
[ "$failures" = 0 ] || { echo "$failures failures" >&2; exit 1; }
