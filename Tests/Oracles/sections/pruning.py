"""Selective pruning."""
MEASURES = ("forget_top1", "forget_cross_entropy", "retain_top1", "retain_cross_entropy")


def configuration(inputs, texts):
    names = {key: texts.names(inputs[key]) for key in ("forget", "retain", "forget_evaluation", "retain_evaluation")}
    return names | {"sites": inputs["hooks"], "importance": inputs["importances"], "percents": inputs["percents"],
                    "compared_percent": inputs["compared_percent"], "seeds": inputs["seeds"], "iterative": True,
                    "step": inputs["step"], "until": inputs["step"] * inputs["steps"]}


def exported(study, units, inputs):
    labels = lambda name: [x.decode() if isinstance(x, bytes) else x for x in study[name][()]]
    flat = lambda column: column[()].reshape(-1).nonzero()[0]
    percent, found = study["percent"][()], {}
    for s, site in enumerate(labels("site")):
        found[site] = here = {}
        for i, importance in enumerate(labels("importance")):
            here[importance] = {name: study[name][s, i] for name in MEASURES} | {
                "percent": percent, "area": study["area"][s, i],
                "score": units[site][f"pruning_score_{importance}"][()],
                "selected": flat(units[site][f"pruning_selected_{importance}"])}
        control = labels("control").index("random")
        for k, seed in enumerate(inputs["seeds"]):
            here[f"random_seed{seed}"] = {name: study[f"control_{name}"][s, control, k] for name in MEASURES} | {
                "percent": percent, "area": study["control_area"][s, control, k]}
        here["matched"] = {name: study[f"matched_{name}"][s] for name in MEASURES} | {
            "selected": flat(units[site]["pruning_matched"])}
        here["iterated_abs"] = {name: study[f"iterated_{name}"][s] for name in MEASURES} | {
            "percent": study["step"][()], "area": study["iterated_area"][s],
            "selected": flat(units[site]["pruning_step"])}
    return found
