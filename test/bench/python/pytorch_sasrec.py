"""SASRec in PyTorch, eager, for the step that Sprintlab trains with.

The same objective: all positions of a sequence at once, cross entropy over all items, padded positions left out of it,
gradients clipped by their norm, Adam, dropout on embeddings, attention and both outputs of a layer. Of the ways to write it,
the fast ones: one product for query, key and value, and the fused kernel of Adam.
"""

import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from answering import answer_commands
from safetensors_file import read_sessions

EPSILON = 1e-12
PADDING = -1


class Layer(nn.Module):
    """Causal self-attention and feed-forward network, layer normalisation after each."""

    def __init__(self, dimension, heads, dropout):
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.query_key_value = nn.Linear(dimension, 3 * dimension)
        self.output = nn.Linear(dimension, dimension)
        self.inner = nn.Linear(dimension, 4 * dimension)
        self.outer = nn.Linear(4 * dimension, dimension)
        self.norm_attention = nn.LayerNorm(dimension, EPSILON)
        self.norm_feed_forward = nn.LayerNorm(dimension, EPSILON)

    def forward(self, x, mask):
        batch, length, dimension = x.shape
        parts = self.query_key_value(x).view(batch, length, 3, self.heads, dimension // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        weights = query @ key.transpose(-1, -2) / (dimension // self.heads) ** 0.5 + mask
        weights = self.drop(weights.softmax(-1))
        attended = (weights @ value).transpose(1, 2).reshape(batch, length, dimension)
        x = self.norm_attention(x + self.drop(self.output(attended)))
        return self.norm_feed_forward(x + self.drop(self.outer(F.gelu(self.inner(x)))))

    def drop(self, x):
        return F.dropout(x, self.dropout, self.training)


class SasRec(nn.Module):
    def __init__(self, items, length, dimension, layers, heads, dropout):
        super().__init__()
        self.dropout = dropout
        self.item = nn.Embedding(items, dimension)
        self.position = nn.Embedding(length, dimension)
        self.norm = nn.LayerNorm(dimension, EPSILON)
        self.layers = nn.ModuleList(Layer(dimension, heads, dropout) for _ in range(layers))
        self.register_buffer("mask", torch.full((length, length), -1e9).triu(1))
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                nn.init.normal_(module.weight, 0, 0.02)
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)

    def forward(self, sequences):
        """(B, L) rows of the item table to (B, L, d)."""
        x = self.norm(self.item(sequences) + self.position.weight)
        x = F.dropout(x, self.dropout, self.training)
        for layer in self.layers:
            x = layer(x, self.mask)
        return x


class Training:
    def __init__(self, sessions, length, dimension, layers, heads, dropout, batch, learningRate, clip, seed):
        torch.manual_seed(seed)
        sequences, items = read_sessions(sessions)
        self.inputs, self.targets = padded(sequences, length)
        self.model = SasRec(items, length, dimension, layers, heads, dropout)
        self.optimiser = torch.optim.Adam(self.model.parameters(), lr=learningRate, fused=True)
        self.batch, self.clip = batch, clip
        self.order = torch.empty(0, dtype=torch.int64)

    def step(self):
        """Returns (loss, number of targets)."""
        rows = self.next_rows()
        targets = self.targets[rows]
        is_target = targets != PADDING
        states = self.model(self.inputs[rows])[is_target]
        loss = F.cross_entropy(states @ self.model.item.weight.T, targets[is_target])
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.optimiser.step()
        return loss.item(), len(states)

    def next_rows(self):
        if len(self.order) < self.batch:
            self.order = torch.randperm(len(self.inputs))
        rows, self.order = self.order[: self.batch], self.order[self.batch :]
        return rows


def padded(sequences, length):
    """Sequences of at least two items to inputs and next items, both (n, L) rows of the item table.

    The padding of inputs is any row: it comes after the end, where nothing that counts looks.
    """
    long_enough = [sequence[-length - 1 :] for sequence in sequences if len(sequence) > 1]
    inputs = torch.zeros((len(long_enough), length), dtype=torch.int64)
    targets = torch.full((len(long_enough), length), PADDING, dtype=torch.int64)
    for row, sequence in enumerate(long_enough):
        tokens = torch.from_numpy(sequence.astype(np.int64)) - 1
        inputs[row, : len(tokens) - 1] = tokens[:-1]
        targets[row, : len(tokens) - 1] = tokens[1:]
    return inputs, targets


training = None


def prepare(**settings):
    global training
    training = Training(**settings)
    return {"sequences": len(training.inputs)}


def step(count):
    """`count` steps one after the other: {seconds, targets in all, mean loss}."""
    losses, targets = 0, 0
    started = time.perf_counter()
    for _ in range(count):
        loss, seen = training.step()
        losses += loss
        targets += seen
    return {"seconds": time.perf_counter() - started, "targets": targets, "loss": losses / count}


def head(targets, items, dimension, count):
    """The output layer alone: cross entropy of `targets` states over all items, with the gradients of states and item table."""
    torch.manual_seed(1)
    states = (torch.rand(targets, dimension) * 0.2 - 0.1).requires_grad_()
    table = (torch.rand(items, dimension) * 0.2 - 0.1).requires_grad_()
    wanted = torch.randint(0, items, (targets,))
    started = time.perf_counter()
    for _ in range(count):
        states.grad = table.grad = None
        F.cross_entropy(states @ table.T, wanted).backward()
    return {"seconds": time.perf_counter() - started}


torch.set_num_threads(1)
torch.set_num_interop_threads(1)
answer_commands({"prepare": prepare, "step": step, "head": head})
