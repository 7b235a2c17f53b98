#!/usr/bin/env python3
"""make_stimuli.py [FOLDER]: the stimuli, synthetic responses and timed passages of configs/studies/localizer.yaml.

All of it is of this project's own making: sentences are those of the demo's story text, which the demo's maker wrote by
rules; everything else is made from them here, with a seed. Nobody's brain or reading was measured: responses and times
are synthetic, computed from the stimuli's letters and words with noise, and are called so wherever they are used.

    stimuli/sentences.jsonl    40 sentences of 12 tokens of the demo's tokenizer and more, as are all below
    stimuli/words.jsonl        for each as many words of all sentences, drawn at random, in lower case
    stimuli/jabberwocky.jsonl  the sentence with pseudowords in the place of its content words
    stimuli/nonwords.jsonl     the sentence's words as pseudowords, without punctuation, in lower case
    stimuli/trials.jsonl       sentences and words again, as the stimuli of the table
    responses.csv              12 synthetic responses to each of the 80 trials
    passages.jsonl             6 stories with a synthetic reading time for each word

A perfect prediction of a response correlates 0.8 with it: the variance of the noise is 0.5625 of that of the signal,
which is a random mixture of what the trial holds (features)."""
import json
import math
import os
import random
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.join(HERE, "..", "demo")
CONDITIONS = ("sentences", "words", "jabberwocky", "nonwords")
SEED, COUNT, LEAST, RESPONSES, GROUPS = 2406, 40, 12, 12, 10
FUNCTION_WORDS = set(
    "a an the and or but so to of in on at by for with from as than that this no not who because is was were had has "
    "have he she it they we you his her its their him them let then too very one there".split())
ONSETS, NUCLEI = "b br d dr f g k l m n p r s st t v z".split(), "a e i o u".split()
CODAS = ["", "", "n", "l", "r", "s", "t"]
KINDS = [{"she", "her"}, {"he", "his", "him"}, {"the", "a"}, {"to", "with", "at", "for"}]


def pseudoword(word, chance):
    """Syllables that are no word of the stories, about as long as the word, with its capital."""
    made = ""
    while len(made) < max(2, len(word)):
        made += chance.choice(ONSETS) + chance.choice(NUCLEI) + chance.choice(CODAS)
    made = made[:max(2, len(word))]
    return made.capitalize() if word[0].isupper() else made


class Tokens:
    """How many tokens the demo model's tokenizer makes of a text: its merges, applied to letters, digits and signs."""

    def __init__(self, path):
        with open(path) as file:
            self.rank = {tuple(pair): rank for rank, pair in enumerate(json.load(file)["model"]["merges"])}

    def count(self, text):
        return sum(len(self.merged(list(word.replace(" ", "\u0120"))))
                   for word in re.findall(r" ?[A-Za-z]+| ?[0-9]| ?[^\sA-Za-z0-9]+", text))

    def merged(self, parts):
        while len(parts) > 1:
            best = min(zip(parts, parts[1:]), key=lambda pair: self.rank.get(pair, math.inf))
            if best not in self.rank:
                break
            joined = []
            for part in parts:
                if joined and (joined[-1], part) == best:
                    joined[-1] += part
                else:
                    joined.append(part)
            parts = joined
        return parts


def conditions(text, tokens, chance):
    """COUNT different sentences in random order, each with its words, jabberwocky and nonwords, all long enough."""
    every = sorted({s.strip() + "." for s in re.split(r"[.!?\n]", text) if len(s.split()) > 5})
    chance.shuffle(every)
    pool = re.findall("[A-Za-z]+", " ".join(every))

    def swapped(sentence, kept):
        return re.sub("[A-Za-z]+", lambda m: m[0] if m[0].lower() in kept else pseudoword(m[0], chance), sentence)

    found = {name: [] for name in CONDITIONS}
    for sentence in every:
        made = (sentence, " ".join(chance.choice(pool) for _ in sentence.split()).lower(),
                swapped(sentence, FUNCTION_WORDS), re.sub("[^a-z ]", "", swapped(sentence, ()).lower()))
        if len(found["sentences"]) < COUNT and all(tokens.count(x) >= LEAST for x in made):
            for name, x in zip(CONDITIONS, made):
                found[name].append(x)
    assert len(found["sentences"]) == COUNT, "too few sentences are long enough"
    return found


def features(text, is_sentence):
    """What a trial holds: whether it is a sentence, and how often some words are in it."""
    words = re.findall("[a-z]+", text.lower())
    return [3 * float(is_sentence)] + [sum(word in kind for word in words) for kind in KINDS]


def standardized(values):
    mean = sum(values) / len(values)
    deviation = math.sqrt(sum((x - mean) ** 2 for x in values) / len(values))
    return [(x - mean) / deviation for x in values]


def responses(trials, chance):
    """The lines of the table: trial, group of consecutive trials, synthetic responses."""
    known = list(zip(*(features(text, name.startswith("sentences")) for name, text in trials)))
    made = []
    for _ in range(RESPONSES):
        weights = [chance.gauss(0, 1) for _ in known]
        signal = standardized([sum(w * x for w, x in zip(weights, row)) for row in zip(*known)])
        made.append([x + 0.75 * chance.gauss(0, 1) for x in signal])
    size = -(-len(trials) // GROUPS)
    yield "stimulus,group," + ",".join(f"synthetic {k + 1}" for k in range(RESPONSES))
    for number, (name, _) in enumerate(trials):
        yield f"{name},{number // size}," + ",".join(f"{column[number]:.4f}" for column in made)


def passage(text, frequency, chance):
    """A story with synthetic times: longer for longer words, shorter for frequent ones, in milliseconds."""
    times = [round(170 + 9 * len(word) - 10 * math.log2(frequency(word)) + 25 * chance.gauss(0, 1), 1)
             for word in text.split()]
    return {"text": text, "times": times}


def written(path, lines):
    with open(path, "w") as file:
        file.writelines(line + "\n" for line in lines)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else HERE
    os.makedirs(os.path.join(folder, "stimuli"), exist_ok=True)
    chance = random.Random(SEED)
    with open(os.path.join(DEMO, "text", "story.txt")) as file:
        text = file.read()
    made = conditions(text, Tokens(os.path.join(DEMO, "model", "tokenizer.json")), chance)
    for name, texts in made.items():
        written(os.path.join(folder, "stimuli", f"{name}.jsonl"),
                (json.dumps({"id": f"{name} {k}", "text": x}) for k, x in enumerate(texts)))
    trials = [(f"{name} {k}", x) for name in ("sentences", "words") for k, x in enumerate(made[name])]
    written(os.path.join(folder, "stimuli", "trials.jsonl"), (json.dumps({"id": i, "text": x}) for i, x in trials))
    chance.shuffle(trials)
    written(os.path.join(folder, "responses.csv"), responses(trials, chance))
    every = text.split()
    stories = text.splitlines()[:6]
    written(os.path.join(folder, "passages.jsonl"),
            (json.dumps(passage(story, lambda word: every.count(word) / len(every), chance)) for story in stories))


if __name__ == "__main__":
    main()
