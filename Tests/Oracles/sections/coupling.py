"""Coupling of blocks: Jacobians, their coupling over depth, tokens and contexts, paths, and untrained hosts."""

from math import log, sqrt

# The first that matches counts. The two exact rules hold up to the rounding of float32, whatever the oracle's rounding is; m_K is
# as exact as singular vectors are.
TOLERANCES = [
    (r"_rule$|backwards_in_time$", 1e-3, True),
    (r"/coupling/|/(token|context_inputs|context_outputs)/|/(ujv|vju|adjacent|null)/", 5e-3, False),
    (r"", 1e-3, False),
]
# The closed form of a block is the oracle's check of its own automatic differentiation.
NOT_OURS = [r"closed_form_error"]

PATHS = {"lss": "line_shape", "lss_without_top": "line_shape_without_top", "growth_variation": "growth_variation",
         "growth_variation_without_top": "growth_variation_without_top", "growth_slope": "growth_slope", "growth_r2": "growth_r2",
         "linear_cosine": "linear_cosine", "first_last_cosine": "first_last_cosine", "top_dimension": "top_dimension",
         "top_dimension_share": "top_share", "inverse_sigma1_slope": "inverse_sigma1_slope",
         "inverse_sigma1_intercept": "inverse_sigma1_intercept", "inverse_sigma1_r2": "inverse_sigma1_r2"}
MEANS = ("lss", "growth_variation", "growth_r2", "growth_slope", "linear_cosine", "first_last_cosine", "inverse_sigma1_r2",
         "lss_without_top", "growth_variation_without_top", "top_dimension_share")


def configuration(inputs, texts):
    return {"prompts": texts.write("coupling_prompts.jsonl", [{"tokens": tokens} for tokens in inputs.values()]),
            "seeds": [1], "controls": ["uniform", "matched", "shuffled"], "tokens": 6, "draws": 8, "seed": 7}


def by_width(study, names):
    """{width: {name: numbers}} of arrays whose first axis is the width."""
    return {str(int(width)): {name: values[k] for name, values in names.items()} for k, width in enumerate(study["width"][()])}


def prompt(study, p, tokens):
    layers = len(study["layer"])
    norms = study["stream_norm"][0, p]
    path = {name: study[own][0, p] for name, own in PATHS.items()}
    path["top_dimension"] = int(path["top_dimension"])
    path |= {"lss_of_right_angles": sqrt(layers), "norms": norms, "log_growth": [log(b / a) for a, b in zip(norms, norms[1:])],
             "sigma1": study["singular_value"][0, p, :, 0], "fit_from": 10 if layers >= 12 else 1}
    jacobians = [{"frobenius": study["frobenius"][0, p, l], "trace": study["trace"][0, p, l], "corner": study["corner"][0, p, l],
                  "times_probe": study["times_probe"][0, p, l], "probe_times": study["probe_times"][0, p, l],
                  "sigma": study["singular_value"][0, p, l, :12]} for l in range(layers)]
    return {"tokens": tokens, "jacobian": jacobians, "path": path, "coupling": by_width(study, {
        "ujv": study["coupling"][0, p], "vju": study["coupling_exchanged"][0, p], "ujv_trace": study["coupling_trace"][0, p],
        "vju_trace": study["coupling_exchanged_trace"][0, p]})}


def detail(study, p):
    names = [name.decode() if isinstance(name, bytes) else name for name in study["variant"][()]]
    found = {name: by_width(study, {"ujv": study["variant_coupling"][v, p], "vju": study["variant_coupling_exchanged"][v, p]})
             for v, name in enumerate(names)}
    frobenius = {name: study["variant_frobenius"][v, p] for v, name in enumerate(names)}
    return found | {
        "layer": len(study["layer"]) // 2, "positions": study["position"][p], "frobenius_inputs": frobenius["context_inputs"],
        "frobenius_outputs": frobenius["context_outputs"], "backwards_in_time": study["backwards_in_time"][0, p],
        "attention_rule": study["attention_rule"][0, p], "mlp_rule": study["mlp_rule"][0, p]}


def host(study, h):
    means = by_width(study, {
        "ujv": study["mean"][h].mean(0), "vju": study["mean_exchanged"][h].mean(0), "adjacent": study["adjacent"][h].mean(0),
        "null": study["null"][h].mean(0)})
    found = {name: {width: values[name] for width, values in means.items()} for name in ("ujv", "vju", "adjacent", "null")}
    found |= {name: study[PATHS[name]][h].mean() for name in MEANS}
    return found | {"sigma1": study["singular_value"][h, :, :, 0].mean(0), "norms": study["stream_norm"][h].mean(0)}


def exported(study, units, inputs):
    prompts = {name: prompt(study, p, tokens) for p, (name, tokens) in enumerate(inputs.items())}
    prompts[next(iter(inputs))]["detail"] = detail(study, 0)
    labels = [name.decode() if isinstance(name, bytes) else name for name in study["host"][()]]
    return {"prompts": prompts, "hosts": {name.split()[0]: host(study, h) for h, name in enumerate(labels)}}
