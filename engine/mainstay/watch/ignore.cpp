// ignore.cpp - see ignore.hpp.
#include "mainstay/watch/ignore.hpp"

namespace mainstay::watch {

Rules Rules::parse(std::string_view text) {
  Rules rules;
  text = text.substr(0, kMostBytes);
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.substr(0, kMark.size()) == kMark) text.remove_prefix(kMark.size());
  while (!text.empty() && rules.rules_.size() < kMostRules) {
    const std::size_t end = text.find('\n');
    (void)rules.add(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return rules;
}

Result<void> Rules::add(std::string_view line) {
  const auto nothing = [&] {
    return Error{ErrorCode::invalid_argument, "a rule must name something, got '" +
                                                  std::string(line) +
                                                  "'; write a pattern such as 'build/' or '*.log'"};
  };
  std::string_view pattern = line;
  if (!pattern.empty() && pattern.back() == '\r') pattern.remove_suffix(1);
  while (!pattern.empty() && pattern.back() == ' ') {
    if (pattern.size() > 1 && pattern[pattern.size() - 2] == '\\') break;
    pattern.remove_suffix(1);
  }
  if (pattern.empty() || pattern[0] == '#') return nothing();
  Rule rule;
  if (pattern[0] == '!') {
    rule.keeps = true;
    pattern.remove_prefix(1);
  }
  while (!pattern.empty() && pattern.back() == '/') {
    rule.directories_only = true;
    pattern.remove_suffix(1);
  }
  if (pattern.empty()) return nothing();
  std::string whole;
  if (pattern.find('/') == std::string_view::npos) whole = "**/";
  if (pattern[0] == '/') pattern.remove_prefix(1);
  whole += pattern;
  auto glob = Glob::compile(whole, Dialect::git, false);
  if (!glob) return std::move(glob).error();
  rule.glob = std::move(*glob);
  rules_.push_back(std::move(rule));
  return {};
}

Verdict Rules::ask(std::string_view path, bool directory) const {
  if (rules_.empty()) return Verdict::unsaid;
  const Segments segments(path, false);
  for (std::size_t i = rules_.size(); i-- > 0;) {
    const Rule& rule = rules_[i];
    if (rule.directories_only && !directory) continue;
    if (rule.glob.matches(segments)) return rule.keeps ? Verdict::kept : Verdict::ignored;
  }
  return Verdict::unsaid;
}

Result<void> Exclusions::set(const std::vector<std::string>& rules, bool gitignore) {
  for (const std::string& rule : rules) {
    if (auto added = rules_.add(rule); !added) return added;
  }
  gitignore_ = gitignore;
  return {};
}

void Exclusions::read(std::uint32_t node, std::string_view text) {
  Rules rules = Rules::parse(text);
  if (rules.empty()) {
    forget(node);
  } else {
    files_[node] = std::move(rules);
  }
}

}  // namespace mainstay::watch
