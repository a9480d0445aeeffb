// parts.hpp - the parts of the harness, each with what it found.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cache/faults/hooks.hpp"

namespace mainstay::cache::faults {

struct Report {
  std::uint64_t runs = 0;
  std::uint64_t deaths = 0;
  std::vector<std::string> wrong;

  [[nodiscard]] bool is_good() const { return wrong.empty(); }
};

// Children that die at chosen points, and repairers that do; until there were so many deaths, or
// something is wrong.
[[nodiscard]] Report die_at_points(std::uint64_t deaths, std::uint64_t seed);
// Children that die at each passage of each kind of operation.
[[nodiscard]] Report die_at_each_passage();
// Writers beside each other and a reader, killed at any moment.
[[nodiscard]] Report kill_at_random(std::uint64_t deaths, std::uint64_t seed);
// Power cuts at each step of a fixed history.
[[nodiscard]] Report cut_power_at_each_step();
// Power cuts by chance: what was synced, and any part of the rest.
[[nodiscard]] Report cut_power(std::uint64_t cuts, std::uint64_t seed);
// Writers that come between two steps of a reader, on the same thread.
[[nodiscard]] Report interleave_readers();
// A file system that fills up. `skipped` says why it could not be tried.
[[nodiscard]] Report fill_disk(std::uint64_t rounds, std::uint64_t seed, std::string& skipped);

}  // namespace mainstay::cache::faults
