// flow.hpp - the outcome of one hook call while it runs: results, then what wrappers make of them.
//
// The part of a host of the engine's walk (mainstay/plugins/walk.hpp) that does not care where the
// arguments come from. A local variable of one call; the interpreter is held throughout.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <utility>

#include "binding/plugins/module.hpp"
#include "binding/plugins/wrapper.hpp"
#include "mainstay/plugins/opened.hpp"
#include "mainstay/plugins/walk.hpp"

namespace mainstay::binding::plugins {

using mainstay::plugins::Next;

class Flow {
 public:
  // `entries` and `wrappers`: how many implementations there are at most, of both kinds and of the
  // second. Throws bad_alloc for very many.
  Flow(const ModuleState& state, const DoorObject& door, PyObject* hook_name, bool first_result,
       std::size_t entries, std::size_t wrappers)
      : state_(state),
        door_(door),
        hook_name_(hook_name),
        first_result_(first_result),
        many_(entries > few_.size() ? new PyObject*[entries] : nullptr),
        wrappers_(wrappers) {
    results_ = many_ ? many_.get() : few_.data();
  }
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;
  ~Flow() {
    while (count_ > 0) Py_DECREF(results_[--count_]);
    for (std::size_t i = wrappers_.size(); i > 0; --i) Py_XDECREF(wrappers_[i - 1].generator);
  }

  // After a plain implementation was called; null with the exception set when it raised.
  [[nodiscard]] Next called(PyObject* result) noexcept {
    if (result == nullptr) return fail();
    if (result == Py_None) {
      Py_DECREF(result);
      return Next::go_on;
    }
    results_[count_++] = result;
    return first_result_ ? Next::enough : Next::go_on;
  }

  // After the function of a wrapper was called, likewise. `impl` is kept alive by the caller.
  [[nodiscard]] Next opened(PyObject* generator) noexcept {
    if (generator == nullptr || !start(state_, generator)) return refused(generator);
    wrappers_.push({.generator = generator, .impl = nullptr});
    return Next::go_on;
  }
  [[nodiscard]] Next opened_old(PyObject* generator, PyObject* impl) noexcept;

  // After an entry that turned out to be a plain one when the walk had taken it for a wrapper.
  [[nodiscard]] Next opened_nothing() noexcept;

  // The exception that is set becomes the outcome.
  [[nodiscard]] Next fail() noexcept;
  [[nodiscard]] Next fail(Ref error) noexcept {
    error_ = std::move(error);
    return Next::failed;
  }
  [[nodiscard]] bool failed() const noexcept { return static_cast<bool>(error_); }

  // The outcome is something else than the results that were taken: before the first close().
  void come_to(Ref value) noexcept {
    settled_ = true;
    value_ = std::move(value);
  }
  void come_to_error(Ref error) noexcept {
    settled_ = true;
    error_ = std::move(error);
  }

  // Closes the wrapper that was opened nth; the second half of the walk.
  void close(std::size_t nth) noexcept {
    if (!settled_) (void)settle();
    PyObject* generator = wrappers_[nth].generator;
    const bool usual = !error_ && !given_up_ && wrappers_[nth].impl == nullptr &&
                       generator != nullptr && PyGen_CheckExact(generator);
    if (!usual) return close_slowly(nth);
    PyObject* came = nullptr;
    const PySendResult how = resume(generator, value_.get(), &came);
    wrappers_[nth].generator = nullptr;
    if (how == PYGEN_RETURN) {
      value_ = Ref::steal(came);
    } else {
      ended_new(generator, how == PYGEN_NEXT ? Ended::yielded : Ended::raised, Ref::steal(came));
    }
    Py_DECREF(generator);
  }

  // What the call returns, or null with the exception set that it raises. Once.
  [[nodiscard]] PyObject* finish() noexcept;

  // For a call that lives in an object.
  int traverse(visitproc visit, void* arg) noexcept;

 private:
  struct Wrapper {
    PyObject* generator;  // owned
    PyObject* impl;       // of an old-style wrapper; borrowed
  };

  [[nodiscard]] bool settle() noexcept;
  [[nodiscard]] Next refused(PyObject* generator) noexcept;
  void close_slowly(std::size_t nth) noexcept;
  void ended_new(PyObject* generator, Ended ended, Ref returned) noexcept;
  void close_old(PyObject* generator, PyObject* impl) noexcept;
  void abandon(std::size_t nth) noexcept;
  [[nodiscard]] Ref tear_down_old(PyObject* generator, PyObject* impl, PyObject* result) noexcept;
  void warn_about_teardown(PyObject* impl, PyObject* error) noexcept;

  const ModuleState& state_;
  const DoorObject& door_;
  PyObject* hook_name_;
  bool first_result_;
  bool settled_ = false;   // value_ is what the implementations came to
  bool given_up_ = false;  // a wrapper yielded twice: the others are not asked any more
  PyObject** results_;
  std::size_t count_ = 0;
  std::array<PyObject*, 32> few_;  // uninitialised on purpose
  std::unique_ptr<PyObject*[]> many_;
  mainstay::plugins::Opened<Wrapper, 16> wrappers_;
  Ref value_, error_;  // the outcome: the error when there is one
};

}  // namespace mainstay::binding::plugins
