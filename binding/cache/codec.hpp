// codec.hpp - plain Python values as bytes and back, without pickle: reading runs no code.
//
// Plain, by exact type: None, bool, int, float, complex, str, bytes, bytearray, list, tuple, dict,
// set, frozenset, the dates of `datetime` with no or a fixed timezone, and the constants that were
// registered. What is shared inside a value (and a list that contains itself) comes back
// shared. Keys are canonical: equal structure of equal types has equal bytes; sets and dicts are
// sorted, and nothing is shared; nor is anything in what is hashed (keys of dicts, items of sets),
// so that no bytes can make reading hang. The first byte is the version; it is none that a pickle
// has.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding::cache {

struct State;

enum class Encoded { plain, other, raised };  // raised: an exception is set

// Appends to `out`. `other`: something in it is not plain, or it is nested too deeply.
[[nodiscard]] Encoded encode_value(const State& state, PyObject* value, std::string& out);
// `raised` with ValueError when it is longer than a key may be.
[[nodiscard]] Encoded encode_key(const State& state, PyObject* key, std::string& out);
// Empty with ValueError for anything that encode would not make.
[[nodiscard]] Ref decode_value(State& state, std::string_view bytes);
[[nodiscard]] Ref decode_key(State& state, std::string_view bytes);

[[nodiscard]] std::uint32_t adler32(std::string_view bytes) noexcept;

}  // namespace mainstay::binding::cache
