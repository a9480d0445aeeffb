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
#include "mainstay/log/line.hpp"

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
    // Told of each event that could not be written: the output's error, or invalid_argument for a
    // key logfmt cannot have, or limit_exceeded for a value nested too deep.
    std::function<void(const Error&)> on_error = {};
  };

  explicit Logger(Options options);

  // A logger with these fields as well.
  [[nodiscard]] Logger bind(Fields fields) const;

  [[nodiscard]] bool is_enabled(Level level) const noexcept { return level >= options_->minimum; }

  // Writes an event; true unless it could not be written. A program that has to know why gives an
  // `on_error`.
  bool log(Level level, std::string_view event, Fields fields = {}) const {
    return !is_enabled(level) || write(level, event, fields);
  }
  bool debug(std::string_view event, Fields fields = {}) const {
    return log(Level::debug, event, fields);
  }
  bool info(std::string_view event, Fields fields = {}) const {
    return log(Level::info, event, fields);
  }
  bool warning(std::string_view event, Fields fields = {}) const {
    return log(Level::warning, event, fields);
  }
  bool error(std::string_view event, Fields fields = {}) const {
    return log(Level::error, event, fields);
  }
  bool critical(std::string_view event, Fields fields = {}) const {
    return log(Level::critical, event, fields);
  }

 private:
  bool write(Level level, std::string_view event, Fields fields) const;
  [[nodiscard]] Result<void> render(Level level, std::string_view event, Fields fields,
                                    Line& line) const;

  std::shared_ptr<const Options> options_;
  Object context_;
};

}  // namespace mainstay::log
