// tree.cpp - see tree.hpp. The store is held while the engine works, never while Python runs.
#include "binding/profile/tree.hpp"

#include <utility>

#include "mainstay/profile/processors.hpp"
#include "mainstay/profile/reports.hpp"

namespace mainstay::binding::profile {
namespace {

namespace engine = mainstay::profile;
using engine::FileId;
using engine::NodeId;
using engine::Tree;

int is_true(Tree& self) { return self.empty() ? 0 : 1; }

template <auto process>
Ref processed(Tree& self) {
  const auto held = self.store().hold();
  process(self);
  return Ref::share(Py_None);
}

Ref remove_irrelevant(Tree& self, PyObject* threshold) {
  const double number = PyFloat_AsDouble(threshold);
  if (number == -1 && PyErr_Occurred() != nullptr) return Ref{};
  const auto held = self.store().hold();
  engine::remove_irrelevant(self, number);
  return Ref::share(Py_None);
}

// The files of the nodes, with their names.
std::vector<std::pair<FileId, std::string>> files_of(const Tree& tree) {
  const auto held = tree.store().hold();
  std::vector<std::pair<FileId, std::string>> found;
  for (const FileId file : tree.files()) found.emplace_back(file, tree.names().file(file));
  return found;
}

// Says which files are libraries': those below one of the prefixes.
Ref set_prefixes(Tree& self, PyObject* prefixes) {
  const Ref list = Ref::steal(PySequence_Fast(prefixes, "prefixes must be a list of str"));
  if (!list) return Ref{};
  std::vector<std::string> texts;
  for (Py_ssize_t at = 0; at < PySequence_Fast_GET_SIZE(list.get()); ++at) {
    const Text text(PySequence_Fast_GET_ITEM(list.get(), at));
    if (text.data == nullptr) return Ref{};
    texts.emplace_back(text.view());
  }
  for (const auto& [file, name] : files_of(self)) {
    for (const std::string& prefix : texts) {
      if (std::string_view(name).starts_with(prefix)) self.facts(file).is_library = true;
    }
  }
  return Ref::share(Py_None);
}

Ref set_short_names(Tree& self, PyObject* shorten) {
  for (const auto& [file, name] : files_of(self)) {
    if (name.empty()) continue;
    const Ref path = to_str(name);
    if (!path) return Ref{};
    const Ref made = Ref::steal(PyObject_CallOneArg(shorten, path.get()));
    if (!made) return Ref{};
    const Text text(made.get());
    if (text.data == nullptr) return Ref{};
    self.facts(file).short_name = text.view();
  }
  return Ref::share(Py_None);
}

// `decide(file)` answers True for shown, False for hidden, None for neither; it may be None.
constexpr const char* kGroupParameters[] = {"decide", "new_name"};
constexpr Signature kGroup{"Tree.group", "self", kGroupParameters, 2};

Ref group(Tree& self, PyObject* decide, PyObject* new_name) {
  if (decide != Py_None) {
    for (const auto& [file, name] : files_of(self)) {
      const Ref path = to_str(name);
      if (!path) return Ref{};
      const Ref said = Ref::steal(PyObject_CallOneArg(decide, path.get()));
      if (!said) return Ref{};
      if (said.get() == Py_None) continue;
      self.facts(file).visibility =
          said.get() == Py_True ? engine::Visibility::shown : engine::Visibility::hidden;
    }
  }
  {
    const auto held = self.store().hold();
    engine::group_library_frames(self);
  }
  for (std::size_t at = 0; at < self.groups().size(); ++at) {
    const Ref made = Ref::steal(PyObject_CallNoArgs(new_name));
    if (!made) return Ref{};
    const Text text(made.get());
    if (text.data == nullptr) return Ref{};
    self.groups()[at].name = text.view();
  }
  return Ref::share(Py_None);
}

constexpr const char* kTextParameters[] = {"unicode", "color",      "percent", "precision",
                                           "flat",    "flat_total", "all",     "indent"};
constexpr Signature kText{"Tree.text", "self", kTextParameters, 8};

Ref text(Tree& self, PyObject* unicode, PyObject* color, PyObject* percent, PyObject* precision,
         PyObject* flat, PyObject* flat_total, PyObject* all, PyObject* indent) {
  engine::TextOptions options;
  const long decimals = PyLong_AsLong(precision);
  if (decimals == -1 && PyErr_Occurred() != nullptr) return Ref{};
  options.precision = static_cast<int>(decimals);
  const Text before(indent);
  if (before.data == nullptr) return Ref{};
  options.indent = before.view();
  const std::pair<PyObject*, bool*> flags[] = {
      {unicode, &options.unicode}, {color, &options.color},           {percent, &options.percent},
      {flat, &options.flat},       {flat_total, &options.flat_total}, {all, &options.all}};
  for (const auto& [given, flag] : flags) {
    const int truth = PyObject_IsTrue(given);
    if (truth < 0) return Ref{};
    *flag = truth != 0;
  }
  std::string report;
  {
    const auto held = self.store().hold();
    report = engine::text_report(self, options);
  }
  return to_str(report);
}

template <auto write>
Ref report(Tree& self) {
  std::string made;
  {
    const auto held = self.store().hold();
    made = write(self);
  }
  return to_str(made);
}

constexpr const char* kSpeedscopeParameters[] = {"name", "duration"};
constexpr Signature kSpeedscope{"Tree.speedscope", "self", kSpeedscopeParameters, 2};

Ref speedscope(Tree& self, PyObject* name, PyObject* duration) {
  const Text title(name);
  if (title.data == nullptr) return Ref{};
  const double seconds = PyFloat_AsDouble(duration);
  if (seconds == -1 && PyErr_Occurred() != nullptr) return Ref{};
  std::string made;
  {
    const auto held = self.store().hold();
    made = engine::speedscope_report(self, title.view(), seconds);
  }
  return to_str(made);
}

// How pstats names a function: (file, line, function).
struct Function {
  std::string file;
  std::int64_t line;
  std::string name;
};

Ref key_of_function(const Function& function) {
  const Ref file = to_str(function.file);
  const Ref name = to_str(function.name);
  if (!file || !name) return Ref{};
  return Ref::steal(
      Py_BuildValue("(OLO)", file.get(), static_cast<long long>(function.line), name.get()));
}

// What pstats reads: sums of each function, of which calls are not counted (-1), and its callers.
Ref pstats(Tree& self) {
  std::vector<engine::FunctionTotals> functions;
  std::vector<Function> names;
  {
    const auto held = self.store().hold();
    functions = engine::function_totals(self);
    names.reserve(self.names().identifiers());
    for (engine::IdentifierId id = 0; id < self.names().identifiers(); ++id) {
      const engine::Identifier& each = self.names().identifier(id);
      names.push_back({std::string(each.file), each.line.value_or(0), std::string(each.function)});
    }
  }
  std::vector<Ref> keys(names.size());
  const auto key_of = [&](engine::IdentifierId id) -> PyObject* {
    if (!keys[id]) keys[id] = key_of_function(names[id]);
    return keys[id].get();
  };
  Ref stats = Ref::steal(PyDict_New());
  if (!stats) return stats;
  for (const auto& each : functions) {
    PyObject* key = key_of(each.identifier);
    const Ref callers = Ref::steal(PyDict_New());
    if (key == nullptr || !callers) return Ref{};
    for (const auto& caller : each.callers) {
      PyObject* from = key_of(caller.identifier);
      const Ref sums = Ref::steal(Py_BuildValue("(iidd)", -1, -1, caller.self, caller.total));
      if (from == nullptr || !sums || PyDict_SetItem(callers.get(), from, sums.get()) < 0) {
        return Ref{};
      }
    }
    const Ref sums =
        Ref::steal(Py_BuildValue("(iiddO)", -1, -1, each.self, each.total, callers.get()));
    if (!sums || PyDict_SetItem(stats.get(), key, sums.get()) < 0) return Ref{};
  }
  return stats;
}

// A list of (place of the parent, identifier, seconds, {attribute: seconds}), parents first.
Ref frames(Tree& self) {
  struct Row {
    Py_ssize_t parent;
    engine::IdentifierId identifier;
    double time;
    std::vector<std::pair<engine::AttributeId, double>> attributes;
  };
  std::vector<Row> rows;
  std::vector<std::string> identifiers, attributes;
  {
    const auto held = self.store().hold();
    const std::vector<NodeId> all = self.walk();
    std::vector<Py_ssize_t> places;
    for (const NodeId id : all) {
      const engine::Node& node = self.node(id);
      if (places.size() <= id) places.resize(id + std::size_t{1}, -1);
      places[id] = static_cast<Py_ssize_t>(rows.size());
      const Py_ssize_t parent = node.parent == engine::kNoNode ? -1 : places[node.parent];
      rows.push_back({parent, node.identifier, node.time, node.attributes});
      for (const auto& [attribute, seconds] : node.attributes) {
        if (attributes.size() <= attribute) attributes.resize(attribute + std::size_t{1});
        attributes[attribute] = self.names().attribute(attribute);
      }
    }
    identifiers.resize(self.names().identifiers());
    for (engine::IdentifierId id = 0; id < identifiers.size(); ++id) {
      identifiers[id] = self.names().identifier(id).text;
    }
  }
  std::vector<Ref> identifier_strs(identifiers.size()), attribute_strs(attributes.size());
  const auto str_of = [](std::vector<Ref>& strs, const std::vector<std::string>& texts,
                         std::size_t id) {
    if (!strs[id]) strs[id] = to_str(texts[id]);
    return strs[id].get();
  };
  Ref list = Ref::steal(PyList_New(static_cast<Py_ssize_t>(rows.size())));
  if (!list) return list;
  for (std::size_t at = 0; at < rows.size(); ++at) {
    const Row& row = rows[at];
    const Ref seen = Ref::steal(PyDict_New());
    PyObject* identifier = str_of(identifier_strs, identifiers, row.identifier);
    if (!seen || identifier == nullptr) return Ref{};
    for (const auto& [attribute, seconds] : row.attributes) {
      PyObject* name = str_of(attribute_strs, attributes, attribute);
      const Ref time = Ref::steal(PyFloat_FromDouble(seconds));
      if (name == nullptr || !time || PyDict_SetItem(seen.get(), name, time.get()) < 0) {
        return Ref{};
      }
    }
    PyObject* made = Py_BuildValue("(nOdO)", row.parent, identifier, row.time, seen.get());
    if (made == nullptr) return Ref{};
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(at), made);
  }
  return list;
}

PyMethodDef kMethods[] = {
    method<processed<engine::remove_importlib>>("remove_importlib", "See processors."),
    method<processed<engine::remove_hidden>>("remove_tracebackhide", "See processors."),
    method<processed<engine::merge_consecutive_self_time>>("merge_consecutive_self_time",
                                                           "See processors."),
    method<processed<engine::aggregate_repeated_calls>>("aggregate_repeated_calls",
                                                        "See processors."),
    method<remove_irrelevant>("remove_irrelevant_nodes",
                              "remove_irrelevant_nodes($self, threshold, /)\n--\n\nSee "
                              "processors."),
    method<processed<engine::remove_unnecessary_self_time>>("remove_unnecessary_self_time_nodes",
                                                            "See processors."),
    method<processed<engine::remove_command_line>>("remove_first_pyinstrument_frames_processor",
                                                   "See processors."),
    method<kGroup, group>("group",
                          "group($self, decide, new_name)\n--\n\nGroup frames of libraries, and "
                          "those whose files `decide` hides."),
    method<set_prefixes>("set_prefixes",
                         "set_prefixes($self, prefixes, /)\n--\n\nSay where libraries are."),
    method<set_short_names>("set_short_names",
                            "set_short_names($self, shorten, /)\n--\n\nHave each file called "
                            "shorten(file)."),
    method<kText, text>("text",
                        "text($self, unicode, color, percent, precision, flat, flat_total, all, "
                        "indent)\n--\n\nThe tree as lines of text."),
    method<report<engine::json_report>>("json", "json($self, /)\n--\n\nThe tree as JSON."),
    method<report<engine::page_data>>("page",
                                      "page($self, /)\n--\n\nThe tree as data of a web page."),
    method<report<engine::folded_report>>("folded",
                                          "folded($self, /)\n--\n\nThe tree as folded stacks."),
    method<kSpeedscope, speedscope>("speedscope",
                                    "speedscope($self, name, duration)\n--\n\nThe tree as a file "
                                    "of speedscope."),
    method<pstats>("pstats", "pstats($self, /)\n--\n\nThe sums of functions, as pstats has them."),
    method<frames>("frames",
                   "frames($self, /)\n--\n\nA row per frame: (parent's row, identifier, seconds, "
                   "attributes)."),
    {},
};

const PyType_Slot kSlots[] = {{Py_nb_bool, as_slot<is_true>()}};

}  // namespace

Ref make_tree(State& state, const engine::Recording& recording, PyObject* start) {
  std::vector<std::string> texts;
  if (start != Py_None) {
    const Ref list = Ref::steal(PySequence_Fast(start, "a stack must be a list of str"));
    if (!list) return Ref{};
    for (Py_ssize_t at = 0; at < PySequence_Fast_GET_SIZE(list.get()); ++at) {
      const Text frame(PySequence_Fast_GET_ITEM(list.get(), at));
      if (frame.data == nullptr) return Ref{};
      texts.emplace_back(frame.view().substr(0, frame.view().find('\x01')));
    }
  }
  const std::vector<std::string_view> path(texts.begin(), texts.end());
  return make_object<Tree>(reinterpret_cast<PyTypeObject*>(state.tree_type.get()), recording, path);
}

bool add_tree_type(PyObject* module, State& state) noexcept {
  const TypeTable table{
      .name = "mainstay.profile.Tree",
      .doc = "The call tree of samples; False when there are none. Not for several threads.",
      .methods = kMethods,
      .slots = kSlots,
      .constructible = false,
  };
  state.tree_type = add_native_type<Tree>(module, table);
  return static_cast<bool>(state.tree_type);
}

}  // namespace mainstay::binding::profile
