// module.hpp - the state of `mainstay.log._native`: its types, what the face gave it, names.
#pragma once

#include <span>
#include <string_view>

#include "binding/support/clocks.hpp"
#include "binding/support/module_state.hpp"
#include "binding/support/native_module.hpp"
#include "binding/support/native_type.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "mainstay/log/line.hpp"

namespace mainstay::binding::log {

using mainstay::log::Line;

// What the module gets from the face by `adopt(name=...)`, once, while the face is imported. The
// names are spelled the same there.
#define MAINSTAY_LOG_ADOPTED(X) \
  X(DropEvent)                  \
  X(StackInfoRenderer)          \
  X(ExceptionRenderer)          \
  X(interpolate)                \
  X(stamp)                      \
  X(json_dumps)                 \
  X(json_fallback)              \
  X(TextIOWrapper)              \
  X(BufferedWriter)             \
  X(FileIO)

// Attributes, methods and keys, each by its own name.
#define MAINSTAY_LOG_NAMES(X) \
  X(_process_event)           \
  X(_proxy_to_logger)         \
  X(acquire)                  \
  X(buffer)                   \
  X(copy)                     \
  X(critical)                 \
  X(debug)                    \
  X(encoding)                 \
  X(error)                    \
  X(event)                    \
  X(exc_info)                 \
  X(exception)                \
  X(fileno)                   \
  X(flush)                    \
  X(info)                     \
  X(items)                    \
  X(level)                    \
  X(method_name)              \
  X(name)                     \
  X(pop)                      \
  X(print)                    \
  X(raw)                      \
  X(release)                  \
  X(setdefault)               \
  X(stack_info)               \
  X(update)                   \
  X(warn)                     \
  X(warning)                  \
  X(write)

struct State {
  Clocks clocks;
#define X(name) Ref name;
  MAINSTAY_LOG_ADOPTED(X)
#undef X
  struct Names {
#define X(name) Ref name;
    MAINSTAY_LOG_NAMES(X)
#undef X
  } names;
  Ref bound_type, stamper_type, json_type, logfmt_type, pairs_type, writer_type;
  Ref add_log_level, merge_contextvars, set_exc_info;  // the functions of this module
  Ref process_event, proxy_to_logger;  // the methods of Bound, unless a class overrides them
  Ref own_print, first_stdout;
  Ref keys_of_vars;  // ContextVar -> the key it stands for
  Ref structlog_prefix, line_end, line_end_bytes, print_names;

  void each_reference(auto visit) {
    clocks.each_reference(visit);
#define X(name) visit(name);
    MAINSTAY_LOG_ADOPTED(X)
#undef X
#define X(name) visit(names.name);
    MAINSTAY_LOG_NAMES(X)
#undef X
    for (Ref* each : {&bound_type, &stamper_type, &json_type, &logfmt_type, &pairs_type,
                      &writer_type, &add_log_level, &merge_contextvars, &set_exc_info,
                      &process_event, &proxy_to_logger, &own_print, &first_stdout, &keys_of_vars,
                      &structlog_prefix, &line_end, &line_end_bytes, &print_names}) {
      visit(*each);
    }
  }
};

extern PyModuleDef definition;

// The state that a type or one of its bases was made for. Null with an exception set.
[[nodiscard]] inline State* state_of_type(PyTypeObject* type) noexcept {
  PyObject* module = module_of(type, &definition);
  return module != nullptr ? &state_of<State>(module) : nullptr;
}

// An attribute's text as UTF-8; characters that UTF-8 cannot have as its "surrogatepass". Empty
// with an exception set: `text` is then null.
struct Utf8 {
  explicit Utf8(PyObject* str) noexcept;
  Ref holder;
  const char* data = nullptr;
  std::size_t size = 0;
  [[nodiscard]] std::string_view view() const noexcept { return {data, size}; }
};

// A str of the ASCII in a line. Empty with an exception set.
[[nodiscard]] Ref ascii_str(std::string_view text) noexcept;

// The arguments of a processor: (logger, name, event_dict). Null with TypeError set; else
// event_dict.
[[nodiscard]] PyObject* event_of_call(const char* type, PyObject* args, PyObject* kwargs) noexcept;

// ---- links of the chain, called with what they are made of and an event dict -------------------

// Adds the time to the event dict. False: an exception is set.
[[nodiscard]] bool stamp_event(State& state, PyObject* stamper, PyObject* event);
// The time, when it is made natively; not while clocks are patched, nor for all formats.
struct Stamp {
  bool native = false;
  Ref key, time;  // `time` is empty with an exception set
};
[[nodiscard]] Stamp native_stamp(State& state, PyObject* stamper);
// The level that a method logs at. Borrowed.
[[nodiscard]] PyObject* level_of_method(State& state, PyObject* method_name) noexcept;

// Whether a JSONRenderer is json.dumps with a `default` alone.
[[nodiscard]] bool is_plain_json(PyObject* renderer) noexcept;
// The fields as an object; keys are str.
[[nodiscard]] Ref render_json_fields(PyObject* renderer, std::span<PyObject* const> keys,
                                     std::span<PyObject* const> values);
// The event dict as text.
[[nodiscard]] Ref render_json(State& state, PyObject* renderer, PyObject* event);

// `event_dict[key] = value`; false: an exception is set.
[[nodiscard]] inline bool set_item(PyObject* event, PyObject* key, PyObject* value) noexcept {
  return (PyDict_CheckExact(event) ? PyDict_SetItem(event, key, value)
                                   : PyObject_SetItem(event, key, value)) == 0;
}

// What a method does with an event: sends it through `processors` and calls the logger's method
// with the result, or with None when it was dropped.
struct Parts {
  Ref logger, processors, context;
};
// The event dict: a copy of the context, the keywords, the event.
[[nodiscard]] Ref make_event(State& state, const Parts& parts, PyObject* event,
                             PyObject* const* values, PyObject* names, PyObject* without);
// The fast path: the text of an event without its dict. False: the chain has to be run, and nothing
// has happened. `rendered` is empty with an exception set.
[[nodiscard]] bool render_fields(State& state, const Parts& parts, PyObject* method_name,
                                 PyObject* event, PyObject* const* values, PyObject* names,
                                 PyObject* without, Ref& rendered);
// The processor at a place of a list, as a loop in Python would get it; empty at the end.
[[nodiscard]] Ref processor_at(PyObject* list, Py_ssize_t place) noexcept;
[[nodiscard]] Ref run_processors(State& state, const Parts& parts, PyObject* method_name,
                                 Ref event);
// (args, kwargs) for the wrapped logger.
[[nodiscard]] Ref arguments_of_result(Ref result) noexcept;
[[nodiscard]] Ref call_logger(State& state, const Parts& parts, PyObject* method_name,
                              Ref result) noexcept;

[[nodiscard]] bool add_link_functions(PyObject* module, State& state) noexcept;

// The key a context variable stands for, None when it is not one of ours. Empty with an exception
// set.
[[nodiscard]] Ref key_of_var(State& state, PyObject* var) noexcept;

// Calls `each(key, value)` for what is bound in this context. False with an exception set, which a
// false of `each` means as well.
template <class Each>
[[nodiscard]] bool each_context_value(State& state, Each each) {
  // The thread's own context: what it refers to is replaced, never changed, when variables are set,
  // so that going over it needs no copy.
  const Ref context = Ref::share(PyThreadState_Get()->context);
  if (!context) return true;
  const Ref vars = Ref::steal(PyObject_GetIter(context.get()));
  if (!vars) return false;
  for (;;) {
    const Ref var = Ref::steal(PyIter_Next(vars.get()));
    if (!var) return PyErr_Occurred() == nullptr;
    const Ref key = key_of_var(state, var.get());
    if (!key) return false;
    if (key.get() == Py_None) continue;
    const Ref value = Ref::steal(PyObject_GetItem(context.get(), var.get()));
    if (!value) return false;
    if (value.get() != Py_Ellipsis && !each(key.get(), value.get())) return false;
  }
}

[[nodiscard]] bool add_bound_type(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_stamper_type(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_json_type(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_pair_types(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_writer_type(PyObject* module, State& state) noexcept;

}  // namespace mainstay::binding::log
