// lifecycle.cpp - see lifecycle.hpp.
#include "binding/support/lifecycle.hpp"

#include <new>
#include <utility>

#include "binding/support/gil.hpp"
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
  Lifecycle& owner = *std::exchange(owner_, nullptr);
  std::unique_lock hold(owner.lock_);
  for (Telling* each = owner.tellings_; each != nullptr; each = each->other) {
    if (each->next == this) each->next = next_;
  }
  (previous_ != nullptr ? previous_->next_ : owner.first_) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
  if (!owner.told_elsewhere(*this)) return;
  hold.unlock();
  const Unlocked gil;  // the call may wait for the interpreter
  std::unique_lock waiting(owner.lock_);
  owner.returned_.wait(waiting, [&] { return !owner.told_elsewhere(*this); });
}

bool Lifecycle::told_elsewhere(const Member& member) const noexcept {
  for (const Telling* each = tellings_; each != nullptr; each = each->other) {
    if (each->told == &member && each->thread != std::this_thread::get_id()) return true;
  }
  return false;
}

void Lifecycle::tell(Event event) noexcept {
  if (event == Event::after_fork_in_child) {
    // Other threads may have held the lock, waited or told; they are not here any more.
    new (&lock_) std::mutex;
    new (&returned_) std::condition_variable;
    tellings_ = nullptr;
  }
  Telling mine;
  std::unique_lock hold(lock_);
  mine.next = first_;
  mine.other = std::exchange(tellings_, &mine);
  while (mine.next != nullptr) {
    mine.told = mine.next;
    mine.next = mine.told->next_;
    hold.unlock();
    switch (event) {
      case Event::before_fork: mine.told->before_fork(); break;
      case Event::after_fork_in_parent: mine.told->after_fork_in_parent(); break;
      case Event::after_fork_in_child: mine.told->after_fork_in_child(); break;
      case Event::at_exit: mine.told->at_exit(); break;
    }
    hold.lock();
    mine.told = nullptr;
    returned_.notify_all();
  }
  Telling** link = &tellings_;
  while (*link != nullptr && *link != &mine) link = &(*link)->other;
  if (*link != nullptr) *link = mine.other;  // a child of a fork begins a new list
}

Lifecycle::~Lifecycle() {
  while (first_ != nullptr) first_->leave();
}

}  // namespace mainstay::binding
