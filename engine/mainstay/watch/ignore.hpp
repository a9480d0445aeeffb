// ignore.hpp - rules of what is not to be watched, as .gitignore files write them.
//
// A rule is relative to a folder: `build/` is any folder of that name below, `/build` the one in
// it, `!keep.log` takes back what an earlier rule said. The last rule that matches decides. Values;
// may be shared by threads as long as none is changed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
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

// What is left out of a tree: rules for all of it, and those of .gitignore files in it.
//
// The tree gives `parent(node)`, kNone above the root, and `relative_path(node, from, name)`.
class Exclusions {
 public:
  static constexpr std::uint32_t kNone = static_cast<std::uint32_t>(-1);

  // `gitignore`: heed the files that `read` is given, and leave .git out.
  Result<void> set(const std::vector<std::string>& rules, bool gitignore);
  [[nodiscard]] bool heeds_files() const noexcept { return gitignore_; }
  // The text of the .gitignore file in a directory.
  void read(std::uint32_t node, std::string_view text);
  void forget(std::uint32_t node) noexcept {
    if (!files_.empty()) files_.erase(node);
  }

  template <class Tree>
  [[nodiscard]] bool ignored(const Tree& tree, std::uint32_t root, std::uint32_t node,
                             std::string_view name, bool directory) const {
    if (!rules_.empty()) {
      const std::string path = tree.relative_path(node, root, name);
      if (rules_.ask(path, directory) == Verdict::ignored) return true;
    }
    if (!gitignore_) return false;
    if (directory && name == ".git") return true;
    for (std::uint32_t each = node; each != kNone && !files_.empty(); each = tree.parent(each)) {
      const auto found = files_.find(each);
      if (found == files_.end()) continue;
      const Verdict verdict = found->second.ask(tree.relative_path(node, each, name), directory);
      if (verdict != Verdict::unsaid) return verdict == Verdict::ignored;
    }
    return false;
  }

 private:
  Rules rules_;
  bool gitignore_ = false;
  std::unordered_map<std::uint32_t, Rules> files_;
};

}  // namespace mainstay::watch
