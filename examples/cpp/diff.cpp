// diff.cpp - what changed between two deliveries of a catalogue, as a report for people and as a
// patch for another machine, which applies it to its own copy.
//
// prints: changed /items/0/price: 9.5 -> 12.0.*removed /items/1.*the copy is up to date
#include <cstdio>
#include <string>

#include <mainstay/base/json.hpp>
#include <mainstay/diff/diff.hpp>

namespace diff = mainstay::diff;
using mainstay::read_json;
using mainstay::Value;
using mainstay::write_json;

constexpr const char* kMonday = R"({"items": [{"id": "tea", "price": 9.5},
                                              {"id": "jam", "price": 4.0}]})";
constexpr const char* kTuesday = R"({"items": [{"id": "salt", "price": 1.0},
                                               {"id": "tea", "price": 12.0}]})";

void print(const diff::Difference& difference) {
  const std::string before = write_json(difference.before).value_or("?");
  const std::string after = write_json(difference.after).value_or("?");
  switch (difference.change) {
    case diff::Change::entry_added:
    case diff::Change::item_added:
      std::printf("added %s: %s\n", difference.after_path.c_str(), after.c_str());
      break;
    case diff::Change::entry_removed:
    case diff::Change::item_removed:
      std::printf("removed %s: %s\n", difference.path.c_str(), before.c_str());
      break;
    default:
      std::printf("changed %s: %s -> %s\n", difference.path.c_str(), before.c_str(), after.c_str());
  }
}

int main() {
  const auto monday = read_json(kMonday);
  const auto tuesday = read_json(kTuesday);
  if (!monday || !tuesday) return 1;

  // Items are known by their ids, so it does not matter where they stand.
  diff::ValueOptions options;
  options.keys = {"id"};
  const auto report = diff::diff(*monday, *tuesday, options);
  if (!report) {
    std::fprintf(stderr, "%s\n", report.error().message.c_str());
    return 1;
  }
  for (const diff::Difference& difference : report->differences) print(difference);

  const Value patch = diff::to_patch(report->differences);
  std::printf("%s\n", write_json(patch, {.indent = 2}).value_or("?").c_str());
  const auto copy = diff::apply_patch(*monday, patch);
  if (!copy) {
    std::fprintf(stderr, "%s\n", copy.error().message.c_str());
    return 1;
  }
  const auto left = diff::diff(*copy, *tuesday, options);
  std::printf("%s\n", left && left->differences.empty() ? "the copy is up to date" : "it is not");
}
