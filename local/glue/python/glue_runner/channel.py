"""The conversation with the local account: one JSON object a line, on what were stdin and stdout at the start."""

import json
import os
import queue
import signal
import sys
import threading


class Channel:
    """Takes stdin and stdout for itself, so that neither a job nor its child processes can read or write them."""

    def __init__(self):
        self._input = os.fdopen(os.dup(0), "rb")
        self._output = os.fdopen(os.dup(1), "wb", buffering=0)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        sys.stdout.reconfigure(line_buffering=True)
        self._requests = queue.Queue()
        threading.Thread(target=self._read, daemon=True, name="requests").start()

    def _read(self):
        for line in self._input:
            self._requests.put(json.loads(line))
        end_with_everything()

    def next_request(self):
        return self._requests.get()

    def send(self, message):
        self._output.write(json.dumps(message).encode() + b"\n")


def end_with_everything():
    """Ends this process and the JVM at once. The account is gone: nothing of a run may go on without it.

    The account makes this process the leader of its own group. Spark's Python workers have another group, and end
    when the JVM is gone."""
    sys.stderr.flush()
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(0)
