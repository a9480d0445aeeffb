// indexed_set.hpp - unique items in order of addition, found by hash and by index.
//
// Items lie in one array. A removed item leaves a hole; holes are counted in a tree over words of
// 64 places, so finding the place of an index and the index of a place costs O(log n). When more
// than one place in eight is a hole, all are closed. Removing many at once is one pass. One thread
// at a time; items whose comparison changes the set are allowed.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "mainstay/bolts/hash_index.hpp"

namespace mainstay::bolts {

// Which places of an array are holes, with counts. Places are added at the end.
class Holes {
 public:
  void add_place() {
    if (places_ % 64 == 0) {
      words_.push_back(0);
      // Fenwick: a new node covers words that may have holes already.
      const std::size_t node = words_.size();
      std::uint32_t sum = 0;
      for (std::size_t below = 1; below < (node & (~node + 1)); below <<= 1) {
        sum += tree_[node - below - 1];
      }
      tree_.push_back(sum);
    }
    ++places_;
  }

  // Precondition: `place` is no hole.
  void dig(std::size_t place) noexcept {
    words_[place / 64] |= std::uint64_t{1} << (place % 64);
    for (std::size_t node = place / 64 + 1; node <= tree_.size(); node += node & (~node + 1)) {
      ++tree_[node - 1];
    }
    ++holes_;
  }

  // The last place is taken away.
  void drop_last() noexcept {
    --places_;
    const std::uint64_t bit = std::uint64_t{1} << (places_ % 64);
    if ((words_.back() & bit) != 0) {
      words_.back() &= ~bit;
      for (std::size_t node = words_.size(); node <= tree_.size(); node += node & (~node + 1)) {
        --tree_[node - 1];
      }
      --holes_;
    }
    if (places_ % 64 == 0) {
      words_.pop_back();
      tree_.pop_back();
    }
  }

  [[nodiscard]] bool is_hole(std::size_t place) const noexcept {
    return (words_[place / 64] >> (place % 64) & 1) != 0;
  }
  [[nodiscard]] std::size_t count() const noexcept { return holes_; }

  // How many holes there are before a place.
  [[nodiscard]] std::size_t before(std::size_t place) const noexcept {
    if (holes_ == 0) return 0;
    const std::size_t word = place / 64;
    std::size_t sum = 0;
    for (std::size_t node = word; node > 0; node &= node - 1) sum += tree_[node - 1];
    const std::uint64_t below = (std::uint64_t{1} << (place % 64)) - 1;
    if (below == 0) return sum;
    return sum + static_cast<std::size_t>(std::popcount(words_[word] & below));
  }

  // The place that has `index` filled places before it. Precondition: there is one.
  [[nodiscard]] std::size_t place_of(std::size_t index) const noexcept {
    if (holes_ == 0) return index;
    std::size_t node = 0;
    for (std::size_t step = std::bit_floor(tree_.size()); step > 0; step >>= 1) {
      if (node + step > tree_.size()) continue;
      const std::size_t filled = step * 64 - tree_[node + step - 1];
      if (filled <= index) {
        node += step;
        index -= filled;
      }
    }
    std::uint64_t filled = ~words_[node];
    for (; index > 0; --index) filled &= filled - 1;
    return node * 64 + static_cast<std::size_t>(std::countr_zero(filled));
  }

 private:
  std::vector<std::uint64_t> words_;
  std::vector<std::uint32_t> tree_;  // Fenwick: holes in a range of words that ends here
  std::size_t places_ = 0;
  std::size_t holes_ = 0;
};

template <class Item, class Items = StdKeys<Item>>
class IndexedSet {
 public:
  // One place; a hole has no item.
  struct Place {
    std::optional<Item> item;
    std::uint64_t hash = 0;
  };

  [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }
  [[nodiscard]] const std::vector<Place>& places() const noexcept { return places_; }
  [[nodiscard]] const Holes& holes() const noexcept { return holes_; }

  // Changes when the set does.
  [[nodiscard]] std::uint64_t version() const noexcept { return index_.version(); }

  // Where an item is, or kNoSlot. A place is valid until the set is changed.
  [[nodiscard]] Slot find(const Item& item) const { return find(item, Items::hash(item)); }

  [[nodiscard]] bool contains(const Item& item) const { return find(item) != kNoSlot; }

  // Whether the item is new.
  bool add(Item item) {
    const std::uint64_t hash = Items::hash(item);
    if (find(item, hash) != kNoSlot) return false;
    places_.push_back({std::move(item), hash});
    holes_.add_place();
    index_.insert(hash, static_cast<Slot>(places_.size() - 1));
    return true;
  }

  // Precondition: index < size().
  [[nodiscard]] const Item& at(std::size_t index) const noexcept {
    return *places_[holes_.place_of(index)].item;
  }
  [[nodiscard]] Slot place_of(std::size_t index) const noexcept {
    return static_cast<Slot>(holes_.place_of(index));
  }
  [[nodiscard]] std::size_t index_of(Slot place) const noexcept {
    return place - holes_.before(place);
  }

  // Removes what is at a place and hands it back.
  [[nodiscard]] Item remove(Slot place) {
    Place& gone = places_[place];
    index_.erase(gone.hash, place);
    Item item = std::move(*gone.item);
    gone.item.reset();
    holes_.dig(place);
    if (holes_.count() * kPlacesPerHole > places_.size()) {
      close_holes();
    } else {
      while (!places_.empty() && !places_.back().item) {
        places_.pop_back();
        holes_.drop_last();
      }
    }
    return item;
  }

  // Everything is forgotten; what was in it is handed back.
  [[nodiscard]] std::vector<Place> take_all() noexcept {
    index_.clear();
    holes_ = Holes{};
    return std::exchange(places_, {});
  }

 private:
  static constexpr std::size_t kPlacesPerHole = 8;

  [[nodiscard]] Slot find(const Item& item, std::uint64_t hash) const {
    return index_.find(hash, [&](Slot slot) { return Items::equal(*places_[slot].item, item); });
  }

  void close_holes() {
    std::size_t filled = 0;
    holes_ = Holes{};
    for (std::size_t at = 0; at < places_.size(); ++at) {
      if (!places_[at].item) continue;
      if (at != filled) {
        index_.renumber(places_[at].hash, static_cast<Slot>(at), static_cast<Slot>(filled));
        places_[filled] = std::move(places_[at]);
      }
      ++filled;
      holes_.add_place();
    }
    places_.erase(places_.begin() + static_cast<std::ptrdiff_t>(filled), places_.end());
  }

  std::vector<Place> places_;
  Holes holes_;
  HashIndex index_;
};

}  // namespace mainstay::bolts
