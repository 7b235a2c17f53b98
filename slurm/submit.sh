#!/usr/bin/env bash
# Submits a screen with the nodes and the time that `locus plan` proposes and, behind it, its analysis, the geometry of
# its mutants and the report; or, where the configuration is one of studies, these and their report:
#
#     slurm/submit.sh CONFIG.yaml [--output OUTPUT.h5] [--array N] [--print] [options of sbatch]
#                     [-- options of locus screen or locus study]
#
#   --output OUTPUT.h5   the results file; by default named after the configuration, in LOCUS_SCRATCH
#   --array N            N jobs of a node each, a part of the screen each, and a job that joins them;
#                        N%M runs M at a time
#   --no-geometry        leave the geometry out
#   --no-report          leave the report out
#   --print              print the commands instead of running them, and make nothing
#   --help               print this
#
# Options of sbatch, written --name=value, go behind the proposal for the screen and win: --nodes=4 --time=2:00:00
# --mail-type=END. Of these --account, --partition, --qos, --reservation and --clusters go to all jobs. What all jobs of
# a site need stands in environment.sh. Submitting again continues where the last job stopped.
set -euo pipefail
LOCUS_SLURM=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
# shellcheck source=functions.sh
source "$LOCUS_SLURM/functions.sh"

usage() { fail 2 "$*; slurm/submit.sh --help says how it is used"; }

config="" output="" parts="" throttle="" print="" wants_geometry=yes wants_report=yes options=() shared=()
while [ "$#" -gt 0 ]; do
  case $1 in
    --help | -h) sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit 0 ;;
    --output | -o | --array)
      [ "$#" -ge 2 ] || usage "$1 needs a value"
      if [ "$1" = --array ]; then parts=$2; else output=$2; fi
      shift
      ;;
    --output=*) output=${1#*=} ;;
    --array=*) parts=${1#*=} ;;
    --print) print=yes ;;
    --no-geometry) wants_geometry="" ;;
    --no-report) wants_report="" ;;
    --) shift && break ;;
    --account=* | --partition=* | --qos=* | --reservation=* | --clusters=*) shared+=("$1") ;;
    --account | --partition | --qos | --reservation | --clusters | -A | -p | -q)
      usage "'$1' needs its value in the same word: --account=NAME, --partition=NAME, --qos=NAME"
      ;;
    --*=* | --exclusive) options+=("$1") ;;
    -*) usage "'$1' is no option of submit.sh; options of sbatch are written --name=value" ;;
    *) [ -z "$config" ] || usage "there is a second configuration, '$1'" && config=$1 ;;
  esac
  shift
done
[ -n "$config" ] || usage "there is no configuration"
if [ -n "$parts" ]; then
  [[ $parts =~ ^(1-)?([1-9][0-9]*)(%[1-9][0-9]*)?$ ]] ||
    usage "--array is '$parts'; give a number of jobs from 1 up, such as 16, or 16%4 for four at a time"
  parts=${BASH_REMATCH[2]} throttle=${BASH_REMATCH[3]}
fi
[ -r "$config" ] || fail 2 "cannot read the configuration $config: give the path of a YAML file"
config=$(readlink -f "$config")
[ -n "$output" ] || output=$LOCUS_SCRATCH/$(basename "${config%.*}").h5
output=$(readlink -m "$output")

prepare
# Refuses more parts than the screen has units.
# shellcheck disable=SC2086  # a list of options
proposal=$(locus plan "$config" --request ${parts:+--parts "$parts"} $LOCUS_PLAN) ||
  fail 2 "nothing was submitted: read the message above"
[ -n "$print" ] || prepare_folder "$output"
# Splits the site's options and the proposal into words.
read -r -a site <<<"$LOCUS_SBATCH"
read -r -a request <<<"$proposal"
[ -z "$throttle" ] || request+=("--array=1-$parts$throttle")
common=(--parsable "--export=ALL,LOCUS_SLURM=$LOCUS_SLURM" "--output=${output%.h5}-%x-%j.log")
common+=("${site[@]}" "${shared[@]}")
asking=("${request[@]}" "--signal=B:USR1@$LOCUS_NOTICE" "${options[@]}")

# submit NAME AFTER ARGUMENT...: submits a job; its id becomes $NAME. AFTER are the conditions of its start, such as
# afterok:screen where $screen is a job's id; none: it need not wait.
submit() {
  local name=$1 id condition conditions="" written="" waiting=()
  for condition in $2; do
    local job=${condition#*:}
    conditions+="${conditions:+,}${condition%%:*}:${!job:-}" written+="${written:+,}${condition%%:*}:\$$job"
  done
  shift 2
  if [ -n "$print" ]; then
    written=${written:+ --dependency=$written --kill-on-invalid-dep=yes}
    echo "$name=\$(sbatch$written$(printf ' %q' "${common[@]}" "$@"))"
    return
  fi
  [ -z "$conditions" ] || waiting=("--dependency=$conditions" --kill-on-invalid-dep=yes)
  id=$(sbatch "${waiting[@]}" "${common[@]}" "$@")
  declare -g "$name=${id%%;*}"  # federated clusters add their name
  echo "$name ${!name}"
}

# Studies are one job, and their file is what the report is of.
if grep -q '^studies:' "$config"; then
  [ -z "$parts" ] || usage "--array divides a screen, and '$config' is of studies"
  wants_geometry=""
  submit analysis "" "${asking[@]}" "$LOCUS_SLURM/study.sbatch" "$config" "$output" "$@"
elif [ -z "$parts" ]; then
  submit screen "" "${asking[@]}" "$LOCUS_SLURM/screen.sbatch" "$config" "$output" "$@"
  submit analysis afterok:screen "$LOCUS_SLURM/analyze.sbatch" "$output"
else
  submit array "" "${asking[@]}" "$LOCUS_SLURM/array.sbatch" "$config" "$output" "$@"
  submit gather afterok:array "$LOCUS_SLURM/gather.sbatch" "$output" "$parts"
  submit analysis afterok:gather "$LOCUS_SLURM/analyze.sbatch" "$output"
fi
# Both write one file. The report shows what there is: a screen without directions has no geometry.
[ -z "$wants_geometry" ] || submit geometry afterok:analysis "$LOCUS_SLURM/geometry.sbatch" "$output"
[ -z "$wants_report" ] ||
  submit report "afterok:analysis${wants_geometry:+ afterany:geometry}" "$LOCUS_SLURM/report.sbatch" "$output"
[ -n "$print" ] ||
  say "\`locus status $output\` says how far it is; scancel ends it without loss, submitting again continues it"
