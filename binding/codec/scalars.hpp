// scalars.hpp - from what a message has to what the plan wants, for everything but containers.
//
// The same for all sources: the decoders of both formats and convert() call these with numbers and
// texts. Each returns the value, or nothing with an exception set, whose text says the path.
#pragma once

#include <cstdint>
#include <string_view>

#include "binding/codec/objects.hpp"
#include "binding/codec/path.hpp"
#include "binding/codec/plan.hpp"

namespace mainstay::binding::codec {

// What a decoder was told. Borrowed from it.
struct Context {
  const State& state;
  bool strict = true;
  bool str_keys = true;  // keys of dicts are texts, whatever they stand for
  bool from_attributes = false;
  std::uint64_t builtin = 0;  // P_ bits of types that texts do not stand for
  PyObject* dec_hook = nullptr;
  PyObject* float_hook = nullptr;
  PyObject* ext_hook = nullptr;
  bool base64 = true;  // texts may stand for bytes
  mutable CollectorPause pause = {};
};

// "Expected `int`, got `str`". Always empty.
Ref mismatch(const Context& context, const Plan& plan, const Path* path, const char* got);

// A whole number of 64 bits and a sign; `from_text`: it stood in a text.
Ref integer_value(const Context& context, const Plan& plan, const Path* path, bool negative,
                  std::uint64_t magnitude, bool from_text = false);
// The same of a Python int of any size and kind; plain ints stay the object they are.
Ref python_integer(const Context& context, const Plan& plan, const Path* path, PyObject* number);
Ref real_value(const Context& context, const Plan& plan, const Path* path, double number,
               bool from_text = false);
// A number as it is spelled in JSON, that is no integer of 64 bits.
Ref spelled_number(const Context& context, const Plan& plan, const Path* path,
                   std::string_view spelling, bool is_integer, bool from_text = false);
Ref boolean_value(const Context& context, const Plan& plan, const Path* path, bool value);

// A str that has been made: its limits.
Ref checked_text(const Context& context, const Plan& plan, const Path* path, Ref text);
// A text where the plan wants no str. `object`: the str it is, or null. `is_key`: it is the key of
// a dict, where numbers may be written as texts.
Ref text_for(const Context& context, const Plan& plan, const Path* path, std::string_view text,
             PyObject* object, bool is_key);
// Bytes as what the plan wants of bytes, from their base64 text.
Ref bytes_of_base64(const Context& context, const Plan& plan, const Path* path,
                    std::string_view text);
// The sixteen bytes of a UUID.
Ref uuid_of_bytes(const Context& context, const Path* path, std::string_view bytes);

[[nodiscard]] bool bytes_in_limits(const Context& context, const Plan& plan, const Path* path,
                                   Py_ssize_t size);
[[nodiscard]] bool array_in_limits(const Context& context, const Plan& plan, const Path* path,
                                   Py_ssize_t size);
[[nodiscard]] bool map_in_limits(const Context& context, const Plan& plan, const Path* path,
                                 Py_ssize_t size);
[[nodiscard]] bool zone_allowed(const Context& context, const Plan& plan, const Path* path,
                                bool has_zone);

// An instant in UTC.
Ref datetime_of_epoch(const Context& context, const Plan& plan, const Path* path,
                      std::int64_t seconds, std::int64_t nanoseconds);

// The member of an enum or literal, or the error that names the value.
Ref text_member(const Context& context, const Plan& plan, const Path* path, std::string_view text);
Ref integer_member(const Context& context, const Plan& plan, const Path* path, PyObject* number);

// What dec_hook makes of a decoded object, if the type agrees.
Ref custom_value(const Context& context, const Plan& plan, const Path* path, Ref object);

// A decimal of the shortest text of a double.
Ref decimal_of_double(const Context& context, const Path* path, double number);
// The name of a member as the key of a dict.
Ref name_value(const Context& context, const Plan& plan, const Path* path, std::string_view name,
               bool ascii);
// PySet_Add() or PyDict_SetItem() failed with this value. Always empty.
Ref unhashable(const Context& context, const Path* path, PyObject* value);
// A tag that no struct has. `quoted`: as Python shows it. Always empty.
Ref invalid_tag(const Context& context, const Path* path, PyObject* tag, bool quoted);

// A new instance of a dataclass or attrs class, and what follows its fields.
[[nodiscard]] Ref new_dataclass(const Record& record);
Ref complete_dataclass(const Context& context, const Record& record, const Path* path, Ref made);
// Refuses a TypedDict that lacks a field.
Ref complete_typed_dict(const Context& context, const Record& record, const Path* path, Ref made);

// A memoryview of a part of the message that `owner` is.
[[nodiscard]] Ref part_of(PyObject* owner, std::string_view part);

// A str of UTF-8 that was checked, and is not ASCII.
[[nodiscard]] Ref unicode_text(std::string_view text) noexcept;
[[nodiscard]] inline Ref text_object(std::string_view text, bool ascii) noexcept {
  return ascii ? Ref::steal(ascii_text(text)) : unicode_text(text);
}

// Called once while the module is set up.
void import_datetime_for_scalars();

}  // namespace mainstay::binding::codec
