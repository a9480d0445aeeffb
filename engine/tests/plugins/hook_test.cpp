// hook_test.cpp - what a typed hook calls, in which order, and what it makes of the results.
#include "mainstay/plugins/hook.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace mainstay::plugins {
namespace {

using Names = std::vector<std::string>;

// An implementation that answers its name and takes nothing.
auto named(std::string name) {
  return [name = std::move(name)] { return name; };
}

TEST(Hook, AnswersNothingWhenNobodyRegistered) {
  const Hook<int(int)> collect;
  EXPECT_TRUE(collect(1).empty());
  const Hook<std::optional<int>(), FirstResult> first;
  EXPECT_EQ(first(), std::nullopt);
  const Hook<std::string(std::string), Waterfall> fall;
  EXPECT_EQ(fall("same"), "same");
  const Hook<void()> tell;
  tell();
}

TEST(Hook, CollectsInCallingOrder) {
  Hook<std::string()> hook;
  hook.add(named("a")).keep();
  auto last = *hook.add(named("last"), {.trylast = true});
  auto first = *hook.add(named("first"), {.tryfirst = true});
  hook.add(named("b")).keep();
  EXPECT_EQ(hook(), (Names{"first", "b", "a", "last"}));
}

TEST(Hook, LeavesOutWhoHasNothingToSay) {
  Hook<std::optional<int>(int)> hook;
  hook.add([](int n) { return std::optional(n); }).keep();
  hook.add([](int) { return std::nullopt; }).keep();
  hook.add([](int n) { return n * 2; }).keep();
  EXPECT_EQ(hook(4), (std::vector<int>{8, 4}));
}

TEST(Hook, StopsAtTheFirstResult) {
  Hook<std::optional<int>(), FirstResult> hook;
  int asked = 0;
  hook.add([&] { return ++asked, 1; }).keep();
  hook.add([&] { return ++asked, 2; }).keep();
  hook.add([&]() -> std::optional<int> { return ++asked, std::nullopt; }).keep();
  EXPECT_EQ(hook(), 2);
  EXPECT_EQ(asked, 2);
}

TEST(Hook, TakesPointersForResultsThatMayBeEmpty) {
  Hook<std::unique_ptr<int>(), FirstResult> hook;
  hook.add([] { return std::make_unique<int>(5); }).keep();
  hook.add([] { return nullptr; }).keep();
  EXPECT_EQ(*hook(), 5);
}

TEST(Hook, HandsAValueDownTheWaterfall) {
  Hook<std::string(std::string, char), Waterfall> hook;
  hook.add([](std::string text, char c) { return text + c + "1"; }).keep();
  hook.add([](const std::string& text, char c) { return text + c + "2"; }).keep();
  hook.add([](std::string&& text, char) { return std::move(text); }).keep();
  EXPECT_EQ(hook("x", '-'), "x-2-1");
}

TEST(Hook, MovesAWaterfallOfWhatCannotBeCopied) {
  Hook<std::unique_ptr<int>(std::unique_ptr<int>), Waterfall> hook;
  for (int i = 0; i < 3; ++i) {
    hook.add([](std::unique_ptr<int> value) {
          ++*value;
          return value;
        })
        .keep();
  }
  hook.wrap([](auto& rest, std::unique_ptr<int> value) {
        *value *= 10;
        return rest(std::move(value));
      })
      .keep();
  EXPECT_EQ(*hook(std::make_unique<int>(4)), 43);
}

TEST(Hook, TellsEverybodyWhenThereIsNoResult) {
  Hook<void(int&)> hook;
  hook.add([](int& n) { n = n * 10 + 1; }).keep();
  hook.add([](int& n) { return n = n * 10 + 2; }).keep();  // a result nobody wants
  int n = 0;
  hook(n);
  EXPECT_EQ(n, 21);
}

TEST(Hook, GivesEachImplementationTheSameArguments) {
  Hook<std::size_t(std::vector<int>)> hook;
  hook.add([](std::vector<int> mine) { return mine.clear(), mine.size(); }).keep();
  hook.add([](const std::vector<int>& mine) { return mine.size(); }).keep();
  hook.add([](auto&& mine) { return std::vector<int>(std::move(mine)).size(); }).keep();
  EXPECT_EQ(hook({1, 2, 3}), (std::vector<std::size_t>{3, 3, 0}));
}

TEST(Hook, PassesAValueThatCannotBeCopiedByReference) {
  Hook<int(std::unique_ptr<int>)> hook;
  for (int i = 0; i < 2; ++i) {
    hook.add([](const std::unique_ptr<int>& p) { return *p; }).keep();
  }
  EXPECT_EQ(hook(std::make_unique<int>(3)), (std::vector<int>{3, 3}));
}

TEST(Hook, KeepsAValueOfItsOwnWhateverBecomesOfTheCallers) {
  std::map<int, std::string> users{{1, std::string(40, 'a')}};
  std::string seen;
  Hook<void(std::string)> gone;
  gone.add([&](const std::string& who) { seen = who; }).keep();
  gone.add([&](const std::string&) { users.erase(1); }).keep();
  gone(users.at(1));
  EXPECT_EQ(seen, std::string(40, 'a'));
}

TEST(Hook, TakesOfAnObjectWhatItsSignatureSays) {
  struct Base {
    virtual ~Base() = default;
    virtual int number() const { return 1; }
  };
  struct Derived : Base {
    int number() const override { return 2; }
  };
  Hook<int(Base)> value;
  Hook<int(const Base&)> reference;
  value.add([](const Base& base) { return base.number(); }).keep();
  reference.add([](const Base& base) { return base.number(); }).keep();
  EXPECT_EQ(value(Derived()), (std::vector<int>{1}));
  EXPECT_EQ(reference(Derived()), (std::vector<int>{2}));
}

struct NotYetDefined;
// As a member of a class is, in a header that only names the type.
struct HasHooks {
  Hook<int(const NotYetDefined&)> reads;
  Hook<void(NotYetDefined&)> writes;
};
struct NotYetDefined {
  int number = 0;
};

TEST(Hook, RefersToATypeThatIsDefinedLater) {
  HasHooks hooks;
  hooks.writes.add([](NotYetDefined& it) { it.number = 7; }).keep();
  hooks.reads.add([](const NotYetDefined& it) { return it.number; }).keep();
  NotYetDefined it;
  hooks.writes(it);
  EXPECT_EQ(hooks.reads(it), (std::vector<int>{7}));
}

TEST(Hook, PassesASmallValueThatCanOnlyBeMovedByReference) {
  struct Token {
    int number;
    explicit Token(int from) : number(from) {}
    Token(Token&&) = default;
    Token(const Token&) = delete;
  };
  Hook<int(Token)> hook;
  for (int i = 0; i < 2; ++i) {
    hook.add([](const Token& token) { return token.number; }).keep();
  }
  EXPECT_EQ(hook(Token(3)), (std::vector<int>{3, 3}));
}

TEST(Hook, RefusesAnImplementationThatIsANullPointer) {
  struct Record {
    int size;
  };
  Hook<int(const Record&)> hook;
  int (*function)(const Record&) = nullptr;
  int Record::* member = nullptr;
  const auto refused = hook.add(function, {.plugin = "mine"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "an implementation is a null pointer, wanted a function; check it before adding it");
  EXPECT_FALSE(hook.add(member).connected());
  EXPECT_EQ(hook.size(), 0u);
  EXPECT_EQ(hook(Record{4}), std::vector<int>());
}

TEST(Hook, RefusesAWrapperThatIsANullPointer) {
  using H = Hook<int()>;
  H hook;
  std::vector<int> (*wrapper)(H::Rest&) = nullptr;
  EXPECT_FALSE(hook.wrap(wrapper, {.plugin = "mine"}));
  EXPECT_FALSE(hook.wrap(wrapper).connected());
  EXPECT_EQ(hook(), std::vector<int>());
}

TEST(Hook, CallsMembersByTheirPointer) {
  struct Record {
    int size;
    int twice() const { return size * 2; }
  };
  Hook<int(const Record&)> hook;
  hook.add(&Record::size).keep();
  hook.add(&Record::twice).keep();
  EXPECT_EQ(hook(Record{4}), (std::vector<int>{8, 4}));
}

TEST(Hook, RunsWrappersAroundEverythingElse) {
  Hook<std::string(std::string)> hook;
  Names seen;
  const auto wrapper = [&](std::string name) {
    return [&seen, name](auto& rest, const std::string& text) {
      seen.push_back("(" + name);
      auto answer = rest(text + name);
      seen.push_back(name + ")");
      answer.push_back(name);
      return answer;
    };
  };
  hook.wrap(wrapper("inner")).keep();
  hook.wrap(wrapper("outer")).keep();
  hook.add([&](const std::string& text) { return seen.push_back("plain"), text; }).keep();
  EXPECT_EQ(hook("x:"), (Names{"x:outerinner", "inner", "outer"}));
  EXPECT_EQ(seen, (Names{"(outer", "(inner", "plain", "inner)", "outer)"}));
}

TEST(Hook, LetsAWrapperDoWithoutTheRestOrRepeatIt) {
  Hook<int()> hook;
  int calls = 0;
  hook.add([&] { return ++calls; }).keep();
  {
    auto skip = hook.wrap([](auto&) { return std::vector<int>{7}; });
    EXPECT_EQ(hook(), (std::vector<int>{7}));
    EXPECT_EQ(calls, 0);
  }
  auto again = hook.wrap([](auto rest) { return rest(), rest(); });
  EXPECT_EQ(hook(), (std::vector<int>{2}));
}

TEST(Hook, WrapsWithoutAResult) {
  Hook<void()> hook;
  std::string seen;
  hook.add([&] { seen += "x"; }).keep();
  hook.wrap([&](auto& rest) { seen += "(", rest(), seen += ")"; }).keep();
  hook();
  EXPECT_EQ(seen, "(x)");
}

TEST(Hook, LetsExceptionsPassThroughWrappersThatDoNotCatchThem) {
  Hook<int()> hook;
  bool unwound = false;
  int after = 0;
  hook.add([&] { return ++after; }).keep();
  hook.add([]() -> int { throw std::runtime_error("broken"); }).keep();
  hook.wrap([&](auto& rest) {
        try {
          return rest();
        } catch (...) {
          unwound = true;
          throw;
        }
      })
      .keep();
  EXPECT_THROW(hook(), std::runtime_error);
  EXPECT_TRUE(unwound);
  EXPECT_EQ(after, 0);
  auto saving = hook.wrap([](auto& rest) {
    try {
      return rest();
    } catch (const std::runtime_error&) {
      return std::vector<int>{-1};
    }
  });
  EXPECT_EQ(hook(), (std::vector<int>{-1}));
}

TEST(Hook, OrdersByPluginNames) {
  Hook<std::string()> hook;
  auto sink = *hook.add(named("sink"), {.plugin = "sink", .tryfirst = true});
  auto audit = *hook.add(named("audit"), {.plugin = "audit", .before = {"sink"}});
  auto last = *hook.add(named("last"), {.plugin = "last", .after = {"sink", "nobody"}});
  EXPECT_EQ(hook(), (Names{"audit", "sink", "last"}));
  EXPECT_EQ(hook.plugins(), (Names{"audit", "sink", "last"}));
}

TEST(Hook, KeepsAWishForAPluginThatComesLater) {
  Hook<std::string()> hook;
  auto audit = *hook.add(named("audit"), {.plugin = "audit", .after = {"late"}});
  auto late = *hook.add(named("late"), {.plugin = "late", .trylast = true});
  EXPECT_EQ(hook(), (Names{"late", "audit"}));
  late.disconnect();
  auto other = hook.add(named("other"));
  EXPECT_EQ(hook(), (Names{"other", "audit"}));
}

TEST(Hook, StaysAsItWasWhenAnOrderCannotBe) {
  Hook<std::string()> hook;
  auto a = *hook.add(named("a"), {.plugin = "a", .before = {"b"}, .after = {"b"}});
  auto refused = hook.add(named("b"), {.plugin = "b"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "before and after go in a circle: \"b\" before \"a\" before \"b\"; drop one of these "
            "wishes");
  EXPECT_EQ(hook(), (Names{"a"}));
  EXPECT_EQ(hook.size(), 1u);
}

TEST(Hook, DoesNotLetAnybodyMeanTheUnnamed) {
  Hook<std::string()> hook;
  auto a = *hook.add(named("a"), {.plugin = "a", .before = {""}, .after = {""}});
  auto unnamed = hook.add(named("unnamed"));
  EXPECT_EQ(hook(), (Names{"unnamed", "a"}));
}

template <class R>
struct Sum {
  using Answer = R;
  R sum{};
  Next take(R&& result) {
    sum += result;
    return sum > 100 ? Next::enough : Next::go_on;
  }
  Answer answer() && { return sum; }
};

TEST(Hook, TakesACombinerOfOnesOwn) {
  Hook<int(int), Sum> hook;
  for (const int factor : {1, 2, 3}) hook.add([factor](int n) { return n * factor; }).keep();
  EXPECT_EQ(hook(10), 60);
  EXPECT_EQ(hook(30), 150);
}

TEST(Hook, IsCalledWithItsSignatureOnly) {
  using H = Hook<int(std::string&, int)>;
  static_assert(std::is_invocable_v<const H&, std::string&, int>);
  static_assert(!std::is_invocable_v<const H&, const std::string&, int>);
  static_assert(!std::is_invocable_v<const H&, std::string&>);
  static_assert(!std::is_copy_constructible_v<H> && !std::is_move_constructible_v<H>);
}

}  // namespace
}  // namespace mainstay::plugins
