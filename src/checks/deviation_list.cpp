#include "checks/deviation_list.hpp"

#include <algorithm>
#include <utility>

namespace obmen::checks {

namespace {

/// Everything that makes a deviation another one. XML names hold no spaces.
std::string key_of(const XsdDeviation& deviation) {
    std::string key;
    for (const std::string_view part :
         {deviation.code.text(), std::string_view{deviation.parent}, std::string_view{deviation.element},
          std::string_view{deviation.attribute}}) {
        key.append(part).push_back(' ');
    }
    return key += deviation.expected;
}

}  // namespace

void DeviationList::add(XsdDeviation deviation) {
    std::string key = key_of(deviation);
    if (const auto known = m_position.find(key); known != m_position.end()) {
        XsdDeviation& first = m_deviations[known->second];
        ++first.count;
        if (deviation.line < first.line) {  // what an element lacks is known at its end, after its children
            first.line = deviation.line;
            first.value = std::move(deviation.value);
        }
        return;
    }
    if (m_deviations.size() == m_most) {
        ++m_left_out;
        return;
    }
    m_position.emplace(std::move(key), m_deviations.size());
    deviation.count = 1;
    m_deviations.push_back(std::move(deviation));
}

void DeviationList::move_into(XsdDiagnosis& diagnosis) {
    diagnosis.deviations = std::move(m_deviations);
    diagnosis.left_out = m_left_out;
    std::ranges::stable_sort(diagnosis.deviations, {}, &XsdDeviation::line);
}

}  // namespace obmen::checks
