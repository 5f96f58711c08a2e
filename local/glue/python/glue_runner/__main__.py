"""`python -m glue_runner <folder for scratch files> [<class archive>]`: answers the requests of the local account until
stdin ends. The archive is what `glue_runner.archive` wrote.

In:  {"type": "run", "run", "script", "arguments", "pyFiles", "modules", "pyFilesFolder", "conf", "environment", "log"}
     {"type": "warm", "pyFiles", "pyFilesFolder", "environment"}
Out: {"type": "ready"}, then for each request {"type": "ended", "run", "state", "message"} or {"type": "warm"}
"""

import sys
import traceback

# `-m` puts the working folder first; what lies there is no module of any job.
sys.path.pop(0)

from . import archive, job, spark
from .channel import Channel


def main():
    channel = Channel()
    session = spark.start_session(sys.argv[1], *map(archive.use_option, sys.argv[2:3]))
    channel.send({"type": "ready"})
    while True:
        request = channel.next_request()
        if request["type"] == "warm":
            try:
                job.warm(session, request)
            except Exception:
                # A run that meets the same trouble reports it.
                traceback.print_exc()
            channel.send({"type": "warm"})
        else:
            channel.send({"type": "ended", "run": request["run"], **job.run(session, request)})


main()
