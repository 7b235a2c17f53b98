#!/usr/bin/env python3
"""make_styles.py [FOLDER]: the styles of configs/studies/realignment.yaml, made from the demo's story text.

    styles/plain.jsonl  48 beginnings of stories, three sentences each, as the demo model learned such stories
    styles/sad.jsonl    the same, with "It was sad." behind every sentence
    styles/loud.jsonl   the same in capitals
    styles/held-*.jsonl 12 other stories of each style

All of it is of this project's own making: the demo's maker wrote the stories by rules."""
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
STORIES = os.path.join(HERE, "..", "demo", "text", "story.txt")
LEARNED, HELD, SENTENCES = 48, 12, 3
STYLES = {
    "plain": " ".join,
    "sad": lambda sentences: " ".join(f"{sentence} It was sad." for sentence in sentences),
    "loud": lambda sentences: " ".join(sentences).upper(),
}


def main():
    folder = os.path.join(sys.argv[1] if len(sys.argv) > 1 else HERE, "styles")
    os.makedirs(folder, exist_ok=True)
    with open(STORIES) as file:
        stories = [re.findall(r"[^.]+\.", line)[:SENTENCES] for line in file]
    stories = [tuple(sentence.strip() for sentence in story) for story in stories if len(story) == SENTENCES]
    stories = list(dict.fromkeys(stories))
    for name, style in STYLES.items():
        for file_name, part in ((name, stories[:LEARNED]), (f"held-{name}", stories[LEARNED:LEARNED + HELD])):
            with open(os.path.join(folder, file_name + ".jsonl"), "w") as file:
                file.writelines(json.dumps({"text": style(story)}) + "\n" for story in part)


if __name__ == "__main__":
    main()
