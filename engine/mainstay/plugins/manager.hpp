// manager.hpp - plugins by name: who is there, what they implement, who is not wanted.
//
//   plugins::Manager manager(*plugins::Switches::parse(line));    // "-slow,+audit"
//   manager.declare(tag);                                         // for plugins that are loaded
//   auto added = manager.add("audit", [&](plugins::Joining& audit) {
//     audit.add(tag, [](const Record& r) { ... });
//     audit.wrap(save, [](auto& rest, const Record& r) { ... });
//   });
//   auto loaded = manager.load("./replies.so");
//   manager.remove("audit");
//
// A plugin joins all its hooks or none: while its set-up runs nothing is registered, and when one
// hook refuses it the others are left again. (Calls in other threads may see it in one hook before
// they see it in the next.) Removing a plugin disconnects it everywhere; a library is unloaded when
// no call is in it any more.
//
// Implementations from libraries find hooks by the names they were declared with. They can ask
// for the arguments that a declared hook names, each by a name of its own, and implement it if its
// types are such as tables can carry (portable.hpp).
//
// Errors: empty and duplicate names, unknown hooks, orders that cannot be, libraries that cannot be
// loaded; everything is then as before. What a set-up throws passes through, likewise.
// Thread safety: all of it may be used from any thread, also from set-ups and implementations.
// Hooks may go before their manager; plugins leave their hooks when the manager goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "mainstay/base/result.hpp"
#include "mainstay/plugins/connection.hpp"
#include "mainstay/plugins/detail/hook_access.hpp"
#include "mainstay/plugins/hook.hpp"
#include "mainstay/plugins/loader.hpp"
#include "mainstay/plugins/offer.hpp"
#include "mainstay/plugins/position.hpp"
#include "mainstay/plugins/switches.hpp"

namespace mainstay::plugins {

// What became of a plugin that was to be added.
enum class Added : std::uint8_t {
  yes,
  blocked,      // by block()
  switched_off  // by the switches
};

// What a program says about a plugin nobody mentions in the switches.
enum class Unmentioned : std::uint8_t { on, off };

// A plugin that is being set up: collects what it wants to implement. Its name is put into each
// position. One thread; lives as long as the set-up.
class Joining {
 public:
  [[nodiscard]] const std::string& plugin() const noexcept { return plugin_; }

  template <class Hook, class F>
  void add(Hook& hook, F function, Position position = {}) {
    position.plugin = plugin_;
    staged_.push_back({detail::HookAccess::roster(hook), hook.name(),
                       detail::HookAccess::plain(hook, std::move(function), std::move(position))});
  }

  template <class Hook, class F>
  void wrap(Hook& hook, F function, Position position = {}) {
    position.plugin = plugin_;
    staged_.push_back({detail::HookAccess::roster(hook), hook.name(),
                       detail::HookAccess::around(hook, std::move(function), std::move(position))});
  }

 private:
  friend class Manager;
  struct Staged {
    std::shared_ptr<detail::Roster> roster;
    std::string hook;
    std::shared_ptr<detail::Implementation> implementation;
  };

  explicit Joining(std::string plugin) : plugin_(std::move(plugin)) {}

  std::string plugin_;
  std::vector<Staged> staged_;
};

// What came of adding a plugin. May be left alone, where names are known to be free and wishes to
// be possible; an error says why the plugin does not take part.
struct Joined : Result<Added> {
  using Result<Added>::Result;
};

class Manager {
 public:
  explicit Manager(Switches switches = {});
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;
  ~Manager();

  // Makes a hook known by its name, which must be its own.
  template <class Hook>
  [[nodiscard]] Result<void> declare(Hook& hook) {
    return declare({hook.name(), hook.arguments(), detail::HookAccess::arity(hook),
                    detail::HookAccess::roster(hook), detail::HookAccess::adapter(hook)});
  }

  // Runs `set_up`, callable with a Joining& and returning nothing or a Result<void>, and registers
  // what it asked for. Not run when the plugin is not wanted.
  template <class SetUp>
  Joined add(std::string name, SetUp&& set_up, Unmentioned unmentioned = Unmentioned::on) {
    auto reserved = reserve(name, unmentioned);
    if (!reserved) return {std::move(reserved).error()};
    if (*reserved != Added::yes) return {*reserved};
    Reservation reservation(*this, name);
    Joining joining(std::move(name));
    if constexpr (std::is_void_v<std::invoke_result_t<SetUp&, Joining&>>) {
      set_up(joining);
    } else {
      Result<void> done = set_up(joining);
      if (!done) return {std::move(done).error()};
    }
    return reservation.join(std::move(joining));
  }

  // Loads a shared object and registers what its table offers, under the name it says.
  [[nodiscard]] Result<Added> load(const std::string& path,
                                   Unmentioned unmentioned = Unmentioned::on);

  // Disconnects a plugin from all its hooks. An error when there is none of that name.
  [[nodiscard]] Result<void> remove(std::string_view name);

  // Lets nobody be added under this name, and removes who was.
  void block(std::string name);
  // Whether it was blocked until now.
  bool unblock(std::string_view name);
  [[nodiscard]] bool blocked(std::string_view name) const;

  [[nodiscard]] bool has(std::string_view name) const;
  // In the order in which they were added.
  [[nodiscard]] std::vector<std::string> plugins() const;

 private:
  struct Declared {
    std::string name;
    std::vector<std::string> arguments;
    std::size_t arity;
    std::weak_ptr<detail::Roster> roster;
    detail::Adapter adapt;  // null: its types cannot be carried
  };

  struct Plugin {
    std::string name;
    bool ready = false;  // false while it is being set up
    std::vector<Connection> connections;
  };

  // A name that is taken while its plugin is being set up, and free again if that comes to nothing.
  class Reservation {
   public:
    Reservation(Manager& manager, std::string name) noexcept
        : manager_(&manager), name_(std::move(name)) {}
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;
    ~Reservation() {
      if (manager_ != nullptr) manager_->release(name_);
    }
    [[nodiscard]] Joined join(Joining&& joining);

   private:
    Manager* manager_;
    std::string name_;
  };

  [[nodiscard]] Result<void> declare(Declared hook);
  [[nodiscard]] Result<Added> reserve(std::string_view name, Unmentioned unmentioned);
  void release(std::string_view name) noexcept;
  [[nodiscard]] Result<void> stage(Joining& joining, Offers offers) const;

  mutable std::mutex mutex_;
  const Switches switches_;
  std::vector<Declared> hooks_;                 // guarded by mutex_
  std::vector<Plugin> plugins_;                 // guarded by mutex_
  std::set<std::string, std::less<>> blocked_;  // guarded by mutex_
};

}  // namespace mainstay::plugins
