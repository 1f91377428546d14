"""Trains small networks on tables by the rules of the study, in PyTorch and scikit-learn.

What the Java program must agree with. To be run from the root of the project:

    apt-get install python3-torch python3-sklearn
    /usr/bin/python3 src/test/python/tables.py    # or with another folder that has a cases.csv

It reads cases.csv in src/test/resources/reference/tables/, tables in src/test/resources/data/, and
writes beside cases.csv: cases.json, with versions and for each case its settings, sizes, first
indices of the split and of the first epoch's order, scaling ([mean, scale] of the columns), initial
weights, and drift, the largest relative change of a loss when each initial weight changes by 1e-14
of itself (so much may rounding do; more than 1e-11 is refused); and NAME.csv.gz, with the losses
and metrics of each epoch. The files there were made with Debian 12's Python 3.11.2, PyTorch 1.13.0,
scikit-learn 1.2.1, NumPy 1.24.2, on x86-64 with AVX2; without it uniform numbers round differently.
"""
import csv
import gzip
import hashlib
import json
import math
import pathlib
import sys

import numpy as np
import sklearn
import torch
from sklearn.metrics import accuracy_score, mean_squared_error, r2_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn

RESOURCES = pathlib.Path(__file__).resolve().parent.parent / "resources"
TEST_SHARE, EPSILON, LAMBDA = 0.2, 1e-6, 0.9  # of all rows; of normalizations; of running means
ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid, "gelu": nn.GELU,
               "linear": nn.Identity}
METRICS = {"r2": r2_score, "rmse": lambda a, b: math.sqrt(mean_squared_error(a, b))}


class BatchNorm(nn.Module):
    """Averages the standard deviation, and not the variance as torch.nn.BatchNorm1d does."""
    def __init__(self, units, population=False):
        super().__init__()
        self.population = population
        self.scale, self.shift = nn.Parameter(torch.ones(units)), nn.Parameter(torch.zeros(units))
        self.mean, self.std = torch.zeros(units), torch.ones(units)

    def forward(self, z):
        mean, std = self.mean, self.std
        if self.training:
            mean = z.mean(0)
            std = torch.sqrt(z.var(0, unbiased=not self.population) + EPSILON)
            self.mean = LAMBDA * self.mean + (1 - LAMBDA) * mean.detach()
            self.std = LAMBDA * self.std + (1 - LAMBDA) * std.detach()
        return (z - mean) / std * self.scale + self.shift


class RmsNorm(nn.Module):
    """As torch.nn.RMSNorm, which this version of PyTorch lacks."""
    def __init__(self, units):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(units))

    def forward(self, z):
        return z / torch.sqrt((z ** 2).mean(-1, keepdim=True) + EPSILON) * self.scale


ARMS = {"batch-norm": BatchNorm, "batch-norm-population": lambda n: BatchNorm(n, population=True),
        "layer-norm": lambda n: nn.LayerNorm(n, eps=EPSILON), "rms-norm": RmsNorm,
        "none": nn.Identity}


def network(case, widths):
    torch.manual_seed(case["seed"])
    linear = [nn.Linear(a, b) for a, b in zip(widths, widths[1:])]  # draws "pytorch", (out, in)
    if case["init"] == "normal":
        torch.manual_seed(case["seed"])
        for layer in linear:
            layer.weight.data = torch.randn(layer.in_features, layer.out_features).T.contiguous()
            layer.bias.data = torch.randn(layer.out_features)
    layers = []
    for layer in linear[:-1]:
        norm = ARMS[case["arm"]](layer.out_features)
        if isinstance(norm, BatchNorm):
            layer.bias.requires_grad_(False)  # Its gradient is zero but for rounding.
        layers += [layer, norm, ACTIVATIONS[case["activation"]]()]
    return nn.Sequential(*layers, linear[-1]), linear


def table(case):
    """Features, targets, and for a text target, whose classes are numbered, their sorted names."""
    with open(RESOURCES / "data" / case["data"], newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    columns = dict(zip(head, zip(*rows)))
    targets = [columns.pop(name) for name in case["target"]]
    x = np.array(list(columns.values()), float).T
    try:
        return x, np.array(targets, float).T, None
    except ValueError:
        classes = sorted(set(targets[0]))
        return x, np.array([classes.index(name) for name in targets[0]]), classes


def scaled(case, values, train):
    """Values by the training rows' mean and deviation; the scaler; its mean and scale, or nulls."""
    scaler = StandardScaler(with_mean=case["standardize"], with_std=case["standardize"])
    z = torch.tensor(scaler.fit(values[train]).transform(values))
    return z, scaler, [np.array(used).tolist() for used in (scaler.mean_, scaler.scale_)]


def batches(order, size):
    """Batches of a size; a last one of a single row joins the one before."""
    cut = [order[i:i + size] for i in range(0, len(order), size)]
    return cut[:-2] + [np.concatenate(cut[-2:])] if len(cut) > 1 and len(cut[-1]) == 1 else cut


def run(case, change=0.0):
    """Trains from initial weights w (1 ± change): what is known of the case, and its epochs."""
    x, y, classes = table(case)
    random = np.random.RandomState(case["seed"])
    train, test = train_test_split(np.arange(len(x)), test_size=TEST_SHARE, random_state=random)
    assert [*test, *train] == [*np.random.RandomState(case["seed"]).permutation(len(x))]
    inputs, _, features = scaled(case, x, train)
    if classes:
        goals, targets = torch.tensor(y), {"classes": classes}
        loss = nn.CrossEntropyLoss(reduction="none")
    else:
        goals, scaler, targets = scaled(case, y, train)
        loss = lambda predictions, labels: ((predictions - labels) ** 2).sum(1)
    net, linear = network(case, [x.shape[1], *case["hidden"], len(classes or case["target"])])
    known = {"trainSize": len(train), "testSize": len(test), "trainRows": train[:5].tolist(),
             "testRows": test[:5].tolist(), "features": features, "targets": targets,
             "weights": weights(linear)}
    for values in (parameter for layer in linear for parameter in layer.parameters()):
        values.data *= 1 + change * torch.sign(torch.randn(values.shape))

    def metrics(part, rows):
        predictions = net(inputs[rows]).detach()
        if classes:
            return {f"{part}_accuracy": accuracy_score(y[rows], predictions.argmax(1)),
                    f"{part}_cross_entropy": loss(predictions, goals[rows]).mean().item()}
        columns = zip(case["target"], y[rows].T, scaler.inverse_transform(predictions).T)
        return {f"{part}_{kind}_{name}": measure(a, b) for name, a, b in columns
                for kind, measure in METRICS.items()}

    adam = torch.optim.Adam([p for p in net.parameters() if p.requires_grad], case["learning-rate"])
    full, epochs = case["batch-size"] == "full", []
    for epoch in range(case["epochs"]):
        order = np.arange(len(train)) if full else random.permutation(len(train))
        known.setdefault("firstOrder", order[:5].tolist())
        net.train()
        total = 0.0
        for batch in batches(order, len(train) if full else int(case["batch-size"])):
            errors = loss(net(inputs[train[batch]]), goals[train[batch]])
            adam.zero_grad()
            errors.mean().backward()
            adam.step()
            total += errors.sum().item()
        net.eval()
        epochs.append({"epoch": epoch, "train_loss": total / len(train),
                       "test_loss": loss(net(inputs[test]), goals[test]).mean().item(),
                       **metrics("train", train), **metrics("test", test)})
    return known, epochs


def weights(linear):
    """Of each initial array, (in, out) row by row: values, the exact sum, a digest of all bits."""
    named = {}
    for i, layer in enumerate(linear, 1):
        for name, values in ("weight", layer.weight.T), ("bias", layer.bias):
            flat = values.detach().numpy().flatten()
            digest = hashlib.sha256(flat.astype(">f8").tobytes()).hexdigest()
            named[f"{name}{i}"] = {"size": len(flat), "first": flat[:3].tolist(), "last": flat[-1],
                                   "sum": math.fsum(flat), "sha256": digest}
    return named


def main(folder):
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    lines, versions = [], {m.__name__: m.__version__ for m in (torch, sklearn, np)}
    for case in csv.DictReader((folder / "cases.csv").open(encoding="utf-8")):
        units, _, count = case["hidden"].partition("x")
        case |= {"target": case["target"].split(","), "standardize": case["standardize"] == "true",
                 "hidden": [int(n) for n in units.split(",")] * int(count or 1),
                 **{key: json.loads(case[key]) for key in ("learning-rate", "epochs", "seed")}}
        name = f"{len(lines) + 1:02}-{case['data'].split('.')[0]}-{case['arm']}"
        known, rows = run(case)
        drift = max(abs(a[key] / b[key] - 1) for a, b in zip(run(case, 1e-14)[1], rows)
                    for key in ("train_loss", "test_loss"))
        print(name, rows[0]["train_loss"], rows[-1]["train_loss"], f"drift {drift:.0e}")
        assert drift < 1e-11, "rounding decides here"
        lines.append(json.dumps({"name": name, **case, **known, "drift": drift}))
        text = "".join(",".join(map(str, r)) + "\n" for r in [rows[0], *(r.values() for r in rows)])
        (folder / f"{name}.csv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    (folder / "cases.json").write_text(
        f'{{"versions": {json.dumps(versions)}, "cases": [\n' + ",\n".join(lines) + "\n]}\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if sys.argv[1:] else RESOURCES / "reference" / "tables")
