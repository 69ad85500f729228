--TEST--
Frame: defaults; properties that hold something else; subclasses
--FILE--
<?php
use Pushwire\CloseFrame;
use Pushwire\Frame;

var_dump(get_object_vars(new Frame), get_object_vars(new CloseFrame));
var_dump(new CloseFrame instanceof Frame, new Frame instanceof Stringable);

class Words {
    public function __toString(): string { return 'hi'; }
}
class Lost {
    public function __toString(): string { throw new RuntimeException('no words'); }
}
class Magic extends Frame {
    public function __get(string $name): mixed { return $name === 'data' ? str_repeat('x', 3) : 1; }
}

$frame = new Frame;
$frame->data = 12;
echo bin2hex($frame), "\n";
$frame->data = new Words;
$frame->opcode = '2';
echo bin2hex(Frame::pack($frame)), "\n";
$text = 'by reference';
$frame->data = &$text;
echo bin2hex(Frame::pack($frame)), "\n";
$frame = new Magic;
unset($frame->data);
echo bin2hex($frame), "\n";

$frame = new Frame;
foreach ([new Lost, new stdClass] as $value) {
    $frame->data = $value;
    try {
        Frame::pack($frame);
    } catch (Throwable $thrown) {
        echo $thrown::class, ': ', $thrown->getMessage(), "\n";
    }
}
$frame = new CloseFrame;
$frame->reason = new Lost;
try {
    echo $frame;
} catch (Throwable $thrown) {
    echo $thrown::class, ': ', $thrown->getMessage(), "\n";
}
try {
    Frame::pack([]);
} catch (TypeError $thrown) {
    echo $thrown->getMessage(), "\n";
}
// A plain frame with the opcode of a close frame: its data is the payload, unless it has a code.
$frame = new Frame;
$frame->opcode = Pushwire\OPCODE_CLOSE;
echo bin2hex($frame), "\n";
?>
--EXPECT--
array(5) {
  ["fd"]=>
  int(0)
  ["data"]=>
  string(0) ""
  ["opcode"]=>
  int(1)
  ["flags"]=>
  int(1)
  ["finish"]=>
  NULL
}
array(7) {
  ["fd"]=>
  int(0)
  ["data"]=>
  string(0) ""
  ["opcode"]=>
  int(8)
  ["flags"]=>
  int(1)
  ["finish"]=>
  NULL
  ["code"]=>
  int(1000)
  ["reason"]=>
  string(0) ""
}
bool(true)
bool(true)
81023132
82026869
820c6279207265666572656e6365
8103787878
RuntimeException: no words
Error: Object of class stdClass could not be converted to string
RuntimeException: no words
Pushwire\Frame::pack(): Argument #1 ($data) must be of type Pushwire\Frame|string, array given
8800
