// number.cpp - scanning and writing numbers.
#include "mainstay/codec/number.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <system_error>

#include "mainstay/codec/text.hpp"

namespace mainstay::codec {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool equals_lower(std::string_view text, std::string_view lower) noexcept {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

// Goes over digits and adds them to a number, eight at once where there are so many.
const char* read_digits(const char* at, const char* end, std::uint64_t& number) noexcept {
  if constexpr (std::endian::native == std::endian::little) {
    while (end - at >= 8) {
      std::uint64_t word = detail::load(at);
      // 0x30 to 0x39, and no carry out of a byte when 6 is added.
      if (((word & 0xF0F0'F0F0'F0F0'F0F0U) |
           (((word + 0x0606'0606'0606'0606U) & 0xF0F0'F0F0'F0F0'F0F0U) >> 4U)) !=
          0x3333'3333'3333'3333U) {
        break;
      }
      word = (word & 0x0F0F'0F0F'0F0F'0F0FU) * 2561 >> 8U;
      word = (word & 0x00FF'00FF'00FF'00FFU) * 6553601 >> 16U;
      number = number * 100'000'000 + ((word & 0x0000'FFFF'0000'FFFFU) * 42949672960001U >> 32U);
      at += 8;
    }
  }
  for (; at != end && is_digit(*at); ++at) {
    number = number * 10 + static_cast<unsigned>(*at - '0');
  }
  return at;
}

}  // namespace

Number scan_number(std::string_view text) noexcept {
  Number number;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* at = begin;
  const auto stop = [&](NumberKind kind) {
    number.kind = kind;
    number.length = static_cast<std::size_t>(at - begin);
    return number;
  };
  if (*at == '-') {
    number.negative = true;
    if (++at == end) return stop(NumberKind::malformed);
  }
  const char* const digits = at;
  bool fits = true;
  std::uint64_t magnitude = 0;
  if (*at == '0') {
    ++at;
    if (at != end && is_digit(*at)) return stop(NumberKind::malformed);
  } else {
    for (; at != end && is_digit(*at); ++at) {
      const auto digit = static_cast<unsigned>(*at - '0');
      // Nineteen digits always fit.
      if (at - digits >= 19 &&
          (magnitude > (std::numeric_limits<std::uint64_t>::max() - digit) / 10)) {
        fits = false;
      }
      magnitude = magnitude * 10 + digit;
    }
    if (at == digits) return stop(NumberKind::misplaced);
    number.magnitude = magnitude;
  }
  bool real = false;
  std::ptrdiff_t count = at - digits;
  std::ptrdiff_t power = 0;
  if (at != end && *at == '.') {
    real = true;
    const char* const fraction = ++at;
    at = read_digits(at, end, magnitude);
    if (at == fraction) return stop(NumberKind::malformed);
    count += at - fraction;
    power = fraction - at;
  }
  if (at != end && (*at == 'e' || *at == 'E')) {
    real = true;
    if (++at == end) return stop(NumberKind::malformed);
    const bool shrinks = *at == '-';
    if (*at == '+' || *at == '-') ++at;
    const char* const exponent = at;
    std::ptrdiff_t more = 0;
    for (; at != end && is_digit(*at); ++at) {
      if (more < 1000) more = more * 10 + (*at - '0');
    }
    if (at == exponent) return stop(NumberKind::malformed);
    power += shrinks ? -more : more;
  }
  if (real) {
    // Nineteen digits always fit.
    number.exact = count <= 19;
    number.magnitude = magnitude;
    number.exponent = static_cast<int>(std::max<std::ptrdiff_t>(power, -1000));
    return stop(NumberKind::real);
  }
  if (number.negative && number.magnitude > std::uint64_t{1} << 63U) fits = false;
  return stop(fits ? NumberKind::integer : NumberKind::big_integer);
}

#if defined(__SIZEOF_INT128__)
namespace {

__extension__ using Wide = unsigned __int128;

// 5**-power is value * 2**-shift, or less than 2**-shift more; the highest bit of value is set.
struct Reciprocal {
  Wide value = 0;
  int shift = 0;
};

constexpr std::array<Reciprocal, 28> kReciprocals = [] {
  std::array<Reciprocal, 28> made{};
  std::uint64_t divisor = 5;
  for (std::size_t power = 1; power < made.size(); ++power, divisor *= 5) {
    const auto bits = static_cast<int>(std::bit_width(divisor));
    std::uint64_t rest = std::uint64_t{1} << static_cast<unsigned>(bits - 1);
    for (int i = 0; i < 128; ++i) {
      rest *= 2;
      made[power].value = made[power].value * 2 + (rest >= divisor ? 1 : 0);
      if (rest >= divisor) rest -= divisor;
    }
    made[power].shift = 127 + bits;
  }
  return made;
}();

}  // namespace

// After Lemire: a product that is known to almost 128 digits says how 53 are rounded, unless it is
// next to the middle of two doubles.
bool detail::scale_long(std::uint64_t magnitude, int exponent, double& number) noexcept {
  if (exponent >= 0 || exponent < -27 || magnitude == 0) return false;
  const Reciprocal& reciprocal = kReciprocals[static_cast<std::size_t>(-exponent)];
  const int zeros = std::countl_zero(magnitude);
  const Wide factor = magnitude << static_cast<unsigned>(zeros);
  const Wide product = factor * static_cast<std::uint64_t>(reciprocal.value >> 64U) +
                       (factor * static_cast<std::uint64_t>(reciprocal.value) >> 64U);
  // The true one is less than two more.
  const unsigned shift = (product >> 127U) != 0 ? 75 : 74;
  const Wide rest = product & ((Wide{1} << shift) - 1);
  const Wide middle = Wide{1} << (shift - 1);
  if (rest <= middle && rest + 2 >= middle) return false;
  const std::uint64_t digits =
      static_cast<std::uint64_t>(product >> shift) + (rest > middle ? 1 : 0);
  const int power = static_cast<int>(shift) + 64 - zeros - reciprocal.shift + exponent;
  // A carry out of the digits goes where it belongs.
  number = std::bit_cast<double>((static_cast<std::uint64_t>(power + 52 + 1023) << 52U) +
                                 (digits - (std::uint64_t{1} << 52U)));
  return true;
}
#else
bool detail::scale_long(std::uint64_t, int, double&) noexcept { return false; }
#endif

double to_double(std::string_view spelling) noexcept {
  double number = 0;
  const auto [end, problem] =
      std::from_chars(spelling.data(), spelling.data() + spelling.size(), number);
  if (problem != std::errc::result_out_of_range) return number;
  // from_chars does not say which end of the range was left. A number that is too large has more
  // digits before its point, with the exponent, than one that is too small can have.
  const bool negative = spelling.front() == '-';
  if (negative) spelling.remove_prefix(1);
  long long point = 0;  // position of the first digit that counts, relative to the point
  std::size_t at = 0;
  bool found = false;
  for (; at < spelling.size() && is_digit(spelling[at]); ++at) {
    if (found || spelling[at] != '0') {
      found = true;
      ++point;
    }
  }
  if (at < spelling.size() && spelling[at] == '.') {
    for (++at; at < spelling.size() && is_digit(spelling[at]); ++at) {
      if (!found && spelling[at] == '0') --point;
      if (spelling[at] != '0') found = true;
    }
  }
  bool shrinks = false;
  long long exponent = 0;
  if (at < spelling.size()) {
    ++at;
    if (spelling[at] == '+' || spelling[at] == '-') shrinks = spelling[at++] == '-';
    for (; at < spelling.size(); ++at) {
      if (exponent < 1'000'000'000) exponent = exponent * 10 + (spelling[at] - '0');
    }
  }
  const bool large = found && point + (shrinks ? -exponent : exponent) > 0;
  number = large ? std::numeric_limits<double>::infinity() : 0.0;
  return negative ? -number : number;
}

bool scan_nonfinite(std::string_view text, double& number) noexcept {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (equals_lower(text, "nan")) {
    number = std::numeric_limits<double>::quiet_NaN();
  } else if (equals_lower(text, "inf") || equals_lower(text, "infinity")) {
    number = std::numeric_limits<double>::infinity();
  } else {
    return false;
  }
  if (negative) number = -number;
  return true;
}

std::size_t write_integer(std::uint64_t number, char* out) noexcept {
  return static_cast<std::size_t>(std::to_chars(out, out + kMaxIntegerText, number).ptr - out);
}

std::size_t write_integer(std::int64_t number, char* out) noexcept {
  return static_cast<std::size_t>(std::to_chars(out, out + kMaxIntegerText, number).ptr - out);
}

namespace {

// Up to three decimals and fifteen digits in all: those that read back as the same number are the
// shortest, as no two of such numbers are the same double. Null: it has more.
char* write_few_decimals(double number, char* at) noexcept {
  constexpr double kMost = 1e11;
  if (number >= kMost) return nullptr;
  const auto thousandths = static_cast<std::uint64_t>(number * 1000 + 0.5);
  if (static_cast<double>(thousandths) / 1000 != number) return nullptr;
  at = std::to_chars(at, at + kMaxIntegerText, thousandths / 1000).ptr;
  auto rest = static_cast<unsigned>(thousandths % 1000);
  *at++ = '.';
  do {
    *at++ = static_cast<char>('0' + rest / 100);
    rest = rest % 100 * 10;
  } while (rest != 0);
  return at;
}

}  // namespace

std::size_t write_double(double number, char* out) noexcept {
  char* at = out;
  if (std::signbit(number)) *at++ = '-';
  number = std::fabs(number);
  char* end = write_few_decimals(number, at);
  if (end == nullptr) {
    const bool plain = number >= 1e-5 && number < 1e16;
    end = std::to_chars(at, out + kMaxDoubleText, number,
                        plain ? std::chars_format::fixed : std::chars_format::scientific)
              .ptr;
    if (plain && std::find(at, end, '.') == end) {
      std::memcpy(end, ".0", 2);
      end += 2;
    }
    if (!plain) {
      // e+07 and e-07 are e7 and e-7.
      char* read = std::find(at, end, 'e') + 1;
      char* write = read;
      if (*read == '-') ++write;
      ++read;
      if (*read == '0') ++read;
      end = std::copy(read, end, write);
    }
  }
  return static_cast<std::size_t>(end - out);
}

}  // namespace mainstay::codec
