// cache.cpp - values that outlive the process, expire, and change together or not at all.
//
// prints: again: Ada.*gone: yes.*kept after a rollback: Ada
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <mainstay/cache/cache.hpp>

namespace cache = mainstay::cache;

namespace {

// The value of a key at a time, or what is to be said instead.
std::string value_of(const cache::Store& store, const cache::Key& key, double now) {
  cache::Reading reading;
  const auto found = store.read(key, reading);
  if (!found) return found.error().message;
  return *found && !reading->expired(now) ? std::string(reading->value.bytes) : "nothing";
}

int run(const std::string& folder) {
  const auto key = cache::text_key("user:1"), brief = cache::text_key("token");
  {
    auto store = cache::Store::open(folder);
    if (!store) return std::printf("%s\n", store.error().message.c_str()), 1;
    auto hold = store->hold();
    if (!hold || !hold->put(key, {.value = {0, "Ada"}, .now = 1.0})) return 1;
    if (!hold->put(brief, {.value = {0, "secret"}, .expires = 10.0, .now = 1.0})) return 1;
  }
  auto store = cache::Store::open(folder);  // as another process would, later
  if (!store) return 1;
  std::printf("again: %s\n", value_of(*store, key, 20.0).c_str());
  std::printf("gone: %s\n", value_of(*store, brief, 20.0) == "nothing" ? "yes" : "no");
  {
    auto hold = store->hold();
    if (!hold || !hold->begin()) return 1;
    if (!hold->put(key, {.value = {0, "Bob"}, .now = 21.0})) return 1;
  }  // let go without commit()
  std::printf("kept after a rollback: %s\n", value_of(*store, key, 22.0).c_str());
  return 0;
}

}  // namespace

int main() {
  std::string folder = (std::filesystem::temp_directory_path() / "mainstay-cache-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return 1;
  const int code = run(folder);
  std::filesystem::remove_all(folder);
  return code;
}
