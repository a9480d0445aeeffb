// crowd.cpp - two writers and a reader beside each other, killed at any moment.
//
// Each writer has keys of its own, so that its part of the store is decided by its own operations.
// The reader takes no lock: keys that are never erased must always be there, whole, and never older
// than before.
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "cache/faults/model.hpp"
#include "cache/faults/parts.hpp"

namespace mainstay::cache::faults {
namespace {

constexpr int kWriters = 2;
constexpr int kSteady = 8;  // keys of each writer that are never erased

struct Progress {
  std::atomic<std::uint64_t> intent;
  std::atomic<std::uint64_t> done;
  std::atomic<std::uint64_t> failed;
};
struct Shared {
  std::array<Progress, kWriters> writers;
  std::atomic<std::uint64_t> reads;
  std::atomic<std::uint64_t> wrong;
};

Shared& shared() {
  static Shared* const it = static_cast<Shared*>(
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  return *it;
}

std::string prefix_of(int writer) { return std::string(1, static_cast<char>('A' + writer)); }

std::string steady_value(const std::string& key, std::uint64_t version) {
  return key + ":" + std::to_string(version) + ":" +
         std::string((version * 37 + key.size()) % 900, static_cast<char>('a' + version % 26));
}

// The n-th operation of a writer: every third one sets a steady key to its next version.
Op nth(int writer, std::uint64_t seed, std::uint64_t n) {
  std::mt19937_64 random(seed * 1000003 + n * 17 + static_cast<std::uint64_t>(writer));
  const double now = 1000 + static_cast<double>(n);
  if (n % 3 != 0) return draw(random, prefix_of(writer), now, false);
  Op op{Op::Kind::set,
        prefix_of(writer) + "steady" + std::to_string(n / 3 % kSteady),
        {},
        now,
        {},
        {}};
  op.value = steady_value(op.key, n);
  return op;
}

[[noreturn]] void write_on(const std::string& folder, int writer, std::uint64_t seed) {
  auto store = Store::open(folder);
  if (!store) _exit(3);
  Progress& progress = shared().writers[static_cast<std::size_t>(writer)];
  for (std::uint64_t n = progress.done;; ++n) {
    const Op op = nth(writer, seed, n);
    progress.intent = n + 1;
    if (!apply(*store, op).empty()) {
      progress.failed += 1;
      _exit(4);
    }
    progress.done = n + 1;
  }
}

[[noreturn]] void read_on(const std::string& folder) {
  auto store = Store::open(folder);
  if (!store) _exit(3);
  Reading reading;
  std::array<std::uint64_t, kWriters * kSteady> newest{};
  for (;;) {
    for (std::size_t i = 0; i < newest.size(); ++i) {
      const std::string key =
          prefix_of(static_cast<int>(i) % kWriters) + "steady" + std::to_string(i / kWriters);
      const auto there = store->read(text_key(key), reading);
      shared().reads += 1;
      if (!there || (!*there && newest[i] > 0)) shared().wrong += 1;
      if (!there || !*there) continue;
      const std::string value(reading->value.bytes);
      const std::uint64_t version = std::strtoull(value.c_str() + key.size() + 1, nullptr, 10);
      if (value != steady_value(key, version) || version < newest[i]) shared().wrong += 1;
      newest[i] = version;
    }
  }
}

}  // namespace

Report kill_at_random(std::uint64_t deaths, std::uint64_t seed) {
  Report report;
  std::mt19937_64 random(seed);
  while (report.deaths < deaths && report.is_good()) {
    std::string path = (std::filesystem::temp_directory_path() / "mainstay-crowd-XXXXXX").string();
    const std::string folder = mkdtemp(path.data());
    new (&shared()) Shared{};
    std::array<Model, kWriters> models;
    std::array<std::uint64_t, kWriters> modelled{};
    auto store = Store::open(folder);
    std::array<pid_t, kWriters + 1> children{};
    const auto start = [&](std::size_t which) {
      const pid_t child = fork();
      if (child == 0) {
        if (which == kWriters) read_on(folder);
        write_on(folder, static_cast<int>(which), seed);
      }
      children[which] = child;
    };
    for (std::size_t i = 0; i < children.size(); ++i) start(i);
    for (int kills = 0; kills < 60 && report.deaths < deaths && report.is_good(); ++kills) {
      const timespec moment{0, static_cast<long>(random() % 4000000)};
      nanosleep(&moment, nullptr);
      const std::size_t victim = random() % 8 == 0 ? kWriters : random() % kWriters;
      kill(children[victim], SIGKILL);
      int status = 0;
      waitpid(children[victim], &status, 0);
      ++report.runs;
      ++report.deaths;
      if (!WIFSIGNALED(status)) report.wrong.push_back("a child ended by itself");
      if (victim < kWriters) {
        // Its part of the store: all that was done, and what was begun as a whole or not at all.
        Progress& progress = shared().writers[victim];
        Model& model = models[victim];
        for (; modelled[victim] < progress.done; ++modelled[victim]) {
          apply(model, nth(static_cast<int>(victim), seed, modelled[victim]));
        }
        Model with = model;
        const bool is_open = progress.intent > progress.done;
        if (is_open) apply(with, nth(static_cast<int>(victim), seed, progress.done));
        auto hold = store->hold(5);
        if (!hold) {
          report.wrong.push_back("stuck: " + hold.error().message);
          break;
        }
        auto inspected = hold->inspect(false);
        if (!inspected || !inspected->empty()) {
          report.wrong.push_back("inspection: " +
                                 (inspected ? inspected->front() : inspected.error().message));
        }
        Model found = read_model(*store, *hold);
        std::erase_if(found.items, [&](const auto& item) {
          return item.first[0] != prefix_of(static_cast<int>(victim))[0];
        });
        hold->release();
        if (found.same_as(with)) {
          if (is_open) progress.done += 1, modelled[victim] += 1;
          model = with;
        } else if (!found.same_as(model)) {
          report.wrong.push_back("another state after a kill, writer " + std::to_string(victim) +
                                 ", operation " + std::to_string(progress.done));
        }
      }
      start(victim);
    }
    for (const pid_t child : children) {
      kill(child, SIGKILL);
      waitpid(child, nullptr, 0);
    }
    if (shared().wrong != 0) {
      report.wrong.push_back("a reader saw " + std::to_string(shared().wrong) +
                             " wrong values of " + std::to_string(shared().reads));
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    ++seed;
  }
  return report;
}

}  // namespace mainstay::cache::faults
