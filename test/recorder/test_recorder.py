"""What is recorded: values, aliases, call indices, nested values, dtypes, shards."""

import collections
import dataclasses
import os
from unittest import mock

import numpy as np
import torch
from support import Case, Net, recorder
from torch import nn


class Given(nn.Module):
    """Calls a function; the child sees what it returns as an input and passes it on."""

    def __init__(self, function):
        super().__init__()
        self.function = function
        self.child = nn.Identity()

    def forward(self, *args, **kwargs):
        return self.child(self.function(*args, **kwargs))


@dataclasses.dataclass
class Boxes:
    """A result class that torch knows nothing about."""

    boxes: torch.Tensor
    label: str = "person"


class Values(Case):
    def test_values_are_those_before_modification_in_place(self):
        model, x = Net().eval(), torch.randn(1, 3, 6, 6)
        (result,), dump = self.record(model, (x,))
        before = model.bn(model.conv(x)).detach().numpy()
        self.assertLess(dump.array("bn#0:output.0").min(), 0)
        np.testing.assert_array_equal(dump.array("bn#0:output.0"), before)
        np.testing.assert_array_equal(dump.array("relu#0:output.0"), before.clip(0))
        np.testing.assert_array_equal(dump.array("#0:output.0"), result.numpy())
        np.testing.assert_array_equal(dump.array("#0:input.0"), x.numpy())

    def test_modification_that_leaves_the_version_alone_is_seen(self):
        class Sly(nn.Module):
            def __init__(self):
                super().__init__()
                self.first, self.second = nn.Identity(), nn.Identity()

            def forward(self, x):
                y = self.first(x + 1)
                y.data.mul_(2)
                return self.second(y)

        _, dump = self.record(Sly().eval(), (torch.ones(3),))
        self.assertEqual(dump.array("first#0:output.0")[0], 2)
        self.assertEqual(dump.array("second#0:input.0")[0], 4)

    def test_aliases_are_stored_once(self):
        _, dump = self.record(Net().eval(), (torch.randn(1, 3, 6, 6),))
        name = dump.entry("conv#0:output.0")["name"]
        self.assertEqual(dump.entry("bn#0:input.0")["name"], name)
        self.assertNotEqual(dump.entry("bn#0:output.0")["name"], dump.entry("relu#0:output.0")["name"])
        self.assertEqual(dump.entry("head#0:output.0")["name"], dump.entry("#0:output.0")["name"])

    def test_memory_that_is_given_away_again_is_no_alias(self):
        class Chain(nn.Sequential):
            def forward(self, x):
                for module in self:
                    x = module(x)  # every earlier result is freed here
                return x

        model = Chain(*(nn.Linear(64, 64) for _ in range(20))).eval()
        x = torch.randn(8, 64)
        _, dump = self.record(model, (x,))
        for i, module in enumerate(model):
            x = module(x)
            np.testing.assert_array_equal(dump.array(f"{i}#0:output.0"), x.detach().numpy())

    def test_calls_of_a_reused_module_are_counted(self):
        _, dump = self.record(Net().eval(), (torch.randn(1, 3, 6, 6),))
        self.assertIn("relu#1:output.0", dump.keys())
        self.assertNotIn("relu#2:output.0", dump.keys())
        order = dump.keys()
        self.assertLess(order.index("relu#0:output.0"), order.index("relu#1:input.0"))

    def test_inference_mode(self):
        with torch.inference_mode():
            _, dump = self.record(Net().eval(), (torch.randn(1, 3, 6, 6),), granularity="op")
        self.assertLess(dump.array("bn#0:output.0").min(), 0)
        self.assertEqual(dump.array("relu#0:output.0").min(), 0)

    def test_dtypes(self):
        x = torch.tensor([[1.5, -2.0, 0.0], [3.0, 4.0, -5.5]])
        kinds = (torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.int32, torch.uint8, torch.bool)
        _, dump = self.record(Given(lambda x: tuple(x.abs().to(kind) for kind in kinds)).eval(), (x,))
        for index, kind in enumerate(kinds):
            key = f"#0:output.{index}"
            self.assertEqual(dump.entry(key)["dtype"], str(kind)[6:])
            wanted = x.abs().to(kind)
            wanted = wanted.view(torch.int16).numpy().view("u2") if kind == torch.bfloat16 else wanted.numpy()
            np.testing.assert_array_equal(dump.array(key), wanted)

    def test_layouts(self):
        x = torch.arange(24.0).reshape(1, 2, 3, 4)
        views = (x.transpose(1, 3), x.to(memory_format=torch.channels_last), x[..., 1::2], x.mean().expand(2, 3),
                 torch.empty(0, 3), torch.tensor(7.0))  # fmt: skip
        _, dump = self.record(Given(lambda x: views).eval(), (x,))
        for index, view in enumerate(views):
            np.testing.assert_array_equal(dump.array(f"#0:output.{index}"), view.numpy())


class Structures(Case):
    def names(self, value):
        _, dump = self.record(Given(lambda x: value).eval(), (torch.zeros(1),))
        return [item["name"] for item in dump.samples[0]["outputs"]], dump

    def test_nested_outputs_have_names(self):
        pair = collections.namedtuple("Pair", "left right")
        t = [torch.full((2,), float(i)) for i in range(6)]
        value = {"a": t[0], "b": (t[1], [t[2], None, 3]), "c": pair(t[3], "x"), "d": Boxes(t[4]),
                 "e": collections.OrderedDict(z=t[5])}  # fmt: skip
        names, dump = self.names(value)
        self.assertEqual(names, ["a", "b.0", "b.1.0", "c.left", "d.boxes", "e.z"])
        self.assertEqual([dump.array(f"#0:output.{i}")[0] for i in range(6)], list(range(6)))
        self.assertEqual([dump.array(f"child#0:input.{i}")[0] for i in range(6)], list(range(6)))

    def test_a_cache_of_keys_and_values(self):
        class DynamicCache:
            def __init__(self):
                self.key_cache, self.value_cache = [torch.ones(1), torch.ones(2)], [torch.zeros(1), torch.zeros(2)]

        names, _ = self.names((DynamicCache(),))
        self.assertEqual(names, ["0.0.key", "0.0.value", "0.1.key", "0.1.value"])

    def test_what_cannot_be_stored_is_named(self):
        class Odd:
            pass

        names, dump = self.names({"ok": torch.ones(2), "odd": Odd(), "sparse": torch.eye(3).to_sparse(),
                                  "complex": torch.ones(2) * 1j, "meta": torch.ones(2, device="meta")})  # fmt: skip
        self.assertEqual(names, ["ok"])
        skipped = {item["name"]: item["reason"] for item in dump.samples[0]["skipped"]}
        self.assertIn("Odd", skipped["#0:output.odd"])
        self.assertEqual(skipped["#0:output.1"], "sparse tensor")
        self.assertEqual(skipped["#0:output.2"], "dtype complex64")
        self.assertEqual(skipped["#0:output.3"], "tensor without data")

    def test_inputs_have_the_names_of_the_arguments(self):
        class Takes(nn.Module):
            def forward(self, image, *more, mask=None, **rest):
                return image

        with recorder.record(Takes().eval(), self.folder) as running:
            running.model(torch.ones(1), torch.ones(2), mask={"m": torch.ones(3)}, extra=torch.ones(4), flag=True)
        sample = running.samples[0]
        self.assertEqual([item["name"] for item in sample["inputs"]], ["image", "more.0", "mask.m", "extra"])
        self.assertEqual(sample["inputs"][2]["key"], "#0:input.2")

    def test_keyword_arguments_of_modules_are_inputs(self):
        class Inner(nn.Module):
            def forward(self, x, mask):
                return x + mask

        class Outer(nn.Module):
            def __init__(self):
                super().__init__()
                self.inner = Inner()

            def forward(self, x):
                return self.inner(x, mask=x * 2)

        _, dump = self.record(Outer().eval(), (torch.ones(2),))
        self.assertEqual(dump.array("inner#0:input.1")[0], 2)


class Shards(Case):
    def test_a_full_shard_is_followed_by_another(self):
        with mock.patch.object(recorder, "SHARD_BYTES", 600):
            (result,), dump = self.record(Net().eval(), (torch.randn(1, 3, 6, 6),))
        self.assertGreater(len(dump.shards), 2)
        self.assertEqual(dump.manifest["shards"][1], "tensors-00001.safetensors")
        np.testing.assert_array_equal(dump.array("#0:output.0"), result.numpy())

    def test_the_safetensors_library_reads_them(self):
        try:
            from safetensors.numpy import load_file
        except ImportError:
            self.skipTest("safetensors is not installed")
        _, dump = self.record(Net().eval(), (torch.randn(1, 3, 6, 6),))
        entry = dump.entry("conv#0:output.0")
        loaded = load_file(os.path.join(self.folder, "tensors-00000.safetensors"))
        np.testing.assert_array_equal(loaded[entry["name"]], dump.array("conv#0:output.0"))
        self.assertEqual(sorted(os.listdir(self.folder)), ["manifest.json", "tensors-00000.safetensors"])

    def test_samples_are_apart(self):
        model = Net().eval()
        results, dump = self.record(model, (torch.randn(1, 3, 6, 6),), (torch.randn(2, 3, 8, 8), 0.5))
        for number, result in enumerate(results):
            np.testing.assert_array_equal(dump.array("#0:output.0", number), result.numpy())
        self.assertEqual(dump.entry("relu#1:output.0", 1)["call"], 1)
