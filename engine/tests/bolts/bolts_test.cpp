// bolts_test.cpp - containers beside simple models of them, and walks over values.
#include "mainstay/bolts/bolts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace mainstay::bolts {
namespace {

TEST(IndexedSetTest, AnswersAsAListOfUniqueItemsWouldUnderRandomChanges) {
  std::mt19937 random(7);
  IndexedSet<int> set;
  std::vector<int> model;
  for (int turn = 0; turn < 20'000; ++turn) {
    const int item = static_cast<int>(random() % 700);
    const auto at = std::find(model.begin(), model.end(), item);
    if (random() % 3 != 0) {
      ASSERT_EQ(set.add(item), at == model.end());
      if (at == model.end()) model.push_back(item);
    } else if (at != model.end()) {
      const Slot place = set.find(item);
      ASSERT_EQ(set.index_of(place), static_cast<std::size_t>(at - model.begin()));
      ASSERT_EQ(set.remove(place), item);
      model.erase(at);
    }
    ASSERT_EQ(set.size(), model.size());
    if (!model.empty()) {
      const std::size_t index = random() % model.size();
      ASSERT_EQ(set.at(index), model[index]);
      ASSERT_EQ(set.index_of(set.place_of(index)), index);
    }
  }
  std::vector<int> taken;
  for (const auto& place : set.take_all()) {
    if (place.item) taken.push_back(*place.item);
  }
  EXPECT_EQ(taken, model);
  EXPECT_EQ(set.size(), 0U);
}

TEST(LruTest, DropsWhatWasUsedLongestAgo) {
  Lru<std::string, int> lru(2);
  EXPECT_FALSE(lru.set("a", 1));
  EXPECT_FALSE(lru.set("b", 2));
  lru.touch(lru.find("a"));
  const auto dropped = lru.set("c", 3);
  ASSERT_TRUE(dropped);
  EXPECT_EQ(dropped->key, "b");
  EXPECT_EQ(lru.value(lru.find("a")), 1);
  EXPECT_EQ(lru.find("b"), kNoSlot);
  const auto replaced = lru.set("a", 5);
  ASSERT_TRUE(replaced);
  EXPECT_EQ(replaced->value, 1);
}

TEST(LruTest, KeepsItsOrderUnderRandomChanges) {
  std::mt19937 random(3);
  Lru<int, int> lru(50);
  std::vector<int> model;  // the oldest first
  for (int turn = 0; turn < 20'000; ++turn) {
    const int key = static_cast<int>(random() % 100);
    const auto at = std::find(model.begin(), model.end(), key);
    const Slot slot = lru.find(key);
    ASSERT_EQ(slot != kNoSlot, at != model.end());
    if (random() % 4 == 0 && slot != kNoSlot) {
      ASSERT_EQ(lru.remove(slot).key, key);
      model.erase(at);
      continue;
    }
    if (at != model.end()) model.erase(at);
    if (model.size() == 50) model.erase(model.begin());
    model.push_back(key);
    lru.set(key, turn);
    std::vector<int> order;
    lru.each([&](const auto& entry) {
      order.push_back(entry.key);
      return true;
    });
    ASSERT_EQ(order, model);
  }
}

TEST(ThresholdCounterTest, KeepsFrequentKeysAndDropsRareOnes) {
  ThresholdCounter<int> counter(0.1);
  std::vector<ThresholdCounter<int>::Entry> dropped;
  counter.add(1, dropped);
  for (int turn = 0; turn < 10; ++turn) counter.add(2, dropped);
  counter.add(5, dropped);
  EXPECT_EQ(counter.count(1), 0U);
  EXPECT_EQ(counter.count(2), 10U);
  EXPECT_EQ(counter.count(5), 1U);
  EXPECT_EQ(counter.total(), 12U);
  EXPECT_EQ(counter.common(), 11U);
  ASSERT_EQ(dropped.size(), 1U);
  EXPECT_EQ(dropped[0].key, 1);
}

// A key whose comparison changes the index it is looked up in.
TEST(HashIndexTest, ASearchBeginsAnewWhenAComparisonChangedTheIndex) {
  HashIndex index;
  for (Slot slot = 0; slot < 3; ++slot) index.insert(42, slot);
  int asked = 0;
  const Slot found = index.find(42, [&](Slot slot) {
    if (++asked == 1) {
      for (Slot more = 3; more < 100; ++more) index.insert(more, more);
    }
    return slot == 2;
  });
  EXPECT_EQ(found, 2U);
  EXPECT_GT(asked, 3);
}

TEST(IdentityMapTest, FindsWhatWasSetLast) {
  IdentityMap<int> map;
  std::vector<int> objects(1000);
  for (int& each : objects) map.set(&each, 1);
  for (std::size_t at = 0; at < objects.size(); ++at) map.set(&objects[at], static_cast<int>(at));
  for (std::size_t at = 0; at < objects.size(); ++at) {
    ASSERT_EQ(*map.find(&objects[at]), static_cast<int>(at));
  }
  EXPECT_EQ(map.find(&map), nullptr);
}

Value reviews() {
  return Object{
      {"TNG", 10}, {"ENT", nullptr}, {"films", Array{1, nullptr, Object{{"no", nullptr}}}}};
}

TEST(Remap, DropsItemsAndRenamesThem) {
  const Value kept = remap(reviews(), [](const Path&, Key& key, Value& value) {
    if (auto* name = std::get_if<std::string>(&key)) *name += "!";
    return value.is_null() ? Visited::drop : Visited::keep;
  });
  EXPECT_EQ(kept, Value(Object{{"TNG!", 10}, {"films!", Array{1, Object{}}}}));
}

TEST(Remap, GoesAsDeepAsMemoryAllows) {
  Value deep = 1;
  for (int level = 0; level < 20'000; ++level) {
    Array outer;
    outer.push_back(std::move(deep));
    deep = std::move(outer);
  }
  const Value copy = remap(deep, [](const Path&, Key&, Value&) { return Visited::keep; });
  EXPECT_TRUE(copy == deep);
}

TEST(Research, FindsValuesWithTheirPaths) {
  const Value tree = reviews();
  const auto found =
      research(tree, [](const Path&, const Value& value) { return value.is_null(); });
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[1].path, (Path{"films", std::size_t{1}}));
  EXPECT_EQ(found[2].path, (Path{"films", std::size_t{2}, "no"}));
  EXPECT_TRUE(found[2].value->is_null());
}

}  // namespace
}  // namespace mainstay::bolts
