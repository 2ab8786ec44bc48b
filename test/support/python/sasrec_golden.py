"""Prints the golden values of test/science/sasrec-golden.test.ts. Needs PyTorch 2.13: python3 sasrec_golden.py

SASRec (RecBole `sasrec.py`, `layers.py`) written out in PyTorch. Weights are given by a formula that both sides calculate.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

ITEMS, LENGTH, D, LAYERS, HEADS = 7, 4, 8, 2, 2
SESSIONS = [[3, 1, 7, 2], [5, 5], [6, 4, 1]]  # item ids, the last is a target only

torch.set_default_dtype(torch.float64)


def shapes():
    yield "embedding.items", (ITEMS, D)
    yield "embedding.positions", (LENGTH, D)
    yield from norm("embedding.norm")
    for layer in range(LAYERS):
        yield from linear(f"layers.{layer}.attention.input", D, 3 * D)
        yield from linear(f"layers.{layer}.attention.output", D, D)
        yield from norm(f"layers.{layer}.attention.norm")
        yield from linear(f"layers.{layer}.feedForward.input", D, 4 * D)
        yield from linear(f"layers.{layer}.feedForward.output", 4 * D, D)
        yield from norm(f"layers.{layer}.feedForward.norm")


def linear(name, inputs, outputs):
    return (f"{name}.weight", (inputs, outputs)), (f"{name}.bias", (outputs,))


def norm(name):
    return (f"{name}.gamma", (D,)), (f"{name}.beta", (D,))


def weight(number, shape):
    """Element i of weight number n is sin(0.37 i² + i + n) / 2."""
    at = torch.arange(math.prod(shape), dtype=torch.float64)
    return nn.Parameter((0.37 * at**2 + at + number).sin().reshape(shape) / 2)


def hidden(w, sessions):
    """After each item of each session, (batch, length, d)."""
    padded = nn.utils.rnn.pad_sequence([torch.tensor(s) - 1 for s in sessions], batch_first=True)
    length = padded.shape[1]
    x = F.embedding(padded, w["embedding.items"]) + w["embedding.positions"][:length]
    x = layer_norm(w, "embedding.norm", x)
    mask = torch.full((length, length), -1e9).triu(1)
    heads = lambda t: t.reshape(*t.shape[:2], HEADS, D // HEADS).transpose(1, 2)
    for layer in range(LAYERS):
        name = f"layers.{layer}"
        q, k, v = map(heads, dense(w, f"{name}.attention.input", x).chunk(3, -1))
        shares = torch.softmax(q @ k.transpose(2, 3) / math.sqrt(D // HEADS) + mask, -1)
        mixed = (shares @ v).transpose(1, 2).reshape(x.shape)
        x = layer_norm(w, f"{name}.attention.norm", x + dense(w, f"{name}.attention.output", mixed))
        inner = F.gelu(dense(w, f"{name}.feedForward.input", x))
        x = layer_norm(w, f"{name}.feedForward.norm", x + dense(w, f"{name}.feedForward.output", inner))
    return x


def dense(w, name, x):
    return x @ w[f"{name}.weight"] + w[f"{name}.bias"]


def layer_norm(w, name, x):
    return F.layer_norm(x, (D,), w[f"{name}.gamma"], w[f"{name}.beta"], 1e-12)


def rounded(numbers):
    return [round(number, 6) for number in numbers]


w = {name: weight(number, shape) for number, (name, shape) in enumerate(shapes())}
last = torch.stack([h[len(s) - 1] for h, s in zip(hidden(w, SESSIONS), SESSIONS)])
print("hidden after the whole sessions")
for row in last.tolist():
    print(rounded(row))
print("scores")
for row in (last @ w["embedding.items"].T).tolist():
    print(rounded(row))

print("losses of four steps of Adam, learning rate 0.01, gradients clipped to norm 0.38, no dropout")
optimizer = torch.optim.Adam(w.values(), lr=0.01)
for _ in range(4):
    inputs = [s[:-1] for s in SESSIONS]
    rows = torch.cat([h[: len(s)] for h, s in zip(hidden(w, inputs), inputs)])
    targets = torch.tensor([item - 1 for s in SESSIONS for item in s[1:]])
    loss = F.cross_entropy(rows @ w["embedding.items"].T, targets)
    optimizer.zero_grad()
    loss.backward()
    norm_before = nn.utils.clip_grad_norm_(w.values(), 0.38).item()
    optimizer.step()
    print(rounded([loss.item(), norm_before]))
