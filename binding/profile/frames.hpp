// frames.hpp - what a Python frame is called, read without making its dict of locals.
//
// That dict, once made, keeps the objects in it alive on Python 3.11 and 3.12 for as long as the
// frame runs. So the first argument is read from its place in the frame.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "mainstay/profile/names.hpp"
#include "mainstay/profile/recording.hpp"

namespace mainstay::binding::profile {

using mainstay::profile::FrameId;
using mainstay::profile::Store;

// What of a code object matters for its frames' texts.
struct CodeFacts {
  enum class First : unsigned char { other, self, cls } first = First::other;
  bool is_hidden = false;  // it has a variable __tracebackhide__
};
[[nodiscard]] CodeFacts facts_of(PyCodeObject* code) noexcept;

// The frame that called this one, owned; empty when none did.
[[nodiscard]] Ref caller_of(PyFrameObject* frame) noexcept;

// Whether a frame is that of an `async def` function. For each return: it costs next to nothing.
[[nodiscard]] bool is_coroutine(PyFrameObject* frame) noexcept;

// The class that a frame's method belongs to, owned; empty when it is no method.
[[nodiscard]] Ref class_of(PyFrameObject* frame, PyCodeObject* code, CodeFacts facts) noexcept;

// The text of a frame.
[[nodiscard]] std::string describe(PyFrameObject* frame, PyCodeObject* code, CodeFacts facts,
                                   PyTypeObject* owner);

// The numbers of frames' texts in a store: text is made once for each place in a code object and
// class. Keeps these alive. Used by one thread, which holds the interpreter but not the store.
class FrameCache {
 public:
  [[nodiscard]] FrameId find(PyFrameObject* frame, Store& store);
  void each_reference(auto visit) {
    for (Ref& each : alive_) visit(each);
  }

 private:
  struct Place {
    int last_instruction;
    PyTypeObject* owner;
    FrameId id;
  };
  struct Code {
    CodeFacts facts;
    std::vector<Place> places;  // few: one for each call in it that was sampled
  };

  std::unordered_map<PyCodeObject*, Code> codes_;
  std::vector<Ref> alive_;
};

}  // namespace mainstay::binding::profile
