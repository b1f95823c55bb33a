#include "checks/checks.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace obmen::checks {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// The check digit over as many leading digits as there are weights.
int check_digit(std::string_view digits, std::span<const int> weights) {
    int sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        sum += (digits[i] - '0') * weights[i];
    }
    return sum % 11 % 10;
}

}  // namespace

bool is_valid_inn(std::string_view inn) {
    constexpr std::array organisation{2, 4, 10, 3, 5, 9, 4, 6, 8};
    constexpr std::array person_first{7, 2, 4, 10, 3, 5, 9, 4, 6, 8};
    constexpr std::array person_second{3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8};
    if (!std::all_of(inn.begin(), inn.end(), is_digit)) {
        return false;
    }
    if (inn.size() == 10) {
        return check_digit(inn, organisation) == inn[9] - '0';
    }
    return inn.size() == 12 && check_digit(inn, person_first) == inn[10] - '0' &&
           check_digit(inn, person_second) == inn[11] - '0';
}

bool is_valid_kpp(std::string_view kpp) {
    const auto is_reason = [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); };
    return kpp.size() == 9 && std::all_of(kpp.begin(), kpp.begin() + 4, is_digit) && is_reason(kpp[4]) &&
           is_reason(kpp[5]) && std::all_of(kpp.begin() + 6, kpp.end(), is_digit);
}

}  // namespace obmen::checks
