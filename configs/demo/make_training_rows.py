#!/usr/bin/env python3
"""Write the rows that the demo model was trained on, for `locus train configs/demo-train.yaml`.

    python make_training_rows.py --tokenizer model/tokenizer.json --out training [--steps 2800 1400 1300] [--batch 16]

One safetensors file a phase, phase-1.safetensors and so on, with two float16 tensors [rows, 257]: `tokens`, whose
identifiers are below 2,048 and so exact, and `weights`, 3 for the tokens of an answer and 1 for others. It is the text of
make_demo_model.py, with its seeds. About four minutes and 90 MB for the whole training. Needs what that needs."""
import argparse
import os

import numpy
import safetensors.numpy
import tokenizers

import make_demo_model as demo


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("--tokenizer", default=os.path.join(here, "model", "tokenizer.json"))
    parser.add_argument("--out", default=os.path.join(here, "training"))
    parser.add_argument("--steps", type=int, nargs=len(demo.PHASES), default=[phase[0] for phase in demo.PHASES])
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tokenizer = tokenizers.Tokenizer.from_file(options.tokenizer)
    os.makedirs(options.out, exist_ok=True)
    for number, (steps, (_, no_naming, mix)) in enumerate(zip(options.steps, demo.PHASES)):
        rows = demo.stream(tokenizer, f"{options.seed}{'+' * number}", 256, no_naming, mix)
        tokens, weights = zip(*(next(rows) for _ in range(steps * options.batch)))
        path = os.path.join(options.out, f"phase-{number + 1}.safetensors")
        safetensors.numpy.save_file(
            {"tokens": numpy.array(tokens, numpy.float16), "weights": numpy.array(weights, numpy.float16)}, path)
        print(path, f"{len(tokens)} rows", flush=True)


if __name__ == "__main__":
    main()
