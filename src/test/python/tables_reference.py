"""Writes what NumPy and scikit-learn make of two tables, for the tests of the package data.

How it was run, on Debian 12 with python3-sklearn (Python 3.11, NumPy 1.24.2, scikit-learn 1.2.1),
from the repository's root:

    /usr/bin/python3 src/test/python/tables_reference.py

It writes src/test/resources/data/reference.json. Numbers are written as Python's repr, which gives
every float64 back to the last bit.
"""

import csv
import json
import random
from pathlib import Path

import numpy as np
import sklearn
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder, StandardScaler

FOLDER = Path("src/test/resources/data")
TARGETS = {"iris": "species", "diabetes": "target"}
SPLITS = [(0, 0.2), (1, 0.2), (7, 0.25), (42, 0.1), (123456789, 0.5), (2147483647, 1 / 3)]


def rows_of(name):
    with open(FOLDER / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def scaled(train, test):
    """The scaler's numbers for the training rows, and standardized rows."""
    scaler = StandardScaler().fit(train)
    train_rows = scaler.transform(train)
    test_rows = scaler.transform(test)
    return {
        "means": scaler.mean_.tolist(),
        "deviations": scaler.scale_.tolist(),
        "first_train": train_rows[0].tolist(),
        "last_train": train_rows[-1].tolist(),
        "first_test": test_rows[0].tolist(),
        "last_test": test_rows[-1].tolist(),
    }


def split(name, seed, share):
    rows = rows_of(name)
    target = TARGETS[name]
    features = [column for column in rows[0] if column != target]
    x = np.array([[float(row[column]) for column in features] for row in rows])
    x_train, x_test, train, test = train_test_split(
        x, np.arange(len(rows)), test_size=share, random_state=seed
    )
    # The stream that made the split goes on with the order of each epoch.
    stream = np.random.RandomState(seed)
    order = stream.permutation(len(rows))
    assert order[: len(test)].tolist() == test.tolist()
    result = {
        "table": name,
        "seed": seed,
        "share": share,
        "train": train.tolist(),
        "test": test.tolist(),
        "epochs": [stream.permutation(len(train)).tolist() for _ in range(2)],
        "x": scaled(x_train, x_test),
    }
    if name == "diabetes":
        y = np.array([[float(row[target])] for row in rows])
        result["y"] = scaled(y[train], y[test])
    else:
        classes = sorted({row[target] for row in rows})
        result["classes"] = classes
        result["y_train"] = [classes.index(rows[i][target]) for i in train]
        result["y_test"] = [classes.index(rows[i][target]) for i in test]
    return result


def awkward():
    """Columns that are hard to standardize: large offsets, nearly constant, tiny, huge."""
    draws = np.random.RandomState(5)
    n = 1000
    columns = {
        "plain": draws.normal(size=n),
        "offset": 1e8 + draws.normal(size=n),
        "large offset": 1e12 + draws.uniform(size=n),
        "constant": np.full(n, 0.1),
        "nearly constant": 1e10 + 8e-6 * draws.uniform(-1, 1, size=n),
        "zero": np.zeros(n),
        "tiny": 1e-200 * draws.normal(size=n),
        "small": 1e-150 * draws.normal(size=n),
        "huge": 1e150 * draws.normal(size=n),
        "centred": draws.permutation(np.concatenate([np.arange(500), -np.arange(500)])) / 3,
    }
    x = np.stack(list(columns.values()), axis=1)
    with open(FOLDER / "awkward.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(list(columns) + ["target"])
        for i, row in enumerate(x):
            writer.writerow([repr(float(value)) for value in row] + [i % 7])
    train, test = train_test_split(x, test_size=0.2, random_state=3)
    return {"seed": 3, "share": 0.2, "x": scaled(train, test)}


def mixed():
    """Missing values and categories: imputed, one 0/1 column for each category, standardized."""
    draws = random.Random(11)
    colours = ["red", "Blue", "grün", "\U0001f7e3", "\uff21"]
    rows = []
    for i in range(60):
        number = "" if i % 9 == 4 else repr(round(draws.gauss(3, 2), 3))
        colour = "NA" if i % 7 == 5 else draws.choice(colours)
        rows.append([number, colour, repr(draws.gauss(0, 1))])
    with open(FOLDER / "mixed.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["number", "colour", "target"])
        writer.writerows(rows)
    numbers = np.array([[float(row[0]) if row[0] else np.nan] for row in rows])
    texts = np.array([[None if row[1] == "NA" else row[1]] for row in rows], dtype=object)
    train, test = train_test_split(np.arange(len(rows)), test_size=0.3, random_state=2)
    median = SimpleImputer(strategy="median").fit(numbers[train])
    frequent = SimpleImputer(strategy="most_frequent", missing_values=None).fit(texts[train])
    encoder = OneHotEncoder(sparse_output=False).fit(frequent.transform(texts))
    x = np.hstack([median.transform(numbers), encoder.transform(frequent.transform(texts))])
    return {
        "seed": 2,
        "share": 0.3,
        "median": median.statistics_[0],
        "most_frequent": frequent.statistics_[0],
        "categories": encoder.categories_[0].tolist(),
        "x": scaled(x[train], x[test]),
    }


def main():
    reference = {
        "numpy": np.__version__,
        "sklearn": sklearn.__version__,
        "splits": [split(name, seed, share) for name in TARGETS for seed, share in SPLITS],
        "awkward": awkward(),
        "mixed": mixed(),
    }
    with open(FOLDER / "reference.json", "w", encoding="utf-8") as file:
        json.dump(reference, file, indent=None, separators=(",", ":"))
        file.write("\n")


main()
