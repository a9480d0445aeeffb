// hook.hpp - a place in a program where others add behaviour: a typed call to all who registered.
//
//   plugins::Hook<std::optional<Tag>(const Record&)> tag{"tag", {"record"}};
//
//   auto mine = tag.add([](const Record& r) { return look_up(r); }, {.tryfirst = true});
//   std::vector<Tag> tags = tag(record);
//
// The second parameter says what becomes of the results (combiner.hpp): Collect, FirstResult,
// Waterfall or one's own.
//
// A wrapper runs around everything inside it, as a function that gets `rest`: the rest of the call.
//
//   tag.wrap([](auto& rest, const Record& r) {
//     Timer timer;
//     return rest(r);         // may be left out, repeated, given other arguments, or caught
//   });
//
// It returns what the hook returns, and `rest` lives as long as it. Wrappers nest on the stack.
//
// Order: whoever registers later is called earlier; tryfirst, trylast (rank.hpp), before and after
// (arrange.hpp) change that. Wrappers come before everything plain.
//
// Arguments are shared by all implementations: what is declared by value is copied or moved into
// the call once and reaches them as a const lvalue (or as a copy, when it is small), so an
// implementation may take a value, but none can move the argument away from the others. Only
// Waterfall's first argument is moved along. What is declared as a reference has to outlive the
// call; so has whatever a wrapper gives to `rest`, which copies nothing.
//
// Errors: what an implementation or a wrapper throws ends the call and passes through, past those
// wrappers that do not catch it. Registration fails when before and after go in a circle, and for
// null pointers; the hook is then as it was.
// Thread safety: calls and registrations from any thread at any time, also from implementations
// while they run. A call sees those who were registered when it began. Implementations are called
// by all calling threads at once: what they share they protect. The hook must outlive its calls.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "mainstay/base/result.hpp"
#include "mainstay/plugins/combiner.hpp"
#include "mainstay/plugins/connection.hpp"
#include "mainstay/plugins/detail/fitting.hpp"
#include "mainstay/plugins/detail/roster.hpp"
#include "mainstay/plugins/position.hpp"
#include "mainstay/plugins/walk.hpp"

namespace mainstay::plugins {

namespace detail {

// How an argument declared as A travels: see "Arguments" above. What is declared as a reference may
// be of a type that is not defined yet.
template <class A>
struct PassOf {
  static constexpr bool kSmall =
      std::is_trivially_copyable_v<A> && std::is_copy_constructible_v<A> && sizeof(A) <= 16;
  using Type = std::conditional_t<kSmall, A, const std::remove_const_t<A>&>;
};
template <class A>
  requires std::is_reference_v<A>
struct PassOf<A> {
  using Type = A;
};
template <class A>
using Pass = typename PassOf<A>::Type;

// The arguments in travelling form. Waterfall's first one is an rvalue.
template <class Combiner, class... Args>
struct Travel {
  using Arguments = std::tuple<Pass<Args>...>;
};
template <class R, class... Args>
struct Travel<Waterfall<R>, Args...> {
  static_assert(!std::same_as<R, R>, "a Waterfall hook takes first what it returns: R(R, ...)");
};
template <class R, class... Others>
struct Travel<Waterfall<R>, R, Others...> {
  using Arguments = std::tuple<R&&, Pass<Others>...>;
};

struct HookAccess;  // hook_access.hpp

template <class F>
class Holder final : public Implementation {
 public:
  explicit Holder(F&& callable) : callable_(std::move(callable)) {}
  void* object() noexcept override { return &callable_; }

 private:
  F callable_;
};

}  // namespace detail

// What is the same for hooks of all signatures.
class AnyHook {
 public:
  AnyHook(const AnyHook&) = delete;
  AnyHook& operator=(const AnyHook&) = delete;

  // For people, and for plugins that are loaded (manager.hpp). Empty unless given.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::vector<std::string>& arguments() const noexcept { return arguments_; }

  // The plugins in calling order, wrappers first; an implementation without a plugin is "".
  [[nodiscard]] std::vector<std::string> plugins() const { return roster_->plugins(); }
  [[nodiscard]] std::size_t size() const noexcept { return roster_->read()->slots.size(); }

 protected:
  friend detail::HookAccess;

  AnyHook(std::string name, std::vector<std::string> arguments)
      : roster_(std::make_shared<detail::Roster>()),
        name_(std::move(name)),
        arguments_(std::move(arguments)) {}
  ~AnyHook() = default;

  // The one way in, for implementations that are made elsewhere too.
  [[nodiscard]] Result<Connection> connect(std::shared_ptr<detail::Implementation> added) {
    auto ticket = roster_->add(std::move(added));
    if (!ticket) return std::move(ticket).error();
    return Connection(roster_, *ticket);
  }

  std::shared_ptr<detail::Roster> roster_;

 private:
  std::string name_;
  std::vector<std::string> arguments_;
};

namespace detail {

// A hook by its travelling arguments: the call itself.
template <class R, class Combiner, class Arguments>
class Typed;

template <class R, class Combiner, class... Ts>
class Typed<R, Combiner, std::tuple<Ts...>> : public AnyHook {
  using Arguments = std::tuple<Ts...>;
  static constexpr bool kWaterfall = std::same_as<Combiner, Waterfall<R>>;

  // What the caller writes: an rvalue travels from a parameter of ours.
  template <class T>
  using Given = std::conditional_t<std::is_rvalue_reference_v<T>, std::remove_reference_t<T>, T>;

 public:
  using Answer = typename Combiner::Answer;

  // What is inside a wrapper, to be called as the hook itself.
  class Rest {
   public:
    Answer operator()(Given<Ts>... args) const { return run(slots_, {static_cast<Ts>(args)...}); }

   private:
    friend Typed;
    explicit Rest(std::span<const Slot> slots) noexcept : slots_(slots) {}
    std::span<const Slot> slots_;
  };

  // Registers an implementation, callable as R(Args...). Without a position all that can fail is a
  // null pointer; the connection is then of nothing.
  template <class F>
  Connection add(F function) {
    if (is_null(function)) return {};
    return *connect(plain(std::move(function), {}));
  }
  template <class F>
  [[nodiscard]] Result<Connection> add(F function, Position position) {
    return connect(plain(std::move(function), std::move(position)));
  }

  // Registers a wrapper, callable as Answer(Rest&, Args...). As above.
  template <class F>
  Connection wrap(F function) {
    if (is_null(function)) return {};
    return *connect(around(std::move(function), {}));
  }
  template <class F>
  [[nodiscard]] Result<Connection> wrap(F function, Position position) {
    return connect(around(std::move(function), std::move(position)));
  }

 protected:
  friend HookAccess;
  using AnyHook::AnyHook;

  // Calls everybody, in order, with arguments that outlive the call.
  template <class... As>
  Answer call_all(As&... args) const {
    const auto list = roster_->read();
    return run(list->slots, {static_cast<Ts>(args)...});
  }

  template <class F>
  static std::shared_ptr<Implementation> plain(F function, Position position) {
    static_assert(std::is_invocable_r_v<R, F&, Ts...>,
                  "this implementation does not fit the hook: it must be callable with the hook's "
                  "arguments and return what the hook's signature says");
    static_assert(!kDangles<R, std::remove_const_t<std::invoke_result_t<F&, Ts...>>>,
                  "this implementation returns a text of its own, and the hook's result is a view: "
                  "what it refers to would be gone; let the hook return std::string");
    return held(std::move(function), std::move(position), false, &call_plain<F>);
  }

  template <class F>
  static std::shared_ptr<Implementation> around(F function, Position position) {
    static_assert(std::is_invocable_r_v<Answer, F&, Rest&, Ts...>,
                  "this wrapper does not fit the hook: it must be callable with (rest, the hook's "
                  "arguments) and return what a call of the hook returns");
    return held(std::move(function), std::move(position), true, &call_around<F>);
  }

 private:
  using Plain = R(void*, Ts...);
  using Around = Answer(void*, Rest&, Ts...);

  template <class F, class Function>
  static std::shared_ptr<Implementation> held(F&& function, Position&& position, bool wrapper,
                                              Function* call) {
    if (is_null(function)) return nullptr;  // refused where it is registered
    auto holder = std::make_shared<Holder<F>>(std::move(function));
    holder->position = std::move(position);
    holder->wrapper = wrapper;
    holder->function = reinterpret_cast<AnyFunction>(call);
    return holder;
  }

  template <class F>
  static R call_plain(void* object, Ts... args) {
    F& function = *static_cast<F*>(object);
    if constexpr (std::is_void_v<R>) {
      static_cast<void>(std::invoke(function, static_cast<Ts>(args)...));
    } else {
      return std::invoke(function, static_cast<Ts>(args)...);
    }
  }

  template <class F>
  static Answer call_around(void* object, Rest& rest, Ts... args) {
    F& function = *static_cast<F*>(object);
    if constexpr (std::is_void_v<Answer>) {
      static_cast<void>(std::invoke(function, rest, static_cast<Ts>(args)...));
    } else {
      return std::invoke(function, rest, static_cast<Ts>(args)...);
    }
  }

  class Host;

  static Answer run(std::span<const Slot> slots, Arguments arguments) {
    Host host(slots, arguments);
    walk(slots, host);
    return std::move(host).answer();
  }
};

// Drives one call (walk.hpp). A wrapper runs the rest itself, so nothing is ever left open.
template <class R, class Combiner, class... Ts>
class Typed<R, Combiner, std::tuple<Ts...>>::Host {
  using Everything = std::index_sequence_for<Ts...>;

 public:
  Host(std::span<const Slot> slots, Arguments& arguments)
      : slots_(slots), arguments_(arguments), combiner_(combiner(arguments)) {
    if constexpr (requires { combiner_.expect(slots.size()); }) {
      if (!slots.empty() && !slots.back().wrapper) combiner_.expect(slots.size());
    }
  }

  static bool is_wrapper(const Slot& slot) noexcept { return slot.wrapper; }

  Next open(const Slot& slot) {
    Rest rest(slots_.first(static_cast<std::size_t>(&slot - slots_.data())));
    const auto call = reinterpret_cast<Around*>(slot.function);
    if constexpr (std::is_void_v<Answer>) {
      invoke(call, Everything(), slot.object, rest);
    } else {
      wrapped_.emplace(invoke(call, Everything(), slot.object, rest));
    }
    return Next::enough;
  }

  Next call(const Slot& slot) {
    const auto call = reinterpret_cast<Plain*>(slot.function);
    if constexpr (std::is_void_v<R>) {
      invoke(call, Everything(), slot.object);
      if constexpr (requires { combiner_.take(); }) {
        return combiner_.take();
      } else {
        return Next::go_on;
      }
    } else {
      return combiner_.take(invoke(call, Everything(), slot.object));
    }
  }

  static void close(std::size_t) noexcept {}

  Answer answer() && {
    if constexpr (!std::is_void_v<Answer>) {
      if (wrapped_) return *std::move(wrapped_);
      return std::move(combiner_).answer();
    }
  }

 private:
  struct Nothing {};

  static Combiner combiner([[maybe_unused]] Arguments& arguments) {
    if constexpr (kWaterfall) {
      return Combiner(std::get<0>(std::move(arguments)));
    } else {
      return Combiner();
    }
  }

  template <std::size_t I>
  std::tuple_element_t<I, Arguments> argument() {
    if constexpr (kWaterfall && I == 0) {
      return combiner_.give();
    } else {
      return std::get<I>(arguments_);
    }
  }

  template <class Function, std::size_t... I, class... First>
  decltype(auto) invoke(Function* function, std::index_sequence<I...>, First&... first) {
    return function(first..., argument<I>()...);
  }

  std::span<const Slot> slots_;
  Arguments& arguments_;
  Combiner combiner_;
  [[no_unique_address]] std::conditional_t<std::is_void_v<Answer>, Nothing, std::optional<Answer>>
      wrapped_;
};

}  // namespace detail

template <class Signature, template <class> class Combiner = Collect>
class Hook {
  static_assert(
      !std::same_as<Signature, Signature>,
      "a hook's signature is a function type without qualifiers, such as int(const Mail&)");
};

// Refused by themselves, for the combiners would have more to say about them, and less to the
// point.
template <class R, class... Args, template <class> class Combiner>
class Hook<R&(Args...), Combiner> {
  static_assert(!std::same_as<R, R>, "results are values; return a pointer for a reference");
};
template <class R, class... Args, template <class> class Combiner>
class Hook<R && (Args...), Combiner> {
  static_assert(!std::same_as<R, R>, "results are values; return one for an rvalue reference");
};
template <class R, class... Args, template <class> class Combiner>
class Hook<R(Args...) noexcept, Combiner> {
  static_assert(!std::same_as<R, R>,
                "implementations of a hook may throw; drop the noexcept from its signature");
};

template <class R, class... Args, template <class> class Combiner>
class Hook<R(Args...), Combiner>
    : public detail::Typed<R, Combiner<R>,
                           typename detail::Travel<Combiner<R>, Args...>::Arguments> {
  static_assert((!std::is_rvalue_reference_v<Args> && ...),
                "several implementations cannot all be given the same rvalue; take it by value");

 public:
  explicit Hook(std::string name = {}, std::vector<std::string> arguments = {})
      : Hook::Typed(std::move(name), std::move(arguments)) {}

  // Calls everybody, in order. What is declared by value is the call's own from here on, whatever
  // becomes meanwhile of what the caller gave.
  typename Hook::Typed::Answer operator()(Args... args) const { return this->call_all(args...); }
};

}  // namespace mainstay::plugins
