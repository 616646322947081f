"""Writes test/fixtures/lint/truth.json: what torch and onnx do where the lints claim that they do it.

python test/engine/lint/make-truth.py   (needs torch and onnx; the output is committed)
"""

import inspect
import json
from pathlib import Path

import torch
import torch.nn.functional as F
from onnx import defs
from torch import nn

OUTPUT = Path(__file__).parents[2] / "fixtures/lint/truth.json"


def since():
    found = {}
    for schema in defs.get_all_schemas_with_history():
        if schema.domain == "":
            found[schema.name] = min(found.get(schema.name, 1000), schema.since_version)
    return {name: version for name, version in sorted(found.items()) if version > 7}


def nearest(length, to, mode):
    image = torch.arange(length, dtype=torch.float64).reshape(1, 1, length)
    return [int(value) for value in F.interpolate(image, size=to, mode=mode).flatten()]


def cubic_coefficient(antialias):
    """From the weight at distance t = 1.25 of a single 1: A t^3 - 5A t^2 + 8A t - 4A (Keys, 1981)."""
    image = torch.zeros(1, 1, 1, 16, dtype=torch.float64)
    image[0, 0, 0, 8] = 1
    wide = F.interpolate(image, size=(1, 32), mode="bicubic", antialias=antialias).flatten()
    # Output 14 lies at (14 + 0.5) / 2 - 0.5 = 6.75.
    t = 8 - 6.75
    return float(wide[14]) / (t**3 - 5 * t**2 + 8 * t - 4)


def pooled_length(length, kernel, stride, pad):
    return F.max_pool1d(torch.zeros(1, 1, length), kernel, stride, pad, ceil_mode=True).shape[-1]


MODULES = [
    nn.AvgPool1d(3, 2, 1),
    nn.AvgPool2d(3, 2, 1),
    nn.BatchNorm2d(4, eps=1e-3, momentum=None),
    nn.CELU(0.5),
    nn.Conv2d(4, 4, 3, 2, (1, 2), dilation=2, groups=2),
    nn.Conv2d(4, 4, 3, padding="same"),
    nn.Conv2d(4, 4, 3, padding=1, padding_mode="reflect"),
    nn.ConvTranspose2d(4, 4, 3, 2, 1, output_padding=1),
    nn.ELU(0.5),
    nn.GELU("tanh"),
    nn.GRU(3, 4, bidirectional=True),
    nn.GroupNorm(2, 4),
    nn.Hardtanh(-2, 2),
    nn.InstanceNorm2d(4, track_running_stats=True),
    nn.LayerNorm((3, 4), eps=1e-12),
    nn.LeakyReLU(0.1),
    nn.MaxPool2d(3, 2, 1, ceil_mode=True),
    nn.PixelShuffle(2),
    nn.RMSNorm(4),
    nn.ReLU(inplace=True),
    nn.ReLU6(),
    nn.Softmax(1),
    nn.Upsample(scale_factor=2, mode="bicubic"),
    nn.Upsample(size=(3, 4)),
]


def main():
    truth = {
        "since": since(),
        "nearest": [
            {"from": a, "to": b, "nearest": nearest(a, b, "nearest"), "exact": nearest(a, b, "nearest-exact")}
            for a, b in ((5, 10), (4, 12), (8, 4), (7, 5), (26, 64), (20, 7))
        ],
        "cubic": {"plain": cubic_coefficient(False), "antialias": cubic_coefficient(True)},
        "middle": float(F.interpolate(torch.arange(10.0).reshape(1, 1, 10), size=1, mode="linear")),
        "countIncludePad": inspect.signature(nn.AvgPool2d).parameters["count_include_pad"].default,
        "pooled": [
            {"length": length, "kernel": k, "stride": s, "pad": p, "to": pooled_length(length, k, s, p)}
            for length in range(3, 12)
            for k, s, p in ((2, 2, 0), (3, 2, 1), (3, 3, 1), (2, 3, 0), (2, 3, 1), (4, 4, 2))
        ],
        "modules": [
            {"class": f"{type(module).__module__}.{type(module).__name__}", "repr": module.extra_repr()}
            for module in MODULES
        ],
    }
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in truth.items()]
    OUTPUT.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{OUTPUT.stat().st_size} bytes")


main()
