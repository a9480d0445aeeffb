// events.cpp - events of the engine as objects of Python's event classes.
#include "binding/watch/module.hpp"

namespace mainstay::binding::watch {

const std::array<const char*, kKinds> kKindNames{
    "FileCreatedEvent",       "DirCreatedEvent",   "FileDeletedEvent",
    "DirDeletedEvent",        "FileModifiedEvent", "DirModifiedEvent",
    "FileAttribEvent",        "DirAttribEvent",    "FileMovedEvent",
    "DirMovedEvent",          "FileOpenedEvent",   "FileClosedEvent",
    "FileClosedNoWriteEvent", "OverflowEvent",     "ended"};

Ref to_path(std::string_view path, bool as_bytes) noexcept {
  const auto size = static_cast<Py_ssize_t>(path.size());
  return Ref::steal(as_bytes ? PyBytes_FromStringAndSize(path.data(), size)
                             : PyUnicode_DecodeFSDefaultAndSize(path.data(), size));
}

// The classes are dataclasses without slots, whose __init__ does nothing but set these attributes.
Ref make_event(State& state, const engine::Event& event, bool as_bytes) noexcept {
  const Ref kind = Ref::share(state.classes[static_cast<std::size_t>(event.kind)].get());
  if (!kind) return Ref::share(Py_None);
  auto* type = reinterpret_cast<PyTypeObject*>(kind.get());
  Ref made = Ref::steal(type->tp_new(type, state.no_arguments.get(), nullptr));
  const auto path = [&](std::string_view text) {
    return text.empty() ? Ref::share(state.empty_text.get()) : to_path(text, as_bytes);
  };
  const Ref source = path(event.source);
  const Ref target = path(event.target);
  if (!made || !source || !target ||
      PyObject_SetAttr(made.get(), state.source_name.get(), source.get()) != 0 ||
      PyObject_SetAttr(made.get(), state.target_name.get(), target.get()) != 0 ||
      PyObject_SetAttr(made.get(), state.synthetic_name.get(),
                       event.synthetic ? Py_True : Py_False) != 0) {
    return Ref{};
  }
  return made;
}

}  // namespace mainstay::binding::watch
