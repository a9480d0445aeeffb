// store_test.cpp - one store, one thread: items, orders, eviction, batches, files, opening again.
#include "mainstay/cache/store.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <random>

#include "cache/support.hpp"
#include "mainstay/cache/detail/machine.hpp"

namespace mainstay::cache {
namespace {

using testing::erase;
using testing::Folder;
using testing::get;
using testing::items;
using testing::must;
using testing::open;
using testing::put;
using testing::put_file;
using testing::value;
using testing::value_files;
using testing::wrong;

using Texts = std::vector<std::string>;

Texts in_order(const Hold& hold, bool down = false) {
  Texts keys;
  hold.walk(0, ~std::uint64_t{0}, down, [&](const View& item) {
    keys.emplace_back(item.key.bytes);
    return true;
  });
  return keys;
}

TEST(Store, GivesBackWhatWasPut) {
  const Folder folder;
  Store store = open(folder);
  Hold hold = must(store.hold());
  must(hold.put(text_key("key"),
                {.value = {7, "value"}, .tag = {3, "tag"}, .expires = 50.5, .now = 20}));
  hold.release();

  Reading reading;
  ASSERT_TRUE(must(store.read(text_key("key"), reading)));
  const View& item = reading.view();
  EXPECT_EQ(item.value.bytes, "value");
  EXPECT_EQ(item.value.kind, 7);
  EXPECT_EQ(item.tag, (Tag{3, "tag"}));
  EXPECT_EQ(item.expires, 50.5);
  EXPECT_EQ(item.stored, 20);
  EXPECT_TRUE(item.expired(50.5));
  EXPECT_FALSE(item.expired(50));
  EXPECT_FALSE(must(store.read(bytes_key("key"), reading))) << "another kind is another key";
}

TEST(Store, KeepsRankAndFormOfAnOverwrittenKeyAndForgetsThemWithIt) {
  const Folder folder;
  Store store = open(folder);
  put(store, NumberKey(1.0), value("a"));
  put(store, "other", "b");
  put(store, NumberKey(std::int64_t{1}), value("c"));
  {
    const Hold hold = must(store.hold());
    EXPECT_EQ(hold.first()->key.form, 1);
    EXPECT_EQ(hold.first()->value.bytes, "c");
  }
  Hold hold = must(store.hold());
  must(hold.erase(NumberKey(1.0)));
  must(hold.put(NumberKey(std::int64_t{1}), value("d")));
  EXPECT_EQ(hold.last()->key.form, 0);
  EXPECT_EQ(hold.last()->value.bytes, "d");
}

TEST(Store, AgreesWithAMapOverManyChanges) {
  const Folder folder;
  std::map<std::string, std::string> model;
  std::mt19937 random(11);
  for (int round = 0; round < 4; ++round) {
    Store store = open(folder);
    ASSERT_EQ(items(store), model) << "after opening again, round " << round;
    for (int i = 0; i < 3000; ++i) {
      const std::string key = "key" + std::to_string(random() % 400);
      const std::string bytes(random() % 300, static_cast<char>('a' + random() % 26));
      if (random() % 3 != 0) {
        put(store, key, bytes);
        model[key] = bytes;
      } else {
        EXPECT_EQ(erase(store, key), model.erase(key) > 0);
      }
      const auto found = model.find(key);
      EXPECT_EQ(get(store, key),
                found == model.end() ? std::nullopt : std::optional(found->second));
    }
    Hold hold = must(store.hold());
    EXPECT_EQ(must(hold.inspect(false)), Texts{});
    Texts sorted;
    for (auto item = hold.lowest(); item;
         item = hold.beyond(text_key(sorted.back()), false, false)) {
      sorted.emplace_back(item->key.bytes);
    }
    Texts wanted;
    for (const auto& [key, bytes] : model) wanted.push_back(key);
    EXPECT_EQ(sorted, wanted);
    hold.release();
    if (round == 1) testing::forget_derived(folder);
  }
}

TEST(Store, ListsByInsertionAndByKeyBothWays) {
  const Folder folder;
  Store store = open(folder);
  for (const char* key : {"c", "a", "d", "b"}) put(store, key, "x");
  put(store, "a", "y");
  erase(store, "d");
  put(store, "d", "z");
  Hold hold = must(store.hold());
  EXPECT_EQ(in_order(hold), (Texts{"c", "a", "b", "d"}));
  EXPECT_EQ(in_order(hold, true), (Texts{"d", "b", "a", "c"}));
  EXPECT_EQ(hold.lowest()->key.bytes, "a");
  EXPECT_EQ(hold.highest()->key.bytes, "d");
  EXPECT_EQ(hold.beyond(text_key("b"), false, false)->key.bytes, "c");
  EXPECT_EQ(hold.beyond(text_key("b"), true, true)->key.bytes, "b");
  EXPECT_EQ(hold.beyond(text_key("b"), false, true)->key.bytes, "a");
  EXPECT_FALSE(hold.beyond(text_key("d"), false, false));
}

TEST(Store, HidesSettings) {
  const Folder folder;
  Store store = open(folder);
  put(store, {kSettingKey, 0, "limit"}, value("1000"));
  Hold hold = must(store.hold());
  EXPECT_EQ(hold.stats().items, 0u);
  EXPECT_FALSE(hold.first());
  EXPECT_FALSE(hold.lowest());
  EXPECT_EQ(must(hold.clear(10)), 0u);
  EXPECT_EQ(hold.find({kSettingKey, 0, "limit"})->value.bytes, "1000");
}

TEST(Store, TouchingChangesOnlyTheExpiry) {
  const Folder folder;
  Store store = open(folder);
  Hold hold = must(store.hold());
  must(hold.put(text_key("a"), {.value = {1, "v"}, .tag = {2, "t"}, .expires = 5.0, .now = 3}));
  EXPECT_TRUE(must(hold.touch(text_key("a"), {})));
  EXPECT_FALSE(must(hold.touch(text_key("b"), 1.0)));
  const View item = *hold.find(text_key("a"));
  EXPECT_EQ(item.expires, std::nullopt);
  EXPECT_EQ(item.tag, (Tag{2, "t"}));
  EXPECT_EQ(item.stored, 3);
  EXPECT_EQ(must(hold.expire(1e9, 10)), 0u);
}

TEST(Store, ExpiresTheOldestFirstUpToALimit) {
  const Folder folder;
  Store store = open(folder);
  Hold hold = must(store.hold());
  for (int i = 0; i < 20; ++i) {
    must(hold.put(NumberKey(std::int64_t{i}), {.value = {1, "v"}, .expires = 100.0 - i}));
  }
  must(hold.touch(NumberKey(std::int64_t{19}), 200.0));  // later
  must(hold.touch(NumberKey(std::int64_t{0}), 1.0));     // earlier
  EXPECT_EQ(hold.next_expiry(), 1.0);
  EXPECT_EQ(must(hold.expire(90, 4)), 4u);
  for (const int gone : {0, 18, 17, 16}) EXPECT_FALSE(hold.find(NumberKey(std::int64_t{gone})));
  EXPECT_EQ(must(hold.expire(90, 100)), 5u) << "15 to 11: those that expire at 90 do not yet";
  EXPECT_TRUE(hold.find(NumberKey(std::int64_t{19})));
  EXPECT_EQ(must(hold.inspect(false)), Texts{});
}

TEST(Store, EvictsExactlyByEachPolicy) {
  const Folder folder;
  Store store = open(folder);
  for (int i = 0; i < 5; ++i) put(store, NumberKey(std::int64_t{i}), value("v", 10 + i));
  put(store, NumberKey(std::int64_t{0}), value("w", 20));  // stored last
  Reading reading;
  const auto use = [&](std::int64_t key, double at) {
    must(store.read(NumberKey(key), reading, Policy::least_frequently_used, at));
  };
  for (const std::int64_t key : {1, 1, 1, 2, 2, 3, 0, 0, 0, 0})
    use(key, 30 + static_cast<double>(key));
  use(4, 50);
  const auto evict = [&](Policy policy) {
    Hold hold = must(store.hold());
    const Texts before = in_order(hold);
    EXPECT_EQ(must(hold.evict(policy, 1)), 1u);
    const Texts after = in_order(hold);
    for (const std::string& key : before) {
      if (std::find(after.begin(), after.end(), key) == after.end()) return integer_of(key);
    }
    return std::int64_t{-1};
  };
  EXPECT_EQ(evict(Policy::least_recently_stored), 1) << "0 was stored again later";
  EXPECT_EQ(evict(Policy::least_recently_used), 0) << "used at 30";
  EXPECT_EQ(evict(Policy::least_frequently_used), 3) << "once, as 4, which is younger";
  EXPECT_EQ(evict(Policy::least_frequently_used), 4);
  Hold hold = must(store.hold());
  EXPECT_EQ(must(hold.evict(Policy::none, 5)), 0u);
  EXPECT_EQ(must(hold.evict(Policy::least_recently_used, 5, hold.first()->rank)), 0u) << "kept";
  EXPECT_EQ(must(hold.inspect(false)), Texts{});
}

TEST(Store, ErasesATagInSteps) {
  const Folder folder;
  Store store = open(folder);
  Hold hold = must(store.hold());
  for (int i = 0; i < 10; ++i) {
    must(hold.put(NumberKey(std::int64_t{i}),
                  {.value = {1, "v"}, .tag = {2, i % 2 == 0 ? "even" : "odd"}}));
  }
  std::uint64_t after = 0;
  EXPECT_EQ(must(hold.erase_tag({2, "odd"}, after, 3)), 3u);
  EXPECT_NE(after, 0u);
  EXPECT_EQ(must(hold.erase_tag({2, "odd"}, after, 3)), 2u);
  EXPECT_EQ(after, 0u);
  EXPECT_EQ(hold.stats().items, 5u);
  EXPECT_EQ(must(hold.clear(3)), 3u);
  EXPECT_EQ(must(hold.clear(3)), 2u);
}

TEST(Store, IsAQueueAtBothEnds) {
  const Folder folder;
  Store store = open(folder);
  Hold hold = must(store.hold());
  for (std::int64_t i = 0; i < 2000; ++i) {
    must(hold.put(NumberKey(500000000000000 + i), value("x")));
    if (i % 2 == 0) {
      const auto first = hold.lowest();
      EXPECT_EQ(integer_of(first->key.bytes), 500000000000000 + i / 2);
      const NumberKey key(integer_of(first->key.bytes));
      must(hold.erase(key));
    }
  }
  EXPECT_EQ(hold.stats().items, 1000u);
  EXPECT_EQ(must(hold.inspect(false)), Texts{});
}

TEST(Batch, IsSeenByItsHolderAndByOthersOnceCommitted) {
  const Folder folder;
  Store store = open(folder);
  put(store, "kept", "1");
  put(store, "gone", "2");
  Hold hold = must(store.hold());
  must(hold.begin());
  must(hold.put(text_key("kept"), value("3")));
  must(hold.erase(text_key("gone")));
  must(hold.put(text_key("new"), value("4")));
  EXPECT_EQ(hold.find(text_key("kept"))->value.bytes, "3");
  EXPECT_FALSE(hold.find(text_key("gone")));
  EXPECT_EQ(in_order(hold), (Texts{"kept", "new"}));
  EXPECT_EQ(get(store, "kept"), "1");
  EXPECT_EQ(get(store, "gone"), "2");
  EXPECT_EQ(get(store, "new"), std::nullopt);
  EXPECT_EQ(store.stats().items, 2u);
  must(hold.commit());
  EXPECT_EQ(get(store, "kept"), "3");
  EXPECT_EQ(get(store, "gone"), std::nullopt);
  EXPECT_EQ(get(store, "new"), "4");
  EXPECT_EQ(must(hold.inspect(false)), Texts{});
}

TEST(Batch, RolledBackLeavesEverythingAsItWas) {
  const Folder folder;
  Store store = open(folder);
  std::mt19937 random(5);
  for (int i = 0; i < 200; ++i) {
    Hold hold = must(store.hold());
    must(hold.put(
        NumberKey(std::int64_t{i}),
        {.value = {1, std::to_string(i)}, .tag = {2, "t"}, .expires = 100.0 + i, .now = 1.0 * i}));
    must(hold.evict(Policy::least_recently_stored, 0));
    (void)hold.lowest();  // all orders are kept from here on
  }
  for (int round = 0; round < 30; ++round) {
    const auto before = items(store);
    Hold hold = must(store.hold());
    const Texts order = in_order(hold);
    must(hold.begin());
    for (int i = 0; i < 100; ++i) {
      const NumberKey key(static_cast<std::int64_t>(random() % 250));
      const auto now = static_cast<double>(random() % 500);
      if (random() % 2 == 0) {
        must(hold.erase(key));
      } else {
        must(hold.put(key, {.value = {1, "batch"}, .expires = now, .now = now}));
      }
    }
    hold.roll_back();
    EXPECT_EQ(in_order(hold), order);
    EXPECT_EQ(must(hold.inspect(false)), Texts{});
    hold.release();
    ASSERT_EQ(items(store), before);
    put(store, NumberKey(static_cast<std::int64_t>(random() % 250)), value("between"));
  }
}

TEST(Batch, LargerThanASegmentComesBackFromTheLog) {
  const Folder folder;
  const std::string bytes(3000, 'x');
  {
    Store store = open(folder);
    Hold hold = must(store.hold());
    must(hold.begin());
    for (std::int64_t i = 0; i < 500; ++i) must(hold.put(NumberKey(i), value(bytes)));
    for (std::int64_t i = 0; i < 500; i += 3) must(hold.erase(NumberKey(i)));
    must(hold.commit());
    must(hold.begin());
    must(hold.clear(1000));
  }  // never committed
  testing::forget_derived(folder);
  Store store = open(folder);
  EXPECT_EQ(store.stats().items, 333u);
  EXPECT_EQ(get(store, NumberKey(std::int64_t{1})), bytes);
  EXPECT_EQ(wrong(store), Texts{});
}

TEST(ValueFile, IsThereWhileItsItemIs) {
  const Folder folder;
  Store store = open(folder);
  const std::string large(100000, 'L');
  Hold hold = must(store.hold());
  put_file(store, hold, "a", large);
  put_file(store, hold, "b", large);
  EXPECT_EQ(get(store, "a"), large);
  EXPECT_EQ(value_files(folder), 2u);
  EXPECT_EQ(hold.stats().file_bytes, 200000u);
  must(hold.put(text_key("a"), value("small")));
  must(hold.erase(text_key("b")));
  hold.release();
  must(store.settle(0));
  EXPECT_EQ(value_files(folder), 0u);
  EXPECT_FALSE(std::filesystem::exists(folder / "values"));
  EXPECT_EQ(get(store, "a"), "small");
  EXPECT_EQ(wrong(store), Texts{});
}

TEST(ValueFile, OfABatchThatIsRolledBackGoesAndTheOneItReplacedStays) {
  const Folder folder;
  Store store = open(folder);
  const std::string old(50000, 'o');
  Hold hold = must(store.hold());
  put_file(store, hold, "a", old);
  put_file(store, hold, "b", old);
  must(hold.begin());
  put_file(store, hold, "a", "new one");
  put_file(store, hold, "a", "newer one");
  must(hold.erase(text_key("b")));
  put_file(store, hold, "b", "again");
  put_file(store, hold, "c", "other");
  hold.roll_back();
  EXPECT_EQ(must(hold.inspect(false)), Texts{});
  hold.release();
  must(store.settle(0));
  EXPECT_EQ(get(store, "a"), old);
  EXPECT_EQ(get(store, "b"), old);
  EXPECT_EQ(get(store, "c"), std::nullopt);
  EXPECT_EQ(value_files(folder), 2u);
}

TEST(ValueFile, ThatIsMissingOrChangedIsAnErrorAndCheckedOut) {
  const Folder folder;
  Store store = open(folder);
  {
    Hold hold = must(store.hold());
    put_file(store, hold, "missing", std::string(40000, 'm'));
    put_file(store, hold, "changed", std::string(40000, 'c'));
  }
  Reading reading;
  must(store.read(text_key("missing"), reading));
  std::filesystem::remove(store.path_of(reading->file));
  EXPECT_EQ(store.content(reading.view()).error().code, ErrorCode::not_found);
  must(store.read(text_key("changed"), reading));
  std::fstream(store.path_of(reading->file), std::ios::in | std::ios::out).put('x');
  EXPECT_EQ(store.content(reading.view()).error().code, ErrorCode::corrupt_data);
  Hold hold = must(store.hold());
  EXPECT_EQ(must(hold.inspect(true)).size(), 2u);
  EXPECT_EQ(hold.stats().items, 0u);
  EXPECT_EQ(must(hold.inspect(false)), Texts{});
}

TEST(ForeignFile, IsNamedWhenItsItemIsDropped) {
  const Folder folder;
  Store store = open(folder);
  Hold hold = must(store.hold());
  const auto foreign = [](std::string_view name) {
    return Put{.value = {1, name}, .foreign = FileRef{.size = 10}};
  };
  must(hold.put(text_key("a"), foreign("first")));
  must(hold.put(text_key("a"), foreign("second")));
  EXPECT_EQ(hold.take_dropped(), Texts{"first"});
  must(hold.begin());
  must(hold.erase(text_key("a")));
  hold.roll_back();
  EXPECT_EQ(hold.take_dropped(), Texts{});
  EXPECT_EQ(hold.stats().file_bytes, 10u);
  must(hold.clear(10));
  EXPECT_EQ(hold.take_dropped(), Texts{"second"});
}

TEST(Store, CleansSoThatTheDiskHoldsLittleMoreThanWhatIsAlive) {
  const Folder folder;
  Store store = open(folder);
  const std::string bytes(1000, 'x');
  for (int i = 0; i < 20000; ++i) put(store, NumberKey(std::int64_t{i % 100}), value(bytes));
  const Stats stats = store.stats();
  EXPECT_EQ(stats.items, 100u);
  EXPECT_LT(stats.disk_bytes, 8u << 20) << "20 MB were written";
  EXPECT_EQ(wrong(store), Texts{});
}

TEST(Store, RefusesWhatCannotFit) {
  const Folder folder;
  Store store = open(folder);
  Hold hold = must(store.hold());
  const std::string huge(17 << 20, 'x');
  EXPECT_EQ(hold.put(text_key(huge), value("v")).error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(hold.put(text_key("k"), value(huge)).error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(
      hold.put(text_key("k"), {.tag = {1, std::string_view(huge).substr(0, 70000)}}).error().code,
      ErrorCode::limit_exceeded);
  must(hold.put(text_key("k"), value(std::string_view(huge).substr(0, 4000000))));
  EXPECT_EQ(hold.stats().items, 1u);
}

TEST(Store, RefusesToWaitForItsOwnThread) {
  const Folder folder;
  Store store = open(folder);
  Store other = open(folder);
  const Hold hold = must(store.hold());
  EXPECT_EQ(store.hold().error().system_number, static_cast<int>(Reason::busy));
  EXPECT_EQ(other.hold().error().system_number, static_cast<int>(Reason::busy));
}

TEST(Store, RefusesNetworkFileSystemsByName) {
  EXPECT_EQ(detail::network_name(0x6969), "NFS");
  EXPECT_EQ(detail::network_name(0xff534d42), "CIFS");
  EXPECT_EQ(detail::network_name(0xef53), "") << "ext4";
  EXPECT_EQ(detail::network_name(0x01021994), "") << "tmpfs";
}

TEST(Store, RefusesAFolderWithALogThatIsNone) {
  const Folder folder;
  std::ofstream(folder / "store.log") << std::string(5000, 'x');
  const auto refused = Store::open(folder.path());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().system_number, static_cast<int>(Reason::format));
  EXPECT_EQ(Store::open(folder / "missing").error().system_number, ENOENT);
}

TEST(Store, IsMadeAnewInACopy) {
  const Folder folder;
  const Folder copy;
  Store store = open(folder);
  for (int i = 0; i < 1000; ++i) put(store, NumberKey(std::int64_t{i}), value("v"));
  for (const std::string& name : store.files()) {
    std::filesystem::copy_file(folder / name, copy / name);
  }
  Store copied = open(copy);
  EXPECT_EQ(items(copied), items(store));
  put(copied, "only", "here");
  EXPECT_EQ(get(store, "only"), std::nullopt);
}

TEST(Store, SyncSaysUpToWhereAPowerCutLosesNothing) {
  const Folder folder;
  Store store = open(folder);
  put(store, "a", "1");
  EXPECT_LT(store.stats().durable_lsn, store.stats().lsn);
  must(store.sync());
  EXPECT_EQ(store.stats().durable_lsn, store.stats().lsn);
  Store careful = open(folder, {.sync = true});
  Hold hold = must(careful.hold());
  must(hold.put(text_key("b"), value("2")));
  const std::uint64_t lsn = hold.lsn();
  hold.release();
  must(careful.settle(lsn));
  EXPECT_GE(store.stats().durable_lsn, lsn);
}

}  // namespace
}  // namespace mainstay::cache
