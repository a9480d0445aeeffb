// retry.cpp - builds policies out of bytes, runs them, and holds them to what they promise:
// stops answer as the language's || and && would, waits of accepted policies are never negative or
// NaN, the statistics add up, and nothing moves once the call has ended.
#include "mainstay/retry/retry.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "target.hpp"

namespace {

using mainstay::Seconds;
using namespace mainstay::retry;
using mainstay::fuzz::Bytes;

// Small and plausible, or any bit pattern there is.
double number(Bytes& bytes) {
  const auto kind = bytes.byte();
  return kind < 200 ? kind / 8.0 : bytes.raw<double>();
}

Seconds seconds(Bytes& bytes) { return Seconds{number(bytes)}; }

// A stop, and beside it the same question asked by the language's own operators.
struct CheckedStop {
  Stop stop;
  std::function<bool(const Progress&)> oracle;
};

CheckedStop leaf(Stop stop) {
  return {stop, [stop](const Progress& p) { return stop(p); }};
}

CheckedStop read_stop(Bytes& bytes, int depth) {
  switch (bytes.byte() % (depth > 0 ? 8 : 6)) {
    case 0: return leaf(stop_never());
    case 1: return leaf(stop_after_attempt(bytes.raw<std::int8_t>()));
    case 2: return leaf(stop_after_attempt(bytes.raw<std::uint64_t>()));
    case 3: return leaf(stop_after_delay(seconds(bytes)));
    case 4: return leaf(stop_before_delay(seconds(bytes)));
    case 5:
      return leaf(
          stop_when([odd = bytes.byte() % 2U](const Progress& p) { return p.attempt % 2 == odd; }));
    case 6: {
      auto left = read_stop(bytes, depth - 1);
      auto right = read_stop(bytes, depth - 1);
      return {left.stop | right.stop,
              [l = left.oracle, r = right.oracle](const Progress& p) { return l(p) || r(p); }};
    }
    default: {
      auto left = read_stop(bytes, depth - 1);
      auto right = read_stop(bytes, depth - 1);
      return {left.stop & right.stop,
              [l = left.oracle, r = right.oracle](const Progress& p) { return l(p) && r(p); }};
    }
  }
}

Exponential read_powers(Bytes& bytes) {
  Exponential shape;
  const auto given = bytes.byte();
  if (given & 1U) shape.multiplier = number(bytes);
  if (given & 2U) shape.max = seconds(bytes);
  if (given & 4U) shape.exp_base = number(bytes);
  if (given & 8U) shape.min = seconds(bytes);
  return shape;
}

Wait read_wait(Bytes& bytes, int depth) {
  switch (bytes.byte() % (depth > 0 ? 9 : 7)) {
    case 0: return wait_none();
    case 1: return wait_fixed(seconds(bytes));
    case 2: {
      const auto min = seconds(bytes);
      return wait_random(min, seconds(bytes));
    }
    case 3: {
      Incrementing shape;
      shape.start = seconds(bytes);
      shape.increment = seconds(bytes);
      shape.max = seconds(bytes);
      return wait_incrementing(shape);
    }
    case 4: return wait_exponential(read_powers(bytes));
    case 5: return wait_random_exponential(read_powers(bytes));
    case 6: {
      const auto powers = read_powers(bytes);
      return wait_exponential_jitter({.multiplier = powers.multiplier,
                                      .max = powers.max,
                                      .exp_base = powers.exp_base,
                                      .jitter = seconds(bytes),
                                      .min = powers.min});
    }
    case 7: {
      auto left = read_wait(bytes, depth - 1);
      return std::move(left) + read_wait(bytes, depth - 1);
    }
    default: {
      std::vector<Wait> parts(bytes.byte() % 4U);
      for (Wait& part : parts) part = read_wait(bytes, depth - 1);
      return wait_chain(parts);
    }
  }
}

struct FuzzedRandom {
  Bytes& bytes;

  double random() { return static_cast<double>(bytes.raw<std::uint32_t>()) * 0x1p-32; }
};

using Plan = Policy<std::function<bool(const Outcome<int>&)>>;

void run(const Plan& plan, const CheckedStop& stop, Bytes& bytes) {
  const bool accepted = plan.check().has_value();
  FuzzedRandom random{bytes};
  Machine machine(plan, seconds(bytes));
  MAINSTAY_HOLDS((machine.refusal() == nullptr) == accepted);

  std::uint64_t attempts = 1;
  for (int step = 0; step < 64 && !bytes.empty(); ++step) {
    Outcome<int> outcome;
    switch (bytes.byte() % 3) {
      case 0: outcome = Outcome<int>::of([&] { return int{bytes.byte()}; }); break;
      case 1: outcome = Outcome<int>::failed(std::make_exception_ptr(int{bytes.byte()})); break;
      default: outcome = Outcome<int>::failed(std::make_exception_ptr(TryAgain())); break;
    }
    const Progress before = machine.progress();
    const Verdict verdict = machine.step(outcome, seconds(bytes), random);
    if (verdict.next != Next::give_back) {
      Progress asked = machine.progress();
      asked.attempt = before.attempt;
      asked.idle = before.idle;
      const bool enough = !accepted || stop.oracle(asked);
      MAINSTAY_HOLDS(enough == (verdict.next == Next::stop));
    }
    if (verdict.next == Next::retry) {
      MAINSTAY_HOLDS(accepted);
      MAINSTAY_HOLDS(verdict.sleep >= Seconds::zero());
      MAINSTAY_HOLDS(machine.statistics().attempt_number == ++attempts);
      MAINSTAY_HOLDS(machine.statistics().idle_for == before.idle + verdict.sleep);
      continue;
    }
    const Statistics ended = machine.statistics();
    MAINSTAY_HOLDS(ended.attempt_number == attempts);
    MAINSTAY_HOLDS(machine.step(outcome, seconds(bytes), random) == verdict);
    const auto now = machine.statistics();
    MAINSTAY_HOLDS(now.attempt_number == ended.attempt_number && now.idle_for == ended.idle_for);
    break;
  }
  MAINSTAY_HOLDS((machine.refusal() == nullptr) == accepted);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  const CheckedStop stop = read_stop(bytes, 6);
  Plan plan;
  plan.stop = stop.stop;
  plan.wait = read_wait(bytes, 6);
  switch (bytes.byte() % 4) {
    case 0: plan.when = retry_always(); break;
    case 1: plan.when = retry_if_exception_type<int>(); break;
    case 2: plan.when = retry_if_result([](int value) { return value % 2 == 0; }); break;
    default:
      plan.when = retry_if_exception<int>([](int value) { return value < 128; }) | retry_never();
      break;
  }
  const Plan copy = plan;
  MAINSTAY_HOLDS(copy.stop == plan.stop || stop.stop.refusal() != nullptr ||
                 !(plan.stop == plan.stop));
  run(copy, stop, bytes);
  return 0;
}
