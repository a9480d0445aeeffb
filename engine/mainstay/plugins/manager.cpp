// manager.cpp - bookkeeping under one mutex, which is never held while code of others runs.
#include "mainstay/plugins/manager.hpp"

#include <algorithm>
#include <iterator>

namespace mainstay::plugins {
namespace {

constexpr std::size_t kNamesTold = 12;

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

Error refuse(std::string why) { return {ErrorCode::invalid_argument, std::move(why)}; }

// Names for a message: all, or the first few.
template <class Names>
std::string told(const Names& names) {
  std::string text;
  std::size_t count = 0;
  for (const auto& name : names) {
    if (++count > kNamesTold)
      return text + " and " + std::to_string(names.size() - kNamesTold) + " more";
    text += (text.empty() ? "" : ", ") + quoted(name);
  }
  return text.empty() ? "none" : text;
}

}  // namespace

Manager::Manager(Switches switches) : switches_(std::move(switches)) {}

Manager::~Manager() {
  // Last come, first gone: the order in which nobody misses what was there before.
  while (!plugins_.empty()) plugins_.pop_back();
}

Result<void> Manager::declare(Declared hook) {
  if (hook.name.empty()) {
    return refuse("a hook without a name cannot be declared; give its constructor one");
  }
  if (hook.arguments.size() > hook.arity) {
    return refuse("hook " + quoted(hook.name) + " names " + std::to_string(hook.arguments.size()) +
                  " arguments but takes " + std::to_string(hook.arity) + "; drop " +
                  quoted(hook.arguments.back()));
  }
  for (std::size_t at = 0; at < hook.arguments.size(); ++at) {
    const std::string& argument = hook.arguments[at];
    if (argument.empty()) {
      return refuse("hook " + quoted(hook.name) + " has no name for argument " +
                    std::to_string(at + 1) + "; plugins ask for arguments by their names");
    }
    if (std::find(hook.arguments.begin(), hook.arguments.begin() + static_cast<std::ptrdiff_t>(at),
                  argument) != hook.arguments.begin() + static_cast<std::ptrdiff_t>(at)) {
      return refuse("hook " + quoted(hook.name) + " has two arguments " + quoted(argument) +
                    "; give each a name of its own");
    }
  }
  const std::lock_guard lock(mutex_);
  for (Declared& other : hooks_) {
    if (other.name != hook.name) continue;
    if (!other.roster.expired()) {
      return refuse("a hook " + quoted(hook.name) +
                    " is declared already; each has a name of its own");
    }
    other = std::move(hook);  // the old one is gone
    return {};
  }
  hooks_.push_back(std::move(hook));
  return {};
}

Result<Added> Manager::reserve(std::string_view name, Unmentioned unmentioned) {
  if (name.empty()) return refuse("a plugin needs a name that is not empty");
  if (name.find_first_of(",*") != std::string_view::npos) {
    return refuse("the plugin name " + quoted(name) +
                  " has a comma or a * in it, so no switch could mean it; choose another name");
  }
  if (!switches_.wants(name, unmentioned == Unmentioned::on)) return Added::switched_off;
  const std::lock_guard lock(mutex_);
  if (blocked_.contains(name)) return Added::blocked;
  for (const Plugin& other : plugins_) {
    if (other.name != name) continue;
    return refuse("a plugin " + quoted(name) +
                  (other.ready ? " is there already; remove it first, or choose another name"
                               : " is just being set up; choose another name"));
  }
  plugins_.push_back({std::string(name), false, {}});
  return Added::yes;
}

void Manager::release(std::string_view name) noexcept {
  const std::lock_guard lock(mutex_);
  std::erase_if(plugins_, [&](const Plugin& plugin) { return plugin.name == name; });
}

Joined Manager::Reservation::join(Joining&& joining) {
  // Ends what was registered so far unless all goes well.
  std::vector<Connection> connections;
  for (Joining::Staged& staged : joining.staged_) {
    auto ticket = staged.roster->add(std::move(staged.implementation));
    if (!ticket) {
      return refuse("plugin " + quoted(name_) + " cannot join hook " + quoted(staged.hook) + ": " +
                    ticket.error().message);
    }
    connections.emplace_back(staged.roster, *ticket);
  }
  const std::lock_guard lock(manager_->mutex_);
  const auto mine = std::find_if(manager_->plugins_.begin(), manager_->plugins_.end(),
                                 [&](const Plugin& plugin) { return plugin.name == name_; });
  if (manager_->blocked_.contains(name_)) return Added::blocked;  // meanwhile
  mine->connections = std::move(connections);
  mine->ready = true;
  manager_ = nullptr;
  return Added::yes;
}

Result<Added> Manager::load(const std::string& path, Unmentioned unmentioned) {
  auto library = open_library(path);
  if (!library) return std::move(library).error();
  auto reserved = reserve(library->table.plugin, unmentioned);
  if (!reserved) {
    return refuse("cannot take in plugin " + quoted(path) + ": " + reserved.error().message);
  }
  if (*reserved != Added::yes) return *reserved;
  Reservation reservation(*this, library->table.plugin);
  Joining joining(library->table.plugin);
  auto offers = set_up(library->table, std::move(library->handle));
  if (!offers) return std::move(offers).error();
  if (auto staged = stage(joining, *std::move(offers)); !staged) return std::move(staged).error();
  return reservation.join(std::move(joining));
}

Result<void> Manager::stage(Joining& joining, Offers offers) const {
  const std::lock_guard lock(mutex_);
  for (Offer& offer : offers.offers) {
    const std::string who =
        "plugin " + quoted(offers.plugin) + " implements hook " + quoted(offer.hook) + ", ";
    const auto hook = std::find_if(hooks_.begin(), hooks_.end(), [&](const Declared& declared) {
      return declared.name == offer.hook;
    });
    auto roster = hook == hooks_.end() ? nullptr : hook->roster.lock();
    if (!roster) {
      if (offer.optional) continue;
      std::vector<std::string> known;
      for (const Declared& declared : hooks_) known.push_back(declared.name);
      return refuse(who + "which nobody declared; declared are " + told(known));
    }
    if (hook->adapt == nullptr) {
      return refuse(who + "whose types no table can carry; see portable.hpp for those that can be");
    }
    std::vector<std::size_t> positions;
    for (const std::string& argument : offer.arguments) {
      const auto at = std::find(hook->arguments.begin(), hook->arguments.end(), argument);
      if (at == hook->arguments.end()) {
        return refuse(who + "but asks for an argument " + quoted(argument) +
                      " it does not have; it has " + told(hook->arguments));
      }
      positions.push_back(static_cast<std::size_t>(at - hook->arguments.begin()));
    }
    auto implementation = hook->adapt(std::move(offer), std::move(positions));
    implementation->keeps = offers.keeps;
    joining.staged_.push_back({std::move(roster), hook->name, std::move(implementation)});
  }
  return {};
}

Result<void> Manager::remove(std::string_view name) {
  Plugin removed;  // ends after the lock: what it lets go runs code of others
  std::vector<std::string> known;
  {
    const std::lock_guard lock(mutex_);
    for (auto plugin = plugins_.begin(); plugin != plugins_.end(); ++plugin) {
      if (!plugin->ready) continue;
      if (plugin->name == name) {
        removed = std::move(*plugin);
        plugins_.erase(plugin);
        return {};
      }
      known.push_back(plugin->name);
    }
  }
  return refuse("there is no plugin " + quoted(name) + "; there are " + told(known));
}

void Manager::block(std::string name) {
  Plugin removed;  // as above
  const std::lock_guard lock(mutex_);
  const auto plugin = std::find_if(plugins_.begin(), plugins_.end(), [&](const Plugin& there) {
    return there.ready && there.name == name;
  });
  if (plugin != plugins_.end()) {
    removed = std::move(*plugin);
    plugins_.erase(plugin);
  }
  blocked_.insert(std::move(name));
}

bool Manager::unblock(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = blocked_.find(name);
  if (found == blocked_.end()) return false;
  blocked_.erase(found);
  return true;
}

bool Manager::blocked(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  return blocked_.contains(name);
}

bool Manager::has(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(plugins_.begin(), plugins_.end(),
                     [&](const Plugin& plugin) { return plugin.ready && plugin.name == name; });
}

std::vector<std::string> Manager::plugins() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const Plugin& plugin : plugins_) {
    if (plugin.ready) names.push_back(plugin.name);
  }
  return names;
}

}  // namespace mainstay::plugins
