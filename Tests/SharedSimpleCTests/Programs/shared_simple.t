# What programs of the CPAN module Shared::Simple 0.01 rely on: answers, and what the croaks say.
use strict;
use warnings;
use Test::More;
use Scalar::Util qw(blessed looks_like_number reftype);
use Shared::Simple;

my ($name) = @ARGV;
my $shm = Shared::Simple->new($name, Shared::Simple::EXCLUSIVE);
is(blessed $shm, 'Shared::Simple', 'an object of the class');
is(reftype $shm, 'SCALAR', 'a reference to a number');
ok(looks_like_number($$shm) && $$shm, 'that is not 0');

ok(!defined $shm->get('missing'), 'undef for a missing key');
is($shm->put('key', 'value'), 1, 'put answers 1');
is($shm->get('key'), 'value', 'get answers what was put');
is($shm->put('key', 'other'), 1, 'a key can be put again');
is($shm->get('key'), 'other', 'and has its new value');
is($shm->put('longest', 'x' x 32), 1, '32 bytes are a value');
is($shm->get('longest'), 'x' x 32, 'all of them');
is($shm->put(7, 42), 1, 'numbers are strings');
is($shm->get(7), '42', 'both ways');
is($shm->put("a\0b", "c\0"), 1, 'NUL is kept');
is($shm->get("a\0b"), "c\0", 'in keys and values');

sub croaks {
    my ($call, $pattern) = @_;
    eval { $call->(); 1 } and return fail("no croak: $pattern");
    like($@, $pattern);
    like($@, qr/ at \Q$0\E line \d+\.$/, 'at the place of the call');
}
croaks(sub { $shm->put(undef, 'v') }, qr/^Shared::Simple::put: key must be defined at/);
croaks(sub { $shm->put('', 'v') }, qr/^Shared::Simple::put: key must not be empty at/);
croaks(sub { $shm->put('k', undef) }, qr/^Shared::Simple::put: value must be defined at/);
croaks(sub { $shm->put('k', '') }, qr/^Shared::Simple::put: value must not be empty at/);
croaks(sub { $shm->put('k', 'x' x 33) }, qr/^Shared::Simple::put: value must not exceed 32 bytes at/);
croaks(sub { $shm->get(undef) }, qr/^Shared::Simple::get: key must be defined at/);
croaks(sub { $shm->get('') }, qr/^Shared::Simple::get: key must not be empty at/);
croaks(sub { Shared::Simple->new('x' x 300) }, qr/^Shared::Simple::new: name too long at/);
croaks(sub { Shared::Simple->new('a/b') }, qr/^Shared::Simple::new: /);
croaks(sub { Shared::Simple->new($name, 9) }, qr/^Shared::Simple::new: 9 is no mode/);

is($shm->get_size, 4, 'get_size counts the pairs');
my $all = $shm->get_all;
is_deeply($all, { key => 'other', longest => 'x' x 32, 7 => '42', "a\0b" => "c\0" }, 'get_all has them all');
$all->{key} = 'changed';
is($shm->get('key'), 'other', 'and is a copy');

{
    my $second = Shared::Simple->new($name);
    is($second->get('key'), 'other', 'SHARED, the default, attaches');
    is($second->get_size, 4, 'to the same store');
}
is($shm->get('key'), 'other', 'when one object goes, the others stay');

my $pid = fork // die "fork: $!";
if ($pid == 0) {
    $shm->put('child', 'was here');
    Test::More->builder->no_ending(1);
    exit;
}
waitpid $pid, 0;
is($?, 0, 'a child goes on with its parent\'s object');
is($shm->get('child'), 'was here', 'and shares what it puts');

my $fresh = Shared::Simple->new($name, Shared::Simple::EXCLUSIVE);
is($fresh->get_size, 0, 'EXCLUSIVE starts afresh');
croaks(sub { $shm->put('key', 'value') }, qr/^Shared::Simple::put: .*replaced/);
is(Shared::Simple->new($name, Shared::Simple::SHARED)->put('key', 'again'), 1, 'SHARED attaches to the new one');
is($fresh->get('key'), 'again', 'as EXCLUSIVE left it');
done_testing;
