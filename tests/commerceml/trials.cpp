#include "commerceml/trials.hpp"

#include <algorithm>
#include <cstdlib>

namespace obmen::commerceml {

Dice::Dice(std::string_view seed) {
    std::uint32_t sum = 2166136261U;
    for (const char byte : seed) {
        sum = (sum ^ static_cast<unsigned char>(byte)) * 16777619U;
    }
    m_engine.seed(sum);
}

std::vector<std::size_t> places_between(std::size_t from, std::size_t to, std::size_t most, Dice& dice) {
    std::vector<std::size_t> places;
    const std::size_t all = to > from ? to - from : 0;
    for (std::size_t i = 0; i < std::min(all, most); ++i) {
        places.push_back(from + (all <= most ? i : dice.roll(all)));
    }
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return places;
}

}  // namespace obmen::commerceml
