// glob.cpp - see glob.hpp.
#include "mainstay/watch/glob.hpp"

#include <algorithm>
#include <optional>

namespace mainstay::watch {
namespace {

constexpr std::size_t kLongestPattern = 64 * 1024;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool equal(std::string_view text, std::string_view name, bool fold) noexcept {
  if (text.size() != name.size()) return false;
  if (!fold) return text == name;
  return std::equal(text.begin(), text.end(), name.begin(),
                    [](char a, char b) { return a == lower(b); });
}

// Takes one character off the front of `text`: a code point of UTF-8, or one byte of what is none.
// To git a character is a byte.
std::uint32_t take(std::string_view& text, bool fold, bool git) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t first = byte(0);
  std::size_t length = 1;
  std::uint32_t point = first;
  if (!git && first >= 0xC2 && first < 0xF5) {
    const std::size_t more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    std::uint32_t value = first & (0x3FU >> more);
    bool whole = text.size() > more;
    for (std::size_t i = 1; whole && i <= more; ++i) {
      whole = (byte(i) & 0xC0U) == 0x80U;
      value = value << 6U | (byte(i) & 0x3FU);
    }
    if (whole) {
      length = more + 1;
      point = value;
    }
  } else if (fold && first < 0x80) {
    point = static_cast<unsigned char>(lower(static_cast<char>(first)));
  }
  text.remove_prefix(length);
  return point;
}

// The end of the class that begins after a `[`, the place of its `]`; none when it has none.
std::optional<std::size_t> class_end(std::string_view pattern) noexcept {
  std::size_t i = 0;
  if (i < pattern.size() && (pattern[i] == '!')) ++i;
  if (i < pattern.size() && pattern[i] == ']') ++i;
  const std::size_t end = pattern.find(']', i);
  if (end == std::string_view::npos) return std::nullopt;
  return end;
}

// Whether the class `[body]` has `point`.
bool in_class(std::string_view body, std::uint32_t point, bool git) noexcept {
  bool negated = false;
  if (!body.empty() && (body[0] == '!' || (git && body[0] == '^'))) {
    negated = true;
    body.remove_prefix(1);
    if (body.empty()) return true;  // [!] is any character
  }
  bool found = false;
  while (!body.empty()) {
    if (git && body[0] == '\\' && body.size() > 1) body.remove_prefix(1);
    const std::uint32_t low = take(body, false, git);
    std::uint32_t high = low;
    if (body.size() > 1 && body[0] == '-') {
      body.remove_prefix(1);
      high = take(body, false, git);
    }
    found = found || (low <= point && point <= high);
  }
  return found != negated;
}

// One pattern segment against one name, with at most one saved place: after the last `*`.
bool matches_general(std::string_view pattern, std::string_view name, bool fold,
                     bool git) noexcept {
  std::string_view after_star;
  std::string_view name_at_star;
  bool star = false;
  for (;;) {
    bool fits = false;
    if (!pattern.empty() && pattern[0] == '*') {
      pattern.remove_prefix(1);
      star = true;
      after_star = pattern;
      name_at_star = name;
      continue;
    }
    if (pattern.empty() && name.empty()) return true;
    if (!pattern.empty() && !name.empty()) {
      std::string_view rest = name;
      const std::uint32_t point = take(rest, fold, git);
      std::string_view next = pattern.substr(1);
      if (pattern[0] == '?') {
        fits = true;
      } else if (const auto end = pattern[0] == '[' ? class_end(next) : std::nullopt) {
        fits = in_class(next.substr(0, *end), point, git);
        next.remove_prefix(*end + 1);
      } else {
        next = pattern;
        if (git && next[0] == '\\' && next.size() > 1) next.remove_prefix(1);
        fits = take(next, false, git) == point;
      }
      if (fits) {
        pattern = next;
        name = rest;
      }
    }
    if (fits) continue;
    if (!star || name_at_star.empty()) return false;
    take(name_at_star, false, git);
    name = name_at_star;
    pattern = after_star;
  }
}

}  // namespace

Segments::Segments(std::string_view path, bool backslash) {
  const auto separates = [backslash](char c) { return c == '/' || (backslash && c == '\\'); };
  if (!path.empty() && separates(path[0])) add({});
  std::size_t start = 0;
  for (std::size_t i = 0; i <= path.size(); ++i) {
    if (i < path.size() && !separates(path[i])) continue;
    const std::string_view segment = path.substr(start, i - start);
    if (!segment.empty() && segment != ".") add(segment);
    start = i + 1;
  }
  if (count_ == 0) add(".");
  if (count_ == 1 && inside_[0].empty()) add({});  // "/" is the root and nothing in it
}

void Segments::add(std::string_view segment) {
  if (count_ < kInside) {
    inside_[count_] = segment;
  } else {
    more_.push_back(segment);
  }
  ++count_;
}

Result<Glob> Glob::compile(std::string_view pattern, Dialect dialect, bool fold) {
  if (pattern.size() > kLongestPattern) {
    return Error{ErrorCode::invalid_argument, "a pattern may have 65536 bytes, got " +
                                                  std::to_string(pattern.size()) +
                                                  "; write several shorter ones"};
  }
  if (dialect == Dialect::tail && pattern.empty()) {
    return Error{ErrorCode::invalid_argument, "a pattern must not be empty; leave it out"};
  }
  Glob glob;
  glob.dialect_ = dialect;
  glob.fold_ = fold;
  const Segments segments(pattern, fold);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    Part part;
    part.text = std::string(segments[i]);
    if (fold) std::transform(part.text.begin(), part.text.end(), part.text.begin(), lower);
    const std::string_view text = part.text;
    const bool special =
        text.find_first_of(dialect == Dialect::git ? "*?[\\" : "*?[") != std::string_view::npos;
    using Shape = Part::Shape;
    if (text == "**" && dialect != Dialect::tail) {
      const bool again = !glob.parts_.empty() && glob.parts_.back().shape == Shape::any_folders;
      if (again) continue;
      part.shape = Shape::any_folders;
    } else if (text == "*") {
      part.shape = Shape::any_name;
    } else if (!special) {
      part.shape = Shape::literal;
    } else if (text.find_first_of("*?[\\", 1) == std::string_view::npos && text[0] == '*') {
      part.shape = Shape::suffix;
      part.text.erase(0, 1);
    } else if (text.find_first_of("*?[\\") == text.size() - 1 && text.back() == '*') {
      part.shape = Shape::prefix;
      part.text.pop_back();
    }
    glob.parts_.push_back(std::move(part));
  }
  return glob;
}

bool Glob::matches_part(const Part& part, std::string_view segment) const noexcept {
  const std::size_t size = part.text.size();
  switch (part.shape) {
    case Part::Shape::any_folders: return true;
    // A name has at least one character; only the dialect tail knew no such rule.
    case Part::Shape::any_name: return !segment.empty() || dialect_ == Dialect::tail;
    case Part::Shape::literal: return equal(part.text, segment, fold_);
    case Part::Shape::prefix:
      return segment.size() >= size && equal(part.text, segment.substr(0, size), fold_);
    case Part::Shape::suffix:
      return segment.size() >= size &&
             equal(part.text, segment.substr(segment.size() - size), fold_);
    case Part::Shape::general: break;
  }
  return matches_general(part.text, segment, fold_, dialect_ == Dialect::git);
}

bool Glob::matches(const Segments& path) const noexcept {
  const std::size_t wanted = parts_.size();
  if (dialect_ == Dialect::tail) {
    const bool absolute =
        wanted > 1 && parts_[0].text.empty() && parts_[0].shape == Part::Shape::literal;
    if (absolute ? path.size() != wanted : path.size() < wanted) return false;
    for (std::size_t i = 1; i <= wanted; ++i) {
      if (!matches_part(parts_[wanted - i], path[path.size() - i])) return false;
    }
    return true;
  }
  // `**` takes as few segments as it can; what follows one is tried at each later segment.
  std::size_t p = 0;
  std::size_t s = 0;
  bool folders = false;
  std::size_t p_after = 0;
  std::size_t s_taken = 0;
  for (;;) {
    if (p < wanted && parts_[p].shape == Part::Shape::any_folders) {
      if (p + 1 == wanted) return s < path.size();  // the rest, which must begin
      folders = true;
      p_after = ++p;
      s_taken = s;
      continue;
    }
    if (p == wanted && s == path.size()) return true;
    if (p < wanted && s < path.size() && matches_part(parts_[p], path[s])) {
      ++p;
      ++s;
      continue;
    }
    if (!folders || s_taken >= path.size()) return false;
    ++s_taken;
    // The root alone is no folder that `**` could stand for: it has no name.
    if (p_after == 1 && s_taken == 1 && path[0].empty()) ++s_taken;
    p = p_after;
    s = s_taken;
  }
}

Result<void> Globs::add(std::string_view pattern, Dialect dialect, bool fold) {
  auto glob = Glob::compile(pattern, dialect, fold);
  if (!glob) return std::move(glob).error();
  globs_.push_back(std::move(*glob));
  backslash_ = fold;
  return {};
}

bool Globs::matches(std::string_view path) const {
  const Segments segments(path, backslash_);
  return std::any_of(globs_.begin(), globs_.end(),
                     [&](const Glob& glob) { return glob.matches(segments); });
}

}  // namespace mainstay::watch
