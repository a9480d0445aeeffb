// elf.hpp - whether a shared object is all there and for this machine, before the loader maps it.
//
// The dynamic loader maps the segments that the headers promise without comparing them with the
// file's length: touching what a half-written or half-downloaded file does not have is then SIGBUS
// instead of an error. A file for another machine it passes over and says that there is none.
// Everything else that may be wrong the loader says itself, and better.
// Pure functions over bytes that may be anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

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

// Which machine the first bytes of a file say it was built for, when it is another than this one:
// its number in <elf.h>, and the one of this machine. Nothing for what is no ELF file of this
// machine's class and byte order, which the loader refuses in words, and where we do not know what
// this machine's number is.
struct Machines {
  unsigned theirs = 0;
  unsigned ours = 0;
};
[[nodiscard]] std::optional<Machines> other_machine(std::span<const std::byte> head);

// The machine's name where it is a common one, otherwise its number.
[[nodiscard]] std::string machine_name(unsigned machine);

// Returns how long the file must be at least to hold all that `headers`, which are the bytes of the
// program headers, promise to map.
[[nodiscard]] std::uint64_t mapped_end(std::span<const std::byte> headers);

}  // namespace mainstay::plugins::detail
