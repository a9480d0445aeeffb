// points.cpp - death at each store, barrier and system call of each operation, one after the other.
//
// Three ways, in this order: the first passage of each point there is; each passage of each kind of
// operation on one store (all of them, or every n-th); and chance, for what the others leave out.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "cache/faults/model.hpp"
#include "cache/faults/parts.hpp"

namespace mainstay::cache::faults {
namespace {

using Ops = std::vector<Op>;

struct Passage {
  Point point = Point::count_;  // count_: any
  std::uint64_t nth = 0;        // 0: none dies
};

// One store, the model of it, and children that work on it until they die.
class Trial {
 public:
  // With `is_shared` this process has it open all the time, so that the next holder repairs and not
  // the next opening.
  Trial(Report& report, bool is_shared) : report_(report) {
    std::string path = (std::filesystem::temp_directory_path() / "mainstay-faults-XXXXXX").string();
    folder_ = mkdtemp(path.data());
    if (is_shared) other_.emplace(*Store::open(folder_));
  }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;
  ~Trial() {
    other_.reset();
    std::error_code ignored;
    if (report_.is_good() || std::getenv("KEEP") == nullptr) {
      std::filesystem::remove_all(folder_, ignored);
    }
  }

  double tick() { return now_ += 1; }

  // A child does the operations, and dies where it is told; who repairs may die as well. Whether
  // the first one died. What is then there must be the model's before or after the operation.
  bool run(const Ops& ops, Passage death, Passage repairer = {}) {
    ++report_.runs;
    counts().intent = counts().done = 0;
    const bool died = killed([&] {
      auto store = Store::open(folder_);
      if (!store) _exit(3);
      if (death.nth != 0) die_at(death.point, death.nth);
      for (const Op& op : ops) {
        ++counts().intent;
        if (const std::string failed = apply(*store, op); !failed.empty()) {
          std::fprintf(stderr, "%s\n", failed.c_str());
          _exit(4);
        }
        ++counts().done;
      }
      disarm();
    });
    if (died && repairer.nth != 0) {
      (void)killed([&] {
        die_at(repairer.point, repairer.nth);
        auto store = Store::open(folder_);
        if (store) (void)store->hold(10);
        disarm();
        if (!store) _exit(5);
      });
    }
    const auto done = counts().done;
    for (std::uint64_t i = 0; i < done; ++i) apply(model_, ops[i]);
    std::vector<Model> allowed{model_};
    if (counts().intent > done) {
      allowed.push_back(model_);
      apply(allowed.back(), ops[done]);
    }
    compare_with(allowed, [&] {
      const Op& op = ops[std::min<std::size_t>(done, ops.size() - 1)];
      return "passage " + std::to_string(death.nth) + " of " +
             (death.point == Point::count_ ? "any point" : name_of(death.point)) + ", " +
             (died ? "died" : "lived") + ", operation " + std::to_string(done) + " of kind " +
             std::to_string(static_cast<int>(op.kind));
    });
    return died;
  }

  // The log alone gives the same.
  void rebuild() {
    other_.reset();
    std::filesystem::remove(folder_ + "/store.derived");
    compare_with({model_}, [] { return std::string("rebuilt"); });
  }

 private:
  // Whether the child was killed at a point. Anything but that and success is an error.
  template <class Work>
  bool killed(Work work) {
    const pid_t child = fork();
    if (child == 0) {
      work();
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
      ++report_.deaths;
      return true;
    }
    if (WIFSIGNALED(status)) {
      report_.wrong.push_back("a child died of signal " + std::to_string(WTERMSIG(status)));
    } else if (WEXITSTATUS(status) != 0) {
      report_.wrong.push_back("an operation failed in a child");
    }
    return false;
  }

  template <class Where>
  void compare_with(const std::vector<Model>& allowed, Where where) {
    auto store = Store::open(folder_);
    Model found;
    const std::string wrong =
        store ? compare(*store, allowed, &found) : "cannot open: " + store.error().message;
    if (!wrong.empty()) {
      report_.wrong.push_back(wrong + " (" + where() + ")");
      return;
    }
    // Orders go on from here: numbers are the store's from now on.
    model_ = found;
    model_.next_order = store->last_rank() + 1;
  }

  Report& report_;
  std::string folder_;
  Model model_;
  double now_ = 1000;
  std::optional<Store> other_;
};

// What passes every point: growth of everything, cleaning, files, batches, a rollback, packing.
Ops all_points(Trial& trial) {
  using Kind = Op::Kind;
  Ops ops;
  const auto add = [&](Kind kind, std::string key = {}, std::string value = {}) -> Op& {
    return ops.emplace_back(Op{kind, std::move(key), std::move(value), trial.tick(), {}, {}});
  };
  add(Kind::lowest);
  for (int i = 0; i < 1060; ++i) add(Kind::set, "n" + std::to_string(i), "small");
  add(Kind::evict);
  for (int i = 0; i < 200; ++i) add(Kind::set, "n" + std::to_string(i % 4), std::string(4000, 'x'));
  for (const Kind kind : {Kind::batch, Kind::rollback}) {
    for (int i = 0; i < 3; ++i)
      add(Kind::set_file, "file" + std::to_string(i), std::string(33000, 'f'));
    Op batch{kind, {}, {}, trial.tick(), {}, {}};
    batch.parts = {{Kind::erase, "n7", {}, trial.tick(), {}, {}},
                   {Kind::set, "n8", "other", trial.tick(), {}, {}},
                   {Kind::set_file, "file0", std::string(33001, 'g'), trial.tick(), {}, {}}};
    ops.push_back(std::move(batch));
    for (int i = 0; i < 3; ++i) add(Kind::erase, "file" + std::to_string(i));
  }
  for (int i = 0; i < 1060; ++i) add(Kind::erase, "n" + std::to_string(i));
  for (int i = 0; i < 2200; ++i) {
    add(Kind::set, "p" + std::to_string(i), "small");
    if (i % 20 != 0) add(Kind::erase, "p" + std::to_string(i - 1));
  }
  return ops;
}

void each_point(Report& report) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(Point::reader_word) && report.is_good();
       ++i) {
    const auto point = static_cast<Point>(i);
    Trial trial(report, i % 2 == 1);
    if (point == Point::undone_word) {  // only a repair passes it
      trial.run({Op{Op::Kind::set, "key", "value", trial.tick(), {}, {}}},
                {Point::journal_store, 5}, {point, 1});
    } else if (!trial.run(all_points(trial), {point, 1}) && report.is_good()) {
      report.wrong.push_back(std::string("nothing passes ") + name_of(point));
    }
  }
}

// Each `step`-th passage of operations of each kind; how many there are in all.
std::uint64_t each_passage(Report& report, std::uint64_t step) {
  Trial trial(report, true);
  std::mt19937_64 random(7);
  const auto draw_one = [&](Op::Kind kind) {
    for (;;) {
      Op op = draw(random, "k", trial.tick(), true);
      if (op.kind == kind && op.parts.size() <= 4) return op;
    }
  };
  Ops filling{draw_one(Op::Kind::lowest)};
  for (int i = 0; i < 100; ++i) filling.push_back(draw_one(Op::Kind::set));
  filling.push_back(draw_one(Op::Kind::evict));
  trial.run(filling, {});
  std::uint64_t passages = 0;
  for (int kind = 0; kind <= static_cast<int>(Op::Kind::compact) && report.is_good(); ++kind) {
    // Some have nothing to do when they come: several that live are the end.
    int lived = 0;
    for (std::uint64_t nth = 1; report.is_good() && lived < 6; nth += step, passages += step) {
      const bool died = trial.run({draw_one(static_cast<Op::Kind>(kind))}, {Point::count_, nth});
      lived = died ? 0 : lived + 1;
    }
  }
  if (report.is_good()) trial.rebuild();
  return passages;
}

void at_chance(Report& report, std::uint64_t deaths, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (std::uint64_t number = 0; report.deaths < deaths && report.is_good(); ++number) {
    Trial trial(report, number % 2 == 1);
    for (int run = 0; run < 12 && report.deaths < deaths && report.is_good(); ++run) {
      Ops ops;
      for (int i = 0; i < 25; ++i) ops.push_back(draw(random, "k", trial.tick(), true));
      const auto point = static_cast<Point>(random() % (kPoints + 1));
      // Often the first passage: some points are rare.
      const std::uint64_t most = point == Point::count_ ? 3000
                                 : random() % 4 == 0    ? 200
                                 : random() % 2 == 0    ? 1
                                                        : 8;
      const Passage death{point, 1 + random() % most};
      trial.run(ops, death, {Point::count_, random() % 3 == 0 ? 1 + random() % 120 : 0});
    }
    if (report.is_good()) trial.rebuild();
  }
}

}  // namespace

Report die_at_points(std::uint64_t deaths, std::uint64_t seed) {
  Report report;
  each_point(report);
  // As many passages as half of what is left allows.
  constexpr std::uint64_t kPassages = 1500;  // about
  const std::uint64_t left = deaths > report.deaths ? (deaths - report.deaths) / 2 : 1;
  each_passage(report, left >= kPassages ? 1 : kPassages / left);
  at_chance(report, deaths, seed);
  return report;
}

Report die_at_each_passage() {
  Report report;
  each_passage(report, 1);
  return report;
}

}  // namespace mainstay::cache::faults
