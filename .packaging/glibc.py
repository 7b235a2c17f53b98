#!/usr/bin/env python3
"""glibc.py [--goal VERSION] [--archives FOLDER]... FILE...: which shared libraries the files need, and which C library.
glibc.py --goal VERSION --jumps OUTPUT FILE: writes the assembly by which they need no newer one, see below.

The oldest C library that the files run with is that of the newest version of a symbol that they ask for. With --goal
each symbol of a newer version is listed, with what stands in the way:

    older       this machine's C library has it in an older version too: linked on a machine with an old C library, the
                same objects would ask for the older one
    new         there is no older one: who asks for it must be compiled with an older C library, or do without

and with who asks for it: the archives in the folders --archives, the objects there by their module, and shared
libraries among the files by their name. Needs readelf and nm.

--jumps writes a function of the same name for each symbol that is "older", which jumps to the older one. Linked with
these, a program asks for the older ones alone; older-libc.c has those that are "new" or take other arguments.
"""
import argparse
import collections
import pathlib
import re
import subprocess
import sys

# Told in older-libc.c, not jumped to.
TOLD = {"__libc_start_main"}


def lines(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()


def number(version):
    return tuple(int(part) for part in version.split("."))


def symbols(path, defined):
    """The symbols of the C library that a file asks for, or has: (name, version)."""
    pattern = re.compile(r"\s(UND|\d+)\s+(\w+)@+GLIBC_([\d.]+)")
    for line in lines("readelf", "--dyn-syms", "--wide", str(path)):
        match = pattern.search(line)
        if match and (match[1] != "UND") == defined:
            yield match[2], match[3]


def needed(path):
    return re.findall(r"\(NEEDED\).*\[(.*)\]", "\n".join(lines("readelf", "-d", str(path))))


def older_versions():
    """Every version that this machine's C library has of each symbol."""
    versions = collections.defaultdict(set)
    paths = re.findall(r"=> (\S+)", "\n".join(lines("ldd", sys.executable)))
    folders = {pathlib.Path(path).parent for path in paths if "/libc.so" in path}
    for folder in folders:
        for name in ("libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1"):
            for symbol, version in symbols(folder / name, True):
                versions[symbol].add(version)
    return versions


def asking(folders, wanted):
    """Symbol → who asks for it, among the archives and objects of the folders."""
    found = collections.defaultdict(set)
    for folder in folders:
        root = pathlib.Path(folder).resolve()
        for path in sorted(root.glob("*.a")) + sorted(root.glob("*.build/**/*.o")):
            name = path.name if path.suffix == ".a" else "our " + path.relative_to(root).parts[0].removesuffix(".build")
            for line in lines("nm", "--undefined-only", str(path)):
                symbol = line.split()[-1] if line.split() else ""
                if symbol in wanted:
                    found[symbol].add(name)
    return found


def jump(symbol, version):
    return f"""
    .globl {symbol}
    .hidden {symbol}
    .type {symbol}, @function
{symbol}:
    jmp *old_{symbol}@GOTPCREL(%rip)
    .symver old_{symbol}, {symbol}@GLIBC_{version}
"""


def best(versions, goal):
    """The newest of the versions that is not above the goal; nothing without one."""
    return max((version for version in versions if number(version) <= number(goal)), key=number, default=None)


def write_jumps(output, path, goal):
    versions = older_versions()
    newer = sorted({symbol for symbol, version in symbols(path, False) if number(version) > number(goal)} - TOLD)
    jumps = [jump(symbol, older) for symbol in newer if (older := best(versions[symbol], goal))]
    output.write_text("    .text\n" + "".join(jumps) + '    .section .note.GNU-stack, "", @progbits\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--goal")
    parser.add_argument("--archives", action="append", default=[])
    parser.add_argument("--jumps", type=pathlib.Path)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    files = [path for path in options.files if path.exists()]
    if options.jumps:
        write_jumps(options.jumps, files[0], options.goal)
        return
    used = collections.defaultdict(set)
    for path in files:
        print(f"{path.name} needs {', '.join(needed(path))}")
        for symbol, version in symbols(path, False):
            used[version, symbol].add(path.name)
    counts = collections.Counter(version for version, _ in used)
    print("\nsymbols of the C library by version")
    for version in sorted(counts, key=number):
        print(f"  {version:8} {counts[version]:5}")
    oldest = max(counts, key=number)
    print(f"\nit runs with glibc {oldest} and newer")
    if not options.goal or number(oldest) <= number(options.goal):
        return
    newer = sorted((key for key in used if number(key[0]) > number(options.goal)), key=lambda key: (number(key[0]), key))
    versions, askers = older_versions(), asking(options.archives, {symbol for _, symbol in newer})
    print(f"\nfor {options.goal} these {len(newer)} symbols are in the way")
    print(f"  {'symbol':36}{'version':9}{'':16}asked for by")
    for version, symbol in newer:
        older = best(versions[symbol], options.goal)
        state = f"older: {older}" if older else "new"
        names = sorted(askers[symbol] | {name for name in used[version, symbol] if name.startswith("lib")})
        # Objects that every program begins with are in no archive.
        print(f"  {symbol:36}{version:9}{state:16}{', '.join(names) or 'the start of every program'}")


if __name__ == "__main__":
    main()
