#include "mainstay/reach/reach.hpp"
