// map_test.cpp - maps and sets beside std::map, with random changes, poor hashes, throwing copies.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "hostile.hpp"
#include "mainstay/persistent/map.hpp"

namespace {

namespace persistent = mainstay::persistent;
using Map = persistent::map<Hostile, Hostile, PoorHash>;
using Model = std::map<long, long>;

template <class AMap>
Model contents(const AMap& map) {
  Model found;
  for (const auto& entry : map) found.emplace(entry.key.number, entry.value.number);
  return found;
}

TEST(Map, DoesWhatStdMapDoesAndLeavesOldVersionsAlone) {
  std::mt19937 random(7);
  struct Version {
    Map map;
    Model model;
  };
  std::vector<Version> versions(1);
  for (int step = 0; step < 4000; ++step) {
    Version next = versions[random() % versions.size()];
    const long key = static_cast<long>(random() % 120);
    if (random() % 3 != 0) {
      const long value = static_cast<long>(random() % 3);
      next.map = next.map.set(Hostile(key), Hostile(value));
      next.model[key] = value;
    } else {
      next.map = next.map.erase(Hostile(key));
      next.model.erase(key);
    }
    ASSERT_EQ(next.map.size(), next.model.size());
    const auto* found = next.map.find(Hostile(key));
    const auto expected = next.model.find(key);
    ASSERT_EQ(found != nullptr, expected != next.model.end());
    if (found != nullptr) {
      ASSERT_EQ(found->number, expected->second);
    }
    auto& slot = versions.size() < 40 ? versions.emplace_back() : versions[random() % 40];
    slot = std::move(next);
  }
  for (const auto& version : versions) ASSERT_EQ(contents(version.map), version.model);
}

TEST(Map, HasOneFormForOneContent) {
  // So that comparing two of them can go node by node: grown or shrunk, in any order.
  std::mt19937 random(8);
  for (int size = 0; size < 60; ++size) {
    Map grown;
    for (long i = 0; i < size; ++i) grown = grown.set(Hostile(i), Hostile(i));
    auto shrunk = Map().transient();
    for (long i = 99; i >= 0; --i) shrunk.set(Hostile(i), Hostile(i));
    for (long i = 99; i >= size; --i) shrunk.erase(Hostile(i));
    const Map other = shrunk.persistent();
    ASSERT_TRUE(grown == other) << size;
    if (size == 0) continue;
    ASSERT_FALSE(grown == other.set(Hostile(static_cast<long>(random() % 100)), Hostile(-1)));
  }
}

TEST(Map, SmallOnesKeepTheOrderOfInsertion) {
  const persistent::map<std::string, int> map{{"z", 1}, {"a", 2}, {"m", 3}};
  std::string order;
  for (const auto& entry : map.set("a", 4).set("b", 5).erase("z")) order += entry.key;
  EXPECT_EQ(order, "amb");
}

TEST(Map, ATransientNeverTouchesWhatItGaveAway) {
  auto transient = Map().transient();
  std::vector<Map> given;
  for (long i = 0; i < 300; ++i) {
    transient.set(Hostile(i), Hostile(i));
    if (i % 3 == 0) transient.erase(Hostile(i / 2));
    if (i % 10 == 0) given.push_back(transient.persistent());
    transient.set(Hostile(i), Hostile(-i));
  }
  Model model;
  std::size_t at = 0;
  for (long i = 0; i < 300; ++i) {
    model[i] = i;
    if (i % 3 == 0) model.erase(i / 2);
    if (i % 10 == 0) {
      ASSERT_EQ(contents(given[at++]), model);
    }
    model[i] = -i;
  }
}

TEST(Map, IsUnchangedWhenACopyFails) {
  auto transient = Map().transient();
  for (long i = 0; i < 100; ++i) transient.set(Hostile(i), Hostile(i));
  const Map map = transient.persistent();
  const Model before = contents(map);
  const auto unchanged = [&] { ASSERT_EQ(contents(map), before); };
  for (const long key : {3L, 1000L}) {
    fail_at_every_copy([&] { (void)map.set(Hostile(key), Hostile(-1)); }, unchanged);
    fail_at_every_copy([&] { (void)map.erase(Hostile(key)); }, unchanged);
  }
  for (long i = 0; i < 90; ++i) transient.erase(Hostile(i));
  for (long i = 0; i < 60; ++i) {
    // A transient that failed can go on: what it has is what it had.
    const Model had = contents(transient.persistent());
    fail_at_every_copy([&] { transient.set(Hostile(i), Hostile(-1)); },
                       [&] { ASSERT_EQ(contents(transient.persistent()), had); });
  }
}

TEST(Map, LeaksNothing) { EXPECT_EQ(Hostile::alive, 0); }

TEST(Map, ComparesVersionsWithoutLookingAtWhatTheyShare) {
  struct Counting {
    static int& count() {
      static int number = 0;
      return number;
    }
    bool operator()(long a, long b) const {
      ++count();
      return a == b;
    }
  };
  persistent::map<long, long, std::hash<long>, Counting> map;
  auto transient = map.transient();
  for (long i = 0; i < 10000; ++i) transient.set(i, i);
  map = transient.persistent();
  const auto other = map.set(77, 1).set(77, 77);
  Counting::count() = 0;
  EXPECT_TRUE(map == other);
  EXPECT_LT(Counting::count(), 100);
}

TEST(Set, HasEachKeyOnce) {
  const persistent::set<std::string> set{"a", "b", "a"};
  EXPECT_EQ(set.size(), 2U);
  EXPECT_EQ(set.insert("a"), set);
  EXPECT_FALSE(set.erase("a").contains("a"));
  EXPECT_EQ(*set.begin(), "a");
  auto transient = set.transient();
  EXPECT_FALSE(transient.insert("b"));
  EXPECT_TRUE(transient.insert("c"));
  EXPECT_EQ(transient.persistent().erase("c"), set);
}

}  // namespace
