// value_file.hpp - a value on its way into a file of the store: written without a name and without
// the lock, linked inside the commit. One that is never put vanishes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mainstay/base/result.hpp"
#include "mainstay/cache/detail/file.hpp"

namespace mainstay::cache {

class ValueFile {
 public:
  ValueFile() = default;
  // Takes the descriptor over and reads what is in it, from the beginning.
  [[nodiscard]] static Result<ValueFile> of(int descriptor);

  [[nodiscard]] Result<void> append(std::string_view bytes);
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] int descriptor() const noexcept { return file_.descriptor(); }
  int release() noexcept { return file_.release(); }

 private:
  friend class Hold;
  friend class Store;
  explicit ValueFile(detail::File file) noexcept : file_(std::move(file)) {}

  detail::File file_;
  std::uint64_t size_ = 0;
  std::uint32_t crc_ = 0;
};

}  // namespace mainstay::cache
