#!/usr/bin/env python3
"""Shared pieces of the peer baseline: model loading (llama2.c .bin v0/v1, HF folder, random config),
llama2.c tokenizer.bin encoder, mutation enumeration, JSON helpers.  Independent of the Swift program."""

import json, math, os, struct, sys, time, statistics
import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

MATS = ["q", "k", "v", "o", "gate", "up", "down"]
KINDS = ["max", "min"]

PRESETS = {  # dim, hidden, layers, heads, kv_heads, vocab, seq_len, tied
    "260k": (64, 172, 5, 8, 4, 512, 512, True),  # shape of stories260K
    "15m": (288, 768, 6, 6, 6, 32000, 256, True),  # shape of stories15M
    "42m": (512, 1376, 8, 8, 8, 32000, 1024, True),  # shape of stories42M
    "110m": (768, 2048, 12, 12, 12, 32000, 1024, True),  # shape of stories110M
    "135m": (576, 1536, 30, 9, 3, 49152, 2048, True),  # shape of SmolLM-135M
    "1b": (2048, 5632, 22, 32, 4, 32000, 2048, False),  # shape of TinyLlama-1.1B
    "7b": (4096, 11008, 32, 32, 32, 32000, 4096, False),  # shape of Llama2-7b
}


def make_config(dim, hidden, layers, heads, kv, vocab, seq, tied, eps=1e-5, theta=10000.0):
    kw = dict(
        hidden_size=dim,
        intermediate_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=kv,
        vocab_size=vocab,
        max_position_embeddings=seq,
        rms_norm_eps=eps,
        tie_word_embeddings=tied,
        hidden_act="silu",
        attention_bias=False,
        mlp_bias=False,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=None,
    )
    try:
        return LlamaConfig(rope_theta=theta, **kw)
    except TypeError:
        return LlamaConfig(rope_parameters={"rope_type": "default", "rope_theta": theta}, **kw)


def qk_perm(n_heads, head_size):
    """hf_row_of_meta[r]: the HF (half-split RoPE) row that holds Meta/llama2.c (interleaved RoPE) row r."""
    out = np.empty(n_heads * head_size, dtype=np.int64)
    for h in range(n_heads):
        for j in range(head_size):
            i, half = divmod(j, 2)
            out[h * head_size + j] = h * head_size + half * (head_size // 2) + i
    return out


def _empty_model(cfg):
    with torch.no_grad():
        m = LlamaForCausalLM(cfg)
    return m.float().eval()


def read_llama2c(path):
    """-> (hyper dict, dict of np arrays in Meta layout, file version)."""
    f = open(path, "rb")
    head = f.read(28)
    magic = struct.unpack("I", head[:4])[0]
    if magic == 0x616B3432:  # 'ak42', version 1 (fp32) or 2 (int8, unsupported here)
        f.seek(4)
        version = struct.unpack("i", f.read(4))[0]
        if version != 1:
            raise SystemExit(f"llama2.c version {version} not supported (only fp32)")
        dim, hidden, layers, heads, kv, vocab, seq = struct.unpack("7i", f.read(28))
        shared = bool(struct.unpack("B", f.read(1))[0])
        f.seek(256)
    else:
        version = 0
        dim, hidden, layers, heads, kv, vocab, seq = struct.unpack("7i", head)
        shared = vocab > 0
        vocab = abs(vocab)
    hs = dim // heads
    kvd = kv * hs

    def rd(*shape):
        n = int(np.prod(shape))
        a = np.fromfile(f, dtype="<f4", count=n)
        if a.size != n:
            raise SystemExit(f"{path}: truncated, wanted {n} floats, got {a.size}")
        return a.reshape(shape)

    w = {}
    if version == 0:
        w["tok"] = rd(vocab, dim)
        w["rms_att"] = rd(layers, dim)
        w["q"] = rd(layers, heads * hs, dim)
        w["k"] = rd(layers, kvd, dim)
        w["v"] = rd(layers, kvd, dim)
        w["o"] = rd(layers, dim, heads * hs)
        w["rms_ffn"] = rd(layers, dim)
        w["gate"] = rd(layers, hidden, dim)
        w["down"] = rd(layers, dim, hidden)
        w["up"] = rd(layers, hidden, dim)
        w["rms_final"] = rd(dim)
        rd(seq, hs // 2)
        rd(seq, hs // 2)  # legacy freq_cis
        if not shared:
            w["cls"] = rd(vocab, dim)
    else:
        w["rms_att"] = rd(layers, dim)
        w["rms_ffn"] = rd(layers, dim)
        w["rms_final"] = rd(dim)
        w["tok"] = rd(vocab, dim)
        w["q"] = rd(layers, heads * hs, dim)
        w["k"] = rd(layers, kvd, dim)
        w["v"] = rd(layers, kvd, dim)
        w["o"] = rd(layers, dim, heads * hs)
        w["gate"] = rd(layers, hidden, dim)
        w["down"] = rd(layers, dim, hidden)
        w["up"] = rd(layers, hidden, dim)
        if not shared:
            w["cls"] = rd(vocab, dim)
    hyper = dict(dim=dim, hidden=hidden, layers=layers, heads=heads, kv=kv, vocab=vocab, seq=seq, tied=shared)
    return hyper, w, version


def write_llama2c_v0(model, path):
    """Export an HF Llama model to the legacy llama2.c fp32 format (Meta row order for Q and K)."""
    c = model.config
    dim, heads, kv, L = c.hidden_size, c.num_attention_heads, c.num_key_value_heads, c.num_hidden_layers
    hs = dim // heads
    tied = bool(c.tie_word_embeddings)
    seq = c.max_position_embeddings
    with open(path, "wb") as f:
        f.write(struct.pack("7i", dim, c.intermediate_size, L, heads, kv, c.vocab_size if tied else -c.vocab_size, seq))
        wr = lambda t: np.ascontiguousarray(
            t.detach().float().numpy() if torch.is_tensor(t) else t, dtype="<f4"
        ).tofile(f)
        lay = model.model.layers
        wr(model.model.embed_tokens.weight)
        for l in lay:
            wr(l.input_layernorm.weight)
        pq, pk = qk_perm(heads, hs), qk_perm(kv, hs)
        for l in lay:
            wr(l.self_attn.q_proj.weight.detach().numpy()[pq])
        for l in lay:
            wr(l.self_attn.k_proj.weight.detach().numpy()[pk])
        for l in lay:
            wr(l.self_attn.v_proj.weight)
        for l in lay:
            wr(l.self_attn.o_proj.weight)
        for l in lay:
            wr(l.post_attention_layernorm.weight)
        for l in lay:
            wr(l.mlp.gate_proj.weight)
        for l in lay:
            wr(l.mlp.down_proj.weight)
        for l in lay:
            wr(l.mlp.up_proj.weight)
        wr(model.model.norm.weight)
        freqs = 1.0 / (10000.0 ** (np.arange(0, hs, 2)[: hs // 2] / hs))
        t = np.outer(np.arange(seq), freqs)
        wr(np.cos(t))
        wr(np.sin(t))
        if not tied:
            wr(model.lm_head.weight)


def load_model(spec, seed=1234, init_std=0.05):
    """spec: file.bin (llama2.c) | HF folder | random:<preset> | random:dim,hidden,layers,heads,kv,vocab,seq,tied"""
    if spec.startswith("random:"):
        p = spec.split(":", 1)[1]
        t = PRESETS[p] if p in PRESETS else tuple(int(x) for x in p.split(","))
        cfg = make_config(*t[:7], bool(t[7]))
        torch.manual_seed(seed)
        m = _empty_model(cfg)
        g = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for n, q in m.named_parameters():
                if q.dim() == 2:
                    q.normal_(0.0, init_std, generator=g)
        return m, "hf", dict(source=spec, seed=seed, init_std=init_std)
    if os.path.isdir(spec):
        m = LlamaForCausalLM.from_pretrained(spec, dtype=torch.float32).eval()
        return m, "hf", dict(source=spec)
    hy, w, ver = read_llama2c(spec)
    cfg = make_config(hy["dim"], hy["hidden"], hy["layers"], hy["heads"], hy["kv"], hy["vocab"], hy["seq"], hy["tied"])
    m = _empty_model(cfg)
    hs = hy["dim"] // hy["heads"]
    iq, ik = np.argsort(qk_perm(hy["heads"], hs)), np.argsort(qk_perm(hy["kv"], hs))
    T = lambda a: torch.from_numpy(np.ascontiguousarray(a))
    with torch.no_grad():
        m.model.embed_tokens.weight.copy_(T(w["tok"]))
        m.model.norm.weight.copy_(T(w["rms_final"]))
        if hy["tied"]:
            m.lm_head.weight = m.model.embed_tokens.weight
        else:
            m.lm_head.weight.copy_(T(w["cls"]))
        for l, lay in enumerate(m.model.layers):
            lay.input_layernorm.weight.copy_(T(w["rms_att"][l]))
            lay.post_attention_layernorm.weight.copy_(T(w["rms_ffn"][l]))
            lay.self_attn.q_proj.weight.copy_(T(w["q"][l][iq]))
            lay.self_attn.k_proj.weight.copy_(T(w["k"][l][ik]))
            lay.self_attn.v_proj.weight.copy_(T(w["v"][l]))
            lay.self_attn.o_proj.weight.copy_(T(w["o"][l]))
            lay.mlp.gate_proj.weight.copy_(T(w["gate"][l]))
            lay.mlp.up_proj.weight.copy_(T(w["up"][l]))
            lay.mlp.down_proj.weight.copy_(T(w["down"][l]))
    return m, "meta", dict(source=os.path.abspath(spec), llama2c_version=ver, **hy)


class Llama2cTokenizer:
    """tokenizer.bin of llama2.c: the BPE of run.c, in Python."""

    def __init__(self, path, vocab_size):
        self.vocab, self.scores = [], []
        with open(path, "rb") as f:
            struct.unpack("i", f.read(4))
            for _ in range(vocab_size):
                s, n = struct.unpack("fi", f.read(8))
                self.scores.append(s)
                self.vocab.append(f.read(n))
        self.index = {}
        for i, v in enumerate(self.vocab):
            self.index.setdefault(v, i)

    def encode(self, text, bos=True):
        ids = [1] if bos else []
        if text:
            ids.append(self.index[b" "])
        for ch in text:
            b = ch.encode()
            if b in self.index:
                ids.append(self.index[b])
            else:
                ids.extend(x + 3 for x in b)
        while True:
            best, bi, bid = -1e10, -1, -1
            for i in range(len(ids) - 1):
                j = self.index.get(self.vocab[ids[i]] + self.vocab[ids[i + 1]])
                if j is not None and self.scores[j] > best:
                    best, bi, bid = self.scores[j], i, j
            if bi < 0:
                return ids
            ids[bi : bi + 2] = [bid]

    def decode(self, ids, prev=1):
        out = b""
        for t in ids:
            p = self.vocab[t]
            if prev == 1 and p[:1] == b" ":
                p = p[1:]
            if len(p) == 6 and p[:3] == b"<0x":
                p = bytes([int(p[3:5], 16)])
            out += p
            prev = t
        return out.decode("utf-8", "replace")


DEFAULT_TEXT = [
    "Once upon a time, there was a little girl named Lily.",
    "One day, Tim and his mom went to the park.",
    "The big dog was sad because",
    "Tom had a red ball. He liked to",
]


def load_prompts(spec, vocab, tok):
    """spec: 'default' | 'random:PxT[:seed]' | 'ids:1,2,3;1,5' | file.json (texts or id lists) | file.txt (a line each)"""
    texts = None
    if spec.startswith("random:"):
        a = spec.split(":")
        P, T = (int(x) for x in a[1].split("x"))
        s = int(a[2]) if len(a) > 2 else 7
        r = np.random.RandomState(s)
        return [[1] + r.randint(3, vocab, size=T - 1).tolist() for _ in range(P)], None
    if spec.startswith("ids:"):
        return [[int(x) for x in p.split(",")] for p in spec[4:].split(";")], None
    if spec == "default":
        items = DEFAULT_TEXT
    elif spec.endswith(".json"):
        items = json.load(open(spec))
    else:
        items = [l.rstrip("\n") for l in open(spec) if l.strip()]
    if isinstance(items, dict):
        items = items["prompts"]
    if items and isinstance(items[0], list):
        return [list(map(int, p)) for p in items], None
    if tok is None:
        raise SystemExit("text prompts need --tokenizer tokenizer.bin (or use random:PxT / ids:)")
    return [tok.encode(t) for t in items], items


def linear_of(model, layer, mat):
    l = model.model.layers[layer]
    return {
        "q": l.self_attn.q_proj,
        "k": l.self_attn.k_proj,
        "v": l.self_attn.v_proj,
        "o": l.self_attn.o_proj,
        "gate": l.mlp.gate_proj,
        "up": l.mlp.up_proj,
        "down": l.mlp.down_proj,
    }[mat]


def parse_layers(s, n):
    if s in (None, "", "all"):
        return list(range(n))
    out = []
    for p in s.split(","):
        if "-" in p:
            a, b = p.split("-")
            out += range(int(a), int(b) + 1)
        else:
            out.append(int(p) % n)
    return sorted(set(out))


def enumerate_mutations(model, region, mats, layers, kinds=KINDS, edge="clip"):
    """Order: layer, matrix, block row, block column, kind. row/col are the first element of the region."""
    for l in layers:
        for m in mats:
            R, C = linear_of(model, l, m).weight.shape
            for r in range(0, R, region):
                for c in range(0, C, region):
                    if edge == "drop" and (r + region > R or c + region > C):
                        continue
                    for k in kinds:
                        yield dict(
                            layer=l, matrix=m, row=r, col=c, rows=min(region, R - r), cols=min(region, C - c), kind=k
                        )


def listed_mutations(model, region, path):
    """The mutations of a JSON file, a list of {layer, matrix, row, col, kind}; regions that stick out are clipped."""
    muts = []
    for u in json.load(open(path)):
        R, C = linear_of(model, u["layer"], u["matrix"]).weight.shape
        if not (0 <= u["row"] < R and 0 <= u["col"] < C and u["kind"] in ("max", "min", "zero")):
            raise SystemExit(f"{path}: {u} is not a mutation of this model")
        place = {k: u[k] for k in ("layer", "matrix", "row", "col")}
        muts.append(dict(place, rows=min(region, R - u["row"]), cols=min(region, C - u["col"]), kind=u["kind"]))
    return muts


def select(muts, limit, how, seed=0):
    muts = list(muts)
    total = len(muts)
    if not limit or limit >= total:
        return muts, total
    if how == "first":
        return muts[:limit], total
    if how == "stride":
        idx = np.linspace(0, total - 1, limit).round().astype(int)
        return [muts[i] for i in idx], total
    r = np.random.RandomState(seed)
    return [muts[i] for i in sorted(r.choice(total, limit, replace=False))], total


class Mutator:
    """In-place write / restore of one region, in the row order of the file (meta) or of HF."""

    def __init__(self, model, layout):
        c = model.config
        hs = c.hidden_size // c.num_attention_heads
        self.model, self.layout = model, layout
        self.perm = {
            "q": torch.from_numpy(qk_perm(c.num_attention_heads, hs)),
            "k": torch.from_numpy(qk_perm(c.num_key_value_heads, hs)),
        }
        self.ext = {}
        for l in range(c.num_hidden_layers):
            for m in MATS:
                W = linear_of(model, l, m).weight
                self.ext[l, m] = (W.max().item(), W.min().item())

    def value(self, u):
        return 0.0 if u["kind"] == "zero" else self.ext[u["layer"], u["matrix"]][0 if u["kind"] == "max" else 1]

    def rows(self, u):
        r0, r1 = u["row"], u["row"] + u["rows"]
        if self.layout == "meta" and u["matrix"] in self.perm:
            return self.perm[u["matrix"]][r0:r1]
        return slice(r0, r1)

    def apply(self, u):
        W = linear_of(self.model, u["layer"], u["matrix"]).weight.data
        rr, c0, c1 = self.rows(u), u["col"], u["col"] + u["cols"]
        old = W[rr, c0:c1].clone()
        W[rr, c0:c1] = self.value(u)
        return old

    def restore(self, u, old):
        W = linear_of(self.model, u["layer"], u["matrix"]).weight.data
        W[self.rows(u), u["col"] : u["col"] + u["cols"]] = old


def first_div(a, b):
    for i, (x, y) in enumerate(zip(a, b)):
        if x != y:
            return i
    return -1 if len(a) == len(b) else min(len(a), len(b))
