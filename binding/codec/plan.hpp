// plan.hpp - what a type annotation accepts, compiled: the one plan of all decoders.
//
// A Plan says for one place in a message which kinds of values may stand there, and what to make of
// them. The face analyses annotations (`_plan.py`) and makes these objects; nothing changes them
// afterwards, but for a Record, whose fields are filled in once, as types may be recursive. Threads
// share them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "binding/codec/module.hpp"
#include "binding/support/native_type.hpp"
#include "mainstay/codec/text.hpp"

namespace mainstay::binding::codec {

// Bits of Plan::types; the face sees them as P_ANY and so on.
#define MAINSTAY_CODEC_TYPES(X) \
  X(ANY)                        \
  X(NONE)                       \
  X(BOOL)                       \
  X(INT)                        \
  X(FLOAT)                      \
  X(STR)                        \
  X(BYTES)                      \
  X(BYTEARRAY)                  \
  X(MEMORYVIEW)                 \
  X(DATETIME)                   \
  X(DATE)                       \
  X(TIME)                       \
  X(TIMEDELTA)                  \
  X(UUID)                       \
  X(DECIMAL)                    \
  X(EXT)                        \
  X(STRUCT)                     \
  X(STRUCT_ARRAY)               \
  X(STRUCT_UNION)               \
  X(STRUCT_ARRAY_UNION)         \
  X(ENUM)                       \
  X(INTENUM)                    \
  X(CUSTOM)                     \
  X(CUSTOM_GENERIC)             \
  X(DICT)                       \
  X(LIST)                       \
  X(SET)                        \
  X(FROZENSET)                  \
  X(VARTUPLE)                   \
  X(FIXTUPLE)                   \
  X(INTLITERAL)                 \
  X(STRLITERAL)                 \
  X(TYPEDDICT)                  \
  X(DATACLASS)                  \
  X(NAMEDTUPLE)                 \
  X(TRUE)                       \
  X(FALSE)                      \
  X(INT_MIN)                    \
  X(INT_MAX)                    \
  X(INT_MULTIPLE)               \
  X(FLOAT_GT)                   \
  X(FLOAT_GE)                   \
  X(FLOAT_LT)                   \
  X(FLOAT_LE)                   \
  X(FLOAT_MULTIPLE)             \
  X(STR_REGEX)                  \
  X(STR_MIN)                    \
  X(STR_MAX)                    \
  X(BYTES_MIN) X(BYTES_MAX) X(ARRAY_MIN) X(ARRAY_MAX) X(MAP_MIN) X(MAP_MAX) X(TZ_AWARE) X(TZ_NAIVE)

enum TypePosition : unsigned char {
#define X(name) kAt_##name,
  MAINSTAY_CODEC_TYPES(X)
#undef X
};

#define X(name) inline constexpr std::uint64_t P_##name = std::uint64_t{1} << kAt_##name;
MAINSTAY_CODEC_TYPES(X)
#undef X

inline constexpr std::uint64_t kCustomTypes = P_CUSTOM | P_CUSTOM_GENERIC;
inline constexpr std::uint64_t kIntLimits = P_INT_MIN | P_INT_MAX | P_INT_MULTIPLE;
inline constexpr std::uint64_t kFloatLimits =
    P_FLOAT_GT | P_FLOAT_GE | P_FLOAT_LT | P_FLOAT_LE | P_FLOAT_MULTIPLE;
inline constexpr std::uint64_t kStrLimits = P_STR_REGEX | P_STR_MIN | P_STR_MAX;
inline constexpr std::uint64_t kIntTypes = P_INT | P_INTENUM | P_INTLITERAL;
inline constexpr std::uint64_t kBytesTypes = P_BYTES | P_BYTEARRAY | P_MEMORYVIEW;

struct Plan {
  std::uint64_t types = P_ANY;
  // Objects; which are there follows from `types`.
  Ref custom;      // the type that dec_hook is asked for
  Ref record;      // Record of the struct, or Lookup of the structs of a union
  Ref ints;        // Lookup of an enum or of literals
  Ref texts;       // the same
  Ref keyed;       // Record of a TypedDict or dataclass
  Ref named;       // Record of a NamedTuple
  Ref regex;       // compiled pattern
  Ref key, value;  // Plans of a dict
  Ref item;        // Plan of the items of an array
  Ref items;       // tuple of the Plans of a tuple with fixed items
  std::int64_t int_min = 0, int_max = 0, int_multiple = 0;
  double float_min = 0, float_max = 0, float_multiple = 0;
  Py_ssize_t str_min = 0, str_max = 0, bytes_min = 0, bytes_max = 0;
  Py_ssize_t array_min = 0, array_max = 0, map_min = 0, map_max = 0;

  [[nodiscard]] bool has(std::uint64_t wanted) const noexcept { return (types & wanted) != 0; }

  void each_reference(auto visit) {
    for (Ref* each :
         {&custom, &record, &ints, &texts, &keyed, &named, &regex, &key, &value, &item, &items}) {
      visit(*each);
    }
  }
};

[[nodiscard]] inline const Plan& plan_in(const Ref& object) noexcept {
  return value_of<Plan>(object.get());
}

// From text or whole number to what it stands for: members of an enum, literals, structs by tag.
struct Lookup {
  Ref values;     // dict
  Ref enum_type;  // asked by _missing_; or empty
  Ref tag_field;  // of a union of structs; or empty
  bool array_like = false;
  bool is_text = false;
  // Texts as bytes, in a table of open addressing; `values` keeps both alive.
  struct Entry {
    std::string_view text;
    PyObject* value = nullptr;
  };
  std::vector<Entry> table;

  // Borrowed; null when there is none.
  [[nodiscard]] PyObject* find(std::string_view text) const noexcept;
  // The same by number, which may be of any kind of int. Null without an exception when there is
  // none.
  [[nodiscard]] PyObject* find(PyObject* number) const noexcept;

  void each_reference(auto visit) {
    visit(values);
    visit(enum_type);
    visit(tag_field);
  }
};

// A class with fields: of structs (then `type` says the rest), TypedDicts, dataclasses and
// NamedTuples. Filled in after it was made.
struct Record {
  struct Field {
    Ref name;  // as it stands in messages
    Ref plan;
    std::string_view key;   // the name's bytes
    bool plain = false;     // it needs no escape in JSON
    bool required = false;  // TypedDict
    bool factory = false;   // dataclass: the default is to be called
  };
  Ref type;
  std::vector<Field> fields;
  Ref defaults;  // tuple, of the last fields
  Ref pre_init;  // callables, or empty
  Ref post_init;
  bool ready = false;

  [[nodiscard]] std::size_t required_count() const noexcept {
    const auto optional = static_cast<std::size_t>(PyTuple_GET_SIZE(defaults.get()));
    return fields.size() - optional;
  }

  // The index of the field of that name; -1: there is none. Messages mostly have the fields in
  // order: the search begins at `next`, which is set behind what was found.
  [[nodiscard]] Py_ssize_t find(std::string_view key, std::size_t& next) const noexcept {
    const auto is_at = [&](std::size_t i) {
      const std::string_view other = fields[i].key;
      return other.size() == key.size() &&
             mainstay::codec::same_bytes(other.data(), key.data(), key.size());
    };
    for (std::size_t i = next; i < fields.size(); ++i) {
      if (is_at(i)) return static_cast<Py_ssize_t>((next = i + 1) - 1);
    }
    for (std::size_t i = 0; i < next && i < fields.size(); ++i) {
      if (is_at(i)) return static_cast<Py_ssize_t>((next = i + 1) - 1);
    }
    return -1;
  }

  void each_reference(auto visit) {
    visit(type);
    for (Field& each : fields) {
      visit(each.name);
      visit(each.plan);
    }
    visit(defaults);
    visit(pre_init);
    visit(post_init);
  }
};

// What `plan` accepts, as errors spell it: "int | null". Empty with an exception set.
[[nodiscard]] Ref spelling(const Plan& plan);

// UTF-8 of a str, which keeps it alive. False with an exception set.
[[nodiscard]] inline bool utf8_of(PyObject* text, std::string_view& view) noexcept {
  if (PyUnicode_IS_COMPACT_ASCII(text)) {
    view = {static_cast<const char*>(PyUnicode_DATA(text)),
            static_cast<std::size_t>(PyUnicode_GET_LENGTH(text))};
    return true;
  }
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(text, &size);
  if (data == nullptr) return false;
  view = {data, static_cast<std::size_t>(size)};
  return true;
}

}  // namespace mainstay::binding::codec
