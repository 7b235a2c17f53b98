#!/usr/bin/env python3
"""training.py [MODEL]: processor seconds of a training step, by `locus` and by PyTorch eager doing the same in float32, one thread.

  model        all weights of the shape by Muon and AdamW, as in configs/demo-train.yaml: `locus train`
  realignment  a side network through the frozen model by Adam: `locus study`, the template's sizes

A step's seconds are those of a run of many steps less those of a run of few, over the steps between. Both begin with the same
weights and take the same rows of random tokens; how far their losses differ behind the first steps is printed. MODEL is a folder of
the Llama family, by default the demo model. Needs torch, safetensors, numpy and h5py."""
import argparse
import json
import math
import os
import resource
import statistics
import subprocess
import tempfile

import h5py
import numpy
import torch
from safetensors import safe_open
from safetensors.numpy import save_file

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("model", nargs="?", default="configs/demo/model")
parser.add_argument("--program", default=".build/release/locus")
parser.add_argument("--rows", type=int, default=16, help="rows of a step of the model")
parser.add_argument("--length", type=int, default=257, help="tokens of a row of the model's")
parser.add_argument("--side-rows", type=int, default=8, help="rows of a step of the realignment")
parser.add_argument("--side-length", type=int, default=64)
parser.add_argument("--steps", type=int, nargs=2, default=[4, 16])
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--only", choices=["model", "realignment"])
options = parser.parse_args()
torch.set_num_threads(1)
folder = tempfile.mkdtemp()
with open(os.path.join(options.model, "config.json")) as file:
    shape = json.load(file)
hidden, heads, vocabulary = shape["hidden_size"], shape["num_attention_heads"], shape["vocab_size"]
size, layers = hidden // heads, shape["num_hidden_layers"]
shared, inner = shape["num_key_value_heads"] * size, shape["intermediate_size"]
NAMES = {"norm1": ("input_layernorm", None), "norm2": ("post_attention_layernorm", None),
         "q": ("self_attn.q_proj", (hidden, hidden)), "k": ("self_attn.k_proj", (shared, hidden)),
         "v": ("self_attn.v_proj", (shared, hidden)), "o": ("self_attn.o_proj", (hidden, hidden)),
         "gate": ("mlp.gate_proj", (inner, hidden)), "up": ("mlp.up_proj", (inner, hidden)),
         "down": ("mlp.down_proj", (hidden, inner))}


def seconds(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def per_step(run):
    """The median over rounds of a step's processor seconds; `run(steps)` returns those of so many steps."""
    few, many = options.steps
    return statistics.median((run(many) - run(few)) / (many - few) for _ in range(options.rounds))


# ---- numbers that any program can repeat: Sources/Basics/Randomness/MixedStream.swift
STEP = numpy.uint64(0x9E3779B97F4A7C15)


def mixed(z):
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return z ^ (z >> numpy.uint64(31))


def uniforms(seed, stream, count):
    with numpy.errstate(over="ignore"):
        key = mixed(mixed(numpy.uint64(seed) + STEP) + numpy.uint64(stream + 1) * STEP)
        return (mixed(key + numpy.arange(1, count + 1, dtype=numpy.uint64) * STEP) >> numpy.uint64(11)) * 2.0 ** -53


def normals(seed, stream, dims):
    u = uniforms(seed, stream, 2 * math.prod(dims))
    return torch.tensor((numpy.sqrt(-2 * numpy.log1p(-u[::2])) * numpy.cos(2 * numpy.pi * u[1::2])).reshape(dims))


# ---- the model


def norm(x, gain):
    return gain * x * torch.rsqrt((x * x).mean(-1, keepdim=True) + shape["rms_norm_eps"])


angle = torch.arange(max(options.length, options.side_length + 1))[:, None] * shape.get("rope_theta", 10000.0) ** (
    -torch.arange(size // 2) / (size // 2))
cosine, sine = torch.cat([angle.cos()] * 2, -1), torch.cat([angle.sin()] * 2, -1)


def turn(x):
    a, b = x.chunk(2, -1)
    return x * cosine[:x.shape[-2]] + torch.cat([-b, a], -1) * sine[:x.shape[-2]]


def forward(tokens, w, add=None):
    """Logits [rows, positions, vocabulary]; `add(layer, x)` changes the stream between attention and MLP."""
    count, positions = tokens.shape
    x = w["embed"][tokens]
    for layer in range(layers):
        own = w[layer]
        z = norm(x, own["norm1"])
        split = lambda y: y.view(count, positions, -1, size).transpose(1, 2)
        q, k, v = turn(split(z @ own["q"].T)), turn(split(z @ own["k"].T)), split(z @ own["v"].T)
        mixed_values = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        x = x + mixed_values.transpose(1, 2).reshape(count, positions, -1) @ own["o"].T
        x = add(layer, x) if add else x
        z = norm(x, own["norm2"])
        x = x + (torch.nn.functional.silu(z @ own["gate"].T) * (z @ own["up"].T)) @ own["down"].T
    return norm(x, w["norm"]) @ w["head"].T


def locus(command, configuration, name):
    path, output = os.path.join(folder, "config.yaml"), os.path.join(folder, name)
    with open(path, "w") as file:
        json.dump(configuration, file)
    before = seconds(resource.RUSAGE_CHILDREN)
    subprocess.run([options.program, command, path, "--output", output, "--force", "--quiet"], check=True,
                   stdout=subprocess.DEVNULL, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"})
    return seconds(resource.RUSAGE_CHILDREN) - before


def report(name, own, other, difference):
    print(f"{name}: locus {own:.4f} s a step, torch {torch.__version__} {other:.4f} s, ratio {other / own:.2f}; "
          f"losses of the first steps differ by {difference:.1g}", flush=True)


# ---- all weights


class Muon(torch.optim.Optimizer):
    """torch.optim.Muon in float32: that one's products are of bfloat16, which takes longer where the processor has none of them."""

    def __init__(self, parameters, lr, momentum, weight_decay):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                mean = self.state[p].setdefault("mean", torch.zeros_like(p))
                mean.lerp_(p.grad, 1 - group["momentum"])
                x = p.grad.lerp(mean, group["momentum"])
                x = x.T if x.shape[0] > x.shape[1] else x
                x = x / x.norm().clamp(min=1e-7)
                for _ in range(5):
                    gram = x @ x.T
                    x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=-4.7750, alpha=2.0315), x, beta=3.4445)
                x = x.T if p.shape[0] > p.shape[1] else x
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_(x, alpha=-group["lr"] * max(1, p.shape[0] / p.shape[1]) ** 0.5)


def untrained():
    """As `locus train` begins: normal numbers of 0.02, a stream a tensor."""
    stream = iter(range(1 << 20))


    def draw(dims):
        return (0.02 * normals(1, next(stream), dims)).float().requires_grad_()

    def gain():
        next(stream)
        return torch.ones(hidden).requires_grad_()

    w = {"embed": draw((vocabulary, hidden))}
    for layer in range(layers):
        w[layer] = {name: gain() if dims is None else draw(dims) for name, (_, dims) in NAMES.items()}
    w["norm"] = gain()
    w["head"] = w["embed"] if shape["tie_word_embeddings"] else draw((vocabulary, hidden))
    return w


def train_model():
    many = options.steps[1]
    generator = torch.Generator().manual_seed(0)
    rows = torch.randint(3, vocabulary, (many * options.rows, options.length), generator=generator)
    save_file({"tokens": rows.numpy().astype(numpy.float32)}, os.path.join(folder, "rows.safetensors"))

    def own(steps):
        return locus("train", {
            "shape": os.path.abspath(options.model), "seed": 1, "phases": [{"rows": "rows.safetensors", "steps": steps}],
            "batch": options.rows, "optimizer": "muon", "learning_rate": 0.02, "adam_share": 0.2, "betas": [0.9, 0.95],
            "weight_decay": 0.01, "clip": 1}, f"trained-{steps}")

    losses = []

    def other(steps):
        w = untrained()
        matrices = [own[name] for own in (w[layer] for layer in range(layers)) for name in own if NAMES[name][1]]
        rest = [w["embed"], w["norm"]] + [own[name] for own in (w[layer] for layer in range(layers))
                                          for name in own if not NAMES[name][1]]
        rest += [] if w["head"] is w["embed"] else [w["head"]]
        optimizers = [Muon(matrices, lr=0.02, momentum=0.95, weight_decay=0.01),
                      torch.optim.AdamW(rest, lr=0.004, betas=(0.9, 0.95), weight_decay=0)]
        losses.clear()
        begun = seconds(resource.RUSAGE_SELF)
        for step in range(steps):
            x = rows[step * options.rows:(step + 1) * options.rows]
            loss = torch.nn.functional.cross_entropy(forward(x[:, :-1], w).flatten(0, 1), x[:, 1:].flatten())
            loss.backward()
            torch.nn.utils.clip_grad_norm_(matrices + rest, 1.0)
            for optimizer in optimizers:
                optimizer.step()
                optimizer.zero_grad()
            losses.append(loss.item())
        return seconds(resource.RUSAGE_SELF) - begun

    times = per_step(own), per_step(other)
    few = options.steps[0]
    with open(os.path.join(folder, f"trained-{few}", "training.json")) as file:
        found = json.load(file)["loss_of_last_steps"]
    report("model", *times, abs(found - statistics.mean(losses[:few])))


# ---- a side network


def train_side_network():
    generator = torch.Generator().manual_seed(1)
    rows = torch.randint(3, vocabulary, (4 * options.side_rows, options.side_length), generator=generator)
    for name, some in ("rows", rows), ("held", rows[:1]):
        with open(os.path.join(folder, name + ".jsonl"), "w") as file:
            file.writelines(json.dumps({"tokens": row.tolist()}) + "\n" for row in some)

    # Locus puts the token that begins texts in front of rows.
    begun_rows = torch.cat([torch.full((len(rows), 1), shape["bos_token_id"]), rows], 1)

    def own(steps):
        style = {"training": os.path.join(folder, "rows.jsonl"), "evaluation": os.path.join(folder, "held.jsonl")}
        return locus("study", {"model": os.path.abspath(options.model), "studies": {"realignment": {
            "styles": {"random": style}, "steps": steps, "batch": options.side_rows, "seeds": [1], "shuffle": False,
            "decay": 1, "controls": "none"}}}, f"side-{steps}.h5")

    with safe_open(os.path.join(options.model, "model.safetensors"), framework="pt") as file:
        tensors = {name: file.get_tensor(name).float() for name in file.keys()}
    w = {"embed": tensors["model.embed_tokens.weight"], "norm": tensors["model.norm.weight"]}
    w["head"] = tensors.get("lm_head.weight", w["embed"])
    for layer in range(layers):
        w[layer] = {name: tensors[f"model.layers.{layer}.{module}.weight"] for name, (module, _) in NAMES.items()}
    sizes = [hidden] + [32] * 4 + [hidden * layers]
    losses = []

    def other(steps):
        parameters = []
        for j in range(5):
            for number, dims in (2 * j, (sizes[j + 1], sizes[j])), (2 * j + 1, (sizes[j + 1],)):
                u = torch.tensor(uniforms(1, number, math.prod(dims)).reshape(dims))
                parameters.append(((2 * u - 1) / math.sqrt(sizes[j])).float().requires_grad_())
        optimizer = torch.optim.Adam(parameters, lr=1e-3)
        losses.clear()
        begun = seconds(resource.RUSAGE_SELF)
        for step in range(steps):
            first = step * options.side_rows % len(rows)
            x = begun_rows[first:first + options.side_rows]
            held = {}

            def add(layer, mid):
                if layer == 0:
                    y = mid
                    for j in range(5):
                        y = y @ parameters[2 * j].T + parameters[2 * j + 1]
                        y = torch.relu(y) if j < 4 else y
                    held["additions"] = y.view(*mid.shape, layers)
                return mid + held["additions"][..., layer]

            logits = forward(x, w, add)[:, :-1]
            loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), x[:, 1:].flatten())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return seconds(resource.RUSAGE_SELF) - begun

    times = per_step(own), per_step(other)
    few = options.steps[0]
    with h5py.File(os.path.join(folder, f"side-{few}.h5")) as file:
        found = file["studies/realignment/loss_of_batch"][0][:few]
    report("realignment", *times, max(abs(a - b) for a, b in zip(found, losses[:few])))


if options.only != "realignment":
    train_model()
if options.only != "model":
    train_side_network()
