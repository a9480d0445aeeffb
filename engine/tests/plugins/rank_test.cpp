// rank_test.cpp - where a new implementation enters, against lists written out by hand.
#include "mainstay/plugins/rank.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace mainstay::plugins {
namespace {

struct Entry {
  std::string name;
  Traits traits;
};

class List {
 public:
  List& add(std::string name, Traits traits = {}) {
    const std::size_t at = place(entries_, traits, &Entry::traits);
    entries_.insert(entries_.begin() + static_cast<std::ptrdiff_t>(at), {std::move(name), traits});
    return *this;
  }

  // The names in the order in which a call asks them.
  std::string called() const {
    std::string text;
    for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
      text += (text.empty() ? "" : " ") + entry->name;
    }
    return text;
  }

  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

constexpr Traits kFirst{.tryfirst = true};
constexpr Traits kLast{.trylast = true};
constexpr Traits kWrapper{.wrapper = true};
constexpr Traits kFirstWrapper{.wrapper = true, .tryfirst = true};
constexpr Traits kLastWrapper{.wrapper = true, .trylast = true};

constexpr std::size_t placed_in_a_constant() {
  const Traits list[] = {kLast, {}, kFirst, kWrapper};
  struct View {
    const Traits* data;
    constexpr std::size_t size() const noexcept { return 4; }
    constexpr const Traits& operator[](std::size_t at) const noexcept { return data[at]; }
  };
  static_assert(noexcept(place(View{list}, Traits{})));
  return place(View{list}, Traits{});
}
static_assert(placed_in_a_constant() == 2);

TEST(Rank, CallsALaterRegistrationEarlier) {
  EXPECT_EQ(List().add("a").add("b").add("c").called(), "c b a");
}

TEST(Rank, CallsTryfirstBeforeNormalAndTrylastAfter) {
  EXPECT_EQ(List().add("first", kFirst).add("last", kLast).add("a").add("b").called(),
            "first b a last");
}

TEST(Rank, CallsTheNewestOfSeveralTryfirstFirst) {
  EXPECT_EQ(List().add("f1", kFirst).add("f2", kFirst).add("a").called(), "f2 f1 a");
}

TEST(Rank, CallsTheNewestOfSeveralTrylastLast) {
  EXPECT_EQ(List().add("l1", kLast).add("l2", kLast).add("a").called(), "a l1 l2");
}

TEST(Rank, OpensWrappersBeforeAnythingPlain) {
  EXPECT_EQ(List().add("w", kLastWrapper).add("a", kFirst).add("b").called(), "w a b");
}

TEST(Rank, OrdersWrappersLikePlainOnes) {
  List list;
  list.add("w1", kWrapper)
      .add("last", kLastWrapper)
      .add("first", kFirstWrapper)
      .add("w2", kWrapper);
  EXPECT_EQ(list.called(), "first w2 w1 last");
}

TEST(Rank, PutsTrylastToTheFrontWhenBothAreSet) {
  const Traits both{.tryfirst = true, .trylast = true};
  EXPECT_EQ(List().add("a").add("both", both).called(), "a both");
  EXPECT_EQ(List().add("w", kWrapper).add("both", {true, true, true}).called(), "w both");
}

TEST(Rank, TakesAnEarlierBothForATryfirst) {
  // Looked at from the back, nothing normal stands between it and the new one.
  EXPECT_EQ(List().add("both", {.tryfirst = true, .trylast = true}).add("a").called(), "both a");
}

TEST(Rank, FillsAnEmptyListAtItsOnlyPlace) {
  const std::vector<Traits> empty;
  for (const Traits traits : {Traits{}, kFirst, kLast, kWrapper, kFirstWrapper, kLastWrapper}) {
    EXPECT_EQ(place(empty, traits), 0u);
  }
}

TEST(Rank, StaysInRangeInAListThatSomebodyRearranged) {
  const std::vector<Traits> odd{kWrapper, {}, kFirst, kWrapper, kLast};
  EXPECT_EQ(place(odd, {}), 0u);
  EXPECT_EQ(place(odd, kFirst), 0u);
  EXPECT_EQ(place(odd, kWrapper), 5u);
  EXPECT_EQ(place(odd, kLastWrapper), 0u);
}

// The order said differently: sorted by half and group, in each the newest first, trylast last.
std::vector<std::string> expected(const std::vector<Entry>& registered) {
  std::vector<std::string> names;
  for (const bool wrapper : {true, false}) {
    for (const int group : {0, 1, 2}) {
      std::vector<std::string> members;
      for (const Entry& entry : registered) {
        const int of = entry.traits.trylast ? 2 : entry.traits.tryfirst ? 0 : 1;
        if (entry.traits.wrapper == wrapper && of == group) members.push_back(entry.name);
      }
      if (group != 2) std::reverse(members.begin(), members.end());
      names.insert(names.end(), members.begin(), members.end());
    }
  }
  return names;
}

TEST(Rank, AgreesWithASortOnRandomRegistrations) {
  std::mt19937 random(20240607);
  for (int round = 0; round < 300; ++round) {
    std::vector<Entry> registered;
    List list;
    for (int i = 0; i < 40; ++i) {
      const auto kind = random() % 6;
      const Traits traits{
          .wrapper = kind >= 3, .tryfirst = kind % 3 == 1, .trylast = kind % 3 == 2};
      registered.push_back({std::to_string(i), traits});
      list.add(std::to_string(i), traits);
    }
    std::vector<std::string> called;
    for (auto e = list.entries().rbegin(); e != list.entries().rend(); ++e)
      called.push_back(e->name);
    ASSERT_EQ(called, expected(registered)) << "round " << round;
  }
}

}  // namespace
}  // namespace mainstay::plugins
