#!/usr/bin/env python3
"""random_hosts.py NAME FOLDER: a model of a published shape with random bfloat16 weights, for `locus bench --model FOLDER`.

NAME is one of gemma-2, pythia-1b, gpt2-xl, qwen3-1.7b, llama-1.1b, or llama-1.1b.q8_0 and llama-1.1b.q4_k, which are
GGUF files: FOLDER is the file's name then. gemma-2 has the widths of Gemma 2 2B and 12 of its 26 layers. Weights are the
same few million normal numbers again and again, since only their number matters. Needs torch, transformers and
safetensors; GGUF files need numpy alone."""
import os
import struct
import sys

import numpy

SPREAD = 0.02
LLAMA = dict(vocab_size=32000, hidden_size=2048, intermediate_size=5632, num_hidden_layers=22, num_attention_heads=32,
             num_key_value_heads=4)


NORMAL = numpy.random.default_rng(0).standard_normal(1 << 22, dtype=numpy.float32) * SPREAD


def normal(count):
    """`count` numbers out of 4 million, repeated."""
    return numpy.resize(NORMAL, count)


def configuration(name):
    import transformers
    if name == "gemma-2":
        return transformers.Gemma2Config(num_hidden_layers=12)
    if name == "pythia-1b":
        return transformers.GPTNeoXConfig(
            vocab_size=50304, hidden_size=2048, intermediate_size=8192, num_hidden_layers=16, num_attention_heads=8,
            rotary_pct=0.25, max_position_embeddings=2048)
    if name == "gpt2-xl":
        return transformers.GPT2Config(n_embd=1600, n_layer=48, n_head=25)
    if name == "qwen3-1.7b":
        return transformers.Qwen3Config(
            vocab_size=151936, hidden_size=2048, intermediate_size=6144, num_hidden_layers=28, num_attention_heads=16,
            num_key_value_heads=8, head_dim=128, tie_word_embeddings=True)
    return transformers.LlamaConfig(**LLAMA)


def write_folder(name, folder):
    import safetensors.torch
    import torch
    import transformers
    shape = configuration(name)
    shape.dtype = "bfloat16"
    with torch.device("meta"):
        model = transformers.AutoModelForCausalLM.from_config(shape)
    tied = set(getattr(model, "_tied_weights_keys", None) or []) if shape.tie_word_embeddings else set()
    names = {"lm_head.weight": "embed_out.weight"} if name == "pythia-1b" else {}
    weights = {}
    for key, value in model.state_dict().items():
        if key in tied:
            continue
        numbers = torch.from_numpy(normal(value.numel())).reshape(value.shape)
        if value.ndim == 1 and "weight" in key:
            numbers = numbers + (0 if name == "gemma-2" else 1)
        weights[names.get(key, key)] = numbers.to(torch.bfloat16).contiguous()
    os.makedirs(folder, exist_ok=True)
    safetensors.torch.save_file(weights, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    shape.architectures = [type(model).__name__]
    shape.save_pretrained(folder)


# GGUF: the number of a type, weights of a block, and a block with random weights.
def q8_0(count):
    blocks = numpy.zeros(count // 32, dtype=[("d", "<f2"), ("q", "i1", 32)])
    blocks["d"] = SPREAD / 40
    blocks["q"] = numpy.resize(numpy.random.default_rng(1).integers(-127, 128, 1 << 20, dtype=numpy.int8), (count // 32, 32))
    return blocks.tobytes()


def q4_k(count):
    blocks = numpy.zeros(count // 256, dtype=[("d", "<f2"), ("least", "<f2"), ("bytes", "u1", 140)])
    blocks["d"], blocks["least"] = SPREAD / 200, SPREAD / 30
    some = numpy.random.default_rng(2).integers(0, 256, 1 << 20, dtype=numpy.uint8)
    blocks["bytes"] = numpy.resize(some, (count // 256, 140))
    return blocks.tobytes()


def write_gguf(path, number, pack):
    hidden, inner, layers = LLAMA["hidden_size"], LLAMA["intermediate_size"], LLAMA["num_hidden_layers"]
    heads, groups = LLAMA["num_attention_heads"], LLAMA["num_key_value_heads"]
    shared = hidden * groups // heads
    shapes = {"attn_q": (hidden, hidden), "attn_k": (shared, hidden), "attn_v": (shared, hidden),
              "attn_output": (hidden, hidden), "ffn_gate": (inner, hidden), "ffn_up": (inner, hidden),
              "ffn_down": (hidden, inner)}
    tensors = [("token_embd.weight", (LLAMA["vocab_size"], hidden)), ("output.weight", (LLAMA["vocab_size"], hidden)),
               ("output_norm.weight", (hidden,))]
    for layer in range(layers):
        tensors += [(f"blk.{layer}.{key}.weight", shape) for key, shape in shapes.items()]
        tensors += [(f"blk.{layer}.{key}.weight", (hidden,)) for key in ("attn_norm", "ffn_norm")]

    def string(text):
        return struct.pack("<Q", len(text.encode())) + text.encode()

    def entry(key, value):
        if isinstance(value, str):
            return string(key) + struct.pack("<I", 8) + string(value)
        if isinstance(value, float):
            return string(key) + struct.pack("<If", 6, value)
        return string(key) + struct.pack("<II", 4, value)

    values = {"general.architecture": "llama", "general.name": "random", "llama.block_count": layers,
              "llama.context_length": 2048, "llama.embedding_length": hidden, "llama.feed_forward_length": inner,
              "llama.attention.head_count": heads, "llama.attention.head_count_kv": groups,
              "llama.attention.layer_norm_rms_epsilon": 1e-5, "llama.rope.freq_base": 10000.0,
              "llama.vocab_size": LLAMA["vocab_size"]}
    header, data, offset = b"", [], 0
    for key, shape in tensors:
        count = int(numpy.prod(shape))
        matrix = len(shape) == 2
        body = pack(count) if matrix else numpy.ones(count, dtype=numpy.float32).tobytes()
        header += string(key) + struct.pack("<I", len(shape)) + b"".join(struct.pack("<Q", n) for n in reversed(shape))
        header += struct.pack("<IQ", number if matrix else 0, offset)
        body += bytes(-len(body) % 32)
        data.append(body)
        offset += len(body)
    metadata = b"".join(entry(key, value) for key, value in values.items())
    with open(path, "wb") as file:
        start = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(values)) + metadata + header
        file.write(start + bytes(-len(start) % 32))
        for body in data:
            file.write(body)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    _, asked, target = sys.argv
    if asked.endswith((".q8_0", ".q4_k")):
        write_gguf(target, *((8, q8_0) if asked.endswith("q8_0") else (12, q4_k)))
    else:
        write_folder(asked, target)
