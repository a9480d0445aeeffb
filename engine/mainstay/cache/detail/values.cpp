// values.cpp - the system calls behind values.hpp.
#include "mainstay/cache/detail/values.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "mainstay/cache/detail/crc32c.hpp"
#include "mainstay/cache/detail/faults.hpp"
#include "mainstay/cache/detail/machine.hpp"
#include "mainstay/cache/options.hpp"
#include "mainstay/cache/value_file.hpp"

namespace mainstay::cache {
namespace detail {
namespace {

constexpr std::string_view kPassing = "new-";

unsigned folder_mode(unsigned mode) noexcept { return mode | (mode & 0444) >> 2; }

}  // namespace

std::string Values::name_of(std::uint64_t id) {
  std::string name(16, '0');
  for (std::size_t i = 16; i-- > 0; id >>= 4) name[i] = "0123456789abcdef"[id & 15];
  return name;
}

Result<File> Values::make() const {
#if defined(O_TMPFILE)
  auto file = File::open(directory_, O_TMPFILE | O_RDWR, mode_);
  if (file) return file;
  const int why = file.error().system_number;
  if (why != EOPNOTSUPP && why != EISDIR && why != EINVAL) return file;
#endif
  auto random = random_word();
  if (!random) return std::move(random).error();
  if (mkdir(folder_.c_str(), folder_mode(mode_)) != 0 && errno != EEXIST) {
    return system_error("cannot make", folder_, errno);
  }
  return File::open(folder_ + "/" + std::string(kPassing) + name_of(*random),
                    O_RDWR | O_CREAT | O_EXCL, mode_);
}

Result<bool> Values::link(const File& file, std::uint64_t id) const {
  const std::string to = path_of(id);
  const bool is_named = file.path().find(kPassing, folder_.size()) != std::string::npos &&
                        file.path().starts_with(folder_);
  const std::string from =
      is_named ? file.path() : "/proc/self/fd/" + std::to_string(file.descriptor());
  for (int tries = 0;; ++tries) {
    const int done = is_named
                         ? ::link(from.c_str(), to.c_str())
                         : linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), AT_SYMLINK_FOLLOW);
    if (done == 0) break;
    if (errno == EEXIST) return false;
    // The folder is made with the first file, and may be removed by who unlinks the last one.
    if (errno != ENOENT || tries == 100 ||
        (mkdir(folder_.c_str(), folder_mode(mode_)) != 0 && errno != EEXIST)) {
      return system_error("cannot name the value file", to, errno);
    }
  }
  if (is_named) ::unlink(from.c_str());
  point(Point::file_linked);
  return true;
}

void Values::unlink(std::uint64_t id) const noexcept {
  ::unlink(path_of(id).c_str());
  point(Point::file_unlinked);
}

void Values::remove_folder() const noexcept { ::rmdir(folder_.c_str()); }

Result<std::string> Values::read(const FileRef& file) const {
  const std::string path = path_of(file.id);
  auto opened = File::open(path, O_RDONLY);
  if (!opened) {
    if (opened.error().system_number != ENOENT) return std::move(opened).error();
    return Error{ErrorCode::not_found, "the value file \"" + path + "\" is gone"};
  }
  const Error damaged{ErrorCode::corrupt_data,
                      "the value file \"" + path + "\" is damaged: size or check sum differ"};
  auto size = opened->size();
  if (!size) return std::move(size).error();
  if (*size != file.size) return damaged;
  std::string bytes(file.size, '\0');
  auto got = opened->read(bytes.data(), bytes.size(), 0);
  if (!got) return std::move(got).error();
  if (*got != file.size || crc32c(bytes.data(), bytes.size()) != file.crc) return damaged;
  return bytes;
}

bool Values::is_good(const FileRef& file) const { return read(file).has_value(); }

Result<void> Values::sync(std::uint64_t id) const {
  auto opened = File::open(path_of(id), O_RDONLY);
  if (!opened) return opened.error().system_number == ENOENT ? Result<void>{} : opened.error();
  return opened->sync();
}

std::vector<std::uint64_t> Values::list() const {
  std::vector<std::uint64_t> ids;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(folder_.c_str()), closedir);
  if (folder == nullptr) return ids;
  while (const dirent* entry = readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    if (name.starts_with(kPassing)) ::unlink((folder_ + "/" + entry->d_name).c_str());
    if (name.size() != 16) continue;
    std::uint64_t id = 0;
    bool is_id = true;
    for (const char c : name) {
      const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
      is_id = is_id && digit >= 0;
      id = id << 4 | static_cast<std::uint64_t>(digit & 15);
    }
    if (is_id) ids.push_back(id);
  }
  return ids;
}

}  // namespace detail

Result<ValueFile> ValueFile::of(int descriptor) {
  ValueFile value(detail::File(descriptor, "value file"));
  std::vector<char> bytes(64 << 10);
  for (;;) {
    auto got = value.file_.read(bytes.data(), bytes.size(), value.size_);
    if (!got) return std::move(got).error();
    value.crc_ = detail::crc32c(bytes.data(), *got, value.crc_);
    value.size_ += *got;
    if (*got < bytes.size()) return value;
  }
}

Result<void> ValueFile::append(std::string_view bytes) {
  if (auto written = file_.write(bytes.data(), bytes.size(), size_); !written) return written;
  crc_ = detail::crc32c(bytes.data(), bytes.size(), crc_);
  size_ += bytes.size();
  return {};
}

}  // namespace mainstay::cache
