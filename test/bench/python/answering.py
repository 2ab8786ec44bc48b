"""The peer's end of the conversation: a command a line on stdin, an answer a line on stdout, both JSON objects.

`{"command": "step", "count": 3}` calls `step(count=3)`; what it returns is the answer, with `peakMemoryBytes` of this process
added. A command that fails is answered by `{"error": "..."}`. The other end is `../conversation.mjs`.
"""

import json
import os
import sys
import traceback

from peak_memory import peak_memory_bytes


def answer_commands(commands):
    """Answers until stdin is closed. `commands`: functions by name, of keyword arguments, returning a dict."""
    # What libraries print must not come between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        arguments = json.loads(line)
        name = arguments.pop("command")
        try:
            answer = commands[name](**arguments)
            answer["peakMemoryBytes"] = peak_memory_bytes()
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)
