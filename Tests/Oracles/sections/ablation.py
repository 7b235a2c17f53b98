"""Ablation curves."""
MEASURES = ("cross_entropy", "top1", "top10", "skip50")


def configuration(inputs, texts):
    return {"statistics": texts.names(inputs["statistics"]), "evaluation": texts.names(inputs["evaluation"]),
            "sites": inputs["hooks"], "seeds": inputs["seeds"], "fractions": [tenth / 10 for tenth in inputs["tenths"]],
            "resample": texts.add("resample", [inputs["resample"]])}


def exported(study, units, inputs):
    labels = lambda name: [x.decode() if isinstance(x, bytes) else x for x in study[name][()]]
    found = {"none": {name: study[f"{name}_unedited"][0] for name in MEASURES}, "commonest": study["commonest"][()]}
    for s, site in enumerate(labels("site")):
        found[site] = here = {
            "fullest_bin_count": units[site]["ablation_fullest_bin_count"][()],
            "second_bin_count": units[site]["ablation_second_bin_count"][()],
            "order": {f"seed{seed}": study["first_units"][s, k] for k, seed in enumerate(inputs["seeds"])}}
        for m, method in enumerate(labels("method")):
            here[method] = {f"seed{seed}": {name: study[name][s, m, k] for name in MEASURES}
                            for k, seed in enumerate(inputs["seeds"])}
            here[method]["half_but_first_position"] = {
                name: study[f"{name}_half_but_first_position"][s, m] for name in MEASURES}
            if method in ("mean", "peak"):
                here[method]["constant"] = units[site][f"ablation_{method}"][()]
    return found
