// vector.hpp - persistent::vector: every change makes a new one and leaves the old.
//
//   const persistent::vector<int> numbers{1, 2, 3};
//   const auto more = numbers.push_back(4).set(0, 10);       // `numbers` is still 1, 2, 3
//   const auto all = more + more.slice(1, 3);                // slices and sums: O(log n)
//   auto many = all.transient();                             // for many changes at once
//   for (int i = 0; i < 1000; ++i) many.push_back(i);
//   const auto done = many.persistent();
//
// Copies cost nothing and share. Vectors may be read and copied by many threads at once; a
// transient belongs to one. As with std::vector an index must be in range. What copies of elements
// throw passes through, and changes nothing.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <utility>

#include "mainstay/persistent/host.hpp"
#include "mainstay/persistent/tree.hpp"
#include "mainstay/persistent/tree_cut.hpp"
#include "mainstay/persistent/tree_join.hpp"

namespace mainstay::persistent {

template <class T>
class vector {
  using Tree = persistent::Tree<T, Heap>;

 public:
  using value_type = T;
  class transient_type;
  class const_iterator;

  vector() noexcept = default;
  vector(std::initializer_list<T> elements) : vector(elements.begin(), elements.end()) {}
  template <std::forward_iterator Iterator>
  vector(Iterator first, Iterator last) {
    Heap heap;
    tree_.append_many(heap, static_cast<std::size_t>(std::distance(first, last)),
                      [&]() -> decltype(auto) { return *first++; });
  }

  [[nodiscard]] std::size_t size() const noexcept { return tree_.size(); }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return tree_.at(i); }
  [[nodiscard]] const T& front() const noexcept { return tree_.at(0); }
  [[nodiscard]] const T& back() const noexcept { return tree_.at(size() - 1); }

  [[nodiscard]] vector push_back(T value) const {
    return changed([&](Tree& tree, Heap& heap) { (void)tree.append(heap, 0, std::move(value)); });
  }
  [[nodiscard]] vector set(std::size_t i, T value) const {
    return changed([&](Tree& tree, Heap& heap) { (void)tree.set(heap, 0, i, value); });
  }
  // Before the element `i`; at the end when `i` is size().
  [[nodiscard]] vector insert(std::size_t i, T value) const {
    return changed([&](Tree& tree, Heap& heap) { tree.insert(heap, i, std::move(value)); });
  }
  [[nodiscard]] vector erase(std::size_t i) const { return erase(i, i + 1); }
  // Without [first, last), cut to what is there.
  [[nodiscard]] vector erase(std::size_t first, std::size_t last) const {
    if (first >= size() || first >= last) return *this;
    return changed([&](Tree& tree, Heap& heap) { tree.erase(heap, first, last); });
  }
  // [first, last), cut to what is there.
  [[nodiscard]] vector slice(std::size_t first, std::size_t last) const {
    return changed([&](Tree& tree, Heap& heap) {
      tree.keep_first(heap, first < last ? last : first);
      tree.drop_first(heap, first);
    });
  }
  friend vector operator+(const vector& a, const vector& b) {
    return a.changed([&](Tree& tree, Heap& heap) { tree.join(heap, b.tree_); });
  }
  [[nodiscard]] transient_type transient() const { return transient_type(tree_); }

  [[nodiscard]] const_iterator begin() const noexcept { return const_iterator(tree_, 0); }
  [[nodiscard]] const_iterator end() const noexcept { return const_iterator(tree_, size()); }

  // The elements in runs of up to 32, the fastest way over all of them: visit(pointer, count).
  template <class Visit>
  void for_each_run(Visit&& visit) const {
    tree_.for_each_run([&](auto run) { visit(static_cast<const T*>(run.first), run.count); });
  }

  // What the two share is not looked at: versions of one vector compare in the time of their
  // changes.
  friend bool operator==(const vector& a, const vector& b) {
    return a.size() == b.size() && a.tree_.equal(b.tree_, std::equal_to<T>{});
  }

 private:
  explicit vector(Tree tree) noexcept : tree_(std::move(tree)) {}
  template <class Change>
  [[nodiscard]] vector changed(Change&& change) const {
    Tree tree(tree_);
    Heap heap;
    change(tree, heap);
    return vector(std::move(tree));
  }
  Tree tree_;
};

// Valid as long as the vector it is of, or any that shares the elements.
template <class T>
class vector<T>::const_iterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = T;
  using difference_type = std::ptrdiff_t;
  using pointer = const T*;
  using reference = const T&;

  const_iterator() noexcept = default;
  [[nodiscard]] reference operator*() const noexcept { return *run_.first; }
  [[nodiscard]] pointer operator->() const noexcept { return run_.first; }
  const_iterator& operator++() noexcept {
    ++run_.first;
    ++at_;
    if (--run_.count == 0 && at_ < tree_->size()) run_ = tree_->run_at(at_);
    return *this;
  }
  const_iterator operator++(int) noexcept {
    const_iterator before(*this);
    ++*this;
    return before;
  }
  friend bool operator==(const const_iterator& a, const const_iterator& b) noexcept {
    return a.at_ == b.at_;
  }

 private:
  friend class vector;
  const_iterator(const Tree& tree, std::size_t at) noexcept : tree_(&tree), at_(at) {
    if (at < tree.size()) run_ = tree.run_at(at);
  }
  const Tree* tree_ = nullptr;
  std::size_t at_ = 0;
  typename Tree::Run run_{};
};

// A vector that is being changed, in place where it can. Not to be shared by threads.
template <class T>
class vector<T>::transient_type {
 public:
  transient_type(transient_type&&) noexcept = default;
  [[nodiscard]] std::size_t size() const noexcept { return tree_.size(); }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return tree_.at(i); }
  void push_back(T value) {
    Heap heap;
    (void)tree_.append(heap, owner_, std::move(value));
  }
  void set(std::size_t i, T value) {
    Heap heap;
    (void)tree_.set(heap, owner_, i, value);
  }
  // The vector as it is now. The transient can be changed further; the vector will not see it.
  [[nodiscard]] vector persistent() {
    owner_ = Heap{}.new_owner();
    return vector(tree_);
  }

 private:
  friend class vector;
  explicit transient_type(Tree tree) noexcept : tree_(std::move(tree)) {}
  Tree tree_;
  Owner owner_ = Heap{}.new_owner();
};

}  // namespace mainstay::persistent
