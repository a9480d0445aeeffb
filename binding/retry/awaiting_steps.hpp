// awaiting_steps.hpp - one retried call of a coroutine function, as steps between what it awaits.
//
// The object is what programs await (awaiting.cpp); here is what happens when it is resumed.
#pragma once

#include <optional>

#include "binding/retry/open.hpp"

namespace mainstay::binding::retry {

enum class Phase : std::uint8_t {
  fresh,     // nothing has happened yet
  attempt,   // the function's coroutine is under way
  asking,    // a strategy or hook that is to be awaited
  deciding,  // an iter() of the program's
  sleep,
  in_python,  // the Python loop, once it took over
  over,
};

// What the object is awaited for.
enum class Aim : std::uint8_t {
  call,     // the whole call
  attempt,  // the manager of the next attempt of a block
  pass,     // what iter() answers
};

struct AwaitingObject {
  PyObject_HEAD PyObject*
      controller;  // as it is decorated with; null when there are only open objects
  PyObject* function;
  PyObject* shell;
  PyObject* args;
  PyObject* kwargs;
  PyObject* inner;  // what is being awaited
  Running running;  // the numbers, as long as nobody can look
  Opened opened;    // the objects, as soon as somebody can
  std::optional<Pass> pass;
  Phase phase;
  Aim aim;
  bool awaits;  // whether calling the function gives something to await
  bool busy;    // inside send(): a coroutine may not be resumed while it runs
};

[[nodiscard]] inline AwaitingObject& as_awaiting(PyObject* self) noexcept {
  return *reinterpret_cast<AwaitingObject*>(self);
}

[[nodiscard]] inline bool is_open(const AwaitingObject& self) noexcept {
  return static_cast<bool>(self.opened.retry_state);
}

// Resumes the thing awaited, if there is one, and goes on from whatever comes of it. As
// PyIter_Send.
[[nodiscard]] PySendResult advance(AwaitingObject& self, PyObject* sent,
                                   PyObject** result) noexcept;

// Goes on from what became of the thing awaited: a result, or the exception that is set.
[[nodiscard]] PySendResult proceed(AwaitingObject& self, PySendResult how, PyObject* came,
                                   PyObject** result) noexcept;

// Ends it: with a value, or, when that is empty, with the exception that is set.
[[nodiscard]] PySendResult end(AwaitingObject& self, Ref value, PyObject** result) noexcept;

// Ends it without a word.
void let_go(AwaitingObject& self) noexcept;

}  // namespace mainstay::binding::retry
