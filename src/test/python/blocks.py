"""Small numbers through single layers and a loss of PyTorch, forward and backward.

What the blocks of the Java program must agree with. To be run from the root of the project:

    apt-get install python3-torch
    /usr/bin/python3 src/test/python/blocks.py

It writes src/test/resources/reference/blocks.json: for each layer its input x, its learned scale
and shift, factors, its output y, and the gradients of the sum of y times the factors; two replicas
of each. For the loss two replicas of labels and predictions, the sum over the rows of each, and the
gradient of the predictions. The file there was made with Debian 12's Python 3.11.2 and PyTorch
1.13.0.
"""
import json
import pathlib

import torch
from torch import nn

FILE = pathlib.Path(__file__).resolve().parent.parent / "resources" / "reference" / "blocks.json"
EPSILON = 1e-6
SHAPE = REPLICAS, ROWS, FEATURES = 2, 5, 4


def rms_norm(x, scale):
    """As torch.nn.functional.rms_norm, which this version of PyTorch lacks."""
    return x * torch.rsqrt((x ** 2).mean(-1, keepdim=True) + EPSILON) * scale


def layer(function, *learned):
    """A layer on each replica, with what it has learned by name."""
    x, factors = (3 * torch.randn(SHAPE) + 1).requires_grad_(), torch.randn(SHAPE)
    values = {name: (torch.randn(REPLICAS, FEATURES) + 1).requires_grad_() for name in learned}
    y = torch.stack([function(x[i], *(v[i] for v in values.values())) for i in range(REPLICAS)])
    (y * factors).sum().backward()
    inputs = {"x": x, **values}
    return {**{name: value.tolist() for name, value in inputs.items()}, "factors": factors.tolist(),
            "y": y.tolist(), "gradients": {name: v.grad.tolist() for name, v in inputs.items()}}


def cross_entropy():
    predictions = (5 * torch.randn(REPLICAS, ROWS, 3)).requires_grad_()
    labels = torch.randint(3, (REPLICAS, ROWS, 1))
    of_rows = nn.CrossEntropyLoss(reduction="sum")
    loss = torch.stack([of_rows(predictions[i], labels[i, :, 0]) for i in range(REPLICAS)])
    loss.sum().backward()
    return {"labels": labels.tolist(), "predictions": predictions.tolist(), "loss": loss.tolist(),
            "gradient": predictions.grad.tolist()}


def main():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    norm = nn.functional.layer_norm
    blocks = {
        "layer-norm": layer(lambda x, a, b: norm(x, [FEATURES], a, b, EPSILON), "scale", "shift"),
        "rms-norm": layer(rms_norm, "scale"),
        "tanh": layer(torch.tanh),
        "relu": layer(torch.relu),
        "sigmoid": layer(torch.sigmoid),
        "gelu": layer(nn.GELU()),
        "linear": layer(nn.Identity()),
        "cross-entropy": cross_entropy(),
    }
    lines = ",\n".join(f'"{name}": {json.dumps(values)}' for name, values in blocks.items())
    FILE.write_text(f"{{\n{lines}\n}}\n")


main()
