// value_file.cpp - writing and summing up.
#include "mainstay/cache/value_file.hpp"

#include <vector>

#include "mainstay/cache/detail/crc32c.hpp"

namespace mainstay::cache {

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
