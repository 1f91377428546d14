"""Reads networks that were exported as safetensors, with PyTorch and no other library.

The rows of predict are a float64 tensor (rows, features), not standardized, in the order of the
metadata's features; of an image its pixels from 0 to 255. What comes out is, for each row, the
targets in the units of the table, or the probability of each class.
"""
import json

import torch
from torch import nn


class RMSNorm(nn.Module):  # PyTorch has one of its own from version 2.4 on.
    def __init__(self, units, epsilon):
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(torch.ones(units)), epsilon

    def forward(self, x):
        axes = tuple(range(-self.weight.dim(), 0))
        return x / torch.sqrt(x.square().mean(axes, keepdim=True) + self.epsilon) * self.weight


def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = bytearray(file.read())
    types = {"F64": torch.float64, "F32": torch.float32}
    return header.pop("__metadata__"), {
        name: torch.frombuffer(data[slice(*of["data_offsets"])], dtype=types[of["dtype"]])
        .reshape(of["shape"]) for name, of in header.items()}


def build(metadata, tensors):
    layers = [getattr(nn, name, RMSNorm)(*args) for name, *args in json.loads(metadata["modules"])]
    network = nn.Sequential(*layers).to(getattr(torch, metadata["precision"]))
    network.load_state_dict({name: tensors[name] for name in tensors if name[0].isdigit()})
    return network.eval()


@torch.no_grad()
def predict(metadata, tensors, rows):
    x = (rows - tensors["features.mean"]) / tensors["features.deviation"]
    y = build(metadata, tensors)(x.to(getattr(torch, metadata["precision"]))).double()
    if metadata["task"] == "classification":
        return y.softmax(1)
    return y * tensors["targets.deviation"] + tensors["targets.mean"]
