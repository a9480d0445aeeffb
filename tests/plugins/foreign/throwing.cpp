// throwing.cpp - a plugin whose set-up throws, by the header that keeps it in.
#include <cstdint>
#include <stdexcept>

#include "mainstay/plugins/native.hpp"

namespace native = mainstay::plugins::native;

namespace {

std::int32_t set_up(const mainstay_plugins_host*) {
  throw std::runtime_error("the dictionary is missing");
}

}  // namespace

const mainstay_plugins_table mainstay_plugin = native::table<set_up>("throwing");
