#include "endpoint/endpoint.hpp"
