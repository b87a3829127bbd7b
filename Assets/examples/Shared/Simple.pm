package Shared::Simple;

# The API of the CPAN module Shared::Simple 0.01, over libSharedSimpleC.so: a program moves by one line,
#
#     use lib '.../Assets/examples';   # before its "use Shared::Simple;"
#
# Methods, answers and croaks are the original's. Its segments are not: the formats differ, and a segment of the
# original is refused with an error that says so. What differs for the better: get takes no lock, NUL bytes are kept,
# a process killed while it writes loses nothing, and EXCLUSIVE may be called while others are attached (they croak
# "replaced" and open again).
#
# The library is found by the loader (LD_LIBRARY_PATH), or is what SHARED_SIMPLE_LIBRARY names.

use 5.010;
use strict;
use warnings;

use Carp qw(croak);
use FFI::Platypus 1.00;
use FFI::Platypus::Buffer qw(scalar_to_pointer buffer_to_scalar);

our $VERSION = '0.01';

use constant { SHARED => 0, EXCLUSIVE => 1 };

use constant {
    ERROR_INVALID_NAME     => -1,
    ERROR_VALUE_TOO_LONG   => -6,
    ERROR_TIMED_OUT        => -13,
    ERROR_BUFFER_TOO_SMALL => -101,
};

my $ffi = FFI::Platypus->new(api => 1, lib => $ENV{SHARED_SIMPLE_LIBRARY} // 'libSharedSimpleC.so');
$ffi->type('(opaque, opaque, size_t, opaque, size_t)->int' => 'visit');
$ffi->attach([shs_open        => '_open'],        ['string', 'int', 'uint32', 'opaque*'] => 'int');
$ffi->attach([shs_close       => '_close'],       ['opaque'] => 'void');
$ffi->attach([shs_put         => '_put'],         ['opaque', 'string', 'size_t', 'string', 'size_t'] => 'int');
$ffi->attach([shs_get         => '_get'],         ['opaque', 'string', 'size_t', 'opaque', 'size_t', 'size_t*'] => 'int');
$ffi->attach([shs_count       => '_count'],       ['opaque', 'uint64*'] => 'int');
$ffi->attach([shs_value_limit => '_value_limit'], ['opaque', 'uint32*'] => 'int');
$ffi->attach([shs_snapshot    => '_snapshot'],    ['opaque', 'visit', 'opaque'] => 'int');
$ffi->attach([shs_last_error  => '_last_error'],  [] => 'string');

# The stores this process has open, by address: closed at its end, whatever still refers to them.
my %open;
END { _close($_) for keys %open }

sub new {
    my ($class, $name, $mode) = @_;
    my $store;
    my $result = _open($name, $mode // SHARED, 0, \$store);
    if ($result < 0) {
        croak 'Shared::Simple::new: name too long' if $result == ERROR_INVALID_NAME && length $name > 254;
        croak 'Shared::Simple::new: timed out waiting for shared memory initialization'
            if $result == ERROR_TIMED_OUT;
        croak 'Shared::Simple::new: ' . _last_error();
    }
    $open{$store} = 1;
    return bless \$store, $class;
}

sub put {
    my ($self, $key, $value) = @_;
    ($key, $value) = (_bytes(put => key => $key), _bytes(put => value => $value));
    my $result = _put($$self, $key, length $key, $value, length $value);
    if ($result == ERROR_VALUE_TOO_LONG) {
        _value_limit($$self, \my $limit);
        croak "Shared::Simple::put: value must not exceed $limit bytes";
    }
    croak 'Shared::Simple::put: ' . _last_error() if $result < 0;
    return 1;
}

sub get {
    my ($self, $key) = @_;
    $key = _bytes(get => key => $key);
    my $capacity = 32;
    while (1) {
        my $buffer = "\0" x $capacity;
        my $result = _get($$self, $key, length $key, scalar_to_pointer($buffer), $capacity, \my $length);
        return substr $buffer, 0, $length if $result == 0;
        return undef if $result == 1;
        croak 'Shared::Simple::get: ' . _last_error() if $result != ERROR_BUFFER_TOO_SMALL;
        $capacity = $length;
    }
}

sub get_size {
    my ($self) = @_;
    my $result = _count($$self, \my $count);
    croak 'Shared::Simple::get_size: ' . _last_error() if $result < 0;
    return $count;
}

sub get_all {
    my ($self) = @_;
    my %all;
    my $visit = $ffi->closure(sub {
        my ($context, $key, $key_length, $value, $value_length) = @_;
        $all{ buffer_to_scalar($key, $key_length) } = buffer_to_scalar($value, $value_length);
        return 0;
    });
    my $result = _snapshot($$self, $visit, undef);
    croak 'Shared::Simple::get_all: ' . _last_error() if $result < 0;
    return \%all;
}

sub DESTROY {
    my ($self) = @_;
    _close($$self) if delete $open{$$self};
}

# A handle belongs to one interpreter.
sub CLONE_SKIP { 1 }

# The bytes of a key or a value: those of its UTF-8 where it has wide characters.
sub _bytes {
    my ($method, $what, $text) = @_;
    croak "Shared::Simple::$method: $what must be defined" unless defined $text;
    $text = "$text";
    utf8::encode($text) if utf8::is_utf8($text);
    croak "Shared::Simple::$method: $what must not be empty" if $text eq '';
    return $text;
}

1;
