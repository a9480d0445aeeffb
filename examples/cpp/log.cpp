// log.cpp - events of a small service as JSON and as logfmt, on a clock of the program's own.
//
// prints: .*"user": "ada".*"attempts": 2.*"event": "logged in".*level=warning.*cannot have
#include <cstdio>
#include <string>

#include <mainstay/log/log.hpp>

namespace mlog = mainstay::log;

int main() {
  // README: begin
  const mlog::Logger logger({.minimum = mlog::Level::info, .output = mlog::to_descriptor(1)});
  const auto request = logger.bind({{"user", "ada"}});
  request.debug("not written");
  request.info("logged in", {{"attempts", 2}});
  // README: end

  const mlog::Logger pairs(
      {.format = mlog::Format::logfmt,
       .output = mlog::to_descriptor(1),
       .clock = [] { return std::int64_t{1'700'000'000'000'000}; },
       .on_error =
           [](const mainstay::Error& error) { std::printf("%s\n", error.message.c_str()); }});
  pairs.warning("disk is filling", {{"free", 0.07}, {"mount", "/var/lib data"}});
  pairs.info("x", {{"a key", 1}});
}
