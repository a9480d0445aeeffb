// cache.cpp - bytes as the log of a store, as its superblocks and as keys, held to their promises:
// a folder opens with what can be read of it, or is refused; never a signal, a hang or a key that
// does not check. The first byte says what, and whether sums are made right, so that what is behind
// them is met too.
#include "mainstay/cache/cache.hpp"

#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "mainstay/cache/detail/record.hpp"
#include "target.hpp"

namespace {

using namespace mainstay::cache;
namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// A small store, closed; the files of the next try are made from its own.
struct Original {
  Original() {
    std::string path = (fs::temp_directory_path() / "mainstay-fuzz-XXXXXX").string();
    folder = mkdtemp(path.data());
    {
      auto store = Store::open(folder.string());
      for (const char* const key : {"a", "b", "c", "a"}) {
        MAINSTAY_HOLDS(store->hold()->put(text_key(key), {.value = {1, key}, .now = 1}));
      }
      MAINSTAY_HOLDS(store->sync());
    }
    log = content_of(folder / "store.log");
    super = content_of(folder / "store.super");
  }
  ~Original() { fs::remove_all(folder); }

  fs::path folder;
  std::string log;
  std::string super;
};

// Numbers and sums of the records from `at` on, as far as their lengths lead.
void make_right(std::string& log, std::size_t at) {
  std::uint64_t lsn = 0;
  std::uint32_t chain = 0;
  std::size_t place = detail::kSegmentHeader;
  while (place + sizeof(detail::Header) <= detail::kFirstSegment) {
    detail::Header header;
    std::memcpy(&header, log.data() + place, sizeof header);
    if (!header.fits(detail::kFirstSegment - place)) return;
    if (place >= at) {
      header.lsn = lsn + 1;
      header.chain = chain;
      std::memcpy(log.data() + place, &header, sizeof header);
      header.crc = detail::crc32c(log.data() + place + 4, header.total() - 4);
      std::memcpy(log.data() + place, &header.crc, sizeof header.crc);
    }
    lsn = header.lsn;
    chain = header.crc;
    place += header.total();
  }
}

void open_with(const std::string& log, const std::string& super, const fs::path& folder) {
  fs::remove(folder / "store.derived");
  std::ofstream(folder / "store.log", std::ios::binary) << log;
  std::ofstream(folder / "store.super", std::ios::binary) << super;
  auto store = Store::open(folder.string());
  if (!store) {
    MAINSTAY_HOLDS(!store.error().message.empty());
    return;
  }
  auto hold = store->hold();
  MAINSTAY_HOLDS(hold);
  std::size_t items = 0;
  hold->walk(0, ~std::uint64_t{0}, false, [&](const View& item) {
    MAINSTAY_HOLDS(item.key.bytes.size() + item.value.bytes.size() < log.size());
    (void)hold->find(item.key);
    return ++items < 10000;
  });
  (void)hold->lowest();
  (void)hold->expire(1e300, 3);
  MAINSTAY_HOLDS(hold->inspect(true));
  MAINSTAY_HOLDS(hold->put(text_key("new"), {.value = {1, "value"}, .now = 2}));
  hold->release();
  Reading reading;
  const auto there = store->read(text_key("new"), reading);
  MAINSTAY_HOLDS(there && *there && reading->value.bytes == "value");
}

void number(std::string_view bytes) {
  if (bytes.size() < NumberKey::kSize) return;
  const std::string_view key = bytes.substr(0, NumberKey::kSize);
  (void)float_of(key);
  const std::int64_t whole = integer_of(key);
  MAINSTAY_HOLDS(integer_of(Key(NumberKey(whole)).bytes) == whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Original original;
  if (size < 3) return 0;
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 3, size - 3};
  std::string log = original.log;
  std::string super = original.super;
  // Behind the header of the log and its first record.
  const std::size_t at =
      detail::kSegmentHeader + (data[1] | std::size_t{data[2]} << 8) % 512 / 8 * 8;
  switch (data[0] % 4) {
    case 0: log.replace(at, bytes.size(), bytes); break;
    case 1:
      log.replace(at, bytes.size(), bytes);
      make_right(log, at);
      break;
    case 2: super.replace(at % 256, bytes.size(), bytes); break;
    default: number(bytes); return 0;
  }
  open_with(log, super, original.folder);
  return 0;
}
