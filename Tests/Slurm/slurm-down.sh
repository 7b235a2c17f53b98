#!/usr/bin/env bash
# slurm-down.sh FOLDER: stops the cluster that slurm-up.sh started in FOLDER, and only that, and removes its namespaces.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${1:?usage: slurm-down.sh FOLDER}
# shellcheck source=processes.sh
source "$here/processes.sh"

# Jobs first, so that no step outlives its node's daemon.
if is_ours "$root/run/slurmctld" && [ -r "$root/env.sh" ]; then
  # shellcheck disable=SC1091  # written by slurm-up.sh
  source "$root/env.sh"
  timeout 5 squeue -h -o %A 2>/dev/null | sort -u | xargs -r timeout 10 scancel 2>/dev/null
  for ((attempt = 0; attempt < 80; attempt++)); do
    [ -z "$(timeout 5 squeue -h 2>/dev/null)" ] && break
    sleep 0.1
  done
fi
for file in "$root"/run/cn* "$root"/run/slurmctld "$root"/run/munged; do
  [ ! -e "$file" ] || stop "$file" 5
done
# What still lives in a namespace that we made was started by a job of this cluster.
while read -r namespace; do
  for id in $(ip netns pids "$namespace" 2>/dev/null); do kill -KILL "$id" 2>/dev/null; done
  ip netns delete "$namespace" 2>/dev/null
done < <(cat "$root/namespaces" 2>/dev/null)
rm -f "$root/namespaces"
