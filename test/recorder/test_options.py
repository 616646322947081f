"""The options of record() and what it refuses."""

import hashlib
import os
from unittest import mock

import numpy as np
import torch
from support import Case, Net, recorder
from torch import nn

X = torch.linspace(-2, 2, 108).reshape(1, 3, 6, 6)


class Options(Case):
    def test_operators(self):
        _, dump = self.record(Net().eval(), (X,), granularity="op")
        self.assertEqual(dump.manifest["granularity"], "op")
        np.testing.assert_array_equal(dump.array("conv#0:aten.convolution.default/0.0"), dump.array("conv#0:output.0"))
        np.testing.assert_array_equal(dump.array("#0:aten.sub.Tensor/0.0"), dump.array("relu#1:input.0"))
        self.assertIn("relu#1:aten.relu_.default/0.0", dump.keys())
        self.assertIn("a view of a parameter", str(dump.samples[0]["skipped"]))

    def test_operators_of_one_module_call_are_counted(self):
        class Twice(nn.Module):
            def forward(self, x):
                return x + 1 + 2

        _, dump = self.record(Twice().eval(), (X,), granularity="op")
        self.assertIn("#0:aten.add.Tensor/1.0", dump.keys())

    def test_referee(self):
        model = Net().eval()
        (result,), dump = self.record(model, (X,), referee=True)
        entry = dump.entry("bn#0:output.0", part="referee")
        self.assertEqual(entry["dtype"], "float64")
        exact = Net().double().eval()
        exact.load_state_dict(model.state_dict())
        np.testing.assert_array_equal(dump.array("#0:output.0", part="referee"), exact(X.double()).detach().numpy())
        self.assertEqual(model.conv.weight.dtype, torch.float32)
        self.assertEqual(len(dump.samples[0]["referee"]), len(dump.samples[0]["entries"]))
        self.assertFalse(model.conv._forward_hooks)

    def test_a_referee_that_fails_is_left_out_with_its_reason(self):
        class Single(nn.Module):
            def forward(self, x):
                return x @ torch.ones(6, 6, dtype=torch.float32)

        (result,), dump = self.record(Single().eval(), (X,), referee=True)
        self.assertNotIn("referee", dump.samples[0])
        self.assertIn("RuntimeError", dump.samples[0]["referee_missing"])
        np.testing.assert_array_equal(dump.array("#0:output.0"), result.numpy())

    def test_weights(self):
        model = Net().eval()
        _, dump = self.record(model, (X,), weights="full")
        rows = {row["name"]: row for row in dump.manifest["parameters"]}
        self.assertEqual(set(rows), set(model.state_dict()))
        self.assertTrue(rows["bn.running_mean"]["buffer"])
        weight, row = model.head.weight.detach(), rows["head.weight"]
        np.testing.assert_array_equal(dump.shards[row["shard"]][row["key"]], weight.numpy())
        rounded = weight.bfloat16().view(torch.int16).numpy()
        half = weight.numpy().astype("f2")
        forms = {"stored": weight.numpy(), "transposed": weight.numpy().T, "float16": half, "float16_transposed": half.T,
                 "bfloat16": rounded, "bfloat16_transposed": rounded.T}  # fmt: skip
        for name, array in forms.items():
            digest = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
            self.assertEqual(row["digests"][name], digest, name)
        self.assertAlmostEqual(row["stats"]["std"], float(weight.numpy().std()), 6)
        self.assertEqual(row["stats"]["max"], float(weight.max()))
        self.assertEqual(set(rows["head.bias"]["digests"]), {"stored", "float16", "bfloat16"})
        self.assertEqual(set(rows["bn.num_batches_tracked"]["digests"]), {"stored"})

    def test_weights_that_are_not_finite_and_digests_only(self):
        model = Net().eval()
        model.head.bias.data[0] = float("inf")
        _, dump = self.record(model, (X,))
        row = next(row for row in dump.manifest["parameters"] if row["name"] == "head.bias")
        self.assertIsNone(row["stats"]["max"])
        self.assertNotIn("shard", row)

    def test_module_tree(self):
        model = Net().eval()
        model.alias = model.relu
        _, dump = self.record(model, (X,))
        rows = {row["path"]: row for row in dump.manifest["modules"]}
        self.assertEqual(list(rows), [path for path, _ in model.named_modules()])
        self.assertEqual(rows[""]["class"], "support.Net")
        self.assertEqual(rows[""]["file"], "support.py")
        with open(os.path.join(os.path.dirname(__file__), "support.py"), encoding="utf-8") as file:
            self.assertIn("def forward(self, x, shift", file.readlines()[rows[""]["line"] - 1])
        self.assertEqual(rows["conv"]["repr"], "3, 4, kernel_size=(3, 3), stride=(1, 1)")
        self.assertEqual(rows["conv"]["parameters"], ["conv.weight", "conv.bias"])
        self.assertEqual(rows["relu"]["aliases"], ["alias"])
        self.assertEqual(rows["conv"]["file"], "torch/nn/modules/conv.py")

    def test_include_exclude_and_only_outputs(self):
        _, dump = self.record(Net().eval(), (X,), include="conv|bn", exclude="^bn", only_outputs=True)
        self.assertEqual(dump.keys(), ["#0:input.0", "conv#0:output.0", "#0:output.0"])

    def test_max_samples(self):
        _, dump = self.record(Net().eval(), (X,), (X,), (X,), max_samples=2)
        self.assertEqual(len(dump.samples), 2)
        self.assertIn("2 samples are recorded", self.said)

    def test_the_byte_limit_stops_cleanly(self):
        (result,), dump = self.record(Net().eval(), (X,), max_bytes=800)
        self.assertEqual(result.shape, (1, 2))
        self.assertEqual(dump.keys(), ["#0:input.0", "conv#0:input.0", "conv#0:output.0", "bn#0:input.0"])
        self.assertIn("stopped here", dump.samples[0]["skipped"][-1]["reason"])
        self.assertIn("the limit of 800 bytes is reached", self.said)

    def test_a_later_sample_is_not_kept_in_part(self):
        _, dump = self.record(Net().eval(), (X,), (X,), max_bytes="2.5 kB")
        self.assertEqual(len(dump.samples), 1)
        self.assertIn("#0:output.0", dump.keys())

    def test_sizes(self):
        for text, size in (("8GiB", 8 << 30), ("500MB", 500_000_000), ("1.5 KiB", 1536), (7, 7), ("12", 12)):
            self.assertEqual(recorder._byte_count(text), size)
        with self.assertRaisesRegex(ValueError, "not a size"):
            recorder._byte_count("lots")

    def test_an_estimate_is_told(self):
        self.record(Net().eval(), (X,))
        self.assertRegex(self.said, r"the first sample has \d+ entries, [\d.]+ KiB; up to 8 samples make about")


class Refusals(Case):
    def test_training_mode(self):
        model = Net()
        with self.assertRaisesRegex(ValueError, r"training mode \(Net, conv, bn\).*model.eval\(\)"):
            self.record(model, (X,))
        self.assertFalse(os.path.exists(self.folder))
        _, dump = self.record(model, (X,), allow_training=True)
        self.assertTrue(dump.manifest["environment"]["training"])

    def test_a_folder_that_holds_something_else(self):
        os.makedirs(self.folder)
        with open(os.path.join(self.folder, "thesis.txt"), "w") as file:
            file.write("mine")
        with self.assertRaisesRegex(ValueError, "thesis.txt"):
            self.record(Net().eval(), (X,))
        self.assertEqual(os.listdir(self.folder), ["thesis.txt"])

    def test_an_earlier_dump_is_replaced(self):
        with mock.patch.object(recorder, "SHARD_BYTES", 600):
            self.record(Net().eval(), (X,))
        _, dump = self.record(Net().eval(), (X,), (X,))
        self.assertEqual(len(dump.samples), 2)
        self.assertEqual(sorted(os.listdir(self.folder)), ["manifest.json", "tensors-00000.safetensors"])

    def test_an_aborted_recording_is_no_dump(self):
        self.record(Net().eval(), (X,))
        with self.assertRaises(KeyError):
            with recorder.record(Net().eval(), self.folder) as running:
                running.model(X)
                raise KeyError
        self.assertFalse(os.path.exists(os.path.join(self.folder, "manifest.json")))
        self.assertIn("aborted", self.said)

    def test_scripted_modules(self):
        class Mixed(nn.Module):
            def __init__(self):
                super().__init__()
                self.plain = nn.ReLU()
                self.scripted = torch.jit.script(nn.Sequential(nn.Linear(6, 6), nn.ReLU()).eval())

            def forward(self, x):
                return self.scripted(self.plain(x))

        (result,), dump = self.record(Mixed().eval(), (X,))
        self.assertIn("plain#0:output.0", dump.keys())
        self.assertEqual([item["name"] for item in dump.samples[0]["skipped"]], ["scripted"])
        self.assertIn("scripted is a RecursiveScriptModule and runs no hooks", self.said)
        with self.assertRaisesRegex(ValueError, "takes no hooks"):
            self.record(torch.jit.script(nn.ReLU().eval()), (X,))
        _, dump = self.record(torch.jit.trace(Net().eval(), (X,)), (X,))
        self.assertEqual(dump.keys(), ["#0:input.0", "#0:output.0"])
        self.assertEqual(len(dump.samples[0]["skipped"]), 1)

    def test_options_that_do_not_exist(self):
        for options in ({"granularity": "layer"}, {"weights": "all"}, {"precision": "fast"}, {"max_bytes": "x"}):
            with self.assertRaises(ValueError):
                self.record(Net().eval(), (X,), **options)
        with self.assertRaises(TypeError):
            self.record(lambda x: x, (X,))

    def test_no_forward_at_all(self):
        with recorder.record(Net().eval(), self.folder):
            pass
        self.assertIn("nothing recorded", self.said)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "manifest.json")))
