// program.hpp - a spec as a program: a tree of nodes, each an operation with its operands.
//
// A host says what values are (a tree of mainstay::Value, Python objects) and what a program may
// hold of them: its `Constant`s, which outlive the program. Programs are built once, do not change
// and may be run by many threads at the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace mainstay::reach {

enum class Op : std::uint8_t {
  path,      // steps from the target
  build,     // a mapping: each field with the target
  map,       // a sequence: the child with each item
  chain,     // each child with the result of the one before
  call,      // the constant called with the target
  constant,  // the constant
  wrap,      // the child; a fallback where it has one
  coalesce,  // the first child with a value
  // matching
  kind_of,    // the target is of the type `constant`
  equals,     // the target equals the constant
  satisfies,  // the constant called with the target says yes
  fields,     // a mapping whose keys and values match
  items,      // a collection whose items match one of the children
  tuple,      // a sequence of fixed length
  truthy,     // the child, or the target, is true
  compare,    // the children, or the target, compared
  gate,       // the child, or the target, is true; the fallback otherwise
  all,        // every child
  any,        // the first child that does not fail
  negate,     // the child fails
  choose,     // of pairs of children the second, where the first does not fail
  pattern,    // a text matches
  // changing
  assign,  // steps to the place; the child is the value
  erase,   // steps to the place
};

// One step of a path.
enum class Access : std::uint8_t {
  part,        // by the handler of the type: a key, a position or an attribute
  attribute,   // by name
  item,        // by subscription
  call,        // the constant holds the arguments
  arithmetic,  // `sign` with the constant
  children,    // * : the rest of the path with each child
  descendants  // **: with the value and all that is below it
};

template <class Host>
struct Step {
  Access access = Access::part;
  char sign = 0;
  typename Host::Constant key{};
  // The key as a position, where it is or spells one.
  std::int64_t position = 0;
  bool has_position = false;
};

template <class Host>
struct Node;

template <class Host>
using NodePointer = std::unique_ptr<Node<Host>>;

// What stands in where a node fails: nothing, a constant, or a new value made of it.
enum class Fallback : std::uint8_t { none, constant, made };

// Of a mapping that is built or matched.
template <class Host>
struct Field {
  typename Host::Constant key{};  // of `build`; of `fields` when it is looked up by value
  NodePointer<Host> key_node;     // evaluated otherwise
  NodePointer<Host> value;
  bool required = false;
  Fallback fallback = Fallback::none;
  typename Host::Constant fallback_value{};
};

template <class Host>
struct Node {
  Op op = Op::constant;
  Fallback fallback = Fallback::none;
  bool names_step = true;              // whether a chain notes it as a part of the way
  bool keyed = false;                  // `fields`: all keys are looked up by value
  char sign = 0;                       // of `compare`: one of = ! < > l g
  std::uint16_t stars = 0;             // wildcards in the steps
  typename Host::Constant spec{};      // what the node was made of
  typename Host::Constant constant{};  // the operand
  typename Host::Constant fallback_value{};
  typename Host::Extra extra{};  // what only the host knows
  std::vector<Step<Host>> steps;
  std::vector<Field<Host>> fields;
  std::vector<NodePointer<Host>> children;

  [[nodiscard]] const Node& child(std::size_t at = 0) const noexcept { return *children[at]; }
};

}  // namespace mainstay::reach
