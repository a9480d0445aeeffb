// elf.cpp - two loops over fields of <elf.h>; elsewhere there is nothing to look at.
#include "mainstay/plugins/detail/elf.hpp"

#if defined(__ELF__)
#include <link.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <limits>
#endif

namespace mainstay::plugins::detail {

#if defined(__ELF__)

static_assert(sizeof(ElfW(Ehdr)) <= kElfHeader);

namespace {

// The number of the machine we are compiled for; 0 where we do not know it.
constexpr unsigned kOurs =
#if defined(__x86_64__)
    EM_X86_64;
#elif defined(__i386__)
    EM_386;
#elif defined(__aarch64__)
    EM_AARCH64;
#elif defined(__arm__)
    EM_ARM;
#elif defined(__riscv)
    EM_RISCV;
#elif defined(__powerpc64__)
    EM_PPC64;
#elif defined(__s390x__)
    EM_S390;
#else
    EM_NONE;
#endif

struct Named {
  unsigned machine;
  const char* name;
};
constexpr Named kNames[] = {{EM_X86_64, "x86-64"}, {EM_386, "x86"},      {EM_AARCH64, "AArch64"},
                            {EM_ARM, "ARM"},       {EM_RISCV, "RISC-V"}, {EM_PPC64, "PowerPC"},
                            {EM_S390, "s390x"}};

// The header, when it is one of this machine's class and byte order.
std::optional<ElfW(Ehdr)> header_of(std::span<const std::byte> head) {
  constexpr unsigned char kClass = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;
  constexpr unsigned char kOrder =
      std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  ElfW(Ehdr) header;
  if (head.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, head.data(), sizeof header);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != kClass ||
      header.e_ident[EI_DATA] != kOrder) {
    return std::nullopt;
  }
  return header;
}

}  // namespace

std::optional<ProgramHeaders> program_headers(std::span<const std::byte> head) {
  const auto header = header_of(head);
  if (!header || header->e_phentsize != sizeof(ElfW(Phdr))) return std::nullopt;
  return ProgramHeaders{header->e_phoff, std::uint64_t{header->e_phnum} * sizeof(ElfW(Phdr))};
}

std::optional<Machines> other_machine(std::span<const std::byte> head) {
  const auto header = header_of(head);
  if (!header || kOurs == EM_NONE || header->e_machine == kOurs) return std::nullopt;
  return Machines{header->e_machine, kOurs};
}

std::string machine_name(unsigned machine) {
  const auto* named =
      std::find_if(std::begin(kNames), std::end(kNames),
                   [machine](const Named& each) { return each.machine == machine; });
  return named == std::end(kNames) ? "machine " + std::to_string(machine) : named->name;
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
std::optional<Machines> other_machine(std::span<const std::byte>) { return std::nullopt; }
std::string machine_name(unsigned machine) { return "machine " + std::to_string(machine); }
std::uint64_t mapped_end(std::span<const std::byte>) { return 0; }

#endif

}  // namespace mainstay::plugins::detail
