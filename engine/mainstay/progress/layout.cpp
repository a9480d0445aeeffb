// layout.cpp - how lines are laid out; see meter.hpp.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "mainstay/progress/meter.hpp"

namespace mainstay::progress {

namespace {

using Field = Layout::Field;

constexpr std::array<std::pair<std::string_view, Field>, 16> kFields{{
    {"l_bar", Field::l_bar},
    {"bar", Field::bar},
    {"r_bar", Field::r_bar},
    {"n", Field::n},
    {"n_fmt", Field::n_fmt},
    {"total", Field::total},
    {"total_fmt", Field::total_fmt},
    {"percentage", Field::percentage},
    {"elapsed", Field::elapsed},
    {"remaining", Field::remaining},
    {"desc", Field::desc},
    {"unit", Field::unit},
    {"rate_fmt", Field::rate_fmt},
    {"rate_noinv_fmt", Field::rate_noinv_fmt},
    {"rate_inv_fmt", Field::rate_inv_fmt},
    {"postfix", Field::postfix},
}};

// Widths beyond that are no bar's.
constexpr int kWidest = 9999;

// Takes a number off the front of `spec`; false when there is one that is too large.
bool take_number(std::string_view& spec, int& number) noexcept {
  const auto [end, error] = std::from_chars(spec.data(), spec.data() + spec.size(), number);
  spec.remove_prefix(static_cast<std::size_t>(end - spec.data()));
  return error != std::errc::result_out_of_range && number <= kWidest && number >= -kWidest;
}

// [width][letter]
bool read_bar(std::string_view spec, Layout::Piece& piece) noexcept {
  if (spec.empty()) return true;
  const char last = static_cast<char>(spec.back() | 0x20);
  if (last == 'a' || last == 'u' || last == 'b') {
    piece.symbols = last;
    spec.remove_suffix(1);
  }
  if (spec.empty()) return true;
  piece.has_width = true;
  return take_number(spec, piece.width) && spec.empty();
}

// [width].digits f; without a zero before the width, which would fill with zeros
bool read_percentage(std::string_view spec, Layout::Piece& piece) noexcept {
  if (spec.empty() || !spec.ends_with('f') || spec[0] == '0' || spec[0] == '-') return false;
  spec.remove_suffix(1);
  piece.digits = 6;
  if (!take_number(spec, piece.width)) return false;
  if (spec.empty()) return true;
  if (spec.size() < 2 || spec[0] != '.' || spec[1] == '-') return false;
  spec.remove_prefix(1);
  return take_number(spec, piece.digits) && spec.empty() && piece.digits <= 30;
}

bool read_field(std::string_view inside, Layout::Piece& piece) noexcept {
  const std::size_t colon = inside.find(':');
  const std::string_view name = inside.substr(0, colon);
  const auto* found = std::find_if(kFields.begin(), kFields.end(),
                                   [&](const auto& each) { return each.first == name; });
  if (found == kFields.end()) return false;
  piece.field = found->second;
  if (colon == std::string_view::npos) return piece.field != Field::percentage;
  const std::string_view spec = inside.substr(colon + 1);
  if (piece.field == Field::bar) return read_bar(spec, piece);
  if (piece.field == Field::percentage) return read_percentage(spec, piece);
  return spec.empty();
}

}  // namespace

Layout::Layout() {
  for (const Field field : {Field::l_bar, Field::bar, Field::r_bar}) {
    pieces_.emplace_back().field = field;
  }
}

std::optional<Layout> Layout::parse(std::string_view format) {
  Layout layout;
  layout.pieces_.clear();
  std::string text;
  const auto end_text = [&] {
    if (!text.empty()) layout.pieces_.emplace_back().text = std::exchange(text, {});
  };
  for (std::size_t at = 0; at < format.size(); ++at) {
    const char each = format[at];
    if (each != '{' && each != '}') {
      text += each;
      continue;
    }
    if (at + 1 < format.size() && format[at + 1] == each) {  // twice stands for itself
      text += each;
      ++at;
      continue;
    }
    const std::size_t close = format.find('}', at);
    if (each == '}' || close == std::string_view::npos) return std::nullopt;
    end_text();
    Piece& piece = layout.pieces_.emplace_back();
    if (!read_field(format.substr(at + 1, close - at - 1), piece)) return std::nullopt;
    at = close;
  }
  end_text();
  return layout;
}

bool Layout::has(Field field) const noexcept {
  return std::any_of(pieces_.begin(), pieces_.end(),
                     [&](const Piece& each) { return each.field == field; });
}

}  // namespace mainstay::progress
