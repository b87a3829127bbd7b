# One of three processes that share a segment; see LanguageTests.
use strict;
use warnings;
use utf8;
use Shared::Simple;
use Time::HiRes qw(sleep);

my $shm = Shared::Simple->new($ARGV[0]);
$shm->put('perl', 'here');

sub wait_for {
    my $deadline = time + 120;
    while (grep { !defined $shm->get($_) } @_) {
        die "the others do not come: @_" if time > $deadline;
        sleep 0.001;
    }
}

wait_for('swift', 'python');
$shm->put("perl $_", "ß\0$_") for 0 .. 1999;
$shm->put('perl done', 'yes');
wait_for('swift done', 'python done');
my $all = $shm->get_all;
for my $other ('swift', 'python') {
    for my $number (0 .. 1999) {
        my $expected = "ß\0$number";
        utf8::encode($expected);
        die "$other $number" unless $all->{"$other $number"} eq $expected;
        die "$other $number" unless $shm->get("$other $number") eq $expected;
    }
}
