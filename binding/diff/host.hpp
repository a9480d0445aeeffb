// host.hpp - Python objects as the engine's walk sees them.
//
// Exact built-in objects are looked at here; any pair with something else in it goes to the Python
// walk, `native_general(node)`, and what that reports comes back as foreign events. Failures are
// Python exceptions that are set. One host serves one comparison, in one thread.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "binding/diff/module.hpp"
#include "binding/diff/settings.hpp"
#include "binding/diff/view.hpp"
#include "binding/support/call.hpp"
#include "mainstay/diff/walk.hpp"

namespace mainstay::binding::diff {

using mainstay::diff::Change;
using mainstay::diff::kNone;
using mainstay::diff::Measure;
using mainstay::diff::StepKind;

class Host : public View {
 public:
  using Digest = mainstay::diff::Fingerprint;
  using Walk = mainstay::diff::Walk<Host>;
  using Step = mainstay::diff::Step<Key>;

  // All are kept by the caller for as long as the host lives.
  Host(State& state, const Settings& settings, PyObject* walk, PyObject* root_node)
      : names_(state.names), settings_(settings), walk_(walk), root_node_(root_node) {}

  // Takes the counters from the Python walk, and gives them back. False: an exception is set.
  bool take_statistics();
  bool give_statistics();
  mainstay::diff::Statistics statistics;

  // Nodes of the Python walk. Empty: an exception is set.
  Held make_node(const Held& up, const Step& step, const Held& a, const Held& b) const;
  // Of an entry of the outermost walk's trail, whose nodes are made once.
  Held node_of_trail(const mainstay::diff::Events<Host>& events, std::uint32_t entry);
  Held node_of_event(const mainstay::diff::Events<Host>& events,
                     const mainstay::diff::Event<Host>& event);
  std::vector<Held> trail_nodes;
  std::vector<std::pair<Held, Held>> foreign;  // what native_general reported: kind and node
  const Walk* outermost = nullptr;

  bool equal(const Held& left, const Held& right, bool& equal) const;

  // What a walk asks.

  [[nodiscard]] bool hidden(const Held& key) const noexcept {
    return settings_.ignore_private_variables && is_private(key.get());
  }
  static bool left_out(Walk&, const Held&, const Held&, const Step&, bool& answer) noexcept {
    answer = false;
    return true;
  }
  bool other(Walk& walk, const Held& a, const Held& b, const Step& step);
  bool retyped(Walk& walk, const Held& a, const Held& b, const Step& step);
  bool unequal(Walk& walk, const Held& a, const Held& b, const Step& step);

  bool simple(const Held& node, bool& answer) const;
  static bool hash(const Held& node, std::uint64_t& hash) noexcept;
  static bool same_item(const Held& left, const Held& right, bool& answer) noexcept;

  static bool keyed(Walk&, const Step&, bool& answer) noexcept {
    answer = false;
    return true;
  }
  static Found item_key(const Held&, Held&) noexcept { return Found::no; }

  [[nodiscard]] int number_type(const Held& node) const noexcept;
  static bool number(const Held& node, double& number) noexcept;
  bool other_distance(const Held& a, const Held& b, double& far, bool& known);
  bool scalar_length(const Held& node, std::uint64_t& length);
  bool foreign_length(std::uint32_t number, std::uint64_t& length);
  [[nodiscard]] static bool internal(const Held& key) noexcept;
  static bool converts(const Held& a, const Held& b, bool& answer) noexcept;

  class Descent {
   public:
    explicit Descent(Host&) noexcept : guard_(" while comparing lists whose order is ignored") {}
    [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(guard_); }

   private:
    RecursionGuard guard_;
  };
  bool limit_reached(bool of_diffs);
  static bool too_deep() noexcept;
  static bool go_on() noexcept { return PyErr_CheckSignals() == 0; }

  // What measuring asks.

  bool measure_scalar(const Held& node, Measure& measure);
  bool measure_key(const Held& key, Measure& measure);
  bool combine(const Held& node, std::span<mainstay::diff::Part<Digest>> parts, Digest& digest);
  static bool above(const void*) noexcept { return false; }
  bool recall(const Held& node, Measure& measure);
  bool remember(const Held& node, const Measure& measure);

 private:
  [[nodiscard]] std::uint64_t seed();
  Held node_of_open(Walk& walk);
  bool general(Walk& walk, const Held& a, const Held& b, const Step& step);
  bool ask_length(PyObject* kind, PyObject* object, std::uint64_t& length);

  Names& names_;
  const Settings& settings_;
  PyObject* walk_;
  PyObject* root_node_;
  struct Remembered {
    Held object;  // so that no other takes its address
    Measure measure;
  };
  std::unordered_map<const void*, Remembered> measured_;
  Ref measured_tuples_;  // dict: tuples and frozensets are known by their value
  std::vector<Measure> tuple_measures_;
  std::uint64_t seed_ = 0;
};

static_assert(mainstay::diff::WalkHost<Host>);

}  // namespace mainstay::binding::diff
