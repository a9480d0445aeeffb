// map.hpp - persistent::map and persistent::set: every change makes a new one and leaves the old.
//
//   persistent::map<std::string, int> ages;
//   const auto more = ages.set("ann", 31).set("bob", 42);   // `ages` is still empty
//   if (const int* age = more.find("ann")) ...
//   auto many = more.transient();                            // for many changes at once
//   for (int i = 0; i < 1000; ++i) many.set(std::to_string(i), i);
//   const auto done = many.persistent();
//
// Copies cost nothing and share; find and set cost a few steps at any size. Up to 16 entries are in
// the order of insertion, more in one that only the hashes decide. Maps and sets may be read and
// copied by many threads at once; a transient belongs to one. What hash, equality or copies of keys
// and values throw passes through, and changes nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <utility>

#include "mainstay/persistent/host.hpp"
#include "mainstay/persistent/trie.hpp"

namespace mainstay::persistent {

namespace detail {

struct Nothing {
  friend bool operator==(Nothing, Nothing) = default;
};

// What map, set and their transients have in common: a root, a count, and the two steps of a
// change.
template <class Key, class Value, class Hash, class Equal>
class Entries {
 public:
  using Trie = persistent::Trie<Key, Value, Heap>;
  using Entry = typename Trie::Entry;

  Entries() noexcept = default;
  Entries(const Entries&) noexcept = default;
  Entries(Entries&& other) noexcept
      : root_(std::move(other.root_)), size_(std::exchange(other.size_, 0)) {}
  ~Entries() = default;
  Entries& operator=(Entries other) noexcept {
    std::swap(root_, other.root_);
    std::swap(size_, other.size_);
    return *this;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  [[nodiscard]] Entry* find(const Key& key) const {
    return Trie::find(root_.get(), Hash{}(key), key, Equal{});
  }

  // Whether the map is another one now; `same(old value)` says that it need not be.
  template <class Same>
  bool set(Owner owner, const Key& key, Value value, Same&& same) {
    typename Trie::Path path;
    Trie::find_path(root_.get(), Hash{}(key), key, Equal{}, path);
    Heap heap;
    if (!path.found) {
      const auto old =
          Trie::insert(heap, owner, root_, path, Entry{path.hash, key, std::move(value)});
      ++size_;
      return true;
    }
    if (same(std::as_const(path.entry->value))) return false;
    const auto old = Trie::replace(heap, owner, root_, path, value);
    return true;
  }

  bool erase(Owner owner, const Key& key) {
    typename Trie::Path path;
    Trie::find_path(root_.get(), Hash{}(key), key, Equal{}, path);
    if (!path.found) return false;
    Heap heap;
    const auto old = Trie::erase(heap, owner, root_, path, size_);
    --size_;
    return true;
  }

  template <class Same>
  [[nodiscard]] bool equal(const Entries& other, Same&& same) const {
    return size_ == other.size_ && Trie::equal(root_.get(), other.root_.get(), Equal{}, same);
  }

  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Entry;
    using difference_type = std::ptrdiff_t;
    using pointer = const Entry*;
    using reference = const Entry&;

    iterator() noexcept = default;
    explicit iterator(const Entries& entries) noexcept : cursor_(entries.root_.get()) { ++*this; }
    [[nodiscard]] reference operator*() const noexcept { return *entry_; }
    [[nodiscard]] pointer operator->() const noexcept { return entry_; }
    iterator& operator++() noexcept {
      entry_ = cursor_.next();
      return *this;
    }
    iterator operator++(int) noexcept { return std::exchange(*this, ++iterator(*this)); }
    // Only the end can be compared with.
    friend bool operator==(const iterator& a, const iterator& b) noexcept {
      return a.entry_ == b.entry_;
    }

   private:
    typename Trie::Cursor cursor_;
    const Entry* entry_ = nullptr;
  };

 private:
  typename Trie::Root root_;
  std::size_t size_ = 0;
};

}  // namespace detail

template <class Key, class Value, class Hash = std::hash<Key>, class Equal = std::equal_to<Key>>
class map {
  using Entries = detail::Entries<Key, Value, Hash, Equal>;

 public:
  using key_type = Key;
  using mapped_type = Value;
  using value_type = typename Entries::Entry;  // with .key and .value
  using const_iterator = typename Entries::iterator;
  class transient_type;

  map() noexcept = default;
  map(std::initializer_list<std::pair<Key, Value>> pairs) {
    const Owner owner = Heap{}.new_owner();
    for (const auto& [key, value] : pairs) put(owner, key, value);
  }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] bool contains(const Key& key) const { return entries_.find(key) != nullptr; }

  // The value of a key, or null; it lives as long as a map that has it.
  [[nodiscard]] const Value* find(const Key& key) const {
    const auto* entry = entries_.find(key);
    return entry == nullptr ? nullptr : &entry->value;
  }

  [[nodiscard]] map set(const Key& key, Value value) const {
    map changed(*this);
    changed.put(0, key, std::move(value));
    return changed;
  }
  // Without the key; this very map when it has none.
  [[nodiscard]] map erase(const Key& key) const {
    map changed(*this);
    changed.entries_.erase(0, key);
    return changed;
  }
  [[nodiscard]] transient_type transient() const { return transient_type(*this); }

  [[nodiscard]] const_iterator begin() const noexcept { return const_iterator(entries_); }
  [[nodiscard]] const_iterator end() const noexcept { return const_iterator(); }

  // What the two share is not looked at: versions of one map compare in the time of their changes.
  friend bool operator==(const map& a, const map& b) {
    return a.entries_.equal(b.entries_, std::equal_to<Value>{});
  }

 private:
  void put(Owner owner, const Key& key, Value value) {
    entries_.set(owner, key, std::move(value), [](const Value&) { return false; });
  }
  Entries entries_;
};

// A map that is being changed, in place where it can. Not to be shared by threads.
template <class Key, class Value, class Hash, class Equal>
class map<Key, Value, Hash, Equal>::transient_type {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return map_.size(); }
  [[nodiscard]] const Value* find(const Key& key) const { return map_.find(key); }
  void set(const Key& key, Value value) { map_.put(owner_, key, std::move(value)); }
  bool erase(const Key& key) { return map_.entries_.erase(owner_, key); }
  // The map as it is now. The transient can be changed further; the map will not see it.
  [[nodiscard]] map persistent() {
    owner_ = Heap{}.new_owner();
    return map_;
  }

  transient_type(transient_type&&) noexcept = default;

 private:
  friend class map;
  explicit transient_type(map from) : map_(std::move(from)) {}
  map map_;
  Owner owner_ = Heap{}.new_owner();
};

template <class Key, class Hash = std::hash<Key>, class Equal = std::equal_to<Key>>
class set {
  using Entries = detail::Entries<Key, detail::Nothing, Hash, Equal>;

 public:
  using value_type = Key;
  class transient_type;
  class const_iterator : public Entries::iterator {
   public:
    using value_type = Key;
    using pointer = const Key*;
    using reference = const Key&;
    using Entries::iterator::iterator;
    [[nodiscard]] reference operator*() const noexcept {
      return Entries::iterator::operator*().key;
    }
    [[nodiscard]] pointer operator->() const noexcept { return &**this; }
    const_iterator& operator++() noexcept {
      Entries::iterator::operator++();
      return *this;
    }
    const_iterator operator++(int) noexcept {
      return std::exchange(*this, ++const_iterator(*this));
    }
  };

  set() noexcept = default;
  set(std::initializer_list<Key> keys) {
    const Owner owner = Heap{}.new_owner();
    for (const auto& key : keys) put(owner, key);
  }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] bool contains(const Key& key) const { return entries_.find(key) != nullptr; }
  [[nodiscard]] set insert(const Key& key) const {
    set changed(*this);
    changed.put(0, key);
    return changed;
  }
  [[nodiscard]] set erase(const Key& key) const {
    set changed(*this);
    changed.entries_.erase(0, key);
    return changed;
  }
  [[nodiscard]] transient_type transient() const { return transient_type(*this); }
  [[nodiscard]] const_iterator begin() const noexcept { return const_iterator(entries_); }
  [[nodiscard]] const_iterator end() const noexcept { return const_iterator(); }

  friend bool operator==(const set& a, const set& b) {
    return a.entries_.equal(b.entries_, std::equal_to<detail::Nothing>{});
  }

 private:
  bool put(Owner owner, const Key& key) {
    return entries_.set(owner, key, {}, [](detail::Nothing) { return true; });
  }
  Entries entries_;
};

template <class Key, class Hash, class Equal>
class set<Key, Hash, Equal>::transient_type {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return set_.size(); }
  [[nodiscard]] bool contains(const Key& key) const { return set_.contains(key); }
  bool insert(const Key& key) { return set_.put(owner_, key); }
  bool erase(const Key& key) { return set_.entries_.erase(owner_, key); }
  [[nodiscard]] set persistent() {
    owner_ = Heap{}.new_owner();
    return set_;
  }

  transient_type(transient_type&&) noexcept = default;

 private:
  friend class set;
  explicit transient_type(set from) : set_(std::move(from)) {}
  set set_;
  Owner owner_ = Heap{}.new_owner();
};

}  // namespace mainstay::persistent
