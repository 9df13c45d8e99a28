"""A Python that has read the libraries already: whatever it runs begins at once, in a process of its own.

Started as `python warm.py FOLDER`, in a copy of the repository. It reads one list of arguments a line, as JSON, runs
`python ARGUMENTS` in a fork of itself with its output in FOLDER, and answers with the exit code. It has read nothing
of this repository, so each run sees the copy as it is then; and it never sees the one that is installed.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import sys
import traceback
from pathlib import Path

LIBRARIES = ("dateutil.parser", "httpx", "mypy.main", "openapi_python_client.cli", "openapi_spec_validator")
OURS = ("firsthandapi/__init__.py", "firsthandapi_generated/__init__.py")


def main() -> None:
    """Run what is asked for until nobody asks."""
    os.setsid()  # Ctrl-C is for whoever asks
    output = Path(sys.argv[1])
    kept = [path for path in sys.path[1:] if not any((Path(path) / name).exists() for name in OURS)]
    sys.path[1:] = [os.getcwd(), f"{os.getcwd()}/generated", *kept]
    for name in LIBRARIES:
        __import__(name)
    gc.disable()  # no run is long enough to need it
    for line in sys.stdin:
        child = os.fork()
        if not child:
            for number, name in ((1, "stdout"), (2, "stderr")):
                os.dup2(os.open(output / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
            run(json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def run(arguments: list[str]) -> None:
    """Run a file, or a module behind `-m`, as Python does, and end."""
    code: object = 0
    try:
        if arguments[0] == "-m":
            sys.path[0], sys.argv = os.getcwd(), arguments[1:]
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        else:
            sys.path[0], sys.argv = os.path.dirname(os.path.abspath(arguments[0])), arguments
            runpy.run_path(arguments[0], run_name="__main__")
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    if isinstance(code, str):
        print(code, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    main()
