// lifecycle.hpp - what holds threads, locks or descriptors is told of forks and of the exit.
//
// A module has one Lifecycle in its state. An object that must act derives from Lifecycle::Member
// and joins; it leaves when it is destroyed. Every call comes with the interpreter held.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "binding/support/python.hpp"

namespace mainstay::binding {

class Lifecycle {
 public:
  class Member {
   public:
    Member() = default;
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

    // In the thread that forks, before and after: take what the child must find unlocked, and let
    // it go in both processes.
    virtual void before_fork() noexcept {}
    virtual void after_fork_in_parent() noexcept {}
    // In the child only the forking thread lives; threads, epoll sets and mapped locks of the
    // parent's are not the child's.
    virtual void after_fork_in_child() noexcept {}
    // The interpreter begins to exit: native threads must be ended, or never ask for it again.
    virtual void at_exit() noexcept {}

   protected:
    ~Member() { leave(); }

    // First thing in the destructor of a derived class whose calls need its parts; else by itself.
    // Waits, without the interpreter, until a call that another thread is in has returned.
    void leave() noexcept;

   private:
    friend class Lifecycle;
    Lifecycle* owner_ = nullptr;
    Member* next_ = nullptr;
    Member* previous_ = nullptr;
  };

  Lifecycle() = default;
  Lifecycle(const Lifecycle&) = delete;
  Lifecycle& operator=(const Lifecycle&) = delete;
  ~Lifecycle();

  // Has `os` and `atexit` call this one, which lives in the state of `module`. Once, while the
  // module is executed; the module then lives as long as the interpreter. False: an exception is
  // set.
  [[nodiscard]] bool set_up(PyObject* module) noexcept;

  void join(Member& member) noexcept;

  enum class Event { before_fork, after_fork_in_parent, after_fork_in_child, at_exit };
  void tell(Event event) noexcept;

 private:
  // A call of tell(), in its thread's frame. Members may leave and threads may tell meanwhile, so
  // the next member stands here, where those that leave can move it.
  struct Telling {
    Member* next = nullptr;
    Member* told = nullptr;  // inside its call now
    std::thread::id thread = std::this_thread::get_id();
    Telling* other = nullptr;
  };
  [[nodiscard]] bool told_elsewhere(const Member& member) const noexcept;

  std::mutex lock_;
  std::condition_variable returned_;
  Member* first_ = nullptr;
  Telling* tellings_ = nullptr;
};

}  // namespace mainstay::binding
