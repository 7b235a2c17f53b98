#!/usr/bin/env bash
# Submits a screen and its analysis, with the nodes and the time that `locus plan` proposes:
#
#     slurm/submit.sh CONFIG.yaml [--output OUTPUT.h5] [--array N] [--print] [options of sbatch] [-- options of locus screen]
#
#   --output OUTPUT.h5   the results file; by default named after the configuration, in LOCUS_SCRATCH
#   --array N            N jobs of a node each, a part of the screen each, and a job that joins them
#   --print              print the commands instead of running them
#
# Options of sbatch, written --name=value, go behind the proposal and win: --nodes=4 --time=2:00:00 --mail-type=END. What
# all jobs of a site need stands in environment.sh. Submitting again goes on where the last job stopped.
set -euo pipefail
LOCUS_SLURM=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
# shellcheck source=functions.sh
source "$LOCUS_SLURM/functions.sh"

usage() {
  fail 2 "$*; usage: slurm/submit.sh CONFIG.yaml [--output OUTPUT.h5] [--array N] [--print] [sbatch options] [-- screen options]"
}

config="" output="" parts="" print="" options=()
while [ "$#" -gt 0 ]; do
  case $1 in
    --output | -o | --array)
      [ "$#" -ge 2 ] || usage "$1 needs a value"
      if [ "$1" = --array ]; then parts=$2; else output=$2; fi
      shift
      ;;
    --output=*) output=${1#*=} ;;
    --array=*) parts=${1#*=} ;;
    --print) print=yes ;;
    --) shift && break ;;
    --*=* | --exclusive) options+=("$1") ;;
    -*) usage "'$1' is no option of submit.sh; options of sbatch are written --name=value" ;;
    *) [ -z "$config" ] || usage "there is a second configuration, '$1'" && config=$1 ;;
  esac
  shift
done
[ -n "$config" ] || usage "there is no configuration"
[ -z "$parts" ] || [[ $parts =~ ^[1-9][0-9]*$ ]] || usage "--array is '$parts'; give a number from 1 up"
[ -r "$config" ] || fail 2 "cannot read the configuration $config: give the path of a YAML file"
config=$(readlink -f "$config")
[ -n "$output" ] || output=$LOCUS_SCRATCH/$(basename "${config%.*}").h5
output=$(readlink -m "$output")

prepare
# shellcheck disable=SC2086  # a list of options
proposal=$("$LOCUS" plan "$config" --request ${parts:+--parts "$parts"} $LOCUS_PLAN)
prepare_folder "$output"
# Splits the site's options and the proposal into words.
read -r -a site <<<"$LOCUS_SBATCH"
read -r -a request <<<"$proposal"
common=(--parsable "--export=ALL,LOCUS_SLURM=$LOCUS_SLURM" "--output=${output%.h5}-%x-%j.log" "${site[@]}")
asking=("${request[@]}" "--signal=B:USR1@$LOCUS_NOTICE" "${options[@]}")

# submit NAME AFTER ARGUMENT...: submits a job, to be started when job AFTER, if any, has succeeded; its id becomes $NAME.
submit() {
  local name=$1 after=$2 id
  shift 2
  if [ -n "$print" ]; then
    echo "$name=\$(sbatch${after:+ --dependency=afterok:\$$after --kill-on-invalid-dep=yes}$(printf ' %q' "${common[@]}" "$@"))"
    return
  fi
  id=$(sbatch ${after:+"--dependency=afterok:${!after}" --kill-on-invalid-dep=yes} "${common[@]}" "$@")
  declare -g "$name=${id%%;*}"  # federated clusters add their name
  echo "$name ${!name}"
}

if [ -z "$parts" ]; then
  submit screen "" "${asking[@]}" "$LOCUS_SLURM/screen.sbatch" "$config" "$output" "$@"
  submit analysis screen "$LOCUS_SLURM/analyze.sbatch" "$output"
else
  submit array "" "${asking[@]}" "$LOCUS_SLURM/array.sbatch" "$config" "$output" "$@"
  submit gather array "$LOCUS_SLURM/gather.sbatch" "$output" "$parts"
  submit analysis gather "$LOCUS_SLURM/analyze.sbatch" "$output"
fi
[ -n "$print" ] || say "\`locus status $output\` says how far it is; scancel ends it without loss, submitting again goes on"
