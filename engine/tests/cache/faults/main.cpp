// main.cpp - `mainstay_cache_faults [--kills N] [--seed S] [--only PART]`; see parts.hpp.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "cache/faults/parts.hpp"

using namespace mainstay::cache::faults;  // NOLINT: a program

namespace {

int passed = 0;
int failed = 0;

void tell(const std::string& name, const Report& report) {
  (report.is_good() ? passed : failed) += 1;
  std::printf("%-46s %8llu runs %8llu deaths  %s\n", name.c_str(),
              static_cast<unsigned long long>(report.runs),
              static_cast<unsigned long long>(report.deaths), report.is_good() ? "good" : "WRONG");
  for (const std::string& wrong : report.wrong) std::printf("    %s\n", wrong.c_str());
  std::fflush(stdout);
}

// Each rule of the design left out must be found out by its part of the harness, without chance.
void tell_broken(Broken variant, Report (*part)()) {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit most{60, 60};  // seconds of processor time: what is broken may also never end
    setrlimit(RLIMIT_CPU, &most);
    break_rule(variant);
    _exit(part().is_good() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  const bool is_found = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
  (is_found ? passed : failed) += 1;
  std::printf("without a rule: %-30s %s\n", name_of(variant), is_found ? "found" : "NOT FOUND");
  std::fflush(stdout);
}

// Where children died; each point that a writer passes must have been one.
void tell_points() {
  std::string never;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Point::reader_word); ++i) {
    const auto deaths = counts().deaths[i];
    std::printf("  %-20s %6llu%s", name_of(static_cast<Point>(i)),
                static_cast<unsigned long long>(deaths), i % 3 == 2 ? "\n" : "");
    if (deaths == 0) never += std::string(" ") + name_of(static_cast<Point>(i));
  }
  std::printf("\n");
  (never.empty() ? passed : failed) += 1;
  if (!never.empty()) std::printf("nothing died at:%s\n", never.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t kills = 200;
  std::uint64_t seed = 1;
  std::string only;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--kills") == 0) kills = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--seed") == 0) seed = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--only") == 0) only = argv[i + 1];
  }
  const auto wanted = [&](const char* part) { return only.empty() || only == part; };
  counts() = {};
  // In memory, where syncing costs nothing; what a sync promises is the harness's own model.
  if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 0);
  if (wanted("readers")) tell("writers between the steps of a reader", interleave_readers());
  if (wanted("points")) tell("death at chosen points", die_at_points(kills * 7 / 10, seed));
  if (wanted("points")) tell_points();
  if (wanted("crowd"))
    tell("death at any moment, in a crowd", kill_at_random(kills - kills * 7 / 10, seed));
  if (wanted("cuts")) tell("power cuts at each step", cut_power_at_each_step());
  if (wanted("cuts")) tell("power cuts at any moment", cut_power(kills / 2, seed));
  if (wanted("full")) {
    std::string skipped;
    const Report report = fill_disk(kills / 50 + 2, seed, skipped);
    if (skipped.empty()) tell("a full disk (deaths: refused operations)", report);
    if (!skipped.empty()) std::printf("a full disk: not tried, %s\n", skipped.c_str());
  }
  if (wanted("broken")) {
    for (const Broken variant :
         {Broken::no_incarnation_raise, Broken::no_second_load, Broken::no_incarnation_check,
          Broken::visible_ignored, Broken::no_discard_raise}) {
      tell_broken(variant, interleave_readers);
    }
    for (const Broken variant : {Broken::no_journal, Broken::journal_after_store, Broken::no_redo,
                                 Broken::no_batch_rollback, Broken::no_file_intent}) {
      tell_broken(variant, die_at_each_passage);
    }
    for (const Broken variant : {Broken::no_log_sync, Broken::no_super_sync,
                                 Broken::unlink_before_sync, Broken::no_chain}) {
      tell_broken(variant, cut_power_at_each_step);
    }
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
