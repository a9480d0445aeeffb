// module.hpp - what the types of `mainstay.watch._native` share.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <string>

#include "binding/support/lifecycle.hpp"
#include "binding/support/native_module.hpp"
#include "binding/support/native_type.hpp"
#include "mainstay/watch/watch.hpp"

namespace mainstay::binding::watch {

namespace engine = mainstay::watch;

inline constexpr std::size_t kKinds = static_cast<std::size_t>(engine::Kind::ended) + 1;

// The thread that reads, as long as something is watched. A child of a fork has none.
struct Shared final : Lifecycle::Member {
  std::mutex lock;
  std::weak_ptr<engine::Reader> reader;
  void after_fork_in_child() noexcept override {
    new (&lock) std::mutex;  // a thread that is not here may hold it
    reader.reset();
  }
};

struct State {
  Ref inbox_type;
  Ref snapshot_type;
  Ref empty_text;
  Ref no_arguments;
  Ref source_name;  // names of the attributes of events
  Ref target_name;
  Ref synthetic_name;
  std::array<Ref, kKinds> classes;  // of events, by kind; set by set_event_classes()
  Lifecycle lifecycle;
  Shared shared;

  void each_reference(auto visit) {
    visit(inbox_type);
    visit(snapshot_type);
    visit(empty_text);
    visit(no_arguments);
    visit(source_name);
    visit(target_name);
    visit(synthetic_name);
    for (Ref& each : classes) visit(each);
  }
};

// The state of the module that made the type of `object`.
[[nodiscard]] inline State& state_of_type(PyObject* object) noexcept {
  return state_of<State>(PyType_GetModule(Py_TYPE(object)));
}

// The names of the kinds, as those of the event classes, in their order.
extern const std::array<const char*, kKinds> kKindNames;

// An event object; None for `ended`. Empty with an exception set.
[[nodiscard]] Ref make_event(State& state, const engine::Event& event, bool as_bytes) noexcept;

// A path as the caller gave it: bytes, or text in the file system's encoding.
[[nodiscard]] Ref to_path(std::string_view path, bool as_bytes) noexcept;

// The bytes of a path, as the file system has them. False with an exception set.
[[nodiscard]] bool to_bytes(PyObject* path, std::string& bytes) noexcept;

[[nodiscard]] bool add_globs_type(PyObject* module) noexcept;
[[nodiscard]] bool add_inbox_type(PyObject* module) noexcept;
[[nodiscard]] bool add_source_type(PyObject* module) noexcept;
[[nodiscard]] bool add_snapshot_type(PyObject* module) noexcept;

// The inbox of an Inbox object; null with an exception set when it is none, or a fork's.
[[nodiscard]] std::shared_ptr<engine::Inbox> inbox_of(const State& state,
                                                      PyObject* object) noexcept;

}  // namespace mainstay::binding::watch
