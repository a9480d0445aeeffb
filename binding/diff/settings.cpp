// settings.cpp - see settings.hpp.
#include "binding/diff/settings.hpp"

#include <cstdint>

#include "binding/diff/module.hpp"
#include "binding/support/native_type.hpp"

namespace mainstay::binding::diff {

namespace {

// A field by keyword: each is read by its type.
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

#define MAINSTAY_DIFF_FIELDS(X)                                           \
  X(ignore_order, options.ignore_order)                                   \
  X(report_repetition, options.report_repetition)                         \
  X(zip_ordered_iterables, options.by_position)                           \
  X(threshold_to_diff_deeper, options.threshold_to_diff_deeper)           \
  X(cutoff_distance_for_pairs, options.cutoff_distance_for_pairs)         \
  X(cutoff_intersection_for_pairs, options.cutoff_intersection_for_pairs) \
  X(max_passes, options.max_passes)                                       \
  X(max_diffs, options.max_diffs)                                         \
  X(max_depth, options.max_depth)                                         \
  X(pairing, options.pair_by_parts)                                       \
  X(cache_size, options.cache_size)                                       \
  X(cache_tuning_sample_size, options.cache_tuning_sample_size)           \
  X(ignore_private_variables, ignore_private_variables)                   \
  X(ignore_nan_inequality, ignore_nan_inequality)                         \
  X(ask_operators, ask_operators)                                         \
  X(ask_lists, ask_lists)                                                 \
  X(special_scalars, special_scalars)                                     \
  X(special_types, special_types)                                         \
  X(special_keys, special_keys)                                           \
  X(special_union, special_union)                                         \
  X(special_digests, special_digests)                                     \
  X(special_distances, special_distances)                                 \
  X(numbers_at_once, numbers_at_once)                                     \
  X(exclude_paths, exclude_paths)                                         \
  X(skip_pair, skip_pair)                                                 \
  X(skip_report, skip_report)                                             \
  X(equal_types, equal_types)                                             \
  X(simple_types, simple_types)                                           \
  X(node_type, node_type)                                                 \
  X(set_type, set_type)                                                   \
  X(absent, absent)                                                       \
  X(entry_relation, entry_relation)                                       \
  X(attribute_relation, attribute_relation)                               \
  X(item_relation, item_relation)                                         \
  X(plain_relation, plain_relation)                                       \
  X(member_relation, member_relation)                                     \
  X(array_relation, array_relation)                                       \
  X(decimal_type, decimal_type)

bool initialize(Settings& self, PyObject* args, PyObject* kwargs) {
  if (PyTuple_GET_SIZE(args) != 0) {
    PyErr_SetString(PyExc_TypeError, "Settings() takes keywords only");
    return false;
  }
  Py_ssize_t known = 0;
#define MAINSTAY_DIFF_FIELD(name, member)                                                \
  {                                                                                      \
    PyObject* value = kwargs == nullptr ? nullptr : PyDict_GetItemString(kwargs, #name); \
    if (value == nullptr) {                                                              \
      PyErr_SetString(PyExc_TypeError, "Settings() needs the keyword '" #name "'");      \
      return false;                                                                      \
    }                                                                                    \
    if (!read(value, self.member)) return false;                                         \
    ++known;                                                                             \
  }
  MAINSTAY_DIFF_FIELDS(MAINSTAY_DIFF_FIELD)
#undef MAINSTAY_DIFF_FIELD
  if (PyDict_GET_SIZE(kwargs) != known) {
    PyErr_SetString(PyExc_TypeError, "Settings() got a keyword it does not know");
    return false;
  }
  return true;
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
