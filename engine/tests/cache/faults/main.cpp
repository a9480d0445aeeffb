// main.cpp - `mainstay_cache_faults [--kills N] [--seed S] [--only PART]`; see parts.hpp.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "cache/faults/parts.hpp"

using namespace mainstay::cache::faults;  // NOLINT: a program

namespace {

int passed = 0;
int failed = 0;

void tell(const std::string& name, const Report& report) {
  (report.is_good() ? passed : failed) += 1;
  std::printf("%-46s %8llu runs %8llu deaths  %s\n", name.c_str(),
              static_cast<unsigned long long>(report.runs),
              static_cast<unsigned long long>(report.deaths), report.is_good() ? "good" : "WRONG");
  for (const std::string& wrong : report.wrong) std::printf("    %s\n", wrong.c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t kills = 200;
  std::uint64_t seed = 1;
  std::string only;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--kills") == 0) kills = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--seed") == 0) seed = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--only") == 0) only = argv[i + 1];
  }
  const auto wanted = [&](const char* part) { return only.empty() || only == part; };
  counts() = {};
  if (wanted("points")) tell("death at chosen points", die_at_points(kills, seed));
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
