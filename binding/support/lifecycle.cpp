// lifecycle.cpp - see lifecycle.hpp.
#include "binding/support/lifecycle.hpp"

#include <new>
#include <utility>

#include "binding/support/ref.hpp"
#include "binding/support/type.hpp"

namespace mainstay::binding {
namespace {

using Event = Lifecycle::Event;

// The Lifecycle by way of a capsule that keeps its module alive.
constexpr const char* kCapsule = "mainstay.lifecycle";

template <Event event>
PyObject* tell(PyObject* capsule, PyObject*) noexcept {
  auto* lifecycle = static_cast<Lifecycle*>(PyCapsule_GetPointer(capsule, kCapsule));
  if (lifecycle == nullptr) return nullptr;
  lifecycle->tell(event);
  Py_RETURN_NONE;
}

PyMethodDef kCalls[] = {
    {"before_fork", tell<Event::before_fork>, METH_NOARGS, nullptr},
    {"after_fork_in_parent", tell<Event::after_fork_in_parent>, METH_NOARGS, nullptr},
    {"after_fork_in_child", tell<Event::after_fork_in_child>, METH_NOARGS, nullptr},
    {"at_exit", tell<Event::at_exit>, METH_NOARGS, nullptr},
};

void let_module_go(PyObject* capsule) noexcept {
  Py_XDECREF(static_cast<PyObject*>(PyCapsule_GetContext(capsule)));
}

Ref bound_call(Event event, PyObject* capsule) noexcept {
  return Ref::steal(PyCFunction_New(&kCalls[static_cast<int>(event)], capsule));
}

}  // namespace

bool Lifecycle::set_up(PyObject* module) noexcept {
  const Ref capsule = Ref::steal(PyCapsule_New(this, kCapsule, let_module_go));
  if (!capsule || PyCapsule_SetContext(capsule.get(), Py_NewRef(module)) != 0) return false;
  const Ref os = Ref::steal(PyImport_ImportModule("os"));
  const Ref ends = Ref::steal(PyImport_ImportModule("atexit"));
  const Ref before = bound_call(Event::before_fork, capsule.get());
  const Ref parent = bound_call(Event::after_fork_in_parent, capsule.get());
  const Ref child = bound_call(Event::after_fork_in_child, capsule.get());
  const Ref exit = bound_call(Event::at_exit, capsule.get());
  if (!os || !ends || !before || !parent || !child || !exit) return false;
  const Ref registers = Ref::steal(PyObject_GetAttrString(os.get(), "register_at_fork"));
  const Ref none = Ref::steal(PyTuple_New(0));
  const Ref names = Ref::steal(Py_BuildValue("{sOsOsO}", "before", before.get(), "after_in_parent",
                                             parent.get(), "after_in_child", child.get()));
  if (!registers || !none || !names) return false;
  const Ref forks = Ref::steal(PyObject_Call(registers.get(), none.get(), names.get()));
  const Ref exits = Ref::steal(PyObject_CallMethod(ends.get(), "register", "O", exit.get()));
  return forks && exits;
}

void Lifecycle::join(Member& member) noexcept {
  const std::scoped_lock hold(lock_);
  member.owner_ = this;
  member.previous_ = nullptr;
  member.next_ = std::exchange(first_, &member);
  if (member.next_ != nullptr) member.next_->previous_ = &member;
}

void Lifecycle::Member::leave() noexcept {
  if (owner_ == nullptr) return;
  const std::scoped_lock hold(owner_->lock_);
  if (owner_->telling_ == this) owner_->telling_ = next_;
  (previous_ != nullptr ? previous_->next_ : owner_->first_) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
  owner_ = nullptr;
}

void Lifecycle::tell(Event event) noexcept {
  // Another thread may have held the lock when this process was forked; it is not here any more.
  if (event == Event::after_fork_in_child) new (&lock_) std::mutex;
  Member* member = nullptr;
  {
    const std::scoped_lock hold(lock_);
    telling_ = first_;
  }
  for (;;) {
    {
      const std::scoped_lock hold(lock_);
      member = telling_;
      if (member == nullptr) return;
      telling_ = member->next_;
    }
    switch (event) {
      case Event::before_fork: member->before_fork(); break;
      case Event::after_fork_in_parent: member->after_fork_in_parent(); break;
      case Event::after_fork_in_child: member->after_fork_in_child(); break;
      case Event::at_exit: member->at_exit(); break;
    }
  }
}

Lifecycle::~Lifecycle() {
  while (first_ != nullptr) first_->leave();
}

}  // namespace mainstay::binding
