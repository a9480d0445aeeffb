// persistent.hpp - collections that never change: a change makes a new one, which shares the rest.
//
// persistent::map and persistent::set (map.hpp), persistent::vector (vector.hpp), and a transient
// of each for many changes at once. Values: copied freely, read by many threads without a lock.
//
// The algorithms know neither C++ containers nor Python: Trie (trie.hpp) and Tree (tree.hpp) are
// templates over keys, values and a host that gives memory to nodes (host.hpp).
#pragma once

#include "mainstay/persistent/map.hpp"
#include "mainstay/persistent/vector.hpp"
