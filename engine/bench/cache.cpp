// cache.cpp - one operation per commit on 100,000 keys with values of 100 bytes, beside LMDB (no
// sync, one tree) and SQLite (WAL, no sync, one table without rowid), where those are installed.
// Keys are drawn at random; nothing is synced.
#include "mainstay/cache/cache.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#if defined(MAINSTAY_BENCH_LMDB)
#include <lmdb.h>
#endif
#if defined(MAINSTAY_BENCH_SQLITE3)
#include <sqlite3.h>
#endif

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kKeys = 100'000;
const std::string kValue(100, 'v');

class Keys {
 public:
  std::string_view next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return of((state_ >> 33) % kKeys);
  }
  std::string_view of(std::uint64_t number) {
    const int size =
        std::snprintf(text_, sizeof text_, "key of a cache %06u", static_cast<unsigned>(number));
    return {text_, static_cast<std::size_t>(size)};
  }

 private:
  std::uint64_t state_ = 1;
  char text_[32];
};

class Folder {
 public:
  Folder() {
    std::string path = (fs::temp_directory_path() / "mainstay-bench-XXXXXX").string();
    path_ = mkdtemp(path.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void expect(bool good) {
  if (!good) std::abort();
}

struct Mainstay {
  Folder folder;
  mainstay::cache::Store store = *mainstay::cache::Store::open(folder.path());
  mainstay::cache::Reading reading;

  void set(std::string_view key) {
    auto hold = store.hold();
    expect(hold->put(mainstay::cache::text_key(key), {.value = {1, kValue}, .now = 1}).has_value());
    hold->release();
    if (!store.is_settled()) (void)store.settle(0);
  }
  bool get(std::string_view key) { return *store.read(mainstay::cache::text_key(key), reading); }
  void erase(std::string_view key) {
    expect(store.hold()->erase(mainstay::cache::text_key(key)).has_value());
  }
};

#if defined(MAINSTAY_BENCH_LMDB)
struct Lmdb {
  Folder folder;
  MDB_env* env = nullptr;
  MDB_dbi tree = 0;
  MDB_txn* reader = nullptr;

  Lmdb() {
    expect(mdb_env_create(&env) == 0 && mdb_env_set_mapsize(env, std::size_t{1} << 30) == 0 &&
           mdb_env_open(env, folder.path().c_str(), MDB_NOSYNC, 0600) == 0);
    write([&](MDB_txn* change) { return mdb_dbi_open(change, nullptr, 0, &tree); });
    expect(mdb_txn_begin(env, nullptr, MDB_RDONLY, &reader) == 0);
    mdb_txn_reset(reader);  // one that is open keeps pages from being used again
  }
  Lmdb(const Lmdb&) = delete;
  Lmdb& operator=(const Lmdb&) = delete;
  ~Lmdb() {
    mdb_txn_abort(reader);
    mdb_env_close(env);
  }
  template <class Work>
  void write(Work work) {
    MDB_txn* change = nullptr;
    expect(mdb_txn_begin(env, nullptr, 0, &change) == 0);
    const int done = work(change);
    expect((done == 0 || done == MDB_NOTFOUND) && mdb_txn_commit(change) == 0);
  }
  static MDB_val of(std::string_view bytes) {
    return {bytes.size(), const_cast<char*>(bytes.data())};
  }
  void set(std::string_view key) {
    MDB_val at = of(key);
    MDB_val value = of(kValue);
    write([&](MDB_txn* change) { return mdb_put(change, tree, &at, &value, 0); });
  }
  bool get(std::string_view key) {
    expect(mdb_txn_renew(reader) == 0);
    MDB_val at = of(key);
    MDB_val value;
    const bool is_there = mdb_get(reader, tree, &at, &value) == 0;
    if (is_there) {
      const std::string copy(static_cast<char*>(value.mv_data), value.mv_size);
      benchmark::DoNotOptimize(copy.data());
    }
    mdb_txn_reset(reader);
    return is_there;
  }
  void erase(std::string_view key) {
    MDB_val at = of(key);
    write([&](MDB_txn* change) { return mdb_del(change, tree, &at, nullptr); });
  }
};
#endif

#if defined(MAINSTAY_BENCH_SQLITE3)
struct Sqlite {
  Folder folder;
  sqlite3* base = nullptr;
  sqlite3_stmt* setting = nullptr;
  sqlite3_stmt* getting = nullptr;
  sqlite3_stmt* erasing = nullptr;

  Sqlite() {
    expect(sqlite3_open((folder.path() + "/base").c_str(), &base) == SQLITE_OK &&
           sqlite3_exec(base,
                        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; CREATE TABLE t (k TEXT "
                        "PRIMARY KEY, v BLOB) WITHOUT ROWID",
                        nullptr, nullptr, nullptr) == SQLITE_OK);
    for (const auto& [text, statement] :
         {std::pair{"INSERT OR REPLACE INTO t VALUES (?, ?)", &setting},
          std::pair{"SELECT v FROM t WHERE k = ?", &getting},
          std::pair{"DELETE FROM t WHERE k = ?", &erasing}}) {
      expect(sqlite3_prepare_v2(base, text, -1, statement, nullptr) == SQLITE_OK);
    }
  }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;
  ~Sqlite() {
    for (sqlite3_stmt* each : {setting, getting, erasing}) sqlite3_finalize(each);
    sqlite3_close(base);
  }
  static bool step(sqlite3_stmt* statement, std::string_view key) {
    sqlite3_bind_text(statement, 1, key.data(), static_cast<int>(key.size()), SQLITE_STATIC);
    const bool is_row = sqlite3_step(statement) == SQLITE_ROW;
    if (is_row) {
      const std::string copy(static_cast<const char*>(sqlite3_column_blob(statement, 0)),
                             static_cast<std::size_t>(sqlite3_column_bytes(statement, 0)));
      benchmark::DoNotOptimize(copy.data());
    }
    sqlite3_reset(statement);
    return is_row;
  }
  void set(std::string_view key) {
    sqlite3_bind_blob(setting, 2, kValue.data(), static_cast<int>(kValue.size()), SQLITE_STATIC);
    step(setting, key);
  }
  bool get(std::string_view key) { return step(getting, key); }
  void erase(std::string_view key) { step(erasing, key); }
};
#endif

template <class Engine>
std::unique_ptr<Engine> filled() {
  auto engine = std::make_unique<Engine>();
  Keys keys;
  for (std::uint64_t i = 0; i < kKeys; ++i) engine->set(keys.of(i));
  return engine;
}

template <class Engine>
void SetNew(benchmark::State& state) {
  Engine engine;
  Keys keys;
  std::uint64_t number = 0;
  for (auto _ : state) engine.set(keys.of(number++));
}

template <class Engine>
void Overwrite(benchmark::State& state) {
  const auto engine = filled<Engine>();
  Keys keys;
  for (auto _ : state) engine->set(keys.next());
}

template <class Engine>
void GetHit(benchmark::State& state) {
  const auto engine = filled<Engine>();
  Keys keys;
  for (auto _ : state) expect(engine->get(keys.next()));
}

template <class Engine>
void GetMiss(benchmark::State& state) {
  const auto engine = filled<Engine>();
  Keys keys;
  for (auto _ : state) expect(!engine->get(std::string("no ") + std::string(keys.next())));
}

template <class Engine>
void SetAndErase(benchmark::State& state) {
  const auto engine = filled<Engine>();
  Keys keys;
  for (auto _ : state) {
    engine->set("another key of it");
    engine->erase("another key of it");
  }
}

// As many items more, beside which the first and last of a queue are found.
void PushAndPull(benchmark::State& state) {
  Mainstay engine;
  Keys keys;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    engine.set(keys.of(static_cast<std::uint64_t>(i)));
  }
  using mainstay::cache::NumberKey;
  std::int64_t last = 0;
  const auto edge = [&](mainstay::cache::Hold& hold) {
    return hold.between(NumberKey(std::int64_t{-1}), NumberKey(last + 2), false);
  };
  (void)engine.store.hold()->lowest();  // makes the sorted order
  for (auto _ : state) {
    auto hold = engine.store.hold();
    expect(hold->put(NumberKey(++last), {.value = {1, kValue}, .now = 1}).has_value());
    const auto first = edge(*hold);
    expect(hold->erase(NumberKey(mainstay::cache::integer_of(first->key.bytes))).has_value());
  }
}
BENCHMARK(PushAndPull)->Arg(0)->Arg(1000)->Arg(100000);

#define MAINSTAY_ENGINE(Engine)          \
  BENCHMARK_TEMPLATE(SetNew, Engine);    \
  BENCHMARK_TEMPLATE(Overwrite, Engine); \
  BENCHMARK_TEMPLATE(GetHit, Engine);    \
  BENCHMARK_TEMPLATE(GetMiss, Engine);   \
  BENCHMARK_TEMPLATE(SetAndErase, Engine)

MAINSTAY_ENGINE(Mainstay);
#if defined(MAINSTAY_BENCH_LMDB)
MAINSTAY_ENGINE(Lmdb);
#endif
#if defined(MAINSTAY_BENCH_SQLITE3)
MAINSTAY_ENGINE(Sqlite);
#endif

}  // namespace
