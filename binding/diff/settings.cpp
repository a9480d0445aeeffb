// settings.cpp - see settings.hpp.
#include "binding/diff/settings.hpp"

#include <cstdint>

#include "binding/diff/module.hpp"
#include "binding/support/native_type.hpp"

namespace mainstay::binding::diff {

namespace {

// A field is read by its type.
bool read(PyObject* value, bool& into) {
  const int truth = PyObject_IsTrue(value);
  into = truth == 1;
  return truth >= 0;
}

bool read(PyObject* value, double& into) {
  into = PyFloat_AsDouble(value);
  return into != -1 || PyErr_Occurred() == nullptr;
}

// None is no limit; a limit below zero allows nothing, which zero stands for.
bool read(PyObject* value, std::uint64_t& into) {
  into = mainstay::diff::kNoLimit;
  if (value == Py_None) return true;
  const double number = PyFloat_AsDouble(value);
  if (number == -1 && PyErr_Occurred() != nullptr) return false;
  if (number < 1e18) into = number > 0 ? static_cast<std::uint64_t>(number) : 0;
  return true;
}

bool read(PyObject* value, Ref& into) {
  into = Ref::share(value);
  return true;
}

// Settings(options, **more): what is no keyword is an attribute of the options.
bool initialize(Settings& self, PyObject* args, PyObject* kwargs) {
  if (PyTuple_GET_SIZE(args) != 1 || kwargs == nullptr) {
    PyErr_SetString(PyExc_TypeError, "Settings() takes options and keywords");
    return false;
  }
  const auto field = [&](const char* name, auto& member) {
    const Ref key = Ref::steal(PyUnicode_FromString(name));
    if (!key) return false;
    Ref value = Ref::share(PyDict_GetItemWithError(kwargs, key.get()));
    if (!value && PyErr_Occurred() == nullptr) {
      value = Ref::steal(PyObject_GetAttr(PyTuple_GET_ITEM(args, 0), key.get()));
    }
    return value && read(value.get(), member);
  };
#define MAINSTAY_DIFF_FIELD(name) field(#name, self.name)
#define MAINSTAY_DIFF_OPTION(name) field(#name, self.options.name)
  return MAINSTAY_DIFF_OPTION(ignore_order) && MAINSTAY_DIFF_OPTION(report_repetition) &&
         field("zip_ordered_iterables", self.options.by_position) &&
         MAINSTAY_DIFF_OPTION(threshold_to_diff_deeper) &&
         MAINSTAY_DIFF_OPTION(cutoff_distance_for_pairs) &&
         MAINSTAY_DIFF_OPTION(cutoff_intersection_for_pairs) && MAINSTAY_DIFF_OPTION(max_passes) &&
         MAINSTAY_DIFF_OPTION(max_diffs) && MAINSTAY_DIFF_OPTION(max_depth) &&
         MAINSTAY_DIFF_OPTION(pair_by_parts) && MAINSTAY_DIFF_OPTION(cache_size) &&
         MAINSTAY_DIFF_OPTION(cache_tuning_sample_size) &&
         MAINSTAY_DIFF_FIELD(ignore_private_variables) &&
         MAINSTAY_DIFF_FIELD(ignore_nan_inequality) && MAINSTAY_DIFF_FIELD(ask_operators) &&
         MAINSTAY_DIFF_FIELD(ask_lists) && MAINSTAY_DIFF_FIELD(special_scalars) &&
         MAINSTAY_DIFF_FIELD(special_types) && MAINSTAY_DIFF_FIELD(special_keys) &&
         MAINSTAY_DIFF_FIELD(special_union) && MAINSTAY_DIFF_FIELD(special_digests) &&
         MAINSTAY_DIFF_FIELD(special_distances) &&
         field("exclude_paths_exact", self.exclude_paths) && MAINSTAY_DIFF_FIELD(skip_pair) &&
         MAINSTAY_DIFF_FIELD(skip_report) && MAINSTAY_DIFF_FIELD(equal_types) &&
         MAINSTAY_DIFF_FIELD(simple_types) && MAINSTAY_DIFF_FIELD(node_type) &&
         MAINSTAY_DIFF_FIELD(set_type) && MAINSTAY_DIFF_FIELD(absent) &&
         MAINSTAY_DIFF_FIELD(entry_relation) && MAINSTAY_DIFF_FIELD(attribute_relation) &&
         MAINSTAY_DIFF_FIELD(item_relation) && MAINSTAY_DIFF_FIELD(plain_relation) &&
         MAINSTAY_DIFF_FIELD(member_relation) && MAINSTAY_DIFF_FIELD(array_relation) &&
         MAINSTAY_DIFF_FIELD(decimal_type);
#undef MAINSTAY_DIFF_FIELD
#undef MAINSTAY_DIFF_OPTION
}

const PyType_Slot kSlots[] = {{Py_tp_init, as_slot<initialize>()}};

constexpr TypeTable kSettings{
    .name = "mainstay.diff._native.Settings",
    .doc = "How a native walk compares. Not changed once it is made; may be shared by threads.",
    .slots = kSlots,
};

}  // namespace

bool add_settings(PyObject* module, State& state) {
  state.settings_type = add_native_type<Settings>(module, kSettings);
  return static_cast<bool>(state.settings_type);
}

}  // namespace mainstay::binding::diff
