"""Makes the fixtures of this folder: tiny random models and what Hugging Face transformers says of them.

Run with torch 2.15.0, transformers 5.23.0, safetensors 0.8.0, numpy 2.4.6 and Python 3.11; seeds from 20 on.

    python -m venv venv && venv/bin/pip install torch==2.15.0 transformers==5.23.0 safetensors==0.8.0 numpy==2.4.6
    venv/bin/python make_variants.py

For each variant it writes NAME/config.json, NAME/generation_config.json and the weights as transformers saves them, and
NAME/reference.json: versions, seed, the SHA-256 of each weight file, and for two prompts all logits and the greedy
continuation. The reference loads the saved folder, widens the weights to float32 and runs eager attention without a
cache; generation with a cache must choose the same tokens. The seed of a variant is the first that leaves no choice
of a continuation closer than 0.01, so that rounding cannot change it.
"""

import hashlib
import json
import pathlib
import platform
import shutil

import numpy
import safetensors
import torch
import transformers
from transformers import LlamaConfig, MistralConfig, Qwen2Config

HERE = pathlib.Path(__file__).resolve().parent
FIRST_SEED = 20
PROMPT_LENGTHS = [40, 7]
STEPS = 12
SMALLEST_MARGIN = 0.01
SPREAD = 0.3
ENOUGH_TOKENS = 4
SIZES = {"vocab_size": 32, "num_hidden_layers": 2, "max_position_embeddings": 64, "tie_word_embeddings": False}


def rope(kind, base, **numbers):
    return {"rope_type": kind, "rope_theta": base, **numbers}


# name: configuration, stored type, size of a shard
VARIANTS = {
    "llama-untied": (
        LlamaConfig(
            **SIZES, hidden_size=24, intermediate_size=32, num_attention_heads=4, num_key_value_heads=2, head_dim=8,
            rms_norm_eps=1e-2),
        torch.float16, "1MB"),
    "llama3-rope": (
        LlamaConfig(
            **SIZES, hidden_size=24, intermediate_size=32, num_attention_heads=2, num_key_value_heads=1, head_dim=16,
            rope_parameters=rope(
                "llama3", 500.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                original_max_position_embeddings=32)),
        torch.bfloat16, "1MB"),
    "linear-rope": (
        LlamaConfig(
            **SIZES, hidden_size=16, intermediate_size=24, num_attention_heads=2, num_key_value_heads=2,
            rope_parameters=rope("linear", 10000.0, factor=4.0)),
        torch.float32, "1MB"),
    "mistral-window": (
        MistralConfig(
            **SIZES, hidden_size=24, intermediate_size=40, num_attention_heads=3, num_key_value_heads=1,
            sliding_window=8),
        torch.bfloat16, "1MB"),
    "qwen2": (
        Qwen2Config(
            **{**SIZES, "tie_word_embeddings": True}, hidden_size=16, intermediate_size=24, num_attention_heads=4,
            num_key_value_heads=2, rope_parameters=rope("default", 1000000.0)),
        torch.float32, "1MB"),
    "llama-bias": (
        LlamaConfig(
            **SIZES, hidden_size=16, intermediate_size=24, num_attention_heads=4, num_key_value_heads=4,
            attention_bias=True),
        torch.float16, "1MB"),
    "llama-shards": (
        LlamaConfig(
            **{**SIZES, "num_hidden_layers": 3}, hidden_size=16, intermediate_size=24, num_attention_heads=2,
            num_key_value_heads=1, rope_parameters=rope("default", 500000.0)),
        torch.bfloat16, "4KB"),
}


def model_of(config, dtype, seed):
    """A model whose every parameter comes from numpy's generator, in the order of their names."""
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
    random = numpy.random.Generator(numpy.random.PCG64(seed))
    for name, parameter in sorted(model.named_parameters()):
        values = SPREAD * random.standard_normal(tuple(parameter.shape))
        centre = 1 if "norm" in name else 0
        parameter.data = torch.tensor(centre + values, dtype=torch.float32)
    return model.to(dtype), random


def logits_of(model, tokens):
    """Logits at each position, [tokens, vocabulary]."""
    with torch.no_grad():
        return model(torch.tensor([tokens]), use_cache=False).logits[0]


def continuation_of(model, prompt):
    """Greedy tokens, each from a whole pass, and the smallest gap of the best logit to the second."""
    tokens, smallest = [], float("inf")
    for _ in range(STEPS):
        best = torch.topk(logits_of(model, prompt + tokens)[-1], 2)
        smallest = min(smallest, (best.values[0] - best.values[1]).item())
        tokens.append(best.indices[0].item())
    return tokens, smallest


def generated(model, prompt):
    """The same tokens by transformers' own generation, with its cache."""
    settings = transformers.GenerationConfig(
        do_sample=False, max_new_tokens=STEPS, min_new_tokens=STEPS, eos_token_id=None, pad_token_id=0, use_cache=True)
    model.generation_config = settings
    inputs = torch.tensor([prompt])
    output = model.generate(inputs, attention_mask=torch.ones_like(inputs), generation_config=settings)
    return output[0, len(prompt):].tolist()


def reference(folder, random):
    """What transformers says of a saved model, or None where a choice is too close or the text too dull."""
    model, widest = (
        transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, attn_implementation="eager").eval()
        for dtype in (torch.float32, torch.float64)
    )
    prompts = []
    for length in PROMPT_LENGTHS:
        tokens = random.integers(0, model.config.vocab_size, length).tolist()
        continuation, margin = continuation_of(model, tokens)
        if margin <= SMALLEST_MARGIN or len(set(continuation)) < ENOUGH_TOKENS:
            return None
        assert generated(model, tokens) == continuation
        logits = logits_of(model, tokens)
        difference = (logits_of(widest, tokens) - logits).abs().max().item()
        prompts.append({
            "tokens": tokens, "continuation": continuation, "smallest_margin": round(margin, 6),
            "largest_logit": round(logits.abs().max().item(), 3), "float64_difference": float(f"{difference:.1e}"),
            # The shortest decimals that stand for these float32 numbers.
            "logits": [[float(str(value)) for value in row] for row in logits.numpy()],
        })
    return prompts


def write(name, config, dtype, shard):
    folder = HERE / name
    for seed in range(FIRST_SEED, FIRST_SEED + 1000):
        shutil.rmtree(folder, ignore_errors=True)
        model, random = model_of(config, dtype, seed)
        model.save_pretrained(folder, max_shard_size=shard)
        prompts = reference(folder, random)
        if prompts:
            break
    else:
        raise SystemExit(f"{name}: no seed gives clear choices")
    files = sorted(folder.glob("*.safetensors"))
    document = {
        "script": pathlib.Path(__file__).name, "python": platform.python_version(), "torch": torch.__version__,
        "transformers": transformers.__version__, "safetensors": safetensors.__version__, "numpy": numpy.__version__,
        "seed": seed, "sha256": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files},
        "prompts": prompts,
    }
    (folder / "reference.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(name, "seed", seed, "files", len(files), "bytes", size, [
        (p["smallest_margin"], p["largest_logit"], p["float64_difference"], len(set(p["continuation"])))
        for p in prompts])


torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
for variant, (settings, stored, shard_size) in VARIANTS.items():
    write(variant, settings, stored, shard_size)
