// writer.cpp - `Writer`, the native base of the loggers that write lines to a file.
//
// A line goes to the file's descriptor by one call where the file is what `open()` makes for text
// in UTF-8 or for bytes; whatever the file still holds goes first. To all other files, and for what
// the system did not take, the file's own `write` and `flush` are called, or print().
#include <cerrno>

#include "binding/log/module.hpp"
#include "binding/support/exception.hpp"
#include "binding/support/gil.hpp"
#include "mainstay/log/output.hpp"

namespace mainstay::binding::log {
namespace {

struct Writer {
  State* state = nullptr;
  Ref file, write, flush, lock;
  Ref encoding;         // of the file when it was opened
  int descriptor = -1;  // -1: not a file that can be written to natively
  bool is_bytes = false;
  bool prints = false;
  void each_reference(auto visit) {
    visit(file);
    visit(write);
    visit(flush);
    visit(lock);
    visit(encoding);
  }
};

#if !defined(Py_GIL_DISABLED)
// Whether what `method` is bound to is `file`, and it is a function of C.
bool is_own_method(PyObject* method, PyObject* file) noexcept {
  return method != nullptr && PyCFunction_Check(method) && PyCFunction_GET_SELF(method) == file;
}

// What a text file refers to tells whether lines can be written past it: its encoding must be what
// it was, and its argument `newline`, which no attribute tells, must not be one with a carriage
// return.
struct Look {
  PyObject* encoding;
  bool same_encoding = false;
  bool translates = false;
};

int look_at(PyObject* object, void* argument) noexcept {
  auto& look = *static_cast<Look*>(argument);
  if (object == look.encoding) look.same_encoding = true;
  if (!PyUnicode_CheckExact(object)) return 0;
  const Py_ssize_t length = PyUnicode_GET_LENGTH(object);
  if (length > 0 && length <= 2 && PyUnicode_READ_CHAR(object, 0) == '\r') look.translates = true;
  return 0;
}

bool is_exactly(PyObject* object, const Ref& type) noexcept {
  return reinterpret_cast<PyObject*>(Py_TYPE(object)) == type.get();
}

bool is_utf8(PyObject* encoding) noexcept {
  return PyUnicode_Check(encoding) && (PyUnicode_CompareWithASCIIString(encoding, "utf-8") == 0 ||
                                       PyUnicode_CompareWithASCIIString(encoding, "UTF-8") == 0);
}

// The descriptor to write to, or -1. Sets no error.
int find_descriptor(State& state, Writer& self) noexcept {
  PyObject* file = self.file.get();
  Ref buffer;
  if (is_exactly(file, state.TextIOWrapper)) {
    self.encoding = Ref::steal(PyObject_GetAttr(file, state.names.encoding.get()));
    buffer = Ref::steal(PyObject_GetAttr(file, state.names.buffer.get()));
    if (!self.encoding || !buffer || !is_utf8(self.encoding.get())) return PyErr_Clear(), -1;
  } else {
    buffer = Ref::share(file);
    self.is_bytes = true;
  }
  if (!is_exactly(buffer.get(), state.BufferedWriter)) return -1;
  const Ref raw = Ref::steal(PyObject_GetAttr(buffer.get(), state.names.raw.get()));
  if (!raw || !is_exactly(raw.get(), state.FileIO)) return PyErr_Clear(), -1;
  const Ref number = Ref::steal(PyObject_CallMethodNoArgs(raw.get(), state.names.fileno.get()));
  const int descriptor = number ? static_cast<int>(PyLong_AsLong(number.get())) : -1;
  if (descriptor < 0) PyErr_Clear();
  return descriptor;
}

// Whether the file is still what it was when its descriptor was found.
bool is_unchanged(Writer& self) noexcept {
  if (self.is_bytes) return true;
  Look look{self.encoding.get()};
  Py_TYPE(self.file.get())->tp_traverse(self.file.get(), &look_at, &look);
  return look.same_encoding && !look.translates;
}

// Writes the line natively. 1: done; 0: nothing of it was written; -1: an exception is set.
int write_natively(State& state, Writer& self, PyObject* message) {
  if (self.descriptor < 0 || !is_own_method(self.flush.get(), self.file.get()) ||
      (!self.prints && !is_own_method(self.write.get(), self.file.get()))) {
    return 0;
  }
  Line line;
  if (self.is_bytes) {
    if (!PyBytes_CheckExact(message)) return 0;
    line.append({PyBytes_AS_STRING(message), static_cast<std::size_t>(PyBytes_GET_SIZE(message))});
  } else {
    if (!PyUnicode_CheckExact(message) || !is_unchanged(self)) return 0;
    if (PyUnicode_IS_ASCII(message)) {
      line.append({static_cast<const char*>(PyUnicode_DATA(message)),
                   static_cast<std::size_t>(PyUnicode_GET_LENGTH(message))});
    } else {
      Py_ssize_t size = 0;
      const char* utf8 = PyUnicode_AsUTF8AndSize(message, &size);
      if (utf8 == nullptr) return PyErr_Clear(), 0;  // surrogates: the file says what it does then
      line.append({utf8, static_cast<std::size_t>(size)});
    }
  }
  line.append('\n');
  const Ref flush = Ref::share(self.flush.get());
  const Ref file = Ref::share(self.file.get());
  if (!Ref::steal(PyObject_CallNoArgs(flush.get()))) return -1;
  std::string_view rest = line.view();
  mainstay::log::Written written{};
  for (;;) {
    {
      const Unlocked gil;
      written = mainstay::log::write_some(self.descriptor, rest);
    }
    if (written.error == 0) return 1;
    rest.remove_prefix(written.bytes);
    if (written.error != EINTR) break;
    if (PyErr_CheckSignals() < 0) return -1;
  }
  // The file has its own words for a full disk or pipe, and keeps what it could not write.
  const Ref buffer = self.is_bytes
                         ? Ref::share(file.get())
                         : Ref::steal(PyObject_GetAttr(file.get(), state.names.buffer.get()));
  const Ref bytes =
      Ref::steal(PyBytes_FromStringAndSize(rest.data(), static_cast<Py_ssize_t>(rest.size())));
  if (!buffer || !bytes) return -1;
  if (!Ref::steal(PyObject_CallMethodOneArg(buffer.get(), state.names.write.get(), bytes.get()))) {
    return -1;
  }
  return Ref::steal(PyObject_CallNoArgs(flush.get())) ? 1 : -1;
}
#else
// Without the interpreter's lock a file may change while it is looked at.
int find_descriptor(State&, Writer&) noexcept { return -1; }
int write_natively(State&, Writer&, PyObject*) { return 0; }
#endif

bool write_by_file(State& state, Self<Writer> self, PyObject* message) {
  Ref file, write, flush;
  {
    const CriticalSection section(self.object);
    file = Ref::share(self->file.get());
    write = Ref::share(self->write.get());
    flush = Ref::share(self->flush.get());
  }
  if (self->prints) {
    PyObject* builtins = PyEval_GetBuiltins();
    const Ref print = Ref::steal(PyObject_GetItem(builtins, state.names.print.get()));
    PyObject* given = file.get() == state.first_stdout.get() ? Py_None : file.get();
    PyObject* arguments[] = {nullptr, message, given, Py_True};
    return print && Ref::steal(PyObject_Vectorcall(print.get(), arguments + 1,
                                                   1 | PY_VECTORCALL_ARGUMENTS_OFFSET,
                                                   state.print_names.get()));
  }
  if (!write || !flush) {
    PyErr_Format(PyExc_AttributeError, "the logger has no %s; set it to a method of its file",
                 write ? "_flush" : "_write");
    return false;
  }
  const bool is_bytes = PyBytes_Check(message) || PyByteArray_Check(message);
  const Ref line = Ref::steal(
      PyNumber_Add(message, is_bytes ? state.line_end_bytes.get() : state.line_end.get()));
  if (!line) return false;
  if (!Ref::steal(PyObject_CallOneArg(write.get(), line.get()))) return false;
  return bool(Ref::steal(PyObject_CallNoArgs(flush.get())));
}

// A PrintLogger of the process's first stdout prints to what stdout is now.
bool is_redirected(State& state, Writer& self) noexcept {
  if (!self.prints) return false;
  PyObject* print = PyDict_GetItemWithError(PyEval_GetBuiltins(), state.names.print.get());
  if (print != state.own_print.get()) return PyErr_Clear(), true;
  return self.file.get() == state.first_stdout.get() &&
         PySys_GetObject("stdout") != self.file.get();
}

Ref msg(Self<Writer> self, PyObject* message) {
  State* state = self->state;
  if (state == nullptr) {
    PyErr_SetString(PyExc_AttributeError, "the logger has no file yet");
    return Ref{};
  }
  Ref lock;
  {
    const CriticalSection section(self.object);
    lock = Ref::share(self->lock.get());
  }
  if (!lock) {
    PyErr_SetString(PyExc_AttributeError, "the logger has no _lock; set it to one for its file");
    return Ref{};
  }
  if (!Ref::steal(PyObject_CallMethodNoArgs(lock.get(), state->names.acquire.get()))) return Ref{};
  int written = -1;
  try {
    written = is_redirected(*state, *self) ? 0 : write_natively(*state, *self, message);
    if (written == 0) written = write_by_file(*state, self, message) ? 1 : -1;
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  }
  // An error waits while the lock is let go.
  const Ref error = written < 0 ? take_exception() : Ref{};
  const Ref released =
      Ref::steal(PyObject_CallMethodNoArgs(lock.get(), state->names.release.get()));
  if (error) {
    if (!released) PyErr_Clear();
    raise_statement(error.get());
    return Ref{};
  }
  return released ? Ref::share(Py_None) : Ref{};
}

constexpr const char* kOpenParameters[] = {"file", "lock", "prints"};
constexpr Signature kOpen{"_open", "self", kOpenParameters, 3};

Ref open(Self<Writer> self, PyObject* file, PyObject* lock, PyObject* prints) {
  State* state = state_of_type(Py_TYPE(self.object));
  if (state == nullptr) return Ref{};
  Ref flush = Ref::steal(PyObject_GetAttr(file, state->names.flush.get()));
  Ref write = Ref::steal(PyObject_GetAttr(file, state->names.write.get()));
  if (!flush || !write) {
    if (prints != Py_True) return Ref{};
    PyErr_Clear();  // print() says what is wrong with it
  }
  self->state = state;
  self->prints = prints == Py_True;
  self->file = Ref::share(file);
  self->lock = Ref::share(lock);
  self->write = std::move(write);
  self->flush = std::move(flush);
  self->is_bytes = false;
  self->descriptor = find_descriptor(*state, *self);
  return Ref::share(Py_None);
}

template <Ref Writer::* kField>
Ref get(Writer& self) {
  if (!(self.*kField)) PyErr_SetString(PyExc_AttributeError, "the logger has no file yet");
  return Ref::share((self.*kField).get());
}
template <Ref Writer::* kField>
bool set(Writer& self, PyObject* value) {
  self.*kField = Ref::share(value);
  return true;
}

PyGetSetDef kAttributes[] = {
    attribute<get<&Writer::file>>("_file", "The file."),
    attribute<get<&Writer::write>, set<&Writer::write>>("_write", "Its write method."),
    attribute<get<&Writer::flush>, set<&Writer::flush>>("_flush", "Its flush method."),
    attribute<get<&Writer::lock>, set<&Writer::lock>>("_lock", "The lock of the file."),
    {},
};
PyMethodDef kMethods[] = {
    method<msg, kShared>("msg", "msg($self, message, /)\n--\n\nWrites the message and a line end."),
    method<kOpen, open>("_open", "_open($self, file, lock, prints)\n--\n\nSets the file."),
    {},
};
constexpr TypeTable kWriter{
    .name = "mainstay.log._native.Writer",
    .doc = "The native part of loggers that write lines to a file.",
    .methods = kMethods,
    .attributes = kAttributes,
    .subclassable = true,
};

}  // namespace

bool add_writer_type(PyObject* module, State& state) noexcept {
  state.writer_type = add_native_type<Writer>(module, kWriter);
  state.line_end = Ref::steal(PyUnicode_FromString("\n"));
  state.line_end_bytes = Ref::steal(PyBytes_FromString("\n"));
  state.print_names = Ref::steal(Py_BuildValue("(ss)", "file", "flush"));
  state.own_print = Ref::steal(PyObject_GetItem(PyEval_GetBuiltins(), state.names.print.get()));
  return state.writer_type && state.line_end && state.line_end_bytes && state.print_names &&
         state.own_print;
}

}  // namespace mainstay::binding::log
