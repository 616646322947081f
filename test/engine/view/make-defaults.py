"""Writes test/fixtures/view/defaults.json: what ONNX's operator definitions say where a node is silent, by opset.

python test/engine/view/make-defaults.py   (needs onnx; the output is committed)
"""

import json
from pathlib import Path

import numpy as np
from onnx import defs, helper

OUTPUT = Path(__file__).parents[2] / "fixtures/view/defaults.json"
OLDEST = 7


def value_of(attribute):
    if attribute.default_value.name == "":
        return None
    value = helper.get_attribute_value(attribute.default_value)
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (list, tuple)):
        return [one.decode() if isinstance(one, bytes) else one for one in value]
    # The digits that float32 needs.
    return float(str(np.float32(value))) if isinstance(value, float) else value


def main():
    operators = {}
    for schema in defs.get_all_schemas_with_history():
        if schema.domain != "":
            continue
        found = {name: value_of(one) for name, one in schema.attributes.items()}
        found = {name: found[name] for name in sorted(found) if found[name] is not None}
        operators.setdefault(schema.name, {})[schema.since_version] = found
    history = {}
    for name in sorted(operators):
        versions = sorted(operators[name].items())
        old = [version for version in versions if version[0] <= OLDEST][-1:]
        kept = old + [version for version in versions if version[0] > OLDEST]
        if any(found for _, found in kept):
            history[name] = [[since, found] for since, found in kept]
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{json.dumps(name)}: {json.dumps(versions)}" for name, versions in history.items()]
    OUTPUT.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(history)} operators, {OUTPUT.stat().st_size} bytes")


main()
