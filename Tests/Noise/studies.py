#!/usr/bin/env python3
"""studies.py: how often studies claim something where there is nothing to be found.

For each seed this makes hosts with random weights and texts of random tokens that nothing tells apart, runs
`locus study`, and counts sentences that claim an effect. Each claim is made at a level of 5 %, and so at most about 5 of
100 seeds may make it. What is random in each case:

  ablation    a host whose feed-forward units come in pairs that do the same and write the opposite, and so any unit
              hurts by one sign as often as by the other: over random orders neither zero nor mean can be better
  pruning     texts to forget and to retain, drawn alike, and held-out ones
  modularity  tasks drawn alike, and held-out ones
  patching    paragraphs that have nothing to do with what stands before them
  localizer   two conditions drawn alike, random responses, random reading times
  lesions     conditions of different tokens, so that units are found, scored on texts of all tokens: only what zeroing
              them costs is counted, beyond units of like magnitude
  diversity   a second host that is the first one with its vocabulary dealt anew; samples without clusters, disturbed at
              their first token, so that nothing before it can bring them back

`plain` is no null: on a host with random weights methods of ablation do differ, and this tells how often that is seen.
Needs nothing but the program."""
import argparse
import collections
import concurrent.futures
import json
import os
import random
import re
import struct
import subprocess
import tempfile

HIDDEN, LAYERS, HEADS, PAIRS, WIDTH, VOCABULARY, CONTEXT, SPREAD = 32, 2, 4, 2, 64, 40, 64, 0.2
BEGIN, FIRST = 1, 3
CONFIG = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": VOCABULARY, "hidden_size": HIDDEN,
    "intermediate_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "num_key_value_heads": PAIRS,
    "max_position_embeddings": CONTEXT, "rope_theta": 10000.0, "rms_norm_eps": 1e-5, "hidden_act": "silu",
    "tie_word_embeddings": False, "bos_token_id": BEGIN, "eos_token_id": 2, "torch_dtype": "float32"}
# What a sentence says where it claims something, by study and kind; and what it says where it takes that back.
CLAIMS = {
    "ablation": {"least": r" \w+ hurts least \(", "most": r" \w+ hurts most \("},
    "pruning": {"selective": "this is selective beyond all three controls"},
    "modularity": {"own units": "^Tasks have units of their own", "overlap": "^Tasks have fewer units in common",
                   "together": "^The units of a task sit together beyond", "pruned alone": "^A task can be pruned alone"},
    "patching": {"gap": "^Between ", "recovered": r"the transplant recovers [^,]*, [\d.]+ %",
                 "own": "which survives this control", "layer": "Of single layers, layer"},
    "localizer": {"contrast": "^At .* units tell", "lesion": "that is more than random units cost",
                  "responses": "^Units of ", "reading": "^The surprisal "},
    "lesions": {"random": "that is more than random units cost", "matched": "it survives the control of like magnitude"},
    "diversity": {"clusters": " clusters of the samples' states", "returns": " end in the cluster", "entropy": "^Entropy ",
                  "self-BLEU": "^Self-BLEU "},
}
DENIALS = {"localizer": "not beyond chance|so few draws|on no text is that|single control set",
           "lesions": "on no text is that"}
CLAIMS["plain"] = CLAIMS["ablation"]


# MARK: Hosts

def matrices(chance, isPaired=False):
    """The tensors of a host, rows of numbers."""
    def matrix(rows, columns):
        return [[chance.gauss(0, SPREAD) for _ in range(columns)] for _ in range(rows)]
    kept = HIDDEN * PAIRS // HEADS
    tensors = {"model.embed_tokens": matrix(VOCABULARY, HIDDEN), "model.norm": [[1.0] * HIDDEN],
               "lm_head": matrix(VOCABULARY, HIDDEN)}
    for layer in range(LAYERS):
        gate, up, down = matrix(WIDTH, HIDDEN), matrix(WIDTH, HIDDEN), matrix(HIDDEN, WIDTH)
        if isPaired:
            for unit in range(0, WIDTH, 2):
                gate[unit + 1], up[unit + 1] = gate[unit], up[unit]
            for row in down:
                row[::2] = [x / 10 for x in row[::2]]  # so that what is lost is of first order in what is written
                row[1::2] = [-x for x in row[::2]]
        tensors |= {f"model.layers.{layer}.{name}": rows for name, rows in {
            "self_attn.q_proj": matrix(HIDDEN, HIDDEN), "self_attn.k_proj": matrix(kept, HIDDEN),
            "self_attn.v_proj": matrix(kept, HIDDEN), "self_attn.o_proj": matrix(HIDDEN, HIDDEN),
            "mlp.gate_proj": gate, "mlp.up_proj": up, "mlp.down_proj": down, "input_layernorm": [[1.0] * HIDDEN],
            "post_attention_layernorm": [[1.0] * HIDDEN]}.items()}
    return tensors


def save(tensors, folder):
    """Writes a host in Hugging Face layout."""
    os.makedirs(folder)
    header, parts, end = {}, [], 0
    for name, rows in tensors.items():
        values = [x for row in rows for x in row]
        shape = [len(values)] if len(rows) == 1 else [len(rows), len(rows[0])]
        header[name + ".weight"] = {"dtype": "F32", "shape": shape, "data_offsets": [end, end + 4 * len(values)]}
        end += 4 * len(values)
        parts.append(struct.pack(f"<{len(values)}f", *values))
    text = json.dumps(header).encode()
    with open(os.path.join(folder, "model.safetensors"), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(CONFIG, file)
    return folder


def relabelled(tensors, chance):
    """The host with its tokens but the special ones dealt anew."""
    order = list(range(FIRST, VOCABULARY))
    chance.shuffle(order)
    order = list(range(FIRST)) + order
    return tensors | {name: [tensors[name][place] for place in order] for name in ("model.embed_tokens", "lm_head")}


# MARK: Texts

class Case:
    """The files of one seed of a study."""

    def __init__(self, folder, seed, study):
        self.folder, self.seed, self.study, self.chance = folder, seed, study, random.Random(f"{seed}:{study}")
        self.texts = {}

    def tokens(self, count, choice=range(FIRST, VOCABULARY)):
        return [self.chance.choice(choice) for _ in range(count)]

    def lines(self, name, entries):
        path = os.path.join(self.folder, f"{self.study}-{name}")
        with open(path, "w") as file:
            file.writelines(json.dumps(entry) + "\n" for entry in entries)
        return path

    def text(self, name, rows, window=32, choice=range(FIRST, VOCABULARY)):
        """A named text of so many rows."""
        entries = [{"id": f"{name} {row}", "tokens": self.tokens(window - 1, choice)} for row in range(rows)]
        key = f"{self.study} {name}"
        self.texts[key] = {"path": self.lines(name + ".jsonl", entries), "window": window}
        return key

    def untrained(self):
        return {"of": os.path.join(self.folder, "..", "shape"), "weights": "random", "seed": self.seed, "scale": "own"}

    def host(self, name, tensors):
        return save(tensors, os.path.join(self.folder, name))


# MARK: Studies

def ablation(case):
    model = case.host("paired", matrices(case.chance, isPaired=True))
    return model, {"statistics": [case.text("statistics", 64)], "evaluation": [case.text("evaluation", 8)],
                   "sites": ["mlp_pre_out"], "methods": ["zero", "mean"], "seeds": seeds(case)}


def plain(case):
    return case.untrained(), {"statistics": [case.text("statistics", 16)], "evaluation": [case.text("evaluation", 8)],
                              "seeds": seeds(case)}


def seeds(case, count=5):
    return [case.seed * count + number for number in range(count)]


def pruning(case):
    return case.untrained(), {
        "forget": [case.text("forget", 16)], "retain": [case.text("retain", 16)], "importance": ["abs"],
        "forget_evaluation": [case.text("forgetting", 16)], "retain_evaluation": [case.text("retaining", 16)],
        "percents": [0, 5, 10, 20, 40, 70, 100], "seeds": seeds(case)}


def modularity(case):
    tasks = {f"task{number}": case.text(f"task{number}", 8) for number in range(4)}
    return case.untrained(), {
        "tasks": tasks, "evaluation": {name: case.text("more" + name, 8) for name in tasks}, "percents": [5, 10, 20],
        "clusters": 16, "goals": [50], "deals": 9, "draws": 199, "untrained": False}


def patching(case):
    paragraphs = [{"before": case.tokens(16), "after": case.tokens(12)} for _ in range(16)]
    return case.untrained(), {"paragraphs": case.lines("paragraphs.jsonl", paragraphs), "generated": "none", "given": [0],
                              "conditions": ["full", "transferred", "mismatched"], "routes": False}


def localizer(case):
    pair = [case.text(name, 24, window=12) for name in ("first", "second")]
    table = os.path.join(case.folder, "responses.csv")
    case.texts["trials"] = {"path": case.lines("trials.jsonl", [
        {"id": str(number), "tokens": case.tokens(11)} for number in range(40)]), "window": 12}
    with open(table, "w") as file:
        file.write("stimulus,group,a,b,c,d\n")
        for number in range(40):
            file.write(f"{number},{number // 8}," + ",".join(f"{case.chance.gauss(0, 1):.4f}" for _ in range(4)) + "\n")
    passages = [{"tokens": case.tokens(40), "words": [[2 * n, 2 * n + 2] for n in range(20)],
                 "times": [round(case.chance.gauss(300, 40), 1) for _ in range(20)],
                 "sentence_start": [n % 10 == 0 for n in range(20)]} for _ in range(4)]
    return case.untrained(), {
        "conditions": pair, "contrast": pair, "evaluation": pair, "permille": 50, "seeds": seeds(case, 10), "draws": 599,
        "responses": {"table": table, "stimuli": "trials", "site": "res_post", "layers": "all"},
        "passages": {"path": case.lines("passages.jsonl", passages)}}


def lesions(case):
    half = (FIRST + VOCABULARY) // 2
    pair = [case.text("first", 24, window=12, choice=range(FIRST, half)),
            case.text("second", 24, window=12, choice=range(half, VOCABULARY))]
    return case.untrained(), {"conditions": pair, "contrast": pair, "evaluation": [case.text("all", 16)],
                              "permille": 50, "seeds": seeds(case, 10), "draws": 599}


def diversity(case):
    tensors = matrices(case.chance)
    other = case.host("other", relabelled(tensors, case.chance))
    return case.host("host", tensors), {
        "texts": [case.text("one", 12), case.text("two", 12)], "seed": case.seed, "samples": 40, "steps": 16, "k": 3,
        "prompts": case.lines("prompts.jsonl", [{"tokens": [BEGIN]}]), "positions": [0], "disturbed": 16,
        "against": {"model": other}}


# Those that run together, on one host.
GROUPS = [[pruning, modularity, patching, localizer], [diversity], [ablation], [lesions], [plain]]
KEYS = {"plain": "ablation", "lesions": "localizer"}


# MARK: Counting

def claims(study, sentence):
    """The kinds of claims that a sentence makes."""
    if study in DENIALS and re.search(DENIALS[study], sentence):
        return set()
    found = {kind for kind, pattern in CLAIMS[study].items() if re.search(pattern, sentence)}
    return found if study != "diversity" or has_chance(sentence) else set()


def has_chance(sentence):
    """Whether some probability of diversity's stands without the words that it does not survive."""
    if "silhouette" in sentence:
        return "does not survive" not in sentence
    parts = re.findall(r"\(([^()]*p [=≤] [^()]*)\)", sentence)
    return any("does not survive" not in part and "too few" not in part for part in parts)


def run(options, folder, studies, seed):
    """For each study of a group the kinds of claims of a seed, and all that was said."""
    own = os.path.join(folder, str(seed))
    os.makedirs(own)
    cases = [Case(own, seed, study.__name__) for study in studies]
    made = [study(case) for study, case in zip(studies, cases)]
    keys = [KEYS.get(study.__name__, study.__name__) for study in studies]
    config, output = os.path.join(own, "study.yaml"), os.path.join(own, "out.h5")
    texts = {name: text for case in cases for name, text in case.texts.items()}
    with open(config, "w") as file:
        json.dump({"model": made[0][0], "texts": texts, "studies": dict(zip(keys, (each[1] for each in made)))}, file)
    # A process alone needs no daemon of Open MPI beside it.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMPI_MCA_ess_singleton_isolated": "1"}
    ended = subprocess.run([options.program, "study", config, "--output", output, "--quiet"], capture_output=True, text=True,
                           env=environment)
    if ended.returncode != 0:
        raise RuntimeError(f"seed {seed}: {ended.stderr.strip()}")
    said, key = {key: [] for key in keys}, None
    for line in ended.stdout.splitlines():
        if line.startswith("  "):
            said[key].append(line.strip())
        elif line in said:
            key = line
    found = {}
    for study, key in zip(studies, keys):
        each = [(claims(study.__name__, sentence), sentence) for sentence in said[key]]
        found[study.__name__] = set().union(*(kinds for kinds, _ in each))
        if options.sentences:
            with open(options.sentences, "a") as file:
                file.writelines(f"{study.__name__} {seed} {sorted(kinds)} {sentence}\n" for kinds, sentence in each)
    return found


def main():
    names = [study.__name__ for group in GROUPS for study in group]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=".build/release/locus")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time")
    parser.add_argument("--sentences", help="a file for all that is said")
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    for group in GROUPS:
        studies = [study for study in group if study.__name__ in options.only]
        if not studies:
            continue
        with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            save(matrices(random.Random(0)), os.path.join(folder, "shape"))
            numbers = range(options.first, options.first + options.seeds)
            found = list(pool.map(lambda seed: run(options, folder, studies, seed), numbers))
        for name in (study.__name__ for study in studies):
            count = collections.Counter(kind for each in found for kind in each[name])
            words = ", ".join(f"{kind} {count[kind]}" for kind in CLAIMS[name])
            print(f"{name}: claims in {sum(bool(each[name]) for each in found)} of {options.seeds} seeds ({words})",
                  flush=True)


if __name__ == "__main__":
    main()
