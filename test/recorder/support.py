"""Shared by the recorder's tests: importing it, a folder per test, and a reader of dumps that is not its own."""

import contextlib
import io
import json
import os
import sys
import tempfile
import unittest

import numpy as np
import torch
from torch import nn

RECORDER = os.path.join(os.path.dirname(__file__), "..", "..", "resources", "recorder")
sys.path.insert(0, os.path.abspath(RECORDER))

import layerdiff_recorder as recorder  # noqa: E402

torch.set_num_threads(1)
NUMPY = {"BOOL": "?", "U8": "u1", "I8": "i1", "I16": "<i2", "I32": "<i4", "I64": "<i8", "F16": "<f2", "BF16": "<u2",
         "F32": "<f4", "F64": "<f8"}  # fmt: skip


def read_shard(path):
    """{name: array} of a safetensors file, and a check that it has neither holes nor leftovers."""
    with open(path, "rb") as file:
        data = file.read()
    length = int.from_bytes(data[:8], "little")
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    assert length % 8 == 0
    arrays, end = {}, 0
    for name, item in header.items():
        start, stop = item["data_offsets"]
        assert start == end, name
        end = stop
        arrays[name] = np.frombuffer(body[start:stop], NUMPY[item["dtype"]]).reshape(item["shape"])
    assert end == len(body)
    return arrays


class Dump:
    """A dump as its readers see it."""

    def __init__(self, folder):
        with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as file:
            self.manifest = json.load(file)
        self.shards = [read_shard(os.path.join(folder, name)) for name in self.manifest["shards"]]
        self.samples = self.manifest["samples"]

    def entry(self, key, sample=0, part="entries"):
        """The entry of that key."""
        return next(e for e in self.samples[sample][part] if self.key(e) == key)

    def array(self, key, sample=0, part="entries"):
        """The numbers of the entry of that key."""
        entry = self.entry(key, sample, part)
        array = self.shards[entry["shard"]][entry["name"]]
        assert list(array.shape) == entry["dims"]
        return array

    def keys(self, sample=0):
        """All entry keys in order."""
        return [self.key(e) for e in self.samples[sample]["entries"]]

    @staticmethod
    def key(entry):
        """As docs/dump-format.md has it."""
        what = f"{entry['op']}/{entry['op_call']}" if "op" in entry else entry["role"]
        return f"{entry['path']}#{entry['call']}:{what}.{entry['index']}"


class Net(nn.Module):
    """conv-bn-ReLU in place, the same ReLU again, a linear head."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.bn = nn.BatchNorm2d(4)
        self.relu = nn.ReLU(inplace=True)
        self.head = nn.Linear(4, 2)

    def forward(self, x, shift=0.1):
        y = self.relu(self.bn(self.conv(x)))
        return self.head(self.relu(y - shift).mean((2, 3)))


class Case(unittest.TestCase):
    """A test with a folder of its own and a record of what is said on stderr."""

    def setUp(self):
        torch.manual_seed(0)
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = place.name
        self.folder = os.path.join(place.name, "dump")
        self.stderr = io.StringIO()
        quiet = contextlib.redirect_stderr(self.stderr)
        quiet.__enter__()
        self.addCleanup(quiet.__exit__, None, None, None)

    def record(self, model, *calls, **options):
        """Records one forward per tuple of arguments and returns the results and the dump."""
        with torch.no_grad(), recorder.record(model, self.folder, **options):
            results = [model(*args) for args in calls]
        return results, Dump(self.folder)

    @property
    def said(self):
        """Everything said on stderr so far."""
        return self.stderr.getvalue()
