#!/usr/bin/env python3
"""scikit-learn timings for the geometry part: PCA, LDA, kNN graph, SpectralClustering (kNN graph and dense RBF/phi affinity), KMeans,
logistic regression, co-occurrence affinities.  bench_geometry.py --n 2000 --d 64 --k 8 [--threads 1] [--repeat 3] [--dense-max 4000]"""

import argparse, json, os, statistics, sys, time, warnings

ap = argparse.ArgumentParser()
ap.add_argument("--n", type=int, default=2000)
ap.add_argument("--d", type=int, default=64)
ap.add_argument("--k", type=int, default=8)
ap.add_argument("--threads", type=int, default=1)
ap.add_argument("--repeat", type=int, default=3)
ap.add_argument("--dense-max", type=int, default=4000)
ap.add_argument("--only", default="")
ap.add_argument(
    "--save", default="", help="write the point cloud and labels as raw float32 / int32 files with this prefix"
)
ap.add_argument("--blocks", type=int, default=20000)
ap.add_argument("--sep", type=float, default=0.35)
a = ap.parse_args()
for v in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[v] = str(a.threads)
warnings.filterwarnings("ignore")
import numpy as np, sklearn, resource
from sklearn.cluster import SpectralClustering, KMeans
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_mutual_info_score as AMI
from sklearn.neighbors import kneighbors_graph
from sklearn.metrics.pairwise import rbf_kernel

r = np.random.RandomState(0)
cent = r.normal(size=(a.k, a.d)) * a.sep
y = r.randint(0, a.k, size=a.n)
X = (cent[y] + r.normal(size=(a.n, a.d)) * np.linspace(1.5, 0.3, a.d)).astype(np.float32)
if a.save:
    X.tofile(a.save + ".f32")
    y.astype(np.int32).tofile(a.save + ".i32")


def t(name, f, rep=None):
    if a.only and name not in a.only.split(","):
        return None
    w, c = [], []
    out = None
    for _ in range(rep or a.repeat):
        t0, c0 = time.perf_counter(), time.process_time()
        out = f()
        w.append(time.perf_counter() - t0)
        c.append(time.process_time() - c0)
    q = dict(
        what=name,
        n=a.n,
        d=a.d,
        k=a.k,
        threads=a.threads,
        wall_s=round(statistics.median(w), 4),
        cpu_s=round(statistics.median(c), 4),
        runs=len(w),
        rss_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        load=round(os.getloadavg()[0], 2),
        sklearn=sklearn.__version__,
    )
    if isinstance(out, np.ndarray) and out.shape == y.shape:
        q["ami_with_truth"] = round(AMI(y, out), 4)
    print(json.dumps(q), flush=True)
    return out


t("PCA full (randomized off)", lambda: PCA(svd_solver="full").fit(X).explained_variance_[:3].sum())
t("PCA auto", lambda: PCA().fit(X).explained_variance_[:3].sum())
t("LDA svd, k-1 components", lambda: LinearDiscriminantAnalysis(n_components=a.k - 1).fit_transform(X, y).sum())
t("LDA eigen", lambda: LinearDiscriminantAnalysis(solver="eigen", n_components=a.k - 1).fit_transform(X, y).sum())
t("KMeans n_init=10", lambda: KMeans(a.k, n_init=10, random_state=42).fit_predict(X))
t("kNN graph k=10", lambda: kneighbors_graph(X, 10).nnz)
t("logistic regression", lambda: LogisticRegression(max_iter=200).fit(X, y).predict(X))
t(
    "SpectralClustering kNN graph (arpack)",
    lambda: SpectralClustering(a.k, affinity="nearest_neighbors", random_state=42, n_jobs=a.threads).fit_predict(X),
)
t(
    "SpectralClustering kNN graph (lobpcg)",
    lambda: SpectralClustering(
        a.k, affinity="nearest_neighbors", eigen_solver="lobpcg", random_state=42, n_jobs=a.threads
    ).fit_predict(X),
)
# co-occurrence: m binary features over B blocks, phi affinity, as in ejmichaud/feature-geometry
m = min(a.n, 16384)
F = (r.rand(a.blocks, m) < 0.02).astype(np.float32)


def phi():
    C = (F.T @ F).astype(np.float64)
    ni = np.diag(C).copy()
    n = float(a.blocks)
    n10 = ni[:, None] - C
    n01 = ni[None, :] - C
    n00 = n - ni[:, None] - ni[None, :] + C
    with np.errstate(all="ignore"):
        p = (C * n00 - n10 * n01) / np.sqrt(ni[:, None] * (n - ni)[:, None] * ni[None, :] * (n - ni)[None, :])
    return float(np.nan_to_num(p).sum())


if a.n <= 4096:
    t(f"phi co-occurrence affinity, {a.blocks} blocks", phi, 1)
else:
    t("co-occurrence GEMM only (F^T F)", lambda: float((F.T @ F)[0, 0]), 1)
del F
if a.n <= a.dense_max:
    g = 1.0 / (a.d * X.var())
    t("dense RBF affinity", lambda: rbf_kernel(X, gamma=g)[0, 0])
    K = rbf_kernel(X, gamma=g)
    t(
        "SpectralClustering dense precomputed (arpack), as feature-geometry",
        lambda: SpectralClustering(a.k, affinity="precomputed", assign_labels="kmeans", random_state=42).fit_predict(K),
        1 if a.n > 4000 else None,
    )
