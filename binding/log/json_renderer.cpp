// json_renderer.cpp - `JSONRenderer`: the engine's writer over Python objects.
//
// It stands in for json.dumps(event_dict, default=...) alone; with another serializer or further
// options that is called. What it asks of Python in between - `default`, items of subclasses - may
// do anything, so children are kept while they are written.
#include <memory>
#include <vector>

#include "binding/log/module.hpp"
#include "binding/support/call.hpp"
#include "mainstay/log/json.hpp"

namespace mainstay::binding::log {
namespace {

using mainstay::log::JsonKind;

class Host {
 public:
  using Node = PyObject*;

  explicit Host(PyObject* fallback) : fallback_(fallback) {}

  JsonKind kind(Node node) noexcept {
    if (PyUnicode_Check(node)) return JsonKind::text;
    if (PyLong_CheckExact(node)) return JsonKind::integer;
    if (node == Py_None) return JsonKind::null;
    if (node == Py_True) return JsonKind::yes;
    if (node == Py_False) return JsonKind::no;
    if (PyLong_Check(node)) return JsonKind::integer;
    if (PyFloat_Check(node)) return JsonKind::real;
    if (PyList_Check(node) || PyTuple_Check(node)) return JsonKind::array;
    if (PyDict_Check(node)) return JsonKind::object;
    return JsonKind::other;
  }

  bool is_scalar(Node node) noexcept {
    const JsonKind is = kind(node);
    return is != JsonKind::array && is != JsonKind::object && is != JsonKind::other;
  }

  bool integer(Node node, Line& line) {
    int overflow = 0;
    const long long number = PyLong_AsLongLongAndOverflow(node, &overflow);
    if (overflow == 0) {
      mainstay::log::append_integer(line, number);
      return true;
    }
    const Ref text = Ref::steal(PyLong_Type.tp_repr(node));  // an int's own, as json does
    if (!text) return false;
    line.append(ascii(text.get()));
    return true;
  }

  double real(Node node) noexcept { return PyFloat_AS_DOUBLE(node); }

  bool text(Node node, Line& line) {
#if PY_VERSION_HEX < 0x030C0000
    if (PyUnicode_READY(node) < 0) return false;
#endif
    const auto length = static_cast<std::size_t>(PyUnicode_GET_LENGTH(node));
    const void* data = PyUnicode_DATA(node);
    switch (PyUnicode_KIND(node)) {
      case PyUnicode_1BYTE_KIND:
        append_json_text(line, std::span(static_cast<const Py_UCS1*>(data), length));
        break;
      case PyUnicode_2BYTE_KIND:
        append_json_text(line, std::span(static_cast<const Py_UCS2*>(data), length));
        break;
      default: append_json_text(line, std::span(static_cast<const Py_UCS4*>(data), length));
    }
    return true;
  }

  bool key(Node node, Line& line) {
    switch (kind(node)) {
      case JsonKind::text: return text(node, line);
      case JsonKind::null:
      case JsonKind::yes:
      case JsonKind::no:
      case JsonKind::integer:
      case JsonKind::real: {
        line.append('"');
        const bool written = append_json(*this, node, line);
        line.append('"');
        return written;
      }
      case JsonKind::array:
      case JsonKind::object:
      case JsonKind::other: break;
    }
    PyErr_Format(PyExc_TypeError, "keys must be str, int, float, bool or None, not %.100s",
                 Py_TYPE(node)->tp_name);
    return false;
  }

  template <class Each>
  bool items(Node node, Each each) {
    Ref list = PyList_CheckExact(node) || PyTuple_CheckExact(node)
                   ? Ref::share(node)
                   : Ref::steal(PySequence_List(node));
    if (!list) return false;
    for (Py_ssize_t i = 0; i < Py_SIZE(list.get()); ++i) {
      const Ref item = Ref::steal(PySequence_GetItem(list.get(), i));
      if (!item || !each(item.get())) return false;
    }
    return true;
  }

  template <class Each>
  bool members(Node node, Each each) {
    if (PyDict_GET_SIZE(node) == 0) return true;  // as json has it, whatever `items` would say
    Py_ssize_t done = 0;
#if !defined(Py_GIL_DISABLED)
    if (PyDict_CheckExact(node)) {
      PyObject* key = nullptr;
      PyObject* value = nullptr;
      Py_ssize_t at = 0;
      // Up to the first value that may run Python, which may change the dict or let other threads
      // do so; from there on it is what it was then.
      for (; PyDict_Next(node, &at, &key, &value) != 0 && is_scalar(value); ++done) {
        if (!each(key, value)) return false;
      }
      if (done == PyDict_GET_SIZE(node)) return true;
    }
#endif
    const Ref pairs = Ref::steal(PyMapping_Items(node));
    if (!pairs) return false;
    for (Py_ssize_t i = done; i < PyList_GET_SIZE(pairs.get()); ++i) {
      const Ref pair = Ref::share(PyList_GET_ITEM(pairs.get(), i));
      if (!PyTuple_Check(pair.get()) || PyTuple_GET_SIZE(pair.get()) != 2) {
        PyErr_SetString(PyExc_ValueError, "items must return 2-tuples");
        return false;
      }
      if (!each(PyTuple_GET_ITEM(pair.get(), 0), PyTuple_GET_ITEM(pair.get(), 1))) return false;
    }
    return true;
  }

  template <class Each>
  bool other(Node node, Each each) {
    const Ref instead = Ref::steal(PyObject_CallOneArg(fallback_, node));
    return instead && each(instead.get());
  }

  bool enter(Node node) {
    for (const Open& open : open_) {
      if (open.node != node) continue;
      PyErr_SetString(PyExc_ValueError, "Circular reference detected");
      return false;
    }
    // The writer is recursive; the guard knows the thread's stack, whatever Python's limit is.
    auto guard = std::make_unique<RecursionGuard>(" while encoding a JSON object");
    if (!*guard) return false;
    open_.push_back({node, std::move(guard)});
    return true;
  }
  void leave(Node) noexcept { open_.pop_back(); }

 private:
  struct Open {
    PyObject* node;
    std::unique_ptr<RecursionGuard> guard;
  };

  static std::string_view ascii(PyObject* text) noexcept {
    return {static_cast<const char*>(PyUnicode_DATA(text)),
            static_cast<std::size_t>(PyUnicode_GET_LENGTH(text))};
  }

  PyObject* fallback_;
  std::vector<Open> open_;
};
static_assert(mainstay::log::JsonHost<Host>);

struct Renderer {
  State* state = nullptr;
  Ref serializer, options;
  Ref fallback;  // `default`, when there is no other option
  void each_reference(auto visit) {
    visit(serializer);
    visit(options);
    visit(fallback);
  }
};

bool initialize(Self<Renderer> self, PyObject* args, PyObject* kwargs) {
  State* state = state_of_type(Py_TYPE(self.object));
  if (state == nullptr) return false;
  Ref options = Ref::steal(kwargs != nullptr ? PyDict_Copy(kwargs) : PyDict_New());
  if (!options) return false;
  Ref serializer;
  if (PyTuple_GET_SIZE(args) > 1) {
    PyErr_Format(PyExc_TypeError,
                 "JSONRenderer() takes from 1 to 2 positional arguments but %zd were given",
                 PyTuple_GET_SIZE(args) + 1);
    return false;
  }
  if (PyTuple_GET_SIZE(args) == 1) serializer = Ref::share(PyTuple_GET_ITEM(args, 0));
  PyObject* named = PyDict_GetItemString(options.get(), "serializer");
  if (named != nullptr) {
    if (serializer) {
      PyErr_SetString(PyExc_TypeError,
                      "JSONRenderer() got multiple values for argument 'serializer'");
      return false;
    }
    serializer = Ref::share(named);
    if (PyDict_DelItemString(options.get(), "serializer") < 0) return false;
  }
  if (!serializer) serializer = Ref::share(state->json_dumps.get());
  PyObject* fallback = PyDict_GetItemString(options.get(), "default");
  if (fallback == nullptr) {
    fallback = state->json_fallback.get();
    if (PyDict_SetItemString(options.get(), "default", fallback) < 0) return false;
  }
  const bool plain = serializer.get() == state->json_dumps.get() &&
                     PyDict_GET_SIZE(options.get()) == 1 && fallback != Py_None;
  self->state = state;
  self->fallback = plain ? Ref::share(fallback) : Ref{};
  self->serializer = std::move(serializer);
  self->options = std::move(options);
  return true;
}

Ref call(Self<Renderer> self, PyObject* args, PyObject* kwargs) {
  PyObject* event = event_of_call("JSONRenderer", args, kwargs);
  if (event == nullptr) return Ref{};
  if (self->state == nullptr) {
    PyErr_SetString(PyExc_AttributeError, "the JSONRenderer is not initialised");
    return Ref{};
  }
  return render_json(*self->state, self.object, event);
}

template <Ref Renderer::* kField>
Ref get(Renderer& self) {
  if (!(self.*kField)) PyErr_SetString(PyExc_AttributeError, "the JSONRenderer is not initialised");
  return Ref::share((self.*kField).get());
}

Ref get_state(Self<Renderer> self) {
  if (!self->serializer) return get<&Renderer::serializer>(*self);
  return Ref::steal(
      Py_BuildValue("{sOsO}", "_dumps", self->serializer.get(), "_dumps_kw", self->options.get()));
}

Ref set_state(Self<Renderer> self, PyObject* state) {
  PyObject* serializer = PyDict_Check(state) ? PyDict_GetItemString(state, "_dumps") : nullptr;
  PyObject* options = PyDict_Check(state) ? PyDict_GetItemString(state, "_dumps_kw") : nullptr;
  if (serializer == nullptr || options == nullptr) {
    PyErr_SetString(PyExc_TypeError, "the state of a JSONRenderer has _dumps and _dumps_kw");
    return Ref{};
  }
  const Ref args = Ref::steal(PyTuple_Pack(1, serializer));
  return args && initialize(self, args.get(), options) ? Ref::share(Py_None) : Ref{};
}

PyGetSetDef kAttributes[] = {
    attribute<get<&Renderer::serializer>>("_dumps", "The serializer."),
    attribute<get<&Renderer::options>>("_dumps_kw", "What it is called with besides the event."),
    {},
};
Ref reduce(Self<Renderer> self) {
  const Ref copyreg = Ref::steal(PyImport_ImportModule("copyreg"));
  const Ref make =
      copyreg ? Ref::steal(PyObject_GetAttrString(copyreg.get(), "__newobj__")) : Ref{};
  const Ref state = get_state(self);
  if (!make || !state) return Ref{};
  return Ref::steal(Py_BuildValue("O(O)O", make.get(), Py_TYPE(self.object), state.get()));
}
PyMethodDef kMethods[] = {
    method<reduce>("__reduce__", "Pickles serializer and options."),
    method<set_state>("__setstate__", "Takes what was pickled."),
    {},
};
const PyType_Slot kSlots[] = {
    {Py_tp_init, as_slot<initialize>()},
    {Py_tp_call, as_slot<call, kShared>()},
};
constexpr TypeTable kRenderer{
    .name = "mainstay.log.processors.JSONRenderer",
    .doc =
        "Renders an event as `serializer(event_dict, **dumps_kw)`, by default JSON.\n\nWhat "
        "JSON does not know is written as its `__structlog__()`, or else as its repr, unless "
        "`dumps_kw` has a `default`. The second argument and all others are by name: "
        "JSONRenderer(serializer=json.dumps, **dumps_kw).",
    .methods = kMethods,
    .attributes = kAttributes,
    .slots = kSlots,
    .subclassable = true,
};

}  // namespace

Ref render_json(State&, PyObject* renderer, PyObject* event) {
  Renderer& self = value_of<Renderer>(renderer);
  const Ref fallback = Ref::share(self.fallback.get());
  if (!fallback) {
    const Ref args = Ref::steal(PyTuple_Pack(1, event));
    const Ref serializer = Ref::share(self.serializer.get());
    const Ref options = Ref::share(self.options.get());
    if (!serializer) PyErr_SetString(PyExc_AttributeError, "the JSONRenderer is not initialised");
    if (!args || !serializer) return Ref{};
    return Ref::steal(PyObject_Call(serializer.get(), args.get(), options.get()));
  }
  Line line;
  Host host(fallback.get());
  if (!append_json(host, event, line)) return Ref{};
  return ascii_str(line.view());
}

bool is_plain_json(PyObject* renderer) noexcept {
  return bool(value_of<Renderer>(renderer).fallback);
}

Ref render_json_fields(PyObject* renderer, std::span<PyObject* const> keys,
                       std::span<PyObject* const> values) {
  const Ref fallback = Ref::share(value_of<Renderer>(renderer).fallback.get());
  Line line;
  Host host(fallback.get());
  line.append('{');
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i != 0) line.append(", ");
    if (!host.text(keys[i], line)) return Ref{};
    line.append(": ");
    if (!append_json(host, values[i], line)) return Ref{};
  }
  line.append('}');
  return ascii_str(line.view());
}

bool add_json_type(PyObject* module, State& state) noexcept {
  state.json_type = add_native_type<Renderer>(module, kRenderer);
  return bool(state.json_type);
}

}  // namespace mainstay::binding::log
