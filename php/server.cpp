// The server: Pushwire\Server, and its parents, which cannot be made themselves.
// The methods are declared in pushwire.stub.php, and throw until they are built.

#include "php_pushwire.hpp"

namespace {

void not_built_yet() {
    pushwire::php::throw_exception("%s::%s() is not built yet", get_active_class_name(nullptr),
                                   get_active_function_name());
}

}  // namespace

void pushwire::php::prepare_server() {}

ZEND_METHOD(Pushwire_TcpServer, __construct) {
    if (!instanceof_function(Z_OBJCE_P(ZEND_THIS), pushwire::php::server_class)) {
        zend_throw_error(nullptr, "%s cannot be made: only the WebSocket server is here, Pushwire\\Server",
                         ZSTR_VAL(Z_OBJCE_P(ZEND_THIS)->name));
        RETURN_THROWS();
    }
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, set) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, on) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, getCallback) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, listen) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, start) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, stop) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, reload) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, shutdown) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, stats) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, exists) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, close) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, getClientInfo) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, getClientList) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, task) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, taskwait) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, finish) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, sendMessage) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, getWorkerId) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, getWorkerPid) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, getManagerPid) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, getMasterPid) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, getLastError) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, tick) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, after) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, clearTimer) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_TcpServer, defer) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Server, push) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Server, isEstablished) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Server, disconnect) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Server, ping) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Server, subscribe) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Server, unsubscribe) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Server, publish) {
    not_built_yet();
}
