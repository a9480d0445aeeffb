// answer.cpp - see answer.hpp.
#include "binding/plugins/answer.hpp"

#include <cstddef>
#include <utility>

#include "binding/plugins/impl.hpp"

namespace mainstay::binding::plugins {
namespace {

struct AnswerObject {
  PyObject_HEAD PyObject* plugin_name;
  PyObject* plugin;
  PyObject* value;
  PyObject* error;
};

struct ReportObject {
  PyObject_HEAD PyObject* result;
  PyObject* answers;
};

AnswerObject& as_answer(PyObject* self) noexcept { return *reinterpret_cast<AnswerObject*>(self); }
ReportObject& as_report(PyObject* self) noexcept { return *reinterpret_cast<ReportObject*>(self); }

PyObject* shared(PyObject* value) noexcept {
  return Ref::share(value == nullptr ? Py_None : value).release();
}

Ref answer_of(PyTypeObject* type, PyObject* plugin_name, PyObject* plugin, PyObject* value,
              PyObject* error) noexcept {
  Ref made = Ref::steal(type->tp_alloc(type, 0));
  if (!made) return made;
  AnswerObject& answer = as_answer(made.get());
  answer.plugin_name = shared(plugin_name);
  answer.plugin = shared(plugin);
  answer.value = shared(value);
  answer.error = shared(error);
  return made;
}

Ref report_of(PyTypeObject* type, PyObject* result, PyObject* answers) noexcept {
  Ref made = Ref::steal(type->tp_alloc(type, 0));
  if (!made) return made;
  as_report(made.get()).result = shared(result);
  as_report(made.get()).answers = shared(answers);
  return made;
}

PyObject* make_answer(PyTypeObject* type, PyObject* args, PyObject* kwargs) noexcept {
  static const char* const keywords[] = {"plugin_name", "plugin", "value", "error", nullptr};
  PyObject *plugin_name = nullptr, *plugin = nullptr, *value = nullptr, *error = nullptr;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOO|O:Answer", const_cast<char**>(keywords),
                                   &plugin_name, &plugin, &value, &error)) {
    return nullptr;
  }
  return answer_of(type, plugin_name, plugin, value, error).release();
}

PyObject* make_report(PyTypeObject* type, PyObject* args, PyObject* kwargs) noexcept {
  static const char* const keywords[] = {"result", "answers", nullptr};
  PyObject *result = nullptr, *answers = nullptr;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO:Report", const_cast<char**>(keywords), &result,
                                   &answers)) {
    return nullptr;
  }
  return report_of(type, result, answers).release();
}

int traverse_answer(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  const AnswerObject& answer = as_answer(self);
  for (PyObject* each : {answer.plugin_name, answer.plugin, answer.value, answer.error}) {
    Py_VISIT(each);
  }
  return 0;
}

int clear_answer(PyObject* self) noexcept {
  AnswerObject& answer = as_answer(self);
  for (PyObject** each : {&answer.plugin_name, &answer.plugin, &answer.value, &answer.error}) {
    Py_CLEAR(*each);
  }
  return 0;
}

int traverse_report(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_report(self).result);
  Py_VISIT(as_report(self).answers);
  return 0;
}

int clear_report(PyObject* self) noexcept {
  Py_CLEAR(as_report(self).result);
  Py_CLEAR(as_report(self).answers);
  return 0;
}

PyMemberDef kAnswerMembers[] = {
    {"plugin_name", T_OBJECT_EX, offsetof(AnswerObject, plugin_name), READONLY,
     "The name its plugin is registered under."},
    {"plugin", T_OBJECT_EX, offsetof(AnswerObject, plugin), READONLY, "The plugin itself."},
    {"value", T_OBJECT_EX, offsetof(AnswerObject, value), READONLY,
     "What it returned; None as well when it had nothing to say, or raised."},
    {"error", T_OBJECT_EX, offsetof(AnswerObject, error), READONLY,
     "What it raised; None when it returned."},
    {nullptr, 0, 0, 0, nullptr},
};

PyMemberDef kReportMembers[] = {
    {"result", T_OBJECT_EX, offsetof(ReportObject, result), READONLY,
     "What the call itself returns, wrappers included."},
    {"answers", T_OBJECT_EX, offsetof(ReportObject, answers), READONLY,
     "Of each implementation that was asked, in the order of the calls."},
    {nullptr, 0, 0, 0, nullptr},
};

char kAnswerDoc[] =
    "Answer(plugin_name, plugin, value, error=None)\n--\n\nWhat one implementation came to.";
char kReportDoc[] = "Report(result, answers)\n--\n\nWhat a call came to, and how.";

PyType_Slot kAnswerSlots[] = {
    {Py_tp_doc, kAnswerDoc},
    {Py_tp_new, reinterpret_cast<void*>(make_answer)},
    {Py_tp_dealloc, reinterpret_cast<void*>(clear_and_free<clear_answer>)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse_answer)},
    {Py_tp_clear, reinterpret_cast<void*>(clear_answer)},
    {Py_tp_members, kAnswerMembers},
    {0, nullptr},
};

PyType_Slot kReportSlots[] = {
    {Py_tp_doc, kReportDoc},
    {Py_tp_new, reinterpret_cast<void*>(make_report)},
    {Py_tp_dealloc, reinterpret_cast<void*>(clear_and_free<clear_report>)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse_report)},
    {Py_tp_clear, reinterpret_cast<void*>(clear_report)},
    {Py_tp_members, kReportMembers},
    {0, nullptr},
};

PyType_Spec kAnswerSpec = {
    .name = "mainstay.plugins._native.Answer",
    .basicsize = sizeof(AnswerObject),
    .itemsize = 0,
    .flags =
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kAnswerSlots,
};

PyType_Spec kReportSpec = {
    .name = "mainstay.plugins._native.Report",
    .basicsize = sizeof(ReportObject),
    .itemsize = 0,
    .flags =
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kReportSlots,
};

bool is_class_over(PyObject* object, const Ref& base) noexcept {
  return PyType_Check(object) && PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(object),
                                                  reinterpret_cast<PyTypeObject*>(base.get())) != 0;
}

}  // namespace

Ref new_answer(const DoorObject& door, PyObject* impl, PyObject* value, PyObject* error) noexcept {
  const ImplObject& whose = as_impl(impl);
  return answer_of(reinterpret_cast<PyTypeObject*>(door.answer), whose.plugin_name, whose.plugin,
                   value, error);
}

Ref new_report(const DoorObject& door, PyObject* result, PyObject* answers) noexcept {
  return report_of(reinterpret_cast<PyTypeObject*>(door.report), result, answers);
}

bool load_answers(const ModuleState& state, DoorObject& door) noexcept {
  if (door.answer != nullptr) return true;
  const Ref loaded = Ref::steal(PyObject_CallNoArgs(door.answers));
  if (!loaded) return false;
  PyObject *answer = nullptr, *report = nullptr, *errors = nullptr;
  if (PyTuple_Check(loaded.get()) &&
      PyArg_ParseTuple(loaded.get(), "OOO", &answer, &report, &errors) &&
      is_class_over(answer, state.answer_type) && is_class_over(report, state.report_type)) {
    // Another thread, or the import itself, may have been here meanwhile.
    for (const auto& [field, value] :
         {std::pair{&door.errors, errors}, std::pair{&door.report, report},
          std::pair{&door.answer, answer}}) {
      const Ref old = Ref::steal(std::exchange(*field, Ref::share(value).release()));
    }
    return true;
  }
  if (!PyErr_Occurred()) {
    PyErr_Format(PyExc_TypeError,
                 "a door's answers() must return classes over Answer and Report, and what makes "
                 "one error of several; got %R",
                 loaded.get());
  }
  return false;
}

bool add_answer_types(PyObject* module) noexcept {
  ModuleState& state = state_in(module);
  state.answer_type = add_type(module, kAnswerSpec);
  if (state.answer_type) state.report_type = add_type(module, kReportSpec);
  return static_cast<bool>(state.report_type);
}

}  // namespace mainstay::binding::plugins
