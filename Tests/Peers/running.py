"""Programs, run one after another in processes of their own, and what each took."""

import os
import subprocess
import sys
from collections import namedtuple

Usage = namedtuple("Usage", "cpu_seconds peak_bytes")


def run(command, folder, **variables):
    """Runs a program to its end, its output in the file `log` of the folder -> Usage.

    The system counts as the peak of a program that of its parent at its start, too: parents must stay small.
    """
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"} | variables
    with open(folder / "log", "w") as log:
        process = subprocess.Popen([str(x) for x in command], stdout=log, stderr=log, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(str(x) for x in command)} failed:\n{(folder / 'log').read_text()[-2000:]}")
    return Usage(usage.ru_utime + usage.ru_stime, 1024 * usage.ru_maxrss)
