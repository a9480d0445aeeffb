// ending_threads.cpp - threads that the interpreter ends while our frames are on their stacks.
//
// Up to Python 3.13 a daemon thread that wants the interpreter's lock after the interpreter has
// begun to exit is ended by pthread_exit(), wherever it is. On Linux that unwinds the stack as an
// exception would, by force: destructors run, which would touch objects without the lock, and a
// frame that is noexcept ends the process by std::terminate(). The interpreter's own frames are in
// C and let it pass. So do ours here: each says by its personality routine what to do when the
// stack is unwound, and the linker gives them this one in the place of the C++ library's (see
// CMakeLists.txt). What such a thread held is never freed, as nothing is of what the interpreter's
// frames held.
#include <unwind.h>

#include <cstdint>

extern "C" {

_Unwind_Reason_Code __real___gxx_personality_v0(int version, _Unwind_Action actions,
                                                std::uint64_t kind, _Unwind_Exception* exception,
                                                _Unwind_Context* context);

// NOLINTNEXTLINE(bugprone-reserved-identifier): the name the linker's --wrap looks for.
_Unwind_Reason_Code __wrap___gxx_personality_v0(int version, _Unwind_Action actions,
                                                std::uint64_t kind, _Unwind_Exception* exception,
                                                _Unwind_Context* context) {
  if ((actions & _UA_FORCE_UNWIND) != 0) return _URC_CONTINUE_UNWIND;
  return __real___gxx_personality_v0(version, actions, kind, exception, context);
}

}  // extern "C"
