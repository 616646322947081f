"""Records the activations of a PyTorch model as a Layerdiff dump.

One file on purpose: copy it beside your script and import it. Needs Python 3.9 and torch 1.13 or newer, nothing else.

    from layerdiff_recorder import record

    model.eval()
    with torch.no_grad(), record(model, "dump", settings={"add_padding": True}) as recording:
        recording.pre(image=picture)        # optional: what the next sample was made of
        model(image)                        # every forward pass in here is one sample
        recording.post(boxes=boxes, scores=scores, labels=labels, iou=0.7)      # optional: what became of it

    export(model, (image,), "model.onnx", dump="dump")      # export and record the same call
    watch_exports("dump")                                   # record what somebody else's script exports
    session = record_session(onnxruntime.InferenceSession("model.onnx"), "dump")    # what the runtime was fed and gave

    $ python layerdiff_recorder.py run --class Net --out dump script.py --its --arguments

Recording never changes a result and never breaks the recorded program: hooks return nothing, an error inside one is
reported once on stderr, and what could not be recorded stands in the manifest under "skipped". Two things do differ
while hooks are on: float32 is not cut short (precision="exact"), and nn.TransformerEncoderLayer takes its plain path
instead of its fused one, as it does in an export.
"""

import argparse
import contextlib
import copy
import ctypes
import dataclasses
import functools
import hashlib
import inspect
import json
import math
import os
import platform
import re
import runpy
import shutil
import sys
import threading
import zlib
from collections.abc import Mapping

import torch
import torch.utils._pytree as pytree
from torch import nn
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode

__version__ = "0.1.0"
__all__ = ["record", "export", "watch_exports", "record_session"]

SHARD_BYTES = 256 << 20  # a shard is closed when its data reaches this size
STATS_CHUNK = 1 << 22  # elements converted to float64 at a time

# torch and numpy name -> safetensors name
DTYPES = {
    "bool": "BOOL", "uint8": "U8", "int8": "I8", "uint16": "U16", "int16": "I16", "uint32": "U32", "int32": "I32",
    "uint64": "U64", "int64": "I64", "float16": "F16", "bfloat16": "BF16", "float32": "F32", "float64": "F64",
    "float8_e4m3fn": "F8_E4M3", "float8_e5m2": "F8_E5M2",
}  # fmt: skip
OUR_FILES = re.compile(r"manifest\.json(\.new)?|tensors-\d+\.(safetensors|data)")
OUR_FOLDERS = re.compile(r"export-\d+")

# What a setting may be; longer lists are kept as tensors, longer texts are cut.
SETTING_NUMBERS, SETTING_TEXT = 64, 2000
DETECTIONS = ("boxes", "scores", "labels")
# Libraries that take part in what a model is fed and what becomes of its outputs.
LIBRARIES = ("torch", "torchvision", "onnx", "onnxscript", "onnxruntime", "numpy", "cv2", "PIL", "transformers", "timm",
             "ultralytics", "mmcv", "mmdet")  # fmt: skip

# Since torch 2.1 hooks see keyword arguments and forwards that raise.
_hooks_see_all = "always_call" in inspect.signature(nn.Module.register_forward_hook).parameters


def _say(text):
    print("layerdiff: " + text, file=sys.stderr, flush=True)


def _first_line(error):
    return f"{type(error).__name__}: {error}".splitlines()[0]


def _human(size):
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"


def _byte_count(text):
    """'8GiB', '500 MB', 1000 -> bytes."""
    if isinstance(text, (int, float)):
        return int(text)
    match = re.fullmatch(r"\s*([\d.]+)\s*([KMGT]?)(i?)B?\s*", text, re.I)
    if not match:
        raise ValueError(f"not a size: {text!r} (write 8GiB, 500MB or a number of bytes)")
    number, prefix, binary = match.groups()
    return int(float(number) * (1024 if binary else 1000) ** " KMGT".index(prefix.upper() or " "))


# ------------------------------------------------------------------------------------------------ folder and shards


def _clear(folder):
    """Makes `folder` an empty one; refuses if it holds anything but an earlier dump."""
    os.makedirs(folder, exist_ok=True)
    names = sorted(os.listdir(folder))
    foreign = [name for name in names if not (OUR_FOLDERS if _is_dir(folder, name) else OUR_FILES).fullmatch(name)]
    if foreign:
        raise ValueError(
            f"{folder} holds files that are not a dump ({', '.join(foreign[:3])}): name an empty or a new folder"
        )
    # The manifest goes first: a folder without one is not a dump, whatever else is left in it.
    for name in sorted(names, key=lambda name: not name.startswith("manifest")):
        path = os.path.join(folder, name)
        if _is_dir(folder, name):
            _clear(path)
            os.rmdir(path)
        else:
            os.remove(path)


def _is_dir(folder, name):
    return os.path.isdir(os.path.join(folder, name))


class _Shards:
    """Appends tensors to numbered safetensors files.

    The header of a safetensors file comes first and is known last, so the data is collected in a file of its own and
    put behind the header when the shard is closed. Memory stays at one tensor.
    """

    def __init__(self, folder):
        self.folder = folder
        self.names = []
        self.total = 0
        self._data = None

    def add(self, key, dtype, dims, buffer):
        """Stores one tensor and returns the number of its shard."""
        if self._data is None:
            self._header, self._size = {}, 0
            self._data = open(self._path("data"), "w+b")
        index = len(self.names)
        self._data.write(buffer)
        end = self._size + len(buffer)
        self._header[key] = {"dtype": DTYPES[dtype], "shape": dims, "data_offsets": [self._size, end]}
        self.total += len(buffer)
        self._size = end
        if end >= SHARD_BYTES:
            self.close()
        return index

    def close(self):
        """Ends the open shard; the next tensor starts another one."""
        if self._data is None:
            return
        data, self._data = self._data, None
        header = json.dumps(self._header, separators=(",", ":")).encode()
        header += b" " * (-len(header) % 8)
        with data, open(self._path("safetensors"), "wb") as file:
            # A write that failed half-way may have left bytes behind the last whole tensor.
            data.truncate(self._size)
            data.seek(0)
            file.write(len(header).to_bytes(8, "little") + header)
            shutil.copyfileobj(data, file, 1 << 20)
        os.remove(self._path("data"))
        self.names.append(os.path.basename(self._path("safetensors")))

    def _path(self, suffix):
        return os.path.join(self.folder, f"tensors-{len(self.names):05}.{suffix}")


def _write_manifest(folder, manifest):
    path = os.path.join(folder, "manifest.json")
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(manifest, file, allow_nan=False)
        file.write("\n")
    os.replace(path + ".new", path)


# ---------------------------------------------------------------------------------------------------------- tensors


def _dtype_name(dtype):
    return str(dtype).replace("torch.", "")


def _unstorable(tensor):
    """Why a tensor cannot be written as plain numbers, or None."""
    if type(tensor).__name__ == "FakeTensor" or tensor.device.type == "meta":
        return "tensor without data"
    if hasattr(type(tensor), "__tensor_flatten__"):
        return f"tensor subclass {type(tensor).__name__}"
    if tensor.layout is not torch.strided:
        return "sparse tensor" if "sparse" in str(tensor.layout) else f"layout {tensor.layout}"
    if tensor.is_quantized:
        return "quantized tensor"
    if _dtype_name(tensor.dtype) not in DTYPES:
        return f"dtype {_dtype_name(tensor.dtype)}"
    return None


def _on_cpu(tensor):
    plain = tensor.detach()
    if type(plain) is not torch.Tensor:
        plain = plain.as_subclass(torch.Tensor)
    return plain.to("cpu").resolve_neg().contiguous()


def _bytes(tensor):
    """The bytes of a contiguous CPU tensor, without a copy and without numpy. Valid while the tensor lives."""
    count = tensor.numel() * tensor.element_size()
    return memoryview((ctypes.c_char * count).from_address(tensor.data_ptr())).cast("B") if count else b""


def _weak_storage(tensor):
    storage = tensor.untyped_storage() if hasattr(tensor, "untyped_storage") else tensor.storage()
    return StorageWeakRef(storage)


def _leaves(value, name="", depth=0):
    """Yields (name, tensor) for every tensor in a nested value and (name, reason) for what cannot be opened."""
    if isinstance(value, torch.Tensor):
        yield name, value
        return
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes, torch.dtype, torch.device)):
        return
    children = _children(value) if depth < 32 else None
    if children is None:
        yield name, f"unknown object of class {_class_name(type(value))}"
        return
    for key, child in children:
        yield from _leaves(child, f"{name}.{key}" if name else str(key), depth + 1)


def _children(value):
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return list(zip(value._fields, value))
    if isinstance(value, (tuple, list)):
        return list(enumerate(value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)]
    cache = _cache_children(value)
    if cache is not None:
        return cache
    leaves = pytree.tree_flatten(value)[0]
    if len(leaves) == 1 and leaves[0] is value:
        return None
    return list(enumerate(leaves))


def _cache_children(value):
    """Key/value caches of transformers: they are neither tuples nor registered everywhere they are used."""
    if "Cache" not in type(value).__name__:
        return None
    if hasattr(value, "self_attention_cache"):
        return [("self", value.self_attention_cache), ("cross", value.cross_attention_cache)]
    if isinstance(getattr(value, "layers", None), list):
        return [(i, {"key": layer.keys, "value": layer.values}) for i, layer in enumerate(value.layers)]
    if isinstance(getattr(value, "key_cache", None), list):
        pairs = zip(value.key_cache, value.value_cache)
        return [(i, {"key": key, "value": held}) for i, (key, held) in enumerate(pairs)]
    return None


def _map_tensors(function, value):
    return pytree.tree_map(lambda leaf: function(leaf) if isinstance(leaf, torch.Tensor) else leaf, value)


def _clone(tensor):
    return tensor.detach().clone()


def _to_float64(tensor):
    return tensor.detach().double() if tensor.is_floating_point() else _clone(tensor)


# ---------------------------------------------------------------------------- before the first node, after the last one


_NO_SETTING = object()


def _setting(value):
    """The value as a manifest keeps it (number, text, bool, None, short list of numbers), or _NO_SETTING."""
    if hasattr(type(value), "__members__"):  # an enumeration, of Python or of torch
        return value.name
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)[:SETTING_TEXT]
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return _finite(value)
    if isinstance(value, (tuple, list)):
        if value and all(isinstance(item, str) for item in value):
            return json.dumps(list(value), ensure_ascii=False)[:SETTING_TEXT]
        items = [_setting(item) for item in value] if len(value) <= SETTING_NUMBERS else [None]
        plain = all(isinstance(item, (int, float)) for item in items)
        return [float(item) if isinstance(item, float) else int(item) for item in items] if plain else _NO_SETTING
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        item = value.item()
        return _setting(item) if isinstance(item, (bool, int, float, str)) else _NO_SETTING
    return _NO_SETTING


def _settings(values):
    """A dict of settings; what cannot be one is named and left out."""
    kept = {}
    for name, value in dict(values or {}).items():
        setting = _setting(value)
        if setting is _NO_SETTING:
            _say(f"the setting {name} is a {type(value).__name__} and is not kept")
        else:
            kept[str(name)] = setting
    return kept


def _array(value):
    """A numpy array of what is one already or shows itself as one (a picture of PIL); else None."""
    numpy = sys.modules.get("numpy")
    shows_itself = hasattr(value, "__array__") or hasattr(value, "__array_interface__")
    if numpy is None or not shows_itself or isinstance(value, torch.Tensor):
        return None
    array = numpy.asarray(value)
    return numpy.ascontiguousarray(array).reshape(array.shape)


class _Stage:
    """What `pre` or `post` was given for one sample. Tensors are written at once, memory stays at one of them."""

    def __init__(self, label, shards, prefix, budget):
        self.settings, self.skipped = {}, []
        self._tensors = {}
        self._label, self._shards, self._prefix, self._budget = label, shards, prefix, budget
        self._stored = 0

    def add(self, name, value, depth=0):
        """Keeps one value, replacing an earlier one of that name."""
        # A few detections in a plain list are detections still.
        is_list = isinstance(value, (tuple, list)) and name in DETECTIONS
        setting = _NO_SETTING if is_list else _setting(value)
        array = _array(value)
        if setting is not _NO_SETTING:
            self.settings[name] = setting
        elif isinstance(value, torch.Tensor):
            self._add_tensor(name, value)
        elif array is not None:
            self._add_array(name, array)
        elif _is_numeric(value) or is_list and not value:
            floating = any(isinstance(item, float) for item in pytree.tree_flatten(value)[0])
            self._add_tensor(name, torch.tensor(value, dtype=torch.float64 if floating else None))
        else:
            children = _children(value) if depth < 8 else None
            if children is None:
                self._skip(name, f"unknown object of class {_class_name(type(value))}")
            for key, child in children or ():
                self.add(f"{name}.{key}", child, depth + 1)

    def _add_tensor(self, name, tensor):
        reason = _unstorable(tensor)
        if reason:
            self._skip(name, reason)
            return
        plain = _on_cpu(tensor)
        self._store(name, _dtype_name(tensor.dtype), list(tensor.shape), _bytes(plain))

    def _add_array(self, name, array):
        if str(array.dtype) in DTYPES:
            self._store(name, str(array.dtype), list(array.shape), array.tobytes())
        else:
            self._skip(name, f"dtype {array.dtype}")

    def _store(self, name, dtype, dims, buffer):
        if self._shards.total + len(buffer) > self._budget:
            raise _Full
        key = f"{self._prefix}{self._stored}"
        shard = self._shards.add(key, dtype, dims, buffer)
        self._stored += 1
        self._tensors[name] = {"name": name, "dtype": dtype, "dims": dims, "shard": shard, "key": key}

    def _skip(self, name, reason):
        self.skipped.append({"name": f"{self._label}.{name}", "reason": reason})

    def manifest(self):
        """As docs/dump-format.md has it."""
        return {"settings": self.settings, "tensors": list(self._tensors.values())}


def _is_numeric(value):
    """True for lists of numbers, and of such lists of one length: what makes a tensor."""
    if not isinstance(value, (tuple, list)) or not value:
        return False
    if all(isinstance(item, (bool, int, float)) for item in value):
        return True
    return all(_is_numeric(item) and len(item) == len(value[0]) for item in value)


def _with_stages(sample, **stages):
    """Puts what `pre` and `post` were given into a sample."""
    for label, stage in stages.items():
        if stage is not None:
            sample[label] = stage.manifest()
            known = [item["name"] for item in sample["skipped"]]
            sample["skipped"].extend(item for item in stage.skipped if item["name"] not in known)
    return sample


# --------------------------------------------------------------------------------------------- model and environment


def _class_name(cls):
    return f"{cls.__module__}.{cls.__qualname__}"


def _short_path(path):
    """A path relative to where Python found the module: dumps travel, and a home directory is nobody's business."""
    path = os.path.abspath(path)
    roots = [root for root in (os.path.abspath(entry or ".") for entry in sys.path) if path.startswith(root + os.sep)]
    return os.path.relpath(path, max(roots, key=len)).replace(os.sep, "/") if roots else os.path.basename(path)


def _describe_modules(model):
    """The module tree; a module that hangs in it twice is listed once, its other paths as aliases."""
    paths = {}
    for path, module in model.named_modules(remove_duplicate=False):
        paths.setdefault(id(module), []).append(path)
    return [{**_describe_module(path, module), "aliases": paths[id(module)][1:]}
            for path, module in model.named_modules()]  # fmt: skip


def _describe_module(path, module):
    file = line = None
    with contextlib.suppress(Exception):
        code = inspect.unwrap(type(module).forward).__code__
        file, line = _short_path(code.co_filename), code.co_firstlineno
    try:
        text = module.extra_repr()
    except Exception:
        text = ""
    own = [name for name, _, _ in _own_tensors(path, module)]
    return {"path": path, "class": _class_name(type(module)), "repr": text, "training": module.training,
            "file": file, "line": line, "parameters": own}  # fmt: skip


def _unwrapped(model):
    """The model whose forward the arguments are meant for."""
    while True:
        if hasattr(model, "_orig_mod"):
            model = model._orig_mod
        elif isinstance(model, (nn.DataParallel, nn.parallel.DistributedDataParallel)):
            model = model.module
        else:
            return model


def _own_tensors(path, module):
    prefix = path + "." if path else ""
    for buffer, tensors in ((False, module._parameters), (True, module._buffers)):
        for name, tensor in tensors.items():
            if isinstance(tensor, torch.Tensor):
                yield prefix + name, tensor, buffer


def _finite(number):
    number = float(number)
    return number if math.isfinite(number) else None


def _stats(tensor):
    flat = tensor.reshape(-1)
    if not flat.numel():
        return {"min": None, "max": None, "mean": None, "std": None}
    chunks = [flat[start : start + STATS_CHUNK] for start in range(0, flat.numel(), STATS_CHUNK)]
    mean = sum(float(chunk.double().sum()) for chunk in chunks) / flat.numel()
    variance = sum(float((chunk.double() - mean).square().sum()) for chunk in chunks) / flat.numel()
    low = min(float(chunk.double().min()) for chunk in chunks)
    high = max(float(chunk.double().max()) for chunk in chunks)
    return {"min": _finite(low), "max": _finite(high), "mean": _finite(mean), "std": _finite(math.sqrt(variance))}


def _digests(tensor):
    """SHA-256 of the values as stored, transposed, and as rounded by the usual conversions."""
    forms = {"stored": tensor}
    if tensor.is_floating_point():
        forms.update(float16=tensor.to(torch.float16), bfloat16=tensor.to(torch.bfloat16))
    if tensor.dim() >= 2:
        for name, form in list(forms.items()):
            turned = "transposed" if name == "stored" else name + "_transposed"
            forms[turned] = form.transpose(-1, -2).contiguous()
    return {name: hashlib.sha256(_bytes(form)).hexdigest() for name, form in forms.items()}


def _versions():
    """Versions of the libraries that the program has imported; nothing is imported for it."""
    found = {}
    for name in LIBRARIES:
        version = getattr(sys.modules.get(name), "__version__", None)
        if version is not None:
            found[name] = str(version)[:100]
    return found


def _platform():
    return f"{platform.system()}-{platform.machine()}"


def _autocast_on(device):
    try:
        return torch.is_autocast_enabled(device)
    except TypeError:  # before torch 2.4 there was one function per device
        return torch.is_autocast_cpu_enabled() if device == "cpu" else torch.is_autocast_enabled()


def _set_autocast(device, enabled):
    try:
        torch.set_autocast_enabled(device, enabled)
    except TypeError:
        (torch.set_autocast_cpu_enabled if device == "cpu" else torch.set_autocast_enabled)(enabled)


def _precision_switches():
    """(what it is, read, write, exact value) for every setting that makes float32 arithmetic coarser or unsteady."""
    backends = torch.backends

    def attribute(label, owner, name, exact):
        return label, lambda: getattr(owner, name), lambda value: setattr(owner, name, value), exact

    yield ("float32 matrix product precision", torch.get_float32_matmul_precision,
           torch.set_float32_matmul_precision, "highest")  # fmt: skip
    yield attribute("TF32 in CUDA matrix products", backends.cuda.matmul, "allow_tf32", False)
    yield attribute("TF32 in cuDNN", backends.cudnn, "allow_tf32", False)
    yield attribute("cudnn.benchmark", backends.cudnn, "benchmark", False)
    for name in ("conv", "matmul", "rnn"):
        owner = getattr(backends.mkldnn, name, None)
        if getattr(owner, "fp32_precision", "none") in ("bf16", "tf32"):
            yield attribute(f"oneDNN {name} precision", owner, "fp32_precision", "ieee")


@contextlib.contextmanager
def _exact_arithmetic(changed):
    """Turns coarse float32 off, notes in `changed` what was on, and puts everything back."""
    # On by default, and without effect where there is no GPU: not worth a word there.
    unsaid = () if torch.cuda.is_available() else ("TF32 in cuDNN",)
    with contextlib.ExitStack() as undo:
        for label, read, write, exact in list(_precision_switches()):
            with contextlib.suppress(AttributeError, RuntimeError):
                before = read()
                if before != exact:
                    write(exact)
                    undo.callback(write, before)
                    if label not in unsaid:
                        changed.append(f"{label} was {'on' if before is True else before}")
        yield


def _tf32_on():
    with contextlib.suppress(RuntimeError):
        return bool(torch.backends.cuda.matmul.allow_tf32 or torch.backends.cudnn.allow_tf32)
    return True


def _attention():
    names = (("math", "math"), ("flash", "flash"), ("mem_efficient", "mem_efficient"), ("cudnn", "cudnn"))
    checks = [(name, getattr(torch.backends.cuda, f"{key}_sdp_enabled", None)) for name, key in names]
    return ",".join(name for name, enabled in checks if enabled is not None and enabled())


def _tracing():
    """True while an exporter or compiler looks at the model: what flows through it then are no activations."""
    if torch._C._get_tracing_state() is not None:
        return True
    compiling = getattr(getattr(torch, "compiler", None), "is_compiling", None)
    return bool(compiling and compiling())


@contextlib.contextmanager
def _eagerly(model, changed):
    """Compiled code runs no hooks, so compiled modules are run as they were written."""
    compiled = any(hasattr(m, "_orig_mod") or getattr(m, "_compiled_call_impl", None) for m in model.modules())
    stance = getattr(getattr(torch, "compiler", None), "set_stance", None)
    if not compiled:
        yield
    elif stance is None:
        _say("a compiled module runs no hooks with this torch: what is inside it is not recorded")
        yield
    else:
        changed.append("torch.compile was on")
        with stance("force_eager"):
            yield


# ------------------------------------------------------------------------------------------------ one forward pass


class _Full(Exception):
    """The next tensor would go over max_bytes."""


class _Pass:
    """The entries of one forward pass of one model."""

    def __init__(self, shards, prefix, budget):
        self.entries = []
        self.skipped = []
        self.stack = []  # (path, call, calls per operator) of the modules being run
        self.thread = threading.get_ident()
        self._shards, self._prefix, self._budget = shards, prefix, budget
        self._skips = set()
        self._calls = {}
        self._seen = {}
        self._stored = 0

    def enter(self, path):
        call = self._calls.get(path, 0)
        self._calls[path] = call + 1
        self.stack.append((path, call, {}))
        return call

    def leave(self, path):
        """The call index of the module that returns; calls above it on the stack ended with an exception."""
        while self.stack:
            top, call, _ = self.stack.pop()
            if top == path:
                return call
        return None

    def skip(self, name, reason):
        if (name, reason) not in self._skips:
            self._skips.add((name, reason))
            self.skipped.append({"name": name, "reason": reason})

    def add(self, path, call, role, value, op=None, op_call=None):
        """Records every tensor of a nested value; returns [(name inside the value, entry key)]."""
        named = []
        index = 0
        for name, leaf in _leaves(value):
            where = f"{path}#{call}:{role if op is None else f'{op}/{op_call}'}"
            if isinstance(leaf, str):
                self.skip(f"{where}.{name}" if name else where, leaf)
                continue
            key = f"{where}.{index}"
            stored = self._store(leaf, key)
            if stored:
                entry = {"path": path, "call": call, "role": role, "index": index}
                if op is not None:
                    entry.update(op=op, op_call=op_call)
                entry.update(stored)
                self.entries.append(entry)
                named.append((name, key))
            index += 1
        return named

    def _store(self, tensor, key):
        try:
            reason = _unstorable(tensor)
            if reason:
                self.skip(key, reason)
                return None
            dtype, dims, weak = _dtype_name(tensor.dtype), list(tensor.shape), _weak_storage(tensor)
            plain = _on_cpu(tensor)
            buffer = _bytes(plain)
        except Exception as error:
            self.skip(key, _first_line(error))
            return None
        # Held weakly, the storage's address is not given away again, so it identifies the storage for this pass.
        # The checksum sees every modification in place, those that leave `_version` alone included.
        place = (weak.cdata, tensor.storage_offset(), tuple(dims), tensor.stride(), dtype)
        checksum = zlib.crc32(buffer)
        known = self._seen.get(place)
        if known is None or known[1] != checksum:
            if self._shards.total + len(buffer) > self._budget:
                raise _Full
            name = f"{self._prefix}{self._stored}"
            shard = self._shards.add(name, dtype, dims, buffer)
            self._stored += 1
            known = self._seen[place] = (weak, checksum, shard, name)
        return {"dtype": dtype, "dims": dims, "shard": known[2], "name": known[3]}


class _Operators(TorchDispatchMode):
    """Sees every ATen call below the running module."""

    def __init__(self, notice):
        super().__init__()
        self._notice = notice

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        self._notice(str(func), result)
        return result


# --------------------------------------------------------------------------------------------------------- recording


class _Recorder:
    """What `record` yields: `samples` (finished forward passes), `bytes` written, `stopped`."""

    def __init__(self, model, folder, options):
        self.model, self.folder, self.options = model, folder, options
        self.samples = []
        self.stopped = None
        self._shards = _Shards(folder)
        self._budget = _byte_count(options.max_bytes)
        self._milestone = 1 << 30
        self._changed, self._restore = [], []
        self._modules = self._parameters = None
        self._weights = {}
        self._refused = []
        self._handles, self._keywords = [], []
        self._pass = None
        self._number = -1
        self._busy = False
        self._told = set()
        self._twin = self._twin_missing = None
        self._autocast = False
        self.exported = None
        self._settings = _settings(options.settings)
        self._pre = None  # of the next forward pass, and while one runs of that one
        self._finished = None  # (sample, stage) of the last forward pass, or None if that is no sample
        self._stages = 0

    @property
    def bytes(self):
        return self._shards.total

    # -- before the first node and after the last one

    def pre(self, /, **values):
        """What the next sample was made of: pictures and other arrays as tensors, the rest as settings."""
        self._guard(self._add_pre, values)

    def post(self, /, **values):
        """What became of the last finished sample: boxes, scores, labels as tensors, thresholds as settings."""
        self._guard(self._add_post, values)

    def _add_pre(self, values):
        if self.stopped or len(self.samples) >= self.options.max_samples:
            return
        self._pre = self._pre or self._stage("pre")
        for name, value in values.items():
            self._pre.add(name, value)

    def _add_post(self, values):
        if self.stopped:
            return
        if self._finished is None:
            self._once("post() belongs to a finished forward pass that is recorded: these values are left out")
            return
        sample, stage = self._finished
        self._finished = sample, stage or self._stage("post")
        for name, value in values.items():
            self._finished[1].add(name, value)
        _with_stages(sample, post=self._finished[1])

    def _stage(self, label):
        self._stages += 1
        return _Stage(label, self._shards, f"stage{self._stages}/t", self._budget)

    # -- hooks

    def attach(self, model, root):
        """Hooks on every module; `root` is true for the model itself, false for its float64 copy."""
        closed = []  # TorchScript modules: their children run no hooks even where they take them
        for path, module in model.named_modules():
            if any(not outer or path.startswith(outer + ".") for outer in closed):
                continue
            enter, leave = self._hooks(path, root and path == "")
            try:
                keywords = {"with_kwargs": True} if _hooks_see_all else {}
                self._handles.append(module.register_forward_pre_hook(enter, **keywords))
                if root and path == "" and _hooks_see_all:
                    keywords["always_call"] = True
                self._handles.append(module.register_forward_hook(leave, **keywords))
                refusal = None
            except Exception as error:
                refusal = error
            if refusal and path == "":
                raise ValueError(
                    f"{_class_name(type(module))} takes no hooks ({refusal}), so nothing inside it can be recorded: "
                    "record the nn.Module it was scripted or traced from"
                )
            if refusal or isinstance(module, torch.jit.ScriptModule):
                closed.append(path)
                if root:
                    name = type(module).__name__
                    self._refused.append({"name": path, "reason": f"{name} runs no hooks inside"})
                    _say(f"{path or 'the model'} is a {name} and runs no hooks: nothing inside it is recorded")

    def _hooks(self, path, root):
        def enter(module, args, kwargs=None):
            if kwargs is None:
                kwargs = self._keywords[-1] if self._keywords else {}
            self._guard(self._enter_root if root else self._enter, path, args, kwargs)

        def leave(module, args, *rest):
            self._guard(self._leave_root if root else self._leave, path, rest[-1])

        return enter, leave

    @contextlib.contextmanager
    def _calls_for_old_hooks(self):
        """Hands the hooks what they do not see by themselves, from around the call of every module."""
        original = nn.Module.__call__

        def call(module, *args, **kwargs):
            self._keywords.append(kwargs)
            try:
                return original(module, *args, **kwargs)
            except Exception:
                if module is self.model:
                    self._guard(self._leave_root, "", None)
                raise
            finally:
                self._keywords.pop()

        nn.Module.__call__ = call
        try:
            yield
        finally:
            nn.Module.__call__ = original

    def _guard(self, function, *args):
        """Whatever goes wrong in here stays in here."""
        if self._busy or _tracing():
            return
        self._busy = True
        try:
            with torch.no_grad():
                function(*args)
        except _Full:
            self._stop(f"the limit of {_human(self._budget)} is reached")
        except OSError as error:
            self._stop(f"cannot write: {error}")
        except Exception as error:
            text = _first_line(error)
            self._once(f"the recorder failed on one tensor and goes on ({text})")
            if self._pass:
                self._pass.skip("", f"recorder error: {text}")
        finally:
            self._busy = False
        if self._shards.total >= self._milestone:
            _say(f"{_human(self._shards.total)} written so far")
            self._milestone = self._shards.total * 2

    def _once(self, text):
        if text not in self._told:
            self._told.add(text)
            _say(text)

    def _enter(self, path, args, kwargs):
        current = self._current(path)
        if current:
            call = current.enter(path)
            if not self.options.only_outputs and self._wanted(path):
                current.add(path, call, "input", (args, kwargs))

    def _leave(self, path, output):
        current = self._current(path)
        call = current.leave(path) if current else None
        if call is not None:
            self._autocast = self._autocast or self._autocast_now()
            if self._wanted(path):
                current.add(path, call, "output", output)

    def _current(self, path):
        current = self._pass
        if current and current.thread != threading.get_ident():
            current.skip(path, "ran in another thread (a DataParallel replica)")
            return None
        return current

    def _wanted(self, path):
        include, exclude = self.options.include, self.options.exclude
        return not (include and not re.search(include, path)) and not (exclude and re.search(exclude, path))

    def operator(self, name, result):
        """Called for every ATen operator while granularity is "op"."""
        self._guard(self._operator, name, result)

    def _operator(self, name, result):
        current = self._pass
        if not current or not current.stack or not self._wanted(current.stack[-1][0]):
            return
        path, call, counts = current.stack[-1]
        op_call = counts.get(name, 0)
        counts[name] = op_call + 1
        tensors = [leaf for _, leaf in _leaves(result) if isinstance(leaf, torch.Tensor)]
        if name.startswith(("aten.empty", "aten.new_empty")):
            current.skip(f"{path}#{call}:{name}/{op_call}", "memory without values yet")
        elif any(_weak_storage(t).cdata in self._weights for t in tensors if t.layout is torch.strided):
            current.skip(f"{path}#{call}:{name}/{op_call}", "a view of a parameter: its values are the weights")
        else:
            current.add(path, call, "output", result, name, op_call)

    # -- a sample, from the model's call to its return

    def _enter_root(self, path, args, kwargs):
        self._finished = None
        if self.stopped:
            return
        if len(self.samples) >= self.options.max_samples:
            self._once(f"{self.options.max_samples} samples are recorded; further ones are not (max_samples)")
            return
        if self._pass:
            self._abandon("a forward pass did not return: it is no sample")
        if self._modules is None:
            self._describe()
        self._autocast_off()
        self._number += 1  # counts lost passes too: their tensors are in the shard and hold their names
        self._twin_inputs = _map_tensors(_clone, (args, kwargs)) if self._twin is not None else None
        self._pass = _Pass(self._shards, f"s{self._number}/t", self._budget)
        self._pass.enter(path)
        self._inputs = [
            {"name": name, "key": key} for name, key in self._pass.add(path, 0, "input", self._bind(args, kwargs))
        ]

    def _bind(self, args, kwargs):
        """The arguments under the names forward gives them."""
        try:
            signature = inspect.signature(_unwrapped(self.model).forward)
            bound = signature.bind(*args, **kwargs).arguments
        except (TypeError, ValueError):
            return {**dict(enumerate(args)), **kwargs}
        named = {}
        for name, value in bound.items():
            spread = signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD
            named.update(value if spread else {name: value})
        return named

    def _leave_root(self, path, output):
        current = self._pass
        self._autocast = self._autocast or self._autocast_now()
        self._autocast_back()
        if not current:
            return
        if output is None and sys.exc_info()[1] is not None:
            self._abandon("a forward pass raised: it is no sample")
            return
        current.leave(path)
        outputs = [{"name": name or "0", "key": key} for name, key in current.add(path, 0, "output", output)]
        self._pass = None
        sample = {"inputs": self._inputs, "outputs": outputs, "entries": current.entries,
                  "skipped": self._refused + current.skipped}  # fmt: skip
        self.samples.append(_with_stages(sample, pre=self._pre))
        self._pre, self._finished = None, (sample, None)
        if self.options.referee:
            self._run_referee(sample)
        if len(self.samples) == 1 and self.options.max_samples > 1:
            most = self._shards.total * self.options.max_samples
            _say(
                f"the first sample has {len(current.entries)} entries, {_human(self._shards.total)}; up to "
                f"{self.options.max_samples} samples make about {_human(most)} (limit {_human(self._budget)})"
            )

    def _abandon(self, reason):
        # The `with autocast` that was on during the lost pass has put its state back itself by now.
        self._restore.clear()
        self._pass = self._pre = None
        self._once(reason)

    def _stop(self, reason):
        current, self._pass = self._pass, None
        self.stopped = reason
        if current and not self.samples:
            # A first sample cut short still shows where a divergence starts; a later one would only repeat that.
            current.skip("", f"stopped here: {reason}")
            sample = {"inputs": getattr(self, "_inputs", []), "outputs": [], "entries": current.entries,
                      "skipped": self._refused + current.skipped}  # fmt: skip
            self.samples.append(_with_stages(sample, pre=self._pre))
        _say(f"{reason}: recording stops, what is recorded stays valid ({_human(self._shards.total)})")

    def _autocast_now(self):
        return any(_autocast_on(device) for device in self._devices())

    def _devices(self):
        return {"cpu", "cuda", self._device}

    def _autocast_off(self):
        if self.options.precision != "exact":
            return
        for device in self._devices():
            if _autocast_on(device):
                _set_autocast(device, False)
                self._restore.append(device)
                self._note(f"autocast was on for {device}")

    def _autocast_back(self):
        while self._restore:
            _set_autocast(self._restore.pop(), True)

    def _note(self, change):
        if change not in self._changed:
            self._changed.append(change)
            _say(f"while recording, {change} and is turned off (precision=\"keep\" leaves it)")

    # -- the float64 copy

    def _make_twin(self):
        if not self.options.referee:
            return
        try:
            twin = copy.deepcopy(self.model)
            ours = [handle.id for handle in self._handles]
            for module in twin.modules():
                for name, hooks in vars(module).items():
                    if "hooks" in name and isinstance(hooks, dict):
                        for key in ours:
                            hooks.pop(key, None)
            twin = twin.double()
            self.attach(twin, root=False)
            self._twin = twin
        except Exception as error:
            self._twin_missing = _first_line(error)
            _say(f"no float64 referee: {self._twin_missing}")

    def _run_referee(self, sample):
        if self._twin is None:
            sample["referee_missing"] = self._twin_missing
            return
        current = self._pass = _Pass(self._shards, f"s{self._number}/r", self._budget)
        self._busy = False
        try:
            args, kwargs = _map_tensors(_to_float64, self._twin_inputs)
            self._twin(*args, **kwargs)
        except Exception as error:
            sample["referee_missing"] = _first_line(error)
            self._once(f"no float64 referee: {sample['referee_missing']}")
        else:
            if self.stopped:
                sample["referee_missing"] = self.stopped
            else:
                sample["referee"] = current.entries
                for entry in current.entries:
                    if entry["dtype"] in ("float32", "float16", "bfloat16"):
                        name = f"referee {entry['path']}#{entry['call']}:{entry['role']}.{entry['index']}"
                        sample["skipped"].append({"name": name, "reason": f"is {entry['dtype']} in the float64 run"})
        finally:
            self._busy = True
            self._pass = self._twin_inputs = None

    # -- the manifest

    def _describe(self):
        """Once, at the first forward: the weights are then what that forward uses."""
        self._modules = _describe_modules(self.model)
        self._parameters = []
        tensors = [item for path, module in self.model.named_modules() for item in _own_tensors(path, module)]
        usable = [tensor for _, tensor, _ in tensors if not _unstorable(tensor)]
        floating = [tensor for tensor in usable if tensor.is_floating_point()]
        self._device = str((floating or usable or [torch.empty(0)])[0].device.type)
        self._training = any(module.training for module in self.model.modules())
        self._dtype = _dtype_name(floating[0].dtype if floating else torch.get_default_dtype())
        if self.options.weights == "full":
            _say(f"the weights take {_human(sum(t.numel() * t.element_size() for t in usable))}")
        for name, tensor, buffer in tensors:
            try:
                self._describe_tensor(name, tensor, buffer)
            except (_Full, OSError):
                raise
            except Exception as error:
                self._refused.append({"name": name, "reason": _first_line(error)})
        self._make_twin()

    def _describe_tensor(self, name, tensor, buffer):
        reason = _unstorable(tensor)
        if reason:
            self._refused.append({"name": name, "reason": reason})
            return
        weak = _weak_storage(tensor)
        self._weights[weak.cdata] = weak
        plain = _on_cpu(tensor)
        item = {"name": name, "dtype": _dtype_name(tensor.dtype), "dims": list(tensor.shape), "buffer": buffer,
                "stats": _stats(plain), "digests": _digests(plain)}  # fmt: skip
        self._parameters.append(item)
        if self.options.weights == "full":
            if self._shards.total + plain.numel() * plain.element_size() > self._budget:
                raise _Full
            key = f"weights/{name}"
            item.update(shard=self._shards.add(key, item["dtype"], item["dims"], _bytes(plain)), key=key)

    def finish(self):
        """Closes the last shard and writes the manifest; without a sample there is no dump."""
        if self._pass:
            self._abandon("the last forward pass did not return: it is no sample")
        self._shards.close()
        if not self.samples:
            reason = self.stopped or f"{_class_name(type(self.model))} finished no forward pass while recording"
            _say(f"nothing recorded: {reason}")
            return
        environment = {
            "torch": torch.__version__, "python": platform.python_version(), "platform": _platform(),
            "device": self._device, "model_dtype": self._dtype, "training": self._training,
            "deterministic": torch.are_deterministic_algorithms_enabled(), "tf32": self._tf32,
            "autocast": self._autocast, "attention": _attention(), "precision": self.options.precision,
            "changed": self._changed, "versions": _versions(),
        }  # fmt: skip
        exported = {} if self.exported is None else {"export": self.exported}
        _write_manifest(self.folder, {
            "schema": "layerdiff.dump/1", "recorder": __version__, "granularity": self.options.granularity,
            "environment": environment, "settings": self._settings, **exported,
            "modules": self._modules, "parameters": self._parameters,
            "shards": self._shards.names, "samples": self.samples,
        })  # fmt: skip
        plural = "" if len(self.samples) == 1 else "s"
        _say(f"{len(self.samples)} sample{plural}, {_human(self._shards.total)} in {self.folder}")

    @contextlib.contextmanager
    def running(self):
        """Hooks on, arithmetic exact; everything is as before when it ends."""
        with contextlib.ExitStack() as stack:
            if self.options.precision == "exact":
                stack.enter_context(_exact_arithmetic(self._changed))
            stack.enter_context(_eagerly(self.model, self._changed))
            for change in self._changed:
                _say(f"while recording, {change} and is turned off (precision=\"keep\" leaves it)")
            self._tf32 = _tf32_on()
            stack.callback(lambda: [handle.remove() for handle in self._handles])
            self.attach(self.model, root=True)
            if not _hooks_see_all:
                stack.enter_context(self._calls_for_old_hooks())
            if self.options.granularity == "op":
                stack.enter_context(_Operators(self.operator))
            yield


@contextlib.contextmanager
def record(model, folder, granularity="module", referee=False, weights="digest", precision="exact", include=None,
           exclude=None, only_outputs=False, max_samples=8, max_bytes="8GiB", allow_training=False,
           settings=None):  # fmt: skip
    """Context manager: every forward pass of `model` inside it becomes one sample of the dump in `folder`.

    granularity     "module" records inputs and outputs of every module call, "op" also every ATen call
    referee         also run a float64 copy of the model on the same inputs and record that
    weights         "digest" stores statistics and digests of the parameters, "full" their values too
    precision       "exact" turns TF32, autocast and cudnn.benchmark off while recording, "keep" leaves them
    include/exclude regular expressions searched in module paths; the model's own inputs and outputs are always kept
    only_outputs    leave the inputs of modules out
    max_samples     forward passes recorded at most; max_bytes: bytes written at most ("8GiB")
    allow_training  record a model in training mode (dropout is random then and batch statistics move)
    settings        what else decides what the model does: numbers, texts, short lists of numbers, by name

    The block's value has two methods for what is outside of the model: `pre(**values)` belongs to the next sample,
    `post(**values)` to the last finished one. Arrays and tensors are kept as tensors, everything else as settings.

    The dump is valid once the block has ended; an exception that leaves the block leaves no dump.
    """
    options = argparse.Namespace(**{k: v for k, v in locals().items() if k not in ("model", "folder")})
    _check(model, options)
    folder = os.fspath(folder)
    _clear(folder)
    recorder = _Recorder(model, folder, options)
    try:
        with recorder.running():
            yield recorder
    except BaseException:
        _say(f"the recording was aborted: {folder} holds no dump")
        raise
    recorder.finish()


def _check(model, options):
    if not isinstance(model, nn.Module):
        raise TypeError(f"record() takes an nn.Module, not {type(model).__name__}")
    for name, allowed in (("granularity", ("module", "op")), ("weights", ("digest", "full")),
                          ("precision", ("exact", "keep"))):  # fmt: skip
        if getattr(options, name) not in allowed:
            raise ValueError(f"{name} is {' or '.join(map(repr, allowed))}, not {getattr(options, name)!r}")
    if sys.byteorder != "little":
        raise ValueError("dumps are little-endian and this machine is not")
    training = [path or type(model).__name__ for path, module in model.named_modules() if module.training]
    if training and not options.allow_training:
        raise ValueError(
            f"the model is in training mode ({', '.join(training[:3])}), where dropout and batch norm do not do what "
            "an exported model does: call model.eval() first, or pass allow_training=True"
        )
    _byte_count(options.max_bytes)


# ----------------------------------------------------------------------------------------------------------- exports


def _record_export(model, args, kwargs, folder, keeps_mode, record_kw, exported=None):
    """One forward pass with the exporter's arguments and in the mode the exporter uses."""
    args = args if isinstance(args, tuple) else (args,)
    if not kwargs and args and isinstance(args[-1], dict):
        # The exporters take a dict at the end of the arguments for keyword arguments.
        args, kwargs = args[:-1], args[-1]
    modes = [(module, module.training) for module in model.modules()]
    if not keeps_mode:
        model.eval()
    try:
        if model.training:
            _say("the model is exported in training mode, so it is recorded in training mode")
        args, kwargs = _map_tensors(_clone, (args, dict(kwargs or {})))
        options = {"allow_training": keeps_mode, "max_samples": 1, **(record_kw or {})}
        devices = sorted({tensor.device.index for tensor in model.parameters() if tensor.is_cuda})
        with torch.random.fork_rng(devices), torch.no_grad(), record(model, folder, **options) as recording:
            recording.exported = exported
            model(*args, **kwargs)
    finally:
        for module, training in modes:
            module.training = training


def _keeps_mode(exporter, options):
    """The TorchScript exporter switches to eval mode unless told otherwise; the dynamo exporter keeps the mode."""
    return _is_dynamo(exporter, options) or getattr(options.get("training"), "name", "EVAL") != "EVAL"


def _is_dynamo(exporter, options):
    dynamo = options.get("dynamo")
    if dynamo is None:
        default = inspect.signature(exporter).parameters.get("dynamo")
        dynamo = bool(default and default.default)
    return dynamo


def _exported(exporter, options):
    """What the manifest says of an export: which exporter, which opset if one was asked for, and with which flags."""
    flags = {}
    for name, value in options.items():
        if name in ("model", "args", "f", "kwargs", "opset_version", "dynamo", "artifacts_dir"):
            continue
        setting = _setting(value)
        # Names of inputs, dynamic axes: that there are some.
        is_plain = setting is not _NO_SETTING and not isinstance(value, (tuple, list))
        flags[name] = setting if is_plain else bool(value)
    opset = options.get("opset_version")
    return {"exporter": "dynamo" if _is_dynamo(exporter, options) else "torchscript",
            "opset": opset if isinstance(opset, int) else None, "flags": flags}  # fmt: skip


def export(model, args, path, dump=None, dynamo=None, record_kw=None, **kw):
    """torch.onnx.export(model, args, path, **kw) and, in the same call, a dump of exactly these arguments.

    `dump` is the folder (default: `path` with .dump instead of .onnx); `dynamo` chooses the exporter where torch has
    two; `record_kw` are options of `record`. Returns what torch.onnx.export returns.
    """
    folder = os.path.splitext(os.fspath(path))[0] + ".dump" if dump is None else dump
    if dynamo is not None:
        if "dynamo" in inspect.signature(torch.onnx.export).parameters:
            kw["dynamo"] = dynamo
        elif dynamo:
            raise ValueError(f"torch {torch.__version__} has no dynamo exporter")
    keeps_mode = _keeps_mode(torch.onnx.export, kw)
    exported = _exported(torch.onnx.export, kw)
    _record_export(model, args, kw.get("kwargs"), folder, keeps_mode, record_kw, exported)
    return torch.onnx.export(model, args, path, **kw)


class watch_exports:
    """Records what any code in this process hands to torch.onnx.export, until `stop()` or the end of the `with` block.

    Works as a plain call and as a context manager. The first export is recorded in `folder`; when another follows,
    every export gets a folder of its own in it, export-1, export-2 …
    """

    def __init__(self, folder, **record_kw):
        self._folder, self._record_kw = os.fspath(folder), record_kw
        self._count = 0
        self._inside = False
        self._places = []
        _clear(self._folder)
        for function in {id(f): f for f in (torch.onnx.export, torch.onnx.utils.export)}.values():
            self._patch(function, self._wrap(function))

    def _patch(self, original, replacement):
        # Other modules may have taken the function by name already.
        for module in list(sys.modules.values()):
            for name, value in list((getattr(module, "__dict__", None) or {}).items()):
                if value is original and module is not sys.modules[__name__]:
                    setattr(module, name, replacement)
                    self._places.append((module, name, original))

    def _wrap(self, original):
        @functools.wraps(original)
        def watched(model, *args, **kwargs):
            if self._inside:  # one exporter may call the other
                return original(model, *args, **kwargs)
            self._inside = True
            try:
                self._record(original, model, args, kwargs)
                return original(model, *args, **kwargs)
            finally:
                self._inside = False

        return watched

    def _record(self, original, model, args, kwargs):
        try:
            given = inspect.signature(original).bind(model, *args, **kwargs).arguments
            if not isinstance(model, nn.Module):
                raise ValueError(f"the exporter was given a {type(model).__name__}, not an nn.Module")
            _record_export(model, given.get("args", ()), given.get("kwargs"), self._next_folder(),
                           _keeps_mode(original, given), self._record_kw, _exported(original, given))  # fmt: skip
        except Exception as error:
            _say(f"this export is not recorded: {error}")

    def _next_folder(self):
        self._count += 1
        if self._count == 1:
            return self._folder
        if self._count == 2:
            first = os.path.join(self._folder, "export-1")
            names = os.listdir(self._folder)
            os.makedirs(first)
            for name in names:
                os.rename(os.path.join(self._folder, name), os.path.join(first, name))
        return os.path.join(self._folder, f"export-{self._count}")

    def stop(self):
        """Puts the original functions back."""
        while self._places:
            setattr(*self._places.pop())

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()


# ------------------------------------------------------------------------------------------------ ONNX Runtime session


class _RecordedSession:
    """Stands in for an InferenceSession; after every run() the dump is complete."""

    def __init__(self, session, folder, max_samples, settings):
        _clear(folder)
        self._session, self._folder, self._max_samples = session, folder, max_samples
        self._settings = _settings(settings)
        self._shards = _Shards(folder)
        self._samples = []
        self._pre = self._post = None
        self._is_recorded = False
        self._stages = 0

    def __getattr__(self, name):
        return getattr(self._session, name)

    def run(self, output_names, input_feed, run_options=None):
        """Like InferenceSession.run."""
        self._is_recorded = False
        results = self._session.run(output_names, input_feed, run_options)
        if len(self._samples) < self._max_samples:
            try:
                self._record(output_names or [output.name for output in self._session.get_outputs()],
                             input_feed, results)  # fmt: skip
                self._is_recorded = True
            except Exception as error:
                _say(f"this run is not recorded: {type(error).__name__}: {error}")
        return results

    def pre(self, /, **values):
        """What the next run was made of: pictures and other arrays as tensors, the rest as settings."""
        try:
            if len(self._samples) < self._max_samples:
                self._pre = self._filled("pre", self._pre, values)
        except Exception as error:
            _say(f"these values are not recorded: {type(error).__name__}: {error}")

    def post(self, /, **values):
        """What became of the last run: boxes, scores, labels as tensors, thresholds and such as settings."""
        try:
            if self._is_recorded:
                self._post = self._filled("post", self._post, values)
                _with_stages(self._samples[-1], post=self._post)
                self._write()
        except Exception as error:
            _say(f"these values are not recorded: {type(error).__name__}: {error}")

    def _filled(self, label, stage, values):
        if stage is None:
            self._stages += 1
            stage = _Stage(label, self._shards, f"stage{self._stages}/t", math.inf)
        for name, value in values.items():
            stage.add(name, value)
        return stage

    def run_with_iobinding(self, *args, **kwargs):
        """Like InferenceSession.run_with_iobinding; what is bound is not visible here and is not recorded."""
        _say("run_with_iobinding is not recorded: use run() for the inputs to be saved")
        return self._session.run_with_iobinding(*args, **kwargs)

    def _record(self, names, feeds, results):
        sample = {"inputs": [], "outputs": [], "entries": [], "skipped": []}
        for role, items in (("input", feeds.items()), ("output", zip(names, results))):
            for name, value in items:
                self._add(sample, role, name, value)
        self._samples.append(_with_stages(sample, pre=self._pre))
        self._pre = self._post = None
        self._write()

    def _write(self):
        self._shards.close()
        runtime = sys.modules["onnxruntime"]
        providers = self._session.get_providers()
        environment = {
            "torch": torch.__version__, "onnxruntime": runtime.__version__, "python": platform.python_version(),
            "platform": _platform(),
            "device": providers[0] if providers else "", "model_dtype": "",
            "training": False, "deterministic": False, "tf32": False, "autocast": False, "attention": "",
            "precision": "keep", "changed": [], "versions": _versions(),
        }  # fmt: skip
        _write_manifest(self._folder, {
            "schema": "layerdiff.dump/1", "recorder": __version__, "granularity": "session",
            "environment": environment, "settings": self._settings, "modules": [], "parameters": [],
            "shards": self._shards.names, "samples": self._samples,
        })  # fmt: skip

    def _add(self, sample, role, name, value):
        array = value.numpy() if hasattr(value, "numpy") else value
        dtype = str(getattr(array, "dtype", type(array).__name__))
        if dtype not in DTYPES:
            sample["skipped"].append({"name": f"{name}#0:{role}.0", "reason": f"dtype {dtype}"})
            return
        key = f"s{len(self._samples)}/t{len(sample['entries'])}"
        dims = list(array.shape)
        shard = self._shards.add(key, dtype, dims, array.tobytes())
        sample["entries"].append({"path": name, "call": 0, "role": role, "index": 0, "dtype": dtype, "dims": dims,
                                  "shard": shard, "name": key})  # fmt: skip
        sample[role + "s"].append({"name": name, "key": f"{name}#0:{role}.0"})


def record_session(session, folder, max_samples=8, settings=None):
    """A stand-in for an onnxruntime.InferenceSession whose run() also saves what is fed and what comes back.

    `settings`, `pre` and `post` are those of `record`: what the deployed program does around the model.
    """
    return _RecordedSession(session, os.fspath(folder), max_samples, settings)


# ------------------------------------------------------------------------------------------------------ command line


def _run_script(options):
    """Runs a script unchanged and records the first module of the named class that it calls in eval mode."""
    original = nn.Module.__call__
    stack = contextlib.ExitStack()
    recorders, called, told = [], {}, set()

    def starts(module):
        cls = type(module)
        if recorders:
            return False
        called.setdefault(cls.__name__)
        if options.cls not in (cls.__name__, cls.__qualname__, _class_name(cls)):
            return False
        try:
            recorders.append(_start(stack, module, options))
        except Exception as error:
            if str(error) not in told:
                told.add(str(error))
                _say(f"this call of {cls.__name__} is not recorded: {error}")
        return bool(recorders)

    def call(module, *args, **kwargs):
        # Starting may have put another function in front of this one, so the call begins anew.
        return (nn.Module.__call__ if starts(module) else original)(module, *args, **kwargs)

    sys.argv = [options.script, *options.arguments]
    sys.path[0] = os.path.dirname(os.path.abspath(options.script))
    nn.Module.__call__ = call
    try:
        runpy.run_path(options.script, run_name="__main__")
    finally:
        stack.close()
        nn.Module.__call__ = original
        if recorders:
            recorders[0].finish()  # samples that are complete are kept, however the script ended
        elif options.cls not in called:
            _say(f"no {options.cls} was called; called were: {', '.join(list(called)[:20]) or 'no modules at all'}")


def _start(stack, module, options):
    _check(module, options)
    recorder = _Recorder(module, options.out, options)
    stack.enter_context(recorder.running())
    return recorder


def main(arguments=None):
    """Entry point of the command line."""
    parser = argparse.ArgumentParser(prog="layerdiff_recorder.py", description=__doc__.splitlines()[0])
    run = parser.add_subparsers(dest="command", required=True).add_parser(
        "run", help="run a script unchanged and record a model in it"
    )
    run.add_argument("--class", dest="cls", required=True, metavar="NAME", help="class of the model, Net or pkg.Net")
    run.add_argument("--out", required=True, metavar="DIR", help="folder of the dump")
    run.add_argument("--granularity", choices=("module", "op"), default="module")
    run.add_argument("--weights", choices=("digest", "full"), default="digest")
    run.add_argument("--precision", choices=("exact", "keep"), default="exact")
    run.add_argument("--referee", action="store_true", help="also record a float64 run")
    run.add_argument("--include", metavar="RE", help="record module paths that match")
    run.add_argument("--exclude", metavar="RE", help="leave module paths out that match")
    run.add_argument("--only-outputs", action="store_true", help="leave the inputs of modules out")
    run.add_argument("--max-samples", type=int, default=8, metavar="N")
    run.add_argument("--max-bytes", default="8GiB", metavar="SIZE")
    run.add_argument("--allow-training", action="store_true")
    run.add_argument("script")
    run.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments, argparse.Namespace(settings=None))
    try:
        _byte_count(options.max_bytes)
        _clear(options.out)
    except ValueError as error:
        parser.error(str(error))
    _run_script(options)


if __name__ == "__main__":
    main()
