--TEST--
Atomic: 32 bits without a sign, Long: 64 with one; wait and wakeup
--FILE--
<?php
$atomic = new swoole_atomic(1);
var_dump($atomic->add(199), $atomic->sub(35), $atomic->get(), $atomic->add(), $atomic->sub());
var_dump($atomic->cmpset(165, 1), $atomic->cmpset(1555, 0), $atomic->get());
var_dump($atomic->set(7), $atomic->get());
echo "-- its ends\n";
$atomic->set(0);
var_dump($atomic->sub(), $atomic->add(), (new Pushwire\Atomic(-1))->get(), (new Pushwire\Atomic(1 << 33 | 5))->get());
$atomic->set(-1);
var_dump($atomic->cmpset(-1, 5), $atomic->get());
$long = new Swoole\Atomic\Long(PHP_INT_MAX);
var_dump($long->add() === PHP_INT_MIN, $long->sub(1) === PHP_INT_MAX, $long->sub(PHP_INT_MAX), $long->add(-5));
var_dump($long->cmpset(-5, 1 << 40), $long->cmpset(0, 1), $long->get(), $long->set(3), $long->get());

echo "-- wakeup, wait\n";
$atomic = new Pushwire\Atomic(1);
var_dump($atomic->wakeup(), $atomic->get());
$atomic = new Pushwire\Atomic;
var_dump($atomic->wakeup(), $atomic->get(), $atomic->wait(), $atomic->get());
$begin = hrtime(true);
var_dump($atomic->wait(0.05), $atomic->get());
var_dump(hrtime(true) - $begin >= 50e6);
var_dump($atomic->wait(0));

echo "-- many\n";
$many = [];
for ($i = 0; $i < 1000; $i++) $many[] = new Pushwire\Atomic($i);
for ($i = 0; $i < 1000; $i += 2) unset($many[$i]);
for ($i = 0; $i < 500; $i++) $more[] = new Pushwire\Atomic(0);
foreach ($more as $atomic) $atomic->add(9);
foreach ($many as $i => $atomic) {
    if ($atomic->get() !== $i) echo "$i is ", $atomic->get(), "\n";
}
?>
--EXPECT--
int(200)
int(165)
int(165)
int(166)
int(165)
bool(true)
bool(false)
int(1)
NULL
int(7)
-- its ends
int(4294967295)
int(0)
int(4294967295)
int(5)
bool(true)
int(5)
bool(true)
bool(true)
int(0)
int(-5)
bool(true)
bool(false)
int(1099511627776)
NULL
int(3)
-- wakeup, wait
bool(true)
int(1)
bool(true)
int(1)
bool(true)
int(0)
bool(false)
int(0)
bool(true)
bool(false)
-- many
