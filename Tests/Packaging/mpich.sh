#!/usr/bin/env bash
# mpich.sh PROGRAM OPENMPI_PROGRAM [CONFIG]: a locus that was built with MPICH against one that was built with Open MPI:
# the same results at 1, 2 and 3 ranks, one MPI linked, and launchers, signals and statuses as the manual says.
# `make test-mpich` runs it.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)
# shellcheck source=functions.sh
source "$here/functions.sh"
locus=$(readlink -f "$1")
reference=$(readlink -f "$2")
config=$work/screen.yaml
if [ "$#" = 3 ]; then
  config=$(readlink -f "$3")
else
  # About four seconds for two cores.
  sed "s|../../configs|$project/configs|; s|sample: .*|sample: 1536|" "$project/Tests/Slurm/screen.yaml" >"$config"
fi
cd "$work" || exit 1

# launch RANKS OUTPUT [OPTION...]: the screen by that many ranks of MPICH.
launch() {
  local ranks=$1 output=$2
  shift 2
  mpiexec.mpich -n "$ranks" "$locus" screen "$config" --output "$output" "$@"
}

# ---- What it is linked to
one_mpi() {
  ldd "$locus" >linked
  cat linked
  grep -q libmpich linked && ! grep -E 'libmpi\.so|libopen-(rte|pal)|hdf5_openmpi' linked
}
claim "it is linked to MPICH and to no other MPI" one_mpi

# ---- Results
mpirun -n 2 "$reference" screen "$config" --output reference.h5 --quiet || exit 1
claim "one process without a launcher" "$locus" screen "$config" --output alone.h5 --quiet
claim "gives what Open MPI gives" equals reference.h5 alone.h5
for ranks in 1 2 3; do
  claim "$ranks ranks" launch "$ranks" "$ranks.h5" --quiet
  claim "give what Open MPI gives" equals reference.h5 "$ranks.h5"
done
claim "the file names MPICH" says h5dump -A 2.h5 -- "MPICH"

# ---- Launchers and statuses
misfit() {
  local status
  mpirun -n 2 "$locus" screen "$config" --output misfit.h5
  status=$?
  [ "$status" = 2 ] && [ ! -e misfit.h5 ]
}
claim "Open MPI's launcher is refused" misfit
wrong() {
  local status
  mpiexec.mpich -n 2 "$locus" screen absent.yaml --output absent.h5 >said 2>&1
  status=$?
  cat said
  [ "$status" = 2 ] && [ "$(grep -c '^locus: ' said)" = 1 ]
}
claim "a wrong configuration is told once and gives 2" wrong
limited() {
  launch 2 limited.h5 --max-time 2s
  [ $? = 85 ]
}
claim "a time limit of its own gives 85" limited

# ---- Signals
has_units() { [ "$("$locus" status "$1" --units)" -ge "$2" ]; }
has_ended() { ! "$locus" status "$1" | grep -q ^running; }

# interrupt OUTPUT SIGNAL [PROCESS]: starts a screen, sends mpiexec or the process that matches the signal when a few
# units are there, and waits for the end; the launcher's status is in `status`, what it printed in the file `said`.
interrupt() {
  local launcher
  # A shell has what it starts in the background ignore INT.
  env --default-signal=INT mpiexec.mpich -n 2 "$locus" screen "$config" --output "$1" >said 2>&1 &
  launcher=$!
  until has_units "$1" 4; do sleep 0.1; done
  kill "-$2" "$(if [ "$#" = 3 ]; then pgrep -n -f "^$3 .*$1"; else echo "$launcher"; fi)"
  wait "$launcher" && status=0 || status=$?
  until has_ended "$1"; do sleep 0.1; done
  cat said
  echo "status $status"
  "$locus" status "$1"
}

# stops SIGNAL: units under way are finished. Of its own, mpiexec gives 0 instead of 85 now and then.
stops() {
  interrupt "$1.h5" "$1"
  [ "$(grep -c "locus: stopping on SIG$1: [0-9]* of .* units are safe" said)" = 1 ] &&
    grep -q "locus: stopped on SIG$1" said && { [ "$status" = 85 ] || [ "$status" = 0 ]; } && has_units "$1.h5" 4
}

continues() { has_units "$1" 4 && launch 2 "$1" --quiet && equals reference.h5 "$1"; }

for signal in USR1 TERM INT; do
  claim "on $signal to mpiexec units are finished" stops $signal
  claim "and the same command continues" continues $signal.h5
done
claim "mpiexec is killed" interrupt killed.h5 KILL
claim "and the same command continues" continues killed.h5
lost() {
  interrupt lost.h5 KILL "$locus"
  [ "$status" != 0 ]
}
claim "a rank is killed, and mpiexec ends the other and fails" lost
claim "and the same command continues" continues lost.h5
conclude
