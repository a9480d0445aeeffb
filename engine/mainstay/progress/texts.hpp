// texts.hpp - numbers as bars write them.
//
// All append to a string, so that a line is one allocation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mainstay/progress/count.hpp"

namespace mainstay::progress {

// The shortest digits that read back as the same double, as Python writes it: 0.1, 1e+16, 5.0.
void append_double(std::string& out, double number);

// A whole number as it is, another as append_double() has it.
void append_count(std::string& out, Count count);

// As printf's %*.*f: `width` columns at least, `digits` behind the point.
void append_fixed(std::string& out, double number, int width, int digits);

// Three digits and the prefix of a power of `divisor`: 1.23k, 12.3M, 123G; beyond Z one digit
// behind the point and Y.
void append_size(std::string& out, double number, double divisor = 1000);

// Seconds as [H:]MM:SS, their fraction dropped. Precondition: |seconds| < 2^53.
void append_interval(std::string& out, double seconds);

// Three significant digits in the shortest form, such as 1.23e-5, or the number itself where that
// is no longer.
void append_short(std::string& out, Count count);

}  // namespace mainstay::progress
