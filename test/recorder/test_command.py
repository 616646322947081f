"""`layerdiff_recorder.py run`: scripts that know nothing of the recorder."""

import os
import subprocess
import sys

import numpy as np
from support import RECORDER, Case, Dump

SCRIPT = """
import sys, torch
import helper
from torch import nn
torch.manual_seed(0)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def forward(self, x, scale=1.0):
        return self.fc(x) * scale

if __name__ == "__main__":
    first, second = Net(), Net()
    first({warm})
    first.eval(), second.eval()
    with torch.no_grad():
        print(first(torch.ones(1, 4), scale=torch.tensor(2.0)).sum().item(), sys.argv[1:])
        second(torch.zeros(1, 4))
        first(torch.ones(3, 4))
    {end}
"""


class Command(Case):
    def run_script(self, *options, warm="torch.ones(1, 4)", end="pass", arguments=()):
        script = os.path.join(self.place, "script.py")
        for name, text in (("script.py", SCRIPT.format(warm=warm, end=end)), ("helper.py", "")):
            with open(os.path.join(self.place, name), "w") as file:
                file.write(text)
        command = [sys.executable, os.path.join(RECORDER, "layerdiff_recorder.py"), "run", "--out", self.folder]
        return subprocess.run([*command, *options, script, *arguments], capture_output=True, text=True, timeout=100)

    def test_the_first_instance_is_recorded(self):
        done = self.run_script("--class", "Net", "--granularity", "op", arguments=("--lr", "3"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("['--lr', '3']", done.stdout)
        dump = Dump(self.folder)
        self.assertEqual(len(dump.samples), 2)
        self.assertEqual([item["name"] for item in dump.samples[0]["inputs"]], ["x", "scale"])
        self.assertAlmostEqual(float(dump.array("#0:output.0").sum()), float(done.stdout.split()[0]), 5)
        np.testing.assert_array_equal(dump.array("#0:input.0", 1), np.ones((3, 4), "f4"))
        self.assertEqual(dump.manifest["granularity"], "op")
        self.assertEqual(dump.manifest["modules"][0]["class"], "__main__.Net")
        self.assertIn("not recorded: the model is in training mode", done.stderr)

    def test_qualified_names(self):
        self.run_script("--class", "torch.nn.modules.linear.Linear")
        self.assertEqual(Dump(self.folder).manifest["modules"][0]["path"], "")

    def test_a_script_that_fails_keeps_its_samples_and_its_failure(self):
        done = self.run_script("--class", "Net", end="sys.exit(7)")
        self.assertEqual(done.returncode, 7)
        self.assertEqual(len(Dump(self.folder).samples), 2)

    def test_a_class_that_is_never_called(self):
        done = self.run_script("--class", "Nett")
        self.assertEqual(done.returncode, 0)
        self.assertIn("no Nett was called; called were: Net, Linear", done.stderr)

    def test_what_cannot_be_asked_is_one_line(self):
        done = self.run_script("--class", "Net", "--max-bytes", "much")
        self.assertEqual(done.returncode, 2)
        self.assertIn("not a size: 'much'", done.stderr)
        self.assertNotIn("Traceback", done.stderr)
