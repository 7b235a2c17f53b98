#!/usr/bin/env python3
"""Locus' analyses of a point cloud beside scikit-learn's and SciPy's: the same data, the same number of threads.

`locus bench geometry` plants the cloud, draws the firings and keeps both; each part then runs in a process of its own, once
by Locus and once in Python:

    dense       the published pipeline: affinities by angle as a dense matrix, SpectralClustering(affinity="precomputed")
                with ARPACK, from points to labels
    graph       SpectralClustering(affinity="nearest_neighbors") of the points at length 1, with LOBPCG, the fastest of its
                solvers on such graphs; its ten neighbours count the point itself
    cofiring    the sparse product F Fᵀ, of the narrowest whole numbers that hold every count: the fastest in SciPy
    regression  LogisticRegression, with the same penalty

Times are medians of CPU seconds of the part alone, without start-up, imports and reading; memory is the peak of the whole
process. Agreement is the adjusted mutual information with the planted lobes. Locus and Python agree as far as the adjusted
Rand index of their labels says; of co-firing, whether the sums of squares of every feature's counts are equal.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from running import run

HERE = Path(__file__).resolve().parent


def parse():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--points", type=int, default=8000, help="points, which are features too (default: 8000)")
    p.add_argument("--dimension", type=int, default=64, help="components of a point (default: 64)")
    p.add_argument("--lobes", type=int, default=8, help="lobes to plant and to find (default: 8)")
    p.add_argument("--separation", type=float, default=0.7, help="of lobes' centres (default: 0.7)")
    p.add_argument("--documents", type=int, default=20000, help="on which features fire (default: 20000)")
    p.add_argument("--density", type=float, default=0.01, help="share of them that a feature fires on (default: 0.01)")
    p.add_argument("--seed", type=int, default=0, help="of the data (default: 0)")
    p.add_argument("--parts", default=",".join(PEERS), help=f"parts to run (default: {','.join(PEERS)})")
    p.add_argument("--threads", type=int, default=1, help="of either side (default: 1)")
    p.add_argument("--repeats", type=int, default=1, help="how often to run each (default: 1)")
    p.add_argument("--locus", default=str(HERE.parents[1] / ".build/release/locus"), help="the program to measure")
    p.add_argument("--json", help="write the figures to this file too")
    p.add_argument("--keep", help="leave data and labels in this folder")
    p.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)  # run this one here, on the data of --keep
    return p.parse_args()


# ---- the peers: what is imported and read is not timed


def read_points(folder, a):
    import numpy

    return numpy.fromfile(folder / "points.f32", dtype=numpy.float32).reshape(a.points, a.dimension)


def dense(folder, a):
    import numpy
    from sklearn.cluster import SpectralClustering

    points = read_points(folder, a)

    def find():
        units = points / numpy.linalg.norm(points, axis=1)[:, None]
        affinities = units @ units.T
        numpy.clip(affinities, -1, 1, out=affinities)
        numpy.arccos(affinities, out=affinities)
        affinities /= -numpy.pi
        affinities += 1
        clustering = SpectralClustering(a.lobes, affinity="precomputed", eigen_solver="arpack", random_state=a.seed)
        return clustering.fit_predict(affinities)

    return find


def graph(folder, a):
    import numpy
    from sklearn.cluster import SpectralClustering

    points = read_points(folder, a)

    def find():
        units = points / numpy.linalg.norm(points, axis=1)[:, None]
        clustering = SpectralClustering(
            a.lobes, affinity="nearest_neighbors", eigen_solver="lobpcg", random_state=a.seed, n_jobs=a.threads
        )
        return clustering.fit_predict(units)

    return find


def cofiring(folder, a):
    import numpy
    from scipy.sparse import csr_array

    offsets = numpy.fromfile(folder / "offsets.i64", dtype=numpy.int64)
    documents = numpy.fromfile(folder / "documents.i32", dtype=numpy.int32)
    kind = numpy.min_scalar_type(int(numpy.diff(offsets).max()))
    ones = numpy.ones(len(documents), kind)
    firings = csr_array((ones, documents, offsets.astype(numpy.int32)), shape=(a.points, a.documents))
    return lambda: firings @ firings.T.tocsr()


def regression(folder, a):
    import numpy
    from sklearn.linear_model import LogisticRegression

    points, planted = read_points(folder, a), numpy.fromfile(folder / "planted.i32", dtype=numpy.int32)
    return lambda: LogisticRegression(max_iter=500).fit(points, planted).predict(points)


PEERS = dict(dense=dense, graph=graph, cofiring=cofiring, regression=regression)
NAMES = dict(
    dense="scikit-learn, ARPACK", graph="scikit-learn, LOBPCG", cofiring="SciPy, F Fᵀ", regression="scikit-learn"
)


def run_here(a):
    """Runs the peer of one part on the data of a folder, keeps what it finds there, and prints what it took."""
    import numpy

    folder = Path(a.keep)
    find = PEERS[a.peer](folder, a)
    timings = []
    for _ in range(a.repeats):
        found = None  # of the time before: not to be held beside the next
        begun, cpu = time.perf_counter(), time.process_time()
        found = find()
        timings.append(dict(seconds=time.perf_counter() - begun, processorSeconds=time.process_time() - cpu))
    if a.peer == "cofiring":
        ends = found.indptr
        rows = (found.data[i:j].astype(numpy.uint64) for i, j in zip(ends, ends[1:]))
        numpy.array([float((row * row).sum()) for row in rows]).tofile(folder / "peer-cofiring.f64")
    else:
        found.astype(numpy.int32).tofile(folder / f"peer-{a.peer}.i32")
    (folder / "peer.json").write_text(json.dumps(timings))


# ---- both sides


def measure(a, folder):
    parts = [part for part in a.parts.split(",") if part in PEERS]
    if not parts:
        sys.exit(f"--parts names nothing that there is a peer for; choose among {', '.join(PEERS)}")
    options = ["--points", a.points, "--dimension", a.dimension, "--lobes", a.lobes, "--separation", a.separation]
    options += ["--documents", a.documents, "--density", a.density, "--seed", a.seed]
    options += ["--threads", a.threads, "--repeats", a.repeats, "--keep", folder]
    threads = {f"{x}_NUM_THREADS": str(a.threads) for x in ("OMP", "OPENBLAS", "MKL")}
    result = []
    for part in parts:
        print(part, file=sys.stderr, flush=True)
        command = [a.locus, "bench", "geometry", "--parts", part, "--json", folder / "locus.json", "--quiet"]
        usage = run(command + options, folder)
        timings = json.loads((folder / "locus.json").read_text())["parts"][0]["timings"]
        locus = figures("locus", timings, usage)
        usage = run([sys.executable, "-W", "ignore", __file__, "--peer", part] + options, folder, **threads)
        peer = figures(NAMES[part], json.loads((folder / "peer.json").read_text()), usage)
        result.append(dict(part=part, peer=peer, locus=locus))
    return result


def figures(name, timings, usage):
    def middle(key):
        return statistics.median(timing[key] for timing in timings)

    return dict(
        name=name, seconds=middle("seconds"), cpu_seconds=middle("processorSeconds"), peak_bytes=usage.peak_bytes
    )


def compare(parts, folder):
    """Adds how far both agree with the planted lobes and with each other; after all runs, since it needs memory."""
    import numpy
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    def labels(name):
        return numpy.fromfile(folder / f"{name}.i32", dtype=numpy.int32)

    for figures in parts:
        part = figures["part"]
        if part == "cofiring":
            ours, theirs = (numpy.fromfile(folder / f"{who}cofiring.f64") for who in ("", "peer-"))
            figures["equal"] = bool(numpy.array_equal(ours, theirs))
            continue
        planted, ours, theirs = labels("planted"), labels(part), labels(f"peer-{part}")
        figures["locus"]["agreement"] = adjusted_mutual_info_score(planted, ours)
        figures["peer"]["agreement"] = adjusted_mutual_info_score(planted, theirs)
        figures["adjusted_rand"] = adjusted_rand_score(theirs, ours)


def describe(a, parts):
    import scipy
    import sklearn

    return dict(
        points=a.points, dimension=a.dimension, lobes=a.lobes, separation=a.separation, documents=a.documents,
        density=a.density, seed=a.seed, threads=a.threads, repeats=a.repeats, sklearn=sklearn.__version__,
        scipy=scipy.__version__, load=os.getloadavg()[0], parts=parts,
    )  # fmt: skip


def share(part, key):
    """What Locus takes of what the peer does."""
    ours, theirs = part["locus"][key], part["peer"][key]
    return f"1/{theirs / ours:.1f}" if ours < theirs else f"{ours / theirs:.1f}×"


def table(r):
    lines = [
        f"{r['points']:,} × {r['dimension']}, {r['lobes']} planted lobes, {r['separation']} apart; {r['documents']:,} "
        f"documents at {r['density']:g}; threads {r['threads']}, medians of {r['repeats']}; "
        f"scikit-learn {r['sklearn']}, SciPy {r['scipy']}",
        f"{'part':12}{'':22}{'CPU s':>9}{'peak memory':>14}{'with planted':>14}{'with each other':>17}"
        f"{'of the CPU':>12}{'of the memory':>15}",
    ]
    for part in r["parts"]:
        for who in ("peer", "locus"):
            s = part[who]
            line = f"{part['part'] if who == 'peer' else '':12}{s['name']:22}{s['cpu_seconds']:>9.3f}"
            line += f"{s['peak_bytes'] / 2**20:>10,.0f} MiB"
            line += f"{s['agreement']:>14.4f}" if "agreement" in s else f"{'–':>14}"
            if who == "locus":
                agree = f"{part['adjusted_rand']:.4f}" if "adjusted_rand" in part else "equal"
                line += f"{agree if part.get('equal', True) else 'DIFFERENT':>17}"
                line += f"{share(part, 'cpu_seconds'):>12}{share(part, 'peak_bytes'):>15}"
            lines.append(line)
    return "\n".join(lines)


def main():
    a = parse()
    if a.peer:
        return run_here(a)
    folder = Path(a.keep or tempfile.mkdtemp(prefix="geometry-side-by-side-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        parts = measure(a, folder)
        compare(parts, folder)
    finally:
        if not a.keep:
            shutil.rmtree(folder)
    result = describe(a, parts)
    print(table(result))
    if a.json:
        Path(a.json).write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
