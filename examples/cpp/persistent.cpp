// persistent.cpp - a document that can be undone: each version is a value, and they share the rest.
//
// prints: undone: 3 lines.*1 before, 1001 after
#include <mainstay/persistent/persistent.hpp>

#include <cstdio>
#include <string>
#include <vector>

namespace persistent = mainstay::persistent;

int main() {
  using Line = std::string;
  std::vector<persistent::vector<Line>> history{{"dear all", "see you"}};
  const auto change = [&](persistent::vector<Line> next) { history.push_back(std::move(next)); };

  change(history.back().insert(1, "the meeting is on Monday"));
  change(history.back().set(1, "the meeting is on Tuesday"));
  change(history.back() + history.front());
  for (const auto& version : history) {
    std::printf("%zu lines:", version.size());
    for (const auto& line : version) std::printf(" %s;", line.c_str());
    std::printf("\n");
  }

  history.pop_back();
  std::printf("undone: %zu lines\n", history.back().size());

  const persistent::map<std::string, int> counts{{"Monday", 1}};
  auto many = counts.transient();
  for (int i = 0; i < 1000; ++i) many.set("day " + std::to_string(i), i);
  const auto more = many.persistent();
  std::printf("%zu before, %zu after\n", counts.size(), more.size());
  return more.erase("day 7") == more ? 1 : 0;
}
