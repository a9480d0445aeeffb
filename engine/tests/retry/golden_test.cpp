// golden_test.cpp - the machine decides as the golden traces say, and the reader is not fooled.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <set>

#include "golden.hpp"
#include "mainstay/base/text.hpp"

namespace mainstay::retry::golden {

// Shown by GoogleTest beside the test's name.
void PrintTo(const Trace& trace, std::ostream* out) {
  *out << trace.name << " (line " << trace.line << ")";
}

namespace {

// Answers what a trace wrote down, and nothing else.
class Scripted {
 public:
  explicit Scripted(std::vector<double> answers) : answers_(std::move(answers)) {}

  double random() {
    if (next_ == answers_.size()) throw std::logic_error("random() was asked more often than told");
    return answers_[next_++];
  }
  [[nodiscard]] std::size_t left() const { return answers_.size() - next_; }

 private:
  std::vector<double> answers_;
  std::size_t next_ = 0;
};

std::string text_of(const Verdict& verdict) {
  switch (verdict.next) {
    case Next::retry: return "sleep " + decimal(verdict.sleep.count());
    case Next::stop: return "stop";
    case Next::give_back: return "give_back";
  }
  return "nothing";
}

std::string contents_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Every trace of every file, or the first error there is.
mainstay::Result<std::vector<Trace>> all_traces() {
  std::vector<Trace> all;
  std::set<std::string> names;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(MAINSTAY_GOLDEN_TRACES)) {
    if (entry.path().extension() == ".trace") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    const auto traces = parse(contents_of(path));
    if (!traces) {
      return Error{traces.error().code, path.filename().string() + ": " + traces.error().message};
    }
    for (const Trace& trace : *traces) {
      if (!names.insert(trace.name).second) {
        return Error{ErrorCode::invalid_argument, "two traces are named " + trace.name};
      }
      all.push_back(trace);
    }
  }
  return all;
}

std::vector<Trace> readable_traces() { return all_traces().value_or({}); }

class GoldenTrace : public ::testing::TestWithParam<Trace> {};

TEST_P(GoldenTrace, IsDecidedAsWritten) {
  const Trace& trace = GetParam();
  Scripted random(trace.random);
  Machine machine(trace.policy, Seconds{0});
  for (const Step& step : trace.steps) {
    const Verdict verdict = machine.step(step.outcome, step.at, random);
    ASSERT_EQ(text_of(verdict), text_of(step.expected)) << "line " << step.line;
    ASSERT_EQ(verdict, step.expected) << "line " << step.line;
  }
  EXPECT_EQ(machine.statistics().attempt_number, trace.attempts);
  EXPECT_EQ(machine.statistics().idle_for.count(), trace.idle.count());
  EXPECT_EQ(machine.statistics().delay_since_first_attempt.count(), trace.since_start.count());
  EXPECT_EQ(random.left(), 0U) << "numbers of the random line were not drawn";
  EXPECT_EQ(machine.refusal(), nullptr);
}

INSTANTIATE_TEST_SUITE_P(All, GoldenTrace, ::testing::ValuesIn(readable_traces()),
                         [](const auto& trace) { return trace.param.name; });

TEST(GoldenTraces, AreAllReadable) {
  const auto traces = all_traces();
  ASSERT_TRUE(traces) << traces.error().message;
  EXPECT_GE(traces->size(), 25U);
}

TEST(GoldenReader, NamesTheLineOfEveryKindOfMistake) {
  const std::string end = "\nend attempts=1 idle=0 since_start=0";
  const std::string body = "\nvalue \"ok\" @0 -> give_back" + end;
  const std::vector<std::pair<std::string, std::string>> mistakes = {
      {"stop (never)", "line 1: 'trace NAME' was wanted first"},
      {"trace Bad-Name" + body, "line 1: a name of a-z"},
      {"trace a\nstop (after_attempt 0)" + body, "line 2: stop_after_attempt must allow"},
      {"trace a\nstop (after_attempt -1)" + body, "line 2: a whole number"},
      {"trace a\nstop (after_attempt 1" + body, "line 2: the line ends where ')'"},
      {"trace a\nstop (any)" + body, "line 2: at least one form"},
      {"trace a\nstop (never) (never)" + body, "line 2: nothing more was wanted"},
      {"trace a\nstop (never)\nstop (never)" + body, "line 3: stop is given twice"},
      {"trace a\nstop (sometimes)" + body, "line 2: unknown stop"},
      {"trace a\nwait (fixed nan)" + body, "line 2: a finite decimal"},
      {"trace a\nwait (fixed 1e999)" + body, "line 2: a finite decimal"},
      {"trace a\nwait (random 5 1)" + body, "line 2: min must not be above max"},
      {"trace a\nwait (exponential :maximum 1)" + body, "line 2: unknown keyword ':maximum'"},
      {"trace a\nwait (exponential :max 1 :max 2)" + body, "line 2: :max is given twice"},
      {"trace a\nwhen (error_named io)" + body, "line 2: the error's name was wanted"},
      {"trace a\nwhen (error_named \"io)" + body, "line 2: a string has no closing quote"},
      {"trace a\nrandom 1" + body, "line 2: random() answers from [0, 1)"},
      {"trace a\nvalue \"ok\" 0 -> give_back" + end, "line 2: @TIME was wanted"},
      {"trace a\nvalue \"ok\" @0 give_back" + end, "line 2: '->' was wanted"},
      {"trace a\nvalue \"ok\" @0 -> maybe" + end, "line 2: unknown verdict"},
      {"trace a\nvalue \"ok\" @0 -> give_back" + body, "line 3: the call has ended already"},
      {"trace a" + end, "line 2: a trace needs at least one outcome"},
      {"trace a\nvalue \"ok\" @0 -> give_back\nend attempts=1", "line 3: the line ends"},
      {"trace a\nvalue \"ok\" @0 -> give_back", "line 2: trace a has no 'end' line"},
      {"trace a\nvalue \"ok\" @0 -> give_back\ntrace b", "line 3: trace a has no 'end' line"},
      {"trace a" + body + "\ntrace a" + body, "line 4: there are two traces named a"},
      {"trace a\nhello" + body, "line 2: unknown line 'hello'"},
  };
  for (const auto& [text, message] : mistakes) {
    const auto traces = parse(text);
    ASSERT_FALSE(traces) << text;
    EXPECT_EQ(traces.error().message.substr(0, message.size()), message) << text;
  }
}

TEST(GoldenReader, RefusesFormsNestedBeyondReason) {
  std::string text = "trace a\nwhen ";
  for (int i = 0; i < 100'000; ++i) text += "(not ";
  const auto traces = parse(text);
  ASSERT_FALSE(traces);
  EXPECT_EQ(traces.error().message, "line 2: forms are nested too deeply");
}

TEST(GoldenReader, SurvivesEveryPrefixOfAValidFile) {
  const std::string text =
      contents_of(std::filesystem::path(MAINSTAY_GOLDEN_TRACES) / "order.trace");
  ASSERT_TRUE(parse(text));
  for (std::size_t length = 0; length < text.size(); ++length) {
    static_cast<void>(parse(text.substr(0, length)));  // the claim is that this returns
  }
}

}  // namespace
}  // namespace mainstay::retry::golden
