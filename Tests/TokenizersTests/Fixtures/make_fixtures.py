"""Makes the tokenizer fixtures of this folder.

Run with tokenizers 0.23.3 and Python 3.11; seed 7. Training text: configs/demo/text, made by this project.

    python -m venv venv && venv/bin/pip install tokenizers==0.23.3
    venv/bin/python make_fixtures.py

For each style it writes NAME/tokenizer.json and NAME/expected.json: a list of {text, ids, decoded}, and of random
{ids, decoded} without a text.
"""

import json
import pathlib
import random

from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).resolve().parent
TEXT = sorted((HERE.parents[2] / "configs/demo/text").glob("*.txt"))
SEED = 7
ALPHABET = [
    "a", "b", "the ", "Then", "'s", "'S", "'\u017f", "'ll", "'LL",
    "'rE", "'", "1", "23", "4567", "\u00b2", "\u0664",
    "\u2167", "\u00e9", "e\u0301", "\u0301", "\u1100\u1161", "\uac00",
    "\u4e2d\u6587", "\u0928\u092e\u0938\u094d\u0924\u0947",
    "\U0001f469\u200d\U0001f680", "\U0001f600", " ", "  ", "   ",
    "\n", "\n\n", "\r\n", "\t", "\u00a0", "\u3000", "\u2028",
    "\x1c", "\x00", "\u200b", "\u200d", "_", "-", "==", "!?", ".",
    ",", "(", ")", "{", "\u2581", "\u2581\u2581", "\u0120",
    "<s>", "</s>", "<unk>", "<0x0A>", "<pad>", "<left>", "<right>",
    "<word>", "<norm x>", "<both>", "\ufffd", "\U0010ffff",
    "I'm", "we've", "def f(x):\n    return x + 1\n", "Tom", "Capital of",
    "\u212b", "\ufb01", "\u00df", "\u0130", "<", ">", "<|end|>",
]


def llama3_pattern(numbers):
    return (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|" + numbers
        + r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    )


def added_tokens():
    return [
        AddedToken("<left>", lstrip=True, special=True, normalized=False),
        AddedToken("<right>", rstrip=True, special=True, normalized=False),
        AddedToken("<word>", single_word=True, normalized=False),
        AddedToken("<norm x>", normalized=True),
        AddedToken("<both>", lstrip=True, rstrip=True, normalized=True),
        AddedToken("  ", normalized=False),
    ]


def begin(tokenizer):
    special_tokens = [("<s>", tokenizer.token_to_id("<s>"))]
    return processors.TemplateProcessing(single="<s> $A", pair="<s> $A $B", special_tokens=special_tokens)


def train(tokenizer, size, **options):
    special_tokens = ["<unk>", "<s>", "</s>"]
    trainer = trainers.BpeTrainer(vocab_size=size, show_progress=False, special_tokens=special_tokens, **options)
    tokenizer.train([str(path) for path in TEXT], trainer)
    return tokenizer


def byte_level(name):
    tokenizer = Tokenizer(models.BPE(ignore_merges=name == "llama3"))
    pattern = {"llama3": llama3_pattern(r"\p{N}{1,3}"), "qwen2": llama3_pattern(r"\p{N}")}.get(name)
    steps = [pre_tokenizers.Split(Regex(pattern), "isolated")] if pattern else [pre_tokenizers.Digits(False)]
    steps.append(pre_tokenizers.ByteLevel(add_prefix_space=not pattern, use_regex=not pattern))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    tokenizer.decoder = decoders.ByteLevel()
    train(tokenizer, 500, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    if name == "qwen2":
        tokenizer.normalizer = normalizers.NFC()
    if name == "llama3":
        tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), begin(tokenizer)])
    return tokenizer


def sentence_piece(name):
    """Trains on marked text; then the settings of the style are put in place."""
    fallback = name != "unknown"
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=name != "scattered", byte_fallback=fallback))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    train(tokenizer, 360)
    if fallback:
        document = json.loads(tokenizer.to_str())
        vocabulary = document["model"]["vocab"]
        # Two byte tokens are left out of the style "scattered", so that some text there is unknown.
        missing = {0xE9, 0xCC} if name == "scattered" else set()
        for byte in range(256):
            if byte not in missing:
                vocabulary[f"<0x{byte:02X}>"] = len(vocabulary)
        tokenizer = Tokenizer.from_str(json.dumps(document))
    if name == "llama2":
        tokenizer.pre_tokenizer = None
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    else:
        scheme = {"mistral": "first", "scattered": "always", "unknown": "never"}[name]
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=name != "mistral")
    if name in ("llama2", "mistral"):
        steps = [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
        tokenizer.decoder = decoders.Sequence(steps)
    else:
        tokenizer.decoder = decoders.Metaspace(prepend_scheme=scheme)
    tokenizer.post_processor = begin(tokenizer)
    return tokenizer


def random_text(source):
    parts = [source.choice(ALPHABET) for _ in range(source.randrange(1, 14))]
    return source.choice(["", " ", ""]).join(parts)


def styles():
    made = {name: byte_level(name) for name in ["llama3", "qwen2", "gpt2"]}
    made |= {name: sentence_piece(name) for name in ["llama2", "mistral", "scattered", "unknown"]}
    for tokenizer in made.values():
        tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
        tokens = added_tokens()
        tokenizer.add_special_tokens([token for token in tokens if token.special])
        tokenizer.add_tokens([token for token in tokens if not token.special])
    return made


def main():
    for name, tokenizer in styles().items():
        source = random.Random(SEED)
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        document = json.loads(tokenizer.to_str())
        (folder / "tokenizer.json").write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")
        rows = []
        for text in ["", " "] + [random_text(source) for _ in range(150)]:
            ids = tokenizer.encode(text).ids
            rows.append({"text": text, "ids": ids, "decoded": tokenizer.decode(ids)})
        for _ in range(40):
            ids = [source.randrange(tokenizer.get_vocab_size()) for _ in range(12)]
            rows.append({"ids": ids, "decoded": tokenizer.decode(ids)})
        lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
        (folder / "expected.json").write_text(f"[{lines}]\n")


if __name__ == "__main__":
    main()
