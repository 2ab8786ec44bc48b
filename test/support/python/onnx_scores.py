"""What a model.onnx gives: python3 onnx_scores.py MODEL, sessions as JSON (padded with 0 to one length) on standard input."""

import json
import sys

import numpy
import onnxruntime

model = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
session = numpy.array(json.load(sys.stdin), dtype=numpy.int64)
names = [port.name for port in model.get_outputs()]
outputs = {name: rows.tolist() for name, rows in zip(names, model.run(names, {"session": session}))}
ports = [[port.name, port.type] for port in (*model.get_inputs(), *model.get_outputs())]
json.dump({"ports": ports, **outputs}, sys.stdout)
