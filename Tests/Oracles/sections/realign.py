"""Side networks trained through the frozen model."""
import math
import os

import numpy

from sections.gradients import gradient, tensors

# A check of the oracle itself.
SKIPPED = "central_difference"
# Ranks of nearly equal scores turn with the last digits of float32.
LOOSE = ("spearman", 5e-3)
RUNS = {"plain": {}, "published": {"quirks": True}, "plain_l1": {"penalty": 0.0001}}
NAMES = [f"{kind}{layer}" for layer in range(5) for kind in "wb"]


def configurations(inputs, texts):
    styles = {style: {role: texts.write(f"{style}-{key}.jsonl", [{"tokens": row} for row in data[key]])
                      for role, key in (("training", "rows"), ("evaluation", "held"))} for style, data in inputs.items()}
    return {run: {"realignment": {"styles": styles, "width": 32, "seeds": [1], "steps": 10, "batch": 8, "decay": 1,
                                  "learning_rate": 0.001, "shuffle": False, "watch": True, "controls": "none",
                                  "gradients": f"{run}-gradients.safetensors", **more}} for run, more in RUNS.items()}


def striation(study, place, prefix):
    whole = {name: study[name][0] for name in ("eta2_expected", "sign_agreement_expected")}
    value = lambda name: study[prefix + name][place]
    eta2 = {part: {"index": value(f"eta2_index{words}"), "layer": value(f"eta2_layer{words}"),
                   "expected": whole["eta2_expected"], "excess": value(f"excess{words}")}
            for part, words in (("eta2", ""), ("eta2_absolute", "_of_magnitudes"))}
    covariates = [x.decode() if isinstance(x, bytes) else x for x in study["covariate"][()]]
    return {**eta2, "sign_agreement": {"value": value("sign_agreement"), "expected": whole["sign_agreement_expected"]},
            "score": value("score"), "top": numpy.argsort(-value("score"), kind="stable")[:10], "top_share": value("top_share"),
            "spearman": dict(zip(covariates, value("correlation")))}


def exported(runs, folder, inputs):
    found = {}
    for place, style in enumerate(inputs):
        found[style] = {"width": 32, "seed": 1, "lr": 0.001, "slots": list(range(len(runs["plain"]["realignment"]["layer"])))}
        for run, studies in runs.items():
            study = studies["realignment"]
            gradients = tensors(os.path.join(folder, f"{run}-gradients.safetensors"))
            parts = [gradient(gradients[f"{style}.1.{name}"], 21, j) for j, name in enumerate(NAMES)]
            losses = [*study["loss_of_batch"][place], study["loss_of_next_batch"][place]]
            found[style][run] = {
                "loss": losses[0], "tensor": parts, "res_mid_norm": study["first_gradient_length"][place],
                "all_along_probe": math.fsum(part["along_probe"] for part in parts),
                "host_loss": study["held_loss_host"][place], "untrained_striation": striation(study, place, "untrained_"),
                "losses": [float(x) for x in losses],
                "held_losses": [float(x) for x in (*study["held_loss_of_step"][place], study["held_loss"][place])],
                "striation_after_ten": striation(study, place, ""), "weights_after_ten": study["norm"][place]}
    return found
