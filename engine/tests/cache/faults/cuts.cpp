// cuts.cpp - the power goes: of each file there is what was synced, and any part of what was not.
//
// A model of a disk is kept beside the store: at each sync the file as it is then. At a cut every
// sector of 512 bytes is the synced or the newest one, some are torn at 8 bytes, files and names
// that were not synced may be missing, removed ones may be back. What is opened then must be the
// store as it was after one of its commits, not before the last one that was said to be durable.
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "cache/faults/model.hpp"
#include "cache/faults/parts.hpp"

namespace mainstay::cache::faults {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::set<std::string> files_of(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) names.insert(fs::relative(entry.path(), folder).string());
  }
  return names;
}

class Disk {
 public:
  explicit Disk(fs::path folder) : folder_(std::move(folder)) {
    names_ = files_of(folder_);
    for (const std::string& name : names_) synced_[name] = content_of(folder_ / name);
  }

  void sync(const fs::path& path) {
    if (fs::is_directory(path)) {
      const std::string part = path == folder_ ? "" : "values/";
      std::erase_if(names_, [&](const std::string& name) { return is_in(part, name); });
      for (const std::string& name : files_of(folder_)) {
        if (is_in(part, name)) names_.insert(name);
      }
      return;
    }
    const std::string name = fs::relative(path, folder_).string();
    synced_[name] = content_of(path);
  }

  // What is left of the files, in a new folder.
  void cut(std::mt19937_64& random, const fs::path& to) const {
    const auto now = files_of(folder_);
    std::set<std::string> all = now;
    all.insert(names_.begin(), names_.end());
    for (const std::string& name : all) {
      const bool is_certain = names_.count(name) != 0 && now.count(name) != 0;
      if (!is_certain && random() % 2 == 0) continue;
      const auto synced = synced_.find(name);
      const std::string before = synced == synced_.end() ? "" : synced->second;
      const std::string after = now.count(name) != 0 ? content_of(folder_ / name) : before;
      fs::create_directories((to / name).parent_path());
      std::ofstream(to / name, std::ios::binary) << mixed(random, before, after);
    }
  }

 private:
  static bool is_in(const std::string& part, const std::string& name) {
    return part.empty() == (name.find('/') == std::string::npos);
  }

  static std::string mixed(std::mt19937_64& random, const std::string& before,
                           const std::string& after) {
    std::string mixed = before;
    if (after.size() != before.size() && random() % 3 != 0) mixed.resize(after.size(), '\0');
    const auto newer = random() % 4;  // nothing, runs of it, nearly all, all of it was written
    bool is_old = random() % 2 == 0;
    for (std::size_t at = 0; at < std::min(mixed.size(), after.size()); at += 512) {
      const std::size_t size =
          std::min<std::size_t>(512, std::min(mixed.size(), after.size()) - at);
      if (random() % 8 == 0) is_old = !is_old;
      if (newer == 0 || (newer == 1 && is_old) || (newer == 2 && random() % 20 == 0)) continue;
      const bool is_torn = random() % 50 == 0;
      const std::size_t written = is_torn ? random() % (size / 8 + 1) * 8 : size;
      std::memcpy(mixed.data() + at, after.data() + at, written);
    }
    return mixed;
  }

  fs::path folder_;
  std::map<std::string, std::string> synced_;
  std::set<std::string> names_;
};

fs::path new_folder() {
  std::string path = (fs::temp_directory_path() / "mainstay-cuts-XXXXXX").string();
  return mkdtemp(path.data());
}

// A batch that was rolled back, and one of the same size written over it, of which sectors are
// missing: only the chain tells which record belongs to which.
void cut_over_a_rolled_back_batch(std::mt19937_64& random, Report& report) {
  const fs::path folder = new_folder();
  auto store = Store::open(folder.string());
  const auto batch = [&](char fill) {
    auto hold = store->hold();
    (void)hold->begin();
    for (int key = 0; key < 4; ++key) {
      const std::string value(2048 - 88, fill);  // a record of four sectors
      (void)hold->put(NumberKey(std::int64_t{key}), {.value = {1, value}, .now = 1});
    }
    return hold;
  };
  // Both begin at a sector.
  const auto fill_up = [&](std::size_t size) {
    const std::string value(size - 80, 'x');
    (void)store->hold()->put(NumberKey(std::int64_t{9}), {.value = {1, value}, .now = 1});
  };
  fill_up(384);
  (void)batch('a')->commit();
  fill_up(448);
  batch('b')->roll_back();
  (void)store->sync();
  const Disk disk(folder);
  (void)batch('c')->commit();
  for (int n = 0; n < 20 && report.is_good(); ++n, ++report.runs) {
    const fs::path after = new_folder();
    disk.cut(random, after);
    auto opened = Store::open(after.string());
    auto hold = opened->hold();
    std::set<char> seen;
    hold->walk(0, ~std::uint64_t{0}, false, [&](const View& item) {
      if (item.value.bytes.front() != 'x') seen.insert(item.value.bytes.front());
      return true;
    });
    if (seen != std::set<char>{'a'} && seen != std::set<char>{'c'}) {
      report.wrong.push_back("a mixture of a batch and of one that was rolled back");
    }
    hold->release();
    std::error_code ignored;
    fs::remove_all(after, ignored);
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

}  // namespace

Report cut_power(std::uint64_t cuts, std::uint64_t seed) {
  Report report;
  std::mt19937_64 random(seed);
  cut_over_a_rolled_back_batch(random, report);
  while (report.runs < cuts && report.is_good()) {
    fs::path folder = new_folder();
    Model model;
    double now = 1000;
    for (int round = 0; round < 12 && report.runs < cuts && report.is_good();
         ++round, ++report.runs) {
      Disk disk(folder);
      on_sync([&](const std::string& path) { disk.sync(path); });
      const fs::path after = new_folder();
      auto store = Store::open(folder.string());
      std::map<std::uint64_t, Model> history{{store ? store->stats().lsn : 0, model}};
      std::uint64_t promised = 0;
      bool is_cut = false;
      const auto cut = [&] {
        promised = store->stats().durable_lsn;
        disk.cut(random, after);
        is_cut = true;
        ++report.deaths;
      };
      const auto operations = 1 + random() % 120;
      const bool inside = random() % 2 == 0;
      for (std::uint64_t n = 0; n < operations && report.is_good(); ++n) {
        if (inside && n + 1 == operations) {
          // In the middle of the last one, or of the syncs that follow it.
          (void)store->settle(0);
          run_at_each([&, left = random() % 200](Point) mutable {
            if (left-- == 0 && !is_cut) cut();
          });
        }
        const Op op = draw(random, "k", now += 1, true);
        std::uint64_t lsn = 0;
        if (const std::string failed = apply(*store, op, &lsn); !failed.empty()) {
          report.wrong.push_back("an operation failed: " + failed);
        }
        apply(model, op);
        if (lsn != 0) history[lsn] = model;
        if (random() % 12 == 0) (void)store->sync();
      }
      disarm();
      if (!is_cut) cut();
      on_sync(nullptr);
      {
        const Store closed = std::move(*store);
      }
      auto opened = Store::open(after.string());
      std::string wrong;
      if (!opened) {
        wrong = "does not open: " + opened.error().message;
      } else {
        const std::uint64_t lsn = opened->stats().lsn;
        auto at = history.upper_bound(lsn);
        if (lsn < promised) {
          wrong = "up to " + std::to_string(promised) + " was promised, " + std::to_string(lsn) +
                  " is there";
        } else if (at == history.begin()) {
          wrong = "from before the store was opened";
        } else {
          wrong = compare(*opened, {std::prev(at)->second}, &model);
          model.next_order = opened->last_rank() + 1;
        }
      }
      if (!wrong.empty()) {
        report.wrong.push_back(wrong + " (seed " + std::to_string(seed) + ", round " +
                               std::to_string(round) + (inside ? ", inside" : ", between") + ")");
      }
      std::error_code ignored;
      if (report.is_good() || std::getenv("KEEP") == nullptr) fs::remove_all(folder, ignored);
      if (opened) const Store closed = std::move(*opened);
      folder = after;
    }
    std::error_code ignored;
    if (report.is_good() || std::getenv("KEEP") == nullptr) fs::remove_all(folder, ignored);
  }
  return report;
}

}  // namespace mainstay::cache::faults
