// glob.hpp - patterns of paths, compiled once.
//
// Three dialects share one matcher over the segments of a path. Matching takes time in proportion
// to pattern times path at worst, and allocates nothing for paths of up to 32 segments. Values;
// may be shared by threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mainstay/base/result.hpp"

namespace mainstay::watch {

enum class Dialect : std::uint8_t {
  full,  // the whole path; `**` is any number of segments (PurePath.full_match)
  tail,  // the last segments; `**` is `*` (PurePath.match before Python 3.13)
  git,   // relative to a folder; `\` takes the meaning from what follows (.gitignore)
};

// A path cut into segments. An absolute path has an empty first segment; "." and repeated
// separators are left out; no segments at all are ".".
class Segments {
 public:
  // `backslash`: that `\` separates too. The text must outlive this.
  Segments(std::string_view path, bool backslash);

  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] std::string_view operator[](std::size_t i) const noexcept {
    return i < kInside ? inside_[i] : more_[i - kInside];
  }

 private:
  static constexpr std::size_t kInside = 32;
  void add(std::string_view segment);

  std::size_t count_ = 0;
  std::string_view inside_[kInside];
  std::vector<std::string_view> more_;
};

// One pattern.
class Glob {
 public:
  // `fold`: compare ASCII letters in lower case; other letters are the caller's to lower, in
  // patterns and paths. invalid_argument when the pattern is empty (dialect tail) or longer than
  // 64 KiB.
  static Result<Glob> compile(std::string_view pattern, Dialect dialect, bool fold);

  [[nodiscard]] bool matches(const Segments& path) const noexcept;

 private:
  // One segment of a pattern. Most are of a shape that one comparison decides.
  struct Part {
    enum class Shape : std::uint8_t { any_folders, any_name, literal, prefix, suffix, general };
    Shape shape = Shape::general;
    std::string text;  // literal, prefix and suffix: the text; general: the pattern
  };

  [[nodiscard]] bool matches_part(const Part& part, std::string_view segment) const noexcept;

  std::vector<Part> parts_;
  Dialect dialect_ = Dialect::full;
  bool fold_ = false;
};

// Several patterns: whether one of them matches.
class Globs {
 public:
  Result<void> add(std::string_view pattern, Dialect dialect, bool fold);
  [[nodiscard]] bool matches(std::string_view path) const;

 private:
  std::vector<Glob> globs_;
  bool backslash_ = false;
};

}  // namespace mainstay::watch
