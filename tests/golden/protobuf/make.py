"""Asks Protobuf's Java library, with which Spark's from_protobuf reads, for the records in cases.json, and writes
answers.json.

    PYTHONPATH=TOOLS deno run --allow-all tests/support/spark.ts tests/golden/protobuf/make.py

TOOLS is a directory with grpcio-tools, which has protoc: `pip install --target TOOLS grpcio-tools`. The library is inside
Spark's own jars, of the version that it reads with. What Spark makes of the library's messages stands here: which fields
are NULL (its ProtobufDeserializer), the types of columns (SchemaConverters), and which records are malformed
(ProtobufDataToCatalyst).

A case has the files of a schema, the first of which has the message, and records: in Protobuf's JSON, which the library
encodes here, or as bytes. An answer has the descriptor set that protoc makes, the type of the column, and each
record's bytes with its row as JSON, or null if it is malformed.
"""

import base64
import datetime
import json
import math
import pathlib
import tempfile

import grpc_tools
from grpc_tools import protoc
from pyspark.sql import SparkSession

HERE = pathlib.Path(__file__).parent
LONG = 1 << 63
INTEGERS = {"INT": "int", "LONG": "bigint"}
SIMPLE = {
    **INTEGERS,
    "FLOAT": "float",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "STRING": "string",
    "BYTE_STRING": "binary",
    "ENUM": "string",
}


class Malformed(Exception):
    """A record of which Spark makes a row of NULLs."""


def descriptor_set(files):
    with tempfile.TemporaryDirectory() as directory:
        for name, text in files.items():
            pathlib.Path(directory, name).write_text(text)
        out = pathlib.Path(directory, "set.bin")
        included = pathlib.Path(grpc_tools.__file__).parent / "_proto"
        arguments = ["protoc", f"-I{directory}", f"-I{included}", "--include_imports", f"--descriptor_set_out={out}"]
        assert protoc.main([*arguments, next(iter(files))]) == 0
        return out.read_bytes()


def message_descriptor(library, encoded, name):
    """The descriptor of a message, with those of the files that it is made of."""
    built = {}
    for proto in library.DescriptorProtos.FileDescriptorSet.parseFrom(encoded).getFileList():
        imports = [built[dependency] for dependency in proto.getDependencyList()]
        array = library_array(library, len(imports))
        for index, one in enumerate(imports):
            array[index] = one
        built[proto.getName()] = library.Descriptors.FileDescriptor.buildFrom(proto, array)
    last = list(built.values())[-1]
    found = last
    for part in name.split("."):
        found = found.findMessageTypeByName(part) if found is last else found.findNestedTypeByName(part)
    return found


def library_array(library, length):
    return GATEWAY.new_array(library.Descriptors.FileDescriptor, length)


def is_named(message, name):
    fields = [field.getName() for field in message.getFields()]
    return message.getName() == name and fields == ["seconds", "nanos"]


def fields_of(message):
    return list(message.getFields())


def column_type(field):
    """The type of a column; None for a message without fields, which is none."""
    kind = field.getJavaType().toString()
    if kind != "MESSAGE":
        made = SIMPLE[kind]
    elif field.isMapField():
        key, value = (column_type(part) for part in fields_of(field.getMessageType()))
        return None if value is None else f"map<{key},{value}>"
    elif is_named(field.getMessageType(), "Timestamp"):
        made = "timestamp"
    elif is_named(field.getMessageType(), "Duration"):
        made = "interval day to second"
    else:
        made = struct_type(field.getMessageType())
    if made is None:
        return None
    return f"array<{made}>" if field.isRepeated() else made


def struct_type(message):
    columns = [(field.getName(), column_type(field)) for field in fields_of(message)]
    kept = [f"{name}:{made}" for name, made in columns if made is not None]
    return f"struct<{','.join(kept)}>" if kept else None


def wrapped(value):
    return (value + LONG) % (2 * LONG) - LONG


def micros_of(message):
    seconds, nanos = (message.getField(field) for field in fields_of(message.getDescriptorForType()))
    micros = wrapped(seconds * 1000) * 1000
    if not -LONG <= micros < LONG:
        raise Malformed("long overflow")
    return wrapped(micros + int(nanos / 1000))


def time_text(micros):
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=micros)).strftime("%Y-%m-%d %H:%M:%S.%f").zfill(26)


def json_of(field, value):
    """A value of a field that is not repeated."""
    kind = field.getJavaType().toString()
    if kind == "ENUM":
        return value.toString()
    if kind == "BYTE_STRING":
        return base64.b64encode(bytes(value.toByteArray())).decode()
    if kind in ("FLOAT", "DOUBLE") and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if kind != "MESSAGE":
        return value
    if is_named(field.getMessageType(), "Timestamp"):
        return time_text(micros_of(value))
    if is_named(field.getMessageType(), "Duration"):
        return micros_of(value)
    return row_of(value)


def row_of(message):
    row = {}
    for field in fields_of(message.getDescriptorForType()):
        if column_type(field) is None:
            continue
        isGiven = field.isRepeated() or field.hasDefaultValue() or message.hasField(field)
        row[field.getName()] = value_of(field, message.getField(field)) if isGiven else None
    return row


def value_of(field, value):
    if field.isMapField():
        key, item = fields_of(field.getMessageType())
        entries = [(json_of(key, one.getField(key)), json_of(item, one.getField(item))) for one in value]
        return {str(name).lower() if isinstance(name, bool) else str(name): made for name, made in entries}
    return [json_of(field, one) for one in value] if field.isRepeated() else json_of(field, value)


def row_of_bytes(library, descriptor, encoded):
    try:
        message = library.DynamicMessage.parseFrom(descriptor, encoded)
    except Exception as error:
        if "InvalidProtocolBufferException" not in str(error):
            raise
        return None
    numbers = {field.getNumber() for field in fields_of(descriptor)}
    if numbers & set(message.getUnknownFields().asMap().keySet()):
        return None
    try:
        return row_of(message)
    except Malformed:
        return None


def encoded_json(library, descriptor, value):
    builder = library.DynamicMessage.newBuilder(descriptor)
    library.util.JsonFormat.parser().merge(json.dumps(value), builder)
    return bytes(builder.buildPartial().toByteArray())


def answer(library, case):
    encoded = descriptor_set(case["files"])
    descriptor = message_descriptor(library, encoded, case["message"])
    records = [encoded_json(library, descriptor, value) for value in case.get("values", [])]
    records += [bytes.fromhex(text) for text in case.get("raw", [])]
    rows = [{"bytes": one.hex(), "row": row_of_bytes(library, descriptor, one)} for one in records]
    made = struct_type(descriptor)
    return {"title": case["title"], "descriptors": base64.b64encode(encoded).decode(), "type": made, "records": rows}


def main():
    global GATEWAY
    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    GATEWAY = spark.sparkContext._gateway
    library = spark._jvm.org.sparkproject.connect.protobuf
    answers = [answer(library, case) for case in json.loads((HERE / "cases.json").read_text())]
    lines = ",\n".join(json.dumps(one, ensure_ascii=True) for one in answers)
    (HERE / "answers.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(answers)} answers by the Protobuf of Spark {spark.version}")


if __name__ == "__main__":
    main()
