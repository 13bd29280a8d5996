"""Makes a jar that stands before those of Spark, of a class and of configurations. The class is compiled by the compiler
that Spark has in it; a Java that only runs has none.

    python make_spark_jar.py SOURCE CONFIGURATIONS JAR
"""

import pathlib
import sys
import tempfile
import zipfile

from pyspark.java_gateway import launch_gateway


def main():
    source, configurations, jar = sys.argv[1:]
    gateway = launch_gateway()
    java = gateway.jvm.java

    def files(paths):
        array = gateway.new_array(java.io.File, len(paths))
        for index, path in enumerate(paths):
            array[index] = java.io.File(path)
        return array

    with tempfile.TemporaryDirectory() as directory, zipfile.ZipFile(jar, "w") as archive:
        compiler = gateway.jvm.org.codehaus.janino.Compiler()
        compiler.setClassPath(files(java.lang.System.getProperty("java.class.path").split(":")))
        compiler.setDestinationDirectory(java.io.File(directory), False)
        compiler.compile(files([source]))
        for folder in (directory, configurations):
            for path in pathlib.Path(folder).iterdir():
                archive.write(path, path.name)


main()
