"""Sparse autoencoders."""
import math
import os

from sections.gradients import gradient, tensors

# A check of the oracle itself.
SKIPPED = "central_difference"
KINDS = {"topk": lambda inputs: inputs["k"], "relu": lambda inputs: inputs["l1"]}
TENSORS = ("W_enc", "W_dec", "b_enc", "b_dec")


def configurations(inputs, texts):
    autoencoders = [{kind: value(inputs), "dead_after": inputs["dead_after"][kind]} for kind, value in KINDS.items()]
    return {"trained": {"autoencoder": {
        "training": [texts.add("rows", inputs["rows"])], "evaluation": [texts.add("held", inputs["held"])],
        "site": "res_post", "layer": inputs["layer"], "features": inputs["features"], "autoencoders": autoencoders,
        "steps": 100, "batch": inputs["batch"], "learning_rate": inputs["lr"], "revive_every": inputs["revive_every"],
        "shuffle": False, "seed": 1, "gradients": "gradients.safetensors"}}}


def exported(runs, folder, inputs):
    study, found = runs["trained"]["autoencoder"], {}
    gradients = tensors(os.path.join(folder, "gradients.safetensors"))
    labels = [x.decode() if isinstance(x, bytes) else x for x in study["autoencoder"][()]]
    whole = {name: study[f"cross_entropy_{name}"][0] for name in ("model", "zero", "mean")}
    for place, label in enumerate(labels):
        kind = label.split()[0]
        own = {name: study[name][place] for name in study if study[name].shape[:1] == (len(labels),)}
        steps = [k for k in range(len(own["loss_of_batch"])) if k < 10 or k % 10 == 0]
        parts = [gradient(gradients[f"{label.replace(' ', '-')}.{name}"], 22, j) for j, name in enumerate(TENSORS)]
        found[kind] = {
            "positions": int(study["positions"][0]), "scale": own["scale"], "first_loss": own["loss_of_batch"][0],
            "first_fvu": own["fvu_of_batch"][0], "tensor": parts,
            "all_along_probe": math.fsum(part["along_probe"] for part in parts),
            "steps": {str(k): [float(own[f"{name}_of_batch"][k]) for name in ("loss", "fvu", "active")] for k in steps},
            "dead": {str(k): int(own["dead_of_batch"][k]) for k in steps}, "revived": int(own["revived"]),
            "loss_first_batch_at_the_end": own["loss_of_first_batch_at_the_end"], "norms": own["norm"],
            "quality": {
                "fvu": own["fvu"], "l0": own["active"], "never_fired": int(own["never_fired"]),
                "ce": {**whole, "reconstruction": own["cross_entropy_reconstruction"]},
                "recovered_from_zero": own["recovered_from_zero"], "recovered_from_mean": own["recovered_from_mean"]}}
    return found
