"""Prints what MLflow's own client reads of an experiment, as one line of JSON: argv = name of the experiment."""

import json
import sys

import mlflow


def files(client, run, folder=""):
    for entry in client.list_artifacts(run, folder):
        if entry.is_dir:
            yield from files(client, run, entry.path)
        else:
            yield entry.path


def read(client, experiment, run):
    points = [
        [key, point.step, point.value]
        for key in run.data.metrics
        for point in client.get_metric_history(run.info.run_id, key)
    ]
    traces = mlflow.search_traces(
        locations=[experiment], run_id=run.info.run_id, max_results=10_000, return_type="list"
    )
    spans = [span for trace in traces for span in trace.data.spans]
    return {
        "id": run.info.run_id,
        "name": run.info.run_name,
        "status": run.info.status,
        "params": run.data.params,
        "tags": run.data.tags,
        "points": points,
        "inputs": [[one.dataset.name, one.dataset.digest] for one in run.inputs.dataset_inputs],
        "files": sorted(files(client, run.info.run_id)),
        "traces": len(traces),
        "calls": [[span.name, span.inputs["messages"], span.outputs] for span in spans if span.span_type == "LLM"],
        "models": len(run.outputs.model_outputs),
    }


client = mlflow.MlflowClient()
experiment = client.get_experiment_by_name(sys.argv[1])
runs = [] if experiment is None else client.search_runs([experiment.experiment_id], max_results=10_000)
print(json.dumps([read(client, experiment.experiment_id, run) for run in runs]))
