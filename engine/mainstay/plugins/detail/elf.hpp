// elf.hpp - whether a shared object is all there, before the loader maps it.
//
// The dynamic loader maps the segments that the headers promise without comparing them with the
// file's length: touching what a half-written or half-downloaded file does not have is then SIGBUS
// instead of an error. Everything else that may be wrong the loader says itself, and better.
// Pure functions over bytes that may be anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace mainstay::plugins::detail {

// Where the program headers are in the file.
struct ProgramHeaders {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

inline constexpr std::size_t kElfHeader = 64;  // bytes, at least those of every class

// Reads the first bytes of a file. Nothing when they are no ELF header of this machine's class and
// byte order: then the loader will refuse the file without mapping it.
[[nodiscard]] std::optional<ProgramHeaders> program_headers(std::span<const std::byte> head);

// Returns how long the file must be at least to hold all that `headers`, which are the bytes of the
// program headers, promise to map.
[[nodiscard]] std::uint64_t mapped_end(std::span<const std::byte> headers);

}  // namespace mainstay::plugins::detail
