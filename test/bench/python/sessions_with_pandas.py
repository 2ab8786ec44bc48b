"""Sessions from whole histories under leave-one-out, in pandas: what Sprintlab's sessions stage does, with the same result."""

import time

import numpy as np
import pandas
from answering import answer_commands
from safetensors_file import read_safetensors

# A history gives an input, a validation target and a test target.
SHORTEST = 3


def run(interactions, minItemCount):
    """{seconds, and the interactions of training, validation and test}."""
    started = time.perf_counter()
    arrays, _ = read_safetensors(interactions)
    frame = pandas.DataFrame({name: arrays[name] for name in ("user", "item", "order")})
    frame = filtered(frame.sort_values(["user", "order"], kind="stable"), minItemCount)
    ids = np.unique(frame["item"], return_inverse=True)[1] + 1
    from_end = frame.groupby("user").cumcount(ascending=False).to_numpy()
    parts = {part: ids[from_end >= left_out] for part, left_out in (("train", 2), ("valid", 1), ("test", 0))}
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "counts": {part: len(items) for part, items in parts.items()}}


def filtered(frame, min_item_count):
    """Rare items, immediate repeats and short histories leave, until nothing changes."""
    while True:
        before = len(frame)
        frame = frame[frame.groupby("item")["item"].transform("size") >= min_item_count]
        is_repeat = (frame["item"] == frame["item"].shift()) & (frame["user"] == frame["user"].shift())
        frame = frame[~is_repeat]
        frame = frame[frame.groupby("user")["user"].transform("size") >= SHORTEST]
        if len(frame) == before:
            return frame


answer_commands({"run": run})
