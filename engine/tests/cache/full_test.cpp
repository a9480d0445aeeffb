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

TEST(FullDisk, RefusesSetsInWordsAndDeletesEveryItemForGood) {
  const Folder folder;
  Store store = open(folder);
  std::mt19937 random(7);
  std::vector<std::string> keys;
  const FileLimit limit(128 << 10);
  std::string refused;
  for (int n = 0; refused.empty(); ++n) {
    const std::string key = "key " + std::to_string(n);
    const std::string bytes(random() % 900, 'v');
    Hold hold = must(store.hold());
    if (auto done = hold.put(text_key(key), value(bytes)); !done) {
      refused = done.error().message;
    } else {
      keys.push_back(key);
    }
  }
  EXPECT_NE(refused.find("ulimit -f"), std::string::npos) << refused;

  std::shuffle(keys.begin(), keys.end(), random);
  for (std::size_t left = keys.size(); left-- > 0;) {
    EXPECT_TRUE(erase(store, keys[left])) << left;
    ASSERT_EQ(items(store).size(), left);
    ASSERT_EQ(items_of_a_copy(folder), left);
  }
  put(store, "there is room again", std::string(900, 'v'));
  EXPECT_TRUE(wrong(store).empty());
}

}  // namespace
}  // namespace mainstay::cache::testing
