"""Makes gguf.json: vocabularies of GGUF files, and the tokens that llama.cpp makes of texts with them.

Run with tokenizers 0.23.3, gguf 0.19.0, xllamacpp 2026.10.11549 (llama.cpp with bindings for Python) and Python 3.11;
seed 13. Training text: configs/demo/text, made by this project.

    python -m venv venv && venv/bin/pip install tokenizers==0.23.3 gguf==0.19.0 xllamacpp==2026.10.11549
    venv/bin/python make_gguf.py

It writes {texts, vocabularies, cases}; a case has the name of its vocabulary, what its file says besides, and the ids
of the texts. Merges of the byte-level vocabulary go over the ends of words, so that every split makes other tokens.
"""

import json
import pathlib
import random
import tempfile
import urllib.request

import gguf
import numpy
import xllamacpp
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

HERE = pathlib.Path(__file__).resolve().parent
TEXT = [path.read_text()[:3000] for path in sorted((HERE.parents[2] / "configs/demo/text").glob("*.txt"))]
SEED = 13
ALPHABET = [
    "a", "the ", "Then", "don't", "I'LL", "we've", "'S", "'\u017f", "x1y", "1", "23", "4567", "1234567", "\u00b2", "\u2167",
    "\u0664", "\u00e9", "\u00c9", "e\u0301", "\u0301", "\uac00", "\u4e2d\u6587", "\u0928\u092e\u0938\u094d\u0924\u0947",
    "\U0001f469\u200d\U0001f680", " ", "  ", "   ", "\n", "\n\n", "\r\n", "\t", "\u00a0", "\u3000", "\u200b", "\x00", "_",
    "-", "==", "!?", ".", ",", "(", "$", "+", "~`", "^|", "<>", "/", "//\n", "\u3002", "\u2014", "CamelCase", "ABCdef",
    "\u041f\u0440\u0438\u0412\u0435\u0442", "\u01c5", "\ufb01", "\u00df", "\u2581", "\u0120", "<s>", "</s>", "<unk>",
    "<0x0A>", "<|end|>", "ab", "abcd", "bcd", "\ufffd", "\u0130",
]
MARKS = ["<s>", "</s>", "<unk>", "<|end|>", "<0x0A>", "abcd"]
EXTRA = [
    "", " ", "  ", "     ", "\n\n\n\n\n", "a", " a", "a ", "  a  b  ", "Hello  world\n\n\tdone", "1234567890 and 3.14159",
    "It's we're they'd I'LL don'T", "def f(a, b):\n    return a ** b  # note", "abcd abcdbcd", "a\u00e9\u00e9a",
]
# Names with the same split, the first of them one that the others are held against.
SPLITS = [
    ["default", None],
    ["gpt-2", "phi-2", "olmo", "mpt", "jais"],
    ["smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"],
    ["falcon"],
    ["qwen2", "deepseek-r1-qwen", "stablelm2", "megrez", "hunyuan"],
    ["dbrx", "smaug-bpe"],
    ["llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "lfm2"],
    ["tekken"],
    ["gpt-4o", "llama4"],
]


def texts():
    generator = random.Random(SEED)
    drawn = ["".join(generator.choice(ALPHABET) for _ in range(generator.randint(2, 14))) for _ in range(60)]
    return EXTRA + drawn


def training_lines():
    generator = random.Random(SEED + 1)
    # Marks are tokens already, and a token is there once; llama.cpp ends a token's spelling before a zero.
    parts = [part for part in ALPHABET if part not in MARKS + ["\x00"]]
    mixed = ["".join(generator.choice(parts) for _ in range(12)) for _ in range(400)]
    return [line for text in TEXT for line in text.split("\n") if line] + mixed


def trained(normalizer, alphabet, size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizer
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(training_lines(), trainer)
    model = json.loads(tokenizer.to_str())["model"]
    return sorted(model["vocab"], key=model["vocab"].get), model["merges"]


def byte_level():
    tokens, merges = trained(normalizers.ByteLevel(), pre_tokenizers.ByteLevel.alphabet(), 700)
    marks = [("<s>", 3), ("</s>", 3), ("<|end|>", 3), ("  \n", 4), ("<unk>", 2), ("abcd", 4), ("idle", 5)]
    return dict(
        model="gpt2", tokens=tokens + [token for token, _ in marks],
        types=[1] * len(tokens) + [kind for _, kind in marks], merges=[" ".join(pair) for pair in merges],
        begin=len(tokens), end=len(tokens) + 1)


def scored():
    pieces, _ = trained(normalizers.Replace(" ", "\u2581"), [], 600)
    # Some characters are no pieces, but parts of such.
    pieces = [piece for piece in pieces if piece not in "\u00e9\u4e2d~1"] + ["a\u00e9", "\u00e9\u00e9", "12"]
    marks = [("<unk>", 2), ("<s>", 3), ("</s>", 3)] + [(f"<0x{byte:02X}>", 6) for byte in range(256)]
    found = [("   ", 4), ("  ", 4), ("\n\n", 4), ("ab", 4), ("bcd", 4), ("<|end|>", 3), ("\u2581the\u2581c", 4), ("th", 5)]
    pieces = [piece for piece in pieces if piece not in {token for token, _ in found}]
    tokens = marks + [(piece, 1) for piece in pieces] + found
    scores = [0.0] * len(marks) + [-float(rank // 3) for rank in range(len(pieces))] + [-1000.0] * (len(found) - 1) + [-2.0]
    return dict(
        model="llama", tokens=[token for token, _ in tokens], scores=scores, types=[kind for _, kind in tokens], begin=1,
        end=2)


def write(path, vocabulary, case):
    """A model of one layer of zeros with the vocabulary; llama.cpp wants one."""
    writer = gguf.GGUFWriter(path, "llama")
    for add, value in [
        (writer.add_context_length, 64), (writer.add_embedding_length, 32), (writer.add_block_count, 1),
        (writer.add_feed_forward_length, 32), (writer.add_head_count, 1), (writer.add_layer_norm_rms_eps, 1e-5),
        (writer.add_tokenizer_model, vocabulary["model"]), (writer.add_token_list, vocabulary["tokens"]),
        (writer.add_token_types, vocabulary["types"]), (writer.add_bos_token_id, vocabulary["begin"]),
        (writer.add_eos_token_id, vocabulary["end"]), (writer.add_token_scores, vocabulary.get("scores")),
        (writer.add_token_merges, vocabulary.get("merges")), (writer.add_tokenizer_pre, case.get("pre")),
        (writer.add_add_bos_token, case.get("addsBegin")), (writer.add_add_eos_token, case.get("addsEnd")),
        (writer.add_add_space_prefix, case.get("addsSpace")),
    ]:
        if value is not None:
            add(value)
    shapes = {"token_embd": (len(vocabulary["tokens"]), 32), "output_norm": (32,)}
    shapes |= {f"blk.0.{name}": (32,) for name in ["attn_norm", "ffn_norm"]}
    names = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"]
    shapes |= {f"blk.0.{name}": (32, 32) for name in names}
    for name, shape in shapes.items():
        writer.add_tensor(name + ".weight", numpy.zeros(shape, numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def ids(path, texts):
    parameters = xllamacpp.CommonParams()
    parameters.model.path = path
    parameters.n_ctx, parameters.n_parallel, parameters.warmup, parameters.verbosity = 64, 1, False, 0
    parameters.port = 0
    server = xllamacpp.Server(parameters)
    found = []
    for text in texts:
        content = json.dumps({"content": text, "add_special": True, "parse_special": True}).encode()
        request = urllib.request.Request(
            server.listening_address + "/tokenize", data=content, headers={"Content-Type": "application/json"})
        found.append(json.load(urllib.request.urlopen(request))["tokens"])
    return found


def main():
    chosen = texts()
    vocabularies = {"bytes": byte_level(), "scores": scored()}
    cases = []
    with tempfile.TemporaryDirectory() as folder:

        def encoded(case):
            path = f"{folder}/model.gguf"
            write(path, vocabularies[case["vocabulary"]], case)
            return ids(path, chosen)

        for names in SPLITS:
            found = encoded({"vocabulary": "bytes", "pre": names[0]})
            for name in names[1:]:
                assert encoded({"vocabulary": "bytes", "pre": name}) == found, name
            cases.append({"vocabulary": "bytes", "pre": names[0], "aliases": [n for n in names[1:] if n], "ids": found})
            print(names[0], sum(map(len, found)), flush=True)
        for flags in [
            {}, {"addsSpace": False}, {"addsSpace": True, "addsBegin": False, "addsEnd": True},
        ]:
            case = {"vocabulary": "scores", **flags}
            cases.append({**case, "aliases": [], "ids": encoded(case)})
        case = {"vocabulary": "bytes", "pre": "llama-bpe", "addsBegin": False, "addsEnd": True}
        cases.append({**case, "aliases": [], "ids": encoded(case)})
    document = {"texts": chosen, "vocabularies": vocabularies, "cases": cases}
    (HERE / "gguf.json").write_text(json.dumps(document, ensure_ascii=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
