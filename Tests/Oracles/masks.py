#!/usr/bin/env python3
"""masks.py MODEL RESULTS.h5 [MASK.json ...]: are verdicts and divergences of a screen of a masked model those of float64?

Takes mutants of the results at random, writes their regions into the weights of a transformers model in float64, whose
hooks set the masks' units to zero, and compares the tokens that the mutant chooses after the baseline's own, and the
divergence. Prints how far each is from float64. RESULTS were recorded with divergences at temperature 0; units are at
mlp_pre_out and attn_pre_out."""
import argparse
import json
import random
import sys

import h5py
import numpy as np
import torch
from transformers import AutoModelForCausalLM

MODULES = {"q": "self_attn.q_proj", "k": "self_attn.k_proj", "v": "self_attn.v_proj", "o": "self_attn.o_proj",
           "gate": "mlp.gate_proj", "up": "mlp.up_proj", "down": "mlp.down_proj"}
SITES = {"mlp_pre_out": "mlp.down_proj", "attn_pre_out": "self_attn.o_proj"}
# Logits that are nearer to each other may be ordered otherwise in float32.
TIE = 2e-4


def meanings(dataset):
    """What the numbers of a dataset stand for."""
    names = dataset.attrs["flag_meanings"]
    names = names.decode() if isinstance(names, bytes) else names
    return dict(zip([int(v) for v in np.atleast_1d(dataset.attrs["flag_values"])], names.split()))


def mask(model, path):
    """Hooks that set the units of a mask to zero before the matrix that reads them."""
    with open(path) as file:
        content = json.load(file)
    for layer, units in zip(model.model.layers, content["units"]):
        if units:
            module = layer.get_submodule(SITES[content["site"]])
            chosen = torch.tensor(units)
            module.register_forward_pre_hook(lambda _, given, chosen=chosen: (given[0].index_fill(-1, chosen, 0),))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("results")
    parser.add_argument("masks", nargs="*")
    parser.add_argument("--count", type=int, default=200, help="mutants that are compared")
    options = parser.parse_args()
    model = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float64, attn_implementation="eager").eval()
    for path in options.masks:
        mask(model, path)
    file = h5py.File(options.results)
    columns = {name: file[f"mutation/{name}"][:] for name in ("layer", "matrix", "row", "column", "rows", "columns", "kind")}
    matrices, kinds = meanings(file["mutation/matrix"]), meanings(file["mutation/kind"])
    first, found = file["phenotype/first_change"], file["phenotype/divergence"]
    said = [tokens[tokens >= 0] for tokens in file["baseline/tokens"][:]]
    prompts = [tokens[tokens >= 0] for tokens in file["input/prompt_tokens"][:]]

    def scores():
        """Logits of the steps of each input after the baseline's own tokens."""
        rows = []
        for prompt, own in zip(prompts, said):
            tokens = torch.tensor(np.concatenate([prompt, own[:-1]]).astype(np.int64))[None]
            with torch.no_grad():
                rows.append(model(tokens).logits[0, len(prompt) - 1:])
        return rows

    baseline = scores()
    verdicts = ties = wrong = 0
    errors = []
    places = random.Random(0).sample(range(first.shape[0]), min(options.count, first.shape[0]))
    for place in places:
        own = {name: int(values[place]) for name, values in columns.items()}
        weight = model.model.layers[own["layer"]].get_submodule(MODULES[matrices[own["matrix"]]]).weight.data
        rows, ends = slice(own["row"], own["row"] + own["rows"]), slice(own["column"], own["column"] + own["columns"])
        old = weight[rows, ends].clone()
        kind = kinds[own["kind"]]
        value = {"maximum": weight.max(), "minimum": weight.min(), "zero": torch.zeros(())}[kind]
        weight[rows, ends] = value.double()
        for number, (plain, mutant) in enumerate(zip(baseline, scores())):
            one, other = plain.log_softmax(-1), mutant.log_softmax(-1)
            exact = float((one.exp() * (one - other)).sum(-1).mean())
            errors.append((abs(float(found[place, number]) - exact), exact))
            changed = (mutant.argmax(-1).numpy() != said[number]).nonzero()[0]
            top = mutant.topk(2).values
            limit = changed[0] + 1 if len(changed) else len(mutant)
            if float((top[:limit, 0] - top[:limit, 1]).min()) < TIE:
                ties += 1
                continue
            verdicts += 1
            wrong += int(first[place, number]) != (int(changed[0]) if len(changed) else -1)
        weight[rows, ends] = old
    print(f"{verdicts - wrong} of {verdicts} verdicts are those of float64 ({ties} too near a tie)")
    for low, high in ((1e-6, 1e-4), (1e-4, 1e-2), (1e-2, 1e9)):
        own = [error / exact for error, exact in errors if low <= exact < high]
        if own:
            print(f"divergences from {low:g} to {high:g}: {len(own)}, relative error at most {max(own):.1e}, "
                  f"median {sorted(own)[len(own) // 2]:.1e}")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
