"""Prints what networks that were exported as safetensors predict in PyTorch, row by row.

    /usr/bin/python3 src/test/python/safetensors_predictions.py FILE.safetensors ROWS.csv [FILE ROWS ...]

ROWS.csv has a column for each feature, not standardized, in the order of the metadata.
"""
import csv
import json
import sys

import torch

from safetensors_reader import predict, read

for network, table in zip(sys.argv[1::2], sys.argv[2::2]):
    metadata, tensors = read(network)
    with open(table, encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    assert names == json.loads(metadata["features"]), names
    x = torch.tensor([[float(cell) for cell in row] for row in rows], dtype=torch.float64)
    for prediction in predict(metadata, tensors, x).tolist():
        print(*prediction, sep=",")
