// steps.hpp - one awaited call, made step by step: native code calls, Python awaits.
//
// A Steps object runs a call by the plan until an implementation returns something to await. That
// is handed to whoever drives the object, who awaits it and gives back what came of it:
//
//     pending = steps.begin()
//     while pending is not None:
//         try: value = await pending
//         except BaseException as error: pending = steps.throw(error)
//         else: pending = steps.send(value)
//     return steps.finish()
//
// Or, for a call whose implementations run at the same time: after begin() each is called by its
// number, `call(0)` up to `implementations - 1`, in whatever way the driver likes, and what they
// came to is given back in this order by send() and throw(), until one of them returns None.
//
// So cancellation and whatever else an event loop does to a coroutine happen to one of Python's
// own.
#pragma once

#include "binding/plugins/special.hpp"

namespace mainstay::binding::plugins {

// A Steps object that has not begun. `special`: what `wishes` borrows from; may be null. `values`:
// in the order of the layout's keywords; they are kept. Empty with an exception set.
[[nodiscard]] Ref new_steps(ModuleState& state, DoorObject& door, PyObject* hook_name,
                            const Held<Plan>& plan, const Held<Layout>& layout,
                            PyObject* const* values, bool first_result, PyObject* special,
                            const Wishes& wishes, bool together) noexcept;

}  // namespace mainstay::binding::plugins
