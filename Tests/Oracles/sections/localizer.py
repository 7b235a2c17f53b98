"""Language units."""
import csv
import os

POOLINGS, MODES = ("last", "mean"), ("signed", "absolute")


def table(responses, texts):
    """The table of responses as a file; stimuli are the rows of a text, in their order."""
    path = os.path.join(texts.folder, "responses.csv")
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["stimulus", "group"] + [f"response {k}" for k in range(len(responses["values"][0]))])
        for number, (group, values) in enumerate(zip(responses["groups"], responses["values"])):
            writer.writerow([number, group] + values)
    return {"table": path, "stimuli": texts.add("stimuli", responses["stimuli"]), "site": responses["hook"],
            "layer": responses["layer"], "synthetic": responses["synthetic"], "ceiling": responses["ceiling_r"]}


def configuration(inputs, texts):
    named = lambda group: {name: texts.names(value)[0] for name, value in group.items()}
    keys = ("tokens", "words", "times", "sentence_start")
    passages = texts.write("passages.jsonl", [{key: passage[key] for key in keys} for passage in inputs["passages"]])
    section = {"conditions": named(inputs["conditions"]), "contrast": inputs["contrast"],
               "evaluation": named(inputs["evaluation"]), "sites": inputs["hooks"], "seeds": inputs["seeds"],
               "permille": inputs["permille"], "alphas": inputs["alphas"],
               "passages": {"path": passages, "synthetic": True}}
    if inputs["responses"]:
        section["responses"] = table(inputs["responses"], texts)
    return section


def exported(study, units, inputs):
    labels = lambda name: [x.decode() if isinstance(x, bytes) else x for x in study[name][()]]
    number = lambda name: study[name][()].item()
    sites, sets, conditions, names = (labels(name) for name in ("any_site", "set", "condition", "text"))
    controls = ["selected", "matched"] + [f"random_seed{seed}" for seed in inputs["seeds"]]
    contrast = {pooling: {mode: {site: {
        "t": units[site][f"localizer_t_{pooling}_{mode}"][()],
        "p_of_unit_0": units[site][f"localizer_p_{pooling}_{mode}"][:, 0],
        "discoveries": study["discoveries"][s, k, m]} for s, site in enumerate(sites)}
        for m, mode in enumerate(MODES)} for k, pooling in enumerate(POOLINGS)}
    hooks = {}
    for h, hook in enumerate(inputs["hooks"]):
        for m, mode in enumerate(MODES):
            place = {name: (h, m, sets.index(name)) for name in controls}
            hooks.setdefault(hook, {})[mode] = {
                "units": {name: [x for x in study["units"][at] if x >= 0] for name, at in place.items()},
                "profile": {name: dict(zip(conditions, study["profile"][at])) for name, at in place.items()},
                "rise": {name: dict(zip(names, study["rise"][at])) for name, at in place.items()}}
    found = {"contrast": contrast, "hooks": hooks, "cross_entropy": dict(zip(names, study["cross_entropy"][()]))}
    if inputs["responses"]:
        found["alignment"] = {"alpha": study["alpha"][0]} | {
            name: {"r": study[f"r_{name}"][0], "median_r": study[f"median_r_{name}"][0]} for name in ("leave_one_out", "grouped")}
    bits, passage = study["surprisal"][()], study["passage"][()]
    found["surprisal"] = {"bits": [bits[passage == k] for k in range(len(inputs["passages"]))],
                          "r": number("surprisal_r"), "words": number("compared_words")}
    return found
