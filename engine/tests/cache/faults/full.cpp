// full.cpp - a file system that is full at every allocation: errors, and nothing half done.
//
// Each round has a small file system in memory of its own, in a namespace of its own, and a file in
// it that grows and shrinks. What is refused must leave the store as it was; no deletion is
// refused; and the store is made anew from its log with the room that its derived files had.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "cache/faults/model.hpp"
#include "cache/faults/parts.hpp"
#include "mainstay/cache/detail/file.hpp"

namespace mainstay::cache::faults {
namespace {

// Makes `folder` a file system of this many bytes, for this process. Empty on success.
std::string mount_small(const std::string& folder, std::uint64_t bytes) {
  const auto user = std::to_string(getuid());
  const auto group = std::to_string(getgid());
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return std::strerror(errno);
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
  std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
  const std::string size = "size=" + std::to_string(bytes);
  if (mount("tmpfs", folder.c_str(), "tmpfs", 0, size.c_str()) != 0) return std::strerror(errno);
  return {};
}

off_t room_in(const std::string& folder) {
  struct statfs facts{};
  statfs(folder.c_str(), &facts);
  return static_cast<off_t>(facts.f_bavail) * static_cast<off_t>(facts.f_bsize);
}

// 2: cannot be tried; 1: something is wrong; 0: good.
int fill(const std::string& folder, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  if (const std::string why = mount_small(folder, 600000 + random() % 2500000); !why.empty()) {
    return 2;
  }
  const auto wrong = [&](const std::string& what) {
    std::printf("    full disk: %s (seed %llu)\n", what.c_str(),
                static_cast<unsigned long long>(seed));
    std::fflush(stdout);
    return 1;
  };
  auto store = Store::open(folder);
  if (!store) return wrong("cannot open: " + store.error().message);
  const int balloon = open((folder + "/balloon").c_str(), O_RDWR | O_CREAT, 0600);
  Model model;
  double now = 1000;
  std::uint64_t erased = 0;
  std::uint64_t unerased = 0;
  for (int n = 0; n < 2500; ++n) {
    if (random() % 40 == 0) {
      // As full as it gets, or with some room.
      const off_t size = lseek(balloon, 0, SEEK_END);
      const off_t room = room_in(folder);
      const bool grows = random() % 3 != 0;
      if (grows && posix_fallocate(balloon, 0, size + room) != 0) {
        (void)posix_fallocate(balloon, 0, size + room / 2);
      }
      if (!grows && ftruncate(balloon, size / 2) != 0) return wrong("the balloon does not shrink");
    }
    const Op op = draw(random, "k", now += 1, true);
    const std::string failed = apply(*store, op);
    if (failed.empty()) {
      apply(model, op);
    } else if (failed.find("No space left") == std::string::npos) {
      return wrong("an operation failed otherwise: " + failed);
    } else {
      ++counts().wrong;  // refused, as it should be
      unerased += op.kind == Op::Kind::erase;
    }
    erased += op.kind == Op::Kind::erase;
    if (n % 250 == 249) {
      if (const std::string what = compare(*store, {model}); !what.empty()) return wrong(what);
    }
  }
  if (erased == 0) return wrong("no deletion was tried");
  if (unerased > 0) return wrong(std::to_string(unerased) + " deletions were refused");
  {
    const Store closed = std::move(*store);
  }
  // The room that the derived files had is enough to make them anew. With less it is an error, and
  // no more than that.
  std::filesystem::remove(folder + "/store.derived");
  std::filesystem::remove(folder + "/store.index");
  const off_t size = lseek(balloon, 0, SEEK_END);
  const off_t room = room_in(folder);
  if (seed % 2 == 0) {
    if (posix_fallocate(balloon, 0, size + room) != 0) return wrong("the balloon does not grow");
    const auto refused = Store::open(folder);
    if (refused) return wrong("made anew without room");
    if (!detail::is_full(refused.error()))
      return wrong("refused otherwise: " + refused.error().message);
    if (ftruncate(balloon, size) != 0) return wrong("the balloon does not shrink");
  }
  auto again = Store::open(folder);
  if (!again) return wrong("cannot rebuild: " + again.error().message);
  const std::string what = compare(*again, {model});
  return what.empty() ? 0 : wrong("rebuilt: " + what);
}

}  // namespace

Report fill_disk(std::uint64_t rounds, std::uint64_t seed, std::string& skipped) {
  Report report;
  counts().wrong = 0;
  for (std::uint64_t n = 0; n < rounds && report.is_good(); ++n, ++report.runs) {
    std::string path = (std::filesystem::temp_directory_path() / "mainstay-full-XXXXXX").string();
    const std::string folder = mkdtemp(path.data());
    const pid_t child = fork();
    if (child == 0) _exit(fill(folder, seed + n));
    int status = 0;
    waitpid(child, &status, 0);
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    if (WIFSIGNALED(status)) {
      report.wrong.push_back("a child died of signal " + std::to_string(WTERMSIG(status)) +
                             ", seed " + std::to_string(seed + n));
    } else if (WEXITSTATUS(status) == 2) {
      skipped = "a small file system cannot be mounted here";
      return report;
    } else if (WEXITSTATUS(status) != 0) {
      report.wrong.push_back("see above");
    }
  }
  report.deaths = counts().wrong;
  return report;
}

}  // namespace mainstay::cache::faults
