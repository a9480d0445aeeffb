// The heap beside a sorted list that is kept by hand.
#include "mainstay/schedule/timer_heap.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace mainstay::schedule {
namespace {

struct Timer {
  int name = 0;
  std::size_t place = static_cast<std::size_t>(-1);
};

using Heap = TimerHeap<Timer, &Timer::place>;

Instant at(std::int64_t micros) { return Instant{Micros{micros}}; }

TEST(TimerHeap, EqualDeadlinesComeInTheOrderOfInsertion) {
  Heap heap;
  std::deque<Timer> timers(20);
  for (Timer& timer : timers) {
    timer.name = static_cast<int>(&timer - &timers.front());
    heap.insert(timer, at(5));
  }
  std::vector<Heap::Entry> due;
  heap.due(at(5), due);
  ASSERT_EQ(due.size(), 20U);
  for (std::size_t i = 0; i < due.size(); ++i) EXPECT_EQ(due[i].item, &timers[i]);
}

TEST(TimerHeap, AgreesWithASortedListOverRandomOperations) {
  std::mt19937 random{7};
  Heap heap;
  std::deque<Timer> timers(300);
  std::vector<Heap::Entry> list;
  std::uint64_t rank = 0;
  const auto find = [&](Timer& timer) {
    return std::find_if(list.begin(), list.end(),
                        [&](const Heap::Entry& entry) { return entry.item == &timer; });
  };
  for (int step = 0; step < 20'000; ++step) {
    Timer& timer = timers[random() % timers.size()];
    const Instant when = at(static_cast<std::int64_t>(random() % 100));
    if (!heap.contains(timer)) {
      heap.insert(timer, when);
      list.push_back({when, rank++, &timer});
    } else if (random() % 3 == 0) {
      heap.remove(timer);
      list.erase(find(timer));
    } else {
      heap.move(timer, when);
      find(timer)->when = when;
    }
    ASSERT_EQ(heap.size(), list.size());
    if (list.empty()) continue;
    ASSERT_EQ(heap.top().item, std::min_element(list.begin(), list.end())->item);
    if (step % 50 != 0) continue;
    std::vector<Heap::Entry> due, expected;
    heap.due(at(40), due);
    std::copy_if(list.begin(), list.end(), std::back_inserter(expected),
                 [](const Heap::Entry& entry) { return entry.when <= at(40); });
    std::sort(expected.begin(), expected.end());
    ASSERT_EQ(due.size(), expected.size());
    for (std::size_t i = 0; i < due.size(); ++i) ASSERT_EQ(due[i].item, expected[i].item);
  }
}

}  // namespace
}  // namespace mainstay::schedule
