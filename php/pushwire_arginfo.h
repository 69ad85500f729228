/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: e26f77840d277e642c57faef8fc728d61daf3237 */

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Pushwire_TcpServer___construct, 0, 0, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, host, IS_STRING, 0, "\'0.0.0.0\'")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, port, IS_LONG, 0, "0")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, mode, IS_LONG, 0, "Pushwire\\BASE")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, sock_type, IS_LONG, 0, "Pushwire\\SOCK_TCP")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_set, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, settings, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_on, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, event_name, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, callback, IS_CALLABLE, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_getCallback, 0, 1, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, event_name, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_listen, 0, 2, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, host, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, port, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, sock_type, IS_LONG, 0, "Pushwire\\SOCK_TCP")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_TcpServer_addlistener arginfo_class_Pushwire_TcpServer_listen

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_start, 0, 0, _IS_BOOL, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_stop, 0, 0, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, workerId, IS_LONG, 0, "-1")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, waitEvent, _IS_BOOL, 0, "false")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_reload, 0, 0, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, only_reload_taskworker, _IS_BOOL, 0, "false")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_TcpServer_shutdown arginfo_class_Pushwire_TcpServer_start

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_stats, 0, 0, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_exists, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, fd, IS_LONG, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_TcpServer_exist arginfo_class_Pushwire_TcpServer_exists

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_close, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, fd, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, reset, _IS_BOOL, 0, "false")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_Pushwire_TcpServer_getClientInfo, 0, 1, MAY_BE_ARRAY|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO(0, fd, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, reactor_id, IS_LONG, 0, "-1")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, ignoreError, _IS_BOOL, 0, "false")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_TcpServer_connection_info arginfo_class_Pushwire_TcpServer_getClientInfo

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_Pushwire_TcpServer_getClientList, 0, 0, MAY_BE_ARRAY|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, start_fd, IS_LONG, 0, "0")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, find_count, IS_LONG, 0, "10")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_TcpServer_connection_list arginfo_class_Pushwire_TcpServer_getClientList

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_Pushwire_TcpServer_task, 0, 1, MAY_BE_LONG|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO(0, data, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, taskWorkerIndex, IS_LONG, 0, "-1")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, finishCallback, IS_CALLABLE, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_taskwait, 0, 1, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, data, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, timeout, IS_DOUBLE, 0, "0.5")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, taskWorkerIndex, IS_LONG, 0, "-1")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_finish, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, data, IS_MIXED, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_sendMessage, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, message, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, dst_worker_id, IS_LONG, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_Pushwire_TcpServer_getWorkerId, 0, 0, MAY_BE_LONG|MAY_BE_FALSE)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_Pushwire_TcpServer_getWorkerPid, 0, 0, MAY_BE_LONG|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, worker_id, IS_LONG, 0, "-1")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_getManagerPid, 0, 0, IS_LONG, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_TcpServer_getMasterPid arginfo_class_Pushwire_TcpServer_getManagerPid

#define arginfo_class_Pushwire_TcpServer_getLastError arginfo_class_Pushwire_TcpServer_getManagerPid

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_Pushwire_TcpServer_tick, 0, 2, MAY_BE_LONG|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO(0, ms, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, callback, IS_CALLABLE, 0)
	ZEND_ARG_VARIADIC_TYPE_INFO(0, params, IS_MIXED, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_TcpServer_after arginfo_class_Pushwire_TcpServer_tick

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_clearTimer, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, timer_id, IS_LONG, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_defer, 0, 1, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, callback, IS_CALLABLE, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_addProcess, 0, 1, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, process, IS_OBJECT, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_addCommand, 0, 3, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, accepted_process_types, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, callback, IS_CALLABLE, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_send, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_MASK(0, fd, MAY_BE_LONG|MAY_BE_STRING, NULL)
	ZEND_ARG_TYPE_INFO(0, send_data, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, serverSocket, IS_LONG, 0, "-1")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_sendfile, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, conn_fd, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, filename, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, offset, IS_LONG, 0, "0")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, length, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_bind, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, fd, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, uid, IS_LONG, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_sendto, 0, 3, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, ip, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, port, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, send_data, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, server_socket, IS_LONG, 0, "-1")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_sendwait, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, conn_fd, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, send_data, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_protect, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, fd, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, is_protected, _IS_BOOL, 0, "true")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_TcpServer_pause arginfo_class_Pushwire_TcpServer_exists

#define arginfo_class_Pushwire_TcpServer_resume arginfo_class_Pushwire_TcpServer_exists

#define arginfo_class_Pushwire_TcpServer_confirm arginfo_class_Pushwire_TcpServer_exists

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_Pushwire_TcpServer_taskWaitMulti, 0, 1, MAY_BE_ARRAY|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO(0, tasks, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, timeout, IS_DOUBLE, 0, "0.5")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_TcpServer_taskCo arginfo_class_Pushwire_TcpServer_taskWaitMulti

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_Pushwire_TcpServer_heartbeat, 0, 0, MAY_BE_ARRAY|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, ifCloseConnection, _IS_BOOL, 0, "true")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_command, 0, 4, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, process_id, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, process_type, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, data, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, json_decode, _IS_BOOL, 0, "true")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_TcpServer_getWorkerStatus arginfo_class_Pushwire_TcpServer_getWorkerPid

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_TcpServer_getSocket, 0, 0, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, port, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Server_push, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, fd, IS_LONG, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, data, Pushwire\\Frame, MAY_BE_STRING, NULL)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, opcode, IS_LONG, 0, "Pushwire\\OPCODE_TEXT")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, flags, IS_LONG, 0, "Pushwire\\FLAG_FIN")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Server_isEstablished arginfo_class_Pushwire_TcpServer_exists

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Server_disconnect, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, fd, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, code, IS_LONG, 0, "Pushwire\\CLOSE_NORMAL")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, reason, IS_STRING, 0, "\'\'")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Server_ping, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, fd, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, data, IS_STRING, 0, "\'\'")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Server_subscribe, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, fd, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, topic, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Server_unsubscribe arginfo_class_Pushwire_Server_subscribe

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Server_publish, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, topic, IS_STRING, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, data, Pushwire\\Frame, MAY_BE_STRING, NULL)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, opcode, IS_LONG, 0, "Pushwire\\OPCODE_TEXT")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Server_pack, 0, 1, IS_STRING, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, data, Pushwire\\Frame, MAY_BE_STRING, NULL)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, opcode, IS_LONG, 0, "Pushwire\\OPCODE_TEXT")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, flags, IS_LONG, 0, "Pushwire\\FLAG_FIN")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_TYPE_MASK_EX(arginfo_class_Pushwire_Server_unpack, 0, 1, Pushwire\\Frame, MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO(0, data, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Frame___toString, 0, 0, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Frame_pack arginfo_class_Pushwire_Server_pack

#define arginfo_class_Pushwire_Frame_unpack arginfo_class_Pushwire_Server_unpack

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_Pushwire_Request_getContent, 0, 0, MAY_BE_STRING|MAY_BE_FALSE)
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Request_rawContent arginfo_class_Pushwire_Request_getContent

#define arginfo_class_Pushwire_Request_getData arginfo_class_Pushwire_Request_getContent

#define arginfo_class_Pushwire_Request_getMethod arginfo_class_Pushwire_Request_getContent

#define arginfo_class_Pushwire_Request_isCompleted arginfo_class_Pushwire_TcpServer_start

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Request_create, 0, 0, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, options, IS_ARRAY, 0, "[]")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_Pushwire_Request_parse, 0, 1, MAY_BE_LONG|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO(0, data, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Response_status, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, http_code, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, reason, IS_STRING, 0, "\'\'")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Response_setStatusCode arginfo_class_Pushwire_Response_status

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Response_header, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_MASK(0, value, MAY_BE_ARRAY|MAY_BE_STRING, NULL)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, format, _IS_BOOL, 0, "true")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Response_setHeader arginfo_class_Pushwire_Response_header

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Response_cookie, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, value, IS_STRING, 0, "\'\'")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, expires, IS_LONG, 0, "0")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, path, IS_STRING, 0, "\'/\'")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, domain, IS_STRING, 0, "\'\'")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, secure, _IS_BOOL, 0, "false")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, httponly, _IS_BOOL, 0, "false")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, samesite, IS_STRING, 0, "\'\'")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, priority, IS_STRING, 0, "\'\'")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, partitioned, _IS_BOOL, 0, "false")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Response_setCookie arginfo_class_Pushwire_Response_cookie

#define arginfo_class_Pushwire_Response_rawcookie arginfo_class_Pushwire_Response_cookie

#define arginfo_class_Pushwire_Response_setRawCookie arginfo_class_Pushwire_Response_cookie

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Response_write, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, content, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Response_end, 0, 0, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, content, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Response_redirect, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, location, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, http_code, IS_LONG, 0, "302")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Response_sendfile, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, filename, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, offset, IS_LONG, 0, "0")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, length, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Response_isWritable arginfo_class_Pushwire_TcpServer_start

#define arginfo_class_Pushwire_Response_initHeader arginfo_class_Pushwire_TcpServer_start

#define arginfo_class_Pushwire_Response_detach arginfo_class_Pushwire_TcpServer_start

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Response_create, 0, 0, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, server, IS_MIXED, 0, "-1")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, fd, IS_LONG, 0, "-1")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Response_upgrade arginfo_class_Pushwire_TcpServer_start

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Response_push, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, data, Pushwire\\Frame, MAY_BE_STRING, NULL)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, opcode, IS_LONG, 0, "Pushwire\\OPCODE_TEXT")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, flags, IS_LONG, 0, "Pushwire\\FLAG_FIN")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Response_recv, 0, 0, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, timeout, IS_DOUBLE, 0, "0")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Response_close arginfo_class_Pushwire_TcpServer_start

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Response_trailer, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Response_ping, 0, 0, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, data, IS_STRING, 0, "\'\'")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Response_goaway, 0, 0, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, error_code, IS_LONG, 0, "0")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, debug_data, IS_STRING, 0, "\'\'")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Response_disconnect, 0, 0, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, code, IS_LONG, 0, "Pushwire\\CLOSE_NORMAL")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, reason, IS_STRING, 0, "\'\'")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_ConnectionIterator_current, 0, 0, IS_MIXED, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_ConnectionIterator_key arginfo_class_Pushwire_ConnectionIterator_current

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_ConnectionIterator_next, 0, 0, IS_VOID, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_ConnectionIterator_rewind arginfo_class_Pushwire_ConnectionIterator_next

#define arginfo_class_Pushwire_ConnectionIterator_valid arginfo_class_Pushwire_TcpServer_start

#define arginfo_class_Pushwire_ConnectionIterator_count arginfo_class_Pushwire_TcpServer_getManagerPid

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_ConnectionIterator_offsetExists, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, fd, IS_MIXED, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_ConnectionIterator_offsetGet, 0, 1, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, fd, IS_MIXED, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_ConnectionIterator_offsetSet, 0, 2, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, fd, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_MIXED, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_ConnectionIterator_offsetUnset, 0, 1, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, fd, IS_MIXED, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Timer_tick arginfo_class_Pushwire_TcpServer_tick

#define arginfo_class_Pushwire_Timer_after arginfo_class_Pushwire_TcpServer_tick

#define arginfo_class_Pushwire_Timer_exists arginfo_class_Pushwire_TcpServer_clearTimer

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Timer_info, 0, 1, IS_ARRAY, 1)
	ZEND_ARG_TYPE_INFO(0, timer_id, IS_LONG, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Timer_stats arginfo_class_Pushwire_TcpServer_stats

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Pushwire_Timer_list, 0, 0, ArrayIterator, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Timer_clear arginfo_class_Pushwire_TcpServer_clearTimer

#define arginfo_class_Pushwire_Timer_clearAll arginfo_class_Pushwire_TcpServer_start

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Pushwire_Table___construct, 0, 0, 1)
	ZEND_ARG_TYPE_INFO(0, table_size, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, conflict_proportion, IS_DOUBLE, 0, "0.2")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Table_column, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, type, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, size, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Table_create arginfo_class_Pushwire_TcpServer_start

#define arginfo_class_Pushwire_Table_destroy arginfo_class_Pushwire_TcpServer_start

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Table_set, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Table_get, 0, 1, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, field, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Table_del, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Table_delete arginfo_class_Pushwire_Table_del

#define arginfo_class_Pushwire_Table_exists arginfo_class_Pushwire_Table_del

#define arginfo_class_Pushwire_Table_exist arginfo_class_Pushwire_Table_del

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_Pushwire_Table_incr, 0, 2, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, column, IS_STRING, 0)
	ZEND_ARG_TYPE_MASK(0, incrby, MAY_BE_LONG|MAY_BE_DOUBLE, "1")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Table_decr arginfo_class_Pushwire_Table_incr

#define arginfo_class_Pushwire_Table_count arginfo_class_Pushwire_TcpServer_getManagerPid

#define arginfo_class_Pushwire_Table_getSize arginfo_class_Pushwire_TcpServer_getManagerPid

#define arginfo_class_Pushwire_Table_getMemorySize arginfo_class_Pushwire_TcpServer_getManagerPid

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_Pushwire_Table_stats, 0, 0, MAY_BE_ARRAY|MAY_BE_FALSE)
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Table_current arginfo_class_Pushwire_ConnectionIterator_current

#define arginfo_class_Pushwire_Table_key arginfo_class_Pushwire_ConnectionIterator_current

#define arginfo_class_Pushwire_Table_next arginfo_class_Pushwire_ConnectionIterator_next

#define arginfo_class_Pushwire_Table_rewind arginfo_class_Pushwire_ConnectionIterator_next

#define arginfo_class_Pushwire_Table_valid arginfo_class_Pushwire_TcpServer_start

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Table_offsetExists, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_MIXED, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Table_offsetGet, 0, 1, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_MIXED, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Table_offsetSet, 0, 2, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_MIXED, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Table_offsetUnset, 0, 1, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_MIXED, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Pushwire_Atomic___construct, 0, 0, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, value, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Atomic_add, 0, 0, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, add_value, IS_LONG, 0, "1")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Atomic_sub, 0, 0, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, sub_value, IS_LONG, 0, "1")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Atomic_get arginfo_class_Pushwire_TcpServer_getManagerPid

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Atomic_set, 0, 1, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_LONG, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Atomic_cmpset, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, cmp_value, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, new_value, IS_LONG, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Atomic_wait, 0, 0, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, timeout, IS_DOUBLE, 0, "1.0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Pushwire_Atomic_wakeup, 0, 0, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, count, IS_LONG, 0, "1")
ZEND_END_ARG_INFO()

#define arginfo_class_Pushwire_Atomic_Long___construct arginfo_class_Pushwire_Atomic___construct

#define arginfo_class_Pushwire_Atomic_Long_add arginfo_class_Pushwire_Atomic_add

#define arginfo_class_Pushwire_Atomic_Long_sub arginfo_class_Pushwire_Atomic_sub

#define arginfo_class_Pushwire_Atomic_Long_get arginfo_class_Pushwire_TcpServer_getManagerPid

#define arginfo_class_Pushwire_Atomic_Long_set arginfo_class_Pushwire_Atomic_set

#define arginfo_class_Pushwire_Atomic_Long_cmpset arginfo_class_Pushwire_Atomic_cmpset


ZEND_METHOD(Pushwire_TcpServer, __construct);
ZEND_METHOD(Pushwire_TcpServer, set);
ZEND_METHOD(Pushwire_TcpServer, on);
ZEND_METHOD(Pushwire_TcpServer, getCallback);
ZEND_METHOD(Pushwire_TcpServer, listen);
ZEND_METHOD(Pushwire_TcpServer, start);
ZEND_METHOD(Pushwire_TcpServer, stop);
ZEND_METHOD(Pushwire_TcpServer, reload);
ZEND_METHOD(Pushwire_TcpServer, shutdown);
ZEND_METHOD(Pushwire_TcpServer, stats);
ZEND_METHOD(Pushwire_TcpServer, exists);
ZEND_METHOD(Pushwire_TcpServer, close);
ZEND_METHOD(Pushwire_TcpServer, getClientInfo);
ZEND_METHOD(Pushwire_TcpServer, getClientList);
ZEND_METHOD(Pushwire_TcpServer, task);
ZEND_METHOD(Pushwire_TcpServer, taskwait);
ZEND_METHOD(Pushwire_TcpServer, finish);
ZEND_METHOD(Pushwire_TcpServer, sendMessage);
ZEND_METHOD(Pushwire_TcpServer, getWorkerId);
ZEND_METHOD(Pushwire_TcpServer, getWorkerPid);
ZEND_METHOD(Pushwire_TcpServer, getManagerPid);
ZEND_METHOD(Pushwire_TcpServer, getMasterPid);
ZEND_METHOD(Pushwire_TcpServer, getLastError);
ZEND_METHOD(Pushwire_TcpServer, tick);
ZEND_METHOD(Pushwire_TcpServer, after);
ZEND_METHOD(Pushwire_TcpServer, clearTimer);
ZEND_METHOD(Pushwire_TcpServer, defer);
ZEND_FUNCTION(pushwire_unsupported);
ZEND_METHOD(Pushwire_Server, push);
ZEND_METHOD(Pushwire_Server, isEstablished);
ZEND_METHOD(Pushwire_Server, disconnect);
ZEND_METHOD(Pushwire_Server, ping);
ZEND_METHOD(Pushwire_Server, subscribe);
ZEND_METHOD(Pushwire_Server, unsubscribe);
ZEND_METHOD(Pushwire_Server, publish);
ZEND_METHOD(Pushwire_Frame, pack);
ZEND_METHOD(Pushwire_Frame, unpack);
ZEND_METHOD(Pushwire_Frame, __toString);
ZEND_METHOD(Pushwire_Request, getContent);
ZEND_METHOD(Pushwire_Request, getData);
ZEND_METHOD(Pushwire_Request, getMethod);
ZEND_METHOD(Pushwire_Request, isCompleted);
ZEND_METHOD(Pushwire_Response, status);
ZEND_METHOD(Pushwire_Response, header);
ZEND_METHOD(Pushwire_Response, cookie);
ZEND_METHOD(Pushwire_Response, rawcookie);
ZEND_METHOD(Pushwire_Response, write);
ZEND_METHOD(Pushwire_Response, end);
ZEND_METHOD(Pushwire_Response, redirect);
ZEND_METHOD(Pushwire_Response, sendfile);
ZEND_METHOD(Pushwire_Response, isWritable);
ZEND_METHOD(Pushwire_ConnectionIterator, current);
ZEND_METHOD(Pushwire_ConnectionIterator, key);
ZEND_METHOD(Pushwire_ConnectionIterator, next);
ZEND_METHOD(Pushwire_ConnectionIterator, rewind);
ZEND_METHOD(Pushwire_ConnectionIterator, valid);
ZEND_METHOD(Pushwire_ConnectionIterator, count);
ZEND_METHOD(Pushwire_ConnectionIterator, offsetExists);
ZEND_METHOD(Pushwire_ConnectionIterator, offsetGet);
ZEND_METHOD(Pushwire_ConnectionIterator, offsetSet);
ZEND_METHOD(Pushwire_ConnectionIterator, offsetUnset);
ZEND_METHOD(Pushwire_Timer, tick);
ZEND_METHOD(Pushwire_Timer, after);
ZEND_METHOD(Pushwire_Timer, exists);
ZEND_METHOD(Pushwire_Timer, info);
ZEND_METHOD(Pushwire_Timer, stats);
ZEND_METHOD(Pushwire_Timer, list);
ZEND_METHOD(Pushwire_Timer, clear);
ZEND_METHOD(Pushwire_Timer, clearAll);
ZEND_METHOD(Pushwire_Table, __construct);
ZEND_METHOD(Pushwire_Table, column);
ZEND_METHOD(Pushwire_Table, create);
ZEND_METHOD(Pushwire_Table, destroy);
ZEND_METHOD(Pushwire_Table, set);
ZEND_METHOD(Pushwire_Table, get);
ZEND_METHOD(Pushwire_Table, del);
ZEND_METHOD(Pushwire_Table, exists);
ZEND_METHOD(Pushwire_Table, incr);
ZEND_METHOD(Pushwire_Table, decr);
ZEND_METHOD(Pushwire_Table, count);
ZEND_METHOD(Pushwire_Table, getSize);
ZEND_METHOD(Pushwire_Table, getMemorySize);
ZEND_METHOD(Pushwire_Table, stats);
ZEND_METHOD(Pushwire_Table, current);
ZEND_METHOD(Pushwire_Table, key);
ZEND_METHOD(Pushwire_Table, next);
ZEND_METHOD(Pushwire_Table, rewind);
ZEND_METHOD(Pushwire_Table, valid);
ZEND_METHOD(Pushwire_Table, offsetExists);
ZEND_METHOD(Pushwire_Table, offsetGet);
ZEND_METHOD(Pushwire_Table, offsetSet);
ZEND_METHOD(Pushwire_Table, offsetUnset);
ZEND_METHOD(Pushwire_Atomic, __construct);
ZEND_METHOD(Pushwire_Atomic, add);
ZEND_METHOD(Pushwire_Atomic, sub);
ZEND_METHOD(Pushwire_Atomic, get);
ZEND_METHOD(Pushwire_Atomic, set);
ZEND_METHOD(Pushwire_Atomic, cmpset);
ZEND_METHOD(Pushwire_Atomic, wait);
ZEND_METHOD(Pushwire_Atomic, wakeup);
ZEND_METHOD(Pushwire_Atomic_Long, __construct);
ZEND_METHOD(Pushwire_Atomic_Long, add);
ZEND_METHOD(Pushwire_Atomic_Long, sub);
ZEND_METHOD(Pushwire_Atomic_Long, get);
ZEND_METHOD(Pushwire_Atomic_Long, set);
ZEND_METHOD(Pushwire_Atomic_Long, cmpset);


static const zend_function_entry class_Pushwire_Exception_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Pushwire_TcpServer_methods[] = {
	ZEND_ME(Pushwire_TcpServer, __construct, arginfo_class_Pushwire_TcpServer___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, set, arginfo_class_Pushwire_TcpServer_set, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, on, arginfo_class_Pushwire_TcpServer_on, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, getCallback, arginfo_class_Pushwire_TcpServer_getCallback, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, listen, arginfo_class_Pushwire_TcpServer_listen, ZEND_ACC_PUBLIC)
	ZEND_MALIAS(Pushwire_TcpServer, addlistener, listen, arginfo_class_Pushwire_TcpServer_addlistener, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, start, arginfo_class_Pushwire_TcpServer_start, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, stop, arginfo_class_Pushwire_TcpServer_stop, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, reload, arginfo_class_Pushwire_TcpServer_reload, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, shutdown, arginfo_class_Pushwire_TcpServer_shutdown, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, stats, arginfo_class_Pushwire_TcpServer_stats, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, exists, arginfo_class_Pushwire_TcpServer_exists, ZEND_ACC_PUBLIC)
	ZEND_MALIAS(Pushwire_TcpServer, exist, exists, arginfo_class_Pushwire_TcpServer_exist, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, close, arginfo_class_Pushwire_TcpServer_close, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, getClientInfo, arginfo_class_Pushwire_TcpServer_getClientInfo, ZEND_ACC_PUBLIC)
	ZEND_MALIAS(Pushwire_TcpServer, connection_info, getClientInfo, arginfo_class_Pushwire_TcpServer_connection_info, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, getClientList, arginfo_class_Pushwire_TcpServer_getClientList, ZEND_ACC_PUBLIC)
	ZEND_MALIAS(Pushwire_TcpServer, connection_list, getClientList, arginfo_class_Pushwire_TcpServer_connection_list, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, task, arginfo_class_Pushwire_TcpServer_task, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, taskwait, arginfo_class_Pushwire_TcpServer_taskwait, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, finish, arginfo_class_Pushwire_TcpServer_finish, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, sendMessage, arginfo_class_Pushwire_TcpServer_sendMessage, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, getWorkerId, arginfo_class_Pushwire_TcpServer_getWorkerId, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, getWorkerPid, arginfo_class_Pushwire_TcpServer_getWorkerPid, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, getManagerPid, arginfo_class_Pushwire_TcpServer_getManagerPid, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, getMasterPid, arginfo_class_Pushwire_TcpServer_getMasterPid, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, getLastError, arginfo_class_Pushwire_TcpServer_getLastError, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, tick, arginfo_class_Pushwire_TcpServer_tick, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, after, arginfo_class_Pushwire_TcpServer_after, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, clearTimer, arginfo_class_Pushwire_TcpServer_clearTimer, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_TcpServer, defer, arginfo_class_Pushwire_TcpServer_defer, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(addProcess, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_addProcess, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(addCommand, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_addCommand, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(send, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_send, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(sendfile, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_sendfile, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(bind, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_bind, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(sendto, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_sendto, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(sendwait, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_sendwait, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(protect, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_protect, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(pause, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_pause, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(resume, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_resume, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(confirm, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_confirm, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(taskWaitMulti, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_taskWaitMulti, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(taskCo, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_taskCo, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(heartbeat, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_heartbeat, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(command, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_command, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(getWorkerStatus, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_getWorkerStatus, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(getSocket, pushwire_unsupported, arginfo_class_Pushwire_TcpServer_getSocket, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Pushwire_HttpServer_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Pushwire_Server_methods[] = {
	ZEND_ME(Pushwire_Server, push, arginfo_class_Pushwire_Server_push, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Server, isEstablished, arginfo_class_Pushwire_Server_isEstablished, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Server, disconnect, arginfo_class_Pushwire_Server_disconnect, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Server, ping, arginfo_class_Pushwire_Server_ping, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Server, subscribe, arginfo_class_Pushwire_Server_subscribe, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Server, unsubscribe, arginfo_class_Pushwire_Server_unsubscribe, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Server, publish, arginfo_class_Pushwire_Server_publish, ZEND_ACC_PUBLIC)
	ZEND_MALIAS(Pushwire_Frame, pack, pack, arginfo_class_Pushwire_Server_pack, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_MALIAS(Pushwire_Frame, unpack, unpack, arginfo_class_Pushwire_Server_unpack, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_FE_END
};


static const zend_function_entry class_Pushwire_Frame_methods[] = {
	ZEND_ME(Pushwire_Frame, __toString, arginfo_class_Pushwire_Frame___toString, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Frame, pack, arginfo_class_Pushwire_Frame_pack, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Pushwire_Frame, unpack, arginfo_class_Pushwire_Frame_unpack, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_FE_END
};


static const zend_function_entry class_Pushwire_CloseFrame_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Pushwire_Request_methods[] = {
	ZEND_ME(Pushwire_Request, getContent, arginfo_class_Pushwire_Request_getContent, ZEND_ACC_PUBLIC)
	ZEND_MALIAS(Pushwire_Request, rawContent, getContent, arginfo_class_Pushwire_Request_rawContent, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Request, getData, arginfo_class_Pushwire_Request_getData, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Request, getMethod, arginfo_class_Pushwire_Request_getMethod, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Request, isCompleted, arginfo_class_Pushwire_Request_isCompleted, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(create, pushwire_unsupported, arginfo_class_Pushwire_Request_create, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME_MAPPING(parse, pushwire_unsupported, arginfo_class_Pushwire_Request_parse, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Pushwire_Response_methods[] = {
	ZEND_ME(Pushwire_Response, status, arginfo_class_Pushwire_Response_status, ZEND_ACC_PUBLIC)
	ZEND_MALIAS(Pushwire_Response, setStatusCode, status, arginfo_class_Pushwire_Response_setStatusCode, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Response, header, arginfo_class_Pushwire_Response_header, ZEND_ACC_PUBLIC)
	ZEND_MALIAS(Pushwire_Response, setHeader, header, arginfo_class_Pushwire_Response_setHeader, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Response, cookie, arginfo_class_Pushwire_Response_cookie, ZEND_ACC_PUBLIC)
	ZEND_MALIAS(Pushwire_Response, setCookie, cookie, arginfo_class_Pushwire_Response_setCookie, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Response, rawcookie, arginfo_class_Pushwire_Response_rawcookie, ZEND_ACC_PUBLIC)
	ZEND_MALIAS(Pushwire_Response, setRawCookie, rawcookie, arginfo_class_Pushwire_Response_setRawCookie, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Response, write, arginfo_class_Pushwire_Response_write, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Response, end, arginfo_class_Pushwire_Response_end, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Response, redirect, arginfo_class_Pushwire_Response_redirect, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Response, sendfile, arginfo_class_Pushwire_Response_sendfile, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Response, isWritable, arginfo_class_Pushwire_Response_isWritable, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(initHeader, pushwire_unsupported, arginfo_class_Pushwire_Response_initHeader, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(detach, pushwire_unsupported, arginfo_class_Pushwire_Response_detach, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(create, pushwire_unsupported, arginfo_class_Pushwire_Response_create, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME_MAPPING(upgrade, pushwire_unsupported, arginfo_class_Pushwire_Response_upgrade, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(push, pushwire_unsupported, arginfo_class_Pushwire_Response_push, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(recv, pushwire_unsupported, arginfo_class_Pushwire_Response_recv, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(close, pushwire_unsupported, arginfo_class_Pushwire_Response_close, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(trailer, pushwire_unsupported, arginfo_class_Pushwire_Response_trailer, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(ping, pushwire_unsupported, arginfo_class_Pushwire_Response_ping, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(goaway, pushwire_unsupported, arginfo_class_Pushwire_Response_goaway, ZEND_ACC_PUBLIC)
	ZEND_ME_MAPPING(disconnect, pushwire_unsupported, arginfo_class_Pushwire_Response_disconnect, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Pushwire_ConnectionIterator_methods[] = {
	ZEND_ME(Pushwire_ConnectionIterator, current, arginfo_class_Pushwire_ConnectionIterator_current, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_ConnectionIterator, key, arginfo_class_Pushwire_ConnectionIterator_key, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_ConnectionIterator, next, arginfo_class_Pushwire_ConnectionIterator_next, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_ConnectionIterator, rewind, arginfo_class_Pushwire_ConnectionIterator_rewind, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_ConnectionIterator, valid, arginfo_class_Pushwire_ConnectionIterator_valid, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_ConnectionIterator, count, arginfo_class_Pushwire_ConnectionIterator_count, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_ConnectionIterator, offsetExists, arginfo_class_Pushwire_ConnectionIterator_offsetExists, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_ConnectionIterator, offsetGet, arginfo_class_Pushwire_ConnectionIterator_offsetGet, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_ConnectionIterator, offsetSet, arginfo_class_Pushwire_ConnectionIterator_offsetSet, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_ConnectionIterator, offsetUnset, arginfo_class_Pushwire_ConnectionIterator_offsetUnset, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Pushwire_Timer_methods[] = {
	ZEND_ME(Pushwire_Timer, tick, arginfo_class_Pushwire_Timer_tick, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Pushwire_Timer, after, arginfo_class_Pushwire_Timer_after, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Pushwire_Timer, exists, arginfo_class_Pushwire_Timer_exists, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Pushwire_Timer, info, arginfo_class_Pushwire_Timer_info, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Pushwire_Timer, stats, arginfo_class_Pushwire_Timer_stats, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Pushwire_Timer, list, arginfo_class_Pushwire_Timer_list, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Pushwire_Timer, clear, arginfo_class_Pushwire_Timer_clear, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Pushwire_Timer, clearAll, arginfo_class_Pushwire_Timer_clearAll, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_FE_END
};


static const zend_function_entry class_Pushwire_Table_methods[] = {
	ZEND_ME(Pushwire_Table, __construct, arginfo_class_Pushwire_Table___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, column, arginfo_class_Pushwire_Table_column, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, create, arginfo_class_Pushwire_Table_create, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, destroy, arginfo_class_Pushwire_Table_destroy, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, set, arginfo_class_Pushwire_Table_set, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, get, arginfo_class_Pushwire_Table_get, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, del, arginfo_class_Pushwire_Table_del, ZEND_ACC_PUBLIC)
	ZEND_MALIAS(Pushwire_Table, delete, del, arginfo_class_Pushwire_Table_delete, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, exists, arginfo_class_Pushwire_Table_exists, ZEND_ACC_PUBLIC)
	ZEND_MALIAS(Pushwire_Table, exist, exists, arginfo_class_Pushwire_Table_exist, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, incr, arginfo_class_Pushwire_Table_incr, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, decr, arginfo_class_Pushwire_Table_decr, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, count, arginfo_class_Pushwire_Table_count, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, getSize, arginfo_class_Pushwire_Table_getSize, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, getMemorySize, arginfo_class_Pushwire_Table_getMemorySize, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, stats, arginfo_class_Pushwire_Table_stats, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, current, arginfo_class_Pushwire_Table_current, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, key, arginfo_class_Pushwire_Table_key, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, next, arginfo_class_Pushwire_Table_next, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, rewind, arginfo_class_Pushwire_Table_rewind, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, valid, arginfo_class_Pushwire_Table_valid, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, offsetExists, arginfo_class_Pushwire_Table_offsetExists, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, offsetGet, arginfo_class_Pushwire_Table_offsetGet, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, offsetSet, arginfo_class_Pushwire_Table_offsetSet, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Table, offsetUnset, arginfo_class_Pushwire_Table_offsetUnset, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Pushwire_Atomic_methods[] = {
	ZEND_ME(Pushwire_Atomic, __construct, arginfo_class_Pushwire_Atomic___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Atomic, add, arginfo_class_Pushwire_Atomic_add, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Atomic, sub, arginfo_class_Pushwire_Atomic_sub, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Atomic, get, arginfo_class_Pushwire_Atomic_get, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Atomic, set, arginfo_class_Pushwire_Atomic_set, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Atomic, cmpset, arginfo_class_Pushwire_Atomic_cmpset, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Atomic, wait, arginfo_class_Pushwire_Atomic_wait, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Atomic, wakeup, arginfo_class_Pushwire_Atomic_wakeup, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Pushwire_Atomic_Long_methods[] = {
	ZEND_ME(Pushwire_Atomic_Long, __construct, arginfo_class_Pushwire_Atomic_Long___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Atomic_Long, add, arginfo_class_Pushwire_Atomic_Long_add, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Atomic_Long, sub, arginfo_class_Pushwire_Atomic_Long_sub, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Atomic_Long, get, arginfo_class_Pushwire_Atomic_Long_get, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Atomic_Long, set, arginfo_class_Pushwire_Atomic_Long_set, ZEND_ACC_PUBLIC)
	ZEND_ME(Pushwire_Atomic_Long, cmpset, arginfo_class_Pushwire_Atomic_Long_cmpset, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};

static void register_pushwire_symbols(int module_number)
{
	REGISTER_LONG_CONSTANT("Pushwire\\BASE", 1, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\PROCESS", 2, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\THREAD", 3, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\SOCK_TCP", 1, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\SOCK_UDP", 2, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\SOCK_TCP6", 3, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\SOCK_UDP6", 4, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\SOCK_UNIX_STREAM", 5, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\SOCK_UNIX_DGRAM", 6, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\SSL", 512, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\STATUS_CONNECTION", 1, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\STATUS_HANDSHAKE", 2, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\STATUS_ACTIVE", 3, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\STATUS_CLOSING", 4, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\OPCODE_CONTINUATION", 0, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\OPCODE_TEXT", 1, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\OPCODE_BINARY", 2, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\OPCODE_CLOSE", 8, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\OPCODE_PING", 9, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\OPCODE_PONG", 10, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\FLAG_FIN", 1, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\FLAG_COMPRESS", 2, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\FLAG_RSV1", 4, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\FLAG_RSV2", 8, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\FLAG_RSV3", 16, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\FLAG_MASK", 32, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\CLOSE_NORMAL", 1000, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\CLOSE_GOING_AWAY", 1001, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\CLOSE_PROTOCOL_ERROR", 1002, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\CLOSE_DATA_ERROR", 1003, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\CLOSE_STATUS_ERROR", 1005, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\CLOSE_ABNORMAL", 1006, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\CLOSE_MESSAGE_ERROR", 1007, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\CLOSE_POLICY_ERROR", 1008, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\CLOSE_MESSAGE_TOO_BIG", 1009, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\CLOSE_EXTENSION_MISSING", 1010, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\CLOSE_SERVER_ERROR", 1011, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\CLOSE_SERVICE_RESTART", 1012, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\CLOSE_TRY_AGAIN_LATER", 1013, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\CLOSE_BAD_GATEWAY", 1014, CONST_PERSISTENT);
	REGISTER_LONG_CONSTANT("Pushwire\\CLOSE_TLS", 1015, CONST_PERSISTENT);
}

static zend_class_entry *register_class_Pushwire_Exception(zend_class_entry *class_entry_Exception)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Pushwire", "Exception", class_Pushwire_Exception_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Exception);

	return class_entry;
}

static zend_class_entry *register_class_Pushwire_TcpServer(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Pushwire", "TcpServer", class_Pushwire_TcpServer_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_NOT_SERIALIZABLE;

	zval property_setting_default_value;
	ZVAL_NULL(&property_setting_default_value);
	zend_string *property_setting_name = zend_string_init("setting", sizeof("setting") - 1, 1);
	zend_declare_property_ex(class_entry, property_setting_name, &property_setting_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_setting_name);

	zval property_connections_default_value;
	ZVAL_NULL(&property_connections_default_value);
	zend_string *property_connections_name = zend_string_init("connections", sizeof("connections") - 1, 1);
	zend_declare_property_ex(class_entry, property_connections_name, &property_connections_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_connections_name);

	zval property_host_default_value;
	ZVAL_EMPTY_STRING(&property_host_default_value);
	zend_string *property_host_name = zend_string_init("host", sizeof("host") - 1, 1);
	zend_declare_property_ex(class_entry, property_host_name, &property_host_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_host_name);

	zval property_port_default_value;
	ZVAL_LONG(&property_port_default_value, 0);
	zend_string *property_port_name = zend_string_init("port", sizeof("port") - 1, 1);
	zend_declare_property_ex(class_entry, property_port_name, &property_port_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_port_name);

	zval property_type_default_value;
	ZVAL_LONG(&property_type_default_value, 0);
	zend_string *property_type_name = zend_string_init("type", sizeof("type") - 1, 1);
	zend_declare_property_ex(class_entry, property_type_name, &property_type_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_type_name);

	zval property_ssl_default_value;
	ZVAL_FALSE(&property_ssl_default_value);
	zend_string *property_ssl_name = zend_string_init("ssl", sizeof("ssl") - 1, 1);
	zend_declare_property_ex(class_entry, property_ssl_name, &property_ssl_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_ssl_name);

	zval property_mode_default_value;
	ZVAL_LONG(&property_mode_default_value, 0);
	zend_string *property_mode_name = zend_string_init("mode", sizeof("mode") - 1, 1);
	zend_declare_property_ex(class_entry, property_mode_name, &property_mode_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_mode_name);

	zval property_ports_default_value;
	ZVAL_NULL(&property_ports_default_value);
	zend_string *property_ports_name = zend_string_init("ports", sizeof("ports") - 1, 1);
	zend_declare_property_ex(class_entry, property_ports_name, &property_ports_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_ports_name);

	zval property_master_pid_default_value;
	ZVAL_LONG(&property_master_pid_default_value, 0);
	zend_string *property_master_pid_name = zend_string_init("master_pid", sizeof("master_pid") - 1, 1);
	zend_declare_property_ex(class_entry, property_master_pid_name, &property_master_pid_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_master_pid_name);

	zval property_manager_pid_default_value;
	ZVAL_LONG(&property_manager_pid_default_value, 0);
	zend_string *property_manager_pid_name = zend_string_init("manager_pid", sizeof("manager_pid") - 1, 1);
	zend_declare_property_ex(class_entry, property_manager_pid_name, &property_manager_pid_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_manager_pid_name);

	zval property_worker_id_default_value;
	ZVAL_LONG(&property_worker_id_default_value, -1);
	zend_string *property_worker_id_name = zend_string_init("worker_id", sizeof("worker_id") - 1, 1);
	zend_declare_property_ex(class_entry, property_worker_id_name, &property_worker_id_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_worker_id_name);

	zval property_taskworker_default_value;
	ZVAL_FALSE(&property_taskworker_default_value);
	zend_string *property_taskworker_name = zend_string_init("taskworker", sizeof("taskworker") - 1, 1);
	zend_declare_property_ex(class_entry, property_taskworker_name, &property_taskworker_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_taskworker_name);

	zval property_worker_pid_default_value;
	ZVAL_LONG(&property_worker_pid_default_value, 0);
	zend_string *property_worker_pid_name = zend_string_init("worker_pid", sizeof("worker_pid") - 1, 1);
	zend_declare_property_ex(class_entry, property_worker_pid_name, &property_worker_pid_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_worker_pid_name);

	return class_entry;
}

static zend_class_entry *register_class_Pushwire_HttpServer(zend_class_entry *class_entry_Pushwire_TcpServer)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Pushwire", "HttpServer", class_Pushwire_HttpServer_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Pushwire_TcpServer);
	class_entry->ce_flags |= ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}

static zend_class_entry *register_class_Pushwire_Server(zend_class_entry *class_entry_Pushwire_HttpServer)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Pushwire", "Server", class_Pushwire_Server_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Pushwire_HttpServer);
	class_entry->ce_flags |= ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}

static zend_class_entry *register_class_Pushwire_Frame(zend_class_entry *class_entry_Stringable)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Pushwire", "Frame", class_Pushwire_Frame_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	zend_class_implements(class_entry, 1, class_entry_Stringable);

	zval property_fd_default_value;
	ZVAL_LONG(&property_fd_default_value, 0);
	zend_string *property_fd_name = zend_string_init("fd", sizeof("fd") - 1, 1);
	zend_declare_property_ex(class_entry, property_fd_name, &property_fd_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_fd_name);

	zval property_data_default_value;
	ZVAL_EMPTY_STRING(&property_data_default_value);
	zend_string *property_data_name = zend_string_init("data", sizeof("data") - 1, 1);
	zend_declare_property_ex(class_entry, property_data_name, &property_data_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_data_name);

	zval property_opcode_default_value;
	ZVAL_LONG(&property_opcode_default_value, 1);
	zend_string *property_opcode_name = zend_string_init("opcode", sizeof("opcode") - 1, 1);
	zend_declare_property_ex(class_entry, property_opcode_name, &property_opcode_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_opcode_name);

	zval property_flags_default_value;
	ZVAL_LONG(&property_flags_default_value, 1);
	zend_string *property_flags_name = zend_string_init("flags", sizeof("flags") - 1, 1);
	zend_declare_property_ex(class_entry, property_flags_name, &property_flags_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_flags_name);

	zval property_finish_default_value;
	ZVAL_NULL(&property_finish_default_value);
	zend_string *property_finish_name = zend_string_init("finish", sizeof("finish") - 1, 1);
	zend_declare_property_ex(class_entry, property_finish_name, &property_finish_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_finish_name);

	return class_entry;
}

static zend_class_entry *register_class_Pushwire_CloseFrame(zend_class_entry *class_entry_Pushwire_Frame)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Pushwire", "CloseFrame", class_Pushwire_CloseFrame_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Pushwire_Frame);

	zval property_opcode_default_value;
	ZVAL_LONG(&property_opcode_default_value, 8);
	zend_string *property_opcode_name = zend_string_init("opcode", sizeof("opcode") - 1, 1);
	zend_declare_property_ex(class_entry, property_opcode_name, &property_opcode_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_opcode_name);

	zval property_code_default_value;
	ZVAL_LONG(&property_code_default_value, 1000);
	zend_string *property_code_name = zend_string_init("code", sizeof("code") - 1, 1);
	zend_declare_property_ex(class_entry, property_code_name, &property_code_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_code_name);

	zval property_reason_default_value;
	ZVAL_EMPTY_STRING(&property_reason_default_value);
	zend_string *property_reason_name = zend_string_init("reason", sizeof("reason") - 1, 1);
	zend_declare_property_ex(class_entry, property_reason_name, &property_reason_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_reason_name);

	return class_entry;
}

static zend_class_entry *register_class_Pushwire_Request(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Pushwire", "Request", class_Pushwire_Request_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_NOT_SERIALIZABLE;

	zval property_fd_default_value;
	ZVAL_LONG(&property_fd_default_value, 0);
	zend_string *property_fd_name = zend_string_init("fd", sizeof("fd") - 1, 1);
	zend_declare_property_ex(class_entry, property_fd_name, &property_fd_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_fd_name);

	zval property_header_default_value;
	ZVAL_NULL(&property_header_default_value);
	zend_string *property_header_name = zend_string_init("header", sizeof("header") - 1, 1);
	zend_declare_property_ex(class_entry, property_header_name, &property_header_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_header_name);

	zval property_server_default_value;
	ZVAL_NULL(&property_server_default_value);
	zend_string *property_server_name = zend_string_init("server", sizeof("server") - 1, 1);
	zend_declare_property_ex(class_entry, property_server_name, &property_server_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_server_name);

	zval property_cookie_default_value;
	ZVAL_NULL(&property_cookie_default_value);
	zend_string *property_cookie_name = zend_string_init("cookie", sizeof("cookie") - 1, 1);
	zend_declare_property_ex(class_entry, property_cookie_name, &property_cookie_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_cookie_name);

	zval property_get_default_value;
	ZVAL_NULL(&property_get_default_value);
	zend_string *property_get_name = zend_string_init("get", sizeof("get") - 1, 1);
	zend_declare_property_ex(class_entry, property_get_name, &property_get_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_get_name);

	zval property_files_default_value;
	ZVAL_NULL(&property_files_default_value);
	zend_string *property_files_name = zend_string_init("files", sizeof("files") - 1, 1);
	zend_declare_property_ex(class_entry, property_files_name, &property_files_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_files_name);

	zval property_post_default_value;
	ZVAL_NULL(&property_post_default_value);
	zend_string *property_post_name = zend_string_init("post", sizeof("post") - 1, 1);
	zend_declare_property_ex(class_entry, property_post_name, &property_post_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_post_name);

	return class_entry;
}

static zend_class_entry *register_class_Pushwire_Response(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Pushwire", "Response", class_Pushwire_Response_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_NOT_SERIALIZABLE;

	zval property_fd_default_value;
	ZVAL_LONG(&property_fd_default_value, 0);
	zend_string *property_fd_name = zend_string_init("fd", sizeof("fd") - 1, 1);
	zend_declare_property_ex(class_entry, property_fd_name, &property_fd_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_fd_name);

	return class_entry;
}

static zend_class_entry *register_class_Pushwire_ConnectionIterator(zend_class_entry *class_entry_Iterator, zend_class_entry *class_entry_Countable, zend_class_entry *class_entry_ArrayAccess)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Pushwire", "ConnectionIterator", class_Pushwire_ConnectionIterator_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL;
	zend_class_implements(class_entry, 3, class_entry_Iterator, class_entry_Countable, class_entry_ArrayAccess);

	return class_entry;
}

static zend_class_entry *register_class_Pushwire_Timer(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Pushwire", "Timer", class_Pushwire_Timer_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);

	return class_entry;
}

static zend_class_entry *register_class_Pushwire_Table(zend_class_entry *class_entry_Iterator, zend_class_entry *class_entry_Countable, zend_class_entry *class_entry_ArrayAccess)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Pushwire", "Table", class_Pushwire_Table_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NOT_SERIALIZABLE;
	zend_class_implements(class_entry, 3, class_entry_Iterator, class_entry_Countable, class_entry_ArrayAccess);

	zval const_TYPE_INT_value;
	ZVAL_LONG(&const_TYPE_INT_value, 1);
	zend_string *const_TYPE_INT_name = zend_string_init_interned("TYPE_INT", sizeof("TYPE_INT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_TYPE_INT_name, &const_TYPE_INT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_TYPE_INT_name);

	zval const_TYPE_FLOAT_value;
	ZVAL_LONG(&const_TYPE_FLOAT_value, 2);
	zend_string *const_TYPE_FLOAT_name = zend_string_init_interned("TYPE_FLOAT", sizeof("TYPE_FLOAT") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_TYPE_FLOAT_name, &const_TYPE_FLOAT_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_TYPE_FLOAT_name);

	zval const_TYPE_STRING_value;
	ZVAL_LONG(&const_TYPE_STRING_value, 3);
	zend_string *const_TYPE_STRING_name = zend_string_init_interned("TYPE_STRING", sizeof("TYPE_STRING") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_TYPE_STRING_name, &const_TYPE_STRING_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_TYPE_STRING_name);

	zval property_size_default_value;
	ZVAL_NULL(&property_size_default_value);
	zend_string *property_size_name = zend_string_init("size", sizeof("size") - 1, 1);
	zend_declare_property_ex(class_entry, property_size_name, &property_size_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_size_name);

	zval property_memorySize_default_value;
	ZVAL_NULL(&property_memorySize_default_value);
	zend_string *property_memorySize_name = zend_string_init("memorySize", sizeof("memorySize") - 1, 1);
	zend_declare_property_ex(class_entry, property_memorySize_name, &property_memorySize_default_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(property_memorySize_name);

	return class_entry;
}

static zend_class_entry *register_class_Pushwire_Atomic(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Pushwire", "Atomic", class_Pushwire_Atomic_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}

static zend_class_entry *register_class_Pushwire_Atomic_Long(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Pushwire\\Atomic", "Long", class_Pushwire_Atomic_Long_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}
