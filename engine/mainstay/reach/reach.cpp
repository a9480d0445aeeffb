// reach.cpp - specs made of functions, and runs of them; see reach.hpp.
#include "mainstay/reach/reach.hpp"

#include <charconv>

#include "mainstay/reach/detail/value_host.hpp"

namespace mainstay::reach {

using detail::Constants;
using detail::Held;
using detail::ValueHost;
using detail::ValueNode;

struct Spec::Body {
  std::unique_ptr<ValueNode> root;
  std::vector<std::shared_ptr<Constants>> constants;

  explicit Body(Op op) : root(std::make_unique<ValueNode>()) { root->op = op; }

  Constants& own() {
    if (constants.empty()) constants.push_back(std::make_shared<Constants>());
    return *constants.front();
  }
  const Value* keep(Value value) {
    own().values.push_back(std::move(value));
    return &own().values.back();
  }
  std::unique_ptr<ValueNode> adopt(Spec spec) {
    own();
    std::unique_ptr<Body> body = std::move(spec).take();
    for (auto& each : body->constants) constants.push_back(std::move(each));
    return std::move(body->root);
  }
  void add(Spec spec) { root->children.push_back(adopt(std::move(spec))); }
};

Spec::Spec(std::unique_ptr<Body> body) noexcept : body_(std::move(body)) {}
Spec::Spec(Spec&&) noexcept = default;
Spec& Spec::operator=(Spec&&) noexcept = default;
Spec::~Spec() = default;
std::unique_ptr<Spec::Body> Spec::take() && noexcept { return std::move(body_); }

namespace {

std::unique_ptr<Spec::Body> body(Op op) { return std::make_unique<Spec::Body>(op); }

Spec around(Op op, std::vector<Spec> specs) {
  auto made = body(op);
  for (Spec& each : specs) made->add(std::move(each));
  return Spec(std::move(made));
}

void read_path(Spec::Body& made, std::string_view text) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t dot = std::min(text.find('.', at), text.size());
    const std::string_view part = text.substr(at, dot - at);
    Step<ValueHost> step;
    step.access = part == "*"    ? Access::children
                  : part == "**" ? Access::descendants
                                 : Access::part;
    step.key = made.keep(Value(part));
    const auto [end, code] = std::from_chars(part.data(), part.data() + part.size(), step.position);
    step.has_position = code == std::errc{} && end == part.data() + part.size();
    if (step.access != Access::part) ++made.root->stars;
    made.root->steps.push_back(step);
    at = dot + 1;
  }
}

// A program that changes what `text` names: the path to it, all but its last part, below.
std::unique_ptr<Spec::Body> place(Op op, std::string_view text) {
  auto made = body(op);
  read_path(*made, text);
  auto holder = std::make_unique<ValueNode>();
  holder->op = Op::path;
  holder->steps = made->root->steps;
  holder->steps.pop_back();
  made->root->children.push_back(std::move(holder));
  made->root->stars = std::min<std::uint16_t>(made->root->stars, 1);  // places are in one list
  return made;
}

Spec with_fields(Op op, std::vector<FieldSpec> fields) {
  auto made = body(op);
  made->root->keyed = true;
  for (FieldSpec& each : fields) {
    Field<ValueHost> field;
    field.key = made->keep(Value(each.name));
    field.required = each.required;
    field.value = made->adopt(std::move(each.value));
    if (op == Op::fields) {
      field.key_node = std::make_unique<ValueNode>();
      field.key_node->op = Op::equals;
      field.key_node->constant = field.key;
    }
    made->root->fields.push_back(std::move(field));
  }
  return Spec(std::move(made));
}

Error without_part(Error error) {
  error.system_number = 0;  // held the part of a path
  return error;
}

Result<Held> run(ValueHost& host, const ValueNode& root, const Value& target) {
  Run<ValueHost> running(host);
  Where<ValueHost> where;
  Held result;
  // Programs that read change nothing; those that assign are given a target that may be.
  Held held;
  held.at = const_cast<Value*>(&target);
  if (running.evaluate(root, held, result, where)) {
    return result;
  }
  const auto trace = running.take_trace();
  return without_part(failure_of(*trace));
}

bool names_place(std::string_view text) {
  const std::string_view last = text.substr(text.rfind('.') + 1);
  return !text.empty() && last != "*" && last != "**";
}

Error no_place() {
  return Error{ErrorCode::invalid_argument,
               "what is to be changed wants a path whose last part is a key or a position"};
}

}  // namespace

Spec Spec::or_else(Value fallback) && {
  auto made = std::make_unique<Body>(Op::wrap);
  made->add(std::move(*this));
  made->root->fallback = Fallback::made;
  made->root->fallback_value = made->keep(std::move(fallback));
  return Spec(std::move(made));
}

Spec path(std::string_view text) {
  auto made = body(Op::path);
  if (!text.empty()) read_path(*made, text);
  return Spec(std::move(made));
}
Spec constant(Value value) {
  auto made = body(Op::constant);
  made->root->constant = made->keep(std::move(value));
  return Spec(std::move(made));
}
Spec call(Function function) {
  auto made = body(Op::call);
  made->own().functions.push_back(std::move(function));
  made->root->extra.function = &made->own().functions.back();
  return Spec(std::move(made));
}
Spec each(Spec item) { return around(Op::map, list_of(std::move(item))); }
Spec object(std::vector<FieldSpec> fields) { return with_fields(Op::build, std::move(fields)); }
Spec chain(std::vector<Spec> steps) { return around(Op::chain, std::move(steps)); }
Spec first_of(std::vector<Spec> specs) { return around(Op::coalesce, std::move(specs)); }

Spec is(Value::Kind kind) {
  auto made = body(Op::kind_of);
  made->root->extra.kind = kind;
  return Spec(std::move(made));
}
Spec equals(Value value) {
  auto made = body(Op::equals);
  made->root->constant = made->keep(std::move(value));
  return Spec(std::move(made));
}
Spec satisfies(Predicate predicate) {
  auto made = body(Op::satisfies);
  made->own().predicates.push_back(std::move(predicate));
  made->root->extra.predicate = &made->own().predicates.back();
  return Spec(std::move(made));
}
Spec fields(std::vector<FieldSpec> fields) { return with_fields(Op::fields, std::move(fields)); }
Spec items(std::vector<Spec> alternatives) { return around(Op::items, std::move(alternatives)); }
Spec all_of(std::vector<Spec> specs) { return around(Op::all, std::move(specs)); }
Spec any_of(std::vector<Spec> specs) {
  // Op::any takes the failure of its last child.
  return around(specs.empty() ? Op::coalesce : Op::any, std::move(specs));
}

Result<Value> get(const Value& target, const Spec& spec) {
  ValueHost host;
  Result<Held> found = run(host, *spec.body().root, target);
  if (!found) return std::move(found).error();
  return ValueHost::release(*std::move(found));
}
Result<Value> get(const Value& target, std::string_view text) { return get(target, path(text)); }

Result<void> assign(Value& target, std::string_view text, Value value, bool create) {
  if (!names_place(text)) return no_place();
  auto made = place(Op::assign, text);
  made->root->children.push_back(std::make_unique<ValueNode>());  // the constant that is given
  ValueHost host;
  host.changes = true;
  host.given = ValueHost::made(std::move(value));
  host.create = create && made->root->stars == 0;
  const Result<Held> done = run(host, *made->root, target);
  if (!done) return done.error();
  return {};
}

Result<void> erase(Value& target, std::string_view text, bool ignore_missing) {
  if (!names_place(text)) return no_place();
  const auto made = place(Op::erase, text);
  ValueHost host;
  host.changes = true;
  host.ignore_missing = ignore_missing;
  const Result<Held> done = run(host, *made->root, target);
  if (!done) return done.error();
  return {};
}

}  // namespace mainstay::reach
