// machine.hpp - what machine, process and file system this is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mainstay/base/result.hpp"

namespace mainstay::cache::detail {

struct Machine {
  std::uint64_t boot[2] = {};       // another one after each start of the machine
  std::uint64_t pid_namespace = 0;  // thread ids in a lock mean nothing in another one
};

// Read once per process.
[[nodiscard]] const Machine& this_machine();

// Rises in the child of a fork: what a process held is not its child's.
[[nodiscard]] std::uint64_t process_epoch() noexcept;

// The name of a file system that other machines may share, by the number statfs() gives; empty for
// any other.
[[nodiscard]] std::string_view network_name(std::uint64_t type) noexcept;
// Refuses a folder on one of those.
[[nodiscard]] Result<void> refuse_network(const std::string& folder);

// Random bits from the system.
[[nodiscard]] Result<std::uint64_t> random_word();

}  // namespace mainstay::cache::detail
