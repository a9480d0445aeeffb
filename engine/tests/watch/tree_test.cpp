// tree_test.cpp - names and nodes, against maps that do the same slowly.
#include "mainstay/watch/tree.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

#include "mainstay/watch/owners.hpp"

namespace mainstay::watch {
namespace {

TEST(NameSet, DoesWhatASetDoes) {
  std::mt19937 random(7);  // NOLINT: the same names each time
  NameSet names;
  std::set<std::string> wanted;
  for (int i = 0; i < 20'000; ++i) {
    const std::string name = "n" + std::to_string(random() % 500);
    if (random() % 3 == 0) {
      ASSERT_EQ(names.erase(name), wanted.erase(name) == 1);
    } else {
      ASSERT_EQ(names.insert(name), wanted.insert(name).second);
    }
    ASSERT_EQ(names.size(), wanted.size());
  }
  std::set<std::string> found;
  names.each([&](std::string_view name) { found.emplace(name); });
  EXPECT_EQ(found, wanted);
}

TEST(NameSet, RefusesWhatNoFileSystemHas) {
  NameSet names;
  EXPECT_FALSE(names.insert(""));
  EXPECT_FALSE(names.insert(std::string(256, 'a')));
  EXPECT_TRUE(names.insert(std::string(255, 'a')));
}

TEST(Tree, GivesPathsAsTheRootWasGiven) {
  for (const auto& [root, entry, parent] :
       {std::tuple{"/r", "/r/a/b", "/r"}, std::tuple{"/r/", "/r/a/b", "/r"},
        std::tuple{"", "a/b", ""}, std::tuple{"/", "/a/b", "/"}, std::tuple{".", "./a/b", "."}}) {
    Tree tree(root);
    const NodeId a = tree.add(Tree::kRoot, "a");
    const NodeId b = tree.add(a, "b");
    EXPECT_EQ(tree.path(b), entry);
    EXPECT_EQ(tree.path(Tree::kRoot), root);
    EXPECT_EQ(tree.root_as_parent(), parent);
    EXPECT_EQ(tree.relative_path(a, Tree::kRoot, "x"), "a/x");
  }
}

TEST(Tree, MovesWithAllThatIsBelow) {
  Tree tree("/r");
  const NodeId a = tree.add(Tree::kRoot, "a");
  const NodeId b = tree.add(a, "b");
  const NodeId c = tree.add(Tree::kRoot, "c");
  tree.move(a, c, "moved");
  EXPECT_EQ(tree.path(b), "/r/c/moved/b");
  EXPECT_EQ(tree.child(Tree::kRoot, "a"), kNoNode);
  EXPECT_EQ(tree.child(c, "moved"), a);
  EXPECT_TRUE(tree.within(b, c));
  std::set<NodeId> removed;
  tree.remove(c, [&](NodeId each) { removed.insert(each); });
  EXPECT_EQ(removed, (std::set<NodeId>{a, b, c}));
  EXPECT_EQ(tree.size(), 1U);
}

TEST(Tree, DoesWhatAMapOfPathsDoes) {
  std::mt19937 random(11);  // NOLINT
  Tree tree("");
  std::map<std::string, NodeId> paths{{"", Tree::kRoot}};
  const auto any = [&] {
    return std::next(paths.begin(), static_cast<long>(random() % paths.size()));
  };
  for (int i = 0; i < 5'000; ++i) {
    const auto parent = any();
    const std::string name = "d" + std::to_string(random() % 20);
    const std::string path = parent->first.empty() ? name : parent->first + "/" + name;
    const NodeId known = tree.child(parent->second, name);
    ASSERT_EQ(known != kNoNode, paths.count(path) == 1);
    if (known == kNoNode && random() % 4 != 0) {
      paths[path] = tree.add(parent->second, name);
    } else if (known != kNoNode && random() % 2 == 0) {
      tree.remove(known, [&](NodeId each) {
        for (auto at = paths.begin(); at != paths.end();) {
          at = at->second == each && !at->first.empty() ? paths.erase(at) : std::next(at);
        }
      });
    } else if (known != kNoNode) {
      const auto to = any();
      const std::string moved = to->first.empty() ? "m" : to->first + "/m";
      if (tree.within(to->second, known) || paths.count(moved) != 0) continue;
      tree.move(known, to->second, "m");
      std::map<std::string, NodeId> after;
      for (const auto& [each, node] : paths) {
        const bool below = each == path || each.rfind(path + "/", 0) == 0;
        after[below ? moved + each.substr(path.size()) : each] = node;
      }
      paths.swap(after);
    }
    ASSERT_EQ(tree.size(), paths.size());
  }
  for (const auto& [path, node] : paths) EXPECT_EQ(tree.path(node), path);
}

TEST(Owners, KeepSeveralOfOneNumber) {
  Owners owners;
  for (int wd = 1; wd <= 1000; ++wd) owners.add({wd, 1, static_cast<NodeId>(wd)});
  owners.add({500, 2, 7});
  std::set<std::uint32_t> found;
  owners.each(500, [&](const Owner& each) { found.insert(each.subscription); });
  EXPECT_EQ(found, (std::set<std::uint32_t>{1, 2}));
  for (int wd = 1; wd <= 1000; wd += 2) owners.erase({wd, 1, static_cast<NodeId>(wd)});
  owners.erase({500, 1, 500});
  for (int wd = 1; wd <= 1000; ++wd) EXPECT_EQ(owners.any(wd), wd % 2 == 0);
  EXPECT_EQ(owners.size(), 500U);
}

}  // namespace
}  // namespace mainstay::watch
