// bolts.cpp - a bounded cache, a set with indexes, and a tree without its nulls.
//
// prints: kept b and c.*second of three: pear.*two items left
#include <cstdio>
#include <string>

#include <mainstay/bolts/bolts.hpp>

namespace bolts = mainstay::bolts;

int main() {
  bolts::Lru<std::string, int> cache(2);
  for (const char* name : {"a", "b", "c"}) cache.set(name, 1);
  std::printf("kept");
  const char* between = " ";
  cache.each([&](const auto& entry) {
    std::printf("%s%s", between, entry.key.c_str());
    between = " and ";
    return true;
  });

  bolts::IndexedSet<std::string> fruits;
  for (const char* name : {"apple", "pear", "apple", "plum"}) fruits.add(name);
  std::printf("\nsecond of three: %s\n", fruits.at(1).c_str());

  const mainstay::Value tree = mainstay::Array{1, nullptr, mainstay::Object{{"gone", nullptr}}};
  const mainstay::Value kept =
      bolts::remap(tree, [](const bolts::Path&, bolts::Key&, mainstay::Value& value) {
        return value.is_null() ? bolts::Visited::drop : bolts::Visited::keep;
      });
  std::printf("%s items left\n", kept.array()->size() == 2 ? "two" : "other");
}
