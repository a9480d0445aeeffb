// line.hpp - the bytes of a line that is being made, and numbers as Python and JSON write them.
//
// A Line is short-lived and belongs to one thread. Its first kilobyte is inside of it, so that most
// lines allocate nothing; longer ones grow on the heap, and std::bad_alloc passes through.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace mainstay::log {

class Line {
 public:
  Line() noexcept = default;
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  [[nodiscard]] std::string_view view() const noexcept { return {begin_, size_}; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  // Forgets what was appended after the line had this size. Precondition: size <= size().
  void cut(std::size_t size) noexcept { size_ = size; }

  void append(char c) {
    if (size_ == capacity_) grow(1);
    begin_[size_++] = c;
  }
  void append(std::string_view text) {
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }

  // Room for `count` more bytes; what of it was written is told to `took`.
  [[nodiscard]] char* room(std::size_t count) {
    if (capacity_ - size_ < count) grow(count);
    return begin_ + size_;
  }
  void took(std::size_t count) noexcept { size_ += count; }

 private:
  void grow(std::size_t count);

  std::array<char, 1024> inside_;
  std::unique_ptr<char[]> outside_;
  char* begin_ = inside_.data();
  std::size_t size_ = 0;
  std::size_t capacity_ = inside_.size();
};

void append_integer(Line& line, std::int64_t number);

// The shortest text that reads back as the same number, as Python's repr: 1.0, 1e-05, 1e+16.
// Precondition: the number is finite.
void append_real(Line& line, double number);

}  // namespace mainstay::log
