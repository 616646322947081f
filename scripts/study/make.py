"""Makes what the study of a text-guided detector compares: pictures, a PyTorch recording of each, exports with and
without faults, and recordings of what was deployed.

    python scripts/study/make.py OUT [--steps 800]

The network is that of scripts/fixtures/guided at 640×640: four backbone stages, a neck guided by text at three levels,
8400 boxes, 11 MB of weights from a short training on generated pictures. Four causes are planted one by one and all
together, each where it happens in practice:

    input      the deployed program pads with black and then resizes; PyTorch resized, then padded with grey
    text       the export bakes in the prompts without the blank one that PyTorch had
    operator   an average pooling of the export does not count its padding
    post       the deployed program brings boxes back into the picture with the wrong formula, and has rules of its own

OUT then holds, for P of wide (720×1280), small (333×500) and square (640×640, where both ways in are the same):

    P.png, dump-P/                               the picture, and PyTorch's recording with its detections
    healthy.onnx, text.onnx, operator.onnx, all.onnx, healthy-dynamo.onnx, all-dynamo.onnx
    deployed-CASE-P/                             the session's recording with its detections
    study.json                                   every case: files, planted causes, measured figures, the command line

Needs torch, onnx, onnxscript, onnxruntime, numpy, safetensors and OpenCV; a few minutes on two cores.
"""

import argparse
import copy
import functools
import json
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "fixtures"), os.path.join(HERE, "..", "..", "resources", "recorder")]

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import onnx  # noqa: E402
import onnxruntime  # noqa: E402
import torch  # noqa: E402
from catalogue.common import edited, figure  # noqa: E402
from exporting import export  # noqa: E402
from guided.detections import detections, unmap, unmap_padded_first, unmap_wrong  # noqa: E402
from guided.letterbox import differences, pad_then_resize, resize_then_pad  # noqa: E402
from guided.network import Prompted  # noqa: E402
from guided.pictures import BLANK, PROMPTS, embeddings, picture  # noqa: E402
from guided.training import trained  # noqa: E402
from layerdiff_recorder import record, record_session  # noqa: E402

SIZE, TEXT = 640, 128
SHAPE = {"widths": (16, 32, 64, 128, 192), "depth": 1, "text": TEXT, "heads": 4}
PICTURES = {"wide": (720, 1280), "small": (333, 500), "square": (640, 640)}
# Per case the model that is deployed and the causes that are planted in it and around it.
CASES = {
    "healthy": ("healthy", ()),
    "input": ("healthy", ("input",)),
    "text": ("text", ("text",)),
    "operator": ("operator", ("operator",)),
    "post": ("healthy", ("post",)),
    "all": ("all", ("input", "text", "operator", "post")),
}
# The pictures on which a case is made; everything is on the first one.
ALSO = {"healthy": ("small", "square"), "input": ("small", "square"), "all": ("small", "square")}
DYNAMO = {"healthy": "healthy-dynamo", "all": "all-dynamo"}


def main():
    """Entry point of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("--steps", type=int, default=800, help="of the training")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    torch.set_num_threads(1)
    model = trained(160, options.steps, seed=640, batch=8, smallest=16, largest=90, **SHAPE).resized(SIZE)
    tell("trained")
    export_all(model, options.out)
    found = {name: draw(options.out, name) for name in PICTURES}
    recorded = {name: record_picture(model, options.out, name, bgr) for name, bgr in found.items()}
    tell("recorded")
    rows = []
    for case, (network, causes) in CASES.items():
        for name in ("wide", *ALSO.get(case, ())):
            rows.extend(deploy(options.out, case, network, causes, name, found[name], recorded[name]))
    with open(os.path.join(options.out, "study.json"), "w", encoding="utf-8") as file:
        json.dump({"torch": torch.__version__, "onnxruntime": onnxruntime.__version__, "opencv": cv2.__version__,
                   "cases": rows}, file, indent=1)  # fmt: skip
        file.write("\n")


def tell(text):
    """Progress with the seconds so far."""
    print(f"{time.process_time():6.0f} s  {text}", flush=True)


def export_all(model, out):
    """healthy: the text PyTorch had; text: without the blank prompt; operator, all: with the wrong pooling as well."""
    for dynamo in (False, True):
        ending = "-dynamo.onnx" if dynamo else ".onnx"
        made = {}
        for name, prompts in (("healthy", [*PROMPTS, BLANK]), ("text", PROMPTS)):
            path = os.path.join(out, name + ending)
            network = Prompted(copy.deepcopy(model), embeddings(prompts, TEXT))
            example = (torch.zeros(1, 3, SIZE, SIZE),)
            export(network, example, path, dynamo, 18 if dynamo else 17, ["image"], ["boxes", "scores"])
            made[name] = onnx.load(path)
        for name, of in (("operator", "healthy"), ("all", "text")):
            onnx.save(edited(made[of], "AveragePool", count_include_pad=0)[0], os.path.join(out, name + ending))
        for name in ("text", "operator") if dynamo else ():
            os.remove(os.path.join(out, name + ending))
        tell("exported by " + ("dynamo" if dynamo else "TorchScript"))


def draw(out, name):
    """Shapes of 30 to 110 pixels of the model's input; BGR bytes."""
    height, width = PICTURES[name]
    scale = max(height, width) / SIZE
    rgb, _ = picture(height, width, np.random.default_rng([height, width]), 14, 30 * scale, 90 * scale)
    bgr = np.ascontiguousarray(rgb[:, :, ::-1])
    cv2.imwrite(os.path.join(out, name + ".png"), bgr)
    return bgr


def record_picture(model, out, name, bgr):
    """PyTorch's side; gives what is compared later."""
    image, done = resize_then_pad(bgr, SIZE)
    place = functools.partial(unmap, done=done)
    post = detections("framework", done, place, len(PROMPTS), suppressed=place)
    text = embeddings([*PROMPTS, BLANK], TEXT)
    settings = {"prompts": [*PROMPTS, BLANK], "add_padding": True}
    with torch.no_grad(), record(model, os.path.join(out, f"dump-{name}"), settings=settings) as recording:
        recording.pre(**done)
        boxes, scores = (value[0].numpy() for value in model(torch.from_numpy(image), text))
        made = post(boxes, scores)
        recording.post(**made)
    return {"image": image, "done": done, "boxes": boxes, "scores": scores, "detections": made}


def deploy(out, case, network, causes, name, bgr, recorded):
    """The deployed side of one case; gives its rows of study.json, one an exporter."""
    height, width = PICTURES[name]
    image, done = pad_then_resize(bgr, SIZE) if "input" in causes else (recorded["image"], recorded["done"])
    settings = {"prompts": PROMPTS if "text" in causes else [*PROMPTS, BLANK], "add_padding": "text" not in causes}
    session = onnxruntime.InferenceSession(os.path.join(out, network + ".onnx"), providers=["CPUExecutionProvider"])
    session = record_session(session, os.path.join(out, f"deployed-{case}-{name}"), settings=settings)
    session.pre(**done)
    boxes, scores = (value[0] for value in session.run(["boxes", "scores"], {"image": image}))
    made = after(causes, done, height, width)(boxes, scores)
    session.post(**made)
    measured = {
        "input": {key: figure(value)
                  for key, value in differences(recorded["image"], image, SIZE, height, width).items()},
        "boxes": figure(np.abs(boxes - recorded["boxes"]).max()),
        "scores": figure(np.abs(scores[:, : len(PROMPTS)] - recorded["scores"][:, : len(PROMPTS)]).max()),
        "detections": [len(recorded["detections"]["boxes"]), len(made["boxes"])],
    }  # fmt: skip
    tell(f"{case} on {name}: {measured}")
    files = [network, DYNAMO[network]] if network in DYNAMO and len(causes) != 1 else [network]
    return [{
        "case": case, "picture": name, "model": file + ".onnx", "dump": f"dump-{name}", "deployed": f"deployed-{case}-{name}",
        "image": name + ".png", "causes": visible(causes, name), "measured": measured,
        "command": f"layerdiff compare {file}.onnx dump-{name} --inputs deployed-{case}-{name} --image {name}.png "
        f"--deployed deployed-{case}-{name}",
    } for file in files]  # fmt: skip


def after(causes, done, height, width):
    """What the deployed program does behind the model."""
    classes = len(PROMPTS)
    if "post" in causes:
        theirs = {**done, **pad_of_demo(height, width)}
        return detections("without-nms", theirs, lambda boxes: unmap_wrong(boxes, height, width, SIZE), classes)
    right = unmap_padded_first if done["order"] == "pad-resize" else unmap
    place = functools.partial(right, done=done)
    return detections("framework", done, place, classes, suppressed=place)


def pad_of_demo(height, width):
    """Pads in pixels of the picture and one scale, which is what the wrong formula is about."""
    side = max(height, width)
    top, left = (side - height) // 2, (side - width) // 2
    return {"scale": [SIZE / side] * 2, "pad": [top, side - height - top, left, side - width - left]}


def visible(causes, name):
    """A square picture of the model's size has one way in."""
    return [cause for cause in causes if cause != "input" or PICTURES[name] != (SIZE, SIZE)]


if __name__ == "__main__":
    main()
