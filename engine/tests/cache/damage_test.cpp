// damage_test.cpp - flipped and torn bytes anywhere in the files of a closed store, and in the log
// and index of an open one: what is answered is what was stored, or that it is not there.
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>

#include "cache/support.hpp"
#include "mainstay/cache/detail/layout.hpp"

namespace mainstay::cache::testing {
namespace {

namespace fs = std::filesystem;

const std::map<std::string, std::string>& stored() {
  static const std::map<std::string, std::string> all = [] {
    std::map<std::string, std::string> made;
    for (int i = 0; i < 24; ++i) {
      made["key " + std::to_string(i)] =
          std::to_string(i) + std::string(static_cast<std::size_t>(i) * 40, 'v');
    }
    made["file"] = std::string(40000, 'f');
    return made;
  }();
  return all;
}

// A closed store of those, with a past: each was something else before, and some were erased.
void fill(const Folder& folder) {
  Store store = open(folder);
  for (const char* const past : {"a", "bb", "ccc"}) {
    for (const auto& [key, value] : stored()) put(store, key, past);
  }
  for (int i = 0; i < 9; ++i) erase(store, "key " + std::to_string(i));
  for (const auto& [key, bytes] : stored()) {
    if (key == "file") {
      ValueFile file = must(store.new_value_file());
      must(file.append(bytes));
      put(store, text_key(key), {.now = 1, .file = &file});
    } else {
      put(store, key, bytes);
    }
  }
  must(store.sync());
}

// How many answers are missing; a wrong one is a failure.
std::size_t missing(const Store& store, const std::string& where) {
  std::size_t count = 0;
  Reading reading;
  for (const auto& [key, value] : stored()) {
    const auto found = store.read(text_key(key), reading);
    if (!found || !*found) {
      ++count;
      continue;
    }
    const auto content = store.content(reading.view());
    if (!content) {
      ++count;
    } else {
      EXPECT_TRUE(*content == value) << key << " was changed by " << where;
    }
  }
  return count;
}

// It opens with nothing but right answers, or is refused in words; what is put then is there.
void try_it(const Folder& folder, const std::string& where) {
  auto store = Store::open(folder.path());
  if (!store) {
    EXPECT_FALSE(store.error().message.empty()) << where;
    return;
  }
  (void)missing(*store, where);
  Hold hold = must(store->hold());
  hold.walk(0, ~std::uint64_t{0}, false, [&](const View& item) {
    const auto at = stored().find(std::string(item.key.bytes));
    if (at == stored().end()) {
      ADD_FAILURE() << "a key that was never stored, after " << where;
    } else if (!item.own_file) {
      EXPECT_TRUE(item.value.bytes == at->second) << at->first << " was changed by " << where;
    }
    return true;
  });
  must(hold.put(text_key("new"), value("new")));
  hold.release();
  EXPECT_EQ(get(*store, text_key("new")), "new") << where;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

template <class T>
T read_at(const std::string& bytes, std::size_t at) {
  T number{};
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

// Where the last record ends: in the segment with the highest number.
std::size_t end_of(const std::string& log) {
  std::uint64_t highest = 0;
  std::size_t end = 0;
  for (std::uint32_t i = 0; detail::segment_offset(i + 1) <= log.size(); ++i) {
    std::size_t at = detail::segment_offset(i);
    if (read_at<std::uint64_t>(log, at + 8) <= highest) continue;
    highest = read_at<std::uint64_t>(log, at + 8);
    auto lsn = read_at<std::uint64_t>(log, at + 16);
    for (at += detail::kSegmentHeader; read_at<std::uint64_t>(log, at + 8) == lsn; ++lsn) {
      end = at + read_at<std::uint32_t>(log, at + 16);
      at = (end + 7) / 8 * 8;
    }
  }
  return end;
}

class Damage : public ::testing::TestWithParam<const char*> {
 protected:
  // Copies of one store; a copy's derived files are made anew, unless they are written in place.
  static const Folder& original() {
    static const Folder folder;
    if (fs::is_empty(folder.path())) fill(folder);
    return folder;
  }
  static std::string file_of(const Folder& folder) {
    if (std::string_view(GetParam()) != "value") return folder / GetParam();
    return fs::directory_iterator(folder / "values")->path().string();
  }
};

TEST_P(Damage, FlippedBytesOfAClosedStoreChangeNoAnswer) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 100; ++round) {
    const Folder folder;
    fs::copy(original().path(), folder.path(), fs::copy_options::recursive);
    {
      const Store store = open(folder);
    }  // its own derived files, summed up at the close
    const std::string path = file_of(folder);
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    const auto size = fs::file_size(path);
    // Near the beginning every other time: most of the files is empty.
    const auto at = static_cast<std::streamoff>(
        random() % (round % 2 == 0 ? std::min<std::uint64_t>(size, 16384) : size));
    file.seekg(at);
    const auto byte = static_cast<char>(file.get() ^ (1 << random() % 8));
    file.seekp(at);
    file.put(byte);
    file.close();
    try_it(folder, std::string(GetParam()) + " flipped at " + std::to_string(at));
  }
}

TEST_P(Damage, TornFilesOfAClosedStoreChangeNoAnswer) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 40; ++round) {
    const Folder folder;
    fs::copy(original().path(), folder.path(), fs::copy_options::recursive);
    {
      const Store store = open(folder);
    }
    const std::string path = file_of(folder);
    std::string bytes = content_of(path);
    const std::size_t at = random() % std::min<std::size_t>(bytes.size(), 65536) / 8 * 8;
    switch (round % 4) {
      case 0: bytes.resize(at); break;
      case 1: bytes.replace(at, std::string::npos, bytes.size() - at, '\0'); break;
      case 2: bytes.replace(at, 512, 512, '\0'); break;
      default: bytes.replace(at, 512, bytes.substr(bytes.size() / 3 / 512 * 512, 512)); break;
    }
    std::ofstream(path, std::ios::binary) << bytes;
    try_it(folder, std::string(GetParam()) + " torn at " + std::to_string(at));
  }
}

TEST(DamageOfAClosedStore, WhatWasLostStaysLostWhenLessIsKnown) {
  for (const std::size_t before : {0u, 64u, 3000u, 9000u}) {
    const Folder folder;
    fill(folder);
    {
      Store store = open(folder);  // on into other segments, and the values are old ones
      for (int i = 0; i < 60; ++i) put(store, "key 0", std::string(2000, 'o'));
      for (const auto& [key, bytes] : stored()) {
        if (key != "file") put(store, key, "old");
      }
      for (int i = 0; i < 20; ++i) put(store, "other", std::string(500, 'o'));
      for (const auto& [key, bytes] : stored()) {
        if (key != "file") put(store, key, bytes);
      }
    }
    std::string log = content_of(folder / "store.log");
    const std::size_t end = end_of(log);
    log.replace(end - 100, 101, 101, '\0');  // the last record, so that all is made anew
    log.replace(end - before - 100, 16, 16, '\0');
    std::ofstream(folder / "store.log", std::ios::binary) << log;
    {
      Store store = open(folder);
      (void)missing(store, "a hole");
      put(store, "new", "new");
      must(store.sync());
    }
    fs::remove(folder / "store.derived");
    const Store again = open(folder);
    (void)missing(again, "a hole, and what was put after it");
    EXPECT_EQ(get(again, text_key("new")), "new");
  }
}

INSTANTIATE_TEST_SUITE_P(All, Damage,
                         ::testing::Values("store.log", "store.super", "store.derived",
                                           "store.index", "value"),
                         [](const auto& which) {
                           std::string name = which.param;
                           std::erase(name, '.');
                           return name;
                         });

TEST(DamageOfAnOpenStore, FlippedBytesOfTheLogAreNeverAnswered) {
  const Folder folder;
  fill(folder);
  const Store store = open(folder);
  std::fstream log(folder / "store.log", std::ios::binary | std::ios::in | std::ios::out);
  std::string bytes = content_of(folder / "store.log");
  bytes.resize(detail::kFirstSegment);
  for (std::size_t at = 64; at < bytes.size(); at += 7) {
    if (bytes[at] == 0) continue;
    log.seekp(static_cast<std::streamoff>(at));
    log.put(static_cast<char>(bytes[at] ^ 4)).flush();
    (void)missing(store, "the log flipped at " + std::to_string(at));
    log.seekp(static_cast<std::streamoff>(at));
    log.put(bytes[at]).flush();
  }
  EXPECT_EQ(missing(store, "nothing"), 0);
}

TEST(DamageOfAnOpenStore, FlippedWordsOfTheIndexAreNeverAnswered) {
  const Folder folder;
  fill(folder);
  const Store store = open(folder);
  const std::string bytes = content_of(folder / "store.index");
  std::fstream index(folder / "store.index", std::ios::binary | std::ios::in | std::ios::out);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (bytes[at] == 0) continue;
    index.seekp(static_cast<std::streamoff>(at));
    index.put(static_cast<char>(bytes[at] ^ (1 << at % 8))).flush();
    (void)missing(store, "the index flipped at " + std::to_string(at));
    index.seekp(static_cast<std::streamoff>(at));
    index.put(bytes[at]).flush();
  }
  EXPECT_EQ(missing(store, "nothing"), 0);
}

}  // namespace
}  // namespace mainstay::cache::testing
