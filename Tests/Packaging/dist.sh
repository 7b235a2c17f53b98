#!/usr/bin/env bash
# dist.sh ARCHIVE: unpacks a release archive elsewhere and runs the demo's plan and a small screen from it; of the
# libraries of this machine it may need those of the C library and of MPI alone. `make test-dist` runs it.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)
# shellcheck source=functions.sh
source "$here/functions.sh"

claim "it unpacks" tar --extract --gzip --file "$1" --directory "$work"
folder=$(echo "$work"/locus-*-linux-*)
locus=$folder/bin/locus
cd "$work" || exit 1

# Neither Swift, nor HDF5, nor OpenBLAS: what an own library of the archive needs counts too.
needs_little() {
  local library
  readelf -d "$locus" "$folder"/lib/* 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u >needed
  while IFS= read -r library; do
    case $library in
      libmpi* | libc.so* | libm.so* | libdl.so* | libpthread.so* | librt.so* | ld-linux* | libgcc_s.so*) ;;
      *) [ -e "$folder/lib/$library" ] || { echo "it needs $library" && return 1; } ;;
    esac
  done <needed
}
claim "it needs MPI and the C library alone" needs_little
one_mpi() { [ "$(ldd "$locus" | grep -cE 'lib(mpi|mpich)\.so')" = 1 ]; }
claim "it is linked to one MPI" one_mpi
claim "locus --version" says "$locus" --version -- "$(basename "$folder" | sed 's/locus-\(.*\)-linux-.*/\1/')"
claim "locus plan of the demo" says "$locus" plan "$folder/share/locus/configs/demo.yaml" -- "9,216 (maximum"
sed "s|../../configs|$folder/share/locus/configs|; s|sample: .*|sample: 300|" \
  "$project/Tests/Slurm/screen.yaml" >small.yaml
claim "a screen by one rank" "$locus" screen small.yaml --output one.h5 --quiet
claim "a screen by two ranks" mpirun -n 2 "$locus" screen small.yaml --output two.h5 --quiet
claim "both are equal" equals one.h5 two.h5
claim "its analysis" "$locus" analyze two.h5
conclude
