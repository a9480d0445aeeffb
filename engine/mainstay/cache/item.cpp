// item.cpp - numbers as bytes that sort.
#include "mainstay/cache/item.hpp"

#include <bit>
#include <cmath>

namespace mainstay::cache {
namespace {

constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
constexpr double kTwoTo63 = 9223372036854775808.0;

// Larger doubles have larger words.
std::uint64_t sortable(double number) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(number == 0 ? 0.0 : number);
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

void write(char* bytes, double number, std::uint64_t rest) noexcept {
  const std::uint64_t word = sortable(number);
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(word >> (56 - 8 * i));
  bytes[8] = static_cast<char>(rest >> 8);
  bytes[9] = static_cast<char>(rest);
}

std::uint64_t read(std::string_view bytes, std::size_t from, std::size_t to) noexcept {
  std::uint64_t word = 0;
  for (; from < to; ++from) word = word << 8 | static_cast<unsigned char>(bytes[from]);
  return word;
}

}  // namespace

NumberKey::NumberKey(std::int64_t number) noexcept : form_(0) {
  // The largest double not above the number, and what is left: less than 2^10.
  auto below = static_cast<double>(number);
  if (below >= kTwoTo63 || static_cast<std::int64_t>(below) > number) {
    below = std::nextafter(below, -HUGE_VAL);
  }
  const auto rest = static_cast<std::uint64_t>(number) -
                    static_cast<std::uint64_t>(static_cast<std::int64_t>(below));
  write(bytes_, below, rest);
}

NumberKey::NumberKey(double number) noexcept : form_(1) { write(bytes_, number, 0); }

double float_of(std::string_view number_key) noexcept {
  const std::uint64_t word = read(number_key, 0, 8);
  return std::bit_cast<double>((word & kSign) != 0 ? word & ~kSign : ~word);
}

std::int64_t integer_of(std::string_view number_key) noexcept {
  const double below = float_of(number_key);
  if (!(below >= -kTwoTo63 && below < kTwoTo63)) return 0;  // no integer's key
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(static_cast<std::int64_t>(below)) +
                                   read(number_key, 8, 10));
}

}  // namespace mainstay::cache
