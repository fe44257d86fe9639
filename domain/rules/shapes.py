"""Message classes made from a table, for an engine that knows types as protobuf messages only."""

from collections.abc import Mapping
from typing import Any

from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Field
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

# A field is "number type", with "repeated" in front for a list; a type that is not in here is a message.
_SCALARS = {
    "int": Field.TYPE_INT64,
    "uint": Field.TYPE_UINT64,
    "double": Field.TYPE_DOUBLE,
    "text": Field.TYPE_STRING,
    "bytes": Field.TYPE_BYTES,
    "truth": Field.TYPE_BOOL,
    "choice": Field.TYPE_INT32,
}

Shapes = Mapping[str, Mapping[str, str]]


def pool_of(package: str, shapes: Shapes, *, syntax: str = "proto3") -> DescriptorPool:
    """A pool that knows the messages of `shapes` and nothing else."""
    file = FileDescriptorProto(name=f"{package}.proto", package=package, syntax=syntax)
    for name, fields in shapes.items():
        message = file.message_type.add(name=name)
        for field, shape in fields.items():
            message.field.append(_field(package, field, shape))
    pool = DescriptorPool()
    pool.Add(file)
    return pool


def class_of(pool: DescriptorPool, name: str) -> Any:
    """The class of a message; Any, since its fields are known only when the program runs."""
    return GetMessageClass(pool.FindMessageTypeByName(name))


def _field(package: str, name: str, shape: str) -> Field:
    *repeated, number, kind = shape.split()
    label = Field.LABEL_REPEATED if repeated else Field.LABEL_OPTIONAL
    field = Field(name=name, number=int(number), label=label, type=_SCALARS.get(kind, Field.TYPE_MESSAGE))
    if kind not in _SCALARS:
        field.type_name = f".{package}.{kind}"
    return field
