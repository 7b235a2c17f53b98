#!/usr/bin/env python3
"""Locus beside what one would run instead: the same mutations of the same model on the same prompts, verdict by verdict
and second by second, one core each.

One model is screened five times: by `locus screen`, without and with the texts of the non-silent mutants; by
baseline_screen.py in the paper's way (write the weights, generate, compare, restore), on a few of the mutations; and by
the strongest screen we could write with PyTorch, without and with the texts. Locus draws the mutations; the others read
them from its results file.

Times are CPU seconds of the screening alone, since a long screen does not notice start-up. Those of the peers are the
process time of the screening loop; those of Locus the sum of its units' wall seconds or the CPU seconds of the whole
process, whichever is less: neither is less than the CPU seconds of the units.

Prompts are drawn from the model itself, and taken only if its continuation does not end early. A mutant's may: Locus
stops there and the peers do not, so everything is compared up to and including the end token.
"""

import argparse
import json
import os
import shutil
import struct
import sys
import tempfile
from pathlib import Path

from running import run

HERE = Path(__file__).resolve().parent
NEAR_TIE = 1e-3  # logits; float32 sums in another order differ by about 1e-5


def parse():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True, help="random:15m, random:110m, stories260k:FILE.bin, Hugging Face folder")
    p.add_argument("--tokenizer", help="of a llama2.c file (default: tok512.bin beside it, or made-up pieces)")
    p.add_argument("--region", type=int, help="rows and columns (default: 64 random, 8 llama2.c file, 16 folder)")
    p.add_argument("--sample", type=int, help="so many mutations, drawn by Locus with its seed (default: all)")
    p.add_argument("--layers", help="only these, such as 0,6,11: fuller units for a small sample (default: all)")
    p.add_argument("--kinds", default="maximum,minimum", help="of maximum, minimum, zero (default: maximum,minimum)")
    p.add_argument("--naive", type=int, default=24, help="mutations for the paper's way, spread evenly (default: 24)")
    p.add_argument("--text", type=int, help="mutations for the strongest peer with texts (default: all)")
    p.add_argument("--prompts", type=int, default=4, help="prompts, of 16 tokens (default: 4)")
    p.add_argument("--steps", type=int, default=32, help="tokens of a continuation (default: 32)")
    p.add_argument("--seed", type=int, default=0, help="of the prompts (default: 0)")
    p.add_argument("--locus", default=str(HERE.parents[1] / ".build/release/locus"), help="the program to measure")
    p.add_argument("--json", help="write the figures to this file too")
    p.add_argument("--keep", action="store_true", help="leave the temporary folder, and say where it is")
    return p.parse_args()


# ---- what both sides read


def write_tokenizer(path, count):
    """A llama2.c tokenizer of made-up pieces."""
    with open(path, "wb") as f:
        f.write(struct.pack("<i", 8))
        for token in range(count):
            piece = (["<unk>", "<s>", "</s>"][token] if token < 3 else f"t{token}").encode()
            f.write(struct.pack("<fi", 0, len(piece)) + piece)


def prepare(a, folder):
    """-> path of the model, its tokenizer (None: in the model's folder), region, end tokens, prompts, gap_after."""
    import torch
    import transformers
    from peerlib import Mutator, linear_of, load_model, write_llama2c_v0

    torch.set_num_threads(1)
    transformers.logging.disable_progress_bar()
    name = a.model.removeprefix("stories260k:")
    model, _, _ = load_model(name)
    if os.path.isdir(name):
        path, tokenizer, region = Path(name).resolve(), None, 16
        ends = model.generation_config.eos_token_id
        ends = set(ends) if isinstance(ends, list) else {ends}
    else:
        # llama2.c stops at the begin token as well as at the end token, and so does Locus with its files.
        ends = {1, 2}
        path, region = (folder / "model.bin", 64) if name.startswith("random:") else (Path(name).resolve(), 8)
        if name.startswith("random:"):
            write_llama2c_v0(model, path)
        tokenizer = Path(a.tokenizer).resolve() if a.tokenizer else path.with_name("tok512.bin")
        if not tokenizer.exists():
            tokenizer = folder / "tokenizer.bin"
            write_tokenizer(tokenizer, model.config.vocab_size)
    region, layout = a.region or region, "hf" if tokenizer is None else "meta"

    def gap_after(mutation, tokens):
        """Best minus second logit of a mutant after these tokens: how near its choice of the next one is to a tie."""
        mutator, matrix = Mutator(model, layout), linear_of(model, mutation["layer"], mutation["matrix"]).weight
        rows, cols = (min(region, n - mutation[x]) for n, x in zip(matrix.shape, ("row", "col")))
        place = dict(mutation, rows=rows, cols=cols)
        old = mutator.apply(place)
        with torch.no_grad():
            best, second = model(input_ids=torch.tensor([tokens]), logits_to_keep=1).logits[0, -1].topk(2).values
        mutator.restore(place, old)
        return float(best - second)

    return path, tokenizer, region, ends, choose_prompts(a, model, ends), gap_after


def choose_prompts(a, model, ends):
    """Prompts of 16 tokens, drawn from the model itself, that it goes on from without an early end."""
    import torch

    noise, prompts = torch.Generator().manual_seed(a.seed), []
    for _ in range(100 * a.prompts):
        tokens = [1]
        with torch.no_grad():
            while len(tokens) < 16 + a.steps and (len(tokens) == 1 or tokens[-1] not in ends):
                logits = model(input_ids=torch.tensor([tokens]), logits_to_keep=1).logits[0, -1]
                draw = (
                    torch.multinomial(logits.softmax(-1), 1, generator=noise) if len(tokens) < 16 else logits.argmax()
                )
                tokens.append(int(draw))
        if not ends & set(tokens[1:]):
            prompts.append(tokens[:16])
        if len(prompts) == a.prompts:
            return prompts
    sys.exit(f"{a.model}: too few of its own texts go on for {a.steps} tokens; use fewer --steps")


# ---- running either side


def text_of(attribute):
    return attribute.decode() if isinstance(attribute, bytes) else str(attribute)


def run_locus(a, folder, model, tokenizer, region, text):
    import h5py

    configuration, output = folder / f"{text}.yaml", folder / f"{text}.h5"
    layers, sample = f"[{a.layers}]" if a.layers else "all", a.sample or "all"
    lines = [f"model: {json.dumps(str(model))}", f"inputs: {json.dumps(str(folder / 'inputs.jsonl'))}"]
    lines += [f"tokenizer: {json.dumps(str(tokenizer))}"] if tokenizer else []
    lines += [
        f"continuation: {{tokens: {a.steps}, temperature: 0}}",
        f"mutations: {{region: [{region}, {region}], layers: {layers}, kinds: [{a.kinds}], sample: {sample}}}",
        f"record: {{text: {text}, divergence: false, direction: false}}",
    ]
    configuration.write_text("\n".join(lines) + "\n")
    process_seconds = run([a.locus, "screen", configuration, "--output", output, "--quiet"], folder).cpu_seconds
    with h5py.File(output) as f:
        result = {name: f["mutation"][name][:].tolist() for name in ("layer", "row", "column")}
        for name in ("matrix", "kind"):
            flags = f["mutation"][name].attrs
            meanings = dict(zip(flags["flag_values"].tolist(), text_of(flags["flag_meanings"]).split()))
            result[name] = [meanings[v] for v in f["mutation"][name][:].tolist()]
        for name in ("first_change", "margin", "tokens"):
            result[name] = f["phenotype"][name][:].tolist() if name in f["phenotype"] else None
        result["baseline"] = f["baseline/tokens"][:].tolist()
        unit_seconds = float(f["unit/seconds"][:].sum())
        result["blas"] = text_of(f.attrs["blas"])
    kinds = {"maximum": "max", "minimum": "min", "zero": "zero"}
    result["mutations"] = [
        dict(layer=layer, matrix=matrix, row=row, col=column, kind=kinds[kind])
        for layer, matrix, row, column, kind in zip(
            *(result.pop(x) for x in ("layer", "matrix", "row", "column", "kind"))
        )
    ]
    count = len(result["mutations"])
    result["speed"] = speed(count, min(unit_seconds, process_seconds), process_seconds)
    return result


def run_peer(a, folder, model, region, prompts, mutations, *mode):
    (folder / "mutations.json").write_text(json.dumps(mutations))
    identifiers = "ids:" + ";".join(",".join(map(str, p)) for p in prompts)
    command = [sys.executable, HERE / "baseline_screen.py", "--model", model, "--prompts", identifiers, "--threads", 1]
    command += ["--region", region, "--tokens", a.steps, "--mutations", folder / "mutations.json"]
    process_seconds = run(command + ["--out", folder / "peer.json", "--mode", *mode], folder).cpu_seconds
    result = json.loads((folder / "peer.json").read_text())
    result["speed"] = speed(len(mutations), result["meta"]["cpu_s"], process_seconds)
    return result


def speed(count, seconds, process_seconds):
    return dict(mutants=count, cpu_seconds=seconds, process_cpu_seconds=process_seconds, per_cpu_second=count / seconds)


# ---- comparing


def compare(locus, peer, places, ends, prompts, gap_after):
    """Verdict by verdict, and text by text where both have it; mutation i of the peer is number places[i] of Locus."""

    def cut(tokens):
        end = next((i for i, t in enumerate(tokens) if t in ends or t < 0), None)
        return tokens if end is None else tokens[:end] if tokens[end] < 0 else tokens[: end + 1]

    baseline = [cut(x) for x in peer["baseline"]["output"]]
    keys = ("verdicts", "different", "near_ties", "texts", "different_texts", "near_tie_texts", "ended_texts")
    counts = dict.fromkeys(keys, 0) | {"same_baseline": [cut(x) for x in locus["baseline"]] == baseline}
    for place, record in zip(places, peer["mutations"]):
        for i, step in enumerate(record["first_divergence"]):
            step = step if step < len(baseline[i]) else -1
            counts["verdicts"] += 1
            if step != locus["first_change"][place][i]:
                counts["different"] += 1
                counts["near_ties"] += locus["margin"][place][i] < NEAR_TIE
            elif step >= 0 and locus["tokens"] and "output" in record:
                ours, theirs = cut(locus["tokens"][place][i]), cut(record["output"][i])
                counts["texts"] += 1
                counts["ended_texts"] += theirs[-1] in ends
                if ours != theirs:
                    same = len(os.path.commonprefix([ours, theirs]))
                    counts["different_texts"] += 1
                    counts["near_tie_texts"] += (
                        gap_after(locus["mutations"][place], prompts[i] + ours[:same]) < NEAR_TIE
                    )
    return counts


def evenly(count, total):
    count = min(count, total)
    return [round(i * (total - 1) / max(count - 1, 1)) for i in range(count)]


def screen_all(a, folder):
    model, tokenizer, region, ends, prompts, gap_after = prepare(a, folder)
    inputs = [json.dumps(dict(id=str(i), task="own text", tokens=p)) for i, p in enumerate(prompts)]
    (folder / "inputs.jsonl").write_text("\n".join(inputs) + "\n")
    plain = run_locus(a, folder, model, tokenizer, region, "none")
    texts = run_locus(a, folder, model, tokenizer, region, "changed")
    mutations = plain["mutations"]

    def peer(places, *mode):
        return run_peer(a, folder, model, region, prompts, [mutations[i] for i in places], *mode)

    few, some = evenly(a.naive, len(mutations)), evenly(a.text or len(mutations), len(mutations))
    strongest = ("batched", "--head-chunk", "8")
    paper = peer(few, "loop")
    batched = peer(range(len(mutations)), *strongest)
    batched_texts = peer(some, *strongest, "--full-output")
    changes = plain["first_change"]
    return dict(
        model=a.model, region=region, layers=a.layers or "all", kinds=a.kinds, mutants=len(mutations),
        prompts=len(prompts), steps=a.steps, blas=plain["blas"], torch=paper["meta"]["torch"], load=os.getloadavg()[0],
        non_silent_mutants=sum(any(s >= 0 for s in x) for x in changes) / len(changes),
        non_silent_verdicts=sum(s >= 0 for x in changes for s in x) / (len(changes) * len(prompts)),
        verdicts=dict(paper=paper["speed"], strongest=batched["speed"], locus=plain["speed"]),
        texts=dict(paper=paper["speed"], strongest=batched_texts["speed"], locus=texts["speed"]),
        same_verdicts_with_texts=changes == texts["first_change"],
        paper_compared=compare(texts, paper, few, ends, prompts, gap_after),
        strongest_compared=compare(plain, batched, range(len(mutations)), ends, prompts, gap_after),
        strongest_texts_compared=compare(texts, batched_texts, some, ends, prompts, gap_after),
    )  # fmt: skip


def table(r):
    names = dict(paper="the paper's way", strongest="the strongest peer", locus="locus")
    lines = [
        f"{r['model']}: region {r['region']}, layers {r['layers']}, kinds {r['kinds']}, {r['mutants']} mutants, "
        f"{r['prompts']} prompts, {r['steps']} steps",
        f"non-silent: {r['non_silent_mutants']:.1%} of mutants, any prompt; {r['non_silent_verdicts']:.1%} of verdicts",
        f"{'':28}{'mutants':>9}{'CPU s':>9}{'of process':>12}{'mutants/CPU s':>15}{'locus is':>11}",
    ]
    for what in ("verdicts", "texts"):
        for who, s in r[what].items():
            line = f"{what + ', ' + names[who]:28}{s['mutants']:>9}{s['cpu_seconds']:>9.2f}"
            line += f"{s['process_cpu_seconds']:>12.2f}{s['per_cpu_second']:>15.2f}"
            if who != "locus":
                line += f"{r[what]['locus']['per_cpu_second'] / s['per_cpu_second']:>10.1f}×"
            lines.append(line)
    for name, mode in (("paper", ""), ("strongest", ""), ("strongest_texts", " with texts")):
        c = r[f"{name}_compared"]
        line = f"locus and {names[name.split('_')[0]]}{mode}: "
        line += f"{c['verdicts']} verdicts, {c['different']} differ, {c['near_ties']} of them near ties"
        if c["texts"]:
            line += f"; {c['texts']} texts ({c['ended_texts']} end early), {c['different_texts']} differ, "
            line += f"{c['near_tie_texts']} of them near ties"
        lines.append(line if c["same_baseline"] else line + "; THE BASELINES DIFFER")
    if not r["same_verdicts_with_texts"]:
        lines.append("locus: VERDICTS DIFFER WITHOUT AND WITH TEXTS")
    return "\n".join(lines)


def main():
    a = parse()
    folder = Path(tempfile.mkdtemp(prefix="side-by-side-"))
    try:
        result = screen_all(a, folder)
    finally:
        print(f"kept {folder}", file=sys.stderr) if a.keep else shutil.rmtree(folder)
    print(table(result))
    if a.json:
        Path(a.json).write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
