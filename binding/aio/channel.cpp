// channel.cpp - `_native.Channel`, and the two kinds of its ends: send and receive.
//
// In an asyncio task they are awaited natively. Elsewhere (trio) the awaitable delegates to a
// coroutine of the face, which waits with that library's event and puts a Node into the line.
#include <optional>
#include <utility>

#include "binding/aio/awaiting.hpp"
#include "binding/aio/module.hpp"
#include "binding/support/native_type.hpp"
#include "mainstay/aio/channel.hpp"

namespace mainstay::binding::aio {

namespace {

using mainstay::aio::Put;
using mainstay::aio::Take;
using Line = mainstay::aio::Channel<Ref, Waiter, Waiter>;

struct ChannelValue {
  std::optional<Line> line{std::in_place};
  Ref room;  // as the program gave it: an int or math.inf
  void each_reference(auto visit) {
    visit(room);
    for (Ref& each : line->buffer()) visit(each);
  }
};
using ChannelSelf = Self<ChannelValue>;

struct EndValue {
  Ref channel;
  bool is_closed = false;
  void each_reference(auto visit) { visit(channel); }
  [[nodiscard]] Line& line() noexcept { return *value_of<ChannelValue>(channel.get()).line; }
};
using EndSelf = Self<EndValue>;

// A waiter of another library, put into a line by the face.
struct NodeValue {
  Waiter waiter;
  void each_reference(auto visit) { waiter.each_reference(visit); }
};
using NodeSelf = Self<NodeValue>;

int init_channel(PyObject* object, PyObject* args, PyObject*) noexcept {
  PyObject* room = nullptr;
  if (PyArg_ParseTuple(args, "O", &room) == 0) return -1;
  const double number = PyFloat_AsDouble(room);
  if (number == -1 && PyErr_Occurred() != nullptr) return -1;
  auto& self = value_of<ChannelValue>(object);
  self.line.emplace(number < 1e15 ? static_cast<std::size_t>(number) : mainstay::aio::kUnbounded);
  self.room = Ref::share(room);
  return 0;
}

// (used, room, senders, receivers, senders waiting, receivers waiting)
Ref statistics(ChannelSelf self) noexcept {
  Line& line = *self->line;
  return Ref::steal(Py_BuildValue(
      "nOnnnn", static_cast<Py_ssize_t>(line.buffer().size()),
      self->room ? self->room.get() : Py_None, static_cast<Py_ssize_t>(line.open_senders),
      static_cast<Py_ssize_t>(line.open_receivers), static_cast<Py_ssize_t>(line.senders().size()),
      static_cast<Py_ssize_t>(line.receivers().size())));
}

template <std::size_t Line::* open>
int init_end(PyObject* object, PyObject* args, PyObject*) noexcept {
  State* state = state_for(object);
  PyObject* channel = nullptr;
  if (state == nullptr || PyArg_ParseTuple(args, "O", &channel) == 0) return -1;
  if (!PyObject_TypeCheck(channel, reinterpret_cast<PyTypeObject*>(state->channel_type.get()))) {
    PyErr_Format(PyExc_TypeError,
                 "an end belongs to the state of a channel, got %.100s; call "
                 "create_memory_object_stream()",
                 Py_TYPE(channel)->tp_name);
    return -1;
  }
  auto& self = value_of<EndValue>(object);
  if (self.channel) return 0;  // initialised twice
  self.channel = Ref::share(channel);
  self.line().*open += 1;
  return 0;
}

// The end of `self`, open, or null with an exception set.
State* open_end(EndSelf self) noexcept {
  State* state = state_for(self.object);
  if (state != nullptr && (self->is_closed || !self->channel)) {
    raise(state->ClosedResourceError);
    return nullptr;
  }
  return state;
}

// Receiving

// done, or failed: an exception of the channel is set; park: nothing is there.
Step receive_now(State& state, EndSelf self, Ref& item) {
  if (open_end(self) == nullptr) return Step::failed;
  const Ref channel = Ref::share(self->channel.get());
  Host host{state};
  switch (self->line().take(item, host)) {
    case Take::done: return host.ended() ? Step::done : Step::failed;
    case Take::empty: return Step::park;
    case Take::ended: raise(state.EndOfStream); break;
  }
  return Step::failed;
}

Ref receive_nowait(EndSelf self) {
  State* state = state_for(self.object);
  if (state == nullptr) return Ref{};
  Ref item;
  const Step step = receive_now(*state, self, item);
  if (step == Step::park) return raise(state->WouldBlock);
  return step == Step::done ? std::move(item) : Ref{};
}

// Both begin with a turn, in which other tasks run and cancellation arrives.
template <Ref State::* elsewhere>
Step begin(State& state, AwaitingValue& self) {
  self.waiter.task = current_task(state);
  if (self.waiter.task) return Step::turn;
  if (PyErr_Occurred() != nullptr) PyErr_Clear();  // no loop of asyncio: of another library
  self.inner = Ref::steal(
      PyObject_CallMethodObjArgs(self.target.get(), (state.*elsewhere).get(),
                                 self.waiter.item ? self.waiter.item.get() : nullptr, nullptr));
  return self.inner ? Step::delegate : Step::failed;
}

// After the turn, and again after the wait.
Step resume_receive(State& state, AwaitingValue& self) {
  const EndSelf end{self.target.get()};
  if (self.phase == AwaitingValue::Phase::turn) {
    const Step step = receive_now(state, end, self.result);
    if (step == Step::park) {
      self.waiter.end = end.object;
      end->line().receivers().push(self.waiter);
    }
    return step;
  }
  if (self.waiter.item) {
    self.result = std::move(self.waiter.item);
    return Step::done;
  }
  raise(end->is_closed ? state.ClosedResourceError : state.EndOfStream);
  return Step::failed;
}

void undo_nothing(State&, AwaitingValue&) noexcept {}

constexpr Work kReceive{begin<&State::name__receive_elsewhere>, resume_receive, undo_nothing,
                        false};

Ref receive(EndSelf self) {
  State* state = state_for(self.object);
  return state == nullptr ? Ref{} : make_awaiting(*state, kReceive, self.object);
}

Ref receive_next(EndSelf self) {
  Ref made = receive(self);
  if (made) value_of<AwaitingValue>(made.get()).is_iteration = true;
  return made;
}

// Sending

Step send_now(State& state, EndSelf self, Ref& item) {
  if (open_end(self) == nullptr) return Step::failed;
  const Ref channel = Ref::share(self->channel.get());
  Host host{state};
  switch (self->line().put(item, host)) {
    case Put::done: return host.ended() ? Step::done : Step::failed;
    case Put::full: return host.ended() ? Step::park : Step::failed;
    case Put::broken: raise(state.BrokenResourceError); break;
  }
  return Step::failed;
}

Ref send_nowait(EndSelf self, PyObject* item) {
  State* state = state_for(self.object);
  if (state == nullptr) return Ref{};
  Ref held = Ref::share(item);
  const Step step = send_now(*state, self, held);
  if (step == Step::park) return raise(state->WouldBlock);
  return step == Step::done ? Ref::share(Py_None) : Ref{};
}

Step resume_send(State& state, AwaitingValue& self) {
  const EndSelf end{self.target.get()};
  if (self.phase == AwaitingValue::Phase::turn) {
    const Step step = send_now(state, end, self.waiter.item);
    if (step == Step::park) {
      self.waiter.end = end.object;
      end->line().senders().push(self.waiter);
    }
    return step;
  }
  if (!self.waiter.item) return Step::done;  // it was taken
  self.waiter.leave();
  raise(end->is_closed ? state.ClosedResourceError : state.BrokenResourceError);
  return Step::failed;
}

constexpr Work kSend{begin<&State::name__send_elsewhere>, resume_send, undo_nothing, false};

Ref send(EndSelf self, PyObject* item) {
  State* state = state_for(self.object);
  return state == nullptr ? Ref{} : make_awaiting(*state, kSend, self.object, item);
}

// Closing

// Wakes those in `line` who came by `end`; null: all. Each leaves the line.
void wake_all(mainstay::aio::WaitQueue<Waiter>& line, const PyObject* end, Host& host) noexcept {
  // Waking runs Python, which may change the line: begin anew each time.
  for (Waiter* each = line.front(); each != nullptr;) {
    if (end != nullptr && each->end != end) {
      each = mainstay::aio::WaitQueue<Waiter>::after(*each);
      continue;
    }
    each->leave();
    host.wake(*each);
    each = line.front();
  }
}

template <bool kIsSender>
Ref close(EndSelf self) {
  State* state = state_for(self.object);
  if (state == nullptr) return Ref{};
  if (self->is_closed || !self->channel) return Ref::share(Py_None);
  self->is_closed = true;
  const Ref channel = Ref::share(self->channel.get());
  Line& line = self->line();
  Host host{*state};
  if constexpr (kIsSender) {
    --line.open_senders;
    wake_all(line.senders(), self.object, host);
    if (line.open_senders == 0) wake_all(line.receivers(), nullptr, host);
  } else {
    --line.open_receivers;
    wake_all(line.receivers(), self.object, host);
    if (line.open_receivers == 0) wake_all(line.senders(), nullptr, host);
  }
  return host.ended() ? Ref::share(Py_None) : Ref{};
}

Ref get_state(EndSelf self) noexcept {
  return Ref::share(self->channel ? self->channel.get() : Py_None);
}
Ref get_closed(EndSelf self) noexcept { return Ref::share(self->is_closed ? Py_True : Py_False); }

// Nodes of other libraries

// _join(wake, gave_up_or_item): puts a node into the line of this end.
template <bool kIsSender>
PyObject* join(PyObject* object, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (nargs != 2) return PyErr_Format(PyExc_TypeError, "_join() takes 2 arguments");
  State* state = open_end(EndSelf{object});
  if (state == nullptr) return nullptr;
  try {
    Ref node = make_object<NodeValue>(reinterpret_cast<PyTypeObject*>(state->node_type.get()));
    if (!node) return nullptr;
    Waiter& waiter = value_of<NodeValue>(node.get()).waiter;
    waiter.keeper = node.get();
    waiter.end = object;
    waiter.wake_call = Ref::share(args[0]);
    (kIsSender ? waiter.item : waiter.gave_up) = Ref::share(args[1]);
    Line& line = value_of<EndValue>(object).line();
    (kIsSender ? line.senders() : line.receivers()).push(waiter);
    return node.release();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

Ref leave_line(NodeSelf self) noexcept {
  return Ref::share(self->waiter.leave() ? Py_True : Py_False);
}
Ref has_item(NodeSelf self) noexcept { return Ref::share(self->waiter.item ? Py_True : Py_False); }
Ref take_item(NodeSelf self) noexcept {
  return self->waiter.item ? std::move(self->waiter.item) : Ref::share(Py_None);
}

PyMethodDef kNodeMethods[] = {
    method<leave_line>("leave", "leave($self, /)\n--\n\nLeave the line; false if not in it."),
    method<has_item>("has_item", "has_item($self, /)\n--\n\nWhether there is an item here."),
    method<take_item>("take", "take($self, /)\n--\n\nThe item."),
    {},
};
constexpr TypeTable kNode{
    .name = "mainstay.aio._native.Node",
    .doc = "A task of another library that waits at a channel.",
    .methods = kNodeMethods,
    .constructible = false,
};

PyMethodDef kChannelMethods[] = {
    {"__class_getitem__", &Py_GenericAlias, METH_O | METH_CLASS, "Its items, for type checkers."},
    method<statistics>("_counts", "Six numbers about the channel."),
    {},
};
const PyType_Slot kChannelSlots[] = {{Py_tp_init, reinterpret_cast<void*>(&init_channel)}};
constexpr TypeTable kChannel{
    .name = "mainstay.aio._native.Channel",
    .doc = "What the ends of a channel share.",
    .methods = kChannelMethods,
    .slots = kChannelSlots,
    .subclassable = true,
};

PyGetSetDef kEndAttributes[] = {
    attribute<get_state>("_state", nullptr),
    attribute<get_closed>("_closed", nullptr),
    {},
};

PyMethodDef kReceiveMethods[] = {
    {"__class_getitem__", &Py_GenericAlias, METH_O | METH_CLASS, "Its items, for type checkers."},
    method<receive>("receive", "receive($self, /)\n--\n\nThe next item, waiting for it."),
    method<receive_nowait>("receive_nowait", "receive_nowait($self, /)\n--\n\nThe next item."),
    method<close<false>>("close", "close($self, /)\n--\n\nClose this end."),
    {"_join", as_method(&join<false>), METH_FASTCALL, nullptr},
    {},
};
const PyType_Slot kReceiveSlots[] = {
    {Py_tp_init, reinterpret_cast<void*>(&init_end<&Line::open_receivers>)},
    {Py_am_anext, as_slot<receive_next>()},
};
constexpr TypeTable kReceiveEnd{
    .name = "mainstay.aio._native.ReceiveEnd",
    .doc = "The receiving end of a channel.",
    .methods = kReceiveMethods,
    .attributes = kEndAttributes,
    .slots = kReceiveSlots,
    .subclassable = true,
};

constexpr const char* kItem[] = {"item"};
constexpr Signature kSendSignature{"send", "self", kItem, 1};
constexpr Signature kSendNowaitSignature{"send_nowait", "self", kItem, 1};

PyMethodDef kSendMethods[] = {
    {"__class_getitem__", &Py_GenericAlias, METH_O | METH_CLASS, "Its items, for type checkers."},
    method<kSendSignature, send>("send",
                                 "send($self, item)\n--\n\nSend, waiting for room or a receiver."),
    method<kSendNowaitSignature, send_nowait>(
        "send_nowait", "send_nowait($self, item)\n--\n\nSend without waiting."),
    method<close<true>>("close", "close($self, /)\n--\n\nClose this end."),
    {"_join", as_method(&join<true>), METH_FASTCALL, nullptr},
    {},
};
const PyType_Slot kSendSlots[] = {
    {Py_tp_init, reinterpret_cast<void*>(&init_end<&Line::open_senders>)},
};
constexpr TypeTable kSendEnd{
    .name = "mainstay.aio._native.SendEnd",
    .doc = "The sending end of a channel.",
    .methods = kSendMethods,
    .attributes = kEndAttributes,
    .slots = kSendSlots,
    .subclassable = true,
};

}  // namespace

bool add_channel(PyObject* module, State& state) noexcept {
  state.channel_type = add_native_type<ChannelValue>(module, kChannel);
  state.node_type = add_native_type<NodeValue>(module, kNode);
  return state.channel_type && state.node_type && add_native_type<EndValue>(module, kReceiveEnd) &&
         add_native_type<EndValue>(module, kSendEnd);
}

}  // namespace mainstay::binding::aio
