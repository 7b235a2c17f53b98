#!/usr/bin/env bash
# dist.sh SCRATCH FOLDER: makes FOLDER/locus-VERSION-linux-ARCH.tar.gz, which needs an MPI and a C library and little
# else, and says what it does need. `make dist` runs it.
#
# Swift's libraries, the C++ library, HDF5, OpenBLAS and whatever else has an archive here are linked into the program;
# libraries that have none go beside it, into lib. MPI stays outside: it must be the cluster's own, of the same kind.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.."
[ "$#" = 2 ] || { echo "usage: dist.sh SCRATCH FOLDER" >&2 && exit 2; }
scratch=$(readlink -m "$1") folder=$(readlink -m "$2")
# The oldest C library that a cluster of today is likely to have: that of Red Hat 8.
goal=2.28

fail() { echo "dist.sh: $*" >&2 && exit 1; }

# folder_of PACKAGE: where pkg-config has the library.
folder_of() { pkg-config --libs-only-L "$1" | sed 's/^ *-L//; s/ .*//'; }

# archive NAME [FOLDER]: puts libNAME.a among the archives, from the folder or from where the compiler finds it.
archive() {
  local name=$1 found=${2:-}/lib$1.a
  [ -e "$found" ] || found=$(cc -print-file-name="lib$name.a")
  [ -e "$found" ] || { echo "there is no archive of $name: it goes beside the program" && return 0; }
  ln -sf "$(readlink -f "$found")" "$archives/lib$name.a"
}

# ---- A folder that holds archives alone, and files for pkg-config that have the linker look into it first
archives=$scratch/archives
rm -rf "$archives"
mkdir -p "$archives"
export PKG_CONFIG_PATH=$archives${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
blas=${LOCUS_BLAS_PKG:-openblas}
hdf5=${LOCUS_HDF5_PKG:-hdf5-openmpi}
for name in hdf5_hl hdf5; do archive $name "$(folder_of "$hdf5")"; done
archive openblas "$(folder_of "$blas")"
for name in onig utf8proc png16 png z sz aec gfortran quadmath stdc++; do archive $name; done
for package in "$hdf5" "$blas" "${LOCUS_ONIGURUMA_PKG:-oniguruma}" "${LOCUS_UTF8PROC_PKG:-libutf8proc}" \
  "${LOCUS_PNG_PKG:-libpng}"; do
  path=$(PKG_CONFIG_PATH=${PKG_CONFIG_PATH#"$archives"} pkg-config --variable=pcfiledir "$package")/$package.pc
  sed "s|^Libs:|Libs: -L$archives|" "$path" >"$archives/$package.pc"
done
# What archives need of one another, in a group: their order does not matter then.
options=(-Xlinker --start-group)
for name in hdf5_hl hdf5 openblas gfortran quadmath png16 z sz aec; do
  [ ! -e "$archives/lib$name.a" ] || options+=(-Xlinker "-l$name")
done
if nm -u "$archives/libhdf5.a" 2>/dev/null | grep -q curl_easy_init; then
  cc -c -O2 -Wall -Wextra -Werror -Wno-builtin-declaration-mismatch "$here/no-remote-files.c" \
    -o "$archives/no-remote-files.o"
  ar rc "$archives/libno-remote-files.a" "$archives/no-remote-files.o"
  options+=(-Xlinker -lno-remote-files)
fi
# shellcheck disable=SC2016  # for the loader
options+=(-Xlinker --end-group -Xlinker -rpath -Xlinker '$ORIGIN/../lib')
program=$scratch/release/locus
build() {
  swift build -c release --product locus --scratch-path "$scratch" --static-swift-stdlib "${options[@]}"
}

# ---- The program: linked once to see what it asks of the C library, and again so that an older one has it
build
echo "linked as it is:"
python3 "$here/glibc.py" --goal "$goal" --archives "$archives" --archives "$scratch/release" \
  --archives "$(swift -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1_static/p')/linux" "$program"
python3 "$here/glibc.py" --goal "$goal" --jumps "$archives/jumps.S" "$program"
for source in "$archives/jumps.S" "$here/older-libc.c"; do
  object=$archives/$(basename "${source%.*}").o
  cc -c -O2 -Wall -Wextra -Werror -Wno-builtin-declaration-mismatch "$source" -o "$object"
  options+=(-Xlinker "$object")
done
# Where these functions were until 2.34.
options+=(-Xlinker --no-as-needed)
for name in libpthread.so.0 libdl.so.2 librt.so.1; do options+=(-Xlinker "-l:$name"); done
build

# ---- What it is to be unpacked as
version=$(sed -n 's/.*static let current = "\(.*\)"/\1/p' Sources/locus/Locus.swift)
[ -n "$version" ] || fail "Sources/locus/Locus.swift does not say the version"
name=locus-$version-linux-$(uname -m)
stage=$scratch/stage
rm -rf "$stage"
"$here/install.sh" "$program" "$stage/$name"
strip --strip-all "$stage/$name/bin/locus"
# Every library but MPI's, the C library's and the compiler's, which must be the machine's.
readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | while IFS= read -r library; do
  case $library in
    libmpi* | libc.so* | libm.so* | libdl.so* | libpthread.so* | librt.so* | ld-linux* | libgcc_s*) continue ;;
  esac
  path=$(ldd "$program" | awk -v name="$library" '$1 == name { print $3 }')
  [ -n "$path" ] || fail "$library is not to be found"
  install -D -m 644 "$path" "$stage/$name/lib/$library"
done
mkdir -p "$folder"
tar --create --gzip --file "$folder/$name.tar.gz" --directory "$stage" --sort=name --owner=0 --group=0 --numeric-owner \
  --mtime="@$(git log -1 --format=%ct 2>/dev/null || echo 0)" "$name"
echo "$folder/$name.tar.gz: $(du -h "$folder/$name.tar.gz" | cut -f1), unpacked $(du -sh "$stage/$name" | cut -f1)"

# ---- What it needs
echo "linked for glibc $goal:"
python3 "$here/glibc.py" --goal "$goal" "$stage/$name/bin/locus" "$stage/$name"/lib/*
