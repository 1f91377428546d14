"""Trains small convolutional networks on Fashion-MNIST by the rules of the study, in PyTorch.

What the Java program must agree with. To be run from the root of the project:

    apt-get install python3-torch dataset-fashion-mnist
    /usr/bin/python3 src/test/python/images.py    # or with another folder that has the four files

It writes src/test/resources/reference/images.json: versions, and for each case below its settings,
the first indices of the training and the test images and of the first epoch's order, digests of the
initial weights (as they stand in PyTorch), the losses and the accuracy of each epoch in float64, and
drift, the largest relative change of a loss when each initial weight changes by 1e-14 of itself: so
much may rounding do. The file there was made with Debian 12's Python 3.11.2, PyTorch 1.13.0 and NumPy
1.24.2, on x86-64 with AVX2; without it uniform numbers round differently.
"""
import gzip
import hashlib
import json
import pathlib
import sys

import numpy as np
import torch
from torch import nn

FILES = "/usr/share/datasets/fashion-mnist"
OUTPUT = pathlib.Path(__file__).resolve().parent.parent / "resources" / "reference" / "images.json"
EPSILON, LAMBDA = 1e-6, 0.9  # of normalizations; of running means
ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid}
BOOK = {"conv": "6x5,16x5", "hidden": "120,84", "activation": "sigmoid", "init": "xavier",
        "optimizer": "sgd", "learning-rate": 1.0, "batch-size": 256, "train-size": 2000,
        "test-size": 1000, "epochs": 3, "seed": 0}
CASES = [{"arm": arm, **BOOK} for arm in
         ("batch-norm", "batch-norm-population", "layer-norm", "rms-norm", "none")] + [
    {"arm": "batch-norm", **BOOK, "conv": "4x3", "hidden": "20", "activation": "relu",
     "init": "pytorch", "optimizer": "adam", "learning-rate": 0.001, "batch-size": 400, "seed": 5},
    {"arm": "layer-norm", **BOOK, "conv": "3x4,5x3,4x2", "hidden": "12", "activation": "tanh",
     "init": "pytorch", "optimizer": "adam", "learning-rate": 0.01, "batch-size": 1999, "seed": 7}]


class BatchNorm(nn.Module):
    """Averages the standard deviation, and not the variance as torch.nn.BatchNorm2d does."""
    def __init__(self, shape, population):
        super().__init__()
        self.population = population
        self.axes = [0, *range(2, len(shape) + 1)]  # all but that of the channels
        shape = [1, shape[0]] + [1] * (len(shape) - 1)
        self.scale, self.shift = nn.Parameter(torch.ones(shape)), nn.Parameter(torch.zeros(shape))
        self.mean, self.std = torch.zeros(shape), torch.ones(shape)

    def forward(self, z):
        mean, std = self.mean, self.std
        if self.training:
            mean = z.mean(self.axes, keepdim=True)
            variance = z.var(self.axes, unbiased=not self.population, keepdim=True)
            std = torch.sqrt(variance + EPSILON)
            self.mean = LAMBDA * self.mean + (1 - LAMBDA) * mean.detach()
            self.std = LAMBDA * self.std + (1 - LAMBDA) * std.detach()
        return (z - mean) / std * self.scale + self.shift


class RmsNorm(nn.Module):
    """As torch.nn.RMSNorm, which this version of PyTorch lacks."""
    def __init__(self, shape):
        super().__init__()
        self.axes = list(range(1, len(shape) + 1))
        self.scale = nn.Parameter(torch.ones(shape))

    def forward(self, z):
        return z / torch.sqrt((z ** 2).mean(self.axes, keepdim=True) + EPSILON) * self.scale


ARMS = {"batch-norm": lambda shape: BatchNorm(shape, False),
        "batch-norm-population": lambda shape: BatchNorm(shape, True),
        "layer-norm": lambda shape: nn.LayerNorm(shape, eps=EPSILON), "rms-norm": RmsNorm,
        "none": lambda shape: nn.Identity()}


def network(case):
    torch.manual_seed(case["seed"])
    layers, drawn, shape = [], [], [1, 28, 28]

    def add(layer, out):
        if case["init"] == "xavier":
            nn.init.zeros_(layer.bias)
        drawn.append(layer)
        norm = ARMS[case["arm"]](out)
        layer.bias.requires_grad_(not isinstance(norm, BatchNorm))  # Its gradient would be zero.
        layers.extend([layer, norm, ACTIVATIONS[case["activation"]]()])

    for channels, kernel in ([int(n) for n in c.split("x")] for c in case["conv"].split(",")):
        out = [channels, shape[1] - kernel + 1, shape[2] - kernel + 1]
        add(nn.Conv2d(shape[0], channels, kernel), out)
        layers.append(nn.AvgPool2d(2))
        shape = [channels, out[1] // 2, out[2] // 2]
    layers.append(nn.Flatten())
    width = int(np.prod(shape))
    for units in map(int, case["hidden"].split(",")):
        add(nn.Linear(width, units), [units])
        width = units
    layers.append(nn.Linear(width, 10))
    drawn.append(layers[-1])
    if case["init"] == "xavier":
        nn.init.zeros_(layers[-1].bias)
        torch.manual_seed(case["seed"])  # The layers have drawn their own, which count for nothing.
        for layer in drawn:
            nn.init.xavier_uniform_(layer.weight)
    return nn.Sequential(*layers), drawn


def read(folder, name):
    values = np.frombuffer(gzip.open(f"{folder}/{name}.gz").read(), np.uint8)
    dimensions = values[3]
    shape = values[4:4 + 4 * dimensions].view(">i4")
    return values[4 + 4 * dimensions:].reshape(shape)


def batches(order, size):
    """Batches of a size; a last one of a single image joins the one before."""
    cut = [order[i:i + size] for i in range(0, len(order), size)]
    return cut[:-2] + [np.concatenate(cut[-2:])] if len(cut) > 1 and len(cut[-1]) == 1 else cut


def run(case, sets, change=0.0):
    """Trains from initial weights w (1 ± change): what is known of the case, and its epochs."""
    random = np.random.RandomState(case["seed"])
    (x, y), (x_test, y_test) = sets
    train = random.permutation(len(x))[:case["train-size"]]
    test = random.permutation(len(x_test))[:case["test-size"]]
    net, drawn = network(case)
    known = {"trainImages": train[:5].tolist(), "testImages": test[:5].tolist(),
             "weights": [digest(layer) for layer in drawn]}
    for values in (parameter for layer in drawn for parameter in layer.parameters()):
        values.data *= 1 + change * torch.sign(torch.randn(values.shape))
    trained = [parameter for parameter in net.parameters() if parameter.requires_grad]
    optimizer = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[case["optimizer"]](
        trained, lr=case["learning-rate"])
    loss = nn.CrossEntropyLoss(reduction="none")
    known |= {"train_loss": [], "test_loss": [], "accuracy": []}
    for epoch in range(case["epochs"]):
        order = random.permutation(len(train))
        known.setdefault("firstOrder", order[:5].tolist())
        net.train()
        total = 0.0
        for batch in batches(order, case["batch-size"]):
            errors = loss(net(x[train[batch]]), y[train[batch]])
            optimizer.zero_grad()
            errors.mean().backward()
            optimizer.step()
            total += errors.sum().item()
        net.eval()
        with torch.no_grad():
            said = net(x_test[test])
        known["train_loss"].append(total / len(train))
        known["test_loss"].append(loss(said, y_test[test]).mean().item())
        known["accuracy"].append((said.argmax(1) == y_test[test]).double().mean().item())
    return known


def digest(layer):
    """Of all bits of the weight, as (out, in, ...), and of the bias."""
    return [hashlib.sha256(values.detach().numpy().astype(">f8").tobytes()).hexdigest()
            for values in (layer.weight, layer.bias)]


def main(folder):
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    sets = [(torch.tensor(read(folder, f"{part}-images-idx3-ubyte").copy()).unsqueeze(1) / 255.0,
             torch.tensor(read(folder, f"{part}-labels-idx1-ubyte").astype(np.int64)))
            for part in ("train", "t10k")]
    lines = []
    for case in CASES:
        known = run(case, sets)
        changed = run(case, sets, 1e-14)
        drift = max(abs(a / b - 1) for key in ("train_loss", "test_loss")
                    for a, b in zip(known[key], changed[key]))
        print(case["arm"], known["train_loss"], known["test_loss"], known["accuracy"], drift)
        assert drift < 1e-10, "rounding decides here"
        lines.append(json.dumps({**case, **known, "drift": drift}))
    versions = {m.__name__: m.__version__ for m in (torch, np)}
    OUTPUT.write_text(f'{{"versions": {json.dumps(versions)}, "cases": [\n' + ",\n".join(lines)
                      + "\n]}\n")


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else FILES)
