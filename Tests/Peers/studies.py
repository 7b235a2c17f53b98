#!/usr/bin/env python3
"""studies.py MODEL: processor seconds a token of studies, by `locus study` and by transformers with forward hooks.

Both do the same on the same rows, one thread each, in turn, and the median of the ratios is printed:
  statistics  mean, spread, magnitude, root, share above 0 and extremes of every unit at all five sites
  ablation    11 fractions x 4 methods x 3 seeds at one site, scored by cross-entropy and ranks
  patching    every single layer's attention and MLP outputs transplanted at one position, and all up to each:
              beside transformers one run at a time, and with all runs of a paragraph in one batch
A second ratio leaves out what `locus` takes for one row alone, its start: transformers has loaded the model before it is
timed. The greatest difference of the numbers of both is printed.
MODEL is a folder of the Llama family, or random:110m, which is written to a folder first. Needs torch, transformers and
h5py."""
import argparse
import hashlib
import json
import os
import resource
import statistics
import subprocess
import tempfile

import h5py
import numpy
import torch
from transformers import LlamaConfig, LlamaForCausalLM

torch.set_num_threads(1)
torch.set_grad_enabled(False)
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("model")
parser.add_argument("--program", default=".build/release/locus")
parser.add_argument("--rows", type=int, default=16)
parser.add_argument("--window", type=int, default=128)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--batch", type=int, default=8, help="rows that transformers run together")
parser.add_argument("--paragraphs", type=int, default=12, help="of patching, at most as many as rows")
parser.add_argument("--only", nargs="+", default=["statistics", "ablation", "patching", "batched"])
options = parser.parse_args()
folder = tempfile.mkdtemp()
RESULTS = os.path.join(folder, "out.h5")


def load():
    if options.model != "random:110m":
        return options.model, LlamaForCausalLM.from_pretrained(options.model, dtype=torch.float32)
    shape = LlamaConfig(vocab_size=32000, hidden_size=768, intermediate_size=2048, num_hidden_layers=12,
                        num_attention_heads=12, max_position_embeddings=1024, bos_token_id=1, eos_token_id=2)
    torch.manual_seed(0)
    model = LlamaForCausalLM(shape)
    path = os.path.join(folder, "110m")
    model.save_pretrained(path)
    return path, model


path, model = load()
shape = model.config
generator = torch.Generator().manual_seed(0)
rows = torch.randint(3, shape.vocab_size, (options.rows, options.window), generator=generator)
rows[:, 0] = shape.bos_token_id
layers = model.model.layers


def own_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def locus(studies, texts):
    """Processor seconds of a run of studies."""
    configuration = {"model": os.path.abspath(path), "texts": texts, "window": options.window, "studies": studies}
    config = os.path.join(folder, "config.yaml")
    with open(config, "w") as file:
        json.dump(configuration, file)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([options.program, "study", config, "--output", RESULTS, "--force", "--quiet"], check=True,
                   stdout=subprocess.DEVNULL, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def lines(name, objects):
    file = os.path.join(folder, name)
    with open(file, "w") as out:
        for one in objects:
            out.write(json.dumps(one) + "\n")
    return file


texts = {"rows": lines("rows.jsonl", [{"tokens": row} for row in rows.tolist()]),
         "other": lines("other.jsonl", [{"tokens": rows[0].tolist()}])}
one = {"rows": texts["other"], "other": texts["other"]}


def places(layer):
    """(module, whether its input is looked at) of each site."""
    return {"res_pre": (layer, True), "attn_pre_out": (layer.self_attn.o_proj, True),
            "res_mid": (layer.post_attention_layernorm, True), "mlp_pre_out": (layer.mlp.down_proj, True),
            "res_post": (layer, False)}


def hooked(site, function):
    """Calls function(layer, x) at a site of every layer, and uses what it gives, if anything."""
    handles = []
    for index, layer in enumerate(layers):
        module, isInput = places(layer)[site]
        if isInput:
            def before(_, arguments, index=index):
                new = function(index, arguments[0])
                return None if new is None else (new, *arguments[1:])
            handles.append(module.register_forward_pre_hook(before))
        else:
            def after(_, __, output, index=index):
                x = output[0] if isinstance(output, tuple) else output
                new = function(index, x)
                if new is not None:
                    return (new, *output[1:]) if isinstance(output, tuple) else new
            handles.append(module.register_forward_hook(after))
    return handles


def remove(handles):
    for handle in handles:
        handle.remove()


class Moments:
    def __init__(self):
        self.n = 0

    def add(self, x):
        n, mean = len(x), x.mean(0)
        new = [(x - mean).square().sum(0), x.abs().mean(0), x.abs().sqrt().mean(0), (x > 0).float().mean(0), x.amin(0),
               x.amax(0)]
        if self.n == 0:
            self.n, self.mean, self.rest = n, mean, new
            return
        total, delta = self.n + n, mean - self.mean
        self.mean = self.mean + delta * (n / total)
        self.rest[0] = self.rest[0] + new[0] + delta.square() * (self.n * n / total)
        for i in (1, 2, 3):
            self.rest[i] = self.rest[i] + (new[i] - self.rest[i]) * (n / total)
        self.rest[4], self.rest[5] = torch.minimum(self.rest[4], new[4]), torch.maximum(self.rest[5], new[5])
        self.n = total


def batches():
    return rows.split(options.batch)


def peer_statistics():
    found, handles = {}, []
    for site in ("res_pre", "attn_pre_out", "res_mid", "mlp_pre_out", "res_post"):
        def see(index, x, site=site):
            found.setdefault((site, index), Moments()).add(x[:, 1:].reshape(-1, x.shape[-1]))
        handles += hooked(site, see)
    for batch in batches():
        model.model(batch, use_cache=False)
    remove(handles)

    def difference(file):
        worst = 0.0
        for (site, index), own in found.items():
            mine = [own.mean, (own.rest[0] / own.n).sqrt(), *own.rest[1:]]
            for name, values in zip(("mean", "std", "abs", "sqrt", "freq", "min", "max"), mine):
                other = file["units"][site][name][index]
                worst = max(worst, float(numpy.abs(other - values.numpy()).max() / max(1e-9, numpy.abs(other).max())))
        return worst
    return difference


def score(batch, first=0):
    logits, target = model(batch, use_cache=False).logits[:, first:-1], batch[:, first + 1:, None]
    own = logits.gather(-1, target)
    loss = (logits.logsumexp(-1, keepdim=True) - own)[..., 0].sum(-1)
    rank = ((logits > own) | ((logits == own) & (torch.arange(logits.shape[-1]) < target))).sum(-1)
    return loss, (rank == 0).sum().item(), (rank < 10).sum().item()


def order(seed, layer, site, width):
    """The order in which locus replaces units, which is not timed."""
    key = (seed, layer)
    if key not in ORDERS:
        ORDERS[key] = torch.tensor(sorted(
            range(width), key=lambda unit: hashlib.sha256(f"{seed}:{layer}:{site}:{unit}".encode()).digest()))
    return ORDERS[key]


ORDERS = {}


def peer_ablation(site="mlp_pre_out", bins=100):
    width = shape.intermediate_size
    low, high, mean, kept = {}, {}, {}, {}

    def extremes(index, x):
        x = x[:, 1:].reshape(-1, x.shape[-1])
        low[index] = torch.minimum(low.get(index, x[0]), x.amin(0))
        high[index] = torch.maximum(high.get(index, x[0]), x.amax(0))
        mean[index] = mean.get(index, 0) + x.sum(0)

    def run(see):
        handles = hooked(site, see)
        for batch in batches():
            model.model(batch, use_cache=False)
        remove(handles)

    run(extremes)
    count = {index: torch.zeros(width, bins, dtype=torch.int64) for index in range(len(layers))}

    def histogram(index, x):
        x = x[:, 1:].reshape(-1, x.shape[-1])
        place = (bins * (x - low[index]) / (high[index] - low[index]).clamp_min(1e-30)).long().clamp(0, bins - 1)
        count[index].scatter_add_(1, place.T, torch.ones_like(place.T))

    run(histogram)
    handles = hooked(site, lambda index, x: kept.update({index: x[0].clone()}))
    model.model(rows[:1], use_cache=False)
    remove(handles)
    total = options.rows * (options.window - 1)
    values = {"zero": lambda i: torch.zeros(width), "mean": lambda i: mean[i] / total,
              "peak": lambda i: low[i] + (count[i].argmax(-1) + 0.5) * (high[i] - low[i]) / bins,
              "resample": lambda i: kept[i]}
    found = numpy.zeros((4, 3, 11))
    for number, method in enumerate(values):
        value = {index: values[method](index) for index in range(len(layers))}
        for seed in range(3):
            for fraction in range(11):
                keep = []
                for index in range(len(layers)):
                    mask = torch.ones(width, dtype=torch.bool)
                    mask[order(seed, index, site, width)[:(2 * fraction * width + 10) // 20]] = False
                    keep.append(mask)
                handles = hooked(site, lambda index, x: torch.where(keep[index], x, value[index]))
                found[number, seed, fraction] = sum(score(batch)[0].sum().item() for batch in batches()) / total
                remove(handles)
    return lambda file: float(numpy.abs(file["studies/ablation/cross_entropy"][0] - found).max())


PARAGRAPHS = [(rows[i, :40].tolist(), rows[i, 40:64].tolist()) for i in range(min(options.rows, options.paragraphs))]


def peer_patching(isBatched=False):
    found = numpy.zeros((len(PARAGRAPHS), 2, len(layers)))
    edited = torch.stack([torch.arange(len(layers)) == layer for layer in range(len(layers))]
                         + [torch.arange(len(layers)) <= layer for layer in range(len(layers))])
    for row, (before, after) in enumerate(PARAGRAPHS):
        seen = {}
        handles = hooked("attn_pre_out", lambda i, x: seen.update({("a", i): x[0, -1].clone()}))
        handles += hooked("mlp_pre_out", lambda i, x: seen.update({("m", i): x[0, -1].clone()}))
        model.model(torch.tensor([before]), use_cache=False)
        remove(handles)
        tokens = torch.tensor([[shape.bos_token_id, before[-1]] + after])

        def losses(runs):
            def put(kind):
                def function(index, x):
                    x = x.clone()
                    x[:, 1] = torch.where(runs[:, index, None], seen[kind, index], x[:, 1])
                    return x
                return function
            handles = hooked("attn_pre_out", put("a")) + hooked("mlp_pre_out", put("m"))
            loss = score(tokens.expand(len(runs), -1), first=1)[0] / len(after)
            remove(handles)
            return loss

        batches = [edited] if isBatched else edited.split(1)
        found[row] = torch.cat([losses(runs) for runs in batches]).reshape(2, -1).numpy()
    return lambda file: float(numpy.abs(file["studies/patching/loss_by_layer"][:] - found.transpose(1, 0, 2)).max())


def report(name, ours, starts, theirs, tokens, share, difference):
    def words(ratios):
        return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    ours, starts, theirs = numpy.array(ours), numpy.array(starts), numpy.array(theirs)
    rest = (ours - starts) / (1 - share)
    print(f"{name}: locus {numpy.median(ours) / tokens * 1e6:.1f} µs a token, without start "
          f"{numpy.median(rest) / tokens * 1e6:.1f}; transformers {numpy.median(theirs) / tokens * 1e6:.1f}; ratio median "
          f"{words(theirs / ours)}, without start {words(theirs / rest)}, of {len(ours)}; greatest difference "
          f"{difference:.1e}", flush=True)


def patching(count):
    paragraphs = [{"before": before, "after": after, "other": (i + 1) % count}
                  for i, (before, after) in enumerate(PARAGRAPHS[:count])]
    return {"patching": {"paragraphs": lines(f"paragraphs{count}.jsonl", paragraphs), "by_layer": True, "given": [0],
                         "generated": "none", "conditions": ["full"], "routes": False}}


every = options.rows * options.window
moments = {"statistics": {"texts": ["rows"]}}
replaced = {"ablation": {"statistics": ["rows"], "evaluation": ["rows"], "sites": ["mlp_pre_out"], "resample": "other"}}
transplanted = len(PARAGRAPHS) * 2 * len(layers) * 26
jobs = {  # the study, and a small one with its share of the work; the peer; tokens
    "statistics": (moments, moments, 1 / options.rows, peer_statistics, every),
    "ablation": (replaced, replaced, 1 / options.rows, peer_ablation, every * 132),
    "patching": (patching(len(PARAGRAPHS)), patching(2), 2 / len(PARAGRAPHS), peer_patching, transplanted),
    "batched": (patching(len(PARAGRAPHS)), patching(2), 2 / len(PARAGRAPHS), lambda: peer_patching(isBatched=True),
                transplanted),
}
print(f"{options.model}: {len(layers)} layers of {shape.hidden_size}, {options.rows} rows of {options.window}, "
      f"{len(PARAGRAPHS)} paragraphs", flush=True)
for name in options.only:
    studies, few, share, peer, tokens = jobs[name]
    ours, starts, theirs = [], [], []
    if options.rounds > 1:
        peer()  # what is made once, such as orders, is not timed
    for _ in range(options.rounds):
        starts.append(locus(few, one))
        ours.append(locus(studies, texts))
        begun = own_seconds()
        difference = peer()
        theirs.append(own_seconds() - begun)
    with h5py.File(RESULTS) as file:
        report(name, ours, starts, theirs, tokens, share, difference(file))
