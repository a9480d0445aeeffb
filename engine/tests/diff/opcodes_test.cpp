// opcodes_test.cpp - the opcodes are those of Python's difflib, and turn the one into the other.
#include "mainstay/diff/opcodes.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace mainstay::diff {
namespace {

using Numbers = std::vector<std::uint32_t>;

Numbers numbers(std::string_view text) {
  Numbers found;
  for (const char c : text) found.push_back(static_cast<unsigned char>(c));
  return found;
}

// As difflib prints them: e0:1-0:1 i1:1-1:2.
std::string codes(std::string_view a, std::string_view b) {
  std::string shown;
  const auto found = opcodes(numbers(a), numbers(b), 256);
  for (const Opcode& code : *found) {
    shown += shown.empty() ? "" : " ";
    shown += "erdi"[static_cast<int>(code.tag)];
    shown += std::to_string(code.a_from) + ":" + std::to_string(code.a_to) + "-" +
             std::to_string(code.b_from) + ":" + std::to_string(code.b_to);
  }
  return shown;
}

TEST(Opcodes, AreThoseOfDifflib) {
  EXPECT_EQ(codes("qabxcd", "abycdf"), "d0:1-0:0 e1:3-0:2 r3:4-2:3 e4:6-3:5 i6:6-5:6");
  EXPECT_EQ(codes("abxcd", "abcd"), "e0:2-0:2 d2:3-2:2 e3:5-2:4");
  EXPECT_EQ(codes("aabbaab", "abaabba"), "i0:0-0:2 e0:5-2:7 d5:7-7:7");
  EXPECT_EQ(codes("", "ab"), "i0:0-0:2");
  EXPECT_EQ(codes("ab", ""), "d0:2-0:0");
  EXPECT_EQ(codes("ab", "ab"), "e0:2-0:2");
  EXPECT_EQ(codes("", ""), "");
}

TEST(Opcodes, MakeOneSequenceOutOfTheOther) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    Numbers a(random() % 40);
    Numbers b(random() % 40);
    const auto distinct = 1 + static_cast<std::uint32_t>(random() % 12);
    for (auto* list : {&a, &b}) {
      for (auto& item : *list) item = static_cast<std::uint32_t>(random() % distinct);
    }
    Numbers made;
    const auto found = opcodes(a, b, distinct);
    for (const Opcode& code : *found) {
      const bool from_a = code.tag == Tag::equal;
      for (auto i = from_a ? code.a_from : code.b_from; i < (from_a ? code.a_to : code.b_to); ++i) {
        made.push_back(from_a ? a[i] : b[i]);
      }
    }
    EXPECT_EQ(made, b);
  }
}

TEST(Opcodes, StopWhenTold) {
  const Numbers a(3000);
  EXPECT_FALSE(opcodes(a, Numbers(2999), 1, [] { return false; }));
  EXPECT_TRUE(opcodes(a, Numbers(2999), 1, [] { return true; }));
}

}  // namespace
}  // namespace mainstay::diff
