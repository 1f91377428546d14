"""Trains the study's network in plain PyTorch, as a peer for the benchmark.

usage: python3 peer.py {article|best} {batch-norm|none} EPOCHS WARMUP THREADS
       python3 peer.py deep {batch-norm|none} EPOCHS WARMUP THREADS {tanh|relu} UNITSxLAYERS {full|ROWS}
       python3 peer.py images {batch-norm|layer-norm|none} EPOCHS WARMUP THREADS FOLDER

"article" is written the way a paper's script is: a Dataset that computes one sample at a time, a
DataLoader that collects the full batch anew in each epoch, a hand-made batch-norm module.
"best" is what plain PyTorch does best: tensors kept, torch.nn layers, gradients set to None.
"deep" is the same with several hidden layers, 10,000 rows of 20 numbers, and batches in an order
drawn anew for each epoch, for which the rows are gathered once.
"images" is the convolutional network of "Dive into Deep Learning" on the four IDX files of a folder,
in float32, by gradient descent on batches of 256, the images kept as tensors.
Prints the milliseconds per epoch after the warm-up. Everything but "images" is float64.
"""
import gzip
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

LAMBDA, EPSILON, HIDDEN, TRAIN, TEST = 0.9, 1e-6, 300, 1000, 300


def targets(r, g, b):
    return r + 2 * g + 3 * b, r**2 + 2 * g**2 + 3 * b**2, -3 * r - 4 * g - 5 * b


class Points(Dataset):
    def __init__(self, size):
        self.r, self.g, self.b = (np.random.uniform(-1, 1, size) for _ in range(3))

    def __len__(self):
        return len(self.r)

    def __getitem__(self, i):
        point = self.r[i], self.g[i], self.b[i]
        return torch.tensor(point, dtype=torch.float64), torch.tensor(
            targets(*point), dtype=torch.float64
        )

    def tensors(self):
        point = np.stack([self.r, self.g, self.b], 1)
        return torch.from_numpy(point), torch.from_numpy(np.stack(targets(*point.T), 1))


class Normalize(nn.Module):
    """Batch normalization written out, with the running standard deviation."""

    def __init__(self, units):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(units, dtype=torch.float64))
        self.shift = nn.Parameter(torch.zeros(units, dtype=torch.float64))
        self.mean = torch.zeros(units, dtype=torch.float64)
        self.std = torch.ones(units, dtype=torch.float64)

    def forward(self, x):
        if self.training:
            mean, std = x.mean(0), torch.sqrt(x.var(0) + EPSILON)
            self.mean = LAMBDA * self.mean + (1 - LAMBDA) * mean.detach()
            self.std = LAMBDA * self.std + (1 - LAMBDA) * std.detach()
        else:
            mean, std = self.mean, self.std
        return (x - mean) / std * self.scale + self.shift


def network(arm, norm):
    layers = [nn.Linear(3, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 3)]
    if arm == "batch-norm":
        layers.insert(1, norm)
    model = nn.Sequential(*layers).double()
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight)
            nn.init.normal_(layer.bias)
    return model


def article(arm):
    train, test = Points(TRAIN), Points(TEST)
    model = network(arm, Normalize(HIDDEN))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    error = nn.MSELoss(reduction="sum")
    train_loader, test_loader = DataLoader(train, TRAIN), DataLoader(test, TEST)
    history = []

    def epoch():
        model.train()
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = error(model(x), y)
            loss.backward()
            optimizer.step()
            history.append(loss.item() / TRAIN)
        model.eval()
        with torch.no_grad():
            for x, y in test_loader:
                history.append(error(model(x), y).item() / TEST)

    return epoch


def best(arm):
    (x, y), (test_x, test_y) = Points(TRAIN).tensors(), Points(TEST).tensors()
    model = network(arm, nn.BatchNorm1d(HIDDEN, eps=EPSILON, momentum=1 - LAMBDA))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    error = nn.MSELoss(reduction="sum")
    history = []

    def epoch():
        model.train()
        optimizer.zero_grad(set_to_none=True)
        loss = error(model(x), y)
        loss.backward()
        optimizer.step()
        history.append(loss.item() / TRAIN)
        model.eval()
        with torch.no_grad():
            history.append(error(model(test_x), test_y).item() / TEST)

    return epoch


def deep(arm, activation, hidden, batch):
    units, layers = (int(number) for number in hidden.split("x"))
    x, test_x = (torch.randn(rows, 20, dtype=torch.float64) for rows in (10_000, 2_500))
    y, test_y = (torch.sin(some).sum(1, keepdim=True) for some in (x, test_x))
    parts, width = [], 20
    for _ in range(layers):
        parts.append(nn.Linear(width, units, bias=arm == "none"))
        if arm == "batch-norm":
            parts.append(nn.BatchNorm1d(units, eps=EPSILON, momentum=1 - LAMBDA))
        parts.append(nn.Tanh() if activation == "tanh" else nn.ReLU())
        width = units
    model = nn.Sequential(*parts, nn.Linear(width, 1)).double()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    error = nn.MSELoss()
    history = []

    def batches():
        if batch == "full":
            return [(x, y)]
        order = torch.randperm(len(x))
        return zip(x[order].split(int(batch)), y[order].split(int(batch)))

    def epoch():
        model.train()
        for some_x, some_y in batches():
            optimizer.zero_grad(set_to_none=True)
            loss = error(model(some_x), some_y)
            loss.backward()
            optimizer.step()
            history.append(loss.item())
        model.eval()
        with torch.no_grad():
            history.append(error(model(test_x), test_y).item())

    return epoch


def idx(folder, name):
    with gzip.open(f"{folder}/{name}.gz") as file:
        values = np.frombuffer(file.read(), np.uint8)
    dimensions = int(values[3])
    shape = values[4 : 4 + 4 * dimensions].view(">i4")
    return torch.from_numpy(values[4 + 4 * dimensions :].reshape(shape).copy())


def images(arm, folder):
    x, test_x = (
        idx(folder, f"{part}-images-idx3-ubyte").unsqueeze(1).float() / 255
        for part in ("train", "t10k")
    )
    y, test_y = (idx(folder, f"{part}-labels-idx1-ubyte").long() for part in ("train", "t10k"))

    def norm(shape):
        if arm == "layer-norm":
            return [nn.LayerNorm(shape)]
        if arm == "batch-norm":
            return [(nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d)(shape[0])]
        return []

    model = nn.Sequential(
        *[nn.Conv2d(1, 6, 5), *norm([6, 24, 24]), nn.Sigmoid(), nn.AvgPool2d(2)],
        *[nn.Conv2d(6, 16, 5), *norm([16, 8, 8]), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten()],
        *[nn.Linear(256, 120), *norm([120]), nn.Sigmoid()],
        *[nn.Linear(120, 84), *norm([84]), nn.Sigmoid(), nn.Linear(84, 10)],
    )
    for layer in model:
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            nn.init.xavier_uniform_(layer.weight)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.9)
    error = nn.CrossEntropyLoss()
    history = []

    def epoch():
        model.train()
        total = 0.0
        for rows in torch.randperm(len(x)).split(256):
            optimizer.zero_grad(set_to_none=True)
            loss = error(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        history.append(total / len(x))
        model.eval()
        with torch.no_grad():
            said = torch.cat([model(some) for some in test_x.split(1000)])
            history.append(error(said, test_y).item())
            history.append((said.argmax(1) == test_y).float().mean().item())

    return epoch


def main():
    way, arm = sys.argv[1], sys.argv[2]
    epochs, warmup, threads = (int(text) for text in sys.argv[3:6])
    torch.set_num_threads(threads)
    np.random.seed(0)
    torch.manual_seed(0)
    epoch = {"article": article, "best": best, "deep": deep, "images": images}[way](arm, *sys.argv[6:])
    for _ in range(warmup):
        epoch()
    start = time.perf_counter()
    for _ in range(epochs):
        epoch()
    print(1000 * (time.perf_counter() - start) / epochs)


if __name__ == "__main__":
    main()
