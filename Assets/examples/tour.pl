#!/usr/bin/perl
# A program of the Perl module Shared::Simple, on the new store by the "use lib" line alone.
#
#     LD_LIBRARY_PATH=.build/release perl Assets/examples/tour.pl

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Shared::Simple;

my $shm = Shared::Simple->new('tour-perl', Shared::Simple::EXCLUSIVE);
$shm->put('motd', 'back at noon');
printf "motd: %s\n", $shm->get('motd');
printf "nothing: %s\n", $shm->get('nothing') // 'not there';

my @children;
for my $number (1 .. 3) {
    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        my $own = Shared::Simple->new('tour-perl', Shared::Simple::SHARED);
        $own->put("child $number", 'was here');
        exit;
    }
    push @children, $pid;
}
waitpid $_, 0 for @children;

printf "%d entries\n", $shm->get_size;
my $all = $shm->get_all;
printf "  %s = %s\n", $_, $all->{$_} for sort keys %$all;

eval { $shm->put('motd', 'too long ' x 10) };
print "refused: $@";

unlink '/dev/shm/tour-perl';
