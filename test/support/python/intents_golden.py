"""Prints the golden values of test/science/intent-predictor.test.ts. Needs PyTorch 2.13: python3 intents_golden.py

The intent predictor of science C.7 written out in PyTorch. Weights are given by a formula that both sides calculate.
"""

import math

import torch
from torch.nn import functional as F

D, INTENTS, TEMPERATURE = 4, 3, 0.5

torch.set_default_dtype(torch.float64)


def numbers(number, *shape):
    """Element i of tensor number n is sin(0.37 i² + i + n) / 2."""
    at = torch.arange(math.prod(shape), dtype=torch.float64)
    return (0.37 * at**2 + at + number).sin().reshape(shape) / 2


embedding = numbers(0, INTENTS, D)
w1, b1, w2, b2 = numbers(1, D, D), numbers(2, D), numbers(3, D, D), numbers(4, D)
key, value, output = numbers(5, D, D), numbers(6, D, D), numbers(7, D, D)
gate, gate_bias, prior = numbers(8, 2 * D, D), numbers(9, D), numbers(10, INTENTS)
h = numbers(11, 2, D)

q = F.gelu(h @ w1 + b1) @ w2 + b2
a = q @ (embedding @ key).T / math.sqrt(D) + prior
p = torch.softmax(a / TEMPERATURE, -1)
z = p @ (embedding @ value)
g = torch.sigmoid(torch.cat([h, z], 1) @ gate + gate_bias)

for name, rows in (("p", p), ("h' gated", h + g * (z @ output)), ("h' add", h + z @ output)):
    print(name, [[round(x, 6) for x in row] for row in rows.tolist()])
