"""Makes phi3-longrope: a tiny random Phi-3 whose frequencies change beyond 12 positions, and what transformers says of it.

Run with torch 2.13.0, transformers 5.24.0, safetensors 0.8.0, numpy 2.4.6 and Python 3.11.

transformers takes the long factors for all positions of a forward pass of more than 12. A text of n tokens with s steps
behind it is one of n + s - 1 positions here, from its first step on: the reference runs it padded to that length. The
three prompts stay within the first context, go beyond it from the start, and cross its end. The seed is the first that
leaves no choice closer than 0.01, and makes some text differ from what generation says that begins with short factors.
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

FOLDER = pathlib.Path(__file__).resolve().parent / "phi3-longrope"
FIRST, STEPS, PROMPT_LENGTHS = 12, 8, [5, 40, 8]
CONFIG = transformers.Phi3Config(
    vocab_size=32, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2,
    num_key_value_heads=1, max_position_embeddings=96, original_max_position_embeddings=FIRST, pad_token_id=0,
    bos_token_id=1, eos_token_id=2, tie_word_embeddings=False, sliding_window=None,
    rope_parameters={
        "rope_type": "longrope", "rope_theta": 100.0, "short_factor": [1.0, 1.1, 1.3, 1.7],
        "long_factor": [1.2, 2.0, 3.5, 5.0], "original_max_position_embeddings": FIRST, "partial_rotary_factor": 1.0})


def random_model(random):
    """A model whose every parameter comes from numpy's generator, in the order of their names."""
    model = transformers.AutoModelForCausalLM.from_config(CONFIG, attn_implementation="eager").eval()
    for name, parameter in sorted(model.named_parameters()):
        values = (1 if "norm" in name else 0) + 0.3 * random.standard_normal(tuple(parameter.shape))
        parameter.data = torch.tensor(values, dtype=torch.float32)
    return model


def logits_of(model, tokens, length):
    """Logits at each position of the beginning of a text of that length."""
    padded = tokens + [0] * (length - len(tokens))
    with torch.no_grad():
        return model(torch.tensor([padded]), use_cache=False).logits[0][:len(tokens)]


def continuation_of(model, prompt, length):
    """Greedy tokens, each from a whole pass, and the smallest gap of the best logit to the second."""
    tokens, smallest = [], float("inf")
    for _ in range(STEPS):
        so_far = prompt + tokens
        best = torch.topk(logits_of(model, so_far, length or len(so_far))[-1], 2)
        smallest = min(smallest, (best.values[0] - best.values[1]).item())
        tokens.append(best.indices[0].item())
    return tokens, smallest


def reference(model, random):
    prompts, differ = [], False
    for count in PROMPT_LENGTHS:
        tokens, length = random.integers(3, 32, count).tolist(), count + STEPS - 1
        continuation, margin = continuation_of(model, tokens, length)
        if margin <= 0.01 or len(set(continuation)) < 4:
            return None
        differ = differ or continuation_of(model, tokens, None)[0] != continuation
        prompts.append({
            "tokens": tokens, "continuation": continuation, "smallest_margin": round(margin, 6),
            "logits": [[float(str(value)) for value in row] for row in logits_of(model, tokens, length).numpy()]})
    return prompts if differ else None


torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
transformers.logging.set_verbosity_error()
for seed in range(20, 1020):
    random = numpy.random.Generator(numpy.random.PCG64(seed))
    model = random_model(random)
    prompts = reference(model, random)
    if prompts:
        break
shutil.rmtree(FOLDER, ignore_errors=True)
model.save_pretrained(FOLDER)
document = {
    "script": pathlib.Path(__file__).name, "python": platform.python_version(), "torch": torch.__version__,
    "transformers": transformers.__version__, "safetensors": safetensors.__version__, "numpy": numpy.__version__,
    "seed": seed, "steps": STEPS,
    "sha256": {"model.safetensors": hashlib.sha256((FOLDER / "model.safetensors").read_bytes()).hexdigest()},
    "prompts": prompts,
}
(FOLDER / "reference.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
print("seed", seed, [(p["smallest_margin"], p["continuation"]) for p in prompts])
