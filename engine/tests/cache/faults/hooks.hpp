// hooks.hpp - what the harness does at the engine's crash points.
//
// One process at a time is watched: a counter for each point, and one thing armed - to die at the
// n-th passage of a point, or to run a function there.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "mainstay/cache/detail/faults.hpp"

namespace mainstay::cache::faults {

using detail::Broken;
using detail::Point;

inline constexpr std::size_t kPoints = static_cast<std::size_t>(Point::count_);

// Shared by parent and children: how often a child died where.
struct Counts {
  std::array<std::uint64_t, kPoints> deaths;
  std::uint64_t intent;  // operations begun by the child
  std::uint64_t done;    // operations finished
  std::uint64_t wrong;   // what a reader found
  std::uint64_t read;
};
Counts& counts();

// Kill this process at the n-th passage (from 1) of a point, or of any with Point::count_.
void die_at(Point point, std::uint64_t nth);
// Run a function at the next passage of a point, once.
void run_at(Point point, std::function<void()> run);
// Run it at each passage of any point.
void run_at_each(std::function<void(Point)> run);
void disarm();
[[nodiscard]] std::uint64_t passages(Point point);

void break_rule(Broken variant);
[[nodiscard]] const char* name_of(Point point);
[[nodiscard]] const char* name_of(Broken variant);

void on_sync(std::function<void(const std::string& path)> told);

}  // namespace mainstay::cache::faults
