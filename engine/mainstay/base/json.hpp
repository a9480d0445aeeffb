// json.hpp - reading and writing JSON (RFC 8259) as a Value.
//
// Strict: UTF-8, no comments, no trailing commas, no NaN. Integers are those written without a
// fraction and an exponent; they must fit 64 bits. Of two members of one name the last counts.
// Neither direction recurses. Input may come from anywhere: depth and size have limits.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "mainstay/base/result.hpp"
#include "mainstay/base/value.hpp"

namespace mainstay {

struct JsonLimits {
  std::size_t depth = 1000;                   // arrays and objects inside one another
  std::size_t bytes = std::size_t{1} << 30U;  // of the text; a tree takes up to 40 times as much
};

// The error says the line and the column, counted in bytes from 1, and what was wanted there.
[[nodiscard]] Result<Value> read_json(std::string_view text, const JsonLimits& limits = {});

struct JsonStyle {
  std::size_t indent = 0;  // spaces per level, one member a line; 0 is everything on one line
};

// Refuses what JSON cannot say: NaN, infinities, text that is not UTF-8.
[[nodiscard]] Result<std::string> write_json(const Value& value, const JsonStyle& style = {});

// Appends `text` between quotation marks, escaped; false when it is not UTF-8.
[[nodiscard]] bool append_json_text(std::string& out, std::string_view text);

}  // namespace mainstay
