// full_test.cpp - a log that may not grow: what is refused, and what never is.
//
// A limit on the size of files stands for the full disk; faults/full.cpp has real ones.
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <random>
#include <vector>

#include "cache/support.hpp"

namespace mainstay::cache::testing {
namespace {

// No file of this process can become larger, until the end of the block.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;
  ~FileLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

// How many items the store has when all that is derived is made anew from its log.
std::size_t items_of_a_copy(const Folder& folder) {
  const Folder copy;
  std::filesystem::copy(folder.path(), copy.path(), std::filesystem::copy_options::recursive);
  Store store = open(copy);
  return items(store).size();
}

// Puts small items until one is refused; why it was.
std::string fill_up(Store& store, std::vector<std::string>& keys) {
  for (;;) {
    const std::string key = std::to_string(store.stats().lsn);
    Hold hold = must(store.hold());
    if (auto done = hold.put(text_key(key), value(std::string(keys.size() % 90, 'v'))); !done) {
      return done.error().message;
    }
    keys.push_back(key);
  }
}

TEST(FullDisk, RefusesSetsInWordsAndDeletesEveryItemForGood) {
  const Folder folder;
  Store store = open(folder);
  std::mt19937 random(7);
  std::vector<std::string> keys;
  const FileLimit limit(128 << 10);
  for (int round = 0; round < 3; ++round) {
    const std::string refused = fill_up(store, keys);
    EXPECT_NE(refused.find("ulimit -f"), std::string::npos) << refused;
    std::shuffle(keys.begin(), keys.end(), random);
    std::uint64_t durable = 0;
    while (!keys.empty()) {
      ASSERT_TRUE(erase(store, keys.back()));
      keys.pop_back();
      // Segments are cleaned and freed first, and the item may move.
      const bool is_freed = store.stats().durable_lsn != durable;
      durable = store.stats().durable_lsn;
      if (!is_freed) continue;
      ASSERT_EQ(items_of_a_copy(folder), keys.size());
    }
    EXPECT_EQ(items_of_a_copy(folder), 0u);
  }
  EXPECT_TRUE(wrong(store).empty());
}

}  // namespace
}  // namespace mainstay::cache::testing
