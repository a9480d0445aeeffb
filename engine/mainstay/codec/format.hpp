// format.hpp - JSON with other white space between its parts.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>
#include <vector>

#include "mainstay/codec/json_reader.hpp"
#include "mainstay/codec/number.hpp"

namespace mainstay::codec {

// Writes the value that comes next from `source` to `out`, a buffer as JsonWriter has. `indent`
// above 0: one part a line, so many spaces a level; 0: one line with spaces; below 0: no white
// space. False: source.fault() says why. `depth` limits arrays and objects inside one another;
// deeper is a fault too.
template <class Buffer>
[[nodiscard]] bool format_json(JsonReader& source, Buffer& out, int indent, std::size_t depth) {
  struct Level {
    bool map;
    JsonReader::Items items;
  };
  std::vector<Level> levels;
  const auto put = [&](std::string_view text) {
    std::memcpy(out.reserve(text.size()), text.data(), text.size());
    out.advance(text.size());
  };
  const auto line = [&](std::size_t level) {
    if (indent <= 0) return;
    const std::size_t spaces = level * static_cast<std::size_t>(indent);
    char* at = out.reserve(spaces + 1);
    *at = '\n';
    std::memset(at + 1, ' ', spaces);
    out.advance(spaces + 1);
  };
  Token token;
  for (;;) {
    if (!source.next(token)) return false;
    switch (token.kind) {
      case Kind::null: put("null"); break;
      case Kind::boolean: put(token.boolean ? "true" : "false"); break;
      case Kind::text: put(source.spelling()); break;
      case Kind::array:
      case Kind::map:
        if (levels.size() >= depth) return source.refuse_depth();
        levels.push_back({token.kind == Kind::map, {}});
        put(token.kind == Kind::map ? "{" : "[");
        break;
      default: put(token.text); break;
    }
    for (;;) {
      if (levels.empty()) return true;
      Level& top = levels.back();
      const bool first = top.items.first;
      const Step step = top.map ? source.key(top.items, token) : source.item(top.items);
      if (step == Step::fault) return false;
      if (step == Step::item) {
        if (!first) put(indent == 0 ? ", " : ",");
        line(levels.size());
        if (top.map) {
          put(source.spelling());
          put(indent < 0 ? ":" : ": ");
        }
        break;
      }
      const bool map = top.map;
      levels.pop_back();
      if (!first) line(levels.size());
      put(map ? "}" : "]");
    }
  }
}

}  // namespace mainstay::codec
