"""deepdiff.helper: the names of mainstay.diff.helper."""

from ._names import mirror_own

mirror_own(
    __name__,
    "SetOrdered _FlatDeltaDictRequired _NotFound _eval_date _eval_datetime _int_or_zero "
    "_resolve_not_hashed _resolve_notpresent _resolve_skipped _resolve_unprocessed",
    live="PydanticBaseModel basic_types booleans datetimes np "
    "np_bool_ np_cdouble np_complex128 np_complex64 np_complexfloating "
    "np_datetime64 np_double np_float32 np_float64 np_floating np_int16 np_int32 np_int64 np_int8 "
    "np_intp np_ndarray np_uint16 np_uint32 np_uint64 np_uint8 np_uintp numbers numpy_numbers "
    "numpy_dtype_str_to_type only_numbers "
    "times",
)
