"""Reads a safetensors file into numpy arrays: 8 bytes with the length of a JSON header, the header, the numbers."""

import json

import numpy as np

DTYPES = {"F32": np.float32, "F64": np.float64, "I32": np.int32, "I64": np.int64, "U8": np.uint8}


def read_safetensors(path):
    """Returns (arrays by name, metadata)."""
    with open(path, "rb") as file:
        content = file.read()
    begin = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:begin])
    metadata = header.pop("__metadata__", {})
    arrays = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        numbers = np.frombuffer(content[begin + first : begin + last], DTYPES[entry["dtype"]])
        arrays[name] = numbers.reshape(entry["shape"])
    return arrays, metadata


def read_sessions(path):
    """Returns (sessions as arrays of item ids from 1, oldest first; number of items)."""
    arrays, metadata = read_safetensors(path)
    return np.split(arrays["items"], arrays["offsets"][1:-1]), int(metadata["itemCount"])
