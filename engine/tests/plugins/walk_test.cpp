// walk_test.cpp - the order of one call, proved at compile time and with hosts that misbehave.
#include "mainstay/plugins/walk.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "mainstay/plugins/opened.hpp"

namespace mainstay::plugins {
namespace {

// One letter an entry: capitals are wrappers. '!' after it fails, '.' has enough, '?' waits.
struct Step {
  char name;
  char how = ' ';
};

struct Host {
  std::array<char, 32> seen{};
  std::size_t length = 0;
  std::array<char, 8> open_ones{};
  std::size_t count = 0;

  constexpr void note(char letter) { seen[length++] = letter; }
  static constexpr Next next(Step step) {
    return step.how == '!'   ? Next::failed
           : step.how == '.' ? Next::enough
           : step.how == '?' ? Next::wait
                             : Next::go_on;
  }

  static constexpr bool is_wrapper(const Step& step) {
    return step.name >= 'A' && step.name <= 'Z';
  }
  constexpr Next open(const Step& step) {
    note('(');
    note(step.name);
    if (next(step) == Next::go_on) open_ones[count++] = step.name;
    return next(step);
  }
  constexpr Next call(const Step& step) {
    note(step.name);
    return next(step);
  }
  constexpr void close(std::size_t nth) {
    note(open_ones[nth]);
    note(')');
  }
};

template <std::size_t N>
constexpr bool walks(const std::array<Step, N>& entries, std::string_view wanted, Next end) {
  Host host;
  return walk(entries, host) == end && std::string_view(host.seen.data(), host.length) == wanted;
}

using Steps1 = std::array<Step, 1>;
using Steps4 = std::array<Step, 4>;

static_assert(walks(std::array<Step, 0>{}, "", Next::go_on));
static_assert(walks(Steps1{{{'a'}}}, "a", Next::go_on));
static_assert(walks(Steps1{{{'A'}}}, "(AA)", Next::go_on));
static_assert(walks(Steps4{{{'a'}, {'b'}, {'C'}, {'D'}}}, "(D(CbaC)D)", Next::go_on));
static_assert(walks(Steps4{{{'a'}, {'b', '.'}, {'C'}, {'D'}}}, "(D(CbC)D)", Next::enough));
static_assert(walks(Steps4{{{'a'}, {'b', '!'}, {'C'}, {'D'}}}, "(D(CbC)D)", Next::failed));
static_assert(walks(Steps4{{{'a'}, {'b'}, {'C', '!'}, {'D'}}}, "(D(CD)", Next::failed));
static_assert(walks(Steps4{{{'a'}, {'b'}, {'C', '.'}, {'D'}}}, "(D(CD)", Next::enough));
static_assert(walks(Steps4{{{'a'}, {'b'}, {'C'}, {'D', '!'}}}, "(D", Next::failed));
// A wrapper among plain ones, as a list that a program made by hand may have it.
static_assert(walks(Steps4{{{'a'}, {'B'}, {'c'}, {'D'}}}, "(Dc(BaB)D)", Next::go_on));

// Walks, and whenever an entry waits notes it and goes on with what `then` says follows on it.
template <std::size_t N>
constexpr bool walks_on(const std::array<Step, N>& entries, Next then, std::string_view wanted,
                        Next end) {
  Host host;
  Progress progress{.left = N};
  Next next = walk_on(entries, host, progress, Next::go_on);
  while (next == Next::wait) {
    host.note('_');
    next = walk_on(entries, host, progress, then);
  }
  return next == end && progress.opened == 0 &&
         std::string_view(host.seen.data(), host.length) == wanted;
}

constexpr Steps4 kWaiting{{{'a', '?'}, {'b'}, {'c', '?'}, {'D'}}};
static_assert(walks_on(kWaiting, Next::go_on, "(Dc_ba_D)", Next::go_on));
static_assert(walks_on(kWaiting, Next::enough, "(Dc_D)", Next::enough));
static_assert(walks_on(kWaiting, Next::failed, "(Dc_D)", Next::failed));
static_assert(walks_on(Steps1{{{'a', '?'}}}, Next::go_on, "a_", Next::go_on));
static_assert(walks_on(Steps1{{{'a'}}}, Next::go_on, "a", Next::go_on));

// A host whose entries are functions, as both doors have them.
struct Calls {
  using Function = std::function<Next(Calls&)>;
  struct Entry {
    bool wrapper;
    Function run;
  };
  std::vector<std::string> seen;
  std::vector<const Entry*> open_ones;

  bool is_wrapper(const Entry& entry) { return entry.wrapper; }
  Next open(const Entry& entry) {
    const Next next = entry.run(*this);
    if (next == Next::go_on) open_ones.push_back(&entry);
    return next;
  }
  Next call(const Entry& entry) { return entry.run(*this); }
  void close(std::size_t nth) { seen.push_back("close " + std::to_string(nth)); }
};

TEST(Walk, MayBeReenteredByAnEntry) {
  std::vector<Calls::Entry> inner{{false,
                                   [](Calls& host) {
                                     host.seen.emplace_back("inner");
                                     return Next::go_on;
                                   }},
                                  {true, [](Calls&) { return Next::go_on; }}};
  std::vector<Calls::Entry> outer{{false, [&](Calls& host) {
                                     Calls again;
                                     EXPECT_EQ(walk(inner, again), Next::go_on);
                                     host.seen = again.seen;
                                     return Next::enough;
                                   }}};
  Calls host;
  EXPECT_EQ(walk(outer, host), Next::enough);
  EXPECT_EQ(host.seen, (std::vector<std::string>{"inner", "close 0"}));
}

TEST(Walk, DoesNotSeeWhatIsRegisteredMeanwhile) {
  using Entries = std::vector<Calls::Entry>;
  auto current = std::make_shared<const Entries>();
  int calls = 0;
  const Calls::Entry grow{false, [&](Calls&) {
                            ++calls;
                            auto larger = std::make_shared<Entries>(*current);
                            larger->insert(larger->begin(), larger->front());
                            current = larger;
                            return Next::go_on;
                          }};
  current = std::make_shared<const Entries>(Entries{grow});
  Calls host;
  const auto snapshot = current;
  EXPECT_EQ(walk(*snapshot, host), Next::go_on);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(current->size(), 2u);
}

TEST(Walk, LetsWhatAHostThrowPassAtOnce) {
  std::vector<Calls::Entry> entries{
      {false, [](Calls&) -> Next { throw std::runtime_error("out of the host"); }},
      {true, [](Calls&) { return Next::go_on; }}};
  Calls host;
  EXPECT_THROW(walk(entries, host), std::runtime_error);
  EXPECT_TRUE(host.seen.empty());
}

TEST(Walk, ClosesThousandsInTheOppositeOrder) {
  std::vector<Calls::Entry> entries(5000, {true, [](Calls&) { return Next::go_on; }});
  Calls host;
  EXPECT_EQ(walk(entries, host), Next::go_on);
  ASSERT_EQ(host.seen.size(), 5000u);
  EXPECT_EQ(host.seen.front(), "close 4999");
  EXPECT_EQ(host.seen.back(), "close 0");
}

TEST(Opened, KeepsFewInlineAndManyOnTheHeap) {
  for (const std::size_t count :
       {std::size_t{0}, std::size_t{2}, std::size_t{3}, std::size_t{900}}) {
    Opened<std::size_t, 2> opened(count);
    for (std::size_t at = 0; at < count; ++at) opened.push(at * 7);
    ASSERT_EQ(opened.size(), count);
    for (std::size_t at = 0; at < count; ++at) EXPECT_EQ(opened[at], at * 7);
  }
}

}  // namespace
}  // namespace mainstay::plugins
