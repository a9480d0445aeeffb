// walk.hpp - two trees side by side; what differs becomes events.
//
// A template over a host: a NodeView with the questions of WalkHost. Keeps its own stack, so trees
// may be of any depth; allocates nothing for nodes that are equal. What an operation of the host
// changes in the trees meanwhile is seen or not, but never harms. One thread at a time.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "mainstay/base/node_view.hpp"
#include "mainstay/diff/cache.hpp"
#include "mainstay/diff/detail/ancestors.hpp"
#include "mainstay/diff/events.hpp"
#include "mainstay/diff/measure.hpp"
#include "mainstay/diff/options.hpp"
#include "mainstay/diff/pairing.hpp"

namespace mainstay::diff {

template <class Host>
class Walk;

// The items of two lists, and whether their order counts.
enum class Order : std::uint8_t { by_options, counts, ignored };

// What the walk asks of its host beyond looking at nodes. All that return bool answer false when
// they failed, unless it says otherwise. More groups are asked only of hosts that have them:
//   has_operators() and operators(walk, a, b, step, taken): whether a pair is taken out of our
//     hands, before anything is asked of it; the nodes may be replaced
//     seen(walk, event): which changes there are, at once
//   tuned(on): the cache of distances was turned on or off
//   cleans_keys(), clean_keys(walk, place, keys_a, keys_b) and union_size(walk, place, keys, size):
//     keys that stand for other keys, as mappings; how many of the keys of both count
//   filling(walk, place) and filled(): whose items are measured until then
//   digests_items() and digest_item(walk, place, at, item, measure): what items are known by
//   knows_distances() and pair_distance(to, from, numbers, far, known)
//   same_keys(a, b): whether two mappings of one size have the same keys in one order, told at once
//   has_keys() and item_key(item, key), which answers a Found: what items of lists are matched by
template <class H>
concept WalkHost =
    NodeView<H> &&
    requires(H& host, const typename H::Node& node, const typename H::Key& key, bool& answer,
             typename H::Node& child, std::uint64_t& hash, double& distance, Measure& measure,
             Walk<H>& walk, const Step<H>& step, std::vector<Fingerprint>& parts) {
      { host.hidden(key) } -> std::same_as<bool>;  // whether such entries are left out
      // A pair one of which is `other`, or that differs in type, or scalars that are not equal:
      // reports, or enters, by itself.
      { host.other(walk, node, node, step) } -> std::same_as<bool>;
      { host.retyped(walk, node, node, step) } -> std::same_as<bool>;
      { host.unequal(walk, node, node, step) } -> std::same_as<bool>;
      // Whether lists are given to other() too.
      { host.asks_lists() } -> std::same_as<bool>;
      // Whether the walk has nothing to do with this place: it is not entered, not reported.
      { host.left_out(walk, node, node, step, true, answer) } -> std::same_as<bool>;
      // For lists of simple items: is one simple; a number for equal ones; are two equal.
      { host.simple(node, answer) } -> std::same_as<bool>;
      { host.hash(node, hash) } -> std::same_as<bool>;
      { host.same_item(node, node, answer) } -> std::same_as<bool>;
      // Numbers: 0 when it is none, or one that is not treated as such; else 1 for integers, more
      // for others, the same for those that may be compared without a walk.
      { host.number_type(node) } -> std::same_as<int>;
      { host.number(node, distance) } -> std::same_as<bool>;
      // A distance where one is `other`; `answer`: there is one.
      { host.other_distance(node, node, distance, answer) } -> std::same_as<bool>;
      // What a scalar or `other`, or an event of the host's, adds to the length of a difference;
      // entries that add nothing; whether the second's type makes the second out of the first.
      { host.scalar_length(node, hash) } -> std::same_as<bool>;
      { host.foreign_length(std::uint32_t{}, hash) } -> std::same_as<bool>;
      { host.internal(key) } -> std::same_as<bool>;
      { host.converts(node, node, answer) } -> std::same_as<bool>;
      { host.words(node, parts) } -> std::same_as<bool>;  // what a text consists of
      // A walk inside of this one, and one more level of recursion, for as long as it lives; false
      // when that failed.
      { static_cast<bool>(typename H::Descent(host, walk, node, node)) };
      // A limit was reached for the first time.
      { host.limit_reached(answer) } -> std::same_as<bool>;
      { host.go_on() } -> std::same_as<bool>;  // asked now and then in long work
    };

template <class Host>
class Walk {
 public:
  using Node = typename Host::Node;
  using Key = typename Host::Key;
  using Step = diff::Step<Host>;

  // Two nodes and how they were reached. Their children are those of in_a and in_b, which the host
  // may have made of them.
  struct Place {
    Node a, b;
    Step step;
    Node in_a, in_b;
  };

  // Options and statistics outlive the walk.
  Walk(Host& host, const Options& options, Statistics& statistics)
      : host_(host),
        options_(options),
        statistics_(statistics),
        cache_(std::make_shared<DistanceCache>(options)),
        walked_(std::make_shared<typename decltype(walked_)::element_type>()) {}

  // False when the host failed. What was found is in events().
  bool run(const Node& a, const Node& b) { return visit(a, b, Step{}) && finish(); }

  [[nodiscard]] Events<Host>& events() noexcept { return events_; }

  // The rest is for hosts, in the midst of a walk.

  bool report(Change change, const Node& a, const Node& b, const Step& step,
              std::uint32_t extra = kNone);

  // What the host has reported in its own way.
  void report_foreign(std::uint32_t number);

  // Goes on with a pair of one kind as if the host had nothing to say to it.
  bool go_on(const Node& a, const Node& b, const Step& step);

  // Opens nodes; what is below them is compared later. `whole`: mappings with little in common
  // are one change. `aligned`: lists of simple items may be described by opcodes.
  bool enter_mapping(Place place, StepKind entries = StepKind::entry, bool whole = true);
  bool enter_sequence(Place place, Order order = Order::by_options, bool aligned = true,
                      std::uint8_t relation = 0);
  bool enter_set(const Place& place);
  // Lists whose items have keys, empty nodes for those that have none. Items of one key are
  // compared wherever they stand. Where a key comes several times, the first are paired with the
  // first, and so are items without a key among themselves; the rest was added or removed.
  bool enter_keyed(const Place& place, const std::vector<Node>& keys_a,
                   const std::vector<Node>& keys_b, std::uint8_t relation = 0);

  // A pair of children, or a child without a partner, as the host has matched them.
  struct Pair {
    Node a, b;
    Step step;
    bool moved = false;  // is reported as such, and then compared; paths flip from here on
    bool row = false;    // only a list, whose items are in_a's and in_b's: not counted, not asked
    Node in_a{}, in_b{};
  };
  bool enter_pairs(const Place& place, std::vector<Pair> pairs);

  // How many nodes are open. What is opened next stands for the same node as the innermost one.
  [[nodiscard]] std::size_t open_count() const noexcept { return stack_.size(); }
  void open_again() noexcept { again_ = true; }

  // The innermost open node; its step may be written to. Null when none is open.
  [[nodiscard]] Place* innermost() noexcept {
    return stack_.empty() ? nullptr : &stack_.back().place;
  }
  // The way to it, from the root: f(place), which answers whether to go on.
  template <class F>
  void each_open(F f) {
    for (Frame& frame : stack_) {
      if (!frame.again && !f(frame.place)) return;
    }
  }

  // The trail entry of the innermost open node, made when it is not there yet.
  [[nodiscard]] std::uint32_t trail();

 private:
  enum class Way : std::uint8_t {
    parallel,   // mappings whose keys come in one order
    entries,    // the entries both mappings have
    positions,  // sequences, position by position
    actions,    // pairs of items, and items without a partner
  };

  struct Entry {
    Key key;
    Node a, b;
  };
  struct Action {
    Pair pair;
    bool counts = true;   // the first of its item
    bool checks = false;  // cycles are left out
    std::uint32_t repetition = kNone;
  };

  struct Frame {
    Way way;
    Place place;
    bool again = false;  // the same node as in the frame below
    bool flips = false;
    StepKind children = StepKind::entry;
    std::uint8_t relation = 0;
    std::uint32_t trail = kNone;
    typename Host::Cursor cursor_a{}, cursor_b{};
    std::size_t at = 0;
    std::vector<Entry> entries{};
    std::vector<Action> actions{};
  };

  // Equal items have equal numbers, counted in the order in which they came.
  struct Numbering {
    struct Known {
      Node item;
      std::uint64_t hash;
    };
    std::vector<Known> known;
    std::vector<std::uint32_t> slots = std::vector<std::uint32_t>(16);
  };

  // Items of a list that are alike, in the order in which the first of each came.
  struct Bag {
    struct Kind {
      Fingerprint fingerprint;
      Node item;
      std::uint64_t weight;
      std::uint32_t first, last, count;
    };
    std::vector<Kind> kinds;
    std::vector<std::uint32_t> next;  // the next position of the same kind
    std::unordered_map<Fingerprint, std::uint32_t, HashOfFingerprint> numbers;  // of kinds

    [[nodiscard]] std::uint32_t find(const Fingerprint& fingerprint) const {
      const auto found = numbers.find(fingerprint);
      return found == numbers.end() ? kNone : found->second;
    }
    void add(const Measure& measure, const Node& item);
    void leave_out() { next.push_back(kNone); }
    [[nodiscard]] std::vector<std::uint32_t> positions(const Kind& kind) const;
  };
  using Numbers = std::vector<std::uint32_t>;

  // A distance whose walk measured others: lists in lists would be walked twice in each level.
  struct Walked {
    Node a, b;
    double far;
    Statistics spent;
  };
  static constexpr std::size_t kMostWalked = 65'536;

  // Counts one comparison; false when no more are allowed.
  [[nodiscard]] bool count(bool& failed);
  bool visit(const Node& a, const Node& b, const Step& step);
  bool visit_asked(const Node& a, const Node& b, const Step& step);
  bool finish(std::size_t depth = 0);
  bool advance(bool& over);
  Frame& push(Way way, Place place);
  void pop();
  bool compared_as_whole(const Place& place, bool& done);
  [[nodiscard]] Step step_to_item(std::uint32_t a, std::uint32_t b) const;

  bool keys_run_parallel(const Place& place, bool& parallel);
  bool match_keys(const Place& place, std::vector<Entry>& common, std::vector<Entry>& added,
                  std::vector<Entry>& removed);
  bool match_clean_keys(const Place& place, std::vector<Entry>& common, std::vector<Entry>& added,
                        std::vector<Entry>& removed);
  bool count_keys(const Place& place, const std::vector<Entry>& common,
                  const std::vector<Entry>& added, const std::vector<Entry>& removed,
                  std::size_t& count);
  bool advance_parallel(bool& over);
  bool advance_entries(bool& over);

  bool advance_positions(bool& over);
  bool all_simple(const Node& node, bool& simple);
  bool number_of(const Node& item, Numbering& numbering, std::uint32_t& number);
  bool number_all(const Node& list, Numbering& numbering, Numbers& numbers);
  bool all_same(const Node& a, const Node& b, bool& same);
  bool simple_lists(const Place& place, std::uint8_t relation);
  bool one_sided_range(const Node& list, std::uint32_t from, std::uint32_t to, bool added);
  bool pair_range(const Place& place, const Opcode& code);
  bool pair_at(const Place& place, std::uint32_t at_a, std::uint32_t a_end, std::uint32_t at_b,
               std::uint32_t b_end, bool& over);

  bool keys_of(const Node& list, std::vector<Node>& keys, bool& any);

  bool fill(const Place& place, const Node& list, Bag& bag);
  bool enter_unordered(const Place& place, std::uint8_t relation);
  bool pairs_of(const Bag& a, const Bag& b, const Numbers& added, const Numbers& removed,
                Numbers& partner);
  bool parts_of(const Node& node, std::vector<Fingerprint>& parts);
  bool advance_actions(bool& over);
  int numbers_of(const Bag& bag, const Numbers& kinds);
  bool distance(const typename Bag::Kind& a, const typename Bag::Kind& b, bool numbers,
                double& far);
  bool walk_distance(const typename Bag::Kind& a, const typename Bag::Kind& b, double& far);
  [[nodiscard]] bool remembers() const;
  bool spend(const Statistics& spent);
  bool seen(std::size_t from);
  bool direct_distance(const Node& a, const Node& b, double& far, bool& known);
  bool length_of_events(std::uint64_t& length);
  bool length_of(const Node& root, std::uint64_t& length);
  void forget();

  Host& host_;
  const Options& options_;
  Statistics& statistics_;
  Events<Host> events_;
  std::vector<Frame> stack_;
  detail::Ancestors ancestors_;
  bool again_ = false;
  std::shared_ptr<DistanceCache> cache_;  // shared with nested walks, as what follows
  std::shared_ptr<std::map<std::pair<const void*, const void*>, Walked>> walked_;
  std::unique_ptr<Walk> nested_;  // for distances
  bool is_nested_ = false;
  bool deferred_ = false;  // events may still be given up
};

// What was removed and what was added at the same position of one list becomes a changed value, as
// reports for people show it. Not for patches: in an aligned list the two positions are not one.
template <class Host>
void merge_added_and_removed(Events<Host>& found);

}  // namespace mainstay::diff

#include "mainstay/diff/detail/walk_core.hpp"       // IWYU pragma: export
#include "mainstay/diff/detail/walk_keyed.hpp"      // IWYU pragma: export
#include "mainstay/diff/detail/walk_ordered.hpp"    // IWYU pragma: export
#include "mainstay/diff/detail/walk_unordered.hpp"  // IWYU pragma: export
