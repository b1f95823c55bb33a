#include "daemon/daemon.hpp"
