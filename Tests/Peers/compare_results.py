#!/usr/bin/env python3
"""compare_results.py A.json B.json [--tie 1e-3]: mutation by mutation.  Either file may be baseline_screen.py's or any JSON
with the same record keys (matrix, layer, row, col, kind, first_divergence, silent; output or output_prefix when known)."""

import json, sys

tie = float(sys.argv[sys.argv.index("--tie") + 1]) if "--tie" in sys.argv else 1e-3
A, B = (json.load(open(p)) for p in sys.argv[1:3])
key = lambda r: (r["layer"], r["matrix"], r["row"], r["col"], r["kind"])
a, b = {key(r): r for r in A["mutations"]}, {key(r): r for r in B["mutations"]}
if "baseline" in A and "baseline" in B:
    print("baselines equal:", A["baseline"]["output"] == B["baseline"]["output"])
both = [k for k in a if k in b]
print(f"records A {len(a)} B {len(b)} common {len(both)} only-A {len(a) - len(both)} only-B {len(b) - len(both)}")
sil = div = out = near = 0
ex = []
for k in both:
    x, y = a[k], b[k]
    bad = False
    if x["silent"] != y["silent"]:
        sil += 1
        bad = True
    if list(x["first_divergence"]) != list(y["first_divergence"]):
        div += 1
        bad = True
    if "output" in x and "output" in y and x["output"] != y["output"]:
        out += 1
        bad = True
    for p, q in (("output_prefix", "output"), ("output", "output_prefix")):
        if p in x and q in y and "output" not in (set(x) & set(y)):
            for s, t in zip(x[p], y[q]):
                n = min(len(s), len(t))
                if list(s[:n]) != list(t[:n]):
                    out += 1
                    bad = True
                    break
    if bad:
        m = [min(r["min_margin"]) for r in (x, y) if r.get("min_margin")]
        if m and min(m) < tie:
            near += 1
        if len(ex) < 10:
            ex.append((k, x["first_divergence"], y["first_divergence"], m))
print(
    f"differences: silent {sil}  first_divergence {div}  output {out}; of the differing records {near} have a logit gap < {tie} (float tie)"
)
for e in ex:
    print("  ", e)
sys.exit(1 if sil or div or out else 0)
