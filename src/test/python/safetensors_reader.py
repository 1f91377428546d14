"""Reads networks that were exported as safetensors, with PyTorch and no other library.

    /usr/bin/python3 src/test/python/safetensors_reader.py FILE.safetensors ROWS.csv [FILE ROWS ...]

ROWS.csv has a column for each feature, not standardized, in the order of the metadata. Prints for
each row the targets in the units of the table, or the probability of each class.
"""
import csv
import json
import struct
import sys

import torch
from torch import nn

TYPES = {"F64": torch.float64, "F32": torch.float32}


class RMSNorm(nn.LayerNorm):  # PyTorch has one of its own from version 2.4 on.
    def forward(self, x):
        return x / torch.sqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight


def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    return header.pop("__metadata__"), {
        name: torch.frombuffer(data[slice(*of["data_offsets"])], dtype=TYPES[of["dtype"]])
        .reshape(of["shape"]) for name, of in header.items()}


def build(modules, epsilon, state):
    network = nn.Sequential()
    for i, name in enumerate(modules):
        weight, bias = state.get(f"{i}.weight"), f"{i}.bias" in state
        if name == "Linear":
            network.append(nn.Linear(weight.shape[1], weight.shape[0], bias))
        elif name == "RMSNorm":
            network.append(RMSNorm(len(weight), epsilon))
            network[i].bias = None
        else:
            network.append(getattr(nn, name)(*([] if weight is None else [len(weight), epsilon])))
    network.to(state["0.weight"].dtype).load_state_dict(state)
    return network.eval()


@torch.no_grad()
def predict(path, table):
    metadata, tensors = read(path)
    state = {name: tensor for name, tensor in tensors.items() if name[0].isdigit()}
    network = build(json.loads(metadata["modules"]), float(metadata["epsilon"]), state)
    with open(table, encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    assert names == json.loads(metadata["features"]), names
    x = torch.tensor([[float(cell) for cell in row] for row in rows], dtype=torch.float64)
    x = (x - tensors["features.mean"]) / tensors["features.deviation"]
    y = network(x.to(state["0.weight"].dtype))
    if metadata["task"] == "classification":
        return y.softmax(1).double()
    return y.double() * tensors["targets.deviation"] + tensors["targets.mean"]


if __name__ == "__main__":
    for network_path, rows_path in zip(sys.argv[1::2], sys.argv[2::2]):
        for prediction in predict(network_path, rows_path).tolist():
            print(*prediction, sep=",")
