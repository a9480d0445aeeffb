// turn.cpp - the engine's order of one decision (turn.hpp) as a Python object that loops consult.
//
// A Python loop makes a Turn from the kind of the last outcome, does what `ask` names, and reports
// back by `done()` or `answer(bool)`, both of which return the next thing asked. The numbers are
// exported as module constants so that loops compare small ints.
#include "mainstay/retry/turn.hpp"
#include "binding/retry/module.hpp"

namespace mainstay::binding::retry {
namespace {

using mainstay::retry::Ask;
using mainstay::retry::OutcomeKind;
using mainstay::retry::Turn;

struct TurnObject {
  PyObject_HEAD Turn turn;
};

Turn& turn_of(PyObject* self) noexcept { return reinterpret_cast<TurnObject*>(self)->turn; }

PyObject* ask_of(const Turn& turn) noexcept {
  return PyLong_FromLong(static_cast<long>(turn.ask()));
}

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* kwargs) noexcept {
  int kind = 0;
  if (kwargs != nullptr && PyDict_GET_SIZE(kwargs) != 0) {
    return PyErr_Format(PyExc_TypeError, "Turn() takes no keyword arguments, give the kind only");
  }
  if (!PyArg_ParseTuple(args, "i:Turn", &kind)) return nullptr;
  if (kind < 0 || kind > static_cast<int>(OutcomeKind::try_again)) {
    return PyErr_Format(PyExc_ValueError,
                        "kind must be one of the OUTCOME_ constants (0 to %d), got %d",
                        static_cast<int>(OutcomeKind::try_again), kind);
  }
  PyObject* self = type->tp_alloc(type, 0);
  if (self != nullptr) turn_of(self) = Turn(static_cast<OutcomeKind>(kind));
  return self;
}

void destroy(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject* get_ask(PyObject* self, void*) noexcept { return ask_of(turn_of(self)); }

bool asks_a_question(const Turn& turn) noexcept {
  return turn.ask() == Ask::retry || turn.ask() == Ask::stop;
}

PyObject* done(PyObject* self, PyObject*) noexcept {
  Turn& turn = turn_of(self);
  if (turn.finished() || asks_a_question(turn)) {
    return PyErr_Format(PyExc_RuntimeError,
                        turn.finished() ? "this turn is over; make a new Turn for the next outcome"
                                        : "the turn asks a question; reply with answer(bool)");
  }
  turn.done();
  return ask_of(turn);
}

PyObject* answer(PyObject* self, PyObject* value) noexcept {
  const int truth = PyObject_IsTrue(value);
  if (truth < 0) return nullptr;
  Turn& turn = turn_of(self);
  if (!asks_a_question(turn)) {
    return PyErr_Format(PyExc_RuntimeError,
                        "the turn asks no question now; report the step with done()");
  }
  turn.answer(truth == 1);
  return ask_of(turn);
}

PyMethodDef kMethods[] = {
    {"done", done, METH_NOARGS, "Report that the step was taken; return what is asked next."},
    {"answer", answer, METH_O, "Reply to RETRY or STOP; return what is asked next."},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef kGetSet[] = {
    {"ask", get_ask, nullptr, "What is to be done now, one of the ASK_ constants.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

char kDoc[] =
    "The order of one decision: consult `ask`, do it, report with `done()` or `answer()`.\n\n"
    "Not shared between threads: each pass of a loop makes its own.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_new, reinterpret_cast<void*>(make)},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {Py_tp_methods, kMethods},
    {Py_tp_getset, kGetSet},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.retry._native.Turn",
    .basicsize = sizeof(TurnObject),
    .itemsize = 0,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kSlots,
};

}  // namespace

bool add_turn(PyObject* module) noexcept {
  struct Constant {
    const char* name;
    long value;
  };
  static constexpr Constant kConstants[] = {
      {"OUTCOME_NONE", static_cast<long>(OutcomeKind::none)},
      {"OUTCOME_VALUE", static_cast<long>(OutcomeKind::value)},
      {"OUTCOME_ERROR", static_cast<long>(OutcomeKind::error)},
      {"OUTCOME_TRY_AGAIN", static_cast<long>(OutcomeKind::try_again)},
      {"ASK_BEFORE", static_cast<long>(Ask::before)},
      {"ASK_ATTEMPT", static_cast<long>(Ask::attempt)},
      {"ASK_RETRY", static_cast<long>(Ask::retry)},
      {"ASK_GIVE_BACK", static_cast<long>(Ask::give_back)},
      {"ASK_AFTER", static_cast<long>(Ask::after)},
      {"ASK_WAIT", static_cast<long>(Ask::wait)},
      {"ASK_STOP", static_cast<long>(Ask::stop)},
      {"ASK_GIVE_UP", static_cast<long>(Ask::give_up)},
      {"ASK_RECORD", static_cast<long>(Ask::record)},
      {"ASK_BEFORE_SLEEP", static_cast<long>(Ask::before_sleep)},
      {"ASK_SLEEP", static_cast<long>(Ask::sleep)},
  };
  for (const Constant& constant : kConstants) {
    if (PyModule_AddIntConstant(module, constant.name, constant.value) < 0) return false;
  }
  return static_cast<bool>(add_type(module, kSpec));
}

}  // namespace mainstay::binding::retry
