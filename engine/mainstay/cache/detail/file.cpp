// file.cpp - the system calls behind file.hpp.
#include "mainstay/cache/detail/file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "mainstay/cache/detail/faults.hpp"

#if !defined(MADV_POPULATE_WRITE)
#define MADV_POPULATE_WRITE 23
#endif

namespace mainstay::cache::detail {
namespace {

template <class Call>
auto retried(Call call) {
  auto answer = call();
  while (answer < 0 && errno == EINTR) answer = call();
  return answer;
}

}  // namespace

Error system_error(std::string_view what, std::string_view path, int number) {
  const bool full = number == ENOSPC || number == EDQUOT;
  return {ErrorCode::system,
          std::string(what) + " \"" + std::string(path) +
              "\": " + std::generic_category().message(number) +
              (number == EFBIG ? "; raise the limit that `ulimit -f` shows"
               : full          ? "; make room on that file system"
                               : ""),
          number};
}

bool is_full(const Error& error) noexcept {
  return error.code == ErrorCode::system &&
         (error.system_number == ENOSPC || error.system_number == EDQUOT ||
          error.system_number == EFBIG);
}

File::File(File&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
    path_ = std::move(other.path_);
  }
  return *this;
}

File::~File() { close(); }

Result<File> File::open(std::string path, int flags, unsigned mode) {
  const int descriptor = retried([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); });
  if (descriptor < 0) return system_error("cannot open", path, errno);
  return File(descriptor, std::move(path));
}

void File::close() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

int File::release() noexcept { return std::exchange(descriptor_, -1); }

Result<std::uint64_t> File::size() const {
  struct stat facts{};
  if (fstat(descriptor_, &facts) != 0) return system_error("cannot look at", path_, errno);
  return static_cast<std::uint64_t>(facts.st_size);
}

Result<std::uint64_t> File::inode() const {
  struct stat facts{};
  if (fstat(descriptor_, &facts) != 0) return system_error("cannot look at", path_, errno);
  return static_cast<std::uint64_t>(facts.st_ino);
}

std::uint64_t File::allocated() const noexcept {
  struct stat facts{};
  return fstat(descriptor_, &facts) == 0 ? static_cast<std::uint64_t>(facts.st_blocks) * 512 : 0;
}

Result<void> File::allocate(std::size_t offset, std::size_t length) const {
  int failure = 0;
  do {
    failure = posix_fallocate(descriptor_, static_cast<off_t>(offset), static_cast<off_t>(length));
  } while (failure == EINTR);
  if (failure != 0) return system_error("cannot make room in", path_, failure);
  return {};
}

void File::punch([[maybe_unused]] std::size_t offset,
                 [[maybe_unused]] std::size_t length) const noexcept {
#if defined(FALLOC_FL_PUNCH_HOLE)
  // Room that is kept is no fault.
  (void)fallocate(descriptor_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  static_cast<off_t>(offset), static_cast<off_t>(length));
#endif
}

Result<std::size_t> File::read(void* data, std::size_t size, std::size_t offset) const {
  std::size_t have = 0;
  while (have < size) {
    const auto got = retried([&] {
      return pread(descriptor_, static_cast<char*>(data) + have, size - have,
                   static_cast<off_t>(offset + have));
    });
    if (got < 0) return system_error("cannot read", path_, errno);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  return have;
}

Result<void> File::write(const void* data, std::size_t size, std::size_t offset) const {
  std::size_t done = 0;
  while (done < size) {
    const auto put = retried([&] {
      return pwrite(descriptor_, static_cast<const char*>(data) + done, size - done,
                    static_cast<off_t>(offset + done));
    });
    if (put < 0) return system_error("cannot write", path_, errno);
    done += static_cast<std::size_t>(put);
  }
  return {};
}

Result<void> File::sync() const {
  if (retried([&] { return fdatasync(descriptor_); }) != 0) {
    return system_error("cannot sync", path_, errno);
  }
  synced(path_);
  return {};
}

void File::touch() const noexcept { (void)futimens(descriptor_, nullptr); }

Result<bool> try_lock(const File& file, bool exclusive) {
  struct flock lock{};
  lock.l_type = static_cast<short>(exclusive ? F_WRLCK : F_RDLCK);
  lock.l_whence = SEEK_SET;
  lock.l_start = 0;
  lock.l_len = 1;
  if (retried([&] { return fcntl(file.descriptor(), F_OFD_SETLK, &lock); }) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  return system_error("cannot lock", file.path(), errno);
}

Mapping::Mapping(Mapping&& other) noexcept
    : words_(std::exchange(other.words_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(words_, other.words_);
  std::swap(size_, other.size_);
  return *this;
}

Mapping::~Mapping() {
  if (words_ != nullptr) munmap(words_, size_);
}

Result<Mapping> Mapping::of(const File& file, std::size_t reserve) {
  void* const memory =
      mmap(nullptr, reserve, PROT_READ | PROT_WRITE, MAP_SHARED, file.descriptor(), 0);
  if (memory == MAP_FAILED) {
    if (errno == ENOMEM) {
      return Error{ErrorCode::system,
                   "cannot map \"" + file.path() + "\": " + std::to_string(reserve >> 20) +
                       " MiB of address space are needed (memory is not); raise the limit that "
                       "`ulimit -v` shows",
                   ENOMEM};
    }
    return system_error("cannot map", file.path(), errno);
  }
  Mapping mapping;
  mapping.words_ = static_cast<Word*>(memory);
  mapping.size_ = reserve;
  return mapping;
}

bool Mapping::populate(std::size_t offset, std::size_t length) const noexcept {
  constexpr std::size_t kPageSize = 4096;
  const std::size_t begin = offset / kPageSize * kPageSize;
  const int done = retried([&] {
    return madvise(reinterpret_cast<char*>(words_) + begin, offset + length - begin,
                   MADV_POPULATE_WRITE);
  });
  return done == 0 || (errno != EFAULT && errno != ENOMEM);  // EINVAL: the kernel is too old to ask
}

Result<void> sync_folder(const std::string& path) {
  auto folder = File::open(path, O_RDONLY | O_DIRECTORY);
  if (!folder) return std::move(folder).error();
  if (retried([&] { return fsync(folder->descriptor()); }) != 0) {
    return system_error("cannot sync", path, errno);
  }
  synced(path);
  return {};
}

}  // namespace mainstay::cache::detail
