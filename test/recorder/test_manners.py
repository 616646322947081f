"""How the recorder treats the program it runs in: nothing changes, nothing breaks, everything is put back."""

import threading
import unittest
from unittest import mock

import torch
from support import Case, Dump, Net, recorder
from torch import nn

X = torch.linspace(-2, 2, 108).reshape(1, 3, 6, 6)


class Manners(Case):
    def test_an_error_in_a_hook_stays_there(self):
        model = Net().eval()
        expected = model(X)
        with mock.patch.object(recorder._Pass, "add", side_effect=RuntimeError("boom")):
            with torch.no_grad(), recorder.record(model, self.folder):
                result = model(X)
        self.assertTrue(torch.equal(result, expected))
        self.assertEqual(self.said.count("boom"), 1)

    def test_a_full_disk_stops_the_recording_and_nothing_else(self):
        model = Net().eval()
        expected = model(X)
        with mock.patch.object(recorder._Shards, "add", side_effect=OSError("no space left")):
            with torch.no_grad(), recorder.record(model, self.folder):
                result = model(X)
        self.assertTrue(torch.equal(result, expected))
        self.assertIn("cannot write: no space left", self.said)

    def test_the_forward_is_not_changed(self):
        model = Net().eval()
        expected = model(X)
        for options in ({}, {"granularity": "op"}, {"referee": True}):
            (result,), _ = self.record(model, (X,), **options)
            self.assertTrue(torch.equal(result, expected))
        self.assertFalse(any(m._forward_hooks or m._forward_pre_hooks for m in model.modules()))

    def test_gradients_still_flow(self):
        model = Net().eval()
        with recorder.record(model, self.folder):
            model(X).sum().backward()
        self.assertIsNotNone(model.conv.weight.grad)

    def test_a_forward_that_raises_is_no_sample(self):
        model = Net().eval()
        with torch.no_grad(), recorder.record(model, self.folder) as running:
            with self.assertRaises(RuntimeError):
                model(torch.randn(1, 5, 6, 6))
            model(X)
        self.assertEqual(len(running.samples), 1)
        self.assertIn("a forward pass raised", self.said)
        self.assertEqual(Dump(self.folder).entry("relu#1:output.0")["call"], 1)

    def test_an_exception_caught_inside_the_model(self):
        class Fallback(nn.Module):
            def __init__(self):
                super().__init__()
                self.bad, self.good = nn.Linear(5, 5), nn.Linear(6, 6)

            def forward(self, x):
                try:
                    return self.bad(x)
                except RuntimeError:
                    return self.good(x)

        _, dump = self.record(Fallback().eval(), (X,))
        self.assertEqual([key for key in dump.keys() if "output" in key], ["good#0:output.0", "#0:output.0"])

    def test_exact_arithmetic_is_restored(self):
        backends = torch.backends
        before = (backends.cudnn.allow_tf32, backends.cudnn.benchmark, torch.get_float32_matmul_precision())
        self.addCleanup(torch.set_float32_matmul_precision, before[2])
        self.addCleanup(setattr, backends.cudnn, "benchmark", before[1])
        torch.set_float32_matmul_precision("medium")
        backends.cudnn.allow_tf32 = backends.cudnn.benchmark = True

        def state():
            return (torch.get_float32_matmul_precision(), backends.cudnn.allow_tf32, backends.cudnn.benchmark,
                    torch.is_autocast_cpu_enabled())  # fmt: skip

        inside = []
        model = Net().eval()
        model.conv.register_forward_hook(lambda *_: inside.append(state()))
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            with recorder.record(model, self.folder):
                model(X)
                self.assertTrue(torch.is_autocast_cpu_enabled())
                with self.assertRaises(RuntimeError):
                    model(X[:, :2])
                self.assertTrue(torch.is_autocast_cpu_enabled())
            self.assertEqual(state(), ("medium", True, True, True))
        self.assertFalse(torch.is_autocast_cpu_enabled())
        self.assertEqual(inside[0], ("highest", False, False, False))
        dump = Dump(self.folder)
        environment = dump.manifest["environment"]
        self.assertIn("autocast was on for cpu", environment["changed"])
        self.assertIn("cudnn.benchmark was on", environment["changed"])
        self.assertEqual((environment["tf32"], environment["autocast"]), (False, False))
        self.assertEqual(dump.entry("conv#0:output.0")["dtype"], "float32")
        self.assertIn("autocast was on for cpu and is turned off", self.said)

    def test_precision_can_be_kept(self):
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            with recorder.record(Net().eval(), self.folder, precision="keep") as running:
                running.model(X)
        dump = Dump(self.folder)
        self.assertEqual(dump.manifest["environment"]["autocast"], True)
        self.assertEqual(dump.manifest["environment"]["changed"], [])
        self.assertEqual(dump.entry("conv#0:output.0")["dtype"], "bfloat16")

    def test_tracing_is_no_sample(self):
        model = Net().eval()
        with torch.no_grad(), recorder.record(model, self.folder) as running:
            torch.jit.trace(model, (X,), check_trace=False)
            self.assertEqual(len(running.samples), 0)
            model(X)
        self.assertEqual(len(running.samples), 1)

    @unittest.skipUnless(hasattr(torch, "compiler"), "this torch does not compile")
    def test_compiled_models_are_run_as_written(self):
        model = Net().eval()
        with torch.no_grad():
            expected = model(X)
        (result,), dump = self.record(torch.compile(model, backend="eager"), (X,))
        self.assertTrue(torch.equal(result, expected))
        self.assertIn("_orig_mod.bn#0:output.0", dump.keys())
        self.assertIn("torch.compile was on", dump.manifest["environment"]["changed"])
        self.assertEqual(dump.samples[0]["inputs"][0]["name"], "x")

    def test_parallel_models(self):
        _, dump = self.record(nn.DataParallel(Net()).eval(), (X,))
        self.assertIn("module.bn#0:output.0", dump.keys())
        self.assertEqual(dump.samples[0]["inputs"][0]["name"], "x")

    def test_other_threads_are_left_alone(self):
        class Threaded(nn.Module):
            def __init__(self):
                super().__init__()
                self.here, self.there = nn.ReLU(), nn.ReLU()

            def forward(self, x):
                thread = threading.Thread(target=self.there, args=(x,))
                thread.start()
                thread.join()
                return self.here(x)

        _, dump = self.record(Threaded().eval(), (X,))
        self.assertIn("here#0:output.0", dump.keys())
        self.assertNotIn("there#0:output.0", dump.keys())
        self.assertIn("another thread", dump.samples[0]["skipped"][0]["reason"])
