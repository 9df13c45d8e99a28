"""Run a program and print what its process took: `python -S -m benchmarks.download_program PROGRAM ARGUMENT...`.

It imports next to nothing, because a new process counts the memory of the one that it was started from as its own.
"""

import os
import sys
import time


def main(*command: str) -> None:
    """Run it to its end."""
    started = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    seconds, cpu = time.perf_counter() - started, usage.ru_utime + usage.ru_stime
    print(f'{{"seconds": {seconds}, "cpu": {cpu}, "peak": {usage.ru_maxrss * 1024 / 1e6}}}')
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(*sys.argv[1:])
