// json.cpp - reads bytes as JSON; what was read, written and read again, is the same value.
#include "mainstay/base/json.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = mainstay::read_json(text, {.depth = 64});
  if (!value) return 0;
  for (const std::size_t indent : {0U, 1U}) {
    const auto written = mainstay::write_json(*value, {.indent = indent});
    const auto again = written ? mainstay::read_json(*written) : written.error();
    if (!again || !(*again == *value)) {
      std::fprintf(stderr, "read and written, it is not what it was\n");
      std::abort();
    }
  }
  return 0;
}
