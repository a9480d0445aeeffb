// retry.cpp - fetch a page from a server that is having a bad day: the policy of the README, once
// for real and once in rehearsal, where nobody has to wait.
//
// prints: <h1>example.org/</h1>.*4 attempts, 8.50 s asleep, a page in the end.*gave up: 503 from
#include <cstdio>
#include <stdexcept>
#include <string>

#include <mainstay/retry/retry.hpp>

namespace retry = mainstay::retry;
using namespace std::chrono_literals;

struct NetworkError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Refuses the first calls for a page, as many as `bad_calls` says.
int bad_calls = 0;

std::string fetch(const std::string& url) {
  if (bad_calls-- > 0) throw NetworkError("503 from " + url);
  return "<h1>" + url + "</h1>";
}

// A host in which sleeping costs nothing and chance is known: what a test of your own would use.
struct Rehearsal {
  mainstay::Seconds clock{};

  mainstay::Seconds now() const { return clock; }
  void sleep(mainstay::Seconds length) {
    std::printf("would sleep %.2f s\n", length.count());
    clock += length;
  }
  double random() { return 0.25; }
};

int main() {
  const std::string url = "example.org/";

  // README: begin
  auto policy = retry::policy(retry::stop_after_attempt(5) | retry::stop_after_delay(30s),
                              retry::wait_exponential({.max = 10s}) + retry::wait_random(0s, 2s),
                              retry::retry_if_exception_type<NetworkError>());
  auto page = retry::call(policy, [&] { return fetch(url); });
  // README: end
  std::printf("%s\n", page.c_str());

  // Numbers that come from a file or a user are checked before they are relied on.
  if (const auto checked = policy.check(); !checked) {
    std::printf("%s\n", checked.error().message.c_str());
    return 1;
  }

  bad_calls = 3;
  Rehearsal rehearsal;
  auto report = retry::attempt(policy, rehearsal, fetch, url);
  std::printf("%d attempts, %.2f s asleep, %s\n", int(report.statistics.attempt_number),
              report.statistics.idle_for.count(),
              report.ended == retry::Ended::gave_back ? "a page in the end" : "no page");

  // When no attempt is left, the error that comes out is the one that was thrown.
  bad_calls = 1000;
  try {
    retry::call(policy, rehearsal, fetch, url);
  } catch (const NetworkError& error) {
    std::printf("gave up: %s\n", error.what());
  }
}
