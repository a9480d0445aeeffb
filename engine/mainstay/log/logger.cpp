// logger.cpp - see logger.hpp. The host here knows mainstay::Value.
#include "mainstay/log/logger.hpp"

#include <string>
#include <utility>

#include "mainstay/log/json.hpp"
#include "mainstay/log/line.hpp"
#include "mainstay/log/logfmt.hpp"
#include "mainstay/log/output.hpp"
#include "mainstay/log/timestamp.hpp"

namespace mainstay::log {
namespace {

// A value, or the name of a member.
class ValueHost {
 public:
  struct Node {
    const Value* value;
    std::string_view name = {};
  };

  JsonKind kind(Node node) noexcept {
    switch (node.value->kind()) {
      case Value::Kind::null: return JsonKind::null;
      case Value::Kind::boolean: return *node.value->boolean() ? JsonKind::yes : JsonKind::no;
      case Value::Kind::integer: return JsonKind::integer;
      case Value::Kind::real: return JsonKind::real;
      case Value::Kind::text: return JsonKind::text;
      case Value::Kind::array: return JsonKind::array;
      case Value::Kind::object: break;
    }
    return JsonKind::object;
  }
  bool integer(Node node, Line& line) {
    append_integer(line, *node.value->integer());
    return true;
  }
  double real(Node node) noexcept { return *node.value->real(); }
  bool text(Node node, Line& line) {
    append_json_text(line, *node.value->text());
    return true;
  }
  bool key(Node node, Line& line) {
    append_json_text(line, node.name);
    return true;
  }
  template <class Each>
  bool items(Node node, Each each) {
    for (const Value& item : *node.value->array()) {
      if (!each(Node{&item})) return false;
    }
    return true;
  }
  template <class Each>
  bool members(Node node, Each each) {
    for (const Member& member : *node.value->object()) {
      if (!each(Node{nullptr, member.name}, Node{&member.value})) return false;
    }
    return true;
  }
  template <class Each>
  bool other(Node, Each) noexcept {
    return false;  // no value is anything else
  }
  // Deeper than any line is meant to be; the writer is recursive.
  bool enter(Node) noexcept { return ++depth_ <= kDeepest; }
  void leave(Node) noexcept { --depth_; }

 private:
  static constexpr int kDeepest = 500;
  int depth_ = 0;
};
static_assert(JsonHost<ValueHost>);

Error too_deep() {
  return {ErrorCode::limit_exceeded,
          "a value is nested more than 500 deep; log a part of it, or a summary"};
}

Result<void> append_logfmt(Line& line, const Object& fields) {
  for (const Member& member : fields) {
    if (!is_logfmt_key(member.name)) {
      return Error{ErrorCode::invalid_argument, "the key \"" + member.name +
                                                    "\" has a blank or a control character, which "
                                                    "logfmt cannot have; rename it"};
    }
    append_pair_key(line, member.name);
    if (const bool* flag = member.value.boolean()) {
      if (!*flag) line.append("=false");
      continue;
    }
    line.append('=');
    if (member.value.is_null()) continue;
    if (const std::string* text = member.value.text()) {
      append_logfmt_value(line, *text);
      continue;
    }
    Line json;
    ValueHost host;
    if (!append_json(host, ValueHost::Node{&member.value}, json)) return too_deep();
    append_logfmt_value(line, json.view());
  }
  return {};
}

}  // namespace

std::string_view name_of(Level level) noexcept {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warning: return "warning";
    case Level::error: return "error";
    case Level::critical: break;
  }
  return "critical";
}

Output to_descriptor(int descriptor) {
  return [descriptor](std::string_view line) { return write_all(descriptor, line); };
}

Logger::Logger(Options options) : options_(std::make_shared<const Options>(std::move(options))) {}

Logger Logger::bind(Fields fields) const {
  Logger bound = *this;
  for (const Member& each : fields) bound.context_[each.name] = each.value;
  return bound;
}

Result<void> Logger::render(Level level, std::string_view event, Fields fields, Line& line) const {
  Object all = context_;
  for (const Member& each : fields) all[each.name] = each.value;
  all["event"] = Value(event);
  all["level"] = Value(name_of(level));
  Line stamp;
  append_iso(stamp, utc_time(options_->clock ? options_->clock() : now_microseconds()));
  stamp.append('Z');
  all["timestamp"] = Value(stamp.view());

  if (options_->format == Format::logfmt) return append_logfmt(line, all);
  ValueHost host;
  const Value root(std::move(all));
  if (!append_json(host, ValueHost::Node{&root}, line)) return too_deep();
  return {};
}

bool Logger::write(Level level, std::string_view event, Fields fields) const {
  Line line;
  Result<void> done = render(level, event, fields, line);
  if (done && options_->output) {
    line.append('\n');
    done = options_->output(line.view());
  }
  if (!done && options_->on_error) options_->on_error(done.error());
  return bool{done};
}

}  // namespace mainstay::log
