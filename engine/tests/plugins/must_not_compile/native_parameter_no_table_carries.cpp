// native_parameter_no_table_carries.cpp - C strings are texts to people, and pointers to the
// compiler.
// expect: parameters of types that tables carry
// never: incomplete type
#include <string_view>

#include "mainstay/plugins/native.hpp"

namespace native = mainstay::plugins::native;

std::int32_t set_up(const mainstay_plugins_host* host) {
#ifdef MUST_NOT_COMPILE
  return native::implement(host, {.hook = "tag", .arguments = {"title"}}, [](const char*) {});
#else
  return native::implement(host, {.hook = "tag", .arguments = {"title"}}, [](std::string_view) {});
#endif
}
