// diff.cpp - makes two values out of bytes and compares them; the patch must make the one the
// other. The rest of the bytes is applied as a patch: it may be refused, and does no harm.
#include "mainstay/diff/diff.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include "mainstay/base/json.hpp"
#include "target.hpp"

namespace {

using namespace mainstay;
using fuzz::Bytes;

Value read(Bytes& bytes, int depth) {
  const std::uint8_t kind = bytes.byte();
  switch (kind % (depth > 0 ? 8 : 5)) {
    case 0: return {};
    case 1: return kind >= 128;
    case 2: return static_cast<int>(kind / 32);
    case 3: return kind / 64.0;
    case 4: return std::string(kind / 100, static_cast<char>('a' + kind % 3));
    case 5: {
      Object members;
      for (int n = kind / 40; n > 0; --n) {
        members[std::string(1, static_cast<char>('a' + bytes.byte() % 6))] = read(bytes, depth - 1);
      }
      return members;
    }
    default: {
      Array items;
      for (int n = kind / 40; n > 0; --n) items.push_back(read(bytes, depth - 1));
      return items;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  diff::ValueOptions options;
  const std::uint8_t flags = bytes.byte();
  options.by_position = (flags & 1U) != 0;
  options.ignore_order = (flags & 2U) != 0;
  options.report_repetition = (flags & 4U) != 0;
  options.threshold_to_diff_deeper = (flags & 8U) != 0 ? 0 : 0.33;
  if ((flags & 16U) != 0) options.keys = {"a"};
  const Value before = read(bytes, 5);
  const Value after = read(bytes, 5);

  const auto report = diff::diff(before, after, options);
  MAINSTAY_HOLDS(report);
  const bool ordered = !options.ignore_order && options.keys.empty();
  if (ordered) MAINSTAY_HOLDS(report->differences.empty() == (before == after));
  const auto made = diff::apply_patch(before, diff::to_patch(report->differences));
  MAINSTAY_HOLDS(made);
  if (ordered) MAINSTAY_HOLDS(*made == after);
  // Without order alone, how often an item comes is not told.
  if (!options.ignore_order) {
    MAINSTAY_HOLDS(diff::diff(*made, after, options)->differences.empty());
  }

  const auto patch = read_json(bytes.rest(), {.depth = 32});
  if (patch) static_cast<void>(diff::apply_patch(after, *patch, {.copied_nodes = 10000}));
  return 0;
}
