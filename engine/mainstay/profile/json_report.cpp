// json_report.cpp - reports.hpp but for text_report().
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "mainstay/base/text.hpp"
#include "mainstay/profile/reports.hpp"

namespace mainstay::profile {
namespace {

std::string fixed(double number) {
  char buffer[400];
  const int size = std::snprintf(buffer, sizeof buffer, "%f", number);
  return std::string(buffer, static_cast<std::size_t>(size));
}

// `text` between quotation marks. `in_page`: it may stand between <script> tags.
void quote(std::string& out, std::string_view text, bool in_page = false) {
  out += '"';
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += byte;
    } else if (code >= 0x20 && !(in_page && byte == '<')) {
      out += byte;
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\r') {
      out += "\\r";
    } else if (byte == '\t') {
      out += "\\t";
    } else if (byte == '\f') {
      out += "\\f";
    } else if (byte == '\b') {
      out += "\\b";
    } else {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", code);
      out += escaped;
    }
  }
  out += '"';
}

std::string quoted(std::string_view text) {
  std::string out;
  quote(out, text);
  return out;
}

// Calls `enter(node, first child of its parent)` and `leave(node)` around the nodes below.
void visit(const Tree& tree, const auto& enter, const auto& leave) {
  if (tree.empty()) return;
  std::vector<std::pair<NodeId, std::size_t>> waiting{{tree.root(), 0}};
  enter(tree.root(), true);
  while (!waiting.empty()) {
    auto& [id, next] = waiting.back();
    const auto& children = tree.node(id).children;
    if (next < children.size()) {
      const NodeId child = children[next];
      const bool first = next++ == 0;
      waiting.emplace_back(child, 0);
      enter(child, first);
    } else {
      const NodeId left = id;
      waiting.pop_back();
      leave(left);
    }
  }
}

}  // namespace

std::string json_report(const Tree& tree) {
  if (tree.empty()) return "null";
  std::vector<NodeId> all = tree.walk();
  std::vector<double> awaited(*std::max_element(all.begin(), all.end()) + std::size_t{1});
  for (auto id = all.rbegin(); id != all.rend(); ++id) {
    double sum = tree.identifier(*id).kind == FrameKind::await ? tree.node(*id).time : 0;
    for (const NodeId child : tree.node(*id).children) sum += awaited[child];
    awaited[*id] = sum;
  }
  std::string out;
  visit(
      tree,
      [&](NodeId id, bool first) {
        const Identifier& here = tree.identifier(id);
        if (!first) out += ',';
        out += "{\"function\": ";
        quote(out, here.function);
        out += ",\"file_path_short\": ";
        quote(out, tree.facts(tree.place(id).file_id).short_name);
        out += ",\"file_path\": ";
        quote(out, here.file);
        out += ",\"line_no\": " + std::to_string(here.line.value_or(0));
        out += ",\"time\": " + fixed(tree.node(id).time);
        out += ",\"await_time\": " + fixed(awaited[id]);
        out += ",\"is_application_code\": ";
        out += tree.is_application(id) ? "true" : "false";
        out += ",\"children\": [";
      },
      [&](NodeId id) {
        out += ']';
        if (const std::uint32_t group = tree.node(id).group; group != kNoGroup) {
          out += ",\"group_id\": " + quoted(tree.groups()[group].name);
        }
        if (const auto owner = tree.attribute(id, 'c'); owner && !owner->empty()) {
          out += ",\"class_name\": " + quoted(*owner);
        }
        out += '}';
      });
  return out;
}

std::string speedscope_report(const Tree& tree, std::string_view name, double duration) {
  std::vector<std::size_t> numbers(tree.names().identifiers(), 0);  // 0: not seen yet
  std::vector<IdentifierId> frames;
  std::string events;
  double now = 0;
  const auto event = [&](char type, NodeId id) {
    std::size_t& number = numbers[tree.node(id).identifier];
    if (number == 0) {
      frames.push_back(tree.node(id).identifier);
      number = frames.size();
    }
    if (!events.empty()) events += ", ";
    events += "{\"type\": \"";
    events += type;
    events += "\", \"at\": " + decimal(now) + ", \"frame\": " + std::to_string(number - 1) + '}';
  };
  visit(
      tree, [&](NodeId id, bool) { event('O', id); },
      [&](NodeId id) {
        now += tree.node(id).absorbed;
        if (tree.identifier(id).is_leaf()) now += tree.node(id).time;
        event('C', id);
      });
  std::string out =
      "{\"$schema\": \"https://www.speedscope.app/file-format-schema.json\", \"name\": ";
  quote(out, name);
  out +=
      ", \"activeProfileIndex\": null, \"exporter\": \"pyinstrument\", \"profiles\": "
      "[{\"type\": \"evented\", \"name\": ";
  quote(out, name);
  out += ", \"unit\": \"seconds\", \"startValue\": 0.0, \"endValue\": " + decimal(duration);
  out += ", \"events\": [" + events + "]}], \"shared\": {\"frames\": [";
  for (std::size_t at = 0; at < frames.size(); ++at) {
    const Identifier& here = tree.names().identifier(frames[at]);
    out += at == 0 ? "{\"name\": " : ", {\"name\": ";
    quote(out, here.function);
    out += ", \"file\": " + (here.has_file ? quoted(here.file) : "null");
    out += ", \"line\": " + (here.line ? std::to_string(*here.line) : "null") + '}';
  }
  return out + "]}}\n";
}

std::string page_data(const Tree& tree) {
  std::vector<std::size_t> numbers(tree.names().identifiers(), 0);
  std::size_t known = 0;
  std::string names, rows;
  int depth = 0;
  visit(
      tree,
      [&](NodeId id, bool) {
        std::size_t& number = numbers[tree.node(id).identifier];
        if (number == 0) {
          number = ++known;
          const Identifier& here = tree.identifier(id);
          names += names.empty() ? "[" : ",[";
          quote(names, here.function, true);
          names += ',';
          quote(names, tree.facts(tree.place(id).file_id).short_name, true);
          names += ',' + std::to_string(here.line.value_or(0)) + ',';
          quote(names, tree.attribute(id, 'c').value_or(std::string_view()), true);
          names += tree.is_application(id) ? ",1]" : ",0]";
        }
        rows += rows.empty() ? "[" : ",[";
        rows += std::to_string(depth++) + ',' + std::to_string(number - 1) + ',' +
                fixed(tree.node(id).time) + ']';
      },
      [&](NodeId) { --depth; });
  return "{\"names\":[" + names + "],\"rows\":[" + rows + "]}";
}

std::string folded_report(const Tree& tree) {
  std::string out, path;
  std::vector<std::size_t> ends;
  const auto flush = [&](double seconds) {
    const auto micros = static_cast<long long>(std::llround(seconds * 1e6));
    if (micros > 0) out += path + ' ' + std::to_string(micros) + '\n';
  };
  visit(
      tree,
      [&](NodeId id, bool) {
        const Identifier& here = tree.identifier(id);
        ends.push_back(path.size());
        if (here.kind != FrameKind::self) {
          if (!path.empty()) path += ';';
          // A semicolon would end the name.
          for (const char byte : here.function) path += byte == ';' || byte == '\n' ? ':' : byte;
        }
        flush(here.is_leaf() ? tree.node(id).time : tree.node(id).absorbed);
      },
      [&](NodeId) {
        path.resize(ends.back());
        ends.pop_back();
      });
  return out;
}

std::string samples_json(const Recording& recording) {
  const std::vector<Sample> samples = recording.samples();
  const auto held = recording.store().hold();
  const FrameNames& names = recording.store().names;
  std::vector<std::string> texts(names.frames());
  std::vector<FrameId> path;
  std::string out = "[";
  for (const Sample& sample : samples) {
    recording.store().stacks.expand(sample.stack, path);
    out += out.size() == 1 ? "[[" : ", [[";
    bool first = true;
    for (const FrameId frame : path) {
      if (texts[frame].empty()) texts[frame] = quoted(names.text(frame));
      if (!first) out += ", ";
      first = false;
      out += texts[frame];
    }
    out += "], " + decimal(sample.seconds) + ']';
  }
  return out + ']';
}

std::vector<FunctionTotals> function_totals(const Tree& tree) {
  std::vector<FunctionTotals> found;
  std::vector<std::size_t> numbers(tree.names().identifiers(), 0);
  for (const NodeId id : tree.walk()) {
    const Node& node = tree.node(id);
    if (node.parent != kNoNode && tree.identifier(id).is_synthetic()) continue;
    std::size_t& number = numbers[node.identifier];
    if (number == 0) {
      found.push_back({node.identifier, 0, 0, {}});
      number = found.size();
    }
    FunctionTotals& sums = found[number - 1];
    const double self = tree.self_time(id);
    sums.self += self;
    sums.total += node.time;
    if (node.parent == kNoNode) continue;
    const IdentifierId caller = tree.node(node.parent).identifier;
    auto entry =
        std::find_if(sums.callers.begin(), sums.callers.end(),
                     [&](const FunctionTotals& each) { return each.identifier == caller; });
    if (entry == sums.callers.end()) entry = sums.callers.insert(entry, {caller, 0, 0, {}});
    entry->self += self;
    entry->total += node.time;
  }
  return found;
}

}  // namespace mainstay::profile
