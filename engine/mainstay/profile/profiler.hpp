// profiler.hpp - a profiler for C++ programs that say where they are.
//
//   profile::Profiler profiler;
//   { auto scope = profiler.enter("load", __FILE__, __LINE__); ... }
//   std::puts(profiler.text().c_str());
//
// Time counts for the innermost scope that is open; what passes outside of all counts for the root.
// It belongs to the caller where it decides something: the clock is a parameter. One thread uses a
// Profiler; its recording may be read by others.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mainstay/profile/clock_thread.hpp"
#include "mainstay/profile/recording.hpp"
#include "mainstay/profile/reports.hpp"
#include "mainstay/profile/tree.hpp"

namespace mainstay::profile {

class Profiler {
 public:
  // Seconds that never go back.
  using Clock = std::function<double()>;

  explicit Profiler(std::string_view root = "main", Clock clock = monotonic_seconds);
  Profiler(const Profiler&) = delete;
  Profiler& operator=(const Profiler&) = delete;

  // A function or block that runs: leaves it when it is destroyed, innermost first.
  class Scope {
   public:
    explicit Scope(Profiler& profiler) noexcept : profiler_(profiler) {}
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope() { profiler_.leave(); }

   private:
    Profiler& profiler_;
  };
  [[nodiscard]] Scope enter(std::string_view function, std::string_view file = {}, int line = 0);

  // Counts `seconds` for a stack that the caller knows from elsewhere, below the root.
  void sample(const std::vector<std::string>& functions, double seconds);

  // What was recorded until now.
  [[nodiscard]] const Recording& recording();
  // The tree of it, as reports have it: calls summed up, less than `threshold` of the time left
  // out.
  [[nodiscard]] Tree tree(double threshold = 0.01);
  [[nodiscard]] std::string text(const TextOptions& options = {});

 private:
  void leave();
  void count();

  Clock clock_;
  Recording recording_;
  std::vector<FrameId> path_;
  double last_;
};

}  // namespace mainstay::profile
