// aio.cpp - values from one thread to another, until there are no more; and a wait with a deadline.
//
// prints: sum 5050.*gave up: the deadline
#include <cstdio>
#include <thread>

#include <mainstay/aio/aio.hpp>

namespace aio = mainstay::aio;

int main() {
  const aio::ScopeTree tree;
  aio::CancelScope whole(tree);
  aio::ThreadChannel<int> numbers(tree, 8);

  std::thread producer([&] {
    aio::CancelScope own(whole);
    for (int number = 1; number <= 100; ++number) {
      if (!numbers.send(number, own)) return;  // cancelled, or no one receives
    }
    numbers.close_sending();
  });
  int sum = 0;
  while (const auto number = numbers.receive(whole)) sum += *number;
  producer.join();
  std::printf("sum %d\n", sum);

  aio::ThreadChannel<int> silent(tree);
  aio::CancelScope patient(whole, 0.01);  // seconds
  const auto nothing = silent.receive(patient);
  if (!nothing) std::printf("gave up: %s\n", nothing.error().message.c_str());
}
