"""One Spark session for all tests, with the job's package on its workers' path as --extra-py-files puts it there."""

import os
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "glue-jobs" / "partition_to_parquet"
for folder in (ROOT / "glue-jobs", Path(__file__).parent / "support"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    archive = tmp_path_factory.mktemp("package") / "partition_to_parquet.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in PACKAGE.rglob("*.py"):
            packed.write(path, path.relative_to(PACKAGE.parent))
    scratch = tmp_path_factory.mktemp("spark")
    # Set-up may have prepared a quick start; the JVM passes over an archive that is not there or not its own.
    classes = f"-XX:SharedArchiveFile={sys.prefix}/spark-classes.jsa -Xlog:cds=off -Xlog:cds+dynamic=off"
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.memory", "1g")
        .config("spark.local.dir", str(scratch))
        .config("spark.driver.extraJavaOptions", f'"-Djava.io.tmpdir={scratch}" -XX:-UsePerfData {classes}')
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    session.sparkContext.addPyFile(str(archive))
    session.sparkContext.addPyFile(str(Path(__file__).parent / "support" / "folder_objects.py"))
    yield session
    session.stop()
