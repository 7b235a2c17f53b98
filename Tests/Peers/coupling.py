#!/usr/bin/env python3
"""coupling.py [MODEL]: processor seconds of Jacobians of all blocks and their coupling, by `locus study` and by PyTorch.

Both take the Jacobian of every block at the last token of one prompt, its singular vectors, and m_K of all pairs of blocks for the
same K, one thread each. PyTorch does it with torch.autograd.functional.jacobian (and, with --vectorized, its batched form) and
torch.linalg.svd, in float32. locus's seconds are those of its whole process, less those of a study of the shortest prompt's
statistics, which reads the same files and writes a file of the same kind. MODEL is a folder of the Llama family, or random:110m
(the default), which is written to a folder first. The greatest difference of m_K is printed too. Needs torch, safetensors and h5py."""
import argparse
import json
import os
import resource
import subprocess
import tempfile

import h5py
import torch

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("model", nargs="?", default="random:110m")
parser.add_argument("--program", default=".build/release/locus")
parser.add_argument("--tokens", type=int, default=64)
parser.add_argument("--ranks", type=int, nargs="+", default=[10, 30, 50])
parser.add_argument("--fractions", nargs="+", default=["none"])
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--vectorized", action="store_true")
options = parser.parse_args()
torch.set_num_threads(1)
folder = tempfile.mkdtemp()
SHAPE = {"model_type": "llama", "hidden_size": 768, "intermediate_size": 2048, "num_hidden_layers": 12, "num_attention_heads": 12,
         "num_key_value_heads": 12, "vocab_size": 32000, "max_position_embeddings": 1024, "rms_norm_eps": 1e-5,
         "tie_word_embeddings": True, "bos_token_id": 1, "rope_theta": 10000.0, "hidden_act": "silu"}
NAMES = {"q": "self_attn.q_proj", "k": "self_attn.k_proj", "v": "self_attn.v_proj", "o": "self_attn.o_proj", "gate": "mlp.gate_proj",
         "up": "mlp.up_proj", "down": "mlp.down_proj", "norm1": "input_layernorm", "norm2": "post_attention_layernorm"}


def written():
    """A folder with a model of random weights."""
    from safetensors.torch import save_file
    path = os.path.join(folder, "110m")
    os.makedirs(path)
    with open(os.path.join(path, "config.json"), "w") as file:
        json.dump(SHAPE, file)
    torch.manual_seed(0)
    d, inner = SHAPE["hidden_size"], SHAPE["intermediate_size"]
    sizes = {"q": (d, d), "k": (d, d), "v": (d, d), "o": (d, d), "gate": (inner, d), "up": (inner, d), "down": (d, inner)}
    tensors = {"model.embed_tokens.weight": 0.02 * torch.randn(SHAPE["vocab_size"], d), "model.norm.weight": torch.ones(d)}
    for layer in range(SHAPE["num_hidden_layers"]):
        for name, module in NAMES.items():
            weight = 0.02 * torch.randn(*sizes[name]) if name in sizes else torch.ones(d)
            tensors[f"model.layers.{layer}.{module}.weight"] = weight
    save_file(tensors, os.path.join(path, "model.safetensors"), metadata={"format": "pt"})
    return path


path = written() if options.model == "random:110m" else options.model
with open(os.path.join(path, "config.json")) as file:
    shape = json.load(file)
hidden, heads = shape["hidden_size"], shape["num_attention_heads"]
widths = sorted({k for k in options.ranks if k <= hidden}
                | {max(1, int(float(f) * hidden)) for f in options.fractions if f != "none"})
tokens = torch.randint(3, shape["vocab_size"], (options.tokens,), generator=torch.Generator().manual_seed(0)).tolist()
tokens[0] = shape.get("bos_token_id", 1)


def seconds(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


# ---- locus


def locus(studies, texts, output):
    configuration = os.path.join(folder, "config.yaml")
    with open(configuration, "w") as file:
        json.dump({"model": os.path.abspath(path), "window": options.tokens, "studies": studies}
                  | ({"texts": texts} if texts else {}), file)
    before = seconds(resource.RUSAGE_CHILDREN)
    subprocess.run([options.program, "study", configuration, "--output", os.path.join(folder, output), "--force", "--quiet"],
                   check=True, stdout=subprocess.DEVNULL, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"})
    return seconds(resource.RUSAGE_CHILDREN) - before


lines = os.path.join(folder, "prompt.jsonl")
with open(lines, "w") as file:
    file.write(json.dumps({"tokens": tokens}) + "\n")
section = {"prompts": lines, "ranks": options.ranks, "variants": "none", "controls": "none", "draws": 1,
           "fractions": "none" if options.fractions == ["none"] else [float(f) for f in options.fractions]}
own, rest = [], []
for _ in range(options.rounds):
    own.append(locus({"coupling": section}, {}, "coupling.h5"))
    rest.append(locus({"statistics": {"texts": ["prompt"], "sites": ["res_post"]}}, {"prompt": lines}, "rest.h5"))
locus_whole, locus_rest = min(own), min(rest)


# ---- PyTorch


def weights():
    from safetensors import safe_open
    with safe_open(os.path.join(path, "model.safetensors"), framework="pt") as file:
        tensors = {name: file.get_tensor(name).float() for name in file.keys()}
    layers = [{name: tensors[f"model.layers.{layer}.{module}.weight"] for name, module in NAMES.items()}
              for layer in range(shape["num_hidden_layers"])]
    return tensors["model.embed_tokens.weight"], layers


def norm(x, gain):
    return gain * x * torch.rsqrt((x * x).mean(-1, keepdim=True) + shape["rms_norm_eps"])


size = hidden // heads
angle = torch.arange(options.tokens)[:, None] * shape.get("rope_theta", 10000.0) ** (-torch.arange(size // 2) / (size // 2))
cosine, sine = torch.cat([angle.cos()] * 2, -1), torch.cat([angle.sin()] * 2, -1)


def turn(x):
    a, b = x.chunk(2, -1)
    return x * cosine + torch.cat([-b, a], -1) * sine


def block(x, w):
    z = norm(x, w["norm1"])
    split = lambda y: y.view(options.tokens, -1, size).transpose(0, 1)
    q, k, v = turn(split(z @ w["q"].T)), turn(split(z @ w["k"].T)), split(z @ w["v"].T)
    mixed = torch.nn.functional.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True, enable_gqa=True)[0]
    x = x + mixed.transpose(0, 1).reshape(options.tokens, -1) @ w["o"].T
    z = norm(x, w["norm2"])
    return x + (torch.nn.functional.silu(z @ w["gate"].T) * (z @ w["up"].T)) @ w["down"].T


embedding, layers = weights()
begun = seconds(resource.RUSAGE_SELF)
x = embedding[torch.tensor(tokens)]
jacobians = []
for w in layers:
    row = x[-1].clone()
    jacobian = torch.autograd.functional.jacobian(
        lambda row: block(torch.cat([x[:-1], row[None]]), w)[-1], row, vectorize=options.vectorized)
    jacobians.append(jacobian - torch.eye(hidden))
    with torch.no_grad():
        x = block(x, w)
differentiated = seconds(resource.RUSAGE_SELF)
svds = [torch.linalg.svd(jacobian) for jacobian in jacobians]
decomposed = seconds(resource.RUSAGE_SELF)
found = {}
for K in widths:
    for i, jacobian in enumerate(jacobians):
        S = svds[i][1][:K]
        for j in range(len(jacobians)):
            U, V = svds[j][0][:, :K], svds[j][2][:K].T
            for name, left, right in (("ujv", U, V), ("vju", V, U)):
                found[K, i, j, name] = (torch.linalg.norm((left.T @ jacobian @ right).abs() - torch.diag(S))
                                        / torch.linalg.norm(S)).item()
end = seconds(resource.RUSAGE_SELF)
torch_whole = end - begun
print(f"{shape['num_hidden_layers']} layers of width {hidden}, {options.tokens} tokens, K {widths}")
print(f"torch {torch.__version__}: {torch_whole:.2f} s (Jacobians {differentiated - begun:.2f}, SVD {decomposed - differentiated:.2f}, "
      f"m_K {end - decomposed:.2f})")
print(f"locus: {locus_whole:.2f} s, of which {locus_rest:.2f} s start, hash of the weights, file; the study {locus_whole - locus_rest:.2f} s")
print(f"ratio: {torch_whole / locus_whole:.1f} with all of locus's process, {torch_whole / (locus_whole - locus_rest):.1f} without")
with h5py.File(os.path.join(folder, "coupling.h5")) as file:
    coupling = {"ujv": file["studies/coupling/coupling"][0, 0], "vju": file["studies/coupling/coupling_exchanged"][0, 0]}
print(f"greatest difference of m_K: {max(abs(coupling[n][widths.index(K), i, j] - m) for (K, i, j, n), m in found.items()):.2g}")
