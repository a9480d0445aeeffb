// scan.cpp - see scan.hpp.
//
// Attributes are looked up as `inspect.getattr_static` does, so that properties and other
// descriptors do not run. Only functions, class methods, static methods and bound methods count.
#include "binding/plugins/scan.hpp"

#include "binding/plugins/lookup.hpp"

namespace mainstay::binding::plugins {
namespace {

// 1 with both set: who carries the marker and what to call. 0: no hook. -1 with an exception set.
struct Found {
  Ref holder, function;
};

// Objects of the interpreter's own types are what they seem; those of a program's may say of
// themselves, by `__class__`, that they are functions, and are believed.
int is_kind(PyObject* object, PyTypeObject& type) noexcept {
  if (PyObject_TypeCheck(object, &type)) return 1;
  if (!PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_HEAPTYPE)) return 0;
  return PyObject_IsInstance(object, reinterpret_cast<PyObject*>(&type));
}

// What most attributes are, and what is never a hook.
bool is_plain_data(PyObject* value) noexcept {
  const PyTypeObject* type = Py_TYPE(value);
  return type == &PyWrapperDescr_Type || type == &PyMethodDescr_Type ||
         type == &PyGetSetDescr_Type || type == &PyLong_Type || type == &PyUnicode_Type ||
         type == &PyProperty_Type || type == &PyType_Type || type == &PyDict_Type ||
         type == &PyTuple_Type || type == &PyCFunction_Type || type == &PyBool_Type ||
         value == Py_None;
}

int as_found(PyObject* holder, Ref function, Found& found) noexcept {
  if (!function) return -1;
  found.holder = Ref::share(holder);
  found.function = std::move(function);
  return 1;
}

int method_found(PyObject* method, Found& found) noexcept {
  const Ref function = Ref::steal(PyObject_GetAttrString(method, "__func__"));
  return function ? as_found(function.get(), Ref::share(method), found) : -1;
}

// `value.__get__(owner, type)`, as the peer of this in Python spells it.
Ref bind(const ModuleState& state, PyObject* value, PyObject* owner, PyObject* type) noexcept {
  const descrgetfunc get = Py_TYPE(value)->tp_descr_get;
  if (get != nullptr) return Ref::steal(get(value, owner, type));
  const Ref method = Ref::steal(PyObject_GetAttr(value, state.names.get.get()));
  if (!method) return Ref{};
  return Ref::steal(PyObject_CallFunctionObjArgs(method.get(), owner, type, nullptr));
}

class Scanner {
 public:
  Scanner(const ModuleState& state, PyObject* owner) noexcept : state_(state), owner_(owner) {}

  // False with an exception set.
  [[nodiscard]] bool begin() noexcept {
    const int is_class = is_kind(owner_, PyType_Type);
    const int is_module = is_class < 0 ? -1 : is_kind(owner_, PyModule_Type);
    if (is_module < 0) return false;
    is_class_ = is_class == 1;
    is_module_ = is_module == 1;
    return true;
  }

  [[nodiscard]] int find(PyObject* name, Found& found) const noexcept {
    if (!is_class_ && !is_module_) {
      Ref value = stored_attribute(owner_, name);
      if (!value) {
        if (PyErr_Occurred() || !read_slot(name, value)) return -1;
      }
      if (value) return unbound(value.get(), found);
    }
    const Ref value = static_attribute(state_, owner_, name);
    if (!value) return PyErr_Occurred() ? -1 : 0;
    if (is_plain_data(value.get())) return 0;
    return bound(value.get(), found);
  }

 private:
  // A slot is a place of the object's own. Reading it runs nothing of the program's.
  [[nodiscard]] bool read_slot(PyObject* name, Ref& value) const noexcept {
    const Ref slot = static_attribute(state_, owner_, name);
    if (!slot) return !PyErr_Occurred();
    const int is_slot = is_kind(slot.get(), PyMemberDescr_Type);
    if (is_slot <= 0) return is_slot == 0;
    value = bind(state_, slot.get(), owner_, reinterpret_cast<PyObject*>(Py_TYPE(owner_)));
    if (value) return true;
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return false;
    PyErr_Clear();
    return true;
  }

  // What lies on the object itself is called as it is: reading it as an attribute does not bind.
  [[nodiscard]] static int unbound(PyObject* value, Found& found) noexcept {
    if (is_plain_data(value)) return 0;
    int answer = is_kind(value, PyMethod_Type);
    if (answer != 0) return answer < 0 ? -1 : method_found(value, found);
    answer = is_kind(value, PyFunction_Type);
    return answer <= 0 ? answer : as_found(value, Ref::share(value), found);
  }

  [[nodiscard]] int bound(PyObject* value, Found& found) const noexcept {
    auto* type = reinterpret_cast<PyObject*>(Py_TYPE(owner_));
    int answer = PyFunction_Check(value) ? 0 : is_kind(value, PyStaticMethod_Type);
    if (answer != 0) {
      if (answer < 0) return -1;
      return as_found(value, Ref::steal(PyObject_GetAttrString(value, "__func__")), found);
    }
    answer = PyFunction_Check(value) ? 0 : is_kind(value, PyClassMethod_Type);
    if (answer != 0) {
      PyObject* of = is_class_ ? owner_ : type;
      return answer < 0 ? -1 : as_found(value, bind(state_, value, of, of), found);
    }
    answer = PyFunction_Check(value) ? 0 : is_kind(value, PyMethod_Type);
    if (answer != 0) return answer < 0 ? -1 : method_found(value, found);
    answer = is_kind(value, PyFunction_Type);
    if (answer <= 0) return answer;
    if (is_class_ || is_module_) return as_found(value, Ref::share(value), found);
    return as_found(value, bind(state_, value, owner_, type), found);
  }

  const ModuleState& state_;
  PyObject* owner_;
  bool is_class_ = false, is_module_ = false;
};

// The options a marker left on the holder or the function within. Empty without an exception when
// there are none.
Ref read_options(const ModuleState& state, PyObject* holder, PyObject* attribute) noexcept {
  Ref options;
  if (PyFunction_Check(holder)) {
    // All a function has beside its dict is known, and nothing of it is a marker.
    PyObject* dict = reinterpret_cast<PyFunctionObject*>(holder)->func_dict;
    if (dict == nullptr) return Ref{};
    options = Ref::share(PyDict_GetItemWithError(dict, attribute));
    if (!options && PyErr_Occurred()) return Ref{};
  } else if (look_up(holder, attribute, options) < 0) {
    return Ref{};
  }
  if (!options || options.get() == Py_None) {
    options = Ref{};
    if (PyFunction_Check(holder) &&
        reinterpret_cast<PyFunctionObject*>(holder)->func_dict == nullptr) {
      return Ref{};
    }
    Ref function;
    if (look_up(holder, state.names.func.get(), function) <= 0) return Ref{};
    if (function.get() == Py_None || look_up(function.get(), attribute, options) <= 0) return Ref{};
  }
  return PyDict_Check(options.get()) ? std::move(options) : Ref{};
}

bool takes_two(const char* function, Py_ssize_t nargs) noexcept {
  if (nargs == 2) return true;
  PyErr_Format(PyExc_TypeError, "%s() takes 2 positional arguments but %zd were given", function,
               nargs);
  return false;
}

// Appends (name, function, options) when the attribute is marked. False with an exception set.
bool add_marked(const ModuleState& state, const Scanner& scanner, PyObject* name,
                PyObject* attribute, PyObject* list) noexcept {
  Found found;
  const int answer = scanner.find(name, found);
  if (answer <= 0) return answer == 0;
  const Ref options = read_options(state, found.holder.get(), attribute);
  if (!options) return !PyErr_Occurred();
  const Ref entry = Ref::steal(PyTuple_Pack(3, name, found.function.get(), options.get()));
  return entry && PyList_Append(list, entry.get()) == 0;
}

}  // namespace

PyObject* find_hookable(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (!takes_two("find_hookable", nargs)) return nullptr;
  Scanner scanner(state_in(module), args[0]);
  Found found;
  const int answer = scanner.begin() ? scanner.find(args[1], found) : -1;
  if (answer < 0) return nullptr;
  if (answer == 0) Py_RETURN_NONE;
  return PyTuple_Pack(2, found.holder.get(), found.function.get());
}

PyObject* marker_options(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (!takes_two("marker_options", nargs)) return nullptr;
  Ref options = read_options(state_in(module), args[0], args[1]);
  if (!options && PyErr_Occurred()) return nullptr;
  return options ? options.release() : Ref::share(Py_None).release();
}

PyObject* scan(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (!takes_two("scan", nargs)) return nullptr;
  const ModuleState& state = state_in(module);
  Scanner scanner(state, args[0]);
  const Ref names = Ref::steal(PyObject_Dir(args[0]));
  Ref marked = names ? Ref::steal(PyList_New(0)) : Ref{};
  if (!marked || !scanner.begin()) return nullptr;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names.get()); ++i) {
    const Ref name = Ref::share(PyList_GET_ITEM(names.get(), i));
    if (!add_marked(state, scanner, name.get(), args[1], marked.get())) return nullptr;
  }
  return marked.release();
}

}  // namespace mainstay::binding::plugins
