"""Overlap and concentration of the units of tasks, and cross-pruning."""
ARRANGEMENTS = {"clusters": "trained", "random_clusters": "random_clusters", "random_neurons": "random_neurons",
                "random_both": "random_both", "pseudo_tasks": "pseudo_tasks"}
OVERLAPS = {"overlap": "matrix", "overlap_mean": "mean", "overlap_median": "median", "overlap_deviation": "deviation",
            "overlap_within_layers": "expected_within_layers", "overlap_rate_matched": "expected_rate_matched",
            "overlap_pseudo_tasks": "mean_of_pseudo_tasks"}


def configuration(inputs, texts):
    """Each name of a task stands for one text, or for some."""
    group = lambda tasks: {task: texts.names(rows) for task, rows in tasks.items()}
    return {"tasks": group(inputs["tasks"]), "evaluation": group(inputs["evaluation"]), "percents": sorted(inputs["percents"]),
            "layers": inputs["layers"], "clusters": inputs["clusters"], "seeds": inputs["seeds"],
            "goals": sorted(inputs["goals"]), "untrained": inputs["untrained"]}


def structure(study, host, percents):
    labels = [x.decode() if isinstance(x, bytes) else x for x in study["arrangement"][()]]
    overlap, concentration = {}, {}
    for p, percent in enumerate(percents):
        overlap[f"percent{percent}"] = {theirs: study[ours][host, p] for ours, theirs in OVERLAPS.items()}
        overlap[f"percent{percent}"]["chance"] = study["overlap_chance"][p]
        concentration[f"percent{percent}"] = {
            ARRANGEMENTS[label]: study["concentration"][host, a, p] for a, label in enumerate(labels)}
        concentration[f"percent{percent}"]["packed"] = study["concentration_packed"][p]
    objective = {"reference": study["objective_best"][host], "random": study["objective_random"][host]}
    return {"mix_importance": study["importance"][host], "overlap": overlap, "selected": study["selected"][host],
            "clusters": {"objective": objective, "labels": study["cluster"][host], "concentration": concentration}}


def exported(study, units, inputs):
    percents, goals = sorted(inputs["percents"]), sorted(inputs["goals"])
    found = structure(study, 0, percents)
    found["tasks"] = list(inputs["tasks"])
    found["cross_pruning"] = {f"goal{goal}": {"removed": study["removed"][g], "kept": study["kept"][g]}
                              for g, goal in enumerate(goals)}
    if inputs["untrained"]:
        found["untrained"] = structure(study, 1, percents)
    return found
