"""Writes the small dumps in test/fixtures/dumps, each by the library that owns its format, and expected.json beside
them: every value that a reader must return, and the words that a refusal must contain.

    python scripts/dump-fixtures/make.py        needs torch, numpy, safetensors, onnx

Polygraphy JSON is written by hand, in the form of its `polygraphy/json/serde.py`.
"""

import base64
import collections
import io
import json
import math
import pickle
import shutil
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import save_file

OUT = Path(__file__).resolve().parents[2] / "test" / "fixtures" / "dumps"
EXPECTED: dict[str, dict] = {}
torch.manual_seed(0)
RNG = np.random.default_rng(0)


def number(value):
    """Exact in JSON: int64 as text, non-finite as text, the rest as doubles (every smaller float fits)."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    return value if math.isfinite(value) else str(value)


def described(tensor) -> dict:
    if isinstance(tensor, np.ndarray):
        values = tensor.ravel(order="C").tolist()
        dtype, dims = tensor.dtype.name, list(tensor.shape)
    else:
        tensor = tensor.detach().resolve_neg()
        dtype, dims = str(tensor.dtype).removeprefix("torch."), list(tensor.shape)
        plain = tensor if dtype in ("uint16", "uint32", "uint64") else tensor.to(tensor.dtype)
        values = (plain.float() if dtype in ("float16", "bfloat16") else plain).contiguous().flatten().tolist()
    return {"dtype": dtype, "dims": dims, "values": [number(value) for value in values]}


def expect(name: str, format_name: str, *samples: dict, skipped: dict | None = None) -> None:
    EXPECTED[name] = {
        "format": format_name,
        "samples": [[[key, described(tensor)] for key, tensor in sample.items()] for sample in samples],
        "skipped": [[key, reason] for key, reason in (skipped or {}).items()],
    }


def refuse(name: str, *words: str) -> None:
    EXPECTED[name] = {"refused": list(words)}


def every_dtype() -> dict[str, torch.Tensor]:
    base = torch.tensor([[0.0, -0.0, 1.5], [-2.25, math.inf, math.nan]])
    whole = torch.tensor([[0, 1, 2], [3, 100, 127]])
    tensors = {str(dtype)[6:]: base.to(dtype) for dtype in (torch.float64, torch.float32, torch.float16, torch.bfloat16)}
    for dtype in (torch.int64, torch.int32, torch.int16, torch.int8):
        tensors[str(dtype)[6:]] = (-whole).to(dtype)
    for dtype in (torch.uint8, torch.uint16, torch.uint32, torch.uint64):
        tensors[str(dtype)[6:]] = whole.to(dtype)
    tensors["large"] = torch.tensor([2**63 - 1, -(2**63), 2**53 + 1])
    tensors["bool"] = whole > 2
    tensors["scalar"] = torch.tensor(3.5)
    tensors["empty"] = torch.zeros(0, 4)
    return tensors


AWKWARD = ["__proto__", "39", "constructor", '{"a": [1]}', "with space/and.dot", "名前"]


def awkward_names() -> dict[str, torch.Tensor]:
    return {name: torch.tensor([float(index)]) for index, name in enumerate(AWKWARD)}


def safetensors() -> None:
    float8 = torch.zeros(2, 2).to(torch.float8_e4m3fn)
    tensors = every_dtype() | awkward_names()
    save_file(tensors | {"f8": float8}, OUT / "plain.safetensors", metadata={"framework": "pt"})
    expect("plain.safetensors", "safetensors", tensors, skipped={"f8": "F8_E4M3"})


def npy() -> None:
    ramp = np.arange(24, dtype=np.float32).reshape(2, 3, 4) - 7.5
    for name, array in {
        "c_order.npy": ramp,
        "fortran.npy": np.asfortranarray(ramp),
        "big_endian.npy": ramp.astype(">f4"),
        "big_endian_fortran.npy": np.asfortranarray(ramp.astype(">f8")),
        "zero_d.npy": np.array(2.5),
        "bool.npy": ramp > 0,
        "float16.npy": ramp.astype(np.float16),
        "uint64.npy": np.array([2**64 - 1, 0], np.uint64),
        "empty.npy": np.zeros((3, 0), np.int32),
    }.items():
        np.save(OUT / name, array)
        native = array.astype(array.dtype.newbyteorder("="))
        expect(name, "npy", {name.removesuffix(".npy"): native})
    for version in ((2, 0), (3, 0)):
        name = f"version{version[0]}.npy"
        with open(OUT / name, "wb") as file:
            np.lib.format.write_array(file, ramp, version=version)
        expect(name, "npy", {name.removesuffix(".npy"): ramp})
    np.save(OUT / "object.npy", np.array([{"a": 1}, None], object), allow_pickle=True)
    refuse("object.npy", "object.npy", "object array")
    np.save(OUT / "structured.npy", np.zeros(2, [("x", "<f4"), ("y", "<i4")]))
    refuse("structured.npy", "structured.npy", "structured array")
    np.save(OUT / "complex.npy", np.zeros(2, np.complex64))
    refuse("complex.npy", "complex.npy", "complex")
    np.save(OUT / "text.npy", np.array(["a", "bc"]))
    refuse("text.npy", "text.npy", "text")
    (OUT / "no_array.npy").write_bytes(b"not an array at all")
    refuse("no_array.npy", "no_array.npy", "NUMPY")


def npy_folder() -> None:
    folder = OUT / "arrays"
    (folder / "block").mkdir(parents=True)
    arrays = {"2_relu": np.float32([1, 2]), "10_conv": np.float32([[3]]), "block/inner": np.int8([-1])}
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    np.save(folder / "names.npy", np.array([None]), allow_pickle=True)
    (folder / "README.txt").write_text("not a tensor\n")
    expect("arrays", "npy-folder", arrays, skipped={"names": "object array"})


def npz() -> None:
    arrays = {name: tensor.numpy() for name, tensor in (every_dtype() | awkward_names()).items() if name != "bfloat16"}
    arrays.pop("{\"a\": [1]}")
    arrays["block/fortran"] = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    arrays["ramp"] = np.arange(3000, dtype=np.float32).reshape(30, 100)
    skipped = {"object": "object array"}
    with_object = arrays | {"object": np.array([None])}
    for name, save in {"stored.npz": np.savez, "deflated.npz": np.savez_compressed}.items():
        save(OUT / name, **with_object)
        expect(name, "npz", arrays, skipped=skipped)
    small = {"a": np.float32([1, 2, 3]), "b": np.arange(40).reshape(5, 8)}
    # The limits above which the standard library writes zip64 records, lowered so that a small file has them all.
    limits = zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT
    zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = 16, 0
    for name, save in {"zip64.npz": np.savez, "zip64_deflated.npz": np.savez_compressed}.items():
        save(OUT / name, **small)
        expect(name, "npz", small)
    zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = limits


def odd_tensors() -> tuple[dict, dict, dict]:
    """What is saved, what is read of it, and what is skipped."""
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    nested = {"pair": (torch.ones(2), torch.zeros(1)), "list": [torch.ones(1), {"deep": torch.full((1,), 7.0)}]}
    read = every_dtype() | {
        "base": base,
        "view": base[:, 1:, ::2],
        "transposed": base.transpose(0, 2),
        "permuted": base.permute(2, 0, 1),
        "row": base[1, 2],
        "expanded": torch.tensor([1.0, 2.0]).reshape(2, 1).expand(2, 5),
        "channels_last": torch.arange(24.0).reshape(1, 2, 3, 4).to(memory_format=torch.channels_last),
        "half_view": base.half()[:, :, 1],
        "same": base,
        "parameter": torch.nn.Parameter(torch.tensor([1.0, -1.0])),
    }
    unread = {
        "complex": torch.ones(2, dtype=torch.complex64),
        "quantised": torch.quantize_per_tensor(torch.ones(2), 0.5, 0, torch.quint8),
        "sparse": torch.eye(2).to_sparse(),
        "csr": torch.eye(2).to_sparse_csr(),
        "meta": torch.zeros(2, device="meta"),
        "negated": torch.ones(2, dtype=torch.complex64).conj().imag,
        "epoch": 3,
        "note": "text",
        "nothing": None,
        "shape": torch.Size([1, 2]),
    }
    flat = {
        "nested.pair.0": nested["pair"][0],
        "nested.pair.1": nested["pair"][1],
        "nested.list.0": nested["list"][0],
        "nested.list.1.deep": nested["list"][1]["deep"],
    }
    reasons = {
        "complex": "complex",
        "quantised": "quantised",
        "sparse": "sparse",
        "csr": "sparse",
        "meta": "meta",
        "negated": "negated",
        "epoch": "number",
        "note": "text",
        "nothing": "None",
        "shape": "no tensors",
    }
    return read | {"nested": nested} | unread, read | flat, reasons


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(2, 2)

    def forward(self, x):
        return self.fc(x)


def torch_files() -> None:
    saved, read, reasons = odd_tensors()
    torch.save(saved, OUT / "odd.pt")
    expect("odd.pt", "torch", read, skipped=reasons)
    # The old format cannot hold what shares its bytes under two types, and the newer unsigned integers.
    old = {name: value for name, value in saved.items() if name not in ("negated", "csr", "uint16", "uint32", "uint64")}
    old_read = {name: value for name, value in read.items() if name in old or "." in name}
    torch.save(old, OUT / "odd_legacy.pth", _use_new_zipfile_serialization=False)
    expect("odd_legacy.pth", "torch", old_read, skipped={name: reasons[name] for name in reasons if name in old})

    torch.save(torch.arange(3), OUT / "alone.pt")
    expect("alone.pt", "torch", {"alone": torch.arange(3)})
    torch.save([torch.ones(1), (torch.zeros(2), None)], OUT / "listed.bin")
    expect("listed.bin", "torch", {"0": torch.ones(1), "1.0": torch.zeros(2)}, skipped={"1.1": "None"})
    names = awkward_names() | {39: torch.tensor([9.0])}
    del names["39"]
    torch.save(names, OUT / "awkward.pt")
    expect("awkward.pt", "torch", {str(name): tensor for name, tensor in names.items()})

    factory = collections.defaultdict(list)
    factory["relu"].append(torch.ones(2))
    factory["relu"].append(torch.zeros(2))
    torch.save(factory, OUT / "defaultdict.pt")
    expect("defaultdict.pt", "torch", {"relu.0": torch.ones(2), "relu.1": torch.zeros(2)})
    state = Net().state_dict()
    torch.save(state, OUT / "state_dict.pt")
    expect("state_dict.pt", "torch", dict(state))

    arrays = {
        "float": np.arange(6, dtype=np.float32).reshape(2, 3),
        "big": np.arange(3, dtype=">i2"),
        "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "scalar": np.float32(2.5),
        "zero_d": np.array(7),
    }
    native = {name: np.asarray(array).astype(np.asarray(array).dtype.newbyteorder("=")) for name, array in arrays.items()}
    for protocol in (2, 3, 4, 5):
        name = f"numpy_protocol{protocol}.pt"
        torch.save(arrays | {"tensor": torch.ones(2), "objects": np.array([None])}, OUT / name, pickle_protocol=protocol)
        expect(name, "torch", native | {"tensor": torch.ones(2)}, skipped={"objects": "object"})

    big_endian()
    refused_torch_files()


def big_endian() -> None:
    """As a big-endian machine writes it: the record says so, the elements are swapped."""
    values = torch.tensor([1.5, -2.0, 3.25])
    buffer = io.BytesIO()
    torch.save({"x": values}, buffer)
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(OUT / "big_endian.pt", "w") as target:
        for member in source.namelist():
            data = source.read(member)
            if member.endswith("byteorder"):
                data = b"big"
            if "/data/" in member:
                data = values.numpy().astype(">f4").tobytes()
            target.writestr(member, data)
    expect("big_endian.pt", "torch", {"x": values})


def refused_torch_files() -> None:
    sys.modules["__main__"].Net = Net
    torch.save(Net(), OUT / "module.pt")
    refuse("module.pt", "module.pt", "data.pkl", "`__main__.Net`", "re-save with torch.save")

    # Written by hand: the opcodes of a call, in each of the ways there are.
    hostile = b"\x80\x02cos\nsystem\nX\x05\x00\x00\x00false\x85R."
    for name, program in {
        "hostile.pt": hostile,
        "hostile_in_dict.pt": b"\x80\x02}X\x01\x00\x00\x00acbuiltins\neval\nX\x03\x00\x00\x001+1\x85Rs.",
        "hostile_stack_global.pt": b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x05false\x85R.",
        "hostile_numpy.pt": b"\x80\x02cnumpy.testing._private.utils\nrunstring\nX\x01\x00\x00\x00a}\x86R.",
        "hostile_getattr.pt": b"\x80\x02cbuiltins\ngetattr\nctorch\nTensor\nX\x01\x00\x00\x00a\x86R.",
        "hostile_build.pt": b"\x80\x02ctorch\nFloatStorage\n}X\x01\x00\x00\x00aX\x01\x00\x00\x00bsb.",
        "hostile_instance.pt": b"\x80\x02(ios\nsystem\n.",
    }.items():
        with zipfile.ZipFile(OUT / name, "w") as archive:
            archive.writestr("any folder/data.pkl", program)
            archive.writestr("any folder/version", "3\n")
    refuse("hostile.pt", "hostile.pt: data.pkl: refuses `os.system`: only tensors, containers and numbers are read; re-save with torch.save({name: tensor.detach().clone()})")
    refuse("hostile_in_dict.pt", "`builtins.eval`")
    refuse("hostile_stack_global.pt", "`os.system`")
    refuse("hostile_numpy.pt", "`numpy.testing._private.utils.runstring`")
    refuse("hostile_getattr.pt", "`builtins.getattr`")
    refuse("hostile_build.pt", "set the state")
    refuse("hostile_instance.pt", "refuses an instance")
    magic = pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2) + pickle.dumps({}, 2)
    (OUT / "hostile_legacy.pt").write_bytes(magic + hostile)
    refuse("hostile_legacy.pt", "hostile_legacy.pt", "`os.system`")
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(Net()), buffer)
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(OUT / "script.pt", "w") as target:
        # The debug records hold paths of the machine that wrote them.
        for member in source.namelist():
            if not member.endswith(".debug_pkl"):
                target.writestr(member, source.read(member))
    refuse("script.pt", "TorchScript")
    (OUT / "plain.pkl").write_bytes(pickle.dumps({"a": [1.0]}, 4))
    refuse("plain.pkl", "plain pickle", ".safetensors", ".npz")
    (OUT / "nothing.txt").write_text("hello\n")
    refuse("nothing.txt", "a text file", "layerdiff dump folder")
    (OUT / "empty.bin").write_bytes(b"")
    refuse("empty.bin", "empty file")
    with zipfile.ZipFile(OUT / "other.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    refuse("other.zip", "zip archive with neither")


def tensor_file(path: Path, array: np.ndarray, name: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(numpy_helper.from_array(array, name).SerializeToString())


def onnx_test_data() -> None:
    samples = []
    for index in range(2):
        x, mask, y = RNG.normal(size=(1, 3)).astype(np.float32), np.array([True, False]), RNG.normal(size=(2, 2))
        folder = OUT / "test_data" / f"test_data_set_{index}"
        tensor_file(folder / "input_0.pb", x, "x")
        tensor_file(folder / "input_1.pb", mask)
        tensor_file(folder / "output_0.pb", y, "y")
        samples.append({"x": x, "input_1": mask, "y": y})
    expect("test_data", "onnx-test-data", *samples)

    typed = OUT / "typed"
    typed.mkdir()
    read = {}
    values = [0, 1, 2, 3, 100, 127]
    for name, code, dtype in (
        ("float32", TensorProto.FLOAT, np.float32),
        ("float64", TensorProto.DOUBLE, np.float64),
        ("float16", TensorProto.FLOAT16, np.float16),
        ("int64", TensorProto.INT64, np.int64),
        ("int32", TensorProto.INT32, np.int32),
        ("int16", TensorProto.INT16, np.int16),
        ("int8", TensorProto.INT8, np.int8),
        ("uint8", TensorProto.UINT8, np.uint8),
        ("uint16", TensorProto.UINT16, np.uint16),
        ("uint32", TensorProto.UINT32, np.uint32),
        ("uint64", TensorProto.UINT64, np.uint64),
        ("bool", TensorProto.BOOL, np.bool_),
    ):
        sign = -1 if dtype in (np.float32, np.float64, np.float16, np.int64, np.int32, np.int16, np.int8) else 1
        array = (np.array(values) * sign).astype(dtype).reshape(2, 3)
        proto = helper.make_tensor(name, code, array.shape, array.ravel())
        (typed / f"{name}.pb").write_bytes(proto.SerializeToString())
        read[name] = array
    half = torch.tensor([1.5, -2.0])
    proto = helper.make_tensor("bfloat16", TensorProto.BFLOAT16, [2], half.tolist())
    (typed / "bfloat16.pb").write_bytes(proto.SerializeToString())
    read["bfloat16"] = half.bfloat16()
    tensor_file(typed / "scalar.pb", np.array(2.5, np.float32), "scalar")
    read["scalar"] = np.array(2.5, np.float32)
    # Fields one by one instead of packed, as proto2 writers do: tag 0x25 is float_data, 0x38 int64_data.
    head = b"\x08\x02\x10\x01" + b"".join(b"\x25" + struct.pack("<f", value) for value in (1.5, -1.5))
    (typed / "unpacked.pb").write_bytes(head)
    read["unpacked"] = np.float32([1.5, -1.5])
    (typed / "unpacked_int.pb").write_bytes(b"\x08\x02\x10\x07\x38\x05\x38" + b"\xff" * 9 + b"\x01")
    read["unpacked_int"] = np.array([5, -1])
    sequence = onnx.helper.make_sequence("s", onnx.SequenceProto.TENSOR, [numpy_helper.from_array(np.float32([1]))])
    (typed / "sequence.pb").write_bytes(sequence.SerializeToString())
    optional = onnx.helper.make_optional("o" * 300, onnx.OptionalProto.TENSOR, numpy_helper.from_array(np.float32([1])))
    (typed / "optional.pb").write_bytes(optional.SerializeToString())
    tensor_file(typed / "text.pb", np.array(["a", "b"], object), "text")
    tensor_file(typed / "complex.pb", np.zeros(2, np.complex64), "complex")
    (typed / "model.pb").write_bytes(b"\x08\x07\x12\x05hello")
    external = TensorProto(name="external", data_type=TensorProto.FLOAT, dims=[2], data_location=TensorProto.EXTERNAL)
    for key, value in {"location": "values.data", "offset": "4", "length": "8"}.items():
        external.external_data.add(key=key, value=value)
    (typed / "external.pb").write_bytes(external.SerializeToString())
    (typed / "values.data").write_bytes(np.float32([9, 1.5, -1.5]).tobytes())
    read["external"] = np.float32([1.5, -1.5])
    ordered = dict(sorted(read.items()))
    skipped = {"typed/sequence.pb": "sequence", "typed/optional.pb": "sequence or an optional", "typed/text.pb": "string"}
    skipped |= {"typed/complex.pb": "complex64", "typed/model.pb": "no ONNX tensor"}
    expect("typed", "onnx-test-data", ordered, skipped=skipped)
    for name, facts in {
        "escape_parent": {"location": "../typed/values.data"},
        "escape_absolute": {"location": "/etc/hostname"},
        "escape_hidden": {"location": "a/../../typed/values.data"},
        "escape_length": {"location": "values.data", "offset": "4", "length": "80"},
        "escape_negative": {"location": "values.data", "offset": "-4"},
        "escape_unknown": {"location": "values.data", "run": "x"},
    }.items():
        folder = OUT / name
        folder.mkdir()
        proto = TensorProto(name="x", data_type=TensorProto.FLOAT, dims=[2], data_location=TensorProto.EXTERNAL)
        for key, value in facts.items():
            proto.external_data.add(key=key, value=value)
        (folder / "input_0.pb").write_bytes(proto.SerializeToString())
        (folder / "values.data").write_bytes(bytes(12))
        refuse(name, "input_0.pb", "external_data")


def polygraphy() -> None:
    def array(value: np.ndarray) -> dict:
        buffer = io.BytesIO()
        np.save(buffer, value)
        return {"array": base64.b64encode(buffer.getvalue()).decode(), "polygraphy_class": "ndarray"}

    iterations = [{"y": RNG.normal(size=(2, 3)).astype(np.float32), "__proto__": np.arange(4), "39": np.array(True)} for _ in range(2)]

    def run(runner: str) -> list:
        return [
            runner,
            [
                {
                    "outputs": {name: {"values": array(value), "polygraphy_class": "LazyNumpyArray"} for name, value in outputs.items()},
                    "runtime": 0.25,
                    "runner_name": runner,
                    "polygraphy_class": "IterationResult",
                }
                for outputs in iterations
            ],
        ]

    results = {"lst": [run("onnxrt-runner"), run("trt-runner")], "polygraphy_class": "RunResults"}
    (OUT / "outputs.json").write_text(json.dumps(results, indent=4))
    expect("outputs.json", "polygraphy", *iterations, skipped={"runner trt-runner": "first runner"})
    inputs = [{"x": np.asfortranarray(np.arange(6.0).reshape(2, 3))}, {"x": np.zeros((0, 3))}]
    (OUT / "inputs.json").write_text(json.dumps([{name: array(value) for name, value in item.items()} for item in inputs]))
    expect("inputs.json", "polygraphy", *inputs)
    (OUT / "other.json").write_text(json.dumps({"a": [1, 2]}))
    refuse("other.json", "other.json", "JSON")


def layerdiff() -> None:
    folder = OUT / "dump"
    folder.mkdir()
    x, y, z = torch.randn(1, 2), torch.randn(1, 3), torch.randn(1, 3)
    weight = torch.randn(3, 2)
    save_file({"s0/t0": x, "s0/t1": y, "weights/fc.weight": weight}, folder / "tensors-00000.safetensors")
    save_file({"s0/t2": z, "s0/r1": y.double()}, folder / "tensors-00001.safetensors")

    def entry(path, role, name, tensor, shard=0, **more):
        facts = {"path": path, "call": 0, "role": role, "index": 0, "dtype": str(tensor.dtype)[6:]}
        return facts | {"dims": list(tensor.shape), "shard": shard, "name": name} | more

    entries = [
        entry("", "input", "s0/t0", x),
        entry("fc", "input", "s0/t0", x),
        entry("fc", "output", "s0/t2", z, 1, op="aten.mm.default", op_call=1),
        entry("fc", "output", "s0/t1", y),
        entry("", "output", "s0/t1", y),
    ]
    manifest = {
        "schema": "layerdiff.dump/1",
        "recorder": "0.1.0",
        "granularity": "op",
        "environment": {
            "torch": torch.__version__, "python": "3.11.7", "platform": "Linux-x86_64", "device": "cpu",
            "model_dtype": "float32", "training": False, "deterministic": False, "tf32": False, "autocast": False,
            "attention": "math", "precision": "exact", "changed": ["cudnn.benchmark was on"],
        },
        "modules": [
            {"path": "", "class": "pkg.Net", "repr": "", "training": False, "file": "net.py", "line": 12, "parameters": []},
            {"path": "fc", "aliases": ["head"], "class": "torch.nn.modules.linear.Linear", "repr": "in_features=2",
             "training": False, "file": None, "line": None, "parameters": ["fc.weight"]},
        ],
        "parameters": [
            {"name": "fc.weight", "dtype": "float32", "dims": [3, 2], "buffer": False,
             "stats": {"min": -1.0, "max": None, "mean": 0.0, "std": 1.0},
             "digests": {"stored": "00ff", "float16_transposed": "11"}, "shard": 0, "key": "weights/fc.weight"}
        ],
        "shards": ["tensors-00000.safetensors", "tensors-00001.safetensors"],
        "samples": [
            {
                "inputs": [{"name": "x", "key": "#0:input.0"}],
                "outputs": [{"name": "logits", "key": "#0:output.0"}],
                "entries": entries,
                "skipped": [{"name": "lstm#0:output.1", "reason": "sparse tensor"}],
                "referee": [entry("fc", "output", "s0/r1", y.double(), 1)],
                "referee_missing": None,
            }
        ],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))
    keys = ["#0:input.0", "fc#0:input.0", "fc#0:aten.mm.default/1.0", "fc#0:output.0", "#0:output.0"]
    read = dict(zip(keys, [x, x, z, y, y]))
    expect("dump", "layerdiff", read, skipped={"lstm#0:output.1": "sparse tensor"})

    session = OUT / "session"
    session.mkdir()
    save_file({"t0": x, "t1": y}, session / "tensors-00000.safetensors")
    manifest["granularity"] = "session"
    manifest["modules"] = manifest["parameters"] = []
    manifest["shards"] = ["tensors-00000.safetensors"]
    manifest["samples"] = [
        {
            "inputs": [{"name": "x", "key": "x#0:input.0"}],
            "outputs": [{"name": "fc/Gemm_output_0", "key": "fc/Gemm_output_0#0:output.0"}],
            "entries": [entry("x", "input", "t0", x), entry("fc/Gemm_output_0", "output", "t1", y)],
            "skipped": [],
        }
    ]
    (session / "manifest.json").write_text(json.dumps(manifest))
    expect("session", "layerdiff", {"x": x, "fc/Gemm_output_0": y})


def main() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    for make in (safetensors, npy, npy_folder, npz, torch_files, onnx_test_data, polygraphy, layerdiff):
        make()
    (OUT / "expected.json").write_text(json.dumps(EXPECTED, indent=None, separators=(",", ":"), allow_nan=False) + "\n")
    total = sum(path.stat().st_size for path in OUT.rglob("*") if path.is_file())
    print(f"{len(EXPECTED)} dumps, {total} bytes")


if __name__ == "__main__":
    main()
