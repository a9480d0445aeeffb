// ancestors.hpp - the identities on the way from the root to a node; is one of them met again?
#pragma once

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <vector>

namespace mainstay::diff::detail {

class Ancestors {
 public:
  void push(const void* identity) {
    path_.push_back(identity);
    if (path_.size() <= kFew) return;
    if (path_.size() == kFew + 1) {
      for (const void* each : path_) ++counts_[each];
    } else {
      ++counts_[identity];
    }
  }

  void pop() {
    if (path_.size() == kFew + 1) {
      counts_.clear();
    } else if (path_.size() > kFew) {
      const auto found = counts_.find(path_.back());
      if (--found->second == 0) counts_.erase(found);
    }
    path_.pop_back();
  }

  [[nodiscard]] bool contains(const void* identity) const {
    if (path_.size() > kFew) return counts_.contains(identity);
    return std::find(path_.begin(), path_.end(), identity) != path_.end();
  }

 private:
  static constexpr std::size_t kFew = 32;  // so many are looked through; more are counted too

  std::vector<const void*> path_;
  std::unordered_map<const void*, std::size_t> counts_;
};

}  // namespace mainstay::diff::detail
