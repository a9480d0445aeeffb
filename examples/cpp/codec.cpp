// codec.cpp - one value from JSON to MessagePack and back.
// prints: JSON is malformed: trailing comma in array
#include <iostream>

#include "mainstay/codec/codec.hpp"

int main() {
  const auto order =
      mainstay::codec::decode_json(R"({"id": 7, "lines": [{"sku": "A-1", "n": 2}]})");
  if (!order) {
    std::cerr << order.error().message << '\n';
    return 1;
  }
  const auto packed = mainstay::codec::encode_msgpack(*order);
  std::cout << packed->size() << " bytes of MessagePack\n";
  const auto again = mainstay::codec::decode_msgpack(*packed);
  std::cout << *mainstay::codec::encode_json(*again) << '\n';

  const auto broken = mainstay::codec::decode_json("[1, 2,]");
  std::cout << broken.error().message << '\n';
}
