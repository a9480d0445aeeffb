// persistent.cpp - the templates, compiled once with the warnings of this library.
#include "mainstay/persistent/persistent.hpp"

namespace mainstay::persistent {

template class map<long, long>;
template class set<long>;
template class vector<long>;

}  // namespace mainstay::persistent
