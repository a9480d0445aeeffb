// number.hpp - numbers as text: scanning what JSON allows, writing the shortest that reads back.
//
// Pure functions over bytes. The text of a double has one style: plain digits where the decimal
// point falls within 16 digits or at most 4 zeros follow it, and else an exponent (1e16, 1e-6).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mainstay::codec {

enum class NumberKind : std::uint8_t {
  integer,      // fits 64 bits: magnitude and sign
  big_integer,  // does not; only its spelling says what it is
  real,         // has a fraction or an exponent
  malformed,    // no number: `length` bytes were read
  misplaced,    // no digit where one has to be: `length` bytes were read
};

struct Number {
  NumberKind kind = NumberKind::malformed;
  bool negative = false;
  bool exact = false;  // real: its digits fit `magnitude`, and it is magnitude * 10 ** exponent
  int exponent = 0;
  std::uint64_t magnitude = 0;
  std::size_t length = 0;  // bytes of `text` that belong to it
};

// The JSON number that `text` begins with. Precondition: it is not empty.
[[nodiscard]] Number scan_number(std::string_view text) noexcept;

// The double nearest to the spelling of a scanned number of any kind; infinite when it is out of
// range.
[[nodiscard]] double to_double(std::string_view spelling) noexcept;

// The double nearest to magnitude * 10 ** exponent. False: it is not found by one operation, ask
// to_double().
[[nodiscard]] bool scale(std::uint64_t magnitude, int exponent, double& number) noexcept;

namespace detail {

[[nodiscard]] bool scale_long(std::uint64_t magnitude, int exponent, double& number) noexcept;

}  // namespace detail

inline bool scale(std::uint64_t magnitude, int exponent, double& number) noexcept {
  // What is exact in doubles: a whole number up to 2**53 times or by a power of ten up to 10**22.
  constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (exponent < -22 || exponent > 22 || magnitude > std::uint64_t{1} << 53U) {
    return detail::scale_long(magnitude, exponent, number);
  }
  const auto whole = static_cast<double>(magnitude);
  number = exponent < 0 ? whole / kPowers[-exponent] : whole * kPowers[exponent];
  return true;
}

// How a text that is not JSON may say a number that is not finite: nan, inf, infinity, with a minus
// or without, in any case. False when it does not.
[[nodiscard]] bool scan_nonfinite(std::string_view text, double& number) noexcept;

inline constexpr std::size_t kMaxIntegerText = 20;
inline constexpr std::size_t kMaxDoubleText = 25;

// Write at `out`, which has room for the constants above, and return how many bytes.
std::size_t write_integer(std::uint64_t number, char* out) noexcept;
std::size_t write_integer(std::int64_t number, char* out) noexcept;
// Precondition: `number` is finite.
std::size_t write_double(double number, char* out) noexcept;

}  // namespace mainstay::codec
