// native_call.cpp - the untyped half: calling a table's function and saying what went wrong.
#include "mainstay/plugins/detail/native_call.hpp"

namespace mainstay::plugins::detail {
namespace {

extern "C" {

static void take_result(const mainstay_plugins_call* call, const mainstay_plugins_value* result) {
  auto& received = *static_cast<Received*>(call->host);
  try {
    received.value = result == nullptr ? mainstay_plugins_value{} : *result;
    received.unreadable = !is_readable(received.value);  // the last value counts, good or bad
    if (received.unreadable || received.value.kind != MAINSTAY_PLUGINS_TEXT) return;
    const auto& text = received.value.as.text;
    if (text.size > 0) received.text.assign(text.data, text.size);
    received.value.as.text.data = received.text.data();
    received.value.as.text.size = received.text.size();
  } catch (...) {
    received.thrown = std::current_exception();
  }
}

static void take_reason(const mainstay_plugins_call* call, const char* message,
                        std::uint64_t size) {
  auto& received = *static_cast<Received*>(call->host);
  try {
    received.why.assign(message, message == nullptr ? 0 : size);
  } catch (...) {
    received.thrown = std::current_exception();
  }
}

}  // extern "C"

// What a value is; an integer with its digits.
std::string named(const mainstay_plugins_value& value) {
  if (value.kind != MAINSTAY_PLUGINS_INTEGER) return std::string(kind_of(value));
  return "the integer " + std::to_string(value.as.integer);
}

// What an exception can carry: its what() ends at a zero.
std::string without_zeros(std::string_view words) {
  std::string told;
  for (const char byte : words) {
    if (byte == '\0') {
      told += "\\0";
    } else {
      told += byte;
    }
  }
  return told;
}

[[noreturn]] void refuse(const Offer& offer, const std::string& why) {
  throw PluginError(offer.position.plugin, offer.hook, why);
}

}  // namespace

void call_offer(const Offer& offer, const mainstay_plugins_value* arguments, std::uint32_t count,
                Received& received) {
  const mainstay_plugins_call call{.size = sizeof(mainstay_plugins_call),
                                   .reserved = 0,
                                   .host = &received,
                                   .give = &take_result,
                                   .fail = &take_reason};
  const std::int32_t code = offer.call(offer.self, arguments, count, &call);
  if (received.thrown) std::rethrow_exception(received.thrown);
  if (code == 0 && received.unreadable) {
    const auto& text = received.value.as.text;
    refuse(offer, "it gave a text of " + std::to_string(text.size) + " bytes" +
                      (text.data == nullptr ? " at a null pointer" : ", more than there can be") +
                      "; set as.text.data and as.text.size of the result");
  }
  if (code == 0) return;
  refuse(offer, received.why.empty()
                    ? "it returned " + std::to_string(code) + " and did not say why"
                    : without_zeros(received.why));
}

void refuse_result(const Offer& offer, const Received& received, std::string_view wanted) {
  refuse(offer, "it gave " + named(received.value) + ", wanted " + std::string(wanted) +
                    " for the hook's result");
}

void refuse_argument(const Offer& offer, std::size_t number) {
  refuse(offer, "argument " + std::to_string(number) +
                    " is an integer beyond 64 bits with a sign, which no table can carry");
}

}  // namespace mainstay::plugins::detail
