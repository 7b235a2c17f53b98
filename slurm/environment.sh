# shellcheck shell=bash disable=SC2034  # read by the scripts that source this file
# Everything that a site needs to set. A variable that is already set keeps its value:
# LAUNCHER=mpirun slurm/submit.sh ...

# The executable, or a command of several words, such as "apptainer exec locus.sif locus" (with the whole path of the
# image). On nodes without Swift: `make install`, or build.sbatch. By default what the project has built, or else what
# is installed.
if [ -x "$LOCUS_SLURM/../.build/release/locus" ]; then : "${LOCUS:=$LOCUS_SLURM/../.build/release/locus}"; fi
: "${LOCUS:=locus}"
# Modules to load, such as "openmpi/4.1 hdf5/1.14-parallel openblas". None where the login environment has all.
: "${LOCUS_MODULES:=}"
# Options of every job, such as "--account=abc --partition=compute --qos=normal --mem=0 --exclusive"; those of submit.sh
# win.
: "${LOCUS_SBATCH:=}"
# Options of `locus plan`, which proposes nodes and time: cores of a node, hours of the longest job, memory of a rank.
: "${LOCUS_PLAN:=--cores-per-node 64 --hours 12}"
# Where results go when no --output is given: a folder on a parallel file system that all nodes share.
: "${LOCUS_SCRATCH:=$PWD/results}"
# Lustre: over how many targets new files in the output's folder are striped. Empty leaves striping as it is.
: "${LOCUS_STRIPES:=}"
# srun or mpirun, and options of srun. Sites name their PMIx differently: `srun --mpi=list` lists the names.
: "${LAUNCHER:=srun}"
: "${LOCUS_SRUN:=--mpi=pmix}"
# Options of mpirun; under PBS and LSF the job's hosts and ranks, unless said here.
: "${LOCUS_MPIRUN:=}"
# Seconds before the time limit at which a screen is asked to stop: more than its longest unit takes, which
# `locus status` prints.
: "${LOCUS_NOTICE:=120}"
# How often a job may start again, and how often within one allocation after a rank has died.
: "${LOCUS_RESTARTS:=50}"
# Seconds within which a start is expected to add a unit. A start that is stopped earlier than this asks for another one
# even if it has added none.
: "${LOCUS_PATIENCE:=60}"
: "${LOCUS_RELAUNCHES:=3}"
