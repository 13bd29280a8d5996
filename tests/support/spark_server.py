"""A real Spark for all who ask, one after another: a server on loopback, with one Spark context.

    python spark_server.py

It prints its port, and ends when its stdin does. A request is a line of JSON on a connection; the answer to it is one,
too, with `error` or null, and what the request printed as `output`:

    {"document": …}                a plan document, run as `scenario_job.py` runs it
    {"script": PATH, "args": […]}  a script with PySpark, in a session of its own
"""

import contextlib
import io
import json
import os
import pathlib
import runpy
import socketserver
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import scenario_job  # noqa: E402
from py4j.java_gateway import JavaPackage, JVMView  # noqa: E402
from pyspark.core.context import SparkContext  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

CONF = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "1g",
    # Names of files may have any letter.
    "spark.driver.extraJavaOptions": "-Dfile.encoding=UTF-8 -Dsun.jnu.encoding=UTF-8",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


def remember_names(kind):
    """Java looks for `org` and `org.apache` as classes in each of 250 jars, each time; a fourth of all its work."""
    look_up = kind.__getattr__
    known = {}

    def remembered(self, name):
        key = (self.__dict__.get("_fqn"), name)
        if key not in known:
            known[key] = look_up(self, name)
        return known[key]

    kind.__getattr__ = remembered


class Spark:
    """The sessions of one context. All work is done in one thread, as sessions are active by thread."""

    def __init__(self):
        self.thread = ThreadPoolExecutor(max_workers=1)
        self.session = None

    def ask(self, request):
        return self.thread.submit(self.answer, request).result()

    def answer(self, request):
        printed = io.StringIO()
        error = None
        try:
            if self.session is None:
                self.session = self.start()
            with contextlib.redirect_stdout(printed):
                if "document" in request:
                    self.activate(self.session)
                    scenario_job.run(self.session, request["document"], threading.Event())
                else:
                    self.run_script(request["script"], request["args"])
        except Exception as failure:
            error = f"{type(failure).__name__}: {failure}"
        return {"error": error, "output": printed.getvalue()}

    def start(self):
        builder = SparkSession.builder.appName("sfcrime")
        for name, value in CONF.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        # What nobody reads would be made all the same.
        session.sparkContext.setLogLevel("OFF")
        # Until then, PySpark imports names, which are other ones before.
        for kind in (JVMView, JavaPackage):
            remember_names(kind)
        return session

    def activate(self, session):
        """Makes it the one that `SparkSession.builder` and the functions of this thread find."""
        SparkSession._instantiatedSession = session
        SparkSession._activeSession = session
        SparkSession._get_j_spark_session_class(session._jvm).setActiveSession(session._jsparkSession)

    def run_script(self, path, args):
        self.activate(self.session.newSession())
        stop, before = SparkSession.stop, sys.argv
        # The context is not the script's.
        SparkSession.stop = lambda _: None
        sys.argv = [path, *args]
        try:
            runpy.run_path(path, run_name="__main__")
        finally:
            SparkSession.stop, sys.argv = stop, before


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


def main():
    spark = Spark()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            for line in self.rfile:
                self.wfile.write(f"{json.dumps(spark.ask(json.loads(line)))}\n".encode())

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    # Whatever else Python and Java print is nobody's.
    os.dup2(2, 1)
    sys.stdin.read()
    if SparkContext._gateway is not None:
        java = SparkContext._gateway.proc
        java.stdin.close()
        java.wait()
    os._exit(0)


main()
