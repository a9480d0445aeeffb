// logfmt.hpp - `key=value` pairs as text: logfmt, for machines, and plain pairs, for people.
//
// Texts are UTF-8, or whatever encoding keeps ASCII as it is; the result has the same.
#pragma once

#include <string_view>

#include "mainstay/log/line.hpp"

namespace mainstay::log {

// Whether logfmt can have such a key: no blanks and no control characters.
[[nodiscard]] inline bool is_logfmt_key(std::string_view key) noexcept {
  for (const char c : key) {
    if (static_cast<unsigned char>(c) <= ' ') return false;
  }
  return true;
}

// A pair; a line's first pair has no blank before it.
inline void append_pair_key(Line& line, std::string_view key) {
  if (line.size() != 0) line.append(' ');
  line.append(key);
}

// A value of logfmt: quoted when it has blanks, quotation marks or equal signs; backslashes are
// doubled only there, line ends and quotation marks are escaped always.
inline void append_logfmt_value(Line& line, std::string_view value) {
  const bool quoted = value.find_first_of(" =\"") != std::string_view::npos;
  if (!quoted && value.find('\n') == std::string_view::npos) return line.append(value);
  if (quoted) line.append('"');
  for (const char c : value) {
    if (c == '"' || (quoted && c == '\\')) {
      line.append('\\');
      line.append(c);
    } else if (c == '\n') {
      line.append("\\n");
    } else {
      line.append(c);
    }
  }
  if (quoted) line.append('"');
}

}  // namespace mainstay::log
