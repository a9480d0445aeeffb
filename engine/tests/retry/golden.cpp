// golden.cpp - see golden.hpp. A line is cut into words, a form is read by recursive descent.
#include "golden.hpp"

#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <system_error>

namespace mainstay::retry::golden {
namespace {

// Deeper than anyone writes by hand, shallow enough for every stack.
constexpr int kMaxDepth = 64;

struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A parenthesis, a "string" (kept with its opening quote) or a bare word.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at < line.size()) {
    const char c = line[at];
    if (c == '#') break;
    if (c == ' ' || c == '\t' || c == '\r') {
      ++at;
    } else if (c == '(' || c == ')') {
      words.emplace_back(1, c);
      ++at;
    } else if (c == '"') {
      const auto end = line.find('"', at + 1);
      if (end == std::string_view::npos) throw Malformed("a string has no closing quote; add one");
      words.emplace_back(line.substr(at, end - at));
      at = end + 1;
    } else {
      auto end = line.find_first_of(" \t\r()\"#", at);
      if (end == std::string_view::npos) end = line.size();
      words.emplace_back(line.substr(at, end - at));
      at = end;
    }
  }
  return words;
}

double number_of(std::string_view word) {
  double number = 0;
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (failure != std::errc() || end != word.data() + word.size() || !std::isfinite(number)) {
    throw Malformed("a finite decimal number was wanted, got '" + std::string(word) + "'");
  }
  return number;
}

std::uint64_t count_of(std::string_view word) {
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (failure != std::errc() || end != word.data() + word.size()) {
    throw Malformed("a whole number was wanted, got '" + std::string(word) + "'");
  }
  return number;
}

class Reader {
 public:
  explicit Reader(std::span<const std::string> words) : words_(words) {}

  [[nodiscard]] bool at_end() const { return words_.empty(); }
  [[nodiscard]] bool at(std::string_view word) const { return !at_end() && words_[0] == word; }

  std::string_view next(std::string_view wanted) {
    if (at_end()) throw Malformed("the line ends where " + std::string(wanted) + " was wanted");
    const std::string_view word = words_[0];
    words_ = words_.subspan(1);
    return word;
  }

  void expect(std::string_view word) {
    const std::string wanted = "'" + std::string(word) + "'";
    const auto got = next(wanted);
    if (got != word) throw Malformed(wanted + " was wanted, got '" + std::string(got) + "'");
  }

  void expect_end() {
    if (!at_end()) throw Malformed("nothing more was wanted, got '" + words_[0] + "'");
  }

  std::string text(std::string_view wanted) {
    const auto word = next(wanted);
    if (!word.starts_with('"')) {
      throw Malformed(std::string(wanted) + " was wanted, got '" + std::string(word) +
                      "'; write it in double quotes");
    }
    return std::string(word.substr(1));
  }

  double number() { return number_of(next("a number")); }
  std::uint64_t count() { return count_of(next("a whole number")); }
  Seconds seconds() { return Seconds{number()}; }

  // `:name number` pairs up to the closing parenthesis.
  std::map<std::string, double> keywords(const std::set<std::string>& known) {
    std::map<std::string, double> given;
    while (!at(")")) {
      const std::string name(next("a keyword or ')'"));
      if (!known.contains(name)) throw Malformed("unknown keyword '" + name + "'");
      if (!given.emplace(name, number()).second) throw Malformed(name + " is given twice");
    }
    return given;
  }

  // One form or more up to the closing parenthesis.
  template <class Form>
  auto forms(Form read) {
    std::vector<decltype(read(*this))> all;
    while (!at(")")) all.push_back(read(*this));
    if (all.empty()) throw Malformed("at least one form was wanted before ')'");
    return all;
  }

  // ( name ... ): calls read(name) between the parentheses.
  template <class Read>
  auto form(Read read) {
    if (++depth_ > kMaxDepth) throw Malformed("forms are nested too deeply");
    expect("(");
    auto result = read(std::string(next("a name")));
    expect(")");
    --depth_;
    return result;
  }

 private:
  std::span<const std::string> words_;
  int depth_ = 0;
};

template <class Part>
Part accepted(Part part) {
  if (const Error* error = part.refusal()) throw Malformed(error->message);
  return part;
}

Stop read_stop(Reader& reader) {
  return reader.form([&](const std::string& name) -> Stop {
    if (name == "never") return stop_never();
    if (name == "after_attempt") return accepted(stop_after_attempt(reader.count()));
    if (name == "after_delay") return accepted(stop_after_delay(reader.seconds()));
    if (name == "before_delay") return accepted(stop_before_delay(reader.seconds()));
    if (name == "any" || name == "all") {
      const auto parts = reader.forms(read_stop);
      Stop stop = parts[0];
      for (const Stop& part : std::span(parts).subspan(1)) {
        stop = name == "any" ? std::move(stop) | part : std::move(stop) & part;
      }
      return stop;
    }
    throw Malformed("unknown stop '" + name + "'");
  });
}

template <class Shape>
void set_powers(Shape& shape, const std::map<std::string, double>& given) {
  for (const auto& [name, number] : given) {
    if (name == ":multiplier") shape.multiplier = number;
    if (name == ":max") shape.max = Seconds{number};
    if (name == ":exp_base") shape.exp_base = number;
    if (name == ":min") shape.min = Seconds{number};
    if constexpr (requires { shape.jitter; }) {
      if (name == ":jitter") shape.jitter = Seconds{number};
    }
  }
}

Wait read_wait(Reader& reader) {
  return reader.form([&](const std::string& name) -> Wait {
    if (name == "none") return wait_none();
    if (name == "fixed") return accepted(wait_fixed(reader.seconds()));
    if (name == "random") {
      const Seconds min = reader.seconds();
      return accepted(wait_random(min, reader.seconds()));
    }
    if (name == "incrementing") {
      Incrementing shape;
      for (const auto& [keyword, number] : reader.keywords({":start", ":increment", ":max"})) {
        if (keyword == ":start") shape.start = Seconds{number};
        if (keyword == ":increment") shape.increment = Seconds{number};
        if (keyword == ":max") shape.max = Seconds{number};
      }
      return accepted(wait_incrementing(shape));
    }
    if (name == "exponential" || name == "random_exponential") {
      Exponential shape;
      set_powers(shape, reader.keywords({":multiplier", ":max", ":exp_base", ":min"}));
      return accepted(name == "exponential" ? wait_exponential(shape)
                                            : wait_random_exponential(shape));
    }
    if (name == "exponential_jitter") {
      ExponentialJitter shape;
      set_powers(shape, reader.keywords({":multiplier", ":max", ":exp_base", ":jitter", ":min"}));
      return accepted(wait_exponential_jitter(shape));
    }
    if (name == "chain") return wait_chain(reader.forms(read_wait));
    if (name == "combine") {
      Wait sum;
      for (const Wait& part : reader.forms(read_wait)) sum = std::move(sum) + part;
      return sum;
    }
    throw Malformed("unknown wait '" + name + "'");
  });
}

When read_when(Reader& reader) {
  return reader.form([&](const std::string& name) -> When {
    if (name == "exception") return retry_if_exception_type();
    if (name == "always") return retry_always();
    if (name == "never") return retry_never();
    if (name == "error_named") {
      return retry_if_exception<NamedError>(
          [wanted = reader.text("the error's name")](const NamedError& error) {
            return error.what() == wanted;
          });
    }
    if (name == "result_is") {
      return retry_if_result([wanted = reader.text("the result")](const std::string& result) {
        return result == wanted;
      });
    }
    if (name == "not") {
      return [inner = read_when(reader)](const Result& outcome) { return !inner(outcome); };
    }
    if (name == "any" || name == "all") {
      const auto parts = reader.forms(read_when);
      When when = parts[0];
      for (const When& part : std::span(parts).subspan(1)) {
        if (name == "any") {
          when = AnyOf<When, When>(std::move(when), part);
        } else {
          when = AllOf<When, When>(std::move(when), part);
        }
      }
      return when;
    }
    throw Malformed("unknown condition '" + name + "'");
  });
}

Verdict read_verdict(Reader& reader) {
  const auto name = reader.next("a verdict");
  if (name == "stop") return {.next = Next::stop};
  if (name == "give_back") return {.next = Next::give_back};
  if (name == "sleep") return {.next = Next::retry, .sleep = reader.seconds()};
  throw Malformed("unknown verdict '" + std::string(name) + "'; sleep, stop or give_back");
}

Step read_step(std::string_view kind, Reader& reader) {
  Step step;
  if (kind == "again") {
    step.outcome = Result::failed(std::make_exception_ptr(TryAgain()));
  } else if (kind == "error") {
    const auto name = reader.text("the error's name");
    step.outcome = Result::failed(std::make_exception_ptr(NamedError(name)));
  } else {
    step.outcome = Result::of([&] { return reader.text("the value"); });
    if (step.outcome.has_error()) std::rethrow_exception(step.outcome.error());
  }
  const auto at = reader.next("the time");
  if (!at.starts_with('@')) throw Malformed("@TIME was wanted, got '" + std::string(at) + "'");
  step.at = Seconds{number_of(at.substr(1))};
  reader.expect("->");
  step.expected = read_verdict(reader);
  return step;
}

std::string_view statistic(Reader& reader, std::string_view name) {
  const auto word = reader.next(name);
  if (!word.starts_with(name) || word.size() <= name.size() || word[name.size()] != '=') {
    throw Malformed(std::string(name) + "=NUMBER was wanted, got '" + std::string(word) + "'");
  }
  return word.substr(name.size() + 1);
}

std::string read_name(Reader& reader) {
  const std::string name(reader.next("the trace's name"));
  if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos) {
    throw Malformed("a name of a-z, 0-9 and _ was wanted, got '" + name + "'");
  }
  return name;
}

class Parser {
 public:
  void line(std::size_t number, std::string_view text) {
    const auto words = words_of(text);
    if (words.empty()) return;
    Reader reader(words);
    const auto kind = reader.next("a line");
    if (kind == "trace") {
      begin(number, read_name(reader));
    } else if (!trace_) {
      throw Malformed("'trace NAME' was wanted first, got '" + std::string(kind) + "'");
    } else if (kind == "stop" || kind == "wait" || kind == "when" || kind == "random") {
      part(kind, reader);
    } else if (kind == "error" || kind == "value" || kind == "again") {
      add(number, read_step(kind, reader));
    } else if (kind == "end") {
      end(reader);
    } else {
      throw Malformed("unknown line '" + std::string(kind) + "'");
    }
    reader.expect_end();
  }

  std::vector<Trace> finish() {
    if (trace_) throw Malformed("trace " + trace_->name + " has no 'end' line; add one");
    return std::move(traces_);
  }

 private:
  void begin(std::size_t number, std::string name) {
    if (trace_) throw Malformed("trace " + trace_->name + " has no 'end' line; add one");
    if (!names_.insert(name).second) throw Malformed("there are two traces named " + name);
    trace_.emplace();
    trace_->name = std::move(name);
    trace_->line = number;
    trace_->policy.when = retry_if_exception_type();
    given_.clear();
  }

  void part(std::string_view kind, Reader& reader) {
    if (!trace_->steps.empty()) throw Malformed("the policy must come before the outcomes");
    if (!given_.emplace(kind).second) throw Malformed(std::string(kind) + " is given twice");
    if (kind == "stop") trace_->policy.stop = read_stop(reader);
    if (kind == "wait") trace_->policy.wait = read_wait(reader);
    if (kind == "when") trace_->policy.when = read_when(reader);
    while (kind == "random" && !reader.at_end()) {
      const double drawn = reader.number();
      if (!(drawn >= 0 && drawn < 1)) throw Malformed("random() answers from [0, 1)");
      trace_->random.push_back(drawn);
    }
  }

  void add(std::size_t number, Step step) {
    if (!trace_->steps.empty() && trace_->steps.back().expected.next != Next::retry) {
      throw Malformed("the call has ended already; nothing can follow but 'end'");
    }
    step.line = number;
    trace_->steps.push_back(std::move(step));
  }

  void end(Reader& reader) {
    if (trace_->steps.empty()) throw Malformed("a trace needs at least one outcome");
    trace_->attempts = count_of(statistic(reader, "attempts"));
    trace_->idle = Seconds{number_of(statistic(reader, "idle"))};
    trace_->since_start = Seconds{number_of(statistic(reader, "since_start"))};
    traces_.push_back(*std::move(trace_));
    trace_.reset();
  }

  std::optional<Trace> trace_;
  std::set<std::string, std::less<>> given_;
  std::set<std::string> names_;
  std::vector<Trace> traces_;
};

}  // namespace

mainstay::Result<std::vector<Trace>> parse(std::string_view text) {
  Parser parser;
  std::size_t number = 0;
  try {
    while (!text.empty()) {
      ++number;
      const auto end = text.find('\n');
      parser.line(number, text.substr(0, end));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return parser.finish();
  } catch (const Malformed& malformed) {
    return Error{ErrorCode::invalid_argument,
                 "line " + std::to_string(number) + ": " + malformed.what()};
  }
}

}  // namespace mainstay::retry::golden
