// machine.cpp - asked from Linux.
#include "mainstay/cache/detail/machine.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <utility>

#include "mainstay/cache/detail/file.hpp"
#include "mainstay/cache/options.hpp"

namespace mainstay::cache::detail {
namespace {

std::atomic<std::uint64_t> epoch{1};

Machine look() {
  Machine machine;
  char text[64] = {};
  if (const auto file = File::open("/proc/sys/kernel/random/boot_id", O_RDONLY)) {
    (void)file->read(text, sizeof text - 1, 0);
  }
  int digit = 0;
  for (const char c : text) {
    const int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (value < 0 || digit == 32) continue;
    std::uint64_t& half = machine.boot[digit++ / 16];
    half = half << 4 | static_cast<std::uint64_t>(value);
  }
  struct stat facts{};
  if (stat("/proc/self/ns/pid", &facts) == 0) machine.pid_namespace = facts.st_ino;
  return machine;
}

}  // namespace

const Machine& this_machine() {
  static const Machine machine = look();
  return machine;
}

std::uint64_t process_epoch() noexcept {
  static const int registered =
      pthread_atfork(nullptr, nullptr, [] { epoch.fetch_add(1, std::memory_order_relaxed); });
  (void)registered;
  return epoch.load(std::memory_order_relaxed);
}

std::string_view network_name(std::uint64_t type) noexcept {
  constexpr std::pair<std::uint64_t, std::string_view> kNames[] = {
      {0x6969, "NFS"},
      {0x517b, "SMB"},
      {0xff534d42, "CIFS"},
      {0xfe534d42, "SMB2"},
      {0x01021997, "9P"},
      {0x5346414f, "AFS"},
      {0x6b414653, "AFS"},
      {0x73757245, "Coda"},
      {0x00c36400, "Ceph"},
      {0x65735546, "FUSE"},
      {0x0bd00bd0, "Lustre"},
      {0x47504653, "GPFS"},
      {0x7461636f, "OCFS2"},
      {0x01161970, "GFS2"},
      {0x19830326, "FhGFS"},
      {0x786f4256, "VirtualBox shared folder"},
      {0xbacbacbc, "VMware shared folder"},
  };
  for (const auto& [number, name] : kNames) {
    if (number == (type & 0xffffffffu)) return name;
  }
  return {};
}

Result<void> refuse_network(const std::string& folder) {
  struct statfs facts{};
  if (statfs(folder.c_str(), &facts) != 0) return system_error("cannot look at", folder, errno);
  const auto name = network_name(static_cast<std::uint64_t>(facts.f_type));
  if (name.empty()) return {};
  return Error{ErrorCode::unsupported,
               "\"" + folder + "\" is on a file system (" + std::string(name) +
                   ") that other machines may share; locks and mapped files do not hold across "
                   "machines. Use a folder on a local disk",
               static_cast<int>(Reason::network)};
}

Result<std::uint64_t> random_word() {
  std::uint64_t word = 0;
  if (getrandom(&word, sizeof word, 0) != static_cast<ssize_t>(sizeof word)) {
    return system_error("cannot get random bits from", "the system", errno);
  }
  return word;
}

}  // namespace mainstay::cache::detail
