"""Compiles a file of Java by the compiler that Spark has in it; a Java that only runs has none.

    python compile_java.py SOURCE DIRECTORY
"""

import sys

from pyspark.java_gateway import launch_gateway


def main():
    source, directory = sys.argv[1:]
    gateway = launch_gateway()
    java = gateway.jvm.java

    def files(paths):
        array = gateway.new_array(java.io.File, len(paths))
        for index, path in enumerate(paths):
            array[index] = java.io.File(path)
        return array

    compiler = gateway.jvm.org.codehaus.janino.Compiler()
    compiler.setClassPath(files(java.lang.System.getProperty("java.class.path").split(":")))
    compiler.setDestinationDirectory(java.io.File(directory), False)
    compiler.compile(files([source]))


main()
