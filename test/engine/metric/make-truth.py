"""Writes test/fixtures/metric/truth.json: metrics, casts and tolerances as numpy and torch compute them.

python test/engine/metric/make-truth.py   (needs numpy, torch and ml_dtypes; the output is committed)
"""

import base64
import json
import math
from pathlib import Path

import ml_dtypes
import numpy as np
import torch

OUTPUT = Path(__file__).parents[2] / "fixtures/metric/truth.json"
FLOATS = ["float32", "float16", "bfloat16", "float64"]
INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "bool"]
MANTISSA = {"float64": 52, "float32": 23, "float16": 10, "bfloat16": 7}
NUMPY = {"bfloat16": ml_dtypes.bfloat16}


def numpy_dtype(name):
    return np.dtype(NUMPY.get(name, name))


def plain(value):
    """JSON has no NaN and no infinities."""
    value = float(value)
    if math.isnan(value):
        return "NaN"
    return value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")


def encoded(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def stats(values):
    with np.errstate(all="ignore"):
        values = values.astype(np.float64)
        finite = values[np.isfinite(values)]
        some = finite.size > 0
        nonzero = np.abs(finite[finite != 0])
        return {
            "count": values.size,
            "nan": int(np.isnan(values).sum()),
            "posInf": int(np.isposinf(values).sum()),
            "negInf": int(np.isneginf(values).sum()),
            "zero": int((finite == 0).sum()),
            "negative": int((finite < 0).sum()),
            "min": plain(finite.min() + 0.0) if some else "NaN",
            "max": plain(finite.max() + 0.0) if some else "NaN",
            "mean": plain(finite.mean()) if some else "NaN",
            "std": plain(finite.std()) if some else "NaN",
            "maxAbs": plain(np.abs(finite).max()) if some else 0,
            "minAbs": plain(nonzero.min()) if nonzero.size else 0,
            "sum": plain(finite.sum()),
            "sumSquares": plain((finite**2).sum()),
        }


def ordered(values):
    """Bit patterns as integers that grow with the value."""
    size = values.dtype.itemsize
    bits = values.view(f"i{size}").astype(object)
    return [b if b >= 0 else -(b & ((1 << (8 * size - 1)) - 1)) for b in bits]


def max_ulp(t, r, chosen, coarser):
    with np.errstate(all="ignore"):
        a, b = (ordered(side.astype(numpy_dtype(coarser))) for side in (t, r))
    return float(max((abs(a[i] - b[i]) for i in np.flatnonzero(chosen)), default=0))


def compare(t, r, names, atol, rtol):
    """t candidate, r reference; sums in float64 over elements finite on both sides."""
    is_integer = t.dtype.kind not in "fV" and r.dtype.kind not in "fV"
    with np.errstate(all="ignore"):
        a, b = t.astype(np.float64), r.astype(np.float64)
        if is_integer:
            d = np.array([float(abs(int(x) - int(y))) for x, y in zip(t, r)], np.float64)
        else:
            d = np.abs(a - b)
        both = np.isfinite(a) & np.isfinite(b)
        same = (a == b) | (np.isnan(a) & np.isnan(b)) if not is_integer else d == 0
        lowest = [
            float(ml_dtypes.finfo(numpy_dtype(name)).min) if name in FLOATS else math.nan for name in names
        ]
        mask = (np.isneginf(a) & (b == lowest[1])) | (np.isneginf(b) & (a == lowest[0]))
        mismatch = ~both & ~same & ~mask
        dd, tt, rr = d[both], a[both], b[both]
        far = both & (d > atol + rtol * np.abs(b))
        if mismatch.any():
            worst = int(np.flatnonzero(mismatch)[0])
        else:
            worst = int(np.flatnonzero(both)[dd.argmax()]) if dd.size else None
        n2 = [math.sqrt(float((x**2).sum())) for x in (dd, tt, rr)]
        relative = 0 if n2[0] == 0 else math.inf if n2[2] == 0 else n2[0] / n2[2]
        bins, counts = np.unique(dd[dd >= 2.0**-126].view(np.uint64) >> np.uint64(49), return_counts=True)
        coarser = None if any(n not in FLOATS for n in names) else min(names, key=MANTISSA.__getitem__)
        product = float((tt * rr).sum())
        return {
            "count": t.size,
            "nonFiniteMismatch": int(mismatch.sum()),
            "maskMismatch": int(mask.sum()),
            "finitePartOnly": bool((~both).any()),
            "maxAbs": plain(dd.max()) if dd.size else 0,
            "worst": None
            if worst is None
            else {"index": worst, "candidate": plain(a[worst]), "reference": plain(b[worst])},
            "meanAbs": plain(dd.mean()) if dd.size else 0,
            "rmse": plain(math.sqrt((dd**2).mean())) if dd.size else 0,
            "relativeL2": plain(relative),
            "sqnr": plain(
                -math.inf
                if mismatch.any() or relative == math.inf
                else math.inf
                if relative == 0
                else -20 * math.log10(relative)
            ),
            "cosine": (1 if n2[1] == n2[2] else 0)
            if n2[1] == 0 or n2[2] == 0
            else max(-1, min(1, product / (n2[1] * n2[2]))),
            "outside": float((far | mismatch).mean()) if t.size else 0,
            "unequal": float((~same).mean()) if t.size else 0,
            "maxUlp": 0 if coarser is None else max_ulp(t, r, both & (d > atol), coarser),
            "histogram": {
                "zero": int((dd == 0).sum()),
                "denormal": int(((dd > 0) & (dd < 2.0**-126)).sum()),
                "nonFinite": int((~both).sum()),
                "bins": [{"bin": int(k), "count": int(n)} for k, n in zip(bins, counts)],
            },
            "candidate": stats(t),
            "reference": stats(r),
        }


def awkward(random, name, count):
    values = random.standard_normal(count) * 10.0 ** random.integers(-3, 3, count)
    special = [0, -0.0, math.nan, math.inf, -math.inf, 1e-42, 6e-8, 65504, -65504, -3.4028234663852886e38, 1]
    places = random.random(count) < 0.15
    values[places] = random.choice(special, places.sum())
    with np.errstate(all="ignore"):
        return values.astype(numpy_dtype(name))


def random_pair(random, first, second, count):
    if first in FLOATS and second in FLOATS:
        r = awkward(random, second, count)
        with np.errstate(all="ignore"):
            t = r.astype(np.float64)
            near = random.random(count) < 0.7
            t = np.where(near, t * (1 + random.standard_normal(count) * 1e-3), awkward(random, first, count))
            return t.astype(numpy_dtype(first)), r
    sides = []
    for name in (first, second):
        if name in FLOATS:
            sides.append(np.round(random.standard_normal(count) * 3).astype(numpy_dtype(name)))
        elif name == "bool":
            sides.append(random.random(count) < 0.5)
        else:
            info = np.iinfo(name)
            wide = random.integers(info.min, info.max, count, dtype=name, endpoint=True)
            small = random.integers(0, 4, count).astype(name)
            sides.append(np.where(random.random(count) < 0.5, wide, small))
    keep = random.random(count) < 0.4
    if first == second:
        sides[0] = np.where(keep, sides[1], sides[0])
    return sides[0], sides[1]


def comparisons():
    random = np.random.default_rng(20)
    mixed = [(a, b) for a in FLOATS for b in FLOATS if a != b]
    mixed += [("int64", "int32"), ("int64", "uint64"), ("uint64", "int8"), ("bool", "uint8"), ("int64", "float32")]
    for first, second in [(n, n) for n in FLOATS + INTEGERS] + mixed:
        t, r = random_pair(random, first, second, 61)
        atol, rtol = (1e-3, 1e-3) if first in FLOATS else (0.5, 0)
        yield {
            "candidateDtype": first,
            "referenceDtype": second,
            "atol": atol,
            "rtol": rtol,
            "candidate": encoded(t),
            "reference": encoded(r),
            "expected": compare(t, r, (first, second), atol, rtol),
        }


def casts():
    """float64 values and the bits of the nearest float16 (numpy) and bfloat16 (torch, by way of float32)."""
    random = np.random.default_rng(21)
    ties = [1 + 2.0**-11, 1 + 3 * 2.0**-11, 2.0**-25, 3 * 2.0**-25, 1 + 2.0**-11 + 2.0**-40, 1 + 2.0**-8]
    edges = [65504, 65519.99, 65520, 1e5, 6.1e-5, 6e-8, 2.9e-8, 3.3961775292304957e38, 3.4e38, 1e-40]
    values = [0.0, -0.0, *ties, *edges, *(-x for x in ties), *(random.standard_normal(60) * 10.0 ** random.integers(-8, 8, 60))]
    with np.errstate(all="ignore"):
        doubles = np.array(values, np.float64)
        singles = doubles.astype(np.float32)
        brain = torch.from_numpy(singles).to(torch.bfloat16).view(torch.int16).numpy().view(np.uint16)
        return {
            "float64": [plain(x) if x != 0 else x for x in doubles],
            "float16": doubles.astype(np.float16).view(np.uint16).tolist(),
            "float32": [plain(x) for x in singles],
            "bfloat16OfFloat32": brain.tolist(),
            "float16Bits": (patterns := list(range(0, 65536, 97)) + [1, 1023, 1024, 31743, 31744, 64512, 32768]),
            "float16Values": [plain(x) for x in np.array(patterns, np.uint16).view(np.float16)],
        }


def tolerances():
    torch_floats = [name for name in FLOATS]
    pairs = [(a, b) for a in [*torch_floats, "int64", "bool"] for b in [*torch_floats, "int64"]]
    for a, b in pairs:
        rtol, atol = torch.testing._comparison.default_tolerances(getattr(torch, a), getattr(torch, b))
        yield {"candidate": a, "reference": b, "atol": atol, "rtol": rtol}


truth = {
    "comparisons": list(comparisons()),
    "casts": casts(),
    "tolerances": list(tolerances()),
}
OUTPUT.parent.mkdir(parents=True, exist_ok=True)
OUTPUT.write_text(json.dumps(truth, separators=(",", ":")) + "\n")
