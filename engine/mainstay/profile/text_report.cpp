// text_report.cpp - text_report() of reports.hpp.
#include <algorithm>
#include <cstdio>

#include "mainstay/profile/reports.hpp"

namespace mainstay::profile {
namespace {

constexpr std::size_t kLibrariesShown = 40;  // characters

struct Colors {
  std::string_view red, green, yellow, bright_green, own, faint, end;
};
constexpr Colors kColors{
    "\033[31m", "\033[32m", "\033[33m", "\033[92m\033[2m", "\033[48;5;24m\033[38;5;15m",
    "\033[2m",  "\033[0m"};

struct Strokes {
  std::string_view branch, line, last, none;
};
constexpr Strokes kAscii{"|- ", "|  ", "`- ", "   "};
constexpr Strokes kUnicode{"├─ ", "│  ", "└─ ", "   "};
constexpr Strokes kGrouped{"      ", "      ", "      ", "      "};
constexpr Strokes kUnseen{"", "", "", ""};

std::string fixed(double number, int decimals) {
  char buffer[400];  // the longest double has 309 digits before the point
  const int size = std::snprintf(buffer, sizeof buffer, "%.*f", decimals, number);
  return std::string(buffer, static_cast<std::size_t>(size));
}

// At most `most` characters, counted as UTF-8 has them; a longer text ends in "...".
std::string truncated(const std::string& text, std::size_t most) {
  const auto starts = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; };
  const auto count = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts));
  if (count <= most) return text;
  std::size_t end = 0;
  for (std::size_t left = most - 3; end < text.size(); ++end) {
    if (starts(text[end]) && left-- == 0) break;
  }
  return text.substr(0, end) + "...";
}

class TextReport {
 public:
  TextReport(const Tree& tree, const TextOptions& options)
      : tree_(tree), options_(options), total_(tree.node(tree.root()).time) {
    if (options.color) colors_ = kColors;
  }

  std::string tree_text() {
    look_at_groups();
    struct Waiting {
      NodeId id;
      std::string indent, child_indent;
    };
    std::vector<Waiting> waiting{{tree_.root(), options_.indent, options_.indent}};
    while (!waiting.empty()) {
      const Waiting at = std::move(waiting.back());
      waiting.pop_back();
      const Strokes& strokes = line(at.id, at.indent, at.child_indent);
      const auto& children = tree_.node(at.id).children;
      const auto last = std::find_if(children.rbegin(), children.rend(),
                                     [&](NodeId child) { return is_shown(child); });
      for (auto child = children.rbegin(); child != children.rend(); ++child) {
        const bool more = last != children.rend() && child > last;
        waiting.push_back({*child,
                           at.child_indent + std::string(more ? strokes.branch : strokes.last),
                           at.child_indent + std::string(more ? strokes.line : strokes.none)});
      }
    }
    return std::move(out_);
  }

  std::string flat_text() {
    struct Entry {
      NodeId id = kNoNode;
      double time = 0;
    };
    std::vector<Entry> known(tree_.names().identifiers());
    std::vector<IdentifierId> order;
    for (const NodeId id : tree_.walk()) {
      Entry& entry = known[tree_.node(id).identifier];
      if (entry.id == kNoNode) order.push_back(tree_.node(id).identifier);
      entry.id = id;
      entry.time = options_.flat_total ? tree_.node(id).time : entry.time + tree_.self_time(id);
    }
    std::stable_sort(order.begin(), order.end(), [&](IdentifierId one, IdentifierId other) {
      return known[one].time > known[other].time;
    });
    for (const IdentifierId each : order) {
      const Entry& entry = known[each];
      if (!options_.all && !(entry.time / total_ > 0.001)) continue;
      describe(entry.id, entry.time);
      out_ += '\n';
    }
    return std::move(out_);
  }

 private:
  // Of each group: whether it is shown as one line, and of the members which are seen all the same.
  void look_at_groups() {
    const auto& groups = tree_.groups();
    hides_.assign(groups.size(), false);
    for (std::size_t at = 0; at < groups.size(); ++at) {
      std::size_t unseen = 0;
      for (const NodeId member : groups[at].frames) unseen += is_seen(member) ? 0U : 1U;
      hides_[at] = unseen >= 2;  // one line instead of one line helps no reader
    }
  }

  [[nodiscard]] bool is_seen(NodeId member) const {
    const Node& node = tree_.node(member);
    if (tree_.groups()[node.group].root == member || tree_.self_time(member) > 0.2 * total_) {
      return true;
    }
    return std::any_of(node.children.begin(), node.children.end(),
                       [&](NodeId child) { return tree_.node(child).group != node.group; });
  }

  [[nodiscard]] bool is_shown(NodeId id) const {
    const std::uint32_t group = tree_.node(id).group;
    return group == kNoGroup || !hides_[group] || is_seen(id);
  }

  const Strokes& line(NodeId id, const std::string& indent, const std::string& child_indent) {
    if (!is_shown(id)) return kUnseen;
    out_ += indent;
    describe(id, tree_.node(id).time);
    out_ += '\n';
    const std::uint32_t group = tree_.node(id).group;
    if (group == kNoGroup || tree_.groups()[group].root != id || !hides_[group]) {
      return options_.unicode ? kUnicode : kAscii;
    }
    out_ += child_indent;
    out_ += "   ";
    describe_group(tree_.groups()[group]);
    return kGrouped;
  }

  void describe_group(const Group& group) {
    std::size_t count = 0;
    std::vector<std::string_view> libraries;
    for (const NodeId member : group.frames) {
      if (is_shown(member)) continue;
      ++count;
      std::string_view name = tree_.facts(tree_.place(member).file_id).short_name;
      name = name.substr(0, name.find_first_of("\\/."));
      if (name.empty() || std::find(libraries.begin(), libraries.end(), name) != libraries.end()) {
        continue;
      }
      libraries.push_back(name);
    }
    std::string names;
    for (const std::string_view each : libraries) {
      if (!names.empty()) names += ", ";
      names += each;
    }
    out_ += '[' + std::to_string(count) + " frames hidden]  ";
    out_ += colors_.faint;
    out_ += truncated(names, kLibrariesShown);
    out_ += colors_.end;
    out_ += '\n';
  }

  void describe(NodeId id, double time) {
    const double share = total_ == 0 ? 1 : time / total_;
    out_ += share > 0.6    ? colors_.red
            : share > 0.2  ? colors_.yellow
            : share > 0.05 ? colors_.green
                           : colors_.bright_green;
    out_ += options_.percent ? fixed(share * 100, 1) + '%' : fixed(time, options_.precision);
    out_ += colors_.end;
    out_ += ' ';
    if (options_.color && tree_.is_application(id)) out_ += colors_.own;
    if (const auto owner = tree_.attribute(id, 'c'); owner && !owner->empty()) {
      out_ += *owner;
      out_ += '.';
    }
    const Identifier& here = tree_.identifier(id);
    out_ += here.function;
    out_ += colors_.end;
    out_ += "  ";
    const std::string& file = tree_.facts(tree_.place(id).file_id).short_name;
    if (file.empty()) return;
    out_ += colors_.faint;
    out_ += file;
    if (here.line.value_or(0) != 0) out_ += ':' + std::to_string(*here.line);
    out_ += colors_.end;
  }

  const Tree& tree_;
  const TextOptions& options_;
  double total_;
  Colors colors_{};
  std::vector<bool> hides_;
  std::string out_;
};

}  // namespace

std::string text_report(const Tree& tree, const TextOptions& options) {
  if (tree.empty()) return {};
  TextReport report(tree, options);
  return options.flat ? report.flat_text() : report.tree_text();
}

}  // namespace mainstay::profile
