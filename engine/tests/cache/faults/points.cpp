// points.cpp - death at each store, barrier and system call of each operation, one after the other.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "cache/faults/model.hpp"
#include "cache/faults/parts.hpp"

namespace mainstay::cache::faults {
namespace {

constexpr int kOperations = 25;  // of one child

std::string new_folder() {
  std::string path = (std::filesystem::temp_directory_path() / "mainstay-faults-XXXXXX").string();
  return mkdtemp(path.data());
}

// Waits for a child; whether it was killed. Anything but death and success is an error.
bool was_killed(pid_t child, std::string& wrong) {
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return true;
  if (WIFSIGNALED(status)) wrong = "a child died of signal " + std::to_string(WTERMSIG(status));
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0) wrong = "an operation failed in a child";
  return false;
}

std::vector<Op> script(std::mt19937_64& random, double& now) {
  std::vector<Op> ops;
  for (int i = 0; i < kOperations; ++i) ops.push_back(draw(random, "k", now += 1, true));
  return ops;
}

[[noreturn]] void run_script(const std::string& folder, const std::vector<Op>& ops, Point point,
                             std::uint64_t nth) {
  auto store = Store::open(folder);
  if (!store) _exit(3);
  die_at(point, nth);
  for (const Op& op : ops) {
    ++counts().intent;
    if (const std::string failed = apply(*store, op); !failed.empty()) {
      fprintf(stderr, "%s\n", failed.c_str());
      _exit(4);
    }
    ++counts().done;
    if (std::getenv("INSPECT") != nullptr) {  // finds which operation it was
      auto hold = store->hold();
      auto found = hold->inspect(false);
      if (!found->empty()) {
        fprintf(stderr, "after op %d (%s): %s\n", static_cast<int>(op.kind), op.key.c_str(),
                found->front().c_str());
        for (const Op& part : op.parts)
          fprintf(stderr, "  part %d %s\n", static_cast<int>(part.kind), part.key.c_str());
        _exit(6);
      }
    }
  }
  disarm();
  _exit(0);
}

}  // namespace

Report die_at_points(std::uint64_t deaths, std::uint64_t seed) {
  Report report;
  std::mt19937_64 random(seed);
  for (std::uint64_t store_number = 0; report.deaths < deaths && report.is_good(); ++store_number) {
    const std::string folder = new_folder();
    Model model;
    double now = 1000;
    // In every other store somebody else has it open all the time, so that the next holder repairs
    // and not the next opening.
    std::optional<Store> other;
    for (int run = 0; run < 12 && report.deaths < deaths && report.is_good();
         ++run, ++report.runs) {
      if (store_number % 2 == 1 && !other) other.emplace(*Store::open(folder));
      const std::vector<Op> ops = script(random, now);
      const auto point = static_cast<Point>(random() % (kPoints + 1));
      // Often the first passage: some points are rare.
      const std::uint64_t nth = 1 + (point == Point::count_ ? random() % 3000
                                     : random() % 4 == 0    ? random() % 200
                                     : random() % 2 == 0    ? 0
                                                            : random() % 8);
      counts().intent = counts().done = 0;
      std::string wrong;
      const pid_t child = fork();
      if (child == 0) run_script(folder, ops, point, nth);
      bool died = was_killed(child, wrong);
      report.deaths += died;
      if (died && random() % 3 == 0) {
        // Who repairs may die as well.
        const std::uint64_t later = 1 + random() % 120;
        const pid_t repairer = fork();
        if (repairer == 0) {
          die_at(Point::count_, later);
          auto store = Store::open(folder);
          if (store) (void)store->hold(10);
          disarm();
          _exit(store ? 0 : 5);
        }
        report.deaths += was_killed(repairer, wrong);
      }
      const auto done = counts().done;
      for (std::uint64_t i = 0; i < done; ++i) apply(model, ops[i]);
      std::vector<Model> allowed{model};
      if (counts().intent > done) {
        allowed.push_back(model);
        apply(allowed.back(), ops[done]);
      }
      if (wrong.empty()) {
        std::optional<Store> store;
        if (auto opened = Store::open(folder)) {
          store = std::move(*opened);
        } else {
          wrong = "cannot open: " + opened.error().message;
        }
        Model found;
        if (store) wrong = compare(*store, allowed, &found);
        if (wrong.empty()) {
          // Orders go on from here: numbers are the store's from now on.
          model = found;
          model.next_order = store->last_rank() + 1;
        }
        if (wrong.empty() && run == 11) {
          // The log alone gives the same.
          store.reset();
          other.reset();
          if (std::getenv("KEEP") != nullptr) {
            std::filesystem::remove_all(folder + ".before");
            std::filesystem::copy(folder, folder + ".before",
                                  std::filesystem::copy_options::recursive);
          }
          std::filesystem::remove(folder + "/store.derived");
          auto again = Store::open(folder);
          wrong = again ? compare(*again, {model}) : "cannot rebuild: " + again.error().message;
          if (!wrong.empty()) wrong = "rebuilt: " + wrong;
        }
      }
      if (!wrong.empty()) {
        std::string where = point == Point::count_ ? "any point" : name_of(point);
        report.wrong.push_back(wrong + " (seed " + std::to_string(seed) + ", store " +
                               std::to_string(store_number) + (died ? ", died" : ", lived") +
                               ", run " + std::to_string(run) + ", passage " + std::to_string(nth) +
                               " of " + where + ", op " +
                               std::to_string(static_cast<int>(
                                   ops[std::min<std::size_t>(done, ops.size() - 1)].kind)) +
                               ")");
      }
    }
    other.reset();
    if (report.is_good() || std::getenv("KEEP") == nullptr) {
      std::error_code ignored;
      std::filesystem::remove_all(folder, ignored);
    }
  }
  return report;
}

}  // namespace mainstay::cache::faults
