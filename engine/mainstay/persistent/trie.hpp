// trie.hpp - the algorithms of persistent maps: find, replace, insert, erase, compare, walk.
//
// Up to kSmall entries a map is one list, in the order of insertion. Beyond, it is a hash trie of
// branches, which shrinks again. The form depends on what is in the map alone, not on how it came
// there (but for the order of lists): so equal maps are compared node by node, and what two
// versions share is skipped.
//
// Every change has two steps. find_path() looks for the key and is the only step that runs code of
// the program (`equal`; what it throws passes through). replace(), insert() or erase() then work
// along the path, from the bottom up. A node that `owner` owns is changed in place, any other is
// copied. They return what is to be let go of, for its end may run code of the program too: keep it
// until everything else is in order. If copying or memory fails nothing has changed.
//
// Knows no sizes: who holds the root counts the entries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "mainstay/persistent/host.hpp"
#include "mainstay/persistent/trie_node.hpp"

namespace mainstay::persistent {

template <class Key, class Value, class Host>
class Trie {
 public:
  using Node = TrieNode<Key, Value, Host>;
  using Entry = typename Node::Entry;
  using Root = Handle<Node>;  // empty: no entries
  using Builder = NodeBuilder<Node>;

  static constexpr unsigned kSmall = 16;
  // Levels of 5 bits in a hash of 64, and the list of those that have the same one.
  static constexpr unsigned kDeepest = (64 + kBits - 1) / kBits + 1;

  // The way from a root to where a key is or would be. Borrowed from the tree.
  struct Path {
    Node* branches[kDeepest];      // on the way, the root first
    std::uint8_t taken[kDeepest];  // which of its nodes comes next
    unsigned depth = 0;            // so many branches lie above the bottom
    Node* bottom = nullptr;        // where the key is or would be; null: the map is empty
    unsigned index = 0;            // of `entry` in the bottom, or where an entry would go
    Entry* entry = nullptr;        // at this place: the key's if `found`, another's if not
    bool found = false;
    std::uint64_t hash = 0;
  };

  // The entry of a key, or null. `equal(key of the map, query)` is asked for equal hashes only.
  template <class Query, class Equal>
  [[nodiscard]] static Entry* find(Node* node, std::uint64_t hash, const Query& query,
                                   Equal&& equal) {
    unsigned shift = 0;
    while (node != nullptr) {
      if (node->is_list()) {
        Entry* entry = node->entries();
        for (Entry* const end = entry + node->entry_bits; entry != end; ++entry) {
          if (entry->hash == hash && equal(entry->key, query)) return entry;
        }
        return nullptr;
      }
      const std::uint32_t bit = Node::bit(hash, shift);
      if ((node->entry_bits & bit) != 0) {
        Entry& entry = node->entries()[Node::index(node->entry_bits, bit)];
        return entry.hash == hash && equal(entry.key, query) ? &entry : nullptr;
      }
      if ((node->node_bits & bit) == 0) return nullptr;
      node = node->nodes()[Node::index(node->node_bits, bit)];
      shift += kBits;
    }
    return nullptr;
  }

  template <class Query, class Equal>
  static void find_path(Node* node, std::uint64_t hash, const Query& query, Equal&& equal,
                        Path& path) {
    path.hash = hash;
    path.depth = 0;
    path.entry = nullptr;
    path.found = false;
    path.index = 0;
    path.bottom = node;
    if (node == nullptr) return;
    for (unsigned shift = 0; !node->is_list(); shift += kBits) {
      const std::uint32_t bit = Node::bit(hash, shift);
      path.bottom = node;
      if ((node->node_bits & bit) == 0) {
        path.index = Node::index(node->entry_bits, bit);
        if ((node->entry_bits & bit) == 0) return;
        path.entry = node->entries() + path.index;
        path.found = path.entry->hash == hash && equal(path.entry->key, query);
        return;
      }
      path.branches[path.depth] = node;
      path.taken[path.depth] = static_cast<std::uint8_t>(Node::index(node->node_bits, bit));
      node = node->nodes()[path.taken[path.depth++]];
    }
    path.bottom = node;
    Entry* entry = node->entries();
    for (; path.index < node->entry_bits; ++path.index, ++entry) {
      if (entry->hash == hash && equal(entry->key, query)) {
        path.entry = entry;
        path.found = true;
        return;
      }
    }
  }

  // Gives the key that was found another value; `value` may be the old one afterwards.
  [[nodiscard]] static Root replace(Host& host, Owner owner, Root& root, const Path& path,
                                    Value& value) {
    Node* bottom = path.bottom;
    if (bottom->owned_by(owner)) {
      using std::swap;
      swap(path.entry->value, value);
      if (Host::traced(path.entry->value) && !Host::traced(*bottom)) {
        host.trace(bottom);
        trace_above(host, path, path.depth);
      }
      return Root{};
    }
    Builder made(host, bottom->is_list(), bottom->entry_bits, bottom->node_bits);
    made.take_nodes(bottom, 0, bottom->node_count());
    made.take_entries(bottom, 0, path.index);
    made.add(Entry{path.hash, path.entry->key, std::move(value)});
    made.take_entries(bottom, path.index + 1, bottom->entry_count());
    return climb(host, owner, root, path, path.depth, made.finish(owner));
  }

  // Adds an entry whose key was not found.
  [[nodiscard]] static Root insert(Host& host, Owner owner, Root& root, const Path& path,
                                   Entry&& entry) {
    Node* bottom = path.bottom;
    if (bottom == nullptr) {
      Builder made(host, true, 1, 0);
      made.add(std::move(entry));
      return std::exchange(root, made.finish(owner));
    }
    const bool by_move = bottom->owned_by(owner);
    const unsigned count = bottom->entry_count();
    if (bottom->is_list()) {
      if (is_full(bottom, path.depth, entry.hash)) {
        return climb(host, owner, root, path, path.depth,
                     break_up(host, owner, bottom, path.depth * kBits, std::move(entry)));
      }
      Builder made(host, true, count + 1, 0);
      made.take_entries(bottom, 0, count, by_move);
      made.add(std::move(entry));
      if (by_move) bottom->disown();
      return climb(host, owner, root, path, path.depth, made.finish(owner));
    }
    const std::uint32_t bit = Node::bit(entry.hash, path.depth * kBits);
    const unsigned nodes = bottom->node_count();
    if (path.entry == nullptr) {
      Builder made(host, false, bottom->entry_bits | bit, bottom->node_bits);
      made.take_nodes(bottom, 0, nodes, by_move);
      made.take_entries(bottom, 0, path.index, by_move);
      made.add(std::move(entry));
      made.take_entries(bottom, path.index, count, by_move);
      if (by_move) bottom->disown();
      return climb(host, owner, root, path, path.depth, made.finish(owner));
    }
    // Another key has the place: both go one level down.
    Root pair =
        pair_of(host, owner, (path.depth + 1) * kBits, Entry(*path.entry), std::move(entry));
    Builder made(host, false, bottom->entry_bits ^ bit, bottom->node_bits | bit);
    const unsigned at = Node::index(bottom->node_bits, bit);
    made.take_nodes(bottom, 0, at, by_move);
    made.add(std::move(pair));
    made.take_nodes(bottom, at, nodes, by_move);
    made.take_entries(bottom, 0, path.index, by_move);
    made.take_entries(bottom, path.index + 1, count, by_move);
    if (by_move) {
      std::destroy_at(path.entry);
      bottom->disown();
    }
    return climb(host, owner, root, path, path.depth, made.finish(owner));
  }

  // Takes the entry that was found away, from a map of `size` entries.
  [[nodiscard]] static Root erase(Host& host, Owner owner, Root& root, const Path& path,
                                  std::size_t size) {
    Node* bottom = path.bottom;
    if (size == 1) return std::exchange(root, Root{});
    if (size == kSmall + 1 && !root->is_list()) {
      Builder made(host, true, kSmall, 0);
      for_each(root.get(), [&](Entry& each) {
        if (&each != path.entry) made.add(std::as_const(each));
      });
      return std::exchange(root, made.finish(owner));
    }
    const unsigned left = bottom->entry_count() - 1;
    const unsigned nodes = bottom->node_count();
    // What would be alone in its node takes that node's place: an entry, or a list.
    if (left == 1 && nodes == 0 && path.depth > 0) {
      return lift_entry(host, owner, root, path, bottom->entries()[path.index == 0 ? 1 : 0]);
    }
    if (left == 0 && nodes == 1 && bottom->nodes()[0]->is_list()) {
      const unsigned depth = first_with_more(path);
      return climb(host, owner, root, path, depth, Root::share(bottom->nodes()[0]));
    }
    const bool list = bottom->is_list();
    const std::uint32_t bits =
        list ? left : bottom->entry_bits ^ Node::bit(path.hash, path.depth * kBits);
    Builder made(host, list, bits, bottom->node_bits);
    made.take_nodes(bottom, 0, nodes);
    made.take_entries(bottom, 0, path.index);
    made.take_entries(bottom, path.index + 1, left + 1);
    return climb(host, owner, root, path, path.depth, made.finish(owner));
  }

  // Whether two maps of one size have equal keys with equal values. Keys of equal hash are asked
  // `same_key(a, b)`, then their values `same_value(a, b)`.
  template <class SameKey, class SameValue>
  [[nodiscard]] static bool equal(Node* a, Node* b, SameKey&& same_key, SameValue&& same_value) {
    if (a == b) return true;
    if (a == nullptr || b == nullptr || a->is_list() != b->is_list()) return false;
    if (a->entry_bits != b->entry_bits || a->node_bits != b->node_bits) return false;
    const unsigned count = a->entry_count();
    if (a->is_list()) {
      for (unsigned i = 0; i < count; ++i) {
        Entry& mine = a->entries()[i];
        // Most lists were made in one order.
        Entry& other = b->entries()[i];
        Entry* theirs = other.hash == mine.hash && same_key(mine.key, other.key)
                            ? &other
                            : find(b, mine.hash, mine.key, same_key);
        if (theirs == nullptr || !same_value(mine.value, theirs->value)) return false;
      }
      return true;
    }
    for (unsigned i = 0; i < count; ++i) {
      Entry& mine = a->entries()[i];
      Entry& theirs = b->entries()[i];
      if (mine.hash != theirs.hash || !same_key(mine.key, theirs.key) ||
          !same_value(mine.value, theirs.value)) {
        return false;
      }
    }
    const unsigned nodes = a->node_count();
    for (unsigned i = 0; i < nodes; ++i) {
      if (!equal(a->nodes()[i], b->nodes()[i], same_key, same_value)) return false;
    }
    return true;
  }

  // All entries, in the order a Cursor has too.
  template <class Visit>
  static void for_each(Node* node, Visit&& visit) {
    if (node == nullptr) return;
    Entry* entry = node->entries();
    for (Entry* const end = entry + node->entry_count(); entry != end; ++entry) visit(*entry);
    const unsigned nodes = node->node_count();
    for (unsigned i = 0; i < nodes; ++i) for_each(node->nodes()[i], visit);
  }

  // Walks the entries of a root that someone else holds.
  class Cursor {
   public:
    explicit Cursor(Node* root = nullptr) noexcept {
      if (root != nullptr) enter(root);
    }
    // The next entry; null after the last.
    [[nodiscard]] Entry* next() noexcept {
      while (entry_ == end_) {
        if (depth_ == 0) return nullptr;
        Level& level = levels_[depth_ - 1];
        if (level.at == level.count) {
          --depth_;
        } else {
          enter(level.node->nodes()[level.at++]);
        }
      }
      return entry_++;
    }

   private:
    struct Level {
      Node* node;
      std::uint32_t at;
      std::uint32_t count;
    };
    void enter(Node* node) noexcept {
      levels_[depth_++] = {node, 0, node->node_count()};
      entry_ = node->entries();
      end_ = entry_ + node->entry_count();
    }
    Entry* entry_ = nullptr;
    Entry* end_ = nullptr;
    unsigned depth_ = 0;
    Level levels_[kDeepest + 1];
  };

 private:
  static void trace_above(Host& host, const Path& path, unsigned depth) noexcept {
    while (depth-- > 0 && !Host::traced(*path.branches[depth])) host.trace(path.branches[depth]);
  }

  // Puts `child` below the branch at `depth - 1` of the path, up to a new root if need be.
  [[nodiscard]] static Root climb(Host& host, Owner owner, Root& root, const Path& path,
                                  unsigned depth, Root child) {
    while (depth-- > 0) {
      Node* parent = path.branches[depth];
      const unsigned at = path.taken[depth];
      if (parent->owned_by(owner)) {
        // So are all above.
        const bool traced = Host::traced(*child.get());
        Root old = Root::steal(std::exchange(parent->nodes()[at], child.release()));
        if (traced) trace_above(host, path, depth + 1);
        return old;
      }
      Builder made(host, false, parent->entry_bits, parent->node_bits);
      made.take_nodes(parent, 0, at);
      made.add(std::move(child));
      made.take_nodes(parent, at + 1, parent->node_count());
      made.take_entries(parent, 0, parent->entry_count());
      child = made.finish(owner);
    }
    return std::exchange(root, std::move(child));
  }

  // The lowest branch above the bottom that holds anything beside the way down; 0 if there is none,
  // which means a place above the root.
  [[nodiscard]] static unsigned first_with_more(const Path& path) noexcept {
    unsigned depth = path.depth;
    while (depth > 0 && is_chain(path.branches[depth - 1])) --depth;
    return depth;
  }
  [[nodiscard]] static bool is_chain(Node* node) noexcept {
    return node->entry_bits == 0 && node->node_count() == 1;
  }

  [[nodiscard]] static Root lift_entry(Host& host, Owner owner, Root& root, const Path& path,
                                       const Entry& entry) {
    // A map of more than kSmall entries has more than this one, so some branch has.
    const unsigned depth = first_with_more(path) - 1;
    Node* parent = path.branches[depth];
    const std::uint32_t bit = Node::bit(path.hash, depth * kBits);
    const unsigned at = Node::index(parent->entry_bits, bit);
    const unsigned taken = path.taken[depth];
    Builder made(host, false, parent->entry_bits | bit, parent->node_bits ^ bit);
    made.take_nodes(parent, 0, taken);
    made.take_nodes(parent, taken + 1, parent->node_count());
    made.take_entries(parent, 0, at);
    made.add(entry);
    made.take_entries(parent, at, parent->entry_count());
    return climb(host, owner, root, path, depth, made.finish(owner));
  }

  // Whether a list cannot take an entry: a small map that becomes a large one, or another hash.
  [[nodiscard]] static bool is_full(Node* list, unsigned depth, std::uint64_t hash) noexcept {
    if (depth == 0 && list->entry_bits < kSmall) return false;
    return !has_one_hash(list) || list->entries()->hash != hash;
  }
  [[nodiscard]] static bool has_one_hash(Node* list) noexcept {
    const Entry* const entries = list->entries();
    for (unsigned i = 1; i < list->entry_bits; ++i) {
      if (entries[i].hash != entries[0].hash) return false;
    }
    return true;
  }

  // Branches with the entries of a list that is full, and one more.
  [[nodiscard]] static Root break_up(Host& host, Owner owner, Node* list, unsigned shift,
                                     Entry&& entry) {
    if (has_one_hash(list)) {
      const std::uint64_t hash = list->entries()->hash;
      return split(host, owner, shift, Root::share(list), hash, std::move(entry));
    }
    // With an owner of their own the branches are filled in place.
    const Owner filling = owner != 0 ? owner : host.new_owner();
    Builder empty(host, false, 0, 0);
    Root root = empty.finish(filling);
    Path path;
    const auto add = [&](Entry&& each) {
      find_path(root.get(), each.hash, each.key, [](auto&, auto&) { return false; }, path);
      (void)insert(host, filling, root, path, std::move(each));
    };
    for (unsigned i = 0; i < list->entry_bits; ++i) add(Entry(list->entries()[i]));
    add(std::move(entry));
    return root;
  }

  // A branch over a list of one hash and an entry of another.
  [[nodiscard]] static Root split(Host& host, Owner owner, unsigned shift, Root list,
                                  std::uint64_t hash, Entry&& entry) {
    const std::uint32_t of_list = Node::bit(hash, shift);
    const std::uint32_t of_entry = Node::bit(entry.hash, shift);
    if (of_list == of_entry) {
      return over(host, owner, of_list,
                  split(host, owner, shift + kBits, std::move(list), hash, std::move(entry)));
    }
    Builder made(host, false, of_entry, of_list);
    made.add(std::move(list));
    made.add(std::move(entry));
    return made.finish(owner);
  }

  [[nodiscard]] static Root pair_of(Host& host, Owner owner, unsigned shift, Entry&& a, Entry&& b) {
    if (a.hash == b.hash) {
      Builder made(host, true, 2, 0);
      made.add(std::move(a));
      made.add(std::move(b));
      return made.finish(owner);
    }
    const std::uint32_t of_a = Node::bit(a.hash, shift);
    const std::uint32_t of_b = Node::bit(b.hash, shift);
    if (of_a == of_b) {
      return over(host, owner, of_a,
                  pair_of(host, owner, shift + kBits, std::move(a), std::move(b)));
    }
    Builder made(host, false, of_a | of_b, 0);
    made.add(std::move(of_a < of_b ? a : b));
    made.add(std::move(of_a < of_b ? b : a));
    return made.finish(owner);
  }

  [[nodiscard]] static Root over(Host& host, Owner owner, std::uint32_t bit, Root below) {
    Builder made(host, false, 0, bit);
    made.add(std::move(below));
    return made.finish(owner);
  }
};

}  // namespace mainstay::persistent
