#!/usr/bin/env python3
"""studies.py MODEL: processor seconds a token of studies, by `locus study` and by transformers with forward hooks.

Both do the same on the same rows, one thread each, in turn, and the median of the ratios is printed:
  statistics  mean, spread, magnitude, root, share above 0 and extremes of every unit at all five sites
  ablation    11 fractions x 4 methods x 3 seeds at one site, scored by cross-entropy and ranks
  patching    every single layer's attention and MLP outputs transplanted at one position, and all up to each
MODEL is a folder of the Llama family, or random:110m, which is written to a folder first. Needs torch and transformers."""
import argparse
import json
import os
import resource
import statistics
import subprocess
import tempfile

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
parser.add_argument("--only", nargs="+", default=["statistics", "ablation", "patching"])
options = parser.parse_args()
folder = tempfile.mkdtemp()


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
    subprocess.run([options.program, "study", config, "--output", os.path.join(folder, "out.h5"), "--force", "--quiet"],
                   check=True, stdout=subprocess.DEVNULL, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"})
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


def score(batch):
    logits, target = model(batch, use_cache=False).logits[:, :-1], batch[:, 1:, None]
    own = logits.gather(-1, target)
    loss = (logits.logsumexp(-1, keepdim=True) - own).sum()
    rank = ((logits > own) | ((logits == own) & (torch.arange(logits.shape[-1]) < target))).sum(-1)
    return loss.item(), (rank == 0).sum().item(), (rank < 10).sum().item()


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
              "peak": lambda i: low[i] + (count[i].argmax(-1) + 0.5) * (high[i] - low[i]) / bins, "resample": lambda i: kept[i]}
    for method in values:
        value = {index: values[method](index) for index in range(len(layers))}
        for seed in range(3):
            order = [torch.randperm(width, generator=torch.Generator().manual_seed(seed * 100 + i)) for i in range(len(layers))]
            for fraction in range(11):
                keep = []
                for index in range(len(layers)):
                    mask = torch.ones(width, dtype=torch.bool)
                    mask[order[index][:fraction * width // 10]] = False
                    keep.append(mask)
                handles = hooked(site, lambda index, x: torch.where(keep[index], x, value[index]))
                for batch in batches():
                    score(batch)
                remove(handles)


PARAGRAPHS = [(rows[i, :40].tolist(), rows[i, 40:64].tolist()) for i in range(min(options.rows, 12))]


def peer_patching():
    for before, after in PARAGRAPHS:
        seen = {}
        handles = hooked("attn_pre_out", lambda i, x: seen.update({("a", i): x[0, -1].clone()}))
        handles += hooked("mlp_pre_out", lambda i, x: seen.update({("m", i): x[0, -1].clone()}))
        model.model(torch.tensor([before]), use_cache=False)
        remove(handles)
        tokens = torch.tensor([[shape.bos_token_id, before[-1]] + after])

        def losses(chosen):
            def put(kind):
                def function(index, x):
                    if chosen(index):
                        x = x.clone()
                        x[:, 1] = seen[kind, index]
                        return x
                return function
            handles = hooked("attn_pre_out", put("a")) + hooked("mlp_pre_out", put("m"))
            score(tokens)
            remove(handles)

        for layer in range(len(layers)):
            losses(lambda index: index == layer)
            losses(lambda index: index <= layer)


def report(name, ours, theirs, tokens):
    ratios = [b / a for a, b in zip(ours, theirs)]
    print(f"{name}: locus {statistics.median(ours) / tokens * 1e6:.1f} µs a token, transformers "
          f"{statistics.median(theirs) / tokens * 1e6:.1f}; ratio median {statistics.median(ratios):.2f} "
          f"({min(ratios):.2f} to {max(ratios):.2f}) of {len(ratios)}", flush=True)


every = options.rows * options.window
jobs = {
    "statistics": ({"statistics": {"texts": ["rows"]}}, peer_statistics, every),
    "ablation": ({"ablation": {"statistics": ["rows"], "evaluation": ["rows"], "sites": ["mlp_pre_out"], "resample": "other"}},
                 peer_ablation, every * 132),
    "patching": ({"patching": {"paragraphs": lines("paragraphs.jsonl", [
        {"before": before, "after": after, "other": (i + 1) % len(PARAGRAPHS)} for i, (before, after) in enumerate(PARAGRAPHS)]),
        "by_layer": True, "given": [], "generated": [], "conditions": ["full"]}}, peer_patching,
                 len(PARAGRAPHS) * 2 * len(layers) * 26),
}
print(f"{options.model}: {len(layers)} layers of {shape.hidden_size}, {options.rows} rows of {options.window}")
for name in options.only:
    studies, peer, tokens = jobs[name]
    ours, theirs = [], []
    for _ in range(options.rounds):
        ours.append(locus(studies, texts))
        begun = own_seconds()
        peer()
        theirs.append(own_seconds() - begun)
    report(name, ours, theirs, tokens)
