// host.hpp - Python objects as the engine's walk sees them.
//
// Exact built-in objects are looked at here. What anything else is made of, and what an option
// makes special, `walk.native_enter(node)` says: nothing, or instructions that this walk carries
// out. Failures are Python exceptions that are set. One host serves one comparison, in one thread.
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
  using Parts = std::span<mainstay::diff::Part<Digest>>;
  // What was made of a place for Python: the node of its walk, the text of its path.
  struct Note {
    Held node{}, path{};
  };
  using Walk = mainstay::diff::Walk<Host>;
  using Place = Walk::Place;
  using Step = mainstay::diff::Step<Host>;
  using Events = mainstay::diff::Events<Host>;
  using Event = mainstay::diff::Event<Host>;

  // All are kept by the caller for as long as the host lives.
  Host(State& state, const Settings& settings, PyObject* walk, PyObject* root_node)
      : names_(state.names), settings_(settings), walk_(walk), root_node_(root_node) {}

  // Gives the counters to the Python walk. False: an exception is set.
  bool give_statistics();
  mainstay::diff::Statistics statistics;

  // Nodes of the Python walk. Empty: an exception is set.
  Held make_node(const Held& up, const Step& step, const Held& a, const Held& b) const;
  // Of an entry of a trail that is no more written to; made once.
  Held node_of_trail(Events& events, std::uint32_t entry) const;
  Held node_of_event(Events& events, Event& event) const;
  std::vector<std::pair<Held, Held>> foreign;  // what Python reported: kind and node
  std::vector<Held> relations;                 // those steps have by number, from 1
  const Walk* outermost = nullptr;

  // What a walk asks.

  bool equal(const Held& left, const Held& right, bool& equal) const;
  [[nodiscard]] bool hidden(const Held& key) const noexcept {
    return settings_.ignore_private_variables && is_private(key.get());
  }
  bool left_out(Walk& walk, const Held& a, const Held& b, const Step& step, bool report,
                bool& answer) {
    answer = false;
    return !filters() || asked_left_out(walk, a, b, step, report, answer);
  }
  bool other(Walk& walk, const Held& a, const Held& b, const Step& step);
  bool retyped(Walk& walk, const Held& a, const Held& b, const Step& step);
  bool unequal(Walk& walk, const Held& a, const Held& b, const Step& step);
  [[nodiscard]] bool asks_lists() const noexcept { return settings_.ask_lists; }
  [[nodiscard]] bool has_operators() const noexcept { return settings_.ask_operators; }
  bool operators(Walk& walk, Held& a, Held& b, Step& step, bool& taken);
  bool seen(Walk& walk, Event& event);
  bool tuned(bool on);
  [[nodiscard]] bool cleans_keys() const noexcept { return settings_.special_keys; }
  bool clean_keys(Walk& walk, const Place& place, Held& keys_a, Held& keys_b);
  [[nodiscard]] bool counts_keys() const noexcept { return settings_.special_union; }
  bool union_size(Walk& walk, const Place& place, const std::vector<Held>& keys,
                  std::size_t& count);

  bool simple(const Held& node, bool& answer);
  static bool hash(const Held& node, std::uint64_t& hash) noexcept;
  static bool same_item(const Held& left, const Held& right, bool& answer) noexcept;

  [[nodiscard]] int number_type(const Held& node) const noexcept;
  static bool number(const Held& node, double& number) noexcept;
  bool other_distance(const Held& a, const Held& b, double& far, bool& known);
  [[nodiscard]] bool knows_distances() const noexcept { return settings_.special_distances; }
  bool pair_distance(const Held& added, const Held& removed, bool numbers, double& far,
                     bool& known);
  bool scalar_length(const Held& node, std::uint64_t& length);
  bool foreign_length(std::uint32_t number, std::uint64_t& length);
  [[nodiscard]] static bool internal(const Held& key) noexcept;
  static bool converts(const Held& a, const Held& b, bool& answer) noexcept;
  bool words(const Held& node, std::vector<Digest>& parts);

  // A distance is measured: operators have a Python walk of its own then.
  class Descent {
   public:
    Descent(Host& host, Walk& walk, const Held& a, const Held& b);
    Descent(const Descent&) = delete;
    Descent& operator=(const Descent&) = delete;
    ~Descent();
    [[nodiscard]] explicit operator bool() const noexcept { return entered_; }

   private:
    Host& host_;
    RecursionGuard guard_;
    bool pushed_ = false;
    bool entered_ = false;
  };
  bool limit_reached(bool of_diffs);
  bool go_on() { return PyErr_CheckSignals() == 0 && give_statistics(); }

  // What measuring asks.

  void filling(Walk& walk, const Place& place) noexcept { filling_ = {&walk, &place}; }
  void filled() noexcept { filling_ = {}; }
  [[nodiscard]] bool digests_items() const noexcept { return settings_.special_digests; }
  Found digest_item(Walk& walk, const Place& place, std::size_t at, const Held& item,
                    Measure& measure);
  bool measure_scalar(const Held& node, Measure& measure);
  bool measure_key(const Held& key, Measure& measure);
  bool combine(const Held& node, Parts parts, Digest& digest);
  static bool above(const void*) noexcept { return false; }
  bool recall(const Held& node, Measure& measure);
  bool remember(const Held& node, const Measure& measure, bool whole);

 private:
  [[nodiscard]] std::uint64_t seed();
  [[nodiscard]] bool filters() const noexcept {
    return settings_.exclude_paths.get() != Py_None || settings_.skip_pair.get() != Py_None;
  }
  bool asked_left_out(Walk& walk, const Held& a, const Held& b, const Step& step, bool report,
                      bool& answer);
  [[nodiscard]] PyObject* python_of(const Walk& walk) const noexcept;
  Held node_of_open(Walk& walk);
  Held node_at(Walk& walk, const Held& a, const Held& b, const Step& step);
  Held node_of(Walk& walk, const Place& place) {
    return node_at(walk, place.a, place.b, place.step);
  }
  Held path_of_open(Walk& walk);
  bool enter(Walk& walk, const Held& a, const Held& b, const Step& step);
  bool collect(Walk& walk, PyObject* python);
  bool carry_out(Walk& walk, const Held& node, const Step& step, PyObject* instruction);
  bool enter_pairs(Walk& walk, const Place& place, PyObject* pairs, PyObject* relation, bool moves);
  bool enter_rows(Walk& walk, const Place& place, PyObject* rows);
  bool step_of(PyObject* p1, PyObject* p2, PyObject* relation, Step& step);
  std::uint8_t number_of_relation(PyObject* relation);
  bool ask_length(PyObject* kind, PyObject* object, std::uint64_t& length);
  bool ask_digest(PyObject* object, PyObject* node, Py_ssize_t at, Measure& measure, bool& known);

  Names& names_;
  const Settings& settings_;
  PyObject* walk_;
  PyObject* root_node_;
  struct Inner {
    const Walk* walk;
    Held python;
  };
  std::vector<Inner> inner_;
  struct Filling {
    Walk* walk = nullptr;
    const Place* place = nullptr;
  };
  Filling filling_;
  Held list_node_;                  // of the list whose items are digested
  PyTypeObject* simple_ = nullptr;  // the last foreign type that was found to be simple
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

// The name of a kind of change.
[[nodiscard]] PyObject* name_of(const Names& names, Change change, StepKind step);

// The text of a path with one more step; None where there is no text. Empty: an exception is set.
[[nodiscard]] Ref path_after(const Names& names, PyObject* walk, const Settings& settings,
                             PyObject* path, const Host::Step& step, bool second);

}  // namespace mainstay::binding::diff
