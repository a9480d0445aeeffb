// vector_test.cpp - vectors beside std::vector: random slices, joins and changes, throwing copies.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "hostile.hpp"
#include "mainstay/persistent/vector.hpp"

namespace {

namespace persistent = mainstay::persistent;
using Numbers = persistent::vector<long>;
using Model = std::vector<long>;

template <class Vector>
Model contents(const Vector& vector) {
  Model found;
  for (const auto& each : vector) {
    if constexpr (requires { each.number; }) {
      found.push_back(each.number);
    } else {
      found.push_back(each);
    }
  }
  return found;
}

struct Version {
  Numbers vector;
  Model model;
};

void check(const Version& version, std::mt19937& random) {
  ASSERT_EQ(version.vector.size(), version.model.size());
  if (version.model.empty()) return;
  for (int i = 0; i < 5; ++i) {
    const std::size_t at = random() % version.model.size();
    ASSERT_EQ(version.vector[at], version.model[at]);
  }
}

Version changed(Version next, const Version& other, std::mt19937& random) {
  auto& vector = next.vector;
  auto& model = next.model;
  const std::size_t size = model.size();
  const std::size_t at = size == 0 ? 0 : random() % size;
  const std::size_t to = at + (size == 0 ? 0 : random() % (size - at + 1));
  const long value = static_cast<long>(random() % 1000);
  const auto place = [&](std::size_t i) { return model.begin() + static_cast<long>(i); };
  switch (random() % 9) {
    case 0:
      vector = vector.slice(at, to);
      model = Model(place(at), place(to));
      break;
    case 1:
    case 2:
      if (size + other.model.size() > 40000) break;
      vector = vector + other.vector;
      model.insert(model.end(), other.model.begin(), other.model.end());
      break;
    case 3:
      vector = vector.insert(at, value);
      model.insert(place(at), value);
      break;
    case 4:
      if (size == 0) break;
      vector = vector.erase(at);
      model.erase(place(at));
      break;
    case 5:
      vector = vector.erase(at, to);
      model.erase(place(at), place(to));
      break;
    case 6:
      if (size == 0) break;
      vector = vector.set(at, value);
      model[at] = value;
      break;
    case 7:
      for (std::size_t i = random() % 40; i > 0; --i) {
        vector = vector.push_back(value);
        model.push_back(value);
      }
      break;
    default: {
      auto transient = vector.transient();
      for (std::size_t i = random() % 100; i > 0; --i) {
        transient.push_back(value);
        model.push_back(value);
        const std::size_t place_of = random() % model.size();
        transient.set(place_of, -value);
        model[place_of] = -value;
      }
      vector = transient.persistent();
    }
  }
  return next;
}

TEST(Vector, DoesWhatStdVectorDoesAndLeavesOldVersionsAlone) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    std::mt19937 random(seed);
    std::vector<Version> versions(20);
    for (std::size_t i = 0; i < versions.size(); ++i) {
      versions[i].model.assign(i * i * 10, static_cast<long>(i));
      versions[i].vector = Numbers(versions[i].model.begin(), versions[i].model.end());
    }
    for (int step = 0; step < 3000; ++step) {
      Version next = changed(versions[random() % 20], versions[random() % 20], random);
      check(next, random);
      if (HasFatalFailure()) return;
      versions[random() % 20] = std::move(next);
    }
    for (const auto& version : versions) ASSERT_EQ(contents(version.vector), version.model);
    for (const auto& version : versions) {
      // However it came about: equal contents are equal.
      ASSERT_EQ(version.vector, Numbers(version.model.begin(), version.model.end()));
      if (version.model.empty()) continue;
      const std::size_t at = random() % version.model.size();
      ASSERT_FALSE(version.vector == version.vector.set(at, -123456));
    }
  }
}

TEST(Vector, StaysDenseUnderManySingleRemovalsAndInsertions) {
  std::mt19937 random(4);
  Version version;
  version.model.assign(20000, 1);
  version.vector = Numbers(version.model.begin(), version.model.end());
  for (int step = 0; step < 19000; ++step) {
    const std::size_t at = random() % version.model.size();
    version.vector = version.vector.erase(at);
    version.model.pop_back();
  }
  std::size_t runs = 0;
  version.vector.for_each_run([&](const long*, std::size_t) { ++runs; });
  EXPECT_LT(runs, 4 * 1000 / 32);
  for (long i = 0; i < 3000; ++i) {
    const std::size_t at = random() % (version.model.size() + 1);
    version.vector = version.vector.insert(at, i);
    version.model.insert(version.model.begin() + static_cast<long>(at), i);
  }
  EXPECT_EQ(contents(version.vector), version.model);
}

TEST(Vector, VersionsThatGrowFromOneTailDoNotMeet) {
  Numbers base{1, 2, 3};
  base = base.push_back(4).push_back(5);
  const Numbers left = base.push_back(6);
  const Numbers right = base.push_back(7);
  EXPECT_EQ(contents(left), (Model{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(contents(right), (Model{1, 2, 3, 4, 5, 7}));
  EXPECT_EQ(contents(base + left + right).size(), 17U);
}

TEST(Vector, IsUnchangedWhenACopyFailsAndLeaksNothing) {
  {
    using Vector = persistent::vector<Hostile>;
    Model model;
    std::vector<Hostile> elements;
    for (long i = 0; i < 1500; ++i) {
      model.push_back(i);
      elements.emplace_back(i);
    }
    const Vector vector(elements.begin(), elements.end());
    const Vector odd = vector.slice(7, 900).erase(50) + vector.slice(3, 77);
    const Model before = contents(odd);
    const auto unchanged = [&] {
      ASSERT_EQ(contents(vector), model);
      ASSERT_EQ(contents(odd), before);
    };
    fail_at_every_copy([&] { (void)vector.set(5, Hostile(0)); }, unchanged);
    fail_at_every_copy([&] { (void)vector.push_back(Hostile(0)); }, unchanged);
    fail_at_every_copy([&] { (void)vector.insert(700, Hostile(0)); }, unchanged);
    fail_at_every_copy([&] { (void)odd.erase(300); }, unchanged);
    fail_at_every_copy([&] { (void)odd.slice(20, 500); }, unchanged);
    fail_at_every_copy([&] { (void)(odd + vector); }, unchanged);
    auto transient = odd.transient();
    for (int i = 0; i < 40; ++i) transient.push_back(Hostile(-1));
    fail_at_every_copy([&] { transient.set(400, Hostile(-2)); }, unchanged);
    EXPECT_EQ(transient.persistent().size(), before.size() + 40);
  }
  EXPECT_EQ(Hostile::alive, 0);
}

}  // namespace
