#include "page.hpp"

#include <fmt/format.h>

#include <string_view>

#include "page_text.hpp"
#include "php_values.hpp"

namespace obmen::sandbox {

namespace {

// One file, nothing from elsewhere: the page works where there is no network.
constexpr std::string_view head = R"(<!DOCTYPE html>
<html lang="ru"><head><meta charset="utf-8"><title>obmen: учебный портал</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:64rem;padding:0 1rem 3rem;color:#1d2733;background:#fff}
header{position:sticky;top:0;background:inherit;padding:.8rem 0;border-bottom:1px solid #d8dee6}
h1{font-size:1.3rem;margin:0} h2{font-size:1.1rem;margin-top:2rem}
input{font:inherit;padding:.35rem .6rem;width:100%;max-width:24rem;border:1px solid #b9c3cf;border-radius:6px;
background:transparent;color:inherit} nav a{margin-right:1rem} a{color:#1a6fb5}
ul{list-style:none;padding-left:1.2rem;border-left:1px solid #e4e9ef} ul.top{padding:0;border:0}
summary{cursor:pointer;font-weight:600} li.product{padding:.25rem 0} .name{font-weight:600}
.key,.muted{color:#7b8794;font-size:.85em} .off{text-decoration:line-through;color:#7b8794}
.price{white-space:nowrap;background:#eef3f8;border-radius:4px;padding:0 .35rem;font-size:.9em}
.price.base{font-weight:600} .parts{font-size:.9em;color:#4b5867} .parts span.part{margin-right:1rem}
.label{color:#7b8794} .card{border:1px solid #e4e9ef;border-radius:8px;padding:.5rem .8rem;margin:.5rem 0}
.requisite{margin-top:.25rem;padding-left:.8rem;border-left:2px solid #e4e9ef} .bad{color:#b3261e;font-weight:600}
table{border-collapse:collapse;width:100%;font-size:.9em;margin-top:.3rem}
td,th{text-align:left;padding:.15rem .6rem .15rem 0;border-top:1px solid #eef1f5;font-weight:400} th{color:#7b8794}
@media(prefers-color-scheme:dark){body{background:#14181d;color:#dfe5ec} a{color:#6db3f2} .parts{color:#a9b4c0}
.price{background:#232b34} header,h2,ul,td,th,.card,.requisite{border-color:#2c333c}}
</style></head><body>
<header><h1>Учебный портал obmen</h1>
)";

// Hides what has the sought text nowhere inside: a section stays as long as one of its products does.
constexpr std::string_view tail = R"(<script>
const box=document.getElementById('search');
box.addEventListener('input',()=>{const sought=box.value.trim().toLowerCase();
for(const row of document.querySelectorAll('[data-row]'))
row.hidden=sought!==''&&!row.textContent.toLowerCase().includes(sought);});
</script></body></html>
)";

constexpr std::string_view search =
    R"(<input id=search type=search placeholder="Поиск: название, ключ, ИНН, телефон"
aria-label="Поиск"> <nav><a href=#products>Товары</a><a href=#companies>Компании</a><a href=#contacts>Контакты</a>
<a href=#deals>Сделки</a></nav></header>
)";

void write_summary(Out out, const Json& verdict) {
    fmt::format_to(out,
                   "<p>Запросов: {} · созданий: {} · изменений: {} · отказов: {} · "
                   "<span class={}>повторов: {}</span> · <a href=/sandbox/verdict>проверка</a> · "
                   "<a href=/sandbox/journal>журнал</a> · <a href=/sandbox/settings>настройки</a></p>\n",
                   verdict.at("requests").dump(), verdict.at("creations").dump(),
                   verdict.at("updates").dump(), verdict.at("refused_commands").size(),
                   verdict.at("duplicates").empty() ? "muted" : "bad", verdict.at("duplicates").size());
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char letter : text) {
        switch (letter) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            default:
                safe += letter;
        }
    }
    return safe;
}

std::string shown_text(const Json& row, const char* field) {
    return escaped(member_text(row, field));
}

std::string shown_key(const Json& row, const char* key_field) {
    return fmt::format("<span class=key>#{} {}</span>", shown_text(row, "ID"), shown_text(row, key_field));
}

std::string labelled(const char* label, const std::string& text) {
    if (text.empty())
        return {};
    return fmt::format("<span class=part><span class=label>{}:</span> {}</span>\n", label, text);
}

std::string page(const Engine& engine) {
    std::string html(head);
    const Out out = std::back_inserter(html);
    write_summary(out, engine.journal.verdict(engine.store));
    html += search;
    write_catalogue(out, engine.store);
    write_contragents(out, engine.store);
    write_deals(out, engine.store);
    html += tail;
    return html;
}

}  // namespace obmen::sandbox
