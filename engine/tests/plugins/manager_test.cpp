// manager_test.cpp - plugins by name, from lambdas and from libraries; nothing half done.
#include "mainstay/plugins/manager.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace mainstay::plugins {
namespace {

using Names = std::vector<std::string>;

std::string object(const std::string& name) { return MAINSTAY_PLUGIN_OBJECTS "/" + name + ".so"; }

bool is_loaded(const std::string& path) {
  void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD);
  if (handle != nullptr) dlclose(handle);
  return handle != nullptr;
}

// A program with hooks that libraries can implement.
struct Program {
  Hook<std::optional<std::string>(std::string_view)> tag{"tag", {"title"}};
  Hook<std::string(const std::string&, int)> repeat{"repeat", {"text", "times"}};
  Hook<void(std::vector<int>&)> unportable{"unportable"};
  Manager manager;

  explicit Program(Switches switches = {}) : manager(std::move(switches)) {
    EXPECT_TRUE(manager.declare(tag));
    EXPECT_TRUE(manager.declare(repeat));
    EXPECT_TRUE(manager.declare(unportable));
  }
};

auto saying(std::string word) {
  return [word = std::move(word)](std::string_view) { return std::optional(word); };
}

TEST(Manager, RegistersAPluginInAllItsHooksAndRemovesItFromThem) {
  Program program;
  const auto added = program.manager.add("mine", [&](Joining& mine) {
    mine.add(program.tag, saying("mine"));
    mine.wrap(program.repeat, [](auto&, const std::string&, int) { return Names{"wrapped"}; });
  });
  EXPECT_EQ(added, Added::yes);
  EXPECT_EQ(program.tag(""), (Names{"mine"}));
  EXPECT_EQ(program.repeat("", 0), (Names{"wrapped"}));
  EXPECT_EQ(program.tag.plugins(), (Names{"mine"}));
  EXPECT_EQ(program.manager.plugins(), (Names{"mine"}));
  EXPECT_TRUE(program.manager.remove("mine"));
  EXPECT_EQ(program.tag(""), Names());
  EXPECT_EQ(program.repeat("", 0), Names());
  EXPECT_FALSE(program.manager.has("mine"));
}

TEST(Manager, RefusesNamesThatAreTakenOrNone) {
  Program program;
  const auto nothing = [](Joining&) {};
  EXPECT_TRUE(program.manager.add("mine", nothing));
  EXPECT_EQ(program.manager.add("mine", nothing).error().message,
            "a plugin \"mine\" is there already; remove it first, or choose another name");
  EXPECT_EQ(program.manager.add("", nothing).error().message,
            "a plugin needs a name that is not empty");
  Result<Added> inner = Added::yes;
  EXPECT_TRUE(
      program.manager.add("slow", [&](Joining&) { inner = program.manager.add("slow", nothing); }));
  EXPECT_NE(inner.error().message.find("is just being set up"), std::string::npos);
}

TEST(Manager, SaysWhoIsThereWhenNobodyOfThatNameIs) {
  Program program;
  EXPECT_EQ(program.manager.remove("x").error().message,
            "there is no plugin \"x\"; there are none");
  EXPECT_TRUE(program.manager.add("a", [](Joining&) {}));
  EXPECT_EQ(program.manager.remove("x").error().message,
            "there is no plugin \"x\"; there are \"a\"");
}

TEST(Manager, LeavesEverythingAsItWasWhenASetUpFails) {
  Program program;
  EXPECT_THROW((void)program.manager.add("mine",
                                         [&](Joining& mine) {
                                           mine.add(program.tag, saying("mine"));
                                           throw std::runtime_error("half way");
                                         }),
               std::runtime_error);
  const auto failed = program.manager.add("mine", [&](Joining& mine) -> Result<void> {
    mine.add(program.tag, saying("mine"));
    return Error{ErrorCode::invalid_argument, "no licence"};
  });
  EXPECT_EQ(failed.error().message, "no licence");
  EXPECT_EQ(program.tag(""), Names());
  EXPECT_TRUE(program.manager.add("mine", [](Joining&) {}));  // the name is free again
}

TEST(Manager, LeavesTheFirstHookWhenTheSecondRefuses) {
  Program program;
  const auto added = program.manager.add("mine", [&](Joining& mine) {
    mine.add(program.tag, saying("mine"));
    mine.add(program.repeat, [](const std::string&, int) { return std::string(); },
             {.before = {"mine"}});
  });
  EXPECT_EQ(
      added.error().message,
      "plugin \"mine\" cannot join hook \"repeat\": before and after go in a circle: \"mine\" "
      "before \"mine\"; drop one of these wishes");
  EXPECT_EQ(program.tag.size(), 0u);
  EXPECT_FALSE(program.manager.has("mine"));
}

TEST(Manager, KeepsBlockedPluginsOut) {
  Program program;
  const auto join = [&](Joining& mine) { mine.add(program.tag, saying("mine")); };
  EXPECT_EQ(program.manager.add("mine", join), Added::yes);
  program.manager.block("mine");
  EXPECT_EQ(program.tag(""), Names());
  EXPECT_TRUE(program.manager.blocked("mine"));
  EXPECT_EQ(program.manager.add("mine", join), Added::blocked);
  EXPECT_TRUE(program.manager.unblock("mine"));
  EXPECT_FALSE(program.manager.unblock("mine"));
  EXPECT_EQ(program.manager.add("mine", join), Added::yes);
  program.manager.block("late");
  EXPECT_EQ(program.manager.add("late", [](Joining&) { FAIL(); }), Added::blocked);
}

TEST(Manager, KeepsAPluginOutThatIsBlockedWhileItIsSetUp) {
  Program program;
  EXPECT_EQ(program.manager.add("mine",
                                [&](Joining& mine) {
                                  mine.add(program.tag, saying("mine"));
                                  program.manager.block("mine");
                                }),
            Added::blocked);
  EXPECT_EQ(program.tag(""), Names());
}

TEST(Manager, FollowsTheSwitches) {
  Program program(*Switches::parse("-slow,+audit"));
  const auto nothing = [](Joining&) {};
  EXPECT_EQ(program.manager.add("slow", nothing), Added::switched_off);
  EXPECT_EQ(program.manager.add("audit", nothing, Unmentioned::off), Added::yes);
  EXPECT_EQ(program.manager.add("other", nothing), Added::yes);
  EXPECT_EQ(program.manager.add("rare", nothing, Unmentioned::off), Added::switched_off);
  EXPECT_EQ(program.manager.plugins(), (Names{"audit", "other"}));
}

TEST(Manager, DeclaresANameOnce) {
  Program program;
  Hook<void()> other("tag");
  EXPECT_EQ(program.manager.declare(other).error().message,
            "a hook \"tag\" is declared already; each has a name of its own");
  Hook<void()> unnamed;
  EXPECT_FALSE(program.manager.declare(unnamed));
  Hook<void(int)> talkative("talkative", {"a", "b"});
  EXPECT_EQ(program.manager.declare(talkative).error().message,
            "hook \"talkative\" names 2 arguments but takes 1; drop \"b\"");
}

TEST(Manager, ForgetsAHookThatIsGone) {
  Manager manager;
  for (int i = 0; i < 2; ++i) {
    Hook<int()> hook("answer");
    EXPECT_TRUE(manager.declare(hook));
  }
  EXPECT_NE(manager.load(object("unknown_hook")).error().message.find("nobody declared"),
            std::string::npos);
}

TEST(Manager, MayGoBeforeItsHooksAndAfterThem) {
  Hook<int()> stays;
  std::optional<Hook<int()>> goes(std::in_place);
  {
    Manager manager;
    EXPECT_TRUE(manager.add("mine", [&](Joining& mine) {
      mine.add(stays, [] { return 1; });
      mine.add(*goes, [] { return 1; });
    }));
    goes.reset();
    EXPECT_EQ(stays().size(), 1u);
  }
  EXPECT_EQ(stays().size(), 0u);
}

TEST(Manager, ConnectsALibraryByNames) {
  Program program;
  EXPECT_TRUE(program.manager.add("late", [&](Joining& late) {
    late.add(program.tag, saying("late"));
    late.add(program.repeat, [](const std::string& text, int) { return text; });
  }));
  const auto added = program.manager.load(object("words"));
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(*added, Added::yes);
  EXPECT_EQ(program.repeat("ab", 2), (Names{"abab", "ab"}));
  EXPECT_EQ(program.tag("Re: hello"), (Names{"reply", "late"}));
  EXPECT_EQ(program.tag("hello"), (Names{"late"}));
  EXPECT_TRUE(program.manager.remove("words"));
  EXPECT_EQ(program.tag("Re: hello"), (Names{"late"}));
  EXPECT_FALSE(is_loaded(object("words")));
}

TEST(Manager, TellsWhatAnImplementationInALibraryThrew) {
  Program program;
  ASSERT_TRUE(program.manager.load(object("words")));
  try {
    program.tag("throw");
    FAIL();
  } catch (const PluginError& error) {
    EXPECT_STREQ(error.what(), "plugin \"words\" failed in hook \"tag\": no such title");
    EXPECT_EQ(error.plugin(), "words");
    EXPECT_EQ(error.hook(), "tag");
  }
}

TEST(Manager, KeepsALibraryWhileACallIsInIt) {
  Program program;
  ASSERT_TRUE(program.manager.load(object("words")));
  bool there = false;
  EXPECT_TRUE(program.manager.add("outer", [&](Joining& outer) {
    outer.wrap(program.tag, [&](auto& rest, std::string_view title) {
      EXPECT_TRUE(program.manager.remove("words"));
      there = is_loaded(object("words"));
      return rest(title);
    });
  }));
  EXPECT_EQ(program.tag("Re: x"), (Names{"reply"}));
  EXPECT_TRUE(there);
  EXPECT_FALSE(is_loaded(object("words")));
}

TEST(Manager, RefusesTheSameLibraryTwice) {
  Program program;
  ASSERT_TRUE(program.manager.load(object("words")));
  EXPECT_EQ(program.manager.load(object("words")).error().message,
            "cannot take in plugin \"" + object("words") +
                "\": a plugin \"words\" is there already; remove it first, or choose another name");
  EXPECT_EQ(program.tag("Re: x"), (Names{"reply"}));
}

TEST(Manager, DoesNotSetUpALibraryThatIsNotWanted) {
  Program program(*Switches::parse("-words"));
  EXPECT_EQ(program.manager.load(object("words")), Added::switched_off);
  EXPECT_EQ(program.tag("Re: x"), Names());
  EXPECT_FALSE(is_loaded(object("words")));
}

struct Wrong {
  const char* object;
  const char* words;
};

class WrongOffer : public testing::TestWithParam<Wrong> {};

TEST_P(WrongOffer, IsRefusedInWordsAndLeavesNothing) {
  Program program;
  const auto added = program.manager.load(object(GetParam().object));
  ASSERT_FALSE(added);
  EXPECT_NE(added.error().message.find(GetParam().words), std::string::npos)
      << added.error().message;
  EXPECT_EQ(program.tag.size(), 0u);
  EXPECT_EQ(program.manager.plugins(), Names());
  EXPECT_FALSE(is_loaded(object(GetParam().object)));
}

INSTANTIATE_TEST_SUITE_P(
    Manager, WrongOffer,
    testing::Values(Wrong{"unknown_hook",
                          "plugin \"wrong\" implements hook \"tga\", which nobody declared; "
                          "declared are \"tag\", "
                          "\"repeat\", \"unportable\""},
                    Wrong{"second_hook", "\"tga\", which nobody declared"},
                    Wrong{"unknown_argument",
                          "asks for an argument \"tilte\" it does not have; it has \"title\""},
                    Wrong{"unportable_hook", "whose types no table can carry"},
                    Wrong{"impossible_order", "go in a circle"},
                    Wrong{"no_table", "it exports no"}),
    [](const auto& test) { return std::string(test.param.object); });

TEST(Manager, DeclaresNoHookWhoseArgumentsHaveNoNamesOfTheirOwn) {
  Manager manager;
  Hook<int(int, int)> twice("twice", {"a", "a"});
  Hook<int(int)> nameless("nameless", {""});
  EXPECT_EQ(manager.declare(twice).error().message,
            "hook \"twice\" has two arguments \"a\"; give each a name of its own");
  EXPECT_EQ(
      manager.declare(nameless).error().message,
      "hook \"nameless\" has no name for argument 1; plugins ask for arguments by their names");
}

TEST(Manager, SaysWhichHookAPluginGaveANullPointer) {
  Program program;
  std::optional<std::string> (*nobody)(std::string_view) = nullptr;
  const auto added = program.manager.add("mine", [&](Joining& mine) {
    mine.add(program.tag, saying("mine"));
    mine.add(program.tag, nobody);
  });
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().message,
            "plugin \"mine\" cannot join hook \"tag\": an implementation is a null pointer, "
            "wanted a function; check it before adding it");
  EXPECT_EQ(program.tag(""), Names());
}

TEST(Manager, TakesNoNameThatNoSwitchCouldMean) {
  Manager manager;
  for (const char* name : {"a,b", "all*"}) {
    const auto added = manager.add(name, [](Joining&) {});
    ASSERT_FALSE(added);
    EXPECT_NE(added.error().message.find("has a comma or a * in it"), std::string::npos);
  }
}

TEST(Manager, CarriesEveryKindOfValueThroughALibraryInC) {
  Hook<std::optional<std::string>(const std::string&)> echo("echo", {"value"});
  Hook<std::uint8_t(std::uint64_t)> integer("echo_integer", {"value"});
  Hook<float(double)> number("echo_number", {"value"});
  Hook<bool(bool)> truth("echo_bool", {"value"});
  Hook<const void*(void*)> pointer("echo_object", {"value"});
  Hook<int()> answer("answer");
  Hook<void(void*)> note("note", {"value"});
  Manager manager;
  int teardowns = 0;
  EXPECT_TRUE(manager.declare(echo) && manager.declare(integer) && manager.declare(number) &&
              manager.declare(truth) && manager.declare(pointer) && manager.declare(answer) &&
              manager.declare(note));
  const auto added = manager.load(object("plain"));
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(echo("text"), (Names{"text"}));
  EXPECT_EQ(echo(std::string(100000, 'x')).at(0).size(), 100000u);
  EXPECT_EQ(integer(200), (std::vector<std::uint8_t>{200}));
  EXPECT_EQ(number(0.5), (std::vector<float>{0.5F}));
  EXPECT_EQ(truth(true), (std::vector<bool>{true}));
  EXPECT_EQ(pointer(&manager), (std::vector<const void*>{&manager}));
  EXPECT_EQ(pointer(nullptr).size(), 0u);
  EXPECT_EQ(answer(), (std::vector<int>{42}));
  note(&teardowns);

  const auto failure = [](const auto& call) -> std::string {
    try {
      call();
    } catch (const PluginError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(failure([&] { echo("fail"); }), "plugin \"plain\" failed in hook \"echo\": told to");
  EXPECT_EQ(failure([&] { echo("zero"); }),
            "plugin \"plain\" failed in hook \"echo\": before\\0after");
  EXPECT_EQ(failure([&] { number(1e300); }),
            "plugin \"plain\" failed in hook \"echo_number\": it gave a number, wanted a number "
            "that a float can hold for the hook's result");
  EXPECT_EQ(failure([&] { echo("mute"); }),
            "plugin \"plain\" failed in hook \"echo\": it returned 7 and did not say why");
  EXPECT_EQ(failure([&] { integer(256); }),
            "plugin \"plain\" failed in hook \"echo_integer\": it gave the integer 256, wanted an "
            "integer "
            "from 0 to 255 for the hook's result");
  EXPECT_EQ(failure([&] { echo("null"); }),
            "plugin \"plain\" failed in hook \"echo\": it gave a text of 48 bytes at a null "
            "pointer; set as.text.data and as.text.size of the result");
  EXPECT_EQ(failure([&] { echo("long"); }),
            "plugin \"plain\" failed in hook \"echo\": it gave a text of 18446744073709551615 "
            "bytes, more than there can be; set as.text.data and as.text.size of the result");
  EXPECT_EQ(failure([&] { integer(~std::uint64_t{0}); }),
            "plugin \"plain\" failed in hook \"echo_integer\": argument 1 is an integer beyond 64 "
            "bits with a sign, which no table can carry");
  EXPECT_EQ(teardowns, 0);
  EXPECT_TRUE(manager.remove("plain"));
  EXPECT_EQ(teardowns, 1);
}

TEST(Manager, TakesTheLastValueThatAPluginGivesAlsoAfterOneThatIsNone) {
  Hook<std::optional<std::string>(const std::string&)> echo("echo", {"value"});
  Manager manager;
  ASSERT_TRUE(manager.declare(echo) && manager.load(object("plain")));
  EXPECT_EQ(echo("anew"), (Names{"anew"}));
}

TEST(Manager, IsSharedByThreadsThatAddCallAndRemove) {
  Program program;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      const std::string name = "t" + std::to_string(thread);
      for (int round = 0; round < 50; ++round) {
        if (thread == 0) {
          wrong += !program.manager.load(object("words")).has_value();
          for (const std::string& answer : program.tag("Re: x")) wrong += answer.empty();
          wrong += !program.manager.remove("words").has_value();
        } else {
          wrong += program.manager.add(name, [&](Joining& mine) {
            mine.add(program.tag, saying(name));
          }) != Added::yes;
          bool there = false;
          for (const std::string& answer : program.tag("Re: x")) there |= answer == name;
          wrong += !there;
          wrong += !program.manager.remove(name).has_value();
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(program.tag.size(), 0u);
  EXPECT_FALSE(is_loaded(object("words")));
}

}  // namespace
}  // namespace mainstay::plugins
