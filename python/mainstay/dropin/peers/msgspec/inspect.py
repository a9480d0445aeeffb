"""msgspec.inspect: the names of mainstay.codec.inspect."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.codec.inspect", (
    "AnyType", "BoolType", "ByteArrayType", "BytesType", "CollectionType", "CustomType",
    "DataclassType", "DateTimeType", "DateType", "DecimalType", "DictType", "EnumType",
    "ExtType", "Field", "FloatType", "FrozenDictType", "FrozenSetType", "IntType", "ListType",
    "LiteralType", "MemoryViewType", "Metadata", "NamedTupleType", "NoneType", "RawType",
    "SetType", "StrType", "StructType", "TimeDeltaType", "TimeType", "TupleType", "Type",
    "TypedDictType", "UUIDType", "UnionType", "VarTupleType", "__all__", "__dir__",
    "_merge_json", "_sort_literal_args", "is_struct", "is_struct_type", "multi_type_info",
    "type_info",
))
