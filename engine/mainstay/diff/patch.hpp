// patch.hpp - differences as JSON Patch (RFC 6902), and patches applied to values.
//
// A patch is data: applying one reads and writes the document and nothing else. A patch from
// anywhere may be applied; what it may copy has a limit. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mainstay/base/result.hpp"
#include "mainstay/base/value.hpp"
#include "mainstay/diff/events.hpp"

namespace mainstay::diff {

struct Difference {
  Change change;
  // JSON Pointers (RFC 6901). `path` leads to the place in the tree before the change; for what was
  // added, to its parent there and on to its place afterwards. `after_path` leads through the tree
  // after it. They differ where items changed their positions.
  std::string path, after_path;
  Value before, after;  // null where there is none
  // Of items of lists: whether their position counts.
  bool ordered = true;
};

// The operations that make the first tree of a comparison into one that equals the second. Where
// order was ignored: up to order, and to how often equal items come.
[[nodiscard]] Value to_patch(std::span<const Difference> differences);

struct PatchLimits {
  std::size_t copied_nodes = 10000000;  // by all "copy" operations of one patch together
};

// The document after all operations. The error says which operation failed, and why; nothing of
// the patch counts then.
[[nodiscard]] Result<Value> apply_patch(Value document, const Value& patch,
                                        const PatchLimits& limits = {});

// One step of a JSON Pointer, escaped and after a slash.
void append_pointer(std::string& pointer, std::string_view step);

// The steps of a JSON Pointer, each unescaped.
[[nodiscard]] Result<std::vector<std::string>> parse_pointer(std::string_view pointer);

}  // namespace mainstay::diff
