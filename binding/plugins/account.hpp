// account.hpp - what one special call keeps while it runs: its values, and what was answered.
//
// Between the plan's host, which calls implementations, and the Flow, which has the outcome. Local
// to one call; the interpreter is held throughout.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "binding/plugins/answer.hpp"
#include "binding/plugins/plan_host.hpp"
#include "binding/plugins/special.hpp"
#include "binding/support/exception.hpp"

namespace mainstay::binding::plugins {

// The values of one call, of which a waterfall changes one.
class Values {
 public:
  Values() noexcept = default;
  Values(const Values&) = delete;
  Values& operator=(const Values&) = delete;

  // `given`: in the order of the layout's keywords, kept alive by the caller; `waterfall`: the name
  // of the argument that changes, null for none. False with an exception set.
  [[nodiscard]] bool take(const Plan& plan, const Layout& layout, PyObject* const* given,
                          PyObject* waterfall) noexcept {
    given_ = given;
    if (!layout.defaults.empty()) {
      tuple_ = read_defaults(plan, layout);
      if (!tuple_) return false;
      defaults_ = &PyTuple_GET_ITEM(tuple_.get(), 0);
    }
    return waterfall == nullptr || make_room(layout, waterfall);
  }

  [[nodiscard]] PyObject* const* given() const noexcept { return given_; }
  [[nodiscard]] PyObject* const* defaults() const noexcept { return defaults_; }

  // Of a waterfall: the value that goes from one implementation to the next.
  [[nodiscard]] PyObject* carried() const noexcept { return *place_; }
  void carry(Ref value) noexcept {
    *place_ = value.get();
    // The old one goes last: its finalizer may run anything but see this call.
    carried_ = std::move(value);
  }

  int traverse(visitproc visit, void* arg) noexcept {
    Py_VISIT(tuple_.get());
    Py_VISIT(carried_.get());
    return 0;
  }

 private:
  [[nodiscard]] bool make_room(const Layout& layout, PyObject* waterfall) noexcept {
    PyObject* kwnames = layout.kwnames.get();
    const auto size = static_cast<std::size_t>(kwnames == nullptr ? 0 : PyTuple_GET_SIZE(kwnames));
    const std::size_t defaulted = layout.defaults.size();
    if (!room_.reserve(size + defaulted)) return false;
    std::copy_n(given_, size, room_.values());
    if (defaulted > 0) std::copy_n(defaults_, defaulted, room_.values() + size);
    given_ = room_.values();
    defaults_ = room_.values() + size;
    for (std::size_t i = 0; i < size + defaulted; ++i) {
      PyObject* name = i < size ? PyTuple_GET_ITEM(kwnames, static_cast<Py_ssize_t>(i))
                                : layout.defaults[i - size].get();
      if (name != waterfall && PyUnicode_Compare(name, waterfall) != 0) continue;
      place_ = room_.values() + i;
      return true;
    }
    PyErr_SetObject(PyExc_KeyError, waterfall);
    return false;
  }

  PyObject* const* given_ = nullptr;
  PyObject* const* defaults_ = nullptr;
  Ref tuple_, carried_;
  Arguments<10> room_;
  PyObject** place_ = nullptr;
};

// What implementations came to, as far as it is kept, and what all of it comes to.
class Account {
 public:
  // Throws bad_alloc.
  Account(DoorObject& door, PyObject* hook_name, const Wishes& wishes, Values& values, Flow& flow,
          std::size_t implementations)
      : door_(door), hook_name_(hook_name), wishes_(wishes), values_(values), flow_(flow) {
    if (keeps()) noted_.reserve(implementations);
  }

  // After an implementation raised, or what it returned did when it was awaited.
  [[nodiscard]] Next take_error(PyObject* impl, Ref error) noexcept {
    const bool collected =
        wishes_.collects && PyErr_GivenExceptionMatches(error.get(), PyExc_Exception) != 0;
    if (keeps()) noted_.push_back({impl, Ref{}, Ref::share(error.get())});
    if (!collected) return flow_.fail(std::move(error));
    failed_ = true;
    return Next::go_on;
  }

  // After an implementation was called; null with the exception set when it raised.
  [[nodiscard]] Next take(PyObject* impl, PyObject* result) noexcept {
    if (result == nullptr) return take_error(impl, take_exception());
    if (keeps()) noted_.push_back({impl, Ref::share(result), Ref{}});
    if (wishes_.waterfall == nullptr) return flow_.called(result);
    Ref value = Ref::steal(result);
    if (result != Py_None) values_.carry(std::move(value));
    return Next::go_on;
  }

  // Everybody was asked: the outcome that wrappers see.
  void settle() noexcept {
    if (std::exchange(settled_, true) || flow_.failed()) return;
    if (failed_) {
      flow_.come_to_error(all_errors());
    } else if (wishes_.waterfall != nullptr) {
      flow_.come_to(Ref::share(values_.carried()));
    }
  }

  int traverse(visitproc visit, void* arg) noexcept {
    for (const Noted& noted : noted_) {
      Py_VISIT(noted.value.get());
      Py_VISIT(noted.error.get());
    }
    return 0;
  }

  // Lets go of what was noted. For an account that is not gone at the end of its call: the errors'
  // tracebacks may lead to a frame that leads here.
  void forget() noexcept { std::exchange(noted_, {}); }

  // A tuple of Answers; empty with an exception set.
  [[nodiscard]] Ref answers() const noexcept {
    Ref all = Ref::steal(PyTuple_New(static_cast<Py_ssize_t>(noted_.size())));
    for (std::size_t i = 0; all && i < noted_.size(); ++i) {
      const Noted& noted = noted_[i];
      Ref answer = new_answer(door_, noted.impl, noted.value.get(), noted.error.get());
      if (!answer) return Ref{};
      PyTuple_SET_ITEM(all.get(), static_cast<Py_ssize_t>(i), answer.release());
    }
    return all;
  }

 private:
  struct Noted {
    PyObject* impl;  // borrowed from the plan
    Ref value, error;
  };

  [[nodiscard]] bool keeps() const noexcept { return wishes_.collects || wishes_.report; }

  // One error of all, or what kept it from being made. It has the answers from now on, unless they
  // are to be reported as well.
  [[nodiscard]] Ref all_errors() noexcept {
    const Ref said = answers();
    if (!wishes_.report) forget();
    Ref made = said ? Ref::steal(PyObject_CallFunctionObjArgs(door_.errors, hook_name_, said.get(),
                                                              nullptr))
                    : Ref{};
    return made ? std::move(made) : take_exception();
  }

  DoorObject& door_;
  PyObject* hook_name_;
  const Wishes& wishes_;
  Values& values_;
  Flow& flow_;
  std::vector<Noted> noted_;
  bool failed_ = false;
  bool settled_ = false;
};

}  // namespace mainstay::binding::plugins
