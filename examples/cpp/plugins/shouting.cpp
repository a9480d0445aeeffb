// shouting.cpp - a plugin in a Python extension module, which hands it out in a capsule.
//
// A Python program imports the module as any other and registers what it holds:
//
//   import shouting
//   mainstay.plugins.load_native(shouting.plugin, manager)
//
// It is built as extension modules are, with mainstay's headers besides; this is enough:
//
//   g++ -std=c++20 -shared -fPIC -fvisibility=hidden -I<prefix>/include \
//     $(python3-config --includes) shouting.cpp -o shouting$(python3-config --extension-suffix)
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <mainstay/plugins/native.hpp>

namespace native = mainstay::plugins::native;

static bool is_small(char letter) { return letter >= 'a' && letter <= 'z'; }

static std::int32_t set_up(const mainstay_plugins_host* host) {
  return native::implement(host, {.hook = "tag", .arguments = {"title"}},
                           [](std::string_view title) -> std::optional<std::string> {
                             if (std::any_of(title.begin(), title.end(), is_small)) return {};
                             return "loud";
                           });
}

static const mainstay_plugins_table table = native::table<set_up>("shouting");

static PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT, "shouting", nullptr, 0, nullptr, nullptr, nullptr, nullptr, nullptr};

PyMODINIT_FUNC PyInit_shouting() {
  PyObject* module = PyModule_Create(&module_definition);
  // The capsule keeps nothing alive: the table is a constant of this library.
  PyObject* plugin =
      PyCapsule_New(const_cast<mainstay_plugins_table*>(&table), MAINSTAY_PLUGINS_CAPSULE, nullptr);
  if (module == nullptr || plugin == nullptr ||
      PyModule_AddObjectRef(module, "plugin", plugin) < 0) {
    Py_CLEAR(module);
  }
  Py_XDECREF(plugin);
  return module;
}
