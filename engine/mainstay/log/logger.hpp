// logger.hpp - a structured logger for C++: a level, a bound context, one line per event.
//
//   namespace mlog = mainstay::log;  // ::log is a function of <cmath>
//   mlog::Logger logger({.minimum = mlog::Level::info, .output = mlog::to_descriptor(2)});
//   auto request = logger.bind({{"user", "ada"}});
//   request.info("logged in", {{"attempts", 1}});
//   // {"user": "ada", "attempts": 1, "event": "logged in", "level": "info", "timestamp": "..."}
//
// Later values of a key take the place of earlier ones. Loggers are values that never change:
// threads may share them as far as the output may be called by several at once (to_descriptor()
// may). What the output or the clock throws passes through.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string_view>

#include "mainstay/base/result.hpp"
#include "mainstay/base/value.hpp"

namespace mainstay::log {

enum class Level : std::uint8_t { debug = 10, info = 20, warning = 30, error = 40, critical = 50 };
[[nodiscard]] std::string_view name_of(Level level) noexcept;

enum class Format : std::uint8_t { json, logfmt };

// Takes a line with its line end.
using Output = std::function<Result<void>(std::string_view line)>;
// Writes each line by one call to the system. The descriptor stays the caller's.
[[nodiscard]] Output to_descriptor(int descriptor);

using Fields = std::initializer_list<Member>;

class Logger {
 public:
  struct Options {
    Level minimum = Level::info;
    Format format = Format::json;
    Output output = {};  // nothing is written without one
    // Microseconds since 1970; the system's clock when there is none.
    std::function<std::int64_t()> clock = {};
  };

  explicit Logger(Options options);

  // A logger with these fields as well.
  [[nodiscard]] Logger bind(Fields fields) const;

  [[nodiscard]] bool is_enabled(Level level) const noexcept { return level >= options_->minimum; }

  // Writes an event. The error is the output's, or invalid_argument for a key logfmt cannot have.
  Result<void> log(Level level, std::string_view event, Fields fields = {}) const {
    if (!is_enabled(level)) return {};
    return write(level, event, fields);
  }
  Result<void> debug(std::string_view event, Fields fields = {}) const {
    return log(Level::debug, event, fields);
  }
  Result<void> info(std::string_view event, Fields fields = {}) const {
    return log(Level::info, event, fields);
  }
  Result<void> warning(std::string_view event, Fields fields = {}) const {
    return log(Level::warning, event, fields);
  }
  Result<void> error(std::string_view event, Fields fields = {}) const {
    return log(Level::error, event, fields);
  }
  Result<void> critical(std::string_view event, Fields fields = {}) const {
    return log(Level::critical, event, fields);
  }

 private:
  Result<void> write(Level level, std::string_view event, Fields fields) const;

  std::shared_ptr<const Options> options_;
  Object context_;
};

}  // namespace mainstay::log
