// module.hpp - the state of `mainstay.reach._native`: what the face gave it, caches, names.
#pragma once

#include <array>
#include <cstdint>

#include "binding/support/module_state.hpp"
#include "binding/support/native_module.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding::reach {

// What the module gets from the face by `adopt(name=...)`, once, while the face is imported. The
// names are spelled the same there.
// clang-format off
#define MAINSTAY_REACH_ADOPTED(X) \
  X(TType) X(Path) X(Spec) X(Coalesce) X(Val) X(Pipe) X(Auto) X(Call) X(Match) X(And) X(Or) \
  X(Not) X(Switch) X(Regex) X(MExpr) X(MSubspec) X(MType) X(M) X(Optional) X(Required) \
  X(Assign) X(Delete) X(Check) X(T) X(SKIP) X(STOP) X(ABSENT) X(MISSING) X(GlomError) \
  X(PathAccessError) X(MatchError) X(TypeMatchError) X(CoalesceError) X(registry) \
  X(get_sequence_item) X(getitem) X(setitem) X(delitem) X(set_position) X(delete_position) \
  X(containers) X(bbrepr) X(interpret) X(finished) X(access_error) X(assign_error) \
  X(delete_error) X(iterate_error) X(rest_assign) X(children)
// clang-format on

// Names of attributes, each interned as `state.name_...`.
// clang-format off
#define MAINSTAY_REACH_NAMES(X) \
  X(glomit) X(__ops__) X(path_t) X(spec) X(scope) X(steps) X(subspecs) X(default) X(skip) \
  X(default_factory) X(skip_exc) X(value) X(children) X(child) X(cases) X(match_func) \
  X(pattern) X(lhs) X(op) X(rhs) X(key) X(path) X(val) X(missing) X(_orig_path) \
  X(ignore_missing) X(is_gate) X(from_text) X(__name__)
// clang-format on

// Which of the handlers that need no call a type has for an operation.
enum class Handling : std::uint8_t { other, attribute, item, position, iterator };

struct Handler {
  Ref type, handler;
  Handling handling = Handling::other;
};

enum class Operation : std::uint8_t { get, iterate, assign, erase };

constexpr std::size_t kPrograms = 256;
constexpr std::size_t kHandlers = 64;

struct State {
#define X(name) Ref name;
  MAINSTAY_REACH_ADOPTED(X)
#undef X
#define X(name) Ref name_##name;
  MAINSTAY_REACH_NAMES(X)
#undef X
  Ref program_type, failure_type, builtin_getattr, builtin_setattr, builtin_delattr, builtin_iter;
  Ref texts;   // a dict: the programs of texts
  Ref places;  // a dict: those of assignments to what a text names

  // Programs by the address of their spec, and handlers by that of a type; guarded by the critical
  // section of the module. What is replaced is let go of outside of it.
  std::array<Ref, kPrograms> programs;
  std::uint64_t registrations = 0;  // since then, what was asked before is out of date
  std::array<std::array<Handler, kHandlers>, 4> handlers;

  void each_reference(auto visit) {
#define X(name) visit(name);
    MAINSTAY_REACH_ADOPTED(X)
#undef X
#define X(name) visit(name_##name);
    MAINSTAY_REACH_NAMES(X)
#undef X
    for (Ref* each : {&program_type, &failure_type, &builtin_getattr, &builtin_setattr,
                      &builtin_delattr, &builtin_iter, &texts, &places}) {
      visit(*each);
    }
    for (Ref& each : programs) visit(each);
    for (auto& operation : handlers) {
      for (Handler& each : operation) {
        visit(each.type);
        visit(each.handler);
      }
    }
  }
};

}  // namespace mainstay::binding::reach
