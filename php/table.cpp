// Pushwire\Table: PHP's side of shared_rows. Arguments are read, and warnings raised, before a row is touched, since both may
// run PHP code (__toString, an error handler), which may do anything with this very table; what is read from a row lies in
// memory of the object before PHP's memory is asked for. So nothing of PHP ever happens under a lock.

#include <bit>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>

extern "C" {
#include <php.h>
#include <zend_interfaces.h>
}

#include "object.hpp"
#include "shared_rows.hpp"

namespace pushwire::php {
namespace {

constexpr zend_long max_rows = 1 << 30;
constexpr std::uint32_t max_columns = 1024;
constexpr zend_long max_text = 1 << 30;

struct table_state {
    zend_long size;              // rows asked for, as a power of two; 0 until the constructor ran
    double conflict_proportion;  // rows above `size`
    std::uint32_t column_count;
    column_place* columns;     // of the C library, as the rows borrow them
    zend_string** names;       // of the columns
    std::size_t record_size;   // bytes
    bool sealed;               // created once: values on their way into it point at its columns
    shared_rows* rows;         // null before create(), and after destroy()
    std::byte* record;         // what was read last
    std::uint32_t position;    // of the iteration: behind the current row
    bool at_row;               // whether there is a current row
    std::size_t current_size;  // of its key
    char current_key[max_row_key];
    std::byte* current_record;
};
using held = object<table_state>;

void unmap(table_state& table) {
    if (table.rows != nullptr) table.rows->unmap();
    free(table.record);
    free(table.current_record);
    table.rows = nullptr;
    table.record = nullptr;
    table.current_record = nullptr;
    table.at_row = false;
}

void release(table_state& table) {
    unmap(table);
    for (std::uint32_t i = 0; i < table.column_count; i++) zend_string_release(table.names[i]);
    free(table.columns);
    free(static_cast<void*>(table.names));
}

zend_result count_elements(zend_object* object, zend_long* count) {
    const table_state& table = held::of(object);
    *count = table.rows == nullptr ? 0 : table.rows->count();
    return SUCCESS;
}

// False with an exception.
bool check_created(const table_state& table) {
    if (table.rows != nullptr) return true;
    throw_exception("%s::%s(): the table was not created, or is destroyed: call create() first",
                    ZSTR_VAL(table_class->name), get_active_function_name());
    return false;
}

// False after a warning. An error handler may have destroyed the table.
bool check_key(const zend_string* key) {
    if (ZSTR_LEN(key) == 0) {
        php_error_docref(nullptr, E_WARNING, "a key must not be empty");
        return false;
    }
    if (ZSTR_LEN(key) > max_row_key) {
        php_error_docref(nullptr, E_WARNING, "a key is at most %zu bytes long, not %zu", max_row_key,
                         ZSTR_LEN(key));
        return false;
    }
    return true;
}

std::string_view view(const zend_string* text) {
    return {ZSTR_VAL(text), ZSTR_LEN(text)};
}

const column_place* find_column(const table_state& table, const zend_string* name) {
    for (std::uint32_t i = 0; i < table.column_count; i++) {
        if (zend_string_equals(table.names[i], name)) return &table.columns[i];
    }
    return nullptr;
}

void read_column(const column_place& column, const std::byte* record, zval* to) {
    const std::byte* const from = record + column.offset;
    if (column.type == column_type::integer) {
        zend_long value = 0;
        memcpy(&value, from, sizeof(value));
        ZVAL_LONG(to, value);
    } else if (column.type == column_type::real) {
        double value = 0;
        memcpy(&value, from, sizeof(value));
        ZVAL_DOUBLE(to, value);
    } else {
        std::uint32_t length = 0;
        memcpy(&length, from, sizeof(length));
        ZVAL_STRINGL_FAST(to, reinterpret_cast<const char*>(from + sizeof(length)),
                          length < column.size ? length : column.size);
    }
}

void read_row(const table_state& table, const std::byte* record, zval* to) {
    array_init_size(to, table.column_count);
    for (std::uint32_t i = 0; i < table.column_count; i++) {
        zval value;
        read_column(table.columns[i], record, &value);
        zend_symtable_update(Z_ARRVAL_P(to), table.names[i], &value);
    }
}

// One value of a row that is to be set; `text` is held until it is written.
struct given_value {
    column_value value;
    zend_string* text;
};

void release(given_value* given, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; i++) {
        if (given[i].text != nullptr) zend_string_release(given[i].text);
    }
    efree(given);
}

// Reads a PHP value for a column. False with an exception.
bool read_value(const column_place& column, const zend_string* name, zval* from, given_value& to) {
    to = {.value = {.place = &column}, .text = nullptr};
    switch (column.type) {
        case column_type::integer:
            to.value.integer = zval_get_long(from);
            break;
        case column_type::real:
            to.value.real = zval_get_double(from);
            break;
        case column_type::text: {
            to.text = zval_try_get_string(from);
            if (to.text == nullptr) return false;
            const std::size_t size = ZSTR_LEN(to.text);
            to.value.text = view(to.text).substr(0, column.size);
            if (size > column.size) {
                php_error_docref(nullptr, E_WARNING, "column '%s' holds %u bytes: %zu were given, and cut",
                                 ZSTR_VAL(name), column.size, size);
            }
            break;
        }
    }
    return EG(exception) == nullptr;
}

// What `values` has for our columns, in `given`, which has room for all. Returns how many, or -1 with an exception.
int read_values(const table_state& table, HashTable* values, given_value* given) {
    int count = 0;
    for (std::uint32_t i = 0; i < table.column_count; i++) {
        zval* value = zend_symtable_find(values, table.names[i]);
        if (value == nullptr) continue;
        ZVAL_DEREF(value);
        if (!read_value(table.columns[i], table.names[i], value, given[count++])) {
            release(given, static_cast<std::uint32_t>(count));
            return -1;
        }
    }
    return count;
}

void warn_full(const table_state& table) {
    php_error_docref(nullptr, E_WARNING, "the table is full: it has %u rows", table.rows->capacity());
}

bool set_row(table_state& table, zend_string* key, HashTable* values) {
    if (!check_key(key)) return false;
    auto* const given = static_cast<given_value*>(
        safe_emalloc(table.column_count, sizeof(given_value) + sizeof(column_value), 0));
    const int count = read_values(table, values, given);
    if (count < 0) return false;
    if (!check_created(table)) {
        release(given, static_cast<std::uint32_t>(count));
        return false;
    }
    // The values in a row of their own, behind the room for all that was given.
    auto* const in_a_row = reinterpret_cast<column_value*>(given + table.column_count);
    for (int i = 0; i < count; i++) in_a_row[i] = given[i].value;
    const auto change = table.rows->set(view(key), {in_a_row, static_cast<std::size_t>(count)});
    release(given, static_cast<std::uint32_t>(count));
    if (change == row_change::full) warn_full(table);
    return change != row_change::full;
}

bool check_number_column(const column_place* column, const zend_string* name) {
    if (column == nullptr) {
        php_error_docref(nullptr, E_WARNING, "there is no column '%s'", ZSTR_VAL(name));
        return false;
    }
    if (column->type == column_type::text) {
        php_error_docref(nullptr, E_WARNING, "column '%s' is a string, which cannot be counted",
                         ZSTR_VAL(name));
        return false;
    }
    return true;
}

// incr and decr; `sign` is 1 or -1.
void add(table_state& table, zend_string* key, zend_string* name, zval* by, int sign, zval* return_value) {
    const column_place* const column = find_column(table, name);
    if (!check_key(key) || !check_number_column(column, name)) RETURN_FALSE;
    column_value value{.place = column};
    if (column->type == column_type::integer) {
        const auto given = static_cast<zend_ulong>(by == nullptr ? 1 : zval_get_long(by));
        value.integer = static_cast<zend_long>(sign > 0 ? given : 0 - given);
    } else {
        value.real = sign * (by == nullptr ? 1.0 : zval_get_double(by));
    }
    if (!check_created(table)) RETURN_THROWS();
    if (!table.rows->add(view(key), value)) {
        warn_full(table);
        RETURN_FALSE;
    }
    if (column->type == column_type::integer) RETURN_LONG(value.integer);
    RETURN_DOUBLE(value.real);
}

void go_on(table_state& table) {
    table.at_row =
        table.rows->next(table.position, table.current_key, table.current_size, table.current_record);
}

bool read_by_key(table_state& table, zend_string* key) {
    return table.rows->read(view(key), table.record);
}

// Adds a column; false where memory is short.
bool add_column(table_state& table, zend_string* name, column_type type, std::uint32_t size) {
    const std::size_t count = table.column_count + 1;
    auto* const columns = static_cast<column_place*>(realloc(table.columns, count * sizeof(column_place)));
    if (columns == nullptr) return false;
    table.columns = columns;
    auto** const names =
        static_cast<zend_string**>(realloc(static_cast<void*>(table.names), count * sizeof(zend_string*)));
    if (names == nullptr) return false;
    table.names = names;
    table.columns[table.column_count] = {.type = type, .size = size, .offset = table.record_size};
    table.names[table.column_count] = zend_string_copy(name);
    table.column_count++;
    const std::size_t takes = type == column_type::text ? sizeof(std::uint32_t) + size : 8;
    table.record_size += (takes + 7) / 8 * 8;
    return true;
}

bool create(table_state& table) {
    table.sealed = true;
    const auto buckets = static_cast<std::uint32_t>(table.size);
    const auto above =
        static_cast<std::uint32_t>(std::ceil(static_cast<double>(table.size) * table.conflict_proportion));
    table.record = static_cast<std::byte*>(calloc(1, table.record_size));
    table.current_record = static_cast<std::byte*>(calloc(1, table.record_size));
    if (table.record != nullptr && table.current_record != nullptr) {
        table.rows = shared_rows::map(buckets + above, buckets, {table.columns, table.column_count});
    }
    if (table.rows != nullptr) return true;
    const int why = errno;
    unmap(table);
    php_error_docref(nullptr, E_WARNING, "no shared memory for " ZEND_LONG_FMT " rows of %zu bytes: %s",
                     table.size, table.record_size, strerror(why));
    return false;
}

table_state& table_of(zval* self) {
    return held::of(self);
}

}  // namespace

void prepare_table() {
    held::prepare(table_class, release).count_elements = count_elements;
}

}  // namespace pushwire::php

using namespace pushwire::php;

ZEND_METHOD(Pushwire_Table, __construct) {
    zend_long size = 0;
    double conflict_proportion = 0.2;
    ZEND_PARSE_PARAMETERS_START(1, 2)
    Z_PARAM_LONG(size)
    Z_PARAM_OPTIONAL
    Z_PARAM_DOUBLE(conflict_proportion)
    ZEND_PARSE_PARAMETERS_END();
    table_state& table = table_of(ZEND_THIS);
    if (table.size != 0) {
        throw_exception("%s::__construct() was called twice", ZSTR_VAL(table_class->name));
        RETURN_THROWS();
    }
    if (size < 1 || size > max_rows) {
        zend_argument_value_error(1, "must be between 1 and " ZEND_LONG_FMT, max_rows);
        RETURN_THROWS();
    }
    if (std::isnan(conflict_proportion) || conflict_proportion < 0 || conflict_proportion > 1) {
        zend_argument_value_error(2, "must be between 0 and 1");
        RETURN_THROWS();
    }
    table.size = static_cast<zend_long>(std::bit_ceil(static_cast<zend_ulong>(size)));
    table.conflict_proportion = conflict_proportion;
}

ZEND_METHOD(Pushwire_Table, column) {
    zend_string* name = nullptr;
    zend_long type = 0;
    zend_long size = 0;
    ZEND_PARSE_PARAMETERS_START(2, 3)
    Z_PARAM_STR(name)
    Z_PARAM_LONG(type)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(size)
    ZEND_PARSE_PARAMETERS_END();
    table_state& table = table_of(ZEND_THIS);
    if (ZSTR_LEN(name) == 0) {
        zend_argument_value_error(1, "must not be empty");
        RETURN_THROWS();
    }
    if (type < 1 || type > 3) {
        zend_argument_value_error(2, "must be TYPE_INT, TYPE_FLOAT or TYPE_STRING");
        RETURN_THROWS();
    }
    const auto kind = static_cast<column_type>(type);
    if (kind == column_type::text && (size < 1 || size > max_text)) {
        zend_argument_value_error(
            3, "must be the most bytes that the string has, between 1 and " ZEND_LONG_FMT, max_text);
        RETURN_THROWS();
    }
    if (table.sealed) {
        php_error_docref(nullptr, E_WARNING, "the table is created: it takes no more columns");
        RETURN_FALSE;
    }
    if (find_column(table, name) != nullptr) {
        php_error_docref(nullptr, E_WARNING, "there is a column '%s' already", ZSTR_VAL(name));
        RETURN_FALSE;
    }
    if (table.column_count >= max_columns) {
        php_error_docref(nullptr, E_WARNING, "a table has at most %u columns", max_columns);
        RETURN_FALSE;
    }
    RETURN_BOOL(
        add_column(table, name, kind, kind == column_type::text ? static_cast<std::uint32_t>(size) : 8));
}

ZEND_METHOD(Pushwire_Table, create) {
    ZEND_PARSE_PARAMETERS_NONE();
    table_state& table = table_of(ZEND_THIS);
    if (table.rows != nullptr) {
        php_error_docref(nullptr, E_WARNING, "the table is created already");
        RETURN_FALSE;
    }
    if (table.size == 0 || table.column_count == 0) {
        throw_exception("%s::create(): a table needs columns: call column() first",
                        ZSTR_VAL(table_class->name));
        RETURN_THROWS();
    }
    if (!create(table)) RETURN_FALSE;
    zend_update_property_long(table_class, Z_OBJ_P(ZEND_THIS), ZEND_STRL("size"), table.size);
    zend_update_property_long(table_class, Z_OBJ_P(ZEND_THIS), ZEND_STRL("memorySize"),
                              static_cast<zend_long>(table.rows->memory_bytes()));
    RETURN_TRUE;
}

ZEND_METHOD(Pushwire_Table, destroy) {
    ZEND_PARSE_PARAMETERS_NONE();
    table_state& table = table_of(ZEND_THIS);
    if (!check_created(table)) RETURN_THROWS();
    unmap(table);
    RETURN_TRUE;
}

ZEND_METHOD(Pushwire_Table, set) {
    zend_string* key = nullptr;
    HashTable* values = nullptr;
    ZEND_PARSE_PARAMETERS_START(2, 2)
    Z_PARAM_STR(key)
    Z_PARAM_ARRAY_HT(values)
    ZEND_PARSE_PARAMETERS_END();
    table_state& table = table_of(ZEND_THIS);
    if (!check_created(table)) RETURN_THROWS();
    RETURN_BOOL(set_row(table, key, values));
}

ZEND_METHOD(Pushwire_Table, get) {
    zend_string* key = nullptr;
    zend_string* field = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 2)
    Z_PARAM_STR(key)
    Z_PARAM_OPTIONAL
    Z_PARAM_STR_OR_NULL(field)
    ZEND_PARSE_PARAMETERS_END();
    table_state& table = table_of(ZEND_THIS);
    if (!check_created(table)) RETURN_THROWS();
    if (!check_key(key) || table.rows == nullptr || !read_by_key(table, key)) RETURN_FALSE;
    if (field == nullptr) {
        read_row(table, table.record, return_value);
        return;
    }
    const column_place* const column = find_column(table, field);
    if (column == nullptr) RETURN_FALSE;
    read_column(*column, table.record, return_value);
}

ZEND_METHOD(Pushwire_Table, del) {
    zend_string* key = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_STR(key)
    ZEND_PARSE_PARAMETERS_END();
    table_state& table = table_of(ZEND_THIS);
    if (!check_created(table)) RETURN_THROWS();
    RETURN_BOOL(check_key(key) && table.rows != nullptr && table.rows->erase(view(key)));
}

ZEND_METHOD(Pushwire_Table, exists) {
    zend_string* key = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_STR(key)
    ZEND_PARSE_PARAMETERS_END();
    table_state& table = table_of(ZEND_THIS);
    if (!check_created(table)) RETURN_THROWS();
    RETURN_BOOL(check_key(key) && table.rows != nullptr && table.rows->contains(view(key)));
}

ZEND_METHOD(Pushwire_Table, incr) {
    zend_string* key = nullptr;
    zend_string* column = nullptr;
    zval* by = nullptr;
    ZEND_PARSE_PARAMETERS_START(2, 3)
    Z_PARAM_STR(key)
    Z_PARAM_STR(column)
    Z_PARAM_OPTIONAL
    Z_PARAM_NUMBER(by)
    ZEND_PARSE_PARAMETERS_END();
    table_state& table = table_of(ZEND_THIS);
    if (!check_created(table)) RETURN_THROWS();
    add(table, key, column, by, 1, return_value);
}

ZEND_METHOD(Pushwire_Table, decr) {
    zend_string* key = nullptr;
    zend_string* column = nullptr;
    zval* by = nullptr;
    ZEND_PARSE_PARAMETERS_START(2, 3)
    Z_PARAM_STR(key)
    Z_PARAM_STR(column)
    Z_PARAM_OPTIONAL
    Z_PARAM_NUMBER(by)
    ZEND_PARSE_PARAMETERS_END();
    table_state& table = table_of(ZEND_THIS);
    if (!check_created(table)) RETURN_THROWS();
    add(table, key, column, by, -1, return_value);
}

ZEND_METHOD(Pushwire_Table, count) {
    ZEND_PARSE_PARAMETERS_NONE();
    const table_state& table = table_of(ZEND_THIS);
    if (!check_created(table)) RETURN_THROWS();
    RETURN_LONG(table.rows->count());
}

ZEND_METHOD(Pushwire_Table, getSize) {
    ZEND_PARSE_PARAMETERS_NONE();
    RETURN_LONG(table_of(ZEND_THIS).size);
}

ZEND_METHOD(Pushwire_Table, getMemorySize) {
    ZEND_PARSE_PARAMETERS_NONE();
    const table_state& table = table_of(ZEND_THIS);
    RETURN_LONG(table.rows == nullptr ? 0 : static_cast<zend_long>(table.rows->memory_bytes()));
}

ZEND_METHOD(Pushwire_Table, stats) {
    ZEND_PARSE_PARAMETERS_NONE();
    const table_state& table = table_of(ZEND_THIS);
    if (table.rows == nullptr) RETURN_FALSE;
    const auto count = table.rows->count();
    const auto counters = table.rows->counters();
    array_init(return_value);
    add_assoc_long(return_value, "num", count);
    add_assoc_long(return_value, "insert_count", static_cast<zend_long>(counters.inserted));
    add_assoc_long(return_value, "update_count", static_cast<zend_long>(counters.updated));
    add_assoc_long(return_value, "delete_count", static_cast<zend_long>(counters.erased));
    add_assoc_long(return_value, "available_slice_num", table.rows->capacity() - count);
    add_assoc_long(return_value, "total_slice_num", table.rows->capacity());
}

ZEND_METHOD(Pushwire_Table, rewind) {
    ZEND_PARSE_PARAMETERS_NONE();
    table_state& table = table_of(ZEND_THIS);
    if (!check_created(table)) RETURN_THROWS();
    table.position = 0;
    go_on(table);
}

ZEND_METHOD(Pushwire_Table, next) {
    ZEND_PARSE_PARAMETERS_NONE();
    table_state& table = table_of(ZEND_THIS);
    if (!check_created(table)) RETURN_THROWS();
    go_on(table);
}

ZEND_METHOD(Pushwire_Table, valid) {
    ZEND_PARSE_PARAMETERS_NONE();
    RETURN_BOOL(table_of(ZEND_THIS).at_row);
}

ZEND_METHOD(Pushwire_Table, current) {
    ZEND_PARSE_PARAMETERS_NONE();
    const table_state& table = table_of(ZEND_THIS);
    if (!table.at_row) RETURN_NULL();
    read_row(table, table.current_record, return_value);
}

ZEND_METHOD(Pushwire_Table, key) {
    ZEND_PARSE_PARAMETERS_NONE();
    const table_state& table = table_of(ZEND_THIS);
    if (!table.at_row) RETURN_NULL();
    RETURN_STRINGL_FAST(table.current_key, table.current_size);
}

// The key of ArrayAccess. Null with an exception; released by who has it.
static zend_string* offset_key(const table_state& table, zval* offset) {
    if (!check_created(table)) return nullptr;
    if (offset == nullptr || Z_TYPE_P(offset) == IS_NULL) {
        throw_exception("a row of a table needs a key: $table['key'] = [...]");
        return nullptr;
    }
    return zval_try_get_string(offset);
}

ZEND_METHOD(Pushwire_Table, offsetExists) {
    zval* offset = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_ZVAL(offset)
    ZEND_PARSE_PARAMETERS_END();
    table_state& table = table_of(ZEND_THIS);
    zend_string* const key = offset_key(table, offset);
    if (key == nullptr) RETURN_THROWS();
    RETVAL_BOOL(check_key(key) && table.rows != nullptr && table.rows->contains(view(key)));
    zend_string_release(key);
}

ZEND_METHOD(Pushwire_Table, offsetGet) {
    zval* offset = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_ZVAL(offset)
    ZEND_PARSE_PARAMETERS_END();
    table_state& table = table_of(ZEND_THIS);
    zend_string* const key = offset_key(table, offset);
    if (key == nullptr) RETURN_THROWS();
    const bool found = check_key(key) && table.rows != nullptr && read_by_key(table, key);
    zend_string_release(key);
    if (found) read_row(table, table.record, return_value);
}

ZEND_METHOD(Pushwire_Table, offsetSet) {
    zval* offset = nullptr;
    HashTable* values = nullptr;
    ZEND_PARSE_PARAMETERS_START(2, 2)
    Z_PARAM_ZVAL(offset)
    Z_PARAM_ARRAY_HT(values)
    ZEND_PARSE_PARAMETERS_END();
    table_state& table = table_of(ZEND_THIS);
    zend_string* const key = offset_key(table, offset);
    if (key == nullptr) RETURN_THROWS();
    set_row(table, key, values);
    zend_string_release(key);
}

ZEND_METHOD(Pushwire_Table, offsetUnset) {
    zval* offset = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_ZVAL(offset)
    ZEND_PARSE_PARAMETERS_END();
    table_state& table = table_of(ZEND_THIS);
    zend_string* const key = offset_key(table, offset);
    if (key == nullptr) RETURN_THROWS();
    if (check_key(key) && table.rows != nullptr) table.rows->erase(view(key));
    zend_string_release(key);
}
