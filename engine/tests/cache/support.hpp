// support.hpp - a folder that goes away, and short words for what tests do to a store.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "mainstay/cache/cache.hpp"

namespace mainstay::cache::testing {

class Folder {
 public:
  Folder() {
    std::string path = (std::filesystem::temp_directory_path() / "mainstay-cache-XXXXXX").string();
    path_ = mkdtemp(path.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

template <class T>
T must(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().message;
    std::abort();
  }
  return *std::move(result);
}
inline void must(const Result<void>& result) {
  if (!result) {
    ADD_FAILURE() << result.error().message;
    std::abort();
  }
}

inline Store open(const Folder& folder, const Options& options = {}) {
  return must(Store::open(folder.path(), options));
}

inline Put value(std::string_view bytes, double now = 0) {
  return {.value = {1, bytes}, .now = now};
}

inline void put(Store& store, const Key& key, const Put& what) {
  Hold hold = must(store.hold());
  must(hold.put(key, what));
  hold.release();
  must(store.settle(0));
}
inline void put(Store& store, std::string_view key, std::string_view bytes, double now = 0) {
  put(store, text_key(key), value(bytes, now));
}
inline bool erase(Store& store, std::string_view key) {
  Hold hold = must(store.hold());
  const bool was_there = must(hold.erase(text_key(key)));
  hold.release();
  must(store.settle(0));
  return was_there;
}

inline std::optional<std::string> get(const Store& store, const Key& key) {
  Reading reading;
  if (!must(store.read(key, reading))) return {};
  auto content = store.content(reading.view());
  return content ? std::optional(*std::move(content)) : std::nullopt;
}
inline std::optional<std::string> get(const Store& store, std::string_view key) {
  return get(store, text_key(key));
}

// All items, by key.
inline std::map<std::string, std::string> items(Store& store) {
  std::map<std::string, std::string> all;
  const Hold hold = must(store.hold());
  hold.walk(0, ~std::uint64_t{0}, false, [&](const View& item) {
    all[std::string(item.key.bytes)] = must(store.content(item));
    return true;
  });
  return all;
}

// Puts a value that is in a file of its own.
inline void put_file(Store& store, Hold& hold, std::string_view key, std::string_view bytes) {
  ValueFile file = must(store.new_value_file());
  must(file.append(bytes));
  must(hold.put(text_key(key), {.value = {1, {}}, .file = &file}));
}

inline std::size_t value_files(const Folder& folder) {
  std::error_code none;
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "values", none)) {
    count += entry.is_regular_file();
  }
  return count;
}

inline std::vector<std::string> wrong(Store& store) {
  Hold hold = must(store.hold());
  return must(hold.inspect(false));
}

// A store that has lost everything but its log: derived state is made anew at the next opening.
inline void forget_derived(const Folder& folder) { ::unlink((folder / "store.derived").c_str()); }

}  // namespace mainstay::cache::testing
