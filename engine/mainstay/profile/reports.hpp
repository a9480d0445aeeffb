// reports.hpp - a call tree as text, JSON, speedscope's format, or folded stacks.
//
// Texts come back as the bytes of the frames' names are; JSON is UTF-8 when those are. The caller
// holds the tree's store. `file facts` (tree.hpp) say how files are called.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mainstay/profile/tree.hpp"

namespace mainstay::profile {

struct TextOptions {
  bool unicode = false;     // box characters
  bool color = false;       // ANSI sequences
  bool percent = false;     // shares of the total instead of seconds
  int precision = 3;        // decimals of seconds
  bool flat = false;        // one line per function
  bool flat_total = false;  // with the time of what it calls
  bool all = false;         // flat: also those with next to no time
  std::string indent = {};  // before each line of a tree
};

// A line per frame, ended by \n; those of a group as one.
[[nodiscard]] std::string text_report(const Tree& tree, const TextOptions& options = {});

// The tree as nested JSON objects; "null" when it is empty.
[[nodiscard]] std::string json_report(const Tree& tree);

// A file for speedscope: every call in the order of time.
[[nodiscard]] std::string speedscope_report(const Tree& tree, std::string_view name,
                                            double duration);

// A row per node, parents first: `{"names": [[function, file, line, class, own]], "rows": [[depth,
// name, seconds]]}`. Text that is no UTF-8 makes it invalid; "</" is escaped, so that it can stand
// in a page.
[[nodiscard]] std::string page_data(const Tree& tree);

// Folded stacks, `outer;inner microseconds`, a line per stack: what flame graphs are drawn from.
[[nodiscard]] std::string folded_report(const Tree& tree);

// The samples as JSON: `[[["frame", ...], seconds], ...]`.
[[nodiscard]] std::string samples_json(const Recording& recording);

// The sums of a function over all places it was called from, and of each of these.
struct FunctionTotals {
  IdentifierId identifier;
  double self = 0;
  double total = 0;
  std::vector<FunctionTotals> callers;
};
[[nodiscard]] std::vector<FunctionTotals> function_totals(const Tree& tree);

}  // namespace mainstay::profile
