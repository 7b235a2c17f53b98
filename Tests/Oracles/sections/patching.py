"""Paragraph patching."""


def configuration(inputs, texts):
    lines = [{"before": row["before"], "after": row["after"], "other": row["other"]} for row in inputs["rows"]]
    return {"paragraphs": texts.write("paragraphs.jsonl", lines), "given": inputs["given"],
            "generated": inputs["generated"], "steps": inputs["steps"], "by_layer": inputs["by_layer"]}


def exported(study, units, inputs):
    labels = lambda name: [x.decode() if isinstance(x, bytes) else x for x in study[name][()]]
    known = lambda values: [float(x) for x in values if x == x]     # what is given, or beyond the text's end, is missing
    conditions, contexts = labels("condition"), labels("context")
    found = {
        "losses": {name: [known(row) for row in study["loss"][k]] for k, name in enumerate(conditions)},
        "mean_loss": {name: study["mean_loss"][k] for k, name in enumerate(conditions)},
        "greedy": {name: {"tokens": study["greedy_tokens"][k], "smallest_gap": study["smallest_gap"][k]}
                   for k, name in enumerate(contexts)},
        "tfidf_distance": {name: {"rows": study["tfidf_distance"][k], "mean": study["tfidf_distance_mean"][k]}
                           for k, name in enumerate(contexts)},
        "route_difference": study["route_difference"][0]}
    if "transferred" in contexts:
        found["tfidf_distance"]["transferred_to_other_rows"] = (
            study["tfidf_distance_to_other_rows"][contexts.index("transferred")])
    if inputs["by_layer"]:
        found["by_layer"] = {name: study["loss_by_layer"][k] for k, name in enumerate(labels("layers"))}
    return found
