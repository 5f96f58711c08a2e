"""The one Spark session of the process, and a session of its own for each run."""

import os

import pyarrow  # noqa: F401 (imported early, so that no run pays for it)
from pyspark import SparkContext
from pyspark.sql import SparkSession


# The JVM's best compiler is for what is hot for long, ten times later than usual. Most runs here are short, and half of
# the CPU time of a start went into it.
_JAVA_OPTIONS = (
    "-Duser.timezone=UTC -XX:-UsePerfData -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000"
    " -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000"
)


def start_session(local_folder: str, java_options: str = "") -> SparkSession:
    """Starts the JVM. Its scratch files lie in `local_folder`."""
    session = (
        SparkSession.builder.master("local[2]")
        .appName("glue")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", "2g")
        .config("spark.driver.extraJavaOptions", f'{_JAVA_OPTIONS} "-Djava.io.tmpdir={local_folder}" {java_options}')
        .config("spark.local.dir", local_folder)
        .config("spark.sql.warehouse.dir", os.path.join(local_folder, "warehouse"))
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "4")
        # The process lives long and nobody looks at its past.
        .config("spark.ui.retainedJobs", "10")
        .config("spark.ui.retainedStages", "10")
        .config("spark.ui.retainedTasks", "100")
        .config("spark.sql.ui.retainedExecutions", "1")
        .getOrCreate()
    )
    # On Glue a job's `stop` ends its own cluster. Here the next job needs the session.
    SparkContext.stop = lambda self: None
    SparkSession.stop = lambda self: None
    return session


def begin_run(session: SparkSession, environment: dict) -> SparkSession:
    """A session with its own settings and views, which is what the job's `getOrCreate` returns. Its Python workers
    get `environment`: Spark keeps workers apart by it."""
    session.sparkContext.environment = {"PYTHONHASHSEED": "0", **environment}
    own = session.newSession()
    _make_current(own)
    return own


def end_run(session: SparkSession) -> None:
    """Takes back what a job may leave behind in the shared context."""
    context = session.sparkContext
    context.cancelAllJobs()
    session.catalog.clearCache()
    for rdd in list(context._jsc.getPersistentRDDs().values()):
        rdd.unpersist()
    _make_current(session)


def warm_up(session: SparkSession) -> None:
    """Starts a Python worker a core, and has Spark compile what nearly every job needs."""
    session.range(0, 2, 1, 2).mapInArrow(_import_libraries, "id long").count()


def _import_libraries(batches):
    import boto3  # noqa: F401

    return batches


def _make_current(session: SparkSession) -> None:
    SparkSession._instantiatedSession = session
    SparkSession._activeSession = session
    classes = SparkSession._get_j_spark_session_class(session._jvm)
    classes.setDefaultSession(session._jsparkSession)
    classes.setActiveSession(session._jsparkSession)
