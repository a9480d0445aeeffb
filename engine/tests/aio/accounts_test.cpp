// Lines of waiters, the accounts of locks, semaphores and limiters, channels, and trees of scopes.
#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "mainstay/aio/channel.hpp"
#include "mainstay/aio/permits.hpp"
#include "mainstay/aio/queue.hpp"
#include "mainstay/aio/scope.hpp"

namespace mainstay::aio {
namespace {

struct Waiter : Link<Waiter> {
  explicit Waiter(int which = 0) : number(which) {}
  int number;
  bool has_given_up = false;
};

// Writes down who was woken.
struct Host {
  std::vector<int> woken;
  bool wake(Waiter& waiter) {
    if (waiter.has_given_up) return false;
    woken.push_back(waiter.number);
    return true;
  }
  static int owner_of(const Waiter& waiter) { return waiter.number; }
};

TEST(WaitQueue, ServesInTheOrderOfComing) {
  Waiter one(1), two(2), three(3);
  WaitQueue<Waiter> line;
  for (Waiter* each : {&one, &two, &three}) line.push(*each);
  EXPECT_EQ(line.size(), 3U);
  EXPECT_TRUE(two.leave());
  EXPECT_FALSE(two.leave());
  EXPECT_EQ(line.pop(), &one);
  EXPECT_EQ(line.pop(), &three);
  EXPECT_EQ(line.pop(), nullptr);
  EXPECT_TRUE(line.empty());
}

TEST(WaitQueue, IsLeftByAWaiterThatEnds) {
  WaitQueue<Waiter> line;
  Waiter stays(1);
  line.push(stays);
  {
    Waiter ends(2);
    line.push(ends);
    EXPECT_EQ(WaitQueue<Waiter>::after(stays), &ends);
  }
  EXPECT_EQ(line.size(), 1U);
  EXPECT_EQ(WaitQueue<Waiter>::after(stays), nullptr);
}

TEST(WaitQueue, LetsWaitersGoWhenItEnds) {
  Waiter waiter;
  {
    WaitQueue<Waiter> line;
    line.push(waiter);
    EXPECT_TRUE(waiter.is_waiting());
  }
  EXPECT_FALSE(waiter.is_waiting());
}

TEST(Permits, GoToTheFirstInLineThatStillWaits) {
  Host host;
  Waiter gone(1), first(2), second(3);
  gone.has_given_up = true;
  Permits<Waiter> permits(1, 2);
  EXPECT_TRUE(permits.take());
  EXPECT_FALSE(permits.take());
  for (Waiter* each : {&gone, &first, &second}) permits.waiting().push(*each);
  EXPECT_TRUE(permits.give(host));
  EXPECT_EQ(host.woken, std::vector<int>({2}));
  EXPECT_EQ(permits.value(), 0U);
  EXPECT_FALSE(permits.is_free());
}

TEST(Permits, AreNeverMoreThanThereMayBe) {
  Host host;
  Permits<Waiter> permits(1, 2);
  EXPECT_TRUE(permits.give(host));
  EXPECT_FALSE(permits.give(host));
  EXPECT_EQ(permits.value(), 2U);
  Permits<Waiter> unlimited(7);
  EXPECT_TRUE(unlimited.give(host));
  EXPECT_EQ(unlimited.value(), 8U);
}

TEST(Ownership, IsHandedOver) {
  Host host;
  Waiter next(2);
  Ownership<Waiter, int> lock;
  EXPECT_TRUE(lock.take(1));
  EXPECT_FALSE(lock.take(3));
  lock.waiting().push(next);
  lock.give(host);
  EXPECT_EQ(lock.owner(), 2);
  EXPECT_FALSE(lock.is_free());
  lock.give(host);
  EXPECT_TRUE(lock.is_free());
}

TEST(Tokens, ThatAreAddedGoToThoseInLine) {
  Host host;
  Waiter first(1), second(2), third(3);
  Tokens<Waiter> tokens(1);
  EXPECT_TRUE(tokens.take());
  EXPECT_FALSE(tokens.take());
  for (Waiter* each : {&first, &second, &third}) tokens.waiting().push(*each);
  tokens.set_total(3, host);
  EXPECT_EQ(host.woken, std::vector<int>({1, 2}));
  EXPECT_EQ(tokens.held(), 3U);
  tokens.set_total(1, host);
  EXPECT_EQ(tokens.left(), -2);
  tokens.give(host);
  EXPECT_EQ(host.woken.size(), 2U);
  tokens.set_total(std::numeric_limits<double>::infinity(), host);
  EXPECT_EQ(host.woken, std::vector<int>({1, 2, 3}));
}

using Item = std::optional<int>;
struct Sender : Link<Sender> {
  Item item;
  bool is_taken = false;
};
struct Receiver : Link<Receiver> {
  Item item;
  bool has_given_up = false;
};
struct Ends {
  bool hand(Receiver& receiver, Item& item) {
    if (receiver.has_given_up) return false;
    receiver.item = std::move(item);
    return true;
  }
  void taken(Sender& sender) { sender.is_taken = true; }
};
using Line = Channel<Item, Sender, Receiver>;

TEST(Channel, KeepsItemsInOrderAcrossBufferAndWaitingSenders) {
  Ends ends;
  Line line(1);
  line.open_senders = line.open_receivers = 1;
  Item one = 1, two = 2;
  EXPECT_EQ(line.put(one, ends), Put::done);
  EXPECT_EQ(line.put(two, ends), Put::full);
  EXPECT_EQ(two, 2);
  Sender sender;
  sender.item = 2;
  line.senders().push(sender);
  Item got;
  EXPECT_EQ(line.take(got, ends), Take::done);
  EXPECT_EQ(got, 1);
  EXPECT_TRUE(sender.is_taken);
  EXPECT_EQ(line.take(got, ends), Take::done);
  EXPECT_EQ(got, 2);
  EXPECT_EQ(line.take(got, ends), Take::empty);
}

TEST(Channel, HandsAnItemToTheFirstReceiverThatStillWaits) {
  Ends ends;
  Line line(0);
  line.open_senders = line.open_receivers = 1;
  Receiver gone, waiting;
  gone.has_given_up = true;
  line.receivers().push(gone);
  line.receivers().push(waiting);
  Item item = 5;
  EXPECT_EQ(line.put(item, ends), Put::done);
  EXPECT_EQ(waiting.item, 5);
  EXPECT_FALSE(gone.item.has_value());
}

TEST(Channel, KnowsWhenAnEndIsClosed) {
  Ends ends;
  Line line(kUnbounded);
  Item item = 1;
  EXPECT_EQ(line.put(item, ends), Put::broken);
  EXPECT_EQ(line.take(item, ends), Take::ended);
  line.open_receivers = 1;
  EXPECT_EQ(line.put(item, ends), Put::done);
  EXPECT_EQ(line.take(item, ends), Take::done);
  EXPECT_EQ(line.take(item, ends), Take::ended);
}

struct Task : Link<Task> {};
using Tree = Scope<Task>;

std::set<const Task*> reached(Tree& scope) {
  std::set<const Task*> found;
  scope.each_reachable([&](Task& task) { found.insert(&task); });
  return found;
}

TEST(Scope, CancelsWhatIsInsideButNotBehindAShield) {
  Task outside, inside, behind;
  Tree outer, inner, shielded;
  inner.move_into(&outer);
  shielded.move_into(&inner);
  shielded.is_shielded = true;
  outer.members().push(outside);
  inner.members().push(inside);
  shielded.members().push(behind);
  EXPECT_EQ(reached(outer), (std::set<const Task*>{&outside, &inside}));
  outer.is_cancelled = true;
  EXPECT_EQ(inner.cancelled_by(), &outer);
  EXPECT_EQ(shielded.cancelled_by(), nullptr);
  EXPECT_EQ(shielded.cancelled_from_outside(), nullptr);
  shielded.is_shielded = false;
  EXPECT_EQ(shielded.cancelled_from_outside(), &outer);
  EXPECT_EQ(reached(outer).size(), 3U);
  inner.is_cancelled = true;  // it delivers by itself
  EXPECT_EQ(reached(outer), (std::set<const Task*>{&outside}));
}

TEST(Scope, HasTheNearestDeadlineUpToAShield) {
  Tree outer, inner;
  inner.move_into(&outer);
  EXPECT_EQ(inner.effective_deadline(), kNever);
  outer.deadline = 5;
  inner.deadline = 7;
  EXPECT_EQ(inner.effective_deadline(), 5);
  inner.is_shielded = true;
  EXPECT_EQ(inner.effective_deadline(), 7);
  inner.is_shielded = false;
  outer.is_cancelled = true;
  EXPECT_EQ(inner.effective_deadline(), -kNever);
}

TEST(Scope, MayEndBeforeWhatIsInside) {
  Tree inner;
  Task task;
  {
    Tree outer;
    inner.move_into(&outer);
    outer.members().push(task);
  }
  EXPECT_EQ(inner.parent(), nullptr);
  EXPECT_FALSE(inner.is_waiting());
  EXPECT_FALSE(task.is_waiting());
}

}  // namespace
}  // namespace mainstay::aio
