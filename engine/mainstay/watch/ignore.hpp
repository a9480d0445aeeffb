// ignore.hpp - rules of what is not to be watched, as .gitignore files write them.
//
// A rule is relative to a folder: `build/` is any folder of that name below, `/build` the one in
// it, `!keep.log` takes back what an earlier rule said. The last rule that matches decides. Values;
// may be shared by threads as long as none is changed.
#pragma once

#include <string_view>
#include <vector>

#include "mainstay/base/result.hpp"
#include "mainstay/watch/glob.hpp"

namespace mainstay::watch {

enum class Verdict : std::uint8_t { unsaid, ignored, kept };

class Rules {
 public:
  // What is read of one file: later bytes and lines have no effect.
  static constexpr std::size_t kMostBytes = std::size_t{1} << 20U;
  static constexpr std::size_t kMostRules = 10'000;

  // The rules of a .gitignore file. Lines that cannot be used are left out, as git does.
  static Rules parse(std::string_view text);

  // One more rule, a line of such a file. invalid_argument when it says nothing.
  Result<void> add(std::string_view line);

  // `path` is relative to the folder of the rules.
  [[nodiscard]] Verdict ask(std::string_view path, bool directory) const;

  [[nodiscard]] bool empty() const noexcept { return rules_.empty(); }

 private:
  struct Rule {
    Glob glob;
    bool keeps = false;
    bool directories_only = false;
  };
  std::vector<Rule> rules_;
};

}  // namespace mainstay::watch
