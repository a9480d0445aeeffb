// text.hpp - numbers as people write them, for messages and traces.
#pragma once

#include <string>

namespace mainstay {

// The shortest decimal that reads back as the same double: 5, 0.1, 1e+300, nan, -inf.
[[nodiscard]] std::string decimal(double number);

}  // namespace mainstay
