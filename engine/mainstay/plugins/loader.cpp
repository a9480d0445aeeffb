// loader.cpp - look at the file, open it, find the table.
#include "mainstay/plugins/loader.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#if defined(__GLIBC__)
#include <link.h>
#endif

#include "mainstay/plugins/detail/elf.hpp"

namespace mainstay::plugins {
namespace {

Error unloadable(std::string_view path, std::string_view why) {
  return {ErrorCode::invalid_argument,
          "cannot load plugin \"" + std::string(path) + "\": " + std::string(why)};
}

// A file that is open for reading; of the system, for streams would bring the whole of locales into
// a binding that is loaded at every start.
class File {
 public:
  // Does not wait, should the file be a pipe after all.
  explicit File(const char* path) noexcept
      : descriptor_(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  // Up to `size` bytes at `offset`; fewer when the file ends there or cannot be read.
  [[nodiscard]] std::vector<std::byte> read(std::uint64_t offset, std::uint64_t size) const {
    std::vector<std::byte> bytes(size);
    std::size_t have = 0;
    while (descriptor_ >= 0 && have < size) {
      const auto got =
          pread(descriptor_, bytes.data() + have, size - have, static_cast<off_t>(offset + have));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      have += static_cast<std::size_t>(got);
    }
    bytes.resize(have);
    return bytes;
  }

 private:
  int descriptor_;
};

Result<void> look_at(const std::string& path) {
  struct stat facts{};
  if (stat(path.c_str(), &facts) != 0) {
    if (errno == ENOENT) {
      return unloadable(path, "there is no such file; wanted the path of a shared object");
    }
    return unloadable(path, std::generic_category().message(errno));
  }
  // Opening a pipe would wait for a writer, for ever.
  if (!S_ISREG(facts.st_mode)) {
    return unloadable(path, "it is no ordinary file; wanted the path of a shared object");
  }
  const auto length = static_cast<std::uint64_t>(facts.st_size);
  const File file(path.c_str());
  const auto head = file.read(0, detail::kElfHeader);
  if (const auto machines = detail::other_machine(head)) {
    return unloadable(path, "it was built for " + detail::machine_name(machines->theirs) +
                                ", and this is " + detail::machine_name(machines->ours) +
                                "; wanted a shared object for this machine, get or build one");
  }
  const auto headers = detail::program_headers(head);
  if (!headers) return {};  // or no permission: the loader knows the words
  const bool whole = headers->size <= length && headers->offset <= length - headers->size;
  if (!whole || detail::mapped_end(file.read(headers->offset, headers->size)) > length) {
    return unloadable(path, "its " + std::to_string(length) +
                                " bytes end before what its header promises; it was cut off on the "
                                "way, copy or build it again");
  }
  return {};
}

// How many bytes are known to stand at the symbol's address.
std::size_t symbol_size([[maybe_unused]] const void* symbol, std::size_t otherwise) {
#if defined(__GLIBC__)
  Dl_info info;
  void* extra = nullptr;
  if (dladdr1(symbol, &info, &extra, RTLD_DL_SYMENT) != 0 && extra != nullptr &&
      info.dli_saddr == symbol) {
    if (const auto size = static_cast<const ElfW(Sym)*>(extra)->st_size; size > 0) return size;
  }
#endif
  return otherwise;
}

// Whether the symbol is of the library that was opened, and not of one that it needs, where dlsym()
// looks too.
bool is_of([[maybe_unused]] void* opened, [[maybe_unused]] const void* symbol) {
#if defined(__GLIBC__)
  link_map* library = nullptr;
  Dl_info info;
  void* owner = nullptr;
  return dlinfo(opened, RTLD_DI_LINKMAP, &library) != 0 ||
         dladdr1(symbol, &info, &owner, RTLD_DL_LINKMAP) == 0 || owner == library;
#else
  return true;
#endif
}

// What the loader said, which begins with the name of the file as a rule; that is told already.
std::string words_of_loader(std::string_view file) {
  const char* const said = dlerror();
  std::string_view words = said == nullptr ? "dlopen() failed" : said;
  if (words.starts_with(file) && words.substr(file.size()).starts_with(": ")) {
    words.remove_prefix(file.size() + 2);
  }
  return std::string(words);
}

}  // namespace

Result<Library> open_library(const std::string& path) {
  if (path.empty()) return unloadable(path, "the path is empty; wanted that of a shared object");
  if (path.find('\0') != std::string::npos) {
    return unloadable(path.c_str(), "the path goes on after a zero byte");
  }
  if (auto looked = look_at(path); !looked) return std::move(looked).error();
  // With a slash in it the name is a path and not searched for.
  const std::string file = path.find('/') == std::string::npos ? "./" + path : path;

  void* const opened = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (opened == nullptr) {
    return unloadable(path, words_of_loader(file) +
                                "; wanted a shared object for this machine with all it needs");
  }
  std::shared_ptr<const void> handle(opened, [](void* library) { dlclose(library); });
  const void* const symbol = dlsym(opened, MAINSTAY_PLUGINS_SYMBOL);
  if (symbol == nullptr || !is_of(opened, symbol)) {
    return unloadable(path, "it exports no " MAINSTAY_PLUGINS_SYMBOL
                            "; a plugin defines a mainstay_plugins_table of that name (abi.h)");
  }
  const std::size_t size = symbol_size(symbol, sizeof(mainstay_plugins_table));
  auto table = check({static_cast<const std::byte*>(symbol), size}, path);
  if (!table) return std::move(table).error();
  return Library{*std::move(table), std::move(handle)};
}

Result<Offers> load(const std::string& path) {
  auto library = open_library(path);
  if (!library) return std::move(library).error();
  return set_up(library->table, std::move(library->handle));
}

}  // namespace mainstay::plugins
