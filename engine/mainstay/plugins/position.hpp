// position.hpp - where in a hook's order an implementation wants to stand, and whose it is.
#pragma once

#include <string>
#include <vector>

namespace mainstay::plugins {

// All of it is optional: `{.plugin = "audit", .before = {"sink"}}`. tryfirst and trylast are ranks
// (rank.hpp, also for both at once); before and after name plugins, count for more, and may name
// some that are not there (arrange.hpp). A value.
struct Position {
  std::string plugin = {};  // empty: nobody can refer to it
  bool tryfirst = false;
  bool trylast = false;
  std::vector<std::string> before = {};
  std::vector<std::string> after = {};
};

}  // namespace mainstay::plugins
