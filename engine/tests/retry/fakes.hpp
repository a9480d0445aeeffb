// fakes.hpp - hosts and callables for the tests: time that moves only when told, scripted
// randomness, functions that fail by plan, values that throw when they are copied.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "mainstay/base/time.hpp"

namespace mainstay::retry {

struct NetworkError : std::runtime_error {
  NetworkError() : std::runtime_error("network") {}
};
struct Timeout : NetworkError {};
struct DiskError : std::runtime_error {
  DiskError() : std::runtime_error("disk") {}
};

// A host whose clock moves by its own sleeps alone, and writes them down.
struct FakeTime {
  Seconds clock{100.0};
  std::vector<double> slept;

  [[nodiscard]] Seconds now() const { return clock; }
  void sleep(Seconds length) {
    slept.push_back(length.count());
    clock += length;
  }
};

// The same with randomness: answers the given numbers in turn, again and again.
struct FakeHost : FakeTime {
  std::vector<double> answers{0.5};
  std::size_t drawn = 0;

  double random() { return answers[drawn++ % answers.size()]; }
};

// Throws Failure the first `failures` times, then answers how often it was called.
template <class Failure>
struct Flaky {
  int failures = 0;
  int calls = 0;

  int operator()() {
    if (++calls <= failures) throw Failure();
    return calls;
  }
};

struct ThrowsWhenCopied {
  int id = 0;

  explicit ThrowsWhenCopied(int number) : id(number) {}
  ThrowsWhenCopied(ThrowsWhenCopied&&) noexcept = default;
  ThrowsWhenCopied& operator=(ThrowsWhenCopied&&) noexcept = default;
  ThrowsWhenCopied(const ThrowsWhenCopied&) { throw std::logic_error("copied"); }
  ThrowsWhenCopied& operator=(const ThrowsWhenCopied&) { throw std::logic_error("copied"); }
  ~ThrowsWhenCopied() = default;
};

}  // namespace mainstay::retry
