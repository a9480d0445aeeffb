// meter.cpp - see meter.hpp.
#include "mainstay/progress/meter.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "mainstay/progress/texts.hpp"
#include "mainstay/progress/width.hpp"

namespace mainstay::progress {

namespace {

using Field = Layout::Field;

constexpr std::string_view kColourEnd = "\x1b[0m";
constexpr std::size_t kDefaultBar = 10;
// Intervals beyond that are not for clocks.
constexpr double kLongest = 1e15;

std::size_t symbol_length(char first) noexcept {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0xC0 ? 1U : byte < 0xE0 ? 2U : byte < 0xF0 ? 3U : 4U;
}

std::size_t symbols_in(std::string_view symbols) noexcept {
  return static_cast<std::size_t>(std::count_if(symbols.begin(), symbols.end(), [](char each) {
    return (static_cast<unsigned char>(each) & 0xC0U) != 0x80U;
  }));
}

std::string_view symbol_at(std::string_view symbols, std::size_t at) noexcept {
  std::size_t begin = 0;
  while (at-- > 0) begin += symbol_length(symbols[begin]);
  return symbols.substr(begin, symbol_length(symbols[begin]));
}

void append_times(std::string& out, std::string_view text, std::size_t times) {
  while (times-- > 0) out += text;
}

// What a line shows, as texts and numbers. The views are into the Meter.
struct Facts {
  const Meter& meter;
  std::optional<Count> total = {};
  double fraction = 0;
  double percentage = 0;
  std::string n_fmt = {};
  std::string total_fmt = {};
  std::string elapsed = {};
  std::string remaining = {};
  std::string rate_noinv_fmt = {};
  std::string rate_inv_fmt = {};
  bool is_slow = false;
  Count n = {};
  std::string l_bar = {};

  [[nodiscard]] const std::string& rate_fmt() const noexcept {
    return is_slow ? rate_inv_fmt : rate_noinv_fmt;
  }

  void append_right(std::string& out) const {
    out += "| ";
    out += n_fmt;
    out += '/';
    out += total_fmt;
    out += " [";
    out += elapsed;
    out += '<';
    out += remaining;
    append_end(out);
  }

  void append_end(std::string& out) const {
    out += ", ";
    out += rate_fmt();
    append_postfix(out);
    out += ']';
  }

  void append_postfix(std::string& out) const {
    if (meter.postfix.empty()) return;
    out += ", ";
    out += meter.postfix;
  }
};

void append_rate(std::string& out, double rate, bool scaled) {
  if (rate == 0) {
    out += '?';
  } else if (scaled) {
    append_size(out, rate);
  } else {
    append_fixed(out, rate, 5, 2);
  }
}

void append_amount(std::string& out, Count count, const Meter& meter) {
  meter.scaled ? append_size(out, count.number(), meter.divisor) : append_count(out, count);
}

// Everything but the left side; false for what no bar has.
bool find_facts(Facts& facts) {
  const Meter& meter = facts.meter;
  facts.n = meter.n;
  facts.total = meter.total;
  if (facts.total && !facts.total->is_zero() &&
      (facts.n.number() >= facts.total->number() + 0.5 || std::isinf(facts.total->number()))) {
    facts.total.reset();
  }
  double rate = meter.rate.value_or(0);
  if (meter.factor) {
    const auto n = product(facts.n, *meter.factor);
    if (!n) return false;
    facts.n = *n;
    if (facts.total && !facts.total->is_zero()) {
      facts.total = product(*facts.total, *meter.factor);
      if (!facts.total) return false;
    }
    rate *= meter.factor->number();
  }
  if (!meter.rate && meter.elapsed != 0) {
    const auto counted = difference(facts.n, meter.initial);
    if (!counted) return false;
    rate = counted->number() / meter.elapsed;
  }
  const double inverse = rate == 0 ? 0 : 1 / rate;
  facts.is_slow = inverse > 1;
  append_rate(facts.rate_noinv_fmt, rate, meter.scaled);
  facts.rate_noinv_fmt += meter.unit;
  facts.rate_noinv_fmt += "/s";
  append_rate(facts.rate_inv_fmt, inverse, meter.scaled);
  facts.rate_inv_fmt += "s/";
  facts.rate_inv_fmt += meter.unit;
  append_amount(facts.n_fmt, facts.n, meter);
  if (facts.total) {
    append_amount(facts.total_fmt, *facts.total, meter);
  } else {
    facts.total_fmt = "?";
  }
  if (!(std::fabs(meter.elapsed) < kLongest)) return false;
  append_interval(facts.elapsed, meter.elapsed);
  const bool is_sized = facts.total && !facts.total->is_zero();
  if (rate == 0) {
    facts.remaining = "?";
  } else {
    double seconds = 0;
    if (is_sized) {
      const auto left = difference(*facts.total, facts.n);
      if (!left) return false;
      seconds = left->number() / rate;
    }
    if (!(std::fabs(seconds) < kLongest)) return false;
    append_interval(facts.remaining, seconds);
  }
  if (is_sized) {
    facts.fraction = facts.n.number() / facts.total->number();
    facts.percentage = facts.fraction * 100;
    if (!(facts.fraction >= 0 && facts.fraction <= 1)) return false;
  }
  return true;
}

bool append_bar(std::string& out, const Facts& facts, const Layout::Piece& piece, std::size_t room,
                std::string_view symbols) {
  switch (piece.symbols) {
    case 'a': symbols = kAscii; break;
    case 'u': symbols = kBlocks; break;
    case 'b': symbols = kBlank; break;
    default: break;
  }
  auto length = static_cast<std::int64_t>(room);
  if (piece.has_width) length = piece.width < 0 ? piece.width + length : piece.width;
  const std::size_t count = symbols_in(symbols);
  if (count < 2) return false;
  if (length < 0) length = 0;
  const auto steps = static_cast<std::int64_t>(count - 1);
  const auto filled = static_cast<std::int64_t>(facts.fraction * static_cast<double>(length) *
                                                static_cast<double>(steps));
  const std::int64_t full = filled / steps;
  const std::string_view colour = facts.meter.colour;
  out += colour;
  append_times(out, symbol_at(symbols, count - 1), static_cast<std::size_t>(full));
  if (full < length) {
    out += symbol_at(symbols, static_cast<std::size_t>(filled % steps));
    append_times(out, symbol_at(symbols, 0), static_cast<std::size_t>(length - full - 1));
  }
  if (!colour.empty()) out += kColourEnd;
  return true;
}

void append_field(std::string& out, const Facts& facts, const Layout::Piece& piece) {
  switch (piece.field) {
    case Field::text: out += piece.text; break;
    case Field::l_bar: out += facts.l_bar; break;
    case Field::bar: break;
    case Field::r_bar: facts.append_right(out); break;
    case Field::n: append_count(out, facts.n); break;
    case Field::n_fmt: out += facts.n_fmt; break;
    case Field::total:
      if (facts.total) {
        append_count(out, *facts.total);
      } else {
        out += "None";
      }
      break;
    case Field::total_fmt: out += facts.total_fmt; break;
    case Field::percentage: append_fixed(out, facts.percentage, piece.width, piece.digits); break;
    case Field::elapsed: out += facts.elapsed; break;
    case Field::remaining: out += facts.remaining; break;
    case Field::desc: out += facts.meter.prefix; break;
    case Field::unit: out += facts.meter.unit; break;
    case Field::rate_fmt: out += facts.rate_fmt(); break;
    case Field::rate_noinv_fmt: out += facts.rate_noinv_fmt; break;
    case Field::rate_inv_fmt: out += facts.rate_inv_fmt; break;
    case Field::postfix: facts.append_postfix(out); break;
  }
}

// Appends the pieces but the bar, or with it. Without a description its colon is left out too.
template <class AppendBar>
void append_pieces(std::string& out, const Facts& facts, const Layout& layout, bool is_sized,
                   AppendBar append_bar) {
  const bool is_nameless = is_sized && facts.meter.prefix.empty();
  bool skip = false;
  for (const auto& piece : layout.pieces()) {
    if (piece.field == Field::bar) {
      append_bar(piece);
    } else if (skip && piece.text.starts_with(": ")) {
      out.append(piece.text, 2);
    } else {
      append_field(out, facts, piece);
    }
    skip = is_nameless && piece.field == Field::desc;
  }
}

// The line: its bar fills what the rest leaves.
bool append_line(std::string& out, const Facts& facts, const Layout& layout, bool is_sized) {
  const auto& columns = facts.meter.columns;
  std::size_t room = kDefaultBar;
  if (columns && *columns > 0 && layout.has(Field::bar)) {
    std::string rest;
    append_pieces(rest, facts, layout, is_sized, [](const auto&) {});
    const std::size_t width = display_width(rest);
    room = *columns > width + 1 ? *columns - width : 1;
  }
  bool is_known = true;
  append_pieces(out, facts, layout, is_sized, [&](const auto& piece) {
    is_known &= append_bar(out, facts, piece, room, is_sized ? facts.meter.symbols : kBlank);
  });
  return is_known;
}

}  // namespace

std::string colour_sequence(std::string_view name) {
  constexpr std::array<std::string_view, 8> kNames{"black", "red",     "green", "yellow",
                                                   "blue",  "magenta", "cyan",  "white"};
  std::string lower{name};
  for (char& each : lower) {
    if (each >= 'A' && each <= 'Z') each = static_cast<char>(each | 0x20);
  }
  const auto* named = std::find(kNames.begin(), kNames.end(), lower);
  if (named != kNames.end()) return "\x1b[3" + std::to_string(named - kNames.begin()) + "m";
  if (name.size() != 7 || name[0] != '#') return {};
  std::string sequence = "\x1b[38;2";
  for (const std::size_t at : {1U, 3U, 5U}) {
    unsigned part = 0;
    const auto [end, error] = std::from_chars(name.data() + at, name.data() + at + 2, part, 16);
    if (error != std::errc{} || end != name.data() + at + 2) return {};
    sequence += ';' + std::to_string(part);
  }
  return sequence + 'm';
}

std::optional<std::string> meter_text(const Meter& meter, const Layout* layout) {
  Facts facts{.meter = meter};
  if (!find_facts(facts)) return std::nullopt;
  const bool is_sized = facts.total && !facts.total->is_zero();
  std::string line;
  if (!is_sized && layout == nullptr) {
    if (!meter.prefix.empty()) {
      line += meter.prefix;
      line += ": ";
    }
    line += facts.n_fmt;
    line += meter.unit;
    line += " [";
    line += facts.elapsed;
    facts.append_end(line);
  } else {
    facts.l_bar = meter.prefix;
    if (!meter.prefix.empty() && !meter.prefix.ends_with(": ")) facts.l_bar += ": ";
    if (is_sized) {
      append_fixed(facts.l_bar, facts.percentage, 3, 0);
      facts.l_bar += '%';
    }
    if (is_sized && meter.columns == std::size_t{0}) {  // no bar, and no lines around it
      std::string right;
      facts.append_right(right);
      return facts.l_bar + right.substr(1);
    }
    facts.l_bar += '|';
    bool is_line = false;
    if (layout == nullptr) {
      static const auto* const kDefault = new Layout;  // for ever: bars are drawn at exit too
      is_line = append_line(line, facts, *kDefault, is_sized);
    } else {
      is_line = append_line(line, facts, *layout, is_sized);
    }
    if (!is_line) return std::nullopt;
  }
  if (meter.columns && *meter.columns > 0) trim_to_width(line, *meter.columns);
  return line;
}

}  // namespace mainstay::progress
