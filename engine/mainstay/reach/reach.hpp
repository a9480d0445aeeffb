// reach.hpp - paths and shapes on trees of mainstay::Value.
//
//   const Spec spec = each(object(field("who", path("user.login")), field("n", path("labels.0"))));
//   Result<Value> rows = get(document, spec);
//
// A Spec is compiled when it is made and does not change: threads may use one at the same time.
// Targets are the caller's, who keeps two threads from changing one at the same time. Nothing is
// thrown but what the caller's functions throw. ErrorCode::not_found for what a path asks in vain,
// invalid_argument for what a pattern or a place refuses, limit_exceeded beyond 200 nested specs or
// wildcards, and beyond 10,000,000 values that the `**` of a path find.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mainstay/base/result.hpp"
#include "mainstay/base/value.hpp"

namespace mainstay::reach {

// What a function of a spec answers: a value, or nothing to leave the key or item out.
using Function = std::function<std::optional<Value>(const Value&)>;
using Predicate = std::function<bool(const Value&)>;

class Spec {
 public:
  struct Body;

  explicit Spec(std::unique_ptr<Body> body) noexcept;
  Spec(Spec&&) noexcept;
  Spec& operator=(Spec&&) noexcept;
  ~Spec();

  // The value that stands in where this spec fails.
  [[nodiscard]] Spec or_else(Value fallback) &&;

  [[nodiscard]] const Body& body() const noexcept { return *body_; }
  [[nodiscard]] std::unique_ptr<Body> take() && noexcept;

 private:
  std::unique_ptr<Body> body_;
};

// Of an object that is built or matched.
struct FieldSpec {
  std::string name;
  Spec value;
  bool required = true;
};

[[nodiscard]] inline FieldSpec field(std::string name, Spec value) {
  return {std::move(name), std::move(value), true};
}
// Of a pattern: the key may be missing.
[[nodiscard]] inline FieldSpec optional_field(std::string name, Spec value) {
  return {std::move(name), std::move(value), false};
}

// Reading. `a.0.b` takes keys and positions; `*` all children, `**` the value and all below it,
// without those that do not have the rest of the path.
[[nodiscard]] Spec path(std::string_view text);
[[nodiscard]] Spec constant(Value value);
[[nodiscard]] Spec call(Function function);
[[nodiscard]] Spec each(Spec item);
[[nodiscard]] Spec object(std::vector<FieldSpec> fields);
[[nodiscard]] Spec chain(std::vector<Spec> steps);
[[nodiscard]] Spec first_of(std::vector<Spec> specs);

// Patterns: the result is what matched.
[[nodiscard]] Spec is(Value::Kind kind);
[[nodiscard]] Spec equals(Value value);
[[nodiscard]] Spec satisfies(Predicate predicate);
[[nodiscard]] Spec fields(std::vector<FieldSpec> fields);  // and no other keys
[[nodiscard]] Spec items(std::vector<Spec> alternatives);
[[nodiscard]] Spec all_of(std::vector<Spec> specs);
[[nodiscard]] Spec any_of(std::vector<Spec> specs);

// Lists as they are written: object_of(field(...), field(...)).
template <class First, class... Rest>
[[nodiscard]] std::vector<First> list_of(First first, Rest... rest) {
  std::vector<First> list;
  list.push_back(std::move(first));
  (list.push_back(std::move(rest)), ...);
  return list;
}
[[nodiscard]] Spec object_of(auto... each) { return object(list_of(std::move(each)...)); }
[[nodiscard]] Spec fields_of(auto... each) { return fields(list_of(std::move(each)...)); }

[[nodiscard]] Result<Value> get(const Value& target, const Spec& spec);
[[nodiscard]] Result<Value> get(const Value& target, std::string_view path);

// Sets what `path` names, at each place that its wildcards find. With `create`, parts that are not
// there become objects, or arrays where the next part is a position.
[[nodiscard]] Result<void> assign(Value& target, std::string_view path, Value value,
                                  bool create = false);
// Erases what `path` names. With `ignore_missing`, what is not there is no error.
[[nodiscard]] Result<void> erase(Value& target, std::string_view path, bool ignore_missing = false);

}  // namespace mainstay::reach
