// meter.hpp - the line of a bar: `desc:  23%|##3       | 231/1000 [06:32<21:44,  1.70s/it]`.
//
// Values in, a text out; no clock and no terminal. What a line shows is in a Meter, how in a
// Layout, which is parsed once. Texts are UTF-8. May be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mainstay/progress/count.hpp"

namespace mainstay::progress {

inline constexpr std::string_view kAscii = " 123456789#";
// Blocks of eighths.
inline constexpr std::string_view kBlocks = " ▏▎▍▌▋▊▉█";
inline constexpr std::string_view kBlank = "  ";

// How a line is laid out: a text with fields in braces, as Python's str.format has it. Fields:
// l_bar, bar, r_bar, n, n_fmt, total, total_fmt, percentage, elapsed, remaining, desc, unit,
// rate_fmt, rate_noinv_fmt, rate_inv_fmt, postfix. `bar` may have a width, below 0 one to take from
// the room there is, and a letter: a for ASCII, u for blocks, b for blanks; `percentage` may have a
// width and digits, such as 3.0f. Nothing else is known.
class Layout {
 public:
  enum class Field : std::uint8_t {
    text,
    l_bar,
    bar,
    r_bar,
    n,
    n_fmt,
    total,
    total_fmt,
    percentage,
    elapsed,
    remaining,
    desc,
    unit,
    rate_fmt,
    rate_noinv_fmt,
    rate_inv_fmt,
    postfix,
  };

  struct Piece {
    Field field = Field::text;
    std::string text;  // Field::text
    int width = 0;     // of bar: 0 is not given
    int digits = -1;   // of percentage: -1 is not given
    char symbols = 0;  // of bar: a, u, b, or 0
    bool has_width = false;
  };

  // {l_bar}{bar}{r_bar}
  Layout();

  // Empty when `format` has a field or a specification that is not known.
  [[nodiscard]] static std::optional<Layout> parse(std::string_view format);

  [[nodiscard]] const std::vector<Piece>& pieces() const noexcept { return pieces_; }
  [[nodiscard]] bool has(Field field) const noexcept;

 private:
  std::vector<Piece> pieces_;
};

struct Meter {
  Count n = {};
  std::optional<Count> total = {};  // empty: only counts and rate are shown
  double elapsed = 0;               // seconds
  std::optional<double> rate = {};  // per second; empty: the average of the whole
  Count initial = {};               // where counting began
  std::string_view prefix = {};
  std::string_view unit = "it";
  std::string_view postfix = {};
  bool scaled = false;               // 12.3k, in steps of `divisor`
  std::optional<Count> factor = {};  // n, total and rate are multiplied; not with `scaled`
  double divisor = 1000;
  std::string_view symbols = kBlocks;  // of the bar, from empty to full; two characters at least
  std::string_view colour = {};        // an escape sequence
  std::optional<std::size_t> columns = {};  // 0: no bar; empty: a bar of ten, and no limit
};

// The escape sequence of a colour, a name or "#rrggbb"; empty when it is none.
[[nodiscard]] std::string colour_sequence(std::string_view name);

// The line. `layout` is null where the default one is wanted, which without a total is another.
// Empty for values that no bar has: counts beyond 2^53, more or less than the whole.
[[nodiscard]] std::optional<std::string> meter_text(const Meter& meter, const Layout* layout);

}  // namespace mainstay::progress
