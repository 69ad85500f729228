--TEST--
Frame: what cannot be packed warns and gives the empty string; what is incomplete unpacks to false
--FILE--
<?php
use Pushwire\CloseFrame;
use Pushwire\Frame;
use Pushwire\Server;

var_dump(Frame::pack('hello', -1));
var_dump(Frame::pack('hello', 11));
var_dump(Frame::pack(str_repeat('A', 126), Pushwire\OPCODE_PING));
$frame = new CloseFrame;
$frame->reason = str_repeat('B', 124);
var_dump((string)$frame);
var_dump(Server::pack($frame));
$frame->reason = '';
$frame->code = 0x10000;
var_dump(Frame::pack($frame));

echo "-- still possible\n";
var_dump(strlen(Frame::pack(str_repeat('A', 125), Pushwire\OPCODE_PONG)));
$frame->code = 1000;
$frame->reason = str_repeat('B', 123);
var_dump(strlen($frame));

echo "-- unpack\n";
foreach (['', "\x81", "\x81\x05hell", "\x81\x7e\x00", "\x81\x85abcdhell", "\x89\x7e\x00\x7e" . str_repeat('A', 126),
          "\x09\x00", "\x8b\x00", "\x81\x7e\x00\x05hello", "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"] as $bytes) {
    echo bin2hex(substr($bytes, 0, 12)), ': ', var_export(Frame::unpack($bytes), true), ' ',
        var_export(Server::unpack($bytes), true), "\n";
}
echo (new ReflectionMethod(Frame::class, 'unpack'))->getReturnType(), "\n";
?>
--EXPECTF--
Warning: Pushwire\Frame::pack(): an opcode is between 0 and 10, not -1 in %s on line %d
string(0) ""

Warning: Pushwire\Frame::pack(): an opcode is between 0 and 10, not 11 in %s on line %d
string(0) ""

Warning: Pushwire\Frame::pack(): the payload of a control frame is at most 125 bytes long, not 126 in %s on line %d
string(0) ""

Warning: Pushwire\Frame::__toString(): the reason of a close frame is at most 123 bytes long, not 124 in %s on line %d
string(0) ""

Warning: Pushwire\Server::pack(): the reason of a close frame is at most 123 bytes long, not 124 in %s on line %d
string(0) ""

Warning: Pushwire\Frame::pack(): a close code is between 0 and 65535, not 65536 in %s on line %d
string(0) ""
-- still possible
int(127)
int(127)
-- unpack
: false false
81: false false
810568656c6c: false false
817e00: false false
81856162636468656c6c: false false
897e007e4141414141414141: false false
0900: false false
8b00: false false
817e000568656c6c6f: false false
817fffffffffffffffff: false false
Pushwire\Frame|false
