// watch.cpp - bytes from outside: events of the kernel's, rules of .gitignore files, names of
// files. They are read without harm, and what is kept of them is what was given.
#include "mainstay/watch/watch.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mainstay/watch/names.hpp"
#include "target.hpp"

namespace {

using namespace mainstay::watch;

// Takes what stands before the next `end` off the front.
std::string_view take(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  const std::string_view first = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return first;
}

void read_events(std::string_view text) {
  const std::vector<char> bytes(text.begin(), text.end());
  Batch batch;
  std::vector<std::string> names;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t before = at;
    const RawEvent event = Inotify::parse(bytes, at);
    MAINSTAY_HOLDS(at > before && at <= bytes.size());
    names.emplace_back(event.name);
    batch.add({Kind::file_moved, false, event.mask, event.name, event.name});
  }
  Batch::Reader reader(batch);
  for (const std::string& name : names) {
    const auto event = reader.next();
    MAINSTAY_HOLDS(event && event->source == name && event->target == name);
  }
  MAINSTAY_HOLDS(!reader.next());
}

// A path, then the text of a file of rules.
void ask_rules(std::string_view text) {
  const std::string_view path = take(text, '\0');
  Rules rules = Rules::parse(text);
  (void)rules.ask(path, false);
  (void)rules.ask(path, true);
  if (rules.add("*")) MAINSTAY_HOLDS(path.empty() || rules.ask("name", false) == Verdict::ignored);
  MAINSTAY_HOLDS(rules.add("!/name"));
  MAINSTAY_HOLDS(rules.ask("name", true) == Verdict::kept);
}

// A pattern and a path in each dialect; a path that is a pattern without meaning matches itself.
void match(std::string_view text, bool fold) {
  const std::string_view pattern = take(text, '\0');
  for (const Dialect dialect : {Dialect::full, Dialect::tail, Dialect::git}) {
    const auto glob = Glob::compile(pattern, dialect, fold);
    if (glob) (void)glob->matches(Segments(text, fold));
    if (pattern.empty() || pattern.find_first_of("*?[\\") != std::string_view::npos) continue;
    MAINSTAY_HOLDS(glob && (fold || glob->matches(Segments(pattern, false))));
  }
}

// Names that come and go, beside a set that is known to work.
void keep_names(std::string_view text) {
  NameSet names;
  std::set<std::string, std::less<>> known;
  while (!text.empty()) {
    const bool out = text[0] == '-';
    const std::string_view name = take(text, '/');
    if (out) {
      MAINSTAY_HOLDS(names.erase(name.substr(1)) ==
                     (known.erase(std::string(name.substr(1))) != 0));
    } else if (!name.empty() && name.size() < 256) {
      MAINSTAY_HOLDS(names.insert(name) == known.emplace(name).second);
    }
    MAINSTAY_HOLDS(names.size() == known.size());
  }
  names.each([&](std::string_view name) { MAINSTAY_HOLDS(known.erase(std::string(name)) == 1); });
  MAINSTAY_HOLDS(known.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.empty()) return 0;
  const char kind = text[0];
  text.remove_prefix(1);
  switch (kind) {
    case 'e': read_events(text); break;
    case 'r': ask_rules(text); break;
    case 'g': match(text, false); break;
    case 'f': match(text, true); break;
    default: keep_names(text); break;
  }
  return 0;
}
