"""Writes test/fixtures/probe/truth.json: histograms, maps, profiles and worst elements as numpy computes them.

python test/engine/probe/make-truth.py   (needs numpy and ml_dtypes; the output is committed)
"""

import base64
import json
import math
from pathlib import Path

import ml_dtypes
import numpy as np

OUTPUT = Path(__file__).parents[2] / "fixtures/probe/truth.json"
NUMPY = {"bfloat16": ml_dtypes.bfloat16}
BINS, DENSITY, MAP_CELLS, PROFILE_CELLS, WORST = 64, 96, 128, 256, 20
rng = np.random.default_rng(20)


def numpy_dtype(name):
    return np.dtype(NUMPY.get(name, name))


def plain(value):
    """JSON has no NaN and no infinities."""
    value = float(value)
    if math.isnan(value):
        return "NaN"
    return value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")


def plains(array):
    return [plain(value) for value in np.ravel(array)]


def encoded(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def errors(t, r):
    with np.errstate(all="ignore"):
        error = np.abs(t - r)
    same = (t == r) | (np.isnan(t) & np.isnan(r))
    return np.where(same, 0.0, np.where(np.isnan(error), np.inf, error))


def edges_of(t, r):
    both = np.concatenate([t.ravel(), r.ravel()])
    finite = both[np.isfinite(both)]
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if low == high:
        return low - max(0.5, abs(low) / 2), high + max(0.5, abs(high) / 2)
    return low, high


def blocks(error, axis, most):
    """Largest error of each block of an axis, all other axes kept."""
    length = error.shape[axis]
    per = math.ceil(length / most)
    starts = np.arange(0, length, per)
    return per, np.maximum.reduceat(error, starts, axis=axis)


def error_map(error, rows, columns):
    rows_per, small = blocks(error, rows, MAP_CELLS)
    columns_per, small = blocks(small, columns, MAP_CELLS)
    others = tuple(axis for axis in range(error.ndim) if axis not in (rows, columns))
    small = small.max(axis=others)
    if rows > columns:
        small = small.T
    return {
        "axes": [rows, columns],
        "rows": small.shape[0],
        "columns": small.shape[1],
        "rowsPerCell": rows_per,
        "columnsPerCell": columns_per,
        "maxAbs": plains(small.astype(np.float32)),
    }


def profile(error, axis):
    lines = np.moveaxis(error, axis, 0).reshape(error.shape[axis], -1)
    per = math.ceil(error.shape[axis] / PROFILE_CELLS)
    cells = [lines[start : start + per] for start in range(0, error.shape[axis], per)]
    means = [cell[np.isfinite(cell)] for cell in cells]
    return {
        "axis": axis,
        "perCell": per,
        "maxAbs": plains([cell.max() for cell in cells]),
        "meanAbs": plains([finite.mean() if finite.size else 0.0 for finite in means]),
    }


def case(name, dtype, candidate, reference, maps, reference_dtype=None):
    reference_dtype = reference_dtype or dtype
    candidate = np.asarray(candidate).astype(numpy_dtype(dtype))
    reference = np.asarray(reference).astype(numpy_dtype(reference_dtype))
    t, r = candidate.astype(np.float64), reference.astype(np.float64)
    low, high = edges_of(t, r)
    error = errors(t, r)
    both = np.isfinite(t) & np.isfinite(r)
    order = np.argsort(-error.ravel(), kind="stable")[:WORST]
    order = [flat for flat in order if error.ravel()[flat] > 0]
    return {
        "name": name,
        "dtype": dtype,
        "referenceDtype": reference_dtype,
        "dims": list(candidate.shape),
        "candidate": encoded(candidate),
        "reference": encoded(reference),
        "low": low,
        "high": high,
        "candidateCounts": np.histogram(t[np.isfinite(t)], BINS, (low, high))[0].tolist(),
        "referenceCounts": np.histogram(r[np.isfinite(r)], BINS, (low, high))[0].tolist(),
        "density": np.flatnonzero(joint(t[both], r[both], low, high)).tolist(),
        "densityCounts": [int(n) for n in joint(t[both], r[both], low, high).ravel() if n > 0],
        "maps": [error_map(error, *axes) for axes in maps],
        "profiles": [profile(error, axis) for axis in range(t.ndim) if t.shape[axis] > 1 and t.size > 0],
        "worst": [
            {
                "index": [int(one) for one in np.unravel_index(flat, t.shape)],
                "candidate": plain(t.ravel()[flat]),
                "reference": plain(r.ravel()[flat]),
            }
            for flat in order
        ],
    }


def joint(t, r, low, high):
    return np.histogram2d(t, r, DENSITY, ((low, high), (low, high)))[0]


def near(shape, scale=1.0, error=1e-3):
    reference = rng.normal(0, scale, shape)
    return reference + rng.normal(0, error, shape) * (rng.random(shape) < 0.7), reference


def long_case(name, shape, maps):
    """Values by a formula that is exact in float32, so that the file need not hold them."""
    index = np.arange(np.prod(shape))
    candidate = (index * 7919 % 1009) / 64
    reference = candidate + np.where(index * 31 % 911 < 9, (index % 97) / 128, 0)
    made = case(name, "float32", candidate.reshape(shape), reference.reshape(shape), maps)
    return {key: value for key, value in made.items() if key not in ("candidate", "reference")}


def main():
    cases = []
    for dtype in ["float32", "float16", "bfloat16", "float64"]:
        cases.append(case(f"{dtype}", dtype, *near((2, 3, 5, 7)), [(2, 3), (1, 3), (3, 0)]))
    for dtype in ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]:
        reference = rng.integers(0, 100, (4, 6))
        candidate = reference + rng.integers(0, 3, (4, 6))
        cases.append(case(dtype, dtype, candidate, reference, [(0, 1)]))
    cases.append(case("bool", "bool", rng.random((5, 4)) < 0.5, rng.random((5, 4)) < 0.5, [(0, 1), (1, 0)]))
    cases.append(
        case("negative integers", "int64", [-(2**40), -7, 0], [-(2**40) + 3, -7, 1], [])
    )
    candidate, reference = near((6, 8))
    candidate, reference = candidate.copy(), reference.copy()
    candidate[0, :5] = [np.nan, np.inf, -np.inf, np.nan, np.inf]
    reference[0, :5] = [np.nan, np.inf, -np.inf, 0.5, -np.inf]
    candidate[3, 2], reference[5, 7] = np.inf, np.nan
    for dtype in ["float32", "float64", "float16"]:
        cases.append(case(f"{dtype} with NaN and infinities", dtype, candidate, reference, [(0, 1), (1, 0)]))
    cases.append(case("nothing finite", "float32", [np.nan, np.inf], [np.nan, -np.inf], []))
    cases.append(case("a scalar", "float32", 1.5, 1.25, []))
    cases.append(case("a scalar that agrees", "float64", -3.0, -3.0, []))
    cases.append(case("empty", "float32", np.zeros((0, 3)), np.zeros((0, 3)), []))
    cases.append(case("all the same", "float32", np.full((3, 3), 7.0), np.full((3, 3), 7.0), [(0, 1)]))
    cases.append(case("many equal errors", "float32", np.ones(50), np.zeros(50), []))
    cases.append(long_case("a long axis in blocks", (600, 300), [(0, 1), (1, 0)]))
    cases.append(long_case("long axes that do not divide", (257, 2, 129), [(0, 2), (1, 2)]))
    cases.append(long_case("just one row per cell", (128, 256), [(0, 1)]))
    grid = np.linspace(0, 1, 65)
    cases.append(case("values on the edges", "float64", grid, grid[::-1].copy(), []))
    tenths = np.arange(0, 65) * 0.1
    cases.append(case("values on edges that are rounded", "float64", tenths, tenths + 0.1, []))
    far = 1e15 + np.arange(0, 129) / 8
    cases.append(case("a narrow range far from 0", "float64", far, far[::-1].copy(), []))
    thirds = np.arange(-97, 97) / 3
    cases.append(case("edges of the density", "float64", thirds, np.roll(thirds, 1), []))
    cases.append(case("two dtypes", "float16", *near((4, 5)), [(0, 1)], "float32"))
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text("[\n" + ",\n".join(json.dumps(one) for one in cases) + "\n]\n")
    print(f"{len(cases)} cases, {OUTPUT.stat().st_size} bytes")


main()
