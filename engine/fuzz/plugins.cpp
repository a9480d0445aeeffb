// plugins.cpp - bytes as switch lines, as orders and as what a loader finds, held to their
// promises.
//
// The first byte says which:
//   switches   a line parses or is refused; written out again it means the same
//   order      registrations and wishes; every accepted order keeps every wish, and only circles
//              are refused
//   table      bytes where a table should be; only those with a good header may be read further
//   elf        the beginning of a file and its program headers
//   hook       registrations, removals and calls of a typed hook, beside a list kept by hand
#include "mainstay/plugins/plugins.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mainstay/plugins/detail/elf.hpp"
#include "target.hpp"

namespace {

using namespace mainstay::plugins;
using mainstay::fuzz::Bytes;

void switches(std::string_view line) {
  const auto parsed = Switches::parse(line);
  if (!parsed) {
    MAINSTAY_HOLDS(parsed.error().message.size() < 300);
    MAINSTAY_HOLDS(line.find_first_of("*+- \t\r\n\v\f") != std::string_view::npos);
    return;
  }
  std::string again;
  for (const auto& item : parsed->items()) {
    MAINSTAY_HOLDS(!item.name.empty());
    MAINSTAY_HOLDS(item.name.find(',') == std::string::npos);
    again += (item.on ? "+" : "-") + item.name + ",";
    const Switch said = parsed->of(item.name == "*" ? "anybody" : item.name);
    MAINSTAY_HOLDS(said != Switch::unmentioned);
  }
  const auto twice = Switches::parse(again);
  MAINSTAY_HOLDS(twice && *twice == *parsed);
}

constexpr std::string_view kNames[] = {"a", "b", "c", "d", "e", "f", "", "nobody"};

void order(Bytes bytes) {
  struct Entry {
    Wishes wishes;
    Traits traits;
    std::vector<std::string_view> before;
    std::vector<std::string_view> after;
  };
  std::vector<Entry> entries;
  while (!bytes.empty() && entries.size() < 40) {
    const auto what = bytes.byte();
    Entry entry;
    entry.traits = {(what & 1) != 0, (what & 2) != 0, (what & 4) != 0};
    entry.wishes.plugin = kNames[what >> 3 & 7];
    const auto wishes = bytes.byte();
    for (int i = 0; i < (wishes & 3); ++i) entry.before.push_back(kNames[bytes.byte() & 7]);
    for (int i = 0; i < (wishes >> 2 & 3); ++i) entry.after.push_back(kNames[bytes.byte() & 7]);
    const std::size_t at = place(entries, entry.traits, &Entry::traits);
    MAINSTAY_HOLDS(at <= entries.size());
    entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(at), std::move(entry));
  }
  std::vector<Wishes> list;
  for (Entry& entry : entries) {
    entry.wishes.wrapper = entry.traits.wrapper;
    entry.wishes.before = entry.before;
    entry.wishes.after = entry.after;
    list.push_back(entry.wishes);
  }
  const auto is_partitioned = std::is_partitioned(
      list.begin(), list.end(), [](const Wishes& wishes) { return !wishes.wrapper; });
  MAINSTAY_HOLDS(is_partitioned);

  const auto arranged = arrange(list);
  if (!arranged) {
    MAINSTAY_HOLDS(arranged.error().message.find("circle") != std::string::npos);
    return;
  }
  std::vector<std::size_t> turn(list.size());  // by entry: when it is called
  for (std::size_t at = 0; at < list.size(); ++at) {
    turn[(*arranged)[at]] = list.size() - at;
  }
  MAINSTAY_HOLDS(std::count(turn.begin(), turn.end(), std::size_t{0}) == 0);
  for (std::size_t a = 0; a < list.size(); ++a) {
    for (std::size_t b = 0; b < list.size(); ++b) {
      if (list[a].wrapper && !list[b].wrapper) MAINSTAY_HOLDS(turn[a] < turn[b]);
      if (list[a].wrapper != list[b].wrapper) continue;
      const auto wants = [&](std::span<const std::string_view> names) {
        return std::find(names.begin(), names.end(), list[b].plugin) != names.end();
      };
      if (wants(list[a].before)) MAINSTAY_HOLDS(turn[a] < turn[b]);
      if (wants(list[a].after)) MAINSTAY_HOLDS(turn[a] > turn[b]);
    }
  }
  const auto strict = arrange(list, Unknown::refuse);
  if (strict) MAINSTAY_HOLDS(*strict == *arranged);
}

void table(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  // With a good header the pointers behind it would be followed, and these are made up.
  if (bytes.size() >= 8) {
    std::uint32_t magic = 0;
    std::uint16_t major = 0;
    std::memcpy(&magic, bytes.data(), sizeof magic);
    std::memcpy(&major, bytes.data() + sizeof magic, sizeof major);
    if (magic == MAINSTAY_PLUGINS_MAGIC && major == MAINSTAY_PLUGINS_MAJOR &&
        bytes.size() >= sizeof(mainstay_plugins_table)) {
      return;
    }
  }
  MAINSTAY_HOLDS(!check(bytes, "fuzzed"));
}

void elf(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  const auto headers = detail::program_headers(bytes);
  if (headers) MAINSTAY_HOLDS(headers->size <= 65535 * std::uint64_t{64});
  (void)detail::mapped_end(bytes);
}

void hook(Bytes bytes) {
  struct Mine {
    int value;
    Traits traits;
    Connection connection;
  };
  Hook<int()> real;
  std::vector<Mine> mine;  // in reverse calling order
  int next = 0;
  while (!bytes.empty() && next < 60) {
    const auto what = bytes.byte();
    if ((what & 3) == 3 && !mine.empty()) {
      const auto at = static_cast<std::ptrdiff_t>((what >> 2) % mine.size());
      MAINSTAY_HOLDS((mine.begin() + at)->connection.disconnect());
      mine.erase(mine.begin() + at);
    } else {
      const Traits traits{false, (what & 3) == 1, (what & 3) == 2};
      const int value = next++;
      auto connection = real.add([value] { return value; },
                                 {.tryfirst = traits.tryfirst, .trylast = traits.trylast});
      MAINSTAY_HOLDS(connection);
      const std::size_t at = place(mine, traits, &Mine::traits);
      mine.insert(mine.begin() + static_cast<std::ptrdiff_t>(at),
                  Mine{value, traits, *std::move(connection)});
    }
    std::vector<int> wanted;
    for (auto one = mine.rbegin(); one != mine.rend(); ++one) wanted.push_back(one->value);
    MAINSTAY_HOLDS(real() == wanted);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  switch (bytes.byte() % 5) {
    case 0: switches(bytes.rest()); break;
    case 1: order(bytes); break;
    case 2: table(bytes.rest()); break;
    case 3: elf(bytes.rest()); break;
    case 4: hook(bytes); break;
  }
  return 0;
}
