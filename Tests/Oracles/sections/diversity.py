"""Diversity: next tokens, samples, clusters of their states, and returns to these; a mutant as the other host."""
import json


def text(name, value, texts):
    """The name of a text that "@set" stands for, or a list of such for their rows one after the other, or rows."""
    if isinstance(value, str):
        return texts.names(value)[0]
    rows = []
    for part in value:
        if isinstance(part, str):
            with open(texts.entries[texts.names(part)[0]]["path"]) as file:
                rows += [json.loads(line)["tokens"] for line in file]
        else:
            rows.append(part)
    return texts.add("diversity_" + name, rows)


def configuration(inputs, texts):
    names = ("samples", "steps", "temperature", "seed", "layer", "k", "positions", "rank", "repeats", "disturbed")
    section = {name: inputs[name] for name in names}
    section["texts"] = [text(name, value, texts) for name, value in inputs["texts"].items()]
    section["prompts"] = texts.write("diversity_prompts.jsonl", [{"tokens": inputs["prompt"]}])
    if inputs.get("mutant"):
        section["against"] = inputs["mutant"]
    return section


def said(study, host, inputs):
    """What one host says."""
    next_token = {}
    for t, name in enumerate(inputs["texts"]):
        first = (study["place_text"][()] == t) & (study["place_row"][()] == 0)
        next_token[name] = {
            "mean_bits": study["entropy"][host, t], "quantiles_bits": study["entropy_quantile"][host, t],
            "mean_effective_vocabulary": study["effective_vocabulary"][host, t],
            "mean_top_probability": study["top_probability"][host, t],
            "first_row_bits": study["next_token_entropy"][host, first]}
    texts = {f"distinct{n + 1}": study["distinct"][host, 0, n] for n in range(3)}
    return {"next_token": next_token, "samples": study["sample_token"][host, 0],
            "texts": texts | {"self_bleu": study["self_bleu"][host, 0]}}


def exported(study, units, inputs):
    found = said(study, 0, inputs)
    found["clusters"] = {
        "labels": study["sample_cluster"][0], "sizes": study["cluster_size"][0], "silhouette": study["silhouette"][0],
        "silhouette_shuffled": study["silhouette_shuffled"][0], "entropy_bits": study["cluster_entropy"][0],
        "mean_cosine_distance": study["mean_cosine_distance"][0]}
    found["attractors"] = {
        f"position{at}": {"return_rate": study["return_rate"][0, p], "base_rate": study["base_rate"][0, p]}
        for p, at in enumerate(inputs["positions"])}
    if inputs.get("mutant"):
        found["mutant"] = said(study, 1, inputs)
    return found
