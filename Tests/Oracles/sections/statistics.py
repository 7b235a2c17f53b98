"""Statistics of every unit."""
NAMES = ("mean", "std", "abs", "sqrt", "rms", "freq", "min", "max")


def configuration(inputs, texts):
    return {"texts": texts.names(inputs["rows"])}


def exported(study, units, inputs):
    unit = {site: {f"layer{layer}": {name: group[name][layer] for name in NAMES} for layer in inputs["layers"]}
            for site, group in units.items()}
    sums = {site: {name: study[f"{site}_{name}"][()] for name in NAMES} for site in units}
    return {"positions": study["positions"][0],
            "unit": unit, "sum_over_units": sums}
