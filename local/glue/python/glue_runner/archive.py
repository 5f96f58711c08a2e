"""`python -m glue_runner.archive <file> <folder for scratch files>`: writes Spark's classes, as this machine's JVM has
loaded them, to a file. With it a start takes about half the CPU time. The JVM passes over an archive that is not its own.
"""

import subprocess
import sys


def use_option(path: str) -> str:
    return f"-XX:SharedArchiveFile={path} -Xlog:cds=off -Xlog:cds+dynamic=off"


def write(path: str, scratch: str) -> None:
    from . import spark

    quiet = "-Xlog:disable -Xlog:all=off"
    session = spark.start_session(scratch, f"-XX:ArchiveClassesAtExit={path} {quiet}")
    spark.warm_up(spark.begin_run(session, {"PYTHONPATH": ""}))
    jvm = session.sparkContext._gateway.proc
    # The JVM ends in its own time, and writes the archive, when its stdin ends.
    jvm.stdin.close()
    jvm.wait(timeout=120)


if __name__ == "__main__":
    try:
        write(*sys.argv[1:3])
    except (OSError, subprocess.SubprocessError) as error:
        sys.exit(f"no archive of Spark's classes: {error}")
