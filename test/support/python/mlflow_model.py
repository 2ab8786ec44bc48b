"""Loads the model of a run with `mlflow.onnx` and `mlflow.pyfunc`, and prints the shapes of what it answers: argv = run."""

import json
import sys

import mlflow
import numpy as np

uri = f"runs:/{sys.argv[1]}/model"
inputs = [entry.name for entry in mlflow.onnx.load_model(uri).graph.input]
answer = mlflow.pyfunc.load_model(uri).predict({inputs[0]: np.array([[1, 2, 3]], dtype=np.int64)})
print(json.dumps({name: list(values.shape) for name, values in answer.items()}))
