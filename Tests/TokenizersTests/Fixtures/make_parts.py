"""Makes parts.json: small tokenizers that between them have every part a tokenizer.json can have.

Run with tokenizers 0.23.3 and Python 3.11; seed 11. Training text: configs/demo/text, made by this project.

    python -m venv venv && venv/bin/pip install tokenizers==0.23.3
    venv/bin/python make_parts.py

It writes a list of {name, tokenizer, rows}, rows of {text, ids, decoded}.
"""

import json
import pathlib
import random

from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers import decoders as D, models as M, normalizers as N, pre_tokenizers as P, processors as R, trainers as T

HERE = pathlib.Path(__file__).resolve().parent
TEXT = [path.read_text()[:1500] for path in sorted((HERE.parents[2] / "configs/demo/text").glob("*.txt"))[:4]]
LINES = [line for text in TEXT for line in text.split("\n") if line] + ["é 中文 カナ Ab 12"]
SEED = 11
ALPHABET = [
    "a", "the ", "Then", "'s", "'LL", "I'm", "1", "23", "4567", "\u00b2", "\u2167", "\u00e9", "e\u0301", "\u0301",
    "\uac00", "\u4e2d\u6587", "\u0928\u092e\u0938\u094d\u0924\u0947", "\U0001f469\u200d\U0001f680", " ", "  ", "   ",
    "\n\n", "\r\n", "\t", "\u00a0", "\u3000", "\u200b", "_", "==", "!?", ".", ",", "(", "\u2581", "\u0120", "<s>", "</s>",
    "<0x0A>", "\ufffd", "Tom", "\u212b", "\ufb01", "\u00df", "\u0130", "\u0f71\u0f72\u0323", "\u0f73\u0323", "\u0f81\u0345",
    "\u30ab\u30ca", "\u3072", "\u03a3", "\uff0e", "\u2460", "$", "+", "~", "##", "</w>", "Ab", "x1y", "<word>", "<left>",
]
CL100K = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"
)
TEKKEN = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
    r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def byte_level(split, **options):
    steps = split + [P.ByteLevel(add_prefix_space=False, use_regex=False)]
    return dict(model="bpe", pre=P.Sequence(steps), decoder=D.ByteLevel(), bytes=True, **options)


def split(pattern, behavior, invert=False):
    return P.Split(Regex(pattern), behavior, invert)


STYLES = {
    "cl100k": byte_level([split(CL100K, "isolated")], ignore_merges=True),
    "tekken": byte_level([split(TEKKEN, "isolated")]),
    "inverted": byte_level([split(CL100K, "removed", True)], normalizer=N.NFC()),
    "falcon3": dict(
        model="bpe", bytes=True, decoder=D.ByteLevel(),
        pre=P.Sequence([
            P.Punctuation("contiguous"), P.ByteLevel(add_prefix_space=False), P.Digits(False),
            split("[0-9][0-9][0-9]", "isolated"),
        ])),
    "before": byte_level([split(r"\s+", "merged_with_previous")], normalizer=N.NFKC()),
    "behind": byte_level([split(r"\p{P}", "merged_with_next"), P.Digits(True)], normalizer=N.NFD()),
    "joined": byte_level([split(r"[aeiou]|\s", "contiguous"), P.FixedLength(4)], normalizer=N.NFKD()),
    "string": byte_level([P.Split(" ", "merged_with_previous")], normalizer=N.Strip()),
    "clip": dict(
        model="bpe", bytes=True, end_of_word_suffix="</w>", decoder=D.BPEDecoder("</w>"),
        normalizer=N.Sequence([N.NFC(), N.Replace(Regex(r"\s+"), " "), N.Lowercase()]),
        pre=P.Sequence([split(r"'s|'t|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+", "removed", True), P.ByteLevel(False, use_regex=False)])),
    "prefixed": dict(
        model="bpe", continuing_subword_prefix="@", unk_token="<unk>", pre=P.Whitespace(), fuse_unk=True,
        decoder=D.Sequence([D.Replace(Regex("@"), ""), D.Fuse()])),
    "bert": dict(
        model="wordpiece", normalizer=N.BertNormalizer(), pre=P.BertPreTokenizer(), decoder=D.WordPiece(), post="bert"),
    "cased": dict(
        model="wordpiece", normalizer=N.Sequence([N.NFD(), N.StripAccents(), N.Nmt()]), post="roberta",
        pre=P.Sequence([P.WhitespaceSplit(), P.Punctuation("merged_with_previous")]), decoder=D.WordPiece(cleanup=False)),
    "words": dict(model="wordlevel", pre=P.CharDelimiterSplit(" "), post="template"),
    "unigram": dict(
        model="unigram", pre=P.Metaspace(prepend_scheme="first"), decoder=D.Metaspace(prepend_scheme="first"),
        normalizer=N.Replace(Regex(" {2,}"), " ")),
    "scripts": dict(
        model="unigram", pre=P.Sequence([P.UnicodeScripts(), P.Metaspace(prepend_scheme="always")]), byte_fallback=True,
        decoder=D.Sequence([D.ByteFallback(), D.Metaspace(prepend_scheme="always")])),
    "sound": dict(model="wordlevel", pre=split("", "isolated"), decoder=D.CTC(pad_token="e", word_delimiter_token=" ")),
    "alphabet": dict(
        model="bpe", bytes=True, normalizer=N.Sequence([N.Prepend("x"), N.ByteLevel()]), decoder=D.ByteLevel()),
}


def model(style):
    special = ["<unk>", "<s>", "</s>"]
    options = {"show_progress": False, "special_tokens": special}
    names = ["continuing_subword_prefix", "end_of_word_suffix"]
    affixes = {name: style[name] for name in names if name in style}
    if style["model"] == "bpe":
        alphabet = P.ByteLevel.alphabet() if style.get("bytes") else []
        flags = {name: style[name] for name in ["unk_token", "fuse_unk", "ignore_merges"] if name in style}
        size = 320 if alphabet else 90
        return M.BPE(**flags, **affixes), T.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, **options, **affixes)
    if style["model"] == "unigram":
        return M.Unigram(), T.UnigramTrainer(vocab_size=120, unk_token="<unk>", **options)
    if style["model"] == "wordpiece":
        return M.WordPiece(unk_token="<unk>", max_input_chars_per_word=12), T.WordPieceTrainer(vocab_size=120, **options)
    return M.WordLevel(unk_token="<unk>"), T.WordLevelTrainer(vocab_size=80, **options)


def make(style):
    untrained, trainer = model(style)
    tokenizer = Tokenizer(untrained)
    if "normalizer" in style:
        tokenizer.normalizer = style["normalizer"]
    tokenizer.pre_tokenizer = style.get("pre", P.Sequence([]))
    tokenizer.train_from_iterator(LINES, trainer)
    document = json.loads(tokenizer.to_str())
    if style.get("byte_fallback"):
        document["model"]["vocab"] += [[f"<0x{byte:02X}>", -30.0] for byte in range(256)]
        document["model"]["byte_fallback"] = True
    tokenizer = Tokenizer.from_str(json.dumps(document))
    if "decoder" in style:
        tokenizer.decoder = style["decoder"]
    begin, end = [(token, tokenizer.token_to_id(token)) for token in ["<s>", "</s>"]]
    around = {
        "bert": R.BertProcessing(end, begin), "roberta": R.RobertaProcessing(end, begin),
        "template": R.TemplateProcessing(single="<s> $A </s>", special_tokens=[begin, end]),
    }
    if "post" in style:
        tokenizer.post_processor = around[style["post"]]
    tokenizer.add_special_tokens([AddedToken("<left>", lstrip=True, special=True, normalized=False)])
    tokenizer.add_tokens([AddedToken("<word>", single_word=True, normalized=True)])
    return tokenizer


def main():
    source = random.Random(SEED)
    parts = []
    for name, style in STYLES.items():
        tokenizer = make(style)
        texts = ["", " "] + [
            source.choice(["", " ", ""]).join(source.choice(ALPHABET) for _ in range(source.randrange(1, 9)))
            for _ in range(40)
        ]
        rows = []
        for text in texts:
            ids = tokenizer.encode(text).ids
            rows.append({"text": text, "ids": ids, "decoded": tokenizer.decode(ids)})
        parts.append({"name": name, "tokenizer": json.loads(tokenizer.to_str()), "rows": rows})
    lines = ",\n".join(json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in parts)
    (HERE / "parts.json").write_text(f"[{lines}]\n")


if __name__ == "__main__":
    main()
