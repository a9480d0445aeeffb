// frames.cpp - see frames.hpp.
#include "binding/profile/frames.hpp"

#include <cstring>

#include "binding/profile/module.hpp"

#if PY_VERSION_HEX < 0x030B0000
PyAPI_DATA(PyTypeObject) PyFrame_Type;  // of a header that Python.h does not include there
#endif

namespace mainstay::binding::profile {
namespace {

#if PY_VERSION_HEX < 0x030B0000

// The frame of CPython 3.10 (cpython/frameobject.h), which changes no more.
struct Frame310 {
  PyVarObject head;
  Frame310* f_back;
  PyCodeObject* f_code;
  PyObject *f_builtins, *f_globals, *f_locals;
  PyObject** f_valuestack;
  PyObject* f_trace;
  int f_stackdepth;
  char f_trace_lines, f_trace_opcodes;
  PyObject* f_gen;
  int f_lasti, f_lineno, f_iblock;
  signed char f_state;
  struct {
    int type, handler, level;
  } f_blockstack[20];
  PyObject* f_localsplus[1];
};

int last_instruction(PyFrameObject* frame) noexcept {
  return reinterpret_cast<Frame310*>(frame)->f_lasti;
}

int flags_of(PyFrameObject* frame) noexcept {
  return reinterpret_cast<Frame310*>(frame)->f_code->co_flags;
}

PyObject* new_back(PyFrameObject* frame) noexcept {
  auto* back = reinterpret_cast<PyObject*>(reinterpret_cast<Frame310*>(frame)->f_back);
  Py_XINCREF(back);
  return back;
}

Ref first_argument(PyFrameObject* frame, PyCodeObject* code) noexcept {
  PyObject** places = reinterpret_cast<Frame310*>(frame)->f_localsplus;
  if (places[0] != nullptr) return Ref::share(places[0]);
  if (code->co_cell2arg == nullptr) return Ref{};
  // An inner function uses it: then a cell has it.
  const Py_ssize_t cells = PyTuple_GET_SIZE(code->co_cellvars);
  for (Py_ssize_t at = 0; at < cells; ++at) {
    if (code->co_cell2arg[at] != 0) continue;
    PyObject* cell = places[code->co_nlocals + at];
    return cell != nullptr && PyCell_Check(cell) ? Ref::share(PyCell_GET(cell)) : Ref{};
  }
  return Ref{};
}

#elif PY_VERSION_HEX < 0x030C0000

// Frames of CPython 3.11 (internal/pycore_frame.h), which change no more.
struct Inner311 {
  PyObject *f_func, *f_globals, *f_builtins, *f_locals;
  PyCodeObject* f_code;
  PyFrameObject* frame_obj;
  Inner311* previous;
  void* prev_instr;
  int stacktop;
  bool is_entry;
  char owner;
  PyObject* localsplus[1];
};
struct Frame311 {
  PyObject head;
  PyFrameObject* f_back;
  Inner311* f_frame;
};

int last_instruction(PyFrameObject* frame) noexcept { return PyFrame_GetLasti(frame); }

int flags_of(PyFrameObject* frame) noexcept {
  return reinterpret_cast<Frame311*>(frame)->f_frame->f_code->co_flags;
}

Ref first_argument(PyFrameObject* frame, PyCodeObject*) noexcept {
  PyObject* value = reinterpret_cast<Frame311*>(frame)->f_frame->localsplus[0];
  if (value != nullptr && PyCell_Check(value)) value = PyCell_GET(value);
  return Ref::share(value);
}

#else

int last_instruction(PyFrameObject* frame) noexcept { return PyFrame_GetLasti(frame); }

int flags_of(PyFrameObject* frame) noexcept {
  const Ref code = Ref::steal(reinterpret_cast<PyObject*>(PyFrame_GetCode(frame)));
  return reinterpret_cast<PyCodeObject*>(code.get())->co_flags;
}

Ref first_argument(PyFrameObject* frame, PyCodeObject* code) noexcept {
  Ref value = Ref::steal(PyFrame_GetVar(frame, PyTuple_GET_ITEM(code->co_localsplusnames, 0)));
  if (!value) PyErr_Clear();  // deleted, or not yet given
  return value;
}

#endif

#if PY_VERSION_HEX >= 0x030B0000
PyObject* new_back(PyFrameObject* frame) noexcept {
  return reinterpret_cast<PyObject*>(PyFrame_GetBack(frame));
}

// The names of a code object's variables; those of its cells are among them.
PyObject* names_of(PyCodeObject* code) noexcept { return code->co_localsplusnames; }
#else
PyObject* names_of(PyCodeObject* code) noexcept { return code->co_varnames; }
#endif

void append_number(std::string& text, int number) { text += std::to_string(number); }

}  // namespace

Ref caller_of(PyFrameObject* frame) noexcept { return Ref::steal(new_back(frame)); }

bool is_coroutine(PyFrameObject* frame) noexcept { return (flags_of(frame) & CO_COROUTINE) != 0; }

CodeFacts facts_of(PyCodeObject* code) noexcept {
  CodeFacts facts;
  PyObject* names = names_of(code);
  const Py_ssize_t count = PyTuple_GET_SIZE(names);
  for (Py_ssize_t at = 0; at < count; ++at) {
    if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, at), "__tracebackhide__") == 0) {
      facts.is_hidden = true;
    }
  }
  if (code->co_argcount > 0 && count > 0) {
    PyObject* first = PyTuple_GET_ITEM(names, 0);
    if (PyUnicode_CompareWithASCIIString(first, "self") == 0) facts.first = CodeFacts::First::self;
    if (PyUnicode_CompareWithASCIIString(first, "cls") == 0) facts.first = CodeFacts::First::cls;
  }
  return facts;
}

Ref class_of(PyFrameObject* frame, PyCodeObject* code, CodeFacts facts) noexcept {
  if (facts.first == CodeFacts::First::other) return Ref{};
  Ref value = first_argument(frame, code);
  if (!value) return Ref{};
  if (facts.first == CodeFacts::First::self) {
    return Ref::share(reinterpret_cast<PyObject*>(Py_TYPE(value.get())));
  }
  return PyType_Check(value.get()) ? std::move(value) : Ref{};
}

std::string describe(PyFrameObject* frame, PyCodeObject* code, CodeFacts facts,
                     PyTypeObject* owner) {
  std::string text;
  const auto append = [&](PyObject* str) {
    const Text part(str);
    if (part.data == nullptr) {
      PyErr_Clear();
    } else {
      text += part.view();
    }
  };
  append(code->co_name);
  text += '\0';
  append(code->co_filename);
  text += '\0';
  append_number(text, code->co_firstlineno);
  if (owner != nullptr) {
    const char* dot = std::strrchr(owner->tp_name, '.');
    text +=
        "\x01"
        "c";
    text += dot == nullptr ? owner->tp_name : dot + 1;
  }
  if (const int line = PyFrame_GetLineNumber(frame); line > 0) {
    text += "\x01l";
    append_number(text, line);
  }
  if (facts.is_hidden) text += "\x01h1";
  return text;
}

FrameId FrameCache::find(PyFrameObject* frame, Store& store) {
  const Ref held = Ref::steal(reinterpret_cast<PyObject*>(PyFrame_GetCode(frame)));
  auto* code = reinterpret_cast<PyCodeObject*>(held.get());
  auto [entry, is_new] = codes_.try_emplace(code);
  Code& known = entry->second;
  if (is_new) {
    alive_.push_back(Ref::share(held.get()));
    known.facts = facts_of(code);
  }
  Ref owner = class_of(frame, code, known.facts);
  auto* type = reinterpret_cast<PyTypeObject*>(owner.get());
  const int at = last_instruction(frame);
  for (const Place& each : known.places) {
    if (each.last_instruction == at && each.owner == type) return each.id;
  }
  const std::string text = describe(frame, code, known.facts, type);
  FrameId id = 0;
  {
    const auto locked = store.hold();
    id = store.names.intern(text);
  }
  known.places.push_back({at, type, id});
  if (owner) alive_.push_back(std::move(owner));
  return id;
}

PyObject* get_frame_info(PyObject*, PyObject* object) noexcept {
  if (!Py_IS_TYPE(object, &PyFrame_Type)) {
    return PyErr_Format(PyExc_TypeError,
                        "get_frame_info should be called with a Frame object, got %.100s",
                        Py_TYPE(object)->tp_name);
  }
  auto* frame = reinterpret_cast<PyFrameObject*>(object);
  const Ref held = Ref::steal(reinterpret_cast<PyObject*>(PyFrame_GetCode(frame)));
  auto* code = reinterpret_cast<PyCodeObject*>(held.get());
  const CodeFacts facts = facts_of(code);
  const Ref owner = class_of(frame, code, facts);
  try {
    return to_str(describe(frame, code, facts, reinterpret_cast<PyTypeObject*>(owner.get())))
        .release();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

}  // namespace mainstay::binding::profile
