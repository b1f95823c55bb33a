<?php
// The way a careful PHP import reads an export of any size: XMLReader to walk, one record at a time expanded into
// SimpleXML (expand(), not readOuterXml(): a third faster). Prints what records_digest.cpp prints.
// Usage: php read_with_php.php records [--hash] FILE...

declare(strict_types=1);

final class Digest
{
    private array $counts = ['groups' => 0, 'properties' => 0, 'price_types' => 0, 'products' => 0, 'offers' => 0,
        'contragents' => 0];
    private int $bytes = 0;
    private ?HashContext $hash;

    public function __construct(bool $withHash)
    {
        $this->hash = $withHash ? hash_init('xxh3') : null;
    }

    /** @param string[][] $lists the fields of a record, in lists */
    public function add(string $kind, array $lists): void
    {
        ++$this->counts[$kind];
        foreach ($lists as $fields) {
            foreach ($fields as $field) {
                $this->bytes += strlen($field);
            }
        }
        if ($this->hash !== null) {
            $ended = array_map(fn (array $f) => $f === [] ? '' : implode("\x1F", $f) . "\x1F", $lists);
            hash_update($this->hash, implode("\x1E", $ended) . "\n");
        }
    }

    public function text(): string
    {
        $counts = implode(' ', array_map(fn ($k, $v) => "$k $v", array_keys($this->counts), $this->counts));
        $hash = $this->hash === null ? str_repeat('0', 16) : hash_final($this->hash);
        return "$counts bytes $this->bytes hash $hash";
    }
}

function tidied(string $text): string
{
    return trim(str_replace("\u{A0}", ' ', $text), " \t\r\n");
}

/** A child's text; empty if it is absent. */
function text(SimpleXMLElement $element, string $child): string
{
    return tidied((string)$element->{$child});
}

/** @return string[] */
function unit(SimpleXMLElement $element): array
{
    $unit = $element->БазоваяЕдиница;
    return [tidied((string)$unit['Код']), tidied((string)$unit), tidied((string)$unit['НаименованиеПолное'])];
}

/** @return string[] */
function characteristics(SimpleXMLElement $element): array
{
    $fields = [];
    foreach ($element->ХарактеристикиТовара->ХарактеристикаТовара ?? [] as $characteristic) {
        array_push($fields, text($characteristic, 'Ид'), text($characteristic, 'Наименование'),
            text($characteristic, 'Значение'));
    }
    return $fields;
}

function takeGroups(SimpleXMLElement $list, string $parent, Digest $digest): void
{
    foreach ($list->Группа as $group) {
        $id = text($group, 'Ид');
        $digest->add('groups', [[$id, text($group, 'Наименование'), $parent]]);
        if (isset($group->Группы)) {
            takeGroups($group->Группы, $id, $digest);
        }
    }
}

function takeProperty(SimpleXMLElement $property, Digest $digest): void
{
    $fields = [text($property, 'Ид'), text($property, 'Наименование'), text($property, 'ТипЗначений')];
    foreach ($property->ВариантыЗначений->Справочник ?? [] as $variant) {
        array_push($fields, text($variant, 'ИдЗначения'), text($variant, 'Значение'));
    }
    $digest->add('properties', [$fields]);
}

function takeProduct(SimpleXMLElement $product, Digest $digest): void
{
    $requisites = [];
    $fullName = text($product, 'ПолноеНаименование');
    foreach ($product->ЗначенияРеквизитов->ЗначениеРеквизита ?? [] as $requisite) {
        $name = text($requisite, 'Наименование');
        $value = text($requisite, 'Значение');
        array_push($requisites, $name, $value);
        if ($fullName === '' && $name === 'Полное наименование') {
            $fullName = $value;
        }
    }
    $groups = [];
    foreach ($product->Группы->Ид ?? [] as $id) {
        $groups[] = tidied((string)$id);
    }
    $taxes = [];
    foreach ($product->СтавкиНалогов->СтавкаНалога ?? [] as $tax) {
        array_push($taxes, text($tax, 'Наименование'), text($tax, 'Ставка'));
    }
    $values = [];
    foreach ($product->ЗначенияСвойств->ЗначенияСвойства ?? [] as $property) {
        $values[] = text($property, 'Ид');
        foreach ($property->Значение as $value) {
            $values[] = tidied((string)$value);
        }
    }
    $pictures = [];
    foreach ($product->Картинка as $picture) {
        $pictures[] = tidied((string)$picture);
    }
    $first = [text($product, 'Ид'), text($product, 'Наименование'), $fullName, text($product, 'Артикул'),
        text($product, 'Штрихкод'), text($product, 'Описание'), ...unit($product), ...$groups];
    $digest->add('products', [$first, $taxes, $values, $requisites, characteristics($product), $pictures]);
}

function takeOffer(SimpleXMLElement $offer, Digest $digest): void
{
    $prices = [];
    foreach ($offer->Цены->Цена ?? [] as $price) {
        array_push($prices, text($price, 'ИдТипаЦены'), text($price, 'ЦенаЗаЕдиницу'), text($price, 'Валюта'),
            text($price, 'Единица'), text($price, 'Коэффициент'));
    }
    $stock = [text($offer, 'Количество')];
    foreach ($offer->Склад as $warehouse) {
        array_push($stock, tidied((string)$warehouse['ИдСклада']), tidied((string)$warehouse['КоличествоНаСкладе']));
    }
    $first = [text($offer, 'Ид'), text($offer, 'Наименование'), text($offer, 'Артикул'), text($offer, 'Штрихкод'),
        ...unit($offer), ...characteristics($offer)];
    $digest->add('offers', [$first, $prices, $stock]);
}

function take(string $name, SimpleXMLElement $element, Digest $digest): void
{
    switch ($name) {
        case 'Товар':
            takeProduct($element, $digest);
            break;
        case 'Предложение':
            takeOffer($element, $digest);
            break;
        case 'Группы':
            takeGroups($element, '', $digest);
            break;
        case 'Свойство':
            takeProperty($element, $digest);
            break;
        case 'ТипЦены':
            $digest->add('price_types', [[text($element, 'Ид'), text($element, 'Наименование'),
                text($element, 'Валюта')]]);
            break;
    }
}

function readExport(string $path, Digest $digest): void
{
    static $records = ['Товар' => true, 'Предложение' => true, 'Группы' => true, 'Свойство' => true, 'ТипЦены' => true];
    $reader = new XMLReader();
    if (!$reader->open($path)) {
        throw new RuntimeException("cannot open $path");
    }
    $document = new DOMDocument();
    $going = $reader->read();
    while ($going) {
        if ($reader->nodeType === XMLReader::ELEMENT && isset($records[$reader->localName])) {
            $node = $reader->expand($document);
            take($reader->localName, simplexml_import_dom($node), $digest);
            $going = $reader->next();
        } else {
            $going = $reader->read();
        }
    }
    $reader->close();
    if (libxml_get_last_error() !== false) {
        throw new RuntimeException("$path is not well-formed");
    }
}

libxml_use_internal_errors(true);
$arguments = array_slice($argv, 2);
$digest = new Digest(in_array('--hash', $arguments, true));
foreach (array_diff($arguments, ['--hash']) as $path) {
    readExport($path, $digest);
}
echo $digest->text(), "\n";
