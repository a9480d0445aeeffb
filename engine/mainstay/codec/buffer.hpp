// buffer.hpp - a growing text that the writers append to.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

namespace mainstay::codec {

class TextBuffer {
 public:
  char* reserve(std::size_t count) {
    if (text_.size() - size_ < count) text_.resize(2 * text_.size() + count + 64);
    return text_.data() + size_;
  }
  void advance(std::size_t count) noexcept { size_ += count; }

  // What was written; the buffer is empty afterwards.
  [[nodiscard]] std::string take() {
    text_.resize(std::exchange(size_, 0));
    return std::exchange(text_, {});
  }

 private:
  std::string text_;
  std::size_t size_ = 0;
};

}  // namespace mainstay::codec
