#include "commerceml/scan.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>

namespace obmen::commerceml {

namespace {

bool is_suspect(char byte) {
    const auto value = static_cast<unsigned char>(byte);
    return value == 0xEF || (value < 0x20 && byte != '\t' && byte != '\n' && byte != '\r');
}

bool begins_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

#ifdef __SSE2__
constexpr std::size_t step = sizeof(__m128i);

__m128i load(const char* bytes) {
    // The intrinsic takes its own type; the bytes need no alignment.
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
}

__m128i equal(__m128i bytes, char value) {
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(value));
}

unsigned mask(__m128i bytes) {
    return static_cast<unsigned>(_mm_movemask_epi8(bytes));
}

/// Sums bytes that count down from zero: each lane holds minus the number of hits, of at most 255 rounds.
std::size_t sum_of(__m128i lanes) {
    const __m128i sums = _mm_sad_epu8(_mm_sub_epi8(_mm_setzero_si128(), lanes), _mm_setzero_si128());
    return static_cast<std::size_t>(_mm_cvtsi128_si32(sums)) +
           static_cast<std::size_t>(_mm_cvtsi128_si32(_mm_srli_si128(sums, 8)));
}

/// Counts the bytes of whole steps in `text` for which `hits` (given a pointer) answers 0xFF; sets `done` to
/// the bytes seen.
template <typename Hits>
std::size_t count_hits(std::string_view text, std::size_t from, std::size_t& done, Hits hits) {
    std::size_t count = 0;
    std::size_t at = from;
    while (at + step <= text.size()) {
        const std::size_t rounds = std::min<std::size_t>(255, (text.size() - at) / step);
        __m128i lanes = _mm_setzero_si128();
        for (std::size_t i = 0; i < rounds; ++i, at += step) {
            lanes = hits(lanes, text.data() + at);
        }
        count += sum_of(lanes);
    }
    done = at;
    return count;
}
#endif

/// The next of three characters, or NUL.
template <char First, char Second, char Third>
const char* find_one_of(const char* text) {
#ifdef __SSE2__
    for (;; text += step) {
        const __m128i bytes = load(text);
        const __m128i hits = _mm_or_si128(_mm_or_si128(equal(bytes, First), equal(bytes, Second)),
                                          _mm_or_si128(equal(bytes, Third), equal(bytes, '\0')));
        if (const unsigned found = mask(hits); found != 0) {
            return text + std::countr_zero(found);
        }
    }
#else
    while (*text != First && *text != Second && *text != Third && *text != '\0') {
        ++text;
    }
    return text;
#endif
}

}  // namespace

const char* find_text_end(const char* text) {
    return find_one_of<'<', '&', ']'>(text);
}

const char* find_text_break(const char* text) {
    return find_one_of<'<', '&', '\r'>(text);
}

const char* find_or_end(const char* text, char character) {
#ifdef __SSE2__
    for (;; text += step) {
        const __m128i bytes = load(text);
        const __m128i hits = _mm_or_si128(equal(bytes, character), equal(bytes, '\0'));
        if (const unsigned found = mask(hits); found != 0) {
            return text + std::countr_zero(found);
        }
    }
#else
    while (*text != character && *text != '\0') {
        ++text;
    }
    return text;
#endif
}

const char* after_cyrillic(const char* text) {
#ifdef __SSE2__
    for (;; text += step) {
        const __m128i bytes = load(text);
        // Lead bytes D0..D3 and continuation bytes 80..BF.
        const __m128i leads =
            _mm_cmpeq_epi8(_mm_and_si128(bytes, _mm_set1_epi8('\xFC')), _mm_set1_epi8('\xD0'));
        const __m128i others =
            _mm_cmpeq_epi8(_mm_and_si128(bytes, _mm_set1_epi8('\xC0')), _mm_set1_epi8('\x80'));
        if (const unsigned found = ~mask(_mm_or_si128(leads, others)) & 0xFFFFU; found != 0) {
            return text + std::countr_zero(found);
        }
    }
#else
    while ((static_cast<unsigned char>(*text) & 0xFCU) == 0xD0U || !begins_character(*text)) {
        ++text;
    }
    return text;
#endif
}

std::size_t find_suspect(std::string_view text, std::size_t from) {
#ifdef __SSE2__
    const __m128i highest_control = _mm_set1_epi8(0x1F);
    for (; from + step <= text.size(); from += step) {
        const __m128i bytes = load(text.data() + from);
        const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, highest_control), bytes);
        const __m128i allowed =
            _mm_or_si128(_mm_or_si128(equal(bytes, '\t'), equal(bytes, '\n')), equal(bytes, '\r'));
        const __m128i hits = _mm_or_si128(_mm_andnot_si128(allowed, control), equal(bytes, '\xEF'));
        if (const unsigned found = mask(hits); found != 0) {
            return from + static_cast<std::size_t>(std::countr_zero(found));
        }
    }
#endif
    while (from < text.size() && !is_suspect(text[from])) {
        ++from;
    }
    return from;
}

std::size_t count_line_ends(std::string_view text, bool after_carriage_return) {
    if (text.empty()) {
        return 0;
    }
    const auto ends_line = [](char byte, char previous) {
        return byte == '\r' || (byte == '\n' && previous != '\r');
    };
    std::size_t count = ends_line(text.front(), after_carriage_return ? '\r' : ' ') ? 1 : 0;
    std::size_t at = 1;
#ifdef __SSE2__
    count += count_hits(text, at, at, [](__m128i lanes, const char* bytes) {
        const __m128i feeds = equal(load(bytes), '\n');
        const __m128i returns = equal(load(bytes), '\r');
        const __m128i pairs = _mm_and_si128(feeds, equal(load(bytes - 1), '\r'));
        return _mm_add_epi8(lanes, _mm_sub_epi8(_mm_add_epi8(feeds, returns), pairs));
    });
#endif
    for (; at < text.size(); ++at) {
        count += ends_line(text[at], text[at - 1]) ? 1U : 0U;
    }
    return count;
}

std::size_t count_characters(std::string_view text) {
    std::size_t count = 0;
    std::size_t at = 0;
#ifdef __SSE2__
    // As signed bytes the continuation bytes 80..BF are the lowest, up to -65.
    count = count_hits(text, at, at, [](__m128i lanes, const char* bytes) {
        return _mm_add_epi8(lanes, _mm_cmpgt_epi8(load(bytes), _mm_set1_epi8(-65)));
    });
#endif
    for (; at < text.size(); ++at) {
        count += begins_character(text[at]) ? 1U : 0U;
    }
    return count;
}

}  // namespace obmen::commerceml
