"""export(), watch_exports() and record_session(), against the real exporters and the real runtime."""

import os
import types
import unittest
from unittest import mock

import numpy as np
import torch
from support import Case, Dump, Net, recorder
from torch import nn

try:
    import onnx  # noqa: F401
    import onnxruntime
except ImportError:
    onnxruntime = None

X = torch.linspace(-2, 2, 108).reshape(1, 3, 6, 6)
needs_onnx = unittest.skipIf(onnxruntime is None, "onnx and onnxruntime are not installed")


class Plain(Net):
    """The TorchScript exporter makes model inputs of arguments with default values, so: none."""

    def forward(self, x):
        return super().forward(x)


def run(path, **feeds):
    """The outputs of an ONNX file."""
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, feeds)


@needs_onnx
class Exports(Case):
    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.place, "net.onnx")
        self.addCleanup(setattr, torch.onnx, "export", torch.onnx.export)

    def check(self, folder, opset=17):
        dump = Dump(folder)
        output = run(self.path, x=dump.array("#0:input.0"))[0]
        np.testing.assert_allclose(dump.array("#0:output.0"), output, atol=1e-6)
        return dump

    def test_export_records_the_same_call(self):
        recorder.export(Plain(), (X,), self.path, dump=self.folder, dynamo=False, input_names=["x"],
                        record_kw={"weights": "full"})  # fmt: skip
        dump = self.check(self.folder)
        np.testing.assert_array_equal(dump.array("#0:input.0"), X.numpy())
        self.assertIn("shard", dump.manifest["parameters"][0])
        self.assertFalse(dump.manifest["environment"]["training"])

    def test_a_model_is_recorded_in_eval_mode_and_gets_its_own_modes_back(self):
        model = Net()
        model.bn.eval()
        recorder._record_export(model, (X,), None, self.folder, False, None)
        self.assertFalse(Dump(self.folder).manifest["environment"]["training"])
        self.assertTrue(model.training and model.conv.training and not model.bn.training)

    def test_export_with_the_new_exporter_into_the_default_folder(self):
        if not recorder._keeps_mode(torch.onnx.export, {}):
            self.skipTest("this torch exports with TorchScript by default")
        recorder.export(Plain().eval(), (X,), self.path, dynamo=True, input_names=["x"], external_data=False)
        self.check(os.path.join(self.place, "net.dump"))

    def test_random_numbers_go_on_as_if_nothing_was_recorded(self):
        torch.manual_seed(3)
        expected = torch.rand(1)
        torch.manual_seed(3)
        recorder._record_export(nn.Dropout(), (X,), None, self.folder, True, None)
        self.assertTrue(torch.equal(torch.rand(1), expected))

    def test_a_dict_at_the_end_holds_keyword_arguments(self):
        recorder._record_export(Net().eval(), (X, {"shift": torch.tensor(0.5)}), None, self.folder, False, None)
        self.assertEqual([item["name"] for item in Dump(self.folder).samples[0]["inputs"]], ["x", "shift"])

    def test_watching_sees_functions_taken_earlier(self):
        library = types.ModuleType("some_library")
        exec("from torch.onnx import export as taken\ndef convert(*a, **k): taken(*a, **k)", library.__dict__)
        original = torch.onnx.export
        with mock.patch.dict("sys.modules", some_library=library):
            with recorder.watch_exports(self.folder):
                library.convert(Plain(), X, self.path, dynamo=False, input_names=["x"])
                self.check(self.folder)
                torch.onnx.export(model=Plain().eval(), args=(X + 1,), f=self.path, dynamo=False, input_names=["x"])
        self.assertIs(torch.onnx.export, original)
        self.assertIs(library.taken, original)
        self.assertEqual(sorted(os.listdir(self.folder)), ["export-1", "export-2"])
        self.assertEqual(Dump(os.path.join(self.folder, "export-1")).array("#0:input.0").min(), -2)
        self.check(os.path.join(self.folder, "export-2"))

    def test_watching_as_a_plain_call_and_again_into_the_same_folder(self):
        for _ in range(2):
            watch = recorder.watch_exports(self.folder, granularity="op")
            for _ in range(2):
                torch.onnx.export(Plain().eval(), (X,), self.path, dynamo=False)
            watch.stop()
        self.assertEqual(Dump(os.path.join(self.folder, "export-1")).manifest["granularity"], "op")

    def test_what_cannot_be_watched_is_said_and_exported(self):
        scripted = torch.jit.script(nn.Sequential(nn.ReLU()).eval())
        with recorder.watch_exports(self.folder):
            torch.onnx.export(scripted, (X,), self.path, dynamo=False)
        self.assertTrue(os.path.exists(self.path))
        self.assertIn("this export is not recorded", self.said)


@needs_onnx
class Sessions(Case):
    def test_runs_are_samples(self):
        path = os.path.join(self.place, "net.onnx")
        torch.onnx.export(Plain().eval(), (X,), path, dynamo=False, input_names=["x"], output_names=["y"])
        session = recorder.record_session(
            onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]), self.folder
        )
        self.assertEqual(session.get_inputs()[0].name, "x")
        first = session.run(None, {"x": X.numpy()})[0]
        np.testing.assert_array_equal(Dump(self.folder).array("y#0:output.0"), first)
        second = session.run(["y"], {"x": X.numpy() * 2})[0]
        dump = Dump(self.folder)
        np.testing.assert_array_equal(dump.array("y#0:output.0", 1), second)
        np.testing.assert_array_equal(dump.array("x#0:input.0", 1), X.numpy() * 2)
        self.assertEqual(dump.manifest["granularity"], "session")
        self.assertEqual(dump.samples[0]["outputs"], [{"name": "y", "key": "y#0:output.0"}])
        self.assertEqual(dump.manifest["environment"]["onnxruntime"], onnxruntime.__version__)
        self.assertEqual(dump.manifest["environment"]["device"], "CPUExecutionProvider")

    def test_strings_are_skipped_and_named(self):
        session = mock.Mock()
        session.get_providers.return_value = []
        session.run.return_value = [np.array(["a"]), np.float32([1])]
        recorded = recorder.record_session(session, self.folder, max_samples=1)
        recorded.run(["words", "numbers"], {})
        recorded.run(["words", "numbers"], {})
        dump = Dump(self.folder)
        self.assertEqual(len(dump.samples), 1)
        self.assertEqual(dump.keys(), ["numbers#0:output.0"])
        self.assertEqual(dump.samples[0]["skipped"][0]["name"], "words#0:output.0")
