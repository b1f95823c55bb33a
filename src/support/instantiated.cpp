#define OBMEN_INSTANTIATED template
#include "support/instantiated.hpp"
