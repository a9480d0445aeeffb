// options.hpp - how two trees are compared. A plain value.
#pragma once

#include <cstdint>
#include <limits>

namespace mainstay::diff {

inline constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

struct Options {
  bool ignore_order = false;       // lists are compared as bags of items
  bool report_repetition = false;  // and it counts how often an item comes
  bool by_position = false;        // lists of scalars too are compared position by position
  // Two mappings of which less than this part of the keys is common are one change.
  double threshold_to_diff_deeper = 0.33;
  // Items nearer than this may be one item that changed; not looked for where more than the other
  // part of all items is on one side only. Used when order is ignored.
  double cutoff_distance_for_pairs = 0.3;
  double cutoff_intersection_for_pairs = 0.7;
  std::uint64_t max_diffs = kNoLimit;   // comparisons; the rest is left out
  std::uint64_t max_passes = 10000000;  // searches for pairs
  std::uint64_t max_depth = 0;          // what is deeper is compared as a whole; 0: nothing is
  // Pairs are those that have most in common: near-linear time, other pairs than by distance.
  bool pair_by_parts = false;
  // Distances that are kept, for lists that come again; after so many comparisons it is looked
  // whether that helps, and stopped when it does not. 0: none are kept; it is never looked.
  std::uint64_t cache_size = 0;
  std::uint64_t cache_tuning_sample_size = 0;
};

// What the work was, over a whole comparison.
struct Statistics {
  std::uint64_t diffs = 0;
  std::uint64_t passes = 0;
  std::uint64_t cache_hits = 0;
  bool max_diffs_reached = false;
  bool max_passes_reached = false;
};

}  // namespace mainstay::diff
