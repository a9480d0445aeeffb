// cuts.cpp - the power goes: of each file there is what was synced, and any part of what was not.
//
// A model of a disk is kept beside the store: at each sync the file as it is then. Cuts come at
// each step of a fixed history, each file then whole, as it is or as it was synced; or by chance:
// every sector of 512 bytes is the synced or the newest one, some are torn at 8 bytes, files and
// names that were not synced may be missing, removed ones may be back. What is opened then must be
// the store as it was after one of its commits, not before the last one that was said to be
// durable.
#include <unistd.h>

#include <algorithm>
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

  // What is left when of log, superblocks and value files (with their names) each is as it is now,
  // or as it was synced.
  struct Newer {
    bool log, super, values;
  };
  void cut(Newer newer, const fs::path& to) const {
    const auto now = files_of(folder_);
    std::set<std::string> all = now;
    all.insert(names_.begin(), names_.end());
    for (const std::string& name : all) {
      if (name == "store.derived" || name == "store.index") continue;  // made anew in any case
      const bool is_newer = name == "store.log"     ? newer.log
                            : name == "store.super" ? newer.super
                                                    : newer.values;
      if ((is_newer ? now : names_).count(name) == 0) continue;
      const auto synced = synced_.find(name);
      fs::create_directories((to / name).parent_path());
      std::ofstream(to / name, std::ios::binary) << (is_newer ? content_of(folder_ / name)
                                                     : synced != synced_.end() ? synced->second
                                                                               : std::string());
    }
  }

  // The log's sectors [first, last) of those that are not synced are old, or they alone are new;
  // false: there are not so many.
  bool cut_log(std::size_t first, std::size_t last, bool are_old, const fs::path& to) const {
    cut({true, true, true}, to);
    const std::string before = synced_.at("store.log");
    std::string after = content_of(folder_ / "store.log");
    std::size_t number = 0;
    for (std::size_t at = 0; at < before.size(); at += 512) {
      if (before.compare(at, 512, after, at, 512) == 0) continue;
      const bool is_inside = number >= first && number < last;
      if (is_inside == are_old) after.replace(at, 512, before, at, 512);
      ++number;
    }
    std::ofstream(to / "store.log", std::ios::binary) << after;
    return last <= number;
  }

  // What chance leaves of the files, in a new folder.
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

// Whether the store there is as it was after a commit, not before `promised`.
std::string compare_with_history(const fs::path& folder,
                                 const std::map<std::uint64_t, Model>& history,
                                 std::uint64_t promised, Model* found = nullptr) {
  auto opened = Store::open(folder.string());
  if (!opened) return "does not open: " + opened.error().message;
  const std::uint64_t lsn = opened->stats().lsn;
  const auto at = history.upper_bound(lsn);
  if (lsn < promised) {
    return "up to " + std::to_string(promised) + " was promised, " + std::to_string(lsn) +
           " is there";
  }
  if (at == history.begin()) return "from before the store was opened";
  std::string wrong = compare(*opened, {std::prev(at)->second}, found);
  if (found != nullptr) found->next_order = opened->last_rank() + 1;
  return wrong;
}

// A batch that was rolled back, and one of the same size written over it, of which sectors are
// missing: only the chain tells which record belongs to which.
void cut_over_a_rolled_back_batch(Report& report) {
  const fs::path folder = new_folder();
  auto store = Store::open(folder.string());
  const auto batch = [&](char fill) {
    auto hold = store->hold();
    (void)hold->begin();
    for (int key = 0; key < 3; ++key) {
      const std::string value(1024 - 88, fill);  // a record of two sectors
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
  for (const bool are_old : {false, true}) {
    bool are_some = true;
    for (std::size_t last = 1; are_some && report.is_good(); ++last) {
      for (std::size_t first = 0; first < last && report.is_good(); ++first, ++report.runs) {
        const fs::path after = new_folder();
        are_some = disk.cut_log(first, last, are_old, after);
        auto opened = Store::open(after.string());
        std::set<char> seen;
        opened->hold()->walk(0, ~std::uint64_t{0}, false, [&](const View& item) {
          if (item.value.bytes.front() != 'x') seen.insert(item.value.bytes.front());
          return true;
        });
        if (seen != std::set<char>{'a'} && seen != std::set<char>{'c'}) {
          report.wrong.push_back("a mixture of a batch and of one that was rolled back");
        }
        std::error_code ignored;
        fs::remove_all(after, ignored);
      }
    }
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

// A fixed history: overwrites until segments are used again, value files that come and go.
Op step_of(int number) {
  using Kind = Op::Kind;
  const int keys = number / 40 % 2 == 0 ? 3 : 11;  // the log grows and shrinks
  Op op{Kind::set, "key" + std::to_string(number % keys), {}, 1000.0 + number, {}, {}};
  op.value = std::to_string(number) + std::string(4000, 'v');
  if (number % 25 > 20) op.key = "file";
  if (number % 25 == 21 || number % 25 == 23) {
    op.kind = Kind::set_file;
    op.value += std::string(33000, 'f');
  }
  if (number % 25 == 24) op.kind = Kind::erase;
  return op;
}

void cut_at_each_step(Report& report) {
  constexpr Point kSteps[] = {Point::segment_header, Point::segment_freed, Point::log_synced,
                              Point::super_written,  Point::super_synced,  Point::durable,
                              Point::file_recorded,  Point::file_unlinked, Point::batch_committed};
  struct Cut {
    fs::path folder;
    std::uint64_t promised;
    std::string where;
  };
  const fs::path folder = new_folder();
  {
    Disk disk(folder);
    on_sync([&](const std::string& path) { disk.sync(path); });
    auto store = Store::open(folder.string());
    Model model;
    std::map<std::uint64_t, Model> history{{store->stats().lsn, model}};
    for (int number = 0; number < 200 && report.is_good(); ++number) {
      std::vector<Cut> cuts;
      run_at_each([&](Point point) {
        if (std::find(std::begin(kSteps), std::end(kSteps), point) == std::end(kSteps)) return;
        const std::uint64_t promised = store->stats().durable_lsn;
        for (unsigned bits = 0; bits < 8; ++bits) {
          const Disk::Newer newer{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
          cuts.push_back({new_folder(), promised,
                          std::string(name_of(point)) + ", step " + std::to_string(number) +
                              ", newer files " + std::to_string(bits)});
          disk.cut(newer, cuts.back().folder);
        }
      });
      const Op op = step_of(number);
      std::uint64_t lsn = 0;
      if (const std::string failed = apply(*store, op, &lsn); !failed.empty()) {
        report.wrong.push_back("an operation failed: " + failed);
      }
      apply(model, op);
      if (lsn != 0) history[lsn] = model;
      if (number % 25 == 22) (void)store->sync();
      disarm();
      for (const Cut& cut : cuts) {
        ++report.runs;
        ++report.deaths;
        if (const std::string wrong = compare_with_history(cut.folder, history, cut.promised);
            !wrong.empty() && report.is_good()) {
          report.wrong.push_back(wrong + " (" + cut.where + ")");
        }
        std::error_code ignored;
        fs::remove_all(cut.folder, ignored);
      }
    }
    on_sync(nullptr);
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

}  // namespace

Report cut_power_at_each_step() {
  Report report;
  cut_over_a_rolled_back_batch(report);
  if (report.is_good()) cut_at_each_step(report);
  return report;
}

Report cut_power(std::uint64_t cuts, std::uint64_t seed) {
  Report report;
  std::mt19937_64 random(seed);
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
      const std::string wrong = compare_with_history(after, history, promised, &model);
      if (!wrong.empty()) {
        report.wrong.push_back(wrong + " (seed " + std::to_string(seed) + ", round " +
                               std::to_string(round) + (inside ? ", inside" : ", between") + ")");
      }
      std::error_code ignored;
      if (report.is_good() || std::getenv("KEEP") == nullptr) fs::remove_all(folder, ignored);
      folder = after;
    }
    std::error_code ignored;
    if (report.is_good() || std::getenv("KEEP") == nullptr) fs::remove_all(folder, ignored);
  }
  return report;
}

}  // namespace mainstay::cache::faults
