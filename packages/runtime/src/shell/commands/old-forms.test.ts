import { compareLines } from '../../../../testkit/src/command-lines'

// prettier-ignore
compareLines('old forms and odd corners of small tools', [
  'sort +1 -2 data/people.tsv',
  'sort +0.1 -0.3 data/words.txt',
  'sort -t, +3n data/orders.csv',
  'uniq +1 data/words.txt',
  String.raw`tr '\400' x <<< a`,
  String.raw`tr '\\400' x <<< a`,
  'xxd -s -4 data/matrix.txt',
  'xxd -s -4 < data/matrix.txt',
  'xxd -s -400 data/matrix.txt',
  String.raw`md5sum -c --strict -w <<< $'bad line\n00000000000000000000000000000000  README.md'; echo $?`,
  'zip -T -q a.zip README.md; echo $?',
  String.raw`awk 'BEGIN{IGNORECASE=1; print "ABC"~/b/, "x"=="X", "a"<"B", "B"<"a", "x"!="X"}'`,
  'logname; echo $?',
], { needs: ['zip', 'xxd', 'gawk'] })
