// Names and stacks as numbers, and samples of them.
#include "mainstay/profile/recording.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace mainstay::profile {
namespace {

using namespace std::string_literals;

std::vector<std::string> stack_of(const Recording& recording, const Sample& sample) {
  std::vector<FrameId> path;
  recording.store().stacks.expand(sample.stack, path);
  std::vector<std::string> texts;
  for (const FrameId frame : path) texts.push_back(recording.store().names.text(frame));
  return texts;
}

TEST(FrameNames, AreTakenApartOnce) {
  FrameNames names;
  const FrameId frame = names.intern("work\0/app/w.py\0"s +
                                     "12\x01"
                                     "cBox\x01l15\x01h1"s);
  EXPECT_EQ(frame, names.intern("work\0/app/w.py\0"s + "12\x01"
                                                       "cBox\x01l15\x01h1"s));
  const Identifier& identifier = names.identifier(names.identifier_of(frame));
  EXPECT_EQ(identifier.function, "work");
  EXPECT_EQ(identifier.file, "/app/w.py");
  EXPECT_EQ(identifier.line, 12);
  EXPECT_EQ(identifier.kind, FrameKind::code);
  ASSERT_EQ(names.attributes_of(frame).size(), 3U);
  EXPECT_EQ(names.attribute(names.attributes_of(frame)[0]), "cBox");
}

TEST(FrameNames, OfOneFunctionShareAnIdentifier) {
  FrameNames names;
  const FrameId one = names.intern("f\0a.py\0"s + "1\x01l2"s);
  const FrameId other = names.intern("f\0a.py\0"s + "1\x01l3"s);
  EXPECT_NE(one, other);
  EXPECT_EQ(names.identifier_of(one), names.identifier_of(other));
}

TEST(FrameNames, MayLackAFileOrHaveNoNumberForALine) {
  FrameNames names;
  const Identifier& bare = names.identifier(names.identifier_of(names.intern("alone\x01")));
  EXPECT_FALSE(bare.has_file);
  EXPECT_FALSE(bare.line);
  const Identifier& odd = names.identifier(names.identifier_of(names.intern("f\0a\0many"s)));
  EXPECT_TRUE(odd.has_file);
  EXPECT_FALSE(odd.line);
  EXPECT_EQ(names.identifier(names.self()).kind, FrameKind::self);
  EXPECT_TRUE(names.identifier(names.identifier_of(names.await())).is_leaf());
}

TEST(Stacks, OfTheSameFramesAreOneNumber) {
  Stacks stacks;
  const StackId one = stacks.push(stacks.push(Stacks::kEmpty, 1), 2);
  EXPECT_EQ(one, stacks.push(stacks.push(Stacks::kEmpty, 1), 2));
  EXPECT_NE(one, stacks.push(stacks.push(Stacks::kEmpty, 2), 1));
  for (FrameId frame = 0; frame < 5000; ++frame) static_cast<void>(stacks.push(one, frame));
  std::vector<FrameId> path;
  stacks.expand(stacks.push(one, 4321), path);
  EXPECT_EQ(path, (std::vector<FrameId>{1, 2, 4321}));
  EXPECT_EQ(stacks.size(), 5005U);
}

TEST(Recording, OfAnotherStoreIsAddedByItsTexts) {
  Recording one, other;
  const std::string_view first[] = {"a", "b"}, second[] = {"a", "c"};
  one.add(first, 1);
  other.add(second, 2);
  one.extend(other);
  one.extend(one);
  const std::vector<Sample> samples = one.samples();
  ASSERT_EQ(samples.size(), 4U);
  EXPECT_EQ(stack_of(one, samples[3]), (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(samples[3].seconds, 2);
}

TEST(Recording, MayBeReadWhileAnotherThreadAdds) {
  Recording recording;
  std::thread writer([&] {
    for (int count = 0; count < 2000; ++count) {
      const std::string name = "f" + std::to_string(count % 50);
      const std::string_view path[] = {"root", name};
      recording.add(path, 0.5);
    }
  });
  std::size_t seen = 0;
  while (seen < 2000) seen = recording.samples().size();
  writer.join();
  EXPECT_EQ(recording.size(), 2000U);
}

}  // namespace
}  // namespace mainstay::profile
