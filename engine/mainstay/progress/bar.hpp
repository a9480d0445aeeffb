// bar.hpp - a bar for C++ programs: `for (auto& file : track(files)) copy(file);`.
//
// A bar counts, and draws its line over itself into a sink: a function that takes the bytes, such
// as to_descriptor(2). It is drawn at most every `mininterval` seconds, and when it is closed. The
// clock and the sink are the caller's; nothing is thrown, and what a sink cannot write is lost. A
// bar belongs to one thread at a time.
#pragma once

#include <chrono>
#include <functional>
#include <iterator>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>

#include "mainstay/progress/counter.hpp"
#include "mainstay/progress/meter.hpp"
#include "mainstay/progress/rate.hpp"

namespace mainstay::progress {

using Sink = std::function<void(std::string_view)>;

// Writes to a descriptor, which stays the caller's.
[[nodiscard]] Sink to_descriptor(int descriptor);

struct BarOptions {
  std::string description = {};
  std::optional<Count> total = {};  // empty: only counts and rate are shown
  std::string unit = "it";
  bool scaled = false;  // 12.3k
  double divisor = 1000;
  bool leave = true;        // keep the line at the end, or clear it
  std::string colour = {};  // a name or "#rrggbb"; others are ignored
  std::optional<Layout> layout = {};
  std::optional<std::size_t> columns = {};
  Pace pace = {};
};

class Bar {
 public:
  using Clock = std::function<double()>;  // seconds that do not go back

  Bar(BarOptions options, Sink sink, Clock clock = steady_seconds);
  Bar(const Bar&) = delete;
  Bar& operator=(const Bar&) = delete;
  ~Bar() { close(); }

  // Counts `step` more; whether the bar was drawn. Nothing happens once it is closed, or when the
  // count would be beyond 2^53.
  bool add(Count step = Count(std::int64_t{1}));

  // What is shown behind the bar from the next drawing on.
  void set_postfix(std::string text) { postfix_ = std::move(text); }

  void draw();

  // Draws the bar a last time, with the average rate of the whole, or clears it.
  void close();

  [[nodiscard]] Count count() const noexcept { return counter_.n; }

  [[nodiscard]] static double steady_seconds() noexcept {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }

 private:
  void show(std::string_view line);

  BarOptions options_;
  Sink sink_;
  Clock clock_;
  std::string colour_;
  std::string postfix_;
  Counter counter_;
  Ema counted_, spent_, distance_;
  std::size_t shown_ = 0;  // columns
  bool is_closed_ = false;
};

// A range whose items are counted as they are taken. The range has to outlive it.
template <std::ranges::input_range Range>
class Tracked {
 public:
  Tracked(Range& range, BarOptions options, Sink sink)
      : range_(&range), bar_(with_total(range, std::move(options)), std::move(sink)) {}

  class Iterator {
   public:
    Iterator(std::ranges::iterator_t<Range> at, Bar* bar) : at_(std::move(at)), bar_(bar) {}
    decltype(auto) operator*() const { return *at_; }
    Iterator& operator++() {
      bar_->add();
      ++at_;
      return *this;
    }
    [[nodiscard]] bool operator==(const std::ranges::sentinel_t<Range>& end) const {
      return at_ == end;
    }

   private:
    std::ranges::iterator_t<Range> at_;
    Bar* bar_;
  };

  [[nodiscard]] Iterator begin() { return {std::ranges::begin(*range_), &bar_}; }
  [[nodiscard]] auto end() { return std::ranges::end(*range_); }
  [[nodiscard]] Bar& bar() noexcept { return bar_; }

 private:
  static BarOptions with_total(Range& range, BarOptions options) {
    if constexpr (std::ranges::sized_range<Range>) {
      if (!options.total) {
        options.total = Count(static_cast<std::int64_t>(std::ranges::size(range)));
      }
    }
    return options;
  }

  Range* range_;
  Bar bar_;
};

template <std::ranges::input_range Range>
[[nodiscard]] Tracked<Range> track(Range& range, BarOptions options = {},
                                   Sink sink = to_descriptor(2)) {
  return {range, std::move(options), std::move(sink)};
}

}  // namespace mainstay::progress
