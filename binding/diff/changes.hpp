// changes.hpp - `Changes`: what a walk over Python objects found. Not changed once it is made.
#pragma once

#include "binding/diff/host.hpp"

namespace mainstay::binding::diff {

struct Changes {
  Changes(Ref walk_, Ref settings_, Ref root_node_)
      : walk(std::move(walk_)), settings(std::move(settings_)), root_node(std::move(root_node_)) {}

  Ref walk, settings, root_node;
  Host::Events found;
  std::vector<std::pair<Held, Held>> foreign;
  std::vector<Held> relations;

  void each_reference(auto visit) {
    for (Ref* each : {&walk, &settings, &root_node}) visit(*each);
    const auto visit_step = [&](Host::Step& step) {
      for (Held* each : {&step.key, &step.note.node, &step.note.path}) visit(each->ref());
    };
    for (auto& event : found.events) {
      visit_step(event.step);
      for (Held* each : {&event.a, &event.b}) visit(each->ref());
    }
    for (auto& entry : found.trail) {
      visit_step(entry.step);
      for (Held* each : {&entry.a, &entry.b}) visit(each->ref());
    }
    for (auto& [kind, node] : foreign) {
      visit(kind.ref());
      visit(node.ref());
    }
    for (Held& relation : relations) visit(relation.ref());
  }
};

// The text view as a dict. None where changes are among them that Python writes.
[[nodiscard]] Ref text_view(State& state, Changes& changes);

}  // namespace mainstay::binding::diff
