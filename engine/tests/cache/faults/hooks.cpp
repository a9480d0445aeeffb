// hooks.cpp - the functions the engine calls.
#include "cache/faults/hooks.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <utility>

namespace mainstay::cache::faults {
namespace {

struct Armed {
  Point point = Point::count_;
  std::uint64_t nth = 0;  // 0: not to die
  std::uint64_t any = 0;
  std::function<void()> run;
  std::function<void(Point)> run_each;
  std::array<std::uint64_t, kPoints> passed{};
  Broken variant = Broken::none;
  std::function<void(const std::string&)> told;
};

Armed& armed() {
  static Armed it;
  return it;
}

}  // namespace

Counts& counts() {
  static Counts* const shared = [] {
    void* const memory =
        mmap(nullptr, sizeof(Counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return static_cast<Counts*>(memory);
  }();
  return *shared;
}

void die_at(Point point, std::uint64_t nth) {
  armed().point = point;
  armed().nth = nth;
  armed().any = 0;
  armed().passed = {};
}

void run_at(Point point, std::function<void()> run) {
  armed().point = point;
  armed().run = std::move(run);
}

void run_at_each(std::function<void(Point)> run) { armed().run_each = std::move(run); }

void disarm() {
  armed().nth = 0;
  armed().run = nullptr;
  armed().run_each = nullptr;
  armed().point = Point::count_;
}

std::uint64_t passages(Point point) { return armed().passed[static_cast<std::size_t>(point)]; }

void break_rule(Broken variant) { armed().variant = variant; }

void on_sync(std::function<void(const std::string&)> told) { armed().told = std::move(told); }

const char* name_of(Point point) {
  constexpr const char* kNames[] = {
      "record_word",    "committed",         "journal_active",     "journal_entry",
      "journal_store",  "redo_written",      "redo_named",         "applied",
      "index_slot",     "index_word",        "overflow_lowered",   "overflow_raised",
      "undone_word",    "batch_committed",   "batch_visible",      "reverted",
      "discarded",      "pending_freed",     "incarnation_raised", "segment_active",
      "segment_header", "segment_allocated", "segment_cleaned",    "segment_freed",
      "log_synced",     "super_written",     "super_synced",       "durable",
      "file_linked",    "file_intent",       "file_recorded",      "file_unlinked",
      "file_forgotten", "table_filled",      "table_switched",     "chunk_allocated",
      "heap_filled",    "tree_filled",       "order_packed",       "reader_word",
      "reader_life",    "reader_header",     "reader_copied",      "reader_old"};
  static_assert(std::size(kNames) == kPoints);
  return kNames[static_cast<std::size_t>(point)];
}

const char* name_of(Broken variant) {
  constexpr const char* kNames[] = {"none",
                                    "no_journal",
                                    "journal_after_store",
                                    "no_redo",
                                    "no_incarnation_raise",
                                    "no_second_load",
                                    "no_incarnation_check",
                                    "visible_ignored",
                                    "no_log_sync",
                                    "no_super_sync",
                                    "no_file_intent",
                                    "unlink_before_sync",
                                    "no_chain",
                                    "no_discard_raise",
                                    "no_batch_rollback"};
  static_assert(std::size(kNames) == static_cast<std::size_t>(Broken::count_));
  return kNames[static_cast<std::size_t>(variant)];
}

}  // namespace mainstay::cache::faults

namespace mainstay::cache::detail {

void point(Point at) noexcept {
  auto& armed = faults::armed();
  const auto number = static_cast<std::size_t>(at);
  ++armed.passed[number];
  if (armed.nth != 0) {
    const bool is_here = armed.point == Point::count_
                             ? ++armed.any == armed.nth
                             : armed.point == at && armed.passed[number] == armed.nth;
    if (is_here) {
      ++faults::counts().deaths[number];
      kill(getpid(), SIGKILL);
    }
  }
  if (armed.run && armed.point == at) std::exchange(armed.run, nullptr)();
  if (armed.run_each) armed.run_each(at);
}

bool broken(Broken variant) noexcept { return faults::armed().variant == variant; }

void synced(const std::string& path) noexcept {
  if (faults::armed().told) faults::armed().told(path);
}

}  // namespace mainstay::cache::detail
