// native_parameter_to_write_to.cpp - nothing goes back to the program through an argument.
// expect: parameters that are values or const references
// never: no match for call
#include <string>

#include "mainstay/plugins/native.hpp"

namespace native = mainstay::plugins::native;

std::int32_t set_up(const mainstay_plugins_host* host) {
#ifdef MUST_NOT_COMPILE
  return native::implement(host, {.hook = "tag", .arguments = {"title"}}, [](std::string&) {});
#else
  return native::implement(host, {.hook = "tag", .arguments = {"title"}},
                           [](const std::string&) {});
#endif
}
