// width.hpp - how many columns a text takes on a terminal, and cutting it to some.
//
// Texts are UTF-8. Characters that East Asian terminals show wide take two columns, the escape
// sequences of colours and styles none, everything else one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mainstay::progress {

[[nodiscard]] std::size_t display_width(std::string_view text) noexcept;

// Cuts `text` to at most `columns`. Where it had escape sequences and still has, it then ends with
// a reset.
void trim_to_width(std::string& text, std::size_t columns);

}  // namespace mainstay::progress
