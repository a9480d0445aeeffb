// native_lambda_without_types.cpp - a table says which types it carries, so the lambda has to.
// expect: a lambda with types of its own
// never: cannot resolve address
#include <string_view>

#include "mainstay/plugins/native.hpp"

namespace native = mainstay::plugins::native;

std::int32_t set_up(const mainstay_plugins_host* host) {
#ifdef MUST_NOT_COMPILE
  return native::implement(host, {.hook = "tag", .arguments = {"title"}}, [](auto) {});
#else
  return native::implement(host, {.hook = "tag", .arguments = {"title"}}, [](std::string_view) {});
#endif
}
