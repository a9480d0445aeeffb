// profiler.cpp - see profiler.hpp.
#include "mainstay/profile/profiler.hpp"

#include "mainstay/profile/processors.hpp"

namespace mainstay::profile {

Profiler::Profiler(std::string_view root, Clock clock)
    : clock_(std::move(clock)), path_{recording_.store().names.intern(root)}, last_(clock_()) {}

Profiler::Scope Profiler::enter(std::string_view function, std::string_view file, int line) {
  count();
  std::string frame(function);
  if (!file.empty()) {
    frame += '\0';
    frame += file;
    frame += '\0';
    frame += std::to_string(line);
  }
  const auto held = recording_.store().hold();
  path_.push_back(recording_.store().names.intern(frame));
  return Scope(*this);
}

void Profiler::leave() {
  count();
  path_.pop_back();
}

void Profiler::count() {
  const double now = clock_();
  if (now > last_) recording_.add(path_, now - last_);
  last_ = now;
}

void Profiler::sample(const std::vector<std::string>& functions, double seconds) {
  std::vector<FrameId> path{path_.front()};
  {
    const auto held = recording_.store().hold();
    for (const std::string& each : functions) {
      path.push_back(recording_.store().names.intern(each));
    }
  }
  recording_.add(path, seconds);
}

const Recording& Profiler::recording() {
  count();
  return recording_;
}

Tree Profiler::tree(double threshold) {
  Tree made(recording());
  const auto held = made.store().hold();
  for (const FileId file : made.files()) {
    made.facts(file).short_name = made.names().file(file);
  }
  merge_consecutive_self_time(made);
  aggregate_repeated_calls(made);
  remove_irrelevant(made, threshold);
  remove_unnecessary_self_time(made);
  return made;
}

std::string Profiler::text(const TextOptions& options) {
  const Tree made = tree();
  const auto held = made.store().hold();
  return text_report(made, options);
}

}  // namespace mainstay::profile
