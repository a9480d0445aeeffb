// file.hpp - files, locks on them and mapped memory, as values that close themselves.
//
// Thin: one system call each, EINTR retried, failure as an Error that names the file.
// Not shared between threads while they are changed; the calls themselves may be made by any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mainstay/base/result.hpp"
#include "mainstay/cache/detail/words.hpp"

namespace mainstay::cache::detail {

// `what` and the system's words for `number`.
[[nodiscard]] Error system_error(std::string_view what, std::string_view path, int number);
// No room: on the disk, or within a limit of the store.
[[nodiscard]] bool is_full(const Error& error) noexcept;

class File {
 public:
  File() = default;
  File(int descriptor, std::string path) noexcept
      : descriptor_(descriptor), path_(std::move(path)) {}
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  // As open(2), with O_CLOEXEC.
  [[nodiscard]] static Result<File> open(std::string path, int flags, unsigned mode = 0);

  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  void close() noexcept;
  int release() noexcept;

  [[nodiscard]] Result<std::uint64_t> size() const;
  [[nodiscard]] Result<std::uint64_t> inode() const;
  // Bytes on disk.
  [[nodiscard]] std::uint64_t allocated() const noexcept;
  // Room for [offset, offset + length): what is written there later meets no full disk.
  [[nodiscard]] Result<void> allocate(std::size_t offset, std::size_t length) const;
  // Gives the room back, where the file system can; reads as zeros then.
  void punch(std::size_t offset, std::size_t length) const noexcept;
  // How many bytes were read; fewer at the end of the file.
  [[nodiscard]] Result<std::size_t> read(void* data, std::size_t size, std::size_t offset) const;
  [[nodiscard]] Result<void> write(const void* data, std::size_t size, std::size_t offset) const;
  [[nodiscard]] Result<void> sync() const;
  // The modification time is now: a mapped file's need not tell of the last stores.
  void touch() const noexcept;

 private:
  int descriptor_ = -1;
  std::string path_;
};

// An open-file-description lock on byte 0. False: another has one that forbids it.
[[nodiscard]] Result<bool> try_lock(const File& file, bool exclusive);

// `reserve` bytes of a file from its beginning, shared; what is beyond the end becomes usable when
// the file grows.
class Mapping {
 public:
  Mapping() = default;
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  ~Mapping();

  [[nodiscard]] static Result<Mapping> of(const File& file, std::size_t reserve);

  [[nodiscard]] Word* words() const noexcept { return words_; }
  template <class T>
  [[nodiscard]] T* at(std::size_t offset) const noexcept {
    return reinterpret_cast<T*>(reinterpret_cast<char*>(words_) + offset);
  }
  // Touches pages for writing; false: there is no room for them (which is no signal here).
  [[nodiscard]] bool populate(std::size_t offset, std::size_t length) const noexcept;

 private:
  Word* words_ = nullptr;
  std::size_t size_ = 0;
};

// Syncs a folder, so that the names in it are on disk.
[[nodiscard]] Result<void> sync_folder(const std::string& path);

}  // namespace mainstay::cache::detail
