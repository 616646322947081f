"""Writes test/fixtures/structure/truth.json: pairs of tensors that differ by one fault, as numpy and torch compute them.

python test/engine/structure/make-truth.py   (needs numpy and torch; the output is committed)

The candidate is computed in float32 and the reference in float64 where that is possible, so that both carry the noise
of a real comparison. `speaks`: what must be found, `first`: what must come first, `silent`: what must not be said.
"""

import base64
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

OUTPUT = Path(__file__).parents[2] / "fixtures/structure/truth.json"
MOVED = ["flip", "shift", "transposition", "permutation", "ties"]
FITS = ["offset", "scale", "affine"]
PLACES = ["borders", "channels", "rows", "masked", "negatives", "positives"]
SIZES = ["large-magnitudes", "small-magnitudes"]

torch.manual_seed(20)
rng = np.random.default_rng(20)
cases = []


def normal(*shape):
    return torch.from_numpy(rng.standard_normal(shape))


def encoded(tensor):
    values = np.ascontiguousarray(np.asarray(tensor, dtype=np.float32))
    return base64.b64encode(values.tobytes()).decode()


def case(name, candidate, reference, speaks, silent=(), first=None, operands=(), integer=False):
    candidate, reference = (torch.as_tensor(side).detach() for side in (candidate, reference))
    assert candidate.shape == reference.shape, name
    finite = reference[torch.isfinite(reference)].to(torch.float64)
    scale = float(finite.abs().max()) if finite.numel() else 1.0
    cases.append(
        {
            "name": name,
            "dims": list(candidate.shape),
            "isFloat": not integer,
            "tolerance": 0 if integer else 2e-6 * scale,
            "candidate": encoded(candidate),
            "reference": encoded(reference),
            "operands": [
                {"name": key, "dims": list(value.shape), "values": encoded(value)} for key, value in operands
            ],
            "speaks": list(speaks),
            "first": first or (speaks[0] if speaks else None),
            "silent": list(silent),
        }
    )


def both(function, *inputs):
    """(float32, float64) of the same function on the same float32 values."""
    singles = [x.float() for x in inputs]
    return function(*singles), function(*(x.double() for x in singles))


image = normal(1, 4, 12, 12).float()
pool = lambda x, include: F.avg_pool2d(x, 3, 1, 1, count_include_pad=include)
case(
    "avg_pool with count_include_pad off for on",
    pool(image, False),
    pool(image.double(), True),
    ["borders"],
    [*MOVED, *FITS, "channels", "negatives", "positives", "isolated", *SIZES],
)
case(
    "avg_pool with count_include_pad on for off",
    pool(image, True),
    pool(image.double(), False),
    ["borders"],
    [*MOVED, *FITS, "channels", "negatives", "positives", "isolated", *SIZES],
)
small = torch.arange(1, 17).reshape(1, 1, 4, 4)
ceil = lambda x, include: F.avg_pool2d(x, 3, 2, 1, ceil_mode=True, count_include_pad=include)
case(
    "the same on 4 x 4 with ceil_mode: 8 of 9 cells",
    ceil(small.float(), False),
    ceil(small.double(), True),
    ["borders"],
    MOVED,
)

weight = normal(6, 4, 3, 3).float() * 0.2
zeros = lambda x, w: F.conv2d(x, w, padding=1)
reflect = lambda x, w: F.conv2d(F.pad(x, (1, 1, 1, 1), mode="reflect"), w)
case(
    "conv with zeros for reflected padding",
    zeros(image, weight),
    reflect(image.double(), weight.double()),
    ["borders"],
    [*MOVED, *FITS, "channels", "zeroed", *SIZES],
)
late = lambda x, w: F.conv2d(F.pad(x, (0, 2, 0, 2)), w)
case(
    "conv with all padding at the end",
    late(image, weight),
    zeros(image.double(), weight.double()),
    ["shift"],
    ["borders", "permutation", *FITS],
    operands=[("w", weight)],
)
wide = lambda x: F.pad(x, (0, 1, 0, 1), mode="replicate")
case(
    "bottom and right edge replicated for zeros",
    F.avg_pool2d(wide(image), 2, 1),
    F.avg_pool2d(F.pad(image.double(), (0, 1, 0, 1)), 2, 1),
    ["borders"],
    [*MOVED, "channels"],
)

up = lambda x, corners: F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=corners)
case(
    "interpolate with half_pixel for align_corners",
    up(image, False),
    up(image.double(), True),
    [],
    [*MOVED, *FITS, *PLACES, "neighbours", "normalised", "saturation", "zeroed", "quantisation"],
)
line = torch.arange(26, dtype=torch.float64).reshape(1, 1, 1, 26)
reference = F.interpolate(line.float(), size=(1, 64), mode="nearest")
# Asymmetric and floor in exact arithmetic: 32 * 26 / 64 = 13; torch's float32 ratio gives 13 or 12 by rounding.
exact = np.array([i * 26 // 64 for i in range(64)], np.float64)
candidate = reference.clone().reshape(-1)
candidate[32] = 12 if reference.reshape(-1)[32] == 13 else 13
assert abs(float(candidate[32]) - exact[32]) <= 1
case(
    "nearest 26 to 64, one index rounded the other way",
    candidate.reshape(1, 1, 1, 64),
    reference,
    ["neighbours"],
    [*MOVED, *FITS, *PLACES, "isolated", "saturation"],
)
picked = normal(2, 3, 10, 10).float()
index = lambda round_: torch.from_numpy(np.clip(round_(np.arange(23) * 10 / 23), 0, 9).astype(np.int64))
nearest = lambda x, round_: x[..., index(round_), :][..., index(round_)]
case(
    "nearest 10 to 23, rounded for floored",
    nearest(picked, lambda v: np.floor(v + 0.5)),
    nearest(picked.double(), np.floor),
    ["neighbours"],
    [*FITS, "isolated", "permutation", "flip", "saturation"],
)

x = normal(4, 256).float() * 2
case(
    "GELU with tanh for erf",
    F.gelu(x, approximate="tanh"),
    F.gelu(x.double()),
    [],
    [*MOVED, *FITS, "channels", "rows", "borders", "neighbours", "saturation", "zeroed", "quantisation"],
    operands=[("x", x)],
)
case(
    "LeakyRelu with slope 0.1 for 0.01",
    F.leaky_relu(x, 0.1),
    F.leaky_relu(x.double(), 0.01),
    ["negatives", "scale"],
    [*MOVED, "channels", "rows", "positives", "saturation", "zeroed"],
    first="scale",
    operands=[("x", x)],
)
case(
    "Relu6 missing",
    F.relu(x * 2),
    F.relu6(x.double() * 2),
    ["saturation"],
    [*MOVED, *FITS, "zeroed", "positives", *SIZES],
)
case(
    "Relu6 for Relu",
    F.relu6(x * 2),
    F.relu(x.double() * 2),
    ["saturation"],
    [*MOVED, *FITS, "zeroed", "positives", *SIZES],
)
case("Relu missing", x, F.relu(x.double()), ["saturation"], [*MOVED, *FITS, "zeroed", *SIZES])
case(
    "Hardtanh for Tanh's input",
    F.hardtanh(x),
    x.double(),
    ["saturation"],
    [*MOVED, *FITS, "zeroed", *SIZES],
)
case(
    "Elu with alpha 1 for 0.5",
    F.elu(x, 1.0),
    F.elu(x.double(), 0.5),
    ["negatives", "scale"],
    MOVED,
    first="scale",
)

rows_ = normal(8, 64).float() * torch.logspace(-6, 0, 8)[:, None]
rows_ = rows_ - rows_.mean(1, keepdim=True)
norm = lambda x, eps: F.layer_norm(x, (64,), eps=eps)
case(
    "LayerNorm with epsilon 1e-5 for 1e-12, rows of falling variance",
    norm(rows_, 1e-5),
    norm(rows_.double(), 1e-12),
    ["scale"],
    [*MOVED, "borders", "zeroed", "saturation", "quantisation", "isolated"],
    operands=[("x", rows_)],
)
gamma, beta = torch.linspace(0.5, 1.5, 6).float(), torch.linspace(-1, 1, 6).float()
mean, variance = normal(6).float(), torch.rand(6) + 0.5
maps = normal(2, 6, 8, 8).float()
batch = lambda x, m, v: F.batch_norm(x, m.to(x), v.to(x), gamma.to(x), beta.to(x))
case(
    "BatchNorm with other statistics",
    batch(maps, mean, variance),
    batch(maps.double(), mean * 0, variance * 2),
    ["affine"],
    [*MOVED, "offset", "scale", "channels", *PLACES],
)
case(
    "bias of a convolution missing",
    F.conv2d(image, weight),
    F.conv2d(image.double(), weight.double(), gamma.double()),
    ["offset"],
    [*MOVED, "scale", "affine", *PLACES, *SIZES],
)
case(
    "attention scaled by 1/8 for 1/10",
    maps / 8,
    maps.double() / 10,
    ["scale"],
    [*MOVED, "offset", "affine", *PLACES, *SIZES],
)

scores = normal(2, 3, 4).float()
flat = lambda x: torch.softmax(x.reshape(x.shape[0], -1), 1).reshape(x.shape)
case(
    "Softmax flattened from axis 1 for along axis 1",
    flat(scores),
    torch.softmax(scores.double(), 1),
    ["normalised"],
    [*MOVED, *FITS, *PLACES],
)
wide_scores = normal(2, 4, 16, 16).float() * 3
case(
    "Softmax along axis 2 for axis 3",
    torch.softmax(wide_scores, 2),
    torch.softmax(wide_scores.double(), 3),
    ["normalised"],
    [*MOVED, *FITS, *PLACES],
)

matrix, square = normal(5, 8).float(), normal(8, 8).float()
case(
    "weight transposed",
    matrix @ square.T,
    matrix.double() @ square.double(),
    [],
    [*MOVED, *FITS, *PLACES, "neighbours", "normalised", "zeroed", "quantisation"],
)
case(
    "the product transposed",
    (square @ square).T,
    square.double() @ square.double(),
    ["transposition"],
    [*FITS, *PLACES, "isolated"],
)
heads = normal(2, 6, 4, 8).float()
case(
    "heads reshaped for transposed",
    heads.reshape(2, 4, 6, 8),
    heads.double().transpose(1, 2),
    ["transposition"],
    [*FITS, *PLACES],
)
case(
    "NHWC values in an NCHW shape",
    maps.permute(0, 2, 3, 1).reshape(2, 6, 8, 8),
    maps.double(),
    ["transposition"],
    [*FITS, *PLACES],
)
case(
    "NCHW values in an NHWC shape",
    maps.reshape(2, 8, 8, 6),
    maps.double().permute(0, 2, 3, 1),
    ["transposition"],
    [*FITS, *PLACES],
)
case(
    "BGR for RGB",
    image[:, [2, 1, 0, 3]][:, :3],
    image[:, :3].double(),
    ["flip"],
    ["permutation", "channels", *FITS, *PLACES],
)
case(
    "gates in another order (iofc for ifgo)",
    matrix.reshape(5, 4, 2)[:, [0, 3, 1, 2]],
    matrix.double().reshape(5, 4, 2),
    ["permutation"],
    [*FITS, *PLACES],
)
case(
    "channel shuffle missing",
    maps,
    maps.double().reshape(2, 3, 2, 8, 8).transpose(1, 2).reshape(2, 6, 8, 8),
    ["permutation"],
    [*FITS, *PLACES],
)
case("roll by 1", torch.roll(maps, 1, 3), maps.double(), ["shift"], ["permutation", *FITS, *PLACES])
case(
    "sequence moved by 2",
    F.pad(matrix.reshape(1, 20, 2), (0, 0, 2, 0))[:, :20],
    matrix.double().reshape(1, 20, 2),
    ["shift"],
    ["rows", *FITS],
)

written = matrix.double().clone()
written.view(-1)[0:4] = 0
case("write in place lost", matrix, written, ["zeroed"], [*MOVED, *FITS, "saturation"])
keep = torch.from_numpy(rng.random((4, 256)) > 0.1)
case(
    "Dropout in training mode",
    x * keep / 0.9,
    x.double(),
    ["zeroed"],
    [*MOVED, "channels", "rows", "borders", "masked"],
)

logits = normal(2, 2, 10, 10).float()
mask = torch.zeros(2, 1, 1, 10)
mask[1, ..., 7:] = float("-inf")
filled = lambda value: logits.masked_fill(mask.isinf(), value)
case(
    "mask of -1 for -inf",
    filled(-1.0),
    filled(float("-inf")).double(),
    ["non-finite", "masked"],
    [*MOVED, *FITS],
    operands=[("mask", mask)],
)
case(
    "mask ignored",
    torch.where(mask.isinf(), logits, logits),
    torch.where(mask.isinf(), normal(2, 2, 10, 10), logits.double()),
    ["masked"],
    [*MOVED, *FITS, *SIZES, "borders"],
    operands=[("keep", (~mask.isinf()).float())],
)
case(
    "-inf and float32's lowest are the same mask",
    filled(float(np.finfo(np.float32).min)),
    filled(float("-inf")).double(),
    [],
    MOVED + FITS + PLACES,
)
tail = matrix.reshape(1, 20, 2)
case(
    "padding of a sequence attended to",
    torch.cat([tail[:, :15], tail[:, 15:] * normal(1, 5, 2).float()], 1),
    tail.double(),
    ["rows"],
    [*MOVED, *FITS, "channels", "zeroed"],
)

big = normal(4, 64) * 40000
case(
    "float16 overflow",
    big.half().float(),
    big.half().double().where(big.abs() < 65520, big),
    ["non-finite", "large-magnitudes"],
    [*MOVED, *FITS, "saturation"],
    first="non-finite",
)
case(
    "float16 saturated",
    big.clamp(-65504, 65504).float(),
    big,
    ["saturation"],
    ["non-finite", *MOVED, *FITS, *SIZES],
)
row = logits.clone()
row[0, 0, 3] = float("-inf")
case(
    "softmax of a fully masked row",
    torch.softmax(row, 3),
    torch.softmax(row.double(), 3).nan_to_num(0.0),
    ["non-finite", "rows"],
    [*MOVED, *FITS, "zeroed"],
    first="non-finite",
)
step = 6.0 / 127
case(
    "int8 activations",
    torch.clamp(torch.round(x / step), -127, 127).mul(step).float(),
    x.clamp(-5.9, 5.9).double(),
    ["quantisation"],
    [*MOVED, *FITS, *PLACES],
)
case("floor where the quotient is exact", torch.floor(x * 5), x.double() * 5, ["quantisation"], MOVED + FITS)

keys = torch.from_numpy(rng.integers(0, 12, (4, 40)))
stable = np.argsort(keys.numpy(), 1, kind="stable")
last = 39 - np.argsort(keys.numpy()[:, ::-1], 1, kind="stable")
case(
    "argsort, ties in the other order",
    last,
    stable,
    ["ties"],
    ["neighbours", *FITS, *PLACES, "isolated", "shift"],
    integer=True,
)
two = np.sort(rng.random((1, 64)))
order = np.argsort(-two, 1)
swapped = order.copy()
swapped[0, [10, 11]] = swapped[0, [11, 10]]
case("one tie", swapped, order, ["ties"], ["neighbours", *FITS, *PLACES, "isolated"], integer=True)
classes = rng.integers(0, 20, (1, 30, 30))
wrong = classes.copy()
places = rng.random(classes.shape) < 0.1
wrong[places] = rng.integers(0, 20, int(places.sum()))
case(
    "other classes here and there",
    wrong,
    classes,
    [],
    [*MOVED, *FITS, *PLACES, "saturation", "zeroed", "quantisation"],
    integer=True,
)
case("indices counted from 1", classes + 1, classes, ["offset"], [*MOVED, *PLACES], integer=True)

case(
    "another weight",
    F.conv2d(image, weight + 0.1 * normal(6, 4, 3, 3).float()),
    F.conv2d(image.double(), weight.double()),
    [],
    [*MOVED, *FITS, *PLACES, "neighbours", "normalised", "saturation", "zeroed", "quantisation", "isolated"],
)
case(
    "another weight before a Relu",
    F.relu(F.conv2d(image, weight + 0.01 * normal(6, 4, 3, 3).float())),
    F.relu(F.conv2d(image.double(), weight.double())),
    [],
    [*MOVED, *FITS, *PLACES, "neighbours", "normalised", "saturation", "zeroed", "quantisation", "isolated"],
)
single, double = both(lambda a, w: F.conv2d(a, w), image, weight)
case("float32 alone", single, double, [], MOVED + FITS + PLACES + SIZES + ["isolated", "quantisation"])

OUTPUT.parent.mkdir(parents=True, exist_ok=True)
OUTPUT.write_text(json.dumps(cases, separators=(",", ":"), allow_nan=False) + "\n")
