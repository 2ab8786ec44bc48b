"""Does to the runs of an experiment what people do: argv = name of the experiment."""

import sys

import mlflow

client = mlflow.MlflowClient()
experiment = client.get_experiment_by_name(sys.argv[1]).experiment_id
runs = client.search_runs([experiment], max_results=1000)


def first(kind, **tags):
    wanted = {"sprintlab.kind": kind, **tags}
    return next(run for run in runs if wanted.items() <= run.data.tags.items()).info.run_id


client.delete_run(first("trial", **{"sprintlab.arm": "popularity"}))
random = first("trial", **{"arm.selection.strategy": "random"})
client.set_tag(random, "mlflow.note.content", "nothing to see")
client.set_tag(random, "their.own", "remark")
client.set_terminated(random, "FAILED")
client.log_param(first("submission"), "their.own", "remark")
client.log_metric(first("trial", **{"arm.selection.strategy": "uncertainty"}), "hr_at_20", 0.99, step=0)
profiling = first("profiling")
traces = mlflow.search_traces(locations=[experiment], run_id=profiling, max_results=3, return_type="list")
client.delete_traces(experiment, trace_ids=[trace.info.trace_id for trace in traces])
print("0")
