--TEST--
Frame: unpack leaves its input alone, reads close codes without a sign, tells the reserved bits
--FILE--
<?php
use Pushwire\Frame;

// RFC 6455 5.7: "a single-frame masked text message"
$packed = hex2bin('818537fa213d7f9f4d5158');
$original = hex2bin('818537fa213d7f9f4d5158');
$frame = Frame::unpack($packed);
var_dump($packed === $original, $frame->data, $frame->opcode, $frame->finish, $frame->flags);

var_dump(Frame::unpack("\x88\x02\x80\x00")->code);
var_dump(Frame::unpack("\x88\x00")->code, Frame::unpack("\x88\x00")->reason);
var_dump(bin2hex(Frame::unpack("\x88\x00")));
$compressed = Frame::unpack(hex2bin('c107f248cdc9c90700'));
var_dump($compressed->flags === (Pushwire\FLAG_FIN | Pushwire\FLAG_RSV1 | Pushwire\FLAG_COMPRESS));
var_dump(bin2hex($compressed));
?>
--EXPECT--
bool(true)
string(5) "Hello"
int(1)
bool(true)
int(33)
int(32768)
int(1005)
string(0) ""
string(4) "8800"
bool(true)
string(18) "c107f248cdc9c90700"
