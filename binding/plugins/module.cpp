// module.cpp - the init function of `mainstay.plugins._native`: names, state, types, in that order.
//
// The module holds what is called often: hooks and their plans, implementations, results, and the
// reading of argument names. Both doors are Python classes over its types; see door.cpp.
#include "binding/plugins/module.hpp"

#include <array>
#include <new>

#include "binding/plugins/names.hpp"
#include "binding/plugins/native_table.hpp"
#include "binding/plugins/scan.hpp"
#include "binding/support/module_state.hpp"

namespace mainstay::binding::plugins {
namespace {

// Every name with the text it interns. One list, so that init cannot forget a field.
struct NameEntry {
  Ref Names::* field;
  const char* text;
};

constexpr std::array kNames{
    NameEntry{&Names::firstresult, "firstresult"},
    NameEntry{&Names::historic, "historic"},
    NameEntry{&Names::specname, "specname"},
    NameEntry{&Names::warn_on_impl, "warn_on_impl"},
    NameEntry{&Names::warn_on_impl_args, "warn_on_impl_args"},
    NameEntry{&Names::wrapper, "wrapper"},
    NameEntry{&Names::hookwrapper, "hookwrapper"},
    NameEntry{&Names::optionalhook, "optionalhook"},
    NameEntry{&Names::tryfirst, "tryfirst"},
    NameEntry{&Names::trylast, "trylast"},
    NameEntry{&Names::function, "function"},
    NameEntry{&Names::argnames, "argnames"},
    NameEntry{&Names::kwargnames, "kwargnames"},
    NameEntry{&Names::plugin, "plugin"},
    NameEntry{&Names::plugin_name, "plugin_name"},
    NameEntry{&Names::opts, "opts"},
    NameEntry{&Names::name, "name"},
    NameEntry{&Names::spec, "spec"},
    NameEntry{&Names::hookexec, "_hookexec"},
    NameEntry{&Names::hookimpls, "_hookimpls"},
    NameEntry{&Names::call_history, "_call_history"},
    NameEntry{&Names::kwargdefaults, "kwargdefaults"},
    NameEntry{&Names::inner_hookexec, "_inner_hookexec"},
    NameEntry{&Names::apply_defaults, "_apply_defaults"},
    NameEntry{&Names::verify, "_verify_all_args_are_provided"},
    NameEntry{&Names::is_historic, "is_historic"},
    NameEntry{&Names::send, "send"},
    NameEntry{&Names::throw_, "throw"},
    NameEntry{&Names::close, "close"},
    NameEntry{&Names::value, "value"},
    NameEntry{&Names::gi_code, "gi_code"},
    NameEntry{&Names::self, "self"},
    NameEntry{&Names::init, "__init__"},
    NameEntry{&Names::call, "__call__"},
    NameEntry{&Names::func, "__func__"},
    NameEntry{&Names::code, "__code__"},
    NameEntry{&Names::defaults, "__defaults__"},
    NameEntry{&Names::qualname, "__qualname__"},
    NameEntry{&Names::wrapped, "__wrapped__"},
    NameEntry{&Names::get, "__get__"},
    NameEntry{&Names::set, "__set__"},
    NameEntry{&Names::delete_, "__delete__"},
    NameEntry{&Names::waterfall, "waterfall"},
    NameEntry{&Names::collect_errors, "collect_errors"},
    NameEntry{&Names::reported, "_mainstay_reported"},
    NameEntry{&Names::await, "__await__"},
};
static_assert(kNames.size() * sizeof(Ref) == sizeof(Names), "a name without its text");

int exec(PyObject* module) {
  ModuleState& state = *new (PyModule_GetState(module)) ModuleState{};
  const int without_gil = runs_without_gil();
  if (without_gil < 0) return -1;
  state.without_gil = without_gil == 1;
  for (const NameEntry& entry : kNames) {
    state.names.*entry.field = Ref::steal(PyUnicode_InternFromString(entry.text));
    if (!(state.names.*entry.field)) return -1;
  }
  const bool complete = add_door_type(module) && add_impl_type(module) && add_spec_type(module) &&
                        add_result_type(module) && add_caller_type(module) &&
                        add_manager_type(module) && add_native_table_types(module) &&
                        add_switches_type(module) && add_answer_types(module) &&
                        add_special_type(module) && add_steps_type(module);
  return complete ? 0 : -1;
}

// Names are strings and cannot take part in a cycle; classes and doors can.
int traverse(PyObject* module, visitproc visit, void* arg) {
  if (PyModule_GetState(module) == nullptr) return 0;
  const ModuleState& state = state_in(module);
  for (const Ref* type : {&state.door_type, &state.impl_type, &state.spec_type, &state.result_type,
                          &state.caller_type, &state.manager_type, &state.monitor_type,
                          &state.answer_type, &state.report_type, &state.special_type,
                          &state.steps_type, &state.native_function_type, &state.native_error}) {
    Py_VISIT(type->get());
  }
  for (const Ref& door : state.doors) Py_VISIT(door.get());
  return 0;
}

int clear(PyObject* module) {
  if (PyModule_GetState(module) == nullptr) return 0;
  state_in(module).doors.clear();
  return 0;
}

PyMethodDef kMethods[] = {
    {"varnames", as_method(varnames), METH_VARARGS | METH_KEYWORDS,
     "varnames(func, *, legacy_noself=False)\n--\n\n"
     "The names of the parameters without a default, and of those with one, without the one a\n"
     "method is bound to. Two tuples of str."},
    {"scan", as_method(scan), METH_FASTCALL,
     "scan(owner, attribute): (name, function, options) of each attribute that carries a marker,\n"
     "in the order of dir(). Runs none of the owner's code but its __dir__."},
    {"find_hookable", as_method(find_hookable), METH_FASTCALL,
     "find_hookable(owner, name): who carries the marker and what to call, or None."},
    {"marker_options", as_method(marker_options), METH_FASTCALL,
     "marker_options(holder, attribute): the dict a marker left there, or None."},
    {"awaited", awaited, METH_NOARGS, "Counts an awaited call that Python makes, without steps."},
    {"paths", paths, METH_NOARGS, "How many calls went which way, by the reason."},
    {"plans", plans, METH_NOARGS, "How many call plans were made, and what for."},
    {"arrange", arrange_entries, METH_O,
     "arrange(entries): indexes in the new reverse calling order. `entries`, in reverse calling\n"
     "order by rank, are tuples (plugin, wrapper, before, after), the last two of names. Raises\n"
     "ValueError that names the circle when wishes go in one."},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef_Slot kSlots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(exec)},
    {0, nullptr},
};

}  // namespace

PyModuleDef module_definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "mainstay.plugins._native",
    .m_doc = "Hooks and how they are called, for mainstay.plugins; see docs/internals/plugins.md.",
    .m_size = sizeof(ModuleState),
    .m_methods = kMethods,
    .m_slots = kSlots,
    .m_traverse = traverse,
    .m_clear = clear,
    .m_free = destroy_state<ModuleState>,
};

ModuleState* state_of(PyObject* self) noexcept {
  PyObject* module = module_of(Py_TYPE(self), &module_definition);
  return module == nullptr ? nullptr : &state_in(module);
}

int look_up(PyObject* object, PyObject* name, Ref& found) noexcept {
  found = Ref::steal(PyObject_GetAttr(object, name));
  if (found) return 1;
  if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return -1;
  PyErr_Clear();
  return 0;
}

}  // namespace mainstay::binding::plugins

PyMODINIT_FUNC PyInit_plugins() {
  return PyModuleDef_Init(&mainstay::binding::plugins::module_definition);
}
