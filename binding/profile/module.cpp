// module.cpp - `mainstay.profile._native`: samples, call trees and the profile function.
#include "binding/profile/module.hpp"

#include <algorithm>

#include "binding/support/type.hpp"
#include "mainstay/profile/clock_thread.hpp"

namespace mainstay::binding::profile {

using mainstay::profile::coarse_resolution;
using mainstay::profile::coarse_seconds;
using mainstay::profile::monotonic_seconds;

Text::Text(PyObject* str) noexcept {
  if (PyUnicode_Check(str) == 0) {
    PyErr_Format(PyExc_TypeError, "a frame must be a str, got %.100s", Py_TYPE(str)->tp_name);
    return;
  }
  Py_ssize_t length = 0;
  data = PyUnicode_AsUTF8AndSize(str, &length);
  if (data == nullptr && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError) != 0) {
    PyErr_Clear();
    holder = Ref::steal(PyUnicode_AsEncodedString(str, "utf-8", "surrogatepass"));
    if (holder) {
      data = PyBytes_AS_STRING(holder.get());
      length = PyBytes_GET_SIZE(holder.get());
    }
  }
  size = static_cast<std::size_t>(length);
}

Ref to_str(std::string_view text) noexcept {
  return Ref::steal(
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogatepass"));
}

namespace {

// Seconds that a look at a clock takes: the best of some, because others may interrupt.
double cost_of(double (*clock)() noexcept) noexcept {
  constexpr int kRounds = 10, kLooks = 20;
  double least = 1;
  for (int round = 0; round < kRounds; ++round) {
    const double start = monotonic_seconds();
    for (int look = 0; look < kLooks; ++look) static_cast<void>(clock());
    least = std::min(least, (monotonic_seconds() - start) / kLooks);
  }
  return least;
}

PyObject* measure_timing_overhead(PyObject*, PyObject*) noexcept {
  if (coarse_resolution() == 0) {
    return Py_BuildValue("{sd}", "walltime", cost_of(&monotonic_seconds));
  }
  return Py_BuildValue("{sdsd}", "walltime", cost_of(&monotonic_seconds), "walltime_coarse",
                       cost_of(&coarse_seconds));
}

PyObject* walltime_coarse_resolution(PyObject*, PyObject*) noexcept {
  const double resolution = coarse_resolution();
  if (resolution == 0) Py_RETURN_NONE;
  return PyFloat_FromDouble(resolution);
}

PyMethodDef kFunctions[] = {
    {"setstatprofile", as_method(&setstatprofile), METH_VARARGS | METH_KEYWORDS,
     "setstatprofile($module, target, interval=0.001, context_var=None, timer_type=None, "
     "timer_func=None)\n--\n\nCall target(frame, event, arg) for this thread, as sys.setprofile "
     "would, but at most once per interval; None ends that."},
    {"get_frame_info", as_method(&get_frame_info), METH_O,
     "get_frame_info($module, frame, /)\n--\n\nThe text that stands for a frame."},
    {"measure_timing_overhead", as_method(&measure_timing_overhead), METH_NOARGS,
     "measure_timing_overhead($module, /)\n--\n\nThe seconds that a look at each clock takes."},
    {"walltime_coarse_resolution", as_method(&walltime_coarse_resolution), METH_NOARGS,
     "walltime_coarse_resolution($module, /)\n--\n\nThe step of the coarse clock in seconds; None "
     "where there is none."},
    {},
};

bool set_up(PyObject* module, State& state) {
  return add_samples_type(module, state) && add_tree_type(module, state) &&
         add_recorder_type(module, state) && add_stat_profile_type(module, state);
}

PyModuleDef definition = native_module<State, set_up>(
    "mainstay.profile._native", "The native part of mainstay.profile.", kFunctions);

}  // namespace

State* state_for(PyObject* object) noexcept {
  PyObject* module = module_of(Py_TYPE(object), &definition);
  return module == nullptr ? nullptr : &state_of<State>(module);
}

}  // namespace mainstay::binding::profile

PyMODINIT_FUNC PyInit_profile() {
  return PyModuleDef_Init(&mainstay::binding::profile::definition);
}
