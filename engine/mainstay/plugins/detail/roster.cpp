// roster.cpp - copy, change, publish; what falls out is destroyed after the lock is gone.
#include "mainstay/plugins/detail/roster.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "mainstay/plugins/arrange.hpp"

namespace mainstay::plugins::detail {
namespace {

Traits traits_of(const Implementation& implementation) noexcept {
  return {implementation.wrapper, implementation.position.tryfirst,
          implementation.position.trylast};
}

// Without "": that is nobody's name, so nobody can be meant by it.
std::vector<std::string_view> views(const std::vector<std::string>& names) {
  std::vector<std::string_view> views;
  for (const std::string& name : names) {
    if (!name.empty()) views.push_back(name);
  }
  return views;
}

}  // namespace

Result<List> Roster::arranged(const std::vector<Entry>& ranked) {
  List list;
  list.slots.reserve(ranked.size());
  list.owners.reserve(ranked.size());
  const auto append = [&list](const std::shared_ptr<Implementation>& added) {
    list.slots.push_back({added->function, added->object(), added->wrapper});
    list.owners.push_back(added);
  };
  const bool any = std::any_of(ranked.begin(), ranked.end(), [](const Entry& entry) {
    const Position& position = entry.implementation->position;
    return !position.before.empty() || !position.after.empty();
  });
  if (!any) {
    for (const Entry& entry : ranked) append(entry.implementation);
    return list;
  }
  // Views of names need a home while arrange() looks at them.
  std::vector<std::vector<std::string_view>> names;
  names.reserve(2 * ranked.size());
  std::vector<Wishes> wishes;
  wishes.reserve(ranked.size());
  for (const Entry& entry : ranked) {
    const Position& position = entry.implementation->position;
    const auto& before = names.emplace_back(views(position.before));
    const auto& after = names.emplace_back(views(position.after));
    wishes.push_back({position.plugin, entry.implementation->wrapper, before, after});
  }
  auto order = arrange(wishes);
  if (!order) return std::move(order).error();
  for (const std::size_t at : *order) append(ranked[at].implementation);
  return list;
}

Result<Roster::Ticket> Roster::add(std::shared_ptr<Implementation> added) {
  if (!added) {
    return Error{
        ErrorCode::invalid_argument,
        "an implementation is a null pointer, wanted a function; check it before adding it"};
  }
  std::vector<Entry> ranked;  // dies last: what is refused may run anything when it goes, even this
  const std::lock_guard lock(mutex_);
  const std::size_t at = place(ranked_, traits_of(*added),
                               [](const Entry& entry) { return traits_of(*entry.implementation); });
  ranked = ranked_;
  ranked.insert(ranked.begin() + static_cast<std::ptrdiff_t>(at), {last_ + 1, std::move(added)});
  auto list = arranged(ranked);
  if (!list) return std::move(list).error();
  list_.publish(*std::move(list));
  ranked_.swap(ranked);
  return ++last_;
}

bool Roster::remove(Ticket ticket) {
  std::vector<Entry> ranked;  // dies last, as above
  const std::lock_guard lock(mutex_);
  const auto has_ticket = [&](const Entry& entry) { return entry.ticket == ticket; };
  const auto found = std::find_if(ranked_.begin(), ranked_.end(), has_ticket);
  if (found == ranked_.end()) return false;
  ranked = ranked_;
  ranked.erase(ranked.begin() + (found - ranked_.begin()));
  auto list = arranged(ranked);
  // Fewer wishes cannot make a circle; should they, the entry goes all the same.
  if (list) list_.publish(*std::move(list));
  ranked_.swap(ranked);
  return true;
}

bool Roster::has(Ticket ticket) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(ranked_.begin(), ranked_.end(),
                     [&](const Entry& entry) { return entry.ticket == ticket; });
}

std::vector<std::string> Roster::plugins() const {
  const auto list = read();
  std::vector<std::string> names;
  for (auto owner = list->owners.rbegin(); owner != list->owners.rend(); ++owner) {
    names.push_back((*owner)->position.plugin);
  }
  return names;
}

}  // namespace mainstay::plugins::detail
