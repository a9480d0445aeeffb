// plugins.cpp - a small mail program whose features are plugins: some in this file, one of them
// switched off by the user, and one loaded from a shared object (plugins/replies.cpp).
//
// prints: subject: Re: hello .shouted: RE: HELLO.*tags: reply, short.*delivered 1 time.*off: spam
//
// Build it with a project of its own as CMakeLists.txt beside it says.
#include <cctype>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mainstay/plugins/plugins.hpp"

namespace plugins = mainstay::plugins;

namespace {

struct Mail {
  std::string subject;
  std::string body;
};

// The places where others may add something, and what becomes of their answers.
struct Hooks {
  // All answers. Of types that a table can carry, with names: so shared objects can implement it.
  plugins::Hook<std::optional<std::string>(std::string_view, std::size_t)> tag{"tag",
                                                                               {"title", "size"}};
  plugins::Hook<std::string(std::string), plugins::Waterfall> subject{"subject", {"text"}};
  plugins::Hook<std::optional<bool>(const Mail&), plugins::FirstResult> deliver{"deliver"};
};

std::string shouted(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// One plugin, several hooks. It joins all of them or none.
auto everyday(Hooks& hooks) {
  return [&hooks](plugins::Joining& mine) {
    mine.add(hooks.tag, [](std::string_view, std::size_t size) -> std::optional<std::string> {
      if (size < 20) return "short";
      return std::nullopt;  // nothing from me
    });
    mine.add(hooks.subject,
             [](std::string text) { return text + " (shouted: " + shouted(text) + ")"; });
  };
}

// A wrapper: runs around whoever delivers, whatever comes of it.
auto counting(Hooks& hooks, int& delivered) {
  return [&hooks, &delivered](plugins::Joining& mine) {
    mine.wrap(hooks.deliver, [&delivered](auto& rest, const Mail& mail) {
      const auto done = rest(mail);
      if (done.value_or(false)) ++delivered;
      return done;
    });
  };
}

void handle(const Hooks& hooks, const Mail& mail) {
  std::printf("subject: %s\n", hooks.subject(mail.subject).c_str());
  std::string tags;
  for (const std::string& tag : hooks.tag(mail.subject, mail.body.size())) {
    tags += (tags.empty() ? "" : ", ") + tag;
  }
  std::printf("tags: %s\n", tags.c_str());
  hooks.deliver(mail);
}

int run(std::string_view switches, const char* library) {
  const auto wanted = plugins::Switches::parse(switches);
  if (!wanted) return std::printf("%s\n", wanted.error().message.c_str()), 1;

  Hooks hooks;
  plugins::Manager manager(*wanted);
  int delivered = 0;
  std::vector<std::string> off;
  const auto note = [&](const char* name, const mainstay::Result<plugins::Added>& added) {
    if (!added) std::printf("%s: %s\n", name, added.error().message.c_str());
    if (added && *added != plugins::Added::yes) off.emplace_back(name);
  };

  note("everyday", manager.add("everyday", everyday(hooks)));
  note("counting", manager.add("counting", counting(hooks, delivered)));
  note("spam", manager.add("spam", [&](plugins::Joining& mine) {
    mine.add(hooks.deliver, [](const Mail&) { return false; }, {.tryfirst = true});
  }));
  note("delivery", manager.add("delivery", [&](plugins::Joining& mine) {
    mine.add(hooks.deliver, [](const Mail&) { return true; });
  }));
  // Those that are loaded find the hooks that were declared, by their names.
  if (const auto declared = manager.declare(hooks.tag); !declared) return 1;
  note(library, manager.load(library));

  handle(hooks, {"Re: hello", "a few words"});
  std::printf("delivered %d time(s)\n", delivered);
  for (const std::string& name : off) std::printf("off: %s\n", name.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  // A program would take the line from its environment: APP_PLUGINS="-spam".
  return run(argc > 1 ? argv[1] : "-spam", argc > 2 ? argv[2] : REPLIES);
}
