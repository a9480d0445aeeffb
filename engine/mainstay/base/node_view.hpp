// node_view.hpp - how an algorithm looks at trees it does not own.
//
// An algorithm over foreign data is a template over a view: a small object that answers what kind a
// node is, what it holds and what is below it. There is one instantiation for mainstay::Value and
// one, in the binding, for Python objects. Answering may run code of the tree's owner, which may
// fail, call the algorithm again or change the tree. Therefore:
//   - operations that can fail say so; what went wrong stays with the view (an Error, a Python
//     exception), and the algorithm returns at once without looking at it;
//   - nodes own, or outlive, what they stand for: an algorithm keeps a node for as long as it uses
//     it, and takes no size or position to be still true after another operation.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include "mainstay/base/value.hpp"

namespace mainstay {

enum class NodeKind : std::uint8_t {
  null,
  boolean,
  integer,
  real,
  text,
  bytes,
  sequence,  // has positions
  mapping,   // has keys
  set,       // has members without order
  other,     // known to the view alone
};

// What a look-up found. `no` is an answer: there is no such child (any more).
enum class Found : std::uint8_t { yes, no, failed };

// V::Node   one node; copying it is cheap. A default one is absent.
// V::Key    the key of an entry of a mapping; as a Node.
// V::Cursor where an iteration stands; a default one stands at the begin.
template <class V>
concept NodeView =
    std::copyable<typename V::Node> && std::default_initializable<typename V::Node> &&
    std::copyable<typename V::Key> && std::default_initializable<typename V::Key> &&
    std::copyable<typename V::Cursor> && std::default_initializable<typename V::Cursor> &&
    requires(V& view, const typename V::Node& node, const typename V::Key& key_in,
             typename V::Node& child, typename V::Key& key, typename V::Cursor& cursor, bool& equal,
             std::size_t at) {
      { view.kind(node) } -> std::same_as<NodeKind>;
      // Whether the two are of one type, as their owner tells types apart.
      { view.same_type(node, node) } -> std::same_as<bool>;
      // The address of what the node stands for: equal for the very same thing only.
      { view.identity(node) } -> std::same_as<const void*>;
      // Two scalars of one type. False when it failed.
      { view.equal(node, node, equal) } -> std::same_as<bool>;
      // Children of sequences, mappings and sets, now.
      { view.size(node) } -> std::same_as<std::size_t>;
      { view.item(node, at, child) } -> std::same_as<Found>;            // of a sequence
      { view.entry(node, cursor, key, child) } -> std::same_as<Found>;  // the next of a mapping
      { view.find(node, key_in, child) } -> std::same_as<Found>;        // in a mapping
      { view.member(node, cursor, child) } -> std::same_as<Found>;      // the next of a set
      { view.same_key(key_in, key_in) } -> std::same_as<bool>;  // false: perhaps not the same
    };

// Trees of mainstay::Value. Nodes point into the tree, which must not change meanwhile. Nothing
// fails.
struct ValueView {
  struct Node {
    const Value* value = nullptr;

    [[nodiscard]] explicit operator bool() const noexcept { return value != nullptr; }
  };
  struct Key {
    const std::string* name = nullptr;
  };
  using Cursor = std::size_t;

  [[nodiscard]] static NodeKind kind(Node node) noexcept {
    switch (node.value->kind()) {
      case Value::Kind::null: return NodeKind::null;
      case Value::Kind::boolean: return NodeKind::boolean;
      case Value::Kind::integer: return NodeKind::integer;
      case Value::Kind::real: return NodeKind::real;
      case Value::Kind::text: return NodeKind::text;
      case Value::Kind::array: return NodeKind::sequence;
      case Value::Kind::object: return NodeKind::mapping;
    }
    return NodeKind::other;
  }
  [[nodiscard]] static bool same_type(Node left, Node right) noexcept {
    return left.value->kind() == right.value->kind();
  }
  [[nodiscard]] static const void* identity(Node node) noexcept { return node.value; }
  [[nodiscard]] static bool equal(Node left, Node right, bool& equal) {
    equal = *left.value == *right.value;
    return true;
  }
  [[nodiscard]] static std::size_t size(Node node) noexcept {
    if (const Array* items = node.value->array()) return items->size();
    if (const Object* members = node.value->object()) return members->size();
    return 0;
  }
  [[nodiscard]] static Found item(Node node, std::size_t at, Node& child) noexcept {
    const Array& items = *node.value->array();
    if (at >= items.size()) return Found::no;
    child.value = &items[at];
    return Found::yes;
  }
  [[nodiscard]] static Found entry(Node node, Cursor& cursor, Key& key, Node& child) noexcept {
    const Object& members = *node.value->object();
    if (cursor >= members.size()) return Found::no;
    const Member& member = members.at(cursor++);
    key.name = &member.name;
    child.value = &member.value;
    return Found::yes;
  }
  [[nodiscard]] static Found find(Node node, const Key& key, Node& child) noexcept {
    child.value = node.value->object()->find(*key.name);
    return child ? Found::yes : Found::no;
  }
  [[nodiscard]] static Found member(Node, Cursor&, Node&) noexcept { return Found::no; }
  [[nodiscard]] static bool same_key(const Key& left, const Key& right) noexcept {
    return *left.name == *right.name;
  }
};

static_assert(NodeView<ValueView>);

}  // namespace mainstay
