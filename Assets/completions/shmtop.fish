# Completions of shmtop for fish. Written by 'shmtop documents': not to be edited.

# Prints the command, and how many words that are no options stand behind it; where none is named, what
# runs then, with "first" if one still can be.
function __shmtop_state
    set -l words (commandline -opc)[2..]
    set -l command show
    set -l first first
    set -l place 0
    set -l skip 0
    for word in $words
        if test $skip = 1
            set skip 0
        else if test -n "$first"; and contains -- $word show list get put remove increment watch dump load check reap unlink original-unlock
            set command $word
            set first
        else if contains -- "$command $word" 'show -d' 'show --delay' 'show -f' 'show --filter' 'show -s' 'show --sort' 'show -v' 'show --view' 'show --theme' 'show -n' 'show --count' 'show --record' 'show --replay' 'show --workers' 'show --keys' 'increment --by' 'watch -d' 'watch --delay' 'watch -n' 'watch --count' 'load --value-limit' 'load --undo' 'load --last'
            set skip 1
        else if not string match -q -- '-*' $word
            set place (math $place + 1)
            set first
        end
    end
    echo $command $place $first
end

function __shmtop_at
    string match -q -- "$argv" (__shmtop_state)
end

complete -c shmtop -f
complete -c shmtop -n '__shmtop_at "* first"' -a show -d 'Show a segment live: what \'shmtop NAME\' does.'
complete -c shmtop -n '__shmtop_at "* first"' -a list -d 'List the segments of this machine.'
complete -c shmtop -n '__shmtop_at "* first"' -a get -d 'Print the value of a key.'
complete -c shmtop -n '__shmtop_at "* first"' -a put -d 'Put a value for a key into an existing segment.'
complete -c shmtop -n '__shmtop_at "* first"' -a remove -d 'Remove keys.'
complete -c shmtop -n '__shmtop_at "* first"' -a increment -d 'Add to the number a key holds, and print the sum.'
complete -c shmtop -n '__shmtop_at "* first"' -a watch -d 'Print a line for each change seen of a key, until interrupted.'
complete -c shmtop -n '__shmtop_at "* first"' -a dump -d 'Print all entries as JSON lines, for \'shmtop load\'.'
complete -c shmtop -n '__shmtop_at "* first"' -a load -d 'Put the entries of a dump into a segment, or undo changes of a journal.'
complete -c shmtop -n '__shmtop_at "* first"' -a check -d 'Check a whole segment.'
complete -c shmtop -n '__shmtop_at "* first"' -a reap -d 'Clear the rows of dead processes.'
complete -c shmtop -n '__shmtop_at "* first"' -a unlink -d 'Take a segment\'s name away.'
complete -c shmtop -n '__shmtop_at "* first"' -a original-unlock -d 'Free the lock of a Perl module\'s segment whose holder is dead.'
complete -c shmtop -n '__shmtop_at "show *"' -s d -l delay -x -d 'Seconds between samples, 0.1 to 60; 1 without it.'
complete -c shmtop -n '__shmtop_at "show *"' -s r -l read-only -d 'Leave no trace in the segment, and refuse every change.'
complete -c shmtop -n '__shmtop_at "show *"' -l write -d 'Allow changes also to another user\'s segment, and to one that the settings file keeps read-only.'
complete -c shmtop -n '__shmtop_at "show *"' -l wait -d 'Wait for NAME to appear.'
complete -c shmtop -n '__shmtop_at "show *"' -s f -l filter -x -d 'Entries whose key contains TEXT; !TEXT: those that do not; /REGEX/.'
complete -c shmtop -n '__shmtop_at "show *"' -s s -l sort -x -a 'key value length written writes changes stamp keyLength pid name state gets puts removes hitRate waits meanWait caused causedTime waiting attached' -d 'Sort by COLUMN; -COLUMN: descending.'
complete -c shmtop -n '__shmtop_at "show *"' -s v -l view -x -a 'entries processes lock events table' -d 'The view to start with; entries without it.'
complete -c shmtop -n '__shmtop_at "show *"' -l theme -x -a 'dark light mono' -d 'The colours: dark, light or mono.'
complete -c shmtop -n '__shmtop_at "show *"' -l no-color -d 'No colours. NO_COLOR in the environment does the same, if not empty.'
complete -c shmtop -n '__shmtop_at "show *"' -l edit-original -d 'Allow changes to a segment of the Perl module, with its own lock and by its own rules.'
complete -c shmtop -n '__shmtop_at "show *"' -l no-mouse -d 'Leave the mouse to the terminal. M takes it.'
complete -c shmtop -n '__shmtop_at "show *"' -l ascii -d 'Draw without Unicode.'
complete -c shmtop -n '__shmtop_at "show *"' -l no-config -d 'Do not read the settings file.'
complete -c shmtop -n '__shmtop_at "show *"' -s b -l batch -d 'Print plain text samples, without a screen, each over the delay before it.'
complete -c shmtop -n '__shmtop_at "show *"' -l json -d 'Print samples as JSON, one object a line; Assets/shmtop.schema.json describes each field.'
complete -c shmtop -n '__shmtop_at "show *"' -l openmetrics -d 'Print all gauges, counters and histograms once, in the OpenMetrics format; without NAME, those of all segments.'
complete -c shmtop -n '__shmtop_at "show *"' -s n -l count -x -d 'With --batch or --json: stop after so many samples.'
complete -c shmtop -n '__shmtop_at "show *"' -l record -r -F -d 'Keep all samples in a new FILE as well.'
complete -c shmtop -n '__shmtop_at "show *"' -l replay -r -F -d 'Show a recording instead of a segment. With --batch or --json: print all of its samples at once.'
complete -c shmtop -n '__shmtop_at "show *"' -l demo -d 'Show a segment of its own with real processes at work, removed at the end.'
complete -c shmtop -n '__shmtop_at "show *"' -l workers -x -d 'With --demo: the number of processes, 1 to 64.'
complete -c shmtop -n '__shmtop_at "show *"' -l keys -x -d 'With --demo: the number of keys, 10 to 1000000.'
complete -c shmtop -n '__shmtop_at "show *"' -l version -d 'Show the version.'
complete -c shmtop -n '__shmtop_at "show *"' -s h -l help -d 'Show help information.'
complete -c shmtop -n '__shmtop_at "show 0*"' -a '(shmtop segment-names 2> /dev/null)' -d segment
complete -c shmtop -n '__shmtop_at "list *"' -l json -d 'Print each segment as a JSON object, one a line.'
complete -c shmtop -n '__shmtop_at "list *"' -s h -l help -d 'Show help information.'
complete -c shmtop -n '__shmtop_at "get *"' -s e -l escapes -d 'Read \\n, \\t, \\xHH, \\u{H…} and \\\\ in keys and values, as shmtop shows them.'
complete -c shmtop -n '__shmtop_at "get *"' -l json -d 'Print key, value and the number of its last write as a JSON object.'
complete -c shmtop -n '__shmtop_at "get *"' -s h -l help -d 'Show help information.'
complete -c shmtop -n '__shmtop_at "get 0*"' -a '(shmtop segment-names 2> /dev/null)' -d segment
complete -c shmtop -n '__shmtop_at "put *"' -l write -d 'Write also to another user\'s segment, and to one that the settings file keeps read-only.'
complete -c shmtop -n '__shmtop_at "put *"' -l no-config -d 'Do not read the settings file.'
complete -c shmtop -n '__shmtop_at "put *"' -s e -l escapes -d 'Read \\n, \\t, \\xHH, \\u{H…} and \\\\ in keys and values, as shmtop shows them.'
complete -c shmtop -n '__shmtop_at "put *"' -s h -l help -d 'Show help information.'
complete -c shmtop -n '__shmtop_at "put 0*"' -a '(shmtop segment-names 2> /dev/null)' -d segment
complete -c shmtop -n '__shmtop_at "remove *"' -l write -d 'Write also to another user\'s segment, and to one that the settings file keeps read-only.'
complete -c shmtop -n '__shmtop_at "remove *"' -l no-config -d 'Do not read the settings file.'
complete -c shmtop -n '__shmtop_at "remove *"' -s e -l escapes -d 'Read \\n, \\t, \\xHH, \\u{H…} and \\\\ in keys and values, as shmtop shows them.'
complete -c shmtop -n '__shmtop_at "remove *"' -s h -l help -d 'Show help information.'
complete -c shmtop -n '__shmtop_at "remove 0*"' -a '(shmtop segment-names 2> /dev/null)' -d segment
complete -c shmtop -n '__shmtop_at "increment *"' -l write -d 'Write also to another user\'s segment, and to one that the settings file keeps read-only.'
complete -c shmtop -n '__shmtop_at "increment *"' -l no-config -d 'Do not read the settings file.'
complete -c shmtop -n '__shmtop_at "increment *"' -l by -x -d 'The number to add; may be negative.'
complete -c shmtop -n '__shmtop_at "increment *"' -s e -l escapes -d 'Read \\n, \\t, \\xHH, \\u{H…} and \\\\ in keys and values, as shmtop shows them.'
complete -c shmtop -n '__shmtop_at "increment *"' -s h -l help -d 'Show help information.'
complete -c shmtop -n '__shmtop_at "increment 0*"' -a '(shmtop segment-names 2> /dev/null)' -d segment
complete -c shmtop -n '__shmtop_at "watch *"' -s e -l escapes -d 'Read \\n, \\t, \\xHH, \\u{H…} and \\\\ in keys and values, as shmtop shows them.'
complete -c shmtop -n '__shmtop_at "watch *"' -s d -l delay -x -d 'Seconds between looks, 0.01 to 60.'
complete -c shmtop -n '__shmtop_at "watch *"' -s n -l count -x -d 'Stop after so many lines.'
complete -c shmtop -n '__shmtop_at "watch *"' -l json -d 'Print each change as a JSON object, with the exact value.'
complete -c shmtop -n '__shmtop_at "watch *"' -s h -l help -d 'Show help information.'
complete -c shmtop -n '__shmtop_at "watch 0*"' -a '(shmtop segment-names 2> /dev/null)' -d segment
complete -c shmtop -n '__shmtop_at "dump *"' -l write -d 'Write also to another user\'s segment, and to one that the settings file keeps read-only.'
complete -c shmtop -n '__shmtop_at "dump *"' -l no-config -d 'Do not read the settings file.'
complete -c shmtop -n '__shmtop_at "dump *"' -l unlocked -d 'Take no lock and leave no trace. Each entry is then one that was there at some instant, but not all at the same; one that is written meanwhile may be missing.'
complete -c shmtop -n '__shmtop_at "dump *"' -s h -l help -d 'Show help information.'
complete -c shmtop -n '__shmtop_at "dump 0*"' -a '(shmtop segment-names 2> /dev/null)' -d segment
complete -c shmtop -n '__shmtop_at "load *"' -l write -d 'Write also to another user\'s segment, and to one that the settings file keeps read-only.'
complete -c shmtop -n '__shmtop_at "load *"' -l no-config -d 'Do not read the settings file.'
complete -c shmtop -n '__shmtop_at "load *"' -l create -d 'Create the segment if there is none of this name.'
complete -c shmtop -n '__shmtop_at "load *"' -l value-limit -x -d 'With --create: the longest value the new segment takes, in bytes; else the longest in the dump.'
complete -c shmtop -n '__shmtop_at "load *"' -l undo -r -F -d 'Take back the changes that this journal of shmtop\'s has of the segment, the last one first.'
complete -c shmtop -n '__shmtop_at "load *"' -l last -x -d 'With --undo: only so many of the last changes.'
complete -c shmtop -n '__shmtop_at "load *"' -s h -l help -d 'Show help information.'
complete -c shmtop -n '__shmtop_at "load 0*"' -a '(shmtop segment-names 2> /dev/null)' -d segment
complete -c shmtop -n '__shmtop_at "load 1*"' -F
complete -c shmtop -n '__shmtop_at "check *"' -l json -d 'Print the findings as one JSON object.'
complete -c shmtop -n '__shmtop_at "check *"' -s h -l help -d 'Show help information.'
complete -c shmtop -n '__shmtop_at "check 0*"' -a '(shmtop segment-names 2> /dev/null)' -d segment
complete -c shmtop -n '__shmtop_at "reap *"' -l write -d 'Write also to another user\'s segment, and to one that the settings file keeps read-only.'
complete -c shmtop -n '__shmtop_at "reap *"' -l no-config -d 'Do not read the settings file.'
complete -c shmtop -n '__shmtop_at "reap *"' -s h -l help -d 'Show help information.'
complete -c shmtop -n '__shmtop_at "reap 0*"' -a '(shmtop segment-names 2> /dev/null)' -d segment
complete -c shmtop -n '__shmtop_at "unlink *"' -l write -d 'Write also to another user\'s segment, and to one that the settings file keeps read-only.'
complete -c shmtop -n '__shmtop_at "unlink *"' -l no-config -d 'Do not read the settings file.'
complete -c shmtop -n '__shmtop_at "unlink *"' -s f -l force -d 'Do not ask.'
complete -c shmtop -n '__shmtop_at "unlink *"' -s h -l help -d 'Show help information.'
complete -c shmtop -n '__shmtop_at "unlink 0*"' -a '(shmtop segment-names 2> /dev/null)' -d segment
complete -c shmtop -n '__shmtop_at "original-unlock *"' -l write -d 'Write also to another user\'s segment, and to one that the settings file keeps read-only.'
complete -c shmtop -n '__shmtop_at "original-unlock *"' -l no-config -d 'Do not read the settings file.'
complete -c shmtop -n '__shmtop_at "original-unlock *"' -l force -d 'Also where it cannot be known whether the owner lives, as in another pid namespace.'
complete -c shmtop -n '__shmtop_at "original-unlock *"' -s h -l help -d 'Show help information.'
complete -c shmtop -n '__shmtop_at "original-unlock 0*"' -a '(shmtop segment-names 2> /dev/null)' -d segment
