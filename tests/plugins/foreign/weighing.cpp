// weighing.cpp - an extension module with a plugin in a capsule; its hooks see Python objects.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <cstdint>
#include <stdexcept>

#include "mainstay/plugins/native.hpp"

namespace native = mainstay::plugins::native;

namespace {

// weigh(item): how long a list is; what is no list raises what Python raises for it.
std::int32_t weigh(void*, const mainstay_plugins_value* arguments, std::uint32_t,
                   const mainstay_plugins_call* call) {
  if (arguments[0].kind != MAINSTAY_PLUGINS_OBJECT) return 1;
  const Py_ssize_t size = PyObject_Size(static_cast<PyObject*>(arguments[0].as.object));
  if (size < 0) return 1;  // with an exception set, which is the better word
  mainstay_plugins_value result{};
  result.kind = MAINSTAY_PLUGINS_INTEGER;
  result.as.integer = size;
  call->give(call, &result);
  return 0;
}

// same(item): the object itself.
std::int32_t same(void*, const mainstay_plugins_value* arguments, std::uint32_t,
                  const mainstay_plugins_call* call) {
  call->give(call, &arguments[0]);
  return 0;
}

// odd(item): a value of no known kind.
std::int32_t odd(void*, const mainstay_plugins_value*, std::uint32_t,
                 const mainstay_plugins_call* call) {
  mainstay_plugins_value result{};
  result.kind = 99;
  call->give(call, &result);
  return 0;
}

// latin(item): a text that is no UTF-8.
std::int32_t latin(void*, const mainstay_plugins_value*, std::uint32_t,
                   const mainstay_plugins_call* call) {
  mainstay_plugins_value result{};
  result.kind = MAINSTAY_PLUGINS_TEXT;
  result.as.text.data = "caf\xe9";
  result.as.text.size = 4;
  call->give(call, &result);
  return 0;
}

// changed(item): gives what is no value, and then, as the item says: whether an exception is set
// (0), or that it failed (1). At 2 it raises first.
std::int32_t changed(void*, const mainstay_plugins_value* arguments, std::uint32_t,
                     const mainstay_plugins_call* call) {
  if (arguments[0].as.integer == 2) PyErr_SetString(PyExc_KeyError, "no scales");
  mainstay_plugins_value result{};
  result.kind = 99;
  call->give(call, &result);
  if (arguments[0].as.integer == 2) return 1;
  if (arguments[0].as.integer == 0) {
    result.kind = MAINSTAY_PLUGINS_BOOL;
    result.as.integer =
        PyErr_Occurred() != nullptr ? 1 : 0;  // what it calls of Python would see it
    call->give(call, &result);
    return 0;
  }
  call->fail(call, "no scales", 9);
  return 1;
}

int teardowns = 0;
void tear_down() { ++teardowns; }

std::int32_t set_up(const mainstay_plugins_host* host) {
  static const char* const item[] = {"item"};
  struct Hook {
    const char* name;
    mainstay_plugins_function call;
  };
  for (const Hook& hook : {Hook{"weigh", weigh}, Hook{"same", same}, Hook{"odd", odd},
                           Hook{"latin", latin}, Hook{"changed", changed}, Hook{"weigh", weigh}}) {
    mainstay_plugins_implementation one{};
    one.size = sizeof one;
    one.hook = hook.name;
    one.arguments = item;
    one.argument_count = 1;
    one.call = hook.call;
    one.flags = MAINSTAY_PLUGINS_OPTIONAL | MAINSTAY_PLUGINS_TRYLAST;
    if (const auto no = host->implement(host, &one)) return no;
  }
  return 0;
}

const mainstay_plugins_table kTable = native::table<set_up, tear_down>("weighing", "3");
const mainstay_plugins_table kLatin = native::table<set_up>("caf\xe9", "1.\xe9");
const mainstay_plugins_table kNewer = [] {
  auto table = kTable;
  table.major = 9;
  return table;
}();

PyObject* count_teardowns(PyObject*, PyObject*) { return PyLong_FromLong(teardowns); }

PyMethodDef kMethods[] = {
    {"teardowns", count_teardowns, METH_NOARGS, "How often the plugin was torn down."},
    {nullptr, nullptr, 0, nullptr},
};

PyObject* capsule(const mainstay_plugins_table& table, const char* name) {
  return PyCapsule_New(const_cast<mainstay_plugins_table*>(&table), name, nullptr);
}

PyModuleDef kModule = {PyModuleDef_HEAD_INIT, "weighing", nullptr, -1, kMethods, {}, {}, {}, {}};

}  // namespace

PyMODINIT_FUNC PyInit_weighing() {
  PyObject* module = PyModule_Create(&kModule);
  if (module == nullptr) return nullptr;
  PyModule_AddObject(module, "plugin", capsule(kTable, MAINSTAY_PLUGINS_CAPSULE));
  PyModule_AddObject(module, "latin", capsule(kLatin, MAINSTAY_PLUGINS_CAPSULE));
  PyModule_AddObject(module, "newer", capsule(kNewer, MAINSTAY_PLUGINS_CAPSULE));
  PyModule_AddObject(module, "other", capsule(kTable, "something.else"));
  PyModule_AddObject(module, "nameless", capsule(kTable, nullptr));
  return module;
}
