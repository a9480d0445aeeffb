// diff.cpp - see diff.hpp: the walk over mainstay::Value.
#include "mainstay/diff/diff.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>

#include "mainstay/base/node_view.hpp"
#include "mainstay/diff/walk.hpp"

namespace mainstay::diff {

namespace {

// Nothing here fails but the depth.
class ValueHost : public ValueView {
 public:
  using Steps = Step<ValueHost>;
  using Digest = Fingerprint;
  struct Note {};

  explicit ValueHost(const ValueOptions& options) : options_(options) {}

  [[nodiscard]] bool hidden(const Key& key) const {
    const auto& names = options_.leave_out;
    return !names.empty() && std::find(names.begin(), names.end(), *key.name) != names.end();
  }
  static bool other(Walk<ValueHost>&, Node, Node, const Steps&) { return true; }
  static bool retyped(Walk<ValueHost>& walk, Node a, Node b, const Steps& step) {
    return walk.report(Change::type, a, b, step);
  }
  static bool unequal(Walk<ValueHost>& walk, Node a, Node b, const Steps& step) {
    return walk.report(Change::value, a, b, step);
  }
  static bool asks_lists() { return false; }
  static bool left_out(Walk<ValueHost>&, Node, Node, const Steps&, bool, bool& answer) {
    answer = false;
    return true;
  }

  static bool simple(Node node, bool& answer) {
    answer = node.value->array() == nullptr && node.value->object() == nullptr;
    return true;
  }
  static bool hash(Node node, std::uint64_t& hash) {
    Measure measure;
    measure_scalar_seeded(node, measure, 0);
    hash = measure.digest.low;
    return true;
  }
  static bool same_item(Node left, Node right, bool& answer) { return equal(left, right, answer); }

  [[nodiscard]] bool has_keys() const noexcept { return !options_.keys.empty(); }
  Found item_key(Node item, Node& key) const {
    const Object* members = item.value->object();
    if (members == nullptr) return Found::no;
    for (const std::string& name : options_.keys) {
      key.value = members->find(name);
      if (key) return Found::yes;
    }
    return Found::no;
  }

  [[nodiscard]] static int number_type(Node) { return 0; }
  static bool number(Node node, double& number) {
    if (const double* real = node.value->real()) {
      number = *real;
    } else if (const std::int64_t* integer = node.value->integer()) {
      number = static_cast<double>(*integer);
    } else {
      number = *node.value->boolean() ? 1 : 0;
    }
    return true;
  }
  static bool other_distance(Node, Node, double&, bool& known) {
    known = false;
    return true;
  }
  static bool scalar_length(Node node, std::uint64_t& length) {
    length = node.value->is_null() ? 0 : 1;
    return true;
  }
  static bool foreign_length(std::uint32_t, std::uint64_t&) { return true; }
  static bool internal(const Key&) { return false; }
  static bool converts(Node, Node, bool& answer) {
    answer = false;
    return true;
  }

  // The words of a text are what is between spaces.
  static bool words(Node node, std::vector<Fingerprint>& parts) {
    std::string_view rest = *node.value->text();
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (end > 0) {
        Mixer mixer(kSeed, 1);
        mixer.add(rest.substr(0, end));
        parts.push_back(mixer.end());
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return true;
  }

  // Lists in lists whose order is ignored are the only recursion.
  class Descent {
   public:
    Descent(ValueHost& host, Walk<ValueHost>&, Node, Node)
        : host_(host), allowed_(++host.nested_ < kMostNested) {
      if (!allowed_) host.too_deep();
    }
    Descent(const Descent&) = delete;
    Descent& operator=(const Descent&) = delete;
    ~Descent() { --host_.nested_; }
    explicit operator bool() const { return allowed_; }

   private:
    ValueHost& host_;
    bool allowed_;
  };
  static bool limit_reached(bool) { return true; }
  static bool go_on() { return true; }

  static bool measure_scalar(Node node, Measure& measure) {
    measure_scalar_seeded(node, measure, kSeed);
    return true;
  }
  static bool measure_key(const Key& key, Measure& measure) {
    Mixer mixer(kSeed, static_cast<std::uint64_t>(NodeKind::text));
    mixer.add(std::string_view(*key.name));
    measure.digest = mixer.end();
    return true;
  }
  bool combine(Node node, std::span<Part<Fingerprint>> parts, Fingerprint& digest) const {
    digest = combine_fingerprints(kSeed, static_cast<std::uint64_t>(kind(node)), parts,
                                  options_.report_repetition);
    return true;
  }
  static bool above(const void*) { return false; }
  bool recall(Node node, Measure& measure) const {
    const auto found = measured_.find(node.value);
    if (found == measured_.end()) return false;
    measure = found->second;
    return true;
  }
  bool remember(Node node, const Measure& measure, bool /*whole*/) {
    measured_.emplace(node.value, measure);
    return true;
  }

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  static constexpr std::uint64_t kSeed = 0x6D61696E73746179U;
  static constexpr std::size_t kMostNested = 500;
  static constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

  void too_deep() {
    error_ = Error{ErrorCode::limit_exceeded, "lists whose order is ignored are nested more than " +
                                                  std::to_string(kMostNested) +
                                                  " deep; set Options::max_depth"};
  }

  static void measure_scalar_seeded(Node node, Measure& measure, std::uint64_t seed) {
    Mixer mixer(seed, static_cast<std::uint64_t>(kind(node)));
    if (const std::string* text = node.value->text()) {
      mixer.add(std::string_view(*text));
    } else if (const double* real = node.value->real()) {
      // Both zeros are one number, and here so are all that are none.
      const double canonical = *real == 0 ? 0.0 : std::isnan(*real) ? kNotANumber : *real;
      mixer.add(std::bit_cast<std::uint64_t>(canonical));
    } else if (const std::int64_t* integer = node.value->integer()) {
      mixer.add(static_cast<std::uint64_t>(*integer));
    } else if (const bool* boolean = node.value->boolean()) {
      mixer.add(*boolean ? 1 : 0);
    }
    measure.digest = mixer.end();
  }

  const ValueOptions& options_;
  std::unordered_map<const Value*, Measure> measured_;
  std::size_t nested_ = 0;
  std::optional<Error> error_;
};

static_assert(WalkHost<ValueHost>);

// Paths of events, written from the trail.
class Paths {
 public:
  explicit Paths(const Events<ValueHost>& found) : found_(found) {}

  [[nodiscard]] std::string path(const Event<ValueHost>& event, bool after) const {
    std::vector<const Step<ValueHost>*> steps;
    for (std::uint32_t at = event.trail; at != kNone; at = found_.trail[at].parent) {
      steps.push_back(&found_.trail[at].step);
    }
    std::string path;
    for (std::size_t i = steps.size(); i-- > 0;) append(path, *steps[i], after);
    append(path, event.step, after || event.change == Change::item_added);
    return path;
  }

 private:
  static void append(std::string& path, const Step<ValueHost>& step, bool after) {
    switch (step.kind) {
      case StepKind::root:
      case StepKind::member: break;
      case StepKind::attribute:
      case StepKind::entry: append_pointer(path, *step.key.name); break;
      case StepKind::item: path += "/" + std::to_string(after ? step.b : step.a); break;
    }
  }

  const Events<ValueHost>& found_;
};

}  // namespace

Result<Report> diff(const Value& before, const Value& after, const ValueOptions& options) {
  ValueHost host(options);
  Report report;
  Walk<ValueHost> walk(host, options, report.statistics);
  if (!walk.run({&before}, {&after})) return *host.error();
  const Events<ValueHost>& found = walk.events();
  const Paths paths(found);
  report.differences.reserve(found.events.size());
  for (const auto& event : found.events) {
    Difference difference;
    difference.change = event.change;
    difference.path = paths.path(event, false);
    difference.after_path = paths.path(event, true);
    if (event.a) difference.before = *event.a.value;
    if (event.b) difference.after = *event.b.value;
    difference.ordered = !event.step.unordered;
    report.differences.push_back(std::move(difference));
  }
  return report;
}

}  // namespace mainstay::diff
