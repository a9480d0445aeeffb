// recorder.hpp - takes the samples of a thread, for profilers and other subscribers.
//
// The profile function (stat_profile.cpp) calls it; it walks the stack into numbers and adds them
// to the recordings of its subscribers. A subscriber without a recording is called with a list of
// texts. Used by the thread it samples only.
#pragma once

#include <memory>
#include <vector>

#include "binding/profile/frames.hpp"
#include "binding/profile/module.hpp"
#include "mainstay/profile/recording.hpp"

namespace mainstay::binding::profile {

class Recorder {
 public:
  // What time of other contexts counts as (Profiler.async_mode).
  enum class Mode : unsigned char { disabled, enabled, strict };
  // Where the program is, seen from the context of a subscriber (AsyncState).
  enum class Place : unsigned char { in_context, awaited, unknown };

  struct Subscriber {
    Ref target;   // what it is called with, or known by
    Ref samples;  // a Samples object; empty: call the target
    bool is_bound = false;
    Mode mode = Mode::disabled;
    Place place = Place::in_context;
    std::vector<FrameId> away;  // the stack the context was left with
  };

  // Called once, before all else.
  [[nodiscard]] bool begin(PyObject* root, PyObject* async_state);
  [[nodiscard]] bool add(PyObject* target, bool is_bound, PyObject* samples, Mode mode);
  void remove(PyObject* target) noexcept;
  void set_last(double now) noexcept { last_ = now; }

  // A sample at an event, `arg` what the interpreter passes with it. False with an exception set.
  [[nodiscard]] bool sample(PyFrameObject* frame, int what, PyObject* arg, double now);
  // The context variable of subscribers has another value; `awaits` are the coroutines that
  // returned just before, innermost first.
  [[nodiscard]] bool change_context(PyFrameObject* frame, PyObject* now, PyObject* before,
                                    const std::vector<FrameId>& awaits);
  [[nodiscard]] FrameId frame_id(PyFrameObject* frame) { return cache_.find(frame, *store_); }

  // Whether subscribers changed, and with them perhaps the context variable.
  bool is_changed = false;

  void each_reference(auto visit) {
    visit(async_state_);
    cache_.each_reference(visit);
    for (Subscriber& each : subscribers_) {
      visit(each.target);
      visit(each.samples);
    }
  }

 private:
  void walk(PyFrameObject* frame, std::vector<FrameId>& path);
  [[nodiscard]] bool call(const Subscriber& subscriber, double seconds);
  [[nodiscard]] Ref texts(const std::vector<FrameId>& path);

  std::shared_ptr<Store> store_ = std::make_shared<Store>();
  FrameCache cache_;
  Ref async_state_;
  FrameId root_ = 0;
  double last_ = 0;
  std::vector<Subscriber> subscribers_;
  std::vector<FrameId> path_;  // of the sample that is taken
};

}  // namespace mainstay::binding::profile
