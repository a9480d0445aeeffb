// arrange_test.cpp - before and after: what holds, what stays put, which circles are named.
#include "mainstay/plugins/arrange.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <vector>

namespace mainstay::plugins {
namespace {

// Entries in the order in which rank would call them; names and wishes are kept here.
class Order {
 public:
  Order() = default;
  Order(const Order&) = delete;  // entries refer to the names beside them
  Order& operator=(const Order&) = delete;

  Order& plain(std::string_view name, std::vector<std::string_view> before = {},
               std::vector<std::string_view> after = {}) {
    return add(name, false, std::move(before), std::move(after));
  }
  Order& wrapper(std::string_view name, std::vector<std::string_view> before = {},
                 std::vector<std::string_view> after = {}) {
    return add(name, true, std::move(before), std::move(after));
  }

  Result<std::vector<std::size_t>> arranged(Unknown unknown = Unknown::ignore) const {
    std::vector<Wishes> reversed(entries_.rbegin(), entries_.rend());
    return arrange(reversed, unknown);
  }

  // The names in calling order, or what is wrong.
  std::string called(Unknown unknown = Unknown::ignore) const {
    const auto order = arranged(unknown);
    if (!order) return order.error().message;
    std::string text;
    for (auto at = order->rbegin(); at != order->rend(); ++at) {
      text += (text.empty() ? "" : " ") + std::string(entries_[entries_.size() - 1 - *at].plugin);
    }
    return text;
  }

  const std::deque<Wishes>& entries() const { return entries_; }

 private:
  Order& add(std::string_view name, bool wrapper, std::vector<std::string_view> before,
             std::vector<std::string_view> after) {
    const auto& kept_before = names_.emplace_back(std::move(before));
    const auto& kept_after = names_.emplace_back(std::move(after));
    entries_.push_back({name, wrapper, kept_before, kept_after});
    return *this;
  }

  std::deque<std::vector<std::string_view>> names_;
  std::deque<Wishes> entries_;
};

TEST(Arrange, LeavesAnOrderWithoutWishesAlone) {
  EXPECT_EQ(Order().called(), "");
  EXPECT_EQ(Order().wrapper("w").plain("c").plain("a").plain("b").called(), "w c a b");
}

TEST(Arrange, MovesOnlyWhatTheWishesMove) {
  EXPECT_EQ(Order().plain("a").plain("b").plain("c", {"a"}).called(), "b c a");
  EXPECT_EQ(Order().plain("a", {}, {"c"}).plain("b").plain("c").called(), "b c a");
  EXPECT_EQ(Order().plain("a", {"c"}).plain("b").plain("c").called(), "a b c");
}

TEST(Arrange, KeepsAChainOfWishes) {
  EXPECT_EQ(
      Order().plain("a", {}, {"b"}).plain("b", {}, {"c"}).plain("c", {}, {"d"}).plain("d").called(),
      "d c b a");
}

TEST(Arrange, CountsTheSameWishTwiceOnce) {
  EXPECT_EQ(Order().plain("a", {}, {"b", "b"}).plain("b", {"a", "a"}).called(), "b a");
}

TEST(Arrange, MeansEveryEntryOfAPlugin) {
  EXPECT_EQ(Order().plain("a").plain("b").plain("a").plain("z", {"a"}).called(), "b z a a");
  EXPECT_EQ(Order().plain("z", {}, {"a"}).plain("a").plain("b").plain("a").called(), "a b a z");
}

TEST(Arrange, KeepsWrappersBeforePlainOnesWhateverTheyWish) {
  EXPECT_EQ(Order().wrapper("w", {}, {"a"}).plain("a").called(), "w a");
  EXPECT_EQ(Order().wrapper("v").wrapper("w", {"v"}).plain("a").plain("b", {"a", "w"}).called(),
            "w v b a");
}

TEST(Arrange, IgnoresStrangersUnlessToldOtherwise) {
  Order order;
  order.plain("a", {"nobody"}, {"noone"}).plain("b");
  EXPECT_EQ(order.called(), "a b");
  EXPECT_EQ(
      order.called(Unknown::refuse),
      "plugin \"a\" wants to be before \"nobody\", but no plugin of that name implements this "
      "hook; register \"nobody\" first, correct the name, or drop the wish");
  EXPECT_EQ(Order().plain("a", {}, {"noone"}).called(Unknown::refuse),
            "plugin \"a\" wants to be after \"noone\", but no plugin of that name implements this "
            "hook; register \"noone\" first, correct the name, or drop the wish");
}

TEST(Arrange, DoesNotTakeTheOtherHalfForStrangers) {
  EXPECT_EQ(Order().wrapper("w").plain("a", {"w"}).called(Unknown::refuse), "w a");
}

TEST(Arrange, NamesTheCircle) {
  EXPECT_EQ(Order().plain("a", {"b"}).plain("b", {"a"}).called(),
            "before and after go in a circle: \"a\" before \"b\" before \"a\"; drop one of these "
            "wishes");
  EXPECT_EQ(
      Order().plain("x", {}, {"a"}).plain("a", {"b"}).plain("b", {"c"}).plain("c", {"a"}).called(),
      "before and after go in a circle: \"a\" before \"b\" before \"c\" before \"a\"; drop one "
      "of these wishes");
  EXPECT_EQ(Order().plain("a", {"b"}, {"b"}).plain("b").arranged().error().code,
            ErrorCode::invalid_argument);
}

TEST(Arrange, TakesAWishAboutOneselfForACircle) {
  constexpr auto kCircle =
      "before and after go in a circle: \"a\" before \"a\"; drop one of these wishes";
  EXPECT_EQ(Order().plain("a", {"a"}).called(), kCircle);
  EXPECT_EQ(Order().plain("a", {}, {"a"}).called(), kCircle);
}

TEST(Arrange, TellsALongCircleByItsBeginning) {
  std::vector<std::string> names;
  for (int i = 0; i < 3000; ++i) names.push_back("n" + std::to_string(i));
  Order order;
  for (std::size_t i = 0; i < names.size(); ++i) order.plain(names[i], {names[(i + 1) % 3000]});
  const std::string text = order.called();
  EXPECT_LT(text.size(), 300u);
  EXPECT_NE(text.find("\"n11\" before (2988 more) before \"n0\""), std::string::npos) << text;
}

TEST(Arrange, TakesManyEntriesOfOneNameWithManyWishes) {
  // Gates keep this linear: edges from each to each would be 25 million.
  Order order;
  for (int i = 0; i < 5000; ++i) order.plain("a", {}, {"b"});
  for (int i = 0; i < 5000; ++i) order.plain("b");
  const auto arranged = order.arranged();
  ASSERT_TRUE(arranged);
  EXPECT_EQ(order.entries()[9999 - arranged->back()].plugin, "b");
}

TEST(Arrange, LooksAtNamesAsBytes) {
  using namespace std::string_view_literals;
  EXPECT_EQ(Order().plain("a\0b"sv, {}, {"a"}).plain("a").plain("").called(), "a a\0b "sv);
  EXPECT_EQ(Order().plain("x", {}, {""}).plain("y").plain("").called(), "y  x");
}

// Whether every wish of `entries` holds in `order`, both in calling order.
bool holds(const std::deque<Wishes>& entries, const std::vector<std::size_t>& called) {
  std::vector<std::size_t> turn(entries.size());
  for (std::size_t at = 0; at < called.size(); ++at) turn[called[at]] = at;
  for (std::size_t a = 0; a < entries.size(); ++a) {
    for (std::size_t b = 0; b < entries.size(); ++b) {
      const auto wished = [&](std::span<const std::string_view> names) {
        return entries[a].wrapper == entries[b].wrapper &&
               std::find(names.begin(), names.end(), entries[b].plugin) != names.end();
      };
      if (wished(entries[a].before) && turn[a] >= turn[b]) return false;
      if (wished(entries[a].after) && turn[a] <= turn[b]) return false;
      if (entries[a].wrapper && !entries[b].wrapper && turn[a] > turn[b]) return false;
    }
  }
  return true;
}

// The promise taken literally: of all orders that hold, the least when compared by rank.
TEST(Arrange, AgreesWithATryOfAllOrders) {
  constexpr std::string_view kNames[] = {"a", "b", "c", "d", "e"};
  std::mt19937 random(7);
  int circles = 0;
  for (int round = 0; round < 400; ++round) {
    Order order;
    const std::size_t wrappers = random() % 3;
    for (std::size_t i = 0; i < 6; ++i) {
      const auto some = [&] {
        return random() % 4 == 0 ? std::vector<std::string_view>{kNames[random() % 5]}
                                 : std::vector<std::string_view>{};
      };
      const auto name = kNames[random() % 5];
      i < wrappers ? order.wrapper(name, some(), some()) : order.plain(name, some(), some());
    }
    std::vector<std::size_t> permutation{0, 1, 2, 3, 4, 5};
    bool found = false;
    do {
      found = holds(order.entries(), permutation);
    } while (!found && std::next_permutation(permutation.begin(), permutation.end()));
    const auto arranged = order.arranged();
    ASSERT_EQ(arranged.has_value(), found) << "round " << round;
    circles += !found;
    if (!found) continue;
    std::vector<std::size_t> called;
    for (auto at = arranged->rbegin(); at != arranged->rend(); ++at) called.push_back(5 - *at);
    ASSERT_EQ(called, permutation) << "round " << round;
  }
  EXPECT_GT(circles, 20);
  EXPECT_LT(circles, 380);
}

}  // namespace
}  // namespace mainstay::plugins
