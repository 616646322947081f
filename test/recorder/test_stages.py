"""What is before the first node and after the last one: settings, pre(), post(), versions, flags of an export."""

import json
import os
import unittest
from unittest import mock

import numpy as np
import torch
from support import Case, Dump, Net, recorder

try:
    import onnx  # noqa: F401
    import onnxruntime
except ImportError:
    onnxruntime = None

X = torch.linspace(-2, 2, 108).reshape(1, 3, 6, 6)
needs_onnx = unittest.skipIf(onnxruntime is None, "onnx and onnxruntime are not installed")


def stage(dump, label, sample=0):
    """(settings, {tensor name: array}) of a stage."""
    found = dump.samples[sample][label]
    arrays = {item["name"]: dump.shards[item["shard"]][item["key"]] for item in found["tensors"]}
    for item in found["tensors"]:
        assert list(arrays[item["name"]].shape) == item["dims"]
    return found["settings"], arrays


class Stages(Case):
    def stages(self, use, **options):
        """The dump of one forward pass, or of several, that `use` makes with the recording in its hand."""
        model = Net().eval()
        with torch.no_grad(), recorder.record(model, self.folder, **options) as recording:
            use(recording, model)
        return Dump(self.folder)

    def test_pre_belongs_to_the_next_sample_and_post_to_the_last(self):
        picture = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)[:, :, ::-1]

        def use(recording, model):
            recording.pre(image=picture, order="resize-pad", pad=[1, 2, 0, 0])
            model(X)
            recording.post(boxes=torch.tensor([[0.0, 1, 2, 3]]), scores=[0.5], labels=np.int64([7]))
            recording.post(iou=0.7, max=300)
            model(X)
            recording.post(iou=0.5)

        dump = self.stages(use)
        settings, arrays = stage(dump, "pre")
        self.assertEqual(settings, {"order": "resize-pad", "pad": [1, 2, 0, 0]})
        np.testing.assert_array_equal(arrays["image"], picture)
        settings, arrays = stage(dump, "post")
        self.assertEqual(settings, {"iou": 0.7, "max": 300})
        self.assertEqual({name: array.tolist() for name, array in arrays.items()},
                         {"boxes": [[0, 1, 2, 3]], "scores": [0.5], "labels": [7]})  # fmt: skip
        self.assertNotIn("pre", dump.samples[1])
        self.assertEqual(stage(dump, "post", 1), ({"iou": 0.5}, {}))

    def test_later_values_join_earlier_ones_and_replace_those_of_the_same_name(self):
        def use(recording, model):
            model(X)
            recording.post(boxes=torch.zeros(2, 4), iou=0.7)
            recording.post(boxes=torch.ones(1, 4), score=0.1)

        settings, arrays = stage(self.stages(use), "post")
        self.assertEqual(settings, {"iou": 0.7, "score": 0.1})
        np.testing.assert_array_equal(arrays["boxes"], np.ones((1, 4), np.float32))

    def test_kinds_of_values(self):
        def use(recording, model):
            recording.pre(self=None, flag=True, one=np.float32(0.5), zero=torch.tensor(3), infinite=float("inf"),
                          size=(640, 480), prompts=["person", " "], matrix=[[1, 0.5], [0, 1]], numbers=list(range(100)),
                          nested={"mean": [0.5], "image": torch.ones(2)}, words=np.array(["a"]),
                          thing=object())  # fmt: skip
            model(X)

        dump = self.stages(use)
        settings, arrays = stage(dump, "pre")
        self.assertEqual(settings, {"self": None, "flag": True, "one": 0.5, "zero": 3, "infinite": None,
                                    "size": [640, 480], "prompts": json.dumps(["person", " "]),
                                    "nested.mean": [0.5]})  # fmt: skip
        self.assertEqual({name: array.tolist() for name, array in arrays.items()}, {
            "matrix": [[1, 0.5], [0, 1]], "numbers": list(range(100)), "nested.image": [1, 1],
        })  # fmt: skip
        skipped = {item["name"]: item["reason"] for item in dump.samples[0]["skipped"]}
        self.assertEqual(skipped, {"pre.words": "dtype <U1", "pre.thing": "unknown object of class builtins.object"})

    def test_what_is_later_written_into_a_tensor_does_not_reach_the_dump(self):
        boxes = torch.zeros(1, 4)

        def use(recording, model):
            model(X)
            recording.post(boxes=boxes)
            boxes.fill_(9)

        np.testing.assert_array_equal(stage(self.stages(use), "post")[1]["boxes"], np.zeros((1, 4)))

    def test_values_of_a_pass_that_is_no_sample_go_with_it(self):
        def use(recording, model):
            recording.post(iou=0.1)
            recording.pre(order="lost")
            with self.assertRaises(RuntimeError):
                model(torch.randn(1, 5, 6, 6))
            recording.post(iou=0.2)
            model(X)
            model(X)
            recording.pre(order="lost")
            recording.post(iou=0.3)

        dump = self.stages(use, max_samples=1)
        self.assertEqual(len(dump.samples), 1)
        self.assertFalse({"pre", "post"} & set(dump.samples[0]))
        self.assertEqual(self.said.count("these values are left out"), 1)

    def test_an_error_stays_inside(self):
        class Sly:
            @property
            def __array__(self):
                raise RuntimeError("boom")

        def use(recording, model):
            recording.pre(thing=Sly())
            model(X)
            recording.post(thing=Sly())

        self.assertEqual(len(self.stages(use).samples), 1)
        self.assertEqual(self.said.count("boom"), 1)

    def test_the_limit_of_bytes_holds_for_pictures_too(self):
        def use(recording, model):
            model(X)
            recording.post(boxes=torch.zeros(100_000, 4))

        dump = self.stages(use, max_bytes=100_000)
        self.assertNotIn("post", dump.samples[0])
        self.assertIn("the limit of 97.7 KiB is reached", self.said)

    def test_settings_and_versions(self):
        with mock.patch.dict("sys.modules", cv2=mock.Mock(__version__="4.6.0"), mmdet=None):
            dump = self.stages(lambda _, model: model(X), settings={"add_padding": True, "callback": print})
        self.assertEqual(dump.manifest["settings"], {"add_padding": True})
        self.assertIn("the setting callback is a builtin_function_or_method", self.said)
        versions = dump.manifest["environment"]["versions"]
        self.assertEqual((versions["torch"], versions["numpy"], versions["cv2"]),
                         (torch.__version__, np.__version__, "4.6.0"))  # fmt: skip
        self.assertNotIn("mmdet", versions)


@needs_onnx
class Deployed(Case):
    def test_stages_of_a_session(self):
        session = mock.Mock()
        session.get_providers.return_value = []
        session.run.return_value = [np.float32([1])]
        recorded = recorder.record_session(session, self.folder, max_samples=2, settings={"without_nms": True})
        recorded.post(iou=0.1)
        recorded.pre(image=np.uint8([[1]]), order="pad-resize")
        recorded.run(["y"], {})
        recorded.post(boxes=np.zeros((0, 4), np.float32), iou=0.65)
        recorded.run(["y"], {})
        recorded.pre(order="lost")
        recorded.run(["y"], {})
        recorded.post(iou=0.2)
        dump = Dump(self.folder)
        self.assertEqual(dump.manifest["settings"], {"without_nms": True})
        settings, arrays = stage(dump, "pre")
        self.assertEqual((settings, arrays["image"].tolist()), ({"order": "pad-resize"}, [[1]]))
        settings, arrays = stage(dump, "post")
        self.assertEqual((settings, arrays["boxes"].shape), ({"iou": 0.65}, (0, 4)))
        self.assertFalse({"pre", "post"} & set(dump.samples[1]))
        self.assertEqual(dump.manifest["environment"]["versions"]["onnxruntime"], onnxruntime.__version__)

    def test_an_error_of_a_stage_stays_inside(self):
        session = mock.Mock()
        session.get_providers.return_value = []
        session.run.return_value = [np.float32([1])]
        recorded = recorder.record_session(session, self.folder)
        recorded.run(["y"], {})
        with mock.patch.object(recorder._Stage, "add", side_effect=RuntimeError("boom")):
            recorded.pre(a=1)
            recorded.post(a=1)
        self.assertEqual(len(Dump(self.folder).samples), 1)
        self.assertEqual(self.said.count("boom"), 2)


class Plain(Net):
    """The TorchScript exporter makes model inputs of arguments with default values, so: none."""

    def forward(self, x):
        return super().forward(x)


@needs_onnx
class Flags(Case):
    def test_flags_of_an_export(self):
        recorder.export(Plain().eval(), (X,), os.path.join(self.place, "a.onnx"), dump=self.folder, dynamo=False,
                        opset_version=12, input_names=["x"], do_constant_folding=False,
                        training=torch.onnx.TrainingMode.EVAL, dynamic_axes={"x": {0: "n"}})  # fmt: skip
        self.assertEqual(Dump(self.folder).manifest["export"], {
            "exporter": "torchscript", "opset": 12,
            "flags": {"input_names": True, "do_constant_folding": False, "training": "EVAL", "dynamic_axes": True},
        })  # fmt: skip

    def test_flags_of_a_watched_export(self):
        with recorder.watch_exports(self.folder, settings={"add_padding": False}):
            torch.onnx.export(Plain().eval(), (X,), os.path.join(self.place, "a.onnx"), verbose=False, dynamo=False)
        manifest = Dump(self.folder).manifest
        self.assertEqual(manifest["export"], {"exporter": "torchscript", "opset": None, "flags": {"verbose": False}})
        self.assertEqual(manifest["settings"], {"add_padding": False})

    def test_a_recording_apart_from_an_export_has_none(self):
        _, dump = self.record(Net().eval(), (X,))
        self.assertNotIn("export", dump.manifest)
