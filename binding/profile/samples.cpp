// samples.cpp - see samples.hpp.
#include "binding/profile/samples.hpp"

#include "binding/profile/tree.hpp"
#include "mainstay/profile/reports.hpp"

namespace mainstay::binding::profile {
namespace {

using mainstay::profile::FrameId;
using mainstay::profile::Sample;
using mainstay::profile::Stacks;

// Adds a stack, any iterable of str. Texts are copied under the lock, which runs no Python.
bool add(Recording& recording, PyObject* stack, double seconds) {
  const Ref frames = Ref::steal(PySequence_Fast(stack, "a stack must be a list of str"));
  if (!frames) return false;
  const auto count = static_cast<std::size_t>(PySequence_Fast_GET_SIZE(frames.get()));
  std::vector<Text> texts;
  std::vector<std::string_view> path;
  texts.reserve(count);
  for (std::size_t at = 0; at < count; ++at) {
    texts.emplace_back(PySequence_Fast_GET_ITEM(frames.get(), static_cast<Py_ssize_t>(at)));
    if (texts.back().data == nullptr) return false;
    path.push_back(texts.back().view());
  }
  recording.add(path, seconds);
  return true;
}

bool add_record(Recording& recording, PyObject* record) {
  const Ref pair = Ref::steal(PySequence_Fast(record, "a record must be (stack, seconds)"));
  if (!pair) return false;
  if (PySequence_Fast_GET_SIZE(pair.get()) != 2) {
    PyErr_SetString(PyExc_ValueError, "a record must be (stack, seconds)");
    return false;
  }
  const double seconds = PyFloat_AsDouble(PySequence_Fast_GET_ITEM(pair.get(), 1));
  if (seconds == -1 && PyErr_Occurred() != nullptr) return false;
  return add(recording, PySequence_Fast_GET_ITEM(pair.get(), 0), seconds);
}

bool init(Samples& self, PyObject* args, PyObject* kwargs) {
  static constexpr const char* kParameters[] = {"records"};
  static constexpr Signature kInit{"Samples", "self", kParameters, 0};
  PyObject* given[1] = {};
  if (!take_arguments(kInit, args, kwargs, given)) return false;
  if (given[0] == nullptr) return true;
  const Ref records = Ref::steal(PySequence_Fast(given[0], "records must be a list"));
  if (!records) return false;
  for (Py_ssize_t at = 0; at < PySequence_Fast_GET_SIZE(records.get()); ++at) {
    const Ref record = Ref::share(PySequence_Fast_GET_ITEM(records.get(), at));
    if (!add_record(self.recording, record.get())) return false;
  }
  return true;
}

constexpr const char* kAppendParameters[] = {"stack", "seconds"};
constexpr Signature kAppend{"Samples.append", "self", kAppendParameters, 2};

Ref append(Samples& self, PyObject* stack, PyObject* seconds) {
  const double number = PyFloat_AsDouble(seconds);
  if (number == -1 && PyErr_Occurred() != nullptr) return Ref{};
  return add(self.recording, stack, number) ? Ref::share(Py_None) : Ref{};
}

Ref extend(Self<Samples> self, PyObject* other) {
  if (Py_TYPE(other) != Py_TYPE(self.object)) {
    PyErr_SetString(PyExc_TypeError, "extend() takes Samples");
    return Ref{};
  }
  self->recording.extend(value_of<Samples>(other).recording);
  return Ref::share(Py_None);
}

// The list of (list of str, seconds). What is in the store is copied first: making Python objects
// may run Python, which may sample.
Ref records(Samples& self) {
  const std::vector<Sample> samples = self.recording.samples();
  std::vector<std::string> texts;
  Stacks stacks;
  {
    auto& store = self.recording.store();
    const auto held = store.hold();
    stacks = store.stacks;
    texts.resize(store.names.frames());
    for (FrameId each = 0; each < texts.size(); ++each) texts[each] = store.names.text(each);
  }
  Ref list = Ref::steal(PyList_New(static_cast<Py_ssize_t>(samples.size())));
  if (!list) return list;
  std::vector<Ref> strs(texts.size());
  std::vector<FrameId> path;
  for (std::size_t at = 0; at < samples.size(); ++at) {
    stacks.expand(samples[at].stack, path);
    Ref stack = Ref::steal(PyList_New(static_cast<Py_ssize_t>(path.size())));
    if (!stack) return Ref{};
    for (std::size_t depth = 0; depth < path.size(); ++depth) {
      Ref& str = strs[path[depth]];
      if (!str) str = to_str(texts[path[depth]]);
      if (!str) return Ref{};
      PyList_SET_ITEM(stack.get(), static_cast<Py_ssize_t>(depth), Ref::share(str.get()).release());
    }
    PyObject* record = Py_BuildValue("(Nd)", stack.release(), samples[at].seconds);
    if (record == nullptr) return Ref{};
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(at), record);
  }
  return list;
}

Py_ssize_t length(Samples& self) { return static_cast<Py_ssize_t>(self.recording.size()); }

Ref json(Samples& self) {
  const std::string made = mainstay::profile::samples_json(self.recording);
  return Ref::steal(PyBytes_FromStringAndSize(made.data(), static_cast<Py_ssize_t>(made.size())));
}

Ref tree(Self<Samples> self, PyObject* start) {
  State* state = state_for(self.object);
  if (state == nullptr) return Ref{};
  return make_tree(*state, self->recording, start);
}

PyMethodDef kMethods[] = {
    method<kAppend, append>("append",
                            "append($self, stack, seconds)\n--\n\nAdd a sample: texts of frames, "
                            "outermost first."),
    method<extend>("extend", "extend($self, other, /)\n--\n\nAdd all samples of another one."),
    method<records>("records", "records($self, /)\n--\n\nThe list of (stack, seconds): a copy."),
    method<json>("json",
                 "json($self, /)\n--\n\nThe list of records as JSON: UTF-8, which keeps "
                 "lone surrogates."),
    method<tree>("tree",
                 "tree($self, start, /)\n--\n\nThe call tree, from the stack `start` on or, with "
                 "None, from its root."),
    {},
};

const PyType_Slot kSlots[] = {
    {Py_tp_init, as_slot<init>()},
    {Py_sq_length, as_slot<length>()},
};

}  // namespace

bool add_samples_type(PyObject* module, State& state) noexcept {
  const TypeTable table{
      .name = "mainstay.profile.Samples",
      .doc = "Samples(records=())\n--\n\nSamples of call stacks. May be shared by threads.",
      .methods = kMethods,
      .slots = kSlots,
  };
  state.samples_type = add_native_type<Samples>(module, table);
  return static_cast<bool>(state.samples_type);
}

}  // namespace mainstay::binding::profile
