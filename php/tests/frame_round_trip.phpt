--TEST--
Frame: 1000 random frames come back as they were; control frames are always whole
--FILE--
<?php
use Pushwire\CloseFrame;
use Pushwire\Frame;

$seed = random_int(0, PHP_INT_MAX);
mt_srand($seed);

function same($expected, $actual, string $what): void {
    if ($expected === $actual) return;
    global $seed;
    die("seed $seed: $what is " . var_export($actual, true) . ', not ' . var_export($expected, true) . "\n");
}

for ($i = 0; $i < 1000; $i++) {
    $opcode = mt_rand(Pushwire\OPCODE_CONTINUATION, Pushwire\OPCODE_PONG);
    $is_control = $opcode >= Pushwire\OPCODE_CLOSE;
    $sizes = $is_control ? [0, 1, 60, 123] : [0, 1, 125, 126, 127, 65535, 65536, 128000];
    $size = $sizes[array_rand($sizes)];
    $data = $size === 0 ? '' : random_bytes($size);
    $finish = (bool)mt_rand(0, 1);
    $mask = mt_rand(0, 1) ? Pushwire\FLAG_MASK : 0;
    $code = mt_rand(0, 5000);

    if ($opcode === Pushwire\OPCODE_CLOSE || mt_rand(0, 1)) {
        $frame = $opcode === Pushwire\OPCODE_CLOSE ? new CloseFrame : new Frame;
        $frame->opcode = $opcode;
        $frame->finish = $finish;
        $frame->flags |= $mask;
        if ($opcode === Pushwire\OPCODE_CLOSE) {
            $frame->code = $code;
            $frame->reason = $data;
        } else {
            $frame->data = $data;
        }
        if (mt_rand(0, 4) === 0) {
            unset($frame->data, $frame->reason);
            $data = '';
        }
        $packed = mt_rand(0, 1) ? (string)$frame : Frame::pack($frame);
    } else {
        $packed = Frame::pack($data, $opcode, $mask | ($finish ? Pushwire\FLAG_FIN : 0));
    }

    same($mask !== 0, (ord($packed[1]) & 0x80) !== 0, 'the mask bit');
    $unpacked = Frame::unpack($packed . 'what follows is another frame');
    same($opcode, $unpacked->opcode, 'opcode');
    same(0, $unpacked->fd, 'fd');
    same($is_control || $finish, $unpacked->finish, 'finish');
    same($unpacked->finish ? Pushwire\FLAG_FIN : 0, $unpacked->flags & Pushwire\FLAG_FIN, 'the flag');
    if ($opcode === Pushwire\OPCODE_CLOSE) {
        same(CloseFrame::class, $unpacked::class, 'class');
        same($code, $unpacked->code, 'code');
        same($data, $unpacked->reason, 'reason');
    } else {
        same(Frame::class, $unpacked::class, 'class');
        same($data, $unpacked->data, 'data');
    }
    same(false, Frame::unpack(substr($packed, 0, -1)), 'an incomplete frame');
}
echo "done\n";
?>
--EXPECT--
done
