// elf.cpp - two loops over fields of <elf.h>; elsewhere there is nothing to look at.
#include "mainstay/plugins/detail/elf.hpp"

#if defined(__ELF__)
#include <link.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#endif

namespace mainstay::plugins::detail {

#if defined(__ELF__)

static_assert(sizeof(ElfW(Ehdr)) <= kElfHeader);

std::optional<ProgramHeaders> program_headers(std::span<const std::byte> head) {
  constexpr unsigned char kClass = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;
  constexpr unsigned char kOrder =
      std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  ElfW(Ehdr) header;
  if (head.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, head.data(), sizeof header);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != kClass ||
      header.e_ident[EI_DATA] != kOrder || header.e_phentsize != sizeof(ElfW(Phdr))) {
    return std::nullopt;
  }
  return ProgramHeaders{header.e_phoff, std::uint64_t{header.e_phnum} * sizeof(ElfW(Phdr))};
}

std::uint64_t mapped_end(std::span<const std::byte> headers) {
  std::uint64_t end = 0;
  for (; headers.size() >= sizeof(ElfW(Phdr)); headers = headers.subspan(sizeof(ElfW(Phdr)))) {
    ElfW(Phdr) segment;
    std::memcpy(&segment, headers.data(), sizeof segment);
    if (segment.p_type != PT_LOAD) continue;
    const std::uint64_t offset = segment.p_offset;
    const std::uint64_t size = segment.p_filesz;
    constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
    end = std::max(end, size > kMost - offset ? kMost : offset + size);
  }
  return end;
}

#else

std::optional<ProgramHeaders> program_headers(std::span<const std::byte>) { return std::nullopt; }
std::uint64_t mapped_end(std::span<const std::byte>) { return 0; }

#endif

}  // namespace mainstay::plugins::detail
